"""What a step towards a key result has cost: information, not a judgement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.funding.amount import Total
from leanfolio.figures.funding.cuts import Portion, cut


@dataclass(frozen=True, slots=True)
class OutcomeCost:
    """A key result with what its epics spent for it, and how far it has come."""

    key_result: str
    actual: Total
    approved: Total
    progress: Fraction | None  # raw: 1 is all the way from start to target
    per_point: Fraction | None  # money for each hundredth of the way; unknown without progress


def outcome_costs(
    portions: Iterable[Portion], progress: Mapping[str, Fraction | None]
) -> tuple[OutcomeCost, ...]:
    """The cost per point of progress, for every key result that an epic moves."""
    slices = cut("key-result", tuple(portions), progress).slices
    return tuple(
        OutcomeCost(
            entry.key,
            entry.columns["actual"],
            entry.columns["approved"],
            progress.get(entry.key),
            per_point(entry.columns["actual"], progress.get(entry.key)),
        )
        for entry in slices
        if entry.key
    )


def per_point(spent: Total, progress: Fraction | None) -> Fraction | None:
    """Money over points. Nothing gained has no price, and part of a sum is no sum."""
    if not spent.known or progress is None or progress <= 0:
        return None
    return Fraction(spent.amount or Decimal(0)) / (progress * 100)
