"""Did we deliver what we said? Planned against actual business value of an increment."""

from decimal import Decimal
from fractions import Fraction

from leanfolio.model import IncrementObjective


def predictability(objectives: tuple[IncrementObjective, ...]) -> Fraction | None:
    """Actual value of all objectives over planned value of the committed ones; None before actuals.

    Vectors: team 1 25/25, team 2 18/19: pooled 97.7 %.
    """
    planned = sum(
        (
            objective.planned_value or Decimal(0)
            for objective in objectives
            if objective.commitment == "committed"
        ),
        Decimal(0),
    )
    if not planned or all(objective.actual_value is None for objective in objectives):
        return None
    actual = sum((objective.actual_value or Decimal(0) for objective in objectives), Decimal(0))
    return Fraction(actual) / Fraction(planned)
