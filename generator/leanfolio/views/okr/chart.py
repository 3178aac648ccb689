"""The drawing of check-ins: values at their days, the way that was expected, targets as steps.

Every position is decided here, in the units of the drawing's own box. The table below a drawing has
a row for each of its dots.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

from msgspec import Struct

from leanfolio.figures.okr.score import Terms, ends, steps
from leanfolio.figures.okr.trajectory import Measurement, Trajectory, expected_value
from leanfolio.model import Days
from leanfolio.views.axis import Calendar, Scale, scale_over
from leanfolio.views.cell import Table
from leanfolio.views.okr.arithmetic import kept_range
from leanfolio.wording import Message, Part, Percent, Text, message, trimmed

WIDTH, RIGHT, TOP, BOTTOM = 640, 616, 30, 236
ROOM = 264  # down to where the drawing ends, without confidence
CONFIDENCE_LEFT = 80  # room for "100 %"
CONFIDENCE_TOP, CONFIDENCE_BOTTOM, CONFIDENCE_ROOM = 296, 336, 350
LETTER, LEAST_LEFT, MOST_LEFT = 12, 56, 280  # width of a letter at most, room for numbers
MOST_POINTS = 60  # of a drawing and its table: the newest
MOST_STEPS = 100  # of whole steps; of more, the straight line is the same to the eye
BAR = 4  # the width of a bar of confidence
DAY_ROOM = 200  # between two days below the axis
MEASURED = message("measured")
Label = tuple[int, int, str, Part]  # place, how it is anchored, value
DayTicks = tuple[tuple[int, str, date], ...]  # place, how it is anchored, day


class Dot(Struct, frozen=True):
    """One check-in, at the end of its day."""

    x: int
    y: int
    about: Message
    outside: bool  # of the period


class ConfidenceBar(Struct, frozen=True):
    """How sure somebody was at a check-in, from the base of the lower panel upwards."""

    x: int
    y: int
    height: int
    about: Message


class Band(Struct, frozen=True):
    """Where a value was to be kept, for as long as that was the range."""

    x: int
    y: int
    width: int
    height: int


class Path(Struct, frozen=True):
    """A line of the drawing, and what it stands for, with its values, in words."""

    kind: str  # "target", "first", "pace", "range"
    d: str  # of the path; "" for what is no line
    name: Text


class CheckInChart(Struct, frozen=True):
    """A whole drawing, with the table that it draws."""

    label: Message
    y_name: Text
    left: int
    y_ticks: tuple[tuple[int, Part], ...]
    x_ticks: DayTicks
    bounds: tuple[int, ...]  # where the period begins and ends, if not at the ends of the axis
    today: int | None
    bands: tuple[Band, ...]
    paths: tuple[Path, ...]
    line: str  # through the dots
    dots: tuple[Dot, ...]
    last: Label | None  # of the newest dot
    confidence: tuple[ConfidenceBar, ...]
    table: Table
    notes: tuple[Text, ...]
    dots_name: Text = MEASURED
    folds: bool = False  # whether the table is folded, as others say more
    width: int = WIDTH
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM
    bar: int = BAR
    confidence_top: int = CONFIDENCE_TOP
    confidence_bottom: int = CONFIDENCE_BOTTOM

    @property
    def height(self) -> int:
        return CONFIDENCE_ROOM if self.confidence else ROOM

    @property
    def draws(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.dots or self.paths or self.bands)


class Stretch(Struct, frozen=True):
    """What a key result was to reach from the beginning of one day until that of another."""

    terms: Terms
    first: int  # places across the drawing
    last: int


class Plane(Struct, frozen=True):
    """Both axes of a drawing."""

    calendar: Calendar
    scale: Scale

    def at(self, on: date, value: Fraction) -> tuple[int, int]:
        return self.calendar.at(on), self.scale.at(value)


def axis_days(days: Days | None, measured: Sequence[date], as_of: date) -> Days | None:
    """The days of the drawing: the period and every check-in; None where there is neither.

    Without a period it goes from the first check-in to today.
    """
    if days is None and not measured:
        return None
    first = [days.first] if days else []
    last = [days.last] if days else [as_of]
    return Days(min([*first, *measured]), max([*last, *measured]))


def drawn_values(trajectory: Trajectory, shown: Sequence[Measurement]) -> list[Fraction]:
    """Every value that the vertical axis has to hold."""
    values = [Fraction(entry.check_in.value) for entry in shown]
    for terms in (trajectory.terms, *terms_since(trajectory)):
        if terms.kind == "maintain":
            values += [Fraction(end) for end in (terms.low, terms.high) if end is not None]
        else:
            values += [end for end in ends(terms) if end is not None]
    return values


def terms_since(trajectory: Trajectory) -> tuple[Terms, ...]:
    """What it was to reach at first, and after each change."""
    targets = trajectory.targets
    if targets is None or not targets.moves:
        return (trajectory.terms,)
    return (targets.first, *(move.after for move in targets.moves))


def plane_of(trajectory: Trajectory, shown: Sequence[Measurement]) -> Plane | None:
    """Both axes; None where there is nothing to draw on them."""
    on = [entry.check_in.on for entry in shown]
    days = axis_days(trajectory.days, on, trajectory.as_of)
    values = drawn_values(trajectory, shown)
    if days is None or not values:
        return None
    scale = scale_over(values, BOTTOM, TOP)
    least = CONFIDENCE_LEFT if any(entry.check_in.confidence is not None for entry in shown) else 0
    return Plane(Calendar(days, max(left_of(scale), least), RIGHT), scale)


def left_of(scale: Scale) -> int:
    """Where the drawing begins: right of the numbers of its axis."""
    longest = max(len(str(text)) for _, text in scale.ticks)
    return min(max(LETTER * longest + 20, LEAST_LEFT), MOST_LEFT)


def stretches(trajectory: Trajectory, calendar: Calendar) -> list[Stretch]:
    """What was to be reached, and across which part of the drawing: one each time it changed."""
    targets, days = trajectory.targets, trajectory.days or calendar.days
    moves = targets.moves if targets else ()
    begin, end = calendar.before(days.first), calendar.at(days.last)
    steps_at = accumulate((min(calendar.at(move.on), end) for move in moves), max, initial=begin)
    places = [*steps_at, end]
    return [
        Stretch(terms, first, last)
        for terms, (first, last) in zip(terms_since(trajectory), pairwise(places), strict=True)
    ]


def bands_of(parts: Iterable[Stretch], scale: Scale) -> Iterator[Band]:
    """The ranges in which a value was to be kept; one without a bound reaches to the axis' end."""
    for part in parts:
        terms = part.terms
        if terms.kind == "maintain" and not (terms.low is terms.high is None):
            low = scale.low if terms.low is None else Fraction(terms.low)
            high = scale.high if terms.high is None else Fraction(terms.high)
            top, bottom = sorted((scale.at(high), scale.at(low)))
            yield Band(part.first, top, part.last - part.first, max(bottom - top, 1))


def target_path(parts: Iterable[Stretch], scale: Scale) -> str:
    """The target as a line with a step where it moved; it breaks where there was none."""
    path, drawing = "", False
    for part in parts:
        target = None if part.terms.kind == "maintain" else ends(part.terms)[1]
        if target is None:
            drawing = False
            continue
        y = scale.at(target)
        path += f"V{y}H{part.last}" if drawing else f"M{part.first} {y}H{part.last}"
        drawing = True
    return path


def pace_path(terms: Terms, days: Days | None, plane: Plane) -> str:
    """The way that is expected: straight from start to target, or step by step; "" without one."""
    start, target = ends(terms)
    if days is None or terms.kind == "maintain" or start is None or target is None:
        return ""
    scale, calendar = plane.scale, plane.calendar
    path = f"M{calendar.before(days.first)} {scale.at(start)}"
    count = steps(terms)
    if count is None or count > MOST_STEPS:
        x, y = plane.at(days.last, target)
        return f"{path}L{x} {y}"
    for number in range(1, count + 1):  # each step is due on the day whose share first reaches it
        day = days.first + timedelta(days=-(-number * days.length // count) - 1)
        value = expected_value(terms, days, day)
        assert value is not None
        path += f"H{calendar.at(day)}V{scale.at(value)}"
    return f"{path}H{calendar.at(days.last)}"


def dots_of(shown: Iterable[Measurement], plane: Plane, unit: str | None) -> Iterator[Dot]:
    """A dot for each check-in."""
    for entry in shown:
        x, y = plane.at(entry.check_in.on, Fraction(entry.check_in.value))
        yield Dot(x, y, about(entry, unit), not entry.in_period)


def about(entry: Measurement, unit: str | None) -> Message:
    """What a dot stands for, as it is read out."""
    value = with_unit(trimmed(entry.check_in.value), unit)
    return message("{value} on {day}", value=value, day=entry.check_in.on)


def with_unit(value: Part, unit: str | None) -> Part:
    """A measure with its unit, where it has one."""
    return message("{measure} {unit}", measure=value, unit=unit) if unit else value


def aim_of(terms: Terms) -> Part:
    """What a key result is to reach, or the range that it is to keep, with its unit."""
    if terms.kind == "maintain":
        end: Part = kept_range(terms)
    elif terms.kind == "binary" and terms.target is None:
        end = 1
    else:
        end = None if terms.target is None else trimmed(terms.target)
    return message("none") if end is None else with_unit(end, terms.unit)


def confidence_bars(shown: Iterable[Measurement], calendar: Calendar) -> Iterator[ConfidenceBar]:
    """A bar for each check-in that says how sure somebody was."""
    for entry in shown:
        share = entry.check_in.confidence
        if share is not None:
            height = CONFIDENCE_BOTTOM - CONFIDENCE_TOP
            tall = (height * Fraction(share)).__round__()
            x = calendar.at(entry.check_in.on) - BAR // 2
            yield ConfidenceBar(
                min(x, RIGHT - BAR), CONFIDENCE_BOTTOM - tall, tall,
                message("{share} sure on {day}", share=Percent(share), day=entry.check_in.on),
            )  # fmt: skip


def line_through(dots: Iterable[Dot]) -> str:
    """The line through the dots; "" where there are fewer than two."""
    places = [f"{dot.x} {dot.y}" for dot in dots]
    return f"M{'L'.join(places)}" if len(places) > 1 else ""


def last_label(dots: Sequence[Dot], value: Part, left: int) -> Label | None:
    """Where the newest value is written: before its dot, on the side that the line leaves free."""
    if not dots:
        return None
    dot, wide = dots[-1], LETTER * len(str(value))
    falls = len(dots) > 1 and dots[-2].y < dot.y
    y = min(dot.y + 20, BOTTOM - 6) if falls else max(dot.y - 10, TOP + 12)
    return dot.x, y, "start" if dot.x - wide < left else "end", value


def day_ticks(calendar: Calendar, bounds: Sequence[int], days: Days | None) -> DayTicks:
    """The days at the ends of the axis, and those of the period where there is room for them."""
    whole = calendar.days
    ticks = [(calendar.end, "end", whole.last)]
    if whole.last > whole.first:
        ticks.insert(0, (calendar.start, "start", whole.first))
    inner = (
        ((calendar.before(days.first), days.first), (calendar.at(days.last), days.last))
        if days
        else ()
    )
    for place, day in inner:
        if place in bounds and all(abs(place - x) >= DAY_ROOM for x, _, _ in ticks):
            ticks.append((place, "middle", day))
    return tuple(sorted(ticks))


def bounds_of(days: Days | None, calendar: Calendar) -> tuple[int, ...]:
    """Where the period begins and ends, where check-ins lie outside of it."""
    if days is None:
        return ()
    places = (calendar.before(days.first), calendar.at(days.last))
    return tuple(place for place in places if place not in (calendar.start, calendar.end))


def today_at(calendar: Calendar, as_of: date) -> int | None:
    """Where the day of the figures stands; None where it lies off the axis."""
    return calendar.at(as_of) if calendar.days.first <= as_of <= calendar.days.last else None
