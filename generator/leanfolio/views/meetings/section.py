"""A section of a meeting's page: a question, what the figures answer, a short table, the whole."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.views.cell import Table, Value, headers
from leanfolio.views.change_story import ChangeLine
from leanfolio.wording import Text, joined, message, plural

MOST = 8  # rows of a section, so that a page prints on two sheets


class WholeView(Struct, frozen=True):
    """Where all rows stand with the arithmetic of each: a page of the site, from its root."""

    title: Text
    url: str


class Section(Struct, frozen=True):
    """One question that a chair asks.

    Without rows, `missing` says what is not there and `cure` where it is written; both are empty
    where nothing is missing, and the finding says that there is nothing to talk about.
    """

    anchor: str
    question: Text
    finding: Text
    whole: WholeView
    table: Table | None = None
    lines: tuple[ChangeLine, ...] = ()
    why: Text = ""  # how the figures come about, or what a row is listed for
    missing: Text = ""
    cure: Text = ""


NOT_KNOWN = message("Nothing is known of it here")


def unless_missing(finding: Text, missing: Text) -> Text:
    """Return a finding; where there was nothing to look at, no good news, but that."""
    return NOT_KNOWN if missing else finding


def rows_of(
    title: str, labels: Iterable[str], rows: Sequence[tuple[Value, ...]], whole: WholeView
) -> Table:
    """Return the first rows as a table without the columns in which nothing is stated."""
    return first_rows(Table(title, headers(*labels), tuple(rows)), whole)


def first_rows(table: Table, whole: WholeView) -> Table:
    """Return a table of another page, cut to the rows that a meeting takes in.

    Its note goes: the section says how its figures come about.
    """
    return cut(replace(table, note=""), MOST, whole)


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


def filled(cell: Value) -> bool:
    """Whether a cell states anything: a zero does."""
    return cell not in (None, "", ())


def left_out(number: int, whole: WholeView) -> Text:
    """Return how many rows the meeting's page leaves out, and where they are."""
    return plural(
        "{n} more is not listed here: see {view}.",
        "{n} more are not listed here: see {view}.",
        number, view=whole.title,
    )  # fmt: skip


def sentences(*parts: Text) -> Text:
    """Return sentences in a row, without those that are empty."""
    stated = [part for part in parts if part]
    return joined(stated, " ") if stated else ""


BOARD = WholeView(message("Board"), "board.html")
RANKING = WholeView(message("Ranking"), "ranking.html")
FLOW = WholeView(message("Flow"), "flow.html")
DECISIONS = WholeView(message("Decisions"), "decisions.html")
GAPS = WholeView(message("Gaps"), "gaps.html")
EPICS = WholeView(message("Epics"), "epics.html")
HOME = WholeView(message("Home"), "index.html")
INCREMENTS = WholeView(message("Increments"), "increments.html")
RISKS = WholeView(message("Risks"), "risks.html")
CHANGES = WholeView(message("Changes"), "changes.html")
OBJECTIVES = WholeView(message("Objectives"), "objectives.html")
GUARDRAILS = WholeView(message("Guardrails"), "guardrails.html")
CUTS = WholeView(message("Funding, by theme, objective and horizon"), "funding/cuts.html")
