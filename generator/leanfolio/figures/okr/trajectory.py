"""How a key result came to where it is, and the score of an objective over its check-ins.

A trajectory holds what was measured up to a day, with what was expected by each of these days.
Scores of earlier days are by the start and the target of today; where a target moved, progress is
known by the first one too.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.okr.score import (
    Terms,
    ends,
    expected,
    held,
    progress,
    steps,
    terms_of,
)
from leanfolio.figures.okr.targets import Targets
from leanfolio.model import CheckIn, Days, KeyResult

LAST_CONFIDENCES = 3
Paces = dict[tuple[bool, int | None], tuple[Terms, Fraction]]  # those with one pace: their weight


class Measurement(Struct, frozen=True):
    """A check-in with the progress that it meant, and what was expected by its day."""

    check_in: CheckIn
    progress: Fraction | None  # raw, by the start and the target of today
    first_progress: Fraction | None  # by the first ones; None where they did not move
    pace: Fraction | None  # the share that was expected, 0..1; None without a period
    expected: Fraction | None  # the value on the way from start to target; None without a way
    in_period: bool  # also where there is no period

    @property
    def score(self) -> Fraction | None:
        return held(self.progress)


class Trajectory(Struct, frozen=True):
    """What was measured of a key result up to a day, oldest first."""

    key_result: str  # its id
    title: str
    weight: Decimal
    terms: Terms  # those of today
    days: Days | None  # of its objective's period
    as_of: date
    measurements: tuple[Measurement, ...]
    to_come: int  # check-ins that are dated after the day
    targets: Targets | None  # None where git was not asked, or the period has not begun

    @property
    def moved(self) -> bool:
        """Whether a start or a target is known to have changed since the period began."""
        return self.targets is not None and bool(self.targets.moves)

    @property
    def moves(self) -> int | None:
        """How often a start or a target changed since the period began; None if not known."""
        if self.targets is None or (self.targets.known_from and not self.targets.moves):
            return None
        return len(self.targets.moves)

    @property
    def outside(self) -> int:
        """How many check-ins lie outside of the period."""
        return sum(not entry.in_period for entry in self.measurements)

    @property
    def first_progress(self) -> Fraction | None:
        """The newest progress by the first start and target, where these moved."""
        return self.measurements[-1].first_progress if self.measurements else None

    @property
    def confidences(self) -> tuple[Decimal | None, ...]:
        """How sure somebody was at each of the last three check-ins, the newest last."""
        return tuple(entry.check_in.confidence for entry in self.measurements[-LAST_CONFIDENCES:])


class ObjectivePoint(Struct, frozen=True):
    """An objective's score at the end of a day on which a key result of it was measured."""

    on: date
    score: Fraction | None  # None where nothing that reported has a weight
    pace: Fraction | None  # what was expected by then of what had reported
    reported: int


def trajectory(
    key_result: KeyResult, days: Days | None, as_of: date, targets: Targets | None = None
) -> Trajectory:
    """What was measured of a key result up to a day; of two on one day, the one written last stays
    last."""
    in_order = sorted(key_result.check_ins, key=lambda check_in: check_in.on)
    past = [check_in for check_in in in_order if check_in.on <= as_of]
    first = targets.first if targets is not None and targets.moves else None
    terms = terms_of(key_result)
    return Trajectory(
        key_result.id,
        key_result.title,
        key_result.weight,
        terms,
        days,
        as_of,
        tuple(measurement(terms, check_in, days, first) for check_in in past),
        len(in_order) - len(past),
        targets,
    )


def measurement(
    terms: Terms, check_in: CheckIn, days: Days | None, first: Terms | None
) -> Measurement:
    value = Fraction(check_in.value)
    return Measurement(
        check_in,
        progress(terms, value),
        None if first is None else progress(first, value),
        expected(terms, days, check_in.on),
        expected_value(terms, days, check_in.on),
        days is None or days.first <= check_in.on <= days.last,
    )


def expected_value(terms: Terms, days: Days | None, on: date) -> Fraction | None:
    """The value that was expected by a day, on the straight line or the steps to the target."""
    share, (start, target) = expected(terms, days, on), ends(terms)
    if share is None or terms.kind == "maintain" or start is None or target is None:
        return None
    return start + share * (target - start)


def objective_points(
    trajectories: Sequence[Trajectory], days: Days | None
) -> tuple[ObjectivePoint, ...]:
    """The score of an objective on each day on which one of its key results was measured.

    Each day takes the newest measurement of every key result, as the score of today does.
    """
    measured = sorted(
        ((entry.check_in.on, number, entry.score)
         for number, each in enumerate(trajectories) for entry in each.measurements),
        key=lambda found: found[:2],
    )  # fmt: skip
    weights = [Fraction(each.weight) for each in trajectories]
    latest: dict[int, Fraction] = {}
    paces: Paces = {}  # of what reported
    total = weight = Fraction(0)
    points: list[ObjectivePoint] = []
    for on, number, score in measured:
        if score is None:
            continue
        if number not in latest:
            weight += weights[number]
            add_pace(paces, trajectories[number].terms, weights[number])
        total += weights[number] * (score - latest.get(number, Fraction(0)))
        latest[number] = score
        point = ObjectivePoint(
            on, total / weight if weight else None, mean_pace(paces, days, on), len(latest)
        )
        points[-1:] = [point] if points and points[-1].on == on else [*points[-1:], point]
    return tuple(points)


def add_pace(paces: Paces, terms: Terms, weight: Fraction) -> None:
    """Add the weight of a key result to that of all whose pace is the same on every day."""
    key = terms.kind == "maintain", steps(terms)
    paces[key] = terms, paces.get(key, (terms, Fraction(0)))[1] + weight


def mean_pace(paces: Paces, days: Days | None, on: date) -> Fraction | None:
    """The mean of what was expected of key results by their weights; None without a period."""
    total = sum((weight for _, weight in paces.values()), Fraction(0))
    shares = [(expected(terms, days, on), weight) for terms, weight in paces.values()]
    if not total or any(share is None for share, _ in shares):
        return None
    return sum(((share or 0) * weight for share, weight in shares), Fraction(0)) / total
