"""The file of an imported item: written anew, or changed so that every other byte stays."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from leanfolio.editor.field_edits import (
    EditError,
    FieldChange,
    as_read,
    block_field,
    with_change,
    written,
)
from leanfolio.editor.text import Lines, scalar
from leanfolio.importing.mapping import BODY, names_of
from leanfolio.model import TYPES
from leanfolio.model.item import ImportedFrom
from leanfolio.model.source import Source
from leanfolio.problem import Problem
from leanfolio.read import read

MARK = "<!-- imported above, yours below -->"
SOURCE_FIELDS = tuple(ImportedFrom.model_fields)
MARK_LINE = re.compile(rf"^{re.escape(MARK)}[ \t]*$", re.MULTILINE)


def normal(value: Any) -> str | None:
    """A value as it is written, so that equal values are equal texts; None of none."""
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, list) and value and all(map(is_flat, value)):
        return f"[{', '.join(entry_text(tuple(each.items())) for each in value)}]"
    return None if value is None or value in ([], {}) else written(as_read(value))


def is_flat(value: Any) -> bool:
    """Whether a value is a mapping without lists and mappings in it."""
    return isinstance(value, dict) and all(isinstance(each, str | date) for each in value.values())


@lru_cache(maxsize=1 << 14)
def entry_text(entry: tuple[tuple[str, Any], ...]) -> str:
    """An entry of a list as it is written: a state and its day stand in many histories."""
    return written(as_read(dict(entry)))


def order_of(type: str) -> tuple[str, ...]:
    """The names of a type's fields in the order of the format."""
    return names_of(TYPES[type])


def new_text(type: str, id: str, values: Mapping[str, Any], prose: str | None) -> str:
    """A new file: its fields in the order of the format, and prose above the line of the import."""
    tree: dict[str, Any] = {"type": type, "id": id}
    for name, value in values.items():
        if value is not None:
            *outer, last = name.split(".")
            holder = tree
            for step in outer:
                holder = holder.setdefault(step, {})
            holder[last] = value
    names = [name for name in ("type", *order_of(type)) if name in tree]
    head = "".join(block_field(name, tree[name], "") for name in names)
    body = f"{prose}\n\n{MARK}\n" if prose else (f"{MARK}\n" if prose is not None else "")
    return f"---\n{head}---\n{body}"


def problems_of(path: PurePosixPath, text: str) -> list[Problem]:
    """What reading says of a file."""
    return read([Source(path, text.encode("utf-8", "surrogatepass"))]).problems


def checked_text(
    type: str, id: str, values: Mapping[str, Any], prose: str | None, path: PurePosixPath
) -> tuple[str, dict[str, str]]:
    """A new file without the fields that cannot be read, and each of those with its reason.

    A reason under the empty name means that nothing of it can stand.
    """
    text = new_text(type, id, values, prose)
    problems = problems_of(path, text)
    if not problems:
        return text, {}
    lines, refused = text.split("\n"), dict[str, str]()
    for problem in problems:
        line = problem.at.line
        while line > 1 and lines[line - 1].startswith(" "):  # an entry of a list
            line -= 1
        name = lines[line - 1].partition(":")[0]
        refused[name if name in order_of(type) else ""] = f"{problem.message}; {problem.hint}"
    kept = {name: value for name, value in values.items() if name.partition(".")[0] not in refused}
    if "" in refused or "id" in refused or "source" in refused:
        return text, {"": next(iter(refused.values()))}
    text = new_text(type, id, kept, prose)
    again = problems_of(path, text)
    return text, {"": again[0].message} if again else refused


def with_fields(
    text: str, type: str, changes: Mapping[str, Any], entries: Mapping[str, Sequence[Any]]
) -> tuple[str, dict[str, str]]:
    """The text of a file with other values, and why each of some cannot be written.

    None removes a field. `entries` are the present entries of lists: one that only grows is
    appended to, so that its lines stay.
    """
    refused: dict[str, str] = {}
    for name, value in changes.items():
        path = tuple(name.split("."))
        order = SOURCE_FIELDS if path[0] == "source" and len(path) > 1 else order_of(type)
        try:
            for change in changes_of(path, value, entries.get(name, ()), order):
                text = with_change(text, change)
        except EditError as why:
            refused[name] = str(why)
    return text, refused


def changes_of(
    path: tuple[str, ...], value: Any, there: Sequence[Any], order: Sequence[str]
) -> list[FieldChange]:
    """The changes that bring a field to a value."""
    if value is None:
        return [FieldChange("remove", path, None, order)]
    if isinstance(value, list) and there and len(value) > len(there):
        old = [normal(each) for each in there]
        if old == [normal(each) for each in value[: len(there)]]:
            return [FieldChange("append", path, each, order) for each in value[len(there) :]]
    return [FieldChange("set", path, value, order)]


# Prose -----------------------------------------------------------------------------------------


def prose_above(body: str) -> str | None:
    """The prose that an import wrote: what stands above its line; None without that line."""
    found = MARK_LINE.search(body)
    return None if found is None else body[: found.start()].strip("\n")


def with_prose(text: str, body: str, prose: str) -> str:
    """The text of a file with other prose above the line of the import; all below it stays.

    `body` is the present body, with line breaks as they are in `text`. A body without any text gets
    the line.
    """
    newline = Lines(text).newline
    found = MARK_LINE.search(body)
    rest = body[found.start() :] if found is not None else f"{MARK}\n".replace("\n", newline)
    above = f"{prose}\n\n".replace("\n", newline) if prose else ""
    head = text[: len(text) - len(body)]
    return head + ("" if head.endswith("\n") else newline) + above + rest


__all__ = ["BODY", "MARK", "checked_text", "normal", "prose_above", "with_fields", "with_prose"]
