"""A tracker on this machine, for the tests of `fetch`: a real server with real pages and faults."""

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Fault = Callable[["Handler"], bool]  # answers in its own way, and says whether it did


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


@dataclass
class Site:
    """What a server answers, and what it was asked. `faults` are used up one by one."""

    answer: Callable[[Asked], Any]
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


class Handler(BaseHTTPRequestHandler):
    """Answers as its site says."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        query = {name: values[-1] for name, values in parse_qs(split.query).items()}
        request = Asked(self.command, split.path, query, body, dict(self.headers))
        self.site.asked.append(request)
        if self.site.faults and self.site.faults.pop(0)(self):
            return
        value = self.site.answer(request)
        if value is None:
            self.give(404, b'{"message": "nothing is there"}')
        else:
            self.give(200, json.dumps(value).encode())

    do_POST = do_GET  # noqa: N815

    def give(
        self, status: int, data: bytes, headers: Mapping[str, str] = {}, length: int | None = None
    ) -> None:
        if "gzip" in (self.headers.get("Accept-Encoding") or "") and length is None:
            data, headers = gzip.compress(data, 1), {**headers, "Content_Encoding": "gzip"}
        head = {"Content_Type": "application/json", **headers}
        lines = [f"HTTP/1.1 {status} x", f"Content-Length: {length or len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """A site at an address of this machine, until the block ends."""
    handler = type("Handler", (Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# Faults ----------------------------------------------------------------------------------------


def refusing(status: int, data: bytes = b"{}", **headers: str) -> Fault:
    def refuse(handler: Handler) -> bool:
        handler.give(status, data, headers)
        return True

    return refuse


def nothing_wrong(handler: Handler) -> bool:
    return False


def hanging_up(handler: Handler) -> bool:
    handler.close_connection = True
    return True


def half_an_answer(handler: Handler) -> bool:
    handler.give(200, b'{"issues": [', length=10_000)
    handler.close_connection = True
    return True


# Jira ------------------------------------------------------------------------------------------


def log_of(issue: Any) -> list[Any]:
    found: list[Any] = issue.get("changelog", {}).get("histories", [])
    return found


def jira_cloud(issues: list[Any], page: int = 2, **lists: Any) -> Callable[[Asked], Any]:
    """Jira Cloud: pages by token, and change logs in bulk."""

    def answer(asked: Asked) -> Any:
        match asked.path:
            case "/rest/api/2/serverInfo":
                return {"deploymentType": "Cloud", "version": "1001.0.0"}
            case "/rest/api/2/myself":
                return {"displayName": "Me", "emailAddress": "me@example.invalid"}
            case "/rest/api/3/search/jql":
                start = int(asked.body.get("nextPageToken") or 0)
                some = [{**each} for each in issues[start : start + page]]
                for each in some:
                    each.pop("changelog", None)
                is_last = start + page >= len(issues)
                more = {} if is_last else {"nextPageToken": str(start + page)}
                return {"issues": some, "isLast": is_last, **more}
            case "/rest/api/3/changelog/bulkfetch":
                wanted = asked.body["issueIdsOrKeys"]
                every = [
                    (each["id"], entry) for each in issues if each["id"] in wanted
                    for entry in log_of(each)
                ]  # fmt: skip
                at = int(asked.body.get("nextPageToken") or 0)
                logs = [
                    {"issueId": id, "changeHistories": [entry]} for id, entry in every[at : at + 3]
                ]
                more = {"nextPageToken": str(at + 3)} if at + 3 < len(every) else {}
                return {"issueChangeLogs": logs, **more}
        return beside(asked, lists)

    return answer


def jira_server(
    issues: list[Any], page: int = 2, most: int = 3, **lists: Any
) -> Callable[[Asked], Any]:
    """Jira Server: pages by their start, with the newest entries of each change log."""

    def answer(asked: Asked) -> Any:
        match asked.path:
            case "/rest/api/2/serverInfo":
                return {"deploymentType": "Server", "version": "9.12.0"}
            case "/rest/api/2/myself":
                return {"displayName": "Me"}
            case "/rest/api/2/search":
                start = asked.body["startAt"]
                some = []
                for each in issues[start : start + page]:
                    log = log_of(each)
                    short = {"total": len(log), "histories": log[-most:]}
                    some.append({**each, "changelog": short})
                return {"startAt": start, "maxResults": page, "total": len(issues), "issues": some}
        if found := re.fullmatch(r"/rest/api/2/issue/(\d+)/changelog", asked.path):
            log = log_of(next(each for each in issues if each["id"] == found[1]))
            at = int(asked.query["startAt"])
            return {"startAt": at, "total": len(log), "values": log[at : at + 2]}
        return beside(asked, lists)

    return answer


def beside(asked: Asked, lists: Mapping[str, Any]) -> Any:
    if asked.path in ("/rest/api/2/status", "/rest/api/2/field"):
        return lists.get(asked.path.rpartition("/")[2], [])
    return None


# Azure -----------------------------------------------------------------------------------------


def azure(
    items: list[Any], updates: Mapping[int, list[Any]] | None = None, query: Any = None,
    **lists: Any,
) -> Callable[[Asked], Any]:  # fmt: skip
    """Azure DevOps, below a project; `lists` are answers by the last part of their path."""

    def answer(asked: Asked) -> Any:
        path = asked.path.partition("/_apis/wit/")[2]
        if path.partition("/")[0] == "wiql":
            refs = [{"id": each["id"]} for each in items]
            flat = {"queryType": "flat", "columns": [], "workItems": refs}
            return query or flat | {"asOf": "2026-11-27T00:00:00Z"}
        if path == "workitemsbatch":
            known = {each["id"]: each for each in items}
            found = [known.get(number) for number in asked.body["ids"]]
            return {"count": len(found), "value": found}
        if of := re.fullmatch(r"workItems/(\d+)/updates", path):
            every = (updates or {}).get(int(of[1]), [])
            at, top = int(asked.query["$skip"]), int(asked.query["$top"])
            return {"count": len(every[at : at + top]), "value": every[at : at + top]}
        return lists.get(path.rpartition("/")[2])

    return answer
