"""The pages of value streams, teams, increments and risks."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from leanfolio.figures.flow.predictability import Delivery, delivery
from leanfolio.figures.funding.engagement import IN_WORDS
from leanfolio.model import Epic, Feature, Increment, IncrementObjective, Risk, Team, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Table, Tag, Value, headers
from leanfolio.views.figures import Figures
from leanfolio.views.forecast_record import record_table
from leanfolio.views.items.against_plan import plan_facts, plan_table
from leanfolio.views.items.delivered import delivery_words, gap, share_or_gap
from leanfolio.views.items.page_parts import Parts, figure
from leanfolio.views.items.work_tables import epic_rows, feature_rows, late_rows, linked_item
from leanfolio.views.period_words import name_with_days
from leanfolio.views.ranking.within import within_table
from leanfolio.views.ref import ref
from leanfolio.views.risks import RiskRow, risk_row
from leanfolio.wording import Message, Money, Percent, Text, message, plural


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


def stream_budgets(portfolio: Portfolio, item: ValueStream, figures: Figures) -> Table:
    """Return the budgets of a value stream with their variance."""
    rows: list[tuple[Value, ...]] = []
    for budget in item.budgets:
        currency = budget.currency or figures.currency
        approved, forecast = budget.approved, budget.forecast
        variance = approved - forecast if approved is not None and forecast is not None else None
        amounts = (budget.target, approved, forecast, budget.actual, variance)
        period = name_with_days(str(budget.period), portfolio.days_of(budget.period))
        rows.append((period, *(Money(amount, currency) for amount in amounts)))
    return Table(
        "Budgets",
        headers("Period", "Target#", "Approved#", "Forecast#", "Actual#", "Variance#"),
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
        facts.append(Fact("Value stream", stream))
    if item.capacity is not None:
        facts.append(Fact("Capacity", figure(item.capacity), message("points an increment")))
    return Parts(
        facts=tuple(facts),
        tables=(feature_rows(portfolio.members_of(item.id, Feature), portfolio, but="Team"),),
    )


def increment(portfolio: Portfolio, item: Increment, figures: Figures) -> Parts:
    """Return what an increment's page shows beside its prose."""
    features = portfolio.members_of(item.id, Feature)
    compared = figures.plans.get(item.id)
    facts = [*increment_facts(item, figures.as_of)]
    if compared is not None:
        facts += plan_facts(compared, item.id)
    return Parts(
        finding=increment_finding(item, figures.as_of),
        facts=tuple(facts),
        tables=(
            objective_table(portfolio, item),
            *((plan_table(portfolio, compared),) if compared is not None else ()),
            team_predictability(portfolio, item, over=is_over(item, figures.as_of)),
            within_table(portfolio, "Feature", features, figures.as_of),
            late_rows(
                [entry for entry in figures.late if entry.increment == item.id],
                portfolio,
                but="Increment",
            ),
            feature_rows(features, portfolio, but="Increment"),
            record_table(figures.forecast_records.get(item.id), portfolio),
            Table(
                "Iterations",
                headers("Iteration", "Starts", "Ends"),
                tuple((entry.name, entry.start, entry.end) for entry in item.iterations),
                anchor="iterations",
            ),
            Table(
                "Business owners",
                headers("Moment", "On", "By", "Note"),
                tuple(
                    (IN_WORDS[entry.when], entry.on, entry.by, entry.note)
                    for entry in sorted(item.engagement, key=lambda one: one.on)
                ),
                anchor="engagement",
            ),
        ),
    )


def is_over(item: Increment, as_of: date) -> bool:
    """Return whether an increment is over; one without days is, as nothing says that it runs."""
    return item.days is None or as_of > item.days.last


def day_of_days(item: Increment, as_of: date) -> Message | None:
    """Return which day of an increment it is; None where it does not run."""
    if item.days is None or not item.days.first <= as_of <= item.days.last:
        return None
    return message("day {day} of {length}", day=item.days.elapsed(as_of), length=item.days.length)


def increment_finding(item: Increment, as_of: date) -> Text:
    """Return what an increment delivered, once it is over; until then, which day it is."""
    if day := day_of_days(item, as_of):
        return message("{title}: {day}", title=item.title, day=day)
    values = delivery(item.objectives)
    if item.days is None or not is_over(item, as_of) or not item.objectives:
        return item.title
    if values.predictability is not None:
        share = Percent(values.predictability, 1)
        return message(
            "{title}: {share} of the planned value was delivered", title=item.title, share=share
        )
    missing = gap(values, over=True)
    if missing is None:
        return item.title
    return message(
        "{title}: how much of the planned value was delivered is not stated, as {gap}",
        title=item.title,
        gap=missing,
    )


def increment_facts(item: Increment, as_of: date) -> Iterator[Fact]:
    """Yield an increment in short: its days, and what it delivered of what it planned."""
    if item.start:
        yield Fact("Starts", item.start)
    if item.end:
        yield Fact("Ends", item.end)
    day = day_of_days(item, as_of)
    if day:
        yield Fact("Today", day)
    values, over = delivery(item.objectives), is_over(item, as_of)
    if values.actual:
        share = values.predictability if over else values.so_far
        yield Fact(
            "Delivered so far" if day else "Predictability",
            Tag("plain", message("not stated")) if share is None else Percent(share, 1),
            delivery_words(values, over=over),
        )


def objective_table(portfolio: Portfolio, item: Increment) -> Table:
    """Return what each team promised, and what that was worth in the end."""

    def row(objective: IncrementObjective) -> tuple[Value, ...]:
        planned, actual = objective.planned_value, objective.actual_value
        return (
            objective.title,
            linked_item(portfolio, objective.team) or objective.team,
            objective.commitment,
            figure(planned),
            figure(actual),
        )

    return Table(
        "Increment objectives",
        headers("Objective", "Team", "Commitment", "Planned value#", "Actual value#"),
        tuple(map(row, item.objectives)),
        anchor="objectives",
    )


def team_predictability(portfolio: Portfolio, item: Increment, *, over: bool) -> Table:
    """Return what each team delivered of what it planned; judged once the increment is over."""
    teams = {
        id: delivery(entry for entry in item.objectives if entry.team == id)
        for id in dict.fromkeys(entry.team for entry in item.objectives if entry.team)
    }
    rows: list[tuple[Value, ...]] = []
    if any(values.actual for values in teams.values()):
        for id, values in teams.items():
            share = values.predictability if over else values.so_far
            rows.append(
                (
                    linked_item(portfolio, id) or id,
                    team_share(values, over=over),
                    *((verdict(share),) if over else ()),
                )
            )
    return Table(
        "Predictability per team" if over else "Delivered so far per team",
        headers("Team", "Actual over planned#", *(("Band",) if over else ())),
        tuple(rows),
        anchor="predictability",
    )


def team_share(values: Delivery, *, over: bool) -> Value:
    """Return what a team delivered; where that is not known, why."""
    if not values.actual:
        return message("none reported")
    share = values.predictability if over else values.so_far
    return Percent(share, 1) if share is not None else share_or_gap(values, over=over)


def verdict(share: Fraction | None) -> Tag:
    if share is None:
        return Tag("plain", message("not known"))
    if Fraction(4, 5) <= share <= 1:
        return Tag("good", message("healthy"))
    return Tag("warn", message("outside 80 to 100 %"))


def risk(portfolio: Portfolio, item: Risk, figures: Figures) -> Parts:
    """Return what a risk's page shows beside its prose."""
    row = risk_row(portfolio, item, figures.as_of)
    return Parts(tags=(row.tag,), facts=tuple(risk_facts(row)))


def risk_facts(row: RiskRow) -> Iterator[Fact]:
    yield Fact("Exposure", row.exposure_words)
    if row.action:
        yield Fact("Action", row.action)
    if row.due:
        yield Fact("Due", row.due, row.time_left or "")
    if row.acceptance_words is not None:
        yield Fact("Accepted", row.acceptance_words, row.acceptance_note or "")
    if row.raised:
        yield Fact("Raised", row.raised)
    if row.affects:
        yield Fact("Affects", row.affects)
