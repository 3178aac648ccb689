"""What moved in the ranking since an earlier state of the portfolio, and what moved it."""

from dataclasses import dataclass

from leanfolio.figures.ranking.drift import Moved, drift
from leanfolio.figures.ranking.wsjf import NAMES, Order
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.phrase import capital, count, rounded
from leanfolio.views.ranking.words import exactly
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import listed

SHOWN = 12  # moves on the page, the largest; all are in the ranking's data


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One item then and now."""

    item: Ref
    rank_then: int
    rank_now: int
    score_then: str
    score_now: str
    words: str  # "up 3: job size 8 to 5", "down 1: others moved"


@dataclass(frozen=True, slots=True)
class DriftView:
    """The ranking against an earlier one."""

    since: str
    finding: str
    rows: tuple[MovedRow, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def shown(self) -> tuple[MovedRow, ...]:
        return self.rows[:SHOWN]


def drift_view(portfolio: Portfolio, since: str, then: Order, now: Order) -> DriftView:
    found = drift(then, now)
    rows = tuple(moved_row(portfolio, each) for each in found.moved)
    both = len(found.moved) + found.same
    changed = capital(f"{count(len(found.moved), 'candidate')} of {both} moved since {since}.")
    return DriftView(
        since=since,
        finding=changed
        if found.comparable
        else f"The form of the ranking changed since {since}: scores cannot be compared.",
        rows=rows,
        entered=found.entered,
        left=found.left,
    )


def moved_row(portfolio: Portfolio, moved: Moved) -> MovedRow:
    return MovedRow(
        item=ref(portfolio[moved.id]),
        rank_then=moved.rank_then,
        rank_now=moved.rank_now,
        score_then=rounded(moved.score_then),
        score_now=rounded(moved.score_now),
        words=f"{climb_words(moved.climbed)}: {cause_words(moved)}",
    )


def climb_words(climbed: int) -> str:
    if not climbed:
        return "the same place"
    return f"up {climbed}" if climbed > 0 else f"down {-climbed}"


def cause_words(moved: Moved) -> str:
    if moved.passed_by:
        return "others moved"
    return str(
        listed(
            f"{NAMES[part]} from {exactly(then)} to {exactly(now)}"
            for part, then, now in moved.numbers
        )
    )
