"""In what order to work when some must wait for others, and what that order saves."""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.decomposition import Jobs
from leanfolio.figures.ranking.dependencies import Dependencies
from leanfolio.figures.ranking.greedy import greedy_order
from leanfolio.figures.ranking.integer_scores import IntegerScores
from leanfolio.figures.ranking.schedule import best_order, delay


class DelayOrder(Struct, frozen=True):
    """The proposed order, one item at a time, against always starting the best that can start.

    Costs are each item's cost of delay times the time at which it is done, summed. All indexes
    are places in the ranking, from 0.
    """

    order: tuple[int, ...]
    greedy: tuple[int, ...]
    inherited: tuple[Fraction, ...]  # own cost of delay and that of all it unblocks
    cost: Fraction
    greedy_cost: Fraction
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
        """Cost of delay times time, less than in the greedy order; never below 0."""
        return self.greedy_cost - self.cost

    @property
    def places(self) -> tuple[int, ...]:
        """For each item its place in the sequence, from 1."""
        result = [0] * len(self.order)
        for place, index in enumerate(self.order, 1):
            result[index] = place
        return tuple(result)


def delay_order(scores: IntegerScores, dependencies: Dependencies) -> DelayOrder:
    """The cheapest order found in which no item goes before one that it waits for.

    Costs are points, or money per week, times size or weeks: of the form that the ranking has.
    """
    jobs = jobs_of(scores, dependencies)
    plan = best_order(jobs)
    greedy = greedy_order(jobs, range(len(jobs.weights)))
    greedy_cost = delay_cost(jobs, greedy)
    order, cost = (
        (plan.order, plan.cost) if plan.cost < greedy_cost else (tuple(greedy), greedy_cost)
    )
    time = scores.unit
    weight = time * time if scores.form == "value-urgency" else time
    return DelayOrder(
        order=order,
        greedy=tuple(greedy),
        inherited=tuple(Fraction(cost, weight) for cost in inherited_costs(jobs)),
        cost=Fraction(cost, weight * time),
        greedy_cost=Fraction(greedy_cost, weight * time),
        bound=plan.bound / (weight * time),
        time=Fraction(sum(jobs.times), time),
    )


def jobs_of(scores: IntegerScores, dependencies: Dependencies) -> Jobs:
    """The ranking as jobs to be put in order: weights are costs of delay, times are sizes."""
    merits = [scores.merit(index, numbers) for index, numbers in enumerate(scores.numbers)]
    return Jobs(
        weights=tuple(cost for cost, _, _ in merits),
        times=tuple(size for _, _, size in merits),
        needs=dependencies.needs,
    )


def delay_cost(jobs: Jobs, order: Sequence[int]) -> int:
    """What an order costs in delay, in the units of the jobs' weights times their times."""
    return delay((jobs.weights[job] for job in order), (jobs.times[job] for job in order))


def inherited_costs(jobs: Jobs) -> list[int]:
    """Each job's own cost of delay, with that of all that directly or not waits for it."""
    unblocks: list[list[int]] = [[] for _ in jobs.weights]
    for job, needs in enumerate(jobs.needs):
        for needed in needs:
            unblocks[needed].append(job)
    result: dict[int, int] = {}
    for job in range(len(jobs.weights)):
        path: dict[int, None] = {}  # what only one job waits for inherits all that this one has
        here = job
        while here not in result and here not in path and len(unblocks[here]) == 1:
            path[here] = None
            here = unblocks[here][0]
        if here in path:  # a circle, each of which waits for itself
            result |= {each: inherited_cost(jobs, each, unblocks) for each in path}
            continue
        if here not in result:
            result[here] = inherited_cost(jobs, here, unblocks)
        for each in reversed(path):
            result[each] = jobs.weights[each] + result[unblocks[each][0]]
    return [result[job] for job in range(len(jobs.weights))]


def inherited_cost(jobs: Jobs, job: int, unblocks: Sequence[Sequence[int]]) -> int:
    """One job's cost of delay with that of all that waits for it, each counted once."""
    seen, stack = {job}, [job]
    while stack:
        fresh = [unblock for unblock in unblocks[stack.pop()] if unblock not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return sum(jobs.weights[other] for other in seen)
