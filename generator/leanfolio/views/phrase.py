"""Sentences of views that are not messages yet: counts in words."""

from leanfolio.wording import capitalized as capital
from leanfolio.wording import cents, percent, plain, rounded
from leanfolio.wording import readable as in_words
from leanfolio.wording.printer import PLAIN

__all__ = [
    "capital",
    "cents",
    "count",
    "green_of",
    "in_words",
    "percent",
    "plain",
    "quoted",
    "rounded",
    "words",
]


def words(number: int) -> str:
    """Small numbers as words, others as digits."""
    return PLAIN.spelled(number)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """One epic, two epics, 13 epics."""
    many = plural or (f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s")
    return f"{words(number)} {noun if number == 1 else many}"


def green_of(green: int, objectives: int) -> str:
    """Two of six objectives are green; none of them, where there is none."""
    if objectives == 1:
        return f"the one objective is {'green' if green else 'not green'}"
    verb = "is" if green == 1 else "are"
    some = words(green) if green else "none"
    return f"{some} of {words(objectives)} objectives {verb} green"


def quoted(title: str) -> str:
    """A title inside a sentence: without marks its words run into the sentence's."""
    return f"“{title}”"
