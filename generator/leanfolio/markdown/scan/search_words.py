"""The words of a body that a search looks through, and how its text begins, to show them in."""

import re

WORD = re.compile(r"[^\W\d_]{3,}")
ASCII_WORD = re.compile(r"[a-z]{3,}")  # the same of plain text in small letters, in half the time
LINKS = r"\[\[.*?\]\]|\]\([^)]*\)|<!--.*?-->|<[^>]*>"
NOT_SEARCHED = re.compile(LINKS, re.DOTALL)
WITH_ADDRESSES = re.compile(rf"{LINKS}|https?://\S+", re.DOTALL)  # looks twice at each h: slower
MARKS = re.compile(r"^[ \t]*(?:[-+*]|\d+[.)])[ \t]+|[-:|]{2,}|[#*_`>|\[\]~]+", re.MULTILINE)
MOST_WORDS = 250  # of the prose of one page: the index of a large portfolio has to load at once


def searched_text(text: str) -> str:
    """Return a prose without its addresses and links, for the two functions below.

    A link may name what this audience may not see.
    """
    pattern = WITH_ADDRESSES if "://" in text else NOT_SEARCHED
    return pattern.sub(" ", text)


def prose_words(text: str) -> tuple[str, ...]:
    """Return the first words of such a text, each once, for the search."""
    if text.isascii():
        words = ASCII_WORD.findall(text.lower())
    else:
        words = [word.casefold() for word in WORD.findall(text)]
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def prose_start(text: str, most: int) -> str:
    """Return how such a text begins, in its own words on one line, without marks.

    At most so many characters, cut between two words.
    """
    end, seen = 0, 2 * most
    start = ""
    while end < len(text) and len(start) <= most:  # no mark goes over the end of a line
        end = text.find("\n", seen) % (len(text) + 1)
        start = " ".join(MARKS.sub(" ", text[:end]).split())
        seen *= 4
    if len(start) <= most:
        return start
    return start[: max(start.rfind(" ", 0, most + 1), 0)]
