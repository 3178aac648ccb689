"""What an author may have meant by a link to an unknown id, or to an item of a wrong type."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, reduce
from itertools import chain, islice

from leanfolio.model import TYPES, Item
from leanfolio.read import ID
from leanfolio.read.free_ids import NUMBERED
from leanfolio.read.rules import a
from leanfolio.read.suggestions import FEW, Suggestions
from leanfolio.wording import Text, listed, tell

A_LIST = "write a list"  # how the hint begins where an id is several
LONGEST_LIST = 200  # characters of a text that may be several ids
MOST_LINKS = 200  # looked at in search of what was meant


class LinkSuggestions:
    """Existing ids that an author may have meant by an unknown one, of the types that fit."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.items = items
        self.by_types: dict[tuple[str, ...], tuple[Suggestions, Suggestions]] = {}
        self.ids: dict[tuple[str, ...], list[str]] = {}
        self.fits: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    def hint_beside(self, own: str, target: str, otherwise: str) -> str:
        """A hint for an unknown id in prose: never the item itself, but also ids of the same
        number and another type. Several candidates are named as examples only."""
        ids, _ = self.known(())
        alike = ids.some(target)
        matches = [id for id in dict.fromkeys((*alike, *ids.alike(target))) if id != own]
        if (len(alike) == 1 and own not in alike) or not (alike or matches):
            return self.hint(target, (), otherwise)
        such = listed(matches[:FEW], "or")
        return (
            tell("write the id that is meant, such as {such}", such=such) if matches else otherwise
        )

    def hint(self, target: str, types: tuple[str, ...], otherwise: str) -> str:
        """The id that was meant: a similar one, or the one with this title; else `otherwise`."""
        ids, titles = self.known(types)
        if result := self.titled(target, types):
            names = listed([self.described(entry) for entry in result], "or")
            return tell("did you mean {names}?", names=names)
        if ids.some(target):
            return ids.hint(target, otherwise)
        title = None if NUMBERED.match(target) else titles.word(target)
        if title is not None:
            result = self.titled(title, types)
            names = listed([self.described(entry) for entry in result], "or")
            return tell("did you mean {names}?", names=names)
        return otherwise

    def known(self, types: tuple[str, ...]) -> tuple[Suggestions, Suggestions]:
        """The ids and the titles of the items of these types, to search for similar ones."""
        if types not in self.by_types:
            fit = [item for item in self.items.values() if not types or item.TYPE in types]
            titles = dict.fromkeys(entry.title for entry in fit)
            self.by_types[types] = (
                Suggestions([entry.id for entry in fit]),
                Suggestions(list(titles)),
            )
        return self.by_types[types]

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
        return tell("{id}, titled “{title}”", id=id, title=self.items[id].title[:60])

    def fitting(self, other: Item, types: tuple[str, ...]) -> list[str]:
        """The few items of these types that were likely meant by a link to `other`: those linked
        with it over one or two links; else all of the types, where they are few."""
        key = (other.id, types)
        if key not in self.fits:
            self.fits[key] = self.linked_with(other, types)
        return self.fits[key]

    def linked_with(self, other: Item, types: tuple[str, ...]) -> list[str]:
        ring, seen = [other.id], {other.id}
        for _ in range(2):
            links = islice(chain.from_iterable(self.linked[id] for id in ring), MOST_LINKS)
            ring = [entry for entry in dict.fromkeys(links) if entry not in seen]
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
        """The ids that each item links to, and those that link to it."""
        result: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.items.values():
            for _, _, target in item.linked():
                if target in self.items:
                    result[item.id].append(target)
                    result[target].append(item.id)
        return result


def existing_ids_hint(target: str, types: tuple[str, ...], guesses: LinkSuggestions) -> str:
    """The hint for an unknown id with nothing similar: name one of the few that exist, or write
    the missing file."""
    parts = re.split(r"(?:\s|[,;&]|\band\b)+", target[:LONGEST_LIST])
    if len(parts) > 1 and all(part in guesses.items for part in parts):
        return tell("write a list: [{names}]", names=", ".join(parts))
    result = guesses.all_of(types)
    kind = TYPES[types[0]] if types else None
    if kind and not result and not ID.match(target):
        known = guesses.of_types(types)
        if known:
            return tell("write the id of {kind}, such as {such}", kind=a(kind.WORD), such=known[0])
        return tell("write the id of {kind}", kind=a(kind.WORD))
    if result and kind:
        return tell("name {wanted}", wanted=listed(result, "or"))
    if kind and ID.match(target):
        path = f"{kind.FOLDER}/{target}.md"
        return tell("write {path}, or correct the id", path=path)
    return tell("create it, or correct the id")


def one_of(types: tuple[str, ...]) -> Text:
    """The types that would be right, each with its article."""
    words: list[Text] = [a(TYPES[entry].WORD) for entry in types]
    return reduce(lambda some, next: listed((some, next), "or"), words)


def right_type_hint(other: Item, types: tuple[str, ...], guesses: LinkSuggestions) -> str:
    """The hint to name an item of the right type, with those that may be meant."""
    result = guesses.fitting(other, types)
    wanted = one_of(types)
    if not result:
        return tell("name {wanted}", wanted=wanted)
    return tell("name {wanted}: {ids}", wanted=wanted, ids=listed(result, "or"))
