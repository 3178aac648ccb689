"""The rows of a CSV text, each value with its place; what cannot be read is a problem."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath

from msgspec import Struct
from pydantic_core import PydanticCustomError

from leanfolio.model.field import problem_and_fix, read_day, read_number
from leanfolio.model.value_hints import cure_of, readings
from leanfolio.problem import Place, Problem
from leanfolio.read.suggestions import did_you_mean, nearest
from leanfolio.wording.smallest_units import decimals_of

# What other tables call a column.
OTHER_NAMES = {
    "id": "item", "epic": "item", "key": "item", "project": "item", "day": "date", "on": "date",
    "booked": "date", "value": "amount", "sum": "amount", "cost": "amount", "comment": "note",
    "description": "note", "text": "note", "team": "group", "voter": "group",
}  # fmt: skip
SEPARATOR = re.compile(r"sep=([;,\t])\s*", re.IGNORECASE)

MOST_COLUMNS = 200  # no table of ours has ten
MOST_ROWS = 100_000  # of one table: a hundred bookings a day for three years


class Cell(Struct, frozen=True):
    """One value as it was written, without the blanks around it."""

    text: str
    at: Place


class CsvRow(Struct, frozen=True):
    """A row by the names of its columns."""

    at: Place
    cells: Mapping[str, Cell]


def rows_of(
    text: str,
    path: PurePosixPath,
    columns: Sequence[str],
    *,
    optional: Sequence[str] = (),
    also: Mapping[str, str] | None = None,
) -> tuple[list[CsvRow], list[Problem]]:
    """The rows under a header that names all columns, in any order; and what is wrong with it.

    Commas or semicolons part the values. `also` gives other names of a column.
    """
    lines, mark = lines_and_mark(text)
    problems: list[Problem] = []
    names: list[str] | None = None
    rows: list[CsvRow] = []
    for line, values in numbered(lines, mark, path, problems):
        if not any(value.strip() for value in values):
            continue
        if names is None and len(values) > MOST_COLUMNS:
            return [], [*problems, too_many_columns(Place(path, line), len(values))]
        if len(rows) == MOST_ROWS:
            return rows, [*problems, too_many_rows(Place(path, line))]
        at = [*places(path, line, lines[line - 1], values)]
        if names is None:
            names = [named(value, also or {}) for value in values]
            problems += header_problems(names, columns, optional, at)
            if any(column not in names for column in columns):
                return [], problems
        elif len(values) < len(names) and (wrong := parted_otherwise(values, mark, at, names)):
            problems.append(wrong)
        elif len(values) > len(names):
            problems.append(row_too_long(at[len(names)], len(names), len(values)))
        else:
            cells = zip(names, values, at, strict=False)
            row = {name: Cell(value.strip(), place) for name, value, place in cells}
            rows.append(CsvRow(at[0], row))
    return rows, problems


def lines_and_mark(text: str) -> tuple[list[str], str]:
    """The lines of a table, and what parts its values.

    That is a semicolon or a tab, where the header has one and no comma. Where spreadsheets write
    it above the header, `sep=;`, it is that, and the line is empty here.
    """
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    stated = SEPARATOR.fullmatch(first)
    if stated is not None:
        lines[lines.index(first)] = "\n"
        return lines, stated[1]
    return lines, next((mark for mark in ";\t" if mark in first and "," not in first), ",")


def named(value: str, also: Mapping[str, str]) -> str:
    """A column's name: lower case, words joined by one underscore."""
    name = "_".join(value.casefold().replace("_", " ").split())
    return also.get(name, name)


def numbered(
    lines: Sequence[str], mark: str, path: PurePosixPath, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins."""
    reader = csv.reader(lines, delimiter=mark)
    begin = 1
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            problems.append(csv_broken(Place(path, begin), str(error)))
            return
        if values is None:
            return
        yield begin, values
        begin = reader.line_num + 1


def places(path: PurePosixPath, line: int, written: str, values: Sequence[str]) -> Iterator[Place]:
    """Where each value stands on its line, as far as the line shows it."""
    column = 0
    for value in values:
        result = written.find(value.strip(), column)
        column = result if result >= 0 else column
        yield Place(path, line, column + 1, max(len(value.strip()), 1))
        column += len(value.strip())


def header_problems(
    names: Sequence[str], columns: Sequence[str], optional: Sequence[str], at: Sequence[Place]
) -> Iterator[Problem]:
    """Columns that are missing, unknown, or named twice."""
    known = (*columns, *optional)
    for index, (name, place) in enumerate(zip(names, at, strict=True)):
        if not name:
            hint = "give it one of these names, or take the mark away that begins it: "
            yield Problem(place, "csv-column", "a column has no name", hint + ", ".join(known))
        elif name not in known:
            other = OTHER_NAMES.get(name)
            hint = did_you_mean(name, known, f"use these columns: {', '.join(known)}")
            hint = f"call it {other}" if other in known and other not in names else hint
            yield Problem(place, "csv-column", f"the column {name!r} is unknown", hint)
        elif name in names[:index]:
            yield Problem(place, "csv-column", f"the column {name} is there twice", "keep one")
    meant = {nearest(name, known) for name in names if name not in known}
    meant |= {OTHER_NAMES.get(name) for name in names}
    for name in columns:
        if name not in names and name not in meant:  # a misspelt one is told as that
            message = f"the column {name} is missing"
            yield Problem(at[0], "csv-column", message, f"add the column {name} to the header")


def parted_otherwise(
    values: Sequence[str], mark: str, at: Sequence[Place], names: Sequence[str]
) -> Problem | None:
    """A row that is too short, and has a value with the other mark in it: it was to part two."""
    other, word = (";", "semicolon") if mark == "," else (",", "comma")
    for value, place in zip(values, at, strict=True):
        if other in value:
            return Problem(
                place,
                "csv-row",
                f"the row has {len(values)} values, and the header names {len(names)};"
                f" a {word} stands in {value.strip()[:40]!r}",
                f"part the values with `{mark}`, as the header does",
            )
    return None


def row_too_long(at: Place, wanted: int, result: int) -> Problem:
    """A row has more values than the header names; half an amount may be among them."""
    return Problem(
        at,
        "csv-row",
        f"the row has {result} values, and the header names {wanted}",
        "put a value that holds a comma between double quotes",
    )


def too_many_rows(at: Place) -> Problem:
    """A table is longer than what can be checked in seconds; the rows from here on are not read."""
    return Problem(
        at,
        "csv-row",
        f"the table has more than {MOST_ROWS:,} rows",
        "divide it into several files, such as one for each year",
    )


def too_many_columns(at: Place, number: int) -> Problem:
    """A header is so long that it cannot be one; nothing of the table is read."""
    return Problem(
        at,
        "csv-column",
        f"the header names {number} columns, more than {MOST_COLUMNS}",
        "put the names of the columns into the first row, and the values below it",
    )


def csv_broken(at: Place, why: str) -> Problem:
    """The csv module gives up here, and reads no further."""
    return Problem(at, "csv-row", f"the row cannot be read: {why}", "check its quotes")


def read_date(cell: Cell, rule: str) -> date | Problem:
    """The day in a cell, or what is wrong with it."""
    try:
        return date.fromisoformat(str(read_day(cell.text)))
    except PydanticCustomError as error:
        message, hint = problem_and_fix(error.message())
        return Problem(cell.at, rule, message, hint)


def read_amount(cell: Cell, rule: str, currency: str = "") -> Decimal | Problem:
    """The amount in a cell, exact; or what is wrong with it."""
    try:
        return Decimal(str(read_number(cell.text)))
    except PydanticCustomError:
        said = repr(cell.text) if cell.text else "an empty value"
        hint = amount_cure(cell.text, currency)
        return Problem(cell.at, rule, f"{said} is not an amount of money", hint)


def amount_cure(text: str, currency: str = "") -> str:
    """What to write instead: each kind of mistake has its own cure."""
    if not any(letter.isdigit() for letter in text):
        return "leave the row out until the amount is known"
    if text.endswith("%"):
        return "write the amount of money itself, not a share"
    numbers = readings(without_code(text))
    most = decimals_of(currency)
    fit = [one for one in numbers if most is None or len(one.partition(".")[2]) <= most]
    if len(fit or numbers) == 1:
        return f"write digits alone, and the currency in its own column: {(fit or numbers)[0]}"
    if numbers:
        return cure_of(numbers)
    if re.search(r"\d\D*[-–]\D*\d", text):
        return "write one amount; a range belongs in an epic's cost_low and cost_high"
    return "write digits alone, with a point before the cents: 1250.50"


def without_code(text: str) -> str:
    """An amount without the code of its currency: EUR 500, 500 EUR."""
    return re.sub(r"\A[A-Z]{3}\s*|\s*[A-Z]{3}\Z", "", text)
