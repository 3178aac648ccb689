"""The rows of an increment: the same values for JSON, CSV, the terminal and the page's tables."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Struct

from leanfolio.figures.columns import lasting_block
from leanfolio.figures.increment_plan import PlanComparison
from leanfolio.figures.increments.delivery import FeatureFate, KindMix, KindSum, fates, mix
from leanfolio.figures.increments.dependencies import Dependency
from leanfolio.figures.increments.load import Load
from leanfolio.figures.increments.schedule import When, stories_of
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.figures.lateness import LateFeature
from leanfolio.model import Feature, Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.increments.words import (
    counted,
    dependency_words,
    exact,
    fate_words,
    load_words,
    standing_words,
)
from leanfolio.wording import Percent, Rounded, Text, trimmed


class ObjectiveRow(Struct, frozen=True):
    """An objective with its values, and where it stands."""

    EXPORTED: ClassVar[tuple[str, ...]] = (
        "increment", "title", "team", "commitment", "planned", "actual", "standing", "features",
        "because",
    )  # fmt: skip

    increment: str
    title: str
    team: str | None
    commitment: str
    planned: Decimal | None
    actual: Decimal | None
    standing: str  # rated, unrated, at-risk, open, unknown
    features: tuple[str, ...]
    because: Text  # of one at risk


class CardRow(Struct, frozen=True):
    """A feature on the board; team and iteration are None where it has none."""

    increment: str
    team: str | None
    iteration: str | None
    id: str
    title: str
    kind: str
    state: str | None
    category: str
    size: Decimal | None
    stories: int
    stories_done: int
    late: bool
    blocked: bool
    waits_for: tuple[str, ...]  # what it needs, and is late, overdue or dropped


class LoadRow(Struct, frozen=True):
    """Points planned for a team, against what it can do.

    `scope` is increment, iteration, or none: work in no iteration, which has no capacity.
    `shared`: the capacity is that of the team by working days, as nobody states its own.
    """

    EXPORTED: ClassVar[tuple[str, ...]] = (
        "increment", "team", "scope", "iteration", "points", "unknown", "capacity", "shared",
        "verdict", "too_many",
    )  # fmt: skip

    increment: str
    team: str | None
    scope: str
    iteration: str | None
    points: Decimal
    unknown: tuple[str, ...]  # ids of work without points
    capacity: Decimal | Rounded | None
    shared: bool
    verdict: str  # over, above-share, within, unknown
    too_many: Decimal | Rounded | None
    text: Text


class DependencyRow(Struct, frozen=True):
    """What a feature needs: by when, and by when it is promised, as a name and as a day."""

    increment: str
    consumer: str
    consumer_team: str | None
    provider: str
    provider_team: str | None
    needed_by: str | None
    needed_on: date | None
    promised_by: str | None
    promised_on: date | None
    status: str  # dropped, late, overdue, unknown, same, in-time, done, moot
    text: Text


class MilestoneRow(Struct, frozen=True):
    increment: str
    on: date
    title: str
    kind: str  # fixed-date, release, review
    iteration: str | None
    id: str | None  # the item whose date it is


class VoteRow(Struct, frozen=True):
    """A vote of confidence, from 1 to 5; `team` is None where it is on the whole increment."""

    increment: str
    team: str | None
    by: str | None
    on: date | None
    vote: int
    reason: str | None


class TeamVoteRow(Struct, frozen=True):
    """The votes on one team's plan, together."""

    increment: str
    team: str | None
    votes: int
    mean: Rounded
    lowest: int
    counts: Text


class OutcomeRow(Struct, frozen=True):
    """What became of a feature; `planned` is None where no plan is known."""

    increment: str
    id: str
    title: str
    kind: str
    size: Decimal | None
    planned: bool | None
    outcome: str  # finished, open, carried, dropped
    to: str | None
    text: Text


class MixRow(Struct, frozen=True):
    """A kind of feature, planned against delivered; planned is None where no plan is known."""

    increment: str
    kind: str
    planned_features: int | None
    planned_size: Decimal | None
    planned_unknown: int | None  # without a size
    planned_share: Percent | None
    delivered_features: int
    delivered_size: Decimal
    delivered_unknown: int
    delivered_share: Percent | None


class WorkRows(Struct, frozen=True):
    """All rows of an increment, of its work and of what became of that."""

    objectives: tuple[ObjectiveRow, ...]
    board: tuple[CardRow, ...]
    load: tuple[LoadRow, ...]
    dependencies: tuple[DependencyRow, ...]
    milestones: tuple[MilestoneRow, ...]
    votes: tuple[VoteRow, ...]
    team_votes: tuple[TeamVoteRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    mix: tuple[MixRow, ...]


def work_rows(
    portfolio: Portfolio,
    work: IncrementWork,
    late: Iterable[LateFeature],
    plan: PlanComparison | None,
    as_of: date,
) -> WorkRows:
    """The rows of an increment. `late` are the late features of all; `plan` is None if unknown."""
    increment = portfolio[work.increment]
    assert isinstance(increment, Increment)
    became = fates(portfolio, increment, plan, as_of)
    return WorkRows(
        tuple(objective_rows(work)),
        tuple(card_rows(portfolio, work, frozenset(entry.feature for entry in late))),
        tuple(load_rows(work)),
        tuple(dependency_row(entry, work.increment) for entry in work.dependencies),
        tuple(
            MilestoneRow(
                work.increment, entry.on, entry.title, entry.kind, entry.iteration, entry.item
            )
            for entry in work.milestones
        ),
        tuple(
            VoteRow(work.increment, group.team, vote.by, vote.on, vote.vote, vote.reason)
            for group in work.votes
            for vote in group.votes
        ),
        tuple(
            TeamVoteRow(
                work.increment,
                group.team,
                len(group.votes),
                Rounded(group.mean, 1),
                group.lowest,
                counted(group.counts),
            )
            for group in work.votes
        ),
        outcome_rows(increment.id, became),
        mix_rows(increment.id, mix(plan, became)),
    )


def objective_rows(work: IncrementWork) -> Iterator[ObjectiveRow]:
    for entry in work.objectives:
        own = entry.objective
        yield ObjectiveRow(
            work.increment,
            own.title,
            own.team,
            own.commitment,
            own.planned_value,
            own.actual_value,
            entry.standing,
            entry.features,
            standing_words(entry),
        )


def card_rows(portfolio: Portfolio, work: IncrementWork, late: frozenset[str]) -> Iterator[CardRow]:
    """Every feature on the board, by team and iteration."""
    waits: dict[str, list[str]] = {}
    for need in work.dependencies:
        if need.at_risk:
            waits.setdefault(need.consumer, []).append(need.provider)
    for row in work.rows:
        for cell in row.cells:
            for id in cell.features:
                feature = portfolio[id]
                assert isinstance(feature, Feature)
                place = (work.increment, row.team, cell.iteration)
                yield card_row(portfolio, feature, place, late, waits.get(id, ()))


def card_row(
    portfolio: Portfolio,
    feature: Feature,
    place: tuple[str, str | None, str | None],  # increment, team, iteration
    late: frozenset[str],
    waits: Sequence[str],
) -> CardRow:
    """A feature as a card. `late` are the ids of late features, `waits` what this one waits for."""
    stories = stories_of(portfolio, feature)
    done = sum(1 for story in stories if portfolio.category_of(story) == "done")
    blocked = lasting_block(portfolio, feature) is not None
    return CardRow(
        *place,
        id=feature.id,
        title=feature.title,
        kind=feature.kind,
        state=feature.state,
        category=portfolio.category_of(feature) or "new",
        size=feature.size,
        stories=len(stories),
        stories_done=done,
        late=feature.id in late,
        blocked=blocked,
        waits_for=tuple(waits),
    )


def load_rows(work: IncrementWork) -> Iterator[LoadRow]:
    """The load of each team: the whole, then each iteration, then what is in none."""
    for row in work.rows:
        yield load_row(work, row.load.whole, "increment")
        for load in row.load.iterations:
            yield load_row(work, load, "iteration")
        if work.unplaced:
            yield load_row(work, row.load.unplaced, "none")


def load_row(work: IncrementWork, load: Load, scope: str) -> LoadRow:
    placed = scope != "none"
    return LoadRow(
        work.increment,
        load.team,
        scope,
        load.iteration,
        trimmed(load.points),
        load.unknown,
        None if load.capacity is None else exact(load.capacity),
        load.shared,
        load.verdict,
        None if load.excess is None else exact(load.excess),
        load_words(load, placed=placed),
    )


def dependency_row(entry: Dependency, increment: str) -> DependencyRow:
    return DependencyRow(
        increment,
        entry.consumer,
        entry.consumer_team,
        entry.provider,
        entry.provider_team,
        name_of(entry.needed, increment),
        entry.needed.day if entry.needed else None,
        name_of(entry.promised, increment),
        entry.promised.day if entry.promised else None,
        entry.status,
        dependency_words(entry, increment),
    )


def name_of(when: When | None, increment: str) -> str | None:
    """A point of a plan as a name: of an iteration, with its increment where that is another.

    None where there is none, and of a plain day, which stands beside it.
    """
    if when is None or when.increment is None:
        return None
    if when.iteration is None:
        return when.increment
    if when.increment == increment:
        return when.iteration
    return f"{when.increment}/{when.iteration}"


def outcome_rows(increment: str, fates: Iterable[FeatureFate]) -> tuple[OutcomeRow, ...]:
    return tuple(
        OutcomeRow(
            increment, fate.id, fate.title, fate.kind, fate.size, fate.planned, fate.fate, fate.to,
            fate_words(fate),
        )
        for fate in fates
    )  # fmt: skip


def mix_rows(increment: str, mixes: Iterable[KindMix]) -> tuple[MixRow, ...]:
    return tuple(
        MixRow(increment, entry.kind, *sum_cells(entry.planned), *sum_cells(entry.delivered))
        for entry in mixes
    )


def sum_cells(entry: KindSum | None) -> tuple[Any, Any, Any, Any]:
    """How many features, their size, how many without one, and the share of the size."""
    if entry is None:
        return None, None, None, None
    share = None if entry.share is None else Percent(entry.share)
    return entry.features, trimmed(entry.size), entry.unknown, share
