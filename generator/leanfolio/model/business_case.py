"""An epic's business case: the evidence for the state it is in, and what the next state asks."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from leanfolio.model import Epic, Evidence, Policy, State
from leanfolio.model.policy import CLOSED

# The fields of an epic that each piece of evidence stands in.
FIELDS: Mapping[Evidence, tuple[str, ...]] = {
    "owner": ("owner",),
    "hypothesis": ("hypothesis",),
    "cost": ("cost", "whole_life_cost"),
    "score": ("business_value", "time_criticality", "risk_opportunity", "job_size"),
    "go-decision": ("decisions",),
    "mvp-cost": ("mvp",),
    "leading-indicator": ("leading_indicators",),
    "budget": ("approved", "budgets"),
    "persevere-decision": ("decisions",),
    "measured-indicator": ("leading_indicators",),
}


class BusinessCase(Struct, frozen=True):
    """How complete an epic's evidence is for its state, and what the next state asks besides."""

    present: tuple[Evidence, ...]  # what its state asks for and the epic has
    missing: tuple[Evidence, ...]  # for the state it is in
    ahead: State | None  # the next state on the board that work can move to
    lacking: tuple[Evidence, ...]  # for the state ahead
    withheld: tuple[Evidence, ...] = ()  # may be there, in fields that the reader may not see

    @property
    def gaps(self) -> tuple[Evidence, ...]:
        """All that its state or the next one asks for and the epic does not show, each once."""
        return tuple(dict.fromkeys((*self.missing, *self.lacking)))


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


def business_case_of(epic: Epic, policy: Policy, *, partial: bool = False) -> BusinessCase:
    """Return the business case of an epic as it stands.

    To a reader who may not see everything (`partial`), what stands in a confidential field is
    neither present nor missing: it is withheld.
    """
    states = policy.states
    index = next((n for n, state in enumerate(states) if state.name == epic.state), None)
    required = states[index].evidence if index is not None else ()
    ahead = None
    if index is not None and states[index].category not in CLOSED:
        ahead = next(
            (state for state in states[index + 1 :] if state.category != "cancelled"), None
        )
    missing = missing_evidence(epic, required)
    lacking = missing_evidence(epic, ahead.evidence) if ahead else ()
    withheld = {piece for piece in (*missing, *lacking) if partial and may_be_hidden(epic, piece)}
    return BusinessCase(
        present=tuple(piece for piece in required if piece not in missing),
        missing=tuple(piece for piece in missing if piece not in withheld),
        ahead=ahead,
        lacking=tuple(piece for piece in lacking if piece not in withheld),
        withheld=tuple(piece for piece in FIELDS if piece in withheld),
    )


def may_be_hidden(epic: Epic, evidence: Evidence) -> bool:
    """Return whether a piece of evidence stands in a field that the epic keeps confidential."""
    hidden = {name.partition(".")[0] for name in epic.confidential}
    return not hidden.isdisjoint(FIELDS[evidence])
