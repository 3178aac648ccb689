"""Slips of the pen: what is wrong with a day or a number as people write them, and what to write.

Of two readings none is chosen: 10/05/2026 is a day in May for one reader, in October for another.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})\Z", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})[-/. ]{1,2}(\d{1,2})[-/. ]{1,2}(\d{4})\Z", re.ASCII)
SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}\Z", re.ASCII)
TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})\Z", re.ASCII)
WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d", re.ASCII)
MONTH_ALONE = re.compile(r"(\d{4})-(\d{1,2})\Z", re.ASCII)
PERIOD_ALONE = re.compile(r"\d{4}(-[HQ]\d)?\Z", re.ASCII)
NAMED_MONTH = re.compile(r"[A-Za-z]{3,9}")
USUAL_CURE = "write year, month and day, such as 2026-10-05"


def day_hint(text: str) -> tuple[str, str]:
    """Why this is not a day, or nothing where one can only say that it is none; and the cure."""
    if (match := YEAR_FIRST.match(text)) is not None:
        return year_first(int(match[1]), int(match[3]), int(match[4]))
    if (match := YEAR_LAST.match(text)) is not None:
        return year_last(int(match[1]), int(match[2]), int(match[3]))
    if SHORT_YEAR.match(text):
        return "its year has two digits", f"{USUAL_CURE} for the fifth of October"
    if (match := WITH_TIME.match(text)) is not None:
        return "it has a time", f"write the day alone: {match[1]}"
    if (match := TOGETHER.match(text)) is not None:
        return year_first(int(match[1]), int(match[2]), int(match[3]))
    if (match := MONTH_ALONE.match(text)) is not None and 1 <= int(match[2]) <= 12:
        year, month = int(match[1]), int(match[2])
        if year:
            first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
            return "it is a whole month", f"write one of its days, from {first} to {last}"
    if PERIOD_ALONE.match(text):
        return "it is a whole period", f"write one of its days, such as {text[:4]}-10-05"
    spelt = named_month(text)
    return ("it is in words", f"write {spelt}") if spelt else ("", USUAL_CURE)


def year_first(year: int, month: int, day: int) -> tuple[str, str]:
    """Year, month and day in this order: one of them is out of range, or the form is another."""
    swapped = a_day(year, day, month)
    hint = f"write {swapped} if day and month changed places" if swapped else USUAL_CURE
    if year == 0:
        return "there is no year 0", USUAL_CURE
    if not 1 <= month <= 12:
        return f"there is no month {month}", hint
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        end = date(year, month, last)
        text = f"{MONTHS[month - 1]} {year} has {last} days"
        return text, f"write {end} for its last day, or the day that is meant"
    return "it is not in the form that is read", f"write {date(year, month, day)}"


def year_last(one: int, other: int, year: int) -> tuple[str, str]:
    """A day and a month, and nobody can say which is which, where both may be either."""
    readings = [entry for entry in (a_day(year, other, one), a_day(year, one, other)) if entry]
    if not readings:
        month, day = (one, other) if other > len(MONTHS) else (other, one)
        return year_first(year, month, day)
    wrong = "a date begins with its year"
    if len(set(readings)) == 1:
        return wrong, f"write {readings[0]}"
    text = (f"{reading} for {reading.day} {MONTHS[reading.month - 1]}" for reading in readings)
    return f"{wrong}, and this may be one of two days", f"write {', or '.join(text)}"


def named_month(text: str) -> date | None:
    """The day of a date in English words: 5 October 2026, Oct 5th, 2026."""
    words = [
        number
        for word in NAMED_MONTH.findall(text)
        for number, name in enumerate(MONTHS, start=1)
        if name.casefold().startswith(word.casefold())
    ]
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", text, re.ASCII)
    days = re.findall(r"(?<!\d)\d{1,2}(?!\d)", text, re.ASCII)
    if len(words) == len(years) == len(days) == 1:
        return a_day(int(years[0]), words[0], int(days[0]))
    return None


def a_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# Numbers -------------------------------------------------------------------------------------

LARGE = re.compile(r"(\d+(?:\.\d+)?) ?(k|m|bn)\Z", re.ASCII | re.IGNORECASE)
PLAIN = re.compile(r"\d+(?:\.\d+)?\Z", re.ASCII)
UNIT_FIRST = re.compile(r"[^\W\d]{1,3} ?(\d+(?:\.\d+)?)\Z")
UNIT_LAST = re.compile(r"(\d+(?:\.\d+)?) ?[^\W\d]{2,12}\Z")
NOUGHTS = {"k": 3, "m": 6, "bn": 9}
USUAL_NUMBER = "write digits alone: no unit, no sign of a currency, no range"


def number_fix(text: str) -> str:
    """What to write for a number, where that can be told."""
    plain = text.strip(BESIDE)
    cures = [f"write {plain}"] if PLAIN.match(plain) else number_fixes(plain)
    return next(iter(cures), USUAL_NUMBER)


BESIDE = " \u00a0$€£¥"  # what stands beside a number and is no part of it
BETWEEN = ",. '’_\u00a0\u2009\u202f"  # what people write between the digits of a number
GROUPED = re.compile(rf"(\d{{1,3}})(?:([{BETWEEN}])\d{{3}})(?:\2\d{{3}})*", re.ASCII)
DIGITS = re.compile(rf"[-+]?\d+(?:[{BETWEEN}]\d+)*\Z", re.ASCII)


def readings(text: str) -> tuple[str, ...]:
    """What a number written with commas, points or blanks may be, as plain digits and a point.

    One reading where only one is possible; two for `1,250` and `2.500`, whose mark may part
    thousands or decimals, thousands first; none for what is no number.
    """
    body = text.strip(BESIDE)
    if body.startswith("(") and body.endswith(")"):
        body = f"-{body[1:-1]}"
    elif body.endswith("-"):
        body = f"-{body[:-1]}"
    if DIGITS.match(body) is None:
        return ()
    sign, body = ("-", body[1:]) if body[0] == "-" else ("", body.removeprefix("+"))
    whole, found = "".join(re.findall(r"\d", body, re.ASCII)), []
    if whole == body:
        return (f"{sign}{whole}",)
    grouped = GROUPED.match(body)
    if grouped is not None and grouped.end() == len(body) and body[0] != "0":
        found.append(whole)
    last = max(body.rfind("."), body.rfind(","))
    head = body[:last]
    parts = GROUPED.fullmatch(head)
    if last > 0 and (head.isdigit() or (parts is not None and parts[2] != body[last])):
        before = "".join(re.findall(r"\d", head, re.ASCII))
        if body[last + 1 :].isdigit():
            found.append(f"{before}.{body[last + 1 :]}")
    return tuple(sign + each for each in found)


def cure_of(found: tuple[str, ...]) -> str:
    """What to write, of one or two readings of a number."""
    if len(found) > 1:
        return f"write {found[0]}, or {found[1]} if that is what is meant"
    return f"write {found[0]}, with a point" if "." in found[0] else f"write {found[0]}"


def share_fix(text: str) -> str | None:
    """What to write for a share of one that was written in percent: 60% or 60."""
    plain = text.strip().removesuffix("%").rstrip()
    if PLAIN.match(plain) and len(plain) < 10 and 0 < (share := Decimal(plain) / 100) <= 1:
        return f"write {share.normalize():f} for {plain} %"
    return None


def number_fixes(text: str) -> Iterator[str]:
    if numbers := readings(text):
        yield cure_of(numbers)
    if (found := LARGE.match(text)) is not None:
        whole, _, part = found[1].partition(".")
        noughts = NOUGHTS[found[2].casefold()]
        if len(part) <= noughts and len(whole) < 10:
            yield f"write {int(whole + part.ljust(noughts, '0'))}"
    if text.endswith("%") and text[:-1].strip().replace(".", "", 1).isdigit():
        yield f"write {text[:-1].strip()}, without the sign"
    if (match := UNIT_FIRST.match(text) or UNIT_LAST.match(text)) is not None:
        yield f"write {match[1]}, without a unit"
