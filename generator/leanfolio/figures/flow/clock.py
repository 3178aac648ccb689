"""The one clock of flow: when an item was taken up, when it was finished, and where its days went.

It starts with the first entry into a state that is waiting or active. A completion is an entry into
a done state from a state that is not done; the last completion stops the clock. Days are whole days
between dates in UTC; a portfolio that counts them `inclusive` adds one to each flow time and age.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from leanfolio.figures.flow.courses import Block, Course
from leanfolio.model import Category

IN_SYSTEM: frozenset[Category | None] = frozenset(("waiting", "active"))
Outcome = Literal["open", "done", "cancelled", "new", "unknown"]


class Stay(Struct, frozen=True):
    """The time that an item spent in one state: from a day until another, which may be the same."""

    state: str
    category: Category | None
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days


class ItemFlow(Struct, frozen=True):
    """What the clock says of one item as of a day. Days are as the portfolio counts them."""

    course: Course
    stays: tuple[Stay, ...]
    outcome: Outcome
    started: date | None
    finished: tuple[date, ...]  # every completion
    ended: date | None  # the last completion; or the day it was cancelled or removed
    days: int | None  # flow time of a done item, time until the end of a cancelled one
    age: int | None  # of an open item
    state_age: int | None  # of an open item in its present state
    put_back: int  # how often it went back to a state of category new
    put_back_days: int
    backward: int  # moves to an earlier column
    blocked_days: int
    active_days: int  # between start and end, without those on which it was blocked
    waiting_days: int  # between start and end, and the blocked ones of the active

    @property
    def id(self) -> str:
        return self.course.id

    @property
    def reopened(self) -> int:
        """How often it was taken up again after a completion."""
        return len(self.finished) - (self.outcome == "done") if self.finished else 0

    @property
    def state(self) -> str | None:
        return self.stays[-1].state if self.stays else None


def item_flow(course: Course, as_of: date, order: Mapping[str, int], extra: int = 0) -> ItemFlow:
    """Run the clock over one course.

    `order` gives the place of each column on the board; `extra` is 1 where days are inclusive.
    """
    stays = tuple(stays_of(course, as_of))
    started = next((stay.start for stay in stays if stay.category in IN_SYSTEM), None)
    finished = tuple(completions(stays))
    outcome = outcome_of(course, stays)
    ended = end_of(course, stays, outcome, finished)
    until = ended or as_of
    inside = [stay for stay in stays if started and started <= stay.start and stay.start <= until]
    back = [stay for stay in inside if stay.category == "new"]
    open_days = union(course.blocks, started, until)
    blocked_active = overlap(open_days, [stay for stay in inside if stay.category == "active"])
    active = sum(stay.days for stay in inside if stay.category == "active")
    waiting = sum(stay.days for stay in inside if stay.category == "waiting")
    is_open = outcome == "open" and started is not None
    return ItemFlow(
        course,
        stays,
        outcome,
        started,
        finished,
        ended,
        days=(ended - started).days + extra if started and ended else None,
        age=(as_of - started).days + extra if is_open and started else None,
        state_age=(as_of - stays[-1].start).days + extra if is_open else None,
        put_back=len(back),
        put_back_days=sum(stay.days for stay in back),
        backward=sum(backward_moves(stays, order)),
        blocked_days=sum((end - start).days for start, end in open_days),
        active_days=active - blocked_active,
        waiting_days=waiting + blocked_active,
    )


def stays_of(course: Course, as_of: date) -> Iterator[Stay]:
    """Each state of a course with the day it was left, or today, or the day of removal."""
    last = course.removed_on or as_of
    for index, entry in enumerate(course.entries):
        following = course.entries[index + 1 : index + 2]
        end = following[0].on if following else max(last, entry.on)
        yield Stay(entry.state, entry.category, entry.on, end)


def completions(stays: Sequence[Stay]) -> Iterator[date]:
    """The days of entry into a done state from one that is not done."""
    for before, stay in pairwise(stays):
        if stay.category == "done" and before.category != "done":
            yield stay.start


def outcome_of(course: Course, stays: Sequence[Stay]) -> Outcome:
    """How an item stands at the end of its course; a removed one that was not done is cancelled."""
    if not stays:
        return "unknown"
    category = stays[-1].category
    if category == "done":
        return "done"
    if course.removed_on is not None or category == "cancelled":
        return "cancelled"
    if category is None:
        return "unknown"
    return "new" if category == "new" else "open"


def end_of(
    course: Course, stays: Sequence[Stay], outcome: Outcome, finished: Sequence[date]
) -> date | None:
    """The day on which the clock stopped; None while it runs."""
    if outcome == "done":
        return finished[-1] if finished else None
    if outcome != "cancelled":
        return None
    if stays[-1].category != "cancelled":
        return course.removed_on
    index = len(stays) - 1
    while index and stays[index - 1].category == "cancelled":
        index -= 1
    return stays[index].start


def backward_moves(stays: Sequence[Stay], order: Mapping[str, int]) -> Iterator[bool]:
    """Whether each move went to an earlier column; moves into and out of cancelled ones aside."""
    for before, stay in pairwise(stays):
        if "cancelled" not in (before.category, stay.category):
            places = order.get(before.state), order.get(stay.state)
            yield places[0] is not None and places[1] is not None and places[1] < places[0]


Days = tuple[date, date]  # from the first until, and without, the second


def union(blocks: Iterable[Block], start: date | None, end: date) -> list[Days]:
    """The blocked times between two days, overlaps once; none where nothing has started."""
    if start is None:
        return []
    clipped = sorted((max(block.start, start), min(block.until or end, end)) for block in blocks)
    result: list[Days] = []
    for first, last in clipped:
        if last <= first:
            continue
        if result and first <= result[-1][1]:
            result[-1] = result[-1][0], max(result[-1][1], last)
        else:
            result.append((first, last))
    return result


def overlap(times: Iterable[Days], stays: Iterable[Stay]) -> int:
    """The days that lie both in one of these times and in one of these stays."""
    held = list(stays)
    return sum(
        max((min(end, stay.end) - max(start, stay.start)).days, 0)
        for start, end in times
        for stay in held
    )


def blocked_reasons(flow: ItemFlow, as_of: date) -> Mapping[str, int]:
    """The blocked days of an item by reason; those of one reason that overlap count once."""
    by_reason: defaultdict[str, list[Block]] = defaultdict(list)
    for block in flow.course.blocks:
        by_reason[block.why].append(block)
    spans = {
        why: union(blocks, flow.started, flow.ended or as_of) for why, blocks in by_reason.items()
    }
    return {why: sum((end - start).days for start, end in days) for why, days in spans.items()}
