"""The columns of the funding table, and their sums."""

from collections.abc import Sequence
from typing import NamedTuple

from leanfolio.figures.funding.amount import ABSENT, Total, added


class Columns(NamedTuple):
    """The columns of the funding table. Each is a sum that knows what it lacks, or is absent."""

    target: Total = ABSENT
    approved: Total = ABSENT
    committed: Total = ABSENT
    free: Total = ABSENT  # approved for the stream, and not committed to an epic
    forecast: Total = ABSENT
    actual: Total = ABSENT
    remaining: Total = ABSENT  # approved - actual
    variance: Total = ABSENT  # approved - forecast: above zero is under the approved money
    asked: Total = ABSENT  # by epics that wait for their decision; in no other column


NAMES = Columns._fields


def sum_columns(all: Sequence[Columns]) -> Columns:
    """Each column summed by itself; one that means nothing in any part means nothing.

    A difference that a part lacks is unknown: the sum of the others would not be the difference of
    the sums beside it.
    """
    if not all:
        return Columns()
    sums = Columns(*map(added_or_absent, zip(*all, strict=True)))
    if not (sums.remaining.unknown or sums.variance.unknown):
        return sums
    return sums._replace(remaining=whole(sums.remaining), variance=whole(sums.variance))


def whole(total: Total) -> Total:
    """A sum that lacks nothing, or else no amount."""
    return Total(None, total.unknown) if total.unknown else total


def added_or_absent(parts: Sequence[Total]) -> Total:
    """The sum of the parts in which the column means something."""
    if len(parts) == 1:
        return parts[0]
    meant = [part for part in parts if part.amount is not None or part.unknown]
    return added(meant) if meant else ABSENT
