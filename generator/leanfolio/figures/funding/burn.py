"""How fast money goes: burn against elapsed time, and where that pace leads."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from leanfolio.model import Days


def burn(approved: Decimal | None, actual: Decimal | None) -> Fraction | None:
    """The share of the approved money that is spent; unknown of nothing approved."""
    if approved is None or actual is None or approved == 0:
        return None
    spent, per = actual.as_integer_ratio()
    given, of = approved.as_integer_ratio()
    return Fraction(spent * of, per * given)


def at_this_pace(actual: Decimal | None, days: Days | None, as_of: date) -> Fraction | None:
    """What the period will have cost if money goes on as it went: actual over the elapsed share."""
    elapsed = days.elapsed(as_of) if days else 0
    if actual is None or days is None or not elapsed:
        return None
    return Fraction(actual) * days.length / elapsed


def runway(
    approved: Decimal | None, actual: Decimal | None, days: Days | None, as_of: date
) -> int | None:
    """Whole days that the rest of the approved money lasts at the pace of the period so far.

    At most to the last day of the period: the money is for no longer.
    None where nothing was spent, where the period has not begun, or where it is over.
    """
    elapsed = days.elapsed(as_of) if days else 0
    if approved is None or actual is None or days is None or not elapsed or as_of > days.last:
        return None
    if actual <= 0:
        return None
    left = max(Fraction(approved) - Fraction(actual), Fraction(0))
    lasting: int = (left * elapsed / Fraction(actual)).__floor__()
    return min(lasting, (days.last - as_of).days)


def lasts_until(days_left: int | None, as_of: date) -> date | None:
    """The last day that a runway reaches; None where it is unknown or beyond the calendar."""
    if days_left is None or days_left > (date.max - as_of).days:
        return None
    return as_of + timedelta(days=days_left)
