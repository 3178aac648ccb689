"""Link: items become a portfolio. Ids are unique, links lead somewhere, and nowhere in circles."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from leanfolio.model import TYPES, Increment, Item, Policy
from leanfolio.near import Near
from leanfolio.portfolio import Edge, Portfolio, id_order
from leanfolio.problem import Place, Problem, Related
from leanfolio.read import Reading

TYPE_ORDER = {name: number for number, name in enumerate(TYPES)}


def link(reading: Reading) -> tuple[Portfolio, list[Problem]]:
    """The portfolio, with every link that holds; and a problem for each that does not."""
    policy, problems = the_policy(reading)
    items, doubles = unique(reading)
    problems += doubles
    edges: list[Edge] = []
    guesses = Guesses(items)
    for item in items.values():
        for edge, problem in links_of(item, items, reading.broken, guesses):
            if edge:
                edges.append(edge)
            if problem:
                problems.append(problem)
    portfolio = Portfolio(
        policy=policy,
        items=items,
        edges=tuple(edges),
        pages=tuple(reading.pages),
        broken=frozenset(reading.broken),
    )
    problems += link_cycle(portfolio)
    return portfolio, problems


def the_policy(reading: Reading) -> tuple[Policy, list[Problem]]:
    """The one portfolio file, or the usual rules where there is none."""
    found = [item for item in reading.items if isinstance(item, Policy)]
    reading.items = [item for item in reading.items if not isinstance(item, Policy)]
    problems = [portfolio_missing()] if not found and "portfolio" not in reading.broken else []
    problems += [portfolio_duplicate(each, found[0]) for each in found[1:]]
    usual = Policy(id="portfolio", title="Portfolio")
    return (found[0] if found else usual), problems


def unique(reading: Reading) -> tuple[Mapping[str, Item], list[Problem]]:
    """Items by id, in the order of types and then ids; the first of two equal ids stands."""
    items: dict[str, Item] = {}
    folded: dict[str, Item] = {}
    problems = []
    for item in reading.items:
        first = folded.setdefault(item.id.casefold(), item)
        if first is item:
            items[item.id] = item
        else:
            problems.append(id_duplicate(item, first))
            reading.broken.update((item.id, item.origin.path.stem))  # told once, not at every link
    order = sorted(items.values(), key=lambda item: (TYPE_ORDER[item.TYPE], id_order(item.id)))
    return {item.id: item for item in order}, problems


class Guesses:
    """What an author may have meant by an id that does not exist, of the types that fit."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.items = items
        self.of: dict[tuple[str, ...], Near] = {}

    def hint(self, target: str, types: tuple[str, ...], otherwise: str) -> str:
        if types not in self.of:
            known = [id for id, each in self.items.items() if not types or each.TYPE in types]
            self.of[types] = Near(known)
        return self.of[types].hint(target, otherwise)


def links_of(
    item: Item, items: Mapping[str, Item], broken: set[str], guesses: Guesses
) -> Iterator[tuple[Edge | None, Problem | None]]:
    """Every link that an item states, as an edge or as what is wrong with it."""
    seen: set[tuple[str, str]] = set()
    for name, link, target in item.linked():
        if (name, target) in seen:
            continue
        seen.add((name, target))
        other = items.get(target)
        if other is None:
            if target not in broken:
                yield None, link_unknown(item, name, target, guesses, link.types)
        elif link.types and other.TYPE not in link.types:
            yield None, link_wrong_type(item, name, other, link.types)
        else:
            yield Edge(item.id, target, link.kind, name), None
    if isinstance(item, Increment):
        yield from teams_of(item, items, broken, guesses)


def teams_of(
    increment: Increment, items: Mapping[str, Item], broken: set[str], guesses: Guesses
) -> Iterator[tuple[Edge | None, Problem | None]]:
    """The teams that an increment's objectives name."""
    for index, target in increment.teams():
        place = increment.at("objectives", index, "team")
        other = items.get(target)
        if other is None and target not in broken:
            message = f"{increment.id} has an objective of team {target}, which does not exist"
            hint = guesses.hint(target, ("team",), "create the team, or correct the id")
            yield None, Problem(place, "link-unknown", message, hint)
        elif other is not None and other.TYPE != "team":
            message = f"{increment.id} has an objective of team {target}, which is {an(other)}"
            yield None, Problem(place, "link-wrong-type", message, "name a team")


def an(item: Item) -> str:
    return f"{'an' if item.WORD[0] in 'aeiou' else 'a'} {item.WORD}"


def portfolio_missing() -> Problem:
    """A portfolio has one file of type portfolio: its states, limits, currency and rules.

    Without it every figure would rest on defaults that nobody chose.

    Cure: write `content/portfolio.md`; `leanfolio init` shows one.
    """
    return Problem(
        Place(PurePosixPath("portfolio.md")),
        "portfolio-missing",
        "there is no file of type portfolio",
        "write content/portfolio.md with its currency and its states",
    )


def portfolio_duplicate(item: Policy, first: Policy) -> Problem:
    """There is one portfolio file, not two.

    Two sets of limits and guardrails would leave open which of them holds.

    Cure: merge the second into the first.
    """
    return Problem(
        item.at("type"),
        "portfolio-duplicate",
        f"{item.id} is a second file of type portfolio",
        f"merge it into {first.origin.path}",
        related=(Related(first.at("type"), "the first is here"),),
    )


def id_duplicate(item: Item, first: Item) -> Problem:
    """An id is used once, also without regard to upper and lower case.

    Two branches that each take the next number would otherwise lose one of the two items.

    Cure: give the newer one the next free id, and correct the links that mean it.
    """
    return Problem(
        item.at(),
        "id-duplicate",
        f"the id {item.id} is already used by {an(first)} in {first.origin.path}",
        "give one of the two another id",
        related=(Related(first.at(), "the first is here"),),
    )


def link_unknown(
    item: Item, name: str, target: str, guesses: Guesses, types: tuple[str, ...]
) -> Problem:
    """Every link names an item that exists.

    A link to nowhere drops an item from every board and total without a word.

    Cure: correct the id; or create the item it names.
    """
    return Problem(
        item.at_link(name, target),
        "link-unknown",
        f"{item.id} has {name} {target}, which does not exist",
        guesses.hint(target, types, "create it, or correct the id"),
    )


def link_wrong_type(item: Item, name: str, other: Item, types: tuple[str, ...]) -> Problem:
    """Every link names an item of the type that its field is for.

    A feature whose epic is a value stream serves no objective, whatever the page says.

    Cure: name an item of the right type.
    """
    wanted = " or ".join(TYPES[each].WORD for each in types)
    return Problem(
        item.at_link(name, other.id),
        "link-wrong-type",
        f"{item.id} has {name} {other.id}, which is {an(other)}, not a {wanted}",
        f"name a {wanted}",
        related=(Related(other.at(), f"{other.id} is here"),),
    )


def link_cycle(portfolio: Portfolio) -> Iterator[Problem]:
    """No item depends on itself, and no objective serves itself, by whatever way round.

    Work in a circle can never start, and a score in a circle has no value.

    Cure: cut the link of the circle that means least.
    """
    for kind in ("needs", "parent"):
        for circle in circles(portfolio, kind):
            first = portfolio[circle[0]]
            edge = next(
                e
                for e in portfolio.edges_from(first.id)
                if e.target == circle[1 % len(circle)] and e.kind == kind
            )
            related = []
            for here, there in zip(circle, [*circle[1:], circle[0]], strict=True):
                step = next(
                    e for e in portfolio.edges_from(here) if e.target == there and e.kind == kind
                )
                related.append(
                    Related(portfolio[here].at_link(step.field, there), f"{here} names {there}")
                )
            word = "depends on" if kind == "needs" else "serves"
            yield Problem(
                first.at_link(edge.field, edge.target),
                "link-cycle",
                f"{first.id} {word} itself: {' -> '.join([*circle, circle[0]])}",
                "cut one of these links",
                related=tuple(related),
            )


def circles(portfolio: Portfolio, kind: str) -> Iterator[list[str]]:
    """One circle of each knot of links of a kind, from its first id on. Linear in the links."""
    leads = targets(portfolio, kind)
    done: set[str] = set()
    for start in portfolio.items:
        if start in done or start not in leads:
            continue
        path: list[str] = []
        on_path: dict[str, int] = {}
        stack = [(start, iter(leads[start]))]
        path.append(start)
        on_path[start] = 0
        while stack:
            here, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.pop()
                on_path.pop(here)
                done.add(here)
            elif following in on_path:
                circle = path[on_path[following] :]
                least = circle.index(min(circle, key=id_order))
                yield circle[least:] + circle[:least]
            elif following not in done:
                stack.append((following, iter(leads.get(following, ()))))
                on_path[following] = len(path)
                path.append(following)


def targets(portfolio: Portfolio, kind: str) -> Mapping[str, list[str]]:
    """Where the links of a kind lead from each item that has any."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for edge in portfolio.edges:
        if edge.kind == kind:
            found[edge.source].append(edge.target)
    return dict(found)


RULES = (
    portfolio_missing,
    portfolio_duplicate,
    id_duplicate,
    link_unknown,
    link_wrong_type,
    link_cycle,
)
