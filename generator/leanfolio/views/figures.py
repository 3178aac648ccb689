"""The figures that several pages share, computed once for a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leanfolio.figures.flow.forecast_record import ForecastRecord
from leanfolio.figures.funding.amount import Total
from leanfolio.figures.increment_plan import PlanComparison
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.figures.lateness import LateFeature
from leanfolio.views.board_rows import Board
from leanfolio.views.cell import Fact
from leanfolio.views.flow import FlowView
from leanfolio.views.funding.funding import Funding
from leanfolio.views.gaps import GapRow, Gaps
from leanfolio.views.health import HealthRow
from leanfolio.views.increments.teams import TeamIncrement
from leanfolio.views.okr import KeyResultRow, ObjectiveRow, Okrs
from leanfolio.views.problems import Problems
from leanfolio.views.ranking.ranking import RankedItem, Ranking
from leanfolio.views.ranking.score_history import ScoreHistory
from leanfolio.views.roadmap_rows import Roadmap
from leanfolio.views.trends import Trends


@dataclass(frozen=True)
class Figures:
    """Every view of a portfolio as of one day, and its rows by id."""

    as_of: date
    currency: str
    ranking: Ranking
    board: Board
    okrs: Okrs
    flow: FlowView
    funding: Funding
    problems: Problems
    ranked: Mapping[str, RankedItem]
    objectives: Mapping[str, ObjectiveRow]
    key_results: Mapping[str, KeyResultRow]
    forecast_records: Mapping[str, ForecastRecord]  # of increments that have begun
    forecast_facts: Mapping[str, tuple[Fact, ...]]  # of open epics
    score_histories: Mapping[str, ScoreHistory]
    plans: Mapping[str, PlanComparison]  # of each increment whose plan git knows
    increments: Mapping[str, IncrementWork]  # by the id of the increment
    health: Mapping[str, HealthRow]
    gaps: Gaps
    trends: Trends
    roadmap: Roadmap
    gap_rows: Mapping[str, GapRow]  # of open epics
    # For pages of items, which would otherwise depend on the whole ranking and all funding:
    candidates: int  # epics that are ranked
    spent: Mapping[str, Decimal]  # booked, in the portfolio's currency, by epic
    teams: Mapping[str, tuple[TeamIncrement, ...]]  # of teams with work or objectives
    approved: Mapping[str, Total]  # for themes, objectives and key results, and what is below them
    late: tuple[LateFeature, ...]  # by the plan of their increment
