"""What goes first within one item: a light table, with the arithmetic and nothing uncertain."""

from collections.abc import Iterable
from datetime import date

from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.wsjf import FORMULA, TIE_RULE, Order
from leanfolio.model import Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, headers
from leanfolio.views.ranking.words import arithmetic
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Rounded, Series, joined, message, plural

MOST = 50  # rows; what is beyond is counted
ANCHOR = "goes-first"


def within_table(portfolio: Portfolio, what: str, items: Iterable[Scored], as_of: date) -> Table:
    """Epics of a value stream, features of an epic or an increment, in the order of their scores.

    Empty where fewer than two can be ranked: one candidate needs no order. `what` is "Epic" or
    "Feature".
    """
    order = rank_open(portfolio, items, portfolio.policy.ranking, as_of)
    scores = order.scores if len(order.scores) > 1 else ()
    rows = tuple(
        (ref(score.item), place, Rounded(score.value), arithmetic(score))
        for place, score in enumerate(scores[:MOST], 1)
    )
    return Table(
        "What goes first",
        headers(what, "Rank#", "Score#", "How it came about"),
        rows,
        note=within_note(order, what, len(scores) - len(rows)),
        anchor=ANCHOR,
    )


def within_note(order: Order, what: str, beyond: int) -> Series:
    """The formula, the tie rule, and what the table leaves out."""
    sentences = [message("{formula}. {ties}", formula=FORMULA[order.form], ties=TIE_RULE)]
    if beyond > 0:
        sentences.append(
            plural("{n} more comes after these.", "{n} more come after these.", beyond)
        )
    if order.unscored:
        sentences.append(
            message("Without a score: {items}.", items=counted(what, len(order.unscored)))
        )
    return joined(sentences, " ")


def counted(what: str, number: int) -> Message:
    if what == "Epic":
        return plural("{n:spelled} epic", "{n:spelled} epics", number)
    return plural("{n:spelled} feature", "{n:spelled} features", number)
