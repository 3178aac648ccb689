"""Facts: every figure that more than one place needs, computed once and when first asked for.

Rules, pages, `show`, exports and scenarios ask the same Facts, so that they cannot disagree. All
values are exact; nothing here is rounded or put into words.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from leanfolio.figures.columns import (
    Column,
    blockers,
    columns,
    days_in_state,
    lasting_block,
    too_old,
)
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.funding.currency import Exchange, exchange
from leanfolio.figures.funding.cuts import Portion, portions
from leanfolio.figures.funding.epic import EpicMoney
from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.figures.funding.guardrails import verdicts
from leanfolio.figures.funding.ledger import Ledger, book
from leanfolio.figures.funding.overspending import (
    BudgetLine,
    Excess,
    budget_lines,
    forecast_excess,
    overspent_epics,
    spent_on_epics,
)
from leanfolio.figures.funding.queue import Queue, queue_of
from leanfolio.figures.funding.records import NO_RECORDS, Records
from leanfolio.figures.funding.table import FundingTable, funding
from leanfolio.figures.funding.withheld import without_sums
from leanfolio.figures.health import ItemHealth, health_of
from leanfolio.figures.increments.dependencies import Dependency, dependencies
from leanfolio.figures.increments.milestones import fixed_work
from leanfolio.figures.increments.work import IncrementWork, increment_work
from leanfolio.figures.lateness import (
    LateFeature,
    LateIncrement,
    late_features,
    late_increments,
)
from leanfolio.figures.okr.outcome import MeanScore, epics_without_outcome, mean_score
from leanfolio.figures.okr.score import KeyResultScore, ObjectiveScore, days_of, score_all
from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.figures.thresholds import DUE_SOON, USUAL_FLOW_SHARE
from leanfolio.model import Days, Epic, HasState, Increment, Objective, Risk
from leanfolio.model.business_case import BusinessCase, business_case_of
from leanfolio.model.item import Blocked
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem


class Facts(Struct, frozen=True, eq=False, dict=True):
    """The figures of a portfolio as of a day, with the records that stand beside its items.

    `shared_ledger` takes the place of booking the records: a scenario spends what the present
    allocation spends, and what is booked already need not be booked again.
    """

    portfolio: Portfolio
    as_of: date
    records: Records = NO_RECORDS
    shared_ledger: Ledger | None = None

    @property
    def currency(self) -> str:
        return self.portfolio.policy.currency

    # Money ------------------------------------------------------------------------------------

    @cached_property
    def rates(self) -> Exchange:
        """The exchange rates of the day, into the portfolio's currency."""
        return exchange(self.portfolio.policy, self.as_of)

    @cached_property
    def booking(self) -> tuple[Ledger, list[Problem]]:
        """What was spent by the day, and what is wrong with the records that are left out."""
        if self.shared_ledger is not None:
            return self.shared_ledger, []
        return book(self.records.spendings, self.portfolio, self.rates, self.as_of)

    @property
    def ledger(self) -> Ledger:
        """What was spent by the day, as it was booked."""
        return self.booking[0]

    @cached_property
    def funding(self) -> FundingTable:
        """Targets, approvals, forecasts and spending of streams and epics by period."""
        return without_sums(funding(self.portfolio, self.as_of, self.ledger), self.portfolio)

    @cached_property
    def portions(self) -> tuple[Portion, ...]:
        """The money of all epics in its smallest parts: each by the way up that it serves."""
        return portions(self.portfolio, self.funding.epics)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Whether each guardrail holds."""
        return verdicts(self.portfolio, self.funding, self.as_of)

    @cached_property
    def spent(self) -> Mapping[str, Decimal]:
        """What each epic has spent, in its own currency, by id; those that say so only."""
        return spent_on_epics(self.portfolio, self.ledger)

    @cached_property
    def money_of_epics(self) -> Mapping[str, EpicMoney]:
        """What each epic was given, takes and will have taken, by id."""
        return {money.epic.id: money for money in self.funding.epics}

    @cached_property
    def overspent(self) -> Mapping[str, Excess]:
        """The epics that spent more than was approved for them, by id."""
        return overspent_epics(self.portfolio, self.spent)

    @cached_property
    def budget_lines(self) -> tuple[BudgetLine, ...]:
        """Every budget line of every value stream."""
        return tuple(budget_lines(self.portfolio))

    @cached_property
    def forecasts_over_budget(self) -> tuple[tuple[BudgetLine, Excess], ...]:
        """The budget lines that are forecast to need more than was approved for them."""
        pairs = ((entry, forecast_excess(entry.line)) for entry in self.budget_lines)
        return tuple((line, over) for line, over in pairs if over is not None)

    @cached_property
    def queue(self) -> Queue:
        """What a week of waiting costs for the epics that are not in work yet."""
        return queue_of(self.portfolio, self.rates)

    def reaches_threshold(self, epic: Epic) -> bool | None:
        """Return whether an epic's cost is at or above the threshold from which it needs a go.

        None where there is no threshold, no cost, or no rate for its currency.
        """
        threshold = self.portfolio.policy.guardrails.epic_threshold
        amounts = (epic.cost, epic.whole_life_cost)
        costs = [self.rates.worth(amount, epic.currency) for amount in amounts]
        known = [cost for cost in costs if cost is not None]
        return None if threshold is None or not known else max(known) >= threshold

    # Objectives and key results ---------------------------------------------------------------

    @cached_property
    def objectives(self) -> tuple[ObjectiveScore, ...]:
        """Every objective with its score and those of its key results, by id."""
        return score_all(self.portfolio, self.as_of)

    @cached_property
    def key_results(self) -> Mapping[str, KeyResultScore]:
        """The score, pace and staleness of every key result of an objective, by its id."""
        return {
            score.key_result.id: score for entry in self.objectives for score in entry.key_results
        }

    def days_of(self, key_result: str) -> Days | None:
        """Return the days of a key result's objective; None where it has no period."""
        parents = self.portfolio.parents_of(key_result)
        return next((days_of(self.portfolio, o) for o in parents if isinstance(o, Objective)), None)

    @cached_property
    def running_objectives(self) -> tuple[ObjectiveScore, ...]:
        """The objectives whose period holds the day, and those without a period."""
        return tuple(score for score in self.objectives if score.phase == "running")

    @cached_property
    def mean_score(self) -> MeanScore:
        """The mean score of the running objectives, and what was expected of the same by now."""
        return mean_score(self.running_objectives)

    @cached_property
    def without_outcome(self) -> Mapping[str, tuple[Epic, ...]]:
        """The key results that did not move though their epics are done: id to those epics."""
        pairs = (
            (id, epics_without_outcome(self.portfolio, value))
            for id, value in self.key_results.items()
        )
        return {id: epics for id, epics in pairs if epics}

    @cached_property
    def health(self) -> Mapping[str, ItemHealth]:
        """What somebody says of an item, and which figures say otherwise, by the item's id."""
        return health_of(self)

    # Work -------------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column of every board, with its items and limits."""
        return columns(self.portfolio, self.as_of)

    @cached_property
    def epic_columns(self) -> tuple[Column, ...]:
        """The columns of the board of epics, in its order."""
        return tuple(column for column in self.columns if column.model is Epic)

    def age_of(self, item: HasState) -> int | None:
        """Return the days since an item came into its state; None where no entry says when."""
        return days_in_state(item, self.as_of)

    @cached_property
    def too_old(self) -> Mapping[str, int]:
        """The items that stay longer than their column allows: id to their days in it."""
        return {
            item.id: self.age_of(item) or 0
            for column in self.columns
            for item in column.items
            if too_old(item, column.state, self.as_of)
        }

    @cached_property
    def blocked(self) -> Mapping[str, tuple[str, ...]]:
        """The epics that need what is not done: id to the ids of that."""
        pairs = ((epic.id, blockers(self.portfolio, epic)) for epic in self.epics)
        return {id: needed for id, needed in pairs if needed}

    @cached_property
    def lasting_blocks(self) -> Mapping[str, Blocked]:
        """The epics that are said to be blocked: id to since when, and why."""
        pairs = ((epic.id, lasting_block(self.portfolio, epic)) for epic in self.epics)
        return {id: block for id, block in pairs if block is not None}

    @cached_property
    def late_features(self) -> tuple[LateFeature, ...]:
        """The features that are late by the plan of their increment, the longest first."""
        return late_features(self.portfolio, self.as_of)

    @cached_property
    def late_increments(self) -> tuple[LateIncrement, ...]:
        """The increments with late features, those that are over first."""
        return late_increments(self.portfolio, self.late_features)

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """What every feature needs, by when, and by when it is promised; the worst first."""
        return dependencies(self.portfolio, self.as_of)

    @cached_property
    def increments(self) -> Mapping[str, IncrementWork]:
        """The work of each increment: its board, loads, dependencies, objectives and votes."""
        fixed = fixed_work(self.portfolio)
        return {
            increment.id: increment_work(
                self.portfolio, increment, self.late_features, self.dependencies, fixed
            )
            for increment in self.portfolio.items_of(Increment)
        }

    @cached_property
    def risks_due_soon(self) -> Mapping[str, int]:
        """The open risks that are due within two weeks: id to the days that are left."""
        open_risks = (
            risk
            for risk in self.portfolio.items_of(Risk)
            if risk.status not in ("resolved", "accepted") and risk.due is not None
        )
        left = {risk.id: risk.due - self.as_of for risk in open_risks if risk.due}
        return {id: value.days for id, value in left.items() if timedelta(0) <= value <= DUE_SOON}

    @cached_property
    def cases(self) -> Mapping[str, BusinessCase]:
        """The evidence that each epic shows and lacks, by id."""
        policy, partial = self.portfolio.policy, self.portfolio.partial
        return {epic.id: business_case_of(epic, policy, partial=partial) for epic in self.epics}

    @cached_property
    def flow(self) -> Flow:
        """The flow of all that moves over a board, so far as its own histories tell."""
        return Flow(self.portfolio, self.as_of)

    @cached_property
    def flow_days(self) -> Fraction | None:
        """The days within which 85 % of the epics were finished; None where too few were."""
        return self.flow.board(Epic.TYPE).percentile(USUAL_FLOW_SHARE)

    @cached_property
    def ranking(self) -> Order:
        """The open epics from first to last, in the form that the portfolio states."""
        return rank_open(self.portfolio, self.epics, self.portfolio.policy.ranking, self.as_of)

    @property
    def epics(self) -> tuple[Epic, ...]:
        return self.portfolio.items_of(Epic)
