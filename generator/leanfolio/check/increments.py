"""Increments: when things are planned, and whether the plan can be true."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from leanfolio.check.rule import Setting
from leanfolio.check.words import days, figure, some
from leanfolio.model import (
    Days,
    Epic,
    Feature,
    Increment,
    Item,
    NamedPeriod,
    Objective,
    Path,
    Story,
    Team,
    ValueStream,
)
from leanfolio.near import near
from leanfolio.portfolio import Portfolio
from leanfolio.problem import Problem, Related

OPEN = ("new", "waiting", "active")


def increment_dates(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An increment has a first and a last day, in this order.

    Without them its features are planned for no time at all, and no objective in it can be late.

    Cure: write `start:` and `end:`.
    """
    for each in portfolio.of(Increment):
        missing = [name for name in ("start", "end") if each.lacks(name)]
        if missing:
            yield Problem(
                each.at(),
                "increment-dates",
                f"{each.id} has no {' and no '.join(missing)}",
                f"add {' and '.join(f'`{name}:`' for name in missing)}",
            )
        elif each.start is not None and each.end is not None and each.end < each.start:
            yield Problem(
                each.at("end"),
                "increment-dates",
                f"{each.id} ends on {each.end}, before it starts on {each.start}",
                "correct one of the two",
                related=(Related(each.at("start"), "the start is here"),),
            )


def increment_overlap(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """No two increments share a day.

    A team would have promised the same days twice, and its capacity is counted twice.

    Cure: correct the dates.
    """
    dated = [(each.days, each) for each in portfolio.of(Increment) if each.days is not None]
    dated.sort(key=lambda pair: pair[0])
    latest: tuple[Days, Increment] | None = None
    for span, each in dated:
        if latest is not None and span.overlaps(latest[0]):
            before = latest[1]
            yield Problem(
                each.at("start"),
                "increment-overlap",
                f"{each.id} starts on {each.start}, and {before.id} ends on {before.end}",
                "correct one of the two dates",
                related=(Related(before.at("end"), f"{before.id} ends here"),),
            )
        if latest is None or span.last > latest[0].last:
            latest = span, each


def iteration_dates(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Iterations lie within their increment, one after the other.

    A story in an iteration outside of its increment is in two times at once.

    Cure: correct the dates of the iteration.
    """
    for each in portfolio.of(Increment):
        before = None
        for index, one in enumerate(each.iterations):
            wrong = None
            if one.end < one.start:
                wrong = "end", f"ends on {one.end}, before it starts on {one.start}"
            elif each.days and one.start < each.days.first:
                wrong = "start", f"starts on {one.start}, before the increment on {each.start}"
            elif each.days and one.end > each.days.last:
                wrong = "end", f"ends on {one.end}, after the increment on {each.end}"
            elif before is not None and one.start <= before.end:
                wrong = (
                    "start",
                    (f"starts on {one.start}, and iteration {before.name} ends on {before.end}"),
                )
            if wrong:
                yield Problem(
                    each.at("iterations", index, wrong[0]),
                    "iteration-dates",
                    f"iteration {one.name} of {each.id} {wrong[1]}",
                    "correct the date",
                )
            before = one


def iteration_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The iteration that a story names is one of its feature's increment.

    A story in an iteration that does not exist is in nobody's plan.

    Cure: correct the name; or add the iteration to the increment.
    """
    for story in portfolio.of(Story):
        if story.iteration is None:
            continue
        for edge in portfolio.edges_from(story.id, "parent"):
            for each in portfolio.edges_from(edge.target, "increment"):
                increment = portfolio[each.target]
                names = [one.name for one in getattr(increment, "iterations", ())]
                if names and story.iteration not in names:
                    guess = near(story.iteration, names)
                    yield Problem(
                        story.at("iteration"),
                        "iteration-unknown",
                        f"{story.id} is in iteration {story.iteration},"
                        f" which {increment.id} does not have",
                        f"did you mean {guess}?" if guess else f"use one of {', '.join(names)}",
                        related=(Related(increment.at("iterations"), "its iterations"),),
                    )


def period_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A period is a year, a half, a quarter, a month, an increment, or has a start and an end.

    An objective of 2026-H3 is never in time and never late, and a budget of it is in no year.

    Cure: write 2026, 2026-H2, 2026-Q3, 2026-10, an increment's id, or {start: ..., end: ...}.
    """
    increments = [each.id for each in portfolio.of(Increment)]
    for item, path, period in periods(portfolio):
        name = period.name
        if name is None or period.days(portfolio.policy.year_start) is not None:
            continue
        if name not in increments and name not in portfolio.broken:
            guess = None if name[:4].isdigit() else near(name, increments)
            yield Problem(
                item.at(*path),
                "period-unknown",
                f"{item.id} has period {name}, which is neither of the calendar nor an increment",
                f"did you mean {guess}?"
                if guess
                else "write 2026, 2026-H2, 2026-Q3, 2026-10, or an increment's id",
            )


def periods(portfolio: Portfolio) -> Iterator[tuple[Item, Path, NamedPeriod]]:
    for objective in portfolio.of(Objective):
        if objective.period is not None:
            yield objective, ("period",), objective.period
    for stream in portfolio.of(ValueStream):
        for index, line in enumerate(stream.budgets):
            yield stream, ("budgets", index, "period"), line.period
    for epic in portfolio.of(Epic):
        for index, each in enumerate(epic.budgets):
            yield epic, ("budgets", index, "period"), each.period


# The plan ------------------------------------------------------------------------------------


def feature_outside_increment(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A feature is due within its increment.

    A feature due before its increment begins is late by plan; one due after it ends was promised
    for then and planned for now.

    Cure: move the feature to the increment of its date; or correct the date.
    """
    for feature, increment, span in planned(portfolio):
        due = feature.due
        if due is None or span.first <= due <= span.last:
            continue
        when = "before it starts" if due < span.first else "after it ends"
        bound = increment.start if due < span.first else increment.end
        yield Problem(
            feature.at("due"),
            "feature-outside-increment",
            f"{feature.id} is due on {due}, and its increment {increment.id} is over there:"
            f" {when} on {bound}",
            "move the feature to another increment, or correct the date",
            related=(Related(increment.at("start"), f"{increment.id} is here"),),
        )


def feature_left_behind(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """When an increment is over, each of its features is done, dropped, or planned anew.

    What stays behind is still promised, counts in no plan, and spoils the predictability of both.

    Cure: set it to done or dropped; or write the increment in which it is to be done now.
    """
    for feature, increment, span in planned(portfolio):
        if span.last < setting.as_of and portfolio.category_of(feature) in OPEN:
            yield Problem(
                feature.at("increment"),
                "feature-left-behind",
                f"{feature.id} is {feature.state}, and its increment {increment.id}"
                f" ended {days((setting.as_of - span.last).days)} ago",
                "plan it anew, drop it, or set it to done",
                related=(Related(increment.at("end"), f"{increment.id} ended here"),),
            )


def planned(portfolio: Portfolio) -> Iterator[tuple[Feature, Increment, Days]]:
    """Every feature with its increment, where that has days."""
    for feature in portfolio.of(Feature):
        for edge in portfolio.edges_from(feature.id, "increment"):
            increment = portfolio[edge.target]
            if isinstance(increment, Increment) and increment.days is not None:
                yield feature, increment, increment.days


def team_overloaded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A team is planned for no more than its capacity.

    What does not fit is decided in the last week, by chance, instead of now.

    Cure: move features to a later increment, or to another team.
    """
    loads: defaultdict[tuple[str, str], list[Feature]] = defaultdict(list)
    for feature, increment, span in planned(portfolio):
        if span.last >= setting.as_of and portfolio.category_of(feature) != "cancelled":
            for edge in portfolio.edges_from(feature.id, "team"):
                loads[edge.target, increment.id].append(feature)
    for (id, when), features in loads.items():
        team = portfolio[id]
        capacity = team.capacity if isinstance(team, Team) else None
        load = sum((each.size or Decimal(0) for each in features), Decimal(0))
        if capacity is not None and load > capacity:
            yield Problem(
                team.at("capacity"),
                "team-overloaded",
                f"{id} has capacity {figure(capacity)}, and {figure(load)} is planned"
                f" for {when}: {some(each.id for each in features)}",
                "move features to a later increment, or to another team",
                related=tuple(
                    Related(each.at("size"), f"{each.id} is here") for each in features[:5]
                ),
            )


def objective_unrated(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The objectives of an increment that is over have an actual business value.

    Without it the increment has no predictability, and the business owners were not asked.

    Cure: let the business owners rate it, and write `actual_value:`; nothing reached is 0.
    """
    for each, index, span in promises(portfolio):
        if span.last < setting.as_of and each.objectives[index].actual_value is None:
            yield Problem(
                each.at("objectives", index),
                "objective-unrated",
                f"{each.id} ended {days((setting.as_of - span.last).days)} ago,"
                f" and its objective “{each.objectives[index].title}” has no actual value",
                "add `actual_value:`",
            )


def objective_unvalued(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The objectives of an increment that has begun have a planned business value.

    It is set before the work, so that it measures the promise and not the result.

    Cure: write `planned_value:`.
    """
    for each, index, span in promises(portfolio):
        if span.first <= setting.as_of and each.objectives[index].planned_value is None:
            yield Problem(
                each.at("objectives", index),
                "objective-unvalued",
                f"{each.id} has begun, and its objective “{each.objectives[index].title}”"
                " has no planned value",
                "add `planned_value:`",
            )


def promises(portfolio: Portfolio) -> Iterator[tuple[Increment, int, Days]]:
    """Every objective of every increment that has days."""
    for each in portfolio.of(Increment):
        if each.days is not None and "objectives" not in each.origin.faulty:
            for index in range(len(each.objectives)):
                yield each, index, each.days


ERRORS = (increment_dates, increment_overlap, iteration_dates, iteration_unknown, period_unknown)
WARNINGS = (
    feature_outside_increment,
    feature_left_behind,
    team_overloaded,
    objective_unrated,
    objective_unvalued,
)
