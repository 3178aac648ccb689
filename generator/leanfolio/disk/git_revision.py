"""The door to revisions: the commits that names mean, and where two lines of history parted."""

from pathlib import Path

from leanfolio.disk.git import (
    GitError,
    MissingObjectsError,
    commit_at,
    commit_of,
    has_git_answer,
    is_shallow,
    is_single_revision,
    merge_base,
    repository_above,
)
from leanfolio.model.source import Commit


class UnknownRevision(Exception):
    """No commit has this name. `fix` says what would help."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


def find_commit(folder: Path, revision: str) -> Commit | None:
    """The commit that a revision names; None where there is no such one."""
    if not is_single_revision(revision):
        return None
    text = has_git_answer(folder, *commit_at(revision))
    return commit_of(text.strip()) if text else None


def commit_named(folder: Path, revision: str) -> Commit:
    """The commit that a revision names.

    Raises UnknownRevision where it names none; GitError in a shallow clone, which may lack it, and
    outside of git.
    """
    if repository_above(folder) is None:
        raise GitError(
            "no git repository holds this content, so it has no revisions", "`git init`, and commit"
        )
    if not is_single_revision(revision):
        raise UnknownRevision(
            f"{revision!r} is no revision", "name a branch, a tag or a commit, and one alone"
        )
    commit = find_commit(folder, revision)
    if commit is None and is_shallow(folder):
        raise MissingObjectsError(f"this shallow clone has no revision {revision!r}")
    if commit is None:
        raise UnknownRevision(
            f"there is no revision {revision!r}", "`git log --oneline` and `git tag` list them"
        )
    return commit


def tagged_commits(folder: Path, prefix: str, revision: str) -> dict[str, Commit]:
    """The commit of each tag with this prefix that a revision holds, by the rest of its name.

    Raises GitError where git cannot list them.
    """
    listed = has_git_answer(
        folder, "for-each-ref", f"--merged={revision}",
        "--format=%(refname) %(*objectname)%(if)%(*objectname)%(then)%(else)%(objectname)%(end) "
        "%(*committerdate:unix)%(if)%(*committerdate:unix)%(then)%(else)%(committerdate:unix)%(end)",
        f"refs/tags/{prefix}",
    )  # fmt: skip
    if listed is None:
        raise GitError("git cannot list the tags", "`git fsck` may say more")
    tags = {}
    for line in listed.splitlines():
        name, _, header = line.partition(b" ")
        commit = commit_of(header) or find_commit(folder, name.decode("utf-8", "replace"))
        if commit is not None:  # not in the header where a tag names a tag, and git is an older one
            tags[name.decode("utf-8", "replace").removeprefix(f"refs/tags/{prefix}")] = commit
    return tags


def common_ancestor(folder: Path, one: Commit, other: Commit) -> str:
    """The id of the newest commit that both revisions hold.

    Raises GitError where they have nothing in common: then nothing says what changed by whom.
    """
    id = merge_base(folder, one.id, other.id)
    if id is not None:
        return id
    names = f"{one.short} and {other.short}"
    if is_shallow(folder):
        raise MissingObjectsError(f"this shallow clone does not say where {names} parted")
    raise GitError(
        f"{names} have no history in common", "name two revisions of one line of history"
    )
