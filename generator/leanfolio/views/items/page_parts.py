"""What the page of one type adds to what all items have, and figures that many of them print."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import TypeVar

from leanfolio.views.cell import NUMBER, Fact, Part, Sentence, Table, Tag, Text
from leanfolio.wording import Message, Money, Rounded, Series, in_context, joined, message, trimmed
from leanfolio.wording import Part as WordedPart

T = TypeVar("T")
Figure = TypeVar("Figure", bound=WordedPart)


@dataclass(frozen=True, slots=True)
class Parts:
    finding: Text = ""  # the page's title, where there is something to state
    lede: Text = ""
    tags: tuple[Tag, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    missing_title: Text = ""  # "To enter ready it lacks"
    missing_evidence: tuple[Message, ...] = ()


def measure(figure: Figure, unit: str | None) -> Figure | Message:
    """Return a figure with its unit, where it has one: 24 EUR."""
    if not unit:
        return figure
    return in_context("a figure and its unit", "{figure} {unit}", figure=figure, unit=unit)


def figure(value: Decimal | None) -> Rounded | None:
    """Return a number that is printed with all the decimals it needs, and no needless one."""
    if value is None:
        return None
    exact = trimmed(value)
    return Rounded(exact, max(-int(exact.as_tuple().exponent), 0))


def part_of(part: int, whole: int) -> Message:
    """Return how many of how many: 2 of 3."""
    return message("{part} of {whole}", part=part, whole=whole)


def in_wording(value: T | str | Sentence) -> T | Series:
    """Return a finished text as one whose figures a language prints; any other value as it is.

    For rows that still hold text: once every view holds numbers and messages, nothing needs it.
    """
    if isinstance(value, str):
        figures = [Decimal(figure) for figure in NUMBER.findall(value)]
        return joined(_interleaved(NUMBER.split(value), tuple(figures)), "")
    if isinstance(value, Sentence):
        return joined(_interleaved(value.words.split("{}"), value.parts), "")
    return value


def _interleaved(words: list[str], parts: tuple[Part, ...]) -> Iterator[WordedPart]:
    for word, part in zip_longest(words, parts):
        yield word
        if isinstance(part, Decimal | int | date | Money):
            yield part
        elif part is not None:
            yield part if isinstance(part, str) else in_wording(part)
