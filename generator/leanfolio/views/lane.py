"""What a page says of one value stream beside the others, or of what has none."""

from msgspec import Struct

from leanfolio.views.ref import Ref
from leanfolio.wording import Text, message


class StreamLane(Struct, frozen=True):
    """One value stream's part of a page; `stream` is None for what belongs to none."""

    stream: Ref | None

    @property
    def stream_id(self) -> str | None:
        return self.stream.id if self.stream else None

    @property
    def title(self) -> Text:
        return self.stream.title if self.stream else message("No value stream")

    @property
    def anchor(self) -> str:
        return f"lane-{self.stream.id}" if self.stream else "lane-none"
