"""The pages of value streams, teams and risks."""

from collections.abc import Iterable, Iterator
from datetime import date
from operator import itemgetter

from leanfolio.model import Epic, Feature, Risk, Team, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Derived, Fact, SourceLine, Table, Value, figure, headers
from leanfolio.views.derivation import derivation, place_of
from leanfolio.views.figures import Figures
from leanfolio.views.increments.tables import load_cells
from leanfolio.views.increments.teams import (
    TeamIncrement,
    delivery_cells,
    team_finding,
    team_history,
)
from leanfolio.views.items.page_parts import Parts
from leanfolio.views.items.work_tables import epic_rows, feature_rows, linked_item
from leanfolio.views.partial import NOT_SHOWN
from leanfolio.views.period_words import name_with_days
from leanfolio.views.ranking.within import within_table
from leanfolio.views.ref import Ref, ref
from leanfolio.views.risks import RiskRow, risk_row
from leanfolio.wording import Message, Money, formula, joined, message, plural


def value_stream(portfolio: Portfolio, item: ValueStream, figures: Figures) -> Parts:
    """Return what a value stream's page shows beside its prose."""
    epics = portfolio.members_of(item.id, Epic)
    active = sum(1 for epic in epics if portfolio.category_of(epic) == "active")
    return Parts(
        finding=message(
            "{title}: {epics}, {active:pronoun} in work",
            title=item.title,
            epics=plural("{n:spelled} epic", "{n:spelled} epics", len(epics)),
            active=active,
        ),
        tables=(
            stream_budgets(portfolio, item, figures),
            within_table(portfolio, "Epic", epics, figures.as_of),
            epic_rows("Epics", epics, portfolio, figures),
            team_table(portfolio, portfolio.members_of(item.id, Team), figures),
        ),
    )


BUDGET = ("target", "approved", "forecast", "actual", "variance")
OF_EPICS = ("forecast", "actual", "variance")  # what holds money that its epics take


def stream_budgets(portfolio: Portfolio, item: ValueStream, figures: Figures) -> Table:
    """Return the budgets of a value stream with their variance."""
    rows: list[tuple[Value, ...]] = []
    instead: Value = NOT_SHOWN if portfolio.hides_money else Money(None, "")
    for number, budget in enumerate(item.budgets):
        currency = budget.currency or figures.currency
        approved, forecast = budget.approved, budget.forecast
        variance = approved - forecast if approved is not None and forecast is not None else None
        stated = place_of(item, "budgets", number)
        amounts = (budget.target, approved, forecast, budget.actual, variance)
        period = name_with_days(str(budget.period), portfolio.days_of(budget.period))
        shown = [
            instead if amount is None and name in OF_EPICS else Money(amount, currency)
            for name, amount in zip(BUDGET, amounts, strict=True)
        ]
        if approved is not None and forecast is not None and variance is not None:
            shown[-1] = Derived(
                Money(variance, currency),
                derivation(
                    formula(
                        Money(approved, currency), " − ", Money(forecast, currency), " = ",
                        Money(variance, currency),
                    ),
                    [SourceLine(ref(item), str(budget.period), stated)],
                ),
            )  # fmt: skip
        rows.append((period, *shown, stated))
    return Table(
        "Budgets",
        headers("Period", "Target#", "Approved#", "Forecast#", "Actual#", "Variance#", "Source"),
        tuple(rows),
        note=message(
            "Variance is approved less forecast: below zero, the forecast is over budget."
        ),
        anchor="budgets",
    )


def team_table(portfolio: Portfolio, teams: tuple[Team, ...], figures: Figures) -> Table:
    """Return the teams of a value stream: what they take on now, and what they delivered last."""
    last = last_over(figures.teams.get(team.id, ()) for team in teams)
    table = Table(
        "Teams",
        headers(
            "Team", "Lead", "Features#", "Load now#", "Capacity#", "Fits", "Over capacity in",
            "Delivered last time#",
        ),
        tuple(team_row(portfolio, team, figures, last) for team in teams),
        note=joined(team_notes(last), " "),
        anchor="teams",
    )  # fmt: skip
    over = any(row[-2] is not None for row in table.rows)
    return table if over else table.without("Over capacity in")


def team_notes(last: Ref | None) -> Iterator[Message]:
    """Yield what the columns of a value stream's teams are of."""
    yield message("Load now is that of the increment that runs.")
    if last:
        yield message(
            "Delivered last time is the actual over the planned business value in {increment}.",
            increment=last.title,
        )


def last_over(histories: Iterable[Iterable[TeamIncrement]]) -> Ref | None:
    """Return the newest increment that is over, of those that some teams had objectives in."""
    over = [
        (row.first or date.min, row.increment.id, row.increment)
        for rows in histories
        for row in rows
        if row.over and (row.values.planned or row.values.unplanned)
    ]
    return max(over, key=itemgetter(0, 1))[2] if over else None


def team_row(
    portfolio: Portfolio, team: Team, figures: Figures, last: Ref | None
) -> tuple[Value, ...]:
    rows = figures.teams.get(team.id, ())
    running = next((row for row in rows if row.runs and row.load), None)
    now = running.load if running else None
    before = next((row for row in rows if row.increment == last), None)
    points, capacity, fits = load_cells(now) if now else (None, figure(team.capacity), None)
    return (
        ref(team),
        team.lead or team.owner,
        len(portfolio.members_of(team.id, Feature)),
        points,
        capacity,
        fits,
        running.too_full if running else None,
        delivery_cells(before)[0] if before else None,
    )


def team(portfolio: Portfolio, item: Team, figures: Figures) -> Parts:
    facts = []
    if stream := linked_item(portfolio, item.value_stream):
        facts.append(Fact("Value stream", stream, field="value_stream"))
    if item.capacity is not None:
        facts.append(
            Fact("Capacity", figure(item.capacity), message("points an increment"), "capacity")
        )
    rows = figures.teams.get(item.id, ())
    return Parts(
        finding=team_finding(item.title, rows, partial=portfolio.partial),
        facts=tuple(facts),
        tables=(
            team_history(rows),
            feature_rows(portfolio.members_of(item.id, Feature), portfolio, but="Team"),
        ),
    )


def risk(portfolio: Portfolio, item: Risk, figures: Figures) -> Parts:
    """Return what a risk's page shows beside its prose."""
    row = risk_row(portfolio, item, figures.as_of)
    return Parts(tags=(row.tag,), facts=tuple(risk_facts(row)))


def risk_facts(row: RiskRow) -> Iterator[Fact]:
    yield Fact("Exposure", row.exposure_words, field="probability")
    if row.action:
        yield Fact("Action", row.action, field="action")
    if row.due:
        yield Fact("Due", row.due, row.time_left or "", "due")
    if row.acceptance_words is not None:
        yield Fact("Accepted", row.acceptance_words, row.acceptance_note or "", "acceptance")
    if row.raised:
        yield Fact("Raised", row.raised, field="date")
    if row.affects:
        yield Fact("Affects", row.affects, field="affects")
