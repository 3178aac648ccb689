"""Acts: what happens to a portfolio in a month, each a line on the terminal and an edit of a file.

act                   the item that is named, the values that are given, the changes
records, states       the acts, a function each: from a portfolio and a row to an act
trial                 acts on a copy of the workspace, and what `check` says of it
table                 the rows of a CSV text, an act each
closing               the end of an increment: values, what is carried over, the next one
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from leanfolio.editor.acts import records, states
from leanfolio.editor.acts.act import Act, Moment, Row
from leanfolio.model import Epic, HasState, HasUpdates, Item, KeyResult, Scored
from leanfolio.model.portfolio import Portfolio


class ActType(Struct, frozen=True):
    """One kind of act: its function, the items it is for, and its columns, the item's first."""

    make: Callable[[Portfolio, Row, Moment], Act]
    model: type[Item]
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


ACTS: Mapping[str, ActType] = {
    "checkin": ActType(
        records.checkin, KeyResult, ("key_result", "value"), ("on", "confidence", "note", "by")
    ),
    "update": ActType(records.update, HasUpdates, ("id", "health", "note"), ("on", "by")),
    "move": ActType(states.move, HasState, ("id", "state"), ("on",)),
    "decide": ActType(records.decide, Epic, ("epic", "kind", "by"), ("on", "note")),
    "score": ActType(records.score, Scored, ("id", "by"), ("on", *records.SCORES)),
    "waive": ActType(records.waive, Item, ("id", "rule", "reason", "approver", "until")),
    "block": ActType(states.block, HasState, ("id", "why"), ("on",)),
    "unblock": ActType(states.unblock, HasState, ("id",), ("on",)),
}
