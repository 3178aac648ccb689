"""By what a reader can narrow a board or a tree: the page carries it with each card and line."""

from dataclasses import dataclass

from leanfolio.model import Feature, Item, Story
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import Text, heading


@dataclass(frozen=True, slots=True)
class Facets:
    """What an item is filtered by, as its reader calls it; "" and () where nothing is stated."""

    type: Text
    state: Text = ""
    stream: str = ""  # the title of its value stream, or of the one of its epic
    owner: str = ""
    tags: tuple[str, ...] = ()


def facets_of(portfolio: Portfolio, item: Item) -> Facets:
    """The facets of an item."""
    state = getattr(item, "state", None)
    stream = portfolio.items.get(stream_of(portfolio, item) or "")
    return Facets(
        type=heading(item.WORD),
        state=heading(str(state)) if state else "",
        stream=stream.title if stream else "",
        owner=item.owner or "",
        tags=item.tags,
    )


def stream_of(portfolio: Portfolio, item: Item) -> str | None:
    """The id of the value stream that an item names, or the epic that it is part of."""
    if isinstance(item, Feature | Story):
        parent = item.epic if isinstance(item, Feature) else item.feature
        above = portfolio.items.get(parent or "")
        return stream_of(portfolio, above) if above else None
    stream: str | None = getattr(item, "value_stream", None)
    return stream
