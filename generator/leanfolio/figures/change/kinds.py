"""Which kind of change a field's is: money, a promise, a state, or a detail."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from leanfolio.figures.change.beside import BESIDE
from leanfolio.figures.change.values import FILE, PROSE, UNREADABLE
from leanfolio.model import TYPES, LeadingIndicator, State
from leanfolio.model.increment import IncrementObjective

Kind = Literal[
    "entered", "left", "unreadable",
    "target", "baseline", "date", "promise",
    "money", "state", "score", "scope", "parent", "owner", "decision",
    "limit", "guardrail", "waiver", "rule",
    "record", "file", "prose", "detail",
    "ballot", "scenario", "attachment",
]  # fmt: skip

BY_FIELD: Mapping[str, Kind] = {
    FILE: "file", PROSE: "prose",
    "state": "state", "owner": "owner", "lead": "owner", "sponsors": "owner",
    "decisions": "decision", "waivers": "waiver",
    "due": "date", "decide_by": "date", "iterations": "date", "start": "date", "end": "date",
    "period": "date",
    "approved": "money", "actual": "money", "cost": "money", "cost_low": "money",
    "cost_high": "money", "currency": "money", "budgets": "money", "opening_balance": "money",
    "rates": "money", "reallocations": "money",
    "business_value": "score", "time_criticality": "score", "risk_opportunity": "score",
    "job_size": "score", "cost_of_delay": "score", "duration_weeks": "score", "urgency": "score",
    "scope_in": "scope", "scope_out": "scope", "mvp": "scope", "hypothesis": "scope",
    "size": "scope", "points": "scope",
    "history": "record", "check_ins": "record", "scored_on": "record", "scored_by": "record",
    "engagement": "record", "updates": "record", "source": "record", "blocked": "record",
}  # fmt: skip
OF_KEY_RESULTS: Mapping[str, Kind] = {
    "start": "baseline", "target": "target", "low": "target", "high": "target",
    "kind": "target", "unit": "target", "commitment": "promise", "weight": "promise",
    "title": "promise",
}  # fmt: skip
OF_OBJECTIVES: Mapping[str, Kind] = {"title": "promise", "commitment": "promise"}
OF_POLICY: Mapping[str, Kind] = {
    "guardrails": "guardrail", "rules": "rule", "scale": "rule", "ranking": "rule",
    "cut_line": "rule", "flow": "rule", "fiscal_year_start": "rule", "fiscal_year_named_by": "rule",
    "as_of": "rule",
}  # fmt: skip
BOARDS = ("states", "feature_states", "story_states")
LIMITS = ("limit", "limit_size", "stream_limit", "max_age_days")
PARENTS = ("parent", "moves", "stream", "team", "increment")
PROMISES: tuple[Kind, ...] = ("target", "baseline", "date", "promise")
REBASELINES: tuple[Kind, ...] = ("target", "baseline")


def kind_of(type: str, field: str, before: Any, after: Any) -> Kind:
    """Return the kind of a change of this field of an item of this type."""
    if type in BESIDE:
        return type
    if UNREADABLE in (before, after):
        return "unreadable"
    special = {"key-result": OF_KEY_RESULTS, "objective": OF_OBJECTIVES, "portfolio": OF_POLICY}
    if (kind := special.get(type, {}).get(field)) is not None:
        return kind
    if type == "portfolio" and field in BOARDS:
        return "limit" if limits(before) != limits(after) else "rule"
    if field == "leading_indicators":
        return indicator_kind(before or (), after or ())
    if type == "increment" and field == "objectives":
        return "promise" if promised(before) != promised(after) else "record"
    model = TYPES.get(type)
    link = model.LINKS.get(field) if model else None
    if link is not None:
        return "parent" if link.kind in PARENTS else "detail"
    return BY_FIELD.get(field, "detail")


def limits(states: Iterable[State] | None) -> dict[str, tuple[Any, ...]]:
    """Return what each column may hold, by its name; columns without a limit are left out."""
    pairs = ((state.name, tuple(getattr(state, name) for name in LIMITS)) for state in states or ())
    return {name: values for name, values in pairs if any(value is not None for value in values)}


def indicator_kind(before: Iterable[LeadingIndicator], after: Iterable[LeadingIndicator]) -> Kind:
    """Return what changed most in leading indicators: a threshold, a baseline, a day, or a value.

    An indicator is its metric. One that is gone was a promise; a new one is a detail.
    """
    old, new = ({entry.metric: entry for entry in entries} for entries in (before, after))
    both = [(old[metric], new[metric]) for metric in old if metric in new]
    if any(one.threshold != other.threshold or one.unit != other.unit for one, other in both):
        return "target"
    if any(one.baseline != other.baseline for one, other in both):
        return "baseline"
    if any(one.by != other.by for one, other in both):
        return "date"
    if old.keys() - new.keys():
        return "promise"
    return "record" if any(one.observed != other.observed for one, other in both) else "detail"


def promised(objectives: Iterable[IncrementObjective] | None) -> list[tuple[Any, ...]]:
    """Return what was promised for an increment, without what came of it."""
    return [
        (entry.title, entry.team, entry.commitment, entry.planned_value)
        for entry in objectives or ()
    ]
