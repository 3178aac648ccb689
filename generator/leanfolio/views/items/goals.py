"""The pages of themes, objectives and key results."""

from collections.abc import Iterable, Iterator

from leanfolio.figures.okr.score import days_of
from leanfolio.figures.okr.trajectory import trajectory
from leanfolio.model import Days, Epic, Item, KeyResult, Objective, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Table, Tag, Value, figure, headers
from leanfolio.views.figures import Figures
from leanfolio.views.funding.cuts import epics_not_stated
from leanfolio.views.items.page_parts import Parts, measure, part_of
from leanfolio.views.items.work_tables import epic_rows
from leanfolio.views.okr import KeyResultRow, ObjectiveRow
from leanfolio.views.okr.check_in_charts import key_result_chart, objective_chart
from leanfolio.views.okr.check_in_tables import moves_table
from leanfolio.views.okr.green import green_share
from leanfolio.views.okr.standing import band_tag
from leanfolio.views.period_words import name_with_days
from leanfolio.views.ref import Ref
from leanfolio.wording import (
    Message,
    Money,
    Percent,
    Text,
    days,
    in_context,
    joined,
    message,
    plural,
    readable,
)

COMMITMENTS = {
    "committed": message("committed: 1.0 is expected"),
    "aspirational": message("aspirational: 0.7 is good"),
}
NONE_YET = in_context("no score", "none yet")
NOT_REPORTED = in_context("no check-in", "not reported")
NOT_STATED = in_context("no confidence", "not stated")
FIRST_KEPT = message("where a start or a target moved since the period began, by the first one")
TREND_NOTE = message(
    "Trend: the score, from 0 to 1, over the days of the period; dashed is what was expected."
)
MOST_GOALS = 38  # rows of a table: with more its page would be too heavy to open


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
        facts=(
            *([Fact("Horizon", item.horizon, field="horizon")] if item.horizon else []),
            *approved_fact(portfolio, item, figures),
        ),
        tables=(objective_table(rows),),
    )


def approved_fact(portfolio: Portfolio, item: Item, figures: Figures) -> Iterator[Fact]:
    """Yield the money that is approved for a goal, as the tree of the strategy sums it up."""
    if portfolio.hides_money_of_goals:
        return
    total = figures.approved.get(item.id)
    if total is None:
        return
    note: Text = message("the parts of epics that are to move it")
    if not isinstance(item, KeyResult):
        note = message("the parts of epics that move what is below it")
    if total.unknown:
        note = joined((note, epics_not_stated(total.unknown)), "; ")
    yield Fact("Approved", Money(total.amount, figures.currency), note)


def objective_table(rows: list[ObjectiveRow]) -> Table:
    """Return objectives with their scores, cut where the table would grow too long."""
    return Table(
        "Objectives",
        headers(
            "Objective", "Period", "Owner", "Score#", "Trend", "Expected by now#", "Reported#",
            "Band",
        ),
        tuple(
            (
                ref_of(row),
                row.period,
                row.owner,
                row.score or NONE_YET,
                row.trend,
                row.pace,
                part_of(row.reported, row.of),
                band_tag(row.score, row.band),
            )
            for row in rows[:MOST_GOALS]
        ),
        note=table_note(len(rows) - MOST_GOALS, "data/okr-objectives.csv"),
        anchor="objectives",
    )  # fmt: skip


def table_note(left_out: int, file: str) -> Text:
    """Return how to read the trends of a table, and how many rows it leaves out."""
    if left_out <= 0:
        return TREND_NOTE
    rest = plural(
        "{n} more is not listed here; {file} has them all.",
        "{n} more are not listed here; {file} has them all.",
        left_out, file=file,
    )  # fmt: skip
    return joined((TREND_NOTE, rest), " ")


def ref_of(row: ObjectiveRow | KeyResultRow) -> Ref:
    is_objective = isinstance(row, ObjectiveRow)
    type, word = ("objective", "objective") if is_objective else ("key-result", "key result")
    return Ref(row.id, type, word, row.title, row.url)


def objective(portfolio: Portfolio, item: Objective, figures: Figures) -> Parts:
    """Return what an objective's page shows beside its prose."""
    row = figures.objectives[item.id]
    days = days_of(portfolio, item)
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
    moved = row.score_by_first is not None
    chart = objective_chart(item.title, row.points, days, figures.as_of, row.of, moved=moved)
    return Parts(
        finding=objective_finding(item, row),
        tags=(row.standing,),
        facts=(
            *objective_facts(item, row, days),
            *approved_fact(portfolio, item, figures),
        ),
        chart=chart if row.points else None,
        tables=(
            key_result_table(row.key_results),
            moving_epics(epics.values(), portfolio, figures),
            objective_table(sub),
        ),
    )


def moving_epics(epics: Iterable[Epic], portfolio: Portfolio, figures: Figures) -> Table:
    """Return the epics of a key result or an objective with their states."""
    return epic_rows("Epics that are to move it", epics, portfolio, figures, most=MOST_GOALS)


def objective_finding(item: Objective, row: ObjectiveRow) -> Message:
    """Return its score and what is expected of it by now; what it rests on, if not on all."""
    title, score, pace = item.title, row.score, row.pace
    if not score:
        if row.reported:
            return message("{title}: no score can be computed", title=title)
        return message("{title}: no key result has reported", title=title)
    if row.reported < row.of:
        return partial_finding(title, row)
    if row.phase == "over":
        return message("{title}: ended at {score}", title=title, score=score)
    if not pace:
        return message("{title}: {score}", title=title, score=score)
    if row.score_by_first and row.score_by_first.decimal != score.decimal:
        return message(
            "{title}: {score} where {pace} is expected by now, and {first} by the first targets",
            title=title, score=score, pace=pace, first=row.score_by_first,
        )  # fmt: skip
    return message(
        "{title}: {score} where {pace} is expected by now", title=title, score=score, pace=pace
    )


def partial_finding(title: str, row: ObjectiveRow) -> Message:
    """Return the score of an objective of which not every key result has reported."""
    if row.phase == "over":
        return plural(
            "{title}: ended at {score}, with {part} of {n} key result reported",
            "{title}: ended at {score}, with {part} of {n} key results reported",
            row.of, title=title, score=row.score, part=row.reported,
        )  # fmt: skip
    if not row.pace:
        return plural(
            "{title}: {score}, with {part} of {n} key result reported",
            "{title}: {score}, with {part} of {n} key results reported",
            row.of, title=title, score=row.score, part=row.reported,
        )  # fmt: skip
    return plural(
        "{title}: {score} where {pace} is expected by now, with {part} of {n} key result reported",
        "{title}: {score} where {pace} is expected by now, with {part} of {n} key results reported",
        row.of, title=title, score=row.score, pace=row.pace, part=row.reported,
    )  # fmt: skip


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
    if row.score_by_first:
        yield Fact("Score by the first targets", row.score_by_first, FIRST_KEPT)
    if row.pace:
        yield Fact("Expected by now", row.pace, pace_words(row))
    kinds = {result.commitment for result in row.key_results}
    if len(kinds) > 1:
        yield Fact("Committed key results", row.committed or NONE_YET, COMMITMENTS["committed"])
        aspirational = row.aspirational or NONE_YET
        yield Fact("Aspirational key results", aspirational, COMMITMENTS["aspirational"])
    if row.period:
        yield Fact("Period", name_with_days(row.period, days), field="period")
    yield Fact("Commitment", COMMITMENTS[item.commitment], field="commitment")
    yield Fact("Level", readable(item.level), field="level")
    if row.themes:
        yield Fact("Themes", row.themes, field="themes")


def key_result_table(rows: tuple[KeyResultRow, ...], most: int = MOST_GOALS) -> Table:
    """Return key results with their scores, cut where the table would grow too long."""
    shown = rows[:most]
    labels = ["Key result", "Start#", "Now#", "Target#", "Score#", "Trend", "How it came about"]
    cells: list[tuple[Value, ...]] = [
        (
            ref_of(row),
            row.start,
            NOT_REPORTED if row.current is None else row.current,
            joined((row.aim,), ""),
            row.score or NONE_YET,
            row.trend,
            row.arithmetic,
            row.stale_tag or row.band_tag,
        )
        for row in shown
    ]
    labels.append("Band")
    if any(row.alarms for row in shown):
        labels.append("Alarms")
        cells = [
            (*line, joined(row.alarms, "; ") if row.alarms else None)
            for line, row in zip(cells, shown, strict=True)
        ]
    return Table(
        "Key results",
        headers(*labels),
        tuple(cells),
        note=table_note(len(rows) - most, "data/okr.csv"),
        anchor="key-results",
    )


def key_result(portfolio: Portfolio, item: KeyResult, figures: Figures) -> Parts:
    """Return what a key result's page shows beside its prose."""
    row = figures.key_results.get(item.id)
    epics = moving_epics(portfolio.children_of(item.id, Epic), portfolio, figures)
    if row is None:  # it has no objective, and so no period
        return Parts(chart=key_result_chart(trajectory(item, None, figures.as_of)), tables=(epics,))
    return Parts(
        finding=key_result_finding(row),
        tags=tuple(key_result_tags(row)),
        facts=(
            *key_result_facts(row, item.cadence_days),
            *approved_fact(portfolio, item, figures),
        ),
        chart=key_result_chart(row.trajectory),
        tables=(moves_table(row.trajectory), epics),
    )


def key_result_finding(row: KeyResultRow) -> Text:
    """Return where it is, or was when last measured, and where it is to be."""
    if row.kind == "binary":
        return binary_finding(row)
    title, aim = row.title, row.aim
    if row.current is None:
        return message("{title}: not measured yet, {target} is the target", title=title, target=aim)
    now = measure(row.current, row.unit)
    if row.phase == "over":
        return message(
            "{title}: ended at {now}, {target} was the target", title=title, now=now, target=aim
        )
    if row.stale_days is not None:
        return message(
            "{title}: {now} when last measured, {age} ago; {target} is the target",
            title=title, now=now, age=days(row.stale_days), target=aim,
        )  # fmt: skip
    if row.first_aim:
        return message(
            "{title}: {now} now, {target} is the target, and was {first} when the period began",
            title=title, now=now, target=aim, first=row.first_aim,
        )  # fmt: skip
    return message("{title}: {now} now, {target} is the target", title=title, now=now, target=aim)


def binary_finding(row: KeyResultRow) -> Message:
    """Return whether a yes or no is reached, so far as anybody has said."""
    title, over = row.title, row.phase == "over"
    if row.score is None:
        return message("{title}: nobody has said yet whether it is reached", title=title)
    if row.score.value == 1:
        return message("{title}: reached", title=title)
    if over:
        return message("{title}: not reached", title=title)
    if row.stale_days is not None:
        age = days(row.stale_days)
        return message("{title}: not reached when last asked, {age} ago", title=title, age=age)
    return message("{title}: not reached yet", title=title)


def key_result_facts(row: KeyResultRow, cadence: int | None) -> Iterator[Fact]:
    """Yield a key result in short: score, pace, confidence, start, target, weight."""
    yield Fact("Score", row.score or NONE_YET, row.arithmetic, "check_ins")
    if row.target_changes and row.progress_by_first is not None:
        yield Fact("Score by the first target", row.score_by_first, first_words(row))
    if row.pace:
        yield Fact("Expected by now", row.pace, pace_words(row))
    if any(share is not None for share in row.confidences):
        shares = (NOT_STATED if share is None else Percent(share) for share in row.confidences)
        yield Fact(
            "Confidence", joined(shares, ", "), confidence_words(len(row.confidences)), "check_ins"
        )
    if row.last_check_in:
        yield Fact("Last check-in", row.last_check_in, field="check_ins")
    if row.start is not None:
        yield Fact("Start", measure(row.start, row.unit), field="start")
    elif row.kind == "maintain":
        yield Fact("Kind", message("a measure to be kept"), field="kind")
    else:
        yield Fact("Kind", readable(row.kind), field="kind")
    yield Fact("Target", joined((row.aim,), ""), field=target_field(row))
    yield Fact("Commitment", COMMITMENTS[row.commitment], field="commitment")
    yield Fact(
        "Weight", figure(row.weight), message("when the objective's score is averaged"), "weight"
    )
    if cadence:
        yield Fact("Measured every", days(cadence), field="cadence_days")


def target_field(row: KeyResultRow) -> str:
    """Return the field that states what is aimed at."""
    return "low" if row.kind == "maintain" else "target"


def confidence_words(number: int) -> Message:
    """Return of which check-ins a confidence is told."""
    return plural(
        "at the only check-in", "at the last {n:spelled} check-ins, the newest last", number
    )


def first_words(row: KeyResultRow) -> Text:
    """Return that a target moved, and the raw progress by the first one."""
    moved = plural(
        "start or target moved {n:spelled} time since the period began",
        "start or target moved {n:spelled} times since the period began",
        row.target_changes or 0,
    )
    raw = message("progress {progress} by what stood there then", progress=row.progress_by_first)
    return joined((moved, raw), "; ")


def pace_words(row: ObjectiveRow | KeyResultRow) -> Text:
    """How a pace came about, how the score stands to it, and why its band is what it is."""
    reasons = (pace_reason(row), row.against_pace)
    first = joined((reason for reason in reasons if reason), "; ")
    return joined((first, row.band_note), ". ") if row.band_note else first


def key_result_tags(row: KeyResultRow) -> Iterator[Tag]:
    yield row.standing
    if row.stale_tag:
        yield row.stale_tag
    for alarm in row.alarms:
        yield Tag("warn", alarm)


def pace_reason(row: ObjectiveRow | KeyResultRow) -> Message:
    """How a pace came about."""
    passed = plural(
        "{part} of {n} day", "{part} of {n} days", row.period_days or 0, part=row.elapsed_days
    )
    if isinstance(row, KeyResultRow):
        if row.kind == "maintain":
            return message("it is to be kept from the first day of the period on")
        if row.kind in ("binary", "milestone"):
            return message("whole steps in the elapsed share of the period, {days}", days=passed)
        return message("elapsed share of the period, {days}", days=passed)
    if all(result.pace in (row.pace, None) for result in row.key_results):
        return message("elapsed share of the period, {days}", days=passed)
    return message("mean of what is expected of its key results that reported, by their weights")
