"""Pages for meetings: the figures of other views, in the order in which a chair asks for them."""

from leanfolio.views.meetings.pages import (
    has_meetings,
    meeting_addresses,
    meeting_pages,
    meetings_index,
)

__all__ = ["has_meetings", "meeting_addresses", "meeting_pages", "meetings_index"]
