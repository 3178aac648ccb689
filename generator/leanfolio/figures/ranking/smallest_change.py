"""What is funded, and how little it takes to fund something else."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from math import floor, lcm

from msgspec import Struct

from leanfolio.figures.ranking.change import Change, replaced
from leanfolio.figures.ranking.cut import Cut
from leanfolio.figures.ranking.integer_scores import IntegerScores, Numbers, in_units


class DecisiveChange(Struct, frozen=True):
    """A single change after which the items above the cut line are others."""

    change: Change
    moved: Fraction  # by how much it changes the item's own score
    entered: tuple[int, ...]  # indexes that it lifts above the line
    left: tuple[int, ...]


def smallest_change(
    scores: IntegerScores, changes: Sequence[Sequence[Change]], line: Cut
) -> DecisiveChange | None:
    """The fewest steps that change what is funded; of equals, what moves its score the least."""
    furthest = max((change.distance for row in changes for change in row), default=0)
    for distance in range(1, furthest + 1):
        decisive = [
            (abs(score_change(scores, change)), change, place)
            for change, place in cuts_after(scores, changes, line, distance)
            if place != line.place or (change.item < place) != (change.rank <= place)
        ]
        if decisive:
            _, change, place = min(decisive)
            return consequences(scores, change, line.place, place)
    return None


def crossings(
    scores: IntegerScores, changes: Sequence[Sequence[Change]], line: Cut
) -> dict[int, Change]:
    """For each item that can cross the line alone, the fewest steps by which it does."""
    furthest = max((change.distance for row in changes for change in row), default=0)
    fewest: dict[int, Change] = {}
    for distance in range(1, furthest + 1):
        for change, place in cuts_after(scores, changes, line, distance):
            if (change.item < line.place) != (change.rank <= place):
                fewest.setdefault(change.item, change)
    return fewest


def cuts_after(
    scores: IntegerScores, changes: Sequence[Sequence[Change]], line: Cut, distance: int
) -> Iterator[tuple[Change, int]]:
    """Every single change of so many steps, with how many items then stand above the line."""
    capacity, weights = integer_cut(scores, line)
    sums = [0, *accumulate(weights)]
    for index, row in enumerate(changes):
        for change in row:
            if change.distance != distance:
                continue
            sized = line.measure == "size" and change.part == len(scores.numbers[index]) - 1
            weight = change.after if sized else weights[index]
            yield change, reach_after(sums, capacity, index, change.rank - 1, weight)


def integer_cut(scores: IntegerScores, line: Cut) -> tuple[int, list[int]]:
    """The capacity and what each item takes of it, in whole numbers; unknown costs take nothing."""
    if line.measure == "size":
        return floor(line.capacity * scores.unit), [numbers[-1] for numbers in scores.numbers]
    weights = [weight or Fraction(0) for weight in line.weights]
    unit = lcm(*(weight.denominator for weight in weights))
    return floor(line.capacity * unit), [in_units(weight, unit) for weight in weights]


def reach_after(sums: Sequence[int], capacity: int, index: int, to: int, weight: int) -> int:
    """How many fit above the line once the item at `index` moves `to`, taking `weight`.

    `sums` are the running sums of weights in the ranking as it stands, beginning with 0.
    """
    ahead = reach_without(sums, capacity, index)
    if ahead < to:
        return ahead
    before = sums[to] if to <= index else sums[to + 1] - sums[index + 1] + sums[index]
    if before + weight > capacity:
        return to
    return max(reach_without(sums, capacity - weight, index), to) + 1


def reach_without(sums: Sequence[int], capacity: int, index: int) -> int:
    """How many of the other items fit, when the one at this index is taken out."""
    own = sums[index + 1] - sums[index]
    if sums[index] > capacity:
        return bisect_right(sums, capacity) - 1
    return bisect_right(sums, capacity + own) - 2


def consequences(scores: IntegerScores, change: Change, place: int, now: int) -> DecisiveChange:
    """Who enters and who leaves: compare the top of the ranking before and after."""
    others = [index for index in range(max(place, now) + 1) if index != change.item]
    after = {*others[:now]} if change.rank > now else {*others[: now - 1], change.item}
    before = set(range(place))
    return DecisiveChange(
        change=change,
        moved=score_change(scores, change),
        entered=tuple(sorted(after - before)),
        left=tuple(sorted(before - after)),
    )


def score_change(scores: IntegerScores, change: Change) -> Fraction:
    """By how much a change moves the item's own score."""
    numbers = scores.numbers[change.item]
    new = replaced(numbers, change.part, change.after)
    return score_with(scores, change.item, new) - score_with(scores, change.item, numbers)


def score_with(scores: IntegerScores, index: int, numbers: Numbers) -> Fraction:
    """The score that these numbers make. Value times urgency carries the unit twice."""
    cost, _, size = scores.merit(index, numbers)
    score = Fraction(cost, size)
    return score / scores.unit if scores.form == "value-urgency" else score
