"""The pages of meetings: their index, and one for each."""

from collections.abc import Iterable, Iterator
from functools import partial

from msgspec import Struct

from leanfolio.model.portfolio import Portfolio
from leanfolio.views.built import Built
from leanfolio.views.meetings.meeting import Meeting, meetings_of
from leanfolio.views.page_spec import Page, PageSpec, SearchEntry
from leanfolio.views.view import View
from leanfolio.wording import Text, joined, message, plural

TEMPLATE = "meeting.html.jinja"
MOST_FINDINGS = 2  # of each meeting in the index


class MeetingEntry(Struct, frozen=True):
    """A meeting in the index: its page, what it asks, and what it would find today."""

    title: Text
    url: str  # from the root of the site
    about: Text
    findings: Text


class MeetingsIndex(Struct, frozen=True):
    """Every meeting of the portfolio, in its order."""

    finding: Text
    summary: Text
    meetings: tuple[MeetingEntry, ...]


def has_meetings(built: Built) -> bool:
    """Whether the portfolio wants a page for any meeting."""
    return bool(meetings_of(built.portfolio))


def meetings_index(built: Built) -> MeetingsIndex:
    """The meetings, each with its first findings."""
    entries = tuple(entry_of(meeting, built) for meeting in meetings_of(built.portfolio))
    finding = plural(
        "{n:spelled} meeting has its page", "{n:spelled} meetings have their page", len(entries)
    ).sentence()
    return MeetingsIndex(
        finding,
        message("Each holds what its chair asks, in order, and prints on two sheets."),
        entries,
    )


def entry_of(meeting: Meeting, built: Built) -> MeetingEntry:
    findings = (section.finding for section in meeting.sections(built, MOST_FINDINGS))
    return MeetingEntry(meeting.title, meeting.url, meeting.about, joined(findings, " · "))


def meeting_pages(view: View, built: Built) -> Iterator[PageSpec]:
    """A page for each meeting of the portfolio."""
    for meeting in meetings_of(built.portfolio):
        search = SearchEntry(meeting.title, meeting.title, "page")
        make = partial(meeting_page, name=meeting.name, active=view.name)
        yield PageSpec(meeting.url, make, search, made_from=meeting.name)


def meeting_addresses(portfolio: Portfolio) -> Iterable[str]:
    """The addresses of the pages of meetings."""
    return (meeting.url for meeting in meetings_of(portfolio))


def meeting_page(built: Built, name: str, active: str) -> Page:
    """The page of one meeting."""
    meeting = next(entry for entry in meetings_of(built.portfolio) if entry.name == name)
    return Page(
        url=meeting.url,
        template=TEMPLATE,
        title=meeting.title,
        finding=meeting.title,
        summary=message("{about}.", about=meeting.about),
        active=active,
        description=meeting.about,
        values={"sections": meeting.sections(built)},
    )
