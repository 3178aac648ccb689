"""The words of a body that a search box looks through."""

import re

WORD = re.compile(r"[^\W\d_]{3,}")
ASCII_WORD = re.compile(r"[a-z]{3,}")  # the same of plain text in small letters, in half the time
NOT_SEARCHED = re.compile(r"\[\[.*?\]\]|\]\([^)]*\)|https?://\S+|<!--.*?-->|<[^>]*>", re.DOTALL)
MOST_WORDS = 150  # of the prose of one page: the index of a large portfolio has to load at once


def prose_words(text: str) -> tuple[str, ...]:
    """Return the first words of a prose, each once, for the search box; no addresses, no links.

    A link may name what this audience may not see.
    """
    text = NOT_SEARCHED.sub(" ", text)
    if text.isascii():
        words = ASCII_WORD.findall(text.lower())
    else:
        words = [word.casefold() for word in WORD.findall(text)]
    return tuple(dict.fromkeys(words))[:MOST_WORDS]
