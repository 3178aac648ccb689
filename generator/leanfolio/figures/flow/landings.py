"""Where git and the histories that items declare tell two stories, and states that nobody knows."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from leanfolio.figures.columns import BOARDS
from leanfolio.figures.flow.courses import GRACE, Boards
from leanfolio.figures.history.states import ComparedState, compare_states, state_history
from leanfolio.model import HasState
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit


def disputes(item: HasState, boards: Boards, as_of: date) -> Iterator[ComparedState]:
    """The states that git tells of and the item's history does not, or on a later day.

    A declared day before the landing is usual: somebody merged it later. A declared day after it
    cannot be right, as the file said so already; one day is allowed for.
    """
    if boards.history is None or not item.history:
        return
    for entry in compare_states(item, boards.history, lambda state: boards.name(item.TYPE, state)):
        if entry.landed is None or entry.landed > as_of:
            continue
        if entry.declared is None or entry.declared - entry.landed > GRACE:
            yield entry


class UnknownState(Struct, frozen=True):
    """A state that no portfolio file knows, with the first item and commit that had it."""

    type: str  # of the item
    state: str
    id: str
    commit: Commit


def unknown_states(portfolio: Portfolio, boards: Boards, as_of: date) -> tuple[UnknownState, ...]:
    """Each name of a state that git alone tells of and that no portfolio file knows, once a board.

    States in which items still stand are left out, and items with a history of their own: nothing
    is read from git of these.
    """
    if boards.history is None:
        return ()
    first: dict[tuple[str, str], UnknownState] = {}
    moving = {model.TYPE for model in BOARDS}
    for id, versions in boards.history.versions.items():
        item = portfolio.items.get(id)
        if versions[-1].type not in moving or (isinstance(item, HasState) and item.history):
            continue
        type, now = versions[-1].type, getattr(item, "state", None)
        for entry in state_history(boards.history, id):
            state = entry.state
            if state is None or state == now or entry.day > as_of:
                continue
            if boards.category_at(type, state, entry.commit.id) is None:
                found = UnknownState(type, state, id, entry.commit)
                key = (portfolio.policy.board_of(type), state)
                if key not in first or landed_at(found, boards) < landed_at(first[key], boards):
                    first[key] = found
    return tuple(first[key] for key in sorted(first))


def landed_at(found: UnknownState, boards: Boards) -> tuple[int, str]:
    """The place of its commit on the main line, and its id."""
    return boards.order[found.commit.id], found.id
