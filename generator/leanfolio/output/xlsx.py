"""The money as a workbook: real numbers, and text that no spreadsheet takes for a formula.

It needs XlsxWriter, an extra: `leanfolio[xlsx]`. The same content gives the same bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from msgspec import Struct

from leanfolio.output.data import flat, guarded
from leanfolio.views.funding.funding import Funding
from leanfolio.views.funding.rows import FundingRow

AMOUNTS = ("target", "approved", "committed", "free", "forecast", "actual", "remaining",
           "variance", "asked")  # fmt: skip
TEXTS = ("level", "id", "title", "stream", "period", "state", "kind", "horizon")
CUT = ("approved", "committed", "forecast", "actual", "asked")
WIDTHS = {"title": 44, "detail": 60, "cure": 60, "note": 40}
MONEY, SHARE = "#,##0.00", "0.0%"
LONGEST_NAME = 31  # of a sheet
LONGEST_TEXT = 32767  # in a cell


class NoXlsxWriter(Exception):
    """The library that writes workbooks is not installed."""


class Sheet(Struct, frozen=True):
    """A table of a workbook. A column is its heading, and the form of its numbers or ""."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]


def funding_workbook(funding: Funding) -> bytes:
    """The funding page as a workbook. Raises NoXlsxWriter."""
    return workbook(sheets_of(funding), funding.as_of)


def sheets_of(funding: Funding) -> Iterator[Sheet]:
    """The table, its totals, the cuts, and the guardrails: a sheet for each."""
    yield rows_sheet("Funding", funding.rows, funding.currency)
    yield rows_sheet("Totals", funding.totals, funding.currency)
    for cut in funding.cuts:
        yield Sheet(
            cut.title,
            (("id", ""), ("title", ""), ("epics", "0"), *money_columns(CUT, funding.currency),
             ("share of committed", SHARE)),
            tuple(
                (row.id, row.title, row.epics, *(getattr(row, name) for name in CUT), row.share)
                for row in (*cut.rows, cut.total)
            ),
        )  # fmt: skip
    yield Sheet(
        "Guardrails",
        (("name", ""), ("verdict", ""), ("detail", ""), ("cure", "")),
        tuple(
            (guardrail.name, guardrail.word, guardrail.detail, guardrail.cure)
            for guardrail in funding.guardrails
        ),
    )


def rows_sheet(name: str, rows: Iterable[FundingRow], currency: str) -> Sheet:
    """Rows of the funding table. What nobody stated is an empty cell, and never a zero."""
    return Sheet(
        name,
        (*((text, "") for text in TEXTS), *money_columns(AMOUNTS, currency), ("burn", SHARE),
         ("elapsed", SHARE), ("most parts not stated", "0"), ("note", "")),
        tuple(
            (*(getattr(row, text) for text in TEXTS), *(getattr(row, entry) for entry in AMOUNTS),
             row.burn, row.elapsed, row.missing, row.note)
            for row in rows
        ),
    )  # fmt: skip


def money_columns(names: Iterable[str], currency: str) -> Iterator[tuple[str, str]]:
    return ((f"{name} ({currency})", MONEY) for name in names)


def workbook(sheets: Iterable[Sheet], as_of: date) -> bytes:
    """Sheets as the bytes of an XLSX file, the same on every machine. Raises NoXlsxWriter."""
    out = BytesIO()
    book = new_workbook(out, "Funding", as_of)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"quote_prefix": True})
    forms = {form: book.add_format({"num_format": form}) for form in (MONEY, SHARE, "0")}
    for sheet in sheets:
        page = book.add_worksheet(sheet_name(sheet.name))
        for number, (heading, _) in enumerate(sheet.columns):
            page.write_string(0, number, heading, head)
            page.set_column(number, number, WIDTHS.get(heading, 16))
        for line, row in enumerate(sheet.rows, start=1):
            for number, value in enumerate(row):
                write(page, (line, number), value, forms.get(sheet.columns[number][1]), text)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
        fit_to_paper(page)
    book.close()
    return out.getvalue()


def new_workbook(out: BytesIO, title: str, as_of: date) -> Any:
    """An empty workbook in which text stays text, with no time but its day. Raises NoXlsxWriter."""
    try:
        # An extra, wanted by workbooks alone; it has no types.
        from xlsxwriter import Workbook  # type: ignore # noqa: PLC0415
    except ImportError:
        raise NoXlsxWriter from None
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = Workbook(out, options)
    made = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001 - the file knows no zone
    book.set_properties({"created": made, "title": title, "author": "leanfolio"})
    return book


def fit_to_paper(sheet: Any) -> None:
    """Print a sheet as wide as a page across, its headings on every page."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def write(page: Any, at: tuple[int, int], value: Any, form: Any, text: Any) -> None:
    """One cell: a number that a spreadsheet can hold exactly as one, all else as text."""
    if value is None or value == "":
        return
    if isinstance(value, int | Decimal) and is_exact(Decimal(value)):
        page.write_number(*at, float(value), form)
        return
    words = str(flat(value))[:LONGEST_TEXT]
    page.write_string(*at, words, text if guarded(words) != words else None)


def is_exact(value: Decimal) -> bool:
    """Whether fifteen digits are enough for it: a spreadsheet keeps no more."""
    return len(value.normalize().as_tuple().digits) <= 15


def sheet_name(name: str, barred: Sequence[str] = "[]:*?/\\'") -> str:
    return "".join(" " if entry in barred else entry for entry in name)[:LONGEST_NAME].strip()
