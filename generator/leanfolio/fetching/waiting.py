"""How long to wait before a request is made again: what the answer asks for, within bounds."""

from email.utils import parsedate_to_datetime
from http.client import HTTPMessage

MOST_TRIES = 6  # of one request
MOST_SECONDS = 300  # of one wait
MOST_IN_ALL = 1800  # seconds of all waits of a fetch
BUSY = frozenset((429, 500, 502, 503, 504))


def seconds_asked(headers: HTTPMessage) -> int | None:
    """The seconds of `Retry-After`, which gives them or a date; None where it is not there.

    A date is held against the `Date` of the same answer, so that no clock here has a say.
    """
    text = (headers.get("Retry-After") or "").strip()
    if text.isdecimal() and len(text) < 10:
        return int(text)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers.get("Date") or "")
        return max(0, -int(-(until - now).total_seconds() // 1))
    except (ValueError, TypeError, OverflowError):
        return None


def seconds_before(attempt: int, asked: int | None = None) -> int:
    """The seconds before the next attempt: as asked for, else 1, 2, 4, 8, 16."""
    return asked if asked is not None else 1 << min(attempt, 4)
