"""Positions: ours count characters from 1, an editor's count code units from 0."""

from lsprotocol import types as lsp

from leanfolio.editor.text import Lines
from leanfolio.model import Span

UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}


def width(text: str, encoding: str) -> int:
    """How many units of this encoding a text takes."""
    name, size = UNITS.get(encoding, ("", 0))
    return len(text.encode(name, "surrogatepass")) // size if name else len(text)


def position_of(lines: Lines, line: int, column: int, encoding: str) -> lsp.Position:
    """Our line and column as an editor counts; beyond the text, its end."""
    if line > len(lines):
        line, column = len(lines), len(lines.line(len(lines))) + 1
    return lsp.Position(line - 1, width(lines.line(line)[: max(column, 1) - 1], encoding))


def range_of(lines: Lines, span: Span, encoding: str) -> lsp.Range:
    return lsp.Range(
        position_of(lines, span.line, span.column, encoding),
        position_of(lines, span.end_line, span.end_column, encoding),
    )


def place_at(lines: Lines, position: lsp.Position, encoding: str) -> tuple[int, int]:
    """An editor's position as our line and column; beyond the text, its end."""
    if position.line >= len(lines):
        return len(lines), len(lines.line(len(lines))) + 1
    text = lines.line(position.line + 1)
    if text.isascii() or encoding not in UNITS:
        return position.line + 1, min(position.character, len(text)) + 1
    taken = 0
    for column, letter in enumerate(text, start=1):
        if taken >= position.character:
            return position.line + 1, column
        taken += width(letter, encoding)
    return position.line + 1, len(text) + 1
