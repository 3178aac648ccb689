"""Views of the group "Changes": entries of the registry, in the order of the navigation."""

from leanfolio.views.change.page import changes_page, has_change_story
from leanfolio.views.decisions import (
    LOG_COLUMNS,
    DecisionRow,
    decision_lines,
    decision_log,
    decisions_page,
)
from leanfolio.views.view import View
from leanfolio.wording import message

GROUP = message("Changes")

VIEWS: tuple[View, ...] = (
    View(
        "changes",
        message("Changes"),
        message("What changed since the last increment, or since an earlier commit"),
        changes_page,
        address="changes.html",
        group=GROUP,
        exists=has_change_story,
        template="changes.html.jinja",
        variable="changes",
    ),
    View(
        "decisions",
        message("Decisions"),
        message("What was decided, by whom and when, and what is to be decided"),
        decision_log,
        address="decisions.html",
        group=GROUP,
        page=decisions_page,
        rows=lambda log: log.decisions,
        row_type=DecisionRow,
        columns=LOG_COLUMNS,
        lines=decision_lines,
    ),
)  # fmt: skip
