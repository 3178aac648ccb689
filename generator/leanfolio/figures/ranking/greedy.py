"""The greedy order: always the highest score of what can be started."""

from collections.abc import Iterable
from fractions import Fraction
from heapq import heapify, heappop, heappush

from leanfolio.figures.ranking.decomposition import Jobs


def greedy_order(jobs: Jobs, among: Iterable[int]) -> list[int]:
    """Order jobs by always taking the highest score of those whose needs are done.

    Of equal scores the job that is preferred, with the lower index, goes first.
    """
    members = sorted(among)
    inside = set(members)
    missing = {job: sum(n in inside for n in jobs.needs[job]) for job in members}
    waiting: dict[int, list[int]] = {job: [] for job in members}
    for job in members:
        for needed in jobs.needs[job]:
            if needed in inside:
                waiting[needed].append(job)
    score = {job: Fraction(-jobs.weights[job], jobs.times[job]) for job in members}
    ready = [(score[job], job) for job in members if not missing[job]]
    heapify(ready)
    order = []
    while ready:
        _, job = heappop(ready)
        order.append(job)
        for after in waiting[job]:
            missing[after] -= 1
            if not missing[after]:
                heappush(ready, (score[after], after))
    return order
