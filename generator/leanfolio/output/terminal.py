"""Views as plain text for a terminal: aligned columns, numbers to the right."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leanfolio.output.visible import visible
from leanfolio.views.ref import Ref
from leanfolio.views.view import TextTable, View
from leanfolio.wording import Money, Text, grouped

PERCENT = " %"


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
    rows = [[in_column(heading, getattr(row, field)) for heading, field in table.columns]
            for row in table.rows]  # fmt: skip
    yield from aligned([heading.removesuffix(PERCENT) for heading, _ in table.columns], rows)


def in_column(heading: str, value: Any) -> str:
    """A cell; below a heading that says percent, with its sign."""
    text = cell(value)
    return f"{text}{PERCENT}" if text and heading.endswith(PERCENT) else text


def cell(value: Any) -> str:
    """A value as a terminal prints it: thousands set apart, days in ISO, items by their id."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | Decimal() | Fraction():
            return grouped(value)
        case Money(amount=Decimal() as amount, currency=currency):
            return f"{currency} {grouped(amount)}".strip()
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
    """Whether a cell is empty, or a number, with its thousands apart or in percent."""
    bare = text.removesuffix(PERCENT).replace(",", "").replace(".", "", 1).replace("-", "", 1)
    return not text or bare.isdigit()
