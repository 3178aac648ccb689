"""What front matters say, kept between runs: of files that stay the same no YAML is read again.

The values are kept, and no items: models judge them in every run. They lie in a few entries for a
whole project, which are found at once. An entry has a digest of its own, and one that was altered
does not count.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from leanfolio.cache.check_result import READERS, version_of
from leanfolio.cache.digest import digest, generator_digest
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.store import Store
from leanfolio.read.yaml import Fields, fields_known, parse

PARTS = 16  # entries of a project: after an edit one or two are written anew

Part = Mapping[str, str]  # values as JSON, by the digest of the text that says them


class FrontMatters:
    """Reads front matters, each text once in all runs. Calling it gives the fields of a text."""

    def __init__(self, parts: Mapping[int, Part]) -> None:
        self._before = [parts.get(number, {}) for number in range(PARTS)]
        self._now: list[dict[str, str]] = [{} for _ in range(PARTS)]

    def __call__(self, text: str) -> Fields:
        key = digest(text.encode("utf-8", "surrogatepass"))
        number, name = key[0] % PARTS, key.hex()
        now = self._now[number]
        known = now.get(name) or self._before[number].get(name)
        if known is not None:
            now[name] = known
            return fields_known(text, values_of(known))
        fields = parse(text)
        if not fields.faults and not fields.refused:
            now[name] = as_json(fields.values)
        return fields

    def changed(self) -> dict[int, Part]:
        """The parts, by number, of which other front matters were read than they held."""
        both = enumerate(zip(self._now, self._before, strict=True))
        return {number: now for number, (now, before) in both if now.keys() != before.keys()}


@contextmanager
def front_matters(store: Store, project: str) -> Iterator[FrontMatters]:
    """What reads the front matters of a project. What was read in the block is kept at its end."""
    keys = keys_of(project)
    parts = FRONT_MATTERS.get_many(store, keys)
    reader = FrontMatters({number: parts.get(key, {}) for number, key in enumerate(keys)})
    yield reader
    changed = reader.changed()
    FRONT_MATTERS.put_many(store, {keys[number]: part for number, part in changed.items()})


def keys_of(project: str) -> list[bytes]:
    """The keys of the parts in which a project's front matters are kept."""
    versions = repr((sys.version_info, [version_of(name) for name in READERS])).encode()
    made_from = generator_digest(), versions, project.encode("utf-8", "surrogatepass")
    return [FRONT_MATTERS.key(*made_from, b"%d" % number) for number in range(PARTS)]


Decimals = list[tuple[list[str | int], str]]  # each with its path


def as_json(values: Mapping[str, Any]) -> str:
    """Values as JSON, which has no decimal numbers: these stand beside the others, with paths."""
    decimals: Decimals = []
    return json.dumps([without_decimals(values, [], decimals), decimals], separators=(",", ":"))


def without_decimals(value: Any, path: list[str | int], found: Decimals) -> Any:
    """The same with None for every decimal number; these are added to `found`."""
    if isinstance(value, Decimal):
        found.append((path, str(value)))
        return None
    if isinstance(value, dict):
        return {key: without_decimals(each, [*path, key], found) for key, each in value.items()}
    if isinstance(value, list):
        return [without_decimals(each, [*path, n], found) for n, each in enumerate(value)]
    return value


def values_of(text: str) -> dict[str, Any]:
    """The values again, decimal numbers in their places."""
    values: dict[str, Any]
    values, decimals = json.loads(text)
    for (*way, last), number in decimals:
        holder: Any = values
        for step in way:
            holder = holder[step]
        holder[last] = Decimal(number)
    return values


def encode(part: Part) -> bytes:
    data = json.dumps(part, separators=(",", ":")).encode()
    return digest(data) + data


def decode(data: bytes) -> Part:
    """A part again. Raises ValueError for anything else than was written."""
    size = len(digest(b""))
    if digest(data[size:]) != data[:size]:
        raise ValueError("this is not what was written")
    part: Part = json.loads(data[size:])
    return part


FRONT_MATTERS = CacheEntry("matter", encode, decode, compressed=True)
