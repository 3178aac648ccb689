"""What an increment delivered of what it planned, in words; a gap is named, never counted as 0."""

from decimal import Decimal

from leanfolio.figures.flow.predictability import Delivery
from leanfolio.views.cell import Tag
from leanfolio.wording import (
    Formula,
    Message,
    Part,
    Percent,
    Series,
    formula,
    joined,
    message,
    plural,
    trimmed,
)


def gap(delivery: Delivery, *, over: bool) -> Series | None:
    """Return which values are missing, so that a share is not known; None where none is.

    An actual value is missing only once the increment is over.
    """
    clauses = []
    if delivery.unplanned:
        clauses.append(
            plural(
                "{n:spelled} committed objective has no planned value",
                "{n:spelled} committed objectives have no planned value",
                delivery.unplanned,
            )
        )
    if over and delivery.unrated:
        clauses.append(
            plural(
                "{n:spelled} objective has no actual value",
                "{n:spelled} objectives have no actual value",
                delivery.unrated,
            )
        )
    return joined(clauses, "; ") if clauses else None


def share_or_gap(delivery: Delivery, *, over: bool) -> Percent | Tag | None:
    """Return how predictable it was, once it is over; until then, what is delivered so far.

    Where a value is missing, which; None where there is nothing to measure.
    """
    if not delivery.actual and not over:
        return None
    missing = gap(delivery, over=over)
    if missing is not None:
        return Tag("plain", message("not stated: {gap}", gap=missing))
    if delivery.so_far is None:
        return None
    if over:
        return Percent(delivery.so_far, 1)
    return Tag("plain", message("so far {share}", share=Percent(delivery.so_far, 1)))


def arithmetic(delivery: Delivery) -> Formula:
    """Return the actual value of all objectives over the planned value of the committed, as sums.

    (8 + 5) / (10 + 5) = 13 / 15
    """
    sums: list[Part] = []
    for values in (delivery.actual, delivery.planned):
        terms = [part for value in values for part in (" + ", trimmed(value))][1:]
        sums += ["(", *terms, ")", " / "]
    totals = [trimmed(sum(values, Decimal(0))) for values in (delivery.actual, delivery.planned)]
    return formula(*sums[:-1], " = ", totals[0], " / ", totals[1])


def delivery_words(delivery: Delivery, *, over: bool) -> Message | Formula:
    """Return how the share comes about, and what is missing in it."""
    sums = arithmetic(delivery)
    missing = gap(delivery, over=over)
    if missing is not None:
        return message("{sums}: {gap}", sums=sums, gap=missing)
    if not delivery.unrated:
        return sums
    return plural(
        "{sums}; {n:spelled} objective is not rated yet",
        "{sums}; {n:spelled} objectives are not rated yet",
        delivery.unrated,
        sums=sums,
    )
