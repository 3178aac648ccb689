"""Views of the group "When": entries of the registry, in the order of the navigation."""

from leanfolio.views import embedded, looking_back
from leanfolio.views.custom_pages import risks_page
from leanfolio.views.data_rows import risk_tables
from leanfolio.views.increment_figures import TeamFigures, increment_figures, increment_names
from leanfolio.views.increment_rows import (
    INCREMENT_COLUMNS,
    TEAM_COLUMNS,
    IncrementRow,
    all_increment_tables,
    increment_lines,
    increment_tables,
    increments_page,
)
from leanfolio.views.lists import increment_list
from leanfolio.views.risks import RiskRow, risk_register
from leanfolio.views.roadmap_pages import (
    ADDRESS,
    roadmap_page,
    roadmap_view,
    stream_addresses,
    stream_pages,
)
from leanfolio.views.roadmap_rows import RoadmapRow
from leanfolio.views.row_table import columns
from leanfolio.views.text_lines import risk_lines
from leanfolio.views.trends import TrendRow
from leanfolio.views.view import ByName, View
from leanfolio.wording import message

GROUP = message("When")

VIEWS: tuple[View, ...] = (
    View(
        "roadmap",
        message("Roadmap"),
        message("What is planned in which increment, and how sure that is"),
        roadmap_view,
        address=ADDRESS,
        group=GROUP,
        template="roadmap.html.jinja",
        variable="roadmap",
        page=roadmap_page,
        more_pages=stream_pages,
        more_addresses=stream_addresses,
        rows=lambda roadmap: roadmap.rows,
        row_type=RoadmapRow,
        columns=columns(
            "id", "planned", "state", ("planned first", "before"), ("waits for", "needed"),
            "forecast",
        ),
        uses_history=True,
        undated=looking_back.INCREMENTS,
    ),
    View(
        "increments",
        message("Increments"),
        message("Planning increments: what was promised, what was delivered"),
        increments_page,
        address="increments.html",
        group=GROUP,
        data=("increments", "items", "trends"),
        item_types=("increment",),
        rows=lambda page: page.rows,
        row_type=IncrementRow,
        columns=INCREMENT_COLUMNS,
        csv_tables=all_increment_tables,
        uses_history=True,
        undated=looking_back.INCREMENTS,
    ),
    View(
        "trends",
        message("Trends"),
        message("Headline figures at the end of the last increments, and today"),
        lambda built: built.figures.trends,
        rows=lambda trends: trends.rows,
        row_type=TrendRow,
        columns=columns(
            "increment", "on", "score", "reported", ("of", "key_results"), "in_work", "waiting",
            "finished", "features_done", "features", "predictability",
        ),
        uses_history=True,
    ),
    View(
        "increment",
        message("Increment"),
        message("One increment: what was planned, what came of it, team by team"),
        lambda built: increment_list(built.portfolio, built.figures),
        rows=lambda figures: figures.teams,
        row_type=TeamFigures,
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
        lambda built: risk_register(built.portfolio, built.as_of),
        address="risks.html",
        group=GROUP,
        template="risks.html.jinja",
        variable="register",
        item_types=("risk",),
        page=risks_page,
        rows=lambda register: register.risks,
        row_type=RiskRow,
        columns=columns(
            ("risk", "ref"), ("status", "tag"), ("exposure", "exposure_words"), "owner", "due",
            ("time left", "time_left"), "action", "affects", ("accepted", "acceptance_words"),
        ),
        lines=risk_lines,
        csv_tables=risk_tables,
        undated=looking_back.RISKS,
    ),
)  # fmt: skip
