"""A CSV export of Jira, Cloud or Server, as work items."""

import re
from collections.abc import Sequence

from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.table_text import TableRow, no_column, note_columns, table_of
from leanfolio.importing.work_item import (
    Direction,
    Extract,
    SourceError,
    Status,
    WorkItem,
    WorkLink,
)

REQUIRED = ("Summary", "Issue key", "Issue id", "Issue Type", "Status")
LINK = re.compile(r"(Inward|Outward) issue link \((.+)\)\Z")
PARENTS = ("Parent", "Parent id", "Parent key", "Custom field (Epic Link)")
OWN_COLUMNS = frozenset((
    *REQUIRED, *PARENTS, "Parent summary", "Status Category", "Project key", "Project name",
    "Project type", "Project lead", "Project lead id", "Project description", "Project url",
))  # fmt: skip
CATEGORIES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}


def read_table(source: SourceFile, extract: Extract) -> str:
    """Add the issues of a table; return what its form is called. Raises SourceError."""
    table = table_of(source, may_be_ours=True)
    missing = [name for name in REQUIRED if name not in table.columns]
    if missing:
        hint = "export it in English as `CSV (all fields)`"
        raise no_column(source.name, table, missing[0], "Jira", hint)
    note_columns(extract, table)
    own = tuple(name for name in table.columns if name and not is_own(name))
    for row in table.rows:
        item = item_of(row, source.name, own)
        if not item.id or not item.key:
            raise SourceError(f"{source.name}:{row.line} has no issue key or id", "export it again")
        extract.add(item)
    cloud = "Status Category" in table.columns or "Assignee Id" in table.columns
    return f"CSV of Jira {'Cloud' if cloud else 'Server'}"


def is_own(column: str) -> bool:
    """Whether the work item holds a column by itself, or it is no value of the issue."""
    return column in OWN_COLUMNS or LINK.match(column) is not None


def item_of(row: TableRow, file: str, columns: Sequence[str]) -> WorkItem:
    """One issue. A table has names of statuses and no ids: the name is the id.

    A column that a row leaves empty is a field without a value.
    """
    status = row.first("Status")
    return WorkItem(
        id=row.first("Issue id"),
        key=row.first("Issue key"),
        type=row.first("Issue Type"),
        title=row.first("Summary"),
        file=file,
        line=row.line,
        status=Status(status, status, CATEGORIES.get(row.first("Status Category"), ""))
        if status
        else None,
        parent=next((row.first(name) for name in PARENTS if row.first(name)), ""),
        links=tuple(links_of(row)),
        fields={name: row.value(name) for name in columns},
    )


def links_of(row: TableRow) -> list[WorkLink]:
    """The links to other issues, by their keys."""
    links = []
    for name, values in row.cells.items():
        found = LINK.match(name)
        if found is not None:
            direction: Direction = "inward" if found[1] == "Inward" else "outward"
            links += [WorkLink(found[2], direction, value) for value in values]
    return links
