"""What moved over a board lately: which item, from which state to which, on which day."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from leanfolio.figures.flow.clock import ItemFlow
from leanfolio.figures.history.versions import History
from leanfolio.model.portfolio import id_order


class Move(Struct, frozen=True):
    """A move of one item. One without `before` came onto the board, one without `after` left it."""

    id: str
    before: str | None
    after: str | None
    on: date
    landed: bool  # the day is that of git, as the item declares none


class RecentMoves(Struct, frozen=True):
    """The moves of the last days, the newest first, and of which items no days are known."""

    time: timedelta  # how long ago the first may be
    moves: tuple[Move, ...]
    undated: tuple[str, ...]  # ids of items whose days nobody states, or cannot be right
    dated: int  # how many items have days


def recent_moves(
    items: Iterable[ItemFlow], history: History | None, as_of: date, time: timedelta
) -> RecentMoves:
    """Return what moved within a time that ends on a day, that day included."""
    known = list(items)
    found = [
        move
        for item in known
        for move in moves_of(item, history)
        if as_of - time < move.on <= as_of
    ]
    found.sort(key=lambda move: id_order(move.id))
    undated = [item.id for item in known if not has_days(item)]
    return RecentMoves(
        time,
        tuple(sorted(found, key=lambda move: move.on, reverse=True)),  # stable
        tuple(sorted(undated, key=id_order)),
        len(known) - len(undated),
    )


def has_days(item: ItemFlow) -> bool:
    """Whether it is known when an item moved."""
    return item.course.source != "none" and item.course.fault is None


def moves_of(item: ItemFlow, history: History | None) -> Iterator[Move]:
    """Yield the moves of an item, the oldest first.

    Where a clone begins with its first commit, nobody knows when an item came onto the board.
    """
    course = item.course
    landed = course.source == "git"
    begins = history.commits[0].day if history and history.shallow and history.commits else None
    for first in course.entries[:1]:
        if not (landed and first.on == begins):
            yield Move(item.id, None, first.state, first.on, landed)
    for before, after in pairwise(course.entries):
        yield Move(item.id, before.state, after.state, after.on, landed)
    if course.entries and course.removed_on is not None:
        yield Move(item.id, course.entries[-1].state, None, course.removed_on, landed=True)
