"""Objectives: each has key results, a period, and a place where it belongs."""

from collections.abc import Iterator

from leanfolio.check.rule import Setting
from leanfolio.model import KeyResult, Objective
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.wording import readable, tell


def objective_unmeasured(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every objective has a key result.

    What has no measure is always going well.

    Fix: write `key_results:` in the objective, two to four.
    """
    for objective in portfolio.items_of(Objective):
        if not portfolio.children_of(objective.id, KeyResult) and not has_faulty_children(
            objective
        ):
            yield Problem(
                objective.at(),
                "objective-unmeasured",
                tell("{objective} has no key result", objective=objective.id),
                tell(
                    "add two to four under `key_results:`, each a line `- {{id: ..., title: ..., "
                    "unit: ..., start: ..., target: ...}}`"
                ),
            )


def has_faulty_children(objective: Objective) -> bool:
    """Whether key results were written in it, though none could be read."""
    return ("key_results",) in objective.origin.keys


def period_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every objective has a period.

    Without one there is no pace, nothing is ever late, and nothing ends.

    Fix: write `period: 2026-H2`, or the id of an increment.
    """
    for objective in portfolio.items_of(Objective):
        if objective.lacks("period"):
            yield Problem(
                objective.at(),
                "period-missing",
                tell("{objective} has no period", objective=objective.id),
                tell("add `period:`, such as `period: 2026-H2`, or the id of an increment"),
            )


def level_unfounded(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An objective of a value stream or of a team names it.

    Otherwise it is on nobody's page, and whoever it was meant for does not know of it.

    Fix: write `value_stream:` or `team:`; or make it an objective of the portfolio.
    """
    for objective in portfolio.items_of(Objective):
        if objective.level == "portfolio":
            continue
        name = "value_stream" if objective.level == "value-stream" else "team"
        if objective.lacks(name):
            yield Problem(
                objective.at("level"),
                "level-unfounded",
                tell(
                    "{objective} is of level {level}, but names no {kind}",
                    objective=objective.id,
                    level=objective.level,
                    kind=readable(objective.level),
                ),
                tell("add `{name}:` with its id, or write `level: portfolio`", name=name),
            )
