"""When the work of an increment is to be finished: by the iterations of features and stories."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.model import Epic, Feature, Increment, Iteration, Story, Team
from leanfolio.model.field import ISO_DAY
from leanfolio.model.portfolio import Portfolio


class When(Struct, frozen=True):
    """A point of a plan: the last day of an iteration, of an increment, or a day by itself."""

    day: date
    increment: str | None = None
    iteration: str | None = None


class Piece(Struct, frozen=True):
    """Work of one team in one iteration: a story, or what of a feature stands in no story.

    `team` and `iteration` are None where nobody says which, `points` where nobody says how much.
    """

    item: str  # the id of the story, or else of the feature
    feature: str
    team: str | None
    iteration: str | None
    points: Decimal | None


def iteration_named(increment: Increment, name: str | None) -> Iteration | None:
    """The iteration of this name; None where the increment has none."""
    return next((entry for entry in increment.iterations if entry.name == name), None)


def known_team(portfolio: Portfolio, id: str | None) -> str | None:
    """The id of a team that exists; None of one that does not, or that may not be shown."""
    return id if id and isinstance(portfolio.items.get(id), Team) else None


def members(portfolio: Portfolio, increment: Increment) -> tuple[Feature, ...]:
    """The features of an increment that were not dropped."""
    return tuple(
        feature
        for feature in portfolio.members_of(increment.id, Feature)
        if portfolio.category_of(feature) != "cancelled"
    )


def stories_of(portfolio: Portfolio, feature: Feature) -> tuple[Story, ...]:
    """The stories of a feature that were not dropped."""
    return tuple(
        story
        for story in portfolio.children_of(feature.id, Story)
        if portfolio.category_of(story) != "cancelled"
    )


def finish(portfolio: Portfolio, feature: Feature, increment: Increment) -> Iteration | None:
    """The iteration in which a feature is to be finished: its own, or the last of its stories.

    None where neither says so, or where the increment has no iteration of that name.
    """
    if feature.iteration is not None:
        return iteration_named(increment, feature.iteration)
    names = {story.iteration for story in stories_of(portfolio, feature)}
    planned = [entry for entry in increment.iterations if entry.name in names]
    return max(planned, key=lambda entry: entry.end, default=None)


def increment_of(portfolio: Portfolio, feature: Feature) -> Increment | None:
    """The increment of a feature; None where it names none that exists."""
    increment = portfolio.items.get(feature.increment or "")
    return increment if isinstance(increment, Increment) else None


def promised(portfolio: Portfolio, item: Epic | Feature) -> When | None:
    """By when an item is to be there: its iteration, else its increment, else its due date."""
    increment = increment_of(portfolio, item) if isinstance(item, Feature) else None
    if increment is not None and isinstance(item, Feature):
        iteration = finish(portfolio, item, increment)
        if iteration is not None:
            return When(iteration.end, increment.id, iteration.name)
        if increment.days is not None:
            return When(increment.days.last, increment.id)
    return When(item.due) if item.due is not None else None


def needed(portfolio: Portfolio, feature: Feature, provider: str) -> When | None:
    """By when a feature needs a provider: as it says, else when it is to be finished itself.

    None where what it says is neither a day nor an iteration of its increment.
    """
    stated = feature.depends_on.get(provider)
    if stated is None:
        return promised(portfolio, feature)
    increment = increment_of(portfolio, feature)
    iteration = iteration_named(increment, stated) if increment is not None else None
    if increment is not None and iteration is not None:
        return When(iteration.end, increment.id, iteration.name)
    day = day_of(stated)
    return None if day is None else When(day)


def day_of(text: str) -> date | None:
    """The day that a text is in ISO 8601; None where it is none."""
    if not ISO_DAY.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def pieces(portfolio: Portfolio, increment: Increment) -> Iterator[Piece]:
    """All work of the features of an increment, done or not, but for what was dropped.

    A feature counts by its size; one with stories by their points, and by what its size exceeds
    those by. That stands in no story yet, and counts in the iteration that the feature states; it
    is not known while a story states no points.
    """
    names = {entry.name for entry in increment.iterations}

    def piece(item: str, feature: Feature, of: Feature | Story, points: Decimal | None) -> Piece:
        team = known_team(portfolio, of.team) or known_team(portfolio, feature.team)
        planned = of.iteration if of.iteration is not None else feature.iteration
        iteration = planned if planned in names else None
        return Piece(item, feature.id, team, iteration, points)

    for feature in members(portfolio, increment):
        stories = stories_of(portfolio, feature)
        if not stories:
            yield piece(feature.id, feature, feature, feature.size)
            continue
        for story in stories:
            yield piece(story.id, feature, story, story.points)
        points = [story.points for story in stories]
        known = sum((value for value in points if value is not None), Decimal(0))
        if None not in points and feature.size is not None and feature.size > known:
            yield piece(feature.id, feature, feature, feature.size - known)
