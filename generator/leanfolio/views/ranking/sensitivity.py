"""How fragile the ranking is: what changes the first place, what is funded, and what to refine."""

from collections.abc import Iterable
from dataclasses import dataclass

from leanfolio.figures.ranking.interval import first_place_changes
from leanfolio.figures.ranking.reversal import Reversal, reversals
from leanfolio.figures.ranking.smallest_change import Tipping, smallest_tipping
from leanfolio.figures.ranking.value_of_information import Refinement, refinements
from leanfolio.views.phrase import capital, count, rounded
from leanfolio.views.ranking.figures import Reckoned
from leanfolio.views.ranking.words import change_words, exactly, part_name
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import listed

MOST = 10  # estimates that the page lists
STEPS = {
    "relative": "one step on the scale, up or down",
    "value-urgency": "one step on the scale, up or down",
    "money": "a quarter more or a fifth less",
}
RECIPE = (
    "Every number of every candidate is drawn a step down, as scored, or a step up, each equally "
    "likely: the bytes of Mersenne Twister MT19937 seeded as Python's random.Random({seed}), its "
    "32-bit outputs lowest byte first, without bytes of {usable} and above; one byte a candidate, "
    "in the order of ids, draw after draw; its digits in base 3, lowest first, are the steps of "
    "{parts}: 0 down, 1 none, 2 up."
)


@dataclass(frozen=True, slots=True)
class RefinementRow:
    """One estimate, what knowing it better is worth in points of score, and why."""

    item: Ref
    part: str
    now: str
    value: str
    readings: str  # the readings that would change what is funded: "5 or 13"


@dataclass(frozen=True, slots=True)
class ReversalRow:
    """What re-scaling would turn around."""

    removed: Ref | None  # None: with all of them in
    pairs: int
    words: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What it takes to change the ranking."""

    step: str
    first_place_changes: int  # how many one-step changes put another item first
    changes: int  # of how many
    first_place: str
    tipping: str  # the smallest change of what is funded; empty without a cut line
    seed: int
    draws: int
    recipe: str
    refinements: tuple[RefinementRow, ...]
    refinements_for: str  # the line that they are about
    folded: int  # how many more estimates could change what is funded
    reversals: tuple[ReversalRow, ...]
    reversal: str


def sensitivity(found: Reckoned) -> Sensitivity:
    """All of it for one ranking. Without a cut line, estimates are judged by the first place."""
    moves, of = first_place_changes(found.sure)
    place = found.line.place if found.line else 1
    refined = refinements(found.whole, found.changes, place)
    turned = reversals(found.order, found.whole)
    return Sensitivity(
        step=STEPS[found.order.form],
        first_place_changes=moves,
        changes=of,
        first_place=f"{moves} of {of} one-step changes put another candidate first."
        if of
        else "There is nothing to change.",
        tipping=tipping_words(found),
        seed=found.drawn.seed,
        draws=found.drawn.draws,
        recipe=recipe(found),
        refinements=tuple(refinement_row(found, each) for each in refined[:MOST]),
        refinements_for="the cut line" if found.line else "the first place",
        folded=max(len(refined) - MOST, 0),
        reversals=tuple(reversal_row(found, each) for each in turned),
        reversal=reversal_words(found, turned),
    )


def recipe(found: Reckoned) -> str:
    """How any reader can repeat the draws."""
    parts = len(found.whole.numbers[0]) if found.whole.numbers else 1
    names = [part_name(found.order.form, part) for part in range(parts)]
    usable = 256 - 256 % 3**parts
    return RECIPE.format(seed=found.drawn.seed, usable=usable, parts=listed(names))


def tipping_words(found: Reckoned) -> str:
    """The smallest single change of what is funded, in a sentence."""
    if found.line is None:
        return ""
    least = smallest_tipping(found.whole, found.changes, found.line)
    if least is None:
        return "No change of a single number, however large, changes what is above the line."
    change = least.change
    steps = count(change.distance, "step")
    said = change_words(found.whole, change, of=ids(found, [change.item]))
    return f"{capital(said)} ({steps}) is enough: {moved_words(found, least)}."


def moved_words(found: Reckoned, least: Tipping) -> str:
    said = []
    if least.left:
        leave = "leaves" if len(least.left) == 1 else "leave"
        said.append(f"{ids(found, least.left)} {leave}")
    if least.entered:
        come = "comes in" if len(least.entered) == 1 else "come in"
        said.append(f"{ids(found, least.entered)} {come}")
    return str(listed(said))


def ids(found: Reckoned, indexes: Iterable[int]) -> str:
    return str(listed(found.order.scores[index].item.id for index in indexes))


def refinement_row(found: Reckoned, refined: Refinement) -> RefinementRow:
    score = found.order.scores[refined.item]
    readings = [exactly(found.whole.fraction(reading.after)) for reading in refined.readings]
    return RefinementRow(
        item=ref(score.item),
        part=part_name(score.form, refined.part),
        now=exactly(score.numbers[refined.part]),
        value=rounded(refined.value),
        readings=str(listed(readings, "or")),
    )


def reversal_row(found: Reckoned, turned: Reversal) -> ReversalRow:
    scores = found.order.scores
    divided = [
        f"{part_name(found.order.form, part)} by {exactly(factor)}"
        for part, factor in enumerate(turned.factors)
        if factor != 1
    ]
    pair = turned.first_turned
    swap = f"; {ids(found, [pair[1]])} would pass {ids(found, [pair[0]])}" if pair else ""
    pairs = count(turned.pairs, "pair")
    return ReversalRow(
        removed=None if turned.removed is None else ref(scores[turned.removed].item),
        pairs=turned.pairs,
        words=f"Dividing {listed(divided)} would turn {pairs} around{swap}.",
    )


def reversal_words(found: Reckoned, turned: tuple[Reversal, ...]) -> str:
    """Whether the order rests on who else is in it."""
    if found.order.form != "relative":
        return "This form multiplies: re-scaling a column cannot change the order."
    if not turned:
        return (
            "Re-scaling so that the least of each column is 1 changes no pair, whether all stay "
            "in or any one leaves."
        )
    return (
        "Re-scaling so that the least of each column is 1 would change the order. Scores are never "
        "re-scaled here; who does it by hand gets another ranking."
    )
