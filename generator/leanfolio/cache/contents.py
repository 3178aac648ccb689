"""What a cache folder holds, by kind, and how it is emptied: only of files that are ours."""

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from leanfolio.cache.store import FILE, LIMIT, Store

COMPILED = re.compile(r"(?P<kind>graphviz|template)-[\w.-]+\.code")
STORE = re.compile(rf"{re.escape(FILE)}(?:-wal|-shm|-journal)?")
WORDS = {
    "body": "prose as HTML",
    "check": "results of check",
    "diff": "results of diff",
    "fields": "front matter of earlier commits",
    "graphviz": "Graphviz, compiled",
    "layouts": "layouts of graphs",
    "log": "what commits changed",
    "matter": "front matter",
    "output": "what pages depend on",
    "page": "pages",
    "prose": "links of prose",
    "site": "sites as they were built",
    "stamps": "stamps of pages",
    "template": "templates, compiled",
    "": "of other versions",
}


class Kind(Struct, frozen=True):
    """The entries of one kind: how many, and the bytes that they take."""

    name: str
    entries: int
    bytes: int

    @property
    def title(self) -> str:
        return WORDS.get(self.name, self.name)


class Contents(Struct, frozen=True):
    """What a cache folder holds."""

    folder: Path
    kinds: tuple[Kind, ...]
    bytes: int  # of all files that are ours
    limit: int  # of the store, in bytes; what is compiled comes on top
    problem: str  # why the store counts as empty; "" where it does not


def contents(folder: Path) -> Contents:
    """What a cache folder holds; nothing where it does not exist."""
    files = list(own_files(folder))
    kinds: dict[str, tuple[int, int]] = {}
    problem = ""
    if any(path.name == FILE for path in files):
        with Store(folder) as store:
            kinds = store.kinds()
        problem = store.problem
    for path in files:
        if match := COMPILED.fullmatch(path.name):
            count, size = kinds.get(match["kind"], (0, 0))
            kinds[match["kind"]] = count + 1, size + path.stat().st_size
    found = tuple(
        Kind(name, *kinds[name]) for name in sorted(kinds, key=lambda kind: (not kind, kind))
    )
    total = sum(path.stat().st_size for path in own_files(folder))
    return Contents(folder, found, total, LIMIT, problem)


def clear(folder: Path) -> int:
    """Delete what is ours in a cache folder, and nothing else. Returns the bytes that went.

    Raises OSError where a file cannot be deleted.
    """
    gone = 0
    for path in list(own_files(folder)):
        size = path.lstat().st_size
        path.unlink()
        gone += size
    return gone


def own_files(folder: Path) -> Iterator[Path]:
    """The plain files of a folder that we have written: named as ours, a store by its mark too."""
    with suppress(FileNotFoundError, NotADirectoryError):
        paths = sorted(folder.iterdir())
        ours = Store(folder).is_ours()
        for path in paths:
            if stat.S_ISREG(path.lstat().st_mode) and (
                COMPILED.fullmatch(path.name) or (ours and STORE.fullmatch(path.name))
            ):
                yield path
