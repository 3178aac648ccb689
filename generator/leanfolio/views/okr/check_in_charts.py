"""The drawings on the pages of key results and objectives, each with the table that it draws."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from leanfolio.figures.okr.score import Terms
from leanfolio.figures.okr.trajectory import ObjectivePoint, Trajectory
from leanfolio.model import Days
from leanfolio.views.axis import Calendar, Scale
from leanfolio.views.cell import Table
from leanfolio.views.okr.arithmetic import kept_range
from leanfolio.views.okr.chart import (
    BOTTOM,
    LEAST_LEFT,
    MOST_POINTS,
    RIGHT,
    TOP,
    CheckInChart,
    Dot,
    Path,
    Plane,
    aim_of,
    axis_days,
    bands_of,
    bounds_of,
    confidence_bars,
    day_ticks,
    dots_of,
    last_label,
    line_through,
    pace_path,
    plane_of,
    stretches,
    target_path,
    today_at,
    with_unit,
)
from leanfolio.views.okr.check_in_tables import check_in_notes, check_in_table, score_table
from leanfolio.views.okr.records import rounded_or_none
from leanfolio.wording import Message, Rounded, Text, message, trimmed

BY_TODAY = message("Scores of earlier days are by the targets of today.")
WHOLE = Scale(Fraction(0), Fraction(1), Fraction(1, 5), BOTTOM, TOP)  # of scores


# Key results -----------------------------------------------------------------------------------


def key_result_chart(trajectory: Trajectory) -> CheckInChart:
    """The drawing of a key result: what was measured against what was expected."""
    shown = trajectory.measurements[-MOST_POINTS:]
    terms, days = trajectory.terms, trajectory.days
    plane = plane_of(trajectory, shown)
    label = message("Check-ins of {title}", title=trajectory.title)
    table, notes = check_in_table(trajectory), tuple(check_in_notes(trajectory))
    if plane is None:
        return nothing_drawn(label, table, notes)
    calendar, dots = plane.calendar, tuple(dots_of(shown, plane, terms.unit))
    bounds, parts = bounds_of(days, calendar), stretches(trajectory, calendar)
    newest = trimmed(shown[-1].check_in.value) if shown else None
    return CheckInChart(
        label=label,
        y_name=terms.unit or message("value"),
        left=calendar.start,
        y_ticks=plane.scale.ticks,
        x_ticks=day_ticks(calendar, bounds, days),
        bounds=bounds,
        today=today_at(calendar, trajectory.as_of),
        bands=tuple(bands_of(parts, plane.scale)),
        paths=tuple(key_result_paths(trajectory, plane, target_path(parts, plane.scale))),
        line=line_through(dots),
        dots=dots,
        last=last_label(dots, with_unit(newest, terms.unit), calendar.start),
        confidence=tuple(confidence_bars(shown, calendar)),
        table=table,
        notes=notes,
    )


def nothing_drawn(label: Message, table: Table, notes: tuple[Text, ...]) -> CheckInChart:
    """A chart of what has neither a value nor a way to go."""
    return CheckInChart(
        label, "", LEAST_LEFT, (), (), (), None, (), (), "", (), None, (), table, notes
    )


def key_result_paths(trajectory: Trajectory, plane: Plane, target: str) -> Iterator[Path]:
    """The lines that a key result is held against, each with its values in words."""
    terms, days = trajectory.terms, trajectory.days
    first = trajectory.targets.first if trajectory.targets and trajectory.moved else None
    if target:
        yield Path("target", target, target_words(terms, first))
    if way := pace_path(terms, days, plane):
        words = message("expected, to {target}", target=aim_of(terms))
        yield Path("pace", way, words)
    if first and (way := pace_path(first, days, plane)):
        words = message("expected at first, to {target}", target=aim_of(first))
        yield Path("first", way, words)
    if kept_range(terms) is not None and terms.kind == "maintain":
        yield Path("range", "", message("to be kept: {range}", range=aim_of(terms)))


def target_words(terms: Terms, first: Terms | None) -> Message:
    """The target, and the one that it was at first, where it moved."""
    now = aim_of(terms)
    if first is None or str(aim_of(first)) == str(now):
        return message("target {target}", target=now)
    return message("target {first} at first, {now} now", first=aim_of(first), now=now)


# Objectives ------------------------------------------------------------------------------------


def objective_chart(
    title: str,
    points: Sequence[ObjectivePoint],
    days: Days | None,
    as_of: date,
    of: int,
    *,
    moved: bool = False,
) -> CheckInChart:
    """The drawing of an objective: its score on each day with a check-in, and what was expected.

    `of` is how many key results it has; `moved` is whether a target of one moved in the period.
    """
    shown = [point for point in points if point.score is not None][-MOST_POINTS:]
    table = score_table(shown, len(points) - len(shown), of)
    label = message("Score of {title}", title=title)
    whole = axis_days(days, [point.on for point in shown], as_of)
    if whole is None or not of:
        return nothing_drawn(label, table, ())
    calendar = Calendar(whole, LEAST_LEFT, RIGHT)
    dots = tuple(score_dots(shown, calendar))
    bounds = bounds_of(days, calendar)
    way = expected_path(shown, days, calendar)
    words = message("expected by then of what had reported")
    newest = rounded_or_none(shown[-1].score) if shown else None
    return CheckInChart(
        label=label,
        y_name=message("score"),
        left=calendar.start,
        y_ticks=WHOLE.ticks,
        x_ticks=day_ticks(calendar, bounds, days),
        bounds=bounds,
        today=today_at(calendar, as_of),
        bands=(),
        paths=(Path("pace", way, words),) if way else (),
        line=line_through(dots),
        dots=dots,
        last=last_label(dots, newest, calendar.start),
        confidence=(),
        table=table,
        notes=(BY_TODAY,) if moved else (),
        dots_name=message("score"),
        folds=True,
    )


def score_dots(shown: Sequence[ObjectivePoint], calendar: Calendar) -> Iterator[Dot]:
    """A dot for each day with a score."""
    for point in shown:
        if point.score is not None:
            yield Dot(
                calendar.at(point.on), WHOLE.at(point.score),
                message("{score} on {day}", score=Rounded(point.score), day=point.on), False,
            )  # fmt: skip


def expected_path(shown: Sequence[ObjectivePoint], days: Days | None, calendar: Calendar) -> str:
    """What was expected by each of these days, from nothing to all; "" without a period."""
    if days is None:
        return ""
    steps = [(calendar.at(point.on), WHOLE.at(point.pace)) for point in shown
             if point.pace is not None]  # fmt: skip
    begin = (calendar.before(days.first), WHOLE.at(Fraction(0)))
    end = (calendar.at(days.last), WHOLE.at(Fraction(1)))
    way = [begin, *(step for step in steps if begin[0] < step[0] < end[0]), end]
    return f"M{'L'.join(f'{x} {y}' for x, y in way)}"
