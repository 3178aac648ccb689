"""Bars of money: each value stream against its budget, each horizon against its target; burn-up.

Every position is decided here; each drawing stands beside a table with the same numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.funding.burnup import BurnUp
from leanfolio.figures.funding.mix import Part
from leanfolio.views.lines import in_lines
from leanfolio.views.phrase import rounded

WIDTH, LEFT, RIGHT, ROW, TOP = 672, 190, 652, 34, 10
BAR = 16
ROOM, LINE = 14, 25  # characters of a name left of the bars, and its lines, in a phone's letters


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar drawing: how much is filled, within what, and a mark or two."""

    id: str
    lines: tuple[str, ...]  # the name, in lines that have room left of the bar
    title: str
    url: str | None
    about: str  # what the line says, in words
    y: int
    frame_x: str
    frame: str  # width of what is allowed
    fill: str  # width of what is
    mark: str | None  # where the forecast, or the target, stands
    over: bool


@dataclass(frozen=True, slots=True)
class BarChart:
    """A bar drawing, and the words for its three signs."""

    label: str
    width: int
    height: int
    left: int
    bar: int
    bars: tuple[Bar, ...]
    frame_word: str
    fill_word: str
    mark_word: str


@dataclass(frozen=True, slots=True)
class StreamMoney:
    """What the bar of one value stream shows."""

    id: str
    title: str
    url: str | None
    approved: Decimal | None
    forecast: Decimal | None
    actual: Decimal | None


def stream_chart(streams: Sequence[StreamMoney]) -> BarChart | None:
    """Actual within approved, with the forecast as a mark; all on one scale."""
    most = max((largest(stream) for stream in streams), default=Fraction(0))
    if not most:
        return None
    tops = tops_of([stream.title for stream in streams])
    bars = tuple(stream_bar(each, most, top) for each, top in zip(streams, tops, strict=False))
    return chart("Budget against actual, by value stream", bars, ("approved", "spent", "forecast"))


def largest(stream: StreamMoney) -> Fraction:
    stated = (stream.approved, stream.forecast, stream.actual)
    return max((Fraction(each) for each in stated if each is not None), default=Fraction(0))


def stream_bar(stream: StreamMoney, most: Fraction, top: int) -> Bar:
    """A stream's money as a bar: spent within approved, with a mark at the forecast."""
    approved, actual, forecast = (
        width(amount, most) for amount in (stream.approved, stream.actual, stream.forecast)
    )
    over = (
        stream.approved is not None
        and stream.forecast is not None
        and stream.forecast > stream.approved
    )
    return Bar(
        id=stream.id,
        lines=in_lines(stream.title, ROOM),
        title=stream.title,
        url=stream.url,
        about=f"{stream.title}: {'forecast over what is approved' if over else 'within plan'}",
        y=top,
        frame_x=str(LEFT),
        frame=approved or "0.0",
        fill=actual or "0.0",
        mark=None if forecast is None else shifted(forecast),
        over=over,
    )


def mix_chart(parts: Iterable[Part], names: dict[str, str]) -> BarChart | None:
    """Each share as a bar, the tolerated band behind it, the target as a mark."""
    shown = list(parts)
    if not shown:
        return None
    most = max(
        max(each.share, each.most if each.target is not None else each.share) for each in shown
    )
    tops = tops_of([names.get(each.name, each.name) for each in shown])
    bars = tuple(mix_bar(each, most, names, top) for each, top in zip(shown, tops, strict=False))
    return chart("Money by horizon, against target", bars, ("tolerated", "committed", "target"))


def mix_bar(part: Part, most: Fraction, names: dict[str, str], top: int) -> Bar:
    name = names.get(part.name, part.name)
    banded = part.target is not None
    return Bar(
        id=part.name,
        lines=in_lines(name, ROOM),
        title=name,
        url=None,
        about=f"{name}: {part.standing}",
        y=top,
        frame_x=shifted(scaled(part.least, most)) if banded else str(LEFT),
        frame=scaled(part.most - part.least, most) if banded else "0.0",
        fill=scaled(part.share, most),
        mark=shifted(scaled(part.target, most)) if part.target is not None else None,
        over=part.standing in ("over", "under"),
    )


def chart(label: str, bars: tuple[Bar, ...], words: tuple[str, str, str]) -> BarChart:
    bottom = tops_of([bar.title for bar in bars])[-1]
    return BarChart(label, WIDTH, bottom, LEFT, BAR, bars, *words)


def tops_of(titles: Iterable[str]) -> list[int]:
    """Where each bar begins, and after the last where the drawing ends: a long name takes more."""
    found = [TOP]
    for title in titles:
        found.append(found[-1] + max(ROW, len(in_lines(title, ROOM)) * LINE + 6))
    return found


def width(amount: Decimal | None, most: Fraction) -> str | None:
    return None if amount is None else scaled(max(Fraction(amount), Fraction(0)), most)


def scaled(amount: Fraction, most: Fraction) -> str:
    return rounded(amount / most * (RIGHT - LEFT), 1)


def shifted(width: str) -> str:
    """A width as a place on the scale."""
    return rounded(Fraction(width) + LEFT, 1)


# The inner box of the burn-up.
BOX_LEFT, BOX_RIGHT, BOX_TOP, BOX_BOTTOM, BOX_HEIGHT = 16, 656, 24, 250, 290


@dataclass(frozen=True, slots=True)
class BurnUpChart:
    """The spending of a period as a growing line, the approval above it, and today."""

    label: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    line: str
    approved_y: str | None
    even: str | None  # the line of spending evenly over the period
    today: str | None
    first: date
    last: date
    points: tuple[tuple[date, Decimal], ...]

    @property
    def shown(self) -> tuple[tuple[date, Decimal], ...]:
        """The last day of each month on which something was booked: the table beside it."""
        months = {(on.year, on.month): (on, amount) for on, amount in self.points}
        return tuple(months.values())


def burn_up_chart(found: BurnUp, as_of: date, name: str) -> BurnUpChart | None:
    """The drawing; None where nothing was booked."""
    if not found.points:
        return None
    spent = max(Fraction(amount) for _, amount in found.points)
    most = max(spent, Fraction(found.approved or 0))
    if most <= 0:
        return None

    def x(on: date) -> str:
        share = Fraction(found.days.elapsed(on), found.days.length)
        return rounded(BOX_LEFT + share * (BOX_RIGHT - BOX_LEFT), 1)

    def y(amount: Fraction) -> str:
        return rounded(BOX_BOTTOM - amount / most * (BOX_BOTTOM - BOX_TOP), 1)

    steps = "".join(f"H{x(on)}V{y(Fraction(amount))}" for on, amount in found.points)
    until = min(as_of, found.days.last)
    top = None if found.approved is None else y(Fraction(found.approved))
    return BurnUpChart(
        label=f"Spending in {name}, day by day",
        width=WIDTH,
        height=BOX_HEIGHT,
        left=BOX_LEFT,
        right=BOX_RIGHT,
        top=BOX_TOP,
        bottom=BOX_BOTTOM,
        line=f"M{BOX_LEFT} {BOX_BOTTOM}{steps}H{x(until)}",
        approved_y=top,
        even=None if top is None else f"M{BOX_LEFT} {BOX_BOTTOM}L{BOX_RIGHT} {top}",
        today=x(as_of) if found.days.first <= as_of <= found.days.last else None,
        first=found.days.first,
        last=found.days.last,
        points=found.points,
    )
