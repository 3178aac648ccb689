"""The states of an item with the days on which they were entered, out of its changes."""

from collections.abc import Callable
from datetime import date

from msgspec import Struct, field

from leanfolio.importing.work_item import WorkItem

STATUS = "status"  # the field of a change that every reader gives to a change of status
StateOf = Callable[[str, str], str]  # id and name of a status -> the state here; empty where none


class StateHistory(Struct):
    """What an item went through: (state, day in UTC) in the order of time.

    `unknown` counts nothing: it names each status without a state here, once for each change.
    `differs` says in words that the last change leads elsewhere than the present status.
    """

    state: str = ""
    entries: list[tuple[str, date]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    differs: str = ""


def history_of(item: WorkItem, state_of: StateOf) -> StateHistory:
    """States by the ids of their statuses, so that a new name is no new state.

    Moves between two statuses that are one state here are none. The present status stands, whatever
    the last change says; its entry then bears the day on which the item was last changed.
    """
    history = StateHistory()
    changes = list(item.changes_of(STATUS))

    def enter(id: str, name: str, day: date) -> None:
        state = state_of(id, name)
        if not state:
            history.unknown.append((id, name))
        elif not history.entries or history.entries[-1][0] != state:
            history.entries.append((state, day))

    if item.created is not None and not item.is_history_cut:
        if changes:
            enter(changes[0].old_id, changes[0].old_name, item.created.date())
        elif item.status is not None:
            enter(item.status.id, item.status.name, item.created.date())
    for change in changes:
        enter(change.new_id, change.new_name, change.at.date())
    if item.status is None:
        history.state = history.entries[-1][0] if history.entries else ""
        return history
    history.state = state_of(item.status.id, item.status.name)
    if history.state and history.entries and history.entries[-1][0] != history.state:
        last, day = history.entries[-1]
        history.differs = (
            f"its last change of status leads to {last}, and it stands in {history.state}: the"
            " present state stands"
        )
        latest = [day, *([item.updated.date()] if item.updated else [])]
        history.entries.append((history.state, max(latest)))
    return history
