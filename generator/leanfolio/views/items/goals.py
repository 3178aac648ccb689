"""The pages of themes, objectives and key results."""

from collections.abc import Iterator
from fractions import Fraction

from leanfolio.figures.okr.score import days_of, progress
from leanfolio.model import Days, Epic, KeyResult, Objective, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Table, Tag, Value, headers
from leanfolio.views.figures import Figures
from leanfolio.views.items.page_parts import Parts, figure, measure, part_of
from leanfolio.views.items.work_tables import epic_rows
from leanfolio.views.okr import KeyResultRow, ObjectiveRow
from leanfolio.views.okr.green import green_share
from leanfolio.views.okr.rows import band_tag
from leanfolio.views.period_words import name_with_days
from leanfolio.views.ref import Ref
from leanfolio.wording import (
    Message,
    Percent,
    Rounded,
    Text,
    days,
    in_context,
    joined,
    message,
)

COMMITMENTS = {
    "committed": message("committed: 1.0 is expected"),
    "aspirational": message("aspirational: 0.7 is good"),
}
NONE_YET = in_context("no score", "none yet")
NOT_REPORTED = in_context("no check-in", "not reported")


def theme(portfolio: Portfolio, item: Theme, figures: Figures) -> Parts:
    rows = [
        figures.objectives[child.id]
        for child in portfolio.children_of(item.id, Objective)
        if child.id in figures.objectives
    ]
    return Parts(
        finding=message(
            "{title}: {green}",
            title=item.title,
            green=joined(green_share(rows, partial=portfolio.partial), "; "),
        )
        if rows
        else item.title,
        facts=(Fact("Horizon", item.horizon),) if item.horizon else (),
        tables=(objective_table(rows),),
    )


def objective_table(rows: list[ObjectiveRow]) -> Table:
    return Table(
        "Objectives",
        headers("Objective", "Period", "Owner", "Score#", "Expected by now#", "Reported#", "Band"),
        tuple(
            (
                ref_of(row),
                row.period,
                row.owner,
                row.score or NONE_YET,
                row.pace,
                part_of(row.reported, row.of),
                band_tag(row.score, row.band),
            )
            for row in rows
        ),
        anchor="objectives",
    )


def ref_of(row: ObjectiveRow | KeyResultRow) -> Ref:
    is_objective = isinstance(row, ObjectiveRow)
    type, word = ("objective", "objective") if is_objective else ("key-result", "key result")
    return Ref(row.id, type, word, row.title, row.url)


def objective(portfolio: Portfolio, item: Objective, figures: Figures) -> Parts:
    """Return what an objective's page shows beside its prose."""
    row = figures.objectives[item.id]
    sub = [
        figures.objectives[child.id]
        for child in portfolio.children_of(item.id, Objective)
        if child.id in figures.objectives
    ]
    epics = {
        epic.id: epic
        for key_result in portfolio.children_of(item.id, KeyResult)
        for epic in portfolio.children_of(key_result.id, Epic)
    }
    return Parts(
        finding=objective_finding(item, row),
        tags=(row.standing,),
        facts=tuple(objective_facts(item, row, days_of(portfolio, item))),
        tables=(
            key_result_table(row.key_results),
            epic_rows("Epics that are to move it", tuple(epics.values()), portfolio, figures),
            objective_table(sub),
        ),
    )


def objective_finding(item: Objective, row: ObjectiveRow) -> Message:
    """Return its score, and what is expected of it by now."""
    if not row.score:
        if row.reported:
            return message("{title}: no score can be computed", title=item.title)
        return message("{title}: no key result has reported", title=item.title)
    score, pace = row.score, row.pace
    if not row.pace:
        return message("{title}: {score}", title=item.title, score=score)
    return message(
        "{title}: {score} where {pace} is expected by now", title=item.title, score=score, pace=pace
    )


def objective_facts(item: Objective, row: ObjectiveRow, days: Days | None) -> Iterator[Fact]:
    """Yield an objective in short: score, pace, period, what was promised."""
    if row.score:
        score = message(
            "{score} ({reported} of {whole} reported)",
            score=row.score,
            reported=row.reported,
            whole=row.of,
        )
        yield Fact("Score", score, row.arithmetic)
    else:
        yield Fact("Score", NONE_YET, row.arithmetic)
    if row.pace:
        yield Fact("Expected by now", row.pace, pace_words(row))
    if row.period:
        yield Fact("Period", name_with_days(row.period, days))
    yield Fact("Commitment", COMMITMENTS[item.commitment])
    yield Fact("Level", item.level.replace("-", " "))
    if row.themes:
        yield Fact("Themes", row.themes)


def key_result_table(rows: tuple[KeyResultRow, ...]) -> Table:
    return Table(
        "Key results",
        headers("Key result", "Start#", "Now#", "Target#", "Score#", "How it came about", "Band"),
        tuple(
            (
                ref_of(row),
                row.start,
                NOT_REPORTED if row.current is None else row.current,
                joined((row.aim,), ""),
                row.score or NONE_YET,
                row.arithmetic,
                row.stale_tag or row.band_tag,
            )
            for row in rows
        ),
        anchor="key-results",
    )


def key_result(portfolio: Portfolio, item: KeyResult, figures: Figures) -> Parts:
    """Return what a key result's page shows beside its prose."""
    row = figures.key_results.get(item.id)
    facts = [*key_result_facts(row)] if row else []
    if item.cadence_days:
        facts.append(Fact("Measured every", days(item.cadence_days)))
    epics = portfolio.children_of(item.id, Epic)
    return Parts(
        finding=key_result_finding(item, row),
        tags=tuple(key_result_tags(row)) if row else (),
        facts=tuple(facts),
        tables=(
            check_ins(item),
            epic_rows("Epics that are to move it", epics, portfolio, figures),
        ),
    )


def key_result_finding(item: KeyResult, row: KeyResultRow | None) -> Text:
    """Return where it is and where it is to be."""
    if row is None or row.current is None:
        return item.title
    return message(
        "{title}: {now} now, {target} is the target",
        title=item.title,
        now=measure(row.current, row.unit),
        target=row.aim,
    )


def key_result_facts(row: KeyResultRow) -> Iterator[Fact]:
    """Yield a key result in short: score, pace, start, target, weight."""
    yield Fact("Score", row.score or NONE_YET, row.arithmetic)
    if row.pace:
        yield Fact("Expected by now", row.pace, pace_words(row))
    if row.start is not None:
        yield Fact("Start", measure(row.start, row.unit))
    elif row.kind == "maintain":
        yield Fact("Kind", message("a measure to be kept"))
    else:
        yield Fact("Kind", row.kind)
    yield Fact("Target", joined((row.aim,), ""))
    yield Fact("Commitment", COMMITMENTS[row.commitment])
    yield Fact("Weight", figure(row.weight), message("when the objective's score is averaged"))


def pace_words(row: ObjectiveRow | KeyResultRow) -> Text:
    """How a pace came about; and why its band is what it is, where that has to be said."""
    reason = pace_reason(row)
    return joined((reason, row.band_note), ". ") if row.band_note else reason


def key_result_tags(row: KeyResultRow) -> Iterator[Tag]:
    yield row.standing
    if row.stale_tag:
        yield row.stale_tag
    if row.output_without_outcome:
        yield Tag("warn", message("output without outcome"))


def pace_reason(row: ObjectiveRow | KeyResultRow) -> Message:
    """How a pace came about."""
    if isinstance(row, KeyResultRow):
        if row.kind in ("binary", "milestone"):
            return message("whole steps in the elapsed share of the period")
        return message("elapsed share of the period")
    if all(result.pace in (row.pace, None) for result in row.key_results):
        return message("elapsed share of the period")
    return message("mean of what is expected of its key results that reported, by their weights")


def check_ins(item: KeyResult) -> Table:
    """Return every check-in of a key result, the newest first, with the progress that it meant."""
    rows: list[tuple[Value, ...]] = []
    for entry in sorted(item.check_ins, key=lambda check_in: check_in.on, reverse=True):
        raw = progress(item, Fraction(entry.value))
        rows.append(
            (
                entry.on,
                figure(entry.value),
                Rounded(raw) if raw is not None else None,
                Percent(entry.confidence) if entry.confidence is not None else None,
                entry.by,
                entry.note,
            )
        )
    return Table(
        "Check-ins",
        headers("On", "Value#", "Progress#", "Confidence#", "By", "Note"),
        tuple(rows),
        anchor="check-ins",
    )
