"""Did you mean: the one word that an author most likely wanted, or the few.

A wrong guess that sounds sure is worse than none. A name with a number in it is no word: EP-12 is
as far from EP-13 as from EP-99. It is guessed only where one slip explains it; where a slip of two
or three names does, all of them are offered.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property

from leanfolio.wording import listed, tell

ENOUGH = 69  # of 100: closer than two unrelated words of one kind ever come
MOST = 500  # different words guessed at against the same known ones; then all of them are wrong
FEW = 3  # names that are worth listing; of more than these nobody knows which was meant
LONGEST = 200  # characters of a word that is guessed at
WORD = 4  # letters from which on one of them may be a wrong one: EQ-1 is no slip of EP-1

DIGITS = re.compile(r"\d+", re.ASCII)
BETWEEN_FIGURES = re.compile(r"(?<=\d)[-_ .]+(?=\d)", re.ASCII)
MARKS = re.compile(r"[-_ ]+")
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)", re.ASCII)


class Suggestions:
    """Guesses for many words against the same known ones, in a time that has an end."""

    def __init__(self, known: Collection[str]) -> None:
        self.known = known
        self.guesses: dict[str, tuple[str, ...]] = {}

    @cached_property
    def index(self) -> "Index":
        return Index(self.known)  # where nothing is misspelt, nothing is sorted into it

    def word(self, word: str) -> str | None:
        """The one known word that this was most likely meant for, or None where none stands out."""
        result = self.some(word)
        return result[0] if len(result) == 1 else None

    def alike(self, word: str) -> tuple[str, ...]:
        """The known words with the same number and other letters, where they are few."""
        result = self.index.by_figures.get(figures(bare(word.casefold())), ())
        words = [entry for form in result for entry in self.index.numbered[form]]
        return tuple(words) if len(words) <= FEW else ()

    def some(self, word: str) -> tuple[str, ...]:
        """The few known words that this may have been meant for; none where it may be any."""
        folded = word.casefold()
        if folded in self.index.same:
            return (self.index.same[folded],)
        if folded not in self.guesses:
            if len(self.guesses) >= MOST or len(word) > LONGEST:
                return ()
            self.guesses[folded] = self.index.guess(folded)
        return self.guesses[folded]

    def hint(self, word: str, otherwise: str) -> str:
        """A hint: the near words as a question, or what else to do."""
        result = self.some(word)
        return tell("did you mean {names}?", names=listed(result, "or")) if result else otherwise


class Index:
    """The known words, sorted so that what is near to one is found without looking at all."""

    def __init__(self, known: Collection[str]) -> None:
        self.same: dict[str, str] = {}
        self.words: list[str] = []  # those without a number
        self.numbered: defaultdict[str, list[str]] = defaultdict(list)  # the others, by bare form
        self.by_figures: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for entry in known:
            self.same.setdefault(entry.casefold(), entry)
            if DIGITS.search(entry):
                form = bare(entry)
                self.numbered[form].append(entry)
                self.by_figures[figures(form)][form] = None
            else:
                self.words.append(entry)
        self.folded = [word.casefold() for word in self.words]

    def guess(self, word: str) -> tuple[str, ...]:
        """Of words the nearest, ties: the first; of numbered names all that one slip explains."""
        form = bare(word)
        for forms in ((form,), self.other_letters(form), other_figures(form)):
            matches = [entry for one in forms for entry in self.numbered.get(one, ())]
            if matches:
                return tuple(dict.fromkeys(matches)) if len(set(matches)) <= FEW else ()
        if DIGITS.search(word):
            return ()
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - where a word is misspelt

        nearest = process.extractOne(word, self.folded, scorer=fuzz.ratio, score_cutoff=ENOUGH)
        return (self.words[nearest[2]],) if nearest else self.changed_places(word)

    def changed_places(self, word: str) -> tuple[str, ...]:
        """The known words of the same letters, two of which changed places: mpv for mvp."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - where a word is misspelt

        letters = sorted(word)
        return tuple(
            self.words[index]
            for index, other in enumerate(self.folded)
            if len(other) == len(word) > 2
            and sorted(other) == letters
            and OSA.distance(word, other) == 1
        )[:FEW]

    def other_letters(self, form: str) -> list[str]:
        """The known forms with the same figures, and letters that one slip explains, or two."""
        if not DIGITS.search(form):
            return []
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - where a word is misspelt

        letters = DIGITS.sub("0", form)
        slips: defaultdict[int, list[str]] = defaultdict(list)
        for other in self.by_figures.get(figures(form), ()):
            theirs = DIGITS.sub("0", other)
            distance = OSA.distance(letters, theirs, score_cutoff=2)
            shorter = min(len(letters), len(theirs)) - len(figures(form))
            wrong = len(letters) == len(theirs) and sorted(letters) != sorted(theirs)
            most = 0 if shorter < (WORD if wrong else 1) else 2 if shorter >= 2 * WORD else 1
            if distance <= most:
                slips[distance].append(other)
        return slips[min(slips)] if slips else []


def bare(word: str) -> str:
    """A name as it is compared: without case, dashes and blanks, and zeros before a number."""
    together = MARKS.sub("", BETWEEN_FIGURES.sub(".", word.casefold()))
    return LEADING_ZEROS.sub("", together)


def figures(form: str) -> tuple[str, ...]:
    return tuple(DIGITS.findall(form))


def other_figures(form: str) -> Iterator[str]:
    """What this name may have been before a slip in its figures: two of them that changed places,
    one too many, one too few. The last figures first: there a hand slips most."""
    result: dict[str, None] = {}
    places = [n for n in range(len(form) - 1, -1, -1) if form[n] in "0123456789"]
    for n in places:
        if n and form[n - 1] in "0123456789" and form[n - 1] != form[n]:
            result[f"{form[: n - 1]}{form[n]}{form[n - 1]}{form[n + 1 :]}"] = None
    for n in places:
        if one_slip(form, n):
            result[form[:n] + form[n + 1 :]] = None
    gaps = [n + 1 for n in places] + [n for n in places if n - 1 not in places]
    for n in gaps or [len(form)]:
        for figure in "0123456789":
            longer = form[:n] + figure + form[n:]
            if one_slip(longer, n) or not places:
                result[longer] = None
    for entry in result:
        yield LEADING_ZEROS.sub("", entry)


def one_slip(form: str, place: int) -> bool:
    """Whether one figure too many is a slip here: in a number that had two of them at least, or
    the same figure twice. That EP-13 was to be EP-1 is nothing that anybody could know."""
    number = next(entry for entry in DIGITS.finditer(form) if entry.end() > place)
    return len(number[0]) > 2 or (len(number[0]) == 2 and len(set(number[0])) == 1)


def near(word: str, known: Collection[str]) -> list[str]:
    """The known words without a number that are not too far from this one to be meant."""
    folded = word.casefold()
    if DIGITS.search(word) or len(word) > LONGEST:
        return [entry for entry in known if entry.casefold() == folded]
    from rapidfuzz import fuzz  # noqa: PLC0415 - where a word is misspelt

    return [entry for entry in known if fuzz.ratio(folded, entry.casefold()) >= ENOUGH]


def nearest(word: str, known: Collection[str]) -> str | None:
    """The one known word that this was most likely meant for, or None where none stands out."""
    return Suggestions(known).word(word)


def did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    """A hint: the near words as a question, or what else to do."""
    return Suggestions(known).hint(word, otherwise)
