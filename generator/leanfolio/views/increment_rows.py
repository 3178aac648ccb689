"""Increments as data: a row for each, its tables as CSV, and what a terminal prints of one."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Struct

from leanfolio.figures.increments.dependencies import AT_RISK
from leanfolio.model import Increment
from leanfolio.views.built import Built
from leanfolio.views.increment_figures import IncrementFigures, increment_figures
from leanfolio.views.increments.rows import (
    CardRow,
    DependencyRow,
    LoadRow,
    MilestoneRow,
    MixRow,
    ObjectiveRow,
    OutcomeRow,
    VoteRow,
)
from leanfolio.views.lists import Listing, increment_list
from leanfolio.views.row_table import columns
from leanfolio.views.view import CsvTable, TextTable
from leanfolio.wording import Message, Rounded, Text, message

TEAM_COLUMNS = columns(("team", "id"), "planned", "actual", ("predictability %", "predictability"))
INCREMENT_COLUMNS = columns(
    "id", "start", "end", "planned", "actual", ("predictability %", "predictability"),
    "objectives", ("at risk", "at_risk"), "features", "finished", "carried", "dropped",
)  # fmt: skip
# Name of the CSV, title, the rows of one increment, their type, and the columns that a terminal
# prints.
TABLES: tuple[tuple[str, Message, Callable[[IncrementFigures], Iterable[Any]], type, Any], ...] = (
    (
        "objectives", message("Objectives"), lambda figures: figures.objectives, ObjectiveRow,
        columns("title", "team", "commitment", "planned", "actual", "standing", "because"),
    ),
    (
        "board", message("Board of teams and iterations"), lambda figures: figures.board, CardRow,
        columns("team", "iteration", "id", "title", "state", "size", "stories",
                ("done", "stories_done"), "late"),
    ),
    (
        "dependencies", message("Dependencies"), lambda figures: figures.dependencies,
        DependencyRow,
        columns("consumer", "provider", ("needed by", "needed_by"), ("promised by", "promised_by"),
                "status"),
    ),
    (
        "load", message("Capacity against load"), lambda figures: figures.load, LoadRow,
        columns("team", "scope", "iteration", "points", "capacity", "verdict",
                ("too many", "too_many")),
    ),
    (
        "milestones", message("Milestones"), lambda figures: figures.milestones, MilestoneRow,
        columns("on", "iteration", "kind", "title", "id"),
    ),
    (
        "votes", message("Votes of confidence"), lambda figures: figures.votes, VoteRow,
        columns("team", "by", "on", "vote", "reason"),
    ),
    (
        "outcomes", message("What became of the features"), lambda figures: figures.outcomes,
        OutcomeRow,
        columns("id", "title", "kind", "size", "planned", "outcome", ("now", "text")),
    ),
    (
        "mix", message("Mix of kinds"), lambda figures: figures.mix, MixRow,
        columns("kind", ("planned", "planned_features"), ("planned size", "planned_size"),
                ("delivered", "delivered_features"), ("delivered size", "delivered_size")),
    ),
)  # fmt: skip


class IncrementRow(Struct, frozen=True):
    """An increment in one row; sums and predictability as in its own figures."""

    id: str
    title: str
    start: date | None
    end: date | None
    finding: Text
    planned: Decimal
    actual: Decimal | None
    predictability: Rounded | None
    objectives: int
    at_risk: int
    features: int  # that were planned, or stand in it
    finished: int
    open: int
    carried: int
    dropped: int
    dependencies: int
    late_dependencies: int
    votes: int


class IncrementsPage(Listing, frozen=True):
    """The page of all increments, with the figures of each."""

    EXPORTED: ClassVar[tuple[str, ...]] = ("finding", "increments")

    increments: tuple[IncrementFigures, ...] = ()
    rows: tuple[IncrementRow, ...] = ()


def increments_page(built: Built) -> IncrementsPage:
    """All increments, in the order of their ids."""
    page = increment_list(built.portfolio, built.figures)
    items = built.portfolio.items_of(Increment)
    figures = [increment_figures(built, item.id) for item in items]
    known = tuple(entry for entry in figures if entry is not None)
    rows = tuple(increment_row(item, entry) for item, entry in zip(items, known, strict=True))
    return IncrementsPage(page.finding, page.summary, page.tables, page.filterable, known, rows)


def increment_row(item: Increment, figures: IncrementFigures) -> IncrementRow:
    """An increment in one row: sums of its figures."""
    outcomes = [entry.outcome for entry in figures.outcomes]
    return IncrementRow(
        item.id,
        item.title,
        item.start,
        item.end,
        figures.finding,
        figures.planned,
        figures.actual,
        figures.predictability,
        len(figures.objectives),
        sum(entry.standing == "at-risk" for entry in figures.objectives),
        len(outcomes),
        outcomes.count("finished"),
        outcomes.count("open"),
        outcomes.count("carried"),
        outcomes.count("dropped"),
        len(figures.dependencies),
        sum(entry.status in AT_RISK for entry in figures.dependencies),
        len(figures.votes),
    )


def increment_lines(figures: IncrementFigures) -> Iterator[Text | TextTable]:
    """What a terminal prints of one increment: its teams, then each table that has rows."""
    yield TextTable(TEAM_COLUMNS, figures.teams)
    for _, title, rows_of, _, shown in TABLES:
        if rows := tuple(rows_of(figures)):
            yield message("{title}:", title=title)
            yield TextTable(shown, rows)


def increment_tables(figures: IncrementFigures) -> Iterator[CsvTable]:
    """The tables of one increment."""
    for name, title, rows_of, kind, _ in TABLES:
        yield CsvTable(f"increment-{name}", title, tuple(rows_of(figures)), kind)


def all_increment_tables(page: IncrementsPage) -> Iterator[CsvTable]:
    """The tables of all increments; each row begins with the increment that it is of."""
    for name, title, rows_of, kind, _ in TABLES:
        rows = tuple(row for figures in page.increments for row in rows_of(figures))
        yield CsvTable(f"increment-{name}", message("Increments: {table}", table=title), rows, kind)
