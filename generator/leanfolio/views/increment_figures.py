"""The figures of one increment: what was planned, what came of it, team by team."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.flow.predictability import Delivery, delivery
from leanfolio.figures.increment_plan import PlanComparison
from leanfolio.model import Increment
from leanfolio.model.increment import plan_tag
from leanfolio.views.built import Built
from leanfolio.views.forecast_record import RecordRow, record_row
from leanfolio.views.increments.headline import headline
from leanfolio.views.increments.rows import (
    CardRow,
    DependencyRow,
    LoadRow,
    MilestoneRow,
    MixRow,
    ObjectiveRow,
    OutcomeRow,
    TeamVoteRow,
    VoteRow,
    work_rows,
)
from leanfolio.wording import Rounded, Text


class Unknown(Struct, frozen=True):
    """How many objectives lack their planned value, or their actual one."""

    planned: int
    actual: int


class TeamFigures(Struct, frozen=True):
    """What one team planned and delivered, in business value; `predictability` in percent.

    Sums are of the values that are stated; `unknown` counts those that are not, and then there is
    no predictability.
    """

    id: str
    planned: Decimal
    actual: Decimal | None
    predictability: Rounded | None
    unknown: Unknown


class PlanFigures(Struct, frozen=True):
    """The plan of an increment, and what came of it; `planned` and `predictability` as in it."""

    commit: str
    on: date
    tag: str | None  # None where the first commit of the increment counts
    planned: Decimal
    predictability: Rounded | None
    features: int
    done: int
    moved: int
    dropped: int
    added: int
    objectives_changed: int


class IncrementFigures(Struct, frozen=True):
    """An increment, all teams together and each by itself; units as in `TeamFigures`."""

    finding: Text
    id: str
    title: str
    planned: Decimal
    actual: Decimal | None
    predictability: Rounded | None
    unknown: Unknown
    teams: tuple[TeamFigures, ...]
    forecasts: RecordRow | None  # of its first day; None before it has begun
    plan: PlanFigures | None
    objectives: tuple[ObjectiveRow, ...]
    board: tuple[CardRow, ...]
    load: tuple[LoadRow, ...]
    dependencies: tuple[DependencyRow, ...]
    milestones: tuple[MilestoneRow, ...]
    votes: tuple[VoteRow, ...]
    team_votes: tuple[TeamVoteRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    mix: tuple[MixRow, ...]


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
    whole = delivery(objectives)
    figures = built.figures
    work, compared = figures.increments[id], figures.plans.get(id)
    rows = work_rows(built.portfolio, work, figures.late, compared, built.as_of)
    return IncrementFigures(
        finding=headline(increment, work.objectives, built.as_of, partial=built.portfolio.partial),
        id=increment.id,
        title=increment.title,
        planned=planned_sum(whole),
        actual=actual_sum(whole),
        predictability=in_percents(whole),
        unknown=Unknown(whole.unplanned, whole.unrated),
        teams=tuple(team_figures(increment, team) for team in teams),
        forecasts=record_row(figures.forecast_records.get(id)),
        plan=plan_figures(compared, increment),
        objectives=rows.objectives,
        board=rows.board,
        load=rows.load,
        dependencies=rows.dependencies,
        milestones=rows.milestones,
        votes=rows.votes,
        team_votes=rows.team_votes,
        outcomes=rows.outcomes,
        mix=rows.mix,
    )


def plan_figures(compared: PlanComparison | None, increment: Increment) -> PlanFigures | None:
    """The increment against its plan; None where git knows of no plan, or was not asked."""
    if compared is None:
        return None
    return PlanFigures(
        commit=compared.commit,
        on=compared.on,
        tag=plan_tag(increment.id) if compared.tagged else None,
        planned=compared.planned_value,
        predictability=in_percents(compared.values),
        features=compared.planned_features,
        done=compared.count("done"),
        moved=compared.count("moved"),
        dropped=compared.count("dropped", "gone"),
        added=compared.count("added"),
        objectives_changed=len(compared.objectives),
    )


def team_figures(increment: Increment, team: str) -> TeamFigures:
    own = delivery(objective for objective in increment.objectives if objective.team == team)
    unknown = Unknown(own.unplanned, own.unrated)
    return TeamFigures(team, planned_sum(own), actual_sum(own), in_percents(own), unknown)


def planned_sum(values: Delivery) -> Decimal:
    return sum(values.planned, Decimal(0))


def actual_sum(values: Delivery) -> Decimal | None:
    """What was delivered, of the objectives that say so; None where none does."""
    return sum(values.actual, Decimal(0)) if values.actual else None


def in_percents(values: Delivery) -> Rounded | None:
    """Predictability in percent with one decimal; None while a value is missing."""
    share = values.predictability
    return None if share is None else Rounded(share * 100, 1)
