"""Capacity against load: points planned for a team and an iteration, and what it can do."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from leanfolio.figures.flow.forecast_calendar import is_working_day
from leanfolio.figures.increments.schedule import Piece
from leanfolio.model import Days, Increment, Team
from leanfolio.model.portfolio import Portfolio

Verdict = Literal["over", "within", "unknown"]


@dataclass(frozen=True, slots=True)
class Load:
    """What is planned for a team, in points, against what it can do. None: nobody says."""

    team: str | None
    iteration: str | None  # None: the whole increment, or work that is in no iteration
    points: Decimal  # of the work that states them
    unknown: tuple[str, ...]  # the ids of work without points
    capacity: Fraction | None

    @property
    def excess(self) -> Fraction | None:
        """By how many points it is over capacity; None where it is not, so far as is known."""
        if self.capacity is None or self.points <= self.capacity:
            return None
        return Fraction(self.points) - self.capacity

    @property
    def verdict(self) -> Verdict:
        """Whether it fits. Unknown points may only make it more, so over capacity is certain."""
        if self.excess is not None:
            return "over"
        return "unknown" if self.capacity is None or self.unknown else "within"


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """The load of a team in a whole increment, and what of it stands in each iteration.

    `unplaced` is the work that is in no iteration; its capacity is that of none.
    """

    whole: Load
    iterations: tuple[Load, ...]  # in the order of the increment
    unplaced: Load


def team_loads(
    portfolio: Portfolio, increment: Increment, work: Iterable[Piece], teams: Iterable[str | None]
) -> tuple[TeamLoad, ...]:
    """The load of each of these teams, None being the work of no team."""
    by_team: defaultdict[str | None, list[Piece]] = defaultdict(list)
    for piece in work:
        by_team[piece.team].append(piece)
    return tuple(team_load(portfolio, increment, id, by_team[id]) for id in teams)


def team_load(
    portfolio: Portfolio, increment: Increment, id: str | None, work: list[Piece]
) -> TeamLoad:
    """The load of one team, of these pieces of work."""
    team = portfolio.items.get(id or "")
    able = capacities(portfolio, increment, team if isinstance(team, Team) else None)
    names = [entry.name for entry in increment.iterations]

    def load(name: str | None, part: list[Piece], capacity: Fraction | None) -> Load:
        points = sum((piece.points for piece in part if piece.points is not None), Decimal(0))
        unknown = tuple(piece.item for piece in part if piece.points is None)
        return Load(id, name, points, unknown, capacity)

    within = [[piece for piece in work if piece.iteration == name] for name in names]
    return TeamLoad(
        load(None, work, able.whole),
        tuple(
            load(name, part, capacity)
            for name, part, capacity in zip(names, within, able.iterations, strict=True)
        ),
        load(None, [piece for piece in work if piece.iteration is None], None),
    )


@dataclass(frozen=True, slots=True)
class Capacities:
    """What a team can finish in an increment and in each of its iterations; None: nobody says."""

    whole: Fraction | None
    iterations: tuple[Fraction | None, ...]


def capacities(portfolio: Portfolio, increment: Increment, team: Team | None) -> Capacities:
    """What a team can finish: as the increment states it, else by the team's own capacity.

    Of that, an iteration has the share of its working days among those of all iterations. Where
    each iteration states its own, and nothing is stated of the whole, that is their sum.
    """
    if team is None:
        return Capacities(None, (None,) * len(increment.iterations))
    stated = {
        entry.iteration: Fraction(entry.points)
        for entry in increment.capacities
        if entry.team == team.id
    }
    usual = None if team.capacity is None else Fraction(team.capacity)
    whole = stated.get(None, usual)
    shares = day_shares(portfolio, increment)
    parts = tuple(
        stated.get(entry.name, None if whole is None or share is None else whole * share)
        for entry, share in zip(increment.iterations, shares, strict=True)
    )
    known = [part for part in parts if part is not None]
    if None not in stated and parts and len(known) == len(parts) and len(stated) > 0:
        whole = sum(known, Fraction(0))
    return Capacities(whole, parts)


def day_shares(portfolio: Portfolio, increment: Increment) -> list[Fraction | None]:
    """The share of each iteration in the working days of all; None where there are none."""
    off = frozenset(portfolio.policy.flow.days_off)
    counts = [
        sum(is_working_day(day, off) for day in days_between(Days(entry.start, entry.end)))
        if entry.start <= entry.end
        else 0
        for entry in increment.iterations
    ]
    total = sum(counts)
    return [Fraction(count, total) if total else None for count in counts]


def days_between(span: Days) -> Iterable[date]:
    return (span.first + timedelta(days=number) for number in range(span.length))
