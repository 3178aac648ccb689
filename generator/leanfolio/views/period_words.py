"""A period in words: its name, and its first and last day."""

import re

from leanfolio.model import Days
from leanfolio.wording import Text, joined, message

YEAR = re.compile(r"\d{4}\Z")


def name_with_days(name: str, days: Days | None) -> Text:
    """Return a period's name with its days, unless the name is its days, or it has none."""
    words = days_in_words(name, days)
    return joined((name, words), ": ") if words else name


def days_in_words(name: str, days: Days | None) -> Text:
    """Return the first and last day of a period; "" where its name says them, or there are none.

    Of a fiscal year in two calendar years both are named: 2026/27.
    """
    if days is None or " to " in name:
        return ""
    words = message("{first} to {last}", first=days.first, last=days.last)
    if YEAR.match(name) and days.first.year != days.last.year:
        both = f"{days.first.year}/{days.last.year % 100:02d}"
        return message("fiscal year {years}, {days}", years=both, days=words)
    return words
