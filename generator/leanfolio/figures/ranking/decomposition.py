"""Sidney's decomposition: the blocks into which some best order falls, densest first.

The density of a set of jobs is its cost of delay over its time. Of all sets that hold what they
need, one of the greatest density may go first, and so on (Sidney 1975). Found by splitting at the
density of the whole, again and again; each split is one maximum closure.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.closure import best_closure


class Jobs(Struct, frozen=True):
    """What is to be put in order: each job's cost of delay, its time, and the jobs it needs.

    Jobs stand in the order that is preferred where the cost is the same.
    """

    weights: tuple[int, ...]
    times: tuple[int, ...]
    needs: tuple[tuple[int, ...], ...]  # no job needs itself, directly or not

    def density(self, block: Iterable[int]) -> Fraction:
        """Cost of delay over time of these jobs together. Raises ZeroDivisionError of none."""
        jobs = tuple(block)
        return Fraction(sum(self.weights[j] for j in jobs), sum(self.times[j] for j in jobs))


def blocks(jobs: Jobs, among: Iterable[int]) -> list[tuple[int, ...]]:
    """The blocks of these jobs in order, each as small as can be."""
    ordered: list[tuple[Fraction, int, int, tuple[int, ...]]] = []
    for part in components(jobs, among):
        falling: Fraction | None = None
        for at, block in enumerate(split(jobs, part)):
            density = jobs.density(block)
            falling = density if falling is None else min(falling, density)
            ordered.append((-falling, part[0], at, block))
    return [block for *_, block in sorted(ordered)]


def components(jobs: Jobs, among: Iterable[int]) -> list[tuple[int, ...]]:
    """The connected components of the jobs by `needs`, each in rising order."""
    members = sorted(among)
    inside = set(members)
    neighbours: dict[int, list[int]] = {job: [] for job in members}
    for job in members:
        for other in jobs.needs[job]:
            if other in inside:
                neighbours[job].append(other)
                neighbours[other].append(job)
    seen: set[int] = set()
    groups = []
    for job in members:
        if job in seen:
            continue
        seen.add(job)
        group = [job]
        for member in group:
            fresh = [other for other in neighbours[member] if other not in seen]
            seen.update(fresh)
            group.extend(dict.fromkeys(fresh))
        groups.append(tuple(sorted(group)))
    return groups


def split(jobs: Jobs, part: Sequence[int]) -> list[tuple[int, ...]]:
    """Split jobs into blocks of falling density: what is denser than all together goes first."""
    result: list[tuple[int, ...]] = []
    stack = [tuple(part)]
    while stack:
        members = stack.pop()
        if len(members) == 1:
            result.append(members)
            continue
        place = {job: at for at, job in enumerate(members)}
        needs = [[place[n] for n in jobs.needs[job] if n in place] for job in members]
        weight = sum(jobs.weights[job] for job in members)
        time = sum(jobs.times[job] for job in members)
        gains = [jobs.weights[job] * time - jobs.times[job] * weight for job in members]
        closure = best_closure(gains, needs)
        if closure.chosen:
            dense = tuple(job for at, job in enumerate(members) if at in closure.chosen)
            rest = tuple(job for at, job in enumerate(members) if at not in closure.chosen)
            stack += [rest, dense]
        else:
            groups = strongly_connected(closure.requires)
            result += [tuple(sorted(members[at] for at in group)) for group in groups]
    return result


def strongly_connected(follows: Sequence[Sequence[int]]) -> list[list[int]]:
    """The strongly connected components (Tarjan 1972); those that others lead to come first."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    components: list[list[int]] = []
    for root in range(len(follows)):
        if root in index:
            continue
        work = [(root, iter(follows[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    path.append(other)
                    on_path.add(other)
                    work.append((other, iter(follows[other])))
                    break
                if other in on_path:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == index[node]:
                    group = [path.pop()]
                    while group[-1] != node:
                        group.append(path.pop())
                    on_path.difference_update(group)
                    components.append(group)
    return components
