"""Answers of issue trackers, made for tests in the shapes that the systems give."""

import json
from typing import Any

from leanfolio.importing.source_text import SourceFile, source_of

SITE = "https://tracker.example.invalid"


def a_status(id: str = "3", name: str = "In Progress", category: str = "indeterminate") -> Any:
    return {"id": id, "name": name, "statusCategory": {"key": category}}


def a_change(
    field: str = "status", old: tuple[str, str] = ("1", "Open"), new: tuple[str, str] = ("3", "x")
) -> dict[str, Any]:
    """One item of an entry: (id, name) before and after."""
    return {
        "field": field, "fieldId": field, "from": old[0], "fromString": old[1],
        "to": new[0], "toString": new[1],
    }  # fmt: skip


def an_entry(created: str | int, *items: dict[str, Any], id: int = 0) -> dict[str, Any]:
    number = id or abs(hash(str(created))) % 10**9 + 1
    return {"id": str(number), "created": created, "items": list(items)}


def an_issue(
    key: str = "APP-1", id: str = "", *, log: list[Any] | None = None, total: int | None = None,
    **fields: Any,
) -> dict[str, Any]:  # fmt: skip
    """An issue of Jira; what the test does not say is a task in progress, with a summary."""
    number = id or str(10_000 + int(key.partition("-")[2] or 0))
    usual = {
        "summary": f"Work of {key}", "status": a_status(),
        "issuetype": {"id": "1", "name": "Task", "hierarchyLevel": 0},
        "created": "2026-01-05T09:00:00.000+0000", "updated": "2026-03-01T09:00:00.000+0000",
    }  # fmt: skip
    issue: dict[str, Any] = {
        "id": number, "key": key, "self": f"{SITE}/rest/api/2/issue/{number}",
        "fields": usual | fields,
    }  # fmt: skip
    if log is not None:
        issue["changelog"] = {"total": len(log) if total is None else total, "histories": log}
    return issue


def a_search(*issues: Any, start: int = 0, total: int | None = None, **more: Any) -> dict[str, Any]:
    """An answer with pages by `startAt`."""
    return {
        "startAt": start, "maxResults": 50, "total": len(issues) if total is None else total,
        "issues": list(issues), **more,
    }  # fmt: skip


def a_file(value: Any, name: str = "answer.json") -> SourceFile:
    text = value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)
    return source_of(name, text.encode())
