"""The pages of value streams, teams and risks."""

from collections.abc import Iterator

from leanfolio.model import Epic, Feature, Risk, Team, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Table, Value, figure, headers
from leanfolio.views.derivation import place_of_entry
from leanfolio.views.figures import Figures
from leanfolio.views.items.page_parts import Parts
from leanfolio.views.items.work_tables import epic_rows, feature_rows, linked_item
from leanfolio.views.partial import NOT_SHOWN
from leanfolio.views.period_words import name_with_days
from leanfolio.views.ranking.within import within_table
from leanfolio.views.ref import ref
from leanfolio.views.risks import RiskRow, risk_row
from leanfolio.wording import Money, message, plural


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
            team_table(portfolio, portfolio.members_of(item.id, Team)),
        ),
    )


BUDGET = ("target", "approved", "forecast", "actual", "variance")
OF_EPICS = ("forecast", "actual", "variance")  # what holds money that its epics take


def stream_budgets(portfolio: Portfolio, item: ValueStream, figures: Figures) -> Table:
    """Return the budgets of a value stream with their variance."""
    rows: list[tuple[Value, ...]] = []
    instead: Value = NOT_SHOWN if portfolio.hides_money else Money(None, "")
    for index, budget in enumerate(item.budgets):
        currency = budget.currency or figures.currency
        approved, forecast = budget.approved, budget.forecast
        variance = approved - forecast if approved is not None and forecast is not None else None
        amounts = (budget.target, approved, forecast, budget.actual, variance)
        period = name_with_days(str(budget.period), portfolio.days_of(budget.period))
        shown = [
            instead if amount is None and name in OF_EPICS else Money(amount, currency)
            for name, amount in zip(BUDGET, amounts, strict=True)
        ]
        rows.append((period, *shown, place_of_entry(item, "budgets", index)))
    return Table(
        "Budgets",
        headers("Period", "Target#", "Approved#", "Forecast#", "Actual#", "Variance#", "Source"),
        tuple(rows),
        note=message(
            "Variance is approved less forecast: below zero, the forecast is over budget."
        ),
        anchor="budgets",
    )


def team_table(portfolio: Portfolio, teams: tuple[Team, ...]) -> Table:
    return Table(
        "Teams",
        headers("Team", "Lead", "Capacity#", "Features#"),
        tuple(
            (
                ref(team),
                team.lead or team.owner,
                figure(team.capacity),
                len(portfolio.members_of(team.id, Feature)),
            )
            for team in teams
        ),
        anchor="teams",
    )


def team(portfolio: Portfolio, item: Team, figures: Figures) -> Parts:
    facts = []
    if stream := linked_item(portfolio, item.value_stream):
        facts.append(Fact("Value stream", stream, field="value_stream"))
    if item.capacity is not None:
        facts.append(
            Fact("Capacity", figure(item.capacity), message("points an increment"), "capacity")
        )
    return Parts(
        facts=tuple(facts),
        tables=(feature_rows(portfolio.members_of(item.id, Feature), portfolio, but="Team"),),
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
