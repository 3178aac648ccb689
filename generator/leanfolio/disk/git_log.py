"""The door to git's log: which commits on the main line changed which files.

To compare each commit with the one before takes git longer than all else that a short build asks
it. What a commit changed stays as it is, so what the log said is kept, and the next run asks only
for the commits since.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from leanfolio.cache.digest import digest
from leanfolio.cache.entry import CacheEntry, KeyValues
from leanfolio.cache.store import own_cache, project_name
from leanfolio.disk.git import (
    MissingObjectsError,
    Place,
    cannot_start,
    commit_of,
    has_git_answer,
    output,
    running,
)
from leanfolio.disk.git_revision import find_commit
from leanfolio.disk.git_tree import PLAIN_FILES
from leanfolio.model.source import Commit

LOG = (
    "log", "-z", "--raw", "--no-abbrev", "--format=%H %ct %an", "--encoding=UTF-8",
    "--first-parent", "-m", "--no-renames",
    "--relative", "--no-color", "--no-notes", "--no-show-signature", "--no-ext-diff",
    "--no-textconv", "-O/dev/null",
)  # fmt: skip
LOG_BYTES = 256 * 1024 * 1024  # about a million changes; what is older is left out

GONE = ""


class Touched(Struct):
    """A commit with the files that it changed: their path, and the id of what they now hold."""

    commit: Commit
    changes: list[tuple[bytes, str]] = field(default_factory=list)


class KeptLog(Struct, frozen=True):
    """What the log said of all commits up to one, newest first."""

    top: str
    prefix: bytes
    size: int  # of git's answer, in bytes
    touched: tuple[Touched, ...]


def kept_log(
    folder: Path, revision: str, place: Place, kept: KeyValues | None
) -> tuple[list[Touched], bool]:
    """The same as `log` of a revision, which what was kept of an earlier commit spares the most of.

    Of a shallow clone nothing is kept: its first commits would be others once more is fetched.
    """
    top = find_commit(folder, revision) if kept is not None and not place.is_shallow else None
    if top is None:
        return log(folder, revision)
    key = LOGS.key(FORM, project_name(folder, own_cache()).encode("utf-8", "surrogateescape"))
    earlier = LOGS.get_many(kept, [key]).get(key)
    if earlier is not None and not continues(folder, earlier, place, top.id):
        earlier = None
    if earlier is not None and earlier.top == top.id:
        return list(earlier.touched), True
    since = (f"^{earlier.top}",) if earlier is not None else ()
    text, whole = answer_of(folder, top.id, *since)
    size = len(text) + (earlier.size if earlier is not None else 0)
    if earlier is not None and size > LOG_BYTES:
        return log(folder, top.id)  # of which the oldest part is to be left out
    touched = parsed(text, whole, is_content)
    if earlier is not None:
        touched += earlier.touched
    if whole:
        LOGS.put_many(kept, {key: KeptLog(top.id, place.prefix, size, tuple(touched))})
    return touched, whole


def continues(folder: Path, earlier: KeptLog, place: Place, top: str) -> bool:
    """Whether a log up to this commit goes on from an earlier one: of this folder, and on the main
    line of the commit, where nothing is left out but what lies before."""
    if earlier.prefix != place.prefix:
        return False
    if earlier.top == top:
        return True
    between = ("rev-list", "--first-parent", "--boundary", "--end-of-options")
    answer = has_git_answer(folder, *between, top, f"^{earlier.top}")
    ends = [line for line in (answer or b"").split() if line.startswith(b"-")]
    return ends == [f"-{earlier.top}".encode()]


def answer_of(folder: Path, *revisions: str) -> tuple[bytes, bool]:
    """What git's log says of these revisions, and whether that is all of it; as of `log`."""
    try:
        with running(folder, *LOG, "--end-of-options", *revisions, "--", ".") as process:
            text = output(process).read(LOG_BYTES)
            whole = not output(process).read(1)
            failed = whole and process.wait() != 0
    except OSError as error:
        raise cannot_start(error) from error
    if failed and find_commit(folder, revisions[0]) is None:
        return b"", True
    if failed:
        raise MissingObjectsError("git cannot read the history of this content")
    return text, whole


def log(
    folder: Path, *revisions: str, wanted: Callable[[bytes], bool] | None = None
) -> tuple[list[Touched], bool]:
    """The landings that touched Markdown below a folder, newest first, and whether that is all.

    They are those up to the first revision, without those up to any that begins with `^`; none
    where there is no such revision. `wanted` says of a path whether it counts, where other files
    than Markdown do. Raises GitError where git cannot read them all.
    """
    text, whole = answer_of(folder, *revisions)
    return parsed(text, whole, wanted or is_content), whole


def parsed(text: bytes, whole: bool, wanted: Callable[[bytes], bool]) -> list[Touched]:
    """The commits of an answer with the files that count; those with none are left out."""
    touched = list(parse_log_entry(text.split(b"\0"), wanted))
    if not whole:  # the last was cut in the middle
        touched = touched[:-1]
    return [entry for entry in touched if entry.changes]


def parse_log_entry(tokens: Iterable[bytes], wanted: Callable[[bytes], bool]) -> Iterator[Touched]:
    """The answer of `git log -z --raw`: a header, then for each file a line of modes and a path."""
    now: Touched | None = None
    rest = iter(tokens)
    for token in rest:
        text = token.lstrip(b"\n")
        if text.startswith(b":"):
            name = next(rest, b"")
            modes = text[1:].split(b" ")
            if now is not None and len(modes) == 5 and wanted(name):
                plain = modes[1] in PLAIN_FILES
                now.changes.append((name, modes[3].decode("ascii") if plain else GONE))
        elif (commit := commit_of(text)) is not None:
            if now is not None:
                yield now
            now = Touched(commit)
    if now is not None:
        yield now


def is_content(name: bytes) -> bool:
    """Whether a path is one that is read as content: Markdown, and nothing in it hidden."""
    return name[-3:].lower() == b".md" and not name.startswith(b".") and b"/." not in name


# What is kept between runs -------------------------------------------------------------------

FORM = hashlib.sha256(repr(("log 1", LOG)).encode()).digest()


def encode(log: KeptLog) -> bytes:
    """A log as JSON with a digest of its own, so that one which was altered does not count."""
    rows = [
        [
            entry.commit.id, entry.commit.time, entry.commit.author,
            [[name.decode("latin-1"), blob] for name, blob in entry.changes],
        ]
        for entry in log.touched
    ]  # fmt: skip
    data = json.dumps([log.top, log.prefix.decode("latin-1"), log.size, rows]).encode("ascii")
    return digest(data) + data


def decode(data: bytes) -> KeptLog:
    """The log again. Raises ValueError or TypeError for anything else than was written."""
    length = len(digest(b""))
    if digest(data[length:]) != data[:length]:
        raise ValueError("this is not what was written")
    top, prefix, size, rows = json.loads(data[length:])
    return KeptLog(top, prefix.encode("latin-1"), size, tuple(map(touched_in, rows)))


def touched_in(row: list[Any]) -> Touched:
    id, time, author, changes = row
    return Touched(
        Commit(id, time, author), [(name.encode("latin-1"), blob) for name, blob in changes]
    )


LOGS = CacheEntry("log", encode, decode, compressed=True)
