"""Updates of a work item: the time of a change is its System.ChangedDate, and not `revisedDate`.

`revisedDate` is the moment when the next revision replaced this one. Only an update that adds or
removes links, and changes no field, happened at its `revisedDate`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from leanfolio.importing.azure.items import PARENT, item_of, moment, rel_of, target_of, text_of
from leanfolio.importing.values import ProgramObject, as_text, plain
from leanfolio.importing.work_item import Change, WorkItem

CHANGED = "System.ChangedDate"
NAMES = {"System.State": "status"}
# What every update changes, and what says nothing by itself.
BESIDE = frozenset((
    "System.Rev", "System.AuthorizedDate", "System.RevisedDate", "System.ChangedDate",
    "System.Watermark", "System.ChangedBy", "System.AuthorizedAs", "System.PersonId",
))  # fmt: skip


def is_update(value: object) -> bool:
    return isinstance(value, Mapping) and {"workItemId", "rev", "id"} <= value.keys()


def time_of(update: Mapping[str, Any], latest: datetime | None) -> datetime | None:
    """When an update happened; where it does not say, as late as the one before."""
    fields = update.get("fields")
    changed = fields.get(CHANGED) if isinstance(fields, Mapping) else None
    if isinstance(changed, Mapping):
        return moment(changed.get("newValue")) or latest
    return moment(update.get("revisedDate")) or latest


def changes_in(updates: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The changes of all updates of one work item, oldest first."""
    changes: list[Change] = []
    latest: datetime | None = None
    for update in sorted(updates, key=lambda each: int(each["id"])):
        latest = time_of(update, latest)
        if latest is None:
            continue
        changes += field_changes(update, latest)
        parent = parent_change(update, latest)
        changes += [parent] if parent else []
    return tuple(changes)


def field_changes(update: Mapping[str, Any], at: datetime) -> list[Change]:
    """The fields that an update changed; a state's name is its id."""
    fields = update.get("fields")
    changes: list[Change] = []
    for name, change in fields.items() if isinstance(fields, Mapping) else ():
        if str(name) in BESIDE or not isinstance(change, Mapping):
            continue
        old, new = words_of(change.get("oldValue")), words_of(change.get("newValue"))
        if old != new:
            changes.append(Change(at, NAMES.get(str(name), str(name)), old, old, new, new))
    return changes


def words_of(value: Any) -> str:
    try:
        return ", ".join(map(as_text, plain(value)))
    except ProgramObject:
        return ""


def parent_change(update: Mapping[str, Any], at: datetime) -> Change | None:
    """The parent before and after an update that adds or removes it."""
    relations = update.get("relations")
    if not isinstance(relations, Mapping):
        return None
    ends = {}
    for way in ("removed", "added"):
        links = relations.get(way)
        targets = [
            target_of(each)
            for each in (links if isinstance(links, list) else ())
            if rel_of(each) == PARENT
        ]
        ends[way] = next(iter(targets), "")
    old, new = ends["removed"], ends["added"]
    return Change(at, "parent", old, old, new, new) if old != new else None


def item_from(updates: Sequence[Mapping[str, Any]], file: str, line: int) -> WorkItem:
    """A work item of which only the updates came: what the last of each field says."""
    fields: dict[str, Any] = {}
    for update in sorted(updates, key=lambda each: int(each["id"])):
        changed = update.get("fields")
        for name, change in changed.items() if isinstance(changed, Mapping) else ():
            if isinstance(change, Mapping):
                fields[name] = change.get("newValue")
    first = updates[0]
    base, _, _ = text_of(first.get("url")).partition("/updates/")
    item = item_of({"id": first["workItemId"], "fields": fields, "url": base}, file, line)
    item.parent = parent_after(changes_in(updates))
    return item


def parent_after(changes: Sequence[Change]) -> str:
    """The parent that the last change of it leaves."""
    return next((each.new_id for each in reversed(changes) if each.field == "parent"), "")
