"""Who gets what: value stream, epic, unallocated; for each period and in total.

Three laws hold in every column, for what is stated, whatever is unknown:
- a stream is the sum of its epics and of what is unallocated;
- the total of the periods is the total;
- the totals are the sums of the streams.

Remaining and variance are differences. A stream's own is unknown where one of its sides is, though
some of its epics may know theirs: a sum of those would speak for the others. That of what is
unallocated is unknown where that of an epic is.

What a stream states stands; what it does not state is the sum of its epics and of what was booked
on the stream itself, and is marked so. Targets belong to streams, so they are unallocated in full.
Spending stands in the period of the day on which it was booked. The rest of an epic's money stands
in the periods of its budgets; without budgets, in the period of its work: that of the as-of day, or
that in which the epic was finished. What was spent of its approval before is approved there.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, TypeVar

from msgspec import Struct

from leanfolio.figures.funding.amount import (
    ABSENT,
    EXACT,
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
from leanfolio.figures.funding.columns import (
    NAMES,
    Columns,
    added_or_absent,
    sum_columns,
    whole,
)
from leanfolio.figures.funding.currency import Exchange, exchange
from leanfolio.figures.funding.epic import EpicMoney, EpicPart, Terms, money_of
from leanfolio.figures.funding.ledger import EMPTY, Booking, Ledger
from leanfolio.model import Budget, Category, Epic, ValueStream
from leanfolio.model.portfolio import Portfolio

T = TypeVar("T")
Level = Literal["value-stream", "epic", "unallocated"]
TOTAL = "total"  # the name of all periods together
NO_STREAM = ""  # the id under which epics without a value stream stand


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


class FundingTable(Struct, frozen=True):
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
    booked = ledger.by_epic()
    to_come = frozenset(
        name for name, period in periods.items() if period.days and period.days.first > as_of
    )
    epics = tuple(
        money_of(epic, terms, booked.get(epic.id, ())) for epic in portfolio.items_of(Epic)
    )
    blocks: list[StreamRows] = []
    standing: dict[str, str] = {}
    left_out: list[LeftOut] = [line for epic in epics for line in epic.left_out]
    for stream, own in by_stream(portfolio, epics):
        lines, twice = lines_of(stream, periods) if stream else ({}, [])
        left_out += twice
        bookings = tuple(ledger.direct(stream.id)) if stream else ()
        budget = StreamBudget(stream, lines, own, bookings, to_come)
        blocks += rows_by_period(budget, periods, rates)
        now = period_at(periods_of(budget, periods), as_of)
        standing[budget.id] = now.name if now else TOTAL
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
    """What is committed to the epics of the current period; each stream has its own period.

    Of an epic with budgets, what stands in this period; of another, all of its money.
    """
    known = {epic.epic.id: epic for epic in table.epics}

    def committed(row: Row) -> Committed:
        money = known[row.id]
        amount = row.columns.committed.amount if money.epic.budgets else money.committed
        return Committed(money.epic, money.category, amount)

    return tuple(
        committed(row)
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
    result: list[tuple[ValueStream | None, list[EpicMoney]]] = [
        (stream, groups[stream.id]) for stream in portfolio.items_of(ValueStream)
    ]
    if groups[NO_STREAM]:
        result.append((None, groups[NO_STREAM]))
    return result


class StreamRows(Struct, frozen=True):
    """A stream in one period: its own row, those of its epics, and what is unallocated."""

    stream: Row
    epics: tuple[Row, ...]
    unallocated: Row | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows as the table shows them: the stream, its epics, what is unallocated."""
        return (self.stream, *self.epics, *((self.unallocated,) if self.unallocated else ()))


class StreamBudget(Struct, frozen=True):
    """All that is known of a stream: what it states, its epics, and what was booked on itself."""

    stream: ValueStream | None
    lines: Mapping[str, Budget]
    epics: Sequence[EpicMoney]
    bookings: Sequence[Booking]
    to_come: Container[str]  # names of the periods that have not begun

    @property
    def id(self) -> str:
        """The stream's id; NO_STREAM of epics that name none."""
        return self.stream.id if self.stream else NO_STREAM


def rows_by_period(
    budget: StreamBudget, periods: Mapping[str, BudgetPeriod], rates: Exchange
) -> list[StreamRows]:
    """A stream in each period in which it has money or epics, and in total."""
    own = periods_of(budget, periods)
    parts = [part for epic in budget.epics for part in epic.parts]
    epics = by_period(own, parts, lambda part: part.on)
    booked = by_period(own, budget.bookings, lambda booking: booking.spending.on)
    blocks = [
        stream_rows(budget, name, epics.get(name, ()), spent(booked.get(name)), rates)
        for name in periods
        if name in budget.lines or name in epics or name in booked
    ]
    whole = blocks or [stream_rows(budget, TOTAL, parts, spent(budget.bookings), rates)]
    return [*blocks, total_rows(budget.id, whole)]


def periods_of(budget: StreamBudget, periods: Mapping[str, BudgetPeriod]) -> list[BudgetPeriod]:
    """The periods in which a stream's money may stand: its own, or of a stream without any all."""
    return [periods[name] for name in budget.lines] or list(periods.values())


def merged(parts: Iterable[EpicPart]) -> dict[str, Columns]:
    """The parts of each epic together: two of them may stand in one period."""
    merged: dict[str, Columns] = {}
    for part in parts:
        known = merged.get(part.id)
        merged[part.id] = part.columns if known is None else sum_columns([known, part.columns])
    return merged


def spent(bookings: Sequence[Booking] | None) -> Decimal | None:
    """What was booked on a stream itself; unknown where nothing was."""
    return added(Total(booking.amount) for booking in bookings).amount if bookings else None


def by_period(
    periods: Sequence[BudgetPeriod], all: Iterable[T], day_of: Callable[[T], date]
) -> Mapping[str, list[T]]:
    """Epics or bookings under the period in which their day lies."""
    groups: defaultdict[str, list[T]] = defaultdict(list)
    standing: dict[date, BudgetPeriod | None] = {}  # most epics stand on one day
    for entry in all:
        day = day_of(entry)
        if day not in standing:
            standing[day] = period_at(periods, day)
        period = standing[day]
        if period is not None:
            groups[period.name].append(entry)
    return groups


def stream_rows(
    budget: StreamBudget,
    period: str,
    parts: Iterable[EpicPart],
    direct: Decimal | None,
    rates: Exchange,
) -> StreamRows:
    """A stream in one period: what it states, what its epics state, what was booked on it."""
    line = budget.lines.get(period)
    rows = tuple(
        Row("epic", id, budget.id, period, columns) for id, columns in merged(parts).items()
    )
    own = [row.columns for row in rows]
    parts_of_stream = [*own, *booked_columns(direct, own)]
    columns, summed = stream_columns(
        line, parts_of_stream, rates, begun=period not in budget.to_come
    )
    unallocated = None
    if line is not None or direct is not None:
        beyond = unallocated_columns(columns, own, summed, direct)
        unallocated = Row("unallocated", budget.id, budget.id, period, beyond)
    return StreamRows(
        Row("value-stream", budget.id, budget.id, period, columns, summed), rows, unallocated
    )


def booked_columns(direct: Decimal | None, epics: Sequence[Columns]) -> tuple[Columns, ...]:
    """What was booked on a stream itself, as one more part of it.

    It is part of the forecast too, where the epics have one: a forecast at completion holds what
    was spent.
    """
    if direct is None:
        return ()
    forecast = any(not epic.forecast.absent for epic in epics)
    spent, taken = Total(direct), Total(EXACT.minus(direct))
    return (
        Columns(
            actual=spent,
            remaining=taken,
            forecast=spent if forecast else ABSENT,
            variance=taken if forecast else ABSENT,
        ),
    )


def stream_columns(
    line: Budget | None, parts: Sequence[Columns], rates: Exchange, *, begun: bool = True
) -> tuple[Columns, tuple[str, ...]]:
    """A stream's row, and which of its columns are the sums of its parts.

    Nothing can have been spent of a period that has not begun: where nobody states it, it is zero.
    """
    own = {name: amount_in(line, name, rates) for name in ("target", *STATED)}
    sums = {name: added_or_absent([getattr(part, name) for part in parts]) for name in STATED}
    if not begun and line is not None and own["actual"] is None and sums["actual"].absent:
        own["actual"] = ZERO
    summed = tuple(name for name in STATED if own[name] is None and not sums[name].absent)
    result = {name: sums[name] if name in summed else stated(own[name]) for name in STATED}
    committed = added(part.committed for part in parts)
    return Columns(
        target=ABSENT if line is None else stated(own["target"]),
        approved=result["approved"],
        committed=committed,
        free=ABSENT if own["approved"] is None else rest(result["approved"], [committed]),
        forecast=result["forecast"],
        actual=result["actual"],
        remaining=difference("actual", "remaining", result, summed, parts),
        variance=difference("forecast", "variance", result, summed, parts),
        asked=added_or_absent([part.asked for part in parts]),
    ), summed


def difference(
    name: str,
    column: str,
    result: Mapping[str, Total],
    summed: Sequence[str],
    parts: Sequence[Columns],
) -> Total:
    """Approved less another column, which is unknown where either lacks a part.

    Where both are sums, it is unknown too if a part has a difference that nobody can tell: what one
    sum holds and the other lacks cannot be compared.
    """
    approved, other = result["approved"], result[name]
    if not (approved.known and other.known):
        return Total(None, max(approved.unknown, other.unknown, 1))
    lacking = without_difference(column, parts) if {"approved", name} <= set(summed) else 0
    if lacking:
        return Total(None, lacking)
    return Total(less(approved.amount, other.amount))


def without_difference(column: str, parts: Iterable[Columns]) -> int:
    """How many parts state one side of a difference and have none that anybody can tell."""
    return sum(
        getattr(part, column).amount is None
        for part in parts
        if not all(getattr(part, side).absent for side in PARTS_OF[column])
    )


def amount_in(line: Budget | None, name: str, rates: Exchange) -> Decimal | None:
    """What a budget line states in a column, in the portfolio's currency."""
    return None if line is None else rates.worth(getattr(line, name), line.currency)


def unallocated_columns(
    stream: Columns, epics: Sequence[Columns], summed: Sequence[str], direct: Decimal | None
) -> Columns:
    """What a stream has beyond its epics: unknown where it states nothing beyond them.

    An amount holds what epics that do not state it may take. A difference does not: one that an
    epic lacks is unknown here too, as what the epic has spent would else remain to nobody.
    """
    left = {
        name: UNKNOWN
        if set(PARTS_OF.get(name, (name,))) <= set(summed)
        or (name in PARTS_OF and without_difference(name, epics))
        else rest(getattr(stream, name), [getattr(epic, name) for epic in epics])
        for name in NAMES
    }
    for name, minus in (("actual", "remaining"), ("forecast", "variance")):
        if direct is None or name not in summed:
            continue
        left[name] = Total(direct)
        if "approved" in summed:
            left[minus] = Total(EXACT.minus(direct))
    left |= {name: whole(left[name]) for name in PARTS_OF}
    return Columns(**left | {"committed": NOTHING, "asked": ABSENT})


def total_rows(id: str, blocks: Sequence[StreamRows]) -> StreamRows:
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
    return StreamRows(Row("value-stream", id, id, TOTAL, columns, summed), epics, unallocated)


def total_row(period: str, streams: Sequence[Columns]) -> Row:
    """All streams together in a period."""
    return Row("value-stream", TOTAL, TOTAL, period, sum_columns(streams))
