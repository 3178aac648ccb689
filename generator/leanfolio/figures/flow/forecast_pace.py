"""How many features each team finishes in a week, and why something cannot be forecast."""

from collections import defaultdict
from typing import Literal

from msgspec import Struct

from leanfolio.figures.flow.clock import ItemFlow
from leanfolio.figures.flow.figures import FlowFigures
from leanfolio.figures.flow.forecast_calendar import is_all_off
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.thresholds import FEWEST_WEEKS
from leanfolio.model import Feature, Team

Why = Literal[
    "nothing", "few", "no-team", "no-state", "cancelled", "all-done", "idea",
    "few-alike", "no-stream-team", "waits", "circle",
]  # fmt: skip


class Reason(Struct, frozen=True):
    """Why something cannot be forecast: what is at fault, and a number of it with its whole."""

    why: Why
    id: str  # the team, feature, epic or kind at fault
    number: int = 0
    whole: int = 0
    because: "Reason | None" = None  # of what waits: why its predecessor cannot be forecast


class TeamPace(Struct, frozen=True):
    """How many features a team finished in each of the last whole weeks, oldest first."""

    team: str
    sample: tuple[int, ...]
    limit: int  # how many it works on at once

    @property
    def busy_weeks(self) -> int:
        """In how many of them something was finished."""
        return sum(1 for number in self.sample if number)

    @property
    def reason(self) -> Reason | None:
        """Why nothing can be forecast from them; None where enough is known."""
        if not self.busy_weeks:
            return Reason("nothing", self.team, 0, len(self.sample))
        if self.busy_weeks < FEWEST_WEEKS:
            return Reason("few", self.team, self.busy_weeks, len(self.sample))
        return None


def paces_of(flow: Flow) -> dict[str, TeamPace]:
    """The pace of every team, over the last whole weeks in which anybody was to work.

    Weeks count from the first in which the team took up or finished a feature: what was before that
    is not known.
    """
    policy = flow.portfolio.policy
    off = frozenset(policy.flow.days_off)
    by_team: defaultdict[str, list[ItemFlow]] = defaultdict(list)
    for entry in flow.of_type(Feature.TYPE).values():
        if entry.course.team:
            by_team[entry.course.team].append(entry)
    states = policy.states_of(Feature.TYPE)
    result = {}
    for team in flow.portfolio.items_of(Team):
        own = FlowFigures(tuple(by_team[team.id]), states, policy.flow, flow.as_of)
        sample = [
            week.done for week in own.weeks if week.whole and not is_all_off(week.start, off)
        ][-policy.flow.weeks :]
        result[team.id] = TeamPace(team.id, tuple(sample), team.limit or 1)
    return result
