"""Every place where an item is named: by a field, in prose, or by a path to its file."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Literal

from msgspec import Struct

from leanfolio.check.links import target_of
from leanfolio.editor.text import Lines, on_line
from leanfolio.markdown.scan import Block, Link, Prose
from leanfolio.model import Increment, Item, NamedPeriod, Objective, Origin, Path, Span, ValueStream
from leanfolio.read import Reading
from leanfolio.read.yaml import parse

Form = Literal["own", "field", "prose", "path"]
IN_VIEWS = ("increment", "where")


class Mention(Struct, frozen=True):
    """An id, or a path to an item's file, where it stands in a text."""

    name: str  # the id; of form `path` the file below the content folder
    form: Form
    path: PurePosixPath
    span: Span

    def holds(self, line: int, column: int) -> bool:
        """Whether the cursor stands in it, or right behind it."""
        return self.span.line == line and self.span.column <= column <= self.span.end_column


def mentions(
    reading: Reading, body: Origin | None, prose: Prose, lines: Lines
) -> Iterator[Mention]:
    """Every mention in a file, as far as it can be read."""
    for entry in mentions_in_file(reading, body, prose, lines):
        if entry.form == "path" or lines.slice(entry.span) == entry.name:
            yield entry


def mentions_in_file(
    reading: Reading, body: Origin | None, prose: Prose, lines: Lines
) -> Iterator[Mention]:
    for item in reading.items:
        yield from in_fields(item)
    for page in reading.pages:
        asked = {name: page.view[name] for name in IN_VIEWS if name in page.view}
        for path, value in leaves(asked):
            yield from one(page.origin, page.origin.spans, path, value)
    if body is None:
        return
    for link in prose.links:
        yield from in_prose(body, link)
    for block in prose.blocks:
        yield from in_block(body, block, lines)


def in_fields(item: Item) -> Iterator[Mention]:
    """What an item's front matter names, and where it says its own id."""
    origin = item.origin
    spans, keys, prefix = origin.spans, origin.keys, origin.prefix
    yield from one(origin, spans, ("id",), item.id, "own")
    for name in item.LINKS:
        value: Any = getattr(item, name)
        targets = (value,) if isinstance(value, str) else tuple(value or ())
        listed = (*prefix, name, 0) in spans
        for index, target in enumerate(targets):
            if listed:
                yield from one(origin, spans, (name, index), target)
            elif (*prefix, name, target) in keys:
                yield from one(origin, keys, (name, target), target)
            else:
                yield from one(origin, spans, (name,), target)
    if isinstance(item, Increment):
        for named in item.named():
            listed = (*prefix, *named.path) in spans
            yield from one(origin, spans, named.path if listed else named.path[:-1], named.id)
    elif isinstance(item, Objective):
        yield from in_period(origin, ("period",), item.period)
    elif isinstance(item, ValueStream):
        for index, budget in enumerate(item.budgets):
            yield from in_period(origin, ("budgets", index, "period"), budget.period)


def in_period(origin: Origin, path: Path, period: NamedPeriod | None) -> Iterator[Mention]:
    """An increment that is named as a period."""
    if period is not None and period.name is not None and period.days() is None:
        yield from one(origin, origin.spans, path, period.name)


def one(
    origin: Origin, spans: Mapping[Path, Span], path: Path, name: Any, form: Form = "field"
) -> Iterator[Mention]:
    """The mention at a path, without the quotes around it."""
    span = spans.get(origin.prefix + path)
    if span is None or span.line != span.end_line or not isinstance(name, str):
        return
    width = span.end_column - span.column
    if width == len(name) + 2:
        yield Mention(name, form, origin.path, on_line(span.line, span.column + 1, len(name)))
    elif width == len(name):
        yield Mention(name, form, origin.path, span)


def in_prose(body: Origin, link: Link) -> Iterator[Mention]:
    line = body.body_line + link.line - 1
    if link.kind == "item":
        span = on_line(line, link.column + 2, len(link.target))
        yield Mention(link.target, "prose", body.path, span)
    elif link.kind == "page":
        span = on_line(line, link.column, link.length)
        yield Mention(target_of(body, link).path, "path", body.path, span)


def in_block(body: Origin, block: Block, lines: Lines) -> Iterator[Mention]:
    """The items that a view in the middle of prose asks for."""
    fence = body.body_line + block.line - 1
    fields = parse(block.text, fence + 1)
    asked = {name: fields.values[name] for name in IN_VIEWS if name in fields.values}
    texts = block.text.split("\n")
    for path, value in leaves(asked):
        span = fields.spans.get(path)
        if span is None or not isinstance(value, str):
            continue
        text, line = texts[span.line - fence - 1], lines.line(span.line)
        shift = len(line) - len(text) if line.endswith(text) else 0
        inside = Origin(body.path, {path: span._replace(
            column=span.column + shift, end_column=span.end_column + shift
        )})  # fmt: skip
        yield from one(inside, inside.spans, path, value)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every plain value in lists and mappings, with its path."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from leaves(entry, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from leaves(entry, (*path, index))
    else:
        yield path, value
