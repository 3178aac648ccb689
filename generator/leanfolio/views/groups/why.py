"""Views of the group "Why": entries of the registry, in the order of the navigation."""

from leanfolio.views import embedded, looking_back
from leanfolio.views.custom_pages import vision_page
from leanfolio.views.data_rows import okr_tables
from leanfolio.views.okr.rows import KeyResultRow
from leanfolio.views.ref import VISION
from leanfolio.views.row_table import columns
from leanfolio.views.strategy import strategy_view
from leanfolio.views.text_lines import okr_lines
from leanfolio.views.trace import TraceEdge, trace_view
from leanfolio.views.view import View
from leanfolio.wording import message

GROUP = message("Why")

VIEWS: tuple[View, ...] = (
    View(
        "vision",
        message("Vision"),
        message("What the portfolio is for"),
        lambda built: built.portfolio.policy,
        address=VISION,
        group=GROUP,
        template="prose.html.jinja",
        page=vision_page,
        prose=lambda built: built.portfolio.policy,
    ),
    View(
        "strategy",
        message("Strategy"),
        message("From themes down to stories, with progress and money"),
        lambda built: strategy_view(built.facts, built.figures.okrs),
        address="strategy.html",
        group=GROUP,
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
        group=GROUP,
        template="objectives.html.jinja",
        variable="okrs",
        item_types=("objective", "key-result"),
        rows=lambda okrs: okrs.key_results,
        row_type=KeyResultRow,
        lines=okr_lines,
        csv_tables=okr_tables,
        embed=embedded.okr_table,
        uses_history=True,
        undated=looking_back.GOALS,
    ),
    View(
        "trace",
        message("Traceability"),
        message("What serves what, from themes down to epics"),
        lambda built: trace_view(built.portfolio),
        address="trace.html",
        group=GROUP,
        template="trace.html.jinja",
        variable="trace",
        rows=lambda trace: trace.edges,
        row_type=TraceEdge,
        columns=columns(("from", "from_"), "kind", "to"),
        embed=embedded.trace_table,
    ),
)  # fmt: skip
