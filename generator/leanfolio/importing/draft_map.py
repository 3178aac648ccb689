"""A draft of the map, from the files: everything that is there, how often, with samples."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from leanfolio.editor.text import scalar
from leanfolio.importing.counts import Counts, times
from leanfolio.importing.draft_guesses import (
    category_of,
    date_forms,
    field_guess,
    history_guess,
    link_guess,
    types_by_level,
    types_by_name,
)
from leanfolio.importing.exchange_map import ColumnMap
from leanfolio.importing.values import Person, ProgramObject, as_text, person_of, plain
from leanfolio.importing.work_item import Extract, Status

MOST_CHARACTERS = 60_000  # the reader of the map takes 64 KB
HEAD = """\
# A draft of the map, made from {files}: {items}.
# A line that says `guess` is one: look at it, correct it, and take the word away.
# What is empty behind its colon is not carried; each import counts it.
# owner: source (the value there stands), here (the value here stands), or shared (a difference is
# a conflict that people settle).
system: {system}
"""


def draft_of(extract: Extract, columns: ColumnMap | None = None) -> str:
    """The text of a map that lists all types, statuses, fields, links, people and iterations.

    `columns` are those that a plain table seems to have.
    """
    fields = [*field_lines(extract)]
    parts = [
        head_of(extract), columns_of(columns), ids_of(extract),
        section("types", type_lines(extract)),
        section("states", state_lines(extract)), section("fields", [line for _, line in fields]),
        section("links", link_lines(extract)), section("increments", iteration_lines(extract)),
        section("people", people_lines(extract)), *zone_lines(extract),
    ]  # fmt: skip
    text = "".join(parts)
    if len(text.encode()) > MOST_CHARACTERS:
        short = [line for is_guess, line in fields if is_guess]
        left = len(fields) - len(short)
        short.append(f"  # {left} more fields, none of them guessed, are left out of this draft")
        parts[5] = section("fields", short)
        text = "".join(parts)
    return text


def head_of(extract: Extract) -> str:
    names = [file for file, _ in extract.forms]
    files = ", ".join(names[:3]) + (f" and {len(names) - 3} more files" if len(names) > 3 else "")
    number = len(extract.items)
    items = "1 item" if number == 1 else f"{number} items"
    return HEAD.format(files=" ".join(files.split()), items=items, system=extract.system)


def columns_of(columns: ColumnMap | None) -> str:
    """Which columns of a plain table say what an item is."""
    if columns is None:
        return ""
    roles = columns.model_dump(exclude_none=True)
    return section(
        "columns", [f"  {role}: {scalar(name)}  # guess" for role, name in roles.items()]
    )


def ids_of(extract: Extract) -> str:
    """Numbers alone get letters before them, so that ids here can be told apart."""
    numbers = all(item.key.isdecimal() for item in extract.items)
    return 'ids: {use: key, before: "WI-"}\n' if numbers and extract.items else ""


def section(name: str, lines: "Iterator[str] | list[str]") -> str:
    """A part of the map; empty where it has no line."""
    body = "".join(f"{line}\n" for line in lines)
    return f"{name}:\n{body}" if body else ""


def noted(*parts: str) -> str:
    """A comment on one line, which nothing in it can leave."""
    words = "; ".join(part for part in parts if part)
    shown = "".join(sign if sign.isprintable() else " " for sign in words)
    return f"  # {shown}"


def samples(values: tuple[str, ...]) -> str:
    return f"such as {', '.join(values)}" if values else ""


def type_lines(extract: Extract) -> Iterator[str]:
    """Each type, by its level where the system says it."""
    counts, levels = Counts(), dict[str, int]()
    for item in extract.items:
        counts.add("type", item.type, item.type, item.key)
        if item.level is not None:
            levels.setdefault(item.type, item.level)
    by_level = types_by_level(levels.values())
    by_name = types_by_name([each.name for each in counts.all()], extract.system)
    for each in counts.all():
        level = levels.get(each.name)
        type = by_level[level] if level is not None else by_name[each.name]
        why = f"guess by level {level}" if level is not None else "guess by name"
        note = noted(why, times(each.count), samples(each.samples))
        yield f"  {scalar(each.name)}: {type or ''}{note}"


def state_lines(extract: Extract) -> Iterator[str]:
    """Each status that an item has or had, by its id."""
    counts, names = Counts(), dict[str, Counter[str]]()
    for item in extract.items:
        if item.status is not None:
            counts.add("state", item.status.id, item.status.name, item.key)
        for change in item.changes_of("status"):
            for id, name in ((change.old_id, change.old_name), (change.new_id, change.new_name)):
                counts.add("state", id or name, name, item.key)
                names.setdefault(id or name, Counter())[name] += 1
    for each in counts.all():
        status = extract.statuses.get(each.name, Status(each.name, each.label))
        category, guessed = category_of(status.name, status.category)
        known = each.name in extract.statuses
        others = [name for name in names.get(each.name, ()) if name != status.name]
        value = f"{{name: {scalar(status.name)}, category: {category}}}" if category else ""
        yield f"  {scalar(each.name)}: {value}" + noted(
            "guess" if guessed and category else "",
            "" if category else f"{status.name}: which category?",
            "" if known else "asked, since no list of statuses has it any more",
            f"was called {', '.join(others)}" if others else "",
            times(each.count),
            samples(each.samples),
        )


def field_lines(extract: Extract) -> Iterator[tuple[bool, str]]:
    """Each field that any item fills: whether it is guessed, and its line."""
    counts, refused = Counts(), set[str]()
    for item in extract.items:
        for name, raw in item.fields.items():
            try:
                values = plain(raw)
            except ProgramObject:
                refused.add(name)
                counts.add("field", name, extract.name_of(name), "")
                continue
            if values:
                counts.add("field", name, extract.name_of(name), as_text(values[0]))
    for each in counts.all():
        guess = None if each.name in refused else field_guess(each.name, each.label)
        entered = history_guess(each.label, extract.statuses.values())
        label = f"name: {scalar(each.label)}, " if each.label != each.name else ""
        split = split_of(each.name, each.samples)
        to, owner = guess or ("", "")
        value = f"{{{label}to: {to}, owner: {owner}{split}}}" if guess else ""
        if entered and guess is None:
            value = f"{{to: history, state: {scalar(entered)}}}"
        yield (
            bool(value),
            f"  {scalar(each.name)}: {value}"
            + noted(
                "guess" if value else "",
                "" if value or not label else each.label,
                "its values are objects of a program, and refused" if each.name in refused else "",
                extract.ambiguous.get(each.name, ""),
                times(each.count),
                samples(each.samples),
            ),
        )


def split_of(name: str, values: tuple[str, ...]) -> str:
    """What seems to part several values of a field in one text, as an option of the map."""
    if name.casefold() in ("system.tags", "tags"):
        mark = next((mark for mark in "|," if any(mark in value for value in values)), ";")
        return f", split: {scalar(mark)}"
    return ', split: ","' if name.casefold() == "depends on" else ""


def link_lines(extract: Extract) -> Iterator[str]:
    """Each type of link, with how often it stands in each direction."""
    counts = Counts()
    ways = Counter[tuple[str, str]]()
    for item in extract.items:
        for link in item.links:
            counts.add("link", link.type, link.type, item.key)
            ways[link.type, link.direction] += 1
    for each in counts.all():
        guess = link_guess(each.name)
        value = f"{{{guess}: depends_on}}" if guess else ""
        yield f"  {scalar(each.name)}: {value}" + noted(
            "guess" if guess else "",
            f"inward {ways[each.name, 'inward']}, outward {ways[each.name, 'outward']}",
            samples(each.samples),
        )


def guessed_values(extract: Extract, target: str) -> Iterator[tuple[str, Any]]:
    """Every value of the fields that a guess sends to one field, with the key of its item."""
    for item in extract.items:
        for name, raw in item.fields.items():
            guess = field_guess(name, extract.name_of(name))
            if guess is None or guess[0] != target:
                continue
            try:
                yield from ((item.key, value) for value in plain(raw))
            except ProgramObject:
                continue


def iteration_lines(extract: Extract) -> Iterator[str]:
    """Each sprint or iteration path, with its days where the files say them."""
    counts = Counts()
    for key, value in guessed_values(extract, "increment"):
        counts.add("iteration", as_text(value), as_text(value), key)
    for each in counts.all():
        days = extract.iterations.get(each.name)
        when = f"{days[0]} to {days[1]}" if days else ""
        example = "{increment: PI-..., iteration: ...}"
        yield f"  {scalar(each.name)}:" + noted(f"{example}?", when, times(each.count))


def people_lines(extract: Extract) -> Iterator[str]:
    """Each person who owns something; left empty, the name there is taken."""
    counts = Counts()
    for key, value in guessed_values(extract, "owner"):
        person: Person = person_of(value)
        counts.add("person", person.names[0] if person.names else person.name, person.name, key)
    for each in counts.all():
        label = each.label if each.label != each.name else ""
        yield f"  {scalar(each.name)}:" + noted(label, times(each.count))


def zone_lines(extract: Extract) -> Iterator[str]:
    """How days are written, where the files leave more than one reading or need one said."""
    texts: dict[str, list[str]] = {}
    for item in extract.items:
        for name, raw in item.fields.items():
            if isinstance(raw, str) and len(raw) < 40:
                texts.setdefault(name, []).append(raw)
    forms: Counter[tuple[str, ...]] = Counter()
    for values in texts.values():
        if found := [form for form in date_forms(values) if form != "serial"]:
            forms[tuple(found)] += 1
    if not forms:
        return
    certain = [found[0] for found in forms if len(found) == 1]
    if len(set(certain)) == 1:
        yield f"date: {scalar(certain[0])}{noted('guess: all days in the files can be read so')}\n"
    else:
        both = sorted({form for found in forms for form in found})
        yield f"# date: {' or '.join(both)}? Say which: the files can be read either way.\n"
    yield f"time_zone: UTC{noted('the zone of times without one, such as Europe/Berlin')}\n"
