"""Views of the group "What": entries of the registry, in the order of the navigation."""

from leanfolio.views import embedded, looking_back
from leanfolio.views.custom_pages import HOW_SURE, ranking_pages
from leanfolio.views.data_rows import CardRow, card_rows
from leanfolio.views.gaps import GapRow
from leanfolio.views.lists import epic_list
from leanfolio.views.ranking.rows import RankedItem
from leanfolio.views.row_table import columns
from leanfolio.views.text_lines import (
    RANKING_COLUMNS,
    board_lines,
    gap_lines,
    ranking_lines,
)
from leanfolio.views.view import View
from leanfolio.wording import message

GROUP = message("What")

VIEWS: tuple[View, ...] = (
    View(
        "board",
        message("Board"),
        message("The portfolio kanban: one column per state"),
        lambda built: built.figures.board,
        address="board.html",
        group=GROUP,
        template="board.html.jinja",
        variable="board",
        rows=card_rows,
        row_type=CardRow,
        lines=board_lines,
        embed=embedded.board_table,
        undated=looking_back.LIMITS,
    ),
    View(
        "ranking",
        message("Ranking"),
        message("What goes first, why, and how sure that is"),
        lambda built: built.figures.ranking,
        address="ranking.html",
        group=GROUP,
        template="ranking.html.jinja",
        variable="ranking",
        rows=lambda ranking: ranking.items,
        row_type=RankedItem,
        columns=RANKING_COLUMNS,
        more_pages=ranking_pages,
        more_addresses=lambda portfolio: (HOW_SURE,),
        lines=ranking_lines,
        embed=embedded.ranking_table,
        uses_history=True,
        undated=looking_back.SCORES,
    ),
    View(
        "gaps",
        message("Gaps"),
        message("What each epic lacks for its next state"),
        lambda built: built.figures.gaps,
        address="gaps.html",
        group=GROUP,
        rows=lambda gaps: gaps.epics,
        row_type=GapRow,
        columns=columns(
            ("epic", "id"), ("state", "state_words"), ("lacks there", "missing_words"),
            ("next state", "next_words"), ("lacks for that", "lacking_words"), ("pieces", "gaps"),
            "rank", "owner", ("value stream", "value_stream"),
        ),
        filterable=True,
        lines=gap_lines,
        undated=looking_back.CASES,
    ),
    View(
        "epics",
        message("Epics"),
        message("All epics"),
        lambda built: epic_list(built.portfolio, built.figures),
        address="epics.html",
        group=GROUP,
        data=("items",),
        item_types=("epic",),
        embed=embedded.epics_table,
    ),
)  # fmt: skip
