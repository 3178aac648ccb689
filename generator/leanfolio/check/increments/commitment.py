"""What teams commit themselves to: no more than they can do, and a plan that they believe in."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from leanfolio.check.rule import Setting
from leanfolio.figures.increments.load import Load
from leanfolio.figures.increments.schedule import iteration_named
from leanfolio.figures.increments.votes import LOW
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.model import Increment, Team
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import some, tell

MOST_RELATED = 5


def team_overloaded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A team is planned for no more than its capacity.

    What does not fit is decided in the last week, by chance, instead of now. A feature counts by
    its size; one with stories by their points, and by what its size exceeds those by.

    Fix: move features to a later increment, or to another team.
    """
    for increment, work in open_increments(portfolio, setting):
        for row in work.rows:
            load = row.load.whole
            if load.team is not None and load.excess is not None:
                pieces = [one for one in work.work if one.team == load.team]
                ids = dict.fromkeys(one.feature for one in pieces)
                yield Problem(
                    place_of_capacity(portfolio, increment, load),
                    "team-overloaded",
                    tell(
                        "{team} has capacity {capacity:grouped}, and {points:grouped} is planned "
                        "for {increment}: {ids}",
                        team=load.team,
                        capacity=load.capacity or 0,
                        points=load.points,
                        increment=increment.id,
                        ids=some(counted((one.feature, one.points) for one in pieces)),
                    ),
                    tell(
                        "move {excess:grouped} or more of it to a later increment, or to "
                        "another team",
                        excess=load.excess,
                    ),
                    related=related(portfolio, ids),
                )


def iteration_overloaded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """In an iteration, a team is planned for no more than the capacity that is stated for it.

    Whoever says that a team can do less in August, and plans for August as always, knows already
    that the plan will not hold. An iteration for which nothing is stated is not judged: its share
    of the team's capacity is only an even one.

    Fix: move work to another iteration or team; or correct the capacity.
    """
    for increment, work in open_increments(portfolio, setting):
        for load in work.overloads:
            iteration = iteration_named(increment, load.iteration)
            if iteration is None or iteration.end < setting.as_of or load.excess is None:
                continue
            pieces = [
                one for one in work.work
                if one.team == load.team and one.iteration == load.iteration
            ]  # fmt: skip
            yield Problem(
                place_of_capacity(portfolio, increment, load),
                "iteration-overloaded",
                tell(
                    "{team} has capacity {capacity:grouped} in iteration {iteration} of "
                    "{increment}, and "
                    "{points:grouped} is planned: {items}",
                    team=load.team,
                    capacity=load.capacity or 0,
                    iteration=load.iteration,
                    increment=increment.id,
                    points=load.points,
                    items=some(counted((one.item, one.points) for one in pieces)),
                ),
                tell(
                    "move {excess:grouped} or more of it to another iteration, or to another team",
                    excess=load.excess,
                ),
                related=related(portfolio, dict.fromkeys(one.item for one in pieces)),
            )


def counted(pieces: Iterable[tuple[str, Decimal | None]]) -> Iterator[str]:
    """Each feature or story by its id, with the points that are counted of it."""
    sums: dict[str, Decimal | None] = {}
    for id, points in pieces:
        known = sums.setdefault(id, None)
        if points is not None:
            sums[id] = points + (known or 0)
    for id, points in sums.items():
        if points is None:
            yield tell("{item} (without points)", item=id)
        else:
            yield tell("{item} ({points:grouped})", item=id, points=points)


def open_increments(
    portfolio: Portfolio, setting: Setting
) -> Iterator[tuple[Increment, IncrementWork]]:
    """Every increment that is not over, with its work."""
    works = setting.facts_of(portfolio).increments
    for increment in portfolio.items_of(Increment):
        if increment.days is not None and increment.days.last >= setting.as_of:
            yield increment, works[increment.id]


def place_of_capacity(portfolio: Portfolio, increment: Increment, load: Load) -> Place:
    """Where a capacity is stated: in the increment, or else by the team."""
    for index, entry in enumerate(increment.capacities):
        if entry.team == load.team and entry.iteration == load.iteration:
            return increment.at("capacities", index, "points")
    team = portfolio[load.team or ""]
    if isinstance(team, Team) and team.capacity is not None:
        return team.at("capacity")
    return increment.at("capacities")


def related(portfolio: Portfolio, ids: dict[str, None]) -> tuple[Related, ...]:
    """Where the first few items of the work stand."""
    items = [portfolio[id] for id in ids][:MOST_RELATED]
    return tuple(
        Related(item.at("points" if item.TYPE == "story" else "size"), f"{item.id} is here")
        for item in items
    )


def vote_unexplained(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A vote of 1 or 2 says why.

    A team that does not believe in its plan is asked what would have to change; without its reason
    nothing can.

    Fix: write `reason:`.
    """
    for increment in portfolio.items_of(Increment):
        for index, entry in enumerate(increment.votes):
            if entry.vote <= LOW and entry.reason is None:
                whose = entry.by or entry.team or tell("somebody")
                yield Problem(
                    increment.at("votes", index, "vote"),
                    "vote-unexplained",
                    tell(
                        "{whose} votes {vote} of 5 on {increment}, and no reason is stated",
                        whose=whose,
                        vote=entry.vote,
                        increment=increment.id,
                    ),
                    tell("add `reason:`, what would have to change for a higher vote"),
                )


def milestone_outside_increment(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A milestone lies within its increment.

    On the board it would stand in no iteration, and nobody would plan for it.

    Fix: correct the day; or write it into the increment of its day.
    """
    for increment in portfolio.items_of(Increment):
        span = increment.days
        for index, entry in enumerate(increment.milestones):
            if span is not None and not span.holds(entry.on):
                yield Problem(
                    increment.at("milestones", index, "on"),
                    "milestone-outside-increment",
                    tell(
                        "“{title}” is on {on}, and {increment} runs from {first} to {last}",
                        title=entry.title,
                        on=entry.on,
                        increment=increment.id,
                        first=span.first,
                        last=span.last,
                    ),
                    tell("correct the day, or write it into the increment of that day"),
                    related=(Related(increment.at("start"), f"{increment.id} is here"),),
                )
