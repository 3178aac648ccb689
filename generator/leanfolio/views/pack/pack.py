"""The board pack of a meeting, in the order in which it is read before the meeting.

Summary, decisions, exceptions, funding, risks, what else the meeting asks, and an appendix. Nothing
is computed for it: every figure is that of a page of the site.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.views.built import Built
from leanfolio.views.home import home_view
from leanfolio.views.looking_back import note_on_the_past
from leanfolio.views.meetings.meeting import Meeting, meetings_of
from leanfolio.views.pack.appendix import appendix_sheets
from leanfolio.views.pack.decisions import decision_sheets
from leanfolio.views.pack.exceptions import exceptions_sheet, risks_sheet
from leanfolio.views.pack.money import funding_sheet
from leanfolio.views.pack.sheet import Sheet, sheet_of
from leanfolio.views.pack.summary import summary_sheet
from leanfolio.views.partial import WHAT_MAY_BE_READ
from leanfolio.wording import Text, joined, message

ELSEWHERE = frozenset(("decisions",))  # sections of a meeting that are a part of every pack


class Pack(Struct, frozen=True):
    """A board pack: what its cover says, and its sheets in order."""

    name: str  # of the meeting; "board-pack" where the portfolio holds none
    title: Text
    about: Text
    finding: Text  # the state of the portfolio in a sentence
    note: Text  # which figures go back to an earlier day, and whether some are withheld
    sheets: tuple[Sheet, ...]


def pack_of(built: Built, name: str | None = None) -> Pack | None:
    """The pack of a meeting by its name, or of the first that the portfolio holds.

    None where the portfolio holds no meeting of that name.
    """
    meetings = meetings_of(built.portfolio)
    meeting = next((each for each in meetings if name in (None, each.name)), None)
    if meeting is None and name is not None:
        return None
    sheets = tuple(closed_up(sheets_of(built, meeting)))
    return Pack(
        name=meeting.name if meeting else "board-pack",
        title=meeting.title if meeting else message("Board pack"),
        about=message("{about}.", about=meeting.about) if meeting else "",
        finding=sheets[0].finding,
        note=note_on(built),
        sheets=sheets,
    )


def note_on(built: Built) -> Text:
    """What holds for all figures: those of an earlier day, or of what an audience may read."""
    past = note_on_the_past(built.portfolio, built.as_of, "")
    parts = (past, WHAT_MAY_BE_READ if built.portfolio.partial else "")
    return joined(filter(None, parts), " ") if any(parts) else ""


def closed_up(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """The sheets, of which one that has nothing to show begins no page of its own."""
    for number, sheet in enumerate(sheets):
        yield sheet if sheet.has_rows or not number else replace(sheet, follows=True)


def sheets_of(built: Built, meeting: Meeting | None) -> Iterator[Sheet]:
    """Every sheet, in the order of the pack."""
    home = home_view(built.portfolio, built.facts, built.figures)
    yield summary_sheet(built, home)
    yield from decision_sheets(built)
    yield exceptions_sheet(built, home)
    yield funding_sheet(built)
    yield risks_sheet(built)
    if meeting is not None:
        sections = [each for each in meeting.sections(built) if each.anchor not in ELSEWHERE]
        for number, section in enumerate(sections):
            yield sheet_of(section, meeting.name, meeting.title, follows=number > 0)
    yield from appendix_sheets(built)
