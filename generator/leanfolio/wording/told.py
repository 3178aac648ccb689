"""Text that remembers its message: English for programs, and a reader's language on a page.

A problem is told to terminals, editors and code scanning, which compare its words, and on the site,
which speaks the language of its readers. So it is text in English to all who take it for text, and
whoever prints it for a reader prints the message that it was made from.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from leanfolio.wording.message import WORDED, Compound, Message, Part, Text, message, pieces
from leanfolio.wording.values import Money

VALUES = (int, Decimal, Fraction, date, Money, *WORDED)


class Told(str):
    """A text in English, with the message that it was printed from as `said`."""

    __slots__ = ("said",)
    said: Compound

    def __new__(cls, said: Compound) -> "Told":
        """Print a message, and keep it."""
        text = super().__new__(cls, said)
        text.said = said
        return text

    def __repr__(self) -> str:
        """The message, as a page may print it in another language: the cache compares these."""
        return f"Told({self.said!r})"

    def __reduce__(self) -> tuple[type["Told"], tuple[Compound]]:
        return Told, (self.said,)


def tell(msgid: str, /, **parts: object) -> str:
    """Return a sentence of a problem: tell("{item} has no owner", item=epic.id).

    A value keeps its kind, so that a language prints it; what stands between backticks is printed
    as a file has it, and anything else by `str`. Raises TypeError as `message` does.
    """
    literal = in_code(msgid)
    values = {
        name: str(value) if name in literal else part_of(value) for name, value in parts.items()
    }
    return Told(message(msgid, **values))


def part_of(value: object) -> Part:
    """Return a value as a part of a message; that of a text with a message is the message."""
    if isinstance(value, Told):
        return value.said
    return value if value is not None and isinstance(value, VALUES) else str(value)


def kept(text: Text) -> str:
    """Return a sentence as text that remembers it."""
    return text if isinstance(text, str) else Told(text)


def retold(text: str) -> Text:
    """Return the message of a text that has one, to be printed for a reader; else the text."""
    return text.said if isinstance(text, Told) else text


def documented(text: str) -> Message:
    """Return a sentence of the documentation that pages print too: what a rule requires.

    `make messages` collects those of all rules. Raises ValueError for one with a part in braces.
    """
    if any(piece.name is not None for piece in pieces(text)):
        raise ValueError(f"{text!r} has a part, and no value for it")
    return Message(text)


@cache
def in_code(msgid: str) -> frozenset[str]:
    """Return the names of the parts between backticks: values as a file has them."""
    ticks, found = 0, set()
    for piece in pieces(msgid):
        ticks += piece.literal.count("`")
        if piece.name is not None and ticks % 2:
            found.add(piece.name)
    return frozenset(found)
