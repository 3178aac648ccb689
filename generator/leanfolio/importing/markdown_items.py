"""Foreign Markdown files become items, by a map. Pure: texts in, texts out.

All that is not taken over is told: with its file and line where an item was to have it, with its
count and first place where the map does not name it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from leanfolio.importing.cells import CellError
from leanfolio.importing.mapping import MapError, Shape
from leanfolio.importing.markdown_document import Cell, Document, Table, document
from leanfolio.importing.markdown_links import relinked
from leanfolio.importing.markdown_map import FileItems, MarkdownField, MarkdownMap, RowItems, Shaped
from leanfolio.importing.rows import fields_of, id_of, readable
from leanfolio.model import TYPES
from leanfolio.output.change.inert import inert
from leanfolio.read.suggestions import did_you_mean

FIRST = 1  # the line of what has no line of its own


class Place(Struct, frozen=True):
    """Where something stands in the files that are imported."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class ItemText(Struct, frozen=True):
    """An item as a file: its path below the content folder, its text, and what it was made of."""

    path: PurePosixPath
    text: str
    at: Place


class LeftOut(Struct, frozen=True):
    """What was not taken over, and why."""

    at: Place
    what: str
    why: str


class Unmapped(Struct):
    """What the map does not name: how many files or rows have it, and where the first stands."""

    first: Place
    count: int = 0


class MarkdownItems(Struct):
    """What became of the files."""

    files: int = 0
    made: list[ItemText] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    unmapped: dict[str, Unmapped] = field(default_factory=dict)
    not_taken: list[str] = field(default_factory=list)  # files that no entry of the map is for
    labels: dict[int, set[str]] = field(default_factory=dict)  # of what each entry of the map takes
    ids: dict[str, Place] = field(default_factory=dict)  # in small letters
    numbers: Counter[str] = field(default_factory=Counter)  # by what stands before them

    def count(self, what: str, at: Place) -> None:
        self.unmapped.setdefault(what, Unmapped(at)).count += 1


class Parts(Struct, frozen=True):
    """What a file or a row holds for the fields of an item."""

    cells: Mapping[str, Sequence[Cell]]
    missing: Sequence[tuple[str, Cell, str]] = ()  # field, where, why its value is not taken


def import_documents(files: Iterable[tuple[str, str]], map: MarkdownMap) -> MarkdownItems:
    """Every file, given by its path and its text, as the items that the map makes of it.

    Raises MapError where the map takes no file, or names what is nowhere in those that it takes.
    """
    files = sorted(files)
    found = MarkdownItems()
    for path, text in files:
        shape = next((each for each in map.items if each.takes(path)), None)
        if shape is None:
            found.not_taken.append(path)
            continue
        found.files += 1
        taken = document(text)
        if taken.faults:
            found.left += [
                LeftOut(Place(path, fault.line), "the file", f"{fault.message}; {fault.hint}")
                for fault in taken.faults
            ]
            continue
        found.labels.setdefault(id(shape), set()).update(taken.labels)
        add_file(found, shape, taken, path, map.known)
    require_files(files, map)
    for shape in map.items:
        for each in (shape, *shape.rows):
            require_labels(each, found.labels.get(id(each), set()))
    items = {each.at.file: each.path for each in found.made if each.at.line == FIRST}
    found.made = [with_links(each, items) for each in found.made]
    return found


def with_links(item: ItemText, items: Mapping[str, PurePosixPath]) -> ItemText:
    """The item with links to other items in place of those to the files that these were made of."""
    head, fence, body = item.text.partition("\n---\n")
    body = relinked(body, item.at.file, item.path, items)
    return replace(item, text=f"{head}{fence}{body}")


def require_files(files: Sequence[tuple[str, str]], map: MarkdownMap) -> None:
    """Raises MapError where no entry of the map takes a file."""
    if not any(shape.takes(path) for path, _ in files for shape in map.items):
        patterns = ", ".join(pattern for shape in map.items for pattern in shape.files)
        there = ", ".join(path for path, _ in files[:3]) or "none that ends in .md"
        raise MapError(f"no file is like {patterns}; the files are {there}")


def require_labels(shape: Shaped, labels: Collection[str]) -> None:
    """Raises MapError where a field takes what stands beside labels that are nowhere."""
    for name, how in shape.fields.items() if labels else ():
        if how.label is not None and not set(how.label) & set(labels):
            said = " or ".join(f"`{label}`" for label in how.label)
            hint = did_you_mean(how.label[0], labels, f"there are {', '.join(sorted(labels))}")
            raise MapError(f"`{name}` of the {shape.type} takes {said}, which no file has; {hint}")


def add_file(
    found: MarkdownItems, shape: FileItems, taken: Document, path: str, known: Sequence[str]
) -> None:
    """The item of a file, and those of its rows."""
    tell_unmapped(found, shape, taken, path, known)
    parts = parts_of(shape, taken, path)
    item = add(found, shape, parts, path, FIRST)
    if item is None:
        return
    for table in taken.tables:
        rows = next((each for each in shape.rows if set(each.table) & set(table.columns)), None)
        if rows is not None:
            add_rows(found, rows, table, path, item, known)
        elif not carries_prose(shape):
            said = " | ".join(table.columns)
            found.count(f"table {said}", Place(path, table.lines.start + taken.first_line))


def carries_prose(shape: Shaped) -> bool:
    return any(how.prose is not None for how in shape.fields.values())


def tell_unmapped(
    found: MarkdownItems, shape: FileItems, taken: Document, path: str, known: Sequence[str]
) -> None:
    """Count the labels that no field takes, and the text where none does."""
    named = {*known, *(label for how in shape.fields.values() for label in how.label or ())}
    for label, cells in taken.labels.items():
        stated = [cell for cell in cells if cell.words]
        if stated and label not in named:
            found.count(f"`{label}`", Place(path, stated[0].line))
    for cell in taken.records:
        what, why = f"`{cell.words}`", "it is a list of records, which no field takes"
        found.left.append(LeftOut(Place(path, cell.line), what, why))
    for line in taken.disarmed if carries_prose(shape) else ():
        what = "the view that a fence `leanfolio` asks for"
        found.left.append(LeftOut(Place(path, line), what, "it stays as text"))
    if not carries_prose(shape) and any(map(str.strip, taken.lines)):
        found.count("the text", Place(path, taken.first_line))


def parts_of(shape: Shaped, taken: Document, path: str) -> Parts:
    """What a file holds for each field."""
    cells: dict[str, list[Cell]] = {}
    missing: list[tuple[str, Cell, str]] = []
    for name, how in shape.fields.items():
        cells[name] = []
        if how.label is not None:
            labelled(name, how, taken.labels, cells, missing)
        elif how.prose is not None:
            lines = () if how.prose == "all" else (taken.labelled, *titles(shape, taken))
            cells[name] = [Cell(taken.prose(lines), "", taken.first_line)]
        else:
            cells[name] = [cell for cell in own_cells(how, taken, path) if cell.words]
    return Parts(cells, missing)


def titles(shape: Shaped, taken: Document) -> Iterator[range]:
    """Yield the lines of the headings that fields take."""
    for how in shape.fields.values():
        heading = taken.heading(how.heading or ())
        if heading is not None:
            yield heading.lines


def own_cells(how: MarkdownField, taken: Document, path: str) -> Iterator[Cell]:
    """Yield what a field takes of a file's name, headings and sections."""
    if how.file is not None:
        whole = PurePosixPath(path).with_suffix("")
        folder = str(whole.parent) if whole.parent.parts else ""
        said = {"path": str(whole), "name": whole.name, "folder": folder}[how.file]
        yield Cell(said, "", FIRST)
    elif how.heading is not None:
        heading = taken.heading(how.heading)
        if heading is not None:
            yield Cell(heading.words, "", heading.lines.start + taken.first_line)
    elif how.section is not None:
        section = taken.section(how.section)
        if section is not None:
            yield section


def labelled(
    name: str, how: MarkdownField, labels: Mapping[str, Sequence[Cell]],
    cells: dict[str, list[Cell]], missing: list[tuple[str, Cell, str]],
) -> None:  # fmt: skip
    """Take what stands beside the first label that states anything; tell what others say else."""
    stated = [
        (label, [cell for cell in labels.get(label, ()) if cell.words]) for label in how.label or ()
    ]
    stated = [(label, found) for label, found in stated if found]
    if not stated:
        return
    taken = stated[0][1]
    if how.take == "link":
        missing += [
            (name, cell, f"{cell.words!r} has no address") for cell in taken if not cell.link
        ]
        taken = [Cell(cell.link, cell.link, cell.line) for cell in taken if cell.link]
    cells[name] = taken
    words = {cell.words for _, found in stated[:1] for cell in found}
    for label, found in stated[1:]:
        why = f"`{stated[0][0]}` goes before `{label}`"
        missing += [
            (name, cell, f"{why}, which says {cell.words!r}")
            for cell in found
            if cell.words not in words
        ]


def add(
    found: MarkdownItems, shape: Shaped, parts: Parts, path: str, line: int, above: str = ""
) -> dict[str, Any] | None:
    """Make one item; return its fields with its id, or None where nothing of it can stand."""
    at = Place(path, line)
    try:
        id = new_id(found, shape, parts, at, above)
    except CellError as error:
        found.left.append(LeftOut(at, f"the {shape.type}", str(error)))
        return None
    sources = {name: how.source(name) for name, how in shape.fields.items()}
    texts = {name: [cell.words for cell in cells] for name, cells in parts.cells.items()}
    fields, wrong = fields_of(Shape(shape.type, sources), texts)
    target = PurePosixPath(TYPES[shape.type].FOLDER, f"{id}.md")
    note = f"Imported from {inert(path)}."
    text, refused, faults = readable(shape.type, id, fields, note, target)
    if faults:
        found.left += [LeftOut(at, f"the {shape.type} {id}", why) for why in faults]
        return None
    lines = {name: cells[0].line for name, cells in parts.cells.items() if cells}
    found.left += [
        LeftOut(Place(path, lines.get(name, line)), f"`{name}` of {id}", why)
        for name, why in (*wrong, *refused)
    ]
    found.left += [
        LeftOut(Place(path, cell.line), f"`{name}` of {id}", why)
        for name, cell, why in parts.missing
    ]
    found.made.append(ItemText(target, text, at))
    return {**fields, "id": id}


def new_id(found: MarkdownItems, shape: Shaped, parts: Parts, at: Place, above: str) -> str:
    """The id of an item: of a row, below that of its file's. Raises CellError."""
    how = shape.fields["id"]
    before = f"{above}-" if above else ""
    if how.number is not None:
        stem = f"{before}{how.number}"
        found.numbers[stem] += 1
        id = f"{stem}{found.numbers[stem]}"
    else:
        key = str(how.always or next((cell.words for cell in parts.cells["id"]), ""))
        own = id_of(key)
        if not own:
            raise CellError("nothing gives it an id")
        id = id_of(f"{before}{how.before}{own}")
    first = found.ids.setdefault(id.casefold(), at)
    if first is not at:
        raise CellError(f"{id} is made from {first} already")
    return id


def add_rows(
    found: MarkdownItems, shape: RowItems, table: Table, path: str, item: Mapping[str, Any],
    known: Sequence[str],
) -> None:  # fmt: skip
    """The items of the rows of a table, below the item of their file."""
    named = {*known, *(label for how in shape.fields.values() for label in how.label or ())}
    found.labels.setdefault(id(shape), set()).update(table.columns)
    for row in table.rows:
        line = row[0].line if row else FIRST
        labels = {name: [cell] for name, cell in zip(table.columns, row, strict=False)}
        for name, [cell] in labels.items():
            if cell.words and name not in named:
                found.count(f"column `{name}`", Place(path, line))
        cells: dict[str, list[Cell]] = {}
        missing: list[tuple[str, Cell, str]] = []
        for name, how in shape.fields.items():
            cells[name] = []
            if how.label is not None:
                labelled(name, how, labels, cells, missing)
            elif how.of is not None and item.get(how.of) is not None:
                cells[name] = [Cell(str(item[how.of]), "", line)]
        add(found, shape, Parts(cells, missing), path, line, str(item["id"]))
