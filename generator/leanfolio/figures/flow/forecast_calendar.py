"""Weeks of a forecast as days: five working days each, without the days off of the portfolio."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property

from msgspec import Struct

DAY = timedelta(days=1)
WORKING_DAYS = 5  # of a week, Monday to Friday
MOST_WEEKS = 260  # five years; what lies beyond has no date


class WorkingWeeks(Struct, frozen=True, dict=True):
    """The weeks after a day: each of five working days, of which none is a day off."""

    after: date
    days_off: frozenset[date] = frozenset()

    @cached_property
    def ends(self) -> tuple[date, ...]:
        """The last day of each week, as far as forecasts reach."""
        return tuple(self._ends())

    def _ends(self) -> Iterator[date]:
        day, worked, found = self.after, 0, 0
        while found < MOST_WEEKS and day < date.max:
            day += DAY
            if is_working_day(day, self.days_off):
                worked += 1
                if worked % WORKING_DAYS == 0:
                    found += 1
                    yield day

    def end_of(self, week: int | None) -> date | None:
        """The day on which a week ends, counted from 1; None beyond the last."""
        if week is None or week > len(self.ends):
            return None
        return self.ends[week - 1] if week else self.after

    def until(self, day: date) -> int:
        """How many weeks are over by the end of a day."""
        return sum(1 for end in self.ends if end <= day)


def is_working_day(day: date, days_off: frozenset[date]) -> bool:
    """Whether somebody works on a day: from Monday to Friday, and not on a day off."""
    return day.weekday() < WORKING_DAYS and day not in days_off


def is_all_off(monday: date, days_off: frozenset[date]) -> bool:
    """Whether nobody works in the week of this Monday."""
    first = monday.toordinal()
    days = (date.fromordinal(min(first + n, date.max.toordinal())) for n in range(WORKING_DAYS))
    return not any(is_working_day(day, days_off) for day in days)
