"""How sure a place in the ranking is: where each item could stand if one score were a step off.

The score may be the item's own or any other item's. A step of the item's own score may carry it
any number of places; one of another item's score carries only that item past it, so it moves by one
place at most.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from leanfolio.figures.ranking.change import Change


class Interval(Struct, frozen=True):
    """The best and the worst rank of an item over all one-step changes of any item's numbers."""

    rank: int
    steps: tuple[Change, ...]  # of the item's own numbers
    lifted_by: Change | None = None  # of an item ahead, which falls behind this one
    dropped_by: Change | None = None  # of an item behind, which gets ahead of this one

    @property
    def own_low(self) -> int:
        """The best rank that a step of the item's own numbers leads to."""
        return min((self.rank, *(step.rank for step in self.steps)))

    @property
    def own_high(self) -> int:
        """The worst rank that a step of the item's own numbers leads to."""
        return max((self.rank, *(step.rank for step in self.steps)))

    @property
    def low(self) -> int:
        """The best rank that it may have: the smallest number."""
        return min(self.own_low, self.rank - 1) if self.lifted_by else self.own_low

    @property
    def high(self) -> int:
        """The worst rank that it may have: the largest number."""
        return max(self.own_high, self.rank + 1) if self.dropped_by else self.own_high

    @property
    def best(self) -> Change | None:
        """The change that lifts it highest, its own if one does; None where none lifts it."""
        if self.own_low < self.rank:
            return min(self.steps, key=lambda step: step.rank)
        return self.lifted_by

    @property
    def worst(self) -> Change | None:
        """The change that drops it furthest, its own if one does; None where none drops it."""
        if self.own_high > self.rank:
            return max(self.steps, key=lambda step: step.rank)
        return self.dropped_by


def intervals(changes: Sequence[Sequence[Change]]) -> tuple[Interval, ...]:
    """One interval per item of a ranking, in its order."""
    steps = [tuple(change for change in row if change.distance == 1) for row in changes]
    lifting = furthest_falls(steps)
    dropping = furthest_rises(steps)
    return tuple(
        Interval(rank, own, lifted_by, dropped_by)
        for rank, (own, lifted_by, dropped_by) in enumerate(
            zip(steps, lifting, dropping, strict=True), 1
        )
    )


def furthest_falls(steps: Sequence[Iterable[Change]]) -> list[Change | None]:
    """For each item a step after which an item ahead of it stands behind it; None without one.

    Of several it is the one that falls furthest, of equals the first in the ranking.
    """
    result: list[Change | None] = []
    furthest: Change | None = None
    for rank, own in enumerate(steps, 1):
        # With the other gone from ahead, this item stands at rank - 1: the other is now behind.
        result.append(furthest if furthest is not None and furthest.rank >= rank else None)
        for step in own:
            if furthest is None or step.rank > furthest.rank:
                furthest = step
    return result


def furthest_rises(steps: Sequence[Iterable[Change]]) -> list[Change | None]:
    """For each item a step after which an item behind it stands ahead of it; None without one.

    Of several it is the one that rises highest, of equals the last in the ranking.
    """
    result: list[Change | None] = []
    highest: Change | None = None
    for index, own in reversed(list(enumerate(steps))):
        result.append(highest if highest is not None and highest.rank <= index + 1 else None)
        for step in own:
            if highest is None or step.rank < highest.rank:
                highest = step
    return result[::-1]


def first_place_changes(all_intervals: Sequence[Interval]) -> tuple[int, int]:
    """How many of all one-step changes would put another item first, and of how many there are."""
    moves = sum(
        (item.rank == 1) != (step.rank == 1) for item in all_intervals for step in item.steps
    )
    return moves, sum(len(item.steps) for item in all_intervals)
