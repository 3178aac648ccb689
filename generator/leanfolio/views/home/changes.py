"""What changed lately: items that moved, decisions, money that moved, and risks raised."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from msgspec import Struct

from leanfolio.figures.thresholds import RECENT
from leanfolio.model import Epic, Item, Risk, ValueStream
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.model.work import Decision
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Money, Text, heading, message, readable

DECIDED = {
    "go": message("Decided: go"),
    "no-go": message("Decided: no-go"),
    "pivot": message("Decided: pivot"),
    "persevere": message("Decided: persevere"),
    "stop": message("Decided: stop"),
}


class Change(Struct, frozen=True):
    """What happened to an item on a day; money that moved between no items has no item."""

    on: date
    item: Ref | None
    what: Text


def recent_changes(portfolio: Portfolio, as_of: date) -> tuple[Change, ...]:
    """Return what changed in the last thirty days, the newest first."""
    changes = (
        *moves(portfolio),
        *decisions(portfolio),
        *reallocations(portfolio),
        *risks_raised(portfolio),
    )
    recent = [change for change in changes if as_of - RECENT < change.on <= as_of]
    recent.sort(key=lambda change: id_order(change.item.id if change.item else ""))
    return tuple(sorted(recent, key=lambda change: change.on, reverse=True))  # stable


def moves(portfolio: Portfolio) -> Iterator[Change]:
    """Yield the states that epics entered: the first as coming onto the board."""
    for epic in portfolio.items_of(Epic):
        for first in epic.history[:1]:
            what = message("Entered the board in {state}", state=readable(first.state))
            yield Change(first.on, ref(epic), what)
        for before, after in pairwise(epic.history):
            what = message("Moved from {before} to {after}",
                           before=readable(before.state), after=readable(after.state))  # fmt: skip
            yield Change(after.on, ref(epic), what)


def decisions(portfolio: Portfolio) -> Iterator[Change]:
    """Yield what was decided on epics."""
    for epic in portfolio.items_of(Epic):
        for decision in epic.decisions:
            yield Change(decision.on, ref(epic), decision_words(decision))


def decision_words(decision: Decision) -> Text:
    """Return a decision with who took it, where that is known."""
    decided = DECIDED[decision.kind]
    if not decision.by:
        return decided
    return message("{decided}, by {who}", decided=decided, who=decision.by)


def reallocations(portfolio: Portfolio) -> Iterator[Change]:
    """Yield the moves of approved money, each under the value stream that gained or lost it."""
    for move in portfolio.policy.reallocations:
        source, to = stream(portfolio, move.from_), stream(portfolio, move.to)
        holder = to or source
        every_name_known = bool(move.to) == bool(to) and bool(move.from_) == bool(source)
        if holder and every_name_known:
            amount = Money(move.amount, portfolio.policy.currency)
            yield Change(move.on, ref(holder), money_words(amount, source, to))


def money_words(amount: Money, source: Item | None, to: Item | None) -> Text:
    """Return how money moved between two value streams, or came or went without one of them."""
    if to is None:
        return message("{amount} given back", amount=amount)
    if source is None:
        return message("{amount} of new money", amount=amount)
    return message("{amount} moved here from {source}", amount=amount, source=source.title)


def stream(portfolio: Portfolio, id: str | None) -> Item | None:
    item = portfolio.items.get(id or "")
    return item if isinstance(item, ValueStream) else None


def risks_raised(portfolio: Portfolio) -> Iterator[Change]:
    """Yield the risks with the day on which they were raised."""
    for risk in portfolio.items_of(Risk):
        if risk.date is not None:
            status = heading(risk.status) if risk.status else message("No status")
            yield Change(risk.date, ref(risk), message("Risk raised; {status}", status=status))
