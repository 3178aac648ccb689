"""A scoring workbook that came back: merged into the files, cell by cell, three ways.

What was exported (the base, in the hidden sheet), what the sheet says now (theirs) and what the
files say now (ours) are compared for each score. A cell that nobody edited changes nothing,
whatever the files say since. An edit of what the files still say as exported is taken. Where both
sides changed and differ, the cell is refused with both values.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct, field

from leanfolio.importing.workbook_file import (
    Cell,
    CellError,
    SheetRows,
    WorkbookError,
    heading_columns,
    number_in,
    text_in,
)
from leanfolio.model import TYPES, Item, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.scoring_workbook import (
    COLUMNS,
    FORM,
    HEADINGS,
    LOCKED,
    PARTS,
    RECORD,
    SCORES,
    cell_text,
)
from leanfolio.wording import plain

SHEETS = (SCORES, RECORD)  # those that are read
RECORDS = (RECORD,)  # of which nobody types a formula


class Refused(Struct, frozen=True):
    """A cell that is not taken over, and why, with what to do."""

    address: str
    why: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{SCORES}!{self.address}: {self.why}{f'; {self.hint}' if self.hint else ''}"


class Edit(Struct, frozen=True):
    """New scores of an item: those that the meeting changed, by field."""

    id: str
    scores: Mapping[str, str]


class Draft(Struct, frozen=True):
    """An item that the meeting added."""

    title: str
    scores: Mapping[str, str]


class Merged(Struct):
    """What a workbook asks for: edits and drafts in its order; cells that cannot be taken."""

    type: type[Scored]
    edits: list[Edit] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)  # ids that were exported and are not in it
    same: int = 0  # edits that the files say already


class Record(Struct, frozen=True):
    """What was exported: the type, and the text of each cell by item and column."""

    type: type[Scored]
    rows: Mapping[str, Mapping[str, str]]


def merge(sheets: Mapping[str, SheetRows], portfolio: Portfolio) -> Merged:
    """What the workbook asks of the portfolio. Raises WorkbookError where it is none of ours."""
    record = record_of(sheets)
    scores = sheets.get(SCORES)
    if scores is None or not scores.rows:
        raise WorkbookError(f"it has no sheet {SCORES!r}")
    columns = columns_of(scores)
    merged = Merged(record.type)
    met: dict[str, str] = {}
    for row in scores.rows[1:]:
        cells = {name: row[number] for name, number in columns.items() if number < len(row)}
        if all(cell.is_empty for cell in cells.values()):
            continue
        try:
            id = text_in(cells["id"])
        except CellError as error:
            merged.refused.append(Refused(cells["id"].address, str(error)))
            continue
        if not id:
            add_draft(merged, cells)
        elif id in met:
            why = f"{id} stands in {met[id]} too"
            merged.refused.append(Refused(cells["id"].address, why, "keep one of the two rows"))
        else:
            met[id] = cells["id"].address
            merge_row(merged, id, cells, record.rows.get(id), portfolio.items.get(id))
    merged.absent = [id for id in record.rows if id not in met]
    return merged


def record_of(sheets: Mapping[str, SheetRows]) -> Record:
    """What the hidden sheet says was exported. Raises WorkbookError."""
    sheet = sheets.get(RECORD)
    rows = [[cell_text(cell.value) for cell in row] for row in sheet.rows] if sheet else []
    about = {row[0]: row[1] for row in rows[:4] if len(row) > 1}
    model = TYPES.get(about.get("type", ""))
    if about.get("form") != FORM or model is None or not issubclass(model, Scored):
        raise WorkbookError("it is none that `leanfolio export workbook` wrote: no record is in it")
    heads = rows[4] if len(rows) > 4 else []
    if tuple(heads[: len(COLUMNS)]) != COLUMNS:
        raise WorkbookError("the record of what was exported is damaged; export it again")
    known = (dict(zip(COLUMNS, row, strict=False)) for row in rows[5:])
    return Record(model, {row["id"]: row for row in known if row["id"]})


def columns_of(scores: SheetRows) -> dict[str, int]:
    """The column of each field, by its heading. Raises WorkbookError where one is missing."""
    found = dict(reversed([*heading_columns(scores.rows[0])]))
    missing = [heading for heading in HEADINGS.values() if heading.casefold() not in found]
    if missing:
        raise WorkbookError(f"its sheet {SCORES!r} has no column {', '.join(missing)}")
    return {name: found[heading.casefold()] for name, heading in HEADINGS.items()}


def merge_row(
    merged: Merged, id: str, cells: Mapping[str, Cell], base: Mapping[str, str] | None,
    item: Item | None,
) -> None:  # fmt: skip
    """Add what a row asks of its item."""
    if base is None:
        hint = "leave the id of a new row empty: it gets the next free one"
        merged.refused.append(Refused(cells["id"].address, f"{id} was not exported", hint))
        return
    merged.refused += locked_edits(cells, base)
    scores: dict[str, str] = {}
    for name in PARTS:
        cell = cells[name]
        try:
            theirs = number_in(cell)
        except CellError as error:
            merged.refused.append(Refused(cell.address, f"{id}, {HEADINGS[name]}: {error}"))
            continue
        before = number_of(base[name])
        if theirs == before:
            continue
        wrong = why_not(theirs, before, item, merged.type, name)
        if wrong is not None:
            words, hint = wrong
            merged.refused.append(Refused(cell.address, f"{id}, {HEADINGS[name]}: {words}", hint))
        elif getattr(item, name) == theirs:
            merged.same += 1
        elif theirs is not None:
            scores[name] = plain(theirs)
    if scores:
        merged.edits.append(Edit(id, scores))


def why_not(
    theirs: Decimal | None, before: Decimal | None, item: Item | None, type: type[Scored], name: str
) -> tuple[str, str] | None:
    """Why an edited cell cannot be taken, and what to do; None where it can."""
    if not isinstance(item, type):
        return f"{words_of(theirs)} now, but the item is gone from the files", "restore it first"
    if theirs is None:
        return f"it was {words_of(before)} and is empty now", "write a score; none is taken back"
    ours: Decimal | None = getattr(item, name)
    if ours not in (before, theirs):
        sides = f"it was {words_of(before)}, is {words_of(theirs)} here and {words_of(ours)} in"
        return (
            f"{sides} the files by now",
            "write the one that holds into the file or, to keep the file's, into the cell",
        )
    return None


def locked_edits(cells: Mapping[str, Cell], base: Mapping[str, str]) -> Iterator[Refused]:
    """The cells of a row that only the files may change, and that are other than exported."""
    for name in LOCKED[1:]:
        try:
            now = text_in(cells[name])
        except CellError as error:
            yield Refused(cells[name].address, f"{base['id']}, {HEADINGS[name]}: {error}")
            continue
        if " ".join(now.split()) != " ".join(base[name].split()):
            words = f"{base['id']}, {HEADINGS[name]}: {base[name]!r} has become {now!r}"
            yield Refused(cells[name].address, words, "only scores are taken over; change the file")


def add_draft(merged: Merged, cells: Mapping[str, Cell]) -> None:
    """Add what a row without an id asks for: a new item."""
    scores: dict[str, str] = {}
    for name in PARTS:
        try:
            number = number_in(cells[name])
        except CellError as error:
            merged.refused.append(Refused(cells[name].address, f"{HEADINGS[name]}: {error}"))
            continue
        if number is not None:
            scores[name] = plain(number)
    try:
        title = " ".join(text_in(cells["title"]).split())
    except CellError as error:
        merged.refused.append(Refused(cells["title"].address, f"the title: {error}"))
        return
    if not title or not title.isprintable():
        address = cells["title"].address
        merged.refused.append(Refused(address, "a new row needs a title on one line", "write one"))
        return
    merged.drafts.append(Draft(title, scores))


def number_of(text: str) -> Decimal | None:
    """A number of the record. Raises WorkbookError where somebody damaged it."""
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        raise WorkbookError("the record of what was exported is damaged; export it again") from None


def words_of(number: Decimal | None) -> str:
    return "empty" if number is None else plain(number)


def counts(merged: Merged) -> Sequence[str]:
    """What a merge comes to, a line each."""
    line = f"{len(merged.edits)} scored anew, {len(merged.drafts)} added"
    if merged.refused:
        line += f", {len(merged.refused)} cell{'s' if len(merged.refused) > 1 else ''} refused"
    lines = [line]
    if merged.same:
        lines.append(f"already so in the files: {merged.same}")
    if merged.absent:
        some = ", ".join(merged.absent[:8]) + (", ..." if len(merged.absent) > 8 else "")
        lines.append(f"exported, and in no row now; left as they are: {some}")
    return lines
