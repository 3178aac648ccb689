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
from bisect import insort
from collections.abc import Callable, Sequence, Set
from random import Random

from msgspec import Struct

from leanfolio.figures.flow.forecast_calendar import MOST_WEEKS

NEVER = MOST_WEEKS + 1  # the week of what is not done within them
MOST_TRIALS, FEWEST_TRIALS = 10_000, 1_000
EFFORT = 1_000_000  # completions drawn, where that lies between

Draw = Callable[[], float]


class Queue(Struct, frozen=True):
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


class DrawnJobs(Struct, frozen=True):
    """Jobs of an epic whose number is not known: a trial has the first so many of them."""

    epic: str
    jobs: tuple[int, ...]
    numbers: tuple[int, ...]  # of which one is drawn


class Trials(Struct, frozen=True):
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
    """Draw every week of every team, again and again, and note when each job was done.

    `queues` stand in the order of their jobs.
    """
    network = network_of(queues)
    maybe = {job for entry in drawn for job in entry.jobs}
    workers = [worker(queue, seed, network, maybe) for queue in queues]
    busy = any(not entry.is_plain for entry in workers)
    numbers = [generator(f"{seed} {entry.epic}") for entry in drawn]
    weeks = array("H")
    for _ in range(trials):
        absent = [
            job
            for entry, draw in zip(drawn, numbers, strict=True)
            for job in entry.jobs[entry.numbers[int(draw() * len(entry.numbers))] :]
        ]
        done: list[int] = []
        for entry in workers:
            done += in_order(entry) if entry.is_plain else [NEVER] * len(entry.jobs)
        if busy:
            Trial(workers, network, absent, done).work_off()
        weeks.extend(done)
    return Trials(seed, trials, len(network.needs), weeks)


def generator(seed: str) -> Draw:
    """Numbers from 0 to below 1, always the same for a seed."""
    return Random(seed).random  # noqa: S311 # nothing here is secret


class Network(Struct, frozen=True):
    """What each job waits for, and what waits for it, by number; each job once."""

    needs: tuple[frozenset[int], ...]
    successors: tuple[tuple[int, ...], ...]
    counts: tuple[int, ...]  # of what each waits for
    owners: tuple[int, ...]  # the team of each, by its place among the queues


def network_of(queues: Sequence[Queue]) -> Network:
    """The jobs of all queues, in the order of their numbers."""
    needs = tuple(frozenset(named) for queue in queues for named in queue.needs)
    successors: list[list[int]] = [[] for _ in needs]
    for job, named in enumerate(needs):
        for need in named:
            successors[need].append(job)
    owners = tuple(n for n, queue in enumerate(queues) for _ in queue.needs)
    return Network(needs, tuple(map(tuple, successors)), tuple(map(len, needs)), owners)


class Worker(Struct, frozen=True):
    """A team with its generators, for all trials."""

    jobs: range
    sample: tuple[int, ...]
    limit: int
    is_plain: bool  # whether its jobs are done one after the other, and nothing waits for them
    ready: tuple[int, ...]  # the jobs that wait for nothing, as `Trial` keeps them
    draw: Draw
    pick: Draw


def worker(queue: Queue, seed: int, network: Network, maybe: Set[int]) -> Worker:
    """A team ready to work; `maybe` are jobs that not every trial has."""
    jobs = range(queue.first, queue.first + len(queue.needs))
    alone = maybe.isdisjoint(jobs) and not any(network.successors[job] for job in jobs)
    return Worker(
        jobs,
        queue.sample,
        queue.limit,
        queue.is_plain and alone,
        tuple(-job for job in reversed(jobs) if not network.counts[job]),
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


class Trial:
    """One trial of the teams that are not plain: what is left, and what of it can be taken."""

    def __init__(
        self, teams: Sequence[Worker], network: Network, absent: Sequence[int], done: list[int]
    ) -> None:
        self.teams = teams
        self.network = network
        self.done = done  # the week of each job
        self.waits = list(network.counts)  # for how many others each job still waits
        gone = set(absent)
        for job in absent:
            done[job] = 0
            for other in network.successors[job]:
                self.waits[other] -= 1
        self.ready = [self.first_ready(team, gone) for team in teams]
        self.left = [
            0 if team.is_plain else len(team.jobs) - len(gone.intersection(team.jobs))
            for team in teams
        ]
        self.released: list[int] = []  # what can be taken from the next week on

    def first_ready(self, team: Worker, gone: Set[int]) -> list[int]:
        """The jobs that wait for nothing, as negative numbers: the next one stands last."""
        if team.is_plain:
            return []
        if not gone:
            return list(team.ready)
        return [-job for job in reversed(team.jobs) if not self.waits[job] and job not in gone]

    def work_off(self) -> None:
        """Let the teams work week by week until nothing is left."""
        owners = self.network.owners
        for week in range(1, MOST_WEEKS + 1):
            for job in self.released:
                insort(self.ready[owners[job]], -job)
            self.released = []
            working = [n for n, left in enumerate(self.left) if left]
            if not working:
                return
            for n in working:
                self.work(n, week)

    def work(self, n: int, week: int) -> None:
        """Let a team finish what it draws for a week."""
        team, ready, done = self.teams[n], self.ready[n], self.done
        for _ in range(team.sample[int(team.draw() * len(team.sample))]):
            if not ready:
                return
            front = min(team.limit, len(ready))
            job = -ready.pop(-1 - int(team.pick() * front) if front > 1 else -1)
            done[job] = week
            self.left[n] -= 1
            for other in self.network.successors[job]:
                self.waits[other] -= 1
                if not self.waits[other]:
                    self.release(other, n, week)

    def release(self, job: int, n: int, week: int) -> None:
        """Let a job be taken: at once where its own team did the last of what it waited for.

        What another team has done counts from the next week on, so that their order does not
        matter.
        """
        own, done = self.teams[n].jobs, self.done
        needs = self.network.needs[job]
        if job in own and all(need in own or done[need] < week for need in needs):
            insort(self.ready[n], -job)
        else:
            self.released.append(job)
