"""How fragile the ranking is: what changes the first place, what is funded, and what to refine."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.ranking.interval import first_place_changes
from leanfolio.figures.ranking.reversal import Reversal, reversals
from leanfolio.figures.ranking.smallest_change import DecisiveChange, smallest_change
from leanfolio.figures.ranking.value_of_information import Refinement, refinements
from leanfolio.figures.ranking.wsjf import PART_NAMES, PARTS, Form
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ranking.figures import RankingFigures
from leanfolio.views.ranking.words import change_words, readable_number
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Rounded, Text, listed, many, message, of_all, plural

MOST = 10  # estimates that the page lists
ONE_STEP = message("one step on the scale, up or down")
STEPS: dict[Form, Message] = {
    "relative": ONE_STEP,
    "value-urgency": ONE_STEP,
    "money": message("a quarter more or a fifth less"),
}


class RefinementRow(Struct, frozen=True):
    """One estimate, what knowing it better is worth in points of score, and why."""

    item: Ref
    part: Message
    now: Decimal
    value: Rounded
    readings: Text  # the readings that would change what is funded: "5 or 13"

    @property
    def condition(self) -> Message:
        return message("if it were {readings}", readings=self.readings)


class ReversalRow(Struct, frozen=True):
    """What re-scaling would turn around."""

    removed: Ref | None  # None: with all of them in
    pairs: int
    words: PageOnly[Message]


class Sensitivity(Struct, frozen=True):
    """What it takes to change the ranking."""

    step: Message
    first_place_changes: int  # how many one-step changes put another item first
    changes: int  # of how many
    first_place: Message
    tipping: Text  # the smallest change of what is funded; empty without a cut line
    seed: int
    draws: int
    recipe: Message
    refinements: tuple[RefinementRow, ...]
    refinements_for: Message  # the line that they are about
    folded: int  # how many more estimates could change what is funded
    reversals: tuple[ReversalRow, ...]
    reversal: Message

    @property
    def summary(self) -> Message:
        return message("{first_place} A step is {step}.",
                       first_place=self.first_place, step=self.step)  # fmt: skip

    @property
    def refinements_caption(self) -> Message:
        return message(
            "A better estimate is worth what it would gain on average at {line}, if a step down, "
            "as scored and a step up are equally likely.",
            line=self.refinements_for,
        )

    @property
    def folded_words(self) -> Message | None:
        """How many estimates the page leaves out; None where it lists all."""
        if not self.folded:
            return None
        return plural(
            "{n} more estimate could change it.", "{n} more estimates could change it.", self.folded
        )

    @property
    def draws_title(self) -> Message:
        return message(
            "All scores off at once: {draws}, seed {seed}",
            draws=self.draws_words, seed=str(self.seed),
        )  # fmt: skip

    @property
    def draws_words(self) -> Message:
        return plural("{n} draw", "{n} draws", self.draws)


def sensitivity(result: RankingFigures) -> Sensitivity:
    """All of it for one ranking. Without a cut line, estimates are judged by the first place."""
    moves, steps = first_place_changes(result.intervals)
    place = result.line.place if result.line else 1
    refined = refinements(result.scores, result.changes, place)
    turned = reversals(result.order, result.scores)
    return Sensitivity(
        step=STEPS[result.order.form],
        first_place_changes=moves,
        changes=steps,
        first_place=first_place_words(moves, steps),
        tipping=tipping_words(result),
        seed=result.draws.seed,
        draws=result.draws.draws,
        recipe=recipe(result),
        refinements=tuple(refinement_row(result, refinement) for refinement in refined[:MOST]),
        refinements_for=message("the cut line") if result.line else message("the first place"),
        folded=max(len(refined) - MOST, 0),
        reversals=tuple(reversal_row(result, reversal) for reversal in turned),
        reversal=reversal_words(result, turned),
    )


def first_place_words(moves: int, steps: int) -> Message:
    """How many of all one-step changes put another candidate first."""
    return of_all(
        moves,
        steps,
        empty=message("There is nothing to change."),
        only=message("The only one-step change puts another candidate first."),
        only_not=message("The only one-step change puts no other candidate first."),
        both=message("Both one-step changes put another candidate first."),
        neither=message("Neither of the two one-step changes puts another candidate first."),
        every=many("All {n} one-step changes put another candidate first.", steps),
        none=many("None of the {n} one-step changes puts another candidate first.", steps),
        some=plural(
            "{n} of {whole} one-step changes puts another candidate first.",
            "{n} of {whole} one-step changes put another candidate first.",
            moves, whole=steps,
        ),
    )  # fmt: skip


def recipe(result: RankingFigures) -> Message:
    """How any reader can repeat the draws. The seed has no separators, as in a program."""
    parts = PARTS[result.order.form]
    outcomes = 3 ** len(parts)
    return message(
        "Every number of every candidate is drawn a step down, as scored, or a step up, each "
        "equally likely: the bytes of Mersenne Twister MT19937 seeded as Python's "
        "random.Random({seed}), its 32-bit outputs lowest byte first, without bytes of {usable} "
        "and above; one byte a candidate, in the order of ids, their numbers by size (EP-9 before "
        "EP-10), draw after draw; its digits in base 3, lowest first, are the steps of {parts}: "
        "0 down, 1 none, 2 up.",
        seed=str(result.draws.seed),
        usable=str(256 - 256 % outcomes),
        parts=listed(PART_NAMES[part] for part in parts),
    )


def tipping_words(result: RankingFigures) -> Text:
    """The smallest single change of what is funded, in a sentence."""
    if result.line is None:
        return ""
    least = smallest_change(result.scores, result.changes, result.line)
    if least is None:
        return message(
            "No change of a single number, however large, changes what is above the line."
        )
    change = least.change
    sentence = message(
        "{change} ({steps}) is enough: {moves}.",
        change=change_words(result.scores, change, whose=result.item_id(change.item)),
        steps=plural("{n:spelled} step", "{n:spelled} steps", change.distance),
        moves=listed(moved_words(result, least)),
    )
    return sentence.sentence()


def moved_words(result: RankingFigures, least: DecisiveChange) -> Iterator[Message]:
    """Who leaves what is funded, and who comes in."""
    left, entered = ids(result, least.left), ids(result, least.entered)
    if len(left) == 1:
        yield message("{item} leaves", item=left[0])
    elif left:
        yield message("{items} leave", items=listed(left))
    if len(entered) == 1:
        yield message("{item} comes in", item=entered[0])
    elif entered:
        yield message("{items} come in", items=listed(entered))


def ids(result: RankingFigures, indexes: Iterable[int]) -> tuple[str, ...]:
    return tuple(map(result.item_id, indexes))


def refinement_row(result: RankingFigures, refined: Refinement) -> RefinementRow:
    score = result.order.scores[refined.item]
    after = (result.scores.fraction(reading.after) for reading in refined.readings)
    return RefinementRow(
        item=ref(score.item),
        part=PART_NAMES[PARTS[score.form][refined.part]],
        now=readable_number(score.numbers[refined.part]),
        value=Rounded(refined.value),
        readings=listed(map(readable_number, after), "or"),
    )


def reversal_row(result: RankingFigures, turned: Reversal) -> ReversalRow:
    scores = result.order.scores
    removed = None if turned.removed is None else ref(scores[turned.removed].item)
    return ReversalRow(removed=removed, pairs=turned.pairs, words=turned_words(result, turned))


def turned_words(result: RankingFigures, turned: Reversal) -> Message:
    """By what each column would be divided, and which pairs that would turn."""
    factors = listed(
        message(
            "{part} by {factor}",
            part=PART_NAMES[PARTS[result.order.form][part]], factor=readable_number(factor),
        )
        for part, factor in enumerate(turned.factors)
        if factor != 1
    )  # fmt: skip
    pairs = plural("{n:spelled} pair", "{n:spelled} pairs", turned.pairs)
    if turned.first_turned is None:
        return message("Dividing {factors} would turn {pairs} around.",
                       factors=factors, pairs=pairs)  # fmt: skip
    ahead, behind = ids(result, turned.first_turned)
    return message(
        "Dividing {factors} would turn {pairs} around; {item} would pass {other}.",
        factors=factors, pairs=pairs, item=behind, other=ahead,
    )  # fmt: skip


def reversal_words(result: RankingFigures, turned: tuple[Reversal, ...]) -> Message:
    """Whether the order rests on who else is in it."""
    if result.order.form != "relative":
        return message("This form multiplies: re-scaling a column cannot change the order.")
    if not turned:
        return message(
            "Re-scaling so that the least of each column is 1 changes no pair, whether all stay "
            "in or any one leaves."
        )
    return message(
        "Re-scaling so that the least of each column is 1 would change the order. Scores are never "
        "re-scaled here; who does it by hand gets another ranking."
    )
