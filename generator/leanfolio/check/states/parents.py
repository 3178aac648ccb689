"""Parents and children: what is done or not begun has no open work below it."""

from collections.abc import Iterator

from leanfolio.check.rule import Setting
from leanfolio.model import (
    Epic,
    Feature,
    HasState,
)
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import some


def done_with_open_work(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """What is done has no open work below it.

    Either it is not done, or somebody still works on what nobody counts any more.

    Fix: finish or drop the children; or take the parent back out of done.
    """
    for item in (*portfolio.items_of(Epic), *portfolio.items_of(Feature)):
        if portfolio.category_of(item) != "done":
            continue
        open_ones = [
            child
            for child in portfolio.children_of(item.id, HasState)
            if portfolio.category_of(child) in ("new", "waiting", "active")
        ]
        if open_ones:
            first = open_ones[0]
            yield Problem(
                item.at("state"),
                "done-with-open-work",
                f"{item.id} is {item.state}, but below it"
                f" {some(one.id for one in open_ones)} {is_are(len(open_ones))} not",
                f"move {first.id} to its last state too, or take {item.id} back out of"
                f" {item.state}",
                related=tuple(Related(one.at("state"), "open") for one in open_ones[:5]),
            )


def is_are(number: int) -> str:
    return "is" if number == 1 else "are"


def work_ahead(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Nobody works on a feature whose epic is an idea in the funnel, or was cancelled.

    It is work that no limit counts and no decision covers.

    Fix: pull the epic, or stop the feature.
    """
    for feature in portfolio.items_of(Feature):
        if portfolio.category_of(feature) != "active":
            continue
        for epic in portfolio.parents_of(feature.id):
            if portfolio.category_of(epic) in ("new", "cancelled"):
                state = portfolio.state_of(epic)
                yield Problem(
                    feature.at("state"),
                    "work-ahead",
                    f"{feature.id} is {feature.state}, while its epic {epic.id}"
                    f" is in {state.name if state else 'no column'}",
                    f"move {epic.id} on to where work is done, or stop {feature.id}",
                    related=(Related(epic.at("state"), f"{epic.id} is here"),),
                )
