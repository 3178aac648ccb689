"""Bars of money: each value stream against its budget, each horizon against its target.

Every position is decided here; each drawing stands beside a table with the same numbers.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.funding.mix import Part
from leanfolio.views.funding.guardrails import STANDINGS
from leanfolio.views.lines import in_lines
from leanfolio.wording import Message, Percent, Rounded, in_context, message

WIDTH, LEFT, RIGHT, ROW, TOP = 672, 190, 544, 34, 10
GAP = 8  # between the end of a bar and its value
BAR, INSET = 16, 4  # height of a bar, and how far its filling is inside
ROOM, LINE = 14, 25  # characters of a name left of the bars, and its lines, in a phone's letters


class Bar(Struct, frozen=True):
    """One line of a bar drawing: how much is filled, within what, and a mark or two."""

    id: str
    lines: tuple[str, ...]  # the name, in lines that have room left of the bar
    title: str
    url: str | None
    about: Message  # what the line says, in words
    y: int
    frame_x: Rounded
    frame: Rounded  # width of what is allowed
    fill: Rounded  # width of what is
    mark: Rounded | None  # where the forecast, or the target, stands
    over: bool
    end: Rounded  # where its value stands, behind all of it
    amount: Decimal | None = None  # what is filled, of bars of money; None where not stated
    share: Percent | None = None  # what is filled, of bars of shares

    @property
    def name_y(self) -> int:
        """The top of the first line of the name."""
        return self.y - 2

    @property
    def fill_y(self) -> int:
        """The top of the filling, within its frame."""
        return self.y + INSET

    @property
    def mark_top(self) -> int:
        return self.y - 3

    @property
    def value_y(self) -> int:
        """The line on which its value stands."""
        return self.y + BAR - 3

    @property
    def mark_bottom(self) -> int:
        return self.y + BAR + 3


class BarChart(Struct, frozen=True):
    """A bar drawing, and the words for its three signs."""

    label: Message
    width: int
    height: int
    left: int
    bar: int
    bars: tuple[Bar, ...]
    frame_word: Message
    fill_word: Message
    mark_word: Message

    @property
    def fill_height(self) -> int:
        """The height of a filling."""
        return self.bar - 2 * INSET


class StreamMoney(Struct, frozen=True):
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
    bars = tuple(stream_bar(stream, most, top) for stream, top in zip(streams, tops, strict=False))
    signs = (
        in_context("sign of a drawing", "approved"),
        in_context("sign of a drawing", "spent, in figures at the end"),
        in_context("sign of a drawing", "forecast"),
    )
    return chart(message("Budget against actual, by value stream"), bars, signs)


def largest(stream: StreamMoney) -> Fraction:
    stated = (stream.approved, stream.forecast, stream.actual)
    return max((Fraction(amount) for amount in stated if amount is not None), default=Fraction(0))


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
        about=about_stream(stream),
        y=top,
        frame_x=drawn(Fraction(LEFT), 0),
        frame=drawn(approved or NOTHING),
        fill=drawn(actual or NOTHING),
        mark=None if forecast is None else drawn(forecast + LEFT),
        over=over,
        end=drawn(LEFT + GAP + max(each or NOTHING for each in (approved, actual, forecast))),
        amount=stream.actual,
    )


def about_stream(stream: StreamMoney) -> Message:
    """Whether a value stream is forecast within what is approved."""
    if stream.approved is None or stream.forecast is None:
        return message("{stream}: not stated", stream=stream.title)
    if stream.forecast > stream.approved:
        return message("{stream}: forecast over what is approved", stream=stream.title)
    return message("{stream}: within plan", stream=stream.title)


def mix_chart(parts: Iterable[Part], names: dict[str, str]) -> BarChart | None:
    """Each share as a bar, the tolerated band behind it, the target as a mark."""
    shares = list(parts)
    if not shares:
        return None
    most = max(
        max(part.share, part.most if part.target is not None else part.share) for part in shares
    )
    tops = tops_of([names.get(part.name, part.name) for part in shares])
    bars = tuple(mix_bar(part, most, names, top) for part, top in zip(shares, tops, strict=False))
    signs = (
        in_context("sign of a drawing", "tolerated"),
        in_context("sign of a drawing", "committed, in figures at the end"),
        in_context("sign of a drawing", "target"),
    )
    return chart(message("Money by horizon, against target"), bars, signs)


def mix_bar(part: Part, most: Fraction, names: dict[str, str], top: int) -> Bar:
    name = names.get(part.name, part.name)
    banded = part.target is not None
    return Bar(
        id=part.name,
        lines=in_lines(name, ROOM),
        title=name,
        url=None,
        about=message("{part}: {verdict}", part=name, verdict=STANDINGS[part.standing]),
        y=top,
        frame_x=drawn(scaled(part.least, most) + LEFT) if banded else drawn(Fraction(LEFT), 0),
        frame=drawn(scaled(part.most - part.least, most)) if banded else drawn(NOTHING),
        fill=drawn(scaled(part.share, most)),
        mark=drawn(scaled(part.target, most) + LEFT) if part.target is not None else None,
        over=part.standing in ("over", "under"),
        end=drawn(LEFT + GAP + scaled(max(part.share, part.most if banded else NOTHING), most)),
        share=Percent(part.share, 1),
    )


def chart(
    label: Message, bars: tuple[Bar, ...], signs: tuple[Message, Message, Message]
) -> BarChart:
    """The drawing of some bars; `signs` says what frame, filling and mark stand for."""
    bottom = tops_of([bar.title for bar in bars])[-1]
    return BarChart(label, WIDTH, bottom, LEFT, BAR, bars, *signs)


def tops_of(titles: Iterable[str]) -> list[int]:
    """Where each bar begins, and after the last where the drawing ends: a long name takes more."""
    result = [TOP]
    for title in titles:
        result.append(result[-1] + max(ROW, len(in_lines(title, ROOM)) * LINE + 6))
    return result


NOTHING = Fraction(0)


def width(amount: Decimal | None, most: Fraction) -> Fraction | None:
    """The width of a bar for an amount, where the widest bar stands for `most`."""
    return None if amount is None else scaled(max(Fraction(amount), NOTHING), most)


def scaled(amount: Fraction, most: Fraction) -> Fraction:
    return amount / most * (RIGHT - LEFT)


def drawn(position: Fraction, places: int = 1) -> Rounded:
    """A position or a length in a drawing."""
    return Rounded(position, places)
