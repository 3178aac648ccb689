"""Events as iCalendar (RFC 5545), all of whole days."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from leanfolio import __version__
from leanfolio.views.calendar import Event

OCTETS = 75  # of a line, without its end
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
Row = tuple[UUID, Event, str, str]  # what names it, the event, its title, its address or ""


def calendar_text(title: str, rows: Iterable[Row], as_of: date) -> str:
    """A calendar with these events; lines end as the standard has it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//leanfolio//leanfolio {__version__}//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(title)}",
        *(line for row in rows for line in event_lines(row, as_of)),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def event_lines(row: Row, as_of: date) -> Iterator[str]:
    """An event. It ends before the day after its last one, as the standard counts."""
    uid, event, title, url = row
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}"
    yield f"DTSTAMP:{compact(as_of)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{compact(event.first)}"
    if event.last < date.max:
        yield f"DTEND;VALUE=DATE:{compact(event.last + timedelta(days=1))}"
    yield f"SUMMARY:{escaped(title)}"
    if url:
        yield f"URL:{url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def escaped(text: str) -> str:
    """Text as a property holds it: on one line, its marks escaped."""
    plain = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    marked = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return marked.replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, no letter cut; further ones begin with a blank."""
    part, room = "", OCTETS
    for letter in line:
        size = len(letter.encode("utf-8"))
        if size > room:
            yield part
            part, room = " ", OCTETS - 1
        part += letter
        room -= size
    yield part
