"""A sheet of a board pack: what was found, its figures, facts and tables, and the whole view."""

from msgspec import Struct

from leanfolio.views.cell import Fact, Sparkline, Table, Value
from leanfolio.views.change_story import ChangeLine
from leanfolio.views.meetings.section import Section, WholeView
from leanfolio.wording import Text


class Headline(Struct, frozen=True):
    """A figure that stands large, and what to hold it against."""

    label: Text
    value: Value
    note: Text = ""
    unit: Text = ""


class Sheet(Struct, frozen=True):
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
