"""An allocation beside the present one: what moves, which guardrails hold, what delay it costs."""

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.amount import EXACT, ZERO, sum_of
from leanfolio.figures.funding.baseline import Refunded, refunded
from leanfolio.figures.funding.currency import Exchange
from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.figures.funding.table import TOTAL, FundingTable
from leanfolio.model import Epic
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio


class DelayCost(Struct, frozen=True):
    """Cost of delay of some epics: money per week, points of the relative form, who has none."""

    per_week: Fraction | None  # in the portfolio's currency; None where no epic states it
    points: Fraction
    unknown: tuple[str, ...]  # ids of epics whose money per week is not stated, or has no rate


class Comparison(Struct, frozen=True):
    """An allocation beside the present one."""

    moved: tuple[Refunded, ...]
    given: Decimal  # to epics that get more
    taken: Decimal  # from epics that get less
    entered: tuple[str, ...]  # epics that come into the line
    left: tuple[str, ...]
    gained: DelayCost  # of those that enter: what is no longer lost by waiting
    lost: DelayCost  # of those that leave
    kept: tuple[Verdict, ...]  # guardrails that hold in the scenario
    broken: tuple[Verdict, ...]
    newly_broken: tuple[Verdict, ...]
    mended: tuple[Verdict, ...]
    before: tuple[Verdict, ...]  # every guardrail as it stands
    after: tuple[Verdict, ...]


def compare(
    present: Facts,
    other: Facts,
    *,
    line_now: Collection[str] | None = None,
    line_then: Collection[str] | None = None,
) -> Comparison:
    """Return two allocations side by side: of a scenario, or of another revision.

    The line holds the epics that are funded; the ranking may give its own.
    """
    was, now = present.funding, other.funding
    before = funded(was) if line_now is None else tuple(line_now)
    after = funded(now) if line_then is None else tuple(line_then)
    moved = refunded(was, now)
    held, holds = present.verdicts, other.verdicts
    broke = {(entry.rule, entry.scope) for entry in held if not entry.passed}
    entered = tuple(id for id in after if id not in before)
    left = tuple(id for id in before if id not in after)
    return Comparison(
        moved=moved,
        given=shifted(moved, 1),
        taken=shifted(moved, -1),
        entered=entered,
        left=left,
        gained=delay_cost(other.portfolio, entered, other.funding.exchange),
        lost=delay_cost(present.portfolio, left, present.funding.exchange),
        kept=tuple(verdict for verdict in holds if verdict.held),
        broken=tuple(verdict for verdict in holds if not verdict.passed),
        newly_broken=tuple(
            verdict
            for verdict in holds
            if not verdict.passed and (verdict.rule, verdict.scope) not in broke
        ),
        mended=tuple(
            verdict for verdict in holds if verdict.held and (verdict.rule, verdict.scope) in broke
        ),
        before=held,
        after=holds,
    )


def funded(table: FundingTable) -> tuple[str, ...]:
    """The epics that have approved money and are not over."""
    return tuple(
        epic.epic.id for epic in table.epics if epic.approved and epic.category not in CLOSED
    )


def shifted(moved: Collection[Refunded], sign: int) -> Decimal:
    """How much more, or less, is bound for epics in all. Where nothing was, all of it is more."""
    pairs = [
        row.columns["committed"]
        for row in moved
        if row.level == "epic" and row.period == TOTAL and "committed" in row.columns
    ]
    changes = [EXACT.subtract(now or ZERO, was or ZERO) for was, now in pairs]
    return sum_of(abs(change) for change in changes if change * sign > 0)


def delay_cost(portfolio: Portfolio, ids: Collection[str], exchange: Exchange) -> DelayCost:
    """What a week of waiting costs for these epics together, in money and in points."""
    costs: list[Fraction] = []
    unknown: list[str] = []
    points = Fraction(0)
    for id in ids:
        epic = portfolio.items.get(id)
        if not isinstance(epic, Epic):
            continue
        stated = epic.cost_of_delay
        cost = exchange.exact_worth(stated.per_week, epic.currency) if stated else None
        if cost is None:
            unknown.append(id)
        else:
            costs.append(cost)
        scores = (epic.business_value, epic.time_criticality, epic.risk_opportunity)
        if None not in scores:
            points += sum((Fraction(score) for score in scores if score is not None), Fraction(0))
    per_week = None if unknown and not costs else sum(costs, Fraction(0))
    return DelayCost(per_week, points, tuple(unknown))
