"""What the source said last time: `exchange/<name>.base.json`, a line for each item, in git.

Values stand as they are written in a file's front matter, as text; prose as its digest. `digest`
is that of the whole file as the import left it, so that a file nobody touched is not read again.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from leanfolio.importing.mapping import MapError

VERSION = 1
BASE_SUFFIX = ".base.json"  # of the file beside a map, in place of .yml


class BaseItem(Struct, frozen=True):
    """One item as it was last time: its id here, its file, and what the source said."""

    key: str
    id: str
    file: str
    digest: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    gone_on: str = ""
    type: str = ""  # what the source calls its type; empty in bases of before


Base = dict[str, BaseItem]  # by the unchanging id of the source


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:24]


def read_base(text: str, name: str) -> Base:
    """The items of a base file. Raises MapError where it cannot be read."""
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
        if value["version"] != VERSION:
            raise MapError(f"{name} is of version {value['version']}, which this program is not")
        return {str(id): item_of(raw) for id, raw in value["items"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise unreadable(name) from None


def unreadable(name: str) -> MapError:
    hint = "take the one of the last commit: git checkout -- FILE"
    return MapError(f"{name} cannot be read as what an import wrote; {hint}")


def item_of(raw: Any) -> BaseItem:
    said = {str(name): str(value) for name, value in raw["said"].items()}
    key, id, file = (str(raw[name]) for name in ("key", "id", "file"))
    mark, gone_on, type = (str(raw.get(name, "")) for name in ("digest", "gone_on", "type"))
    return BaseItem(key, id, file, mark, said, gone_on, type)


def base_text(base: Base) -> str:
    """The base as JSON: sorted, with a line for each item, so that git shows what changed."""
    lines = [
        f"  {json.dumps(id, ensure_ascii=False)}: {line_of(base[id])}"
        for id in sorted(base, key=lambda id: (len(id), id))
    ]
    body = ",\n".join(lines)
    return f'{{"version": {VERSION}, "items": {{\n{body}\n}}}}\n' if lines else ""


def line_of(item: BaseItem) -> str:
    values = {"key": item.key, "id": item.id, "file": item.file, "digest": item.digest}
    values |= {"type": item.type} if item.type else {}
    values |= {"gone_on": item.gone_on} if item.gone_on else {}
    return json.dumps(values | {"said": dict(sorted(item.said.items()))}, ensure_ascii=False)


def same_but_digests(one: Base, other: Base) -> bool:
    """Whether two bases say the same; a digest only spares reading, and is no reason to write."""
    return one.keys() == other.keys() and all(
        replace(one[id], digest="") == replace(other[id], digest="") for id in one
    )
