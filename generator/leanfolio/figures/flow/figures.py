"""The figures of flow of some items: times, ages, load, throughput, and what holds work up."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from msgspec import Struct

from leanfolio.figures.flow.clock import IN_SYSTEM, ItemFlow, blocked_reasons
from leanfolio.figures.flow.limits import Limits, natural_limits
from leanfolio.figures.flow.percentiles import (
    Attained,
    median_with_open,
    nearest_rank,
    next_one,
    percentile,
    share_within,
)
from leanfolio.figures.flow.series import (
    Balance,
    CumulativeDay,
    Week,
    balance,
    cumulative,
    days_in_system,
    total_age_on,
    weeks,
)
from leanfolio.figures.thresholds import OPEN_COUNTED_NOTE
from leanfolio.model import State
from leanfolio.model.policy import FlowPolicy

SHARES = (Fraction(50, 100), Fraction(85, 100), Fraction(95, 100))
WholeSource = Literal["declared", "git", "mixed", "none"]


class StateTime(Struct, frozen=True):
    """The days that all items together spent in one waiting or active state, up to today."""

    state: State
    items: int  # that were ever in it
    days: int
    share: Fraction | None  # of the days in all such states
    open: int  # that are in it now
    oldest: int | None  # days in it, of those


class ServiceLevelResult(Struct, frozen=True):
    """How the service level that is expected was kept."""

    share: Fraction
    days: int
    attained: Fraction | None  # None where nothing is finished
    past: tuple[ItemFlow, ...]  # open items that are older
    finished: int  # how many items the share that was attained is of


class Signal(Struct, frozen=True):
    """A figure week by week with its natural limits."""

    weeks: tuple[Week, ...]
    values: tuple[int, ...]
    limits: Limits


class FlowFigures(Struct, frozen=True, dict=True):
    """Everything that is told of the flow of some items of one board, as of a day."""

    flows: tuple[ItemFlow, ...]
    states: tuple[State, ...]  # of their board, in order
    policy: FlowPolicy
    as_of: date

    @property
    def extra(self) -> int:
        """What is added to the days between two dates."""
        return 1 if self.policy.days == "inclusive" else 0

    @cached_property
    def source(self) -> WholeSource:
        """Who says when items moved: their files, git, both, or nobody."""
        sources = {flow.course.source for flow in self.flows} - {"none"}
        if len(sources) > 1:
            return "mixed"
        return next(iter(sources), "none")

    @cached_property
    def faulty(self) -> tuple[ItemFlow, ...]:
        """Items left out, as their history cannot be right."""
        return tuple(flow for flow in self.flows if flow.course.fault)

    @cached_property
    def without_history(self) -> tuple[ItemFlow, ...]:
        """Items of which nobody says when they moved."""
        return tuple(flow for flow in self.flows if flow.course.source == "none")

    @cached_property
    def unknown_states(self) -> tuple[str, ...]:
        """States in histories that no portfolio file knows; days in them count nowhere."""
        stays = (stay for flow in self.flows for stay in flow.stays)
        return tuple(sorted({stay.state for stay in stays if stay.category is None}))

    # Finished work ---------------------------------------------------------------------------

    @cached_property
    def done(self) -> tuple[ItemFlow, ...]:
        """Finished items whose start is known, by the day of completion."""
        matches = (flow for flow in self.flows if flow.outcome == "done" and flow.days is not None)
        return tuple(sorted(matches, key=lambda flow: (flow.ended or date.min, flow.id)))

    @cached_property
    def times(self) -> tuple[int, ...]:
        """Their flow times, shortest first."""
        return tuple(sorted(flow.days for flow in self.done if flow.days is not None))

    def percentile(self, share: Fraction) -> Fraction | None:
        """The flow time below which that share lies; None under ten items."""
        return percentile(self.times, share)

    def within(self, share: Fraction) -> Attained | None:
        """The whole days within which at least that share was finished."""
        return nearest_rank(self.times, share)

    def next_one(self, share: Fraction) -> Attained | None:
        """The days within which one more item is finished with that chance; None for too few."""
        return next_one(self.times, share)

    @cached_property
    def mean(self) -> Fraction | None:
        """The mean flow time; None where nothing is finished."""
        return Fraction(sum(self.times), len(self.times)) if self.times else None

    @cached_property
    def cancelled(self) -> tuple[ItemFlow, ...]:
        """Items that were taken up, and then cancelled or removed: no completions."""
        return tuple(
            flow for flow in self.flows if flow.outcome == "cancelled" and flow.days is not None
        )

    @cached_property
    def open_counted(self) -> int | None:
        """The median flow time with open items counted as not yet finished."""
        return median_with_open(self.times, [flow.age or 0 for flow in self.open])

    @property
    def open_differs(self) -> bool:
        """Whether that median and the usual one differ by more than a quarter."""
        usual = self.percentile(SHARES[0])
        if usual is None:
            return False
        if self.open_counted is None:
            return True
        return abs(self.open_counted - usual) > usual * OPEN_COUNTED_NOTE

    @cached_property
    def efficiency(self) -> Fraction | None:
        """Active days over all days in the system, of finished items, pooled.

        None where the board has no waiting state: nobody could have recorded a wait.
        """
        if not any(state.category == "waiting" for state in self.states):
            return None
        active = sum(flow.active_days for flow in self.done)
        return pooled(active, sum(flow.waiting_days for flow in self.done))

    @cached_property
    def times_in_state(self) -> Mapping[str, tuple[int, ...]]:
        """The days that finished items spent in each state that they were in, shortest first."""
        days: dict[str, list[int]] = {}
        for flow in self.done:
            spent: Counter[str] = Counter()
            for stay in flow.stays:
                if stay.category != "done":
                    spent[stay.state] += stay.days
            for state, number in spent.items():
                days.setdefault(state, []).append(number)
        return {state: tuple(sorted(found)) for state, found in days.items()}

    # Open work -------------------------------------------------------------------------------

    @cached_property
    def open(self) -> tuple[ItemFlow, ...]:
        """Items in waiting or active, oldest first."""
        matches = (flow for flow in self.flows if flow.age is not None)
        return tuple(sorted(matches, key=lambda flow: (-(flow.age or 0), flow.id)))

    @property
    def load(self) -> int:
        return len(self.open)

    @cached_property
    def total_age(self) -> int:
        return sum(flow.age or 0 for flow in self.open)

    @cached_property
    def in_state(self) -> tuple[StateTime, ...]:
        """Where the days went, by waiting and active state in the order of the board."""
        days: Counter[str] = Counter()
        items: Counter[str] = Counter()
        for flow in self.flows:
            stays = [stay for stay in flow.stays if stay.category in IN_SYSTEM]
            for stay in stays:
                days[stay.state] += stay.days
            items.update({stay.state for stay in stays})
        whole = sum(days.values())
        return tuple(
            StateTime(
                state, items[state.name], days[state.name],
                Fraction(days[state.name], whole) if whole else None,
                *self._present(state.name),
            )
            for state in self.states
            if state.category in IN_SYSTEM or items[state.name]
        )  # fmt: skip

    def _present(self, state: str) -> tuple[int, int | None]:
        """How many items are in a state now, and how long the oldest has been."""
        ages = [flow.state_age or 0 for flow in self.open if flow.state == state]
        return len(ages), max(ages, default=None)

    @cached_property
    def bottleneck(self) -> StateTime | None:
        """The state in which work spent most days; None where there were none."""
        longest = max(self.in_state, key=lambda entry: entry.days, default=None)
        return longest if longest is not None and longest.days else None

    @cached_property
    def service_level(self) -> ServiceLevelResult | None:
        """How the service level is kept; None where the portfolio states none."""
        level = self.policy.sle
        if level is None:
            return None
        return ServiceLevelResult(
            Fraction(level.share) / 100,
            level.days,
            share_within(self.times, level.days) if self.times else None,
            tuple(flow for flow in self.open if (flow.age or 0) > level.days),
            len(self.times),
        )

    @cached_property
    def ages(self) -> Mapping[str, int]:
        """The age in days of every open item, by id."""
        return {flow.id: flow.age for flow in self.open if flow.age is not None}

    @cached_property
    def past_level(self) -> frozenset[str]:
        """The ids of the open items that are older than the service level expects."""
        level = self.service_level
        return frozenset(flow.id for flow in level.past) if level is not None else frozenset()

    # Over time -------------------------------------------------------------------------------

    @cached_property
    def balance(self) -> Balance:
        return balance(self.flows)

    @cached_property
    def load_days(self) -> int:
        """The sum of the load of every day."""
        return self.balance.load_days(self.as_of)

    @cached_property
    def item_days(self) -> int:
        """The days of every item in waiting and active; equals `load_days`."""
        return days_in_system(self.flows)

    @cached_property
    def weeks(self) -> tuple[Week, ...]:
        return weeks(self.flows, self.balance, self.as_of)

    @cached_property
    def cumulative(self) -> tuple[CumulativeDay, ...]:
        return cumulative(self.flows, self.states, self.as_of)

    @cached_property
    def debt_days(self) -> Fraction | None:
        """Flow debt: how far the cumulative lines lie apart, less the mean flow time.

        The distance, in days, is from the day on which as many items had arrived as have departed
        by now. Above zero, open work is left to age so that other work is finished.
        """
        departed = sum(self.balance.departures)
        if self.mean is None or not departed:
            return None
        arrived = 0
        for day, number in zip(self.balance.days, self.balance.arrivals, strict=True):
            arrived += number
            if arrived >= departed:
                return Fraction((self.as_of - day).days + self.extra) - self.mean
        return None

    @cached_property
    def signals(self) -> Mapping[str, Signal]:
        """Throughput, load and total age of the last whole weeks with their natural limits."""
        last = tuple(week for week in self.weeks if week.whole)[-self.policy.weeks :]
        series = {
            "throughput": [week.done for week in last],
            "load": [week.load for week in last],
            "total_age": [total_age_on(self.flows, week.last, self.extra) for week in last],
        }
        limits = {name: natural_limits(values) for name, values in series.items()}
        return {
            name: Signal(last, tuple(series[name]), found)
            for name, found in limits.items()
            if found is not None
        }

    # What holds work up ----------------------------------------------------------------------

    @cached_property
    def distribution(self) -> Mapping[str, tuple[int, int]]:
        """Per kind of item: how many are done, and how many are open."""
        done = Counter(flow.course.kind or "" for flow in self.done)
        still = Counter(flow.course.kind or "" for flow in self.open)
        return {kind: (done[kind], still[kind]) for kind in sorted(done.keys() | still.keys())}

    @cached_property
    def blocked_days(self) -> int:
        return sum(flow.blocked_days for flow in self.flows)

    @cached_property
    def blocked_reasons(self) -> Mapping[str, int]:
        """Blocked days by reason, most first."""
        total: Counter[str] = Counter()
        for flow in self.flows:
            total.update(blocked_reasons(flow, self.as_of))
        found = sorted(total.items(), key=lambda entry: (-entry[1], entry[0]))
        return {why: days for why, days in found if days}

    @cached_property
    def moved_back(self) -> tuple[ItemFlow, ...]:
        """Items that moved to an earlier column, most often first."""
        matches = (flow for flow in self.flows if flow.backward or flow.put_back)
        return tuple(sorted(matches, key=lambda flow: (-flow.backward, flow.id)))

    @property
    def backward(self) -> int:
        return sum(flow.backward for flow in self.flows)

    @property
    def reopened(self) -> int:
        return sum(flow.reopened for flow in self.flows)


def pooled(active: int, waiting: int) -> Fraction | None:
    """The share of active days in all; None where there are none."""
    return Fraction(active, active + waiting) if active + waiting else None
