"""In what order to work when some must wait for others, and what that order saves."""

from collections.abc import Sequence as Row
from dataclasses import dataclass
from fractions import Fraction

from leanfolio.figures.ranking.decomposition import Jobs
from leanfolio.figures.ranking.dependencies import Dependencies
from leanfolio.figures.ranking.greedy import available_first
from leanfolio.figures.ranking.integer_scores import Whole
from leanfolio.figures.ranking.schedule import best_order, delay


@dataclass(frozen=True, slots=True)
class Sequence:
    """The proposed order, one item at a time, against following the ranking alone.

    Costs are each item's cost of delay times the time at which it is done, summed. All indexes
    are places in the ranking, from 0.
    """

    order: tuple[int, ...]
    naive: tuple[int, ...]
    inherited: tuple[Fraction, ...]  # own cost of delay and that of all it unblocks
    cost: Fraction
    naive_cost: Fraction
    bound: Fraction  # no order costs less
    time: Fraction  # until all is done

    @property
    def optimal(self) -> bool:
        """Whether no order can be cheaper: the cost is the bound."""
        return self.cost == self.bound

    @property
    def gap(self) -> Fraction:
        """By how much at most the best order could be cheaper, as a share of the bound."""
        return (self.cost - self.bound) / self.bound if self.bound else Fraction(0)

    @property
    def saved(self) -> Fraction:
        """Cost of delay times time, less than by following the ranking alone; never below 0."""
        return self.naive_cost - self.cost

    @property
    def places(self) -> tuple[int, ...]:
        """For each item its place in the sequence, from 1."""
        found = [0] * len(self.order)
        for place, index in enumerate(self.order, 1):
            found[index] = place
        return tuple(found)


def sequence(whole: Whole, waiting: Dependencies) -> Sequence:
    """The cheapest order that was found in which nobody goes before what they wait for.

    Costs are points, or money per week, times size or weeks: of the form that the ranking has.
    """
    jobs = jobs_of(whole, waiting)
    plan = best_order(jobs)
    naive = available_first(jobs, range(len(jobs.weights)))
    naive_cost = cost_of(jobs, naive)
    order, cost = (plan.order, plan.cost) if plan.cost < naive_cost else (tuple(naive), naive_cost)
    time = whole.unit
    weight = time * time if whole.form == "value-urgency" else time
    return Sequence(
        order=order,
        naive=tuple(naive),
        inherited=tuple(Fraction(each, weight) for each in inherited(jobs)),
        cost=Fraction(cost, weight * time),
        naive_cost=Fraction(naive_cost, weight * time),
        bound=plan.bound / (weight * time),
        time=Fraction(sum(jobs.times), time),
    )


def jobs_of(whole: Whole, waiting: Dependencies) -> Jobs:
    """The ranking as jobs to be put in order: weights are costs of delay, times are sizes."""
    merits = [whole.merit(index, numbers) for index, numbers in enumerate(whole.numbers)]
    return Jobs(
        weights=tuple(cost for cost, _, _ in merits),
        times=tuple(size for _, _, size in merits),
        needs=waiting.needs,
    )


def cost_of(jobs: Jobs, order: Row[int]) -> int:
    """What an order costs in delay, in the units of the jobs' weights times their times."""
    return delay((jobs.weights[job] for job in order), (jobs.times[job] for job in order))


def inherited(jobs: Jobs) -> list[int]:
    """Each job's own cost of delay, with that of all that directly or not waits for it."""
    unblocks: list[list[int]] = [[] for _ in jobs.weights]
    for job, needs in enumerate(jobs.needs):
        for needed in needs:
            unblocks[needed].append(job)
    found = []
    for job, weight in enumerate(jobs.weights):
        seen = {job}
        stack = [job]
        while stack:
            fresh = [unblock for unblock in unblocks[stack.pop()] if unblock not in seen]
            seen.update(fresh)
            stack.extend(fresh)
        found.append(weight + sum(jobs.weights[each] for each in seen if each != job))
    return found
