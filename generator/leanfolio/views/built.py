"""A checked portfolio as of a day, with every view of it, each computed when first asked for."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from leanfolio.check import RULES
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.forecast import Forecasts
from leanfolio.figures.flow.forecast_record import forecast_records
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.funding.goals import approved_for
from leanfolio.figures.funding.records import Records
from leanfolio.figures.funding.table import TOTAL
from leanfolio.figures.health import latest_updates
from leanfolio.figures.history.versions import History
from leanfolio.figures.increment_plan import comparisons
from leanfolio.figures.thresholds import USUAL_FLOW_SHARE
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.views.board import board_view
from leanfolio.views.change_story import ChangeStory
from leanfolio.views.figures import Figures
from leanfolio.views.flow import flow_view
from leanfolio.views.flow.forecasts import forecast_view
from leanfolio.views.funding.ballots import Ballots, ballots_view
from leanfolio.views.funding.funding import funding_view
from leanfolio.views.funding.scenarios import Scenarios, scenarios_view
from leanfolio.views.gaps import gaps_view
from leanfolio.views.health import health_rows
from leanfolio.views.increments.teams import team_increments
from leanfolio.views.okr import okr_view
from leanfolio.views.problems import problems_view
from leanfolio.views.ranking.ranking import ranking_view
from leanfolio.views.ranking.score_history import past_rankings, score_histories
from leanfolio.views.roadmap import whole_roadmap
from leanfolio.views.trends import trends_view


@dataclass(frozen=True)
class Built:
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
        facts = self.facts
        flow = self.whole_flow
        forecast = forecast_view(Forecasts(flow, facts.ranking))
        usual = facts.flow_days
        if flow is not facts.flow:
            usual = flow.board(Epic.TYPE).percentile(USUAL_FLOW_SHARE)
        past = past_rankings(self.history, self.portfolio, self.as_of)
        ranking = ranking_view(
            self.portfolio, self.as_of, order=facts.ranking, flow_days=usual, past=past
        )
        okrs = okr_view(facts, self.history)
        funding = funding_view(facts)
        ranks = {item.id: item.rank for item in ranking.items}
        gaps = gaps_view(facts, ranks)
        plans = comparisons(self.history, self.portfolio, self.as_of)
        summaries = {name: rule.summary for name, rule in RULES.items()}
        hidden = self.portfolio.hides_money_of_goals
        return Figures(
            as_of=self.as_of,
            currency=self.portfolio.policy.currency,
            ranking=ranking,
            board=board_view(facts, ranks, flow.board(Epic.TYPE)),
            okrs=okrs,
            flow=flow_view(flow, forecast),
            forecast_facts=forecast.facts,
            forecast_records=forecast_records(flow),
            funding=funding,
            problems=problems_view(self.problems, summaries, partial=self.portfolio.partial),
            ranked={item.id: item for item in ranking.items},
            objectives={objective.id: objective for objective in okrs.objectives},
            key_results={row.id: row for row in okrs.key_results},
            score_histories=score_histories(self.history, self.portfolio, self.as_of),
            plans=plans,
            increments=facts.increments,
            health=health_rows(facts),
            gaps=gaps,
            roadmap=whole_roadmap(self.portfolio, self.as_of, plans, forecast.epics),
            trends=trends_view(facts, self.history, flow.board(Epic.TYPE)),
            gap_rows={row.id: row for row in gaps.epics},
            candidates=len(ranking.items),
            spent=funding.spent,
            teams=team_increments(self.portfolio, facts.increments, self.as_of),
            approved={} if hidden else approved_for(self.portfolio, facts.portions),
            late=facts.late_features,
        )
