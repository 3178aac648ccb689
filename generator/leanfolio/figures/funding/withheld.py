"""The funding table for readers from whom some of the money is hidden: no sum holds a part alone.

A sum without its hidden parts would be wrong, and one with them would tell what they are, less what
is shown. So neither is there. What a value stream was given, it was given whatever its epics take.
"""

from msgspec.structs import replace

from leanfolio.figures.funding.amount import UNKNOWN, Total
from leanfolio.figures.funding.columns import NAMES, Columns
from leanfolio.figures.funding.table import FundingTable, Row
from leanfolio.model.portfolio import Portfolio

GIVEN = ("target", "approved")  # what a value stream states by itself


def without_sums(table: FundingTable, portfolio: Portfolio) -> FundingTable:
    """Return the table in which each sum that may lack a hidden part is unknown.

    What is unallocated is such a difference in all columns, and has no row.
    """
    if not portfolio.hides_money:
        return table
    rows = tuple(
        row if row.level == "epic" else given(row)
        for row in table.rows
        if row.level != "unallocated"
    )
    every = {
        (row.period, name): total.known
        for row in rows
        if row.level == "value-stream"
        for name, total in zip(NAMES, row.columns, strict=True)
    }
    lacking = {key for key, known in every.items() if not known}
    totals = tuple(total_of(row, lacking, portfolio) for row in table.totals)
    return replace(table, rows=rows, totals=totals)


def given(row: Row) -> Row:
    """The row of a value stream with what it states itself, and no sum of its epics."""
    stated = {name for name in GIVEN if name not in row.summed and row.stream}
    return row._replace(columns=kept(row.columns, stated), summed=())


def total_of(row: Row, lacking: set[tuple[str, str]], portfolio: Portfolio) -> Row:
    """A bottom line with the columns that no stream lacks; with none where streams are hidden."""
    stated = {name for name in GIVEN if (row.period, name) not in lacking}
    return row._replace(columns=kept(row.columns, set() if portfolio.hides_streams else stated))


def kept(columns: Columns, names: set[str]) -> Columns:
    """The columns with these names; of the others only that there is an amount."""
    totals: list[Total] = [
        total if name in names else UNKNOWN for name, total in zip(NAMES, columns, strict=True)
    ]
    return Columns(*totals)
