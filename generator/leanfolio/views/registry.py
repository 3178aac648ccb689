"""The one list of views. Pages, navigation, data files, `show`, `view:` and the editor read it.

To add a view is to add an entry here: what each field of an entry does stands at `View`. The order
is that of the navigation, of the data page and of every list of names.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from leanfolio.model.portfolio import Portfolio
from leanfolio.views import embedded, looking_back
from leanfolio.views.built import Built
from leanfolio.views.change.page import changes_page, has_change_story
from leanfolio.views.custom_pages import (
    funding_page,
    guardrails_page,
    home_page,
    other_funding_pages,
    vision_page,
)
from leanfolio.views.data_rows import (
    all_items,
    card_rows,
    flow_tables,
    funding_tables,
    key_result_rows,
)
from leanfolio.views.flow import FLOW_COLUMNS
from leanfolio.views.funding.pages import USUAL, addresses_of
from leanfolio.views.funding.scenarios import Scenarios
from leanfolio.views.health import health_view
from leanfolio.views.home import home_view
from leanfolio.views.increment_figures import increment_figures, increment_names
from leanfolio.views.lists import epic_list, increment_list, risk_list
from leanfolio.views.row_table import columns
from leanfolio.views.strategy import strategy_view
from leanfolio.views.text_lines import (
    RANKING_COLUMNS,
    board_lines,
    flow_lines,
    health_lines,
    okr_lines,
    ranking_lines,
    scenario_lines,
)
from leanfolio.views.trace import trace_view
from leanfolio.views.view import ByName, View
from leanfolio.wording import Text, message

WHY = message("Why")
WHAT = message("What")
WHEN = message("When")
MONEY = message("Money")
TRUST = message("Trust")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A line of the data page: what the files hold, and their paths from the root of the site."""

    title: Text
    json: str  # empty where there is none
    csv: str


@dataclass(frozen=True, slots=True)
class DataIndex:
    """Every data file of the site."""

    finding: Text
    summary: Text
    files: tuple[DataFile, ...]


def data_index(built: Built) -> DataIndex:
    """Every data file of the site, view by view."""
    return DataIndex(
        message("Every figure of this site, as data"),
        message("The same values as the pages show: take them on in a spreadsheet or a program."),
        tuple(line for view in data_views(built) for line in data_lines(view, built)),
    )


def data_lines(view: View, built: Built) -> Iterator[DataFile]:
    yield DataFile(view.title, f"data/{view.name}.json", f"data/{view.name}.csv")
    for table in view.csv_tables(view.make(built)) if view.csv_tables else ():
        yield DataFile(table.title, "", f"data/{table.name}.csv")


def one_scenario(built: Built, name: str) -> Scenarios | None:
    """The scenario of this name beside the present allocation; None where there is none."""
    whole = built.scenarios
    for scenario in whole.scenarios:
        if scenario.name == name:
            return Scenarios(whole.currency, str(scenario.finding), (scenario,))
    return None


def scenario_names(built: Built) -> tuple[str, ...]:
    return tuple(alternative.name for alternative in built.records.alternatives)


VIEWS: tuple[View, ...] = (
    View(
        "home",
        message("Home"),
        message("What changed, what is off, what needs a decision"),
        lambda built: home_view(built.portfolio, built.facts, built.figures),
        address="index.html",
        group="",
        template="home.html.jinja",
        variable="home",
        page=home_page,
        undated=looking_back.PLANS_AND_SCORES,
    ),
    View(
        "vision",
        message("Vision"),
        message("What the portfolio is for"),
        lambda built: built.portfolio.policy,
        address="vision.html",
        group=WHY,
        template="prose.html.jinja",
        page=vision_page,
        prose=lambda built: built.portfolio.policy,
    ),
    View(
        "strategy",
        message("Strategy"),
        message("From themes down to stories, with progress and money"),
        lambda built: strategy_view(built.portfolio, built.figures.okrs, built.as_of),
        address="strategy.html",
        group=WHY,
        template="strategy.html.jinja",
        variable="strategy",
        data=("okr", "trace"),
        item_types=("theme",),
        undated=looking_back.GOALS,
    ),
    View(
        "okr",
        message("Objectives"),
        message("Objectives and key results with their scores"),
        lambda built: built.figures.okrs,
        address="objectives.html",
        group=WHY,
        template="objectives.html.jinja",
        variable="okrs",
        item_types=("objective", "key-result"),
        rows=key_result_rows,
        lines=okr_lines,
        embed=embedded.okr_table,
        undated=looking_back.GOALS,
    ),
    View(
        "trace",
        message("Traceability"),
        message("What serves what, from themes down to epics"),
        lambda built: trace_view(built.portfolio),
        address="trace.html",
        group=WHY,
        template="trace.html.jinja",
        variable="trace",
        rows=lambda trace: trace.edges,
        columns=columns(("from", "from_"), "kind", "to"),
        embed=embedded.trace_table,
    ),
    View(
        "board",
        message("Board"),
        message("The portfolio kanban: one column per state"),
        lambda built: built.figures.board,
        address="board.html",
        group=WHAT,
        template="board.html.jinja",
        variable="board",
        rows=card_rows,
        lines=board_lines,
        embed=embedded.board_table,
        undated=looking_back.LIMITS,
    ),
    View(
        "health",
        message("Health"),
        message("How things go in the words of those who answer for them, beside the figures"),
        lambda built: health_view(
            built.figures.health.values(), partial=built.portfolio.partial
        ),
        address="health.html",
        group=WHAT,
        exists=lambda built: built.has_health,
        rows=lambda health: health.items,
        columns=columns(
            ("item", "ref"), ("health", "tag"), "note", "by", "on", ("age (days)", "age_days"),
            ("figures", "judgement"),
        ),
        lines=health_lines,
    ),
    View(
        "ranking",
        message("Ranking"),
        message("What goes first, why, and how sure that is"),
        lambda built: built.figures.ranking,
        address="ranking.html",
        group=WHAT,
        template="ranking.html.jinja",
        variable="ranking",
        rows=lambda ranking: ranking.items,
        columns=RANKING_COLUMNS,
        lines=ranking_lines,
        embed=embedded.ranking_table,
        uses_history=True,
        undated=looking_back.SCORES,
    ),
    View(
        "flow",
        message("Flow"),
        message("How long work takes, how much of it there is, and what is late"),
        lambda built: built.figures.flow,
        address="flow.html",
        group=WHAT,
        template="flow.html.jinja",
        variable="flow",
        rows=lambda flow: flow.scopes,
        columns=FLOW_COLUMNS,
        lines=flow_lines,
        csv_tables=flow_tables,
        uses_history=True,
    ),
    View(
        "epics",
        message("Epics"),
        message("All epics"),
        lambda built: epic_list(built.portfolio, built.figures),
        address="epics.html",
        group=WHAT,
        data=("items",),
        item_types=("epic",),
        embed=embedded.epics_table,
    ),
    View(
        "increments",
        message("Increments"),
        message("Planning increments: what was promised, what was delivered"),
        lambda built: increment_list(built.portfolio, built.figures),
        address="increments.html",
        group=WHEN,
        data=("items",),
        item_types=("increment",),
        undated=looking_back.INCREMENTS,
    ),
    View(
        "increment",
        message("Increment"),
        message("One increment: what was planned, what came of it, team by team"),
        lambda built: increment_list(built.portfolio, built.figures),
        rows=lambda figures: figures.teams,
        columns=columns(
            ("team", "id"), "planned", "actual", ("predictability %", "predictability")
        ),
        embed=embedded.increment_table,
        by_name=ByName(
            "ID", increment_names, increment_figures, "write one in content/increments/"
        ),
        undated=looking_back.INCREMENTS,
        uses_history=True,
    ),
    View(
        "risks",
        message("Risks"),
        message("What may go wrong, and who does what about it"),
        lambda built: risk_list(built.portfolio, built.as_of),
        address="risks.html",
        group=WHEN,
        data=("items",),
        item_types=("risk",),
    ),
    View(
        "changes",
        message("Changes"),
        message("What changed since the last increment"),
        changes_page,
        address="changes.html",
        group=WHEN,
        exists=has_change_story,
        template="changes.html.jinja",
        variable="changes",
    ),
    View(
        "funding",
        message("Funding"),
        message("Who gets what, against plan"),
        lambda built: built.figures.funding,
        address=USUAL,
        group=MONEY,
        template="funding.html.jinja",
        variable="funding",
        item_types=("value-stream",),
        page=funding_page,
        more_pages=other_funding_pages,
        more_addresses=addresses_of,
        rows=lambda funding: funding.rows,
        columns=columns(
            "level", "id", "period", "target", "approved", "committed", "forecast", "actual",
            "remaining", "variance",
        ),
        csv_tables=funding_tables,
        embed=embedded.funding_table,
        undated=looking_back.MONEY,
    ),
    View(
        "guardrails",
        message("Guardrails"),
        message("Whether the rules for money held"),
        lambda built: built.figures.funding,
        address="guardrails.html",
        group=MONEY,
        template="guardrails.html.jinja",
        variable="funding",
        data=("funding",),
        page=guardrails_page,
        undated=looking_back.MONEY,
    ),
    View(
        "scenarios",
        message("Scenarios"),
        message("Other ways to share the money, side by side"),
        lambda built: built.scenarios,
        address="scenarios.html",
        group=MONEY,
        exists=lambda built: bool(built.records.alternatives),
        template="scenarios.html.jinja",
        variable="view",
        summary=message(
            "Each is written as changes to the present allocation, and stands beside it."
        ),
        rows=lambda scenarios: scenarios.rows,
        columns=columns(
            "scenario", "level", "id", "period", "column", "now", "then", "change"
        ),
        undated=looking_back.MONEY,
    ),
    View(
        "scenario",
        message("Scenario"),
        message("One scenario beside the present allocation"),
        lambda built: built.scenarios,
        rows=lambda scenarios: scenarios.rows,
        lines=scenario_lines,
        by_name=ByName(
            "NAME", scenario_names, one_scenario, "write one in content/scenarios/",
            or_revision=True,
        ),
        undated=looking_back.MONEY,
    ),
    View(
        "ballots",
        message("Ballots"),
        message("Participatory budgeting: the ballots and what came of them"),
        lambda built: built.ballots,
        address="ballots.html",
        group=MONEY,
        exists=lambda built: bool(built.records.rounds),
        template="ballots.html.jinja",
        variable="view",
        summary=message("What each group would give, and what was then approved."),
        rows=lambda ballots: ballots.rows,
        columns=columns(
            "round", "id", "title", "groups", "mean", ("spread", "deviation"), "lowest", "highest",
            ("approved", "funded"), "difference",
        ),
    ),
    View(
        "problems",
        message("Problems"),
        message("Every rule that the content breaks"),
        lambda built: built.figures.problems,
        address="problems.html",
        group=TRUST,
        template="problems.html.jinja",
        variable="problems",
        rows=lambda problems: problems.problems,
        columns=columns("file", "line", "severity", "rule", "message"),
        embed=embedded.problems_table,
    ),
    View(
        "items",
        message("Items"),
        message("Every item: what it is, and where its page is"),
        all_items,
        rows=lambda items: items.items,
        columns=columns("id", "type", "title", "state", "owner"),
    ),
    View(
        "data",
        message("Data"),
        message("The figures of this site as JSON and CSV"),
        data_index,
        address="data.html",
        group=TRUST,
        template="data.html.jinja",
        variable="index",
    ),
)  # fmt: skip


def find(name: str) -> View | None:
    """The view of this name; None where there is none."""
    return next((view for view in VIEWS if view.name == name), None)


def page_views(built: Built) -> tuple[View, ...]:
    """The views that have a page in this portfolio."""
    return tuple(view for view in VIEWS if view.address and view.exists(built))


def data_views(built: Built) -> tuple[View, ...]:
    """The views of which the site of this portfolio has data files."""
    return tuple(view for view in VIEWS if view.published and view.exists(built))


def terminal_views() -> tuple[View, ...]:
    """The views that `show` prints."""
    return tuple(view for view in VIEWS if view.rows is not None)


def embeddable_views() -> tuple[View, ...]:
    """The views that prose may hold, as `view: NAME`."""
    return tuple(view for view in VIEWS if view.embeddable)


def embeddable_names() -> tuple[str, ...]:
    """The names that may stand after `view:`."""
    return tuple(view.name for view in embeddable_views())


def view_addresses(portfolio: Portfolio) -> dict[str, str]:
    """The address of each page of a view, from the root of the site, with the view's name."""
    further = (
        (address, view.name)
        for view in VIEWS
        if view.more_addresses
        for address in view.more_addresses(portfolio)
    )
    return {view.address: view.name for view in VIEWS if view.address} | dict(further)


def entry_of(item_type: str) -> str | None:
    """The view under whose entry of the navigation the page of such an item lies."""
    return next((view.name for view in VIEWS if item_type in view.item_types), None)
