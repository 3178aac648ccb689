"""Views of the group "Money": entries of the registry, in the order of the navigation."""

from leanfolio.views import embedded, looking_back
from leanfolio.views.built import Built
from leanfolio.views.custom_pages import funding_page, guardrails_page, other_funding_pages
from leanfolio.views.data_rows import funding_tables
from leanfolio.views.funding.ballots import BallotLine
from leanfolio.views.funding.pages import USUAL, addresses_of
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.funding.scenarios import ScenarioRow, Scenarios
from leanfolio.views.row_table import columns
from leanfolio.views.text_lines import FUNDING_COLUMNS, funding_lines, scenario_lines
from leanfolio.views.view import ByName, View
from leanfolio.wording import message

GROUP = message("Money")


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
        "funding",
        message("Funding"),
        message("Who gets what, against plan"),
        lambda built: built.figures.funding,
        address=USUAL,
        group=GROUP,
        template="funding.html.jinja",
        variable="funding",
        item_types=("value-stream",),
        page=funding_page,
        more_pages=other_funding_pages,
        more_addresses=addresses_of,
        rows=lambda funding: funding.rows,
        row_type=FundingRow,
        columns=FUNDING_COLUMNS,
        lines=funding_lines,
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
        group=GROUP,
        template="guardrails.html.jinja",
        variable="funding",
        data=("funding.json", "guardrails.csv"),
        page=guardrails_page,
        undated=looking_back.MONEY,
    ),
    View(
        "scenarios",
        message("Scenarios"),
        message("Other ways to share the money, side by side"),
        lambda built: built.scenarios,
        address="scenarios.html",
        group=GROUP,
        exists=lambda built: bool(built.records.alternatives),
        template="scenarios.html.jinja",
        variable="view",
        summary=message(
            "Each is written as changes to the present allocation, and stands beside it."
        ),
        rows=lambda scenarios: scenarios.rows,
        row_type=ScenarioRow,
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
        row_type=ScenarioRow,
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
        group=GROUP,
        exists=lambda built: bool(built.records.rounds),
        template="ballots.html.jinja",
        variable="view",
        summary=message("What each group would give, and what was then approved."),
        rows=lambda ballots: ballots.rows,
        row_type=BallotLine,
        columns=columns(
            "round", "id", "title", "groups", "mean", ("spread", "deviation"), "lowest", "highest",
            ("approved", "funded"), "difference",
        ),
    ),
)  # fmt: skip
