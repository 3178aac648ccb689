"""Which items compete for the next place: those on the board that are not yet over."""

from collections.abc import Iterable

from leanfolio.figures.ranking.wsjf import Form, Order, Unscored, rank
from leanfolio.model import Scored
from leanfolio.model.portfolio import Portfolio, id_order

OPEN = ("new", "waiting", "active")


def rank_open(portfolio: Portfolio, items: Iterable[Scored], form: Form) -> Order:
    """The ranking of all that is still to be done; what is over is in neither list.

    Serves epics of the portfolio or of a value stream, and features of an epic or an increment.
    """
    competing: list[Scored] = []
    lost: list[Unscored] = []
    for item in items:
        category = portfolio.category_of(item)
        if category in OPEN:
            competing.append(item)
        elif category is None:
            why = "no state" if item.state is None else f"state {item.state} is not on the board"
            lost.append(Unscored(item, why))
    order = rank(competing, form)
    unscored = sorted((*order.unscored, *lost), key=lambda each: id_order(each.item.id))
    return Order(form, order.scores, tuple(unscored))
