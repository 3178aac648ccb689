"""The rows of the funding table, as the page and the exports print them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from leanfolio.figures.funding.burn import at_this_pace, burn, runway
from leanfolio.figures.funding.calendar import BudgetPeriod
from leanfolio.figures.funding.table import TOTAL, FundingTable, Level, Row
from leanfolio.model import Epic, Item
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.phrase import cents, count, rounded, words
from leanfolio.views.ref import url_of
from leanfolio.wording import listed


@dataclass(frozen=True, slots=True)
class Missing:
    """How many parts of each figure nobody has stated, in the order of the columns."""

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
COLUMNS = tuple(field.name for field in fields(Missing))
MOST_NAMED = 3  # names in a cell; the others are counted


@dataclass(frozen=True, slots=True)
class Lack:
    """What a sum lacks: the epics, the value streams or the periods that do not state it."""

    column: str
    of: tuple[str, ...]

    @property
    def id(self) -> str:
        """In one cell of a spreadsheet."""
        return f"{self.column}: {', '.join(self.of)}"

    @property
    def named(self) -> str:
        """The names, so far as a reader takes them in."""
        more = len(self.of) - MOST_NAMED
        if more <= 1:
            return str(listed(self.of))
        return f"{', '.join(self.of[:MOST_NAMED])} and {words(more)} more"


class Lacks:
    """Who does not state what a sum is made of: of a stream in a period its epics, and so of what
    is unallocated; of all streams the streams, and of all periods the periods."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._named: dict[Sum, dict[str, dict[str, None]]] = {}
        dated = {row.stream for row in rows if row.level == "value-stream" and row.period != TOTAL}
        for row in rows:
            if not any(each.unknown for each in row.columns):
                continue
            if row.period == TOTAL and row.stream in dated:
                continue  # its periods are named instead
            for sum, name in sums_with(row):
                own = self._named.setdefault(sum, {})
                for column, part in zip(COLUMNS, row.columns, strict=True):
                    if part.unknown:
                        own.setdefault(column, {})[name] = None

    def of(self, row: Row) -> tuple[Lack, ...]:
        """By column, where the row is a sum that lacks something."""
        own = self._named.get((row.level, row.stream, row.period), {})
        return tuple(Lack(column, tuple(own[column])) for column in COLUMNS if column in own)


Sum = tuple[Level, str, str]  # of which stream, in which period


def sums_with(row: Row) -> Iterable[tuple[Sum, str]]:
    """The sums that a row is a part of, and its name in each."""
    stream, period = row.stream, row.period
    if row.level == "epic":
        yield ("value-stream", stream, period), row.id
        yield ("unallocated", stream, period), row.id
        return
    if period != TOTAL:
        yield (row.level, stream, TOTAL), period
    if row.level == "value-stream":
        yield ("value-stream", TOTAL, period), stream or "no value stream"
        if period != TOTAL:
            yield ("value-stream", TOTAL, TOTAL), period


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
    lacks: tuple[Lack, ...] = ()  # who does not state what a sum is made of, by column

    def lacking(self, column: str) -> str:
        """What a figure lacks, in words; "" of one that is whole."""
        missing = getattr(self.unknown, column)
        found = next((lack for lack in self.lacks if lack.column == column), None)
        if not missing:
            return ""
        return f"{found.named if found else missing} not stated"

    @property
    def variance_sign(self) -> str:
        """Under the approved money +, over it −."""
        return "" if not self.variance else "+" if self.variance > 0 else "−"

    @property
    def variance_size(self) -> Decimal | None:
        return None if self.variance is None else abs(self.variance)

    @property
    def whole_pace(self) -> Decimal | None:
        """What the period will cost at this pace, in whole units: a projection has no cents."""
        return None if self.at_this_pace is None else Decimal(rounded(self.at_this_pace, 0))

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


class Pace(NamedTuple):
    """How time stands against money: only a value stream's money is held against a period."""

    elapsed: Decimal | None = None
    cost: Decimal | None = None  # of the period, if spending goes on as it went
    runway: int | None = None


NO_PACE = Pace()


class Clock:
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
        period = self._periods.get(row.period)
        days = period.days if period else None
        approved, actual = row.columns.approved.amount, row.columns.actual.amount
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
        spans = [each.days for each in self._of_stream.get(row.stream, ()) if each.days]
        whole = sum(days.length for days in spans)
        return Fraction(sum(days.elapsed(self.as_of) for days in spans), whole) if whole else None


def period_of(period: BudgetPeriod, as_of: date) -> FundingPeriod:
    """A period seen from a day."""
    first, last = period.days or (None, None)
    current = period.days is not None and period.days.first <= as_of <= period.days.last
    return FundingPeriod(period.name, first, last, share(period.elapsed(as_of)), current)


class Subject(NamedTuple):
    """What a row is about."""

    title: str
    url: str | None
    state: str = ""
    kind: str = ""
    horizon: int | None = None


UNALLOCATED = Subject("Unallocated", None)


class Subjects:
    """What the rows are about; an item that has a row in each period is asked once."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._items = portfolio.items
        self._known: dict[str, Subject] = {}

    def of(self, row: Row) -> Subject:
        if row.level == "unallocated":
            return UNALLOCATED
        found = self._known.get(row.id)
        if found is None:
            found = self._known[row.id] = subject_of(row, self._items.get(row.id))
        return found


def subject_of(row: Row, item: Item | None) -> Subject:
    if item is None:
        return Subject("All value streams" if row.stream == TOTAL else "No value stream", None)
    if not isinstance(item, Epic):
        return Subject(item.title, url_of(item))
    return Subject(item.title, url_of(item), item.state or "", item.kind, item.horizon)


def row_of(row: Row, subjects: Subjects, clock: Clock, lacks: Lacks) -> FundingRow:
    """One row as the page prints it."""
    columns = row.columns
    subject = subjects.of(row)
    variance = columns.variance.amount
    approved, actual = columns.approved.amount, columns.actual.amount
    pace = clock.pace(row) if row.level == "value-stream" else NO_PACE
    proposed = row.level == "epic" and columns.approved.absent
    return FundingRow(
        level=row.level,
        id=row.id,
        title=subject.title,
        url=subject.url,
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
        elapsed=pace.elapsed,
        at_this_pace=pace.cost,
        runway_days=pace.runway,
        unknown=missing(row),
        summed=row.summed,
        state=subject.state,
        kind=subject.kind,
        horizon=subject.horizon,
        note=note_of(row),
        lacks=lacks.of(row),
    )


def burn_of(row: Row) -> Decimal | None:
    """The share that is spent, where nothing is missing from either sum."""
    approved, actual = row.columns.approved, row.columns.actual
    if row.level == "unallocated" or not (approved.known and actual.known):
        return None
    return share(burn(approved.amount, actual.amount))


def missing(row: Row) -> Missing:
    counts = [column.unknown for column in row.columns]
    return Missing(*counts) if any(counts) else COMPLETE


def word_of(variance: Decimal | None) -> str:
    """Under or over the approved money, in a word."""
    if variance is None:
        return "not stated"
    return "under" if variance > 0 else "over" if variance < 0 else "on plan"


def note_of(row: Row) -> str:
    """What must be said beside the figures of a row."""
    if row.level == "unallocated":
        return unallocated_note(row)
    if row.level == "epic" and not row.columns.asked.absent:
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
