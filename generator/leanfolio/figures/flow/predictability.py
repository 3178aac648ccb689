"""Did we deliver what we promised? Actual against planned business value of an increment."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.model import IncrementObjective


class Delivery(Struct, frozen=True):
    """The values of some objectives, and how many of them are not stated.

    planned: of committed objectives; actual: of all objectives; both without those not stated.
    """

    planned: tuple[Decimal, ...]
    actual: tuple[Decimal, ...]
    unplanned: int  # committed objectives without a planned value
    unrated: int  # objectives without an actual value

    @property
    def so_far(self) -> Fraction | None:
        """Actual over planned value, of what is rated already.

        None where nothing is planned or rated, or where a planned value is missing: the whole is
        not known then.
        """
        planned = sum(self.planned, Decimal(0))
        if not planned or not self.actual or self.unplanned:
            return None
        return Fraction(sum(self.actual, Decimal(0))) / Fraction(planned)

    @property
    def predictability(self) -> Fraction | None:
        """Actual over planned value; None where a value is missing: that is not the same as 0."""
        return None if self.unrated else self.so_far


def delivery(objectives: Iterable[IncrementObjective]) -> Delivery:
    """Return what was planned and what was reached."""
    every = tuple(objectives)
    planned = [entry.planned_value for entry in every if entry.commitment == "committed"]
    actual = [entry.actual_value for entry in every]
    return Delivery(
        tuple(value for value in planned if value is not None),
        tuple(value for value in actual if value is not None),
        planned.count(None),
        actual.count(None),
    )


def predictability(objectives: Iterable[IncrementObjective]) -> Fraction | None:
    """Return the actual value of all objectives over the planned value of the committed ones.

    Vectors: team 1 25/25, team 2 18/19: pooled 97.7 %. None where a value is missing.
    """
    return delivery(objectives).predictability
