"""Azure DevOps: the work items of a query with their updates, and what maps need to know of them.

A query gives numbers, which are fetched in batches of 200; updates come item by item, in pages of
200. Iterations and areas, the states of the types that are there, and the fields come beside.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from leanfolio.fetching.cleaning import as_bytes, as_json, listing
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

BATCH = 200  # work items, or updates, in one answer
IN_FILE = 500  # work items in one file
NAMED = 5  # of the work items that did not come
VERSION = "api-version=6.0"  # the oldest that all supported servers and the service answer
PREVIEW = "api-version=6.0-preview"
WIQL = re.compile(r"\s*select\s", re.IGNORECASE)
SAVED = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
REFUSED = (400, 403, 404)


def requests_of(query: str) -> Iterator[Request]:
    """The requests that a fetch makes, in order. Raises FetchError of a query that is none."""
    path, body = query_request(query)
    if body is None:
        yield Request("GET", path, "the numbers that the saved query finds")
    else:
        yield Request("POST", path, f"the numbers that the query finds: {query}")
    yield Request("POST", f"/_apis/wit/workitemsbatch?{VERSION}", f"in batches of {BATCH}")
    yield Request("GET", f"/_apis/wit/workItems/ID/updates?{VERSION}", "updates of each item")
    yield Request("GET", f"/_apis/wit/classificationNodes?{VERSION}", "iterations and areas")
    yield Request("GET", f"/_apis/wit/workitemtypes/TYPE/states?{PREVIEW}", "states of each type")
    yield Request("GET", f"/_apis/wit/fields?{VERSION}", "names of fields")


def query_request(query: str) -> tuple[str, dict[str, str] | None]:
    """Path and body of the request for a query. Raises FetchError where it is none."""
    if SAVED.match(query.strip()):
        return f"/_apis/wit/wiql/{query.strip()}?{VERSION}", None
    if WIQL.match(query):
        return f"/_apis/wit/wiql?{VERSION}", {"query": query}
    hint = "give WIQL that begins with SELECT, or the id of a saved query, as in its address"
    raise FetchError("the query is neither WIQL nor the id of a saved one", hint, is_usage=True)


def fetch(tracker: Tracker, query: str) -> Fetched:
    """All work items that a query finds. Raises FetchError where not all came, and OSError."""
    path, body = query_request(query)
    result = tracker.ask(path, body)
    if not isinstance(result, dict) or not {"workItems", "workItemRelations"} & result.keys():
        raise tracker.unforeseen(path)
    numbers = numbers_in(result)
    if not numbers:
        hint = "try it in Azure Boards, as the person whose token this is"
        message = "the query finds no work item, so nothing was written"
        raise FetchError(message, hint, begins_anew=True)
    items = work_items(tracker, numbers)
    missing = set(numbers) - items.keys()
    if not items:
        hint = "see whether the token may read the work items of this project"
        message = f"{unread(missing, numbers)}; nothing was written"
        raise FetchError(message, hint, begins_anew=True)
    files = Files({"query.json": as_bytes(f"{as_json(without(result, missing))}\n")})
    files |= in_files("items", (items[number] for number in sorted(items)))
    files |= in_files("updates", updates_of(tracker, items))
    files |= beside(tracker, items.values())
    notes = (unread(missing, numbers),) if missing else ()
    return Fetched(files, len(items), notes)


def unread(missing: set[int], numbers: list[int]) -> str:
    """How many work items of a query did not come, and the numbers of the first of them."""
    some = ", ".join(map(str, sorted(missing)[:NAMED]))
    more = f", and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
    whole = f"{len(missing)} of {counted(len(numbers), 'work item')}"
    return f"{whole} may not be read, or are deleted: {some}{more}"


def numbers_in(result: dict[str, Any]) -> list[int]:
    """The numbers that the answer of a query names, each once, in order."""
    found = {number_of(each) for each in listed(result, "workItems")}
    for each in listed(result, "workItemRelations"):
        ends = (each.get("source"), each.get("target"))
        found |= {number_of(end) for end in ends if isinstance(end, dict)}
    return sorted(found - {0})


def without(result: dict[str, Any], missing: set[int]) -> dict[str, Any]:
    """The answer of a query in an order of its own, without the numbers that are missing."""
    kept = dict(result)
    if "workItems" in result:
        found = [each for each in listed(result, "workItems") if number_of(each) not in missing]
        kept["workItems"] = sorted(found, key=number_of)
    if "workItemRelations" in result:
        links = [
            each
            for each in listed(result, "workItemRelations")
            if not missing & {number_of(end) for end in each.values() if isinstance(end, dict)}
        ]
        kept["workItemRelations"] = sorted(links, key=as_json)
    return kept


def work_items(tracker: Tracker, numbers: list[int]) -> dict[int, dict[str, Any]]:
    """The work items of these numbers, as far as they may be read."""
    path, items = f"/_apis/wit/workitemsbatch?{VERSION}", dict[int, dict[str, Any]]()
    for batch in parts(numbers, BATCH):
        answer = tracker.ask(path, {"ids": batch, "$expand": "all", "errorPolicy": "omit"})
        for each in tracker.required(answer, "value", path):
            if not isinstance(each.get("fields"), dict) or not isinstance(each.get("id"), int):
                raise tracker.unforeseen(path)
            items[each["id"]] = each
        tracker.tell(f"{len(items)} of {counted(len(numbers), 'work item')}")
    return items


def updates_of(tracker: Tracker, items: dict[int, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All updates of work items, oldest first: at least up to the revision that each item is of."""
    for at, number in enumerate(sorted(items), 1):
        start, updates = 0, list[dict[str, Any]]()
        while True:
            path = f"/_apis/wit/workItems/{number}/updates?$top={BATCH}&$skip={start}&{VERSION}"
            found = tracker.required(tracker.ask(path), "value", path)
            updates += found
            start += len(found)
            reached = max((number_of(each, "rev") for each in updates), default=0)
            if not found or (len(found) < BATCH and reached >= number_of(items[number], "rev")):
                break
        yield from sorted(updates, key=number_of)
        if at % 25 == 0 or at == len(items):
            tracker.tell(f"updates of {at} of {counted(len(items), 'work item')}")


def in_files(name: str, entries: Iterable[dict[str, Any]]) -> Files:
    """Entries as answers with a list; those of 500 work items in one file."""
    files, lines, known = Files(), list[str](), set[int]()
    for each in entries:
        number = number_of(each, "workItemId") or number_of(each)
        if number not in known and len(known) == IN_FILE:
            files[f"{name}-{len(files) + 1:04}.json"] = answer_of(lines)
            lines, known = [], set()
        known.add(number)
        lines.append(as_json(each))
    files[f"{name}-{len(files) + 1:04}.json"] = answer_of(lines)
    return files


def answer_of(lines: list[str]) -> bytes:
    return listing(lines, f'{{"count":{len(lines)},"value":', "}")


def beside(tracker: Tracker, items: Iterable[dict[str, Any]]) -> Files:
    """Iterations and areas, states and fields. What the token may not read of them is left out."""
    types = sorted({str(each["fields"].get("System.WorkItemType") or "") for each in items} - {""})
    states: list[dict[str, Any]] = []
    for type in types:
        path = f"/_apis/wit/workitemtypes/{quote(type, safe='')}/states?{PREVIEW}"
        states += entries_or_none(tracker, path)
    nodes = entries_or_none(tracker, f"/_apis/wit/classificationNodes?$depth=14&{VERSION}")
    fields = entries_or_none(tracker, f"/_apis/wit/fields?{VERSION}")
    named = {"states.json": states, "nodes.json": nodes, "fields.json": fields}
    return {
        name: answer_of(in_order(map(nested_in_order, entries)))
        for name, entries in named.items()
        if entries
    }


def entries_or_none(tracker: Tracker, path: str) -> list[dict[str, Any]]:
    """The entries of an answer; none where it is refused, as by a server without that list."""
    try:
        return listed(tracker.ask(path), "value")
    except FetchError as error:
        if error.status not in REFUSED:
            raise
        return []


def nested_in_order(node: dict[str, Any]) -> dict[str, Any]:
    """A node of a tree with those below it in order."""
    children = listed(node, "children")
    return (
        node | {"children": sorted(map(nested_in_order, children), key=as_json)}
        if children
        else node
    )
