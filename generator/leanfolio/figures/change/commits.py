"""Which commit made a change: the last one that altered the field on the way from A to B."""

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from msgspec import Struct, field

from leanfolio.figures.history.versions import KEPT, Version
from leanfolio.model.source import RECORDS, Commit


class ChangeCommits(Struct, frozen=True):
    """The landings between two revisions: what each made of the items, and which files it touched.

    `files` says where each item stands, on the later side before the earlier. Of a file that is in
    `uncommitted` the last change may be nobody's commit, so none is named.
    """

    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)  # oldest first
    touched: Mapping[PurePosixPath, Commit] = field(default_factory=dict)  # by its last landing
    files: Mapping[str, PurePosixPath] = field(default_factory=dict)
    uncommitted: Collection[PurePosixPath] = ()

    def __call__(self, id: str, *fields: str) -> Commit | None:
        """The last commit that changed one of these fields; without fields, that made the item
        come or go. What a history does not keep is the last commit's that touched the file."""
        if id.startswith("./"):
            return self.beside(PurePosixPath(id))
        file = self.files.get(id)
        if file in self.uncommitted:
            return None
        versions = self.versions.get(id, ())
        if versions and not fields:
            return (versions[-1] if versions[-1].fields is None else versions[0]).commit
        known = [name for name in fields if name in KEPT]
        if versions and known and len(known) == len(fields):
            return last_change(versions, known).commit
        return self.touched.get(file) if file is not None else None

    def beside(self, path: PurePosixPath) -> Commit | None:
        """The last commit that touched what is no item, by its path; of a ballot without ending."""
        files = {path, *(path.with_suffix(each) for each in RECORDS["ballots"])}
        if not files.isdisjoint(self.uncommitted):
            return None
        commits = [self.touched[file] for file in files & self.touched.keys()]
        return max(commits, key=lambda commit: commit.time, default=None)


def last_change(versions: tuple[Version, ...], fields: Collection[str]) -> Version:
    """The last version that says something else of a field than the one before it.

    Of versions that all say the same, the first made it so.
    """
    for before, after in zip(versions[-2::-1], versions[:0:-1], strict=True):
        was, now = before.fields or {}, after.fields or {}
        if any(was.get(name) != now.get(name) for name in fields):
            return after
    return versions[0]
