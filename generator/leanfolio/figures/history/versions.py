"""Versions of items: their fields after each commit that changed them.

`disk.git_history` reads which files each commit on the main line changed; here these become
versions of items. An item is identified by its id, whatever file it stands in. A commit that leaves
a file unreadable changes nothing: its items keep their last version.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct, field

from leanfolio.model import TYPES, Item, Origin, Visibility
from leanfolio.model.item import name_of_file
from leanfolio.model.source import Commit
from leanfolio.model.visibility import AUDIENCES
from leanfolio.read import ID, TYPE_OF_FOLDER, Reading, valid_item

Fields = Mapping[str, Any]

# The fields that a version keeps: identity, links, states, scores, money, targets and rules. Prose
# and records that carry their own dates are left out, so that a long history fits in memory.
KEPT = frozenset((
    "type", "id", "title", "owner", "visibility", "confidential", "kind", "status",
    "features", "stories", "key_results",
    "themes", "parent", "objective", "epic", "feature", "value_stream", "team", "increment",
    "depends_on", "affects",
    "state", "history", "urgency", "due", "horizon", "iteration",
    "business_value", "time_criticality", "risk_opportunity", "job_size", "scored_on", "scored_by",
    "cost_of_delay", "duration_weeks", "size", "points",
    "cost", "cost_low", "cost_high", "whole_life_cost", "approved", "actual", "currency", "budgets",
    "opening_balance", "capacity",
    "level", "period", "commitment", "unit", "start", "end", "target", "low", "high", "weight",
    "cadence_days", "objectives", "like", "limit",
    "as_of", "fiscal_year_start", "fiscal_year_named_by", "scale", "ranking", "cut_line",
    "states", "feature_states",
    "story_states", "flow", "guardrails", "rates", "rules",
))  # fmt: skip


class Version(Struct, frozen=True):
    """The fields of an item from one commit on; `fields` is None where the commit removed it."""

    commit: Commit
    type: str
    path: PurePosixPath
    fields: Fields | None


class Landing(Struct, frozen=True):
    """One commit on the main line: each file it changed, with its new fields; None if removed."""

    commit: Commit
    changes: tuple[tuple[PurePosixPath, Fields | None], ...]


class History(Struct, frozen=True):
    """All versions of every item, oldest first, and the commits that touched content."""

    commits: tuple[Commit, ...]
    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    shallow: bool = False  # the content before the first commit is not known
    unread: int = 0  # versions of files that could not be read, and so changed nothing
    note: str = ""  # why the history is incomplete, as a sentence
    audience: Visibility = "confidential"
    plans: Mapping[str, Commit] = field(default_factory=dict)  # increment -> commit of plan/ID

    def reaches(self, day: date) -> bool:
        """Whether the content at the end of this day is known."""
        return bool(self.commits) and self.commits[0].day <= day

    def at(self, id: str, day: date) -> Version | None:
        """The version in force at the end of a day, in UTC; None if the item did not exist."""
        versions = self.versions.get(id, ())
        index = index_before(versions, end_of(day))
        return versions[index] if index >= 0 and versions[index].fields is not None else None


def visibility(fields: Fields) -> int:
    """The index of an item's visibility in AUDIENCES; an unknown word counts as the most hidden."""
    word = fields.get("visibility", "public")
    return AUDIENCES.index(word) if word in AUDIENCES else len(AUDIENCES) - 1


def end_of(day: date) -> int:
    """The first second after a day, in UTC, as seconds since 1970."""
    if day == date.max:
        return 1 << 62
    return int(datetime.combine(day + timedelta(days=1), time(), UTC).timestamp())


def index_before(versions: Sequence[Version], second: int) -> int:
    """The index of the version in force just before this second; -1 if there was none."""
    return bisect_right(versions, second - 1, key=lambda version: version.commit.time) - 1


class StatedItem(Struct, frozen=True):
    """One item as one file states it."""

    id: str
    type: str
    fields: Fields


def versions_of(landings: Iterable[Landing]) -> dict[str, tuple[Version, ...]]:
    """Every item's versions, oldest first, from landings in the order in which they came."""
    held: dict[PurePosixPath, tuple[StatedItem, ...]] = {}
    homes: defaultdict[str, dict[PurePosixPath, StatedItem]] = defaultdict(dict)
    versions: defaultdict[str, list[Version]] = defaultdict(list)
    for landing in landings:
        touched: dict[str, None] = {}
        for path, fields in landing.changes:
            for entry in held.pop(path, ()):
                homes[entry.id].pop(path, None)
                touched[entry.id] = None
            if fields is not None:
                held[path] = items_in(path, fields)
                for entry in held[path]:
                    homes[entry.id].setdefault(path, entry)
                    touched[entry.id] = None
        for id in touched:
            add_version(versions[id], landing.commit, homes[id])
    return {id: tuple(result) for id, result in versions.items() if result}


def add_version(
    versions: list[Version], commit: Commit, homes: Mapping[PurePosixPath, StatedItem]
) -> None:
    """Add the item's version after a commit, where its fields differ from those before.

    Of two files with the same id the first by path counts, as it does when a portfolio is linked.
    """
    last = versions[-1] if versions else None
    if not homes:
        if last and last.fields is not None:
            versions.append(Version(commit, last.type, last.path, None))
        return
    path = min(homes, key=lambda home: home.parts) if len(homes) > 1 else next(iter(homes))
    text = homes[path]
    if last is None or last.type != text.type or last.fields != text.fields:
        versions.append(Version(commit, text.type, path, text.fields))


def items_in(path: PurePosixPath, fields: Fields) -> tuple[StatedItem, ...]:
    """The items that a file holds: its own, and the children nested in it."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    implied = "portfolio" if str(path) == "portfolio.md" else TYPE_OF_FOLDER.get(folder)
    type = fields.get("type", implied)
    if not isinstance(type, str) or type not in TYPES:
        return ()
    return tuple(stated_items(TYPES[type], {"id": name_of_file(path), **fields}))


def stated_items(model: type[Item], fields: Fields) -> Iterator[StatedItem]:
    """An item and its children. A child without an id is left out: it cannot be followed."""
    id = fields["id"]
    id = str(id) if isinstance(id, int) else id
    if not isinstance(id, str) or not ID.match(id):
        return
    leave = {"id", "type", *model.NESTED}
    own = {
        name: value
        for name, value in fields.items()
        if name not in leave and (value is not None or name == "visibility")
    }
    yield StatedItem(id, model.TYPE, own)
    for name, type in model.NESTED.items():
        children = fields.get(name)
        child_model = TYPES[type]
        up = next(field for field, link in child_model.LINKS.items() if link.kind == "parent")
        for child in children if isinstance(children, list) else ():
            if isinstance(child, dict) and child.get("id") is not None:
                kept = {key: value for key, value in child.items() if key in KEPT}
                yield from stated_items(child_model, {**kept, up: id})


def item_of(id: str, version: Version, only: Collection[str] | None = None) -> Item | None:
    """The item that a version describes, without its invalid fields and without prose."""
    own = {"title": id, **(version.fields or {}), "id": id}
    if only is not None:
        own = {name: value for name, value in own.items() if name in only}
    own = {name: value for name, value in own.items() if value is not None}
    if visibility(own) and own["visibility"] not in AUDIENCES:
        own["visibility"] = AUDIENCES[-1]
    return valid_item(TYPES[version.type], own, Origin(version.path), Reading())
