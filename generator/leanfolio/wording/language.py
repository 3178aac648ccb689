"""A reader's language: numbers, money and days by its locale, sentences by its catalogue."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, get_decimal_symbol
from babel.support import Translations

from leanfolio.wording.isolation import isolated
from leanfolio.wording.message import Message, Part, names
from leanfolio.wording.numbers import cents, half_up, rounded
from leanfolio.wording.printer import OrdinalForm, Printer, english_ordinal_form
from leanfolio.wording.smallest_units import printed_decimals
from leanfolio.wording.terms import TERMS
from leanfolio.wording.told import Told

MINUS = "\u2212"
BEFORE_PERCENT = re.compile(r"(?<=[\d}]) %")


class Language(Printer):
    """Prints values and messages by one locale; without translations its sentences are English."""

    def __init__(self, locale: str, translations: NullTranslations | None = None) -> None:
        """Take a locale such as "en", "de-AT" or "pl", and its catalogue (see `catalogue`).

        Raises babel.UnknownLocaleError for a locale that CLDR does not have.
        """
        self.locale = Locale.parse(locale.replace("-", "_"))
        self.translations = translations or NullTranslations()
        self.translated = translations is not None
        self.from_right = self.locale.text_direction == "rtl"
        self._day = lru_cache(4096)(self._day_of)
        self._decimal = lru_cache(8192)(self._by_pattern)
        self._currency = lru_cache(8192)(self._by_currency)

    def text(self, value: Part) -> str:
        """Return any value as text; what somebody wrote from right to left is isolated."""
        if isinstance(value, str):
            if isinstance(value, Told):
                return self.text(value.said)
            return isolated(value, from_right=self.from_right)
        return unbroken(super().text(value))

    def day(self, value: date) -> str:
        return self._day(value)

    def number(self, value: Decimal) -> str:
        """Return a number with exactly the decimals that it states, its thousands set apart."""
        places = max(-int(value.as_tuple().exponent), 0)
        return self._decimal(value, "#,##0" + "." * bool(places) + "0" * places)

    def grouped(self, value: Decimal) -> str:
        return self.number(value)

    def short_number(self, value: Decimal | Fraction | int | None) -> str:
        """Return a number with at most two decimals, where they are not zero; rounded half up."""
        if value is None:
            return self.text(None)
        exact = cents(value) if isinstance(value, Fraction) else half_up(Decimal(value), 2)
        return self._decimal(exact, "#,##0.##")

    def amount(self, value: Decimal | Fraction | int | None, currency: str = "") -> str:
        """Return an amount whose currency stands in the table's head; cents where needed."""
        if value is None:
            return self.text(None)
        exact, places = to_the_unit(value, currency)
        return self._decimal(exact, f"#,##0.{'0' * places}" if places else "#,##0")

    def known_money(self, amount: Decimal | Fraction | int, currency: str) -> str:
        """Return an amount to the smallest unit of its currency, rounded half up; a whole one
        without its zeros."""
        if not currency:
            return self.amount(amount)
        exact, places = to_the_unit(amount, currency)
        return self._currency(exact, currency, places)

    def words(self, msgid: str) -> str:
        """Return the words of a message of a template, the parts still in braces."""
        return unbroken(self.translations.gettext(msgid))

    @property
    def decimal_point(self) -> str:
        """What stands before the decimals of a number."""
        return get_decimal_symbol(self.locale)

    def label(self, value: Part) -> str:
        """Return a label of a view, such as the head of a column, which is in the catalogue too."""
        if not isinstance(value, str):
            return self.text(value)
        if not self.translated or not value:
            return self.text(value)
        translated = self.translations.gettext(value)
        word = TERMS.get(value[:1].lower() + value[1:])
        if translated != value:
            return unbroken(translated)
        return self.text(value if word is None else word.sentence())

    def template(self, value: Message) -> str:
        if value.many is None:
            if value.context is None:
                return beside_unit(self.translations.gettext(value.msgid))
            return beside_unit(self.translations.pgettext(value.context, value.msgid))
        return self.translations.ngettext(value.msgid, value.many, value.count)

    def ordinal_form(self, number: int) -> OrdinalForm:
        """Return the ending by the language of the words: the locale's only if translated."""
        if not self.translated:
            return english_ordinal_form(number)
        match self.locale.ordinal_form(number):
            case "one" | "two" | "few" as form:
                return form
            case _:
                return "other"

    def _day_of(self, value: date) -> str:
        if self.locale.language == "en":
            return format_date(value, "d MMM y", locale=self.locale)  # never 3/4 or Apr 3
        return format_skeleton("yMMMd", value, locale=self.locale)

    def _by_pattern(self, value: Decimal, pattern: str) -> str:
        unsigned = value if value else value.copy_abs()
        return format_decimal(unsigned, pattern, locale=self.locale).replace("-", MINUS)

    def _by_currency(self, value: Decimal, currency: str, places: int) -> str:
        pattern = self.locale.currency_formats["standard"].pattern
        pattern = pattern.replace(".00", f".{'0' * places}" if places else "")
        return format_currency(
            value, currency, pattern, locale=self.locale, currency_digits=False
        ).replace("-", MINUS)


def unbroken(text: str) -> str:
    """Return a text in which no line ends between a number and its percent sign."""
    return BEFORE_PERCENT.sub("\u00a0%", text) if " %" in text else text


def beside_unit(template: str) -> str:
    """Return a template in which no line ends between a number and its unit."""
    return template.replace("} {unit}", "}\u00a0{unit}") if "{unit}" in template else template


def to_the_unit(amount: Decimal | Fraction | int, currency: str) -> tuple[Decimal, int]:
    """Return an amount rounded half up to the smallest unit of a currency, and how many decimals
    it is printed with: none of a whole one."""
    places = printed_decimals(currency)
    exact = Decimal(rounded(amount, places))
    return exact, 0 if exact == exact.to_integral_value() else places


def catalogue(po: bytes) -> Translations:
    """Return the translations of a .po file; what it leaves out stays English.

    Raises ValueError, with the line, for a translation that names a part which its message lacks,
    or an unknown format.
    """
    # Late: a site in English needs no parser.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    messages = read_po(BytesIO(po), abort_invalid=True)
    for entry in messages:
        if entry.id:
            known = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
            forms = entry.string or ()
            forms = (forms,) if isinstance(forms, str) else tuple(forms)
            _same_parts(known, tuple(form for form in forms if form), entry.lineno)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def _same_parts(known: tuple[str, ...], forms: tuple[str, ...], line: int | None) -> None:
    """Check that translated forms name no part that the message lacks."""
    given = frozenset[str]().union(*map(names, known)) | ({"n"} if len(known) > 1 else set())
    for form in forms:
        try:
            unknown = names(form) - given
        except ValueError as error:
            raise ValueError(f"line {line}: {error}") from error
        if unknown:
            raise ValueError(f"line {line}: {known[0]!r} has no part {', '.join(sorted(unknown))}")
