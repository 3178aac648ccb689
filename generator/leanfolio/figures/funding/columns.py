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
    """Each column summed by itself; one that means nothing in any part means nothing."""
    return Columns(*map(added_or_absent, zip(*all, strict=True))) if all else Columns()


def added_or_absent(parts: Sequence[Total]) -> Total:
    """The sum of the parts in which the column means something."""
    if len(parts) == 1:
        return parts[0]
    meant = [part for part in parts if part.amount is not None or part.unknown]
    return added(meant) if meant else ABSENT
