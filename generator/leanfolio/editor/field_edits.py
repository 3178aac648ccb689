"""Set a field of a front matter, or append an entry to a list: all other bytes stay as they are.

A change is spliced into the text at the places that the reader gives, in the style that stands
there: block or flow, with the file's own indents and line ends. The new text is then read back. It
stands only if its values are the old ones with exactly this change.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Literal

from msgspec import Struct

from leanfolio.editor.front_matter import copied, fields_of, plain, same, value_in
from leanfolio.editor.places import Places
from leanfolio.editor.text import PLAIN, Edit, Lines, scalar
from leanfolio.model import Path, Span
from leanfolio.read.yaml import FENCE, Fields, split
from leanfolio.wording.numbers import without_zeros

SOMEWHERE = PurePosixPath("?")  # an edit of a text that no file holds yet


class FieldChange(Struct, frozen=True):
    """What becomes of a field: it is set to `value`, `value` is one more entry of its list, or it
    is removed.

    `order` are the names of the fields beside it in the order of the format: a field that is not
    there yet is written behind the last of those before it.
    """

    kind: Literal["set", "append", "remove"]
    path: Path
    value: Any
    order: Sequence[str] = ()


class EditError(Exception):
    """Why a field cannot be changed in its file's own form, in words."""


def with_change(text: str, change: FieldChange) -> str:
    """The text of a file after one change of its front matter. Raises EditError."""
    fields = fields_of(plain(text))
    if any(fault.rule.startswith("front-matter") for fault in fields.faults):
        raise EditError("its front matter cannot be read")
    if change.kind == "remove" and change.path not in fields.keys:
        return text
    wanted = expected(fields.values, change)
    lines = Lines(text)
    for edits in candidates(lines, fields, change):
        try:
            edited = lines.edited(edits)
        except ValueError:
            continue
        if proves(text, edited, fields, wanted):
            return edited
    raise EditError(f"`{change.path[-1]}` is written in a form that only a person can change")


def with_changes(text: str, changes: Sequence[FieldChange]) -> str:
    """The text of a file after all changes of an act. Raises EditError."""
    edited = at_once(text, changes) if len(changes) > 1 else None
    if edited is not None:
        return edited
    for change in changes:
        text = with_change(text, change)
    return text


def at_once(text: str, changes: Sequence[FieldChange]) -> str | None:
    """The text after changes of fields that stand there apart, read back once for all of them.

    None where one has to be made after the other.
    """
    fields = fields_of(plain(text))
    paths = {change.path for change in changes}
    if len(paths) < len(changes) or fields.faults:
        return None
    if any(change.kind != "set" or change.path not in fields.keys for change in changes):
        return None
    wanted: Mapping[str, Any] = fields.values
    lines, edits = Lines(text), list[Edit]()
    for change in changes:
        wanted = expected(wanted, change)
        edits += next(candidates(lines, fields, change), [])
    try:
        edited = lines.edited(edits)
    except ValueError:
        return None
    return edited if proves(text, edited, fields, wanted) else None


def proves(before: str, after: str, fields: Fields, wanted: Mapping[str, Any]) -> bool:
    """Whether the new text says what is wanted in its front matter, and the same in its body."""
    read = fields_of(plain(after))
    return (
        split(plain(before)).body == split(plain(after)).body
        and len(read.faults) == len(fields.faults)
        and (same(wanted, read.values) or same(wanted, stated(read.values, wanted)))
    )


def stated(values: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that are empty and not wanted: a name alone says nothing."""
    return {name: value for name, value in values.items() if value is not None or name in wanted}


def expected(values: Mapping[str, Any], change: FieldChange) -> dict[str, Any]:
    """The values after a change. Raises EditError where there is no such place."""
    result: dict[str, Any] = copied(values)
    holder, name = value_in(result, change.path[:-1]), change.path[-1]
    if isinstance(name, int) or not isinstance(holder, dict):
        raise EditError("its front matter has no such place")
    if change.kind == "set":
        holder[name] = as_read(change.value)
        return result
    if change.kind == "remove":
        holder.pop(name, None)
        return result
    entries = holder.get(name)
    if entries is not None and not isinstance(entries, list):
        raise EditError(f"`{name}` is no list; make it one first")
    holder[name] = [*(entries or ()), as_read(change.value)]
    return result


def as_read(value: Any) -> Any:
    """A value as the reader takes it from the text that is written for it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: as_read(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [as_read(entry) for entry in value]
    if isinstance(value, Decimal):
        text = number(value)
        return Decimal(text) if "." in text else int(text)
    return value


def written(value: Any) -> str:
    """A value as one line of YAML."""
    if isinstance(value, Mapping):
        pairs = (f"{key_text(key)}: {written(entry)}" for key, entry in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    return number(value) if isinstance(value, Decimal | int) else scalar(str(value))


def key_text(name: str) -> str:
    """A field's name as it is written: `on` is one, and means itself."""
    return name if PLAIN.match(name) else scalar(name)


def number(value: Decimal | int) -> str:
    """A number in digits, without zeros at the end of its decimals."""
    return without_zeros(f"{value:f}" if isinstance(value, Decimal) else str(value))


# The edits that may make a change, best first ---------------------------------------------------


def candidates(lines: Lines, fields: Fields, change: FieldChange) -> Iterator[list[Edit]]:
    """Every way to write a change; the first that holds when read back is taken."""
    places = Places(lines, fields)
    path, value = change.path, change.value
    if path not in fields.keys:
        yield from new_field(places, change)
    elif change.kind == "remove":
        yield from no_field(places, path)
    elif change.kind == "set":
        yield from other_value(places, path, value)
    elif not value_in(fields.values, path):
        yield from first_entry(places, path, value)
    else:
        yield from one_more_entry(places, path, value)


def new_field(places: Places, change: FieldChange) -> Iterator[list[Edit]]:
    """A field that is not there yet, behind the last of those that the format puts before it."""
    above, name = change.path[:-1], str(change.path[-1])
    value = [change.value] if change.kind == "append" else change.value
    there = list(value_in(places.fields.values, above) or {})
    if not there and not above:
        yield [no_fields_yet(places.lines, block_field(name, value, ""))]
        return
    before = change.order[: change.order.index(name)] if name in change.order else change.order
    last = next((key for key in reversed(before) if key in there), None)
    behind = [key for key in (last, *reversed(there)) if key is not None]
    if places.is_flow(above):
        text = f"{key_text(name)}: {written(value)}"
        for key in behind:
            yield [inserted(places.end((*above, key)), f", {text}")]
        yield [inserted(places.after_bracket(above), text)]
        return
    column = places.fields.spans[above].column
    for key in behind:
        line = places.line_after((*above, key), column)
        yield [below(line, block_field(name, value, " " * (column - 1)))]


def block_field(name: str, value: Any, indent: str) -> str:
    """The lines of a field: one, or one more for each entry of a list of mappings."""
    if is_of_mappings(value):
        entries = "".join(f"{indent}  - {written(entry)}\n" for entry in value)
        return f"{indent}{key_text(name)}:\n{entries}"
    return f"{indent}{key_text(name)}: {written(value)}\n"


def is_of_mappings(value: Any) -> bool:
    """Whether a value is a list of entries that have fields, each of which gets a line."""
    entries = value if isinstance(value, list) else []
    return bool(entries) and all(isinstance(entry, Mapping) for entry in entries)


def no_fields_yet(lines: Lines, text: str) -> Edit:
    """The first field of a file: before the line that closes its front matter, or with a front
    matter of its own."""
    if lines.line(1) != FENCE:
        return inserted((1, 1), f"{FENCE}\n{text}{FENCE}\n")
    close = next(n for n in range(2, len(lines) + 1) if lines.line(n) == FENCE)
    return inserted((close, 1), text)


def other_value(places: Places, path: Path, value: Any) -> Iterator[list[Edit]]:
    """Another value in the place of the one that stands there."""
    span, key, end = places.fields.spans[path], places.fields.keys[path], places.end(path)
    start, text = (span.line, span.column), written(value)
    if places.is_collection(path) and not places.is_flow(path):  # lines below the name
        start, text = (key.end_line, key.end_column), f": {text}"
        if is_of_mappings(value) and "#" not in places.lines.slice(Span(*start, *end)):
            entries = "".join(f"\n{' ' * (key.column + 1)}- {written(entry)}" for entry in value)
            yield [Edit(SOMEWHERE, Span(*start, *end), f":{entries}")]
    old = places.lines.slice(Span(*start, *end))
    if not old:
        yield [inserted(start, places.spaced(start, text))]
    elif "#" not in old or start[0] == end[0]:  # of several lines, a comment would be lost
        yield [Edit(SOMEWHERE, Span(*start, *end), text)]


def no_field(places: Places, path: Path) -> Iterator[list[Edit]]:
    """A field that is to be there no more: its lines go, or, beside a comment, its value."""
    key, end = places.fields.keys[path], places.end(path)
    span, lines = places.fields.spans[path], places.lines
    end = max(end, (key.end_line, key.end_column + 1))  # with the colon of an empty one
    if not places.is_flow(path[:-1]):
        gone = Span(key.line, 1, end[0] + 1, 1)
        if "#" not in lines.slice(gone) and not lines.line(key.line)[: key.column - 1].strip(" "):
            yield [Edit(SOMEWHERE, gone, "")]
        elif span.line == end[0]:
            yield [Edit(SOMEWHERE, Span(span.line, span.column, *end), "")]
        return
    after = lines.line(end[0])[end[1] - 1 :]
    comma = len(after) - len(after.lstrip(" ,")) if after.lstrip(" ").startswith(",") else 0
    if comma:
        yield [Edit(SOMEWHERE, Span(key.line, key.column, end[0], end[1] + comma), "")]
    before = lines.line(key.line)[: key.column - 1]
    yield [Edit(SOMEWHERE, Span(key.line, len(before.rstrip(" ,")) + 1, *end), "")]


def first_entry(places: Places, path: Path, value: Any) -> Iterator[list[Edit]]:
    """The first entry of a list: in its brackets, below its name, or behind it."""
    span = places.fields.spans[path]
    if isinstance(value_in(places.fields.values, path), list):
        yield [inserted((span.line, span.column + 1), written(value))]
        return
    key = places.fields.keys[path]
    if places.lines.slice(span):  # null, or ~
        yield [Edit(SOMEWHERE, span, written([value]))]
        return
    if not places.is_flow(path[:-1]):
        yield [below(key.line, f"{' ' * (key.column + 1)}- {written(value)}\n")]
    start = (span.line, span.column)
    yield [inserted(start, places.spaced(start, written([value])))]


def one_more_entry(places: Places, path: Path, value: Any) -> Iterator[list[Edit]]:
    """An entry after the last of a list, in the form of the last."""
    last = (*path, len(value_in(places.fields.values, path)) - 1)
    value = in_order_of(value_in(places.fields.values, last), value)
    if places.is_flow(path):
        yield from one_more_in_brackets(places, path, last, value)
        return
    column = places.fields.spans[path].column
    line = places.line_after(last, column)
    dash = " " * (column - 1) + "- "
    entry = places.fields.spans[last]
    if not places.is_flow(last) and isinstance(value_in(places.fields.values, last), dict):
        before = places.lines.line(entry.line)[: entry.column - 1]
        dash = before if before.strip(" ") == "-" else dash
        yield [below(line, block_entry(value, dash))]
    yield [below(line, f"{dash}{written(value)}\n")]


def in_order_of(last: Any, value: Any) -> Any:
    """An entry with its fields in the order of the last one's; those that it lacks come after."""
    if not isinstance(last, Mapping) or not isinstance(value, Mapping):
        return value
    return {name: value[name] for name in dict.fromkeys((*last, *value)) if name in value}


def block_entry(value: Mapping[str, Any], dash: str) -> str:
    """An entry of a block list with each field on a line of its own."""
    lines = [f"{key_text(key)}: {written(entry)}" for key, entry in value.items()]
    return dash + f"\n{' ' * len(dash)}".join(lines) + "\n"


def one_more_in_brackets(
    places: Places, path: Path, last: Path, value: Any
) -> Iterator[list[Edit]]:
    """An entry of a list in brackets: on a line of its own where the last one has one."""
    lines, text = places.lines, written(value)
    line, column = places.end(last)
    start = places.fields.spans[last]
    indent = lines.line(start.line)[: start.column - 1]
    if not indent.strip(" ") and start.line > places.fields.spans[path].line:
        rest = lines.line(line)[column - 1 :]
        closes = places.end(path)[0]
        if closes > line and (comma := rest.lstrip(" ").startswith(",")):
            yield [below(line, f"{indent}{text},\n")]
        elif closes > line and not comma:
            yield [inserted((line, column), ","), below(line, f"{indent}{text}\n")]
        yield [inserted((line, column), f",\n{indent}{text}")]
    yield [inserted((line, column), f", {text}")]


def inserted(at: tuple[int, int], text: str) -> Edit:
    """Text that is put in between, before this line and column."""
    return Edit(SOMEWHERE, Span(*at, *at), text)


def below(line: int, text: str) -> Edit:
    """Whole lines that follow this one."""
    return inserted((line + 1, 1), text)
