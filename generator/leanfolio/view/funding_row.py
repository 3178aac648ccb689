"""The rows of the funding table, as the page and the exports print them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction

from leanfolio.model import Days, Epic, Item
from leanfolio.money.burn import at_this_pace, burn, runway
from leanfolio.money.calendar import BudgetPeriod
from leanfolio.money.funding import ABSENT, TOTAL, FundingTable, Level, Row
from leanfolio.portfolio import Portfolio
from leanfolio.view.phrase import cents, count, listed, rounded
from leanfolio.view.ref import url_of


@dataclass(frozen=True, slots=True)
class Missing:
    """How many parts of each figure nobody has stated."""

    target: int = 0
    approved: int = 0
    committed: int = 0
    free: int = 0
    forecast: int = 0
    actual: int = 0
    remaining: int = 0
    variance: int = 0
    asked: int = 0


COMPLETE = Missing()
COLUMNS = tuple(each.name for each in fields(Missing))


@dataclass(frozen=True, slots=True)
class FundingRow:
    """One line of the table. Amounts are in the portfolio's currency; None is not stated."""

    level: Level
    id: str
    title: str
    url: str | None
    stream: str  # the id of the value stream that the row counts in; "" for none
    period: str  # "total" for all together
    target: Decimal | None
    approved: Decimal | None
    committed: Decimal | None
    free: Decimal | None
    forecast: Decimal | None
    actual: Decimal | None
    remaining: Decimal | None
    variance: Decimal | None
    variance_word: str  # under, over, on plan, not stated; "" of a proposal
    asked: Decimal | None  # by epics that wait for their decision; in no other column
    burn: Decimal | None  # share of the approved money that is spent
    elapsed: Decimal | None  # share of the period that has gone by
    at_this_pace: Decimal | None  # the cost of the period if spending goes on as it went
    runway_days: int | None  # how long the rest of the approved money lasts at that pace
    unknown: Missing
    summed: tuple[str, ...]  # columns that it does not state: the sums of what stands below
    state: str = ""
    kind: str = ""
    horizon: int | None = None
    proposed: bool = False  # an epic that waits for its decision: it has no money, and asks for it
    note: str = ""  # what a reader must know of this row, as a sentence

    @property
    def variance_sign(self) -> str:
        """Under the approved money +, over it −."""
        return "" if not self.variance else "+" if self.variance > 0 else "−"

    @property
    def variance_size(self) -> Decimal | None:
        return None if self.variance is None else abs(self.variance)

    @property
    def missing(self) -> int:
        """The most parts that any of its printed figures lacks."""
        return max(int(getattr(self.unknown, name)) for name in COLUMNS)


@dataclass(frozen=True, slots=True)
class FundingPeriod:
    """A period of the budgets with its days, and how much of it has gone by."""

    name: str
    first: date | None
    last: date | None
    elapsed: Decimal | None
    current: bool


class Clock:
    """How much of each period has gone by, for the portfolio and for each stream in total."""

    def __init__(self, table: FundingTable, as_of: date) -> None:
        self.as_of = as_of
        self._periods = table.periods
        self._of_stream: dict[str, list[BudgetPeriod]] = {TOTAL: list(table.periods.values())}
        for row in table.rows:
            if row.level == "value-stream" and row.period != TOTAL:
                self._of_stream.setdefault(row.stream, []).append(table.periods[row.period])

    def days(self, row: Row) -> Days | None:
        """The days of a row's period; a total has none of its own."""
        period = self._periods.get(row.period)
        return period.days if period and row.level == "value-stream" else None

    def elapsed(self, row: Row) -> Fraction | None:
        """The share that has gone by: in total, of the days of all its periods."""
        if row.level != "value-stream":
            return None
        if row.period != TOTAL:
            return self._periods[row.period].elapsed(self.as_of)
        spans = [each.days for each in self._of_stream.get(row.stream, ()) if each.days]
        whole = sum(days.length for days in spans)
        return Fraction(sum(days.elapsed(self.as_of) for days in spans), whole) if whole else None

    def periods(self) -> Iterable[FundingPeriod]:
        for each in self._periods.values():
            first, last = each.days or (None, None)
            current = each.days is not None and each.days.first <= self.as_of <= each.days.last
            yield FundingPeriod(each.name, first, last, share(each.elapsed(self.as_of)), current)


def row_of(portfolio: Portfolio, row: Row, clock: Clock) -> FundingRow:
    """One row as the page prints it."""
    columns = row.columns
    item = portfolio.items.get(row.id)
    variance = columns.variance.amount
    approved, actual = columns.approved.amount, columns.actual.amount
    days = clock.days(row)
    pace = at_this_pace(actual, days, clock.as_of)
    proposed = row.level == "epic" and columns.approved == ABSENT
    return FundingRow(
        level=row.level,
        id=row.id,
        title=title_of(row, item),
        url=url_of(item) if item and row.level != "unallocated" else None,
        stream=row.stream,
        period=row.period,
        target=columns.target.amount,
        approved=approved,
        committed=columns.committed.amount,
        free=columns.free.amount,
        forecast=columns.forecast.amount,
        actual=actual,
        remaining=columns.remaining.amount,
        variance=variance,
        variance_word="" if proposed else word_of(variance),
        asked=columns.asked.amount,
        proposed=proposed,
        burn=burn_of(row),
        elapsed=share(clock.elapsed(row)),
        at_this_pace=None if pace is None else cents(pace),
        runway_days=runway(approved, actual, days, clock.as_of),
        unknown=missing(row),
        summed=row.summed,
        state=(item.state or "") if isinstance(item, Epic) else "",
        kind=item.kind if isinstance(item, Epic) else "",
        horizon=item.horizon if isinstance(item, Epic) else None,
        note=note_of(row),
    )


def title_of(row: Row, item: Item | None) -> str:
    if row.level == "unallocated":
        return "Unallocated"
    if row.id == TOTAL and row.stream == TOTAL:
        return "All value streams"
    return item.title if item else "No value stream"


def burn_of(row: Row) -> Decimal | None:
    """The share that is spent, where nothing is missing from either sum."""
    approved, actual = row.columns.approved, row.columns.actual
    if row.level == "unallocated" or not (approved.known and actual.known):
        return None
    return share(burn(approved.amount, actual.amount))


def missing(row: Row) -> Missing:
    counts = {name: getattr(row.columns, name).unknown for name in COLUMNS}
    return Missing(**counts) if any(counts.values()) else COMPLETE


def word_of(variance: Decimal | None) -> str:
    """Under or over the approved money, in a word."""
    if variance is None:
        return "not stated"
    return "under" if variance > 0 else "over" if variance < 0 else "on plan"


def note_of(row: Row) -> str:
    """What must be said beside the figures of a row."""
    if row.level == "unallocated":
        return unallocated_note(row)
    if row.columns.asked != ABSENT and row.level == "epic":
        return "waits for its decision"
    if row.summed and row.stream != TOTAL:
        return f"{listed(row.summed)} summed from below"
    return ""


def unallocated_note(row: Row) -> str:
    left, unknown = row.columns.approved.amount, row.columns.approved.unknown
    if left is not None and left < 0:
        return "its epics were approved more than the value stream has"
    if left is not None and unknown:
        return f"holds what {count(unknown, 'epic')} may take that {does(unknown)} not state it"
    return ""


def does(number: int) -> str:
    return "does" if number == 1 else "do"


def share(part: Fraction | None) -> Decimal | None:
    """A share as a decimal, to the hundredth of a percent, halves up."""
    return None if part is None else Decimal(rounded(part, 4))
