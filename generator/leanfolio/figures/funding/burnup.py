"""How spending has grown over a period, day by day, beside what was approved for it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.funding.amount import ZERO, plus
from leanfolio.figures.funding.ledger import Booking
from leanfolio.model import Days


class BurnUp(Struct, frozen=True):
    """The sum that was spent at the end of each day on which something was booked."""

    days: Days
    approved: Decimal | None
    points: tuple[tuple[date, Decimal], ...]


def burn_up(bookings: Iterable[Booking], days: Days, approved: Decimal | None) -> BurnUp:
    """The growing sum of all bookings of a period, in order of time."""
    by_day: defaultdict[date, Decimal] = defaultdict(lambda: ZERO)
    for booking in bookings:
        on = booking.spending.on
        if days.first <= on <= days.last:
            by_day[on] = plus(by_day[on], booking.amount)
    points = []
    spent = ZERO
    for on in sorted(by_day):
        spent = plus(spent, by_day[on])
        points.append((on, spent))
    return BurnUp(days, approved, tuple(points))
