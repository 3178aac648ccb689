"""What if one number of one item were another: every such change, and the rank that follows."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from leanfolio.figures.ranking.integer_scores import (
    MONEY_STEP,
    MONEY_STEPS,
    Merit,
    Numbers,
    Whole,
    grades,
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
        """How many steps, whichever way."""
        return abs(self.steps)


def changes(whole: Whole) -> tuple[tuple[Change, ...], ...]:
    """All single changes of each item, in ranking order; ranks are exact, and count from 1.

    Numbers `before` and `after` are whole, in the unit of the ranking (`Whole.fraction`).
    """
    single = [tuple(single_changes(whole, numbers)) for numbers in whole.numbers]
    own = [whole.merit(index, numbers) for index, numbers in enumerate(whole.numbers)]
    varied: list[list[Merit]] = [
        [whole.merit(index, changed(whole.numbers[index], part, after)) for part, _, after in each]
        for index, each in enumerate(single)
    ]
    grade = grades((*own, *(merit for merits in varied for merit in merits)))
    number = len(own)
    keys = [grade[merit] * number + last for merit, last in zip(own, whole.last, strict=True)]
    found = []
    for index, (each, merits) in enumerate(zip(single, varied, strict=True)):
        last = whole.last[index]
        row = []
        for (part, steps, after), merit in zip(each, merits, strict=True):
            place = bisect_left(keys, grade[merit] * number + last)
            # Its own former key is no rival: leave it out of those ahead.
            rank = place if place > index else place + 1
            row.append(Change(index, part, steps, whole.numbers[index][part], after, rank))
        found.append(tuple(row))
    return tuple(found)


def changed(numbers: Numbers, part: int, after: int) -> Numbers:
    """The numbers, with another in the place of `part`: an index into the form's PARTS."""
    return (*numbers[:part], after, *numbers[part + 1 :])


def single_changes(whole: Whole, numbers: Numbers) -> Iterator[tuple[int, int, int]]:
    """Every (part, steps, new number), nearest first; a size never becomes 0."""
    last = len(numbers) - 1
    for part, value in enumerate(numbers):
        for steps, after in rungs(whole, value):
            if part != last or after > 0:
                yield part, steps, after


def rungs(whole: Whole, value: int) -> Iterator[tuple[int, int]]:
    """Every other number that this one might be, with its distance in steps: nearest first.

    A number off the scale is one step from the nearest on either side.
    """
    if whole.form == "money":
        yield from money_rungs(value)
        return
    scale = whole.scale
    at = bisect_left(scale, value)
    up = at + 1 if at < len(scale) and scale[at] == value else at
    for distance in range(1, len(scale) + 1):
        if at - distance >= 0:
            yield -distance, scale[at - distance]
        if up + distance - 1 < len(scale):
            yield distance, scale[up + distance - 1]


def money_rungs(value: int) -> Iterator[tuple[int, int]]:
    """Each step a quarter more or a fifth less, MONEY_STEPS of them either way; none of 0."""
    if not value:
        return
    for distance in range(1, MONEY_STEPS + 1):
        factor = MONEY_STEP**distance
        yield -distance, int(value / factor)
        yield distance, int(value * factor)
