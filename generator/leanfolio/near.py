"""Did you mean: the one word that an author most likely wanted."""

from collections.abc import Collection

from rapidfuzz import fuzz, process

ENOUGH = 69  # of 100: closer than two unrelated ids of one prefix ever come
MOST = 500  # different words guessed at against the same known ones; then all of them are wrong


class Near:
    """Guesses for many words against the same known ones, in a time that has an end."""

    def __init__(self, known: Collection[str]) -> None:
        self.known = list(known)
        self.folded = [each.casefold() for each in self.known]
        self.same: dict[str, str] = {}
        for each, folded in zip(self.known, self.folded, strict=True):
            self.same.setdefault(folded, each)
        self.guesses: dict[str, str | None] = {}

    def word(self, word: str) -> str | None:
        """The known word nearest to this one, or None where none is near. Ties: the first."""
        folded = word.casefold()
        if folded in self.same:
            return self.same[folded]
        if folded not in self.guesses:
            if len(self.guesses) >= MOST:
                return None
            found = process.extractOne(folded, self.folded, scorer=fuzz.ratio, score_cutoff=ENOUGH)
            self.guesses[folded] = self.known[found[2]] if found else None
        return self.guesses[folded]

    def hint(self, word: str, otherwise: str) -> str:
        """A hint: the near word as a question, or what else to do."""
        guess = self.word(word)
        return f"did you mean {guess}?" if guess else otherwise


def near(word: str, known: Collection[str]) -> str | None:
    """The known word nearest to this one, or None where none is near. Ties: the first."""
    return Near(known).word(word)


def did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    """A hint: the near word as a question, or what else to do."""
    return Near(known).hint(word, otherwise)
