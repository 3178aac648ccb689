"""Spans of time that have a name: a fiscal year, a half, a quarter, a month, an increment."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from leanfolio.model.field import Day, short_value
from leanfolio.model.item import SubModel

NAMED = re.compile(r"(?P<year>\d{4})(-(?P<part>H[12]|Q[1-4]|\d{2}))?\Z")


class Days(NamedTuple):
    """First and last day, both included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def elapsed(self, on: date) -> int:
        """Days gone by at the end of that day, from 0 to all."""
        return min(max((on - self.first).days + 1, 0), self.length)

    def holds(self, day: date) -> bool:
        """Whether a day is one of these."""
        return self.first <= day <= self.last

    def overlaps(self, other: "Days") -> bool:
        return self.first <= other.last and other.first <= self.last


class FiscalYear(NamedTuple):
    """Month and day on which fiscal years begin, and whether their number is that of their end."""

    month: int = 1
    day: int = 1
    named_by_end: bool = False

    def first_day(self, number: int) -> date:
        """Return the first day of the fiscal year of this number. A year from January has one."""
        before = self.named_by_end and (self.month, self.day) != (1, 1)
        return date(number - before, self.month, self.day)


CALENDAR_YEAR = FiscalYear()


class NamedPeriod(SubModel):
    """A period as it was written: by name, or by its first and last day."""

    name: str | None = None
    start: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def _whole(self) -> "NamedPeriod":
        if self.name is None and (self.start is None or self.end is None):
            has, lacks = ("a start", "end") if self.end is None else ("an end", "start")
            message = "it has {has} and no {lacks}\nwrite both, or a name such as 2026-H2"
            if self.start is self.end:
                message = "it has neither a start nor an end\nwrite both, or a name such as 2026-H2"
            raise PydanticCustomError("period", message, {"has": has, "lacks": lacks})
        if self.start is not None and self.end is not None and self.end < self.start:
            days = {"start": str(self.start), "end": str(self.end)}
            message = "it ends on {end}, before it starts on {start}\ncorrect one of the two days"
            raise PydanticCustomError("period", message, days)
        return self

    def __str__(self) -> str:
        return self.name if self.name is not None else f"{self.start} to {self.end}"

    def days(self, fiscal_year: FiscalYear = CALENDAR_YEAR) -> Days | None:
        """First and last day; None for a name that is no calendar period (an increment's id)."""
        if self.start is not None and self.end is not None:
            return Days(self.start, self.end)
        return named_days(self.name or "", fiscal_year)


@lru_cache(1024)
def named_days(name: str, fiscal_year: FiscalYear) -> Days | None:
    """First and last day of a year, half, quarter or month; None of any other name."""
    match = NAMED.match(name)
    if not match:
        return None
    year, part = int(match["year"]), match["part"]
    if not 2 <= year <= 9998:
        return None
    if part and part.isdigit():
        month = int(part)
        if not 1 <= month <= 12:
            return None
        return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    begin, months = 0, 12
    if part:
        months = 6 if part[0] == "H" else 3
        begin = (int(part[1]) - 1) * months
    opening = fiscal_year.first_day(year)
    return Days(later(opening, begin), later(opening, begin + months) - timedelta(days=1))


def later(day: date, months: int) -> date:
    """The same day of the month, so many months on; the month's last where it has no such day."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def read_period(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and value:
        return {"name": value}
    if isinstance(value, dict | NamedPeriod):
        return value
    message = "{value} is not a period\nwrite 2026, 2026-H2, 2026-Q3, 2026-10 or an increment's id"
    raise PydanticCustomError("period", message, short_value(value))


Period = Annotated[
    NamedPeriod,
    BeforeValidator(read_period),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "integer"]},
                {
                    "type": "object",
                    "properties": {
                        "start": {"type": "string", "format": "date"},
                        "end": {"type": "string", "format": "date"},
                    },
                    "required": ["start", "end"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
