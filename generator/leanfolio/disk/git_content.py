"""The door to content at a commit: read from git's objects, with the work tree untouched.

What a commit holds is judged as files on the disk are: links, odd names and foreign kinds of files
are refused with the same problems, and what is too large is not read.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from leanfolio.disk.files import MAX_DEPTH, folder_named_as_file, misnamed_file, name_refused
from leanfolio.disk.git import MissingObjectsError
from leanfolio.disk.git_history import Undelivered, contents
from leanfolio.disk.git_tree import LINK, PLAIN_FILES, tree_entries
from leanfolio.model.source import (
    ASSETS,
    MAX_FILE_BYTES,
    MAX_RECORD_BYTES,
    Commit,
    Content,
    Source,
    asset_refused,
    content_empty,
    file_refused,
    is_hidden,
    record_kind,
)
from leanfolio.problem import Problem


def content_at(folder: Path, commit: Commit) -> Content:
    """All files below the content folder as a commit has them.

    Raises GitError where git does not hand them out, and FileNotFoundError where the commit has no
    such folder.
    """
    sources: dict[str, list[tuple[PurePosixPath, int]]] = {}
    assets: dict[PurePosixPath, int] = {}
    problems: list[Problem] = []
    there = False
    for entry in tree_entries(folder, commit.id, sized=True):
        there, path = True, entry.path
        if is_hidden(path):
            continue
        problems += (folder_named_as_file(up) for up in path.parents if up.suffix == ".md")
        refused = refusal(path, entry.mode)
        if refused is not None:
            problems.append(refused)
        elif (most := limit_of(path)) is not None:
            sources.setdefault(entry.blob, []).append((path, most))
        elif path.suffix.lower() in ASSETS:
            assets[path] = entry.size
        else:
            problems.append(asset_refused(path, ASSETS))
    if not there:
        raise FileNotFoundError(f"commit {commit.short} has no such folder")
    files = sorted(read_sources(folder, sources), key=lambda source: source.path.parts)
    texts = tuple(file for file in files if file.path.suffix.lower() == ".md")
    records = tuple(file for file in files if file.path.suffix.lower() != ".md")
    if not texts:
        problems.append(content_empty())
    return Content(texts, assets, tuple(dict.fromkeys(problems)), records)


def blobs_at(folder: Path, commit: Commit) -> dict[PurePosixPath, str]:
    """What git calls each file of content, and each record, that a commit has; none is read.

    Raises GitError where git cannot list them.
    """
    return {
        entry.path: entry.blob
        for entry in tree_entries(folder, commit.id)
        if limit_of(entry.path) is not None
        if not is_hidden(entry.path) and refusal(entry.path, entry.mode) is None
    }


def refusal(path: PurePosixPath, mode: bytes) -> Problem | None:
    """Why a file of a tree is not read, as a problem; None where it is."""
    for number, part in enumerate(path.parts, 1):
        if name_refused(part) is not None:
            return misnamed_file(PurePosixPath(*path.parts[: number - 1]), part)
        if number > MAX_DEPTH + 1:
            upper = PurePosixPath(*path.parts[: MAX_DEPTH + 1])
            return file_refused(upper, f"lies more than {MAX_DEPTH} folders deep")
    if mode == LINK:
        return file_refused(path, "is a symbolic link")
    if mode not in PLAIN_FILES:
        return file_refused(path, "is no plain file")
    return None


def limit_of(path: PurePosixPath) -> int | None:
    """How many bytes of a file are read; None of one that is not read."""
    if path.suffix.lower() == ".md":
        return MAX_FILE_BYTES
    return MAX_RECORD_BYTES if record_kind(path) else None


def read_sources(
    folder: Path, wanted: dict[str, list[tuple[PurePosixPath, int]]]
) -> Iterator[Source]:
    """The files of these blobs. One that is too large comes as so many bytes too many."""
    missing = set(wanted)
    try:
        for blob, data in contents(folder, list(wanted), MAX_RECORD_BYTES):
            missing.discard(blob)
            for path, most in wanted[blob]:
                yield Source(path, b" " * (most + 1) if data is None else data[: most + 1])
    except Undelivered as error:
        raise MissingObjectsError("git did not hand out all files of this commit") from error
    if missing:
        raise MissingObjectsError("git lacks files of this commit")
