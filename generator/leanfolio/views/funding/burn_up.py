"""The drawing of spending day by day. Every position is decided here."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.funding.burnup import BurnUp
from leanfolio.views.funding.bars import WIDTH
from leanfolio.wording import Message, Rounded, message

# The inner box of the burn-up.
BOX_LEFT, BOX_RIGHT, BOX_TOP, BOX_BOTTOM, BOX_HEIGHT = 16, 656, 24, 250, 290


class BurnUpChart(Struct, frozen=True):
    """The spending of a period as a growing line, the approval above it, and today."""

    label: Message
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    line: str
    approved_y: Rounded | None
    even: str | None  # the line of spending evenly over the period
    today: Rounded | None
    first: date
    last: date
    points: tuple[tuple[date, Decimal], ...]

    @property
    def above(self) -> int:
        """The base of the words above the box."""
        return self.top - 8

    @property
    def below(self) -> int:
        """The base of the days below the box."""
        return self.bottom + 20

    @property
    def month_ends(self) -> tuple[tuple[date, Decimal], ...]:
        """The last day of each month on which something was booked: the table beside it."""
        months = {(on.year, on.month): (on, amount) for on, amount in self.points}
        return tuple(months.values())


def burn_up_chart(result: BurnUp, as_of: date, name: str) -> BurnUpChart | None:
    """The drawing; None where nothing was booked."""
    if not result.points:
        return None
    spent = max(Fraction(amount) for _, amount in result.points)
    most = max(spent, Fraction(result.approved or 0))
    if most <= 0:
        return None

    def x(on: date) -> Rounded:
        share = Fraction(result.days.elapsed(on), result.days.length)
        return Rounded(BOX_LEFT + share * (BOX_RIGHT - BOX_LEFT), 1)

    def y(amount: Fraction) -> Rounded:
        return Rounded(BOX_BOTTOM - amount / most * (BOX_BOTTOM - BOX_TOP), 1)

    steps = "".join(f"H{x(on)}V{y(Fraction(amount))}" for on, amount in result.points)
    until = min(as_of, result.days.last)
    top = None if result.approved is None else y(Fraction(result.approved))
    return BurnUpChart(
        label=message("Spending in {period}, day by day", period=name),
        width=WIDTH,
        height=BOX_HEIGHT,
        left=BOX_LEFT,
        right=BOX_RIGHT,
        top=BOX_TOP,
        bottom=BOX_BOTTOM,
        line=f"M{BOX_LEFT} {BOX_BOTTOM}{steps}H{x(until)}",
        approved_y=top,
        even=None if top is None else f"M{BOX_LEFT} {BOX_BOTTOM}L{BOX_RIGHT} {top}",
        today=x(as_of) if result.days.first <= as_of <= result.days.last else None,
        first=result.days.first,
        last=result.days.last,
        points=result.points,
    )
