"""What if one number of one item were another: every such change, and the rank that follows."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from leanfolio.figures.ranking.integer_scores import (
    MONEY_STEP,
    MONEY_STEPS,
    IntegerScores,
    Merit,
    Numbers,
    merit_ranks,
)


class Change(NamedTuple):
    """One number of one item, so many steps up or down the scale."""

    item: int  # index in the ranking
    part: int  # index into the form's PARTS
    steps: int  # below 0: down the scale
    before: int
    after: int
    rank: int  # the item's rank if that were so

    @property
    def distance(self) -> int:
        """The number of steps, up or down."""
        return abs(self.steps)


def changes(scores: IntegerScores) -> tuple[tuple[Change, ...], ...]:
    """All single changes of each item, in ranking order; ranks are exact, and count from 1.

    Numbers `before` and `after` are whole, in the unit of the ranking (`IntegerScores.fraction`).
    """
    single = [tuple(single_changes(scores, numbers)) for numbers in scores.numbers]
    own = [scores.merit(index, numbers) for index, numbers in enumerate(scores.numbers)]
    varied: list[list[Merit]] = [
        [
            scores.merit(index, replaced(scores.numbers[index], part, after))
            for part, _, after in options
        ]
        for index, options in enumerate(single)
    ]
    grade = merit_ranks((*own, *(merit for merits in varied for merit in merits)))
    number = len(own)
    keys = [grade[merit] * number + last for merit, last in zip(own, scores.last, strict=True)]
    ranked = []
    for index, (options, merits) in enumerate(zip(single, varied, strict=True)):
        last = scores.last[index]
        row = []
        for (part, steps, after), merit in zip(options, merits, strict=True):
            place = bisect_left(keys, grade[merit] * number + last)
            # Its own former key is no rival: leave it out of those ahead.
            rank = place if place > index else place + 1
            row.append(Change(index, part, steps, scores.numbers[index][part], after, rank))
        ranked.append(tuple(row))
    return tuple(ranked)


def replaced(numbers: Numbers, part: int, after: int) -> Numbers:
    """The numbers, with another in the place of `part`: an index into the form's PARTS."""
    return (*numbers[:part], after, *numbers[part + 1 :])


def single_changes(scores: IntegerScores, numbers: Numbers) -> Iterator[tuple[int, int, int]]:
    """Every (part, steps, new number), nearest first; a size never becomes 0."""
    last = len(numbers) - 1
    for part, value in enumerate(numbers):
        for steps, after in steps_from(scores, value):
            if part != last or after > 0:
                yield part, steps, after


def steps_from(scores: IntegerScores, value: int) -> Iterator[tuple[int, int]]:
    """Every other number that this one might be, with its distance in steps: nearest first.

    A number off the scale is one step from the nearest on either side.
    """
    if scores.form == "money":
        yield from money_steps_from(value)
        return
    scale = scores.scale
    at = bisect_left(scale, value)
    up = at + 1 if at < len(scale) and scale[at] == value else at
    for distance in range(1, len(scale) + 1):
        if at - distance >= 0:
            yield -distance, scale[at - distance]
        if up + distance - 1 < len(scale):
            yield distance, scale[up + distance - 1]


def money_steps_from(value: int) -> Iterator[tuple[int, int]]:
    """Each step a quarter more or a fifth less, MONEY_STEPS of them either way; none of 0."""
    if not value:
        return
    for distance in range(1, MONEY_STEPS + 1):
        factor = MONEY_STEP**distance
        yield -distance, int(value / factor)
        yield distance, int(value * factor)
