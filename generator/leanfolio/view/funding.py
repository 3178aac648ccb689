"""The funding page: who gets what against plan, and whether the guardrails held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from leanfolio.money.actuals import EMPTY, Ledger
from leanfolio.money.cuts import portions
from leanfolio.money.funding import TOTAL, funding
from leanfolio.money.guardrails import verdicts
from leanfolio.portfolio import Portfolio
from leanfolio.view.funding_baseline import Baseline, baseline_of
from leanfolio.view.funding_cuts import CutTable, OutcomeRow, cut_tables, outcome_rows
from leanfolio.view.funding_gaps import (
    NotSummed,
    RateUsed,
    amounts_not_summed,
    bookings_not_summed,
    rates_used,
)
from leanfolio.view.funding_graphs import FundingGraphs, graphs_of
from leanfolio.view.funding_row import (
    Clock,
    FundingPeriod,
    FundingRow,
    Subjects,
    row_of,
)
from leanfolio.view.funding_words import finding, lede
from leanfolio.view.guardrails import Guardrail, GuardrailGroup, grouped, guardrails_view

MOST_ROWS = 70  # on one page; beyond them epics stand on the pages of their value streams


@dataclass(frozen=True, slots=True)
class FundingSection:
    """The table of one period, or of all together, with its bottom line."""

    period: str
    title: str
    rows: tuple[FundingRow, ...]
    total: FundingRow
    folded: int = 0  # epics that the page leaves to other pages and to the exports


@dataclass(frozen=True)
class Funding:
    """What the funding page, `show funding` and the exports of it print."""

    currency: str
    as_of: date
    periods: tuple[str, ...]
    rows: tuple[FundingRow, ...]
    totals: tuple[FundingRow, ...]
    guardrails: tuple[Guardrail, ...]
    observations: tuple[Guardrail, ...]  # shares that are shown and not judged
    finding: str
    lede: str
    calendar: tuple[FundingPeriod, ...]
    cuts: tuple[CutTable, ...]
    outcomes: tuple[OutcomeRow, ...]
    rates: tuple[RateUsed, ...]
    not_summed: tuple[NotSummed, ...]
    baseline: Baseline
    rules: tuple[str, ...]  # how the figures were made, a sentence each
    graphs: FundingGraphs

    @property
    def total(self) -> FundingRow:
        """All money of all periods."""
        return self.totals[-1]

    @cached_property
    def current(self) -> FundingRow:
        """All money of the period of this day; of all periods, where the day lies in none."""
        now = {each.name for each in self.calendar if each.current}
        return next((row for row in self.totals if row.period in now), self.total)

    @cached_property
    def streams(self) -> tuple[FundingRow, ...]:
        """The value streams in the current period."""
        period = self.current.period
        rows = [row for row in self.rows if row.level == "value-stream" and row.stream]
        return tuple(row for row in rows if row.period == period)

    @cached_property
    def proposals(self) -> tuple[FundingRow, ...]:
        """The epics that wait for their decision, with what they ask for."""
        return tuple(row for row in self.rows if row.proposed and row.period == TOTAL)

    @cached_property
    def spent(self) -> Mapping[str, Decimal]:
        """What each epic has spent, as it says or as it was booked, in the portfolio's currency."""
        rows = (row for row in self.rows if row.level == "epic" and row.period == TOTAL)
        return {row.id: row.actual for row in rows if row.actual is not None}

    @cached_property
    def sections(self) -> tuple[FundingSection, ...]:
        """The rows as tables: all together first, then period by period.

        A lone period is not told twice. Proposals have a table of their own.
        """
        return tuple(sections(self.rows, self.totals))

    @property
    def rules_judged(self) -> tuple[GuardrailGroup, ...]:
        """The guardrails by rule."""
        return grouped(self.guardrails)

    def of_stream(self, id: str) -> FundingSection | None:
        """One value stream with all its epics, over all periods: for its own page."""
        rows = tuple(row for row in self.rows if row.stream == id and row.period == TOTAL)
        if not rows:
            return None
        return FundingSection(TOTAL, rows[0].title, rows[1:], rows[0])


RULES = (
    "Committed is the approved money of the epics; a cancelled epic commits what it had spent.",
    "The forecast of an epic is what was spent and what remains, its cost.",
    "Where no spending is stated, the cost is the whole; nothing remains of a finished epic.",
    "Remaining is approved less actual; variance is approved less forecast, under or over.",
    "An epic that waits for its decision asks; what it asks for is in no other column.",
    "What a value stream does not state is the sum of its epics, and is marked so.",
    "An epic's money stands in the periods of its budgets.",
    "Without budgets, all of it stands in one period: that of this day, or of its completion.",
    "What is not stated is never a zero: sums hold what is stated, and count what is not.",
)


def funding_view(portfolio: Portfolio, as_of: date, ledger: Ledger = EMPTY) -> Funding:
    """The funding page of a portfolio as of a day, with what the ledger says was spent."""
    table = funding(portfolio, as_of, ledger)
    clock = Clock(table, as_of)
    subjects = Subjects(portfolio)
    rows = tuple(row_of(row, subjects, clock) for row in table.rows)
    totals = tuple(row_of(row, subjects, clock) for row in table.totals)
    judged = verdicts(portfolio, table, as_of)
    guardrails = guardrails_view(portfolio, judged, as_of)
    kept = tuple(each for each in guardrails if not each.information)
    parts = portions(portfolio, table.epics)
    not_summed = (
        *amounts_not_summed(portfolio, table),
        *bookings_not_summed(portfolio, ledger, table),
    )
    return Funding(
        currency=table.exchange.currency,
        as_of=as_of,
        periods=tuple(table.periods),
        rows=rows,
        totals=totals,
        guardrails=kept,
        observations=tuple(each for each in guardrails if each.information),
        finding=finding(rows, kept),
        lede=lede(totals[-1], not_summed, portfolio),
        calendar=tuple(clock.periods()),
        cuts=cut_tables(portfolio, parts, table.totals[-1].columns),
        outcomes=outcome_rows(portfolio, parts, as_of),
        rates=rates_used(portfolio, table, ledger),
        not_summed=not_summed,
        baseline=baseline_of(portfolio, table, as_of),
        rules=RULES,
        graphs=graphs_of(portfolio, table, parts, judged, ledger=ledger, as_of=as_of),
    )


def sections(rows: Sequence[FundingRow], totals: Sequence[FundingRow]) -> list[FundingSection]:
    """The tables that the page prints. What is too much for it is counted."""
    groups: dict[str, list[FundingRow]] = {}
    for row in rows:
        if not row.proposed:
            groups.setdefault(row.period, []).append(row)
    ordered = [totals[-1], *(totals[:-1] if len(totals) > 2 else ())]
    title = totals[0].period if len(totals) == 2 else "All periods"
    room = MOST_ROWS
    found = []
    for total in ordered:
        own = groups.get(total.period, [])
        fits = len(own) <= room
        shown = own if fits else [row for row in own if row.level != "epic"]
        room -= len(shown)
        name = title if total is totals[-1] else total.period
        found.append(FundingSection(total.period, name, tuple(shown), total, len(own) - len(shown)))
    return found
