"""One issue of a Jira answer as a work item."""

from typing import Any

from leanfolio.importing.jira.changes import changes_in, moment
from leanfolio.importing.work_item import Direction, Status, WorkItem, WorkLink

# What the work item holds by itself, or what is no value of the issue.
OWN_FIELDS = frozenset(
    ("summary", "status", "issuetype", "issuelinks", "parent", "subtasks", "project")
)


def issue_of(raw: dict[str, Any], file: str, line: int) -> WorkItem:
    """A work item; its fields stay as Jira gives them. `raw` has an id, a key and fields."""
    fields: dict[str, Any] = raw["fields"]
    key, type = str(raw["key"]), mapping(fields.get("issuetype"))
    parent, parent_key = parent_of(fields)
    item = WorkItem(
        id=str(raw["id"]),
        key=key,
        type=str(type.get("name") or ""),
        title=str(fields.get("summary") or ""),
        file=file,
        line=line,
        url=address_of(str(raw.get("self") or ""), key),
        level=level_of(type),
        status=status_of(fields.get("status")),
        created=moment(fields.get("created")),
        updated=moment(fields.get("updated")),
        parent=parent,
        parent_key=parent_key,
        links=tuple(links_in(fields.get("issuelinks"))),
        fields={name: value for name, value in fields.items() if name not in OWN_FIELDS},
    )
    log = raw.get("changelog")
    if isinstance(log, dict) and isinstance(log.get("histories"), list):
        item.changes, item.entries = changes_in(log["histories"])
        item.has_history = True
        total = log.get("total")
        item.total_changes = total if isinstance(total, int) else None
    return item


def is_issue(value: object) -> bool:
    """Whether a value of JSON is an issue with its fields."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("fields"), dict)
        and bool(value.get("key"))
        and bool(value.get("id"))
    )


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def level_of(type: dict[str, Any]) -> int | None:
    """How high a type stands: 1 holds 0, and -1 is a part of 0. None where Jira does not say."""
    level = type.get("hierarchyLevel")
    if isinstance(level, int):
        return level
    return -1 if type.get("subtask") is True else None


def status_of(value: object) -> Status | None:
    """A status as issues and lists of statuses hold it."""
    raw = mapping(value)
    if not raw.get("name"):
        return None
    category = raw.get("statusCategory")
    key = category.get("key") if isinstance(category, dict) else category
    name = str(raw["name"])
    return Status(str(raw.get("id") or name), name, str(key or ""))


def address_of(self_url: str, key: str) -> str:
    """The address for people, made of that of the interface."""
    base, found, _ = self_url.partition("/rest/")
    return f"{base}/browse/{key}" if found and base.startswith(("https://", "http://")) else ""


def parent_of(fields: dict[str, Any]) -> tuple[str, str]:
    """The id of the issue above (or its key), and its key: a parent, or an epic of old projects."""
    for name in ("parent", "epic"):
        above = mapping(fields.get(name))
        if above.get("id") or above.get("key"):
            return str(above.get("id") or above["key"]), str(above.get("key") or "")
    return "", ""


def links_in(value: object) -> list[WorkLink]:
    """The links of an issue to others. Each names one end: what this issue is to it."""
    links = []
    for raw in value if isinstance(value, list) else ():
        type = mapping(mapping(raw).get("type"))
        ends: tuple[tuple[str, Direction], ...] = (
            ("inwardIssue", "inward"), ("outwardIssue", "outward"),
        )  # fmt: skip
        for name, direction in ends:
            end = mapping(mapping(raw).get(name))
            if end.get("id") or end.get("key"):
                target = str(end.get("id") or end["key"])
                links.append(WorkLink(str(type.get("name") or ""), direction, target))
    return links
