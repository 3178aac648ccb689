"""Ranks over increments: one line per item, up and down; with the table that it draws."""

from collections.abc import Sequence

from msgspec import Struct

from leanfolio.figures.ranking.wsjf import Order

LINES = 10  # items that are drawn: the first of the newest ranking
LEFT, RIGHT, TOP, STEP = 40, 500, 28, 26
WIDTH = 640


class BumpLine(Struct, frozen=True):
    """One item's rank in each ranking; None where it was not in it."""

    id: str
    ranks: tuple[int | None, ...]


class Stroke(Struct, frozen=True):
    """A stretch of a line without a gap, as the d of a path; and its dots."""

    path: str
    dots: tuple[tuple[int, int], ...]


class Bump(Struct, frozen=True):
    """Ranks of the first items over all rankings; a rank deeper than drawn lies at the bottom."""

    columns: tuple[str, ...]
    lines: tuple[BumpLine, ...]
    depth: int  # the lowest rank that is drawn

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def height(self) -> int:
        return TOP + self.depth * STEP + 16

    @property
    def heads(self) -> list[tuple[str, str]]:
        """The heads of the table's columns: the item, then a rank for each ranking."""
        return [("Epic", ""), *((name, "num") for name in self.columns)]

    @property
    def bottom(self) -> int:
        """Where the vertical rules end."""
        return self.height - 8

    @property
    def ticks(self) -> tuple[tuple[int, str], ...]:
        """Where each ranking stands, and its name."""
        return tuple((self.x(at), name) for at, name in enumerate(self.columns))

    def cells(self, line: BumpLine) -> tuple[tuple[str, int | str], ...]:
        """Each ranking's name with the item's rank in it; a dash where it was not in it."""
        return tuple(
            (name, "–" if rank is None else rank)
            for name, rank in zip(self.columns, line.ranks, strict=True)
        )

    @property
    def labels(self) -> tuple[tuple[str, int, int], ...]:
        """Each line's id with the place beside its last dot; no two share a place."""
        last = len(self.columns) - 1
        return tuple(
            (line.id, self.x(last) + 12, self.y(rank) + 4)
            for line in self.lines
            if (rank := line.ranks[last]) is not None
        )

    def x(self, column: int) -> int:
        steps = max(len(self.columns) - 1, 1)
        return LEFT + (RIGHT - LEFT) * column // steps

    def y(self, rank: int) -> int:
        return TOP + STEP // 2 + (min(rank, self.depth) - 1) * STEP

    def strokes(self, line: BumpLine) -> tuple[Stroke, ...]:
        """A line in stretches: it breaks where the item was in no ranking."""
        stretches: list[list[tuple[int, int]]] = [[]]
        for column, rank in enumerate(line.ranks):
            if rank is None:
                stretches.append([])
            else:
                stretches[-1].append((self.x(column), self.y(rank)))
        return tuple(
            Stroke("M" + " ".join(f"{x} {y}" for x, y in dots), tuple(dots))
            for dots in stretches
            if dots
        )


def bump(rankings: Sequence[tuple[str, Order]]) -> Bump:
    """The first items of the newest ranking, through all the rankings given, oldest first."""
    ranks = [
        {score.item.id: rank for rank, score in enumerate(order.scores, 1)} for _, order in rankings
    ]
    newest = list(ranks[-1])[:LINES] if ranks else []
    lines = tuple(BumpLine(id, tuple(places.get(id) for places in ranks)) for id in newest)
    deepest = max((rank for line in lines for rank in line.ranks if rank), default=1)
    return Bump(tuple(label for label, _ in rankings), lines, min(deepest, LINES + 1))
