"""Rows of a table become items, by a map from columns to fields. Pure: text in, texts out.

A map is YAML: `items`, each with a `type` and `fields`. A field takes a column by its name, or

    {column: cost, times: 1000000, drop: "£,"}   a number: signs dropped, then multiplied
    {column: status, words: {AMBER: at-risk}}     other words for what the column says
    {column: labels, split: ";"}                  a list
    {column: department, before: VS-}             with a beginning, as of an id
    {always: delivery}                            the same in every row

What a row leaves empty stays unknown, and is counted as such; nothing is ever taken for zero.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from pydantic_core import PydanticCustomError

from leanfolio.figures.funding.amount import EXACT, ZERO
from leanfolio.figures.funding.csv_rows import mark_of, numbered
from leanfolio.model import TYPES, Item
from leanfolio.model.field import read_number
from leanfolio.model.source import Source
from leanfolio.problem import Problem
from leanfolio.read import read
from leanfolio.read.suggestions import did_you_mean
from leanfolio.read.yaml import HIDDEN_LINE_END, parse

OPTIONS = ("column", "times", "drop", "words", "split", "before", "always")
ITEM = ("type", "fields")


class MapError(Exception):
    """Why a map cannot be used, in words."""


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a field's value comes from, and what is done with it."""

    column: str = ""
    always: Any = None
    before: str = ""
    times: Decimal | None = None
    drop: str = ""
    split: str = ""
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> bool:
        return self.times is not None or bool(self.drop)


@dataclass(frozen=True, slots=True)
class Shape:
    """One type of item that each row describes."""

    type: str
    fields: Mapping[str, FieldSource]


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """An item as a file: its path below the content folder, and its text."""

    path: PurePosixPath
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not taken over, and why."""

    line: int
    what: str
    why: str


@dataclass(slots=True)
class Sum:
    """A column of numbers: how many rows state it, how many do not, and what they come to."""

    stated: int = 0
    unknown: int = 0
    total: Decimal = ZERO


@dataclass(slots=True)
class Imported:
    """What became of a table."""

    rows: int = 0
    made: list[ImportedFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    sums: dict[str, Sum] = field(default_factory=dict)  # by type and field: epic.cost


# The map -------------------------------------------------------------------------------------


def read_map(text: str) -> tuple[Shape, ...]:
    """The map that a YAML text holds. Raises WrongMap."""
    result = parse(text, 1)
    for fault in result.faults:
        raise MapError(f"line {fault.line}: {fault.message}; {fault.hint}")
    items = result.values.get("items")
    if not isinstance(items, list) or not items:
        raise MapError("it has no `items`; write `items: [{type: epic, fields: {...}}]`")
    return tuple(shape_of(item) for item in items)


def shape_of(item: Any) -> Shape:
    if not isinstance(item, dict):
        raise MapError("an entry of `items` is no set of fields; write {type: epic, fields: ...}")
    known(item, ITEM, "an entry of `items`")
    type = item.get("type")
    if type not in TYPES or type == "portfolio":
        names = [name for name in TYPES if name != "portfolio"]
        raise MapError(
            f"{type!r} is no type of item: {did_you_mean(str(type), names, ', '.join(names))}"
        )
    fields = item.get("fields")
    if not isinstance(fields, dict) or "id" not in fields:
        raise MapError(f"the {type} has no `fields` with an `id`: every item needs one that lasts")
    model = TYPES[type]
    for name in fields:
        whole, _, inner = name.partition(".")
        known({whole: None}, names_of(model), f"the {type}")
        if inner and whole in fields:
            raise MapError(f"the {type} fills `{whole}` as a whole and piece by piece; keep one")
    return Shape(type, {name: from_of(name, value) for name, value in fields.items()})


def names_of(model: type[Item]) -> tuple[str, ...]:
    return tuple(value.alias or name for name, value in model.model_fields.items())


def from_of(name: str, given: Any) -> FieldSource:
    """How one field is filled."""
    if isinstance(given, str):
        return FieldSource(column=given)
    if not isinstance(given, dict):
        raise MapError(f"`{name}` is neither the name of a column nor {{column: ...}}")
    known(given, OPTIONS, f"`{name}`")
    if ("column" in given) == ("always" in given):
        raise MapError(f"`{name}` needs one of `column` and `always`")
    words = given.get("words", {})
    if not isinstance(words, dict):
        raise MapError(f"`words` of `{name}` is no set of fields; write {{AMBER: at-risk}}")
    times = given.get("times")
    try:
        factor = None if times is None else Decimal(str(read_number(times)))
    except PydanticCustomError:
        raise MapError(f"`times` of `{name}` is not a number") from None
    return FieldSource(
        column=str(given.get("column", "")),
        always=given.get("always"),
        before=str(given.get("before", "")),
        times=factor,
        drop=str(given.get("drop", "")),
        split=str(given.get("split", "")),
        words={str(key): value for key, value in words.items()},
    )


def known(given: Mapping[str, Any], names: Iterable[str], whose: str) -> None:
    allowed = tuple(names)
    for name in given:
        if name not in allowed:
            hint = did_you_mean(str(name), allowed, f"it may have {', '.join(allowed)}")
            raise MapError(f"{whose} has no `{name}`; {hint}")


# The rows ------------------------------------------------------------------------------------


def import_rows(text: str, shapes: Iterable[Shape], name: str) -> Imported:
    """Every row as items. `name` is what the table is called. Raises WrongMap."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    problems: list[Problem] = []
    rows = numbered(lines, mark_of(lines), PurePosixPath(name), problems)
    header = next((values for _, values in rows if any(map(str.strip, values))), None)
    if header is None:
        raise MapError(f"{name} holds no row (its values are parted by {mark_of(lines)!r})")
    columns = [entry.strip() for entry in header]
    shapes = tuple(shapes)
    for shape in shapes:
        for entry in shape.fields.values():
            if entry.column and entry.column not in columns:
                hint = did_you_mean(entry.column, columns, f"it has {', '.join(columns)}")
                raise MapError(f"{name} has no column {entry.column!r}; {hint}")
    result = Imported()
    seen: dict[str, tuple[int, str]] = {}
    for line, values in rows:
        if not any(map(str.strip, values)):
            continue
        result.rows += 1
        if len(values) != len(columns):
            why = f"it has {len(values)} values under {len(columns)} columns"
            result.skipped.append(Skipped(line, "the row", why))
            continue
        row = dict(zip(columns, (value.strip() for value in values), strict=True))
        for shape in shapes:
            add(result, shape, row, line, name, seen)
    result.skipped += [
        Skipped(problem.at.line, "the row, and all below it", problem.message)
        for problem in problems
    ]
    return result


def add(
    result: Imported,
    shape: Shape,
    row: Mapping[str, str],
    line: int,
    name: str,
    seen: dict[str, tuple[int, str]],
) -> None:
    """One item of one row, where the row describes one that is not there yet."""
    fields, left = fields_of(shape, row)
    id = id_of(fields.pop("id", ""))
    if not id:
        result.skipped.append(Skipped(line, f"the {shape.type}", "the row gives it no id"))
        return
    first = seen.setdefault(id.casefold(), (line, shape.type))
    if first != (line, shape.type):
        if shape.type != first[1] or row_items(shape):
            why = f"{id} stands on line {first[0]} already"
            result.skipped.append(Skipped(line, f"the {shape.type}", why))
        return
    counted(result, shape, fields)
    result.skipped += [Skipped(line, f"`{field}` of {id}", why) for field, why in left]
    text = file_text(shape.type, id, fields, f"Imported from {name}, line {line}.")
    path = PurePosixPath(TYPES[shape.type].FOLDER, f"{id}.md")
    faults = read([Source(path, text.encode())]).problems
    if faults:
        result.skipped.append(Skipped(line, f"the {shape.type} {id}", faults[0].message))
        return
    result.made.append(ImportedFile(path, text, line))


def row_items(shape: Shape) -> bool:
    """Whether each row is to be an item of its own, rather than to name one of many rows.

    A department that every row names again is no double; a project that stands twice is one.
    """
    return len({entry.column for entry in shape.fields.values() if entry.column}) > 1


def counted(result: Imported, shape: Shape, fields: Mapping[str, Any]) -> None:
    for name, entry in shape.fields.items():
        if not entry.number:
            continue
        sum = result.sums.setdefault(f"{shape.type}.{name}", Sum())
        value = fields.get(name)
        if isinstance(value, Decimal):
            sum.stated += 1
            sum.total = EXACT.add(sum.total, value)
        else:
            sum.unknown += 1


def fields_of(shape: Shape, row: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The fields that a row states, and those that it states in a way that cannot be read."""
    fields: dict[str, Any] = {}
    left: list[tuple[str, str]] = []
    for name, value in shape.fields.items():
        if value.always is not None:
            fields[name] = value.always
            continue
        text = row[value.column]
        if not text:
            continue
        try:
            fields[name] = value_of(text, value)
        except PydanticCustomError:
            left.append((name, f"{text!r} is not a number; it stays unknown"))
    return fields, left


def value_of(text: str, how: FieldSource) -> Any:
    """What a cell means. Raises PydanticCustomError where it is to be a number and is none."""
    if text in how.words:
        return how.words[text]
    if how.number:
        digits = text.translate({ord(entry): None for entry in how.drop}).strip()
        number = Decimal(str(read_number(digits)))
        return number if how.times is None else EXACT.multiply(number, how.times)
    if how.split:
        return [part.strip() for part in text.split(how.split) if part.strip()]
    return f"{how.before}{id_of(text)}" if how.before else text


def id_of(text: object) -> str:
    """Letters, digits, dashes and points: what else an id holds becomes a dash."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", str(text)).strip("-.")[:64]


# The text of a file --------------------------------------------------------------------------


def file_text(type: str, id: str, fields: Mapping[str, Any], note: str) -> str:
    """An item as Markdown: its fields in the order of the format, and where it came from."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        head, _, inner = name.partition(".")
        if inner:
            values.setdefault(head, {})[inner] = value
        else:
            values[head] = value
    names = [name for name in names_of(TYPES[type]) if name in values]
    lines = [f"{name}: {as_yaml(values[name])}" for name in names]
    return "\n".join(["---", f"type: {type}", f"id: {as_yaml(id)}", *lines, "---", note, ""])


PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
RESERVED = frozenset(("true", "false", "null", "yes", "no", "on", "off"))


def as_yaml(value: Any) -> str:
    """A value as one line of YAML: text in quotes wherever it could be taken for something else."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_yaml, value))}]"
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{as_yaml(key)}: {as_yaml(entry)}' for key, entry in value.items())}}}"
        )
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if PLAIN.match(text) and text.casefold() not in RESERVED:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return HIDDEN_LINE_END.sub(lambda result: f"\\u{ord(result[0]):04x}", quoted)


def summary(result: Imported, written: int) -> Iterator[str]:
    """What was taken over, in a line a piece: files by type, then the columns of numbers."""
    types = Counter(entry.path.parts[0] for entry in result.made)
    text = ", ".join(f"{number} {folder}" for folder, number in types.items())
    yield f"{result.rows} rows: {text or 'no item'}; {written} files written"
    for name, sum in result.sums.items():
        text = f"stated in {sum.stated} of {sum.stated + sum.unknown}; {sum.unknown} unknown"
        yield f"{name}: {as_yaml(sum.total)} in all, {text}"
