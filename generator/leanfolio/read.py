"""Read: the bytes of files become items and prose pages, or problems."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from pathlib import PurePosixPath
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from leanfolio.frontmatter import Fault, Fields, fence_before, parse, split
from leanfolio.model import TYPES, Item, Origin, Path, Span, place_of
from leanfolio.model.field import fact_and_cure
from leanfolio.model.slip import number_cure
from leanfolio.near import did_you_mean, near
from leanfolio.portfolio import ProsePage
from leanfolio.problem import Place, Problem, Related
from leanfolio.prose import first_heading
from leanfolio.source import MAX_FILE_BYTES, Source
from leanfolio.words import listed

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}\Z")
TYPE_OF_FOLDER = {each.FOLDER: name for name, each in TYPES.items() if name != "portfolio"}
ABOUT_FIELDS = ("field-missing", "field-unknown")


@dataclass(slots=True)
class Reading:
    """What the files say. `broken` holds the ids of items that could not be read at all."""

    items: list[Item] = field(default_factory=list)
    pages: list[ProsePage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


def read(sources: Iterable[Source]) -> Reading:
    """Every item and every fault of every file, in the order of their paths."""
    reading = Reading()
    for source in sorted(sources, key=lambda each: each.path.parts):
        read_file(source, reading)
    return reading


def read_file(source: Source, reading: Reading) -> None:
    """One file: decode, cut at the fences, parse, and hand to its type."""
    path = source.path
    text = decode(source, reading)
    if text is None:
        reading.broken.add(path.stem)
        return
    halves = split(text)
    fields = parse(halves.yaml) if halves.yaml is not None else Fields()
    faults = [fence_before(each, halves.yaml or "") for each in fields.faults]
    if halves.fault:
        faults.insert(0, halves.fault)
    reading.problems.extend(problem_of(fault, path) for fault in faults)
    origin = Origin(
        path,
        fields.spans,
        fields.keys,
        body=halves.body,
        body_line=halves.body_line,
        faulty=frozenset(str(each[0]) for each in fields.refused if each),
    )
    type = type_of(fields.values, path, origin, reading)
    if type is None:
        read_page(fields.values, origin, reading)
    elif type in TYPES:
        unreadable = any(each.rule.startswith("front-matter") for each in faults)
        if unreadable and not fields.values:
            reading.broken.add(path.stem)
            return
        read_item(TYPES[type], fields.values, origin, reading)
    else:
        reading.broken.add(str(fields.values.get("id", path.stem)))


def decode(source: Source, reading: Reading, most: int = MAX_FILE_BYTES) -> str | None:
    """The text of a file, with line ends as one character; None where it is no text."""
    if len(source.data) > most:
        message = f"the file is larger than {most // 1024} KB"
        problem = file_unreadable(
            source.path, 1, message, "split it into several, or move what is no text out of content"
        )
        reading.problems.append(problem)
        return None
    foreign = foreign_kind(source.data)
    if foreign is not None:
        message, hint = foreign
        reading.problems.append(file_unreadable(source.path, 1, message, hint))
        return None
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reading.problems.append(byte_wrong(source, error.start))
        return None
    if "\0" in text:
        before = text[: text.index("\0")]
        line = before.count("\n") + 1
        message = "the file holds a NUL character, which no text has"
        hint = "delete it; or save the file as UTF-8, if it was saved as something else"
        column = len(before) - before.rfind("\n")
        reading.problems.append(file_unreadable(source.path, line, message, hint, column))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


# What a file begins with that is no UTF-8: what it is, and what to do about it.
FOREIGN = (
    (b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
    (b"PK\x03\x04", "a zip archive or an office document"), (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an office document"), (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"\x1f\x8b", "a compressed file"),
)  # fmt: skip


def foreign_kind(data: bytes) -> tuple[str, str] | None:
    """What a file is that is no text in UTF-8, and the cure; None where its start is as it is."""
    kind = next((kind for start, kind in FOREIGN if data.startswith(start)), None)
    start = data[:64]
    halves = start[::2].count(0), start[1::2].count(0)
    if kind is None and min(halves) == 0 and max(halves) > len(start) // 3:
        kind = "UTF-16"  # every other byte is none: the letters of Latin, two bytes each
    if kind is None:
        return None
    if kind.startswith("UTF"):
        return f"the file is saved as {kind}, and is to be UTF-8", "save it as UTF-8"
    return f"the file is {kind}, and no text", "write it as Markdown, or move it out of content"


def byte_wrong(source: Source, start: int) -> Problem:
    """A byte that is not UTF-8, with the letter that it is in the encoding of old Windows."""
    line = source.data.count(b"\n", 0, start) + 1
    before = source.data[source.data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")
    byte = source.data[start : start + 1]
    letter = byte.decode("cp1252", "replace")
    known = letter.isprintable() and letter != "\ufffd"
    means = f"; in Windows-1252, or Latin-1, it is {letter}" if known else ""
    after = f" after “{before[-20:].lstrip()}”" if before.strip() else ""
    message = f"the byte 0x{byte.hex()}{after} is not UTF-8{means}"
    hint = (
        f"save the file as UTF-8, or write {letter} anew"
        if known
        else ("save the file as UTF-8, or delete this byte")
    )
    return file_unreadable(source.path, line, message, hint, len(before) + 1)


def type_of(
    values: Mapping[str, Any], path: PurePosixPath, origin: Origin, reading: Reading
) -> str | None:
    """The type that the file names, or that its folder implies; None for a prose page."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    implied = "portfolio" if str(path) == "portfolio.md" else TYPE_OF_FOLDER.get(folder)
    if "type" not in values:
        return implied
    type = values["type"]
    if not isinstance(type, str) or type not in TYPES:
        reading.problems.append(type_unknown(type, origin.place("type")))
        return str(type)
    return str(type)


def read_page(values: Mapping[str, Any], origin: Origin, reading: Reading) -> None:
    """A file without a type is prose, and may carry a view."""
    known = ("title", "description", "view", "where", "limit", "increment")
    for name in values:
        if name not in known:
            reading.problems.append(
                Problem(
                    key_place(origin, (name,)),
                    "field-unknown",
                    f"`{name}` is no field of a prose page, and no type of item is named here",
                    did_you_mean(name, known, type_or_folder(origin.path)),
                )
            )
    title = values.get("title") or first_heading(origin.body)
    reading.pages.append(
        ProsePage(
            origin,
            str(title) if title else origin.path.stem.replace("-", " ").capitalize(),
            description=str(values["description"]) if values.get("description") else "",
            view={
                key: values[key] for key in ("view", "where", "limit", "increment") if key in values
            },
        )
    )


def type_or_folder(path: PurePosixPath) -> str:
    """What to do about a page of prose that has fields as an item has."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    meant = near(folder, TYPE_OF_FOLDER)
    if meant is None:
        return "give the file a `type:`, or remove the field"
    return f"move the file to {meant}/, or give it `type: {TYPE_OF_FOLDER[meant]}`"


def read_item(
    model: type[Item], values: Mapping[str, Any], origin: Origin, reading: Reading
) -> None:
    """One item, and the children nested in it."""
    own = {key: value for key, value in values.items() if value is not None and key != "type"}
    nested = {name: own.pop(name) for name in model.NESTED if name in own}
    if not origin.prefix:
        own.setdefault("id", origin.path.stem)
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
    if isinstance(id, str) and not ID.match(id):
        reading.problems.append(id_wrong(id, origin))
        reading.broken.add(id)
        return
    other = written_as(model, values, origin) if "type" not in values else None
    if other is not None:
        reading.problems.append(folder_wrong(model, other, str(id), values, origin))
        reading.broken.add(str(id))
        return
    item = checked(model, own, origin, reading)
    if item is None:
        if isinstance(id, str):
            reading.broken.add(id)
    else:
        reading.items.append(item)
    for name, children in nested.items():
        read_nested(TYPES[model.NESTED[name]], name, children, str(id), origin, reading)


def foreign_to(model: type[Item], values: Mapping[str, Any]) -> list[str]:
    """The fields with a value that this type does not have."""
    known = names_at(model, ("",))
    return [name for name, value in values.items() if value is not None and name not in known]


def written_as(model: type[Item], values: Mapping[str, Any], origin: Origin) -> type[Item] | None:
    """The type that a file was written as, where it plainly is not that of its folder: several of
    its fields are foreign there, and one other type has them all."""
    foreign = foreign_to(model, values)
    if origin.prefix or len(foreign) < 2:
        return None
    fits = [
        each for each in TYPES.values() if all(name in names_at(each, (name,)) for name in values)
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
        inner = Origin(origin.path, origin.spans, origin.keys, prefix)
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
            said = f"this {model.WORD}"
            reading.problems.append(
                field_missing(inner.place(), said, "id", "an `id:`, so that links to it last")
            )
            continue
        read_item(model, {**child, up: parent}, inner, reading)


def checked(
    model: type[Item], own: Mapping[str, Any], origin: Origin, reading: Reading
) -> Item | None:
    """The item, less the fields that are wrong; None where nothing of it can stand.

    A wrong field costs the field, not the item: links to it still hold, and the author is told
    of this one fault instead of a cascade.
    """
    fields: Any = own
    faulty: set[str] = set()
    for attempt in range(4):
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
            details = error.errors(include_url=False)
            if attempt == 0:
                # What YAML refused in this file is not wrong a second time.
                said = takewhile(lambda one: one.at.path == origin.path, reversed(reading.problems))
                seen = {one.at for one in said if one.rule not in ABOUT_FIELDS}
                for each in details:
                    problem = problem_in(model, each, own, origin)
                    if problem.rule in ABOUT_FIELDS:  # an entry may lack two, and have a third
                        reading.problems.append(problem)
                    elif problem.at not in seen:
                        seen.add(problem.at)
                        reading.problems.append(problem)
            faulty.update(str(each["loc"][0]) for each in details if each["loc"])
            faulty.update(name for each in details if (name := meant(model, each)) is not None)
            fields = without(fields, [each["loc"] for each in details])
    return None


def meant(model: type[Item], error: ErrorDetails) -> str | None:
    """The field that a misspelt one most likely is: it is not missing as well."""
    if error["type"] != "extra_forbidden" or len(error["loc"]) != 1:
        return None
    return near(str(error["loc"][0]), names_at(model, error["loc"]))


def without(fields: Any, paths: Iterable[tuple[int | str, ...]]) -> Any:
    """A copy of these fields that lacks what stands at these paths: of a list, the whole entry."""
    paths = {upto_entry(path) for path in paths}
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
        return {key: deep_copy(each) for key, each in value.items()}
    return [deep_copy(each) for each in value] if isinstance(value, list) else value


# What is wrong, in words ---------------------------------------------------------------------


def problem_of(fault: Fault, path: PurePosixPath) -> Problem:
    place = Place(path, fault.line, fault.column, fault.length)
    related = tuple(Related(place_of(path, span), note) for span, note in fault.related)
    return Problem(place, fault.rule, fault.message, fault.hint, related=related)


def key_place(origin: Origin, path: Path) -> Place:
    """The key itself, rather than its value: where a name is what is wrong."""
    span: Span | None = origin.keys.get(origin.prefix + path)
    return place_of(origin.path, span) if span else origin.place(*path)


def problem_in(
    model: type[Item], error: ErrorDetails, own: Mapping[str, Any], origin: Origin
) -> Problem:
    """One fault that pydantic found, told in the words of the format."""
    loc = tuple(step for step in error["loc"] if step != "[key]")
    name = ".".join(str(step) for step in loc if not isinstance(step, int)) or "value"
    kind, value = error["type"], error["input"]
    whose = str(own.get("id", f"this {model.WORD}"))
    if kind == "extra_forbidden":
        place, known = key_place(origin, loc), names_at(model, loc)
        what = f"{a(model.WORD)} does" if len(loc) == 1 else "the format does"
        return field_unknown(
            place, f"{whose} has a field `{name}`, which {what} not have", loc, known
        )
    if kind == "missing":
        parent = origin.place(*loc[:-1]) if len(loc) > 1 else origin.place("id")
        entry = next((step + 1 for step in reversed(loc) if isinstance(step, int)), None)
        where = f" in entry {entry} of `{loc[0]}`" if entry else ""
        return field_missing(parent, whose, name, such_as(str(loc[-1])), where)
    place = origin.place(*loc)
    message, hint = in_words(kind, error, value)
    if kind in OF_FIELDS:
        hint = in_form(value, names_at(model, (*loc, "")), hint)
    return value_wrong(place, f"{whose} has `{name}` {message}", hint)


EXAMPLES = {
    "on": "2026-10-05", "until": "2026-12-31", "start": "2026-10-05", "end": "2026-12-18",
    "period": "2026-H2", "kind": "go", "category": "waiting", "value": "14",
    "url": "https://example.com",
}  # fmt: skip
OF_FIELDS = ("tuple_type", "model_type", "model_attributes_type", "dict_type")
BOUND_IN = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le"}
BOUNDS = {
    "greater_than_equal": ("less than", "write {} or more"),
    "greater_than": ("not above", "write a number above {}"),
    "less_than_equal": ("more than", "write {} or less"),
}


def such_as(name: str) -> str:
    """A field to add, with an example of its value where one tells its form."""
    example = EXAMPLES.get(name)
    return f"`{name}:`, such as `{name}: {example}`" if example else f"`{name}:`"


def in_form(value: Any, names: list[str], hint: str) -> str:
    """The hint, with the form of a set of fields, or of a list of them, as it is to be here."""
    if not names:
        return hint
    form = f"{{{', '.join(f'{name}: ...' for name in names[:3])}}}"
    return f"write {form}" if "name: value" in hint else f"write one `- {form}` a line"


def in_words(kind: str, error: ErrorDetails, value: Any) -> tuple[str, str]:
    """What is wrong with a value, and what to write instead."""
    context: Mapping[str, Any] = error.get("ctx", {})
    said = shown(value)
    if kind == "literal_error":
        allowed = [str(each).strip("'") for each in re.findall(r"'[^']*'", context["expected"])]
        one = f"write exactly one of {', '.join(allowed)}"
        hint = f"did you mean {guess}? {one}" if (guess := near(str(value), allowed)) else one
        return f"{said}, which is not one of {', '.join(allowed)}", hint
    if kind == "string_type":
        return f"{said}, which is not text", text_cure(value)
    if kind == "string_too_short":
        return "that is empty", "write it, or leave the field out"
    if kind == "string_pattern_mismatch":
        code = str(value).upper()
        sure = len(code) == 3 and code.isascii() and code.isalpha()
        return f"{said}, which is not the code of a currency", (
            f"write {code}" if sure else "write the three capital letters of its code, such as EUR"
        )
    if kind == "int_type":
        cure = number_cure(str(value)) if isinstance(value, str) else "write a whole number"
        return f"{said}, which is not a whole number", cure
    if kind in BOUNDS:
        how, order = BOUNDS[kind]
        bound = str(context[BOUND_IN[kind]])
        return f"{said}, which is {how} {bound}", order.format(bound)
    if kind == "tuple_type":
        plain = isinstance(value, str) and re.fullmatch(r"[\w .-]{1,40}", value)
        return f"{said}, which is not a list", (
            f"write [{value}]" if plain else "write a list: [a, b], or one `- ` a line"
        )
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{said}, which is not a set of fields", "write {name: value, ...}"
    if kind == "too_short":
        return "that is empty", "write at least one"
    fact, cure = fact_and_cure(error["msg"])
    if fact.startswith(said):
        return f"{said}, which{fact.removeprefix(said)}", cure or "correct it"
    return f"that does not read: {fact}", cure or "correct it"


def text_cure(value: Any) -> str:
    """What to write where text is to stand, and something else does."""
    if isinstance(value, bool):
        return f'put it in quotes: "{str(value).lower()}"'
    if isinstance(value, int | Decimal):
        return f'put it in quotes: "{value}"'
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return f"write one text: {', '.join(value)}"[:100]
    return "write plain text"


def shown(value: Any) -> str:
    """A value as its author would recognise it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "an empty value"
    text = str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")


def names_at(model: type[BaseModel], loc: Path) -> list[str]:
    """The fields that may stand where this one stands."""
    here: type[BaseModel] | None = model
    for step in loc[:-1]:
        if isinstance(step, int) or here is None:
            continue
        found = next(
            (each for name, each in here.model_fields.items() if step in (name, each.alias)), None
        )
        here = part_in(found.annotation) if found else None
    if here is None:
        return []
    names = [each.alias or name for name, each in here.model_fields.items()]
    nested = list(here.NESTED) if issubclass(here, Item) and len(loc) == 1 else []
    return [*names, *nested, *(["type"] if len(loc) == 1 else [])]


def part_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as tuple[CheckIn, ...] or Mvp | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if isinstance(annotation, UnionType) or get_args(annotation):
        for each in get_args(annotation):
            if (found := part_in(each)) is not None:
                return found
    return None


# The rules of reading. Each tells its problem; its docstring is its page. ---------------------


def file_unreadable(
    path: PurePosixPath, line: int, message: str, hint: str, column: int = 1
) -> Problem:
    """Every file of content is UTF-8 text of at most one megabyte, a table of records of eight.

    What cannot be read cannot be checked, and would drop out of every total without a word.

    Cure: save the file as UTF-8; move what is no text out of the content folder.
    """
    return Problem(Place(path, line, column), "file-unreadable", message, hint)


def front_matter_unclosed() -> None:
    """Front matter stands between two lines of exactly three dashes.

    With a fence missing, fields become prose, and an item loses its state, money and links.

    Cure: write a line of exactly `---` before the first field and after the last.
    """


def front_matter_unreadable() -> None:
    """Front matter is YAML: one `name: value` a line, lists and small maps inside.

    A reader that guesses would publish a figure that nobody wrote.

    Cure: look at the place named, and just above it; quote text that holds a colon and a blank.
    """


def front_matter_refused() -> None:
    """Front matter uses the plain part of YAML: no anchors, aliases, tags, second documents.

    These can make a small file huge, run code in other tools, and hide from a reviewer what a
    line says. Size (64 KB) and nesting (20 deep) are limited for the same reason.

    Cure: write the value out where it is needed.
    """


def key_duplicate() -> None:
    """A field stands once.

    Other tools keep the last of two and drop the first, usually after a merge of two branches.

    Cure: keep one of the two lines.
    """


def type_unknown(type: Any, place: Place) -> Problem:
    """Every `type` is one that the format knows.

    A misspelt type would publish an item as plain prose, outside of every figure.

    Cure: correct the word, or move the file into the folder of its type and leave `type:` out.
    """
    names = tuple(TYPES)
    return Problem(
        place,
        "type-unknown",
        f"{shown(type)} is no type of item",
        did_you_mean(str(type), names, f"use one of {', '.join(names)}"),
    )


def id_wrong(id: str, origin: Origin) -> Problem:
    """An id is made of letters, digits, `-` and `.`, at most 64 of them.

    Ids become addresses of pages that must never change, on every file system.

    Cure: rename it; spaces and underscores become dashes.
    """
    better = re.sub(r"[^A-Za-z0-9.-]+", "-", id).strip("-.")[:64]
    return Problem(
        origin.place("id"),
        "id-wrong",
        f"{shown(id)} cannot be an id: only letters, digits, - and . may stand in it",
        renamed(better, origin) if better else "write letters and digits",
    )


def renamed(better: str, origin: Origin) -> str:
    """The order to write a better id: in its field, or as the name of the file."""
    written = origin.prefix or ("id",) in origin.keys
    return f"write {better}" if written else f"call the file {better}.md"


def folder_wrong(
    model: type[Item], other: type[Item], id: str, values: Mapping[str, Any], origin: Origin
) -> Problem:
    """A file that lies in the folder of another type: said once, not at each of its fields."""
    foreign = foreign_to(model, values)
    names = listed(f"`{name}`" for name in foreign)
    message = f"{id} lies in {model.FOLDER}/, and has {names} as {a(other.WORD)} has"
    hint = f"move the file to {other.FOLDER}/; or write `type: {other.TYPE}`"
    return Problem(key_place(origin, (foreign[0],)), "field-unknown", message, hint)


def field_unknown(place: Place, message: str, loc: Path, known: list[str]) -> Problem:
    """Every field is one that its type has.

    A misspelt field is a value that nobody reads: an epic without a cost, a risk without a date.

    Cure: correct the name, or take the field out.
    """
    allowed = f"it may have {', '.join(known)}" if known else "remove it"
    others = types_with(str(loc[0])) if len(loc) == 1 else []
    if others:
        allowed = f"move it to {listed(others, 'or')}, or remove it"
    return Problem(place, "field-unknown", message, did_you_mean(str(loc[-1]), known, allowed))


def types_with(name: str) -> list[str]:
    """The types of item that have a field of this name, each with its article."""
    return [
        a(model.WORD)
        for model in TYPES.values()
        if name in model.model_fields or name in model.NESTED
    ]


def a(word: str) -> str:
    """A word with its article: a key result, an objective."""
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def field_missing(place: Place, whose: str, name: str, what: str, where: str = "") -> Problem:
    """What a thing cannot be without is there: a title, the day of a check-in, its value.

    Half a record looks like a whole one in a sum.

    Cure: write the field that the message names.
    """
    return Problem(place, "field-missing", f"{whose} has no `{name}`{where}", f"add {what}")


def value_wrong(place: Place, message: str, hint: str) -> Problem:
    """Every value has the kind that its field needs: a number, a date, one of a few words.

    A value that is guessed at (TBD as zero, a range as its first number) is a wrong figure.

    Cure: write it as the hint says; leave the field out where the value is not known yet.
    """
    return Problem(place, "value-wrong", message, hint)


RULES = (
    file_unreadable,
    front_matter_unclosed,
    front_matter_unreadable,
    front_matter_refused,
    key_duplicate,
    type_unknown,
    id_wrong,
    field_unknown,
    field_missing,
    value_wrong,
)
