"""Views of the group "When": entries of the registry, in the order of the navigation."""

from leanfolio.views import embedded, looking_back
from leanfolio.views.change.page import changes_page, has_change_story
from leanfolio.views.increment_figures import increment_figures, increment_names
from leanfolio.views.increment_rows import (
    INCREMENT_COLUMNS,
    TEAM_COLUMNS,
    all_increment_tables,
    increment_lines,
    increment_tables,
    increments_page,
)
from leanfolio.views.lists import increment_list, risk_list
from leanfolio.views.view import ByName, View
from leanfolio.wording import message

GROUP = message("When")

VIEWS: tuple[View, ...] = (
    View(
        "increments",
        message("Increments"),
        message("Planning increments: what was promised, what was delivered"),
        increments_page,
        address="increments.html",
        group=GROUP,
        data=("increments", "items"),
        item_types=("increment",),
        rows=lambda page: page.rows,
        columns=INCREMENT_COLUMNS,
        csv_tables=all_increment_tables,
        uses_history=True,
        undated=looking_back.INCREMENTS,
    ),
    View(
        "increment",
        message("Increment"),
        message("One increment: what was planned, what came of it, team by team"),
        lambda built: increment_list(built.portfolio, built.figures),
        rows=lambda figures: figures.teams,
        columns=TEAM_COLUMNS,
        lines=increment_lines,
        csv_tables=increment_tables,
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
        group=GROUP,
        data=("items",),
        item_types=("risk",),
    ),
    View(
        "changes",
        message("Changes"),
        message("What changed since the last increment"),
        changes_page,
        address="changes.html",
        group=GROUP,
        exists=has_change_story,
        template="changes.html.jinja",
        variable="changes",
    ),
)  # fmt: skip
