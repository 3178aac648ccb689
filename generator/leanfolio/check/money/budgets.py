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
from leanfolio.wording import Money, Told, plural, some, tell


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
        free = row.columns.free.amount
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
        place = () if period == TOTAL else (budget_index(stream, period), "approved")
        yield Problem(
            stream.at("budgets", *place),
            "budget-overcommitted",
            overcommitted(row, portfolio.policy.currency, "" if period == TOTAL else period, bound),
            tell(
                "approve {free} more for {stream}, or take that much from its epics",
                free=Money(-free, portfolio.policy.currency),
                stream=row.stream,
            ),
            related=tuple(
                Related(portfolio[id].at("approved"), f"{id} is here") for id in bound[:5]
            ),
        )


def overcommitted(row: Row, currency: str, period: str, bound: Sequence[str]) -> str:
    """What a stream was given, in a period or in all, and what its epics were promised of it."""
    approved, free = (
        row.columns.approved.amount or Decimal(0),
        row.columns.free.amount or Decimal(0),
    )
    epics = plural(
        "{bound} has {committed}",
        "{bound} together have {committed}",
        len(bound),
        bound=some(bound),
        committed=Money(approved - free, currency),
    )
    if not period:
        return tell(
            "{stream} has {approved} approved in all, and {epics}: {excess} more",
            stream=row.stream,
            approved=Money(approved, currency),
            epics=epics,
            excess=Money(-free, currency),
        )
    return tell(
        "{stream} has {approved} approved for {period}, and {epics}: {excess} more",
        stream=row.stream,
        approved=Money(approved, currency),
        period=period,
        epics=epics,
        excess=Money(-free, currency),
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
            tell(
                "{holder} has a second budget for {period}",
                holder=entry.holder.id,
                period=entry.line.period,
            )
            if same
            else tell(
                "{holder} has a budget for {period}, which shares days with {first}",
                holder=entry.holder.id,
                period=entry.line.period,
                first=entry.first.period,
            ),
            tell("remove one of the two")
            if same
            else tell(
                "write the longer period as those parts of it that have no budget yet, or "
                "remove one of the two"
            ),
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
        currency = portfolio.currency_of(entry.line)
        yield Problem(
            entry.at("actual"),
            "budget-overrun",
            tell(
                "{stream} has spent {amount} in {period}, {over} more than the {approved} approved",
                stream=entry.stream.id,
                amount=Money(over.amount, currency),
                period=entry.line.period,
                over=Money(over.over, currency),
                approved=Money(over.approved, currency),
            ),
            tell(
                "decide on the rest, and write `approved: {amount}`; or correct `approved:` "
                "or `actual:`, where one is mistyped",
                amount=over.amount,
            ),
            related=(Related(entry.at("approved"), "approved"),),
        )


def forecast_over_budget(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A value stream is not forecast to need more than was approved.

    While it is a forecast something can still be done about it.

    Fix: decide what to stop or to approve; the waiver of the rule is where that is written.
    """
    for value, over in setting.facts_of(portfolio).forecasts_over_budget:
        currency = portfolio.currency_of(value.line)
        yield Problem(
            value.at("forecast"),
            "forecast-over-budget",
            tell(
                "{stream} is forecast to need {amount} in {period}, {over} "
                "more than the {approved} approved",
                stream=value.stream.id,
                amount=Money(over.amount, currency),
                period=value.line.period,
                over=Money(over.over, currency),
                approved=Money(over.approved, currency),
            ),
            tell("decide what to stop, and forecast anew; or raise `approved:`"),
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
            currency = portfolio.currency_of(line)
            yield Problem(
                entry.at("forecast"),
                "forecast-below-actual",
                tell(
                    "{stream} has spent {actual} in {period}, but is forecast to need {forecast}",
                    stream=entry.stream.id,
                    actual=Money(line.actual, currency),
                    period=line.period,
                    forecast=Money(line.forecast, currency),
                ),
                tell("forecast anew: `forecast: {actual}` or more", actual=line.actual),
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
            tell(
                "{stream} has spent {booked} in {period}, as booked and as its epics say, but is "
                "forecast to need {forecast}",
                stream=entry.stream.id,
                booked=Money(booked, facts.currency),
                period=line.period,
                forecast=Money(forecast, facts.currency),
            ),
            tell("forecast anew: what is spent, and what is still to come"),
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
                tell(
                    "the epics of {stream} are forecast to need {left} more in {period} than "
                    "the stream itself",
                    stream=entry.stream.id,
                    left=Money(-left, facts.currency),
                    period=entry.line.period,
                ),
                tell("forecast the stream anew, with all its epics; or stop one of them"),
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
                tell(
                    "the epics of {stream} have spent {amount} more than its budgets say was spent",
                    stream=row.stream,
                    amount=Money(-beyond.amount, portfolio.policy.currency),
                ),
                tell(
                    "correct `actual:` in these budgets, or in the epics of {stream}",
                    stream=row.stream,
                ),
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
                Told(
                    plural(
                        "{stream} has no budget, but {funded} has approved money",
                        "{stream} has no budget, but {funded} have approved money",
                        len(funded),
                        stream=stream.id,
                        funded=some(funded),
                    )
                ),
                tell("add `budgets: [{{period: ..., approved: ...}}]`"),
            )
        spending = [epic.id for epic in epics if spent.get(epic.id)]
        first = first_budget(portfolio, stream) if spending else None
        if first is not None and first[0] > setting.as_of:
            day, index = first
            yield Problem(
                stream.at("budgets", index, "period"),
                "budget-missing",
                Told(
                    plural(
                        "the first budget of {stream}, {period}, begins on {day}, and {spending} "
                        "has spent money before it",
                        "the first budget of {stream}, {period}, begins on {day}, and {spending} "
                        "have spent money before it",
                        len(spending),
                        stream=stream.id,
                        period=str(stream.budgets[index].period),
                        day=day,
                        spending=some(spending),
                    )
                ),
                tell(
                    "correct the period, or add a budget for the one in which {as_of} lies",
                    as_of=setting.as_of,
                ),
            )


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
