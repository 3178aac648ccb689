"""An epic's case: what it must show to be where it is, and what it still lacks to go on."""

from collections.abc import Iterable
from dataclasses import dataclass

from leanfolio.model import Epic, Evidence, Policy, State

IN_WORDS: dict[Evidence, str] = {
    "owner": "an owner",
    "hypothesis": "a whole hypothesis",
    "cost": "a cost",
    "score": "the four scores",
    "go-decision": "a recorded go",
    "mvp-cost": "the cost of its MVP",
    "leading-indicator": "a leading indicator",
    "budget": "an approved budget",
    "persevere-decision": "a recorded persevere",
    "measured-indicator": "a measured indicator",
}


@dataclass(frozen=True, slots=True)
class Case:
    """How complete an epic's case is for its state, and what the next state asks for besides."""

    shown: tuple[Evidence, ...]
    missing: tuple[Evidence, ...]  # for the state it is in
    ahead: State | None  # the next state on the board that work can move to
    lacking: tuple[Evidence, ...]  # for the state ahead


def shows(epic: Epic, evidence: Evidence) -> bool:
    """Whether the epic shows this piece of evidence. A field refused by the reader counts as shown:
    its author has been told of it already."""
    match evidence:
        case "owner":
            return not epic.lacks("owner")
        case "hypothesis":
            faulty = "hypothesis" in epic.origin.faulty
            return faulty or (epic.hypothesis is not None and not epic.hypothesis.blanks)
        case "cost":
            return not epic.lacks("cost")
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


def lacking(epic: Epic, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The pieces of evidence that the epic does not show, in the order asked."""
    return tuple(each for each in evidence if not shows(epic, each))


def case_of(epic: Epic, policy: Policy) -> Case:
    """The case of an epic as it stands."""
    states = policy.states
    index = next((n for n, state in enumerate(states) if state.name == epic.state), None)
    here = states[index] if index is not None else None
    asked = here.evidence if here else ()
    missing = lacking(epic, asked)
    ahead = None
    if index is not None and states[index].category not in ("done", "cancelled"):
        ahead = next((each for each in states[index + 1 :] if each.category != "cancelled"), None)
    return Case(
        shown=tuple(each for each in asked if each not in missing),
        missing=missing,
        ahead=ahead,
        lacking=lacking(epic, ahead.evidence) if ahead else (),
    )
