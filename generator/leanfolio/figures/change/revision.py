"""A revision: one side of a comparison, by its name, its commit and its day."""

from datetime import date

from msgspec import Struct

from leanfolio.model.source import Commit


class Revision(Struct, frozen=True):
    """What was compared. Without a name it is the work tree, on top of its commit.

    `name` is what somebody called it: a branch, a tag, the beginning of an id.
    """

    name: str
    commit: Commit | None
    day: date
    dirty: bool = False  # whether the work tree holds what no commit has

    @property
    def is_work_tree(self) -> bool:
        return not self.name
