"""A checked portfolio as of a day, with every view of it, each computed when first asked for."""

from datetime import date
from functools import cached_property

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.funding.records import Records
from leanfolio.figures.funding.table import TOTAL
from leanfolio.figures.health import latest_updates
from leanfolio.figures.history.versions import History
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.views.change_story import ChangeStory
from leanfolio.views.figures import Figures
from leanfolio.views.funding.ballots import Ballots, ballots_view
from leanfolio.views.funding.scenarios import Scenarios, scenarios_view


class Built(Struct, frozen=True, dict=True):
    """A portfolio as of a day with its figures, and with every problem that its files have."""

    portfolio: Portfolio
    facts: Facts  # of this portfolio
    problems: tuple[Problem, ...]
    history: History | None = None  # what git says of earlier days; None where nobody asked
    change_story: ChangeStory | None = None  # since an earlier revision; None if none is known

    @property
    def as_of(self) -> date:
        return self.facts.as_of

    @property
    def records(self) -> Records:
        return self.facts.records

    @cached_property
    def scenarios(self) -> Scenarios:
        """The other ways to share the money that the portfolio keeps."""
        return scenarios_view(self.facts, self.records.alternatives)

    @cached_property
    def ballots(self) -> Ballots:
        """What the rounds of participatory budgeting came to."""
        rows = (row for row in self.facts.funding.rows if row.level == "epic")
        funded = {row.id: row.columns.approved.amount for row in rows if row.period == TOTAL}
        return ballots_view(self.portfolio, self.records.rounds, funded)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def has_change_story(self) -> bool:
        """Whether git had an earlier revision to compare with: what most ask of the story."""
        return self.change_story is not None

    @cached_property
    def has_health(self) -> bool:
        """Whether somebody gave their word on the health of anything: asked before any figure."""
        return any(latest_updates(self.portfolio, self.as_of))

    @cached_property
    def whole_flow(self) -> Flow:
        """The flow with what git tells of items without a history, where git was asked."""
        facts, history = self.facts, self.history
        return facts.flow if history is None else Flow(facts.portfolio, facts.as_of, history)

    @cached_property
    def figures(self) -> Figures:
        """Every figure that more than one page shows."""
        return Figures(self)
