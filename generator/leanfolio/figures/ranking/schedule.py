"""In which order jobs cost the least delay, when some must wait for others.

The problem is known as 1 | prec | sum of weight times completion; it is NP-hard in general.
Sidney's decomposition cuts it into blocks that follow one another; a block whose first half all
of its second half needs is cut there; what remains is solved exactly by going through all sets
of jobs that can be done first, or, where there are too many, through the most promising of them.
Forests and series-parallel plans always come apart to single jobs, and are solved exactly. Any
order that keeps to the blocks costs at most twice the best (Chekuri and Motwani 1999).
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.decomposition import Jobs, blocks
from leanfolio.figures.ranking.greedy import greedy_order

EFFORT = 300_000_000  # sets kept at each depth of a search x its block's size squared x all jobs
SEARCHED = 300  # jobs in a block: a larger one is not searched, only ordered by density


class Plan(Struct, frozen=True):
    """An order, its cost, and a lower bound on the cost of any order."""

    order: tuple[int, ...]
    cost: int  # sum of weight times completion
    bound: Fraction

    @property
    def optimal(self) -> bool:
        """Whether no order can be cheaper: the cost is the bound."""
        return self.cost == self.bound

    @property
    def gap(self) -> Fraction:
        """How far the cost may be above the best, as a share of the bound."""
        return (self.cost - self.bound) / self.bound if self.bound else Fraction(0)


class Segment(Struct, frozen=True):
    """A part of an order: its jobs, and its cost and lower bound if it started at once."""

    order: tuple[int, ...]
    cost: int
    bound: Fraction


def best_order(jobs: Jobs, effort: int = EFFORT) -> Plan:
    """Return the cheapest order found, with its bound. The needs must have no cycle.

    Cost and bound are in the jobs' weights times their times. More `effort` searches further, and
    never costs more than in proportion; the answer is the same on every machine.
    """
    number = len(jobs.weights)
    best = solve(jobs, range(number), effort // max(number, 1))
    return Plan(best.order, best.cost, best.bound)


def solve(jobs: Jobs, among: Iterable[int], effort: int) -> Segment:
    """Solve each block by itself, and put them one after the other."""
    return concatenated(jobs, [solve_block(jobs, block, effort) for block in blocks(jobs, among)])


def concatenated(jobs: Jobs, segments: Iterable[Segment]) -> Segment:
    """One segment after the other: what comes later waits for all before."""
    order: list[int] = []
    cost, bound, time = 0, Fraction(0), 0
    for segment in segments:
        weight = sum(jobs.weights[job] for job in segment.order)
        cost += segment.cost + time * weight
        bound += segment.bound + time * weight
        time += sum(jobs.times[job] for job in segment.order)
        order.extend(segment.order)
    return Segment(tuple(order), cost, bound)


def solve_block(jobs: Jobs, block: Sequence[int], effort: int) -> Segment:
    """A block of Sidney's decomposition: cut in series where it can be, or searched."""
    if len(block) == 1:
        cost = jobs.weights[block[0]] * jobs.times[block[0]]
        return Segment(tuple(block), cost, Fraction(cost))
    before = predecessors(jobs, block)
    parts = in_series(before)
    if len(parts) > 1:
        return concatenated(
            jobs, (solve(jobs, [block[at] for at in part], effort) for part in parts)
        )
    if len(block) > SEARCHED:
        return by_density(jobs, block)
    return search(jobs, block, before, max(effort // len(block) ** 2, 1))


def predecessors(jobs: Jobs, block: Sequence[int]) -> list[int]:
    """For each job all that must come before it, directly or not, as bits by place in the block."""
    place = {job: at for at, job in enumerate(block)}
    before = [-1] * len(block)
    for root in range(len(block)):
        stack = [root]
        while stack:
            at = stack[-1]
            needed = [place[n] for n in jobs.needs[block[at]] if n in place]
            missing = [need for need in needed if before[need] < 0]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            mask = 0
            for need in needed:
                mask |= before[need] | 1 << need
            before[at] = mask
    return before


def in_series(before: Sequence[int]) -> list[list[int]]:
    """Places in groups such that all of each group must come before all of the next."""
    ordered = sorted(range(len(before)), key=lambda at: (before[at].bit_count(), at))
    shared = [0] * (len(ordered) + 1)  # what all from here on need
    shared[-1] = -1
    for at in range(len(ordered) - 1, -1, -1):
        shared[at] = shared[at + 1] & before[ordered[at]]
    groups: list[list[int]] = [[]]
    done = 0
    for at, place in enumerate(ordered):
        if done and done & ~shared[at] == 0:
            groups.append([])
        groups[-1].append(place)
        done |= 1 << place
    return groups


def by_density(jobs: Jobs, block: Sequence[int]) -> Segment:
    """The densest available job first: all that time allows in a very large block."""
    order = greedy_order(jobs, block)
    weights = [jobs.weights[job] for job in order]
    times = [jobs.times[job] for job in order]
    return Segment(tuple(order), delay(weights, times), block_bound(weights, times))


def delay(weights: Iterable[int], times: Iterable[int]) -> int:
    """The cost of an order: the sum of each weight times its completion time."""
    cost = done = 0
    for weight, time in zip(weights, times, strict=True):
        done += time
        cost += weight * done
    return cost


class SearchState(Struct, frozen=True):
    """A state of the search: the cheapest order found for a set of jobs done first."""

    cost: int
    time: int
    last: int
    previous: "SearchState | None"


def search(jobs: Jobs, block: Sequence[int], before: Sequence[int], breadth: int) -> Segment:
    """Go through the sets of jobs that can be done first, one job more at a time."""
    weights = [jobs.weights[job] for job in block]
    times = [jobs.times[job] for job in block]
    layer = {0: SearchState(0, 0, -1, None)}
    complete = True
    for _ in block:
        layer = extended(layer, weights, times, before)
        if len(layer) > breadth:
            complete = False
            layer = most_promising(layer, weights, times, breadth)
    best = next(iter(layer.values()))
    order: list[int] = []
    step: SearchState | None = best
    while step is not None and step.last >= 0:
        order.append(block[step.last])
        step = step.previous
    bound = Fraction(best.cost) if complete else block_bound(weights, times)
    return Segment(tuple(reversed(order)), best.cost, bound)


def extended(
    layer: dict[int, SearchState],
    weights: Sequence[int],
    times: Sequence[int],
    before: Sequence[int],
) -> dict[int, SearchState]:
    """Every set with one job more, and the cheapest way to it."""
    states: dict[int, SearchState] = {}
    for done, previous in layer.items():
        for at, needed in enumerate(before):
            if done >> at & 1 or needed & ~done:
                continue
            time = previous.time + times[at]
            cost = previous.cost + weights[at] * time
            known = states.get(done | 1 << at)
            if known is None or cost < known.cost:
                states[done | 1 << at] = SearchState(cost, time, at, previous)
    return states


def most_promising(
    layer: dict[int, SearchState], weights: Sequence[int], times: Sequence[int], breadth: int
) -> dict[int, SearchState]:
    """The sets that may still end cheapest, if the rest had to wait for nothing."""
    fast = sorted(range(len(times)), key=lambda at: (Fraction(-weights[at], times[at]), at))

    def optimistic_cost(entry: tuple[int, SearchState]) -> int:
        done, previous = entry
        cost, time = previous.cost, previous.time
        for at in fast:
            if not done >> at & 1:
                time += times[at]
                cost += weights[at] * time
        return cost

    return dict(sorted(layer.items(), key=optimistic_cost)[:breadth])


def block_bound(weights: Sequence[int], times: Sequence[int]) -> Fraction:
    """What no order of a Sidney block is cheaper than.

    Nothing that can go first is denser than the whole, so the work left never falls below the
    straight line from all to nothing; each job adds half of its own time.
    """
    own = sum(weight * time for weight, time in zip(weights, times, strict=True))
    return Fraction(sum(weights) * sum(times) + own, 2)
