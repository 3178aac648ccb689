"""Which word was meant: one that is near, if it is the only one; no figure is ever guessed at."""

import re
from collections.abc import Collection

from rapidfuzz import process
from rapidfuzz.distance import OSA

NUMBER = re.compile(r"\d+", re.ASCII)


def only_near(word: str, known: Collection[str]) -> str | None:
    """The one known word that this can have been meant for; None where there is none, or two.

    Letters may be wrong, and case, and dashes; a figure may not: EP-12 is never taken for EP-13.
    """
    bare = folded(word)
    names = sorted(known)
    alike = [name for name in names if folded(name) == bare]
    if alike:
        return alike[0] if len(alike) == 1 else None
    result = process.extract(
        bare, [folded(name) for name in names], scorer=OSA.distance, score_cutoff=2, limit=None
    )
    close = [
        names[index]
        for other, distance, index in result
        if is_near(bare, other, distance) and parts(names[index]) == parts(word)
    ]
    return close[0] if len(close) == 1 else None


def folded(word: str) -> str:
    """A word without regard to case, dashes and blanks, and to zeros in front of a number."""
    together = re.sub(r"[-_ ]", "", word).casefold()
    return NUMBER.sub(lambda result: result[0].lstrip("0") or "0", together)


def parts(word: str) -> int:
    """Of how many words a name is made: cost_x is not a slip of cost."""
    return len(re.findall(r"[-_ ]+", word))


def is_near(word: str, other: str, distance: float) -> bool:
    """Whether two folded words are that near: one slip in a short one, two in a longer one."""
    if NUMBER.findall(word) != NUMBER.findall(other):
        return False
    letters = min(len(NUMBER.sub("", entry)) for entry in (word, other))
    if distance == 1 and sorted(word) == sorted(other):  # two letters changed places
        return True
    return distance <= (2 if letters >= 8 else 1 if letters >= 4 else 0)
