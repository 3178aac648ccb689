"""Reading: what the files say, and what is wrong with them."""

from collections.abc import Collection

from msgspec import Struct, field

from leanfolio.model import Item, Path
from leanfolio.model.portfolio import ProsePage
from leanfolio.problem import Problem


class Reading(Struct):
    """What the files say.

    `broken` holds the ids of items that could not be read at all; `readdressed` the items whose
    own id cannot be one, each under the id that its problem proposes; `refused` the paths of the
    values that YAML refused in the file that is being read.
    """

    items: list[Item] = field(default_factory=list)
    pages: list[ProsePage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    readdressed: list[Item] = field(default_factory=list)
    refused: Collection[Path] = ()

    def take(self, other: "Reading") -> None:
        """Add what another reading holds."""
        self.items += other.items
        self.pages += other.pages
        self.problems += other.problems
        self.broken |= other.broken
        self.readdressed += other.readdressed
