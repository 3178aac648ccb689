"""The approved money of each goal, as the strategy's tree has it: what stands below sums up to it.

An epic's money is split as in the cuts. An objective has the money of its own key results and of
the objectives below it, so that a theme's sum is that of the objectives that the tree has below it.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from leanfolio.figures.funding.amount import Total
from leanfolio.figures.funding.cuts import NONE, Portion, column_of
from leanfolio.model import Objective
from leanfolio.model.portfolio import Portfolio


class GoalMoney(Struct, frozen=True):
    """The money of goals and the parts of epics, each by the theme that it serves on that way."""

    goals: Mapping[tuple[str, str], Total]  # by theme, "" for none, and goal
    epics: Mapping[tuple[str, str, str], Portion]  # by theme, key result and epic


def goal_money(portfolio: Portfolio, portions: Iterable[Portion]) -> GoalMoney:
    """What is approved on every way from a theme down; a proposal has nothing approved yet."""
    parts = tuple(portions)
    groups = grouped((part.path.theme, part, goals_above(portfolio, part)) for part in parts)
    epics = {(part.path.theme, part.path.key_result, part.money.epic.id): part for part in parts}
    return GoalMoney(groups, epics)


def approved_for(portfolio: Portfolio, portions: Iterable[Portion]) -> dict[str, Total]:
    """What is approved for each goal on all ways together."""
    found = grouped((NONE, part, goals_above(portfolio, part)) for part in portions)
    return {goal: total for (_, goal), total in found.items()}


def grouped(
    ways: Iterable[tuple[str, Portion, Iterable[str]]],
) -> dict[tuple[str, str], Total]:
    """The approved money by theme and goal, of what is no proposal."""
    groups: dict[tuple[str, str], list[Portion]] = {}
    for theme, part, goals in ways:
        if not part.money.proposed:
            for goal in goals:
                groups.setdefault((theme, goal), []).append(part)
    return {key: column_of("approved", group) for key, group in groups.items()}


def goals_above(portfolio: Portfolio, part: Portion) -> Iterator[str]:
    """The key result, theme and objectives that a part of an epic's money counts in, each once."""
    path = part.path
    seen = {NONE}
    here: str | None = path.objective
    while here and here not in seen:
        seen.add(here)
        objective = portfolio.items.get(here)
        here = objective.parent if isinstance(objective, Objective) else None
    yield from sorted((seen | {path.key_result, path.theme}) - {NONE})
