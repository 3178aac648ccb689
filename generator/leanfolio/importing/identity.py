"""Which file each work item is: by its unchanging number, its key, or the keys it had."""

from collections.abc import Sequence

from msgspec import Struct, field

from leanfolio.editor.field_slots import implied_type
from leanfolio.importing.content_index import ContentFile, ContentIndex
from leanfolio.importing.exchange_map import ID_HERE, ExchangeMap
from leanfolio.importing.last_import import Base
from leanfolio.importing.report import Report, SourcePlace, Told
from leanfolio.importing.values import ProgramObject, as_text, plain
from leanfolio.importing.wanted import Named
from leanfolio.importing.work_item import Extract, WorkItem
from leanfolio.model import TYPES
from leanfolio.read import ID
from leanfolio.wording import listed

KEY_FIELDS = ("Key", "key")  # of a change: the issue was moved
UNCLEAR = ""  # in place of the file of an item that says which it is, and cannot get it


class Identities(Struct):
    """The file of each item by its number there; `new` are those that have none yet."""

    paths: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    claimed: dict[str, str] = field(default_factory=dict)  # new ids, folded -> the key there
    named: dict[str, Named] = field(default_factory=dict)


def place_of(item: WorkItem) -> SourcePlace:
    return SourcePlace(item.file, item.line, item.key)


def old_keys(item: WorkItem) -> list[str]:
    """The keys that an item had before, oldest first, by its change log."""
    keys = [change.old_name for change in item.changes if change.field in KEY_FIELDS]
    return [key for key in dict.fromkeys(keys) if key and key != item.key]


def identities(
    extract: Extract, map: ExchangeMap, index: ContentIndex, base: Base, report: Report
) -> Identities:
    """Find or begin the file of every item whose type the map carries."""
    found = Identities()
    for id, one, other in index.twice:
        message = f"{one} and {other} both say that they are {id} there; remove `source` from one"
        report.problems.append(Told("", message, SourcePlace("", 0, id)))
    add_known(found, index, base)
    begun = begun_here(extract, map, index, base, report)
    for item in extract.items:
        type = map.type_of(item.type)
        path = path_of(item, index) or begun.get(item.id)
        if type is None or path == UNCLEAR:
            continue
        if path is not None:
            take_file(found, item, path, type, index, base, report)
        elif item.id in base:
            was = base[item.id]
            lost = "no longer names its source" if was.file in index.files else "was deleted here"
            message = f"its file content/{was.file} {lost}: it is not made again"
            report.notes.append(Told(was.id, message, place_of(item)))
        else:
            begin(found, item, type, map, index, report)
    for item in extract.items:
        if item.id in found.ids:
            named = Named(found.ids[item.id], found.types[item.id])
            for name in (*old_keys(item), item.key, item.id):
                found.named[name] = named
    return found


def take_file(
    found: Identities, item: WorkItem, path: str, type: str, index: ContentIndex, base: Base,
    report: Report,
) -> None:  # fmt: skip
    """Give an item the file that it has already. `type` is what the map calls its type."""
    file = index.files[path]
    known = base.get(item.id)
    if known is not None and known.file != path:  # the file was moved here
        known = None
    implied = implied_type(file.path) if known is not None else None
    found.paths[item.id] = path
    found.types[item.id] = implied or file.type or type
    found.ids[item.id] = known.id if known is not None else file.id
    if found.types[item.id] != type:
        message = f"is {item.type} there, which the map calls {type}; it stays as its file says"
        report.notes.append(Told(found.ids[item.id], message, place_of(item)))


def begun_here(
    extract: Extract, map: ExchangeMap, index: ContentIndex, base: Base, report: Report
) -> dict[str, str]:
    """The file of each item that began here, went out, and is met there for the first time.

    By its number there; UNCLEAR where it says whose it is and cannot be given to it. An item whose
    id is none here, or is that of a file which has another source, is new.
    """
    claims: dict[str, list[WorkItem]] = {}
    tell_no_ids(extract, map, report)
    for item in extract.items:
        id = id_here(item, map)
        if id and path_of(item, index) is None and item.id not in base:
            claims.setdefault(id.casefold(), []).append(item)
    begun: dict[str, str] = {}
    for folded, items in claims.items():
        id, path = id_here(items[0], map), index.ids.get(folded, "")
        file = index.files.get(path)
        new, unclear = why_new(file), why_unclear(id, items, file)
        for item in items:
            if new:
                message = f"says that it is {id} here, {new}: it is taken as new"
                report.notes.append(Told("", message, place_of(item)))
            elif unclear:
                begun[item.id] = UNCLEAR
                message = f"{unclear}; it was not imported"
                report.problems.append(Told("", message, place_of(item)))
            else:
                begun[item.id] = path
                message = f"began here, and is {item.key} there from now on"
                report.notes.append(Told(index.files[path].id, message, place_of(item)))
    return begun


def tell_no_ids(extract: Extract, map: ExchangeMap, report: Report) -> None:
    """Say so where the map has a field of ids here, and no item does."""
    fields = {name for type in filter(None, map.types.values())
              for name, _ in map.filling(ID_HERE, type)}  # fmt: skip
    for name in sorted(fields) if extract.items else ():
        if not any(name in item.fields for item in extract.items):
            message = f"no item has the field {name!r}: none is found by its id here"
            report.notes.append(Told("", message, SourcePlace("", 0, "")))


def why_new(file: ContentFile | None) -> str:
    """Why an item that says which file it is does not get it, and one of its own instead."""
    if file is None:
        return "and no file has that id"
    return f"and content/{file.path} has a source already" if file.source else ""


def why_unclear(id: str, items: Sequence[WorkItem], file: ContentFile | None) -> str:
    """Why nobody can tell which of some items is the one of a file, or how; empty where one can."""
    if len(items) > 1:
        keys = listed([item.key for item in items])
        return f"{keys} say that they are {id} here: leave it in one of them"
    if file is not None and file.id.casefold() != id.casefold():
        return f"{id} stands within content/{file.path}: give it a file of its own"
    return ""


def id_here(item: WorkItem, map: ExchangeMap) -> str:
    """The id here that a field of an item says; empty of none."""
    type = map.type_of(item.type)
    for name, _ in map.filling(ID_HERE, type) if type is not None else ():
        try:
            values = plain(item.fields.get(name))
        except ProgramObject:
            continue
        if values:
            return as_text(values[0]).strip()
    return ""


def add_known(found: Identities, index: ContentIndex, base: Base) -> None:
    """Items that are here already, whether or not these files hold them: links may lead there."""
    untouched = {item.file: item.id for item in base.values()}
    for names in (index.by_key, index.by_source):
        for name, path in names.items():
            file = index.files[path]
            type = implied_type(file.path) or file.type
            found.named[name] = Named(untouched.get(path) or file.id, type)


def path_of(item: WorkItem, index: ContentIndex) -> str | None:
    """The file of an item: by its number; by its key only where the file knows no number."""
    if item.id in index.by_source:
        return index.by_source[item.id]
    for key in (item.key, *reversed(old_keys(item))):
        path = index.by_key.get(key)
        if path is not None and "id" not in index.files[path].source:
            return path
    return None


def begin(
    found: Identities, item: WorkItem, type: str, map: ExchangeMap, index: ContentIndex,
    report: Report,
) -> None:  # fmt: skip
    """Give a new item its id and its file, or tell why it can have none."""
    id = f"{map.ids.before}{item.key if map.ids.use == 'key' else item.id}"
    if ID.match(id) is None:
        message = f"{id!r} cannot be an id; say in the map how ids are made, under `ids`"
        report.problems.append(Told("", message, place_of(item)))
        return
    path = f"{TYPES[type].FOLDER}/{id}.md"
    other = index.ids.get(id.casefold()) or (path if path in index.files else "")
    twin = found.claimed.setdefault(id.casefold(), item.key)
    if other or twin != item.key:
        where = f"content/{other} has it" if other else f"{twin} there has it too"
        message = f"its id would be {id}, and {where}; it was not imported"
        report.problems.append(Told("", message, place_of(item)))
        return
    found.ids[item.id], found.types[item.id] = id, type
    found.paths[item.id] = path
    found.new.add(item.id)
