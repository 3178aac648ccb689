"""Where the cut line falls: how far down the ranking the capacity reaches.

The line is one line: the first item that does not fit ends what is above it, even where
a smaller one further down would fit. Those are named, so that people may decide otherwise.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.figures.ranking.wsjf import Score
from leanfolio.model import CutLine

Measure = Literal["count", "size", "money"]


class Cut(Struct, frozen=True):
    """The capacity, what each item takes of it in ranking order, and how many places it reaches.

    An item whose cost nobody stated takes nothing, and stands neither above nor below.
    """

    measure: Measure
    capacity: Fraction
    weights: tuple[Fraction | None, ...]
    place: int  # how many stand above, those of unknown cost among them

    @property
    def used(self) -> Fraction:
        """The sum of what is above the line: items, size, or money, as `measure` says."""
        return known_sum(self.weights[: self.place])

    @property
    def left(self) -> Fraction:
        """The unused capacity; never below 0."""
        return self.capacity - self.used

    def above(self, index: int) -> bool | None:
        """Whether the item at this index of the ranking is above the line; None if unknown."""
        return None if self.weights[index] is None else index < self.place

    @property
    def also_fits(self) -> tuple[int, ...]:
        """Indexes further below that what is left would carry, taken greedily from the top."""
        left, fitting = self.left, []
        for index in range(self.place + 1, len(self.weights)):
            weight = self.weights[index]
            if weight is not None and weight <= left:
                fitting.append(index)
                left -= weight
        return tuple(fitting)


def cut(
    line: CutLine | None, scores: Sequence[Score], costs: Sequence[Fraction | None]
) -> Cut | None:
    """The cut line of a portfolio over a ranking; None where it states none.

    `costs` are the items' costs in one currency, in ranking order; None where unknown. Only a line
    of money asks for them; there have to be as many as scores.
    """
    if line is None:
        return None
    weights: tuple[Fraction | None, ...]
    if line.count is not None:
        weights = (Fraction(1),) * len(scores)
        return cut_at("count", weights, Fraction(line.count))
    if line.size is not None:
        weights = tuple(score.size for score in scores)
        return cut_at("size", weights, Fraction(line.size))
    if line.money is not None:
        weights = tuple(costs)
        return cut_at("money", weights, Fraction(line.money))
    return None


def cut_at(measure: Measure, weights: tuple[Fraction | None, ...], capacity: Fraction) -> Cut:
    return Cut(measure, capacity, weights, items_within(weights, capacity))


def items_within(weights: Sequence[Fraction | None], capacity: Fraction) -> int:
    """How many items from the top fit before the first that does not; the unknown take nothing."""
    used = Fraction(0)
    for index, weight in enumerate(weights):
        used += weight or 0
        if used > capacity:
            return index
    return len(weights)


def known_sum(weights: Sequence[Fraction | None]) -> Fraction:
    """The sum of the weights that are known."""
    return sum((weight for weight in weights if weight is not None), Fraction(0))
