"""Link: items become a portfolio. Ids are unique, links lead to items, and form no cycles."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from leanfolio.model import TYPES, Increment, Item, Policy
from leanfolio.model.item import name_of_file
from leanfolio.model.portfolio import Edge, Portfolio, id_order
from leanfolio.problem import Place, Problem, Related
from leanfolio.read import ID, Reading, a
from leanfolio.read.cycles import link_cycle
from leanfolio.read.free_ids import FreeIds
from leanfolio.read.link_suggestions import (
    A_LIST,
    LinkSuggestions,
    existing_ids_hint,
    one_of,
    right_type_hint,
)
from leanfolio.wording import readable, tell

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
    ).with_pages_of_stories()
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
        for problem in wrong_names(item, items, broken, guesses):
            yield None, problem


def wrong_names(
    increment: Increment, items: Mapping[str, Item], broken: set[str], guesses: LinkSuggestions
) -> Iterator[Problem]:
    """What is wrong with the teams and features that the lists of an increment name."""
    for named in increment.named():
        place, types = increment.at(*named.path), (named.type,)
        other = items.get(named.id)
        if other is None and named.id not in broken:
            message = tell(
                "{item} has {name} {target}, which does not exist",
                item=increment.id,
                name=named.what,
                target=named.id,
            )
            hint = guesses.hint(named.id, types, existing_ids_hint(named.id, types, guesses))
            yield Problem(place, "link-unknown", message, hint)
        elif other is not None and named.type != other.TYPE:
            message = tell(
                "{item} has {name} {target}, which is {kind}",
                item=increment.id,
                name=named.what,
                target=named.id,
                kind=a(other.WORD),
            )
            yield Problem(place, "link-wrong-type", message, right_type_hint(other, types, guesses))


def portfolio_missing() -> Problem:
    """A portfolio has one file of type portfolio: its states, limits, currency and rules.

    Without it every figure would rest on defaults that nobody chose.

    Fix: write `content/portfolio.md`; `leanfolio init` shows one.
    """
    return Problem(
        Place(PurePosixPath("portfolio.md")),
        "portfolio-missing",
        tell("there is no file of type portfolio"),
        tell(
            "write content/portfolio.md with `type: portfolio` and a `title:` between two lines of "
            "---; `leanfolio init` shows a whole one"
        ),
    )


def portfolio_duplicate(item: Policy, first: Policy) -> Problem:
    """There is one portfolio file, not two.

    Two sets of limits and guardrails would leave open which of them holds.

    Fix: merge the second into the first.
    """
    return Problem(
        item.at("type"),
        "portfolio-duplicate",
        tell("{item} is a second file of type portfolio", item=item.id),
        tell("move what is right in it to {path}, and remove this file", path=first.origin.path),
        related=(Related(first.at("type"), "the first is here"),),
    )


def id_duplicate(item: Item, first: Item, own: str, free: FreeIds) -> Problem:
    """An id is used once, also without regard to upper and lower case.

    Two branches that each take the next number would otherwise lose one of the two items. Of the
    two, the one whose file is called so keeps the id, and links mean it.

    Fix: give the other one an id of its own, and correct the links that mean it.
    """
    if has_same_content(item, first):
        hint = tell(
            "it says the same as {path}: delete this copy, or give it another id",
            path=first.origin.path,
        )
    elif own:
        hint = tell("write `id: {own}`, as this file is called, or take the line out", own=own)
    else:
        missed = free.missing(item.id)
        hint = (
            tell("write `id: {missed}`, which others name and nothing has", missed=missed)
            if missed
            else tell("give it an id of its own, such as {free}", free=free.next(item.id))
        )
    whose = tell("the {word} in {path}", word=readable(first.WORD), path=first.origin.path)
    if is_named_by_id(first) and not is_named_by_id(item):
        whose = tell("{whose}, which is called so", whose=whose)
    return Problem(
        item.at(),
        "id-duplicate",
        tell(
            "the id {id} is that of {whose}; links to {first} mean that one",
            id=item.id,
            whose=whose,
            first=first.id,
        ),
        hint,
        related=(Related(first.at(), f"{first.id} is here"),),
    )


def has_same_content(item: Item, other: Item) -> bool:
    """Whether one file is a copy of the other, but for the id."""
    if item.origin.path == other.origin.path or not item.origin.body.strip():
        return False
    mine, theirs = (entry.model_dump(exclude={"id"}) for entry in (item, other))
    return type(item) is type(other) and mine == theirs and item.origin.body == other.origin.body


def link_unknown(
    item: Item, name: str, target: str, guesses: LinkSuggestions, types: tuple[str, ...]
) -> Problem:
    """Every link names an item that exists.

    A link to nowhere drops an item from every board and total without a word.

    Fix: correct the id; or create the item it names.
    """
    hint = guesses.hint(target, types, existing_ids_hint(target, types, guesses))
    if hint.startswith(A_LIST):
        message = tell(
            "{item} has {name} {target}, which is one text, and no list",
            item=item.id,
            name=name,
            target=target,
        )
    else:
        message = tell(
            "{item} has {name} {target}, which does not exist",
            item=item.id,
            name=name,
            target=target,
        )
    return Problem(item.at_link(name, target), "link-unknown", message, hint)


def link_wrong_type(
    item: Item, name: str, other: Item, types: tuple[str, ...], guesses: LinkSuggestions
) -> Problem:
    """Every link names an item of the type that its field is for.

    A feature whose epic is a value stream serves no objective, whatever the page says.

    Fix: name an item of the right type.
    """
    return Problem(
        item.at_link(name, other.id),
        "link-wrong-type",
        tell(
            "{item} has {name} {target}, which is {kind}, not {wanted}",
            item=item.id,
            name=name,
            target=other.id,
            kind=a(other.WORD),
            wanted=one_of(types),
        ),
        right_type_hint(other, types, guesses),
        related=(Related(other.at(), f"{other.id} is here"),),
    )


RULES = (
    portfolio_missing,
    portfolio_duplicate,
    id_duplicate,
    link_unknown,
    link_wrong_type,
    link_cycle,
)
