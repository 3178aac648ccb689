"""Jira: the issues of a query with their change logs, its statuses, and its fields.

Cloud gives pages by `nextPageToken`, and change logs in bulk, since its search holds only the
newest entries of each. Server and Data Center give pages by `startAt`, with the change logs within;
one that is longer than its page is fetched by itself. Both are written alike: as answers of a
search by `startAt`, with whole change logs, in the order of the issues' numbers.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from leanfolio.fetching.cleaning import as_json, listing
from leanfolio.fetching.fetch_error import FetchError
from leanfolio.fetching.tracker import (
    Fetched,
    Files,
    Request,
    Tracker,
    in_order,
    listed,
    number_of,
    parts,
)
from leanfolio.output.counted import counted

PAGE = 100  # issues of a page, and entries of a change log
BULK = 1000  # entries of change logs in one answer
IN_FILE = 500  # issues in one file
ORDER = re.compile(r"(?is)(.*?)\border\s+by\b[^'\"]*\Z")
Issue = dict[str, Any]


def requests_of(query: str) -> Iterator[Request]:
    """The requests that a fetch makes, in their order."""
    yield Request("GET", "/rest/api/2/serverInfo", "which Jira it is")
    yield Request("GET", "/rest/api/2/myself", "whether the token is accepted")
    jql = ordered(query)
    yield Request("POST", "/rest/api/3/search/jql", f"Cloud, page by page: {jql}")
    yield Request("POST", "/rest/api/3/changelog/bulkfetch", "Cloud: change logs")
    yield Request("POST", "/rest/api/2/search", f"Server, page by page: {jql}")
    yield Request("GET", "/rest/api/2/issue/ID/changelog", "Server: change logs that are longer")
    yield Request("GET", "/rest/api/2/status", "all statuses")
    yield Request("GET", "/rest/api/2/field", "names of fields")


def fetch(tracker: Tracker, query: str) -> Fetched:
    """All issues that a query finds. Raises FetchError where not all of them came, and OSError."""
    info = tracker.now("/rest/api/2/serverInfo")
    if not isinstance(info, dict) or not {"version", "deploymentType", "baseUrl"} & info.keys():
        raise tracker.unforeseen("/rest/api/2/serverInfo")
    tracker.now("/rest/api/2/myself")  # with a wrong token a search may find nothing, and say so
    is_cloud = info.get("deploymentType") == "Cloud"
    jql = ordered(query)
    issues = cloud_issues(tracker, jql) if is_cloud else server_issues(tracker, jql)
    if not issues:
        hint = "try it in Jira, as the person whose token this is"
        raise FetchError("the query finds no issue, so nothing was written", hint, begins_anew=True)
    files = issue_files(issues[number] for number in sorted(issues))
    for name, file in (("status", "statuses.json"), ("field", "fields.json")):
        path = f"/rest/api/2/{name}"
        entries = tracker.ask(path)
        if not isinstance(entries, list):
            raise tracker.unforeseen(path)
        lines = in_order(each for each in entries if isinstance(each, dict))
        if lines:
            files[file] = listing(lines)
    return Fetched(files, len(issues))


def ordered(query: str) -> str:
    """A query in an order that stays while pages are fetched, whatever order it asks for itself."""
    found = ORDER.match(query)
    wish = (found[1] if found else query).strip()
    return f"{wish} ORDER BY key ASC" if wish else "ORDER BY key ASC"


def cloud_issues(tracker: Tracker, jql: str) -> dict[int, str]:
    """Each issue as a line of JSON, by its number."""
    path, issues = "/rest/api/3/search/jql", dict[int, str]()
    for page in pages_by_token(tracker, path, {"jql": jql, "fields": ["*all"], "maxResults": PAGE}):
        found = entries_of(tracker, page, path)
        logs = bulk_logs(tracker, [str(each["id"]) for each in found]) if found else {}
        for each in found:
            issues[number_of(each)] = as_json(with_log(each, logs.get(str(each["id"]), [])))
        tracker.tell(counted(len(issues), "issue"))
    return issues


def pages_by_token(tracker: Tracker, path: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The pages of a list of Jira Cloud. Raises FetchError where one says that more is to come,
    and not how to get it."""
    seen = set[str]()
    token = ""
    while True:
        page = tracker.ask(path, body | ({"nextPageToken": token} if token else {}))
        if not isinstance(page, dict):
            raise tracker.unforeseen(path)
        yield page
        token = str(page.get("nextPageToken") or "")
        if page.get("isLast") is True or not (token or page.get("isLast") is False):
            return
        if not token or token in seen:
            message = f"{tracker.connection.address.host} says that more is to come, and gives none"
            raise FetchError(message, "run the same command again", begins_anew=True)
        seen.add(token)


def bulk_logs(tracker: Tracker, ids: list[str]) -> dict[str, list[Any]]:
    """The whole change logs of some issues."""
    path, logs = "/rest/api/3/changelog/bulkfetch", dict[str, list[Any]]()
    for page in pages_by_token(tracker, path, {"issueIdsOrKeys": ids, "maxResults": BULK}):
        for each in tracker.required(page, "issueChangeLogs", path):
            logs.setdefault(str(each.get("issueId")), []).extend(listed(each, "changeHistories"))
    return logs


def server_issues(tracker: Tracker, jql: str) -> dict[int, str]:
    """Each issue as a line of JSON, by its number. Raises FetchError where not all came."""
    path, start, issues = "/rest/api/2/search", 0, dict[int, str]()
    while True:
        body = {
            "jql": jql, "fields": ["*all"], "expand": ["changelog"],
            "startAt": start, "maxResults": PAGE,
        }  # fmt: skip
        page = tracker.ask(path, body)
        found = entries_of(tracker, page, path)
        for each in found:
            issues[number_of(each)] = as_json(with_log(each, whole_log(tracker, each)))
        tracker.tell(counted(len(issues), "issue"))
        start, total = start + len(found), page.get("total")
        if not isinstance(total, int):
            raise tracker.unforeseen(path)
        if found and start < total:
            continue
        if len(issues) < total:
            message = f"the query finds {counted(total, 'issue')}, and {len(issues)} came"
            hint = "issues moved meanwhile: run the same command again"
            raise FetchError(message, hint, begins_anew=True)
        return issues


def entries_of(tracker: Tracker, page: Any, path: str) -> list[Issue]:
    """The issues of a page. Raises FetchError where it has none that could be read."""
    found: list[Issue] = tracker.required(page, "issues", path)
    if any(number_of(each) == 0 or not isinstance(each.get("fields"), dict) for each in found):
        raise tracker.unforeseen(path)
    return found


def whole_log(tracker: Tracker, issue: Issue) -> list[Any]:
    """The change log of an issue: what the search holds, or all of its pages where that is less."""
    log = issue.get("changelog")
    entries = listed(log, "histories")
    total = log.get("total") if isinstance(log, dict) else None
    if not isinstance(total, int) or len(entries) >= total:
        return entries
    start, path = 0, f"/rest/api/2/issue/{number_of(issue)}/changelog"
    entries = []
    while start < total:
        page = tracker.ask(f"{path}?startAt={start}&maxResults={PAGE}")
        found = listed(page, "values") or listed(page, "histories")
        entries += found
        start += len(found)
        if not found:
            message = f"{issue.get('key')} has {counted(total, 'change')}, and {start} came"
            raise FetchError(message, "run the same command again", begins_anew=True)
    return entries


def with_log(issue: Issue, entries: Iterable[Any]) -> Issue:
    """An issue with its change log as a search gives it: in order, each entry once."""
    log = sorted(
        {as_json(each): each for each in entries}.values(),
        key=lambda each: (number_of(each), as_json(each)),
    )
    return issue | {
        "changelog": {"startAt": 0, "maxResults": len(log), "total": len(log), "histories": log}
    }


def issue_files(lines: Iterable[str]) -> Files:
    """The issues as pages of a search; each says where it begins, and how many there are in all."""
    every = list(lines)
    files = Files()
    for number, part in enumerate(parts(every, IN_FILE)):
        start = number * IN_FILE
        before = f'{{"startAt":{start},"maxResults":{IN_FILE},"total":{len(every)},"issues":'
        files[f"issues-{number + 1:04}.json"] = listing(part, before, "}")
    return files
