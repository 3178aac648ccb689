"""An epic's business case: the evidence for the state it is in, and what the next state asks."""

from collections.abc import Iterable
from dataclasses import dataclass

from leanfolio.model import Epic, Evidence, Policy, State
from leanfolio.model.policy import CLOSED


@dataclass(frozen=True, slots=True)
class BusinessCase:
    """How complete an epic's evidence is for its state, and what the next state asks besides."""

    present: tuple[Evidence, ...]  # what its state asks for and the epic has
    missing: tuple[Evidence, ...]  # for the state it is in
    ahead: State | None  # the next state on the board that work can move to
    lacking: tuple[Evidence, ...]  # for the state ahead


def has_evidence(epic: Epic, evidence: Evidence) -> bool:
    """Return whether the epic has this piece of evidence.

    A field that could not be read counts as there: it has a problem of its own already.
    """
    match evidence:
        case "owner":
            return not epic.lacks("owner")
        case "hypothesis":
            faulty = "hypothesis" in epic.origin.faulty
            return faulty or (epic.hypothesis is not None and not epic.hypothesis.blanks)
        case "cost":
            return not epic.lacks("cost", "whole_life_cost")
        case "score":
            parts = ("business_value", "time_criticality", "risk_opportunity", "job_size")
            return not any(epic.lacks(part) for part in parts)
        case "go-decision":
            return any(decision.kind == "go" for decision in epic.decisions)
        case "mvp-cost":
            return epic.mvp is not None and epic.mvp.cost is not None
        case "leading-indicator":
            return not epic.lacks("leading_indicators") and bool(epic.leading_indicators)
        case "budget":
            return not epic.lacks("approved")
        case "persevere-decision":
            return any(decision.kind == "persevere" for decision in epic.decisions)
        case "measured-indicator":
            return any(indicator.observed for indicator in epic.leading_indicators)


def missing_evidence(epic: Epic, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return the pieces of evidence that the epic does not have, in the order given."""
    return tuple(piece for piece in evidence if not has_evidence(epic, piece))


def business_case_of(epic: Epic, policy: Policy) -> BusinessCase:
    """Return the business case of an epic as it stands."""
    states = policy.states
    index = next((n for n, state in enumerate(states) if state.name == epic.state), None)
    required = states[index].evidence if index is not None else ()
    missing = missing_evidence(epic, required)
    ahead = None
    if index is not None and states[index].category not in CLOSED:
        ahead = next(
            (state for state in states[index + 1 :] if state.category != "cancelled"), None
        )
    return BusinessCase(
        present=tuple(piece for piece in required if piece not in missing),
        missing=missing,
        ahead=ahead,
        lacking=missing_evidence(epic, ahead.evidence) if ahead else (),
    )
