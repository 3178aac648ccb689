"""Which items compete for the next place: those on the board that are not yet over."""

from collections.abc import Iterable
from datetime import date

from leanfolio.figures.funding.currency import exchange
from leanfolio.figures.ranking.wsjf import Form, Order, Unscored, rank
from leanfolio.model import Scored
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.wording import Message, message

OPEN = ("new", "waiting", "active")


def why_not_open(portfolio: Portfolio, item: Scored) -> Message:
    """Return why it cannot be said whether an item is open."""
    if item.state is not None:
        return message("state {state} is not on the board", state=item.state)
    if portfolio.looking_back and item.id in portfolio.looking_back.unknown:
        return message("its state on that day is not known")
    return message("no state")


def rank_open(portfolio: Portfolio, items: Iterable[Scored], form: Form, as_of: date) -> Order:
    """Rank the open items; those that are done or cancelled are in neither list.

    Money in other currencies is converted by the rates that hold on `as_of`.

    Serves epics of the portfolio or of a value stream, and features of an epic or an increment.
    """
    competing: list[Scored] = []
    stateless: list[Unscored] = []
    for item in items:
        category = portfolio.category_of(item)
        if category in OPEN:
            competing.append(item)
        elif category is None:
            stateless.append(Unscored(item, why_not_open(portfolio, item)))
    order = rank(competing, form, exchange(portfolio.policy, as_of))
    unscored = sorted((*order.unscored, *stateless), key=lambda entry: id_order(entry.item.id))
    return Order(form, order.scores, tuple(unscored))
