"""The decisions that are needed: epics whose case lacks nothing else, and measured MVPs."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.thresholds import DUE_SOON
from leanfolio.model import Epic, LeadingIndicator
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.views.cell import Tag, Tone
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import (
    Message,
    Money,
    Rounded,
    Text,
    in_context,
    joined,
    listed,
    message,
    plural,
)

GO = message("Go or no-go")


class DecisionNeeded(Struct, frozen=True):
    """A decision on an epic: which, who is asked, by when, and on what evidence."""

    item: Ref
    ask: Text
    who: Text
    by: date | None
    tone: Tone
    due: Text  # how far away the day is, or that none is set
    evidence: Text

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def tag(self) -> Tag:
        """How far away the day is, as a status."""
        return Tag(self.tone, self.due)


def decisions_needed(portfolio: Portfolio, facts: Facts) -> tuple[DecisionNeeded, ...]:
    """Return the decisions, soonest first; those without a day last."""
    needed = (entry for epic in facts.epics for entry in decisions_on(portfolio, facts, epic.id))
    return tuple(sorted(needed, key=lambda entry: (entry.by or date.max, id_order(entry.item.id))))


def decisions_on(portfolio: Portfolio, facts: Facts, id: str) -> Iterator[DecisionNeeded]:
    """Yield the decision that an epic waits for, if it waits for nothing else."""
    epic, case = portfolio[id], facts.cases[id]
    category = portfolio.category_of(epic)
    if not isinstance(epic, Epic) or category not in ("waiting", "active"):
        return
    if case.lacking == ("go-decision",) and not case.missing:
        yield decision(facts, epic, GO, go_evidence(facts, epic))
    elif category == "active" and case.lacking == ("persevere-decision",):
        indicator = next(entry for entry in epic.leading_indicators if entry.observed)
        last = max(indicator.observed, key=lambda entry: entry.on)
        evidence = measured(indicator, last.value)
        yield decision(facts, epic, message("Persevere, pivot or stop"), evidence)


def decision(facts: Facts, epic: Epic, ask: Text, evidence: Text) -> DecisionNeeded:
    """Return a decision with its day: none but its own, as a measurement is due at its own time."""
    tone, left = time_left(epic.decide_by, facts.as_of)
    evidence = with_obstacles(facts, epic, evidence)
    return DecisionNeeded(ref(epic), ask, who_decides(epic), epic.decide_by, tone, left, evidence)


def with_obstacles(facts: Facts, epic: Epic, evidence: Text) -> Text:
    """Return what is known for a decision with what stands in its way: what blocks the epic."""
    parts: list[Text] = [evidence] if evidence else []
    for words in obstacles(facts, epic):
        parts.append(words if parts else words.sentence())
    return joined(parts, "; ") if parts else ""


def obstacles(facts: Facts, epic: Epic) -> Iterator[Message]:
    """Yield what an epic needs that is not done, and since when it is said to be blocked."""
    if epic.id in facts.blocked:
        yield message("blocked by {items}", items=joined(facts.blocked[epic.id], ", "))
    if epic.id in facts.lasting_blocks:
        yield message("blocked since {day}", day=facts.lasting_blocks[epic.id].from_)


def who_decides(epic: Epic) -> Text:
    """Return its sponsors; else its owner, said so."""
    if epic.sponsors:
        return message("to decide: {sponsors}", sponsors=listed(epic.sponsors))
    if epic.owner:
        return message("owner: {owner}; no sponsor is named", owner=epic.owner)
    return message("nobody named")


def time_left(by: date | None, as_of: date) -> tuple[Tone, Text]:
    """Return how far away a day is, and how that looks."""
    if by is None:
        return "plain", message("no day set")
    days = (by - as_of).days
    if days < 0:
        return "bad", plural("{n:grouped} day late", "{n:grouped} days late", -days)
    tone: Tone = "warn" if by - as_of <= DUE_SOON else "plain"
    if days == 0:
        return tone, in_context("when a decision is due", "today")
    return tone, plural("in {n:grouped} day", "in {n:grouped} days", days)


def measured(indicator: LeadingIndicator, value: Decimal) -> Text:
    """Return what was measured, where the threshold lies, and by which day it is to be reached."""
    now = joined((indicator.metric, amount(value, indicator.unit)), " ")
    if indicator.threshold is None:
        return now
    threshold = amount(indicator.threshold, indicator.unit)
    if indicator.by is None:
        return message("{measured}; threshold {threshold}", measured=now, threshold=threshold)
    return message(
        "{measured}; threshold {threshold} by {day}",
        measured=now, threshold=threshold, day=indicator.by,
    )  # fmt: skip


def amount(value: Decimal, unit: str | None) -> Text:
    return message("{measure} {unit}", measure=value, unit=unit) if unit else joined((value,), "")


def go_evidence(facts: Facts, epic: Epic) -> Text:
    """Return what a go rests on: the score, the rank, and the cost against the threshold."""
    parts: list[Message] = []
    scores = facts.ranking.scores
    for rank, score in enumerate(scores, start=1):
        if score.item.id == epic.id:
            parts.append(
                message(
                    "WSJF {score}, rank {rank} of {all}",
                    score=Rounded(score.value), rank=rank, all=len(scores),
                )
            )  # fmt: skip
    costs = [cost for cost in (epic.cost, epic.whole_life_cost) if cost is not None]
    if costs:
        words = cost_words(facts, epic, Money(max(costs), epic.currency or facts.currency))
        parts.append(words if parts else words.sentence())
    return joined(parts, "; ") if parts else ""


def cost_words(facts: Facts, epic: Epic, cost: Money) -> Message:
    """Return what an epic costs, and on which side of which threshold, where that is known."""
    threshold = Money(facts.portfolio.policy.guardrails.epic_threshold, facts.currency)
    match facts.reaches_threshold(epic):
        case None:
            return message("costs {cost}", cost=cost)
        case True:
            return message(
                "costs {cost}, at or above the threshold of {threshold}",
                cost=cost, threshold=threshold,
            )  # fmt: skip
        case False:
            return message(
                "costs {cost}, below the threshold of {threshold}", cost=cost, threshold=threshold
            )
