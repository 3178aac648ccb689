"""A CSV export of Jira, Cloud or Server, as work items."""

import re
from collections.abc import Sequence

from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.table_text import TableRow, table_of
from leanfolio.importing.work_item import (
    Direction,
    Extract,
    SourceError,
    Status,
    WorkItem,
    WorkLink,
)
from leanfolio.read.suggestions import nearest

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
        guess = nearest(missing[0], table.columns)
        near = f"; is {guess!r} meant?" if guess else ""
        message = f"{source.name} has no column {missing[0]!r}, as an export of Jira has it{near}"
        raise SourceError(message, "export it in English as `CSV (all fields)`")
    extract.ambiguous |= table.ambiguous
    extract.field_names |= {name: name for name in table.columns}
    own = tuple(name for name in table.columns if name and not is_own(name))
    for row in table.rows:
        item = item_of(row, source.name, own)
        if not item.id or not item.key:
            raise SourceError(f"{source.name}:{row.line} has no issue key or id", "export it again")
        extract.items.append(item)
        if item.status is not None:
            extract.statuses.setdefault(item.status.id, item.status)
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
    fields = {name: values_of(row.cells.get(name, ())) for name in columns}
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
        fields=fields,
    )


def values_of(texts: Sequence[str]) -> str | list[str] | None:
    """What the columns of one name hold: one value, several in their order, or none."""
    return list(texts) if len(texts) > 1 else next(iter(texts), None)


def links_of(row: TableRow) -> list[WorkLink]:
    """The links to other issues, by their keys."""
    links = []
    for name, values in row.cells.items():
        found = LINK.match(name)
        if found is not None:
            direction: Direction = "inward" if found[1] == "Inward" else "outward"
            links += [WorkLink(found[2], direction, value) for value in values]
    return links
