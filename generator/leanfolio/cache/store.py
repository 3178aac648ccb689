"""Keep what was costly to make between runs, in one file of limited size.

A cache and no more: a file that is broken, locked, read-only or not ours makes it empty, and never
fails a build. Values are bytes that their owner reads as data, never as code. Where room is needed,
what was used least recently goes first; what this run has used or put stays.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from leanfolio.model.source import MEGABYTE

FILE = "leanfolio-store.sqlite3"
LIMIT = 256 * MEGABYTE
MARK = 0x6C666F31  # "lfo1": written into the file's head, so that we know our own
HEAD = b"SQLite format 3\0"
MARK_AT = 68
KIND = re.compile(rb"[a-z]+")  # of a value: what its key begins with
BATCH = 500  # keys in one query; SQLite allows at least 999
CHUNK = 4 * 1024 * 1024  # bytes of values that are written at once
SELECT = "SELECT kept.key, value, coalesce(run, 0) FROM kept LEFT JOIN uses USING (key)"
WAIT = 5  # seconds for another process that writes; it holds the file for one CHUNK at a time
ROW = 80  # bytes that a value takes beside its own, about

_T = TypeVar("_T")


def own_cache() -> Path | None:
    """The folder for what we keep between runs: LEANFOLIO_CACHE, or the user's own, if any."""
    if moved := os.environ.get("LEANFOLIO_CACHE", ""):
        return Path(moved).absolute()
    named = os.environ.get("XDG_CACHE_HOME", "")
    if Path(named).is_absolute():
        return Path(named) / "leanfolio"
    try:
        return Path.home() / ".cache" / "leanfolio"
    except RuntimeError:
        return None


def project_name(root: Path, cache: Path | None) -> str:
    """What tells a project from the others in a cache: the path of its content.

    From a cache that lies in the project itself the path is relative: such a cache goes with the
    project to another folder or machine, as it does in CI.
    """
    root = root.resolve()
    if cache is not None and (cache := cache.resolve()).is_relative_to(root.parent):
        return os.path.relpath(root, cache)
    return str(root)


class Store:
    """Values by key, in one file of a folder that the caller names; of no folder, always empty.

    `problem` says why it is empty, or what it had no room for: for the log, never for an exit code.
    """

    def __init__(self, folder: Path | None, limit: int = LIMIT) -> None:
        self.path = (folder or Path()) / FILE
        self.named = folder is not None
        self.limit = limit
        self.problem = ""
        self._database: sqlite3.Connection | None = None
        self._run = 0  # the number of this run, once it has written; until then of the last one
        self._is_counted = False
        self._unmarked: dict[bytes, None] = {}  # keys that were used, and not yet marked as such
        self._is_older = False  # whether one of these was last used before the last run

    def __enter__(self) -> Self:
        try:
            self._database = self._opened() if self.named else None
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tried(self._mark_used, None)
        self._close()

    def get_many(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Those of the keys that are known, with their values."""
        return self._tried(lambda database: self._select(database, list(keys)), {})

    def put_many(self, values: Mapping[bytes, bytes]) -> None:
        """Keep the values, each whole or not at all; those used least recently make room."""
        if values:
            self._tried(lambda database: self._put(database, values), None)

    def kinds(self) -> dict[str, tuple[int, int]]:
        """How many entries there are of each kind, and how many bytes their values take.

        The kind is "" of keys in a form that this version does not write.
        """
        query = (
            "SELECT substr(key, 1, instr(key, x'20') - 1) AS kind,"
            " count(*), sum(length(value)) FROM kept GROUP BY kind"
        )
        rows: list[tuple[bytes, int, int]] = self._tried(
            lambda database: database.execute(query).fetchall(), []
        )
        kinds: dict[str, tuple[int, int]] = {}
        for kind, entries, length in rows:
            name = kind.decode("ascii") if KIND.fullmatch(kind) else ""
            count, size = kinds.get(name, (0, 0))
            kinds[name] = count + entries, size + length
        return kinds

    # The file

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.is_symlink() or (self.path.exists() and not self.is_ours()):
            raise OSError(f"{self.path} is not a store of leanfolio's")
        try:
            return self._connected()
        except sqlite3.Error as error:
            if not _broken(error):
                raise
        self._remove()
        self.problem = f"{self.path} was damaged, and is begun anew"
        return self._connected()

    def is_ours(self) -> bool:
        """Whether the file is empty, or has our mark in its head: only then may it be replaced."""
        if self.path.is_symlink() or not self.path.is_file():
            return False
        with self.path.open("rb") as file:
            head = file.read(100)
        mark = head[MARK_AT : MARK_AT + 4]
        return not head or (head.startswith(HEAD) and mark == MARK.to_bytes(4, "big"))

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
        try:
            if database.execute("PRAGMA application_id").fetchone() != (MARK,):
                database.execute(f"PRAGMA application_id = {MARK}")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS kept"
                " (number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value BLOB NOT NULL)"
            )
            database.execute(
                "CREATE TABLE IF NOT EXISTS uses"
                " (key BLOB PRIMARY KEY, run INTEGER NOT NULL) WITHOUT ROWID"
            )
            database.execute("SELECT key, value FROM kept LIMIT 1").fetchone()
            (self._run,) = database.execute("PRAGMA user_version").fetchone()
        except BaseException:
            database.close()
            raise
        return database

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                self.path.with_name(self.path.name + suffix).unlink()

    # What is done in it

    def _tried(self, work: Callable[[sqlite3.Connection], _T], otherwise: _T) -> _T:
        if self._database is None:
            return otherwise
        try:
            return work(self._database)
        except sqlite3.Error as error:
            self._give_up(error)
            if _broken(error):
                self._remove()
            return otherwise

    def _select(self, database: sqlite3.Connection, keys: list[bytes]) -> dict[bytes, bytes]:
        result: dict[bytes, bytes] = {}
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            marks = ",".join("?" * len(batch))
            rows = database.execute(f"{SELECT} WHERE kept.key IN ({marks})", batch)
            for key, value, run in rows:
                result[key] = value
                if not self._is_counted or run != self._run:
                    self._unmarked[key] = None
                    self._is_older |= run != self._run
        return result

    def _put(self, database: sqlite3.Connection, values: Mapping[bytes, bytes]) -> None:
        for chunk in chunks(values):
            with transaction(database):
                self._mark(database)
                if not self._make_room(database, sum(map(size, chunk))):
                    megabytes = self.limit // MEGABYTE
                    full = f"is full: it may hold {megabytes} MB, and one run needs more"
                    self.problem = f"{self.path} {full}"
                    return
                database.executemany(
                    "INSERT INTO kept (key, value) VALUES (?, ?)"
                    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    chunk,
                )
                self._unmarked |= dict.fromkeys(key for key, _ in chunk)
                self._mark(database)

    def _mark_used(self, database: sqlite3.Connection) -> None:
        """Mark what was read; nothing if all of it was used by the last run already."""
        if self._is_older:
            with transaction(database):
                self._mark(database)

    def _mark(self, database: sqlite3.Connection) -> None:
        """Write down that this run has used what was read and put so far."""
        if not self._is_counted:
            self._is_counted = True
            self._run += 1
            database.execute(f"PRAGMA user_version = {self._run}")
        database.executemany(
            "INSERT OR REPLACE INTO uses (key, run) VALUES (?, ?)",
            ((key, self._run) for key in self._unmarked),
        )
        self._unmarked.clear()
        self._is_older = False

    def _make_room(self, database: sqlite3.Connection, wanted: int) -> bool:
        """Whether there is room for so many bytes, after dropping what was used least recently.

        If anything is dropped, then down to three quarters of the limit, so that it is seldom done.
        """
        if used_bytes(database) + wanted <= self.limit:
            return True
        surplus = used_bytes(database) + wanted - self.limit * 3 // 4
        older = database.execute(
            "SELECT kept.key, length(value) FROM kept LEFT JOIN uses USING (key)"
            " WHERE coalesce(run, 0) < ? ORDER BY coalesce(run, 0), number",
            (self._run,),
        )
        dropped: list[tuple[bytes]] = []
        for key, length in older:
            if surplus <= 0:
                break
            dropped.append((key,))
            surplus -= length + len(key) + ROW
        database.executemany("DELETE FROM kept WHERE key = ?", dropped)
        database.executemany("DELETE FROM uses WHERE key = ?", dropped)
        return used_bytes(database) + wanted <= self.limit

    def _give_up(self, error: Exception) -> None:
        self.problem = f"{self.path}: {error}"
        self._close()

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _broken(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault; finer kinds of error are of its use, as when locked."""
    return type(error) is sqlite3.DatabaseError


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """What is done in the block is done whole, or not at all."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        database.rollback()
        raise


def chunks(values: Mapping[bytes, bytes]) -> Iterator[list[tuple[bytes, bytes]]]:
    """The values in groups of about CHUNK bytes, so that no write is much larger."""
    chunk: list[tuple[bytes, bytes]] = []
    total = 0
    for row in values.items():
        if chunk and total + size(row) > CHUNK:
            yield chunk
            chunk, total = [], 0
        chunk.append(row)
        total += size(row)
    yield chunk


def size(row: tuple[bytes, bytes]) -> int:
    """The bytes that a key and its value take, about."""
    return len(row[0]) + len(row[1]) + ROW


def used_bytes(database: sqlite3.Connection) -> int:
    """The bytes of the file that hold something."""
    pages, free, size = (
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
