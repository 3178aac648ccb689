"""How long one team takes for its next items: calculated, with no draw and no seed.

Each week to come finishes as many items as one of the weeks that were looked at, each as likely as
the other. Of n such weeks there are n to the k ways that k weeks may go; the ways are counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate

from leanfolio.figures.flow.forecast_calendar import MOST_WEEKS


@dataclass(frozen=True)
class ExactSums:
    """What a number of weeks finishes, of up to `most` items.

    `sample` is how many items each past week finished. Chances are exact fractions.
    """

    sample: tuple[int, ...]
    most: int
    _below: list[list[int]] = field(default_factory=list, repr=False, compare=False)
    _ways: list[list[int]] = field(default_factory=list, repr=False, compare=False)

    def at_least(self, items: int, weeks: int) -> Fraction:
        """The chance that so many weeks finish at least so many items, up to `most`."""
        if items <= 0:
            return Fraction(1)
        if not self.sample:
            return Fraction(0)
        return 1 - Fraction(self._below_of(weeks)[items], len(self.sample) ** weeks)

    def weeks_for(self, items: int, share: Fraction) -> int | None:
        """The first number of weeks that finishes so many items with at least this chance.

        None where five years do not.
        """
        if not any(self.sample):
            return 0 if items <= 0 else None
        return next(
            (weeks for weeks in range(MOST_WEEKS + 1) if self.at_least(items, weeks) >= share), None
        )

    def items_within(self, weeks: int, share: Fraction) -> int:
        """The largest number of items, up to `most`, that is finished with at least this chance."""
        return next(
            items for items in range(self.most, -1, -1) if self.at_least(items, weeks) >= share
        )

    def _below_of(self, weeks: int) -> list[int]:
        """For each number of items, in how many ways so many weeks finish fewer."""
        if not self._ways:
            self._ways.append([1, *([0] * self.most)])
            self._below.append(below(self._ways[0]))
        while len(self._ways) <= weeks:
            self._ways.append(one_week_more(self._ways[-1], self.sample))
            self._below.append(below(self._ways[-1]))
        return self._below[weeks]


def below(ways: Sequence[int]) -> list[int]:
    """The ways that finish fewer than 0, 1, 2... items."""
    return [0, *accumulate(ways)]


def one_week_more(ways: Sequence[int], sample: Sequence[int]) -> list[int]:
    """In how many ways each number of items is finished, after another week."""
    result = [0] * len(ways)
    for number, times in Counter(sample).items():
        for done, count in enumerate(ways[: max(len(ways) - number, 0)]):
            result[done + number] += count * times
    return result
