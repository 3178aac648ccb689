"""What was approved first, what was moved since, and what that did to the variance.

A variance against today's approval alone would vanish with every re-baseline; so both are told.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.funding.amount import EXACT, ZERO, Total, less, sum_of
from leanfolio.figures.funding.table import TOTAL, FundingTable, Row


class Reallocation(Struct, frozen=True):
    """Approved money that moved on a day: from whom, to whom, by whose decision, and why.

    An empty `source` or `to` is the world outside: new money, or money given back.
    """

    on: date
    period: str
    amount: Decimal
    source: str
    to: str
    by: str
    why: str


class Rebased(Struct, frozen=True):
    """One value stream in one period: its approval at first and now, and both variances."""

    stream: str
    period: str
    baseline: Decimal | None
    moved: Decimal
    approved: Decimal | None
    forecast: Total
    variance: Decimal | None  # approved - forecast
    against_baseline: Decimal | None  # baseline - forecast
    entries: tuple[Reallocation, ...]


def since_baseline(
    table: FundingTable, entries: Iterable[Reallocation], as_of: date
) -> tuple[Rebased, ...]:
    """Every stream in every period: today's approval less what was moved is the baseline."""
    made = sorted((entry for entry in entries if entry.on <= as_of), key=lambda entry: entry.on)
    return tuple(
        rebased(row, made)
        for row in table.rows
        if row.level == "value-stream" and row.period != TOTAL and row.stream
    )


def rebased(row: Row, entries: Iterable[Reallocation]) -> Rebased:
    """A row with what was moved taken back: its first approval, and the variance from that."""
    own = tuple(
        entry
        for entry in entries
        if entry.period == row.period and row.stream in (entry.source, entry.to)
    )
    moved = sum_of(signed(element, row.stream) for element in own)
    approved = row.columns.approved.amount
    baseline = less(approved, moved)
    forecast = row.columns.forecast
    whole = forecast.amount if forecast.known else None
    return Rebased(
        stream=row.stream,
        period=row.period,
        baseline=baseline,
        moved=moved,
        approved=approved,
        forecast=forecast,
        variance=less(approved, whole),
        against_baseline=less(baseline, whole),
        entries=own,
    )


def signed(entry: Reallocation, stream: str) -> Decimal:
    """What an entry gave a stream: less than zero where it took."""
    gained = entry.amount if entry.to == stream else ZERO
    lost = entry.amount if entry.source == stream else ZERO
    return EXACT.subtract(gained, lost)


class Refunded(Struct, frozen=True):
    """One row of the funding table then and now."""

    level: str
    id: str
    period: str
    columns: Mapping[str, tuple[Decimal | None, Decimal | None]]  # those that changed: (was, is)


def refunded(was: FundingTable, now: FundingTable) -> tuple[Refunded, ...]:
    """Every row whose money changed between two tables: of two commits, of plan and scenario."""
    before = {(row.level, row.id, row.period): row for row in was.rows}
    after = {(row.level, row.id, row.period): row for row in now.rows}
    matches = []
    for key in dict.fromkeys((*after, *before)):
        changed = changes(before.get(key), after.get(key))
        if changed:
            matches.append(Refunded(*key, changed))
    return tuple(matches)


COMPARED = ("target", "approved", "committed", "forecast", "actual")


def changes(was: Row | None, now: Row | None) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    """The columns whose amounts differ; a row that is not there has none."""
    pairs = {name: (amount_of(was, name), amount_of(now, name)) for name in COMPARED}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def amount_of(row: Row | None, name: str) -> Decimal | None:
    """One column of a row; None where row or amount is not there."""
    column: Total | None = getattr(row.columns, name) if row else None
    return column.amount if column else None
