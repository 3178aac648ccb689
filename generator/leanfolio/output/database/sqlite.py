"""A portfolio as a SQLite file: typed tables, links with foreign keys, a view for each page.

A decimal number is two columns: its exact text, and `..._micros`, its millionths as an integer,
for sums without rounding. A fraction is three: its text, `..._numerator` and `..._denominator`.
Days are ISO 8601 text, yes and no are 1 and 0, lists of figures are JSON.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from fractions import Fraction

from leanfolio.output.database.figures import PREFIX
from leanfolio.output.database.table import (
    Cell,
    Column,
    Kind,
    Table,
    int_of,
    micros,
    sql_name,
    text_of,
)
from leanfolio.views.built import Built
from leanfolio.views.registry import page_views

Stored = str | int | None
PAGE = 4096  # bytes; fixed, as some builds of SQLite take another
APPLICATION = 0x4C46_4F31  # what `file` may know it by
SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "decimal": ("", "_micros"),
    "fraction": ("", "_numerator", "_denominator"),
}
INTEGERS = ("integer", "boolean")
TEXTS = ("text", "day", "json")


def database(built: Built, tables: Sequence[Table]) -> bytes:
    """The bytes of a SQLite file with these tables. The same tables give the same bytes.

    Written with one version of SQLite: its number stands in the file's head.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("BEGIN")
        connection.execute("PRAGMA defer_foreign_keys = ON")  # items name later ones too
        for table in tables:
            connection.execute(definition(table))
        for table in tables:
            marks = ", ".join("?" * sum(len(stored_names(column)) for column in table.columns))
            insert = f"INSERT INTO {quoted(table.name)} VALUES ({marks})"  # noqa: S608 - our names
            connection.executemany(insert, stored_rows(table))
        for view in (*page_definitions(built, tables), *history_definition(tables)):
            connection.execute(view)
        connection.execute("COMMIT")
        return connection.serialize()


def definition(table: Table) -> str:
    """The statement that makes a table."""
    lines = [
        f"{quoted(name)} {'INTEGER' if is_integer(column, name) else 'TEXT'}"
        f"{' NOT NULL' if number < table.key else ''}"
        for number, column in enumerate(table.columns)
        for name in stored_names(column)
    ]
    lines.append(f"PRIMARY KEY ({', '.join(map(quoted, table.keys))})")
    for column in table.columns:
        if column.references and not (table.outer and column is table.columns[0]):
            other = quoted(column.references)
            lines.append(f"FOREIGN KEY ({quoted(column.name)}) REFERENCES {other} (id)")
    if table.outer:
        own = table.keys[:-1]
        theirs = [name.removeprefix("of_") for name in own]
        names = (", ".join(map(quoted, own)), ", ".join(map(quoted, theirs)))
        lines.append(f"FOREIGN KEY ({names[0]}) REFERENCES {quoted(table.outer)} ({names[1]})")
    return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n)"


def is_integer(column: Column, name: str) -> bool:
    return column.kind in INTEGERS or name != column.name


def stored_names(column: Column) -> tuple[str, ...]:
    """The columns in the file that one column of a table becomes."""
    return tuple(column.name + suffix for suffix in SUFFIXES.get(column.kind, ("",)))


def stored_rows(table: Table) -> Iterator[tuple[Stored, ...]]:
    """The rows of a table, with the values for `stored_names` of its columns."""
    columns = zip(*table.rows, strict=True)
    filled = [
        part
        for column, values in zip(table.columns, columns, strict=bool(table.rows))
        for part in stored_column(column.kind, values)
    ]
    return zip(*filled, strict=True)


def stored_column(kind: Kind, values: Sequence[Cell]) -> list[Sequence[Stored]]:
    """The columns in the file that the values of one column become."""
    if kind in TEXTS:
        return [
            [
                value
                if value is None or (type(value) is str and value.isascii())
                else text_of(value)
                for value in values
            ]
        ]
    nothing = (None,) * len(SUFFIXES.get(kind, ("",)))
    parts = [nothing if value is None else stored(kind, value) for value in values]
    return [*zip(*parts, strict=True)]


def stored(kind: Kind, value: Cell) -> tuple[Stored, ...]:
    if kind == "decimal":
        return text_of(value), micros(value)
    if kind == "fraction":
        if not isinstance(value, Fraction):
            return text_of(value), None, None
        return text_of(value), int_of(value.numerator), int_of(value.denominator)
    if kind in INTEGERS:
        whole = int_of(value)
        return (None if whole is None else int(whole),)
    return (text_of(value),)


def page_definitions(built: Built, tables: Sequence[Table]) -> Iterator[str]:
    """A view for each page that is made of rows: what it shows, in its order."""
    by_name = {table.name: table for table in tables}
    for view in page_views(built):
        table = by_name.get(PREFIX + sql_name(view.name))
        if table is not None:
            stored = (name for column in table.columns[1:] for name in stored_names(column))
            names = ", ".join(map(quoted, stored))
            yield (
                f"CREATE VIEW {quoted('page_' + sql_name(view.name))} AS\n"
                f"SELECT {names}\nFROM {quoted(table.name)} ORDER BY position"
            )


def history_definition(tables: Sequence[Table]) -> Iterator[str]:
    """One view of all states that items were in, each with the day on which it was left."""
    selects = [
        f"SELECT {quoted(table.columns[0].name)} AS item, position, on_, state\n"
        f"FROM {quoted(table.name)}"
        for table in tables
        if table.name.endswith("_history")
    ]
    whole = "\nUNION ALL\n".join(selects)
    yield (
        "CREATE VIEW history AS\n"
        "SELECT item, state, on_ AS entered_on,\n"
        "lead(on_) OVER (PARTITION BY item ORDER BY on_, position) AS left_on\n"
        f"FROM (\n{whole}\n)"
    )


def quoted(name: str) -> str:
    """A name in a statement. All are ours, or those of a view: letters, digits, underscores."""
    return f'"{name}"'
