"""The door to what a commit holds: its tree, listed, or written to a folder without a checkout.

Nothing here asks the index or the work tree, and git runs no filter: what is written is what is
stored. A name that would leave the folder is refused.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from msgspec import Struct

from leanfolio.disk.git import (
    GitError,
    MissingObjectsError,
    cannot_start,
    has_git_answer,
    output,
    running,
)
from leanfolio.model.source import Commit

PLAIN_FILES = (b"100644", b"100755")
LINK = b"120000"
SUBMODULE = b"160000"
CHUNK = 1024 * 1024
NOWHERE = "/nonexistent/leanfolio"


class TreeEntry(Struct, frozen=True):
    """A file of a tree: its path below the folder that was asked for, and what git calls it."""

    path: PurePosixPath
    mode: bytes
    blob: str
    size: int  # in bytes; 0 of a submodule, of what a partial clone lacks, and if nobody asked


def tag_names(folder: Path, prefix: str) -> tuple[str, ...]:
    """The names of all tags that begin with this prefix, without it, in order.

    Raises GitError where git cannot list them.
    """
    listed = has_git_answer(
        folder, "for-each-ref", "--format=%(refname)", "--end-of-options", f"refs/tags/{prefix}"
    )
    if listed is None:
        raise GitError("git cannot list the tags", "`git fsck` may say more")
    start = f"refs/tags/{prefix}"
    lines = listed.decode("utf-8", "replace").splitlines()
    return tuple(sorted(line.removeprefix(start) for line in lines if line.startswith(start)))


def annotate(folder: Path, name: str, commit: Commit, message: str) -> str:
    """Set an annotated tag that is not there yet; what git says where it does not, or ""."""
    arguments = (
        "-c", "tag.gpgSign=false", "-c", "tag.forceSignAnnotated=false", "tag", "--annotate",
        "--no-sign", "--message", message, "--end-of-options", name, commit.id,
    )  # fmt: skip
    try:
        with running(folder, *arguments, errors=True) as process:
            text = output(process).read(4096).decode("utf-8", "replace")
            done = process.wait() == 0
    except FileNotFoundError as error:
        raise cannot_start(error) from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "" if done else next(iter(lines), "it says nothing")


def tree_entries(
    folder: Path, tree: str, *, whole: bool = False, sized: bool = False
) -> Iterator[TreeEntry]:
    """Every file that a commit or a tree holds below this folder, submodules among them.

    Of the `whole` tree, wherever the folder lies in its repository. Sizes take git ten times as
    long: it opens every file. Raises GitError where git does not say.
    """
    options = ("-r", "-z", *(("--full-tree",) if whole else ()), *(("-l",) if sized else ()))
    listed = has_git_answer(folder, "ls-tree", *options, "--end-of-options", tree)
    if listed is None:
        raise MissingObjectsError(f"git cannot list the files of {tree[:8]}")
    for line in listed.split(b"\0"):
        header, _, name = line.partition(b"\t")
        fields = header.split()
        if len(fields) == 3 + sized:
            size = int(fields[3]) if sized and fields[3].isdigit() else 0
            path = PurePosixPath(os.fsdecode(name))
            yield TreeEntry(path, fields[0], fields[2].decode("ascii"), size)


def export(folder: Path, commit: str, target: Path) -> None:
    """Write what a commit holds below `folder` into an empty folder.

    A link is written as one that leads nowhere: in content and among templates it is refused when
    these are read. Raises GitError where git lacks a file or a name is none, and OSError of the
    disk.
    """
    wanted: dict[str, list[Path]] = {}
    links: dict[str, list[Path]] = {}
    for entry in tree_entries(folder, commit):
        if entry.mode == SUBMODULE:
            continue
        if not is_inside(entry.path):
            raise GitError(
                f"commit {commit[:8]} holds a file with a name that is none: {entry.path}",
                "`git fsck` says more",
            )
        if entry.mode in PLAIN_FILES:
            wanted.setdefault(entry.blob, []).append(target / entry.path)
        elif entry.mode == LINK:
            links.setdefault(entry.blob, []).append(target / entry.path)
    for paths in (*wanted.values(), *links.values()):
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
    write_blobs(folder, wanted)
    for paths in links.values():
        for path in paths:
            path.symlink_to(NOWHERE)


def is_inside(path: PurePosixPath) -> bool:
    """Whether a path of a tree stays below the folder that it is written to, on every system."""
    return not path.is_absolute() and not any(
        part in ("", ".", "..") or part.casefold() == ".git" or "\\" in part or ":" in part
        for part in path.parts
    )


def write_blobs(folder: Path, wanted: dict[str, list[Path]]) -> None:
    """Write each blob to its paths, all from one process."""
    if not wanted:
        return
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{blob}\n" for blob in wanted).encode("ascii"))
        asked.seek(0)
        try:
            with running(folder, "cat-file", "--batch", "--buffer", asked=asked) as process:
                answer = output(process)
                for blob, paths in wanted.items():
                    header = answer.readline(200).split()
                    if len(header) != 3 or header[0] != blob.encode("ascii"):
                        raise lacking(blob)
                    write_copies(answer, int(header[2]), paths)
                    if answer.read(1) != b"\n":
                        raise lacking(blob)
        except FileNotFoundError as error:
            raise cannot_start(error) from error


def lacking(blob: str) -> GitError:
    return MissingObjectsError(f"git did not hand out the file {blob[:8]}")


def write_copies(answer: IO[bytes], size: int, paths: list[Path]) -> None:
    """Write so many bytes to the first path, and the same to the others."""
    first, *others = paths
    with first.open("xb") as file:
        for part in parts_of(answer, size):
            file.write(part)
    for other in others:
        other.write_bytes(first.read_bytes())


def parts_of(answer: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0:
        part = answer.read(min(size, CHUNK))
        if not part:
            raise lacking("that was asked for")
        size -= len(part)
        yield part
