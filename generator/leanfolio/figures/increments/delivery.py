"""What became of an increment's features, and the mix of kinds: planned against delivered."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.figures.increment_plan import FeatureOutcome, PlanComparison
from leanfolio.model import Feature, Increment
from leanfolio.model.portfolio import Portfolio

KINDS = ("feature", "enabler", "maintenance")
Fate = Literal["finished", "open", "carried", "dropped"]


class FeatureFate(Struct, frozen=True):
    """What became of a feature.

    finished: it is done; open: its increment is not over yet; carried: it moved to `to`, or to no
    increment, or was left open when the increment ended; dropped: cancelled, or no longer there.
    `planned` is None where no plan is known.
    """

    id: str
    title: str
    kind: str
    size: Decimal | None
    planned: bool | None
    fate: Fate
    to: str | None = None
    left: bool = False  # whether it was left open in the increment


class KindSum(Struct, frozen=True):
    """How many features of a kind there are, and their size, so far as it is stated."""

    features: int
    size: Decimal
    unknown: int  # features without a size
    share: Fraction | None  # of the size of all kinds; None where no size is stated


class KindMix(Struct, frozen=True):
    """One kind: what was planned of it, None where no plan is known, and what was delivered."""

    kind: str
    planned: KindSum | None
    delivered: KindSum


def fates(
    portfolio: Portfolio, increment: Increment, plan: PlanComparison | None, as_of: date
) -> tuple[FeatureFate, ...]:
    """What became of every feature that was planned for an increment, or stands in it now."""
    over = increment.days is not None and increment.days.last < as_of
    outcomes = {entry.id: entry for entry in plan.features} if plan is not None else {}
    planned = {id for id, entry in outcomes.items() if entry.outcome != "added"}
    result = [of_plan(portfolio, outcomes[id], over=over) for id in outcomes if id in planned]
    unplanned = None if plan is None else False
    result += [
        of_today(portfolio, feature, unplanned, over=over)
        for feature in portfolio.members_of(increment.id, Feature)
        if feature.id not in planned
    ]
    return tuple(result)


def of_plan(portfolio: Portfolio, entry: FeatureOutcome, *, over: bool) -> FeatureFate:
    """What became of a planned feature; its kind and size are those of today, if it is there."""
    item = portfolio.items.get(entry.id)
    kind, size = entry.kind, entry.size
    if isinstance(item, Feature):
        kind, size = item.kind, item.size
    fate: Fate = "open"
    if entry.outcome == "done":
        fate = "finished"
    elif entry.outcome in ("dropped", "gone"):
        fate = "dropped"
    elif entry.outcome == "moved" or over:
        fate = "carried"
    left = entry.outcome == "open" and over
    return FeatureFate(entry.id, entry.title, kind, size, True, fate, entry.increment, left)


def of_today(
    portfolio: Portfolio, feature: Feature, planned: bool | None, *, over: bool
) -> FeatureFate:
    """What became of a feature that no plan holds, by its state."""
    category = portfolio.category_of(feature)
    fate: Fate = "carried" if over else "open"
    if category == "done":
        fate = "finished"
    elif category == "cancelled":
        fate = "dropped"
    left = fate == "carried"
    return FeatureFate(
        feature.id, feature.title, feature.kind, feature.size, planned, fate, left=left
    )


def mix(plan: PlanComparison | None, every: Iterable[FeatureFate]) -> tuple[KindMix, ...]:
    """Each kind of which something was planned or delivered; planned as the plan has it."""
    before = None if plan is None else sums(
        (entry.kind, entry.size) for entry in plan.features if entry.outcome != "added"
    )  # fmt: skip
    after = sums((entry.kind, entry.size) for entry in every if entry.fate == "finished")
    rows = (KindMix(kind, None if before is None else before[kind], after[kind]) for kind in KINDS)
    return tuple(
        row for row in rows if row.delivered.features or (row.planned and row.planned.features)
    )


def sums(features: Iterable[tuple[str, Decimal | None]]) -> dict[str, KindSum]:
    """The features of each kind, given as kinds with sizes."""
    every = tuple(features)
    total = sum(stated(every), Decimal(0))
    result = {}
    for kind in KINDS:
        own = [(name, size) for name, size in every if name == kind]
        size = sum(stated(own), Decimal(0))
        unknown = sum(1 for _, value in own if value is None)
        share = Fraction(size) / Fraction(total) if total else None
        result[kind] = KindSum(len(own), size, unknown, share)
    return result


def stated(features: Iterable[tuple[str, Decimal | None]]) -> Iterator[Decimal]:
    """The sizes that are stated."""
    return (size for _, size in features if size is not None)
