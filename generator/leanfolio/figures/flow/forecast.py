"""Forecasts: when some work is done, and how much of it by a day.

Exactly where one team works off its queue and nothing of it waits for others; else simulated. What
is asked never changes the draws: a larger set of items is never done earlier.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from msgspec import Struct

from leanfolio.figures.flow.figures import SHARES
from leanfolio.figures.flow.forecast_calendar import MOST_WEEKS, WorkingWeeks
from leanfolio.figures.flow.forecast_exact import ExactSums
from leanfolio.figures.flow.forecast_pace import Reason
from leanfolio.figures.flow.forecast_plan import ForecastPlan, forecast_plan
from leanfolio.figures.flow.forecast_simulation import Queue, Trials, simulate, usual_trials
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.model import Epic, Feature
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import id_order

Way = Literal["exact", "simulated", "done"]


class ExactChances(Struct, frozen=True):
    """Chances of items of one queue, by their places in it, from 1."""

    sums: ExactSums
    places: tuple[int, ...]  # in order

    def done_by(self, weeks: int) -> Fraction:
        """The chance that all are done within so many weeks."""
        return self.sums.at_least(self.places[-1], weeks)

    def weeks_for(self, share: Fraction) -> int | None:
        """The first number of weeks within which all are done with at least this chance."""
        return self.sums.weeks_for(self.places[-1], share)

    def number_by(self, weeks: int, share: Fraction) -> int:
        """How many are done within so many weeks with at least this chance."""
        return bisect_right(self.places, self.sums.items_within(weeks, share))


class SimulatedChances(Struct, frozen=True, dict=True):
    """The same, counted over trials."""

    columns: tuple[Sequence[int], ...]  # of each item, the week of each trial
    trials: int

    @cached_property
    def last_weeks(self) -> list[int]:
        """In each trial, the week in which the last of them was done."""
        if len(self.columns) == 1:
            return list(self.columns[0])
        return list(map(max, *self.columns))

    def done_by(self, weeks: int) -> Fraction:
        return Fraction(sum(1 for last in self.last_weeks if last <= weeks), self.trials)

    def weeks_for(self, share: Fraction) -> int | None:
        counted, done = Counter(self.last_weeks), 0
        for week in range(MOST_WEEKS + 1):
            done += counted[week]
            if Fraction(done, self.trials) >= share:
                return week
        return None

    def number_by(self, weeks: int, share: Fraction) -> int:
        trials = zip(*self.columns, strict=True)
        counts = sorted(sum(1 for week in trial if 0 < week <= weeks) for trial in trials)
        counts.reverse()
        reached = -(-share.numerator * self.trials // share.denominator)  # trials, rounded up
        return counts[max(reached, 1) - 1]


Chances = ExactChances | SimulatedChances


class Forecast(Struct, frozen=True):
    """What is forecast of a set of items, as of a day."""

    open: tuple[str, ...]  # features that are still to be done, or will be
    done_on: date | None  # the day on which the last was done, where nothing is open
    way: Way | None
    chances: Chances | None
    reason: Reason | None  # why there is none
    calendar: WorkingWeeks
    drawn_from: int = 0  # of how many finished epics the number of features was drawn

    def weeks_for(self, share: Fraction) -> int | None:
        """How many working weeks it takes with at least this chance; None if not known."""
        return self.chances.weeks_for(share) if self.chances is not None else None

    def date_for(self, share: Fraction) -> date | None:
        """The day by which it is done with at least this chance."""
        return self.calendar.end_of(self.weeks_for(share))

    @property
    def dates(self) -> tuple[date | None, date | None, date | None]:
        """The days of 50, 85 and 95 %."""
        half, most, nearly_all = map(self.date_for, SHARES)
        return half, most, nearly_all

    def chance_by(self, day: date) -> Fraction | None:
        """The chance that all of it is done by the end of a day."""
        return None if self.chances is None else self.chances.done_by(self.calendar.until(day))

    def number_by(self, day: date, share: Fraction) -> int | None:
        """How many of the open items are done by the end of a day with at least this chance."""
        if self.chances is None:
            return None
        return self.chances.number_by(self.calendar.until(day), share)


class Forecasts(Struct, frozen=True, dict=True):
    """All forecasts of a portfolio as of a day: one calendar, one set of trials.

    Without a seed it is the day, as YYYYMMDD; without a number of trials it is as many as a
    portfolio of this size can afford.
    """

    flow: Flow
    order: Order
    seed_given: int | None = None
    trials_given: int | None = None

    @property
    def as_of(self) -> date:
        return self.flow.as_of

    @property
    def seed(self) -> int:
        if self.seed_given is not None:
            return self.seed_given
        return self.as_of.year * 10_000 + self.as_of.month * 100 + self.as_of.day

    @property
    def number_of_trials(self) -> int:
        return self.trials_given or usual_trials(len(self.plan.jobs))

    @cached_property
    def plan(self) -> ForecastPlan:
        return forecast_plan(self.flow, self.order)

    @cached_property
    def calendar(self) -> WorkingWeeks:
        return WorkingWeeks(self.as_of, frozenset(self.flow.portfolio.policy.flow.days_off))

    @cached_property
    def trials(self) -> Trials:
        """Every job's weeks, drawn once."""
        plan = self.plan
        return simulate(plan.queues, plan.drawn_jobs, self.seed, self.number_of_trials)

    @cached_property
    def sums(self) -> Mapping[str, ExactSums]:
        """What each team's weeks finish, up to all that it has to do."""
        return {queue.team: ExactSums(queue.sample, len(queue.needs)) for queue in self.plan.queues}

    @cached_property
    def epics(self) -> Mapping[str, Forecast]:
        """The forecast of every epic that is open, by id."""
        portfolio = self.flow.portfolio
        epics = (
            epic for epic in portfolio.items_of(Epic)
            if portfolio.category_of(epic) not in CLOSED
        )  # fmt: skip
        return {epic.id: self.of([epic.id]) for epic in epics}

    def of(self, ids: Iterable[str]) -> Forecast:
        """The forecast of some epics and features together: when the last of them is done."""
        jobs: dict[int, None] = {}
        reason: Reason | None = None
        ended: list[date] = []
        for id in sorted(set(ids), key=id_order):
            here, why, day = self._parts(id)
            jobs |= dict.fromkeys(here)
            reason = reason or why
            ended += [day] if day is not None else []
        named = tuple(self.plan.jobs[job].id for job in sorted(jobs))
        if reason is not None:
            return Forecast(named, None, None, None, reason, self.calendar)
        if not jobs:
            return Forecast((), max(ended, default=None), "done", None, None, self.calendar)
        chances = self._chances(sorted(jobs))
        way: Way = "exact" if isinstance(chances, ExactChances) else "simulated"
        epics = {self.plan.jobs[job].epic or "" for job in jobs}
        drawn_from = max((len(self.plan.drawn.get(epic, ())) for epic in epics), default=0)
        return Forecast(named, None, way, chances, None, self.calendar, drawn_from)

    def _parts(self, id: str) -> tuple[Sequence[int], Reason | None, date | None]:
        """The jobs of an epic or a feature, why it cannot be forecast, and when it was done."""
        item = self.flow.portfolio[id]
        flow = self.flow.of_type(item.TYPE).get(id)
        category = self.flow.portfolio.category_of(item)
        if category == "done":
            return (), None, flow.ended if flow is not None else None
        if category == "cancelled":
            return (), Reason("cancelled", id), None
        reason = self.plan.reasons.get(id)
        if isinstance(item, Feature):
            place = self.plan.places.get(id)
            return (() if place is None else (place,)), reason, None
        return self.plan.jobs_of_epic.get(id, ()), reason, None

    def _chances(self, jobs: Sequence[int]) -> Chances:
        """Calculated, where one team works off its queue without waiting; else counted."""
        first, *others = sorted({self.plan.jobs[job].team for job in jobs})
        queue = next(queue for queue in self.plan.queues if queue.team == first)
        if not others and self._is_exact(queue, jobs):
            return ExactChances(self.sums[queue.team], tuple(job - queue.first + 1 for job in jobs))
        columns = tuple(self.trials.column(job) for job in jobs)
        return SimulatedChances(columns, self.trials.number)

    def _is_exact(self, queue: Queue, jobs: Sequence[int]) -> bool:
        """Whether the order in which these are done is certain, and nothing before is drawn."""
        ahead = range(queue.first, jobs[-1] + 1)
        maybe = {job for entry in self.plan.drawn_jobs for job in entry.jobs}
        if not maybe.isdisjoint(ahead) or any(queue.needs[: len(ahead)]):
            return False
        everything = len(jobs) == len(queue.needs)
        return queue.limit == 1 or everything
