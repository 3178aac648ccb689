"""When the work of several teams is done, drawn at random: one calendar a trial, for all of them.

Each team draws its own weeks out of those that were looked at, from a generator of its own:
Mersenne Twister MT19937, seeded as Python's `random.Random("SEED TEAM")`. A draw is one call of
`random()`, times the number of weeks, cut to a whole number: its place among them, oldest first.
Nothing depends on the order of the teams, or on what is asked.

A team takes its queue in order. What waits for a predecessor is passed over until that is done: by
the same team in the same week, by another team in an earlier one. With a limit above one each
completion falls on one of so many items at the front, drawn from a generator "SEED TEAM picks".
"""

from array import array
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from random import Random

from leanfolio.figures.flow.forecast_calendar import MOST_WEEKS

NEVER = MOST_WEEKS + 1  # the week of what is not done within them
MOST_TRIALS, FEWEST_TRIALS = 10_000, 1_000
EFFORT = 1_000_000  # completions drawn, where that lies between

Draw = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Queue:
    """A team with its jobs in order. Jobs are numbered through, team after team."""

    team: str
    sample: tuple[int, ...]  # how many items each past week finished, oldest first
    limit: int  # how many it works on at once
    first: int  # the number of its first job
    needs: tuple[tuple[int, ...], ...]  # for each of its jobs, those that have to be done before

    @property
    def is_plain(self) -> bool:
        """Whether its jobs are done one after the other, waiting for nothing."""
        return self.limit == 1 and not any(self.needs)


@dataclass(frozen=True, slots=True)
class DrawnJobs:
    """Jobs of an epic whose number is not known: a trial has the first so many of them."""

    epic: str
    jobs: tuple[int, ...]
    numbers: tuple[int, ...]  # of which one is drawn


@dataclass(frozen=True, slots=True)
class Trials:
    """The week in which each job was done in each trial; 0 where a trial has no such job."""

    seed: int
    number: int
    jobs: int
    weeks: "array[int]"  # trial after trial

    def column(self, job: int) -> "array[int]":
        """The weeks of one job, trial by trial."""
        return self.weeks[job :: self.jobs]


def usual_trials(jobs: int) -> int:
    """How many trials a portfolio with so many open items gets."""
    return min(MOST_TRIALS, max(FEWEST_TRIALS, EFFORT // max(jobs, 1)))


def simulate(queues: Sequence[Queue], drawn: Sequence[DrawnJobs], seed: int, trials: int) -> Trials:
    """Draw every week of every team, again and again, and note when each job was done."""
    maybe = {job for entry in drawn for job in entry.jobs}
    workers = [worker(queue, seed, maybe) for queue in queues]
    numbers = [generator(f"{seed} {entry.epic}") for entry in drawn]
    weeks = array("H")
    for _ in range(trials):
        absent = {
            job
            for entry, draw in zip(drawn, numbers, strict=True)
            for job in entry.jobs[entry.numbers[int(draw() * len(entry.numbers))] :]
        }
        done: list[int] = []
        left: list[tuple[Worker, list[int]]] = []
        for entry in workers:
            if entry.is_plain:
                done += in_order(entry)
            else:
                done += [0 if job in absent else NEVER for job in entry.jobs]
                left.append((entry, [job for job in entry.jobs if job not in absent]))
        work_off(left, done)
        weeks.extend(done)
    return Trials(seed, trials, sum(len(queue.needs) for queue in queues), weeks)


def generator(seed: str) -> Draw:
    """Numbers from 0 to below 1, always the same for a seed."""
    return Random(seed).random  # noqa: S311 # nothing here is secret


@dataclass(frozen=True, slots=True)
class Worker:
    """A team with its generators, for all trials."""

    jobs: range
    sample: tuple[int, ...]
    limit: int
    is_plain: bool
    needs: Mapping[int, tuple[tuple[int, int], ...]]  # of a job: another, and the weeks of grace
    draw: Draw
    pick: Draw


def worker(queue: Queue, seed: int, maybe: Set[int]) -> Worker:
    """A team ready to work; `maybe` are jobs that not every trial has.

    What another team has done counts from the next week on, so that their order does not matter.
    """
    jobs = range(queue.first, queue.first + len(queue.needs))
    needs = {
        job: tuple((need, 1 if need in jobs else 0) for need in named)
        for job, named in zip(jobs, queue.needs, strict=True)
    }
    return Worker(
        jobs,
        queue.sample,
        queue.limit,
        queue.is_plain and maybe.isdisjoint(jobs),
        needs,
        generator(f"{seed} {queue.team}"),
        generator(f"{seed} {queue.team} picks"),
    )


def in_order(team: Worker) -> list[int]:
    """The week in which each job of a plain queue is done."""
    sample, draw, number, wanted = team.sample, team.draw, len(team.sample), len(team.jobs)
    result: list[int] = []
    week = 0
    while len(result) < wanted:
        week += 1
        if week > MOST_WEEKS:
            result += [NEVER] * (wanted - len(result))
            break
        finished = sample[int(draw() * number)]
        if finished:
            result += [week] * finished
    del result[wanted:]
    return result


def work_off(teams: Sequence[tuple[Worker, list[int]]], done: list[int]) -> None:
    """Let the teams work week by week until nothing is left, and write when each job was done."""
    week = 0
    while teams and week < MOST_WEEKS:
        week += 1
        for team, left in teams:
            for _ in range(team.sample[int(team.draw() * len(team.sample))]):
                place = next_place(team, left, done, week)
                if place is None:
                    break
                done[left.pop(place)] = week
        teams = [entry for entry in teams if entry[1]]


def next_place(team: Worker, left: Sequence[int], done: Sequence[int], week: int) -> int | None:
    """Which of the jobs that are left is finished next; None where all wait, or none is left."""
    places: list[int] = []
    limit, needs = team.limit, team.needs
    for place, job in enumerate(left):
        for need, grace in needs[job]:
            if done[need] >= week + grace:
                break
        else:
            if limit == 1:
                return place
            places.append(place)
            if len(places) == limit:
                break
    if len(places) > 1:
        return places[int(team.pick() * len(places))]
    return places[0] if places else None
