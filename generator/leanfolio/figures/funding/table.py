"""Who gets what: value stream, epic, unallocated; for each period and in total.

Three laws hold in every column, for what is stated, whatever is unknown:
- a stream is the sum of its epics and of what is unallocated;
- the total of the periods is the total;
- the totals are the sums of the streams.

Remaining and variance are differences. A stream's own is unknown where one of its sides is, though
some of its epics may know theirs: a sum of those would speak for the others.

What a stream states stands; what it does not state is the sum of its epics and of what was booked
on the stream itself, and is marked so. Targets belong to streams, so they are unallocated in full.
An epic's money stands in the periods of its budgets. One without budgets has no period of its own:
all of its money stands in the period in which its work stands, which is that of the day as of which
we speak, or that in which the epic was finished.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, TypeVar

from leanfolio.figures.funding.actuals import EMPTY, Booking, Ledger
from leanfolio.figures.funding.amount import (
    ABSENT,
    NOTHING,
    UNKNOWN,
    ZERO,
    Total,
    added,
    less,
    rest,
    stated,
)
from leanfolio.figures.funding.calendar import (
    BudgetPeriod,
    LeftOut,
    Spans,
    calendar,
    lines_of,
    period_at,
)
from leanfolio.figures.funding.currency import Exchange, exchange
from leanfolio.figures.funding.epic import EpicMoney, Terms, money_of
from leanfolio.model import Budget, Category, Epic, ValueStream
from leanfolio.model.portfolio import Portfolio

T = TypeVar("T")
Level = Literal["value-stream", "epic", "unallocated"]
TOTAL = "total"  # the name of all periods together
NO_STREAM = ""  # the id under which epics without a value stream stand


class Columns(NamedTuple):
    """The columns of the funding table. Each is a sum that knows what it lacks, or is absent."""

    target: Total = ABSENT
    approved: Total = ABSENT
    committed: Total = ABSENT
    free: Total = ABSENT  # approved for the stream, and not committed to an epic
    forecast: Total = ABSENT
    actual: Total = ABSENT
    remaining: Total = ABSENT  # approved - actual
    variance: Total = ABSENT  # approved - forecast: above zero is under the approved money
    asked: Total = ABSENT  # by epics that wait for their decision; in no other column


NAMES = Columns._fields
PARTS_OF = {"remaining": ("approved", "actual"), "variance": ("approved", "forecast")}
STATED = ("approved", "forecast", "actual")  # what a stream states and its epics could add up to


class Row(NamedTuple):
    """One line of the table: a stream, one of its epics, or what no epic has."""

    level: Level
    id: str  # of the stream or the epic
    stream: str
    period: str
    columns: Columns
    summed: tuple[
        str, ...
    ] = ()  # columns that the stream does not state: the sums of what stands below it


@dataclass(frozen=True, slots=True)
class FundingTable:
    """The whole table, its rows in the order of periods, then streams, then epics."""

    exchange: Exchange
    periods: Mapping[str, BudgetPeriod]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]  # one for each period, and one for all together
    epics: tuple[EpicMoney, ...]
    left_out: tuple[LeftOut, ...]
    standing: Mapping[str, str]  # by stream: its period of the day as of which we speak


def funding(portfolio: Portfolio, as_of: date, ledger: Ledger = EMPTY) -> FundingTable:
    """The funding table of a portfolio as of a day, with what the ledger says was spent."""
    rates = exchange(portfolio.policy, as_of)
    periods = calendar(portfolio)
    terms = Terms(portfolio, rates, as_of, Spans(portfolio))
    epics = tuple(
        money_of(epic, terms, ledger.of_epic.get(epic.id)) for epic in portfolio.items_of(Epic)
    )
    blocks: list[Block] = []
    standing: dict[str, str] = {}
    left_out: list[LeftOut] = [line for epic in epics for line in epic.left_out]
    for stream, own in by_stream(portfolio, epics):
        lines, twice = lines_of(stream, periods) if stream else ({}, [])
        left_out += twice
        bookings = tuple(ledger.direct(stream.id)) if stream else ()
        pot = Pot(stream, lines, own, bookings)
        blocks += blocks_of(pot, periods, rates)
        now = period_at(periods_of(pot, periods), as_of)
        standing[pot.id] = now.name if now else TOTAL
    rows = [row for block in blocks for row in block.rows]
    streams: dict[str, list[Columns]] = {}
    for block in blocks:
        streams.setdefault(block.stream.period, []).append(block.stream.columns)
    totals = [total_row(name, streams.get(name, ())) for name in (*periods, TOTAL)]
    order = {name: number for number, name in enumerate((*periods, TOTAL))}
    rows.sort(key=lambda row: order[row.period])  # stable: streams and epics stay in order
    return FundingTable(
        rates, periods, tuple(rows), tuple(totals), epics, tuple(left_out), standing
    )


class Committed(NamedTuple):
    """What an epic commits in a period; None is not stated."""

    epic: Epic
    category: Category | None
    amount: Decimal | None


def committed_now(table: FundingTable) -> tuple[Committed, ...]:
    """What of each epic's money stands in the period of the day; each stream has its own."""
    known = {epic.epic.id: epic for epic in table.epics}
    return tuple(
        Committed(known[row.id].epic, known[row.id].category, row.columns.committed.amount)
        for row in table.rows
        if row.level == "epic"
        and row.period == table.standing[row.stream]
        and not row.columns.committed.absent
    )


def by_stream(
    portfolio: Portfolio, epics: Iterable[EpicMoney]
) -> list[tuple[ValueStream | None, list[EpicMoney]]]:
    """Every value stream with its epics; last, the epics that no stream pays for."""
    groups: defaultdict[str, list[EpicMoney]] = defaultdict(list)
    for epic in epics:
        groups[epic.stream].append(epic)
    found: list[tuple[ValueStream | None, list[EpicMoney]]] = [
        (stream, groups[stream.id]) for stream in portfolio.items_of(ValueStream)
    ]
    if groups[NO_STREAM]:
        found.append((None, groups[NO_STREAM]))
    return found


@dataclass(frozen=True, slots=True)
class Block:
    """A stream in one period: its own row, those of its epics, and what is unallocated."""

    stream: Row
    epics: tuple[Row, ...]
    unallocated: Row | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows as the table shows them: the stream, its epics, what is unallocated."""
        return (self.stream, *self.epics, *((self.unallocated,) if self.unallocated else ()))


@dataclass(frozen=True, slots=True)
class Pot:
    """All that is known of a stream: what it states, its epics, and what was booked on itself."""

    stream: ValueStream | None
    lines: Mapping[str, Budget]
    epics: Sequence[EpicMoney]
    bookings: Sequence[Booking]

    @property
    def id(self) -> str:
        """The stream's id; NO_STREAM of epics that name none."""
        return self.stream.id if self.stream else NO_STREAM


def blocks_of(pot: Pot, periods: Mapping[str, BudgetPeriod], rates: Exchange) -> list[Block]:
    """A stream in each period in which it has money or epics, and in total."""
    own = periods_of(pot, periods)
    shares = [share for epic in pot.epics for share in shares_of(epic)]
    epics = by_period(own, shares, lambda each: each.on)
    booked = by_period(own, pot.bookings, lambda each: each.spending.on)
    blocks = [
        block_of(pot, name, epics.get(name, ()), spent(booked.get(name)), rates)
        for name in periods
        if name in pot.lines or name in epics or name in booked
    ]
    whole = blocks or [block_of(pot, TOTAL, shares, spent(pot.bookings), rates)]
    return [*blocks, total_block(pot.id, whole)]


def periods_of(pot: Pot, periods: Mapping[str, BudgetPeriod]) -> list[BudgetPeriod]:
    """The periods in which a stream's money may stand: its own, or of a stream without any all."""
    return [periods[name] for name in pot.lines] or list(periods.values())


class Share(NamedTuple):
    """What of an epic's money stands on a day: all of it, where the epic has no budgets."""

    id: str
    on: date
    columns: Columns


def shares_of(money: EpicMoney) -> list[Share]:
    """An epic's money, each part with its day."""
    if not money.parts:
        return [Share(money.epic.id, money.on, columns_of(money))]
    remaining = None not in (money.approved, money.actual)
    variance = None not in (money.approved, money.forecast)
    found: list[Share] = []
    for part in money.parts:
        own = part.columns.get
        approved, forecast = own("approved", ABSENT), own("forecast", ABSENT)
        actual = own("actual", ABSENT)
        columns = Columns(
            approved=approved,
            committed=own("committed", ABSENT),
            forecast=forecast,
            actual=actual,
            remaining=beyond(approved, actual) if remaining else missed(found),
            variance=beyond(approved, forecast) if variance else missed(found),
        )
        found.append(Share(money.epic.id, part.on, columns))
    return found


def beyond(approved: Total, other: Total) -> Total:
    """Approved less another column of the same part; what has no part here takes nothing."""
    if approved.absent and other.absent:
        return ABSENT
    return Total(less(approved.amount or ZERO, other.amount or ZERO))


def missed(earlier: Sequence[Share]) -> Total:
    """A difference that nobody can tell is missed once, however many parts the epic has."""
    return ABSENT if earlier else UNKNOWN


def merged(shares: Iterable[Share]) -> dict[str, Columns]:
    """The shares of each epic together: two of its parts may stand in one period."""
    found: dict[str, Columns] = {}
    for share in shares:
        known = found.get(share.id)
        found[share.id] = share.columns if known is None else sum_columns([known, share.columns])
    return found


def spent(bookings: Sequence[Booking] | None) -> Decimal | None:
    """What was booked on a stream itself; unknown where nothing was."""
    return added(Total(booking.amount) for booking in bookings).amount if bookings else None


def by_period(
    periods: Sequence[BudgetPeriod], all: Iterable[T], day_of: Callable[[T], date]
) -> Mapping[str, list[T]]:
    """Epics or bookings under the period in which their day lies."""
    groups: defaultdict[str, list[T]] = defaultdict(list)
    standing: dict[date, BudgetPeriod | None] = {}  # most epics stand on one day
    for each in all:
        day = day_of(each)
        if day not in standing:
            standing[day] = period_at(periods, day)
        period = standing[day]
        if period is not None:
            groups[period.name].append(each)
    return groups


def block_of(
    pot: Pot, period: str, shares: Iterable[Share], direct: Decimal | None, rates: Exchange
) -> Block:
    """A stream in one period: what it states, what its epics state, what was booked on it."""
    line = pot.lines.get(period)
    rows = tuple(Row("epic", id, pot.id, period, columns) for id, columns in merged(shares).items())
    own = [row.columns for row in rows]
    columns, summed = stream_columns(line, [*own, *booked_columns(direct)], rates)
    unallocated = None
    if line is not None or direct is not None:
        beyond = unallocated_columns(columns, own, summed, direct)
        unallocated = Row("unallocated", pot.id, pot.id, period, beyond)
    return Block(Row("value-stream", pot.id, pot.id, period, columns, summed), rows, unallocated)


def booked_columns(direct: Decimal | None) -> tuple[Columns, ...]:
    """What was booked on a stream itself, as one more part of it."""
    if direct is None:
        return ()
    return (Columns(actual=Total(direct)),)


def columns_of(money: EpicMoney) -> Columns:
    """An epic's row. Targets and free money belong to streams; a proposal only asks."""
    if money.proposed:
        return Columns(asked=stated(money.asked))
    return Columns(
        approved=stated(money.approved),
        committed=stated(money.committed),
        forecast=stated(money.forecast),
        actual=stated(money.actual),
        remaining=stated(less(money.approved, money.actual)),
        variance=stated(less(money.approved, money.forecast)),
    )


def stream_columns(
    line: Budget | None, parts: Sequence[Columns], rates: Exchange
) -> tuple[Columns, tuple[str, ...]]:
    """A stream's row, and which of its columns are the sums of its parts."""
    own = {name: amount_in(line, name, rates) for name in ("target", *STATED)}
    sums = {name: added_or_absent([getattr(part, name) for part in parts]) for name in STATED}
    summed = tuple(name for name in STATED if own[name] is None and not sums[name].absent)
    found = {name: sums[name] if name in summed else stated(own[name]) for name in STATED}
    committed = added(part.committed for part in parts)
    return Columns(
        target=ABSENT if line is None else stated(own["target"]),
        approved=found["approved"],
        committed=committed,
        free=ABSENT if own["approved"] is None else rest(found["approved"], [committed]),
        forecast=found["forecast"],
        actual=found["actual"],
        remaining=difference("actual", "remaining", found, summed, parts),
        variance=difference("forecast", "variance", found, summed, parts),
        asked=added_or_absent([part.asked for part in parts]),
    ), summed


def difference(
    name: str,
    column: str,
    found: Mapping[str, Total],
    summed: Sequence[str],
    parts: Sequence[Columns],
) -> Total:
    """Approved less another column. Like is compared with like, or it is unknown.

    Where both are sums, it is the sum over the parts that state both.
    """
    if "approved" in summed and name in summed:
        return added(getattr(part, column) for part in parts)
    approved, other = found["approved"], found[name]
    if approved.known and other.known:
        return Total(less(approved.amount, other.amount))
    return Total(None, max(approved.unknown, other.unknown, 1))


def amount_in(line: Budget | None, name: str, rates: Exchange) -> Decimal | None:
    """What a budget line states in a column, in the portfolio's currency."""
    return None if line is None else rates.worth(getattr(line, name), line.currency)


def unallocated_columns(
    stream: Columns, epics: Sequence[Columns], summed: Sequence[str], direct: Decimal | None
) -> Columns:
    """What a stream has beyond its epics: unknown where it states nothing beyond them."""
    left = {
        name: UNKNOWN
        if set(PARTS_OF.get(name, (name,))) <= set(summed)
        else rest(getattr(stream, name), [getattr(epic, name) for epic in epics])
        for name in NAMES
    }
    if direct is not None and "actual" in summed:
        left["actual"] = Total(direct)
    return Columns(**left | {"committed": NOTHING, "asked": ABSENT})


def total_block(id: str, blocks: Sequence[Block]) -> Block:
    """A stream over all its periods."""
    shares: dict[str, list[Columns]] = {}
    for block in blocks:
        for row in block.epics:
            shares.setdefault(row.id, []).append(row.columns)
    epics = tuple(
        Row("epic", own, id, TOTAL, parts[0] if len(parts) == 1 else sum_columns(parts))
        for own, parts in shares.items()
    )
    over = [block.unallocated.columns for block in blocks if block.unallocated]
    unallocated = Row("unallocated", id, id, TOTAL, sum_columns(over)) if over else None
    summed = tuple(name for name in STATED if any(name in block.stream.summed for block in blocks))
    columns = sum_columns([block.stream.columns for block in blocks])
    return Block(Row("value-stream", id, id, TOTAL, columns, summed), epics, unallocated)


def total_row(period: str, streams: Sequence[Columns]) -> Row:
    """All streams together in a period."""
    return Row("value-stream", TOTAL, TOTAL, period, sum_columns(streams))


def sum_columns(all: Sequence[Columns]) -> Columns:
    """Each column summed by itself; one that means nothing in any part means nothing."""
    return Columns(*map(added_or_absent, zip(*all, strict=True))) if all else Columns()


def added_or_absent(parts: Sequence[Total]) -> Total:
    """The sum of the parts in which the column means something."""
    if len(parts) == 1:
        return parts[0]
    meant = [part for part in parts if part.amount is not None or part.unknown]
    return added(meant) if meant else ABSENT
