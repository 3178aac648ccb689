"""Outcomes as the strategic review asks for them: objectives, moved targets, output alone."""

from collections.abc import Iterable

from leanfolio.figures.thresholds import OUTCOME_FROM
from leanfolio.views.built import Built
from leanfolio.views.cell import Value
from leanfolio.views.home import worst_first
from leanfolio.views.meetings.section import (
    OBJECTIVES,
    Section,
    first_rows,
    rows_of,
    sentences,
    unless_missing,
)
from leanfolio.views.okr.check_in_tables import ends_words
from leanfolio.views.okr.okrs import objective_table
from leanfolio.views.okr.rows import KeyResultRow, ObjectiveRow
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Rounded, Text, message, plural, some

NO_KEY_RESULT = (
    message("no key result is written."),
    message(
        "Write {field} in an objective, and in an epic which of them it moves.",
        field="key_results:",
    ),
)  # fmt: skip
NO_HISTORY = (
    message("git does not say what the targets were when their periods began."),
    message("Keep the files in git, and build where the commits since then are known."),
)
LEAST = Rounded(OUTCOME_FROM, 1)


def outcomes(built: Built) -> Section:
    """The running objectives, the worst first: the figures of the page of objectives."""
    rows = worst_first(built.facts, built.figures)
    okrs = built.figures.okrs
    return Section(
        anchor="outcomes",
        question=message("Are we getting the outcomes that we wanted?"),
        finding=okrs.finding,
        whole=OBJECTIVES,
        table=first_rows(objective_table(rows), OBJECTIVES),
        why=sentences(okrs.summary, said_off_track(built, rows)) if rows else "",
        missing="" if rows else message("no objective runs today."),
        cure="" if rows else message(
            "Write an objective below {folder}, with {field} and its key results.",
            folder="content/objectives/", field="period:",
        ),
    )  # fmt: skip


def said_off_track(built: Built, rows: Iterable[ObjectiveRow]) -> Text:
    """The running objectives that somebody says are off track; "" where none is."""
    said = built.figures.health
    off = [row.id for row in rows if row.id in said and said[row.id].health == "off-track"]
    return message("Said to be off track: {objectives}.", objectives=some(off, 3)) if off else ""


def output_without_outcome(built: Built) -> Section:
    """The key results that score low though their epics are done."""
    results, hollow = built.figures.key_results, built.facts.without_outcome
    rows: list[tuple[Value, ...]] = [
        (link(row), row.standing, row.pace, tuple(ref(epic) for epic in hollow[row.id]), row.owner)
        for row in results.values()
        if row.id in hollow
    ]  # fmt: skip
    missing, cure = ("", "") if results else NO_KEY_RESULT
    none = of_what_is_shown(
        message("No key result scores below {least} though its epics are done", least=LEAST),
        message(
            "No key result that is shown scores below {least} though its epics are done",
            least=LEAST,
        ),
        partial=built.portfolio.partial,
    )
    counted = plural(
        "{n:spelled} key result scores below {least} though its epics are done",
        "{n:spelled} key results score below {least} though their epics are done",
        len(rows), least=LEAST,
    ).sentence()  # fmt: skip
    return Section(
        anchor="output",
        question=message("Where is there output without outcome?"),
        finding=unless_missing(counted if rows else none, missing),
        whole=OBJECTIVES,
        table=rows_of(
            "Output without outcome",
            ("Key result", "Score", "Expected by now#", "Epics that are done", "Owner"),
            rows,
            OBJECTIVES,
        ),
        missing=missing,
        cure=cure,
    )


def moved_targets(built: Built) -> Section:
    """The key results whose start or target moved after their period began, with both scores."""
    results = tuple(built.figures.key_results.values())
    known = [row for row in results if row.target_changes is not None]
    rows = [moved_row(row) for row in known if row.target_changes]
    missing, cure = NO_HISTORY if results else NO_KEY_RESULT
    return Section(
        anchor="targets",
        question=message("Which targets have we moved?"),
        finding=targets_finding(len(rows), known=bool(known), partial=built.portfolio.partial),
        whole=OBJECTIVES,
        table=rows_of(
            "Targets that moved",
            ("Key result", "When its period began", "Now", "Moves#", "Score#",
             "By the first target#", "Owner"),
            rows,
            OBJECTIVES,
        ),
        missing="" if known else missing,
        cure="" if known else cure,
    )  # fmt: skip


def moved_row(row: KeyResultRow) -> tuple[Value, ...]:
    """A key result by its first target and by that of today."""
    targets = row.trajectory.targets
    return (
        link(row), ends_words(targets.first) if targets else None,
        ends_words(row.trajectory.terms), row.target_changes, row.score, row.score_by_first,
        row.owner,
    )  # fmt: skip


def link(row: KeyResultRow) -> Ref:
    return Ref(row.id, "key-result", "key result", row.title, row.url)


def targets_finding(number: int, *, known: bool, partial: bool) -> Text:
    """How many key results are measured otherwise than when their period began."""
    if not known:
        return message("Whether a target moved is not known")
    if not number:
        return of_what_is_shown(
            message("No target is known to have moved since its period began"),
            message("No target that is shown is known to have moved since its period began"),
            partial=partial,
        )
    return plural(
        "The target of {n:spelled} key result has moved since its period began",
        "The targets of {n:spelled} key results have moved since their period began",
        number,
    )
