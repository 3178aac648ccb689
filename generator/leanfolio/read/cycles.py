"""The rule that links form no cycles, and the search for them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from leanfolio.model.portfolio import Edge, Portfolio, id_order
from leanfolio.problem import Problem, Related
from leanfolio.wording import tell

MOST_STEPS = 12  # of a circle, in a message
MOST_CYCLES = (
    100  # of one kind of link; where there are more, the others are told once these are cut
)


def link_cycle(portfolio: Portfolio) -> Iterator[Problem]:
    """No item depends on itself, and no objective serves itself, by whatever way round.

    Work in a circle can never start, and a score in a circle has no value. Nor is an imported item
    above itself in the system that it came from, as `source.parent` has it. Circles that share no
    link are told one by one; where two share one, the second may be told once the first is cut.

    Fix: cut the link of the circle that means least.
    """
    for kind in ("needs", "parent"):
        for circle in cycles(portfolio.items, targets(portfolio, kind)):
            first, edge = (
                portfolio[circle[0]],
                edge_between(portfolio, kind, *circle_steps(circle)[0]),
            )
            yield Problem(
                first.at_link(edge.field, edge.target),
                "link-cycle",
                tell("{id} depends on itself: {path}", id=first.id, path=cycle_path(circle))
                if kind == "needs"
                else tell("{id} serves itself: {path}", id=first.id, path=cycle_path(circle)),
                tell(
                    "take one of these {count} links out: the one that means least",
                    count=len(circle),
                ),
                related=tuple(steps_of(portfolio, kind, circle)),
            )
    yield from source_cycle(portfolio)


def source_cycle(portfolio: Portfolio) -> Iterator[Problem]:
    """Problems of items that hang on themselves where they came from."""
    named = source_parents(portfolio)
    if not named:
        return
    leads = dict(targets(portfolio, "parent"))
    leads |= {id: [above] for id, above in named.items()}
    for circle in cycles(portfolio.items, leads):
        stated = [id for id in circle if id in named]
        if not stated:  # links of ours alone
            continue
        first = portfolio[stated[0]]
        system = first.source.system if first.source is not None else ""
        yield Problem(
            first.at("source", "parent"),
            "link-cycle",
            tell(
                "{id} is above itself in {system}: {path}",
                id=first.id,
                system=system,
                path=cycle_path(circle),
            ),
            tell("put that right in {system}, and import again", system=system),
            related=tuple(
                Related(portfolio[id].at("source", "parent"), f"{id} names {named[id]}")
                for id in stated[1:MOST_STEPS]
            ),
        )


def source_parents(portfolio: Portfolio) -> dict[str, str]:
    """The item that `source.parent` names, by the id of the item that has it."""
    above = [item for item in portfolio.items.values() if item.source and item.source.parent]
    if not above:
        return {}
    by_key = {
        (item.source.system, item.source.key): item.id
        for item in portfolio.items.values()
        if item.source is not None
    }
    found = {}
    for item in above:
        if item.source is not None and item.source.parent is not None:
            id = by_key.get((item.source.system, item.source.parent))
            if id is not None:
                found[item.id] = id
    return found


def circle_steps(circle: list[str]) -> list[tuple[str, str]]:
    """The pairs of ids that follow each other in a cycle; the last leads to the first."""
    return list(zip(circle, [*circle[1:], circle[0]], strict=True))


def edge_between(portfolio: Portfolio, kind: str, source: str, target: str) -> Edge:
    """The first link of a kind from one item to another."""
    edges = portfolio.edges_from(source)
    return next(edge for edge in edges if edge.target == target and edge.kind == kind)


def steps_of(portfolio: Portfolio, kind: str, circle: list[str]) -> Iterator[Related]:
    """The place of each link of a cycle, of the first MOST_STEPS."""
    for here, there in circle_steps(circle)[:MOST_STEPS]:
        edge = edge_between(portfolio, kind, here, there)
        yield Related(portfolio[here].at_link(edge.field, there), f"{here} names {there}")


def cycle_path(circle: list[str]) -> str:
    """The ids of a cycle as text; the middle of a long one is left out."""
    ids = [*circle, circle[0]]
    if len(ids) > MOST_STEPS:
        half = MOST_STEPS // 2
        ids = [*ids[:half], f"{len(ids) - 2 * half} more", *ids[-half:]]
    return " -> ".join(ids)


def cycles(ids: Iterable[str], leads: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Cycles that share no link, each from its first id on; MOST_CYCLES at most.

    Any other cycle shares a link with one of these: once they are cut, what is left are other ways
    round the same links. Each link is followed once, so the time is linear in them.
    """
    done: set[str] = set()
    ways = {id: iter(targets) for id, targets in leads.items()}
    found = 0
    for start in ids:
        path = [start] if start in ways and start not in done else []
        on_path = {id: n for n, id in enumerate(path)}
        while path and found < MOST_CYCLES:
            here = path[-1]
            following = next(ways.get(here, iter(())), None)
            if following is None:
                done.add(path.pop())
                del on_path[here]
            elif following in on_path:
                circle = path[on_path[following] :]
                for id in circle[1:]:
                    del on_path[id]
                del path[on_path[following] + 1 :]
                found += 1
                least = circle.index(min(circle, key=id_order))
                yield circle[least:] + circle[:least]
            elif following not in done:
                on_path[following] = len(path)
                path.append(following)


def targets(portfolio: Portfolio, kind: str) -> Mapping[str, list[str]]:
    """The targets of the links of a kind, by the id of the item that has them."""
    result: defaultdict[str, list[str]] = defaultdict(list)
    for edge in portfolio.edges:
        if edge.kind == kind:
            result[edge.source].append(edge.target)
    return dict(result)
