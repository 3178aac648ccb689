"""When each item would start and end, if each value stream or team works through its own.

List scheduling: whenever a lane has a free slot, it takes the first item, in a given order, whose
needs are done. That is what people do with a ranked list; it promises no best result, so the
cost is printed with a bound that no schedule goes below.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from heapq import heappop, heappush

from msgspec import Struct, field

NO_LANE = ""


class Lane(Struct, frozen=True):
    """A value stream or a team: how many items it works on at once, and how fast it goes."""

    id: str
    slots: int = 1
    speed: Fraction = Fraction(1)  # size done per unit of time, in each slot


class Work(Struct, frozen=True):
    """What is to be done, by place in the ranking: cost of delay, size, needs, and whose it is."""

    weights: tuple[Fraction, ...]
    sizes: tuple[Fraction, ...]
    needs: tuple[tuple[int, ...], ...]
    lanes: tuple[Lane, ...]

    def time(self, item: int) -> Fraction:
        """How long an item takes in its lane: size over speed."""
        return self.sizes[item] / self.lanes[item].speed


class Run(Struct, frozen=True):
    """One item in its lane."""

    item: int
    lane: str
    start: Fraction
    end: Fraction


class Timetable(Struct, frozen=True):
    """All runs in the order in which they start, and what they cost in delay."""

    runs: tuple[Run, ...]
    cost: Fraction
    bound: Fraction

    @property
    def end(self) -> Fraction:
        """When the last item is done, from 0; in the units of size over speed."""
        return max((run.end for run in self.runs), default=Fraction(0))


def best_timetable(work: Work, orders: Sequence[Sequence[int]]) -> Timetable:
    """The cheapest of the timetables that these orders lead to; of equals the first.

    Raises ValueError where no order is given.
    """
    return min((timetable(work, order) for order in orders), key=lambda table: table.cost)


def timetable(work: Work, order: Sequence[int]) -> Timetable:
    """Work through the lanes: at every moment the first in the order that can start.

    `order` names every item once. Times are sizes over speeds, counted from 0.
    """
    in_progress = WorkInProgress.opened(work, order)
    now = Fraction(0)
    while in_progress.start(now):
        now = in_progress.end_next()
    in_progress.runs.sort(key=lambda run: (run.start, in_progress.turn[run.item]))
    cost = sum((work.weights[run.item] * run.end for run in in_progress.runs), Fraction(0))
    return Timetable(tuple(in_progress.runs), cost, bound(work))


class WorkInProgress(Struct):
    """The state of the lanes at one moment: what is ready, which slots are free, what runs."""

    work: Work
    turn: dict[int, int]  # each item's place in the order
    missing: list[int]  # how many of its needs are not done
    free_slots: dict[str, int]
    ready: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    ends: list[tuple[Fraction, int]] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    unblocks: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def opened(cls, work: Work, order: Sequence[int]) -> "WorkInProgress":
        """All lanes empty, before anything has started."""
        in_progress = cls(
            work=work,
            turn={item: at for at, item in enumerate(order)},
            missing=[len(needs) for needs in work.needs],
            free_slots={lane.id: max(lane.slots, 1) for lane in work.lanes},
        )
        in_progress.ready = {lane: [] for lane in in_progress.free_slots}
        for item in order:
            for needed in work.needs[item]:
                in_progress.unblocks.setdefault(needed, []).append(item)
            if not in_progress.missing[item]:
                in_progress.wait(item)
        return in_progress

    def wait(self, item: int) -> None:
        """Put an item whose needs are done into its lane's queue."""
        heappush(self.ready[self.work.lanes[item].id], (self.turn[item], item))

    def start(self, now: Fraction) -> bool:
        """Start all that can start; whether anything is under way then."""
        for lane in sorted(self.free_slots):
            while self.free_slots[lane] and self.ready[lane]:
                _, item = heappop(self.ready[lane])
                self.free_slots[lane] -= 1
                end = now + self.work.time(item)
                self.runs.append(Run(item, lane, now, end))
                heappush(self.ends, (end, item))
        return bool(self.ends)

    def end_next(self) -> Fraction:
        """Go on to when the next items end, and end them all."""
        now = self.ends[0][0]
        while self.ends and self.ends[0][0] == now:
            _, item = heappop(self.ends)
            self.free_slots[self.work.lanes[item].id] += 1
            for after in self.unblocks.get(item, ()):
                self.missing[after] -= 1
                if not self.missing[after]:
                    self.wait(after)
        return now


def bound(work: Work) -> Fraction:
    """No timetable costs less: neither than waiting for needs alone, nor than lanes alone."""
    return max(chain_bound(work), lane_bound(work))


def chain_bound(work: Work) -> Fraction:
    """If every lane had slots for all: each item ends when its longest chain of needs does."""
    end: dict[int, Fraction] = {}
    for root in range(len(work.needs)):
        stack = [root]
        while stack:
            item = stack[-1]
            missing = [need for need in work.needs[item] if need not in end]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            before = max((end[need] for need in work.needs[item]), default=Fraction(0))
            end[item] = before + work.time(item)
    return sum((work.weights[item] * end[item] for item in end), Fraction(0))


def lane_bound(work: Work) -> Fraction:
    """If nobody waited for anybody: the bound of Eastman, Even and Isaacs (1964) for each lane."""
    members: dict[str, list[int]] = {}
    for item, lane in enumerate(work.lanes):
        members.setdefault(lane.id, []).append(item)
    total = Fraction(0)
    for member in members.values():
        slots = max(work.lanes[member[0]].slots, 1)
        own = sum((work.weights[item] * work.time(item) for item in member), Fraction(0))
        by_score = sorted(member, key=lambda item: -work.weights[item] / work.time(item))
        done = single = Fraction(0)
        for item in by_score:
            done += work.time(item)
            single += work.weights[item] * done
        total += single / slots + own * (slots - 1) / (2 * slots)
    return total


def lanes_of(stated: Mapping[str, Lane], names: Sequence[str | None]) -> tuple[Lane, ...]:
    """Each item's lane; those without one share a lane of their own, one at a time."""
    return tuple(stated.get(name or NO_LANE, Lane(name or NO_LANE)) for name in names)
