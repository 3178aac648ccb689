"""Two revisions of a project: found in git, read, and compared."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from leanfolio.cache.digest import generator_digest
from leanfolio.disk import files
from leanfolio.disk.git import changed, head, require_git, tree_at
from leanfolio.disk.git_revision import commit_named, common_ancestor
from leanfolio.model.source import Commit, Content, Source

if TYPE_CHECKING:
    from leanfolio.cache.entry import KeyValues
    from leanfolio.check.rule import Scan
    from leanfolio.disk.files import Project
    from leanfolio.figures.change.commits import ChangeCommits
    from leanfolio.figures.change.comparison import Comparison
    from leanfolio.figures.change.revision import Revision
    from leanfolio.markdown.scan import Prose
    from leanfolio.model import Visibility
    from leanfolio.read import Reading
    from leanfolio.views.change import ChangeStory

NOTHING = Content((), {})


class Pair(Struct, frozen=True, eq=False, dict=True):
    """Two revisions by their commits. Without `after`, the later side is the work tree."""

    folder: Path
    names: tuple[str, str]
    before: Commit
    after: Commit | None
    top: Commit  # of the later side: the commit, or the one below the work tree
    as_of: date | None

    @cached_property
    def dirty(self) -> bool:
        """Whether the work tree is a side, or the top, and holds what no commit has."""
        checked_out = head(self.folder)
        on_top = self.after is None or (checked_out is not None and self.after == checked_out)
        return on_top and changed(self.folder)

    @cached_property
    def work_tree(self) -> Content | None:
        """What lies in the work tree, where that is the later side and differs from its commit."""
        return files.load(self.folder) if self.after is None and self.dirty else None

    @cached_property
    def day(self) -> date:
        """The day of the later side, where neither a flag nor the portfolio names one."""
        return datetime.now(UTC).date() if self.work_tree is not None else self.top.day

    @property
    def prefix(self) -> str:
        """The path of the content folder in its repository."""
        from leanfolio.disk.git_commits import content_prefix  # noqa: PLC0415

        return content_prefix(self.folder)

    def made_from(self) -> Iterator[bytes]:
        """All that an answer depends on."""
        yield generator_digest()
        yield repr((sys.version_info, self.names, self.before, self.after, self.top)).encode()
        yield repr((self.as_of, self.dirty, self.day, str(self.folder))).encode()
        if self.work_tree is not None:
            yield repr((self.work_tree.problems, self.work_tree.assets)).encode(
                "utf-8", "surrogatepass"
            )
            for source in (*self.work_tree.sources, *self.work_tree.records):
                yield str(source.path).encode("utf-8", "surrogatepass")
                yield source.data


class Compared(Struct, frozen=True):
    """Two revisions compared, with the story and the commits of what changed."""

    comparison: "Comparison"
    story: "ChangeStory"
    commit_of: "ChangeCommits"


def pair_of(
    project: "Project",
    before: str,
    after: str | None,
    as_of: date | None,
    *,
    merge_base: bool = False,
) -> Pair:
    """The commits that two names mean; of `after` None, the work tree.

    With `merge_base` the earlier side is where the later left it. Raises UnknownRevision where a
    name is none, and GitError where the two have nothing in common or git does not answer.
    """
    folder = project.content
    require_git(folder)
    first = commit_named(folder, before)
    second = None if after is None else commit_named(folder, after)
    top = second or commit_named(folder, "HEAD")
    ancestor = common_ancestor(folder, first, top)
    if merge_base:
        first = commit_named(folder, ancestor)
        before = ancestor
    return Pair(folder, (before, after or ""), first, second, top, as_of)


def compared(
    pair: Pair,
    scan: "Scan",
    kept: "KeyValues | None" = None,
    audience: "Visibility | None" = None,
) -> Compared:
    """Read both sides, check both, and tell what changed.

    Both stand as of the day of the later one, so that no problem is new because of the calendar.
    For an audience nothing is told that it may not read today, or might not read then; nor of
    pictures and documents, as that of an earlier revision is not known of these.
    """
    from leanfolio.disk.git_commits import (  # noqa: PLC0415
        attachments_at,
        attachments_here,
        change_commits,
        uncommitted_files,
    )
    from leanfolio.disk.git_content import blobs_at  # noqa: PLC0415
    from leanfolio.disk.project import build_content, policy_day  # noqa: PLC0415
    from leanfolio.figures.change.comparison import Comparison  # noqa: PLC0415
    from leanfolio.views.change import tell_story  # noqa: PLC0415

    scan = once_each(scan)
    earlier = content_or_nothing(pair.folder, pair.before)
    later = pair.work_tree or content_or_nothing(pair.folder, pair.top)
    day = pair.as_of or policy_day(later) or pair.day
    read_before: dict[Source, Reading] = {}
    one = build_content(earlier, day, day, scan=scan, read_before=read_before)
    other = build_content(
        later, day, day, earlier=one.portfolio, scan=scan, read_before=read_before
    )
    had, has = (attachments_at(pair.folder, commit) for commit in (pair.before, pair.top))
    dirty: frozenset[PurePosixPath] = frozenset()
    if pair.work_tree is not None:
        committed = has
        has = attachments_here(pair.folder, later, {**had, **committed})
        dirty = uncommitted_files(later, blobs_at(pair.folder, pair.top))
        dirty |= {path for path in {*has, *committed} if has.get(path) != committed.get(path)}
    if audience is not None:
        from leanfolio.disk.site_changes import both_sides_for  # noqa: PLC0415

        one, other = both_sides_for(audience, one, other, scan)
        had, has = {}, {}
    comparison = Comparison(one.facts, other.facts, (had, has))
    sides = (one.portfolio, other.portfolio)
    commits = change_commits(pair.folder, pair.before, pair.top, sides, dirty, kept)
    before, after = revisions_of(pair)
    story = tell_story(comparison, before, after, (one.problems, other.problems), commits)
    return Compared(comparison, story, commits)


def revisions_of(pair: Pair) -> "tuple[Revision, Revision]":
    """Both sides as the story names them."""
    from leanfolio.figures.change.revision import Revision  # noqa: PLC0415

    first, second = pair.names
    return (
        Revision(first, pair.before, pair.before.day),
        Revision(second, pair.top, pair.day, dirty=pair.dirty),
    )


def content_or_nothing(folder: Path, commit: Commit) -> Content:
    """The content of a commit; nothing, where the folder was not there yet."""
    from leanfolio.disk.git_content import content_at  # noqa: PLC0415

    return content_at(folder, commit) if tree_at(folder, commit.id) else NOTHING


def once_each(scan: "Scan") -> "Scan":
    """The same, reading each body once: of two revisions most bodies are alike."""
    known: dict[str, Prose] = {}

    def scan_all(bodies: Sequence[str]) -> "list[Prose]":
        new = [body for body in dict.fromkeys(bodies) if body not in known]
        known.update(zip(new, scan(new), strict=True))
        return [known[body] for body in bodies]

    return scan_all
