"""Files: each is decoded, cut at its fences, parsed, and handed to its type."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from leanfolio.markdown.scan import first_heading
from leanfolio.model import TYPES, Origin
from leanfolio.model.item import name_of_file
from leanfolio.model.portfolio import ProsePage
from leanfolio.model.source import Source
from leanfolio.model.visibility import AUDIENCES
from leanfolio.problem import Problem
from leanfolio.read.fields import key_place, problem_of
from leanfolio.read.items import read_item
from leanfolio.read.reading import Reading
from leanfolio.read.rules import type_unknown, visibility_wrong
from leanfolio.read.suggestions import did_you_mean, nearest
from leanfolio.read.text import decode
from leanfolio.read.yaml import MAX_BYTES, Fields, earlier_delimiter, parse, split

TYPE_OF_FOLDER = {value.FOLDER: name for name, value in TYPES.items() if name != "portfolio"}


FieldsOf = Callable[[str], Fields]  # the text of a front matter -> what it says


def read(
    sources: Iterable[Source],
    known: dict[Source, Reading] | None = None,
    fields_of: FieldsOf = parse,
) -> Reading:
    """Every item and every fault of every file, in the order of their paths.

    `known` holds files that were read before; what is read now is added to it. The same file of two
    revisions is then read once, and its items are the same. `fields_of` reads front matters, or
    remembers them.
    """
    reading = Reading()
    for source in sorted(sources, key=lambda source: source.path.parts):
        if known is None:
            read_file(source, reading, fields_of)
            continue
        if source not in known:
            read_file(source, known.setdefault(source, Reading()), fields_of)
        reading.take(known[source])
    used = {item.id.casefold() for item in reading.items}
    reading.items += [item for item in reading.readdressed if item.id.casefold() not in used]
    return reading


def read_file(source: Source, reading: Reading, fields_of: FieldsOf = parse) -> None:
    """One file: decode, cut at the fences, parse, and hand to its type."""
    path = source.path
    text = decode(source, reading)
    if text is None:
        reading.broken.update((name_of_file(path), *ids_in(source.data.decode("utf-8", "replace"))))
        return
    halves = split(text)
    fields = fields_of(halves.yaml) if halves.yaml is not None else Fields()
    faults = [earlier_delimiter(entry, halves.yaml or "") for entry in fields.faults]
    if halves.fault:
        faults.insert(0, halves.fault)
    reading.problems.extend(problem_of(fault, path) for fault in faults)
    reading.refused = fields.refused
    origin = Origin(
        path,
        fields.spans,
        fields.keys,
        body=halves.body,
        body_line=halves.body_line,
        faulty=frozenset(str(entry[0]) for entry in fields.refused if entry),
    )
    type = type_of(fields.values, path, origin, reading)
    if type is None:
        read_page(fields.values, origin, reading)
    elif type in TYPES:
        unreadable = any(entry.rule.startswith("front-matter") for entry in faults)
        if unreadable and not fields.values:
            reading.broken.update((name_of_file(path), *ids_in(halves.yaml or text)))
            return
        read_item(TYPES[type], fields.values, origin, reading)
    else:
        reading.broken.add(str(fields.values.get("id", name_of_file(path))))


WRITTEN_ID = re.compile(r"(?:^|[{,\s-])[ ]*id:[ ]+[\"']?([A-Za-z0-9][A-Za-z0-9.-]{0,63})")


def ids_in(text: str) -> Iterator[str]:
    """The ids in a front matter that cannot be read: links to them are not dead for that."""
    return (found[1] for found in WRITTEN_ID.finditer(text[:MAX_BYTES]))


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
        reading.problems.append(type_unknown(type, origin.place("type"), implied))
        return implied or str(type)
    return str(type)


def read_page(values: Mapping[str, Any], origin: Origin, reading: Reading) -> None:
    """A file without a type is prose, and may carry a view."""
    known = ("title", "description", "visibility", "view", "where", "limit", "increment")
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
    visibility = values.get("visibility", "public")
    if visibility not in AUDIENCES:
        reading.problems.append(visibility_wrong(visibility, origin.place("visibility")))
        visibility = AUDIENCES[-1]
    title = values.get("title") or first_heading(origin.body)
    reading.pages.append(
        ProsePage(
            origin,
            str(title) if title else origin.path.stem.replace("-", " ").capitalize(),
            description=str(values["description"]) if values.get("description") else "",
            view={
                key: values[key] for key in ("view", "where", "limit", "increment") if key in values
            },
            visibility=visibility,
        )
    )


def type_or_folder(path: PurePosixPath) -> str:
    """What to do about a page of prose that has fields as an item has."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    meant = nearest(folder, TYPE_OF_FOLDER)
    if meant is None:
        return "give the file a `type:`, or remove the field"
    return f"move the file to {meant}/, or give it `type: {TYPE_OF_FOLDER[meant]}`"
