"""What of an increment's objectives is in, what is open, and what is at risk, and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from leanfolio.figures.columns import lasting_block
from leanfolio.figures.increments.dependencies import Dependency
from leanfolio.model import Feature, Increment, IncrementObjective
from leanfolio.model.portfolio import Portfolio

Standing = Literal["rated", "unrated", "at-risk", "open", "unknown"]
Threat = Literal["late", "dropped", "moved", "blocked", "waits"]


class Reason(Struct, frozen=True):
    """Why an objective is at risk: what is wrong with a feature that it rests on.

    late: by the plan of its increment; dropped; moved: to another increment, or to none; blocked;
    waits: for `provider`, which is late, overdue or dropped.
    """

    feature: str
    threat: Threat
    provider: str | None = None


class ObjectiveStanding(Struct, frozen=True):
    """Where an objective of an increment stands.

    rated: it has its actual value; unrated: all its features are done, and nobody rated it yet;
    at-risk: for these reasons; open: nothing known speaks against it; unknown: it names no feature.
    """

    objective: IncrementObjective
    features: tuple[str, ...]  # that exist, and may be shown
    standing: Standing
    reasons: tuple[Reason, ...] = ()


def objective_standings(
    portfolio: Portfolio,
    increment: Increment,
    late: Collection[str],
    needs: Sequence[Dependency],
) -> tuple[ObjectiveStanding, ...]:
    """Each objective in its order. `late` are the ids of late features, `needs` what they need."""
    waiting: dict[str, list[Dependency]] = {}
    for entry in needs:
        if entry.at_risk:
            waiting.setdefault(entry.consumer, []).append(entry)
    return tuple(
        standing_of(portfolio, increment, objective, late, waiting)
        for objective in increment.objectives
    )


def standing_of(
    portfolio: Portfolio,
    increment: Increment,
    objective: IncrementObjective,
    late: Collection[str],
    waiting: Mapping[str, Sequence[Dependency]],
) -> ObjectiveStanding:
    """Where one objective stands. One with an actual value is judged, whatever its features do."""
    items = [portfolio.items.get(id) for id in dict.fromkeys(objective.features)]
    features = [item for item in items if isinstance(item, Feature)]
    ids = tuple(feature.id for feature in features)
    if objective.actual_value is not None:
        return ObjectiveStanding(objective, ids, "rated")
    if not features:
        return ObjectiveStanding(objective, ids, "unknown")
    if all(portfolio.category_of(feature) == "done" for feature in features):
        return ObjectiveStanding(objective, ids, "unrated")
    reasons = tuple(
        reason
        for feature in features
        for reason in threats(portfolio, increment, feature, late, waiting)
    )
    return ObjectiveStanding(objective, ids, "at-risk" if reasons else "open", reasons)


def threats(
    portfolio: Portfolio,
    increment: Increment,
    feature: Feature,
    late: Collection[str],
    waiting: Mapping[str, Sequence[Dependency]],
) -> Iterator[Reason]:
    """What is wrong with a feature that is not done."""
    category = portfolio.category_of(feature)
    if category == "done":
        return
    if category == "cancelled":
        yield Reason(feature.id, "dropped")
        return
    if feature.increment != increment.id:
        yield Reason(feature.id, "moved")
        return
    if feature.id in late:
        yield Reason(feature.id, "late")
    if lasting_block(portfolio, feature):
        yield Reason(feature.id, "blocked")
    for entry in waiting.get(feature.id, ()):
        yield Reason(feature.id, "waits", entry.provider)
