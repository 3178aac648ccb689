"""Whether the order rests on who else is in it: would re-scaling the scores turn pairs around?

Teams that score against the least item of each column re-scale whenever that item leaves. In the
relative form, where numbers are added, that can turn the order of the others. Nothing is ever
re-scaled here; the page only says what would happen. Forms that multiply cannot be turned so.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from msgspec import Struct

from leanfolio.figures.ranking.agreement import discordant_pairs
from leanfolio.figures.ranking.integer_scores import IntegerScores, Merit, Numbers, merit_ranks
from leanfolio.figures.ranking.wsjf import Order


class Reversal(Struct, frozen=True):
    """What re-scaling would change: with all items in, or after one has left."""

    removed: int | None  # index in the ranking
    factors: tuple[Fraction, ...]  # what each number would be divided by
    pairs: int  # how many pairs would change their order
    order: tuple[int, ...]  # the others as they would then stand

    @property
    def first_turned(self) -> tuple[int, int] | None:
        """The highest-placed neighbours that would swap: (was ahead, would be ahead)."""
        was = sorted(self.order)
        for before, after in zip(was, self.order, strict=True):
            if before != after:
                return before, after
        return None


def reversals(order: Order, scores: IntegerScores) -> tuple[Reversal, ...]:
    """Each re-scaling that would turn at least one pair: all in, or without one of the items.

    Only an item that alone holds the least of a column changes the scale by leaving.
    """
    if order.form != "relative" or len(scores.numbers) < 2:
        return ()
    rescalings = [rescaled(scores, removed) for removed in (None, *lone_least(scores.numbers))]
    return tuple(reversal for reversal in rescalings if reversal.pairs)


def lone_least(numbers: Sequence[Numbers]) -> tuple[int, ...]:
    """Indexes of items that alone hold the least number of a column."""
    indexes = set()
    for column in zip(*numbers, strict=True):
        least = min(column)
        if column.count(least) == 1:
            indexes.add(column.index(least))
    return tuple(sorted(indexes))


def rescaled(scores: IntegerScores, removed: int | None) -> Reversal:
    """The order if each column were divided so that its least is 1; a column with a 0 stays."""
    stay = [index for index in range(len(scores.numbers)) if index != removed]
    least = [min(column) for column in zip(*(scores.numbers[i] for i in stay), strict=True)]
    factors = [smallest or scores.unit for smallest in least]
    shared = lcm(*factors)
    merits: dict[int, Merit] = {
        index: scores.merit(
            index,
            tuple(n * (shared // f) for n, f in zip(scores.numbers[index], factors, strict=True)),
        )
        for index in stay
    }
    grade = merit_ranks(merits.values())
    after = sorted(stay, key=lambda index: (grade[merits[index]], scores.last[index]))
    return Reversal(
        removed=removed,
        factors=tuple(scores.fraction(factor) for factor in factors),
        pairs=discordant_pairs(after),
        order=tuple(after),
    )
