"""Two revisions of a portfolio side by side: each kind of figure once, when first asked for."""

from collections.abc import Collection
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct

from leanfolio.figures.change.beside import Attachments, values_beside
from leanfolio.figures.change.differences import Change, differences, reused_ids
from leanfolio.figures.change.kinds import Kind
from leanfolio.figures.change.rank_causes import Crossing, RankCauses, RankMove
from leanfolio.figures.change.rank_inputs import RankInputs, Side
from leanfolio.figures.change.values import ItemValues, PortfolioValues, values_of
from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.baseline import Refunded, refunded

NO_ATTACHMENTS: Attachments = MappingProxyType({})


class Comparison(Struct, frozen=True, eq=False, dict=True):
    """What changed from one revision to another.

    Both sides stand as of the same day: what differs was written, and is not the calendar's.
    """

    before: Facts
    after: Facts
    attachments: tuple[Attachments, Attachments] = (NO_ATTACHMENTS, NO_ATTACHMENTS)

    @cached_property
    def values(self) -> tuple[PortfolioValues, PortfolioValues]:
        """What every item states, before and after, without those that both sides share; and what
        stands beside the items."""
        before, after = self.before.portfolio, self.after.portfolio
        return (
            values_of(before, after) | self.beside[0],
            values_of(after, before) | self.beside[1],
        )

    @cached_property
    def beside(self) -> tuple[dict[str, ItemValues], dict[str, ItemValues]]:
        """Ballots, scenarios and attachments, before and after."""
        return (
            values_beside(self.before.records, self.attachments[0]),
            values_beside(self.after.records, self.attachments[1]),
        )

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every change of a field or an item, by type and id."""
        return differences(*self.values)

    def of_kind(self, *kinds: Kind) -> tuple[Change, ...]:
        """The changes of these kinds."""
        return tuple(change for change in self.changes if change.kind in kinds)

    @cached_property
    def reused(self) -> Collection[str]:
        """The ids that another item has taken."""
        return reused_ids(self.changes)

    @cached_property
    def causes(self) -> RankCauses:
        return RankCauses(RankInputs(Side(self.before), Side(self.after)))

    @cached_property
    def moves(self) -> tuple[RankMove, ...]:
        """The epics that are ranked on both sides at another place, the largest move first."""
        return self.causes.moves()

    @cached_property
    def crossings(self) -> tuple[Crossing, ...]:
        """The epics that came over the cut line, or fell below it."""
        return self.causes.crossings()

    @cached_property
    def money(self) -> tuple[Refunded, ...]:
        """The rows of the funding table whose amounts differ."""
        return refunded(self.before.funding, self.after.funding)
