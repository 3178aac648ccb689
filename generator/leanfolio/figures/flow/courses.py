"""The way of each item over its board: which state it entered on which day, and who says so.

An item's own `history:` wins; without one, git tells the states by the day of landing on the main
line. The category of a state is that of the portfolio file of that commit.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from msgspec import Struct, field

from leanfolio.figures.columns import BOARDS
from leanfolio.figures.history.states import Entered, state_history
from leanfolio.figures.history.versions import History, Version, item_of
from leanfolio.model import TYPES, Category, HasState, Policy
from leanfolio.model.portfolio import Portfolio, id_order

GRACE = timedelta(days=1)  # a day begins in Auckland before it does in UTC
STATE_FIELDS = ("id", "title", "states", "feature_states", "story_states")
Source = Literal["declared", "git", "none"]
Fault = Literal["future", "unordered", "contradicted"]


class Entry(Struct, frozen=True):
    """A state, its category on the day it was entered, and that day."""

    state: str
    category: Category | None  # None: no file knows the state
    on: date


class Block(Struct, frozen=True):
    """A time in which work could not go on; `until` is None while it lasts."""

    start: date
    until: date | None
    why: str


class Course(Struct, frozen=True):
    """An item's states in order, and to whom the item belongs."""

    id: str
    type: str  # epic, feature or story
    source: Source
    entries: tuple[Entry, ...] = ()
    removed_on: date | None = None  # the day on which its file, or the item in it, was deleted
    fault: Fault | None = None  # why its days cannot be used
    kind: str | None = None
    team: str | None = None
    stream: str | None = None
    blocks: tuple[Block, ...] = ()


class Boards(Struct, frozen=True, dict=True):
    """Which category a state had, now and at each commit, by the portfolio file of then."""

    policy: Policy
    history: History | None = None
    known: dict[tuple[int, str], Mapping[str, Category]] = field(default_factory=dict)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each commit on the main line."""
        return {
            commit.id: n for n, commit in enumerate(self.history.commits if self.history else ())
        }

    @cached_property
    def policies(self) -> tuple[tuple[int, Policy], ...]:
        """Each version of the portfolio file, by the place of its commit."""
        if self.history is None:
            return ()
        versions = [
            (self.order[version.commit.id], id, version)
            for id, found in self.history.versions.items()
            for version in found
            if version.type == Policy.TYPE and version.fields is not None
        ]
        versions.sort(key=lambda entry: entry[:2])
        read = ((place, item_of(id, version, STATE_FIELDS)) for place, id, version in versions)
        return tuple((place, item) for place, item in read if isinstance(item, Policy))

    @cached_property
    def present_names(self) -> Mapping[tuple[str, str], str]:
        """The present name of each state, by type of item and any name that it has or had."""
        names: dict[tuple[str, str], str] = {}
        for model in BOARDS:
            states = self.policy.states_of(model.TYPE)
            names |= {(model.TYPE, old): state.name for state in states for old in state.was}
            names |= {(model.TYPE, state.name): state.name for state in states}
        return names

    def name(self, type: str, state: str) -> str:
        """The present name of a state; its own where the board does not know it any more."""
        return self.present_names.get((type, state), state)

    def category_now(self, type: str, state: str) -> Category | None:
        """The category of a state by the present portfolio file, under any of its names."""
        return self._categories(len(self.policies), type).get(self.name(type, state))

    def category_at(self, type: str, state: str, commit: str) -> Category | None:
        """The category of a state by the portfolio file of a commit, or else by the present one."""
        place = self.order.get(commit, -1)
        index = bisect_right(self.policies, place, key=lambda entry: entry[0]) - 1
        then = self._categories(index, type).get(state) if index >= 0 else None
        return then or self.category_now(type, state)

    def _categories(self, index: int, type: str) -> Mapping[str, Category]:
        found = self.known.get((index, type))
        if found is None:
            policy = self.policies[index][1] if index < len(self.policies) else self.policy
            found = {state.name: state.category for state in policy.states_of(type)}
            self.known[index, type] = found
        return found


def courses(
    model: type[HasState], portfolio: Portfolio, boards: Boards, as_of: date
) -> tuple[Course, ...]:
    """The course of every epic, feature or story up to a day, deleted ones too, by id."""
    items = portfolio.items_of(model)
    result = [course_of(item, portfolio, boards, as_of) for item in items]
    result += removed_courses(model.TYPE, portfolio, boards, as_of)
    return tuple(sorted(result, key=lambda course: id_order(course.id)))


def course_of(item: HasState, portfolio: Portfolio, boards: Boards, as_of: date) -> Course:
    """The course of an item that exists."""
    if item.history:
        source: Source = "declared"
        entries, fault = declared(item, boards, as_of)
    else:
        entries, fault = from_git(item.TYPE, item.id, item.state, boards, as_of), None
        source = "git" if entries else "none"
    return Course(
        item.id,
        item.TYPE,
        source,
        merged(entries),
        fault=fault,
        kind=getattr(item, "kind", None),
        team=getattr(item, "team", None),
        stream=stream_of(item.TYPE, {"id": item.id, **linked_ids(item)}, portfolio),
        blocks=tuple(Block(block.from_, block.until, block.why) for block in item.blocked),
    )


def linked_ids(item: HasState) -> dict[str, Any]:
    fields = vars(item)  # where there is no such field, pydantic's own way takes ten times as long
    return {name: fields.get(name) for name in ("value_stream", "epic", "feature")}


def declared(item: HasState, boards: Boards, as_of: date) -> tuple[list[Entry], Fault | None]:
    """The entries of an item's own history, and what is wrong with it."""
    entries = [
        Entry(
            boards.name(item.TYPE, entry.state),
            boards.category_now(item.TYPE, entry.state),
            entry.on,
        )
        for entry in item.history
    ]
    latest = min(as_of, date.max - GRACE) + GRACE
    if any(entry.on > latest for entry in entries):
        return [], "future"
    if any(one.on > two.on for one, two in pairwise(entries)):
        return [], "unordered"
    if item.state is not None and boards.name(item.TYPE, item.state) != entries[-1].state:
        return [], "contradicted"
    return [Entry(entry.state, entry.category, min(entry.on, as_of)) for entry in entries], None


def from_git(type: str, id: str, state: str | None, boards: Boards, as_of: date) -> list[Entry]:
    """The entries that git tells; a move that is not committed yet counts as of today."""
    if boards.history is None:
        return []
    landed = state_history(boards.history, id)
    entered = [value for value in landed if value.day <= as_of]
    entries = list(git_entries(type, entered, boards))
    if entries and len(entered) == len(landed) and state is not None:
        now = boards.name(type, state)
        if entries[-1].state != now:
            entries.append(Entry(now, boards.category_now(type, state), as_of))
    return entries


def git_entries(type: str, entered: list[Entered], boards: Boards) -> Iterator[Entry]:
    for value in entered:
        if value.state is not None:
            category = boards.category_at(type, value.state, value.commit.id)
            yield Entry(boards.name(type, value.state), category, value.day)


def merged(entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries without those into the state in which the item already is."""
    result: list[Entry] = []
    for entry in entries:
        if not result or result[-1].state != entry.state:
            result.append(entry)
    return tuple(result)


def removed_courses(
    type: str, portfolio: Portfolio, boards: Boards, as_of: date
) -> Iterator[Course]:
    """The courses of items of a type that git remembers and that are there no more."""
    if boards.history is None:
        return
    gone = portfolio.absent | portfolio.items.keys()
    for id, versions in boards.history.versions.items():
        if id in gone or versions[-1].fields is not None or versions[-1].type != type:
            continue
        course = removed_course(id, versions, portfolio, boards, as_of)
        if course is not None:
            yield course


def removed_course(
    id: str, versions: tuple[Version, ...], portfolio: Portfolio, boards: Boards, as_of: date
) -> Course | None:
    """The course of a deleted item up to the day it went; None where nobody says when it moved."""
    last = next((version for version in reversed(versions) if version.fields), None)
    if last is None:
        return None
    item = item_of(id, last)
    removed_on = versions[-1].commit.day
    source: Source = "git"
    if isinstance(item, HasState) and item.history:
        source = "declared"
        entries, fault = declared(item, boards, max(as_of, item.history[-1].on))
        entries = [entry for entry in entries if entry.on <= min(as_of, removed_on)]
        if fault:
            return None
    else:
        entries = from_git(last.type, id, None, boards, as_of)
    if not entries:
        return None
    fields = last.fields or {}
    usual = TYPES[last.type].model_fields.get("kind")
    kind = fields.get("kind", usual.default if usual and not usual.is_required() else None)
    return Course(
        id,
        last.type,
        source,
        merged(entries),
        removed_on if removed_on <= as_of else None,
        kind=kind if isinstance(kind, str) else None,
        team=text(fields.get("team")),
        stream=stream_of(last.type, {"id": id, **fields}, portfolio),
    )


def text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def stream_of(type: str, fields: Mapping[str, Any], portfolio: Portfolio) -> str | None:
    """The value stream of an epic, or of the epic above a feature or a story."""
    if type == "epic":
        return text(fields.get("value_stream"))
    parent = text(fields.get("epic" if type == "feature" else "feature"))
    above = portfolio.items.get(parent) if parent else None
    return (
        stream_of(above.TYPE, linked_ids(above), portfolio) if isinstance(above, HasState) else None
    )
