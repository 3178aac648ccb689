"""What a step towards a key result has cost: information, not a judgement.

Money and progress are of the same days, those of the objective's period: progress begins there at
`start`, so that money spent before has bought none of it.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.funding.amount import UNKNOWN, Total, added
from leanfolio.figures.funding.cuts import Portion
from leanfolio.figures.funding.epic import EpicMoney
from leanfolio.model import Days
from leanfolio.model.portfolio import Portfolio


class Way(Struct, frozen=True):
    """How far a key result has come in the period of its objective."""

    progress: Fraction | None  # raw: 1 is all the way from start to target; None if not reported
    days: Days | None  # of the period; None where it has none, so that all days count
    kept: bool = False  # it is to stay as it is: there is no way to go


class OutcomeCost(Struct, frozen=True):
    """A key result with what its epics were given and spent for it in its period."""

    key_result: str
    way: Way
    approved: Fraction | None  # None where nobody states any of it
    actual: Fraction | None
    unknown: int  # epics whose spending is not known, and so in no sum
    per_point: Fraction | None  # money for each hundredth of the way; unknown without progress


def outcome_costs(
    portfolio: Portfolio, portions: Iterable[Portion], ways: Mapping[str, Way]
) -> tuple[OutcomeCost, ...]:
    """Return the cost per point of progress of every key result that an epic moves, by `ways`."""
    parts: dict[str, list[Portion]] = {}
    for portion in portions:
        parts.setdefault(portion.path.key_result, []).append(portion)
    return tuple(cost_of(portfolio, id, parts[id], way) for id, way in ways.items() if id in parts)


def cost_of(portfolio: Portfolio, id: str, parts: Iterable[Portion], way: Way) -> OutcomeCost:
    """Return what the parts of epics for one key result come to in its period."""
    by_epic: dict[str, Fraction] = {}
    money = {}
    for part in parts:  # an epic has one for each theme
        epic = part.money.epic.id
        by_epic[epic] = by_epic.get(epic, Fraction(0)) + part.share
        money[epic] = part.money
    approved, actual = (
        [(within(portfolio, money[epic], name, way.days), share) for epic, share in by_epic.items()]
        for name in ("approved", "actual")
    )
    spent, unknown = shared(actual), sum(bool(total.unknown) for total, _ in actual)
    return OutcomeCost(
        id, way, shared(approved), spent, unknown, None if unknown else per_point(spent, way)
    )


def within(portfolio: Portfolio, money: EpicMoney, name: str, days: Days | None) -> Total:
    """Return the sum of a column over the parts of an epic's money that stand on these days.

    It is not known where a line of its budgets is of days within and without.
    """
    if days is not None and any(
        getattr(line, name) is not None and straddles(portfolio.days_of(line.period), days)
        for line in money.epic.budgets
    ):
        return UNKNOWN
    return added(
        getattr(part.columns, name)
        for part in money.parts
        if days is None or days.first <= part.on <= days.last
    )


def straddles(line: Days | None, days: Days) -> bool:
    """Whether a period lies on some of these days and on others."""
    if line is None or line.last < days.first or line.first > days.last:
        return False
    return line.first < days.first or line.last > days.last


def shared(totals: Iterable[tuple[Total, Fraction]]) -> Fraction | None:
    """Return the sum of the shares of what is stated; None where nothing is."""
    known = [Fraction(total.amount) * share for total, share in totals if total.amount is not None]
    return sum(known, Fraction(0)) if known else None


def per_point(spent: Fraction | None, way: Way) -> Fraction | None:
    """Return money over points. Nothing gained has no price, and what is kept has no way to go."""
    if spent is None or way.kept or way.progress is None or way.progress <= 0:
        return None
    return spent / (way.progress * 100)
