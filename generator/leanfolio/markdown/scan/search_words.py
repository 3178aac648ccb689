"""The words of a body that a search looks through, and how its text begins, to show them in."""

import re

WORD = re.compile(r"[^\W\d_]{3,}")
ASCII_WORD = re.compile(r"[a-z]{3,}")  # the same of plain text in small letters, in half the time
NOT_SEARCHED = re.compile(r"\[\[.*?\]\]|\]\([^)]*\)|https?://\S+|<!--.*?-->|<[^>]*>", re.DOTALL)
MARKS = re.compile(r"^[ \t]*(?:[-+*]|\d+[.)])[ \t]+|[-:|]{2,}|[#*_`>|\[\]~]+", re.MULTILINE)
MOST_WORDS = 250  # of the prose of one page: the index of a large portfolio has to load at once


def prose_words(text: str) -> tuple[str, ...]:
    """Return the first words of a prose, each once, for the search; no addresses, no links.

    A link may name what this audience may not see.
    """
    text = NOT_SEARCHED.sub(" ", text)
    if text.isascii():
        words = ASCII_WORD.findall(text.lower())
    else:
        words = [word.casefold() for word in WORD.findall(text)]
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def prose_start(text: str, most: int) -> str:
    """Return how a prose begins, in its own words on one line, without marks, addresses or links.

    At most so many characters, cut between two words.
    """
    start = " ".join(MARKS.sub(" ", NOT_SEARCHED.sub(" ", text)).split())
    if len(start) <= most:
        return start
    return start[: max(start.rfind(" ", 0, most + 1), 0)]
