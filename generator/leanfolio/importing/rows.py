"""Rows of a table become items, by a map from columns to fields. Pure: text in, texts out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct, field

from leanfolio.figures.funding.amount import EXACT, ZERO
from leanfolio.figures.funding.csv_rows import lines_and_mark, numbered
from leanfolio.importing.cells import CellError, day_of, number_of
from leanfolio.importing.file_text import as_yaml, file_text
from leanfolio.importing.mapping import BODY, FieldSource, MapError, Shape
from leanfolio.model import TYPES, Item
from leanfolio.model.source import Source
from leanfolio.problem import Problem
from leanfolio.read import ID, read
from leanfolio.read.field_hints import errors_of
from leanfolio.read.suggestions import did_you_mean

Numbers = Mapping[str, Decimal | None]  # by type and field: epic.cost
Cells = Mapping[str, Sequence[str]]  # by column; several where columns have one name
LIST = "list"  # of a field: it takes several values
FIRST_FIELD = 3  # the line of a file on which its id stands


class Made(Struct, frozen=True):
    """An item as a file: its path below the content folder, its text, its columns of numbers."""

    path: PurePosixPath
    text: str
    line: int
    numbers: Numbers = field(default_factory=dict)


class Skipped(Struct, frozen=True):
    """What was not taken over, and why."""

    line: int
    what: str
    why: str


class Sum(Struct):
    """A column of numbers: how many items state it, how many do not, and what they come to."""

    stated: int = 0
    unknown: int = 0
    total: Decimal = ZERO


class Imported(Struct):
    """What became of a table. `left` holds the numbers of the items that were left out."""

    rows: int = 0
    made: list[Made] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    left: list[Numbers] = field(default_factory=list)

    @property
    def sums(self) -> dict[str, Sum]:
        return summed(each.numbers for each in self.made)


class Ids(Struct):
    """The ids given out so far: where each stands, and the key that it was made of."""

    lines: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # line, type, key
    numbers: Counter[str] = field(default_factory=Counter)


def summed(numbers: Iterable[Numbers]) -> dict[str, Sum]:
    """Each column of numbers over these items."""
    sums: dict[str, Sum] = {}
    for each in numbers:
        for name, value in each.items():
            total = sums.setdefault(name, Sum())
            if value is None:
                total.unknown += 1
            else:
                total.stated += 1
                total.total = EXACT.add(total.total, value)
    return sums


def import_rows(text: str, shapes: Iterable[Shape], name: str) -> Imported:
    """Every row as items. `name` is what the table is called. Raises MapError."""
    lines, mark = lines_and_mark(text)
    problems: list[Problem] = []
    rows = numbered(lines, mark, PurePosixPath(name), problems)
    header = next((values for _, values in rows if any(map(str.strip, values))), None)
    if header is None:
        raise MapError(f"{name} holds no row (its values are parted by {mark!r})")
    columns = [each.strip() for each in header]
    shapes = tuple(shapes)
    require_columns(shapes, columns, name)
    found, ids = Imported(), Ids()
    for line, values in rows:
        if not any(map(str.strip, values)):
            continue
        found.rows += 1
        if len(values) != len(columns):
            why = f"it has {len(values)} values under {len(columns)} columns"
            found.skipped.append(Skipped(line, "the row", why))
            continue
        cells = cells_of(columns, values)
        for shape in shapes:
            add(found, shape, cells, line, name, ids)
    found.skipped += [
        Skipped(problem.at.line, "the row, and all below it", problem.message)
        for problem in problems
    ]
    return found


def require_columns(shapes: Iterable[Shape], columns: Sequence[str], name: str) -> None:
    """Raises MapError where a map names a column that the table does not have."""
    named = [each.column for shape in shapes for each in shape.fields.values() if each.column]
    for column in named:
        if column not in columns:
            hint = did_you_mean(column, columns, f"it has {', '.join(columns)}")
            if not set(named) & set(columns):
                hint += "; its first row has to name the columns"
            raise MapError(f"{name} has no column {column!r}; {hint}")


def cells_of(columns: Sequence[str], values: Sequence[str]) -> Cells:
    """The cells of a row that hold something, by column; a repeated column has several."""
    cells: dict[str, list[str]] = {column: [] for column in columns}
    for column, value in zip(columns, values, strict=True):
        if value.strip():
            cells[column].append(value.strip())
    return cells


def add(found: Imported, shape: Shape, cells: Cells, line: int, name: str, ids: Ids) -> None:
    """One item of one row, where the row describes one that is not there yet."""
    try:
        id = new_id(shape, cells, line, ids)
    except CellError as error:
        found.skipped.append(Skipped(line, f"the {shape.type}", str(error)))
        found.left.append(numbers_of(shape, fields_of(shape, cells)[0]))
        return
    if not id:  # another row has written what this one names
        return
    fields, left = fields_of(shape, cells)
    note = f"Imported from {name}, line {line}."
    path = PurePosixPath(TYPES[shape.type].FOLDER, f"{id}.md")
    text, wrong, faults = readable(shape.type, id, fields, note, path)
    if faults:
        found.skipped += [Skipped(line, f"the {shape.type} {id}", why) for why in faults]
        found.left.append(numbers_of(shape, fields))
        return
    found.skipped += [Skipped(line, f"`{field}` of {id}", why) for field, why in (*left, *wrong)]
    stated = {key: each for key, each in fields.items() if key not in dict(wrong)}
    found.made.append(Made(path, text, line, numbers_of(shape, stated)))


def readable(
    type: str, id: str, fields: Mapping[str, Any], note: str, path: PurePosixPath
) -> tuple[str, list[tuple[str, str]], list[str]]:
    """An item's file without the fields that cannot be read: its text, and each with its reason.

    The reasons in the third place are those for which nothing of it can stand.
    """
    text = file_text(type, id, fields, note)
    wrong: list[tuple[str, str]] = []
    kept = dict(fields)
    for problem in read([Source(path, text.encode())]).problems:
        lines = text.split("\n")
        name = lines[problem.at.line - 1].partition(":")[0] if problem.at.line > FIRST_FIELD else ""
        names = [key for key in kept if key.partition(".")[0] == name]
        if names:
            wrong.append((name, f"{problem.message}; {problem.hint}"))
        for each in names:
            del kept[each]
    text = file_text(type, id, kept, note)
    return text, wrong, [each.message for each in read([Source(path, text.encode())]).problems]


def new_id(shape: Shape, cells: Cells, line: int, ids: Ids) -> str:
    """The id of the item that a row describes; empty where an earlier row has given the same one.

    Raises CellError where the row gives none, or one that another thing has.
    """
    how = shape.fields["id"]
    if how.numbered is not None:
        ids.numbers[how.numbered] += 1
        return f"{how.numbered}{ids.numbers[how.numbered]}"
    key = str(how.always) if how.always is not None else next(iter(cells[how.column]), "")
    id = f"{how.before}{id_of(key)}" if key else ""
    if not id:
        raise CellError("the row gives it no id")
    first_line, type, first_key = ids.lines.setdefault(id.casefold(), (line, shape.type, key))
    if (first_line, type) == (line, shape.type):
        return id
    if key.casefold() != first_key.casefold():
        raise CellError(f"its key {key!r} and {first_key!r} on line {first_line} both become {id}")
    if type != shape.type or of_the_row(shape):
        raise CellError(f"{id} stands on line {first_line} already")
    return ""


def of_the_row(shape: Shape) -> bool:
    """Whether each row is to be an item of its own, rather than to name one of many rows.

    A department that every row names again is no double; a project that stands twice is one.
    """
    return len({each.column for each in shape.fields.values() if each.column}) > 1


def numbers_of(shape: Shape, fields: Mapping[str, Any]) -> Numbers:
    """The columns that the map calls numbers, as one row states them; None where it does not."""
    return {
        f"{shape.type}.{name}": value if isinstance(value, Decimal) else None
        for name, each in shape.fields.items()
        if each.number and "int_type" not in kinds(TYPES[shape.type], name)
        for value in (fields.get(name),)
    }


def fields_of(shape: Shape, cells: Cells) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The fields that a row states, and those that it states in a way that cannot be read."""
    fields: dict[str, Any] = {}
    left: list[tuple[str, str]] = []
    for name, each in shape.fields.items():
        if name == "id":
            continue
        if each.always is not None:
            fields[name] = each.always
            continue
        texts = cells[each.column]
        if not texts:
            continue
        if name == BODY:
            fields[name] = "\n\n".join(text.replace("\r\n", "\n") for text in texts)
            continue
        try:
            if name == "state":
                require_words(texts, each)
            fields[name] = value_of(texts, each, kinds(TYPES[shape.type], name))
        except CellError as error:
            left.append((name, str(error)))
    return fields, left


def require_words(texts: Iterable[str], how: FieldSource) -> None:
    """Raises CellError for a state that the words of the map leave out: nobody said what it is."""
    known = {*how.words, *map(str, how.words.values())}
    lacking = [text for text in texts if how.words and text not in known]
    if lacking:
        raise CellError(
            f"{lacking[0]!r} is none of the `words` of the map; add {{{lacking[0]}: ...}} there"
        )


@cache
def kinds(model: type[Item], name: str) -> frozenset[str]:
    """What a field is: the errors of a text that it cannot hold, and LIST where it takes a list."""
    listed = not errors_of(model, name, ["a", "b"])
    return frozenset((*errors_of(model, name, "no such value"), *((LIST,) if listed else ())))


def value_of(texts: Sequence[str], how: FieldSource, field_kinds: frozenset[str]) -> Any:
    """What the cells of a field mean. Raises CellError where they cannot mean what it needs."""
    if how.split or LIST in field_kinds:
        parts = [part.strip() for text in texts for part in parted(text, how.split)]
        return [word_of(part, how, field_kinds) for part in parts if part]
    if len(set(texts)) > 1:
        raise CellError(f"its column stands {len(texts)} times, with {' and '.join(texts)}")
    return word_of(texts[0], how, field_kinds)


def parted(text: str, mark: str) -> list[str]:
    return text.split(mark) if mark else [text]


def word_of(text: str, how: FieldSource, field_kinds: frozenset[str]) -> Any:
    """What one cell, or one part of it, means."""
    if text in how.words:
        return how.words[text]
    if how.date or "day" in field_kinds:
        return day_of(text, how.date)
    if how.number or field_kinds & {"number", "int_type"}:
        number = number_of(text, how.drop, how.decimal)
        return number if how.times is None else EXACT.multiply(number, how.times)
    return f"{how.before}{id_of(text)}" if how.before else text


def id_of(text: object) -> str:
    """A key as an id: what is no letter, digit, dash or point becomes a dash.

    Raises CellError where letters would be lost, since two keys could then become one.
    """
    key = str(text)
    id = re.sub(r"[^A-Za-z0-9.-]+", "-", key).strip("-.")[:64].rstrip("-.")
    if any(each.isalnum() and not each.isascii() for each in key):
        why = f"its key {key!r} would become {id!r}" if id else f"its key {key!r} is no id"
        raise CellError(
            f"{why}: an id has letters from A to Z alone; take the id from another column, or"
            " number them with `id: {number: EP-}`"
        )
    if id and not ID.match(id):
        raise CellError(f"its key {key!r} would become {id!r}, which cannot be an id")
    return id


def summary(found: Imported, written: Sequence[Made], dry: bool = False) -> Iterator[str]:
    """What was taken over, in a line a piece: files by type, then the columns of numbers.

    The sums are those of what was written, with what was left out beside them.
    """
    types = Counter(each.path.parts[0] for each in found.made)
    said = ", ".join(f"{number} {folder}" for folder, number in types.items())
    files = "1 file" if len(written) == 1 else f"{len(written)} files"
    refused = {each.what for each in found.skipped}
    there = [each for each in found.made if each not in written]
    same = len([each for each in there if str(each.path) not in refused])
    also = f"; {same} {'is' if same == 1 else 'are'} there already, unchanged" if same else ""
    files = f"{files} {'to write' if dry else 'written'}"
    yield f"{found.rows} rows: {said or 'no item'}; {files}{also}"
    left = summed([*found.left, *(each.numbers for each in there if str(each.path) in refused)])
    sums = summed(each.numbers for each in written)
    for name in dict.fromkeys((*sums, *left)):
        sum, out = sums.get(name, Sum()), left.get(name, Sum())
        said = f"stated in {sum.stated} of {sum.stated + sum.unknown}; {sum.unknown} unknown"
        beside = f"; {as_yaml(out.total)} in {out.stated} not written" if out.stated else ""
        yield f"{name}: {as_yaml(sum.total)} in all, {said}{beside}"
