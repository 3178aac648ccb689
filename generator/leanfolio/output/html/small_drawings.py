"""Where the parts of small drawings stand: trends, and how sure a rank is.

Points run from 0 to 1, upwards; a drawing has a box of 100 by 32, of which it leaves a margin.
"""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct

WIDTH, BASE, HEIGHT = 98, 30, 28  # of a trend: the room for its points


class Interval(Struct, frozen=True):
    """Where a rank, its range and the cut line stand, in percent of the width."""

    rank: str
    low: str
    high: str
    cut: str | None


def spark_height(share: float) -> str:
    """Return the height at which a share stands in a trend."""
    return f"{BASE - HEIGHT * share:.1f}"


def spark_points(points: Sequence[tuple[float, float]]) -> list[str]:
    """Return the points of a trend as an SVG path has them."""
    return [f"{WIDTH * x:.1f} {spark_height(y)}" for x, y in points]


def svg_percent(share: float | Fraction) -> str:
    """Return a share from 0 to 100 as a length in SVG."""
    return f"{float(share):.4g}%"


def interval(rank: int, low: int, high: int, count: int, cut: int | None = None) -> Interval:
    """Return where a rank and its range stand among so many; each rank is as wide as another."""

    def at(place: float) -> str:
        return f"{100 * place / count:.4g}%"

    return Interval(at(rank - 0.5), at(low - 0.5), at(high - 0.5), None if cut is None else at(cut))
