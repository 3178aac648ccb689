"""How sure a place in the ranking is: where each item could stand if one score were a step off."""

from collections.abc import Sequence
from dataclasses import dataclass

from leanfolio.figures.ranking.change import Change


@dataclass(frozen=True, slots=True)
class Interval:
    """The best and the worst rank over all one-step changes of one number of the item."""

    rank: int
    steps: tuple[Change, ...]

    @property
    def best(self) -> Change | None:
        """The change that lifts it highest; None where none lifts it."""
        found = min(self.steps, key=lambda step: step.rank, default=None)
        return found if found and found.rank < self.rank else None

    @property
    def worst(self) -> Change | None:
        """The change that drops it furthest; None where none drops it."""
        found = max(self.steps, key=lambda step: step.rank, default=None)
        return found if found and found.rank > self.rank else None

    @property
    def low(self) -> int:
        """The best rank that it may have: the smallest number."""
        return self.best.rank if self.best else self.rank

    @property
    def high(self) -> int:
        """The worst rank that it may have: the largest number."""
        return self.worst.rank if self.worst else self.rank


def intervals(changes: Sequence[Sequence[Change]]) -> tuple[Interval, ...]:
    """One interval per item of a ranking, in its order."""
    return tuple(
        Interval(rank, tuple(change for change in each if change.distance == 1))
        for rank, each in enumerate(changes, 1)
    )


def first_place_changes(found: Sequence[Interval]) -> tuple[int, int]:
    """How many of all one-step changes would put another item first, and of how many there are."""
    moves = sum((each.rank == 1) != (step.rank == 1) for each in found for step in each.steps)
    return moves, sum(len(each.steps) for each in found)
