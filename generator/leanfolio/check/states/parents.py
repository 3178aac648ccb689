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
from leanfolio.wording import Told, plural, some, tell


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
                Told(
                    plural(
                        "{item} is {state}, but below it {open} is not",
                        "{item} is {state}, but below it {open} are not",
                        len(open_ones),
                        item=item.id,
                        state=item.state,
                        open=some(one.id for one in open_ones),
                    )
                ),
                tell(
                    "move {first} to its last state too, or take {item} back out of {state}",
                    first=first.id,
                    item=item.id,
                    state=item.state,
                ),
                related=tuple(Related(one.at("state"), "open") for one in open_ones[:5]),
            )


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
                    tell(
                        "{feature} is {state}, while its epic {epic} is in {name}",
                        feature=feature.id,
                        state=feature.state,
                        epic=epic.id,
                        name=state.name,
                    )
                    if state
                    else tell(
                        "{feature} is {state}, while its epic {epic} is in no column",
                        feature=feature.id,
                        state=feature.state,
                        epic=epic.id,
                    ),
                    tell(
                        "move {epic} on to where work is done, or stop {feature}",
                        epic=epic.id,
                        feature=feature.id,
                    ),
                    related=(Related(epic.at("state"), f"{epic.id} is here"),),
                )
