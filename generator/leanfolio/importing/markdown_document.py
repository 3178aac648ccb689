"""A foreign Markdown file taken apart: what stands beside labels, headings, tables, and the rest.

Labels are the keys of its front matter and the first column of the first table, where that has two
columns. A reference without an address is its words, a comment is nothing, a picture its words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from leanfolio.read.yaml import YamlError, parse, split

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
REFERENCE = re.compile(r"!?\[([^\[\]]*)\](?:\[[^\[\]]*\])?")  # that nothing in the file defines
RULE = re.compile(r"[-:\s]+\Z")  # of a cell: a part of a line drawn twice below a head
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


class Cell(Struct, frozen=True):
    """What stands in one place: its words, the first address in it, and its line in the file."""

    words: str
    link: str
    line: int


class Table(Struct, frozen=True):
    """A table: the words of its head, and its rows."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    lines: range  # of the body, from 0

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(cell.words for cell in self.head)


class Heading(Struct, frozen=True):
    """A heading: its level, its words, and where it stands in the body."""

    level: int
    words: str
    lines: range


class Document(Struct, frozen=True):
    """A file: its cells by label, its headings, its other tables, and its text."""

    labels: Mapping[str, Sequence[Cell]]
    headings: tuple[Heading, ...]
    tables: tuple[Table, ...]
    labelled: range  # the lines of the table of labels
    lines: tuple[str, ...]  # of the body, in which a fence of ours shows and does nothing
    first_line: int  # of the body, in the file
    faults: tuple[YamlError, ...] = ()
    disarmed: tuple[int, ...] = ()
    """Lines of fences that would have put a view of ours into the text."""
    records: tuple[Cell, ...] = ()
    """Labels of the front matter that hold lists of records, which no field can take."""

    def heading(self, levels: Sequence[int]) -> Heading | None:
        """The first heading of the first of these levels that there is one of."""
        of_levels = (each for level in levels for each in self.headings if each.level == level)
        return next(of_levels, None)

    def section(self, names: Sequence[str]) -> Cell | None:
        """The text below the first heading with one of these names, up to the next of its level."""
        for name in names:
            for number, heading in enumerate(self.headings):
                if heading.words == name:
                    ends = (
                        each.lines.start
                        for each in self.headings[number + 1 :]
                        if each.level <= heading.level
                    )
                    lines = self.lines[heading.lines.stop : next(ends, len(self.lines))]
                    return Cell("\n".join(lines).strip(), "", self.first_line + heading.lines.stop)
        return None

    def prose(self, without: Sequence[range]) -> str:
        """The text without these lines."""
        gone = {number for lines in without for number in lines}
        kept = [line for number, line in enumerate(self.lines) if number not in gone]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n") if gone else "\n".join(kept)


def document(text: str) -> Document:
    """Take a file apart. What its front matter holds that cannot be read is among the faults."""
    halves = split(text.replace("\r\n", "\n").replace("\r", "\n"))
    labels: dict[str, list[Cell]] = {}
    records: list[Cell] = []
    faults = [halves.fault] if halves.fault else []
    if halves.yaml is not None:
        fields = parse(halves.yaml)
        faults += fields.faults
        for path, value in front_values(fields.values):
            span = fields.spans.get(path)
            line = span.line if span else 2
            labels[".".join(path)] = [*front_cells(value, line)]
            if isinstance(value, list) and any(isinstance(each, list | dict) for each in value):
                records.append(Cell(".".join(path), "", line))
    tokens = MARKDOWN.parse(halves.body)
    tables = [*tables_in(tokens, halves.body_line)]
    first = tables[0] if tables and len(tables[0].head) == 2 else None
    if first is not None:
        head = (first.head,) if first.head[1].words else ()
        for label, cell in (*head, *first.rows):
            labels.setdefault(label.words, []).append(cell)
    lines, disarmed = harmless(halves.body.split("\n"), tokens)
    return Document(
        labels,
        tuple(headings_in(tokens)),
        tuple(tables[1:] if first is not None else tables),
        first.lines if first is not None else range(0),
        tuple(lines),
        halves.body_line,
        tuple(faults),
        tuple(number + halves.body_line for number in disarmed),
        tuple(records),
    )


def front_values(
    values: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each value of a front matter with its path; those within a value, by their own."""
    for name, value in values.items():
        path = (*above, str(name))
        if isinstance(value, Mapping):
            yield from front_values(value, path)
        else:
            yield path, value


def front_cells(value: Any, line: int) -> Iterator[Cell]:
    """A value of front matter as cells, one for each entry of a list."""
    if isinstance(value, list):
        for each in value:
            if not isinstance(each, list | Mapping):
                yield from front_cells(each, line)
    elif isinstance(value, bool):
        yield Cell(str(value).lower(), "", line)
    elif isinstance(value, str | int | Decimal | date):
        said = f"{value:f}" if isinstance(value, Decimal) else str(value)
        yield Cell(said, said if "://" in said else "", line)


def tables_in(tokens: Sequence[Token], first_line: int) -> Iterator[Table]:
    """Yield the tables of a text, whatever they stand in."""
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    lines, line = range(0), 0
    for number, token in enumerate(tokens):
        match token.type:
            case "table_open":
                rows, lines = [], lines_of(token)
            case "tr_open":
                row, line = [], lines_of(token).start + first_line
            case "th_open" | "td_open":
                row.append(cell_of(tokens[number + 1], line))
            case "tr_close" if not all(RULE.match(cell.words) for cell in row):
                rows.append(tuple(row))
            case "table_close" if rows:
                yield Table(rows[0], tuple(rows[1:]), lines)


def headings_in(tokens: Sequence[Token]) -> Iterator[Heading]:
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            words = cell_of(tokens[number + 1], 0).words
            yield Heading(int(token.tag[1:]), words, lines_of(token))


def lines_of(token: Token) -> range:
    return range(*token.map) if token.map else range(0)


def cell_of(inline: Token, line: int) -> Cell:
    """The words of a part of a text: no marks, no comments; and the first address in it."""
    words: list[str] = []
    link = ""
    for token in inline.children or ():
        match token.type:
            case "text" | "code_inline" | "text_special":
                words.append(token.content)
            case "softbreak" | "hardbreak":
                words.append(" ")
            case "image":
                words.append(token.content)
            case "link_open" if not link:
                link = str(token.attrGet("href") or "")
            case "html_inline" if not token.content.startswith("<!--"):
                words.append(" ")
    said = COMMENT.sub("", "".join(words))
    said = REFERENCE.sub(lambda found: found[1], said)
    return Cell(" ".join(said.split()), link, line)


def harmless(lines: list[str], tokens: Sequence[Token]) -> tuple[list[str], list[int]]:
    """The lines of a text in which no fence means a view of ours, and those that were changed."""
    changed = []
    for token in tokens:
        if token.type == "fence" and token.info.strip().split(" ")[0].casefold() == "leanfolio":
            number = lines_of(token).start
            lines[number] = re.sub("leanfolio", "text", lines[number], count=1, flags=re.IGNORECASE)
            changed.append(number)
    return lines, changed
