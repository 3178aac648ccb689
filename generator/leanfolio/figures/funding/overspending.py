"""Spending against approvals: what epics have spent, and which forecasts exceed their budget.

Amounts are in the currency in which the epic or the budget line states them.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.funding.ledger import Ledger
from leanfolio.model import Budget, Epic, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place


class BudgetLine(Struct, frozen=True):
    """A budget line of a value stream, and its index in the stream's budgets."""

    stream: ValueStream
    index: int
    line: Budget

    def at(self, field: str) -> Place:
        """Where this field of the line stands."""
        return self.stream.at("budgets", self.index, field)


class Excess(Struct, frozen=True):
    """An amount above what was approved; both in the same currency."""

    amount: Decimal
    approved: Decimal

    @property
    def over(self) -> Decimal:
        return self.amount - self.approved


def budget_lines(portfolio: Portfolio) -> Iterator[BudgetLine]:
    """Yield every budget line of every value stream."""
    for stream in portfolio.items_of(ValueStream):
        for index, line in enumerate(stream.budgets):
            yield BudgetLine(stream, index, line)


def excess(amount: Decimal | None, approved: Decimal | None) -> Excess | None:
    """Return by how much an amount is above its approval; None if it is not, or either is
    unknown."""
    if amount is None or approved is None or amount <= approved:
        return None
    return Excess(amount, approved)


def forecast_excess(line: Budget) -> Excess | None:
    """Return by how much a forecast is above its approval; None once more than that is spent."""
    return None if excess(line.actual, line.approved) else excess(line.forecast, line.approved)


def spent_on_epics(portfolio: Portfolio, ledger: Ledger) -> Mapping[str, Decimal]:
    """Return what each epic has spent, as it states or else as it was booked.

    Bookings are in the currency of the portfolio, so they say nothing of an epic in another one.
    """
    spent = {}
    for epic in portfolio.items_of(Epic):
        if epic.actual is not None:
            spent[epic.id] = epic.actual
        elif epic.id in ledger.of_epic and epic.currency in (None, portfolio.policy.currency):
            spent[epic.id] = ledger.of_epic[epic.id]
    return spent


def overspent_epics(portfolio: Portfolio, spent: Mapping[str, Decimal]) -> Mapping[str, Excess]:
    """Return the epics that spent more than was approved for them."""
    pairs = (
        (epic.id, excess(spent.get(epic.id), epic.approved)) for epic in portfolio.items_of(Epic)
    )
    return {id: value for id, value in pairs if value is not None}
