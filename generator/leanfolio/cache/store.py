"""Keep what was costly to make, by the hash of all that it was made from.

A cache and no more: a file that is broken, locked, read-only or not ours makes it empty, and never
fails a build. Values are bytes that their owner reads as data, never as code.
"""

import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

FILE = "leanfolio-store.sqlite3"
LIMIT = 256 * 1024 * 1024
MARK = 0x6C666F31  # "lfo1": written into the file's head, so that we know our own
HEAD = b"SQLite format 3\0"
MARK_AT = 68
BATCH = 500  # keys in one question; SQLite allows at least 999

_T = TypeVar("_T")


def own_cache() -> Path | None:
    """The user's own folder for what we keep between runs, where the system has one."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if Path(named).is_absolute():
        return Path(named) / "leanfolio"
    try:
        return Path.home() / ".cache" / "leanfolio"
    except RuntimeError:
        return None


class Store:
    """Values by key, in one file of a folder that the caller names; of no folder, always empty.

    `problem` says why it is empty, if it is: for the log, never for an exit code.
    """

    def __init__(self, folder: Path | None, limit: int = LIMIT) -> None:
        self.path = (folder or Path()) / FILE
        self.named = folder is not None
        self.limit = limit
        self.problem = ""
        self._database: sqlite3.Connection | None = None

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
        self._close()

    def get_many(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Those of the keys that are known, with their values."""
        return self._tried(lambda database: dict(_select(database, list(keys))), {})

    def put_many(self, values: Mapping[bytes, bytes]) -> None:
        """Keep the values, all or none; the oldest make room."""
        self._tried(lambda database: self._insert(database, values), None)

    # The file

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.is_symlink() or (
            self.path.exists() and not (self.path.is_file() and self._is_ours())
        ):
            raise OSError(f"{self.path} is not a store of leanfolio's")
        try:
            return self._connected()
        except sqlite3.Error as error:
            if not _broken(error):
                raise
        self._remove()
        return self._connected()

    def _is_ours(self) -> bool:
        """Whether the file is empty, or has our mark in its head: only then may it be replaced."""
        with self.path.open("rb") as file:
            head = file.read(100)
        mark = head[MARK_AT : MARK_AT + 4]
        return not head or (head.startswith(HEAD) and mark == MARK.to_bytes(4, "big"))

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=1, isolation_level=None)
        try:
            if database.execute("PRAGMA application_id").fetchone() != (MARK,):
                database.execute(f"PRAGMA application_id = {MARK}")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS kept"
                " (number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value BLOB NOT NULL)"
            )
            database.execute("SELECT key, value FROM kept LIMIT 1").fetchone()
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

    def _insert(self, database: sqlite3.Connection, values: Mapping[bytes, bytes]) -> None:
        database.execute("BEGIN IMMEDIATE")
        try:
            database.executemany(
                "INSERT OR REPLACE INTO kept (key, value) VALUES (?, ?)", values.items()
            )
            self._make_room(database)
            database.execute("COMMIT")
        except BaseException:
            database.rollback()
            raise

    def _make_room(self, database: sqlite3.Connection) -> None:
        """Drop the oldest, down to three quarters of the limit, so that it is seldom done."""
        pages, free, size = (
            database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        used = (pages - free) * size
        if used <= self.limit:
            return
        (rows,) = database.execute("SELECT count(*) FROM kept").fetchone()
        surplus = rows - int(rows * self.limit * 0.75 / used)
        database.execute(
            "DELETE FROM kept WHERE number IN (SELECT number FROM kept ORDER BY number LIMIT ?)",
            (surplus,),
        )

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


def _select(database: sqlite3.Connection, keys: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        marks = ",".join("?" * len(batch))
        yield from database.execute(
            f"SELECT key, value FROM kept WHERE key IN ({marks})",  # noqa: S608 - only `?`
            batch,
        )
