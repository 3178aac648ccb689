"""An epic in short: its rank, money, value stream and dates."""

from collections.abc import Iterator
from decimal import Decimal

from leanfolio.figures.ranking.wsjf import PARTS
from leanfolio.model import Epic
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.work import DAYS_PER_MONTH
from leanfolio.views.cell import Fact
from leanfolio.views.figures import Figures
from leanfolio.views.items.work_tables import linked_item
from leanfolio.wording import (
    Formula,
    Message,
    Money,
    Percent,
    Series,
    Text,
    cents,
    in_context,
    joined,
    message,
    readable,
)

HORIZONS = {
    3: message("3, evaluating"),
    2: message("2, emerging"),
    1: message("1, investing or extracting"),
    0: message("0, retiring"),
}


def epic_facts(portfolio: Portfolio, item: Epic, figures: Figures) -> Iterator[Fact]:
    """Yield the facts of an epic; one that is not stated is left out."""
    currency = item.currency or figures.currency
    if item.decide_by and portfolio.category_of(item) not in CLOSED:
        yield Fact("To be decided by", item.decide_by, field="decide_by")
    yield from rank_facts(portfolio, item, figures)
    yield from figures.forecast_facts.get(item.id, ())
    if item.cost_of_delay:
        week = Money(cents(item.cost_of_delay.per_week), currency)
        yield Fact("Cost of delay in money", week, delay_words(portfolio, item), "cost_of_delay")
    if stream := linked_item(portfolio, item.value_stream):
        yield Fact("Value stream", stream, field="value_stream")
    yield from money_facts(portfolio, item, figures, currency)
    if item.horizon is not None:
        yield Fact("Horizon", HORIZONS[item.horizon], field="horizon")
    if item.urgency != "standard":
        yield Fact("Urgency", readable(item.urgency), field="urgency")
    if item.due:
        yield Fact("Due", item.due, field="due")
    if item.scored_on:
        yield Fact("Scored", item.scored_on, ", ".join(item.scored_by), "scored_on")
    if item.sponsors:
        yield Fact("Sponsors", ", ".join(item.sponsors), field="sponsors")
    if item.vendor:
        yield Fact("Vendor", item.vendor, field="vendor")


def rank_facts(portfolio: Portfolio, item: Epic, figures: Figures) -> Iterator[Fact]:
    """Yield its score with the arithmetic, and its rank with the interval."""
    ranked = figures.ranked.get(item.id)
    if ranked is None:
        return
    arithmetic: Formula | Message = ranked.arithmetic
    if portfolio.policy.ranking == "relative":
        arithmetic = message(
            "{arithmetic}: cost of delay in points, over the job size", arithmetic=arithmetic
        )
    yield Fact("WSJF", ranked.score, arithmetic, scored_by_field(portfolio))
    interval = in_context(
        "a rank and its interval",
        "{rank} ({low} to {high})",
        rank=ranked.rank,
        low=ranked.rank_low,
        high=ranked.rank_high,
    )
    yield Fact("Rank", interval, message("the interval over every one-step change of one score"))
    if ranked.placement is not None:
        yield Fact("Cut line", ranked.placement)


def scored_by_field(portfolio: Portfolio) -> str:
    """Return the first field of the formula that the portfolio ranks by."""
    return PARTS[portfolio.policy.ranking][0]


def money_facts(
    portfolio: Portfolio, item: Epic, figures: Figures, currency: str
) -> Iterator[Fact]:
    """Yield what was approved and spent, and what is estimated."""
    if item.approved is not None:
        yield Fact("Approved", Money(item.approved, currency), field="approved")
    if item.actual is not None:
        yield Fact("Spent", Money(item.actual, currency), spent_of_approved(item), "actual")
    elif (booked := figures.spent.get(item.id)) is not None:
        yield Fact("Spent", Money(booked, figures.currency), message("as it was booked"))
    if item.cost is not None:
        label = label_of_cost(portfolio, item, figures)
        yield Fact(label, Money(item.cost, currency), cost_range(item, currency), "cost")
    if item.whole_life_cost is not None:
        yield Fact(
            "Whole-life cost",
            Money(item.whole_life_cost, currency),
            message("over all its years; not part of any period or sum"),
            "whole_life_cost",
        )
    if item.mvp and item.mvp.cost is not None:
        yield Fact("MVP", Money(item.mvp.cost, currency), item.mvp.test or "", "mvp")


def label_of_cost(portfolio: Portfolio, item: Epic, figures: Figures) -> str:
    """Return what the cost of an epic says: where no spending is stated, it is the whole."""
    label = "Likely cost of what remains"
    if portfolio.category_of(item) in CLOSED:
        unspent = item.actual is None and item.id not in figures.spent
        label = "Last estimate of its cost" if unspent else "Last estimate of what remained"
    return label


def spent_of_approved(item: Epic) -> Text:
    """Return the share of the approved money that is spent; nothing where none was approved."""
    if not item.approved or item.actual is None:
        return ""
    return message("{share} of what was approved", share=Percent(item.actual / item.approved))


def delay_words(portfolio: Portfolio, item: Epic) -> Message:
    """Return what a week of delay costs and of what, and whether the ranking goes by it."""
    parts = delay_parts(item)
    if portfolio.policy.ranking == "money":
        return message("a week: {parts}; the ranking goes by it", parts=parts)
    return message(
        "a week: {parts}. An estimate beside the points: the ranking goes by the points",
        parts=parts,
    )


def delay_parts(item: Epic) -> Message | Series:
    """Return the parts of the cost of delay as a sum, for a week."""
    assert item.cost_of_delay is not None
    parts = joined(
        (
            in_context("part of a cost of delay", "{name} {amount}", name=name, amount=amount)
            for name, amount in item.cost_of_delay.parts
        ),
        " + ",
    )
    if item.cost_of_delay.per == "week":
        return parts
    month = Decimal(DAYS_PER_MONTH.numerator) / DAYS_PER_MONTH.denominator
    return message("({parts} a month) × 7 / {days}", parts=parts, days=month)


def cost_range(item: Epic, currency: str) -> Text:
    """Return the range of an estimate; nothing where it has none."""
    if item.cost_low is None or item.cost_high is None:
        return ""
    return in_context(
        "a range of money",
        "{low} to {high}",
        low=Money(item.cost_low, currency),
        high=Money(item.cost_high, currency),
    )
