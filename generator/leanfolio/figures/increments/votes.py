"""How sure the teams of an increment are that its plan can be kept: votes from 1 to 5."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.increments.schedule import known_team
from leanfolio.model import ConfidenceVote, Increment
from leanfolio.model.portfolio import Portfolio

LOW = 2  # a vote of this or less says that the plan is not believed


class TeamVotes(Struct, frozen=True):
    """The votes on one team's plan; `team` is None for the plan of the whole increment."""

    team: str | None
    votes: tuple[ConfidenceVote, ...]

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(entry.vote for entry in self.votes), len(self.votes))

    @property
    def lowest(self) -> int:
        return min(entry.vote for entry in self.votes)

    @property
    def counts(self) -> Mapping[int, int]:
        """How many votes there are of each number."""
        return Counter(entry.vote for entry in self.votes)


def votes(portfolio: Portfolio, increment: Increment) -> tuple[TeamVotes, ...]:
    """The votes by team, those on the whole increment last; of nobody where nobody voted.

    Votes on a team that is not known here, or may not be shown, are left out.
    """
    named = dict.fromkeys(
        entry.team for entry in increment.votes if entry.team and known_team(portfolio, entry.team)
    )
    groups = (*named, None)
    every = (
        TeamVotes(team, tuple(entry for entry in increment.votes if entry.team == team))
        for team in groups
    )
    return tuple(entry for entry in every if entry.votes)
