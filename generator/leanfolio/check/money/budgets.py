"""Budgets of value streams: approvals, forecasts and spending by period."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from leanfolio.check.rule import Setting
from leanfolio.figures.funding.overspending import excess
from leanfolio.figures.funding.table import TOTAL, Row
from leanfolio.model import Epic, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import grouped, some


def epic_rows(portfolio: Portfolio, setting: Setting) -> dict[tuple[str, str], list[Row]]:
    """The rows of the epics under each stream and period."""
    rows: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in setting.facts_of(portfolio).funding.rows:
        if row.level == "epic":
            rows[row.stream, row.period].append(row)
    return rows


def budget_overcommitted(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The epics of a value stream are not promised more money than the stream was given.

    Then the budget does not add up: some money is promised twice, and it shows when the last
    invoice comes. Epics with budgets are held against each period; where an epic has none, all
    that the stream was given is held against all that its epics were.

    Fix: approve more for the stream; or take back an approval.
    """
    epics = setting.once(epic_rows, portfolio)
    for row in setting.facts_of(portfolio).funding.rows:
        free, approved = row.columns.free.amount, row.columns.approved.amount
        if row.level != "value-stream" or free is None or free >= 0:
            continue
        bound = [
            epic.id
            for epic in epics.get((row.stream, row.period), ())
            if epic.columns.committed.amount
        ]
        if period_by_period(portfolio, row.stream, epics) != (row.period != TOTAL):
            continue
        stream = portfolio[row.stream]
        if not isinstance(stream, ValueStream):
            continue
        names = [str(line.period) for line in stream.budgets]
        period = names[0] if len(names) == 1 else row.period
        when = "in all" if period == TOTAL else f"for {period}"
        place = () if period == TOTAL else (budget_index(stream, period), "approved")
        yield Problem(
            stream.at("budgets", *place),
            "budget-overcommitted",
            f"{row.stream} has {grouped(approved or Decimal(0))} {portfolio.policy.currency}"
            f" approved {when}, and {some(bound)}"
            f" {'has' if len(bound) == 1 else 'together have'}"
            f" {grouped((approved or Decimal(0)) - free)}: {grouped(-free)} more",
            f"approve {grouped(-free)} more for {row.stream}, or take that much from its epics",
            related=tuple(
                Related(portfolio[id].at("approved"), f"{id} is here") for id in bound[:5]
            ),
        )


def period_by_period(
    portfolio: Portfolio, stream: str, epics: Mapping[tuple[str, str], list[Row]]
) -> bool:
    """Whether all committed epics of a stream say in which period their money stands."""
    bound = [epic.id for epic in epics.get((stream, TOTAL), ()) if epic.columns.committed.amount]
    epics_bound = [portfolio.items.get(id) for id in bound]
    return bool(bound) and all(isinstance(entry, Epic) and entry.budgets for entry in epics_bound)


def budget_index(stream: ValueStream, period: str) -> int:
    """Where in a stream's budgets the line of this period stands."""
    periods = [str(line.period) for line in stream.budgets]
    return periods.index(period) if period in periods else 0


def budget_overlap(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Two budget lines of a value stream or an epic have no day in common.

    A year and its first half together count that half twice. Only the line written first counts
    until this is fixed.

    Fix: split the longer period, or remove one of the lines.
    """
    for entry in setting.facts_of(portfolio).funding.left_out:
        first = list(entry.holder.budgets).index(entry.first)
        same = str(entry.line.period) == str(entry.first.period)
        yield Problem(
            entry.holder.at("budgets", entry.index, "period"),
            "budget-overlap",
            f"{entry.holder.id} has a second budget for {entry.line.period}"
            if same
            else f"{entry.holder.id} has a budget for {entry.line.period},"
            f" which shares days with {entry.first.period}",
            "remove one of the two"
            if same
            else "write the longer period as those parts of it that have no budget yet, or remove"
            " one of the two",
            related=(Related(entry.holder.at("budgets", first), "the first is here"),),
        )


def budget_overrun(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A value stream spends no more than was approved.

    What is spent beyond that was approved by nobody.

    Fix: approve it after all, with a decision; or correct the figure.
    """
    for entry in setting.facts_of(portfolio).budget_lines:
        over = excess(entry.line.actual, entry.line.approved)
        if over is None:
            continue
        yield Problem(
            entry.at("actual"),
            "budget-overrun",
            f"{entry.stream.id} has spent {grouped(over.amount)} in {entry.line.period},"
            f" {grouped(over.over)} more than the {grouped(over.approved)} approved",
            f"decide on the rest, and write `approved: {over.amount}`;"
            " or correct `approved:` or `actual:`, where one is mistyped",
            related=(Related(entry.at("approved"), "approved"),),
        )


def forecast_over_budget(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A value stream is not forecast to need more than was approved.

    While it is a forecast something can still be done about it.

    Fix: decide what to stop or to approve; the waiver of the rule is where that is written.
    """
    for value, over in setting.facts_of(portfolio).forecasts_over_budget:
        yield Problem(
            value.at("forecast"),
            "forecast-over-budget",
            f"{value.stream.id} is forecast to need {grouped(over.amount)} in {value.line.period},"
            f" {grouped(over.over)} more than the {grouped(over.approved)} approved",
            "decide what to stop, and forecast anew; or raise `approved:`",
            related=(Related(value.at("approved"), "approved"),),
        )


def forecast_below_actual(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A forecast is at least what is already spent.

    The forecast of a period counts what is gone; one below it was not looked at for a while.

    Fix: forecast anew.
    """
    for entry in setting.facts_of(portfolio).budget_lines:
        line = entry.line
        if line.forecast is not None and line.actual is not None and line.forecast < line.actual:
            yield Problem(
                entry.at("forecast"),
                "forecast-below-actual",
                f"{entry.stream.id} has spent {grouped(line.actual)} in {line.period},"
                f" but is forecast to need {grouped(line.forecast)}",
                f"forecast anew: `forecast: {line.actual}` or more",
                related=(Related(entry.at("actual"), "spent"),),
            )


def forecast_below_booked(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A forecast that a value stream states is at least what its records say is spent.

    Its own `actual` is left out, so that no other rule holds the forecast against the spending.

    Fix: forecast anew.
    """
    facts = setting.facts_of(portfolio)
    spent = {
        (row.stream, row.period): row.columns.actual.amount
        for row in facts.funding.rows
        if row.level == "value-stream"
    }
    for entry in facts.budget_lines:
        line = entry.line
        booked = spent.get((entry.stream.id, str(line.period)))
        forecast = facts.rates.worth(line.forecast, line.currency)
        if line.actual is not None or booked is None or forecast is None or forecast >= booked:
            continue
        yield Problem(
            entry.at("forecast"),
            "forecast-below-booked",
            f"{entry.stream.id} has spent {grouped(booked)} {facts.currency} in {line.period},"
            f" as booked and as its epics say, but is forecast to need {grouped(forecast)}",
            "forecast anew: what is spent, and what is still to come",
        )


def forecast_unexplained(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The epics of a value stream are not forecast to need more than the stream is.

    The stream's own forecast is the one on its page. Where its epics need more, either they do not
    fit, or the stream's forecast was made without them.

    Fix: forecast the stream anew, or decide which epic to stop.
    """
    facts = setting.facts_of(portfolio)
    beyond = {
        (row.stream, row.period): row.columns.forecast.amount
        for row in facts.funding.rows
        if row.level == "unallocated"
    }
    for entry in facts.budget_lines:
        left = beyond.get((entry.stream.id, str(entry.line.period)))
        if entry.line.forecast is not None and left is not None and left < 0:
            yield Problem(
                entry.at("forecast"),
                "forecast-unexplained",
                f"the epics of {entry.stream.id} are forecast to need {grouped(-left)}"
                f" {facts.currency} more in {entry.line.period} than the stream itself",
                "forecast the stream anew, with all its epics; or stop one of them",
            )


def spending_unexplained(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The epics of a value stream have not spent more than the stream has.

    Stream and epics tell two stories of the same money; the stream's is shown, and the rest stands
    as a negative amount that belongs to no epic.

    Fix: correct the `actual` of the stream's budgets, or that of the epics.
    """
    for row in setting.facts_of(portfolio).funding.rows:
        beyond = row.columns.actual
        if row.level != "unallocated" or row.period != TOTAL or not row.stream:
            continue
        if beyond.amount is not None and beyond.amount < 0:
            stream = portfolio[row.stream]
            yield Problem(
                stream.at("budgets"),
                "spending-unexplained",
                f"the epics of {row.stream} have spent {grouped(-beyond.amount)}"
                f" {portfolio.policy.currency} more than its budgets say was spent",
                f"correct `actual:` in these budgets, or in the epics of {row.stream}",
            )


def budget_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A value stream whose epics have approved money has a budget; where they spend, one that has
    begun.

    Without one nobody can say whether that money is there. A budget whose periods are all still to
    come is mostly a slip in a year: 2062-H2.

    Fix: write `budgets: [{period: ..., approved: ...}]`; or correct the period.
    """
    spent = setting.facts_of(portfolio).spent
    for stream in portfolio.items_of(ValueStream):
        epics = portfolio.members_of(stream.id, Epic)
        alive = [epic for epic in epics if portfolio.category_of(epic) != "cancelled"]
        funded = [epic.id for epic in alive if epic.approved]
        if funded and stream.lacks("budgets"):
            yield Problem(
                stream.at(),
                "budget-missing",
                f"{stream.id} has no budget, but {some(funded)} {has(funded)} approved money",
                "add `budgets: [{period: ..., approved: ...}]`",
            )
        spending = [epic.id for epic in epics if spent.get(epic.id)]
        first = first_budget(portfolio, stream) if spending else None
        if first is not None and first[0] > setting.as_of:
            day, index = first
            yield Problem(
                stream.at("budgets", index, "period"),
                "budget-missing",
                f"the first budget of {stream.id}, {stream.budgets[index].period}, begins on {day},"
                f" and {some(spending)} {has(spending)} spent money before it",
                f"correct the period, or add a budget for the one in which {setting.as_of} lies",
            )


def has(ids: Sequence[str]) -> str:
    return "has" if len(ids) == 1 else "have"


def first_budget(portfolio: Portfolio, stream: ValueStream) -> tuple[date, int] | None:
    """The first day for which a stream has a budget, and which one; None where that is not
    known."""
    starts = []
    for index, line in enumerate(stream.budgets):
        days = portfolio.days_of(line.period)
        if days is None:
            return None
        starts.append((days.first, index))
    return min(starts, default=None) if "budgets" not in stream.origin.faulty else None
