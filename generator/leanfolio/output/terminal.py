"""Views as plain text for a terminal: aligned columns, numbers to the right."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leanfolio.output.visible import visible
from leanfolio.views.ref import Ref
from leanfolio.views.view import TextTable, View
from leanfolio.wording import Text, plain


def as_text(view: View, value: Any, note: Text = "") -> str:
    """The finding of a view and a note on its figures, then its lines and tables.

    What content says cannot move the cursor, or begin a line of its own.
    """
    lines = [visible(str(value.finding)), *filter(None, [visible(str(note))]), ""]
    for part in view.text(value):
        lines += table_lines(part) if isinstance(part, TextTable) else [visible(str(part))]
    return "\n".join(lines) + "\n"


def table_lines(table: TextTable) -> Iterator[str]:
    """The rows of a table below its headings."""
    rows = [[cell(getattr(row, field)) for _, field in table.columns] for row in table.rows]
    yield from aligned([heading for heading, _ in table.columns], rows)


def cell(value: Any) -> str:
    """A value as a terminal prints it: numbers without grouping, days in ISO, items by their id."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | Decimal() | Fraction():
            return plain(value)
        case Ref():
            return visible(value.id)
        case tuple():
            return ", ".join(map(cell, value))
        case _:
            return visible(str(value))


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell, numbers to the right. No trailing blanks."""
    widths = [max([len(head), *(len(row[n]) for row in rows)]) for n, head in enumerate(heads)]
    right = [all(is_number(row[n]) for row in rows) and bool(rows) for n in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        parts = (
            c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True)
        )
        return "  ".join(parts).rstrip()

    return [line(heads), *(line(row) for row in rows)]


def is_number(text: str) -> bool:
    return not text or text.replace(".", "", 1).replace("-", "", 1).isdigit()
