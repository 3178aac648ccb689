"""What the cells of a table mean: numbers and days in the forms that other systems write."""

import re
from datetime import date, timedelta
from decimal import Decimal

from leanfolio.model.value_hints import MONTHS, day_hint, number_fix

FIRST_SERIAL = date(1899, 12, 30)  # day 0 of a spreadsheet's dates, so that 1900-03-01 is day 61
MOST_SERIAL = 200_000  # the year 2447
SHORT_MONTHS = tuple(name[:3].casefold() for name in MONTHS)
TOKENS = {
    "YYYY": r"(?P<year>\d{4})", "YY": r"(?P<short>\d{2})", "MM": r"(?P<month>\d{1,2})",
    "Mon": r"(?P<name>[A-Za-z]{3,9})", "DD": r"(?P<day>\d{1,2})",
}  # fmt: skip
LIKE_A_DAY = re.compile(r"(\d{1,2})([./ -])(\d{1,2}|[A-Za-z]{3,9})\2(\d{4}|\d{2})(?!\d)")
TOKEN = re.compile("YYYY|YY|MM|Mon|DD")
TIME = r"(?:[T ]\s*\d{1,2}:\d{2}.*)?\Z"


class CellError(Exception):
    """Why a cell cannot be read as what its field needs, in words."""


def is_date_form(form: str) -> bool:
    """Whether a map's `date` names a year, a month and a day, each once; or is `serial`."""
    names = sorted(TOKEN.findall(form))
    wanted = [sorted((day, month, year))
              for day in ("DD",) for month in ("MM", "Mon") for year in ("YYYY", "YY")]  # fmt: skip
    return form == "serial" or names in wanted


def day_of(text: str, form: str) -> str:
    """A day as the format writes it: 2026-12-31. A time of day after it is left out.

    `form` is as in a map: DD.MM.YYYY, DD/Mon/YY, `serial`; empty for a day of ISO 8601, with or
    without a time. Raises CellError.
    """
    if form == "serial":
        if not re.fullmatch(r"\d{1,6}(?:\.\d+)?", text) or float_free(text) > MOST_SERIAL:
            raise CellError(f"{text!r} is not a serial number of a day, such as 46022")
        return str(FIRST_SERIAL + timedelta(days=float_free(text)))
    parts = re.split(f"({TOKEN.pattern})", form or "YYYY-MM-DD")
    pattern = "".join(TOKENS.get(part, re.escape(part)) for part in parts)
    found = re.match(pattern + TIME, text)
    if found is None:
        raise CellError(no_day(text, form))
    try:
        return str(date(year_of(found), month_of(found), int(found["day"])))
    except ValueError:
        raise CellError(f"{text!r} is no day of the calendar") from None


def float_free(serial: str) -> int:
    """The days of a serial number; what follows the point is a time of day."""
    return int(serial.partition(".")[0])


def year_of(found: re.Match[str]) -> int:
    named = found.groupdict()
    return int(named["year"]) if named.get("year") else 2000 + int(named["short"])


def month_of(found: re.Match[str]) -> int:
    """The number of the month; raises ValueError where its name is none."""
    named = found.groupdict()
    if named.get("month"):
        return int(named["month"])
    return SHORT_MONTHS.index(named["name"][:3].casefold()) + 1


def no_day(text: str, form: str) -> str:
    """Why a cell is no day, and what the map can say about it."""
    if form:
        return f"{text!r} is not written {form}"
    why, cure = day_hint(text)
    said = f"{text!r} is not a date{f': {why}' if why else ''}"
    forms = likely_forms(text)
    if forms == ["serial"]:
        cure = f"as a serial number of a spreadsheet it is {day_of(text, 'serial')}"
    if not forms:
        return f"{said}; {cure}"
    return f"{said}; {cure}; in the map, {' or '.join(f'`date: {each}`' for each in forms)}"


def likely_forms(text: str) -> list[str]:
    """The forms in which a day may be written so: one, two where day and month may be either."""
    if re.fullmatch(r"\d{5}", text):
        return ["serial"]
    found = LIKE_A_DAY.match(text)
    if found is None:
        return []
    first, mark, second, year = found.groups()
    years = "Y" * len(year)
    if not second.isdigit():
        return [f"DD{mark}Mon{mark}{years}"]
    orders = [("DD", "MM", second), ("MM", "DD", first)]
    return [f"{a}{mark}{b}{mark}{years}" for a, b, month in orders if 1 <= int(month) <= 12]


def number_of(text: str, drop: str, decimal: str) -> Decimal:
    """An exact number. `drop` holds signs to leave out, `decimal` the mark before the decimals.

    With a decimal mark, the marks between thousands are left out, where they part groups of three.
    Raises CellError.
    """
    digits = text.translate({ord(each): None for each in drop}).strip()
    if decimal:
        whole, mark, part = digits.partition(decimal)
        grouped = re.fullmatch(r"([-+]?\d{1,3})(?:([,. '’\u00a0\u202f])\d{3}(?:\2\d{3})*)?", whole)
        if grouped is not None and grouped[2] != decimal:
            digits = re.sub(r"[^\d+-]", "", whole) + ("." if mark else "") + part
        elif re.fullmatch(r"[-+]?\d+", whole):
            digits = whole + ("." if mark else "") + part
        else:
            digits = "?"
    if not re.fullmatch(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", digits) or len(digits) > 18:
        form = "" if decimal else f"; {number_fix(text)}"
        raise CellError(f"{text!r} is not a number{form}; it stays unknown")
    return Decimal(digits)
