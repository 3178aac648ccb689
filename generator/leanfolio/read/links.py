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
from leanfolio.read.suggestions import FEW, Suggestions
from leanfolio.wording import listed

NUMBERED = re.compile(r"(.*?)(\d{1,15})\Z", re.ASCII)
LONGEST_LIST = 200  # characters of a text that may be several ids
TYPE_ORDER = {name: number for number, name in enumerate(TYPES)}


def link(reading: Reading) -> tuple[Portfolio, list[Problem]]:
    """The portfolio, with every link that holds; and a problem for each that does not."""
    policy, problems = single_policy(reading)
    items, doubles = unique_items(reading)
    problems += doubles
    edges: list[Edge] = []
    guesses = LinkSuggestions(items)
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


def single_policy(reading: Reading) -> tuple[Policy, list[Problem]]:
    """The one portfolio file, or the usual rules where there is none."""
    matches = [item for item in reading.items if isinstance(item, Policy)]
    reading.items = [item for item in reading.items if not isinstance(item, Policy)]
    problems = [portfolio_missing()] if not matches and "portfolio" not in reading.broken else []
    problems += [portfolio_duplicate(entry, matches[0]) for entry in matches[1:]]
    usual = Policy(id="portfolio", title="Portfolio")
    return (matches[0] if matches else usual), problems


def unique_items(reading: Reading) -> tuple[Mapping[str, Item], list[Problem]]:
    """Items by id, in the order of types and then ids. Of equal ids the one whose file is called
    so stands; where none is, or two are, the first."""
    same: defaultdict[str, list[Item]] = defaultdict(list)
    for item in reading.items:
        same[item.id.casefold()].append(item)
    free = FreeIds(reading.items)
    items: dict[str, Item] = {}
    problems = []
    for sharing in same.values():
        owner = next((entry for entry in sharing if is_named_by_id(entry)), sharing[0])
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


def is_named_by_id(item: Item) -> bool:
    """Whether the file of an item bears its id as its name."""
    return not item.origin.prefix and name_of_file(item.origin.path) == item.id


A_LIST = "write a list"


class LinkSuggestions:
    """What an author may have meant by an id that does not exist, of the types that fit."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.items = items
        self.of: dict[tuple[str, ...], tuple[Suggestions, Suggestions]] = {}
        self.ids: dict[tuple[str, ...], list[str]] = {}

    def hint_beside(self, own: str, target: str, otherwise: str) -> str:
        """What prose may have meant by an id: not its own item; but one of the same number, too,
        that is of another type. Where these are several, none of them is offered as the answer."""
        ids, _ = self.known(())
        near = ids.some(target)
        matches = [
            fromkey for fromkey in dict.fromkeys((*near, *ids.alike(target))) if fromkey != own
        ]
        if (len(near) == 1 and own not in near) or not (near or matches):
            return self.hint(target, (), otherwise)
        such = listed(matches[:FEW], "or")
        return f"write the id that is meant, such as {such}" if matches else otherwise

    def hint(self, target: str, types: tuple[str, ...], otherwise: str) -> str:
        """The id that was meant, where one or a few are near; or whose title this is."""
        ids, titles = self.known(types)
        if result := self.titled(target, types):
            return f"did you mean {listed([self.described(entry) for entry in result], 'or')}?"
        if ids.some(target):
            return ids.hint(target, otherwise)
        title = None if NUMBERED.match(target) else titles.word(target)
        if title is not None:
            result = self.titled(title, types)
            return f"did you mean {listed([self.described(entry) for entry in result], 'or')}?"
        return otherwise

    def known(self, types: tuple[str, ...]) -> tuple[Suggestions, Suggestions]:
        """The ids and the titles of the items of these types, to be guessed at."""
        if types not in self.of:
            fit = [item for item in self.items.values() if not types or item.TYPE in types]
            titles = dict.fromkeys(entry.title for entry in fit)
            self.of[types] = Suggestions([entry.id for entry in fit]), Suggestions(list(titles))
        return self.of[types]

    def titled(self, title: str, types: tuple[str, ...]) -> list[str]:
        """The few items that bear this title, without regard to case."""
        result = self.by_title.get(title.casefold().strip(), [])
        fit = [id for id in result if not types or self.items[id].TYPE in types]
        return fit if len(fit) <= FEW else []

    @cached_property
    def by_title(self) -> Mapping[str, list[str]]:
        result: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.items.values():
            result[item.title.casefold().strip()].append(item.id)
        return result

    def described(self, id: str) -> str:
        return f"{id}, titled “{self.items[id].title[:60]}”"

    def fitting(self, other: Item, types: tuple[str, ...]) -> list[str]:
        """The few items of these types that were most likely meant where another was named: what
        is linked with it, at one step or two; or all there are, where they are few."""
        ring, seen = [other.id], {other.id}
        for _ in range(2):
            ring = [entry for id in ring for entry in self.linked[id] if entry not in seen]
            ring = list(dict.fromkeys(ring))
            seen.update(ring)
            matches = [id for id in ring if self.items[id].TYPE in types]
            if matches:
                return matches if len(matches) <= FEW else []
        return self.all_of(types)

    def all_of(self, types: tuple[str, ...]) -> list[str]:
        """All items of these types, where they are few."""
        result = self.of_types(types)
        return result if len(result) <= FEW else []

    def of_types(self, types: tuple[str, ...]) -> list[str]:
        if types not in self.ids:
            self.ids[types] = [id for id, value in self.items.items() if value.TYPE in types]
        return self.ids[types]

    @cached_property
    def linked(self) -> Mapping[str, list[str]]:
        """What each item names, and what names it."""
        result: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.items.values():
            for _, _, target in item.linked():
                if target in self.items:
                    result[item.id].append(target)
                    result[target].append(item.id)
        return result


def links_of(
    item: Item, items: Mapping[str, Item], broken: set[str], guesses: LinkSuggestions
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
    increment: Increment, items: Mapping[str, Item], broken: set[str], guesses: LinkSuggestions
) -> Iterator[tuple[Edge | None, Problem | None]]:
    """The teams that an increment's objectives name."""
    for index, target in increment.teams():
        place = increment.at("objectives", index, "team")
        other = items.get(target)
        if other is None and target not in broken:
            message = f"{increment.id} has an objective of team {target}, which does not exist"
            hint = guesses.hint(target, ("team",), existing_ids_hint(target, ("team",), guesses))
            yield None, Problem(place, "link-unknown", message, hint)
        elif other is not None and other.TYPE != "team":
            message = f"{increment.id} has an objective of team {target}, which is {a(other.WORD)}"
            hint = right_type_hint(other, ("team",), guesses)
            yield None, Problem(place, "link-wrong-type", message, hint)


def existing_ids_hint(target: str, types: tuple[str, ...], guesses: LinkSuggestions) -> str:
    """What to do about a link to nowhere, where nothing is near: name one of the few that there
    are, or write the file that is missing."""
    parts = re.split(r"(?:\s|[,;&]|\band\b)+", target[:LONGEST_LIST])
    if len(parts) > 1 and all(part in guesses.items for part in parts):
        return f"{A_LIST}: [{', '.join(parts)}]"
    result = guesses.all_of(types)
    kind = TYPES[types[0]] if types else None
    if kind and not result and not ID.match(target):
        known = guesses.of_types(types)
        such_as = f", such as {known[0]}" if known else ""
        return f"write the id of {a(kind.WORD)}{such_as}"
    if result and kind:
        return f"name {listed(result, 'or')}"
    write = f"write {kind.FOLDER}/{target}.md" if kind and ID.match(target) else "create it"
    return f"{write}, or correct the id"


def right_type_hint(other: Item, types: tuple[str, ...], guesses: LinkSuggestions) -> str:
    """The order to name an item of the right type, with those that may be meant."""
    result = guesses.fitting(other, types)
    wanted = " or ".join(a(TYPES[entry].WORD) for entry in types)
    return f"name {wanted}: {listed(result, 'or')}" if result else f"name {wanted}"


def portfolio_missing() -> Problem:
    """A portfolio has one file of type portfolio: its states, limits, currency and rules.

    Without it every figure would rest on defaults that nobody chose.

    Fix: write `content/portfolio.md`; `leanfolio init` shows one.
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

    Fix: merge the second into the first.
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

    Fix: give the other one an id of its own, and correct the links that mean it.
    """
    if has_same_content(item, first):
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
    why = ", which is called so" if is_named_by_id(first) and not is_named_by_id(item) else ""
    return Problem(
        item.at(),
        "id-duplicate",
        f"the id {item.id} is that of {whose}{why}; links to {first.id} mean that one",
        hint,
        related=(Related(first.at(), f"{first.id} is here"),),
    )


def has_same_content(item: Item, other: Item) -> bool:
    """Whether one file is a copy of the other, but for the id."""
    if item.origin.path == other.origin.path or not item.origin.body.strip():
        return False
    mine, theirs = (entry.model_dump(exclude={"id"}) for entry in (item, other))
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
        result: defaultdict[str, list[str]] = defaultdict(list)
        for entry in sorted(targets, key=id_order, reverse=True):
            parts = NUMBERED.match(entry)
            if parts is not None and ID.match(entry) and entry.casefold() not in self.used:
                result[parts[1].casefold()].append(entry)
        return result

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
        result: dict[str, int] = {}
        for entry in self.used:
            if (parts := NUMBERED.match(entry)) is not None:
                result[parts[1]] = max(int(parts[2]), result.get(parts[1], 0))
        return result

    def next(self, id: str) -> str:
        """The id with the number after the highest of its kind; each is given out once."""
        parts = NUMBERED.match(id)
        head, digits = (parts[1], parts[2]) if parts else (f"{id}-", "1")
        number = max(self.highest.get(head.casefold(), 0), int(digits)) + 1
        self.highest[head.casefold()] = number
        return f"{head}{number:0{len(digits)}}"


def link_unknown(
    item: Item, name: str, target: str, guesses: LinkSuggestions, types: tuple[str, ...]
) -> Problem:
    """Every link names an item that exists.

    A link to nowhere drops an item from every board and total without a word.

    Fix: correct the id; or create the item it names.
    """
    hint = guesses.hint(target, types, existing_ids_hint(target, types, guesses))
    fault = "which is one text, and no list" if hint.startswith(A_LIST) else "which does not exist"
    message = f"{item.id} has {name} {target}, {fault}"
    return Problem(item.at_link(name, target), "link-unknown", message, hint)


def link_wrong_type(
    item: Item, name: str, other: Item, types: tuple[str, ...], guesses: LinkSuggestions
) -> Problem:
    """Every link names an item of the type that its field is for.

    A feature whose epic is a value stream serves no objective, whatever the page says.

    Fix: name an item of the right type.
    """
    wanted = " or ".join(a(TYPES[entry].WORD) for entry in types)
    return Problem(
        item.at_link(name, other.id),
        "link-wrong-type",
        f"{item.id} has {name} {other.id}, which is {a(other.WORD)}, not {wanted}",
        right_type_hint(other, types, guesses),
        related=(Related(other.at(), f"{other.id} is here"),),
    )


def link_cycle(portfolio: Portfolio) -> Iterator[Problem]:
    """No item depends on itself, and no objective serves itself, by whatever way round.

    Work in a circle can never start, and a score in a circle has no value.

    Fix: cut the link of the circle that means least.
    """
    for kind in ("needs", "parent"):
        for circle in cycles(portfolio, kind):
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
                f"{first.id} {word} itself: {cycle_path(circle)}",
                f"take one of these {len(circle)} links out: the one that means least",
                related=tuple(related),
            )


MOST_STEPS = 12  # of a circle, in a message


def cycle_path(circle: list[str]) -> str:
    """The way round, the middle of a long one left out."""
    ids = [*circle, circle[0]]
    if len(ids) > MOST_STEPS:
        half = MOST_STEPS // 2
        ids = [*ids[:half], f"{len(ids) - 2 * half} more", *ids[-half:]]
    return " -> ".join(ids)


def cycles(portfolio: Portfolio, kind: str) -> Iterator[list[str]]:
    """One circle of each knot of links of a kind, from its first id on. Linear in the links."""
    leads = targets(portfolio, kind)
    done: set[str] = set()
    reported: set[str] = set()
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
            elif following in on_path and (following in reported or here in reported):
                continue  # of a knot that is told already
            elif following in on_path:
                circle = path[on_path[following] :]
                reported.update(circle)
                least = circle.index(min(circle, key=id_order))
                yield circle[least:] + circle[:least]
            elif following not in done:
                stack.append((following, iter(leads.get(following, ()))))
                on_path[following] = len(path)
                path.append(following)


def targets(portfolio: Portfolio, kind: str) -> Mapping[str, list[str]]:
    """Where the links of a kind lead from each item that has any."""
    result: defaultdict[str, list[str]] = defaultdict(list)
    for edge in portfolio.edges:
        if edge.kind == kind:
            result[edge.source].append(edge.target)
    return dict(result)


RULES = (
    portfolio_missing,
    portfolio_duplicate,
    id_duplicate,
    link_unknown,
    link_wrong_type,
    link_cycle,
)
