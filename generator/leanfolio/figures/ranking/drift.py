"""How scores and places moved between two states of the same portfolio, and what moved them."""

from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.wsjf import PARTS, Order, Score
from leanfolio.model.portfolio import id_order


class Moved(Struct, frozen=True):
    """One item then and now. `numbers` are those that changed: (part, then, now)."""

    id: str
    rank_then: int
    rank_now: int
    score_then: Fraction
    score_now: Fraction
    numbers: tuple[tuple[str, Fraction, Fraction], ...]

    @property
    def climbed(self) -> int:
        """By how many places it rose; below 0, how many it fell."""
        return self.rank_then - self.rank_now

    @property
    def passed_by(self) -> bool:
        """Whether its place changed though its own numbers did not."""
        return not self.numbers and self.rank_then != self.rank_now


class Drift(Struct, frozen=True):
    """Two rankings compared: items in both, only in the later, only in the earlier."""

    moved: tuple[Moved, ...]  # those whose place or score changed, the largest move first
    same: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    comparable: bool  # False where the two rankings use different forms


def drift(then: Order, now: Order) -> Drift:
    """Compare two rankings by id."""
    old = {score.item.id: (rank, score) for rank, score in enumerate(then.scores, 1)}
    new = {score.item.id: (rank, score) for rank, score in enumerate(now.scores, 1)}
    entered = tuple(id for id in new if id not in old)
    left = tuple(sorted((id for id in old if id not in new), key=id_order))
    if then.form != now.form:
        return Drift((), 0, entered, left, comparable=False)
    both = [moved(*old[id], *new[id]) for id in new if id in old]
    changed = [item for item in both if item.numbers or item.climbed]
    changed.sort(key=lambda item: (-abs(item.climbed), item.rank_now))
    return Drift(tuple(changed), len(both) - len(changed), entered, left, comparable=True)


def moved(rank_then: int, then: Score, rank_now: int, now: Score) -> Moved:
    """One item in two rankings; ranks count from 1."""
    parts = zip(PARTS[now.form], then.numbers, now.numbers, strict=True)
    return Moved(
        id=now.item.id,
        rank_then=rank_then,
        rank_now=rank_now,
        score_then=then.value,
        score_now=now.value,
        numbers=tuple(part for part in parts if part[1] != part[2]),
    )
