"""What was planned for an increment, as its plan's commit had it, against what came of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.figures.flow.predictability import Delivery, delivery
from leanfolio.figures.history.versions import History, Version, index_before, item_of
from leanfolio.model import Feature, Increment, IncrementObjective
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit

Outcome = Literal["done", "open", "dropped", "moved", "gone", "added"]


class PlannedFeature(Struct, frozen=True):
    """A feature as a plan holds it."""

    id: str
    title: str
    size: Decimal | None
    kind: str = "feature"


class IncrementPlan(Struct, frozen=True):
    """What a commit says of an increment. `tagged`: it is the commit of the tag plan/ID."""

    commit: Commit
    tagged: bool
    objectives: tuple[IncrementObjective, ...]
    features: tuple[PlannedFeature, ...]


class FeatureOutcome(Struct, frozen=True):
    """What became of a feature; `increment` is where it stands now, if it moved.

    `kind` and `size` are as they were planned; of one that was added, as they are now. `size_now`
    is None of what is gone, too.
    """

    id: str
    title: str
    outcome: Outcome
    increment: str | None = None
    kind: str = "feature"
    size: Decimal | None = None
    size_now: Decimal | None = None

    @property
    def resized(self) -> bool:
        """Whether it is still in the increment, with another size than planned."""
        return self.outcome in ("done", "open") and self.size != self.size_now


class ObjectiveChange(Struct, frozen=True):
    """An objective that is not as it was planned. None on a side where it is not there."""

    title: str
    team: str | None
    planned: IncrementObjective | None
    now: IncrementObjective | None


class PlanComparison(Struct, frozen=True):
    """An increment against its plan. Values as in `Delivery`: planned then, actual now."""

    on: date
    commit: str
    tagged: bool
    values: Delivery
    objectives: tuple[ObjectiveChange, ...]
    features: tuple[FeatureOutcome, ...]

    def count(self, *outcomes: Outcome) -> int:
        """How many features came to one of these outcomes."""
        return sum(1 for feature in self.features if feature.outcome in outcomes)

    @property
    def planned_features(self) -> int:
        return len(self.features) - self.count("added")

    @property
    def planned_value(self) -> Decimal:
        """The planned value of committed objectives, as far as it was stated then."""
        return sum(self.values.planned, Decimal(0))

    @property
    def share(self) -> Fraction | None:
        """Actual over planned value; None while a value is missing on either side."""
        return self.values.predictability


def plan_now(portfolio: Portfolio, increment: Increment, commit: Commit) -> IncrementPlan:
    """The plan that a portfolio states, which a commit holds."""
    features = (
        PlannedFeature(feature.id, feature.title, feature.size, feature.kind)
        for feature in portfolio.members_of(increment.id, Feature)
        if portfolio.category_of(feature) != "cancelled"
    )
    return IncrementPlan(commit, True, increment.objectives, tuple(features))


def increment_plan(history: History, increment: Increment, as_of: date) -> IncrementPlan | None:
    """The plan at the tag plan/ID, or else at the first commit of the increment up to a day.

    None where git knows neither, as before an increment begins or in a shallow clone.
    """
    tagged = history.plans.get(increment.id)
    commit = tagged or first_commit(history, increment, as_of)
    if commit is None:
        return None
    second = moment(history, commit)
    item = item_at(history.versions.get(increment.id, ()), second, increment.id)
    if not isinstance(item, Increment):
        return None
    features = tuple(planned_features(history, increment.id, second))
    return IncrementPlan(commit, tagged is not None, item.objectives, features)


def first_commit(history: History, increment: Increment, as_of: date) -> Commit | None:
    """The first commit from the first day of an increment on, if it came by its last day."""
    days = increment.days
    if days is None or (history.shallow and not history.reaches(days.first)):
        return None
    later = (commit for commit in history.commits if commit.day >= days.first)
    commit = next(later, None)
    return commit if commit is not None and commit.day <= min(days.last, as_of) else None


def moment(history: History, commit: Commit) -> int:
    """The second just after a commit. The history's own time goes before the commit's clock."""
    known = next((entry for entry in history.commits if entry.id == commit.id), commit)
    return known.time + 1


def item_at(versions: tuple[Version, ...], second: int, id: str) -> object:
    """The item that was in force just before a second; None where there was none."""
    index = index_before(versions, second)
    version = versions[index] if index >= 0 else None
    return item_of(id, version) if version is not None and version.fields is not None else None


def planned_features(history: History, increment: str, second: int) -> Iterator[PlannedFeature]:
    """The features that stood in an increment then, in the order of their ids."""
    for id, versions in sorted(history.versions.items()):
        if not any(
            version.fields and version.fields.get("increment") == increment for version in versions
        ):
            continue
        item = item_at(versions, second, id)
        if isinstance(item, Feature) and item.increment == increment:
            yield PlannedFeature(id, item.title, item.size, item.kind)


def against_plan(portfolio: Portfolio, increment: Increment, plan: IncrementPlan) -> PlanComparison:
    """What came of a plan, by what the portfolio says now."""
    then, now = delivery(plan.objectives), delivery(increment.objectives)
    return PlanComparison(
        plan.commit.day,
        plan.commit.id,
        plan.tagged,
        Delivery(then.planned, now.actual, then.unplanned, now.unrated),
        tuple(objective_changes(plan.objectives, increment.objectives)),
        tuple(feature_outcomes(portfolio, increment.id, plan.features)),
    )


def objective_changes(
    planned: Iterable[IncrementObjective], now: Iterable[IncrementObjective]
) -> Iterator[ObjectiveChange]:
    """The objectives that were added, taken out, or whose value or commitment changed."""
    before = {(entry.title, entry.team): entry for entry in planned}
    after = {(entry.title, entry.team): entry for entry in now}
    for key in {**before, **after}:
        one, other = before.get(key), after.get(key)
        same = (
            one is not None
            and other is not None
            and (one.planned_value, one.commitment) == (other.planned_value, other.commitment)
        )
        if not same:
            yield ObjectiveChange(*key, one, other)


def feature_outcomes(
    portfolio: Portfolio, increment: str, planned: Iterable[PlannedFeature]
) -> Iterator[FeatureOutcome]:
    """What became of each planned feature, then those that came later."""
    known = set()
    for entry in planned:
        known.add(entry.id)
        title, outcome, moved_to = outcome_of(portfolio, increment, entry)
        feature = portfolio.items.get(entry.id)
        size = feature.size if isinstance(feature, Feature) else None
        yield FeatureOutcome(entry.id, title, outcome, moved_to, entry.kind, entry.size, size)
    for feature in portfolio.members_of(increment, Feature):
        if feature.id not in known and portfolio.category_of(feature) != "cancelled":
            yield FeatureOutcome(
                feature.id,
                feature.title,
                "added",
                None,
                feature.kind,
                feature.size,
                feature.size,
            )


def outcome_of(
    portfolio: Portfolio, increment: str, planned: PlannedFeature
) -> tuple[str, Outcome, str | None]:
    """A planned feature's title now, what became of it, and the increment that it moved to."""
    feature = portfolio.items.get(planned.id)
    if not isinstance(feature, Feature):
        return planned.title, "gone", None
    category = portfolio.category_of(feature)
    if category == "cancelled":
        return feature.title, "dropped", None
    if feature.increment != increment:
        return feature.title, "moved", feature.increment
    return feature.title, "done" if category == "done" else "open", None


def comparisons(
    history: History | None, portfolio: Portfolio, as_of: date
) -> dict[str, PlanComparison]:
    """Every increment of which git knows the plan, against that plan."""
    if history is None:
        return {}
    plans = (
        (increment, increment_plan(history, increment, as_of))
        for increment in portfolio.items_of(Increment)
    )
    return {
        increment.id: against_plan(portfolio, increment, plan)
        for increment, plan in plans
        if plan is not None
    }
