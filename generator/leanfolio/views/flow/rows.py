"""Rows of flow: items, states, weeks and whole scopes, as tables, JSON and CSV hold them."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct

from leanfolio.figures.flow.clock import ItemFlow
from leanfolio.figures.flow.figures import SHARES, FlowFigures, Signal, StateTime
from leanfolio.figures.flow.scopes import Scope
from leanfolio.wording import Message, rounded, trimmed


class TimeRow(Struct, frozen=True):
    """Flow times in days; percentiles are None under ten items."""

    n: int
    p50: Decimal | None
    p85: Decimal | None
    p95: Decimal | None
    mean: Decimal | None


class ItemRow(Struct, frozen=True):
    """A finished or an open item. Days are whole days."""

    id: str
    state: str | None
    started: date | None
    ended: date | None
    days: int | None
    age: int | None
    days_in_state: int | None
    reopened: int
    backward: int
    put_back: int
    put_back_days: int
    blocked_days: int


class StateRow(Struct, frozen=True):
    """The days that work spent in one state."""

    state: str
    category: str
    items: int
    days: int
    share: Decimal | None  # in percent
    open: int
    oldest: int | None


class WeekRow(Struct, frozen=True):
    """A week: Monday to Sunday; `whole` says whether it is over."""

    period: str
    n: int
    arrivals: int
    departures: int
    load: int
    whole: bool


class CumulativeRow(Struct, frozen=True):
    """How many items had reached a state by the end of a day."""

    on: date
    state: str
    n: int


class SignalRow(Struct, frozen=True):
    """A figure of the last whole weeks: its mean, its natural limits, and the weeks outside."""

    mean: Decimal
    lower: Decimal
    upper: Decimal
    outside: tuple[str, ...]


class ScopeRow(Struct, frozen=True):
    """The flow of the portfolio, a value stream, a team or a kind."""

    level: str
    id: str
    type: str
    source: str
    n: int
    p50: Decimal | None
    p85: Decimal | None
    p95: Decimal | None
    mean: Decimal | None
    open_counted: int | None
    load: int
    total_age: int
    efficiency: Decimal | None  # in percent
    debt_days: Decimal | None
    bottleneck: str | None
    backward: int
    reopened: int
    cancelled: int
    blocked_days: int


class NamedRows(Struct, frozen=True):
    """A further table of flow: its name as a file, its title, and rows of one kind."""

    name: str
    title: Message
    rows: tuple[Any, ...]
    kind: type


def decimal(value: Fraction | None) -> Decimal | None:
    """An exact number with two decimals at most."""
    return None if value is None else trimmed(value)


def in_percent(share: Fraction | None) -> Decimal | None:
    """A share of one in percent, with one decimal at most."""
    return None if share is None else trimmed(Decimal(rounded(share * 100, 1)))


def time_row(figures: FlowFigures) -> TimeRow:
    p50, p85, p95 = (decimal(figures.percentile(share)) for share in SHARES)
    return TimeRow(len(figures.times), p50, p85, p95, decimal(figures.mean))


def item_row(flow: ItemFlow) -> ItemRow:
    return ItemRow(
        flow.id, flow.state, flow.started, flow.ended, flow.days, flow.age, flow.state_age,
        flow.reopened, flow.backward, flow.put_back, flow.put_back_days, flow.blocked_days,
    )  # fmt: skip


def state_row(entry: StateTime) -> StateRow:
    return StateRow(
        entry.state.name, entry.state.category, entry.items, entry.days, in_percent(entry.share),
        entry.open, entry.oldest,
    )  # fmt: skip


def week_rows(figures: FlowFigures) -> tuple[WeekRow, ...]:
    return tuple(
        WeekRow(week.period, week.done, week.arrivals, week.departures, week.load, week.whole)
        for week in figures.weeks
    )


def cumulative_rows(figures: FlowFigures) -> Iterator[CumulativeRow]:
    for row in figures.cumulative:
        for state, number in row.reached.items():
            yield CumulativeRow(row.on, state, number)


def cumulative_maps(figures: FlowFigures) -> tuple[Mapping[str, date | int], ...]:
    """The same, one mapping per day: the day and the number of each state."""
    return tuple({**row.reached, "on": row.on} for row in figures.cumulative)


def signal_row(signal: Signal) -> SignalRow:
    limits = signal.limits
    return SignalRow(
        trimmed(limits.mean),
        trimmed(limits.lower),
        trimmed(Decimal(rounded(limits.upper, 3))),
        tuple(signal.weeks[n].period for n in limits.outside),
    )


def scope_row(scope: Scope) -> ScopeRow:
    figures = scope.figures
    time = time_row(figures)
    slowest = figures.bottleneck
    return ScopeRow(
        scope.level, scope.id, scope.type, figures.source, time.n, time.p50, time.p85, time.p95,
        time.mean, figures.open_counted, figures.load, figures.total_age,
        in_percent(figures.efficiency), decimal(figures.debt_days),
        slowest.state.name if slowest else None, figures.backward, figures.reopened,
        len(figures.cancelled), figures.blocked_days,
    )  # fmt: skip
