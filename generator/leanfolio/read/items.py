"""Items: the fields of a file become an item and the children nested in it, less what is wrong."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import takewhile
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from leanfolio.markdown.scan import first_heading
from leanfolio.model import TYPES, Item, Origin
from leanfolio.model.item import NOWHERE, name_of_file
from leanfolio.problem import Problem
from leanfolio.read.field_hints import field_meant
from leanfolio.read.fields import foreign_to, key_place, names_at
from leanfolio.read.reading import Reading
from leanfolio.read.rules import (
    ID,
    better_id,
    field_missing,
    folder_wrong,
    id_wrong,
    value_wrong,
)
from leanfolio.read.suggestions import nearest
from leanfolio.read.value_problems import KEY, problem_in

ABOUT_FIELDS = ("field-missing", "field-unknown")


def read_item(
    model: type[Item], values: Mapping[str, Any], origin: Origin, reading: Reading
) -> None:
    """One item, and the children nested in it."""
    own = {key: value for key, value in values.items() if value is not None and key != "type"}
    nested = {name: own.pop(name) for name in model.NESTED if name in own}
    if not origin.prefix:
        own.setdefault("id", name_of_file(origin.path))
    if isinstance(own.get("id"), int):
        own["id"] = str(own["id"])
    if "title" not in own and not origin.prefix:
        heading = first_heading(origin.body)
        own["title"] = heading or str(own["id"])
        if heading is None:
            reading.problems.append(
                field_missing(
                    origin.place("id"),
                    str(own["id"]),
                    "title",
                    "a `title:` or a first heading `# ...`",
                )
            )
    id = own.get("id")
    wrong = isinstance(id, str) and not ID.match(id)
    if isinstance(id, str) and wrong:
        reading.problems.append(id_wrong(id, origin))
        reading.broken.add(id)
        own["id"] = better_id(id) or id
    other = written_as(model, values, origin) if "type" not in values else None
    if other is not None:
        reading.problems.append(folder_wrong(model, other, str(id), values, origin))
        reading.broken.add(str(id))
        return
    item = valid_item(model, own, origin, reading)
    if item is None:
        if isinstance(id, str):
            reading.broken.add(id)
    elif not wrong:
        reading.items.append(item)
    elif ID.match(item.id):
        reading.readdressed.append(item)
    for name, children in nested.items():
        read_nested(TYPES[model.NESTED[name]], name, children, str(id), origin, reading)


def written_as(model: type[Item], values: Mapping[str, Any], origin: Origin) -> type[Item] | None:
    """The type that a file was written as, where it plainly is not that of its folder: several of
    its fields are foreign there, and one other type has them all."""
    foreign = foreign_to(model, values)
    if origin.prefix or len(foreign) < 2:
        return None
    fits = [
        entry
        for entry in TYPES.values()
        if all(name in names_at(entry, (name,)) for name in values)
    ]
    return fits[0] if len(fits) == 1 else None


def read_nested(
    model: type[Item], name: str, children: Any, parent: str, origin: Origin, reading: Reading
) -> None:
    """Children written in their parent's front matter: the same fields, without the link up."""
    up = next(field for field, link in model.LINKS.items() if link.kind == "parent")
    if not isinstance(children, list):
        reading.problems.append(
            value_wrong(
                origin.place(name),
                f"`{name}` is not a list",
                "write one `- {id: ..., title: ...}` a line",
            )
        )
        return
    for index, child in enumerate(children):
        prefix = (*origin.prefix, name, index)
        if not isinstance(child, dict):
            reading.problems.append(
                value_wrong(
                    origin.place(name, index),
                    f"entry {index + 1} of `{name}` is not a list of fields",
                    "write {id: ..., title: ...}",
                )
            )
            continue
        depth = len(prefix)
        faulty = {str(path[depth]) for path in reading.refused if path[:depth] == prefix != path}
        inner = Origin(origin.path, origin.spans, origin.keys, prefix, faulty=frozenset(faulty))
        if up in child:
            reading.problems.append(
                Problem(
                    key_place(inner, (up,)),
                    "field-unknown",
                    f"`{up}` is already said by where this {model.WORD} is nested",
                    "remove the field",
                )
            )
        if child.get("id") is None:
            text = f"this {model.WORD}"
            reading.problems.append(
                field_missing(inner.place(), text, "id", "an `id:`, so that links to it last")
            )
            continue
        read_item(model, {**child, up: parent}, inner, reading)


ATTEMPTS = 6  # a wrong field may take its entry with it, and that what holds the entry
MOST_TOLD = 500  # wrong fields of one item; the format knows fifty


def valid_item(
    model: type[Item], own: Mapping[str, Any], origin: Origin, reading: Reading
) -> Item | None:
    """The item, less the fields that are wrong; None where nothing of it can stand.

    A wrong field costs the field, not the item: links to it still hold, and the author is told
    of this one fault instead of a cascade. Of a file with more than MOST_TOLD the others are told
    once these are gone: a hint for each of thousands takes longer than anybody waits.
    """
    fields: Any = own
    faulty: set[str] = set()
    for attempt in range(ATTEMPTS):
        try:
            return model.written(
                fields,
                origin
                if not faulty
                else Origin(
                    origin.path,
                    origin.spans,
                    origin.keys,
                    origin.prefix,
                    origin.body,
                    origin.body_line,
                    origin.faulty | faulty,
                ),
            )
        except ValidationError as error:
            details = [placed(detail, own) for detail in error.errors(include_url=False)]
            if attempt == 0:
                # What YAML refused in this file is not wrong a second time.
                text = takewhile(lambda one: one.at.path == origin.path, reversed(reading.problems))
                seen = {one.at for one in text if one.rule not in ABOUT_FIELDS}
                unread = read_as_meant(model, own, details[:MOST_TOLD])
                for detail in [*details[:MOST_TOLD], *unread]:
                    if (*origin.prefix, *detail["loc"]) in reading.refused:
                        continue
                    problem = problem_in(model, detail, own, origin)
                    if problem.rule in ABOUT_FIELDS:  # an entry may lack two, and have a third
                        reading.problems.append(problem)
                    elif problem.at not in seen:
                        seen.add(problem.at)
                        reading.problems.append(problem)
            faulty.update(str(detail["loc"][0]) for detail in details if detail["loc"])
            names = (meant(model, each) for each in details[:MOST_TOLD] if len(each["loc"]) == 1)
            faulty.update(name for name in names if name is not None)
            numbers = [each for each in details if is_number_for_id(model, each)]
            wrong = [lost_with(detail) for detail in details if detail not in numbers]
            fields = without(fields, wrong)
            for each in numbers:
                write_at(fields, each["loc"], str(each["input"]))
    return None


def lost_with(error: ErrorDetails) -> tuple[int | str, ...]:
    """What an error costs: the field; of one that is missing, the entry that lacks it."""
    return upto_entry(error["loc"]) if error["type"] == "missing" else error["loc"]


def read_as_meant(
    model: type[Item], own: Mapping[str, Any], details: Iterable[ErrorDetails]
) -> list[ErrorDetails]:
    """What is wrong with the values of misspelt fields, read as those that they were meant for.

    So an author is told at once of a wrong name and of the wrong value behind it.
    """
    spelt: dict[tuple[int | str, ...], tuple[int | str, ...]] = {}
    fields: Any = None
    for detail in details:
        name = meant(model, detail) if detail["type"] == "extra_forbidden" else None
        if name is None:
            continue
        fields = deep_copy(own) if fields is None else fields
        *way, last = detail["loc"]
        holder = fields
        for step in way:
            holder = holder[step]
        if name not in holder:
            holder[name] = holder.pop(last)
            spelt[*way, name] = detail["loc"]
    if not spelt:
        return []
    try:
        model.written(fields, NOWHERE)
    except ValidationError as error:
        found = [placed(each, fields) for each in error.errors(include_url=False)]
        return [
            {**each, "loc": (*written, *each["loc"][len(as_meant) :])}
            for each in found
            for as_meant, written in spelt.items()
            if each["loc"][: len(as_meant)] == as_meant
        ]
    return []


def is_number_for_id(model: type[Item], error: ErrorDetails) -> bool:
    """Whether a number stands where an id is to stand: `1.1`, whose id is "1.1"."""
    plain = isinstance(error["input"], int | Decimal) and not isinstance(error["input"], bool)
    return plain and error["type"] == "string_type" and error["loc"][0] in model.LINKS


def write_at(holder: Any, path: Iterable[int | str], value: str) -> None:
    """Put this value at this path, where a list or a mapping holds it."""
    *way, last = path
    for step in way:
        holder = holder[step]
    holder[last] = value


def placed(error: ErrorDetails, own: Mapping[str, Any]) -> ErrorDetails:
    """The error at the path where its value was written: an id of a list is read as a key."""
    path: list[int | str] = []
    holder: Any = own
    steps = error["loc"]
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        if step == "[key]":
            continue
        written = index_of(step, holder) if following == "[key]" else step
        path.append(written)
        try:
            holder = holder[written]
        except (KeyError, IndexError, TypeError):
            holder = None
    named = steps[-1:] == ("[key]",) and not isinstance(path[-1], int)
    if not named:
        return {**error, "loc": tuple(path)}
    return {**error, "loc": tuple(path), "ctx": {**error.get("ctx", {}), KEY: True}}


def index_of(key: int | str, holder: Any) -> int | str:
    """Where a key was written: in a list, the index of the entry that became this key."""
    entries = enumerate(holder) if isinstance(holder, list) else ()
    return next((n for n, each in entries if str(key) in (str(each), repr(each))), key)


def meant(model: type[Item], error: ErrorDetails) -> str | None:
    """The field that a misspelt one most likely is: it is not missing as well."""
    if error["type"] != "extra_forbidden":
        return None
    name = str(error["loc"][-1])
    if len(error["loc"]) != 1:
        return nearest(name, names_at(model, error["loc"]))
    found = field_meant(model, name, error["input"], names_at(model, error["loc"]))
    return found[0] if len(found) == 1 else None


def without(fields: Any, paths: Iterable[tuple[int | str, ...]]) -> Any:
    """A copy of these fields that lacks what stands at these paths."""
    copy = deep_copy(fields)
    ordered = sorted(
        set(paths), key=lambda path: tuple((isinstance(p, int), p) for p in path), reverse=True
    )
    for path in ordered:
        if path and not removed(copy, path):
            copy.pop(path[0], None)
    return copy


def upto_entry(path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The path of the innermost entry of a list that holds this one; itself where none does."""
    last = max((n for n, step in enumerate(path) if isinstance(step, int)), default=len(path) - 1)
    return path[: last + 1]


def removed(holder: Any, path: tuple[int | str, ...]) -> bool:
    """Take out what stands at this path; False where nothing does."""
    try:
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def deep_copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: deep_copy(entry) for key, entry in value.items()}
    return [deep_copy(entry) for entry in value] if isinstance(value, list) else value
