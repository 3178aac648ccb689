"""What a fact or a table's cell may hold. A cell knows what it is; the template only prints it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from leanfolio.views.phrase import plain, rounded
from leanfolio.views.ref import Ref
from leanfolio.wording import Formula, Listing, Message, Money, Percent, Rounded, Series

NUMBER = re.compile(r"\d+(?:\.\d+)?")
Tone = Literal["good", "warn", "bad", "plain"]


@dataclass(frozen=True, slots=True)
class Tag:
    """A status: a word with a shape and a colour."""

    tone: Tone
    word: "Text"


@dataclass(frozen=True, slots=True)
class Outside:
    """A link out of the site."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with figures among them; a page prints each figure as its language does.

    A `{}` in the words stands for a part. A part that is a string is what somebody wrote, and is
    printed as it stands; a Decimal is printed with as many places as it states.
    """

    words: str
    parts: tuple["Part", ...] = ()

    def __str__(self) -> str:
        """The same for a program or a terminal: days in ISO, figures without grouping."""
        return self.words.format(*map(bare, self.parts))


Worded = Message | Listing | Series | Formula | Percent | Rounded
Part = str | int | Decimal | Fraction | date | Money | Sentence | Worded
Text = str | Sentence | Message | Listing | Series | Formula


def sentence(words: str, *parts: Part) -> Sentence:
    return Sentence(words, parts)


def joined(text: Iterable[Text], between: str) -> Sentence:
    """Sentences in a row, with this between any two."""
    parts = tuple(text)
    return Sentence(between.join("{}" for _ in parts), parts)


def figure(value: Decimal | Fraction | int | None) -> Sentence | None:
    """A number with all the decimals that `plain` shows of it; None where there is none."""
    return None if value is None else Sentence("{}", (Decimal(plain(value)),))


def with_figures(text: Part) -> Sentence:
    """Text of our own making, arithmetic say, as a sentence: each number in it is a figure."""
    if not isinstance(text, str):
        return Sentence("{}", (text,))
    return Sentence(NUMBER.sub("{}", text), tuple(map(Decimal, NUMBER.findall(text))))


def in_percent(share: Fraction | Decimal, places: int = 0) -> Sentence:
    """A share of one, in percent: 0.625 is 63 %."""
    return Sentence("{} %", (Decimal(rounded(Fraction(share) * 100, places)),))


def bare(part: Part) -> str:
    """A part of a sentence as a program writes it."""
    match part:
        case Decimal():
            return f"{part:f}"
        case Fraction():
            return plain(part)
        case Money():
            return "" if part.amount is None else f"{part.currency} {plain(part.amount)}"
        case date():
            return part.isoformat()
        case _:
            return str(part)


Value = (
    str
    | int
    | Decimal
    | date
    | Ref
    | Money
    | Tag
    | Outside
    | Sentence
    | Worded
    | tuple[Ref, ...]
    | None
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its name, and how it came about."""

    label: str
    value: Value
    why: Text = ""


@dataclass(frozen=True, slots=True)
class Header:
    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that has decided everything. Every row has a cell per header."""

    title: str
    headers: tuple[Header, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: Text = ""
    anchor: str = ""

    @property
    def labelled_rows(self) -> Iterator[tuple[tuple[Header, Value], ...]]:
        """The rows, each cell with the header of its column."""
        return (tuple(zip(self.headers, row, strict=True)) for row in self.rows)


def headers(*labels: str) -> tuple[Header, ...]:
    """Headers from words; a label that ends in # is a column of numbers."""
    return tuple(Header(label.rstrip("#"), label.endswith("#")) for label in labels)
