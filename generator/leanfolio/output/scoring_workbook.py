"""A workbook for a scoring meeting: the scores to fill in, with WSJF and rank as live formulas.

The sheet `Scores` has a row for each item; ids, titles and what else is not scored are locked. A
hidden sheet holds what was written, cell by cell as text, with the commit, so that an import can
tell what the meeting changed from what others changed since. Needs XlsxWriter (`leanfolio[xlsx]`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from msgspec import Struct

from leanfolio.model import Policy, Scored
from leanfolio.output.xlsx import LONGEST_TEXT, fit_to_paper, is_exact, new_workbook
from leanfolio.wording import plain

SCORES = "Scores"
RECORD = "leanfolio"  # the hidden sheet: what was written
SCALE = "Scale"  # the hidden sheet with the steps that cells offer
FORM = "leanfolio scores 1"  # what the record begins with
LOCKED = ("id", "title", "state", "scored_on")
PARTS = ("business_value", "time_criticality", "risk_opportunity", "job_size")
COLUMNS = (*LOCKED, *PARTS)
HEADINGS: Mapping[str, str] = {
    "id": "Id", "title": "Title", "state": "State", "scored_on": "Scored on",
    "business_value": "Business value", "time_criticality": "Time criticality",
    "risk_opportunity": "Risk or opportunity", "job_size": "Job size",
}  # fmt: skip
COMPUTED = ("WSJF", "Rank")
WIDTHS = (10, 48, 12, 12, 12, 12, 12, 12, 9, 7)
SPARE = 20  # empty rows for what the meeting adds
NOTE = "Add a row below with a title and no id: it becomes a draft."


class ScoreRow(Struct, frozen=True):
    """An item as the workbook has it: the text of each of COLUMNS, "" where nothing is stated."""

    cells: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.cells[0]


def score_row(item: Scored) -> ScoreRow:
    """An item as a row of the workbook."""
    return ScoreRow(tuple(cell_text(getattr(item, name)) for name in COLUMNS))


def cell_text(value: Any) -> str:
    """A value as the record has it: exact, "" of nothing, and what no UTF-8 can hold as "?"."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    return str(value)[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")


def scoring_workbook(
    items: Iterable[Scored], policy: Policy, type: str, as_of: date, commit: str
) -> bytes:
    """The bytes of the workbook, the same on every machine. Raises NoXlsxWriter."""
    rows = [score_row(item) for item in items]
    out = BytesIO()
    book = new_workbook(out, "Scores", as_of)
    sheet, record = book.add_worksheet(SCORES), book.add_worksheet(RECORD)
    scale = book.add_worksheet(SCALE)
    write_scores(book, sheet, rows, len(policy.scale))
    about = {"form": FORM, "type": type, "commit": commit, "as_of": str(as_of)}
    write_record(record, rows, about, book.add_format({"quote_prefix": True}))
    for number, step in enumerate(policy.scale):
        scale.write_number(number, 0, float(step))
    record.very_hidden()
    scale.very_hidden()
    book.close()
    return out.getvalue()


def write_scores(book: Any, sheet: Any, rows: Sequence[ScoreRow], steps: int) -> None:
    """The sheet that the meeting sees."""
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    locked = book.add_format({"quote_prefix": True, "valign": "top"})
    wrapped = book.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"})
    free = book.add_format({"locked": False, "bg_color": "#FFF9E5", "border": 1,
                            "border_color": "#D9D2B8", "valign": "top"})  # fmt: skip
    score = book.add_format({"num_format": "0.00", "valign": "top"})
    place = book.add_format({"num_format": "0", "bold": True, "valign": "top"})
    for number, heading in enumerate((*HEADINGS.values(), *COMPUTED)):
        sheet.write_string(0, number, heading, head)
        sheet.set_column(number, number, WIDTHS[number])
    last = len(rows) + SPARE
    scores = [wsjf(row) for row in rows]
    places = {value: n for n, value in reversed([*enumerate(in_order(scores), start=1)])}
    for line in range(1, last + 1):
        row = rows[line - 1] if line <= len(rows) else None
        for number, name in enumerate(COLUMNS):
            text = row.cells[number] if row else ""
            if name in PARTS:
                write_number(sheet, (line, number), text, free)
            elif row:
                sheet.write_string(line, number, text, wrapped if name == "title" else locked)
            elif name == "title":
                sheet.write_blank(line, number, None, free)
        shown = scores[line - 1] if row else None
        values = ("", "") if shown is None else (float(shown), places[shown])
        write_formulas(sheet, line, last, (score, place), values)
    guide_input(sheet, steps, len(rows) + 1, last)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    sheet.autofilter(0, 0, last, len(COLUMNS) + len(COMPUTED) - 1)
    sheet.freeze_panes(1, 2)
    fit_to_paper(sheet)


def guide_input(sheet: Any, steps: int, first_new: int, last: int) -> None:
    """Offer the scale, of so many steps, in cells of scores; and say what the empty rows are for.

    Lines count from 0.
    """
    if steps:
        sheet.data_validation(1, len(LOCKED), last, len(COLUMNS) - 1, {
            "validate": "list", "source": f"={SCALE}!$A$1:$A${steps}",
            "error_title": "Not on the scale",
            "error_message": "Choose one of the numbers of the portfolio's scale.",
        })  # fmt: skip
    new = {"validate": "any", "input_title": "New", "input_message": NOTE}
    sheet.data_validation(first_new, 1, last, 1, new)


def write_number(sheet: Any, at: tuple[int, int], text: str, form: Any) -> None:
    """A score as a number; as text where a spreadsheet cannot hold it exactly."""
    if not text:
        sheet.write_blank(*at, None, form)
    elif is_exact(Decimal(text)):
        sheet.write_number(*at, float(text), form)
    else:
        sheet.write_string(*at, text, form)


def write_formulas(
    sheet: Any, line: int, last: int, forms: tuple[Any, Any], values: tuple[Any, Any]
) -> None:
    """WSJF and rank of a line, with what they come to now. Lines count from 0."""
    row, first = line + 1, column_letter(len(LOCKED))
    size, result = column_letter(len(COLUMNS) - 1), column_letter(len(COLUMNS))
    before = column_letter(len(COLUMNS) - 2)
    sheet.write_formula(
        line, len(COLUMNS),
        f'=IF(AND(COUNT({first}{row}:{size}{row})={len(PARTS)},N({size}{row})>0),'
        f'SUM({first}{row}:{before}{row})/{size}{row},"")',
        forms[0], values[0],
    )  # fmt: skip
    sheet.write_formula(
        line, len(COLUMNS) + 1,
        f'=IF(ISNUMBER({result}{row}),RANK({result}{row},{result}$2:{result}${last + 1}),"")',
        forms[1], values[1],
    )  # fmt: skip


def column_letter(number: int) -> str:
    """A column by its letter, from 0; all of ours are among the first 26."""
    return chr(ord("A") + number)


def wsjf(row: ScoreRow) -> Fraction | None:
    """What the formula of a row comes to; None where a part is missing or the size is 0."""
    parts = row.cells[len(LOCKED) :]
    if not all(parts) or not Decimal(parts[-1]):
        return None
    numbers = [Fraction(part) for part in parts]
    return sum(numbers[:-1], Fraction(0)) / numbers[-1]


def in_order(scores: Iterable[Fraction | None]) -> Iterator[Fraction]:
    """The scores that there are, the highest first."""
    yield from sorted((score for score in scores if score is not None), reverse=True)


def write_record(
    sheet: Any, rows: Sequence[ScoreRow], about: Mapping[str, str], text_form: Any
) -> None:
    """What was written: first what the workbook is, then each cell of each row as text."""
    for line, (key, value) in enumerate(about.items()):
        sheet.write_string(line, 0, key)
        sheet.write_string(line, 1, value)
    start = len(about)
    for line, cells in enumerate((COLUMNS, *(row.cells for row in rows)), start=start):
        for number, text in enumerate(cells):
            if text:
                sheet.write_string(line, number, text, text_form)
