"""Ids that no item has yet, to offer where two items have the same."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from leanfolio.model import Item
from leanfolio.model.item import name_of_file
from leanfolio.model.portfolio import id_order
from leanfolio.read import ID

NUMBERED = re.compile(r"(.*?)(\d{1,15})\Z", re.ASCII)


class FreeIds:
    """Unused ids with the same beginning as a given one: EP-48 for EP-7."""

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
