"""Acts that say where an item stands: it moves, it is blocked, it goes on."""

from collections.abc import Iterator

from msgspec.structs import replace

from leanfolio.editor.acts.act import (
    Act,
    ActError,
    Moment,
    Row,
    entry_added,
    entry_set,
    field_set,
    given,
    item_named,
    one_of,
)
from leanfolio.model import HasState
from leanfolio.model.item import Blocked, Dated, StateEntry
from leanfolio.model.portfolio import Portfolio

ON = {"on": "on"}


def move(portfolio: Portfolio, row: Row, moment: Moment) -> Act:
    """An item enters a state: `state:`, and an entry of its history.

    Where it has no history and git tells the days of its states, a first entry would hide those:
    without a day given on purpose, none is written.
    """
    item = item_named(portfolio, row["id"], "id", HasState)
    names = [state.name for state in portfolio.policy.states_of(item.TYPE)]
    state = one_of(row.get("state", ""), names, "state", "state")
    if state == item.state:
        raise ActError(f"{item.id} is in {state} already", "name the state it enters", "state")
    day = {"on": row.get("on") or moment.day.isoformat(), "state": state}
    entry = given(StateEntry, day, {**ON, "state": "state"})
    changes = [field_set(item, "state", state)]
    if not item.history and moment.in_git and not row.get("on"):
        note = f"{item.id} has no `history:`; git tells the day of this move once it is committed"
        return Act(item, tuple(changes), (note,))
    written = {"state": entry.state, "on": entry.on}  # as the format has it
    changes.append(replace(entry_added(item, "history", entry), value=written))
    return Act(item, tuple(changes), tuple(notes_on_beginning(portfolio, item, moment)))


def notes_on_beginning(portfolio: Portfolio, item: HasState, moment: Moment) -> Iterator[str]:
    """What a history that begins with this move does not know."""
    if item.history:
        return
    begins = f"the history of {item.id} begins here"
    if moment.in_git:
        yield f"{begins}: what git tells of earlier days counts no more"
    elif portfolio.category_of(item) not in (None, "new"):
        yield (
            f"{begins}: since when it was in {item.state} is not known, and its flow time counts"
            f" from this day; add `- {{state: {item.state}, on: ...}}` above it if you know"
        )


def block(portfolio: Portfolio, row: Row, moment: Moment) -> Act:
    """Work on an item cannot go on."""
    item = item_named(portfolio, row["id"], "id", HasState)
    for old in item.blocked:
        if old.until is None:
            message = f"{item.id} is blocked since {old.from_}: {old.why}"
            raise ActError(message, f"`leanfolio unblock {item.id}` ends that", "id")
    day = {**row, "on": row.get("on") or moment.day.isoformat()}
    entry = given(Blocked, day, {"from": "on", "why": "why"})
    return Act(item, (entry_added(item, "blocked", entry),))


def unblock(portfolio: Portfolio, row: Row, moment: Moment) -> Act:
    """Work on an item goes on: all that blocks it ends."""
    item = item_named(portfolio, row["id"], "id", HasState)
    lasting = [index for index, old in enumerate(item.blocked) if old.until is None]
    if not lasting:
        raise ActError(f"{item.id} is not blocked", "name an item that is", "id")
    day = given(Dated, {"on": row.get("on") or moment.day.isoformat()}, ON).on
    return Act(item, tuple(entry_set(item, "blocked", n, "until", day) for n in lasting))
