"""The figures that several pages share, each computed once for a site, when first asked for."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Protocol, Self

from leanfolio.check import RULES
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.figures import FlowFigures
from leanfolio.figures.flow.forecast import Forecasts
from leanfolio.figures.flow.forecast_record import ForecastRecord, forecast_records
from leanfolio.figures.flow.moves import RecentMoves, recent_moves
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.funding.amount import Total
from leanfolio.figures.funding.goals import approved_for
from leanfolio.figures.history.versions import History
from leanfolio.figures.increment_plan import PlanComparison, comparisons
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.figures.lateness import LateFeature
from leanfolio.figures.thresholds import LATELY, USUAL_FLOW_SHARE
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.views.board import board_view
from leanfolio.views.board_rows import Board
from leanfolio.views.cell import Fact
from leanfolio.views.flow import FlowView, flow_view
from leanfolio.views.flow.forecasts import ForecastView, forecast_view
from leanfolio.views.funding.funding import Funding, funding_view
from leanfolio.views.gaps import GapRow, Gaps, gaps_view
from leanfolio.views.health import HealthRow, health_rows
from leanfolio.views.increments.teams import TeamIncrement, team_increments
from leanfolio.views.okr import KeyResultRow, ObjectiveRow, Okrs, okr_view
from leanfolio.views.problems import Problems, problems_view
from leanfolio.views.ranking.figures import RankPlaces, rank_places
from leanfolio.views.ranking.places import RankedPlace, ranked_places
from leanfolio.views.ranking.ranking import Ranking, ranking_view
from leanfolio.views.ranking.score_history import ScoreHistory, past_rankings, score_histories
from leanfolio.views.roadmap import whole_roadmap
from leanfolio.views.roadmap_rows import Roadmap
from leanfolio.views.trends import Trends, trends_view


class FigureSource(Protocol):
    """What figures are computed from: a checked portfolio as of a day."""

    @property
    def portfolio(self) -> Portfolio: ...

    @property
    def facts(self) -> Facts: ...

    @property
    def problems(self) -> tuple[Problem, ...]: ...

    @property
    def history(self) -> History | None: ...

    @property
    def whole_flow(self) -> Flow: ...


class Figures:
    """Every view of a portfolio as of one day, and its rows by id.

    A page that shows one of them has no other computed.
    """

    def __init__(self, source: FigureSource | None) -> None:
        """Without a source, the figures are those that were computed before."""
        self._given = source

    def computed(self) -> Self:
        """The same, with all computed and no source, as another process can have them."""
        whole = type(self)(None)
        vars(whole).update({name: getattr(self, name) for name in FIGURE_NAMES})
        return whole

    @property
    def _source(self) -> FigureSource:
        assert self._given is not None
        return self._given

    @cached_property
    def as_of(self) -> date:
        return self._source.facts.as_of

    @cached_property
    def currency(self) -> str:
        return self._source.portfolio.policy.currency

    # Ranking

    @cached_property
    def ranking(self) -> Ranking:
        source = self._source
        facts = source.facts
        usual = facts.flow_days
        if source.whole_flow is not facts.flow:
            usual = self._epic_flow.percentile(USUAL_FLOW_SHARE)
        past = past_rankings(source.history, source.portfolio, self.as_of)
        return ranking_view(
            source.portfolio, self.as_of, places=self._places, flow_days=usual, past=past
        )

    @cached_property
    def _places(self) -> RankPlaces:
        portfolio = self._source.portfolio
        line = portfolio.policy.cut_line
        return rank_places(portfolio, self._source.facts.ranking, self.as_of, line)

    @cached_property
    def ranked(self) -> Mapping[str, RankedPlace]:
        """The place of each ranked epic, for pages that print no more of the ranking."""
        return ranked_places(self._places)

    @cached_property
    def candidates(self) -> int:
        """How many epics are ranked, for pages that print no more of the ranking."""
        return len(self._ranks)

    @property
    def _ranks(self) -> Mapping[str, int]:
        """The place of each epic that is ranked."""
        scores = self._source.facts.ranking.scores
        return {score.item.id: place for place, score in enumerate(scores, 1)}

    @cached_property
    def score_histories(self) -> Mapping[str, ScoreHistory]:
        return score_histories(self._source.history, self._source.portfolio, self.as_of)

    # Flow

    @property
    def _epic_flow(self) -> FlowFigures:
        return self._source.whole_flow.board(Epic.TYPE)

    @cached_property
    def _forecast(self) -> ForecastView:
        return forecast_view(Forecasts(self._source.whole_flow, self._source.facts.ranking))

    @cached_property
    def board(self) -> Board:
        return board_view(self._source.facts, self._ranks, self._epic_flow)

    @cached_property
    def board_moves(self) -> RecentMoves:
        """Of epics, in the last seven days."""
        source = self._source
        return recent_moves(self._epic_flow.flows, source.history, self.as_of, LATELY)

    @cached_property
    def flow(self) -> FlowView:
        return flow_view(self._source.whole_flow, self._forecast)

    @cached_property
    def forecast_facts(self) -> Mapping[str, tuple[Fact, ...]]:
        """Of open epics."""
        return self._forecast.facts

    @cached_property
    def forecast_records(self) -> Mapping[str, ForecastRecord]:
        """Of increments that have begun."""
        return forecast_records(self._source.whole_flow)

    @cached_property
    def trends(self) -> Trends:
        return trends_view(self._source.facts, self._source.history, self._epic_flow)

    # Goals and money

    @cached_property
    def okrs(self) -> Okrs:
        return okr_view(self._source.facts, self._source.history)

    @cached_property
    def objectives(self) -> Mapping[str, ObjectiveRow]:
        return {objective.id: objective for objective in self.okrs.objectives}

    @cached_property
    def key_results(self) -> Mapping[str, KeyResultRow]:
        return {row.id: row for row in self.okrs.key_results}

    @cached_property
    def funding(self) -> Funding:
        return funding_view(self._source.facts)

    @cached_property
    def spent(self) -> Mapping[str, Decimal]:
        """What is booked, in the portfolio's currency, by epic."""
        return self.funding.spent

    @cached_property
    def approved(self) -> Mapping[str, Total]:
        """For themes, objectives and key results, and what is below them."""
        portfolio = self._source.portfolio
        if portfolio.hides_money_of_goals:
            return {}
        return approved_for(portfolio, self._source.facts.portions)

    # Increments and teams

    @cached_property
    def plans(self) -> Mapping[str, PlanComparison]:
        """Of each increment whose plan git knows."""
        return comparisons(self._source.history, self._source.portfolio, self.as_of)

    @cached_property
    def increments(self) -> Mapping[str, IncrementWork]:
        """By the id of the increment."""
        return self._source.facts.increments

    @cached_property
    def teams(self) -> Mapping[str, tuple[TeamIncrement, ...]]:
        """Of teams with work or objectives."""
        return team_increments(self._source.portfolio, self.increments, self.as_of)

    @cached_property
    def late(self) -> tuple[LateFeature, ...]:
        """By the plan of their increment."""
        return self._source.facts.late_features

    @cached_property
    def roadmap(self) -> Roadmap:
        return whole_roadmap(self._source.portfolio, self.as_of, self.plans, self._forecast.epics)

    # What is missing, wrong, or said

    @cached_property
    def problems(self) -> Problems:
        summaries = {name: rule.summary for name, rule in RULES.items()}
        partial = self._source.portfolio.partial
        return problems_view(self._source.problems, summaries, partial=partial)

    @cached_property
    def health(self) -> Mapping[str, HealthRow]:
        return health_rows(self._source.facts)

    @cached_property
    def gaps(self) -> Gaps:
        return gaps_view(self._source.facts, self._ranks)

    @cached_property
    def gap_rows(self) -> Mapping[str, GapRow]:
        """Of open epics."""
        return {row.id: row for row in self.gaps.epics}


FIGURE_NAMES = tuple(
    name
    for name, value in vars(Figures).items()
    if isinstance(value, cached_property) and not name.startswith("_")
)
