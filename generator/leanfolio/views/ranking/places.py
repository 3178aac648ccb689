"""Where each epic stands in the ranking: what other pages print of it.

It leaves out what takes longest to compute, the draws and the order by dependencies.
"""

from msgspec import Struct

from leanfolio.views.cell import Tag
from leanfolio.views.ranking.figures import RankPlaces
from leanfolio.views.ranking.words import arithmetic
from leanfolio.wording import Formula, Rounded, message


class RankedPlace(Struct, frozen=True):
    """The place of an item in the ranking.

    `rank_low` to `rank_high` is where one step in any one score takes it, its own or another's.
    """

    rank: int
    score: Rounded
    arithmetic: Formula  # (13 + 8 + 3) / 8 = 3.00
    rank_low: int
    rank_high: int
    has_cut: bool  # whether there is a cut line
    above_cut: bool | None  # None without a cut line, or where its cost is unknown

    @property
    def placement(self) -> Tag | None:
        """Which side of the cut line it is on; None without one."""
        return side_of_cut(self.above_cut) if self.has_cut else None


def side_of_cut(above: bool | None) -> Tag:
    """Which side of the cut line something is on; None where its cost is not known."""
    if above is None:
        return Tag("plain", message("cost not known"))
    if above:
        return Tag("good", message("above"))
    return Tag("plain", message("below"))


def ranked_places(result: RankPlaces) -> dict[str, RankedPlace]:
    """The place of each ranked item by its id, in ranking order."""
    line, sure = result.line, result.intervals
    return {
        score.item.id: RankedPlace(
            rank=index + 1,
            score=Rounded(score.value),
            arithmetic=arithmetic(score),
            rank_low=sure[index].low,
            rank_high=sure[index].high,
            has_cut=line is not None,
            above_cut=line.above(index) if line else None,
        )
        for index, score in enumerate(result.order.scores)
    }
