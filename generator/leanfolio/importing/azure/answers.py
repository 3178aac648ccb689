"""Which form each file of Azure DevOps has, and all of them as one extract."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from leanfolio.importing.answer_forms import Form, SystemWords, take_files
from leanfolio.importing.azure.items import CHILD, changes_between, is_item, item_of, revision_of
from leanfolio.importing.azure.table import read_table
from leanfolio.importing.azure.updates import changes_in, is_update, item_from, parent_after
from leanfolio.importing.json_text import Answer
from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.work_item import (
    HISTORY_CUT,
    Extract,
    SourceError,
    SourceNote,
    Status,
    WorkItem,
)

WORDS = SystemWords(
    "Azure DevOps",
    "known are: work items, revisions, updates, queries, classification nodes, lists of states,"
    " fields and relation types, and CSV exports",
)


class Reading(Struct):
    """What has been read so far, by the number of the work item."""

    extract: Extract
    revisions: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    updates: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)  # file of a query -> its numbers
    batches: dict[str, bool] = field(default_factory=dict)  # file of revisions -> whether the last
    whole: set[str] = field(default_factory=set)  # of these, all revisions came


def read_azure(sources: Sequence[SourceFile]) -> Extract:
    """All that these files say. Raises SourceError where one is refused, or a part is missing."""
    reading = Reading(Extract("azure"))
    take_files(reading, sources, WORDS, FORMS, read_table)
    gather(reading)
    require_asked(reading)
    return reading.extract


def listed(value: Any) -> list[Any]:
    """The entries of an answer that is a list of things."""
    entries = value.get("value") if isinstance(value, Mapping) else None
    return entries if isinstance(entries, list) else []


def all_are(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether an answer lists things that all pass a test."""
    return lambda value: bool(listed(value)) and all(map(test, listed(value)))


def has_all(*names: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Mapping) and all(name in value for name in names)


def is_reporting(value: Any) -> bool:
    return has_all("values", "isLastBatch")(value) and isinstance(value["values"], list)


def is_empty(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("count") == 0 and value.get("value") == []


def take_items(reading: Reading, answer: Answer) -> None:
    for line, raw in answer.entries("value"):
        take_revision(reading, raw, answer.file, line)


def take_reporting(reading: Reading, answer: Answer) -> None:
    """Revisions in batches; the last batch says that it is the last."""
    for line, raw in answer.entries("values"):
        if is_item(raw):
            take_revision(reading, raw, answer.file, line)
            reading.whole.add(str(raw["id"]))
    reading.batches[answer.file] = answer.value["isLastBatch"] is not False


def take_revision(reading: Reading, raw: Mapping[str, Any], file: str, line: int) -> None:
    number = str(raw["id"])
    reading.revisions.setdefault(number, []).append(raw)
    reading.places.setdefault(number, (file, line))


def take_updates(reading: Reading, answer: Answer) -> None:
    for line, raw in answer.entries("value"):
        number = str(raw["workItemId"])
        reading.updates.setdefault(number, []).append(raw)
        reading.places.setdefault(number, (answer.file, line))


def take_query(reading: Reading, answer: Answer) -> None:
    """A query names numbers; one of a tree says whose child each is."""
    numbers = reading.asked.setdefault(answer.file, [])
    for each in answer.value.get("workItems") or ():
        numbers.append(str(each["id"]))
    for each in answer.value.get("workItemRelations") or ():
        source, target = each.get("source"), each.get("target")
        if isinstance(target, Mapping):
            numbers.append(str(target["id"]))
            if isinstance(source, Mapping) and each.get("rel") == CHILD:
                reading.parents[str(target["id"])] = str(source["id"])


def take_nodes(reading: Reading, answer: Answer) -> None:
    """Iterations with their days; areas say nothing that is carried."""
    roots = listed(answer.value) or [answer.value]
    waiting = [(root, "") for root in roots if isinstance(root, Mapping)]
    while waiting:
        node, above = waiting.pop()
        path = f"{above}\\{node.get('name')}" if above else str(node.get("name"))
        attributes = node.get("attributes")
        if node.get("structureType") == "iteration" and isinstance(attributes, Mapping):
            days = [str(attributes.get(name) or "")[:10] for name in ("startDate", "finishDate")]
            reading.extract.iterations[path] = (days[0], days[1])
        children = node.get("children")
        waiting += [(each, path) for each in children or () if isinstance(each, Mapping)]


def take_states(reading: Reading, answer: Answer) -> None:
    for each in listed(answer.value):
        name = str(each["name"])
        reading.extract.statuses[name] = Status(name, name, str(each["category"]))


def take_fields(reading: Reading, answer: Answer) -> None:
    for each in listed(answer.value):
        reading.extract.field_names[str(each["referenceName"])] = str(each["name"])


def take_one(reading: Reading, answer: Answer) -> None:
    take_revision(reading, answer.value, answer.file, 1)


FORMS: tuple[Form[Reading], ...] = (
    (all_are(is_update), "updates of Azure work items", take_updates),
    (all_are(is_item), "work items or revisions of Azure", take_items),
    (is_reporting, "reporting revisions of Azure", take_reporting),
    (is_item, "work item of Azure", take_one),
    (has_all("queryType", "columns"), "query of Azure", take_query),
    (has_all("structureType", "name"), "classification nodes of Azure", take_nodes),
    (all_are(has_all("structureType", "name")), "classification nodes of Azure", take_nodes),
    (all_are(has_all("name", "color", "category")), "states of Azure", take_states),
    (all_are(has_all("referenceName", "attributes")), "relation types of Azure", lambda *_: None),
    (all_are(has_all("referenceName", "name", "type")), "fields of Azure", take_fields),
    (is_empty, "empty answer of Azure", lambda *_: None),
)


def gather(reading: Reading) -> None:
    """One work item of each number: its last revision, with the changes of its updates, or else
    those between its revisions."""
    extract = reading.extract
    for number in dict.fromkeys((*reading.revisions, *reading.updates)):
        file, line = reading.places[number]
        revisions = reading.revisions.get(number, [])
        updates = single(reading.updates.get(number, []))
        if revisions:
            item = item_of(max(revisions, key=revision_of), file, line)
        else:
            item = item_from(updates, file, line)
        add_history(reading, item, revisions, updates)
        item.parent = reading.parents.get(number, item.parent)
        extract.add(item)
        extract.notes += cut_notes(item, updates)


def single(updates: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each update once, though two pages may hold it."""
    return list({int(each["id"]): each for each in updates}.values())


def add_history(
    reading: Reading, item: WorkItem, revisions: Sequence[Mapping[str, Any]],
    updates: Sequence[Mapping[str, Any]],
) -> None:  # fmt: skip
    """The changes of an item; updates and revisions count from 1, so that a gap shows."""
    if updates:
        item.changes = changes_in(updates)
        item.has_history = True
        item.entries = len(updates)
        item.total_changes = max(int(each["id"]) for each in updates)
        item.parent = item.parent or parent_after(item.changes)
    elif len(revisions) > 1 or item.id in reading.whole:
        item.changes = changes_between(revisions)
        item.has_history = True
        item.entries = len({revision_of(each) for each in revisions})
        item.total_changes = max(map(revision_of, revisions))


def cut_notes(item: WorkItem, updates: Sequence[Mapping[str, Any]]) -> Iterator[SourceNote]:
    """A history with gaps lacks entries."""
    if item.is_history_cut:
        what = "updates" if updates else "revisions"
        request = f"GET _apis/wit/workItems/{item.id}/{what}?$top=200&$skip=0"
        came = f"{item.entries} of {item.total_changes} came"
        message = f"{HISTORY_CUT}: {came}; {request}"
        yield SourceNote(item.file, item.line, item.key, message)


def require_asked(reading: Reading) -> None:
    """Raises SourceError where a query names items that did not come, or a batch is missing."""
    if reading.batches and not any(reading.batches.values()):
        message = f"{next(iter(reading.batches))}: more batches of revisions follow"
        raise SourceError(message, "fetch on with its continuation", incomplete=True)
    there = {item.id for item in reading.extract.items}
    for file, numbers in reading.asked.items():
        missing = [number for number in dict.fromkeys(numbers) if number not in there]
        if missing:
            total = len(dict.fromkeys(numbers))
            came = f"{total} items in all, and {total - len(missing)} came"
            message = f"{file}: the query has {came}; missing are {', '.join(missing[:5])}"
            raise SourceError(message, "fetch the work items that are missing", incomplete=True)
