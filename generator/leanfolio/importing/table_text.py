"""A table as other systems export it: columns that repeat, cells over many lines, any separator."""

import csv
from collections.abc import Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.figures.funding.csv_rows import lines_and_mark, numbered
from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.work_item import Extract, SourceError
from leanfolio.output.table_guard import is_guarded, unguard
from leanfolio.problem import Problem
from leanfolio.read.suggestions import nearest


class TableRow(Struct, frozen=True):
    """A row with its line. A column that stands several times has all its values, in order."""

    line: int
    cells: dict[str, tuple[str, ...]]

    def first(self, column: str) -> str:
        """The first value of a column; empty where it has none."""
        return next(iter(self.cells.get(column, ())), "")

    def value(self, column: str) -> str | list[str] | None:
        """What a column holds: one value, several in their order, or None of an empty one."""
        texts = self.cells.get(column, ())
        return list(texts) if len(texts) > 1 else next(iter(texts), None)


class Table(Struct, frozen=True):
    """Rows under the names of their columns. `ambiguous` holds, for each column that was told
    apart from others of its name by its place, why."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    ambiguous: dict[str, str]


def table_of(source: SourceFile, *, may_be_ours: bool = False) -> Table:
    """Read a table. Raises SourceError where it is none, or a row cannot be read.

    `may_be_ours` says that it may be a table that `export` wrote, whose guards then come off.
    """
    lines, mark = lines_and_mark(source.text)
    problems: list[Problem] = []
    rows = [
        (line, [value.strip() for value in values])
        for line, values in numbered(lines, mark, PurePosixPath(source.name), problems)
        if any(value.strip() for value in values)
    ]
    if problems:
        first = problems[0]
        most = f"a cell may hold {csv.field_size_limit():,} characters at most"
        hint = most if "limit" in first.message else first.hint
        raise SourceError(f"{first.at}: {first.message}", hint)
    if len(rows) < 1 or len(rows[0][1]) < 2:
        raise SourceError(f"{source.name} is no table", "its first row has to name the columns")
    header = rows[0][1]
    for line, values in rows[1:]:
        if len(values) != len(header):
            message = f"{source.name}:{line} has {len(values)} values under {len(header)} columns"
            raise SourceError(message, "export the table again; a cell may have lost its quotes")
    if may_be_ours and is_guarded(value for _, values in rows[1:] for value in values):
        rows[1:] = [(line, [unguard(value) for value in values]) for line, values in rows[1:]]
    names, ambiguous = told_apart(header, [values for _, values in rows[1:]])
    found = tuple(TableRow(line, cells_of(names, values)) for line, values in rows[1:])
    return Table(tuple(dict.fromkeys(names)), found, ambiguous)


def note_columns(extract: Extract, table: Table) -> None:
    """Let an extract know the columns of a table, which are the fields of its items."""
    extract.ambiguous |= table.ambiguous
    extract.field_names |= {name: name for name in table.columns}


def no_column(file: str, table: Table, name: str, system: str, hint: str) -> SourceError:
    """Why a table that lacks a column is no export of a system."""
    guess = nearest(name, table.columns)
    near = f"; is {guess!r} meant?" if guess else ""
    return SourceError(
        f"{file} has no column {name!r}, as an export of {system} has it{near}", hint
    )


def cells_of(names: Sequence[str], values: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The values of a row that hold something, by column."""
    cells: dict[str, list[str]] = {}
    for name, value in zip(names, values, strict=True):
        if value:
            cells.setdefault(name, []).append(value)
    return {name: tuple(texts) for name, texts in cells.items()}


def told_apart(
    header: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[str], dict[str, str]]:
    """The name of each column; of several fields with one name, each with its number.

    Columns of one name are one field with several values where they stand beside each other and
    are filled from the left. Where a row leaves a gap, they are fields of their own.
    """
    places: dict[str, list[int]] = {}
    for index, name in enumerate(header):
        places.setdefault(name, []).append(index)
    names, ambiguous = list(header), {}
    for name, indices in places.items():
        if not name or len(indices) == 1 or is_one_list(indices, rows):
            continue
        for number, index in enumerate(indices, 1):
            names[index] = f"{name} #{number}"
            ambiguous[names[index]] = (
                f"{len(indices)} columns are called {name!r}, and rows fill the later ones alone:"
                " they are different fields"
            )
    return names, ambiguous


def is_one_list(indices: Sequence[int], rows: Sequence[Sequence[str]]) -> bool:
    if indices[-1] - indices[0] != len(indices) - 1:
        return False
    for values in rows:
        filled = [bool(values[index]) for index in indices]
        if filled != sorted(filled, reverse=True):
            return False
    return True
