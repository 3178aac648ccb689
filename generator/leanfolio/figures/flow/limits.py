"""Natural limits: what of a figure's ups and downs is a signal, and what is its usual variation."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct

from leanfolio.figures.thresholds import FEWEST_WEEKS, NATURAL_LIMIT


class Limits(Struct, frozen=True):
    """The mean of a series and its natural process limits, with the points outside of them."""

    mean: Fraction
    lower: Fraction  # never below zero: all that is counted here is a number of things or days
    upper: Fraction
    outside: tuple[int, ...]  # the indices of the points beyond a limit


def natural_limits(values: Sequence[int]) -> Limits | None:
    """The mean, plus and less 2.66 times the mean moving range; None under five values."""
    if len(values) < FEWEST_WEEKS:
        return None
    mean = Fraction(sum(values), len(values))
    ranges = [abs(two - one) for one, two in pairwise(values)]
    reach = NATURAL_LIMIT * Fraction(sum(ranges), len(ranges))
    lower, upper = max(mean - reach, Fraction(0)), mean + reach
    outside = tuple(n for n, value in enumerate(values) if not lower <= value <= upper)
    return Limits(mean, lower, upper, outside)
