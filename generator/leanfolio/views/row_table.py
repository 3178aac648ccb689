"""The rows of a view as the table of a page: a column per attribute, ids as links."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Header, Outside, SourceRef, Table, Tag, Value
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import (
    Formula,
    Listing,
    Message,
    Money,
    Percent,
    Rounded,
    Series,
    joined,
    message,
)

Columns = tuple[tuple[str, str], ...]  # heading, attribute of a row
NUMBERS = (int, Decimal, Fraction, Rounded, Percent, Money)


def columns(*names: str | tuple[str, str]) -> Columns:
    """Columns of rows; a heading that equals its attribute is written once."""
    return tuple((name, name) if isinstance(name, str) else name for name in names)


def row_table(
    title: str, columns: Columns, rows: Iterable[Any], portfolio: Portfolio, anchor: str
) -> Table:
    """Return a table with a column for each of the attributes that `columns` names."""
    values = [[getattr(row, field) for _, field in columns] for row in rows]
    heads = tuple(
        Header(heading.capitalize(), is_number([row[n] for row in values]))
        for n, (heading, _) in enumerate(columns)
    )
    body = tuple(tuple(as_cell(value, portfolio) for value in row) for row in values)
    return Table(title, heads, body, anchor=anchor)


def is_number(values: Iterable[Any]) -> bool:
    """Whether a column holds numbers and nothing else."""
    stated = [value for value in values if value is not None]
    return bool(stated) and all(
        isinstance(value, NUMBERS) and not isinstance(value, bool) for value in stated
    )


def as_cell(value: Any, portfolio: Portfolio) -> Value:
    """A value of a row as a cell: the id of an item becomes a link, a fraction a decimal."""
    match value:
        case bool():
            return message("yes") if value else message("no")
        case Fraction():
            return Rounded(value)
        case str() if value in portfolio:
            return ref(portfolio[value])
        case tuple() if all(isinstance(entry, Ref) for entry in value):
            return value
        case tuple():
            return joined((str(entry) for entry in value), ", ")
        case None | str() | int() | Decimal() | date() | Ref() | Money() | Rounded() | Percent():
            return value
        case Message() | Listing() | Series() | Formula() | Tag() | Outside() | SourceRef():
            return value
        case _:
            return str(value)
