"""Evidence: an epic shows what its state requires, and decisions say who took them."""

from collections.abc import Iterator

from leanfolio.check.estimates import begun
from leanfolio.check.rule import Setting
from leanfolio.model import (
    Epic,
    Evidence,
)
from leanfolio.model.business_case import missing_evidence
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.wording import Told, listed, readable, tell
from leanfolio.wording.evidence import EVIDENCE

FIELDS: dict[Evidence, str] = {
    "owner": "owner",
    "hypothesis": "hypothesis",
    "cost": "cost",
    "score": "business_value",
    "go-decision": "decisions",
    "mvp-cost": "mvp",
    "leading-indicator": "leading_indicators",
    "budget": "approved",
    "persevere-decision": "decisions",
    "measured-indicator": "leading_indicators",
}
FIXES: dict[Evidence, str] = {
    "owner": "`owner:`",
    "hypothesis": tell("the blanks of `hypothesis:`"),
    "cost": "`cost:`",
    "score": tell("the parts of its score"),
    "go-decision": tell("a decision of kind go"),
    "mvp-cost": "`mvp: {cost: ...}`",
    "leading-indicator": "`leading_indicators:`",
    "budget": "`approved:`",
    "persevere-decision": tell("a decision of kind persevere"),
    "measured-indicator": tell("a value under `observed:` of a leading indicator"),
}


def evidence_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic shows what its state asks for: an owner, a case, a decision, a budget, a measure.

    A board whose entry policies nobody executes is a wish: epics get money before anyone said
    go, and are carried on after their indicator failed. The state's `requires:` says what is
    asked; well-known state names have the usual list.

    Fix: write what the message names; or move the epic back to the state that it has earned.
    """
    for epic in portfolio.items_of(Epic):
        state = portfolio.state_of(epic)
        required = state.evidence if state else ()
        missing = [
            entry
            for entry in missing_evidence(epic, required)
            if not is_reported_elsewhere(epic, entry)
        ]
        if state and missing:
            yield Problem(
                epic.at("state"),
                "evidence-missing",
                tell(
                    "{epic} is in {name} without {evidence}",
                    epic=epic.id,
                    name=state.name,
                    evidence=listed((in_words(epic, entry) for entry in missing), "or"),
                ),
                tell(
                    "add {fixes}; or move it back",
                    fixes=listed(FIXES[entry] for entry in missing),
                ),
            )


def is_reported_elsewhere(epic: Epic, evidence: Evidence) -> bool:
    """Whether another rule reports the same missing piece."""
    if evidence == "score":  # one that is begun and not complete: score-incomplete
        return begun(epic)
    if evidence == "measured-indicator" and not epic.leading_indicators:
        return True
    return FIELDS[evidence] in epic.origin.faulty


def in_words(epic: Epic, evidence: Evidence) -> str:
    """The missing piece in words; of a hypothesis that is begun, the blanks."""
    if evidence == "hypothesis" and epic.hypothesis is not None:
        return tell(
            "the {blanks} of its hypothesis",
            blanks=listed(f"`{blank}`" for blank in epic.hypothesis.blanks),
        )
    return Told(EVIDENCE[evidence])


def decision_unsigned(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A decision says who took it.

    A go without a name cannot be asked about, and is the first thing an auditor looks for.

    Fix: write `by:` with the name of the person or the board.
    """
    for epic in portfolio.items_of(Epic):
        for index, value in enumerate(epic.decisions):
            if value.by is None and "decisions" not in epic.origin.faulty:
                yield Problem(
                    epic.at("decisions", index),
                    "decision-unsigned",
                    tell(
                        "{epic} records a {kind} on {on}, but not by whom",
                        epic=epic.id,
                        kind=readable(value.kind),
                        on=value.on,
                    ),
                    tell("add `by:` with the name of who took it, a person or a board"),
                )


def rejection_unexplained(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic that was cancelled records a no-go or a stop.

    Without it the same idea comes back next year, and nobody knows what was learnt.

    Fix: add `decisions: [{on: ..., kind: no-go, by: ..., note: ...}]`.
    """
    for epic in portfolio.items_of(Epic):
        if portfolio.category_of(epic) != "cancelled" or "decisions" in epic.origin.faulty:
            continue
        if not any(decision.kind in ("no-go", "stop") for decision in epic.decisions):
            yield Problem(
                epic.at("state"),
                "rejection-unexplained",
                tell("{epic} is {state}, but no decision says why", epic=epic.id, state=epic.state),
                tell(
                    "add `{{on: ..., kind: no-go, by: ..., note: ...}}` to `decisions:`, or kind "
                    "stop for what was begun"
                ),
            )
