"""The figures of one increment: what was planned, what came of it, team by team."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leanfolio.figures.flow.predictability import Delivery, delivery
from leanfolio.model import Increment
from leanfolio.model.increment import plan_tag
from leanfolio.views.built import Built
from leanfolio.views.forecast_record import RecordRow, record_row
from leanfolio.wording import Percent, Rounded, Text, message, plural


@dataclass(frozen=True, slots=True)
class Unknown:
    """How many objectives lack their planned value, or their actual one."""

    planned: int
    actual: int


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """What one team planned and delivered, in business value; `predictability` in percent.

    Sums are of the values that are stated; `unknown` counts those that are not, and then there is
    no predictability.
    """

    id: str
    planned: Decimal
    actual: Decimal | None
    predictability: Rounded | None
    unknown: Unknown


@dataclass(frozen=True, slots=True)
class PlanFigures:
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


@dataclass(frozen=True, slots=True)
class IncrementFigures:
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
    plan: PlanFigures | None = None


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
    return IncrementFigures(
        finding=finding_of(increment, whole),
        id=increment.id,
        title=increment.title,
        planned=planned_sum(whole),
        actual=actual_sum(whole),
        predictability=in_percents(whole),
        unknown=Unknown(whole.unplanned, whole.unrated),
        teams=tuple(team_figures(increment, team) for team in teams),
        forecasts=record_row(built.figures.forecast_records.get(id)),
        plan=plan_figures(built, increment),
    )


def plan_figures(built: Built, increment: Increment) -> PlanFigures | None:
    """The increment against its plan; None where git knows of no plan, or was not asked."""
    compared = built.figures.plans.get(increment.id)
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


def finding_of(increment: Increment, values: Delivery) -> Text:
    share = values.predictability
    if share is not None:
        return message(
            "{increment}: {share} of the planned value was delivered",
            increment=increment.title,
            share=Percent(share, 1),
        )
    if not values.actual:
        return message("{increment}: no actual values yet", increment=increment.title)
    if not values.planned and not values.unplanned:
        return message("{increment}: nothing was committed", increment=increment.title)
    return plural(
        "{increment}: predictability is not known, as {n:spelled} value is not stated",
        "{increment}: predictability is not known, as {n:spelled} values are not stated",
        values.unplanned + values.unrated,
        increment=increment.title,
    )
