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
from collections.abc import Callable, Sequence
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
    jobs = sum(len(queue.needs) for queue in queues)
    draws = [generator(f"{seed} {queue.team}") for queue in queues]
    picks = [generator(f"{seed} {queue.team} picks") for queue in queues]
    numbers = [generator(f"{seed} {entry.epic}") for entry in drawn]
    maybe = {job for entry in drawn for job in entry.jobs}
    owned = [range(queue.first, queue.first + len(queue.needs)) for queue in queues]
    simple = [
        queue.is_plain and maybe.isdisjoint(range_)
        for queue, range_ in zip(queues, owned, strict=True)
    ]
    weeks = array("H")
    for _ in range(trials):
        absent = {
            job
            for entry, draw in zip(drawn, numbers, strict=True)
            for job in entry.jobs[entry.numbers[int(draw() * len(entry.numbers))] :]
        }
        done: list[int] = []
        waiting: list[Waiting] = []
        for n, queue in enumerate(queues):
            if simple[n]:
                done += in_order(queue, draws[n])
            else:
                done += [0 if job in absent else NEVER for job in owned[n]]
                left = [job for job in owned[n] if job not in absent]
                waiting.append(Waiting(queue, draws[n], picks[n], left))
        if waiting:
            work_off(waiting, done)
        weeks.extend(done)
    return Trials(seed, trials, jobs, weeks)


def generator(seed: str) -> Draw:
    """Numbers from 0 to below 1, always the same for a seed."""
    return Random(seed).random  # noqa: S311 # nothing here is secret


def in_order(queue: Queue, draw: Draw) -> list[int]:
    """The week in which each job of a plain queue is done."""
    sample, number, wanted = queue.sample, len(queue.sample), len(queue.needs)
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


@dataclass(slots=True)
class Waiting:
    """A queue in one trial, with the jobs that are left of it."""

    queue: Queue
    draw: Draw
    pick: Draw
    left: list[int]


def work_off(waiting: Sequence[Waiting], done: list[int]) -> None:
    """Let the teams work week by week until nothing is left, and write when each job was done."""
    week = 0
    while week < MOST_WEEKS and any(entry.left for entry in waiting):
        week += 1
        for entry in waiting:
            if entry.left:
                sample = entry.queue.sample
                for _ in range(sample[int(entry.draw() * len(sample))]):
                    if not finish_one(entry, done, week):
                        break


def finish_one(entry: Waiting, done: list[int], week: int) -> bool:
    """Finish one job that waits for nothing; False where there is none."""
    queue, left = entry.queue, entry.left
    first, end, needs = queue.first, queue.first + len(queue.needs), queue.needs
    places: list[int] = []
    for place, job in enumerate(left):
        for need in needs[job - first]:
            # Of another team it counts from the next week on, so that their order does not matter.
            if done[need] >= week + (first <= need < end):
                break
        else:
            places.append(place)
            if len(places) == queue.limit:
                break
    if not places:
        return False
    place = places[0] if len(places) == 1 else places[int(entry.pick() * len(places))]
    done[left.pop(place)] = week
    return True
