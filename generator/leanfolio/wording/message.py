"""Sentences with named parts, which a language prints; nothing here knows a language.

A sentence is written where it is needed, as the first argument of one of four functions:
`message`, `plural`, `many` and `in_context`. It has to be a literal, so that Babel finds it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from string import Formatter
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.wording.values import Money, Percent, Rounded

SPECS = frozenset(("", "spelled", "pronoun", "ordinal", "ordinal_digits", "grouped"))
OPERATORS = re.compile(r"[^\w]*")  # neither letters nor digits


class Piece(Struct, frozen=True):
    """Literal text of a sentence, and the part that follows it; the last has no part."""

    literal: str
    name: str | None
    spec: str


class Message(Struct, frozen=True):
    """A sentence and the values that it holds. Made by `message`, `plural` and their like.

    `str` prints it in English for a program or a terminal: days in ISO, figures without grouping.
    Messages sort by that text.
    """

    msgid: str
    parts: tuple[tuple[str, "Part"], ...] = ()
    many: str | None = None  # the plural form; its count is the part `n`
    count: int = 0
    context: str | None = None
    starts: bool = False  # its first letter is large

    def sentence(self) -> "Message":
        """The same as the start of a sentence: its first letter is printed large."""
        return replace(self, starts=True)

    def __str__(self) -> str:
        from leanfolio.wording.printer import PLAIN  # noqa: PLC0415 - printers know messages

        return PLAIN.text(self)

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other) if isinstance(other, Message | str) else NotImplemented


class Listing(Struct, frozen=True):
    """Values in a row as a reader lists them: red, amber and green."""

    parts: tuple["Part", ...]
    last: Literal["and", "or"] = "and"

    __str__ = Message.__str__


class Series(Struct, frozen=True):
    """Values in a row with the same punctuation between any two."""

    parts: tuple["Part", ...]
    between: str

    __str__ = Message.__str__


class Formula(Struct, frozen=True):
    """Arithmetic: numbers, which a language prints, and operators, which it leaves alone."""

    terms: tuple["Part", ...]

    __str__ = Message.__str__


Compound = Message | Listing | Series | Formula
Part = str | int | Decimal | Fraction | date | Money | Percent | Rounded | Compound | None
Text = str | Compound
WORDED = (Message, Listing, Series, Formula, Percent, Rounded)  # what a printer turns into text


def message(msgid: str, /, **parts: Part) -> Message:
    """Return a sentence: message("{title} ends on {day}", title=..., day=...).

    Raises TypeError if the parts are not exactly those that the sentence names.
    """
    _same_names(names(msgid), parts, msgid)
    return Message(msgid, tuple(parts.items()))


def plural(one: str, many: str, n: int, /, **parts: Part) -> Message:
    """Return a sentence about n things: plural("{n} epic is late", "{n} epics are late", 3).

    Raises TypeError if the parts are not those that the two forms name beside `{n}`, or if n is
    no whole number; ValueError if n is below zero.
    """
    _same_names((names(one) | names(many)) - {"n"}, parts, many)
    if not isinstance(n, int):
        raise TypeError(f"{many!r} counts whole things, not {n!r}")
    if n < 0:
        raise ValueError(f"{many!r} cannot count {n} things")
    return Message(one, (("n", n), *parts.items()), many, n)


def many(msgid: str, n: int, /, **parts: Part) -> Message:
    """Return a sentence about n things, of which English has the plural alone: n is never one.

    Other languages may have several plurals, so it is a message with plural forms all the same.
    """
    return plural(msgid, msgid, n, **parts)


def in_context(context: str, msgid: str, /, **parts: Part) -> Message:
    """Return a message whose words alone do not tell a translator what they are for."""
    return replace(message(msgid, **parts), context=context)


def of_all(
    part: int,
    whole: int,
    *,
    empty: Message,
    only: Message,
    only_not: Message,
    both: Message,
    neither: Message,
    every: Message,
    none: Message,
    some: Message,
) -> Message:
    """Return the sentence that is right for so many of a whole.

    empty: there is nothing; only, only_not: there is one thing, and it is or is not meant;
    both, neither: all or none of two; every, none: all or none of three and more; some: one or
    more, but not all. Raises ValueError unless 0 <= part <= whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no share of {whole}")
    match whole:
        case 0:
            return empty
        case 1:
            return only if part else only_not
        case 2:
            return (neither, some, both)[part]
    return every if part == whole else some if part else none


def listed(parts: Iterable[Part], last: Literal["and", "or"] = "and") -> Listing:
    """Return values as a list in a sentence: red, amber and green."""
    return Listing(tuple(parts), last)


def joined(parts: Iterable[Part], between: str) -> Series:
    """Return values in a row, with this punctuation between any two."""
    return Series(tuple(parts), between)


def some(parts: Iterable[Part], most: int = 5) -> Listing | Message:
    """Return the first few of a long list and how many more there are, always two or more."""
    every = tuple(parts)
    if len(every) <= most + 1:
        return Listing(every)
    return many("{items} and {n} more", len(every) - most, items=Series(every[:most], ", "))


def quoted(title: Part) -> Message:
    """Return a title in quotation marks: without them its words run into the sentence's."""
    return in_context("a title inside a sentence", "“{title}”", title=title)


def days(number: int) -> Message:
    """Return a number of days: 1 day, 1,200 days."""
    return plural("{n:grouped} day", "{n:grouped} days", number)


def formula(*terms: Part) -> Formula:
    """Return arithmetic: formula("(", 13, " + ", 8, ") / ", 8, " = ", Rounded(score)).

    Raises ValueError for text that holds letters or digits: those are values or messages.
    """
    for term in terms:
        if isinstance(term, str) and not OPERATORS.fullmatch(term):
            raise ValueError(f"{term!r} is no operator: give a number or a message")
    return Formula(terms)


@cache
def pieces(msgid: str) -> tuple[Piece, ...]:
    """Return a sentence cut at its parts.

    Raises ValueError for a sentence without words, a part without a name, or an unknown format.
    """
    if not msgid:
        raise ValueError("a message has no words")
    matches = []
    for literal, name, spec, conversion in Formatter().parse(msgid):
        if name is not None and (conversion or not name.isidentifier() or spec not in SPECS):
            raise ValueError(f"{msgid!r}: {{{name}:{spec}}} is no named part with a known format")
        matches.append(Piece(literal, name, spec or ""))
    return tuple(matches)


@cache
def names(msgid: str) -> frozenset[str]:
    """Return the names of a sentence's parts; raises as `pieces` does."""
    return frozenset(piece.name for piece in pieces(msgid) if piece.name is not None)


def _same_names(wanted: frozenset[str], given: Mapping[str, Part], msgid: str) -> None:
    if wanted != given.keys():
        differing = ", ".join(sorted(wanted ^ given.keys()))
        raise TypeError(f"{msgid!r} and its values differ in {differing}")
