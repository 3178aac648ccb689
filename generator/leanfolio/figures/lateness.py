"""Features that are late by the plan of their increment: its end, or those of its iterations."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from leanfolio.model import Feature, Increment, Story
from leanfolio.model.portfolio import Portfolio

OPEN = ("new", "waiting", "active")


class LateFeature(Struct, frozen=True):
    """An open feature whose increment is over, or with open stories of iterations that are."""

    feature: str  # ids
    increment: str
    since: date  # the last day on which it was in time
    stories: tuple[str, ...]  # the open stories of iterations that are over
    over: bool  # whether the increment is


def late_features(portfolio: Portfolio, as_of: date) -> tuple[LateFeature, ...]:
    """Return the features that are late on a day, the longest first."""
    late = (
        lateness(portfolio, feature, increment, as_of)
        for increment in portfolio.items_of(Increment)
        for feature in portfolio.members_of(increment.id, Feature)
        if portfolio.category_of(feature) in OPEN
    )
    return tuple(sorted((entry for entry in late if entry), key=lambda entry: entry.since))


def lateness(
    portfolio: Portfolio, feature: Feature, increment: Increment, as_of: date
) -> LateFeature | None:
    """Return by what an open feature is late; None where it is not."""
    if increment.days is None:
        return None
    ended = {entry.name: entry.end for entry in increment.iterations if entry.end < as_of}
    behind = [
        story
        for story in portfolio.children_of(feature.id, Story)
        if story.iteration in ended and portfolio.category_of(story) in OPEN
    ]
    ends = [ended[str(story.iteration)] for story in behind]
    over = increment.days.last < as_of
    if over:
        ends.append(increment.days.last)
    if not ends:
        return None
    stories = tuple(story.id for story in behind)
    return LateFeature(feature.id, increment.id, min(ends), stories, over)


class LateIncrement(Struct, frozen=True):
    """An increment with late features: one that runs is behind, one that is over left work open."""

    increment: str
    over: bool
    features: int  # that are late
    of: int  # features that were not dropped
    stories: int  # open, of iterations that are over


def late_increments(
    portfolio: Portfolio, late: tuple[LateFeature, ...]
) -> tuple[LateIncrement, ...]:
    """Return the increments with late features: those that are over first, then by their share."""
    features = Counter(entry.increment for entry in late)
    stories = Counter({
        id: sum(len(entry.stories) for entry in late if entry.increment == id) for id in features
    })  # fmt: skip
    over: Mapping[str, bool] = {entry.increment: entry.over for entry in late}
    every = (
        LateIncrement(id, over[id], number, standing(portfolio, id), stories[id])
        for id, number in features.items()
    )
    return tuple(sorted(every, key=lambda entry: (not entry.over, -entry.features / entry.of)))


def standing(portfolio: Portfolio, increment: str) -> int:
    """Return how many features of an increment were not dropped."""
    members = portfolio.members_of(increment, Feature)
    return sum(portfolio.category_of(feature) != "cancelled" for feature in members)
