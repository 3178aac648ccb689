"""The summary of a board pack: the sentence and the figures of home, the goals, what changed."""

from collections.abc import Iterable

from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Value, headers
from leanfolio.views.health import health_tag
from leanfolio.views.home import Home, worst_first
from leanfolio.views.meetings.section import CHANGES, HOME, MOST, OBJECTIVES, cut
from leanfolio.views.okr import ObjectiveRow
from leanfolio.views.pack.sheet import Headline, Sheet
from leanfolio.views.ref import Ref
from leanfolio.wording import Text, message

PART = message("Summary")


def summary_sheet(built: Built, home: Home) -> Sheet:
    """The first page of the site on paper: what needs a decision, what is off, the figures."""
    tables = (
        cut(goals_table(worst_first(built.facts, built.figures)), MOST, OBJECTIVES),
        cut(changes_table(home), MOST, CHANGES),
    )
    return Sheet(
        anchor="summary",
        part=PART,
        finding=home.finding,
        whole=HOME,
        summary=home.summary,
        headlines=tuple(
            Headline(figure.label, figure.value, figure.note, figure.unit)
            for figure in home.figures
        ),
        tables=tuple(table for table in tables if table.rows),
        notes=(word_on_all(home),) if home.health else (),
    )


def word_on_all(home: Home) -> Text:
    """What somebody said last of the whole portfolio."""
    assert home.health is not None
    word = home.health
    if word.note is None:
        return message("The portfolio is said to be {word}. {source}",
                       word=word.tag.word, source=word.source)  # fmt: skip
    return message(
        "The portfolio is said to be {word}: {note}. {source}",
        word=word.tag.word, note=word.note, source=word.source,
    )  # fmt: skip


def goals_table(objectives: Iterable[ObjectiveRow]) -> Table:
    """The running objectives, in their order."""
    labels = ("Objective", "Score#", "Expected by now#", "Status", "Said to be", "Owner")
    rows = tuple(map(goal_row, objectives))
    return Table("Objectives, the worst first", headers(*labels), rows)


def goal_row(row: ObjectiveRow) -> tuple[Value, ...]:
    """An objective with its score against its pace."""
    return (
        Ref(row.id, "", "", row.title, row.url), row.score, row.pace, row.standing,
        health_tag(row.health.word) if row.health else None, row.owner,
    )  # fmt: skip


def changes_table(home: Home) -> Table:
    """What changed in the last thirty days, the newest first."""
    rows: list[tuple[Value, ...]] = [
        (row.on, row.item, row.what) for row in (*home.changes, *home.more_changes)
    ]
    return Table("What changed in 30 days", headers("On", "Item", "What"), tuple(rows))
