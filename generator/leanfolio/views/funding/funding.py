"""The funding page: who gets what against plan, and whether the guardrails held."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.calendar import BudgetPeriod, period_at
from leanfolio.figures.funding.table import TOTAL
from leanfolio.views.funding.bars import BarChart
from leanfolio.views.funding.baseline import Baseline, baseline_of
from leanfolio.views.funding.cuts import (
    CutTable,
    OutcomeRow,
    cut_tables,
    epics_not_stated,
    outcome_rows,
)
from leanfolio.views.funding.drawings import FundingGraphs, graphs_of
from leanfolio.views.funding.findings import (
    finding,
    pace_finding,
    printed_rows,
    summary,
    with_guardrails,
)
from leanfolio.views.funding.guardrails import Guardrail, GuardrailGroup, grouped, guardrails_view
from leanfolio.views.funding.horizon_sums import with_sums
from leanfolio.views.funding.missing import Lacks
from leanfolio.views.funding.missing_amounts import (
    NotSummed,
    RateUsed,
    amounts_not_summed,
    bookings_not_summed,
    rates_used,
)
from leanfolio.views.funding.money_flow import FlowRow
from leanfolio.views.funding.pace import FundingPeriod, PeriodClock, period_of
from leanfolio.views.funding.pages import (
    OTHER_PAGES,
    FundingPage,
    FundingSection,
    funding_pages,
    section_of,
)
from leanfolio.views.funding.rows import FundingRow, Subjects, row_of
from leanfolio.views.funding.whole_life import WholeLifeRow, whole_life_rows
from leanfolio.views.page_only import PageOnly
from leanfolio.wording import Message, Money, Text, message, plural

MOST_PROPOSALS = 20  # on one page; the data has all
MOST_LINES = 50  # of amounts in no sum, of key results, of shares that are not judged


class Funding(Struct, frozen=True, dict=True):
    """What the funding page, `show funding` and the exports of it print."""

    currency: str
    as_of: date
    periods: tuple[str, ...]
    period: str  # that of this day, or else the last before it, or the next
    rows: tuple[FundingRow, ...]
    totals: tuple[FundingRow, ...]
    guardrails: tuple[Guardrail, ...]
    observations: tuple[Guardrail, ...]  # shares that are shown and not judged
    finding: Text
    summary: Text
    calendar: tuple[FundingPeriod, ...]
    cuts: tuple[CutTable, ...]
    outcomes: tuple[OutcomeRow, ...]
    whole_life: tuple[WholeLifeRow, ...]  # of epics that state a whole-life cost
    flow: tuple[FlowRow, ...]  # of the current period: the table beside the drawing
    rates: tuple[RateUsed, ...]
    not_summed: tuple[NotSummed, ...]
    baseline: Baseline
    rules: tuple[Message, ...]  # how the figures were made, a sentence each
    graphs: PageOnly[FundingGraphs]
    partial: bool  # whether some of the money is hidden from this audience
    lone: bool  # whether it has one period alone, and that runs: it needs no name

    @property
    def total(self) -> FundingRow:
        """All money of all periods."""
        return self.totals[-1]

    @cached_property
    def current(self) -> FundingRow:
        """All money of the current period; of all periods, where there is none."""
        return next(row for row in self.totals if row.period == self.period)

    @cached_property
    def streams(self) -> tuple[FundingRow, ...]:
        """The value streams in the current period."""
        period = self.current.period
        rows = [row for row in self.rows if row.level == "value-stream" and row.stream]
        return tuple(row for row in rows if row.period == period)

    @property
    def paced(self) -> tuple[FundingRow, ...]:
        """The value streams whose pace is shown."""
        return () if self.partial else self.streams

    @cached_property
    def proposals(self) -> tuple[FundingRow, ...]:
        """The epics that wait for their decision, with what they ask for."""
        return tuple(row for row in self.rows if row.proposed and row.period == TOTAL)

    @property
    def largest_proposals(self) -> tuple[FundingRow, ...]:
        """All of them; of many, those that ask for most."""
        if len(self.proposals) <= MOST_PROPOSALS:
            return self.proposals
        return tuple(sorted(self.proposals, key=by_ask)[:MOST_PROPOSALS])

    @cached_property
    def spent(self) -> Mapping[str, Decimal]:
        """What each epic has spent, as it says or as it was booked, in the portfolio's currency."""
        rows = (row for row in self.rows if row.level == "epic" and row.period == TOTAL)
        return {row.id: row.actual for row in rows if row.actual is not None}

    @cached_property
    def pages(self) -> tuple[FundingPage, ...]:
        """A page for each period, the current first, and one for all together; then the others."""
        return funding_pages(self.calendar, self.period)

    @property
    def last_period(self) -> FundingPage:
        """The page of all periods, or of the only one; what is in no sum stands there."""
        return self.pages[-1 - len(OTHER_PAGES)]

    def section(self, period: str) -> FundingSection:
        """The table of a period, or of all together."""
        total = next(row for row in self.totals if row.period == period)
        days = next((entry.days for entry in self.calendar if entry.name == period), None)
        return section_of(period, self.rows, total, days)

    def finding_of(self, period: str) -> Text:
        """What a period's page finds."""
        return finding(self.rows, period, lone=self.lone, partial=self.partial)

    @property
    def pace(self) -> Message:
        """How the money that is spent stands to the time that is gone."""
        return pace_finding(self.current, None if len(self.periods) < 2 else self.period)

    def summary_of(self, period: str) -> Text:
        """What the sums of a period rest on."""
        rows = printed_rows(self.rows, period, self.period)
        total = self.section(period).total
        return summary(total, rows, self.not_summed, partial=self.partial)

    @property
    def period_title(self) -> Text:
        """The current period, as a heading names it."""
        return message("all periods") if self.current.period == TOTAL else self.current.period

    @property
    def asked_missing(self) -> Text:
        """How many proposals do not state what they ask for."""
        return "" if self.total.of_part else epics_not_stated(self.total.unknown.asked)

    @property
    def proposals_note(self) -> Text:
        """Which proposals the page prints; "" where it has all."""
        visible = len(self.largest_proposals)
        if visible == len(self.proposals):
            return ""
        return message("The {visible} that ask for most;", visible=visible)

    @property
    def proposals_inside(self) -> Text:
        """How many epics wait for money and, where all say how much, for how much."""
        if self.total.asked is None or self.total.unknown.asked or self.total.of_part:
            return plural("{n} epic", "{n} epics", len(self.proposals))
        return plural(
            "{n} epic asks for {amount}", "{n} epics ask for {amount}", len(self.proposals),
            amount=Money(self.total.asked, self.currency),
        )  # fmt: skip

    @property
    def whole_life_inside(self) -> Message:
        """How many epics say what they cost in all their years."""
        return plural("{n} epic", "{n} epics", len(self.whole_life))

    @property
    def outcomes_inside(self) -> Message:
        """Of how many key results it is known what their progress has cost."""
        known = sum(row.per_point is not None for row in self.outcomes)
        return message(
            "{results}, {known:pronoun} with a cost per point",
            results=plural("{n} key result", "{n} key results", len(self.outcomes)), known=known,
        )  # fmt: skip

    @property
    def rules_inside(self) -> Message:
        """How many sentences say how the figures were made."""
        return plural("{n} sentence", "{n} sentences", len(self.rules) + len(self.rates))

    @property
    def first_not_summed(self) -> tuple[NotSummed, ...]:
        """The amounts in no sum that the page prints."""
        return self.not_summed[:MOST_LINES]

    @property
    def not_summed_note(self) -> Text:
        """Which amounts in no sum the page prints; "" where it has all."""
        return first_note(len(self.not_summed))

    @property
    def first_outcomes(self) -> tuple[OutcomeRow, ...]:
        """The key results that the page prints."""
        return self.outcomes[:MOST_LINES]

    @property
    def outcomes_note(self) -> Text:
        """Which key results the page prints; "" where it has all."""
        return first_note(len(self.outcomes))

    @property
    def first_whole_life(self) -> tuple[WholeLifeRow, ...]:
        """The epics with a whole-life cost that the page prints."""
        return self.whole_life[:MOST_LINES]

    @property
    def whole_life_note(self) -> Text:
        """Which epics with a whole-life cost the page prints; "" where it has all."""
        return first_note(len(self.whole_life))

    @property
    def observations_note(self) -> Text:
        """Which shares for information the page prints; "" where it has all."""
        number = len(self.observations)
        if number <= MOST_LINES:
            return ""
        return message("The last {visible} of {all};", visible=MOST_LINES, all=number)

    def chart_of(self, rule: str) -> BarChart | None:
        """The drawing of a guardrail's shares; None of most."""
        return self.graphs.horizons if rule == "guardrail-horizons" else None

    @property
    def last_observations(self) -> tuple[Guardrail, ...]:
        """Of many shares that are not judged, those of the last increments."""
        return self.observations[-MOST_LINES:]

    @property
    def rules_judged(self) -> tuple[GuardrailGroup, ...]:
        """The guardrails by rule."""
        return grouped(self.guardrails)


def first_note(number: int) -> Text:
    """Which of so many rows a page prints; "" where it has all."""
    if number <= MOST_LINES:
        return ""
    return message("The first {visible} of {all};", visible=MOST_LINES, all=number)


def by_ask(row: FundingRow) -> tuple[bool, Decimal, str]:
    """The most first, what is not stated last."""
    return row.asked is None, -(row.asked or Decimal(0)), row.id


RULES = (
    message(
        "Committed is the approved money of the epics; a cancelled epic commits what it had spent."
    ),
    message("The forecast of an epic is what was spent and what remains, its cost."),
    message(
        "Where no spending is stated, the cost is the whole; nothing remains of a finished epic."
    ),
    message(
        "Remaining is approved less actual; variance is approved less forecast, under or over."
    ),
    message("An epic without approved money asks for it; what it asks for is in no other column."),
    message("What a value stream does not state is the sum of its epics, and is marked so."),
    message(
        "Spending stands in the period of the day on which it was booked,"
        " and with it what it used of an approval without budgets."
    ),
    message("It is converted by the rate of that day; all other money by the newest rate."),
    message("The other money of an epic stands in the periods of its budgets."),
    message("Without budgets, it stands in one period: that of this day, or of its completion."),
    message("What is not stated is never a zero: sums hold what is stated, and name what is not."),
)


def runs(period: BudgetPeriod, as_of: date) -> bool:
    """Whether a period holds a day."""
    return period.days is not None and period.days.first <= as_of <= period.days.last


def funding_view(facts: Facts) -> Funding:
    """Return the funding page of a portfolio as of a day, with what its ledger says was spent."""
    portfolio, as_of, ledger, table = facts.portfolio, facts.as_of, facts.ledger, facts.funding
    clock = PeriodClock(table, as_of)
    subjects = Subjects(portfolio)
    lacks = Lacks(table.rows)
    rows = tuple(row_of(row, subjects, clock, lacks) for row in table.rows)
    totals = tuple(row_of(row, subjects, clock, lacks) for row in table.totals)
    now = period_at(table.periods.values(), as_of)
    period = now.name if now else TOTAL
    lone = not table.periods or (now is not None and len(table.periods) < 2 and runs(now, as_of))
    total = next(row for row in totals if row.period == period)
    judged = facts.verdicts
    guardrails = guardrails_view(portfolio, judged, as_of)
    kept = tuple(guardrail for guardrail in guardrails if not guardrail.information)
    parts = facts.portions
    not_summed = (
        *amounts_not_summed(portfolio, table),
        *bookings_not_summed(portfolio, ledger, table),
    )
    graphs = graphs_of(portfolio, table, parts, judged, ledger=ledger, as_of=as_of)
    return Funding(
        currency=table.exchange.currency,
        as_of=as_of,
        periods=tuple(table.periods),
        period=period,
        rows=rows,
        totals=totals,
        guardrails=tuple(with_sums(kept, table, portfolio)),
        observations=tuple(guardrail for guardrail in guardrails if guardrail.information),
        finding=with_guardrails(
            finding(rows, period, lone=lone, partial=portfolio.hides_money), kept
        ),
        summary=summary(
            total,
            printed_rows(rows, period, period),
            not_summed,
            partial=portfolio.hides_money,
        ),
        calendar=tuple(period_of(entry, as_of) for entry in table.periods.values()),
        cuts=cut_tables(portfolio, parts, table.totals[-1].columns),
        outcomes=() if portfolio.hides_money_of_goals else outcome_rows(facts, parts),
        whole_life=whole_life_rows(table.epics),
        rates=rates_used(portfolio, table, ledger),
        not_summed=not_summed,
        baseline=baseline_of(portfolio, table, as_of),
        rules=RULES,
        flow=graphs.flow.rows if graphs.flow else (),
        graphs=graphs,
        partial=portfolio.hides_money,
        lone=lone,
    )
