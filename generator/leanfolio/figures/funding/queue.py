"""What waiting costs: the cost of delay in money of the epics that are not in work yet."""

from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.funding.currency import Exchange
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio


class Queue(Struct, frozen=True):
    """Epics that wait and have a cost of delay in money, and what a week of that costs."""

    per_week: Fraction  # in the portfolio's currency
    epics: tuple[str, ...]  # ids of those that are summed
    without_rate: tuple[str, ...]  # ids of those in a currency that has no rate


def queue_of(portfolio: Portfolio, rates: Exchange) -> Queue:
    """Return the queue of a portfolio. An epic's cost of delay is in the epic's own currency."""
    total, summed, without_rate = Fraction(0), [], []
    for epic in portfolio.items_of(Epic):
        if portfolio.category_of(epic) not in ("new", "waiting") or not epic.cost_of_delay:
            continue
        rate = rate_of(rates, epic.currency)
        if rate is None:
            without_rate.append(epic.id)
        else:
            total += epic.cost_of_delay.per_week * rate
            summed.append(epic.id)
    return Queue(total, tuple(summed), tuple(without_rate))


def rate_of(rates: Exchange, currency: str | None) -> Fraction | None:
    """Return what one unit of a currency is in the portfolio's; None without a rate."""
    if currency in (None, rates.currency):
        return Fraction(1)
    rate = rates.rates.get(currency or "")
    return None if rate is None else Fraction(rate.rate)
