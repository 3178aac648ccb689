"""The apostrophe that keeps a spreadsheet from running a cell, in tables that come back.

A text that has apostrophes before a formula already gets one more, and an import takes one off: no
apostrophe that a person wrote here is lost. What a person wrote elsewhere is left alone too: where
anything in a table stands unguarded, the table was not guarded.
"""

import re
from collections.abc import Iterable

from leanfolio.output.data import NUMERIC, begins_formula

SIGNS = "=+\\-@＝＋－＠"
# Where a spreadsheet that parts cells at semicolons or tabs may begin another, as in `data`.
INNER = re.compile(rf"(?<=[;\t\n])([^\S\n]*)('*)([{SIGNS}])")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?=[;\t\n]|\Z)")


def guard(text: str) -> str:
    """The text with an apostrophe before each place that a spreadsheet would run.

    Numbers stay numbers, and a carriage return becomes a line feed.
    """
    if NUMERIC.match(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    inside = INNER.sub(guarded_place, text)
    return f"'{inside}" if begins_formula(text.lstrip("'")) else inside


def guarded_place(found: re.Match[str]) -> str:
    """A place inside a text with one apostrophe more; none before a number."""
    blanks, marks, sign = found.groups()
    if not marks and NUMBER.match(found.string, found.start(3)):
        return found[0]
    return f"{blanks}'{marks}{sign}"


def unguard(text: str) -> str:
    """The text without one apostrophe at each place that `guard` gives one."""
    if "'" not in text:
        return text
    inside = INNER.sub(lambda found: found[1] + found[2][1:] + found[3], text)
    guarded = inside.startswith("'") and begins_formula(inside.lstrip("'"))
    return inside[1:] if guarded else inside


def is_guarded(texts: Iterable[str]) -> bool:
    """Whether `guard` may have written all of these: none has a place without an apostrophe."""
    return all(guard(unguard(text)) == text for text in texts)
