"""What a fact or a table's cell may hold. A cell knows what it is; the template only prints it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leanfolio.view.ref import Ref

Tone = Literal["good", "warn", "bad", "plain"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; None is not known, and never zero."""

    amount: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A status: a word with a shape and a colour."""

    tone: Tone
    word: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A link out of the site."""

    title: str
    url: str


Value = str | int | Decimal | date | Ref | Money | Tag | Outside | tuple[Ref, ...] | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its name, and how it came about."""

    label: str
    value: Value
    why: str = ""


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
    note: str = ""
    anchor: str = ""


def headers(*labels: str) -> tuple[Header, ...]:
    """Headers from words; a label that ends in # is a column of numbers."""
    return tuple(Header(label.rstrip("#"), label.endswith("#")) for label in labels)
