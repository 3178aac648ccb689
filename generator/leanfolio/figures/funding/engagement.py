"""Whether business owners took part: before planning, at it, and after the increment."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.funding.guardrail import Breach, Verdict
from leanfolio.model import Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import in_context, joined, message

MOMENTS = ("before", "at", "after")
IN_WORDS = {
    "before": in_context("moment of an increment", "before planning"),
    "at": in_context("moment of an increment", "at planning"),
    "after": in_context("moment of an increment", "after the increment"),
}


def engagement(least: Decimal, portfolio: Portfolio, as_of: date) -> Verdict:
    """Every increment that has begun: the share of the moments gone by that have evidence."""
    judged = unknown = 0
    breaches = []
    for increment in portfolio.items_of(Increment):
        due = moments_due(increment, as_of)
        if not due:
            unknown += increment.days is None
            continue
        judged += 1
        seen = {entry.when for entry in increment.engagement if entry.on <= as_of}
        missing = [IN_WORDS[moment] for moment in due if moment not in seen]
        share = Fraction(len(due) - len(missing), len(due))
        if share * 100 < Fraction(least):
            moments = joined(missing, " and ")
            cure = message("record who took part {moments}, and when", moments=moments)
            breaches.append(Breach(increment.title, (increment.id,), None, share, cure))
    return Verdict(
        "guardrail-engagement",
        "",
        not breaches,
        "increments",
        limit=least,
        breaches=tuple(breaches),
        judged=judged,
        unknown=unknown,
        missing="" if judged else message("no increment has begun"),
    )


def moments_due(increment: Increment, as_of: date) -> tuple[str, ...]:
    """The moments of an increment that have gone by on a day."""
    days = increment.days
    if days is None or as_of < days.first:
        return ()
    return MOMENTS if as_of > days.last else MOMENTS[:2]
