"""What is wrong with the YAML of a front matter, before anybody asks what its fields mean."""

from typing import NamedTuple

from leanfolio.model.item import Span


class YamlError(NamedTuple):
    """One thing wrong with the YAML itself: which rule, what, what to do, and where."""

    rule: str
    message: str
    hint: str
    line: int
    column: int
    length: int = 1
    related: tuple[tuple[Span, str], ...] = ()
    """Other places that belong to it, each with what is there."""
