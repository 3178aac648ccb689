"""A portfolio as Parquet files, one a table: for data frames, DuckDB and the like.

Needs pyarrow, an extra: `leanfolio[parquet]`. Decimal numbers are DECIMAL(38, 18) and so exact; a
fraction is its text, `..._numerator` and `..._denominator`; days are dates; lists are JSON. Where a
column of numbers also says something else, such as "40 to 60", that stands in `..._text`.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from leanfolio.output.database.table import Cell, Column, Table, int_of, text_of
from leanfolio.wording import Rounded

DIGITS, PLACES = 38, 18
STEP = Fraction(1, 10**PLACES)


class NoPyarrow(Exception):
    """The library that writes Parquet is not installed."""


def parquet_files(tables: Iterable[Table]) -> Iterator[tuple[str, bytes]]:
    """The name of each file, and its bytes: the same for the same tables and pyarrow.

    Raises NoPyarrow before the first.
    """
    try:
        import pyarrow as arrow  # type: ignore # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise NoPyarrow from None
    for table in tables:
        names, types, values = [], [], []
        for number, column in enumerate(table.columns):
            cells = [row[number] for row in table.rows]
            for name, kind, entries in stored_columns(arrow, column, cells):
                names.append(name)
                types.append(kind)
                values.append(arrow.array(entries, kind))
        schema = arrow.schema(list(zip(names, types, strict=True)))
        out = BytesIO()
        parquet.write_table(arrow.Table.from_arrays(values, schema=schema), out)
        yield f"{table.name}.parquet", out.getvalue()


def stored_columns(
    arrow: Any, column: Column, cells: Sequence[Cell]
) -> Iterator[tuple[str, Any, list[Any]]]:
    """The columns of a file that a column of a table becomes: name, type and values of each."""
    match column.kind:
        case "decimal":
            numbers = [decimal_of(cell) for cell in cells]
            yield column.name, arrow.decimal128(DIGITS, PLACES), numbers
            if any(map(is_no_decimal, cells, numbers)):
                texts = map(text_of, cells)
                pairs = zip(texts, numbers, strict=True)
                words = [text if number is None else None for text, number in pairs]
                yield f"{column.name}_text", arrow.string(), words
        case "fraction":
            parts = [cell if isinstance(cell, Fraction) else None for cell in cells]
            yield column.name, arrow.string(), [text_of(cell) for cell in cells]
            up = [int_of(part.numerator) if part is not None else None for part in parts]
            down = [int_of(part.denominator) if part is not None else None for part in parts]
            yield f"{column.name}_numerator", arrow.int64(), up
            yield f"{column.name}_denominator", arrow.int64(), down
        case "integer":
            yield column.name, arrow.int64(), [int_of(cell) for cell in cells]
        case "boolean":
            yield column.name, arrow.bool_(), list(cells)
        case "day":
            yield column.name, arrow.date32(), list(cells)
        case _:
            yield column.name, arrow.string(), [text_of(cell) for cell in cells]


def is_no_decimal(cell: Cell, number: Decimal | None) -> bool:
    """Whether something is said that is no number, or none that DECIMAL holds."""
    return cell is not None and number is None


def decimal_of(cell: Cell) -> Decimal | None:
    """A number as DECIMAL(38, 18) holds it exactly; None of anything else."""
    number = cell.decimal if isinstance(cell, Rounded) else cell
    return number if isinstance(number, Decimal) and is_exact_decimal(number) else None


def is_exact_decimal(number: Decimal) -> bool:
    """Whether DECIMAL(38, 18) holds a number as it is."""
    return Fraction(number) % STEP == 0 and number.adjusted() < DIGITS - PLACES
