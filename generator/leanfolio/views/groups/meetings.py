"""The meetings: an entry of the registry that stands beside home, above the questions."""

from leanfolio.views.meetings import (
    has_meetings,
    meeting_addresses,
    meeting_pages,
    meetings_index,
)
from leanfolio.views.view import View
from leanfolio.wording import message

VIEWS: tuple[View, ...] = (
    View(
        "meetings",
        message("Meetings"),
        message("A page for each meeting, with what its chair asks in order"),
        meetings_index,
        address="meetings/index.html",
        group="",
        exists=has_meetings,
        template="meetings.html.jinja",
        variable="index",
        more_pages=meeting_pages,
        more_addresses=meeting_addresses,
    ),
)  # fmt: skip
