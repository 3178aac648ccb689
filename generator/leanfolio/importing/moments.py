"""The UTC day of a time as another system writes it: with an offset, in a zone, or a day alone."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from leanfolio.importing.cells import CellError, day_of

CLOCK = re.compile(
    r"(?P<day>.*\d)(?:[T ]\s*)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?\Z"
)


def utc_day(text: str, form: str, zone: ZoneInfo) -> str:
    """The day in UTC, as the format writes it. A day without a time is that day everywhere.

    `form` is as in a map. Raises CellError; where day and month may be either, it names both days.
    """
    moment = with_offset(text) if not form else None
    if moment is not None:
        return moment.astimezone(UTC).date().isoformat()
    found = CLOCK.match(text.strip()) if form != "serial" else None
    if found is None:
        return day_of(text, form)
    day = date.fromisoformat(day_of(found["day"].strip(), form))
    local = datetime.combine(day, clock_of(found, text), zone)
    try:
        return local.astimezone(UTC).date().isoformat()
    except OverflowError:
        raise CellError(f"{text!r} is no day of the calendar") from None


def with_offset(text: str) -> datetime | None:
    """A time of ISO 8601 with an offset, in UTC; None of anything else."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def clock_of(found: re.Match[str], text: str) -> time:
    """The time of day: 22:17, or 10:17 PM. Raises CellError."""
    hour, half = int(found["hour"]), (found["half"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise CellError(f"{text!r} has no such hour")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        raise CellError(f"{text!r} has no such time of day") from None
