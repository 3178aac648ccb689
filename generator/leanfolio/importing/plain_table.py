"""A plain table, of whatever program, as work items: the map says which column is what."""

from collections.abc import Mapping, Sequence

from leanfolio.importing.exchange_map import ColumnMap
from leanfolio.importing.mapping import MapError
from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.table_text import Table, TableRow, note_columns, table_of
from leanfolio.importing.work_item import Extract, SourceError, SourceNote, Status, WorkItem
from leanfolio.read.suggestions import nearest

ROW = "row"  # the type of all rows where no column says one
# The names of columns that say what a row is, the likeliest first; without regard to case.
USUAL: Mapping[str, Sequence[str]] = {
    "id": ("id", "key", "number", "no", "no.", "nr", "reference", "ref"),
    "title": ("title", "name", "summary", "subject", "what", "project", "description"),
    "type": ("type", "work item type", "issue type", "kind", "level"),
    "status": ("status", "state", "stage", "phase", "column"),
    "parent": ("parent", "parent id", "parent key", "parent reference id", "epic"),
    "url": ("url", "link", "address"),
}  # fmt: skip


def guessed_columns(table: Table, name: str) -> ColumnMap:
    """Which columns seem to say what. Raises SourceError where nothing tells rows apart."""
    folded = {column.casefold(): column for column in table.columns}
    found = {
        role: next((folded[each] for each in names if each in folded), None)
        for role, names in USUAL.items()
    }
    id, title = found.pop("id"), found.pop("title")
    missing = [role for role, column in (("id", id), ("title", title)) if column is None]
    if id is None or title is None:
        message = f"{name} has no column that seems to be the {missing[0]} of a row"
        usual = " or ".join(USUAL[missing[0]][:3])
        raise SourceError(message, f"call it {usual}; it has {', '.join(table.columns)}")
    rest = {role: column for role, column in found.items() if column not in (id, title)}
    return ColumnMap(id=id, title=title, **rest)


def read_plain(sources: Sequence[SourceFile], columns: ColumnMap | None) -> Extract:
    """All rows of these tables; without a map of columns, by those that are guessed.

    Raises SourceError where a file is no such table; MapError where it lacks a column of the map.
    """
    extract = Extract("csv")
    for source in sources:
        table = table_of(source)
        roles = columns or guessed_columns(table, source.name)
        require(roles, table, source.name)
        extract.forms.append((source.name, "table"))
        note_columns(extract, table)
        add_rows(extract, table, roles, source.name)
    return extract


def require(roles: ColumnMap, table: Table, name: str) -> None:
    """Raises MapError where a column of the map is not there."""
    for role, column in roles.model_dump(exclude_none=True).items():
        if column not in table.columns:
            guess = nearest(column, table.columns)
            hint = f"did you mean {guess!r}?" if guess else f"it has {', '.join(table.columns)}"
            raise MapError(f"{name} has no column {column!r} for `{role}`; {hint}")


def add_rows(extract: Extract, table: Table, roles: ColumnMap, file: str) -> None:
    """A work item for each row that has an id."""
    own = set(roles.model_dump(exclude_none=True).values())
    fields = [name for name in table.columns if name and name not in own]
    lines = {item.id: f"{item.file}:{item.line}" for item in extract.items}
    for row in table.rows:
        number = row.first(roles.id)
        if not number:
            message = "the row has no id, and cannot be found again; it is not imported"
            extract.notes.append(SourceNote(file, row.line, row.first(roles.title), message))
            continue
        if number in lines:
            message = f"{file}:{row.line} has the id {number}, which {lines[number]} has"
            raise SourceError(message, "give each row its own, or take another column for the id")
        lines[number] = f"{file}:{row.line}"
        extract.add(item_of(row, roles, fields, file))


def item_of(row: TableRow, roles: ColumnMap, fields: Sequence[str], file: str) -> WorkItem:
    """One row. A column that it leaves empty is a field without a value."""

    def cell(column: str | None) -> str:
        return row.first(column) if column is not None else ""

    status, number = cell(roles.status), row.first(roles.id)
    return WorkItem(
        id=number,
        key=cell(roles.key) or number,
        type=cell(roles.type) or ROW,
        title=row.first(roles.title),
        file=file,
        line=row.line,
        url=cell(roles.url),
        status=Status(status, status) if status else None,
        parent=cell(roles.parent),
        fields={name: row.value(name) for name in fields},
    )
