"""An amount cut into shares that add up to it again, to the last cent."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TypeVar

from leanfolio.figures.funding.amount import EXACT
from leanfolio.wording.smallest_units import printed_decimals

Key = TypeVar("Key")


def split(
    amount: Decimal, shares: Mapping[Key, Fraction], currency: str = ""
) -> dict[Key, Decimal]:
    """Each share of the amount, in whole units of its currency, by largest remainder (Hamilton).

    The units (cents, or yen) that rounding down leaves over go one by one to the largest
    remainders; of equal ones to the larger share, then to the first. An amount finer than a unit is
    split as finely as it is written. No shares carry nothing.
    """
    if not shares:
        return {}
    if len(shares) == 1:
        return dict.fromkeys(shares, amount)
    exponent = min(exponent_of(amount), -printed_decimals(currency))
    units = whole_units(amount, exponent)
    sign = -1 if units < 0 else 1
    parts = largest_remainder(abs(units), list(shares.values()))
    return {
        name: EXACT.scaleb(Decimal(sign * part), exponent)
        for name, part in zip(shares, parts, strict=True)
    }


def exponent_of(amount: Decimal) -> int:
    """The place of the last digit: -2 for cents."""
    exponent = amount.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def whole_units(amount: Decimal, exponent: int) -> int:
    """The amount as a whole number of its smallest units."""
    return int(EXACT.scaleb(amount, -exponent))


def largest_remainder(units: int, shares: Sequence[Fraction]) -> list[int]:
    """Whole units for each share; they sum to all units."""
    common = lcm(*(share.denominator for share in shares))
    weights = [share.numerator * (common // share.denominator) for share in shares]
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    parts = [units * weight // whole for weight in weights]
    left = units - sum(parts)
    if left:
        order = sorted(
            range(len(weights)),
            key=lambda entry: (-(units * weights[entry] % whole), -weights[entry], entry),
        )
        for index in order[:left]:
            parts[index] += 1
    return parts
