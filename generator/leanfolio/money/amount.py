"""Sums that know what they lack: unknown money is counted, and never a zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=96)  # no sum of amounts that a file can hold needs more digits
CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the parts that are stated, and the number of parts that are not."""

    amount: Decimal | None
    unknown: int = 0

    @property
    def known(self) -> bool:
        """Whether nothing is missing from it."""
        return self.amount is not None and not self.unknown


NOTHING = Total(ZERO)
UNKNOWN = Total(None, 1)


def stated(amount: Decimal | None) -> Total:
    """One part: known where somebody wrote it."""
    return UNKNOWN if amount is None else Total(amount)


def added(parts: Iterable[Total]) -> Total:
    """The sum of some parts. Of no parts it is zero; of unknown parts alone it is unknown."""
    amount: Decimal | None = None
    unknown = 0
    for part in parts:
        unknown += part.unknown
        if part.amount is not None:
            amount = part.amount if amount is None else EXACT.add(amount, part.amount)
    if amount is None and not unknown:
        return NOTHING
    return Total(amount, unknown)


def rest(whole: Total, parts: Iterable[Total]) -> Total:
    """What is left of a whole beside its stated parts. It holds what unknown parts would take."""
    if whole.amount is None:
        return Total(None, whole.unknown)
    taken = added(parts)
    left = whole.amount if taken.amount is None else EXACT.subtract(whole.amount, taken.amount)
    return Total(left, taken.unknown)


def less(whole: Decimal | None, part: Decimal | None) -> Decimal | None:
    """The difference of two amounts; unknown where one of them is."""
    return None if whole is None or part is None else EXACT.subtract(whole, part)


def plus(first: Decimal, second: Decimal) -> Decimal:
    """The exact sum of two amounts."""
    return EXACT.add(first, second)


def to_the_cent(amount: Decimal) -> Decimal:
    """The nearest whole cent, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP, EXACT)


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum of amounts that are all known."""
    whole = ZERO
    for amount in amounts:
        whole = EXACT.add(whole, amount)
    return whole
