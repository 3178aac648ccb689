"""The files of content as an import sees them: their ids, their sources, their values."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct, field

from leanfolio.editor.field_slots import implied_type
from leanfolio.importing.last_import import Base, digest
from leanfolio.model import TYPES
from leanfolio.model.item import name_of_file
from leanfolio.model.source import Source
from leanfolio.read.yaml import parse, split


class ContentFile(Struct, dict=True):
    """A file of content. Its front matter is read when somebody asks for it."""

    path: PurePosixPath
    data: bytes

    @cached_property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The fields of its front matter; none of prose and of what cannot be read."""
        halves = split(self.text.removeprefix("\ufeff").replace("\r\n", "\n"))
        return parse(halves.yaml).values if halves.yaml is not None else {}

    @property
    def type(self) -> str:
        """The type of its item; empty of a page of prose."""
        stated = self.values.get("type", implied_type(self.path))
        return stated if isinstance(stated, str) and stated in TYPES else ""

    @property
    def id(self) -> str:
        return str(self.values.get("id", name_of_file(self.path)))

    @property
    def source(self) -> Mapping[str, Any]:
        stated = self.values.get("source")
        return stated if isinstance(stated, Mapping) else {}


class ContentIndex(Struct):
    """Files by their paths; the path of each item by its source, and of every id in use."""

    files: dict[str, ContentFile]
    by_source: dict[str, str] = field(default_factory=dict)  # unchanging id there -> path
    by_key: dict[str, str] = field(default_factory=dict)  # key there, also an old one -> path
    ids: dict[str, str] = field(default_factory=dict)  # id here, folded -> path
    twice: list[tuple[str, str, str]] = field(default_factory=list)  # id there, and two paths


def index_of(sources: Iterable[Source], system: str, base: Base) -> ContentIndex:
    """All files of content. Those that nobody touched since the base are not read."""
    index = ContentIndex(
        {str(source.path): ContentFile(source.path, source.data) for source in sources}
    )
    known = {item.file: (id, item) for id, item in base.items() if item.digest}
    for path, file in index.files.items():
        if path in known and known[path][1].digest == digest(file.data):
            id, item = known[path]
            take(index, path, id, [item.key], [item.id])
        else:
            source = file.source
            mine = source.get("system") == system
            keys = [str(source["key"]), *earlier_keys(source)] if mine and "key" in source else []
            own = str(source["id"]) if mine and "id" in source else ""
            take(index, path, own, keys, ids_in(file) if file.type else [])
    return index


def take(index: ContentIndex, path: str, id: str, keys: list[str], ids: Iterable[str]) -> None:
    """Add what one file says."""
    if id:
        other = index.by_source.setdefault(id, path)
        if other != path:
            index.twice.append((id, other, path))
    for key in keys:
        index.by_key.setdefault(key, path)
    for each in ids:
        index.ids.setdefault(each.casefold(), path)


def earlier_keys(source: Mapping[str, Any]) -> list[str]:
    was = source.get("was")
    return [str(each) for each in was] if isinstance(was, list) else []


def ids_in(file: ContentFile) -> Iterator[str]:
    """The id of a file's item, and of the children that are nested in it."""
    yield file.id
    waiting: list[tuple[Any, str]] = [(file.values, file.type)]
    while waiting:
        values, type = waiting.pop()
        for name, child in TYPES[type].NESTED.items():
            for each in values.get(name) or () if isinstance(values, Mapping) else ():
                if isinstance(each, Mapping):
                    waiting.append((each, child))
                    if "id" in each:
                        yield str(each["id"])
