"""Work items and revisions of Azure DevOps as one work item with its changes."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from leanfolio.importing.moments import with_offset
from leanfolio.importing.work_item import Change, Direction, Status, WorkItem, WorkLink

ENDS = re.compile(r"(?P<type>.+)-(?P<end>Forward|Reverse)\Z")
PARENT = "System.LinkTypes.Hierarchy-Reverse"
CHILD = "System.LinkTypes.Hierarchy-Forward"
NUMBER = re.compile(r"/(\d+)\Z")
# What the work item holds by itself, or what says when and by whom a revision was made.
OWN_FIELDS = frozenset((
    "System.Id", "System.Title", "System.State", "System.WorkItemType", "System.Parent",
    "System.Rev", "System.RevisedDate", "System.AuthorizedDate", "System.AuthorizedAs",
    "System.PersonId", "System.Watermark", "System.ChangedDate", "System.ChangedBy",
    "System.CreatedDate", "System.CreatedBy", "System.TeamProject", "System.AreaId",
    "System.IterationId", "System.NodeName", "System.IsDeleted",
))  # fmt: skip
LEVELS = re.compile(r"System\.(?:Area|Iteration)Level\d+\Z")


def moment(value: object) -> datetime | None:
    """A time of Azure in UTC; None of none, and of the year 9999, which says "still so"."""
    return None if not isinstance(value, str) or value[:4] == "9999" else with_offset(value)


def is_item(value: object) -> bool:
    """Whether a value of JSON is a work item, or a revision of one, with its fields."""
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("fields"), Mapping)
        and isinstance(value.get("id"), int)
        and "workItemId" not in value
    )


def item_of(raw: Mapping[str, Any], file: str, line: int) -> WorkItem:
    """A work item; its fields stay as Azure gives them."""
    fields: Mapping[str, Any] = raw["fields"]
    number = str(raw["id"])
    state = text_of(fields.get("System.State"))
    relations = raw.get("relations")
    links = relations if isinstance(relations, list) else []
    parents = [target_of(each) for each in links if rel_of(each) == PARENT]
    stated = fields.get("System.Parent")
    return WorkItem(
        id=number,
        key=number,
        type=text_of(fields.get("System.WorkItemType")),
        title=text_of(fields.get("System.Title")),
        file=file,
        line=line,
        url=address_of(raw),
        status=Status(state, state) if state else None,
        created=moment(fields.get("System.CreatedDate")),
        updated=moment(fields.get("System.ChangedDate")),
        parent=str(stated) if isinstance(stated, int) else next(iter(parents), ""),
        links=tuple(link for each in links if (link := link_of(each)) is not None),
        fields={name: value for name, value in fields.items() if is_value(name)},
    )


def is_value(name: str) -> bool:
    return name not in OWN_FIELDS and LEVELS.match(name) is None


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def rel_of(relation: Any) -> str:
    return text_of(relation.get("rel")) if isinstance(relation, Mapping) else ""


def target_of(relation: Mapping[str, Any]) -> str:
    """The number of the work item at the other end; empty of a file or an address."""
    found = NUMBER.search(text_of(relation.get("url")))
    return found[1] if found else ""


def link_of(relation: Any) -> WorkLink | None:
    """A link to another work item that says nothing of the tree."""
    found = ENDS.match(rel_of(relation))
    if found is None or rel_of(relation) in (PARENT, CHILD):
        return None
    target = target_of(relation)
    direction: Direction = "inward" if found["end"] == "Reverse" else "outward"
    return WorkLink(found["type"], direction, target) if target else None


def address_of(raw: Mapping[str, Any]) -> str:
    """The address for people."""
    links = raw.get("_links")
    html = links.get("html") if isinstance(links, Mapping) else None
    address = text_of(html.get("href")) if isinstance(html, Mapping) else ""
    if address.startswith(("https://", "http://")):
        return address
    base, found, _ = text_of(raw.get("url")).partition("/_apis/wit/workItems/")
    return f"{base}/_workitems/edit/{raw['id']}" if found and base.startswith("https://") else ""


def revision_of(raw: Mapping[str, Any]) -> int:
    number = raw.get("rev", raw["fields"].get("System.Rev"))
    return number if isinstance(number, int) else 0


def changes_between(revisions: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The changes of status from one revision to the next, at the time of the later."""
    changes = []
    ordered = sorted(revisions, key=revision_of)
    for before, after in pairwise(ordered):
        old, new = (text_of(each["fields"].get("System.State")) for each in (before, after))
        at = moment(after["fields"].get("System.ChangedDate"))
        if new and old != new and at is not None:
            changes.append(Change(at, "status", old, old, new, new))
    return tuple(changes)
