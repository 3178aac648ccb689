"""Did you mean: the one word that an author most likely wanted."""

from collections.abc import Collection

from rapidfuzz import fuzz, process

ENOUGH = 70  # of 100: closer than two unrelated ids of one prefix ever come


def near(word: str, known: Collection[str]) -> str | None:
    """The known word nearest to this one, or None where none is near. Ties: the first."""
    folded = word.casefold()
    for each in known:
        if each.casefold() == folded:
            return each
    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=ENOUGH)
    return found[0] if found else None


def did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    """A hint: the near word as a question, or what else to do."""
    guess = near(word, known)
    return f"did you mean {guess}?" if guess else otherwise
