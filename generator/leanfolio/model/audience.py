"""Who may read what: the levels of visibility, and whether a text names what is hidden."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from leanfolio.model.item import Visibility

AUDIENCES: tuple[Visibility, ...] = ("public", "internal", "confidential")


def may_read(audience: Visibility, visibility: Visibility) -> bool:
    """Return whether an audience may read what has this visibility."""
    return AUDIENCES.index(visibility) <= AUDIENCES.index(audience)


def mention_of(ids: Collection[str]) -> re.Pattern[str]:
    """Return what finds any of these ids in a text, each as a word of its own."""
    names = "|".join(re.escape(id) for id in sorted(ids, key=lambda id: (-len(id), id)))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{names})(?![A-Za-z0-9])") if ids else NOTHING


NOTHING = re.compile(r"(?!)")


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text inside a value of YAML or of a model, with the keys of its mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from texts_in(key)
            yield from texts_in(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from texts_in(entry)
