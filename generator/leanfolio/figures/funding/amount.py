"""Sums that know what they lack: unknown money is counted, and never a zero."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import NamedTuple

from leanfolio.wording.smallest_units import printed_decimals

EXACT = Context(prec=96)  # no sum of amounts that a file can hold needs more digits
ZERO = Decimal(0)


class Total(NamedTuple):
    """The sum of the parts that are stated, and the number of parts that are not.

    A tuple, since a table has hundreds of thousands of them.
    """

    amount: Decimal | None
    unknown: int = 0

    @property
    def known(self) -> bool:
        """Whether nothing is missing from it."""
        return self.amount is not None and not self.unknown

    @property
    def absent(self) -> bool:
        """Whether it means nothing where it stands: nothing is stated, and nothing is missed."""
        return self.amount is None and not self.unknown


NOTHING = Total(ZERO)
UNKNOWN = Total(None, 1)
ABSENT = Total(None)  # of what means nothing here, and so is not missed


def stated(amount: Decimal | None) -> Total:
    """One part: known where somebody wrote it."""
    return UNKNOWN if amount is None else Total(amount)


def added(parts: Iterable[Total]) -> Total:
    """The sum of some parts. Of no parts it is zero; of unknown parts alone it is unknown."""
    known: list[Decimal] = []
    unknown = 0
    for amount, lacking in parts:
        unknown += lacking
        if amount is not None:
            known.append(amount)
    if not known:
        return Total(None, unknown) if unknown else NOTHING
    return Total(known[0] if len(known) == 1 else sum_of(known), unknown)


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


def to_the_unit(amount: Decimal, currency: str) -> Decimal:
    """The nearest whole unit of a currency, such as a cent or a yen; halves away from zero."""
    return amount.quantize(Decimal(1).scaleb(-printed_decimals(currency)), ROUND_HALF_UP, EXACT)


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum of amounts that are all known."""
    with localcontext(EXACT):
        return sum(amounts, ZERO)
