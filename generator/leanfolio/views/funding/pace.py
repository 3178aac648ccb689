"""How time stands against money: the share of a period that has gone by, and what follows."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct

from leanfolio.figures.funding.burn import at_this_pace, runway
from leanfolio.figures.funding.calendar import BudgetPeriod
from leanfolio.figures.funding.table import TOTAL, FundingTable, Row
from leanfolio.model import Days
from leanfolio.wording import cents, rounded


class FundingPeriod(Struct, frozen=True):
    """A period of the budgets with its days, and how much of it has gone by."""

    name: str
    first: date | None
    last: date | None
    elapsed: Decimal | None
    current: bool

    @property
    def days(self) -> Days | None:
        """First and last day, where it has some."""
        return Days(self.first, self.last) if self.first and self.last else None


class Pace(NamedTuple):
    """How time stands against money; only a value stream's money is held against a period."""

    elapsed: Decimal | None = None
    cost: Decimal | None = None  # of the period, if spending goes on as it went
    runway: int | None = None  # days


NO_PACE = Pace()


class PeriodClock:
    """How much of each period has gone by, for the portfolio and for each stream in total."""

    def __init__(self, table: FundingTable, as_of: date) -> None:
        self.as_of = as_of
        self._periods = table.periods
        self._of_stream: dict[str, list[BudgetPeriod]] = {TOTAL: list(table.periods.values())}
        for row in table.rows:
            if row.level == "value-stream" and row.period != TOTAL:
                self._of_stream.setdefault(row.stream, []).append(table.periods[row.period])

    def pace(self, row: Row) -> Pace:
        """The pace of a value stream, or of all; a total has no days of its own to be held to."""
        if row.level != "value-stream":
            return NO_PACE
        period = self._periods.get(row.period)
        days = period.days if period else None
        columns = row.columns
        if not columns.actual.known:
            return Pace(share(self.elapsed(row)))
        approved, actual = columns.approved.amount, columns.actual.amount
        cost = at_this_pace(actual, days, self.as_of)
        return Pace(
            share(self.elapsed(row)),
            None if cost is None else cents(cost),
            runway(approved, actual, days, self.as_of),
        )

    def elapsed(self, row: Row) -> Fraction | None:
        """The share that has gone by: in total, of the days of all its periods."""
        if row.period != TOTAL:
            return self._periods[row.period].elapsed(self.as_of)
        spans = [period.days for period in self._of_stream.get(row.stream, ()) if period.days]
        whole = sum(days.length for days in spans)
        return Fraction(sum(days.elapsed(self.as_of) for days in spans), whole) if whole else None


def period_of(period: BudgetPeriod, as_of: date) -> FundingPeriod:
    """A period seen from a day."""
    first, last = period.days or (None, None)
    current = period.days is not None and period.days.first <= as_of <= period.days.last
    return FundingPeriod(period.name, first, last, share(period.elapsed(as_of)), current)


def share(part: Fraction | None) -> Decimal | None:
    """A share as a decimal, to the hundredth of a percent, rounded half up."""
    return None if part is None else Decimal(rounded(part, 4))
