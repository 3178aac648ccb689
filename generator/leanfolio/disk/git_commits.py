"""The door to the commits between two revisions: which of them changed what."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from leanfolio.cache.entry import KeyValues
from leanfolio.disk.git import has_git_answer
from leanfolio.disk.git_content import refusal
from leanfolio.disk.git_history import facts_of, landed_commits, path_of, settled
from leanfolio.disk.git_log import Touched, is_content, log
from leanfolio.disk.git_tree import tree_entries
from leanfolio.disk.open_folder import open_below
from leanfolio.figures.change.beside import Attachments
from leanfolio.figures.change.commits import ChangeCommits
from leanfolio.figures.history.versions import versions_of
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import ASSETS, Commit, Content, is_hidden, record_kind

PLAIN = ("--encoding=UTF-8", "--no-show-signature")  # whatever a configuration asks for


def change_commits(
    folder: Path,
    since: Commit,
    until: Commit,
    sides: tuple[Portfolio, Portfolio],
    uncommitted: Iterable[PurePosixPath] = (),
    kept: KeyValues | None = None,
) -> ChangeCommits:
    """The landings on the main line up to a commit that are not in an earlier one."""
    touched, _ = log(folder, until.id, f"^{since.id}", wanted=is_compared)
    touched.reverse()
    commits = settled([entry.commit for entry in touched]) if touched else []
    items = [
        Touched(entry.commit, [each for each in entry.changes if is_content(each[0])])
        for entry in touched
    ]
    blobs = list({blob: None for entry in items for _, blob in entry.changes if blob})
    landings, _ = landed_commits(items, commits, facts_of(folder, blobs, kept))
    last = {
        path_of(name): commit
        for commit, entry in zip(commits, touched, strict=True)
        for name, _ in entry.changes
    }
    return ChangeCommits(versions_of(landings), last, files_of(sides), frozenset(uncommitted))


def is_compared(name: bytes) -> bool:
    """Whether a path is one of those whose changes are told: content, records and attachments."""
    path = path_of(name)
    is_record = record_kind(path) is not None and not is_hidden(path)
    return is_content(name) or is_record or is_attachment(path)


def attachments_at(folder: Path, commit: Commit) -> Attachments:
    """The pictures and documents that a commit holds, each with git's id of its bytes."""
    return {
        entry.path: entry.blob
        for entry in tree_entries(folder, commit.id)
        if is_attachment(entry.path) and refusal(entry.path, entry.mode) is None
    }


def attachments_here(folder: Path, content: Content, like: Attachments) -> Attachments:
    """Those that lie in a folder, with ids as the commit below it has them.

    Raises NotPlainError where a link has taken the place of one, and OSError of the disk.
    """
    length = next(iter(like.values()), "")
    ids = {}
    for path in filter(is_attachment, content.assets):
        with open_below(folder, path) as file:
            ids[path] = blob_id(file.read(), length)
    return ids


def is_attachment(path: PurePosixPath) -> bool:
    """Whether a path is that of a picture or a document, and of no record."""
    of_this_kind = record_kind(path) is None and path.suffix.lower() in ASSETS
    return of_this_kind and not is_hidden(path)


def blob_id(data: bytes, like: str) -> str:
    """What git calls a file with these bytes, in a repository of ids as long as this one."""
    hashed = hashlib.sha256() if len(like) == 64 else hashlib.sha1(usedforsecurity=False)
    hashed.update(b"blob %d\0" % len(data))
    hashed.update(data)
    return hashed.hexdigest()


def files_of(sides: tuple[Portfolio, Portfolio]) -> Mapping[str, PurePosixPath]:
    """Where each item stands: now, or where it was last."""
    return {
        id: item.origin.path
        for side in sides
        for id, item in (*side.items.items(), ("", side.policy))
    }


def same_files(now: Content, blobs: Mapping[PurePosixPath, str]) -> frozenset[PurePosixPath]:
    """The files of content that a commit has as they are; `blobs` are those of the commit."""
    return frozenset(
        source.path
        for source in (*now.sources, *now.records)
        if (blob := blobs.get(source.path)) is not None and blob == blob_id(source.data, blob)
    )


def uncommitted_files(now: Content, blobs: Mapping[PurePosixPath, str]) -> frozenset[PurePosixPath]:
    """The files of a work tree that its commit has otherwise, or not at all, and the reverse."""
    every = {source.path for source in (*now.sources, *now.records)} | blobs.keys()
    return frozenset(every - same_files(now, blobs))


def author_of(folder: Path, commit: Commit) -> str:
    """The name of who wrote a commit, as it stands there: text that anybody may have written."""
    name = has_git_answer(
        folder, "log", "-1", "--format=%an", *PLAIN, "--end-of-options", commit.id
    )
    return (name or b"").decode("utf-8", "replace").strip()


def subject_of(folder: Path, commit: Commit) -> str:
    """The first line of a commit's message, as it stands there."""
    text = has_git_answer(folder, "log", "-1", "--format=%s", *PLAIN, "--end-of-options", commit.id)
    return (text or b"").decode("utf-8", "replace").strip()


def content_prefix(folder: Path) -> str:
    """The path of a folder from the top of its repository: "content/"; empty at the top."""
    text = has_git_answer(folder, "rev-parse", "--show-prefix")
    return (text or b"").decode("utf-8", "replace").strip("\n")
