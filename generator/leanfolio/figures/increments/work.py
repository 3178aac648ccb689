"""The board of an increment: a row for each team, a column for each iteration, and their work."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from leanfolio.figures.increments.dependencies import Dependency, of_increment
from leanfolio.figures.increments.load import Load, TeamLoad, team_loads
from leanfolio.figures.increments.milestones import MilestoneDay, milestones
from leanfolio.figures.increments.objectives import ObjectiveStanding, objective_standings
from leanfolio.figures.increments.schedule import Piece, finish, known_team, members, pieces
from leanfolio.figures.increments.votes import TeamVotes, votes
from leanfolio.figures.lateness import LateFeature
from leanfolio.model import Epic, Feature, Increment, Iteration, Team
from leanfolio.model.portfolio import Portfolio


class Cell(Struct, frozen=True):
    """What a team is to finish in an iteration: the ids of features, and its load there."""

    iteration: str | None  # None: in no iteration
    features: tuple[str, ...]
    load: Load


class TeamRow(Struct, frozen=True):
    """A team with a cell for each column; `team` is None for the features of no team."""

    team: str | None
    cells: tuple[Cell, ...]
    load: TeamLoad


class IncrementWork(Struct, frozen=True):
    """Everything planned for an increment: every feature that was not dropped is in one cell."""

    increment: str
    iterations: tuple[Iteration, ...]
    unplaced: bool  # whether a last column holds what is in no iteration
    rows: tuple[TeamRow, ...]
    work: tuple[Piece, ...]
    milestones: tuple[MilestoneDay, ...]
    dependencies: tuple[Dependency, ...]
    objectives: tuple[ObjectiveStanding, ...]
    votes: tuple[TeamVotes, ...]

    @property
    def overloads(self) -> tuple[Load, ...]:
        """The loads of iterations that are over capacity, by team."""
        loads = (load for row in self.rows for load in row.load.iterations)
        return tuple(load for load in loads if load.verdict == "over")


def increment_work(
    portfolio: Portfolio,
    increment: Increment,
    late: Sequence[LateFeature],
    needs: Sequence[Dependency],
    fixed: Sequence[Epic | Feature],
) -> IncrementWork:
    """The work of an increment, with what is late of it, what all features need, and all work of a
    fixed date."""
    work = tuple(pieces(portfolio, increment))
    cards: defaultdict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for feature in members(portfolio, increment):
        iteration = finish(portfolio, feature, increment)
        name = iteration.name if iteration is not None else None
        cards[known_team(portfolio, feature.team), name].append(feature.id)
    involved = {team for team, _ in cards} | {piece.team for piece in work}
    involved |= {known_team(portfolio, entry.team) for entry in increment.objectives if entry.team}
    teams = [team.id for team in portfolio.items_of(Team) if team.id in involved]
    holds_work = any(team is None for team, _ in cards) or any(p.team is None for p in work)
    loads = team_loads(portfolio, increment, work, (*teams, *([None] if holds_work else [])))
    unplaced = any(name is None for _, name in cards) or any(
        piece.iteration is None for piece in work
    )
    own = of_increment(portfolio, increment, needs)
    return IncrementWork(
        increment.id,
        increment.iterations,
        unplaced,
        tuple(row_of(load, cards, unplaced=unplaced) for load in loads),
        work,
        milestones(increment, fixed),
        own,
        objective_standings(portfolio, increment, {entry.feature for entry in late}, own),
        votes(portfolio, increment),
    )


def row_of(
    load: TeamLoad, cards: dict[tuple[str | None, str | None], list[str]], *, unplaced: bool
) -> TeamRow:
    """The row of a team: what it is to finish in each iteration, and what has none."""
    team = load.whole.team
    loads = (*load.iterations, *([load.unplaced] if unplaced else []))
    cells = (
        Cell(each.iteration, tuple(cards.get((team, each.iteration), ())), each) for each in loads
    )
    return TeamRow(team, tuple(cells), load)
