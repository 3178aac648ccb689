"""How values are printed for a reader: money, days and numbers by the site's locale."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from leanfolio.views.cell import (
    Outside,
    Part,
    Sentence,
    Tag,
    Text,
    Value,
    in_percent,
    with_figures,
)
from leanfolio.views.phrase import cents
from leanfolio.views.ref import Ref
from leanfolio.wording import WORDED, Formula, Listing, Message, Money, Percent, Rounded, Series
from leanfolio.wording.language import Language

UNKNOWN = "not stated"


class Say:
    """Prints by one locale. What cannot be known is said so, never shown as zero."""

    def __init__(self, language: str, currency: str) -> None:
        self.locale = Locale.parse(language.replace("-", "_"))
        self.currency = currency
        self.language = Language(language)
        self.day = lru_cache(4096)(self._day)
        self._decimal = lru_cache(8192)(self._plain_decimal)

    def _day(self, value: date | None) -> str:
        return "" if value is None else format_date(value, "d MMM y", locale=self.locale)

    def _plain_decimal(self, value: Decimal, pattern: str) -> str:
        return format_decimal(value, pattern, locale=self.locale)

    def number(self, value: Decimal | Fraction | int | None) -> str:
        """Grouped digits, with at most two decimals where they are not zero."""
        if value is None:
            return UNKNOWN
        exact = cents(value) if isinstance(value, Fraction) else Decimal(value)
        return self._decimal(exact, "#,##0.##")

    def money(self, value: Decimal | Fraction | int | None) -> str:
        """An amount without its currency, which stands in the table's head; half up to the cent."""
        return self.language.amount(value)

    def amount(self, value: Money) -> str:
        """An amount with its currency, rounded half up to the cent."""
        return self.language.text(value)

    def text(self, said: Text | None) -> str:
        """A sentence with its figures and days as this language writes them."""
        if isinstance(said, Sentence):
            return said.words.format(*map(self.part, said.parts))
        return self.language.text(said) if isinstance(said, WORDED) else said or ""

    def part(self, value: Part) -> str:
        match value:
            case Message() | Listing() | Series() | Formula() | Percent() | Rounded():
                return self.language.text(value)
            case Sentence():
                return self.text(value)
            case Money():
                return self.amount(value)
            case date():
                return self.day(value)
            case Decimal() | int():
                return self.figure(Decimal(value))
            case _:
                return value

    def figure(self, value: Decimal) -> str:
        """A number with just the places that it states, grouped."""
        places = max(-int(value.as_tuple().exponent), 0)
        pattern = "#,##0" + "." * bool(places) + "0" * places
        return self._decimal(value, pattern).replace("-", "\u2212")

    def figures(self, said: str | int) -> str:
        """Text of our own making, arithmetic say, with each number in it as the language has it."""
        return self.text(with_figures(str(said)))

    def percent(self, value: Decimal | Fraction | None, places: int = 0) -> str:
        return UNKNOWN if value is None else self.text(in_percent(value, places))

    def value(self, root: str) -> Callable[[Value], Markup | str]:
        """The printer of a fact or a cell, for a page whose root lies there."""

        def say(value: Any) -> Markup | str:
            match value:
                case None | "" | ():
                    return Markup('<span class="none">–</span>')
                case Ref():
                    return self.ref(value, root)
                case Money(amount=None):
                    return Markup('<span class="none">{}</span>').format(UNKNOWN)
                case Money():
                    return self.amount(value)
                case Tag():
                    return self.tag(value)
                case Outside():
                    return outside(value)
                case Rounded() | Percent():
                    return self.language.text(value)
                case Message() | Listing() | Series() | Formula():
                    return worded(self.language.text(value))
                case Sentence() if not str(value):
                    return Markup('<span class="none">–</span>')
                case Sentence():
                    return Markup('<bdi dir="auto">{}</bdi>').format(self.text(value))
                case tuple():
                    refs = Markup(", ").join(self.ref(each, root) for each in value)
                    return Markup("<div>{}</div>").format(refs)  # one thing where a cell is a grid
                case date():
                    return self.day(value)
                case Decimal():
                    return self.number(value)
                case int():
                    return str(value)
                case _:
                    return Markup('<bdi dir="auto">{}</bdi>').format(str(value))

        return say

    def tag(self, value: Tag) -> Markup:
        return Markup('<span class="tag {}">{}</span>').format(value.tone, self.text(value.word))

    @staticmethod
    def ref(value: Ref, root: str) -> Markup:
        return Markup(
            '<a href="{}{}"><span class="id">{}</span> <bdi dir="auto">{}</bdi></a>'
        ).format(root, value.url, value.id, value.title)


def worded(text: str) -> Markup:
    """Return a cell of words; a dash where there are none."""
    if not text:
        return Markup('<span class="none">–</span>')
    return Markup('<bdi dir="auto">{}</bdi>').format(text)


def outside(link: Outside) -> Markup | str:
    """A link out of the site: https, http and mailto only; anything else is shown as text."""
    url = link.url.strip()
    if url.lower().startswith(("https://", "http://", "mailto:")):
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, link.title)
    return escape(f"{link.title} ({link.url})")
