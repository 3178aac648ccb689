"""A workbook that came back from people: read within limits, each cell as what it shows.

Nothing in it is trusted. Before any of its XML is parsed the archive is unpacked up to a limit, and
refused where a part declares a document type, as only attacks do: entities that grow or that read
other files need one. Formulas are not computed: a cell counts as what its program has kept for it.
"""

import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from msgspec import Struct

from leanfolio.model.source import MEGABYTE

MOST_PACKED = 16 * MEGABYTE  # bytes of the file
MOST_UNPACKED = 64 * MEGABYTE  # bytes of all its parts
MOST_PARTS = 500
MOST_ROWS, MOST_COLUMNS = 20_000, 100
PIECE = 1 << 16
COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+\Z")
THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}([.,])[0-9]{3}\Z")
PLAIN = re.compile(r"[-+]?([0-9]{1,15}(\.[0-9]{1,15})?|\.[0-9]{1,15})\Z")
PLACES = re.compile(r"(?:General|@|[#,]*0(?:\.(?P<places>0+))?)(?:;.*)?\Z")
BLANKS = "\u00a0\u202f\u2009 \t\r\n"


class WorkbookError(Exception):
    """Why a workbook cannot be read, in words."""


class NoOpenpyxl(Exception):
    """The library that reads workbooks is not installed."""


class CellError(Exception):
    """Why a cell cannot be read as what its column needs, in words."""


class Cell(Struct, frozen=True):
    """A cell: where it is, what it holds or shows, in which form, and whether by a formula."""

    address: str
    value: Any
    form: str = "General"
    formula: str = ""
    is_error: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.formula and (self.value is None or str(self.value).strip(BLANKS) == "")


class SheetRows(Struct, frozen=True):
    """The rows of a sheet, each as long as the sheet is wide."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read_workbook(
    file: Path, names: Collection[str], without_formulas: Collection[str] = ()
) -> dict[str, SheetRows]:
    """The sheets of these names that it has. Raises WorkbookError, NoOpenpyxl, OSError.

    Of those `without_formulas` only what cells show is read, which takes half the time.
    """
    with file.open("rb") as stream:
        data = stream.read(MOST_PACKED + 1)
    if len(data) > MOST_PACKED:
        raise WorkbookError(f"it is larger than {MOST_PACKED // MEGABYTE} MB")
    require_harmless(data)
    try:
        from openpyxl import load_workbook  # type: ignore # noqa: PLC0415 - an extra
    except ImportError:
        raise NoOpenpyxl from None
    options = {"read_only": True, "keep_links": False}
    try:
        shown = load_workbook(BytesIO(data), data_only=True, **options)
        typed = load_workbook(BytesIO(data), **options)
        known = [name for name in names if name in shown.sheetnames]
        return {
            name: rows_of(shown[name], None if name in without_formulas else typed[name])
            for name in known
        }
    except (WorkbookError, MemoryError):
        raise
    except Exception as error:  # whatever a broken file makes of a parser
        kind = type(error).__name__
        raise WorkbookError(f"it is no workbook that can be read ({kind})") from None


def require_harmless(data: bytes) -> None:
    """Raise WorkbookError for what is no archive, grows beyond the limit, or declares entities."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS:
                raise WorkbookError(f"it has more than {MOST_PARTS} parts")
            left = MOST_UNPACKED
            for entry in entries:
                with archive.open(entry) as stream:
                    left -= read_part(stream, entry.filename, left)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise WorkbookError("it is no XLSX file; save it as one (.xlsx)") from None


def read_part(stream: Any, name: str, limit: int) -> int:
    """Look through a part, and return how many bytes it has. Raises WorkbookError."""
    size, before = 0, b""
    is_xml = name.lower().endswith((".xml", ".rels", ".vml"))
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > limit:
            raise WorkbookError(f"unpacked it is larger than {MOST_UNPACKED // MEGABYTE} MB")
        seen = before + piece
        if is_xml and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
            raise WorkbookError(f"its part {name[:60]} declares entities, as no spreadsheet does")
        if is_xml and (b"\0" in piece or (size == len(piece) and foreign_encoding(piece))):
            raise WorkbookError(f"its part {name[:60]} is not UTF-8")
        before = piece[-16:]
    return size


def foreign_encoding(start: bytes) -> bool:
    """Whether XML says that it is in another encoding, in which marks could hide."""
    said = re.match(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", start)
    return said is not None and said[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def rows_of(shown: Any, typed: Any | None) -> SheetRows:
    """The rows of a sheet: what each cell shows, beside the formula that was typed, if wanted."""
    for sheet in (shown, typed):
        if sheet is not None:
            sheet.reset_dimensions()  # what the file says of its size need not be so
    rows = []
    values_alone = ((row, row) for row in shown.iter_rows())
    pairs = (
        values_alone if typed is None else zip(shown.iter_rows(), typed.iter_rows(), strict=True)
    )
    for number, (values, formulas) in enumerate(pairs, start=1):
        if number > MOST_ROWS or len(values) > MOST_COLUMNS:
            raise WorkbookError(
                f"its sheet {shown.title!r} is larger than {MOST_ROWS} rows of {MOST_COLUMNS} cells"
            )
        rows.append(tuple(cells_of(number, values, formulas)))
    width = max(map(len, rows), default=0)
    padded = (
        (*row, *(Cell(address(line, at), None) for at in range(len(row), width)))
        for line, row in enumerate(rows, start=1)
    )
    return SheetRows(shown.title, tuple(padded))


def cells_of(line: int, values: Iterable[Any], formulas: Iterable[Any]) -> Iterator[Cell]:
    """The cells of a row. Lines count from 1."""
    for at, (shown, typed) in enumerate(zip(values, formulas, strict=True)):
        formula = str(typed.value) if typed.data_type == "f" else ""
        if shown.value is None and not formula:
            yield Cell(address(line, at), None)
        else:
            form = shown.number_format or "General"
            yield Cell(address(line, at), shown.value, form, formula, shown.data_type == "e")


def address(line: int, at: int) -> str:
    """The address of a cell: its line from 1, its column from 0; E7."""
    first, second = divmod(at, 26)
    return f"{chr(ord('A') + first - 1) if first else ''}{chr(ord('A') + second)}{line}"


def number_in(cell: Cell) -> Decimal | None:
    """The number that a cell shows; None of an empty one. Raises CellError where it is none."""
    if cell.is_empty:
        return None
    value = cell.value
    if cell.is_error:
        raise CellError(f"it shows the error {value}")
    if value is None:
        raise CellError("its formula has no result yet; open and save it in a spreadsheet")
    if isinstance(value, bool):
        raise CellError("it is a yes or no, not a number")
    if isinstance(value, date | datetime | time | timedelta):
        raise CellError(f"it is {as_day(value)}, not a number; a spreadsheet reads 3/5 as a day")
    if isinstance(value, int | float):
        return shown_number(Decimal(repr(value)), cell.form)
    return number_of_text(str(value).strip(BLANKS))


def as_day(value: Any) -> str:
    """A date or a time as words."""
    return f"the day {value:%Y-%m-%d}" if isinstance(value, date) else f"the time {value}"


def shown_number(number: Decimal, form: str) -> Decimal:
    """A number, if its form shows it as it is. Raises CellError."""
    found = PLACES.match(form)
    if "%" in form:
        raise CellError(f"it shows {number * 100:f} %; write the plain number")
    if not number.is_finite():
        raise CellError("it is no number")
    if found is None or form in ("General", "@") or form.startswith("@"):
        return number
    shown = number.quantize(Decimal(1).scaleb(-len(found["places"] or "")), ROUND_HALF_UP)
    if shown != number:
        raise CellError(f"it shows {shown} and holds {number:f}; write the one that is meant")
    return number


def number_of_text(text: str) -> Decimal:
    """A number that stands as text, with a point or a comma. Raises CellError."""
    found = THOUSANDS.match(text)
    if found is not None:
        whole, decimals = text.replace(found[1], ""), text.replace(",", ".")
        raise CellError(f"{text!r} may be {whole} or {decimals}; write it as a number")
    plain = text.replace(",", ".") if COMMA.match(text) else text
    if not PLAIN.match(plain):
        raise CellError(f"{text[:40]!r} is not a number")
    return Decimal(plain)


def text_in(cell: Cell) -> str:
    """The text that a cell shows, on one line. Raises CellError where that is not known."""
    if cell.is_empty:
        return ""
    if cell.is_error or cell.value is None:
        raise CellError("its formula shows no text")
    if isinstance(cell.value, datetime):
        return f"{cell.value:%Y-%m-%d}"
    return str(cell.value).strip(BLANKS)


def heading_columns(row: tuple[Cell, ...]) -> Iterator[tuple[str, int]]:
    """The headings of a sheet's first row, in small letters, with the column of each."""
    for number, cell in enumerate(row):
        if isinstance(cell.value, str):
            yield " ".join(cell.value.split()).casefold(), number
