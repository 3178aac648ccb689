"""What every issue tracker says, in one form: work items, their changes, and their statuses.

Readers of one system (`jira`, `azure`) make these; the map, the history and the merge read nothing
else. Times are aware and in UTC. Values of fields stay as the system gives them (`values.py` says
what they mean): a field is only understood when a map asks for it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from msgspec import Struct, field

System = Literal["jira", "azure", "csv"]
Direction = Literal["inward", "outward"]
HISTORY_CUT = "history cut, oldest entries missing"


class SourceError(Exception):
    """Why files of another system are refused, in words. Nothing is written then.

    `incomplete` says that a part is missing, and that fetching the rest helps.
    """

    def __init__(self, message: str, hint: str = "", *, incomplete: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.incomplete = incomplete


class Status(Struct, frozen=True):
    """A status of the other system: its unchanging id, its name, and what the system calls it.

    `category` is the system's own word: Jira's new, indeterminate and done; empty where unknown.
    """

    id: str
    name: str
    category: str = ""


class Change(NamedTuple):  # of which there are twenty for each item
    """One field that changed, when, from what, and to what: ids where the system has them."""

    at: datetime
    field: str
    old_id: str
    old_name: str
    new_id: str
    new_name: str


class WorkLink(Struct, frozen=True):
    """A link as one end sees it. `target` is the other end's id or key."""

    type: str
    direction: Direction
    target: str


class WorkItem(Struct):
    """One issue or work item as the files say it.

    `id` never changes; `key` is what people say. `parent` is an id or a key. `changes` stand in the
    order of time; `total_changes` is how many entries the system says there are, None where it says
    nothing, and `entries` how many came.
    """

    id: str
    key: str
    type: str
    title: str
    file: str
    line: int
    url: str = ""
    level: int | None = None
    status: Status | None = None
    created: datetime | None = None
    updated: datetime | None = None
    parent: str = ""
    parent_key: str = ""  # the key of the parent, where `parent` is its id and the files say it
    links: tuple[WorkLink, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    total_changes: int | None = None
    entries: int = 0
    has_history: bool = False

    @property
    def is_history_cut(self) -> bool:
        return self.total_changes is not None and self.entries < self.total_changes

    def changes_of(self, name: str) -> Iterator[Change]:
        """The changes of one field, oldest first."""
        return (change for change in self.changes if change.field == name)


class SourceNote(Struct, frozen=True):
    """Something about the files that whoever imports them has to know, and where it stands."""

    file: str
    line: int
    item: str  # the key of the item that it is about; may be empty
    message: str


class Extract(Struct):
    """All that some files say. `forms` names the form of each file, in their order."""

    system: System
    forms: list[tuple[str, str]] = field(default_factory=list)
    items: list[WorkItem] = field(default_factory=list)
    statuses: dict[str, Status] = field(default_factory=dict)
    field_names: dict[str, str] = field(default_factory=dict)
    iterations: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> first, last day
    notes: list[SourceNote] = field(default_factory=list)
    ambiguous: dict[str, str] = field(default_factory=dict)  # column -> why it is asked about

    def add(self, item: WorkItem) -> None:
        """Add an item, and its status where no list of statuses has said it better."""
        self.items.append(item)
        if item.status is not None:
            self.statuses.setdefault(item.status.id, item.status)

    def name_of(self, field_id: str) -> str:
        """What people call a field."""
        return self.field_names.get(field_id, field_id)
