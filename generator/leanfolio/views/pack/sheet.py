"""A sheet of a board pack: what was found, its figures, facts and tables, and the whole view."""

from dataclasses import dataclass, replace

from leanfolio.views.cell import Fact, Sparkline, Table, Value
from leanfolio.views.change_story import ChangeLine
from leanfolio.views.meetings.section import Section, WholeView, filled, left_out
from leanfolio.wording import Text


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure that stands large, and what to hold it against."""

    label: Text
    value: Value
    note: Text = ""
    unit: Text = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One subject of the pack. It begins a page of its own, unless it `follows` the one before.

    Every table and every fact is printed; what is left out is said in the notes of the tables.
    """

    anchor: str
    part: Text  # of the pack: Summary, Decisions, Exceptions, ...
    finding: Text
    whole: WholeView  # the page of the site that has it in full
    question: Text = ""  # of a meeting
    summary: Text = ""
    headlines: tuple[Headline, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    lines: tuple[ChangeLine, ...] = ()
    notes: tuple[Text, ...] = ()
    missing: Text = ""  # what is not there
    cure: Text = ""  # where it is written
    follows: bool = False

    @property
    def has_rows(self) -> bool:
        """Whether it shows more than sentences."""
        return bool(self.headlines or self.facts or self.tables or self.lines)


def sheet_of(section: Section, meeting: str, part: Text, *, follows: bool) -> Sheet:
    """A section of a meeting's page as a sheet: the same finding, rows and words."""
    table = section.table
    return Sheet(
        anchor=f"{meeting}-{section.anchor}",
        part=part,
        finding=section.finding,
        whole=section.whole,
        question=section.question,
        tables=(without_trends(table),) if table and table.rows and not section.lines else (),
        lines=section.lines,
        notes=(section.why,) if section.why else (),
        missing=section.missing,
        cure=section.cure,
        follows=follows,
    )


def without_trends(table: Table) -> Table:
    """The table without columns of small drawings: their words are no use beside the figures."""
    drawn = {n for row in table.rows for n, cell in enumerate(row) if isinstance(cell, Sparkline)}
    return table.with_columns([n for n in range(len(table.headers)) if n not in drawn])


def cut(table: Table, number: int, whole: WholeView, *, total: bool = False) -> Table:
    """The first rows of a table, and in its note how many are left out.

    Columns in which none of these states anything go. With `total` the last row is always there.
    """
    last = table.rows[-1:] if total else ()
    every = table.rows[: len(table.rows) - len(last)]
    more, rows = len(every) - number, (*every[:number], *last)
    stated = [n for n in range(len(table.headers)) if n == 0 or any(filled(row[n]) for row in rows)]
    note = left_out(more, whole) if more > 0 else table.note
    return replace(table, rows=rows, note=note).with_columns(stated)
