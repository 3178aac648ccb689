"""The figures of one increment: what was planned, what came of it, team by team."""

from dataclasses import dataclass
from decimal import Decimal

from leanfolio.figures.flow.predictability import actual_value, planned_value, predictability
from leanfolio.model import Increment
from leanfolio.model.increment import IncrementObjective
from leanfolio.views.built import Built
from leanfolio.views.cell import Text
from leanfolio.wording import Percent, Rounded, message


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """What one team planned and delivered, in business value; `predictability` in percent."""

    id: str
    planned: Decimal
    actual: Decimal | None
    predictability: Rounded | None


@dataclass(frozen=True, slots=True)
class IncrementFigures:
    """An increment, all teams together and each by itself; units as in `TeamFigures`."""

    finding: Text
    id: str
    title: str
    planned: Decimal
    actual: Decimal | None
    predictability: Rounded | None
    teams: tuple[TeamFigures, ...]


def increment_names(built: Built) -> tuple[str, ...]:
    """The id of every increment."""
    return tuple(increment.id for increment in built.portfolio.items_of(Increment))


def increment_figures(built: Built, id: str) -> IncrementFigures | None:
    """The figures of the increment of this id; None where there is none."""
    increment = built.portfolio.items.get(id)
    if not isinstance(increment, Increment):
        return None
    objectives = increment.objectives
    teams = dict.fromkeys(objective.team for objective in objectives if objective.team)
    return IncrementFigures(
        finding=finding_of(increment),
        id=increment.id,
        title=increment.title,
        planned=planned_value(objectives),
        actual=actual_value(objectives),
        predictability=in_percents(objectives),
        teams=tuple(team_figures(increment, team) for team in teams),
    )


def team_figures(increment: Increment, team: str) -> TeamFigures:
    own = tuple(objective for objective in increment.objectives if objective.team == team)
    return TeamFigures(team, planned_value(own), actual_value(own), in_percents(own))


def in_percents(objectives: tuple[IncrementObjective, ...]) -> Rounded | None:
    """Predictability in percent with one decimal; None before there are actual values."""
    share = predictability(objectives)
    return None if share is None else Rounded(share * 100, 1)


def finding_of(increment: Increment) -> Text:
    share = predictability(increment.objectives)
    if share is None:
        return message("{increment}: no actual values yet", increment=increment.title)
    return message(
        "{increment}: {share} of the planned value was delivered",
        increment=increment.title,
        share=Percent(share, 1),
    )
