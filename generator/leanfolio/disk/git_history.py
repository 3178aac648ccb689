"""The door to the past: what every item said in each commit on the main line.

All of history is read in one pass: `git_log` says which files each landing changed, and one
`git cat-file --batch` hands out their contents. No process is started per file or per commit.
"""

import hashlib
import json
import re
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO, Any

from leanfolio.cache.entry import CacheEntry, KeyValues
from leanfolio.disk.gc_pause import gc_paused
from leanfolio.disk.git import (
    MissingObjectsError,
    is_single_revision,
    output,
    place_in,
    running,
)
from leanfolio.disk.git_log import GONE, Touched, is_content, kept_log
from leanfolio.disk.git_revision import find_commit, tagged_commits
from leanfolio.disk.git_tree import PLAIN_FILES, tree_entries
from leanfolio.figures.history.versions import KEPT, Fields, History, Landing, versions_of
from leanfolio.markdown.scan import first_heading
from leanfolio.model.increment import PLAN_TAGS
from leanfolio.model.source import MAX_FILE_BYTES, Commit, Source, record_kind
from leanfolio.read.yaml import MAX_BYTES, parse, split

TEXT_BYTES = 512 * 1024 * 1024  # of front matter, all versions together


# All of history ------------------------------------------------------------------------------


def revisions(
    folder: Path, revision: str = "HEAD", kept: KeyValues | None = None
) -> History | None:
    """Every version of every item below this folder, up to a revision.

    None outside git, without such a revision, and where nothing here was ever committed.
    """
    if not is_single_revision(revision):
        return None
    place = place_in(folder)
    touched, whole = kept_log(folder, revision, place, kept) if place is not None else ([], True)
    if place is None or not touched:
        return None
    with gc_paused():
        blobs = list({blob: None for entry in touched for _, blob in entry.changes if blob})
        facts = facts_of(folder, blobs, kept)
        touched.reverse()
        commits = settled([entry.commit for entry in touched])
        landings, unread = landed_commits(touched, commits, facts)
        cut = place.is_shallow
        text = history_note(cut, whole, len(facts) == len(blobs), unread)
        plans = tagged_commits(folder, PLAN_TAGS, revision)
        shallow_or_cut = cut or not whole
        return History(
            tuple(commits), versions_of(landings), shallow_or_cut, unread, text, plans=plans
        )


def landed_commits(
    touched: list[Touched], commits: list[Commit], facts: Mapping[str, Fields | None]
) -> tuple[list[Landing], int]:
    """Each landing with what its files say; and how many of these could not be read."""
    paths: dict[bytes, PurePosixPath] = {}
    unread = 0
    landings = []
    for commit, value in zip(commits, touched, strict=True):
        changes: list[tuple[PurePosixPath, Fields | None]] = []
        for name, blob in value.changes:
            path = paths.get(name) or paths.setdefault(name, path_of(name))
            fields = facts.get(blob)
            if blob == GONE or fields is not None:
                changes.append((path, fields))
            else:
                unread += 1
        landings.append(Landing(commit, tuple(changes)))
    return landings, unread


def history_note(shallow: bool, whole: bool, delivered: bool, unread: int) -> str:
    """Why the history is not whole."""
    if not delivered:
        return "git did not hand out all contents: some changes are missing."
    if not whole:
        return "The history is longer than is read: its oldest part is left out."
    if shallow:
        return "The clone is shallow: what came before its first commit is not known."
    return f"{unread} versions of files could not be read, and are passed over." if unread else ""


def path_of(name: bytes) -> PurePosixPath:
    return PurePosixPath(name.decode("utf-8", "replace"))


def settled(commits: list[Commit]) -> list[Commit]:
    """Commits in the order of landing, with times that never go back.

    Those that contradict the others were made by a wrong clock; they get the time of the commit
    before. What is kept is the longest run of times in order.
    """
    times = [commit.time for commit in commits]
    if all(one <= other for one, other in pairwise(times)):
        return commits
    ends: list[int] = []  # the least time in which a run of each length ends
    last: list[int] = []  # the index of that time
    before: list[int] = []  # for each index, the one before it in its run
    for index, time in enumerate(times):
        length = bisect_right(ends, time)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [time]
        last[length : length + 1] = [index]
    trusted = set()
    at = last[-1]
    while at >= 0:
        trusted.add(at)
        at = before[at]
    result = []
    now = times[min(trusted)]
    for index, value in enumerate(commits):
        now = value.time if index in trusted else now
        result.append(replace(value, time=now))
    return result


def is_spending(name: bytes) -> bool:
    """Whether a path is a table of what was spent."""
    return record_kind(path_of(name)) == "actuals" and b"/." not in name


def sources_at(
    folder: Path, revision: str, wanted: Callable[[bytes], bool] = is_content
) -> list[Source] | None:
    """The files below this folder as they were at a revision: Markdown, unless others are wanted.

    None where there is no such revision. Raises GitError where git cannot hand out all of it, as in
    a clone that left files behind.
    """
    commit = find_commit(folder, revision)
    if commit is None:
        return None
    lacking = MissingObjectsError(f"git lacks files of {commit.short}")
    blobs: dict[str, list[PurePosixPath]] = {}
    for entry in tree_entries(folder, commit.id):
        name = bytes(entry.path)
        if entry.mode in PLAIN_FILES and wanted(name):
            blobs.setdefault(entry.blob, []).append(path_of(name))
    matches = []
    try:
        for blob, data in contents(folder, list(blobs)):
            paths = blobs.pop(blob)
            if data is not None:
                matches += [Source(path, data) for path in paths]
    except Undelivered:
        raise lacking from None
    if blobs:
        raise lacking
    return matches


# The contents of files -----------------------------------------------------------------------


def facts_of(folder: Path, blobs: list[str], kept: KeyValues | None) -> dict[str, Fields | None]:
    """What each file said, by blob; None where it cannot be read. What git lacks is not there."""
    keys = {blob: key_of(blob) for blob in blobs}
    earlier = FIELDS.get_many(kept, list(keys.values()))
    facts = {blob: earlier[key] for blob, key in keys.items() if key in earlier}
    fresh = [blob for blob in blobs if blob not in facts]
    reader = Reader()
    with suppress(Undelivered):
        for blob, data in contents(folder, fresh):
            facts[blob] = reader.facts(data) if data is not None else None
    FIELDS.put_many(kept, {keys[blob]: facts[blob] for blob in fresh if blob in facts})
    return facts


class Undelivered(Exception):
    """Git ended before it had handed out all that it was asked for."""


def contents(
    folder: Path, blobs: list[str], most: int = MAX_FILE_BYTES
) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of each blob, from one process; None of a file that is too large."""
    if not blobs:
        return
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{blob}\n" for blob in blobs).encode("ascii"))
        asked.seek(0)
        with running(folder, "cat-file", "--batch", "--buffer", asked=asked) as process:
            answer = output(process)
            for blob in blobs:
                header = answer.readline(200).split()
                if header[1:] == [b"missing"]:  # of a partial clone, or a broken one
                    continue
                if len(header) != 3 or header[0] != blob.encode("ascii"):
                    raise Undelivered
                data = read_bytes(answer, int(header[2]), most)
                if answer.read(1) != b"\n":
                    raise Undelivered
                yield blob, data


def read_bytes(answer: IO[bytes], size: int, most: int = MAX_FILE_BYTES) -> bytes | None:
    """So many bytes; of a file that is too large nothing is kept."""
    if size <= most:
        return answer.read(size)
    while size > 0:
        passed = len(answer.read(min(size, MAX_FILE_BYTES)))
        if not passed:
            raise Undelivered
        size -= passed
    return None


# The versions of a file are much alike: a front matter is cut into the pieces of its fields, and
# each piece that was read before is not read again.
PIECE = re.compile(r"^(?=[^\s#-])", re.M)
NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):(?=[ \n])", re.ASCII)
OPENS = re.compile("[\"'\\[{\x85\u2028\u2029]")  # only these can draw the lines below into a field
BLANK = re.compile(r"(?:[ \t]*(?:#[^\n]*)?(?:\n|\Z))*\Z")
PASSED = object()


class Reader:
    """Reads front matter, each distinct piece of it once, to the fields that a story keeps."""

    def __init__(self) -> None:
        self.pieces: dict[str, Any] = {}
        self.room = TEXT_BYTES

    def facts(self, data: bytes) -> Fields | None:
        """What a file says; None where it cannot be read."""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        if "\0" in text:
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        halves = split(text)
        if halves.fault is not None:
            return None
        fields = self.fields(halves.yaml) if halves.yaml else {}
        if fields is not None and fields.get("title") is None:
            heading = first_heading(halves.body)
            if heading is not None:
                fields["title"] = heading
        return fields

    def fields(self, yaml: str) -> dict[str, Any] | None:
        self.room -= len(yaml)
        if self.room < 0 or len(yaml) > MAX_BYTES:
            return None
        lead, *pieces = PIECE.split(yaml)
        if not BLANK.match(lead):
            return whole(yaml)
        fields: dict[str, Any] = {}
        seen = set()
        for piece in pieces:
            named = NAME.match(piece)
            if named is None or named[1] in seen:
                return whole(yaml)
            name = named[1]
            seen.add(name)
            if name not in KEPT and not OPENS.search(piece):
                continue
            value = self.pieces.get(piece, PASSED)
            if value is PASSED:
                result = parse(piece)
                if result.faults or list(result.values) != [name]:
                    return whole(yaml)
                value = self.pieces[piece] = result.values[name] if name in KEPT else None
            if name in KEPT:
                fields[name] = value
        return fields


def whole(yaml: str) -> dict[str, Any] | None:
    """A front matter read in one go, with its faults, as the portfolio's own files are."""
    result = parse(yaml)
    if result.faults and not result.values:
        return None
    return {name: value for name, value in result.values.items() if name in KEPT}


# What is kept between runs -------------------------------------------------------------------

FORM = hashlib.sha256(f"fields 1 {sorted(KEPT)}".encode()).digest()


def encode(fields: Fields | None) -> bytes:
    return json.dumps(fields, default=decimal_to_json, separators=(",", ":")).encode("ascii")


def decimal_to_json(value: Any) -> dict[str, str]:
    """A decimal number, which JSON does not know. No field has an empty name beside others."""
    if isinstance(value, Decimal):
        return {"": str(value)}
    raise TypeError(type(value))


def decode(data: bytes) -> Fields | None:
    """The fields of a file, or None of one that could not be read. May raise ValueError."""
    fields = DECODER.decode(data.decode("ascii"))
    if fields is None or isinstance(fields, dict):
        return fields
    raise ValueError(type(fields))


def decimal_from_json(fields: dict[str, Any]) -> Any:
    return Decimal(fields[""]) if list(fields) == [""] and isinstance(fields[""], str) else fields


DECODER = json.JSONDecoder(object_hook=decimal_from_json)  # json.loads would make one each time
FIELDS = CacheEntry("fields", encode, decode)


def key_of(blob: str) -> bytes:
    return FIELDS.key(FORM, bytes.fromhex(blob))
