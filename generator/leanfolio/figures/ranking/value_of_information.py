"""Which estimate is worth refining first: where knowing better could change what is funded.

Each number is taken to be a step down, as scored, or a step up, each equally likely. A reading
that carries the item over the line, up or down, is worth the difference in score between it and
the item that it changes places with; other readings are worth nothing. The value of a better
estimate is the mean of the three.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.change import Change, replaced
from leanfolio.figures.ranking.integer_scores import IntegerScores
from leanfolio.figures.ranking.smallest_change import score_with


class Refinement(Struct, frozen=True):
    """One number of one item, and what a better estimate of it is worth, in points of score."""

    item: int  # index in the ranking
    part: int
    value: Fraction
    readings: tuple[Change, ...]  # those that would change what is funded


def refinements(
    scores: IntegerScores, changes: Sequence[Sequence[Change]], place: int
) -> tuple[Refinement, ...]:
    """Every number whose better estimate could change what stands above `place`, best first."""
    refined = []
    for index, row in enumerate(changes):
        for part in range(len(scores.numbers[index])):
            crossing = tuple(crossing_changes(row, part, place))
            value = sum((gain(scores, change, place) for change in crossing), Fraction(0)) / 3
            if value:
                refined.append(Refinement(index, part, value, crossing))
    return tuple(
        sorted(refined, key=lambda estimate: (-estimate.value, estimate.item, estimate.part))
    )


def crossing_changes(changes: Sequence[Change], part: int, place: int) -> Iterator[Change]:
    """The one-step readings of this number that carry the item over the line."""
    for change in changes:
        crossed = (change.item < place) != (change.rank <= place)
        if crossed and change.part == part and change.distance == 1:
            yield change


def gain(scores: IntegerScores, change: Change, place: int) -> Fraction:
    """By how much the better choice beats the one made without knowing."""
    rival = place if change.item < place else place - 1
    new = replaced(scores.numbers[change.item], change.part, change.after)
    return abs(
        score_with(scores, change.item, new) - score_with(scores, rival, scores.numbers[rival])
    )
