"""A CSV export of Azure Boards, flat or as a tree, as work items."""

import re

from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.table_text import Table, TableRow, no_column, note_columns, table_of
from leanfolio.importing.work_item import Extract, SourceError, SourceNote, Status, WorkItem

LEVEL = re.compile(r"Title (\d{1,2})\Z")
REQUIRED = ("ID", "Work Item Type")
OWN_COLUMNS = frozenset((*REQUIRED, "Title", "State", "Parent", "Team Project"))


def read_table(source: SourceFile, extract: Extract) -> str:
    """Add the work items of a table; return what its form is called. Raises SourceError."""
    table = table_of(source, may_be_ours=True)
    levels = sorted((name for name in table.columns if LEVEL.match(name)), key=level_of)
    missing = [name for name in REQUIRED if name not in table.columns]
    if not missing and not levels and "Title" not in table.columns:
        missing = ["Title"]
    if missing:
        hint = "add the column to the query, and export it again"
        raise no_column(source.name, table, missing[0], "Azure", hint)
    note_columns(extract, table)
    add_rows(source.name, table, levels, extract)
    return f"CSV of Azure, {'as a tree' if levels else 'flat'}"


def level_of(column: str) -> int:
    found = LEVEL.match(column)
    return int(found[1]) if found else 0


def add_rows(file: str, table: Table, levels: list[str], extract: Extract) -> None:
    """A work item for each row. In a tree, a row hangs on the last one that is one level higher."""
    above: dict[int, str] = {}
    fields = [name for name in table.columns if name and name not in OWN_COLUMNS]
    fields = [name for name in fields if name not in levels]
    lines: dict[str, int] = {}
    for row in table.rows:
        level = next((level_of(name) for name in levels if row.first(name)), 0)
        number, parent = row.first("ID"), row.first("Parent")
        for deeper in [each for each in above if each >= level]:
            del above[deeper]
        parent = parent or above.get(max(above, default=0), "")
        if level:
            above[level] = number
        if not number:
            message = (
                "the row has no ID: it is no work item yet; save it in Azure, and export again"
            )
            extract.notes.append(SourceNote(file, row.line, title_of(row, levels), message))
        elif number in lines:
            message = f"{file}:{row.line} has the ID {number}, which line {lines[number]} has"
            raise SourceError(message, "export the query again")
        else:
            lines[number] = row.line
            extract.add(item_of(row, file, number, parent, levels, fields))


def title_of(row: TableRow, levels: list[str]) -> str:
    return next((row.first(name) for name in ("Title", *levels) if row.first(name)), "")


def item_of(
    row: TableRow, file: str, number: str, parent: str, levels: list[str], fields: list[str]
) -> WorkItem:
    """One work item. A column that the row leaves empty is a field without a value."""
    state = row.first("State")
    return WorkItem(
        id=number,
        key=number,
        type=row.first("Work Item Type"),
        title=title_of(row, levels),
        file=file,
        line=row.line,
        status=Status(state, state) if state else None,
        parent=parent,
        fields={name: row.value(name) for name in fields},
    )
