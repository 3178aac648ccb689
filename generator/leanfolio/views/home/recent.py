"""What moved on the board lately, from the histories of the epics."""

from collections import Counter
from datetime import date

from leanfolio.figures.thresholds import RECENT
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import Text, days, listed, message, plural


def recent_moves(portfolio: Portfolio, as_of: date) -> Text | None:
    """Return what epics did in the last thirty days, in a sentence; None if nothing moved."""
    moves = counted_moves(portfolio, as_of)
    parts = [
        phrase
        for name, phrase in (
            ("started", plural("{n:spelled} epic started", "{n:spelled} epics started",
                               moves["started"])),
            ("finished", plural("{n:spelled} epic finished", "{n:spelled} epics finished",
                                moves["finished"])),
            ("entered", plural("{n:spelled} epic entered the board",
                               "{n:spelled} epics entered the board", moves["entered"])),
        )
        if moves[name]
    ]  # fmt: skip
    if not parts:
        return None
    return message("In the last {time} {moves}.", time=days(RECENT.days), moves=listed(parts))


def counted_moves(portfolio: Portfolio, as_of: date) -> Counter[str]:
    """Return how many epics entered the board, were started, or were finished lately."""
    category = {state.name: state.category for state in portfolio.policy.states}
    moves: Counter[str] = Counter()
    for epic in portfolio.items_of(Epic):
        before = None
        for number, entry in enumerate(epic.history):
            now = category.get(entry.state)
            if as_of - RECENT < entry.on <= as_of:
                if number == 0:
                    moves["entered"] += 1
                elif now == "done" and before != "done":
                    moves["finished"] += 1
                elif now == "active" and before != "active":
                    moves["started"] += 1
            before = now
    return moves
