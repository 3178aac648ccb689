"""What was approved first against what is approved now: a re-baseline hides no variance."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.funding.baseline import Reallocation, Rebased, since_baseline
from leanfolio.figures.funding.table import FundingTable
from leanfolio.model import ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.funding.rows import Difference, VarianceWord, difference, variance_word
from leanfolio.views.partial import NOT_SHOWN
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Text


class BaselineRow(Struct, frozen=True):
    """A value stream in a period in which money was moved, at first and now."""

    stream: Ref
    period: str
    baseline: Decimal | None
    moved: Decimal
    approved: Decimal | None
    forecast: Decimal | None
    variance: Decimal | None  # approved - forecast
    variance_word: VarianceWord
    against_baseline: Decimal | None  # baseline - forecast
    against_baseline_word: VarianceWord
    of_part: bool  # whether money is hidden from this audience

    @property
    def instead(self) -> Text:
        """What stands in place of an amount that is None; "" where nobody states it."""
        return NOT_SHOWN if self.of_part else ""

    @property
    def difference(self) -> Difference | None:
        """The variance as a page prints it."""
        return difference(self.variance)

    @property
    def difference_at_first(self) -> Difference | None:
        """The variance against the baseline as a page prints it."""
        return difference(self.against_baseline)


class MoveRow(Struct, frozen=True):
    """Approved money that moved: "" is the world outside."""

    on: date
    source: Ref | None
    to: Ref | None
    period: str
    amount: Decimal
    by: str
    why: str


class Baseline(Struct, frozen=True):
    """Every move of approved money, and the value streams that it touched."""

    rows: tuple[BaselineRow, ...] = ()
    moves: tuple[MoveRow, ...] = ()


def reallocations(portfolio: Portfolio) -> tuple[Reallocation, ...]:
    """The moves as the portfolio's file tells them, between value streams that are there."""
    streams = {value_stream.id for value_stream in portfolio.items_of(ValueStream)}
    return tuple(
        Reallocation(
            reallocation.on,
            str(reallocation.period),
            reallocation.amount,
            reallocation.from_ or "",
            reallocation.to or "",
            reallocation.by,
            reallocation.why,
        )
        for reallocation in portfolio.policy.reallocations
        if {reallocation.from_, reallocation.to} - {None} <= streams
    )


def baseline_of(portfolio: Portfolio, table: FundingTable, as_of: date) -> Baseline:
    """What was moved by a day, latest first; empty where nothing was."""
    made = [reallocation for reallocation in reallocations(portfolio) if reallocation.on <= as_of]
    moved = [stream for stream in since_baseline(table, made, as_of) if stream.entries]
    if portfolio.hides_streams:  # a move to or from a hidden one is not known
        moved = []
    return Baseline(
        tuple(baseline_row(portfolio, stream) for stream in moved), move_rows(portfolio, made)
    )


def baseline_row(portfolio: Portfolio, stream: Rebased) -> BaselineRow:
    of_part = portfolio.hides_money
    return BaselineRow(
        stream=ref(portfolio[stream.stream]),
        period=stream.period,
        baseline=stream.baseline,
        moved=stream.moved,
        approved=stream.approved,
        forecast=stream.forecast.amount,
        variance=stream.variance,
        variance_word=variance_word(stream.variance, of_part=of_part),
        against_baseline=stream.against_baseline,
        against_baseline_word=variance_word(stream.against_baseline, of_part=of_part),
        of_part=of_part,
    )


def move_rows(portfolio: Portfolio, made: Sequence[Reallocation]) -> tuple[MoveRow, ...]:
    def named(id: str) -> Ref | None:
        return ref(portfolio[id]) if id else None

    return tuple(
        MoveRow(
            move.on, named(move.source), named(move.to), move.period, move.amount, move.by, move.why
        )
        for move in sorted(made, key=lambda move: move.on, reverse=True)
    )
