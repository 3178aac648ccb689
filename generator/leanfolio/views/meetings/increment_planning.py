"""Increment planning: what comes first, whom it fits, what is left over, drafts, the mix."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from leanfolio.model import Feature, Increment
from leanfolio.views.built import Built
from leanfolio.views.cell import Value
from leanfolio.views.increments.rows import objective_rows
from leanfolio.views.increments.tables import objective_table
from leanfolio.views.items.work_tables import late_rows
from leanfolio.views.meetings.allocation import allocation
from leanfolio.views.meetings.increments import (
    WRITE_ONE,
    nothing_written,
    still_open,
    to_plan,
)
from leanfolio.views.meetings.section import (
    INCREMENTS,
    RANKING,
    Section,
    first_rows,
    rows_of,
    sentences,
    unless_missing,
)
from leanfolio.views.meetings.work import load, page_of
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ranking.rows import RankedItem
from leanfolio.wording import Text, heading, message, plural


def increment_planning(built: Built) -> Iterator[Section]:
    """The sections of planning, in the order in which a chair asks."""
    increment = to_plan(built.portfolio, built.as_of)
    yield first_to_start(built, increment)
    yield load(built, increment)
    yield carry_over(built)
    yield draft_objectives(built, increment)
    yield allocation(built, increment)


def first_to_start(built: Built, increment: Increment | None) -> Section:
    """The epics above the cut line in the order in which they can be worked on, and how many
    features of each are planned for the increment."""
    ranking = built.figures.ranking
    ranked = {item.id: item for item in ranking.items}
    above = [
        (row, ranked[row.item.id])
        for row in ranking.dependencies.rows
        if ranking.cut is None or ranked[row.item.id].above_cut
    ]
    rows: list[tuple[Value, ...]] = [
        (row.item, heading(item.state) if item.state else None, row.place, item.rank, item.score,
         item.arithmetic, planned_features(built, row.item.id, increment), row.waits_for or None,
         item.owner)
        for row, item in above
    ]  # fmt: skip
    empty = not ranking.items
    labels = (
        "Epic", "State", "In sequence#", "Rank#", "Score#", "Arithmetic", "Planned features#",
        "Goes after", "Owner",
    )  # fmt: skip
    return Section(
        anchor="sequence",
        question=message("What comes first?"),
        finding=sequence_finding(built, [item for _, item in above]),
        whole=RANKING,
        table=rows_of("Above the line, in sequence", labels, rows, RANKING),
        why=sentences(
            message("The line: {room}.", room=ranking.cut.words) if ranking.cut else "",
            ranking.dependencies.finding,
        ) if ranking.items else "",
        missing=message("no epic has a score.") if empty else "",
        cure=message(
            "Write {fields} in a file below {folder}.",
            fields=parts_of(built), folder="content/epics/",
        ) if empty else "",
    )  # fmt: skip


def planned_features(built: Built, id: str, increment: Increment | None) -> int | None:
    """How many features of an epic the increment holds; None where not all may be shown."""
    portfolio = built.portfolio
    if increment is None or portfolio.partial:
        return None
    return sum(
        feature.increment == increment.id and portfolio.category_of(feature) != "cancelled"
        for feature in portfolio.children_of(id, Feature)
    )


def parts_of(built: Built) -> str:
    """The fields that a score is made of, in the form that the portfolio ranks by."""
    return ", ".join(f"{field}:" for field, _ in built.figures.ranking.parts)


def sequence_finding(built: Built, above: list[RankedItem]) -> Text:
    """How many ranked epics are above the line; of no line, how many are ranked."""
    ranking = built.figures.ranking
    whole = len(ranking.items)
    if not whole:
        return of_what_is_shown(
            message("No epic is ranked"),
            message("No epic that is shown is ranked"),
            partial=built.portfolio.partial,
        )
    if ranking.cut is None:
        return plural(
            "{n:spelled} epic is ranked, and no cut line is drawn",
            "{n:spelled} epics are ranked, and no cut line is drawn",
            whole,
        ).sentence()
    return plural(
        "{n:spelled} epic is above the cut line, of {whole} that are ranked",
        "{n:spelled} epics are above the cut line, of {whole} that are ranked",
        len(above), whole=whole,
    ).sentence()  # fmt: skip


def carry_over(built: Built) -> Section:
    """The open features of increments that are over, and the late ones of the one that runs."""
    late = built.figures.late
    left = sum(entry.over for entry in late)
    none = of_what_is_shown(
        message("No open feature is left of an increment that is over"),
        message("No open feature that is shown is left of an increment that is over"),
        partial=built.portfolio.partial,
    )
    counted = plural(
        "{n:spelled} open feature is left of an increment that is over",
        "{n:spelled} open features are left of increments that are over",
        left,
    ).sentence()
    behind = len(late) - left
    missing, cure = nothing_written(built.portfolio, "", "")
    finding = message(
        "{left}; {behind:pronoun} late in the one that runs",
        left=counted if left else none, behind=behind,
    ) if behind else (counted if left else none)  # fmt: skip
    table = late_rows(late, built.portfolio, most=len(late))
    return Section(
        anchor="carry-over",
        question=message("What do we carry over?"),
        finding=unless_missing(finding, missing),
        whole=INCREMENTS,
        table=first_rows(table, INCREMENTS),
        why=sentences(still_open(built.portfolio, built.as_of), table.note if late else ""),
        missing=missing,
        cure=cure,
    )


def draft_objectives(built: Built, increment: Increment | None) -> Section:
    """The objectives that are written for the increment to plan."""
    work = built.facts.increments[increment.id] if increment else None
    objectives = tuple(objective_rows(work)) if work else ()
    whole = page_of(increment)
    table = objective_table(built.portfolio, objectives, len(objectives))
    missing, cure = nothing_written(
        built.portfolio, message("it states no objective."), write_objectives(increment)
    )
    if increment is None:
        missing, cure = message("no increment is ahead, and none runs."), WRITE_ONE
    return Section(
        anchor="objectives",
        question=message("Which objectives are drafted?"),
        finding=objectives_finding(increment, partial=built.portfolio.partial),
        whole=whole,
        table=first_rows(table, whole),
        missing="" if objectives else missing,
        cure="" if objectives else cure,
    )


def write_objectives(increment: Increment | None) -> Text:
    """Where the objectives of an increment are written."""
    file = file_of(increment) if increment else "content/increments/"
    return message("Write {field} in {file}.", field="objectives:", file=file)


def file_of(increment: Increment) -> str:
    """The file of an increment, from the folder of the project."""
    return str(PurePosixPath("content", increment.origin.path))


def objectives_finding(increment: Increment | None, *, partial: bool) -> Text:
    """How many objectives an increment states, and of how many the worth is not stated."""
    if increment is None:
        return of_what_is_shown(
            message("There is no increment to plan"),
            message("No increment to plan is shown"),
            partial=partial,
        )
    if partial and not increment.objectives:
        return message("No objective of {increment} is shown", increment=increment.title)
    unplanned = sum(entry.planned_value is None for entry in increment.objectives)
    counted = plural(
        "{increment} has {n:spelled} objective", "{increment} has {n:spelled} objectives",
        len(increment.objectives), increment=increment.title,
    )  # fmt: skip
    if unplanned:
        counted = message(
            "{objectives}, {unplanned:pronoun} without a planned value",
            objectives=counted, unplanned=unplanned,
        )  # fmt: skip
    bare = sum(not entry.features for entry in increment.objectives)
    if not bare or partial:
        return counted
    if bare == len(increment.objectives) == 1:
        return message("{objectives}; it names no feature", objectives=counted)
    if bare == len(increment.objectives):
        return message("{objectives}; none names a feature", objectives=counted)
    return plural(
        "{objectives}; {n:pronoun} names no feature", "{objectives}; {n:pronoun} name no feature",
        bare, objectives=counted,
    )  # fmt: skip
