"""Which jobs, with all that they need, are worth the most: a maximum closure, by a minimum cut.

Each job has a gain, which may be negative; whoever takes a job must take all that it needs.
The best set is the source's side of a minimum cut (Picard 1976); here by Dinic's algorithm in
whole numbers, so that the answer is exact.
"""

from collections.abc import Sequence

from msgspec import Struct, field


class Network(Struct):
    """A flow network with residual capacities; arc a and its reverse are a and a ^ 1."""

    arcs: list[list[int]]  # from each node
    head: list[int] = field(default_factory=list)
    capacity: list[int] = field(default_factory=list)

    def add_arc(self, tail: int, head: int, capacity: int) -> None:
        """Add an arc with this capacity, and its reverse with none."""
        self.arcs[tail].append(len(self.head))
        self.head.append(head)
        self.capacity.append(capacity)
        self.arcs[head].append(len(self.head))
        self.head.append(tail)
        self.capacity.append(0)


class Closure(Struct, frozen=True):
    """The smallest set of jobs with the greatest gain; and which jobs require which others."""

    chosen: frozenset[int]
    requires: tuple[tuple[int, ...], ...]  # for each job the jobs that must come with or before it


def best_closure(gains: Sequence[int], needs: Sequence[Sequence[int]]) -> Closure:
    """Return the smallest set of the greatest total gain that holds all it needs."""
    number = len(gains)
    source, sink = number, number + 1
    network = Network([[] for _ in range(number + 2)])
    endless = sum(gain for gain in gains if gain > 0) + 1
    for job, gain in enumerate(gains):
        if gain > 0:
            network.add_arc(source, job, gain)
        elif gain < 0:
            network.add_arc(job, sink, -gain)
    first = len(network.head)
    for job, needed in enumerate(needs):
        for other in needed:
            network.add_arc(job, other, endless)
    send_maximum_flow(network, source, sink)
    reached = levels(network, source)
    return Closure(
        chosen=frozenset(job for job in range(number) if reached[job] >= 0),
        requires=tuple(
            tuple(
                network.head[arc]
                for arc in network.arcs[job]
                if arc >= first and network.capacity[arc] > 0
            )
            for job in range(number)
        ),
    )


def send_maximum_flow(network: Network, source: int, sink: int) -> None:
    """Saturate the network: a maximum flow by Dinic's algorithm."""
    while True:
        level = levels(network, source)
        if level[sink] < 0:
            return
        at = [0] * len(network.arcs)
        while augment(network, level, at, source, sink):
            pass


def levels(network: Network, source: int) -> list[int]:
    """How many arcs with capacity lead from the source to each node; -1 where none lead there."""
    level = [-1] * len(network.arcs)
    level[source] = 0
    frontier = [source]
    head, capacity = network.head, network.capacity
    while frontier:
        after = []
        for node in frontier:
            for arc in network.arcs[node]:
                other = head[arc]
                if capacity[arc] > 0 and level[other] < 0:
                    level[other] = level[node] + 1
                    after.append(other)
        frontier = after
    return level


def augment(network: Network, level: list[int], at: list[int], source: int, sink: int) -> bool:
    """Send along one shortest path; False if none is left.

    `at` holds the next arc to try from each node.
    """
    arcs, head, capacity = network.arcs, network.head, network.capacity
    path: list[int] = []
    node = source
    while node != sink:
        step = at[node]
        if step < len(arcs[node]):
            arc = arcs[node][step]
            if capacity[arc] > 0 and level[head[arc]] == level[node] + 1:
                path.append(arc)
                node = head[arc]
            else:
                at[node] += 1
        elif path:
            back = path.pop()
            node = head[back ^ 1]
            at[node] += 1
        else:
            return False
    sent = min(capacity[arc] for arc in path)
    for arc in path:
        capacity[arc] -= sent
        capacity[arc ^ 1] += sent
    return True
