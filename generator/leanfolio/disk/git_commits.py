"""The door to the commits between two revisions: which of them changed what."""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from leanfolio.cache.entry import KeyValues
from leanfolio.disk.git import has_git_answer
from leanfolio.disk.git_history import facts_of, landed_commits, log, path_of, settled
from leanfolio.figures.change.commits import ChangeCommits
from leanfolio.figures.history.versions import versions_of
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit, Content


def change_commits(
    folder: Path,
    since: Commit,
    until: Commit,
    sides: tuple[Portfolio, Portfolio],
    uncommitted: Iterable[PurePosixPath] = (),
    kept: KeyValues | None = None,
) -> ChangeCommits:
    """The landings on the main line up to a commit that are not in an earlier one."""
    touched, _ = log(folder, until.id, f"^{since.id}")
    touched.reverse()
    commits = settled([entry.commit for entry in touched]) if touched else []
    blobs = list({blob: None for entry in touched for _, blob in entry.changes if blob})
    landings, _ = landed_commits(touched, commits, facts_of(folder, blobs, kept))
    last = {
        path_of(name): commit
        for commit, entry in zip(commits, touched, strict=True)
        for name, _ in entry.changes
    }
    return ChangeCommits(versions_of(landings), last, files_of(sides), frozenset(uncommitted))


def files_of(sides: tuple[Portfolio, Portfolio]) -> Mapping[str, PurePosixPath]:
    """Where each item stands: now, or where it was last."""
    return {
        id: item.origin.path
        for side in sides
        for id, item in (*side.items.items(), ("", side.policy))
    }


def uncommitted_files(now: Content, committed: Content) -> frozenset[PurePosixPath]:
    """The files of a work tree that its commit has otherwise, or not at all, and the reverse."""
    one, other = (
        {source.path: source.data for source in (*content.sources, *content.records)}
        for content in (now, committed)
    )
    return frozenset(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def author_of(folder: Path, commit: Commit) -> str:
    """The name of who wrote a commit, as it stands there: text that anybody may have written."""
    name = has_git_answer(
        folder, "log", "-1", "--format=%an", "--no-show-signature", "--end-of-options", commit.id
    )
    return (name or b"").decode("utf-8", "replace").strip()


def subject_of(folder: Path, commit: Commit) -> str:
    """The first line of a commit's message, as it stands there."""
    text = has_git_answer(
        folder, "log", "-1", "--format=%s", "--no-show-signature", "--end-of-options", commit.id
    )
    return (text or b"").decode("utf-8", "replace").strip()


def content_prefix(folder: Path) -> str:
    """The path of a folder from the top of its repository: "content/"; empty at the top."""
    text = has_git_answer(folder, "rev-parse", "--show-prefix")
    return (text or b"").decode("utf-8", "replace").strip("\n")
