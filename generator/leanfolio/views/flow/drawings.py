"""The drawings of flow. Every position is decided here, in the units of the drawing's own box."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.flow.clock import ItemFlow
from leanfolio.figures.flow.figures import SHARES, FlowFigures
from leanfolio.figures.flow.percentiles import Attained
from leanfolio.views.ranking.scatter import Axis, marks, short, ticks
from leanfolio.wording import Message, Part, Percent, days, message, plural, readable, spaced

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 624, 36, 246
RADIUS = 5
MOST_DOTS = 36  # of a drawing: the newest finished items, the oldest open ones
MOST_WEEKS = 26


class Area(Struct, frozen=True):
    """What lies below one line of a cumulative flow diagram."""

    path: str
    shade: int  # 1 to 6
    name: str


class Level(Struct, frozen=True):
    """A line across the drawing, with its words at the right end."""

    y: int
    text: Part


class Dot(Struct, frozen=True):
    """One item."""

    x: int
    y: int
    about: Message
    marked: bool


class Bar(Struct, frozen=True):
    """A week, or a state."""

    x: int
    y: int
    width: int
    height: int
    about: Message
    marked: bool


class Chart(Struct, frozen=True):
    """A whole drawing."""

    anchor: str
    title: str
    label: Message
    x_name: Message
    y_name: Message
    x_ticks: tuple[tuple[int, Part], ...]
    y_ticks: tuple[tuple[int, str], ...]
    areas: tuple[Area, ...] = ()
    levels: tuple[Level, ...] = ()
    dots: tuple[Dot, ...] = ()
    bars: tuple[Bar, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


class Calendar(Struct, frozen=True):
    """From a day to its place across the drawing."""

    first: date
    last: date

    def at(self, day: date) -> int:
        whole = max((self.last - self.first).days, 1)
        axis = Axis(Fraction(whole), LEFT, RIGHT)
        return axis.at(Fraction((day - self.first).days))

    @property
    def ticks(self) -> tuple[tuple[int, Part], ...]:
        """The ends of the axis and its middle."""
        middle = self.first + (self.last - self.first) / 2
        found = sorted({self.first, middle, self.last} if self.last > self.first else {self.first})
        return tuple((self.at(day), day) for day in found)


def upward(most: int) -> tuple[Axis, tuple[tuple[int, str], ...]]:
    """The axis of a number of things or days, with its ticks: whole numbers alone."""
    step, end = ticks(Fraction(max(most, 1)))
    if step < 1:
        step, end = Fraction(1), Fraction(max(most, 1))
    axis = Axis(end, BOTTOM, TOP)
    return axis, tuple((axis.at(mark), short(mark)) for mark in marks(step, end))


def cumulative_chart(figures: FlowFigures, prefix: str) -> Chart | None:
    """The cumulative flow diagram; None where nothing has moved yet, or all on one day."""
    rows = figures.cumulative
    if len(rows) < 2:
        return None
    calendar = Calendar(rows[0].on, rows[-1].on)
    axis, y_ticks = upward(max(max(row.lines, default=0) for row in rows))
    names = [state.name for state in figures.states if state.category != "cancelled"]
    areas = []
    for n, name in enumerate(names):
        steps = "".join(f"H{calendar.at(row.on)}V{axis.at(Fraction(row.lines[n]))}" for row in rows)
        path = f"M{LEFT} {BOTTOM}{steps}H{RIGHT}V{BOTTOM}Z"
        areas.append(Area(path, 6 - n * 5 // max(len(names) - 1, 1), spaced(name)))
    return Chart(
        f"{prefix}-cumulative",
        "Cumulative flow",
        message("How many items had reached each state, or left the board before, day by day"),
        message("day"),
        message("items"),
        calendar.ticks,
        y_ticks,
        areas=tuple(areas),
    )


def scatter_chart(figures: FlowFigures, prefix: str) -> Chart | None:
    """A dot per finished item: when, and after how many days; None where nothing is finished."""
    done = [flow for flow in figures.done if flow.ended is not None][-MOST_DOTS:]
    if not done:
        return None
    ended = [flow.ended for flow in done if flow.ended is not None]
    calendar = Calendar(min(ended), max(figures.as_of, *ended))
    axis, y_ticks = upward(max(flow.days or 0 for flow in done))
    return Chart(
        f"{prefix}-scatter",
        "Flow time of finished work",
        message("Flow time in days over the day of completion")
        if len(done) == len(figures.done)
        else message(
            "Flow time in days over the day of completion, the last {n} of {whole}",
            n=len(done), whole=len(figures.done),
        ),
        message("day of completion"),
        message("days"),
        calendar.ticks,
        y_ticks,
        levels=tuple(percentile_levels(figures, axis)),
        dots=tuple(
            Dot(
                calendar.at(flow.ended),
                axis.at(Fraction(flow.days or 0)),
                message("{item}: {time}, done {day}", item=flow.id, time=days(flow.days or 0),
                        day=flow.ended),
                False,
            )
            for flow in done
            if flow.ended is not None
        ),
    )  # fmt: skip


def percentile_levels(figures: FlowFigures, axis: Axis) -> Iterable[Level]:
    """A line per percentile, that of the same height once; none under ten items."""
    heights: set[int] = set()
    for share in reversed(SHARES):
        value = figures.percentile(share)
        if value is not None and value <= axis.most:
            height = axis.at(value)
            if all(abs(height - other) >= 14 for other in heights):
                heights.add(height)
                yield Level(height, message("{share} done", share=Percent(share)))


def age_chart(figures: FlowFigures, prefix: str) -> Chart | None:
    """A dot per open item: its state, and its age against finished work; None without any."""
    states = [entry.state for entry in figures.in_state]
    if not figures.open or not states:
        return None
    levels = [figures.percentile(share) or Fraction(0) for share in SHARES]
    most = max([*(flow.age or 0 for flow in figures.open), *(level.__ceil__() for level in levels)])
    axis, y_ticks = upward(most)
    width = (RIGHT - LEFT) // len(states)
    centers = {state.name: LEFT + width * n + width // 2 for n, state in enumerate(states)}
    limit = figures.within(SHARES[1])
    dots: list[Dot] = []
    drawn = figures.open[:MOST_DOTS]  # the oldest stand first
    for name, center in centers.items():
        held = [flow for flow in drawn if flow.state == name]
        dots += age_dots(held, center, width, axis, limit)
    return Chart(
        f"{prefix}-age",
        "Age of open work",
        message("Age of open items in days, by their present state")
        if len(drawn) == len(figures.open)
        else message(
            "Age of open items in days, by their present state, the oldest {n} of {whole}",
            n=len(drawn),
            whole=len(figures.open),
        ),
        message("state"),
        message("days"),
        tuple((center, readable(name)) for name, center in centers.items()),
        y_ticks,
        levels=tuple(percentile_levels(figures, axis)),
        dots=tuple(dots),
    )


def age_dots(
    flows: Sequence[ItemFlow], center: int, width: int, axis: Axis, limit: Attained | None
) -> Iterable[Dot]:
    """The items of one state side by side, oldest first; marked where most were done sooner."""
    room = max(width // (2 * RADIUS + 2), 1)
    for n, flow in enumerate(flows):
        place, age = n % room, flow.age or 0
        aside = (place + 1) // 2 * (2 * RADIUS + 2) * (1 if place % 2 else -1)
        yield Dot(
            center + aside,
            axis.at(Fraction(age)),
            message("{item}: {time} old, {here} in {state}", item=flow.id, time=days(age),
                    here=days(flow.state_age or 0), state=readable(flow.state or "")),
            limit is not None and limit.n >= 10 and age > limit.days,
        )  # fmt: skip


def throughput_chart(figures: FlowFigures, prefix: str) -> Chart | None:
    """A bar per week, empty ones too; None where nothing was finished."""
    weeks = figures.weeks[-MOST_WEEKS:]
    if not any(week.done for week in weeks):
        return None
    axis, y_ticks = upward(max(week.done for week in weeks))
    width = Fraction(RIGHT - LEFT, len(weeks))
    signal = figures.signals.get("throughput")
    outside = {signal.weeks[n].start for n in signal.limits.outside} if signal else set()
    bars = tuple(
        bar_at(
            LEFT + (width * n).__floor__(),
            max((width * Fraction(4, 5)).__floor__(), 1),
            axis.at(Fraction(week.done)),
            plural("{n} done in {week}", "{n} done in {week}", week.done, week=week.period),
            week.start in outside,
        )
        for n, week in enumerate(weeks)
    )
    ends = {bars[0].x: weeks[0].period, bars[-1].x: weeks[-1].period}
    return Chart(
        f"{prefix}-throughput",
        "Throughput",
        message("Items done in each week"),
        message("week"),
        message("items"),
        tuple((x, period) for x, period in ends.items()),
        y_ticks,
        bars=bars,
    )


def bar_at(x: int, width: int, y: int, about: Message, marked: bool) -> Bar:
    """A bar from the base of the drawing up to a height."""
    return Bar(x, y, width, BOTTOM - y, about, marked)


def state_chart(figures: FlowFigures, prefix: str) -> Chart | None:
    """A bar per waiting and active state: the days that work spent in it; None without any."""
    if figures.bottleneck is None:
        return None
    axis, y_ticks = upward(max(entry.days for entry in figures.in_state))
    width = (RIGHT - LEFT) // len(figures.in_state)
    bars = tuple(
        bar_at(
            LEFT + width * n + width // 6,
            max(width * 2 // 3, 1),
            axis.at(Fraction(entry.days)),
            message("{state}: {time}", state=readable(entry.state.name), time=days(entry.days)),
            entry == figures.bottleneck,
        )
        for n, entry in enumerate(figures.in_state)
    )
    named = zip(figures.in_state, bars, strict=True)
    return Chart(
        f"{prefix}-states",
        "Time in each state",
        message("Days that all items together spent in each state"),
        message("state"),
        message("days"),
        tuple((bar.x + bar.width // 2, readable(entry.state.name)) for entry, bar in named),
        y_ticks,
        bars=bars,
    )
