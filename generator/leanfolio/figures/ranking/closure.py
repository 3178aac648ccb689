"""Which jobs, with all that they need, are worth the most: a maximum closure, by a minimum cut.

Each job has a gain, which may be negative; whoever takes a job must take all that it needs.
The best set is the source's side of a minimum cut (Picard 1976); here by Dinic's algorithm in
whole numbers, so that the answer is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Network:
    """Arcs with what they can still carry; arc a and its reverse are a and a ^ 1."""

    arcs: list[list[int]]  # from each node
    head: list[int] = field(default_factory=list)
    room: list[int] = field(default_factory=list)

    def join(self, tail: int, head: int, room: int) -> None:
        """An arc that carries at most `room`, and its reverse, which carries nothing yet."""
        self.arcs[tail].append(len(self.head))
        self.head.append(head)
        self.room.append(room)
        self.arcs[head].append(len(self.head))
        self.head.append(tail)
        self.room.append(0)


@dataclass(frozen=True, slots=True)
class Closure:
    """The least set of the greatest gain; and, if that is nothing, how the jobs hang together."""

    chosen: frozenset[int]
    bound: tuple[tuple[int, ...], ...]  # for each job the jobs that must come with or before it


def best_closure(gains: Sequence[int], needs: Sequence[Sequence[int]]) -> Closure:
    """The least of all sets, closed under `needs`, whose gains sum to the most."""
    number = len(gains)
    source, sink = number, number + 1
    network = Network([[] for _ in range(number + 2)])
    endless = sum(gain for gain in gains if gain > 0) + 1
    for job, gain in enumerate(gains):
        if gain > 0:
            network.join(source, job, gain)
        elif gain < 0:
            network.join(job, sink, -gain)
    first = len(network.head)
    for job, needed in enumerate(needs):
        for other in needed:
            network.join(job, other, endless)
    fill(network, source, sink)
    reached = reachable(network, source)
    return Closure(
        chosen=frozenset(job for job in range(number) if reached[job] >= 0),
        bound=tuple(
            tuple(
                network.head[arc]
                for arc in network.arcs[job]
                if arc >= first and network.room[arc] > 0
            )
            for job in range(number)
        ),
    )


def fill(network: Network, source: int, sink: int) -> None:
    """Send as much as fits from source to sink."""
    while True:
        level = reachable(network, source)
        if level[sink] < 0:
            return
        at = [0] * len(network.arcs)
        while push(network, level, at, source, sink):
            pass


def reachable(network: Network, source: int) -> list[int]:
    """How many arcs with room lie between the source and each node; -1 where none lead there."""
    level = [-1] * len(network.arcs)
    level[source] = 0
    ring = [source]
    head, room = network.head, network.room
    while ring:
        after = []
        for node in ring:
            for arc in network.arcs[node]:
                other = head[arc]
                if room[arc] > 0 and level[other] < 0:
                    level[other] = level[node] + 1
                    after.append(other)
        ring = after
    return level


def push(network: Network, level: list[int], at: list[int], source: int, sink: int) -> bool:
    """Send along one shortest path; `at` remembers which arcs are spent. False if none is left."""
    arcs, head, room = network.arcs, network.head, network.room
    path: list[int] = []
    node = source
    while node != sink:
        step = at[node]
        if step < len(arcs[node]):
            arc = arcs[node][step]
            if room[arc] > 0 and level[head[arc]] == level[node] + 1:
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
    sent = min(room[arc] for arc in path)
    for arc in path:
        room[arc] -= sent
        room[arc ^ 1] += sent
    return True
