"""How values and messages become text. A language fills in what differs; PLAIN is for programs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from leanfolio.wording.message import (
    Formula,
    Listing,
    Message,
    Part,
    Series,
    in_context,
    message,
    pieces,
)
from leanfolio.wording.names import capitalized
from leanfolio.wording.numbers import grouped, trimmed
from leanfolio.wording.values import Money, Percent, Rounded

SPELLED = (
    in_context("a number before its noun", "no"),
    in_context("a number before its noun", "one"),
    in_context("a number before its noun", "two"),
    in_context("a number before its noun", "three"),
    in_context("a number before its noun", "four"),
    in_context("a number before its noun", "five"),
    in_context("a number before its noun", "six"),
    in_context("a number before its noun", "seven"),
    in_context("a number before its noun", "eight"),
    in_context("a number before its noun", "nine"),
    in_context("a number before its noun", "ten"),
    in_context("a number before its noun", "eleven"),
    in_context("a number before its noun", "twelve"),
)
PRONOUNS = (
    in_context("a number without its noun", "none"),
    in_context("a number without its noun", "one"),
    in_context("a number without its noun", "two"),
    in_context("a number without its noun", "three"),
    in_context("a number without its noun", "four"),
    in_context("a number without its noun", "five"),
    in_context("a number without its noun", "six"),
    in_context("a number without its noun", "seven"),
    in_context("a number without its noun", "eight"),
    in_context("a number without its noun", "nine"),
    in_context("a number without its noun", "ten"),
    in_context("a number without its noun", "eleven"),
    in_context("a number without its noun", "twelve"),
)
ORDINALS = (
    in_context("place in an order", "first"),
    in_context("place in an order", "second"),
    in_context("place in an order", "third"),
    in_context("place in an order", "fourth"),
    in_context("place in an order", "fifth"),
    in_context("place in an order", "sixth"),
    in_context("place in an order", "seventh"),
    in_context("place in an order", "eighth"),
    in_context("place in an order", "ninth"),
    in_context("place in an order", "tenth"),
    in_context("place in an order", "eleventh"),
    in_context("place in an order", "twelfth"),
)
OrdinalForm = Literal["one", "two", "few", "other"]


class Printer(ABC):
    """Prints values and messages as text. Knows which value is printed how, not what a digit is."""

    @abstractmethod
    def number(self, value: Decimal) -> str:
        """Return a number with exactly the decimals that it states."""

    @abstractmethod
    def grouped(self, value: Decimal) -> str:
        """Return a number with exactly the decimals that it states, its thousands set apart."""

    @abstractmethod
    def day(self, value: date) -> str:
        """Return a day."""

    @abstractmethod
    def known_money(self, amount: Decimal, currency: str) -> str:
        """Return an amount with its currency, or without where that is empty."""

    @abstractmethod
    def template(self, value: Message) -> str:
        """Return the words of a message for its count, the parts still in braces."""

    @abstractmethod
    def ordinal_form(self, number: int) -> OrdinalForm:
        """Return which ending the digits of an ordinal take."""

    def text(self, value: Part) -> str:
        """Return any value as text; "not stated" for what is not known."""
        match value:
            case str():
                return value
            case Message():
                return self._message(value)
            case int():
                return self.number(Decimal(value))
            case Decimal():
                return self.number(value)
            case Fraction():
                return self.number(trimmed(value))
            case Rounded():
                return self.number(value.decimal)
            case Money():
                return self.money(value)
            case Percent():
                return self._percent(value)
            case date():
                return self.day(value)
            case Listing():
                return self._listing(value)
            case Series():
                return value.between.join(map(self.text, value.parts))
            case Formula():
                return "".join(map(self.text, value.terms))
            case None:
                return self.text(message("not stated"))

    def money(self, value: Money) -> str:
        """Return an amount; "not stated" for one that is not known."""
        if value.amount is None:
            return self.text(None)
        return self.known_money(value.amount, value.currency)

    def spelled(self, number: int) -> str:
        """Return a number before its noun: no, one, two ... twelve, 13."""
        return self.text(SPELLED[number] if 0 <= number < len(SPELLED) else number)

    def pronoun(self, number: int) -> str:
        """Return a number that no noun follows: none, one, two ... twelve, 13."""
        return self.text(PRONOUNS[number] if 0 <= number < len(PRONOUNS) else number)

    def ordinal_word(self, number: int) -> str:
        """Return a place in an order: first, second ... twelfth, 13th."""
        if 0 < number <= len(ORDINALS):
            return self.text(ORDINALS[number - 1])
        return self.ordinal_digits(number)

    def ordinal_digits(self, number: int) -> str:
        """Return a place in an order in digits: 1st, 2nd, 3rd, 11th, 21st."""
        forms: Mapping[OrdinalForm, Message] = {
            "one": in_context("place in an order, plural category one", "{n}st", n=number),
            "two": in_context("place in an order, plural category two", "{n}nd", n=number),
            "few": in_context("place in an order, plural category few", "{n}rd", n=number),
            "other": in_context("place in an order, all other categories", "{n}th", n=number),
        }
        return self.text(forms[self.ordinal_form(number)])

    def _message(self, value: Message) -> str:
        parts = dict(value.parts)
        printed = ""
        for piece in pieces(self.template(value)):
            printed += piece.literal
            if piece.name is not None:
                part = parts[piece.name]
                printed += self._formatted(part, piece.spec) if piece.spec else self.text(part)
        return capitalized(printed) if value.starts else printed

    def _formatted(self, value: Part, spec: str) -> str:
        """Return a part by its format; one that is no whole number has none but `grouped`."""
        match spec, value:
            case "spelled", int():
                return self.spelled(value)
            case "pronoun", int():
                return self.pronoun(value)
            case "ordinal", int():
                return self.ordinal_word(value)
            case "ordinal_digits", int():
                return self.ordinal_digits(value)
            case "grouped", int() | Decimal() | Fraction():
                return self.grouped(trimmed(value))
        return self.text(value)

    def _percent(self, value: Percent) -> str:
        if value.percents is None:
            return self.text(None)
        return self.text(message("{n} %", n=value.percents))

    def _listing(self, value: Listing) -> str:
        if len(value.parts) < 2:
            return "".join(map(self.text, value.parts))
        items, *middle, last = map(self.text, value.parts)
        for item in middle:
            items = self.text(message("{items}, {next}", items=items, next=item))
        if value.last == "or":
            return self.text(message("{items} or {last}", items=items, last=last))
        return self.text(message("{items} and {last}", items=items, last=last))


class Plain(Printer):
    """English for programs and terminals: days in ISO, thousands set apart in amounts alone."""

    def number(self, value: Decimal) -> str:
        return f"{value if value else value.copy_abs():f}"

    def grouped(self, value: Decimal) -> str:
        return grouped(value)

    def day(self, value: date) -> str:
        return value.isoformat()

    def known_money(self, amount: Decimal, currency: str) -> str:
        return f"{currency} {grouped(amount)}".strip()

    def template(self, value: Message) -> str:
        return value.msgid if value.many is None or value.count == 1 else value.many

    def ordinal_form(self, number: int) -> OrdinalForm:
        return english_ordinal_form(number)


def english_ordinal_form(number: int) -> OrdinalForm:
    """Return the ending of an English ordinal: st, nd, rd, or th as in 4th and 11th."""
    if number % 100 in (11, 12, 13):
        return "other"
    forms: Mapping[int, OrdinalForm] = {1: "one", 2: "two", 3: "few"}
    return forms.get(number % 10, "other")


PLAIN = Plain()
