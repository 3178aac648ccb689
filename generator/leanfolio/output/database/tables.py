"""All tables of a portfolio, and what the whole stands for: day, commit, version, audience."""

from collections.abc import Iterator

from msgspec import Struct

from leanfolio import __version__
from leanfolio.model import Visibility
from leanfolio.output.database.figures import figure_tables
from leanfolio.output.database.items import ITEM, item_tables
from leanfolio.output.database.table import Cell, Column, Table, inexact_in
from leanfolio.views.built import Built


class Provenance(Struct, frozen=True):
    """Whom a database is for, and which commit it was made from."""

    audience: Visibility
    commit: str | None  # None where no git repository holds the content
    changed: bool = False  # whether the content is other than that commit has it


def tables_of(built: Built, provenance: Provenance) -> list[Table]:
    """Every table: what all stand for, items, spending, figures, and what has no exact integers."""
    tables = [*item_tables(built.portfolio), spending(built), *figure_tables(built)]
    inexact = [(entry.table, entry.column, entry.row, entry.value) for entry in inexact_in(tables)]
    names = tuple(Column(name) for name in ("in_table", "in_column", "in_row", "value"))
    rows: list[tuple[Cell, ...]] = [(n, *row) for n, row in enumerate(inexact, start=1)]
    return [
        about(built, provenance),
        *tables,
        Table("beyond_micros", (Column("position", "integer"), *names), rows=rows),
    ]


def about(built: Built, provenance: Provenance) -> Table:
    """One row: what all other tables stand for."""
    policy = built.portfolio.policy
    cells: dict[Column, Cell] = {
        Column("leanfolio"): __version__,
        Column("portfolio"): policy.title,
        Column("as_of", "day"): built.as_of,
        Column("commit_id"): provenance.commit,
        Column("changed_since", "boolean"): provenance.changed,
        Column("audience"): provenance.audience,
        Column("partial", "boolean"): built.portfolio.partial,
        Column("currency"): policy.currency,
    }
    return Table("about", tuple(cells), rows=[tuple(cells.values())])


def spending(built: Built) -> Table:
    """What was booked on items that are here, in the order of the records."""
    columns = (
        Column("position", "integer"), Column(ITEM, references=ITEM), Column("on_", "day"),
        Column("amount", "decimal"), Column("currency"), Column("note"),
    )  # fmt: skip
    return Table("spending", columns, rows=list(spent(built)))


def spent(built: Built) -> Iterator[tuple[Cell, ...]]:
    known = {id.casefold(): id for id in built.portfolio.items}
    for number, entry in enumerate(built.records.spendings, start=1):
        if entry.item.casefold() in known:
            item = known[entry.item.casefold()]
            currency = entry.currency or built.portfolio.policy.currency
            yield number, item, entry.on, entry.amount, currency, entry.note or None
