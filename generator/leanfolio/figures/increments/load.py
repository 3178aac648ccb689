"""Capacity against load: points planned for a team and an iteration, and what it can do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.figures.flow.forecast_calendar import is_working_day
from leanfolio.figures.increments.schedule import Piece
from leanfolio.model import Days, Increment, Iteration, Team
from leanfolio.model.portfolio import Portfolio

Verdict = Literal["over", "above-share", "within", "unknown"]


class Load(Struct, frozen=True):
    """What is planned for a team, in points, against what it can do. None: nobody says."""

    team: str | None
    iteration: str | None  # None: the whole increment, or work that is in no iteration
    points: Decimal  # of the work that states them
    unknown: tuple[str, ...]  # the ids of work without points
    capacity: Fraction | None
    shared: bool = False  # whether that is the team's capacity by days, as nobody states its own

    @property
    def excess(self) -> Fraction | None:
        """By how many points it is over capacity; None where it is not, so far as is known."""
        if self.capacity is None or self.points <= self.capacity:
            return None
        return Fraction(self.points) - self.capacity

    @property
    def verdict(self) -> Verdict:
        """Whether it fits. Unknown points only add to it, so that it is too much is certain.

        above-share: it is more than an even share of what the team can do, which need not be wrong.
        """
        if self.excess is not None:
            return "above-share" if self.shared else "over"
        return "unknown" if self.capacity is None or self.unknown else "within"


class TeamLoad(Struct, frozen=True):
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

    def load(name: str | None, part: list[Piece], able: Capacity) -> Load:
        points = sum((piece.points for piece in part if piece.points is not None), Decimal(0))
        unknown = tuple(piece.item for piece in part if piece.points is None)
        return Load(id, name, points, unknown, able.points, able.shared)

    within = [[piece for piece in work if piece.iteration == name] for name in names]
    return TeamLoad(
        load(None, work, able.whole),
        tuple(
            load(name, part, capacity)
            for name, part, capacity in zip(names, within, able.iterations, strict=True)
        ),
        load(None, [piece for piece in work if piece.iteration is None], Capacity(None)),
    )


class Capacity(Struct, frozen=True):
    """Points that a team can finish; None: nobody says. `shared`: by days, as nobody states it."""

    points: Fraction | None
    shared: bool = False


class Capacities(Struct, frozen=True):
    """What a team can finish in an increment, and in each of its iterations."""

    whole: Capacity
    iterations: tuple[Capacity, ...]


def capacities(portfolio: Portfolio, increment: Increment, team: Team | None) -> Capacities:
    """What a team can finish: as the increment states it, else by the team's own capacity.

    Iterations that state none share what is left of the whole by their working days. Where each
    states its own, and nothing is stated of the whole increment, the whole is their sum.
    """
    if team is None:
        return Capacities(Capacity(None), (Capacity(None),) * len(increment.iterations))
    stated = {
        entry.iteration: Fraction(entry.points)
        for entry in increment.capacities
        if entry.team == team.id
    }
    usual = None if team.capacity is None else Fraction(team.capacity)
    whole = stated.get(None, usual)
    own = [stated[entry.name] for entry in increment.iterations if entry.name in stated]
    if None not in stated and own and len(own) == len(increment.iterations):
        whole = sum(own, Fraction(0))
    left = None if whole is None else whole - sum(own, Fraction(0))
    others = [entry for entry in increment.iterations if entry.name not in stated]
    shares = dict(zip((entry.name for entry in others), day_shares(portfolio, others), strict=True))

    def part(name: str) -> Capacity:
        share = shares.get(name)
        if name in stated:
            return Capacity(stated[name])
        if left is None or left < 0 or share is None:
            return Capacity(None, shared=True)
        return Capacity(left * share, shared=True)

    return Capacities(Capacity(whole), tuple(part(entry.name) for entry in increment.iterations))


def day_shares(portfolio: Portfolio, iterations: Sequence[Iteration]) -> list[Fraction | None]:
    """The share of each iteration in the working days of these; None where there are none."""
    off = frozenset(portfolio.policy.flow.days_off)
    counts = [
        sum(is_working_day(day, off) for day in days_between(Days(entry.start, entry.end)))
        if entry.start <= entry.end
        else 0
        for entry in iterations
    ]
    total = sum(counts)
    return [Fraction(count, total) if total else None for count in counts]


def days_between(span: Days) -> Iterable[date]:
    return (span.first + timedelta(days=number) for number in range(span.length))
