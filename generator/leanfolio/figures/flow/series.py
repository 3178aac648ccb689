"""Flow over time: arrivals and departures, the load between them, weeks, and cumulative lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate

from msgspec import Struct

from leanfolio.figures.flow.clock import IN_SYSTEM, ItemFlow
from leanfolio.model import State

WEEK = timedelta(days=7)


class Balance(Struct, frozen=True):
    """Arrivals into waiting and active states, and departures from them, on each day of either."""

    days: tuple[date, ...]
    arrivals: tuple[int, ...]
    departures: tuple[int, ...]

    @property
    def loads(self) -> tuple[int, ...]:
        """How many items were in waiting or active at the end of each of these days."""
        pairs = zip(self.arrivals, self.departures, strict=True)
        return tuple(accumulate(come - gone for come, gone in pairs))

    def load_days(self, as_of: date) -> int:
        """The sum of the load of every day before a day."""
        if not self.days:
            return 0
        spans = zip(self.days, (*self.days[1:], as_of), self.loads, strict=True)
        return sum(load * (end - day).days for day, end, load in spans)


class Week(Struct, frozen=True):
    """Monday to Sunday; the last one may still run."""

    start: date
    whole: bool
    arrivals: int
    departures: int
    done: int  # items whose last completion it was
    load: int  # at its end, or today

    @property
    def period(self) -> str:
        year, week, _ = self.start.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def last(self) -> date:
        return self.start + WEEK - timedelta(days=1)


def moves_of(flow: ItemFlow) -> Iterator[tuple[date, int]]:
    """Each arrival (+1) and each departure (-1) of an item."""
    inside = False
    for stay in flow.stays:
        now = stay.category in IN_SYSTEM
        if now != inside:
            yield stay.start, 1 if now else -1
        inside = now
    removed = flow.course.removed_on
    if inside and removed is not None:
        yield flow.stays[-1].end, -1


def balance(flows: Iterable[ItemFlow]) -> Balance:
    """Arrivals and departures by day."""
    come: Counter[date] = Counter()
    gone: Counter[date] = Counter()
    for flow in flows:
        for day, sign in moves_of(flow):
            (come if sign > 0 else gone)[day] += 1
    days = tuple(sorted(come.keys() | gone.keys()))
    return Balance(days, tuple(come[day] for day in days), tuple(gone[day] for day in days))


def days_in_system(flows: Iterable[ItemFlow]) -> int:
    """The days that all items together spent in waiting and active states."""
    return sum(stay.days for flow in flows for stay in flow.stays if stay.category in IN_SYSTEM)


def monday(day: date) -> date:
    return date.fromordinal(max(day.toordinal() - day.weekday(), 1))


def weeks(flows: Sequence[ItemFlow], moved: Balance, as_of: date) -> tuple[Week, ...]:
    """Every week from the first arrival or completion to today, empty ones too."""
    done = Counter(
        monday(flow.ended) for flow in flows if flow.outcome == "done" and flow.ended is not None
    )
    come = by_week(moved.days, moved.arrivals)
    gone = by_week(moved.days, moved.departures)
    known = (*done, *come, *gone)
    if not known:
        return ()
    first, load = min(known), 0
    result = []
    for number in range((monday(as_of) - first).days // 7 + 1):
        start = first + number * WEEK
        load += come[start] - gone[start]
        whole = start.toordinal() + 6 <= as_of.toordinal()
        result.append(Week(start, whole, come[start], gone[start], done[start], load))
    return tuple(result)


def by_week(days: Iterable[date], numbers: Iterable[int]) -> Counter[date]:
    result: Counter[date] = Counter()
    for day, number in zip(days, numbers, strict=True):
        result[monday(day)] += number
    return result


def total_age_on(flows: Iterable[ItemFlow], day: date, extra: int) -> int:
    """The ages of all items that were in waiting or active at the end of a day."""
    return sum(
        (day - flow.started).days + extra
        for flow in flows
        if flow.started is not None and flow.started <= day and in_system_on(flow, day)
    )


def in_system_on(flow: ItemFlow, day: date) -> bool:
    """Whether an item was in waiting or active at the end of a day."""
    return sum(sign for moved, sign in moves_of(flow) if moved <= day) > 0


# Cumulative flow -------------------------------------------------------------------------------


class CumulativeDay(Struct, frozen=True):
    """How many items had come so far by the end of a day; no number falls from day to day."""

    on: date
    reached: Mapping[str, int]  # by state: into it or a later one; cancelled states: into it
    removed: int  # files that are gone, of items that were not done
    lines: tuple[int, ...]  # of the drawing, by column: reached it, or left the board


def cumulative(
    flows: Iterable[ItemFlow], states: Sequence[State], as_of: date
) -> tuple[CumulativeDay, ...]:
    """The cumulative flow on every day on which something moved, and today."""
    board = [state for state in states if state.category != "cancelled"]
    others = [state.name for state in states if state.category == "cancelled"]
    places = {state.name: n for n, state in enumerate(board)}
    reached: list[Counter[date]] = [Counter() for _ in board]
    lines: list[Counter[date]] = [Counter() for _ in board]
    cancelled = {name: Counter[date]() for name in others}
    removed: Counter[date] = Counter()
    for flow in flows:
        left = flow.ended if flow.outcome == "cancelled" else None
        for place, day in enumerate(first_days(flow, places, len(board))):
            known = [entry for entry in (day, left) if entry is not None]
            if day is not None:
                reached[place][day] += 1
            if known:
                lines[place][min(known)] += 1
        for name in others:
            entered = next((stay.start for stay in flow.stays if stay.state == name), None)
            if entered is not None:
                cancelled[name][entered] += 1
        if flow.outcome == "cancelled" and flow.course.removed_on is not None:
            removed[flow.course.removed_on] += 1
    named = {state.name: counter for state, counter in zip(board, reached, strict=True)}
    return rows({**named, **cancelled}, lines, removed, as_of)


def rows(
    reached: Mapping[str, Counter[date]],
    lines: Sequence[Counter[date]],
    removed: Counter[date],
    as_of: date,
) -> tuple[CumulativeDay, ...]:
    """The running sums of these counts."""
    counters = (*reached.values(), *lines, removed)
    days = sorted({day for counter in counters for day in counter})
    if days and days[-1] < as_of:
        days.append(as_of)
    sums = [list(accumulate(counter[day] for day in days)) for counter in counters]
    width = len(reached)
    return tuple(
        CumulativeDay(
            day,
            {name: sums[place][n] for place, name in enumerate(reached)},
            sums[-1][n],
            tuple(column[n] for column in sums[width:-1]),
        )
        for n, day in enumerate(days)
    )


def first_days(flow: ItemFlow, places: Mapping[str, int], width: int) -> list[date | None]:
    """For each column, the first day on which an item stood in it or in a later one."""
    result: list[date | None] = [None] * width
    reached = 0
    for stay in flow.stays:
        place = places.get(stay.state, -1)
        while reached <= place:
            result[reached] = stay.start
            reached += 1
    return result
