"""How often an item stays above the line when every score is off at once, at random.

Repeatable by any reader. For each draw and each item, in the order of their ids, one random byte:
the bytes of Mersenne Twister MT19937, seeded as Python's `random.Random(seed)`, its 32-bit outputs
one after the other, lowest byte first. With p numbers to a score and m = 3^p, bytes from
256 - (256 mod m) upwards are skipped, so that all m outcomes are equally likely. The byte's digits
in base 3, lowest first, say for each number in the order of the formula: 0 a step down the scale,
1 as scored, 2 a step up. A step that would leave the scale is not taken.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from operator import getitem
from random import Random

from msgspec import Struct

from leanfolio.figures.ranking.change import single_changes
from leanfolio.figures.ranking.cut import Cut
from leanfolio.figures.ranking.integer_scores import IntegerScores, Merit, Numbers, merit_ranks
from leanfolio.figures.ranking.smallest_change import integer_cut
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.model.portfolio import id_order

MOST, LEAST = 10_000, 1_000  # draws: small portfolios can afford more
EFFORT = 1_000_000  # scores drawn, where that lies between


class Perturbation(Struct, frozen=True):
    """In how many of the draws each item was above the cut line, and in how many it was first."""

    seed: int
    draws: int
    above: tuple[int, ...] | None  # in ranking order; None without a cut line
    first: tuple[int, ...]


def usual_draws(items: int) -> int:
    """How many draws a portfolio of this size gets."""
    return min(MOST, max(LEAST, EFFORT // max(items, 1)))


def perturb(
    order: Order, scores: IntegerScores, line: Cut | None, seed: int, draws: int
) -> Perturbation:
    """Draw all scores at random within one step, again and again, and count.

    Counts stand in ranking order, and are at most `draws`. Each draw sorts the whole ranking once.
    """
    number = len(order.scores)
    if not number:
        return Perturbation(seed, draws, () if line else None, ())
    by_id = sorted(range(number), key=lambda index: id_order(order.scores[index].item.id))
    outcomes = outcomes_of(scores, by_id)
    keys = keys_of(scores, by_id, outcomes)
    index_by_tie_rank = [0] * number  # whose key ends in this place, as an index into by_id
    for at, index in enumerate(by_id):
        index_by_tie_rank[scores.last[index]] = at
    capacity = capacity_of(scores, line, by_id, outcomes) if line else None
    above: Counter[int] = Counter()
    first: Counter[int] = Counter()
    for digits in draw_outcomes(seed, draws, number, len(scores.numbers[0])):
        ranked = sorted(map(getitem, keys, digits))
        first[index_by_tie_rank[ranked[0] % number]] += 1
        if capacity:
            above.update(
                capacity.taken((index_by_tie_rank[key % number] for key in ranked), digits)
            )
    return Perturbation(
        seed=seed,
        draws=draws,
        above=in_ranking_order(above, by_id) if line else None,
        first=in_ranking_order(first, by_id),
    )


def in_ranking_order(counted: Counter[int], by_id: Sequence[int]) -> tuple[int, ...]:
    """Reorder counts from the order of `by_id` to that of the ranking."""
    result = [0] * len(by_id)
    for at, index in enumerate(by_id):
        result[index] = counted[at]
    return tuple(result)


def outcomes_of(scores: IntegerScores, by_id: Sequence[int]) -> list[list[Numbers]]:
    """For each item all numbers that it may be drawn to have, by the value of its byte."""
    known: dict[Numbers, list[Numbers]] = {}
    for index in by_id:
        numbers = scores.numbers[index]
        if numbers not in known:
            known[numbers] = joint_outcomes(scores, numbers)
    return [known[scores.numbers[index]] for index in by_id]


def joint_outcomes(scores: IntegerScores, numbers: Numbers) -> list[Numbers]:
    """Every way to draw each number a step down, as scored, or a step up; first digit lowest."""
    near = {(part, steps): after for part, steps, after in single_changes(scores, numbers)}
    choices = [
        (near.get((part, -1), value), value, near.get((part, 1), value))
        for part, value in enumerate(numbers)
    ]
    return [tuple(reversed(numbers)) for numbers in product(*reversed(choices))]


def keys_of(
    scores: IntegerScores, by_id: Sequence[int], outcomes: Sequence[Sequence[Numbers]]
) -> list[list[int]]:
    """One whole number per item and outcome: sorted, they are the ranking."""
    number = len(by_id)
    merits: list[list[Merit]] = [
        [scores.merit(index, numbers) for numbers in options]
        for index, options in zip(by_id, outcomes, strict=True)
    ]
    grade = merit_ranks(merit for options in merits for merit in options)
    return [
        [grade[merit] * number + scores.last[index] for merit in options]
        for index, options in zip(by_id, merits, strict=True)
    ]


def draw_outcomes(seed: int, draws: int, items: int, parts: int) -> Iterator[bytes]:
    """For each draw one number per item, each of 3^parts outcomes equally likely."""
    outcomes = 3**parts
    usable = 256 - 256 % outcomes
    digit = bytes(byte % outcomes for byte in range(256))
    skipped = bytes(range(usable, 256))
    source = Random(seed)  # noqa: S311 - repeatable by intent, guards nothing
    block = -(-items // 4) * 4 + 64  # a multiple of 4: no part of an output is lost
    left = b""
    for _ in range(draws):
        while len(left) < items:
            left += source.randbytes(block).translate(digit, skipped)
        yield left[:items]
        left = left[items:]


class Capacity(Struct, frozen=True):
    """The capacity of the cut line and the weight of each item by its outcome, in whole numbers."""

    capacity: int
    weights: Sequence[Sequence[int]]

    def taken(self, ranked: Iterator[int], digits: bytes) -> Iterator[int]:
        """Yield items from the top until the first that does not fit."""
        left = self.capacity
        for at in ranked:
            left -= self.weights[at][digits[at]]
            if left < 0:
                return
            yield at


def capacity_of(
    scores: IntegerScores, line: Cut, by_id: Sequence[int], outcomes: Sequence[Sequence[Numbers]]
) -> Capacity:
    """The cut line for drawn scores: by size, what an item takes is drawn with it."""
    number = len(outcomes[0])
    if line.measure == "size":
        sizes = [[numbers[-1] for numbers in options] for options in outcomes]
        return Capacity(integer_cut(scores, line)[0], sizes)
    capacity, weights = integer_cut(scores, line)
    return Capacity(capacity, [[weights[index]] * number for index in by_id])
