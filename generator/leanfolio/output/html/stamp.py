"""The stamp of a build on every page: its day and its commit, put into the finished text.

So a page need not be made anew because there is another commit or another day.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from markupsafe import escape

from leanfolio.cache.page_stamps import Places

NAMES = ("as_of", "commit", "commit_url")


class Placeholder:
    """What a template is given for a value of the stamp: to be printed as it is, or tested for."""

    def __init__(self, token: str, present: bool) -> None:
        self._token = token
        self._present = present

    def __html__(self) -> str:
        return self._token

    def __bool__(self) -> bool:
        return self._present

    def __str__(self) -> str:
        raise TypeError("a template can print site.as_of and site.commit, but not change them")


class Stamp:
    """The values of one build, and the placeholders that stand for them while pages are made."""

    def __init__(self, values: Mapping[str, str | None]) -> None:
        """`values` by the names above; an empty one, or None, is not there."""
        token = secrets.token_hex(16)  # made after all content was written, so nothing can hold it
        self.placeholders = {
            name: Placeholder(f"{token}-{name}.", bool(values[name])) for name in NAMES
        }
        self.values = {name: str(escape(values[name] or "")) for name in NAMES}
        self._values = [self.values[name].encode() for name in NAMES]
        self.digest = blake2b(repr(self.values).encode(), digest_size=16).hexdigest()
        self.present = tuple(bool(values[name]) for name in NAMES)
        self._token = re.compile(f"{token}-({'|'.join(NAMES)})\\.")

    def split(self, text: str) -> list[str]:
        """A rendered text in pieces: every second one is the name of a value."""
        return self._token.split(text)

    def fill(self, pieces: Sequence[str]) -> tuple[bytes, Places]:
        """The bytes of these pieces with the values of this build, and where these stand."""
        parts = [
            self._values[NAMES.index(piece)] if index % 2 else piece.encode()
            for index, piece in enumerate(pieces)
        ]
        return self._joined(parts, [NAMES.index(name) for name in pieces[1::2]])

    def put_anew(self, data: bytes, places: Places) -> tuple[bytes, Places]:
        """The same for a file that bears an earlier stamp in these places."""
        parts, at = [], 0
        names, starts, ends = places[::3], places[1::3], places[2::3]
        for name, start, end in zip(names, starts, ends, strict=True):
            parts += [data[at:start], self._values[name]]
            at = end
        return self._joined([*parts, data[at:]], names)

    def _joined(self, parts: Sequence[bytes], names: Sequence[int]) -> tuple[bytes, Places]:
        """Parts of which every second one is a value of the stamp, by these numbers."""
        places: list[int] = []
        end = 0
        for index, part in enumerate(parts):
            start, end = end, end + len(part)
            if index % 2:
                places += (names[index // 2], start, end)
        return b"".join(parts), places
