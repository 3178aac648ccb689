"""Link: items become a portfolio. Ids are unique, links lead somewhere, and nowhere in circles."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from leanfolio.model import TYPES, Increment, Item, Policy
from leanfolio.model.item import name_of_file
from leanfolio.model.portfolio import Edge, Portfolio, id_order
from leanfolio.problem import Place, Problem, Related
from leanfolio.read import ID, Reading, a
from leanfolio.read.suggestions import FEW, Near
from leanfolio.wording import listed

NUMBERED = re.compile(r"(.*?)(\d{1,15})\Z", re.ASCII)
LONGEST_LIST = 200  # characters of a text that may be several ids
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
    """Items by id, in the order of types and then ids. Of equal ids the one whose file is called
    so stands; where none is, or two are, the first."""
    same: defaultdict[str, list[Item]] = defaultdict(list)
    for item in reading.items:
        same[item.id.casefold()].append(item)
    free = FreeIds(reading.items)
    items: dict[str, Item] = {}
    problems = []
    for sharing in same.values():
        owner = next((each for each in sharing if called_so(each)), sharing[0])
        items[owner.id] = owner
        for each in sharing:
            if each is not owner:
                stem = name_of_file(each.origin.path)
                own = not each.origin.prefix and ID.match(stem) and stem.casefold() not in same
                problems.append(id_duplicate(each, owner, stem if own else "", free))
                # Told once, not at every link.
                reading.broken.update((each.id, name_of_file(each.origin.path)))
    reading.broken.update(free.missed)
    order = sorted(items.values(), key=lambda item: (TYPE_ORDER[item.TYPE], id_order(item.id)))
    return {item.id: item for item in order}, problems


def called_so(item: Item) -> bool:
    """Whether the file of an item bears its id as its name."""
    return not item.origin.prefix and name_of_file(item.origin.path) == item.id


A_LIST = "write a list"


class Guesses:
    """What an author may have meant by an id that does not exist, of the types that fit."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.items = items
        self.of: dict[tuple[str, ...], tuple[Near, Near]] = {}
        self.ids: dict[tuple[str, ...], list[str]] = {}

    def hint_beside(self, own: str, target: str, otherwise: str) -> str:
        """What prose may have meant by an id: not its own item; but one of the same number, too,
        that is of another type. Where these are several, none of them is offered as the answer."""
        ids, _ = self.known(())
        near = ids.some(target)
        found = [
            fromkey for fromkey in dict.fromkeys((*near, *ids.alike(target))) if fromkey != own
        ]
        if (len(near) == 1 and own not in near) or not (near or found):
            return self.hint(target, (), otherwise)
        such = listed(found[:FEW], "or")
        return f"write the id that is meant, such as {such}" if found else otherwise

    def hint(self, target: str, types: tuple[str, ...], otherwise: str) -> str:
        """The id that was meant, where one or a few are near; or whose title this is."""
        ids, titles = self.known(types)
        if found := self.titled(target, types):
            return f"did you mean {listed([self.said(each) for each in found], 'or')}?"
        if ids.some(target):
            return ids.hint(target, otherwise)
        title = None if NUMBERED.match(target) else titles.word(target)
        if title is not None:
            found = self.titled(title, types)
            return f"did you mean {listed([self.said(each) for each in found], 'or')}?"
        return otherwise

    def known(self, types: tuple[str, ...]) -> tuple[Near, Near]:
        """The ids and the titles of the items of these types, to be guessed at."""
        if types not in self.of:
            fit = [item for item in self.items.values() if not types or item.TYPE in types]
            titles = dict.fromkeys(each.title for each in fit)
            self.of[types] = Near([each.id for each in fit]), Near(list(titles))
        return self.of[types]

    def titled(self, title: str, types: tuple[str, ...]) -> list[str]:
        """The few items that bear this title, without regard to case."""
        found = self.by_title.get(title.casefold().strip(), [])
        fit = [id for id in found if not types or self.items[id].TYPE in types]
        return fit if len(fit) <= FEW else []

    @cached_property
    def by_title(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.items.values():
            found[item.title.casefold().strip()].append(item.id)
        return found

    def said(self, id: str) -> str:
        return f"{id}, titled “{self.items[id].title[:60]}”"

    def fitting(self, other: Item, types: tuple[str, ...]) -> list[str]:
        """The few items of these types that were most likely meant where another was named: what
        is linked with it, at one step or two; or all there are, where they are few."""
        ring, seen = [other.id], {other.id}
        for _ in range(2):
            ring = [each for id in ring for each in self.linked[id] if each not in seen]
            ring = list(dict.fromkeys(ring))
            seen.update(ring)
            found = [id for id in ring if self.items[id].TYPE in types]
            if found:
                return found if len(found) <= FEW else []
        return self.all_of(types)

    def all_of(self, types: tuple[str, ...]) -> list[str]:
        """All items of these types, where they are few."""
        found = self.of_types(types)
        return found if len(found) <= FEW else []

    def of_types(self, types: tuple[str, ...]) -> list[str]:
        if types not in self.ids:
            self.ids[types] = [id for id, each in self.items.items() if each.TYPE in types]
        return self.ids[types]

    @cached_property
    def linked(self) -> Mapping[str, list[str]]:
        """What each item names, and what names it."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.items.values():
            for _, _, target in item.linked():
                if target in self.items:
                    found[item.id].append(target)
                    found[target].append(item.id)
        return found


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
            yield None, link_wrong_type(item, name, other, link.types, guesses)
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
            hint = guesses.hint(target, ("team",), instead(target, ("team",), guesses))
            yield None, Problem(place, "link-unknown", message, hint)
        elif other is not None and other.TYPE != "team":
            message = f"{increment.id} has an objective of team {target}, which is {a(other.WORD)}"
            hint = named_rather(other, ("team",), guesses)
            yield None, Problem(place, "link-wrong-type", message, hint)


def instead(target: str, types: tuple[str, ...], guesses: Guesses) -> str:
    """What to do about a link to nowhere, where nothing is near: name one of the few that there
    are, or write the file that is missing."""
    parts = re.split(r"(?:\s|[,;&]|\band\b)+", target[:LONGEST_LIST])
    if len(parts) > 1 and all(part in guesses.items for part in parts):
        return f"{A_LIST}: [{', '.join(parts)}]"
    found = guesses.all_of(types)
    kind = TYPES[types[0]] if types else None
    if kind and not found and not ID.match(target):
        known = guesses.of_types(types)
        such_as = f", such as {known[0]}" if known else ""
        return f"write the id of {a(kind.WORD)}{such_as}"
    if found and kind:
        return f"name {listed(found, 'or')}"
    write = f"write {kind.FOLDER}/{target}.md" if kind and ID.match(target) else "create it"
    return f"{write}, or correct the id"


def named_rather(other: Item, types: tuple[str, ...], guesses: Guesses) -> str:
    """The order to name an item of the right type, with those that may be meant."""
    found = guesses.fitting(other, types)
    wanted = " or ".join(a(TYPES[each].WORD) for each in types)
    return f"name {wanted}: {listed(found, 'or')}" if found else f"name {wanted}"


def portfolio_missing() -> Problem:
    """A portfolio has one file of type portfolio: its states, limits, currency and rules.

    Without it every figure would rest on defaults that nobody chose.

    Cure: write `content/portfolio.md`; `leanfolio init` shows one.
    """
    return Problem(
        Place(PurePosixPath("portfolio.md")),
        "portfolio-missing",
        "there is no file of type portfolio",
        "write content/portfolio.md with `type: portfolio` and a `title:` between two lines of ---;"
        " `leanfolio init` shows a whole one",
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
        f"move what is right in it to {first.origin.path}, and remove this file",
        related=(Related(first.at("type"), "the first is here"),),
    )


def id_duplicate(item: Item, first: Item, own: str, free: "FreeIds") -> Problem:
    """An id is used once, also without regard to upper and lower case.

    Two branches that each take the next number would otherwise lose one of the two items. Of the
    two, the one whose file is called so keeps the id, and links mean it.

    Cure: give the other one an id of its own, and correct the links that mean it.
    """
    if says_the_same(item, first):
        hint = f"it says the same as {first.origin.path}: delete this copy, or give it another id"
    elif own:
        hint = f"write `id: {own}`, as this file is called, or take the line out"
    else:
        missed = free.missing(item.id)
        hint = (
            f"write `id: {missed}`, which others name and nothing has"
            if missed
            else (f"give it an id of its own, such as {free.next(item.id)}")
        )
    whose = f"the {first.WORD} in {first.origin.path}"
    why = ", which is called so" if called_so(first) and not called_so(item) else ""
    return Problem(
        item.at(),
        "id-duplicate",
        f"the id {item.id} is that of {whose}{why}; links to {first.id} mean that one",
        hint,
        related=(Related(first.at(), f"{first.id} is here"),),
    )


def says_the_same(item: Item, other: Item) -> bool:
    """Whether one file is a copy of the other, but for the id."""
    if item.origin.path == other.origin.path or not item.origin.body.strip():
        return False
    mine, theirs = (each.model_dump(exclude={"id"}) for each in (item, other))
    return type(item) is type(other) and mine == theirs and item.origin.body == other.origin.body


class FreeIds:
    """Ids that nobody has, of the kind of a given one."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.missed: list[str] = []  # those that links name, and that are offered already

    @cached_property
    def used(self) -> set[str]:
        stems = {name_of_file(item.origin.path).casefold() for item in self.items}
        return stems | {item.id.casefold() for item in self.items}

    @cached_property
    def named(self) -> dict[str, list[str]]:
        """The ids that links name and nothing has, by their beginning; the last first."""
        targets = {target for item in self.items for _, _, target in item.linked()}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for each in sorted(targets, key=id_order, reverse=True):
            parts = NUMBERED.match(each)
            if parts is not None and ID.match(each) and each.casefold() not in self.used:
                found[parts[1].casefold()].append(each)
        return found

    def missing(self, id: str) -> str | None:
        """An id of this kind that links name and nothing has; each is given out once."""
        parts = NUMBERED.match(id)
        known = self.named.get(parts[1].casefold()) if parts else None
        if not known:
            return None
        self.missed.append(known.pop())
        return self.missed[-1]

    @cached_property
    def highest(self) -> dict[str, int]:
        """The highest number behind each beginning: of ep-, 47."""
        found: dict[str, int] = {}
        for each in self.used:
            if (parts := NUMBERED.match(each)) is not None:
                found[parts[1]] = max(int(parts[2]), found.get(parts[1], 0))
        return found

    def next(self, id: str) -> str:
        """The id with the number after the highest of its kind; each is given out once."""
        parts = NUMBERED.match(id)
        head, digits = (parts[1], parts[2]) if parts else (f"{id}-", "1")
        number = max(self.highest.get(head.casefold(), 0), int(digits)) + 1
        self.highest[head.casefold()] = number
        return f"{head}{number:0{len(digits)}}"


def link_unknown(
    item: Item, name: str, target: str, guesses: Guesses, types: tuple[str, ...]
) -> Problem:
    """Every link names an item that exists.

    A link to nowhere drops an item from every board and total without a word.

    Cure: correct the id; or create the item it names.
    """
    hint = guesses.hint(target, types, instead(target, types, guesses))
    fault = "which is one text, and no list" if hint.startswith(A_LIST) else "which does not exist"
    message = f"{item.id} has {name} {target}, {fault}"
    return Problem(item.at_link(name, target), "link-unknown", message, hint)


def link_wrong_type(
    item: Item, name: str, other: Item, types: tuple[str, ...], guesses: Guesses
) -> Problem:
    """Every link names an item of the type that its field is for.

    A feature whose epic is a value stream serves no objective, whatever the page says.

    Cure: name an item of the right type.
    """
    wanted = " or ".join(a(TYPES[each].WORD) for each in types)
    return Problem(
        item.at_link(name, other.id),
        "link-wrong-type",
        f"{item.id} has {name} {other.id}, which is {a(other.WORD)}, not {wanted}",
        named_rather(other, types, guesses),
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
            related: list[Related] = []
            for here, there in zip(circle, [*circle[1:], circle[0]], strict=True):
                if len(related) == MOST_STEPS:
                    break
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
                f"{first.id} {word} itself: {way_of(circle)}",
                f"take one of these {len(circle)} links out: the one that means least",
                related=tuple(related),
            )


MOST_STEPS = 12  # of a circle, in a message


def way_of(circle: list[str]) -> str:
    """The way round, the middle of a long one left out."""
    ids = [*circle, circle[0]]
    if len(ids) > MOST_STEPS:
        half = MOST_STEPS // 2
        ids = [*ids[:half], f"{len(ids) - 2 * half} more", *ids[-half:]]
    return " -> ".join(ids)


def circles(portfolio: Portfolio, kind: str) -> Iterator[list[str]]:
    """One circle of each knot of links of a kind, from its first id on. Linear in the links."""
    leads = targets(portfolio, kind)
    done: set[str] = set()
    told: set[str] = set()
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
            elif following in on_path and (following in told or here in told):
                continue  # of a knot that is told already
            elif following in on_path:
                circle = path[on_path[following] :]
                told.update(circle)
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
