"""What goes first within one item: a light table, with the arithmetic and nothing uncertain."""

from collections.abc import Iterable

from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.wsjf import FORMULA, TIE_RULE
from leanfolio.model import Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, headers, with_figures
from leanfolio.views.phrase import count, rounded
from leanfolio.views.ranking.words import arithmetic
from leanfolio.views.ref import ref

MOST = 50  # rows; what is beyond is counted
ANCHOR = "goes-first"


def within_table(portfolio: Portfolio, what: str, items: Iterable[Scored]) -> Table:
    """Epics of a value stream, features of an epic or an increment, in the order of their scores.

    Empty where fewer than two can be ranked: one candidate needs no order.
    """
    order = rank_open(portfolio, items, portfolio.policy.ranking)
    scores = order.scores if len(order.scores) > 1 else ()
    rows = tuple(
        (
            ref(each.item),
            place,
            with_figures(rounded(each.value)),
            with_figures(arithmetic(each)),
        )
        for place, each in enumerate(scores[:MOST], 1)
    )
    said = [f"{FORMULA[order.form]}. Ties: {', then '.join(TIE_RULE)}."]
    if len(scores) > MOST:
        said.append(f"{len(scores) - MOST} more come after these.")
    if order.unscored:
        said.append(f"Without a score: {count(len(order.unscored), what.lower())}.")
    return Table(
        "What goes first",
        headers(what, "Rank#", "Score#", "How it came about"),
        rows,
        note=" ".join(said),
        anchor=ANCHOR,
    )
