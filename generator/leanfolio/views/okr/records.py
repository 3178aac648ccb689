"""What was measured, as rows: check-ins, moves of targets, and scores of objectives by day.

Drawings, tables, JSON and CSV hold these same values.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.okr.score import Terms, ends, steps
from leanfolio.figures.okr.targets import TargetMove
from leanfolio.figures.okr.trajectory import Measurement, ObjectivePoint, Trajectory
from leanfolio.wording import Rounded, trimmed


class CheckInRow(Struct, frozen=True):
    """A check-in with the progress that it meant, and what was expected by its day."""

    key_result: str
    on: date
    value: Decimal
    expected: Rounded | None  # the value on the way from start to target
    progress: Rounded | None  # raw: may be below 0 or above 1
    score: Rounded | None
    pace: Rounded | None  # the share of the way that was expected
    progress_by_first: Rounded | None  # by the first start and target, where these moved
    confidence: Decimal | None
    in_period: bool
    by: str | None
    note: str | None


class TargetMoveRow(Struct, frozen=True):
    """A change of where a key result starts or is to end, after its period had begun."""

    key_result: str
    on: date
    commit: str | None  # its id; None where no commit up to the day made it
    by: str | None
    start_before: Decimal | None
    target_before: Decimal | None
    low_before: Decimal | None
    high_before: Decimal | None
    start: Decimal | None
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None


class ObjectiveScoreRow(Struct, frozen=True):
    """An objective's score at the end of a day on which a key result of it was measured."""

    objective: str
    on: date
    score: Rounded | None
    pace: Rounded | None  # what was expected by then of what had reported
    reported: int
    of: int


def check_in_rows(trajectory: Trajectory) -> Iterator[CheckInRow]:
    """A row for each check-in up to the day, oldest first."""
    places = expected_places(trajectory.terms)
    return (check_in_row(trajectory.key_result, entry, places) for entry in trajectory.measurements)


def check_in_row(key_result: str, entry: Measurement, places: int) -> CheckInRow:
    check_in = entry.check_in
    return CheckInRow(
        key_result=key_result,
        on=check_in.on,
        value=trimmed(check_in.value),
        expected=None if entry.expected is None else Rounded(entry.expected, places),
        progress=rounded_or_none(entry.progress),
        score=rounded_or_none(entry.score),
        pace=rounded_or_none(entry.pace),
        progress_by_first=rounded_or_none(entry.first_progress),
        confidence=check_in.confidence,
        in_period=entry.in_period,
        by=check_in.by,
        note=check_in.note,
    )


def expected_places(terms: Terms) -> int:
    """How many decimals an expected value has: one more than start and target; of steps, none."""
    start, target = ends(terms)
    places = max((decimals(end) for end in (start, target) if end is not None), default=0)
    return places if steps(terms) is not None else places + 1


def decimals(value: Fraction) -> int:
    """How many decimals a number has that was written as a decimal."""
    exact = trimmed(Decimal(value.numerator) / Decimal(value.denominator))
    return max(-int(exact.as_tuple().exponent), 0)


def target_rows(trajectory: Trajectory) -> Iterator[TargetMoveRow]:
    """A row for each change of its start or target since the period began, oldest first."""
    targets = trajectory.targets
    moves = targets.moves if targets else ()
    return (move_row(trajectory.key_result, move) for move in moves)


def move_row(key_result: str, move: TargetMove) -> TargetMoveRow:
    before, after, commit = move.before, move.after, move.commit
    return TargetMoveRow(
        key_result, move.on, commit.id if commit else None, commit.author if commit else None,
        before.start, before.target, before.low, before.high,
        after.start, after.target, after.low, after.high,
    )  # fmt: skip


def score_rows(
    objective: str, points: tuple[ObjectivePoint, ...], of: int
) -> Iterator[ObjectiveScoreRow]:
    """A row for each day on which something of an objective was measured, oldest first."""
    return (
        ObjectiveScoreRow(
            objective, point.on, rounded_or_none(point.score), rounded_or_none(point.pace),
            point.reported, of,
        )
        for point in points
    )  # fmt: skip


def rounded_or_none(value: Fraction | None) -> Rounded | None:
    """A figure with two decimals; None stays unknown."""
    return None if value is None else Rounded(value)
