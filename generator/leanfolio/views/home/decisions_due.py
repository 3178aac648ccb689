"""All that waits to be decided: asked for on home, in meetings, in the pack and in the log."""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from leanfolio.figures.columns import entered
from leanfolio.figures.facts import Facts
from leanfolio.figures.thresholds import DUE_SOON
from leanfolio.model import Epic, Item, Risk
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.views.home.decisions import (
    GO,
    DecisionNeeded,
    decisions_needed,
    time_left,
    who_decides,
    with_obstacles,
)
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Money, Text, joined, listed, message
from leanfolio.wording.evidence import EVIDENCE


def decisions_due(
    portfolio: Portfolio, facts: Facts, *, money: bool = True
) -> tuple[DecisionNeeded, ...]:
    """What waits to be decided, soonest first: epics that lack nothing else, epics with a day by
    which to decide that lack more, and what was allowed or accepted for a while.

    `money`: whether a go says by how much its value stream is short, which home tells by itself.
    """
    needed = decisions_needed(portfolio, facts)
    if money:
        needed = tuple(with_money(facts, entry) for entry in needed)
    known = {entry.item.id for entry in needed}
    more = (*days_to_decide(portfolio, facts, known), *ending(portfolio, facts.as_of))
    return tuple(
        sorted((*needed, *more), key=lambda entry: (entry.by or date.max, id_order(entry.item.id)))
    )


def with_money(facts: Facts, entry: DecisionNeeded) -> DecisionNeeded:
    """The same; on a go also by how much its value stream is short of money."""
    short = tuple(money_short(facts, facts.portfolio[entry.id])) if entry.ask == GO else ()
    known = (entry.evidence,) if entry.evidence else ()
    return replace(entry, evidence=joined((*known, *short), "; ")) if short else entry


def money_short(facts: Facts, epic: Item) -> Iterator[Message]:
    """Yield by how much its value stream is forecast above its money, of periods not yet over.

    Nothing to an audience from which some is hidden: what it sees is not all of the forecast.
    """
    stream = epic.value_stream if isinstance(epic, Epic) else None
    if facts.portfolio.partial:
        return
    for budget, excess in facts.forecasts_over_budget:
        days = facts.portfolio.days_of(budget.line.period)
        if budget.stream.id == stream and (days is None or days.last >= facts.as_of):
            yield message(
                "{item} is forecast at {over} more than was approved for {period}",
                item=budget.stream.id, period=str(budget.line.period),
                over=Money(excess.over, budget.line.currency or facts.currency),
            )  # fmt: skip


def days_to_decide(portfolio: Portfolio, facts: Facts, known: set[str]) -> Iterator[DecisionNeeded]:
    """Open epics with a day by which to decide, on which nothing was decided in their state."""
    for epic in facts.epics:
        closed = portfolio.category_of(epic) in CLOSED
        if epic.decide_by is None or closed or epic.id in known or is_decided(epic, facts.as_of):
            continue
        gaps = facts.cases[epic.id].gaps
        lacks = listed(EVIDENCE[piece] for piece in gaps)
        evidence = message("It lacks {evidence}", evidence=lacks) if gaps else ""
        tone, left = time_left(epic.decide_by, facts.as_of)
        yield DecisionNeeded(
            ref(epic), message("Decide on it"), who_decides(epic), epic.decide_by, tone, left,
            with_obstacles(facts, epic, evidence),
        )  # fmt: skip


def is_decided(epic: Epic, as_of: date) -> bool:
    """Whether something was decided about it since it came into its state; where nobody says when
    that was, since the day by which it was to be decided."""
    since = entered(epic) or epic.decide_by
    return any(since <= entry.on <= as_of for entry in epic.decisions if since)


def ending(portfolio: Portfolio, as_of: date) -> Iterator[DecisionNeeded]:
    """Waivers and acceptances that end within two weeks, or have ended."""
    for item in portfolio.items.values():
        for waiver in item.waivers:
            if waiver.until <= as_of + DUE_SOON:
                ask = message("Waiver of {rule} ends", rule=waiver.rule)
                yield renewal(item, ask, waiver.approver, waiver.until, waiver.reason, as_of)
        if isinstance(item, Risk) and item.status == "accepted" and item.acceptance is not None:
            taken = item.acceptance
            if taken.until is not None and taken.until <= as_of + DUE_SOON:
                ask = message("Acceptance ends")
                yield renewal(item, ask, taken.by, taken.until, taken.note or "", as_of)


def renewal(item: Item, ask: Text, who: str, until: date, note: str, as_of: date) -> DecisionNeeded:
    """What ends, to be decided anew: from the day after its last day on it is late."""
    tone, left = time_left(until, as_of)
    return DecisionNeeded(
        ref(item), ask, message("given by {who}", who=who), until, tone, left, note
    )
