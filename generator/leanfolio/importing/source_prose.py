"""Prose of a source that becomes Markdown when somebody needs it.

Most of it is what it was last time, and Markdown of ten thousand descriptions takes longer than all
else: where the digest of the source's own text is that of the base, its Markdown is known to be the
same without being made.
"""

from collections.abc import Callable
from functools import cached_property

from msgspec import Struct, field

from leanfolio.importing.last_import import digest

RAW = "body.source"  # the name in the base of the digest of the source's own text


class SourceProse(Struct, dict=True):
    """The texts of one or more fields, each with how it becomes Markdown.

    `known` is the digest of the Markdown of last time, `known_raw` that of the text it was made of.
    """

    known: str = ""
    known_raw: str = ""
    texts: list[str] = field(default_factory=list)
    makers: list[Callable[[], str]] = field(default_factory=list)

    def add(self, text: str, make: Callable[[], str]) -> None:
        self.texts.append(text)
        self.makers.append(make)

    @cached_property
    def raw(self) -> str:
        """The digest of the source's own text; empty of none."""
        return digest("\0".join(self.texts).encode("utf-8", "replace")) if self.texts else ""

    @cached_property
    def markdown(self) -> str:
        return "\n\n".join(filter(None, (make() for make in self.makers)))

    @cached_property
    def digest(self) -> str | None:
        """The digest of the Markdown; None where there is none."""
        if self.raw and self.raw == self.known_raw:
            return self.known or None
        return digest(self.markdown.encode()) if self.markdown else None

    @property
    def size(self) -> int:
        return sum(map(len, self.texts))
