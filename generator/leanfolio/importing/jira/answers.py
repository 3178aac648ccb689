"""Which form each file of Jira has, whether pages are missing, and all of them as one extract."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from leanfolio.importing.answer_forms import Form, SystemWords, take_files
from leanfolio.importing.jira.changes import changes_in
from leanfolio.importing.jira.issues import is_issue, issue_of, mapping, status_of
from leanfolio.importing.jira.table import read_table
from leanfolio.importing.json_text import Answer
from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.work_item import (
    HISTORY_CUT,
    Extract,
    SourceError,
    SourceNote,
    WorkItem,
)

OF_ISSUE = re.compile(r"/issue/([^/?]+)/changelog")
WORDS = SystemWords(
    "Jira",
    "known are: search answers, single issues, change logs, lists of statuses and of fields, and"
    " CSV exports",
)


class Page(Struct, frozen=True):
    """What one page of a search says of the others."""

    file: str
    issues: frozenset[str]
    start: int | None = None
    total: int | None = None
    is_last: bool | None = None


class Reading(Struct):
    """What has been read so far; change logs that came by themselves wait for their issues."""

    extract: Extract
    pages: list[Page] = field(default_factory=list)
    logs: dict[str, list[Any]] = field(default_factory=dict)  # by id or key of the issue
    totals: dict[str, int] = field(default_factory=dict)


def read_jira(sources: Sequence[SourceFile]) -> Extract:
    """All that these files say.

    Raises SourceError where a file is refused, a page is missing, or two issues have one id.
    """
    reading = Reading(Extract("jira"))
    take_files(reading, sources, WORDS, FORMS, read_table)
    reading.extract.items = single(reading.extract.items)
    require_pages(reading.pages)
    add_logs(reading)
    note_cut_histories(reading.extract)
    return reading.extract


def is_search(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("issues"), list)


def is_issues(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(is_issue, value))


def is_log_page(value: Any) -> bool:
    values = value.get("values") if isinstance(value, dict) else None
    return isinstance(values, list) and all(
        isinstance(each, dict) and "items" in each and "created" in each for each in values
    )


def is_bulk_log(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("issueChangeLogs"), list)


def is_statuses(value: Any) -> bool:
    values = value.get("values") if isinstance(value, dict) else value
    return isinstance(values, list) and any("statusCategory" in mapping(each) for each in values)


def is_fields(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all({"id", "name", "custom"} <= mapping(each).keys() for each in value)
    )


def take_search(reading: Reading, answer: Answer) -> None:
    value = answer.value
    if "issueId" in value or any(not is_issue(each) for each in value["issues"]):
        hint = "ask for `fields=*all`, and with a history for `expand=changelog`"
        raise SourceError(f"{answer.file} holds issues without their fields", hint)
    names = mapping(value.get("names"))
    reading.extract.field_names |= {str(id): str(name) for id, name in names.items()}
    take_issues(reading, answer, "issues")
    total = value.get("total")
    last = value.get("isLast", "nextPageToken" not in value)
    ids = frozenset(str(each["id"]) for each in value["issues"])
    reading.pages.append(
        Page(answer.file, ids, value.get("startAt", 0), total)
        if isinstance(total, int)
        else Page(answer.file, ids, is_last=bool(last))
    )


def take_issues(reading: Reading, answer: Answer, name: str) -> None:
    for line, raw in answer.entries(name):
        reading.extract.add(issue_of(raw, answer.file, line))


def take_single(reading: Reading, answer: Answer) -> None:
    names = mapping(answer.value.get("names"))
    reading.extract.field_names |= {str(id): str(name) for id, name in names.items()}
    reading.extract.add(issue_of(answer.value, answer.file, 1))


def take_log_page(reading: Reading, answer: Answer) -> None:
    found = OF_ISSUE.search(str(answer.value.get("self") or ""))
    issue = found[1] if found else answer.file.partition(".")[0]
    reading.logs.setdefault(issue, []).extend(answer.value["values"])
    total = answer.value.get("total")
    if isinstance(total, int):
        reading.totals[issue] = total


def take_bulk_log(reading: Reading, answer: Answer) -> None:
    for each in answer.value["issueChangeLogs"]:
        log = mapping(each)
        histories = log.get("changeHistories")
        if isinstance(histories, list):
            reading.logs.setdefault(str(log.get("issueId")), []).extend(histories)


def take_statuses(reading: Reading, answer: Answer) -> None:
    values = answer.value["values"] if isinstance(answer.value, dict) else answer.value
    found = {status.id: status for each in values if (status := status_of(each)) is not None}
    reading.extract.statuses = reading.extract.statuses | found


def take_fields(reading: Reading, answer: Answer) -> None:
    for each in answer.value:
        reading.extract.field_names[str(each["id"])] = str(each["name"])


FORMS: tuple[Form[Reading], ...] = (
    (is_search, "search answer of Jira", take_search),
    (is_bulk_log, "change logs of Jira in bulk", take_bulk_log),
    (is_log_page, "change log of a Jira issue", take_log_page),
    (is_statuses, "list of the statuses of Jira", take_statuses),
    (is_fields, "list of the fields of Jira", take_fields),
    (is_issue, "issue of Jira", take_single),
    (is_issues, "list of Jira issues", lambda reading, answer: take_issues(reading, answer, "")),
)


def require_pages(pages: Sequence[Page]) -> None:
    """Raises SourceError where pages of a search are missing."""
    groups: list[list[Page]] = []
    for page in pages:
        if page.total is not None and (page.start == 0 or not groups):
            groups.append([])
        if page.total is not None:
            groups[-1].append(page)
    for group in groups:
        came = len(frozenset[str]().union(*(page.issues for page in group)))
        total = max(page.total or 0 for page in group)
        if came < total:
            message = f"{group[0].file}: the search has {total} issues in all, and {came} came"
            hint = f"fetch the pages that are missing: startAt={came} and on"
            raise SourceError(message, hint, incomplete=True)
    by_token = [page for page in pages if page.is_last is not None]
    if by_token and not any(page.is_last for page in by_token):
        message = f"{by_token[-1].file}: the search goes on behind this page, and nothing came"
        raise SourceError(message, "fetch on with its nextPageToken", incomplete=True)


def add_logs(reading: Reading) -> None:
    """Give each issue the change log that came by itself; it is the longer one."""
    items = {item.key: item for item in reading.extract.items}
    items |= {item.id: item for item in reading.extract.items}
    for issue, histories in sorted(reading.logs.items()):
        item = items.get(issue)
        if item is None:
            message = f"there is a change log of {issue}, and no such issue in these files"
            reading.extract.notes.append(SourceNote("", 0, issue, message))
            continue
        changes, entries = changes_in(histories)
        if entries < item.entries:
            continue
        item.changes, item.entries, item.has_history = changes, entries, True
        item.total_changes = max(reading.totals.get(issue, entries), item.total_changes or 0)


def single(items: Iterable[WorkItem]) -> list[WorkItem]:
    """Each issue once; one that came on two pages with the same words is no double.

    Raises SourceError where two issues have one id: which is right, nobody can tell.
    """
    known: dict[str, WorkItem] = {}
    for item in items:
        other = known.setdefault(item.id, item)
        if other is item or replace(item, file=other.file, line=other.line) == other:
            continue
        message = (
            f"{item.file}:{item.line}: {item.key} has the id {item.id}, which {other.key} has in"
            f" {other.file}:{other.line}"
        )
        raise SourceError(message, "take out the answer that is older")
    return list(known.values())


def note_cut_histories(extract: Extract) -> None:
    """A change log that is shorter than Jira says lacks its oldest entries."""
    for item in extract.items:
        if item.is_history_cut:
            request = f"GET /rest/api/3/issue/{item.key}/changelog?startAt=0&maxResults=100"
            came = f"{item.entries} of {item.total_changes} came"
            extract.notes.append(
                SourceNote(item.file, item.line, item.key, f"{HISTORY_CUT}: {came}; {request}")
            )
