"""The pages of value streams, teams, increments and risks."""

from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.flow.predictability import predictability
from leanfolio.figures.funding.engagement import IN_WORDS
from leanfolio.model import Epic, Feature, Increment, Risk, Team, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import (
    Fact,
    Sentence,
    Table,
    Tag,
    Text,
    Value,
    figure,
    headers,
    in_percent,
    sentence,
    with_figures,
)
from leanfolio.views.figures import Figures
from leanfolio.views.items.page_parts import Parts
from leanfolio.views.items.work_tables import epic_rows, feature_rows
from leanfolio.views.phrase import count, plain, words
from leanfolio.views.ranking.within import within_table
from leanfolio.views.ref import ref
from leanfolio.wording import Money


def value_stream(portfolio: Portfolio, item: ValueStream, figures: Figures) -> Parts:
    """What a value stream's page shows beside its prose."""
    epics = portfolio.members_of(item.id, Epic)
    active = sum(1 for epic in epics if portfolio.category_of(epic) == "active")
    rows: list[tuple[Value, ...]] = []
    for budget in item.budgets:
        currency = budget.currency or figures.currency
        approved, forecast = budget.approved, budget.forecast
        variance = approved - forecast if approved is not None and forecast is not None else None
        rows.append(
            (
                str(budget.period),
                Money(budget.target, currency),
                Money(approved, currency),
                Money(forecast, currency),
                Money(budget.actual, currency),
                Money(variance, currency),
            )
        )
    return Parts(
        finding=f"{item.title}: {count(len(epics), 'epic')}, {words(active)} in work",
        tables=(
            Table(
                "Budgets",
                headers("Period", "Target#", "Approved#", "Forecast#", "Actual#", "Variance#"),
                tuple(rows),
                note="Variance is approved less forecast: below zero, the forecast is over budget.",
                anchor="budgets",
            ),
            within_table(portfolio, "Epic", epics, figures.as_of),
            epic_rows("Epics", epics, portfolio, figures),
            team_table(portfolio, portfolio.members_of(item.id, Team)),
        ),
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
    if item.value_stream and item.value_stream in portfolio:
        facts.append(Fact("Value stream", ref(portfolio[item.value_stream])))
    if item.capacity is not None:
        facts.append(Fact("Capacity", figure(item.capacity), "points an increment"))
    return Parts(
        facts=tuple(facts),
        tables=(
            feature_rows("Features", portfolio.members_of(item.id, Feature), portfolio, but="Team"),
        ),
    )


def increment(portfolio: Portfolio, item: Increment, figures: Figures) -> Parts:
    """What an increment's page shows beside its prose."""
    pooled = predictability(item.objectives)
    as_of = figures.as_of
    days = item.days
    running = days is not None and days.first <= as_of <= days.last
    facts = [
        Fact("Starts", item.start) if item.start else None,
        Fact("Ends", item.end) if item.end else None,
        Fact("Today", f"day {days.elapsed(as_of)} of {days.length}") if days and running else None,
        Fact(
            "Delivered so far" if running else "Predictability",
            in_percent(pooled, 1),
            predictability_words(item),
        )
        if pooled is not None
        else None,
    ]
    finding: Text = item.title
    if pooled is not None and days and as_of > days.last:
        finding = sentence(
            "{}: {} of the planned value was delivered", item.title, in_percent(pooled, 1)
        )
    elif running and days:
        finding = f"{item.title}: day {days.elapsed(as_of)} of {days.length}"
    features = portfolio.members_of(item.id, Feature)
    return Parts(
        finding=finding,
        facts=tuple(fact for fact in facts if fact),
        tables=(
            objective_table(portfolio, item),
            team_predictability(portfolio, item, over=days is None or as_of > days.last),
            within_table(portfolio, "Feature", features, figures.as_of),
            feature_rows("Features", features, portfolio, but="Increment"),
            Table(
                "Iterations",
                headers("Iteration", "Starts", "Ends"),
                tuple(
                    (iteration.name, iteration.start, iteration.end)
                    for iteration in item.iterations
                ),
                anchor="iterations",
            ),
            Table(
                "Business owners",
                headers("Moment", "On", "By", "Note"),
                tuple(
                    (IN_WORDS[each.when], each.on, each.by, each.note)
                    for each in sorted(item.engagement, key=lambda one: one.on)
                ),
                anchor="engagement",
            ),
        ),
    )


def predictability_words(item: Increment) -> Sentence:
    """The actual value of all objectives over the planned value of the committed, as sums."""
    planned = [
        objective.planned_value
        for objective in item.objectives
        if objective.commitment == "committed" and objective.planned_value is not None
    ]
    actual = [
        objective.actual_value
        for objective in item.objectives
        if objective.actual_value is not None
    ]
    sums = [f"({' + '.join(map(plain, each))})" for each in (actual, planned)]
    totals = [plain(sum(each, Decimal(0))) for each in (actual, planned)]
    return with_figures(f"{' / '.join(sums)} = {' / '.join(totals)}")


def objective_table(portfolio: Portfolio, item: Increment) -> Table:
    return Table(
        "Increment objectives",
        headers("Objective", "Team", "Commitment", "Planned value#", "Actual value#"),
        tuple(
            (
                objective.title,
                ref(portfolio[objective.team])
                if objective.team and objective.team in portfolio
                else objective.team,
                objective.commitment,
                figure(objective.planned_value),
                figure(objective.actual_value),
            )
            for objective in item.objectives
        ),
        anchor="objectives",
    )


def team_predictability(portfolio: Portfolio, item: Increment, *, over: bool) -> Table:
    """What each team delivered of what it planned; a verdict only once the increment is over."""
    teams = dict.fromkeys(objective.team for objective in item.objectives if objective.team)
    shares = {
        id: predictability(
            tuple(objective for objective in item.objectives if objective.team == id)
        )
        for id in teams
    }
    rows: list[tuple[Value, ...]] = []
    if any(share is not None for share in shares.values()):
        for id, share in shares.items():
            named: Value = ref(portfolio[id]) if id in portfolio else id
            said: Value = in_percent(share, 1) if share is not None else "none reported"
            rows.append((named, said, *([verdict(share)] if over else [])))
    return Table(
        "Predictability per team" if over else "Delivered so far per team",
        headers("Team", "Actual over planned#", *(["Band"] if over else [])),
        tuple(rows),
        anchor="predictability",
    )


def verdict(share: Fraction | None) -> Tag:
    if share is None:
        return Tag("plain", "not known")
    healthy = Fraction(4, 5) <= share <= 1
    return Tag("good", "healthy") if healthy else Tag("warn", "outside 80 to 100 %")


def risk(portfolio: Portfolio, item: Risk, figures: Figures) -> Parts:
    affected = tuple(ref(portfolio[id]) for id in item.affects if id in portfolio)
    open_risk = item.status in ("owned", "mitigated")
    late = open_risk and item.due is not None and item.due < figures.as_of
    facts = [
        Fact("Action", item.action) if item.action else None,
        Fact("Due", item.due) if item.due else None,
        Fact("Raised", item.date) if item.date else None,
        Fact("Affects", affected) if affected else None,
    ]
    tags = [Tag("good" if item.status == "resolved" else "plain", item.status or "no status")]
    if late:
        tags.append(Tag("bad", "overdue"))
    return Parts(tags=tuple(tags), facts=tuple(fact for fact in facts if fact))
