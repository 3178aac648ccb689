"""The plan of an increment: its features, the capacity of its teams, its objectives."""

from collections.abc import Iterator
from datetime import date

from leanfolio.check.rule import Setting
from leanfolio.model import (
    Days,
    Feature,
    Increment,
)
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import days, tell

OPEN = ("new", "waiting", "active")


def feature_outside_increment(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A feature is due within its increment.

    A feature due before its increment begins is late by plan; one due after it ends was promised
    for then and planned for now.

    Fix: move the feature to the increment of its date; or correct the date.
    """
    orders: dict[date, str] = {}  # by the day: many features are due on one
    for feature, increment, span in planned(portfolio):
        due = feature.due
        if due is None or span.holds(due):
            continue
        early = due < span.first
        bound = span.first if early else span.last
        order = orders.get(due) or orders.setdefault(due, due_then(portfolio, due))
        yield Problem(
            feature.at("due"),
            "feature-outside-increment",
            tell(
                "{feature} is due on {due}, before its increment {increment} starts on {bound}",
                feature=feature.id,
                due=due,
                increment=increment.id,
                bound=bound,
            )
            if early
            else tell(
                "{feature} is due on {due}, after its increment {increment} ends on {bound}",
                feature=feature.id,
                due=due,
                increment=increment.id,
                bound=bound,
            ),
            tell(
                "{order}, or correct `due:` to a day from {first} to {last}",
                order=order,
                first=span.first,
                last=span.last,
            ),
            related=(Related(increment.at("start"), f"{increment.id} is here"),),
        )


def due_then(portfolio: Portfolio, due: date) -> str:
    """The order to plan a feature for the increment of its day, by name where there is one."""
    for increment in portfolio.items_of(Increment):
        if increment.runs_on(due):
            return tell("write `increment: {increment}`", increment=increment.id)
    return tell("name the increment of that day")


def feature_left_behind(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """When an increment is over, each of its features is done, dropped, or planned anew.

    What stays behind is still promised, counts in no plan, and spoils the predictability of both.

    Fix: set it to done or dropped; or write the increment in which it is to be done now.
    """
    for feature, increment, span in planned(portfolio):
        if span.last < setting.as_of and portfolio.category_of(feature) in OPEN:
            yield Problem(
                feature.at("increment"),
                "feature-left-behind",
                tell(
                    "{feature} is {state}, and its increment {increment} ended on {last}, {days} "
                    "ago",
                    feature=feature.id,
                    state=feature.state,
                    increment=increment.id,
                    last=span.last,
                    days=days((setting.as_of - span.last).days),
                ),
                tell(
                    "name the increment in which it is to be done now, or move it to its last state"
                ),
                related=(Related(increment.at("end"), f"{increment.id} ended here"),),
            )


def planned(portfolio: Portfolio) -> Iterator[tuple[Feature, Increment, Days]]:
    """Every feature with its increment, where that has days."""
    for feature in portfolio.items_of(Feature):
        for edge in portfolio.edges_from(feature.id, "increment"):
            increment = portfolio[edge.target]
            if isinstance(increment, Increment) and increment.days is not None:
                yield feature, increment, increment.days


def objective_unrated(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The objectives of an increment that is over have an actual business value.

    Without it the increment has no predictability, and the business owners were not asked.

    Fix: let the business owners rate it, and write `actual_value:`; nothing reached is 0.
    """
    for value, index, span in promises(portfolio):
        if span.last < setting.as_of and value.objectives[index].actual_value is None:
            yield Problem(
                value.at("objectives", index),
                "objective-unrated",
                tell(
                    "{increment} ended {days} ago, and its objective “{title}” has no actual value",
                    increment=value.id,
                    days=days((setting.as_of - span.last).days),
                    title=value.objectives[index].title,
                ),
                tell(
                    "let the business owners rate it, and add `actual_value:`; of nothing "
                    "reached, 0"
                ),
            )


def objective_unvalued(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The objectives of an increment that has begun have a planned business value.

    It is set before the work, so that it measures the promise and not the result.

    Fix: write `planned_value:`.
    """
    for value, index, span in promises(portfolio):
        if span.first <= setting.as_of and value.objectives[index].planned_value is None:
            yield Problem(
                value.at("objectives", index),
                "objective-unvalued",
                tell(
                    "{increment} has begun, and its objective “{title}” has no planned value",
                    increment=value.id,
                    title=value.objectives[index].title,
                ),
                tell("add `planned_value:`, which the business owners gave it before the work"),
            )


def promises(portfolio: Portfolio) -> Iterator[tuple[Increment, int, Days]]:
    """Every objective of every increment that has days."""
    for increment in portfolio.items_of(Increment):
        if increment.days is not None and "objectives" not in increment.origin.faulty:
            for index in range(len(increment.objectives)):
                yield increment, index, increment.days
