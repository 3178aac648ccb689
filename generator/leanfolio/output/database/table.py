"""Tables of exact values: what columns are there, and what stands in their cells."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from msgspec import Struct, field

from leanfolio.output.data import plain_value
from leanfolio.views.ref import Ref
from leanfolio.wording import Money, Percent, Rounded, plain

Kind = Literal["text", "integer", "boolean", "decimal", "fraction", "day", "json"]
NUMBERS: tuple[Kind, ...] = ("integer", "decimal", "fraction")
Cell = str | int | bool | Decimal | Fraction | Rounded | date | None
MICROS = 1_000_000
NEVER_EMPTY = frozenset((bool, Decimal, Fraction, date))
AS_THEY_ARE = NEVER_EMPTY | {str}  # most of all values
LARGEST = 2**63 - 1  # of an integer in a database
# Words that SQL does not take as names of columns; they get an underscore behind them.
RESERVED = frozenset((
    "add", "all", "alter", "and", "as", "autoincrement", "between", "case", "cast", "check",
    "collate", "commit", "constraint", "create", "default", "deferrable", "delete", "distinct",
    "drop", "else", "escape", "except", "exists", "foreign", "from", "group", "having", "in",
    "index", "insert", "intersect", "into", "is", "isnull", "join", "limit", "not", "nothing",
    "notnull", "null", "on", "or", "order", "primary", "raise", "references", "returning",
    "select", "set", "table", "then", "to", "transaction", "union", "unique", "update",
    "using", "values", "when", "where",
))  # fmt: skip


class Column(Struct, frozen=True):
    """A column. `references` names the table whose ids it holds, or is ""."""

    name: str
    kind: Kind = "text"
    references: str = ""


class Table(Struct):
    """A table: its first columns are its key, and are never empty.

    `outer` names the table in whose rows these stand, by all of the key but its last column.
    """

    name: str
    columns: tuple[Column, ...]
    key: int = 1
    outer: str = ""
    rows: list[tuple[Cell, ...]] = field(default_factory=list)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns[: self.key])


class Inexact(Struct, frozen=True):
    """A number that is no integer of a database, nor are its millionths. Its text is exact."""

    table: str
    column: str
    row: str  # its key
    value: str


def sql_name(name: str) -> str:
    """The name of a column or a table: that of the format, with underscores, and no word of SQL."""
    plain_name = name.rstrip("_").replace("-", "_")
    return f"{plain_name}_" if plain_name in RESERVED else plain_name


def cells(values: Iterable[Any], kind: Kind) -> list[Cell]:
    """The cells of a column of this kind; most values are cells as they are."""
    if kind == "json":
        return [cell(value, kind) for value in values]
    return [
        value
        if value is None or type(value) in NEVER_EMPTY
        else value or None
        if type(value) is str
        else cell(value, kind)
        for value in values
    ]


def cell(value: Any, kind: Kind) -> Cell:
    """A value of an item or a view as a cell of this kind. What nobody stated is None."""
    if value is None or value == "":
        return None
    if kind != "json" and type(value) in AS_THEY_ARE:
        return value  # type: ignore[no-any-return]
    match value:
        case Money():
            return value.amount
        case Percent(share=share, places=places, trim=False) if share is not None:
            return Rounded(Fraction(share) * 100, places)
        case Percent():
            return value.percents
        case Ref():
            return value.id
    if kind == "json":
        plained = plain_value(value)
        return json.dumps(plained, ensure_ascii=False) if plained else None
    if kind == "decimal" and isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str | int | Decimal | Fraction | Rounded | date):
        return value
    return str(plain_value(value))


def text_of(value: Cell) -> str | None:
    """A number or another value as exact text: 12.50 is 12.5, a fraction 48/11, a score 4.36.

    Half a character of UTF-16, which no file of UTF-8 can hold, becomes a question mark.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if value is None:
        return None
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if type(value) is date else str(plain_value(value))


def micros(value: Cell) -> int | None:
    """How many millionths a number is; None of none, and where that is no integer of 64 bits."""
    number = value.decimal if isinstance(value, Rounded) else value
    if not isinstance(number, Decimal):
        return None
    numerator, denominator = number.as_integer_ratio()
    scaled, rest = divmod(numerator * MICROS, denominator)
    return scaled if not rest and abs(scaled) <= LARGEST else None


def int_of(value: Cell) -> int | None:
    """A whole number that 64 bits hold; None of any other."""
    return value if isinstance(value, int) and abs(value) <= LARGEST else None


def fits(value: Cell) -> bool:
    """Whether a database holds a value exactly as numbers, and not as text alone."""
    if type(value) is int:
        return abs(value) <= LARGEST
    if isinstance(value, Decimal | Rounded):
        return micros(value) is not None
    if isinstance(value, Fraction):
        return int_of(value.numerator) is not None and int_of(value.denominator) is not None
    return not isinstance(value, int) or int_of(value) is not None


def inexact_in(tables: list[Table]) -> Iterator[Inexact]:
    """Every number that a database cannot hold as one."""
    for table in tables:
        at = [n for n, column in enumerate(table.columns) if column.kind in NUMBERS]
        columns = [[row[n] for row in table.rows] for n in at]
        wrong = [
            (place, n)
            for n, column in zip(at, columns, strict=True)
            for place, value in enumerate(column)
            if value is not None and not fits(value)
        ]
        for place, n in sorted(wrong):
            row = table.rows[place]
            key = " ".join(str(part) for part in row[: table.key])
            yield Inexact(table.name, table.columns[n].name, key, text_of(row[n]) or "")
