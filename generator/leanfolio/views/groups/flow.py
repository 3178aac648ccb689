"""Views of the group "Flow": entries of the registry, in the order of the navigation."""

from leanfolio.views.data_rows import flow_tables
from leanfolio.views.flow import FLOW_COLUMNS
from leanfolio.views.flow.rows import ScopeRow
from leanfolio.views.health import HealthRow, health_view
from leanfolio.views.row_table import columns
from leanfolio.views.text_lines import flow_lines, health_lines
from leanfolio.views.view import View
from leanfolio.wording import message

GROUP = message("Flow")

VIEWS: tuple[View, ...] = (
    View(
        "flow",
        message("Flow"),
        message("How long work takes, how much of it there is, and what is late"),
        lambda built: built.figures.flow,
        address="flow.html",
        group=GROUP,
        template="flow.html.jinja",
        variable="flow",
        rows=lambda flow: flow.scopes,
        row_type=ScopeRow,
        columns=FLOW_COLUMNS,
        lines=flow_lines,
        csv_tables=flow_tables,
        uses_history=True,
    ),
    View(
        "health",
        message("Health"),
        message("How things go in the words of those who answer for them, beside the figures"),
        lambda built: health_view(
            built.figures.health.values(), partial=built.portfolio.partial
        ),
        address="health.html",
        group=GROUP,
        exists=lambda built: built.has_health,
        rows=lambda health: health.items,
        row_type=HealthRow,
        columns=columns(
            ("item", "ref"), ("health", "tag"), "note", "by", "on", ("age (days)", "age_days"),
            ("figures", "judgement"),
        ),
        lines=health_lines,
    ),
)  # fmt: skip
