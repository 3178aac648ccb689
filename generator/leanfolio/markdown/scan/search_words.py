"""The words of a body that a search box looks through."""

import re

WORD = re.compile(r"[^\W\d_]{3,}")
NOT_SEARCHED = re.compile(r"\[\[.*?\]\]|\]\([^)]*\)|https?://\S+|<!--.*?-->|<[^>]*>", re.DOTALL)
MOST_WORDS = 150  # of the prose of one page: the index of a large portfolio has to load at once


def prose_words(text: str) -> tuple[str, ...]:
    """Return the first words of a prose, each once, for the search box; no addresses, no links.

    A link may name what this audience may not see.
    """
    words = WORD.findall(NOT_SEARCHED.sub(" ", text))
    return tuple(dict.fromkeys(word.casefold() for word in words))[:MOST_WORDS]
