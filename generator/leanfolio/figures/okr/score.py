"""How far a key result has come, what its objective scores, and what was expected by now.

Progress is `(current - start) / (target - start)`, which serves measures that should fall as well;
a score is progress held between 0 and 1. Pace is the share of the period that has elapsed; where a
key result can only move in whole steps, it is what that share has of whole steps. All figures are
exact fractions; views round them.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.figures.thresholds import GREEN_FROM, RED_BELOW, STALE_AFTER, USUAL_CADENCE
from leanfolio.model import CheckIn, Days, KeyResult, Objective
from leanfolio.model.portfolio import Portfolio

Band = Literal["red", "yellow", "green"]
Phase = Literal["running", "ahead", "over"]  # of a period, as of a day


class Terms(Struct, frozen=True):
    """What a key result is measured against: as a rule from start to target, in its unit."""

    kind: str
    unit: str | None
    start: Decimal | None
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None


class KeyResultScore(Struct, frozen=True):
    """A key result as of a day. `progress` is raw, `score` is held in 0..1."""

    key_result: KeyResult
    latest: CheckIn | None
    progress: Fraction | None
    score: Fraction | None
    pace: Fraction | None  # what was expected by now, 0..1; None without a period
    stale_days: int | None  # days since the last check-in, once that is too long ago

    @property
    def not_yet_due(self) -> bool:
        """Whether nothing was expected by now, and nothing shows that it is there already.

        That is of whole steps before the first is expected; of any other before its period.
        """
        if self.score is None or self.pace != 0:
            return False
        return self.score == 0 or (steps(self.key_result) is None and band(self.score) != "green")

    @property
    def band(self) -> Band | None:
        """Red, yellow or green; None where nothing is known, or nothing was due."""
        return None if self.score is None or self.not_yet_due else band(self.score)


class ObjectiveScore(Struct, frozen=True):
    """The weighted mean of the key results that reported; None where none did, or none weighs.

    `pace` is the mean of the same key results' paces by the same weights.
    """

    objective: Objective
    key_results: tuple[KeyResultScore, ...]
    score: Fraction | None
    pace: Fraction | None
    reported: int
    phase: Phase = "running"  # of its period; what has none is always running
    begun: bool = True  # whether a day of its period is over; what has none has always begun

    @property
    def total(self) -> int:
        """How many key results it has, whether or not they reported."""
        return len(self.key_results)

    @property
    def not_yet_due(self) -> bool:
        """Whether it has a score, and nothing of what reported was due."""
        reported = [score for score in self.key_results if score.score is not None]
        return self.score is not None and all(score.not_yet_due for score in reported)

    @property
    def band(self) -> Band | None:
        """Red, yellow or green; None where there is no score, or nothing was due."""
        return None if self.score is None or self.not_yet_due else band(self.score)

    @property
    def is_behind(self) -> bool:
        """Whether its score is below what is expected by now; False where either is unknown.

        On the first day of its period nobody is behind.
        """
        if self.score is None or self.pace is None or not self.begun:
            return False
        return self.score < self.pace


def band(score: Fraction) -> Band:
    """Red below 0.4, yellow below 0.7, else green; after rounding half up to one decimal."""
    tenths = Fraction((score * 10 + Fraction(1, 2)).__floor__(), 10)
    return "red" if tenths < RED_BELOW else "yellow" if tenths < GREEN_FROM else "green"


def progress(key_result: KeyResult | Terms, value: Fraction) -> Fraction | None:
    """Raw progress at this value; None where start and target do not say how far there is to go.

    Vectors: (40, 60, 50) 0.5; (10, 4, 7) 0.5; (10, 4, 12) -1/3; (0, 100, 130) 1.3.
    Of kind maintain: 1 inside low..high, 0 outside.
    """
    if key_result.kind == "maintain":
        inside = (key_result.low is None or value >= Fraction(key_result.low)) and (
            key_result.high is None or value <= Fraction(key_result.high)
        )
        return Fraction(int(inside))
    start, target = ends(key_result)
    if start is None or target is None or start == target:
        return None
    return (value - start) / (target - start)


def ends(key_result: KeyResult | Terms) -> tuple[Fraction | None, Fraction | None]:
    """Where it starts and where it is to end; a binary result goes from 0 to 1 unless it says."""
    if key_result.kind == "binary":
        start = Fraction(0) if key_result.start is None else Fraction(key_result.start)
        target = Fraction(1) if key_result.target is None else Fraction(key_result.target)
        return start, target
    start_field, target_field = key_result.start, key_result.target
    if key_result.kind == "milestone" and start_field is None:
        return Fraction(0), None if target_field is None else Fraction(target_field)
    return (
        None if start_field is None else Fraction(start_field),
        None if target_field is None else Fraction(target_field),
    )


def terms_of(key_result: KeyResult) -> Terms:
    """What a key result is measured against."""
    return Terms(
        key_result.kind, key_result.unit, key_result.start, key_result.target, key_result.low,
        key_result.high,
    )  # fmt: skip


def steps(key_result: KeyResult | Terms) -> int | None:
    """How many whole steps lie between start and target; None where it moves evenly.

    A yes or no is one step. A milestone has a step for each unit, as in "4 of 5 depots".
    """
    if key_result.kind == "binary":
        return 1
    start, target = ends(key_result)
    if key_result.kind != "milestone" or start is None or target is None:
        return None
    distance = abs(target - start)
    return distance.numerator if distance.denominator == 1 and distance else None


def expected(key_result: KeyResult | Terms, days: Days | None, as_of: date) -> Fraction | None:
    """What was to be reached by that day, 0..1; None without a period.

    The elapsed share of the period; for a key result of whole steps, as many of them as fit in it:
    of a single step nothing is expected before the last day. What is to be kept is to be kept from
    the first day on.
    """
    if days is None:
        return None
    elapsed = Fraction(days.elapsed(as_of), days.length)
    if key_result.kind == "maintain":
        return Fraction(int(elapsed > 0))
    whole = steps(key_result)
    return elapsed if whole is None else Fraction((elapsed * whole).__floor__(), whole)


def held(raw: Fraction | None) -> Fraction | None:
    """Progress held between 0 and 1: a score. None stays unknown."""
    return None if raw is None else min(max(raw, Fraction(0)), Fraction(1))


def latest_by(key_result: KeyResult, as_of: date) -> CheckIn | None:
    """The newest check-in that was made by that day."""
    newest = None
    for check_in in key_result.check_ins:
        if check_in.on <= as_of and (newest is None or check_in.on >= newest.on):
            newest = check_in
    return newest


def score_key_result(key_result: KeyResult, days: Days | None, as_of: date) -> KeyResultScore:
    """Score a key result as of a day. A missing check-in is unknown, never a zero."""
    latest = latest_by(key_result, as_of)
    raw = progress(key_result, Fraction(latest.value)) if latest else None
    since = (as_of - latest.on).days if latest else None
    ended = days is not None and as_of > days.last
    stale = since is not None and is_overdue(key_result, since) and not ended
    return KeyResultScore(
        key_result=key_result,
        latest=latest,
        progress=raw,
        score=held(raw),
        pace=expected(key_result, days, as_of),
        stale_days=since if stale else None,
    )


def cadence_of(key_result: KeyResult) -> int:
    """Return how many days lie between two check-ins."""
    return key_result.cadence_days or USUAL_CADENCE


def is_overdue(key_result: KeyResult, days: int) -> bool:
    """Whether so many days without a check-in are too many for its cadence."""
    return days > STALE_AFTER * cadence_of(key_result)


def phase_of(period: Days | None, as_of: date) -> Phase:
    """Where a day lies to a period; what has no period is always running."""
    if period is None or period.first <= as_of <= period.last:
        return "running"
    return "ahead" if as_of < period.first else "over"


def score_objective(
    objective: Objective,
    scores: tuple[KeyResultScore, ...],
    phase: Phase = "running",
    *,
    begun: bool = True,
) -> ObjectiveScore:
    """The weighted mean over the key results that reported; the others are counted, not zeroed."""
    reported = tuple(score for score in scores if score.score is not None)
    return ObjectiveScore(
        objective,
        scores,
        score=weighted_mean((score.key_result.weight, score.score) for score in reported),
        pace=weighted_mean((score.key_result.weight, score.pace) for score in reported or scores),
        reported=len(reported),
        phase=phase,
        begun=begun,
    )


def weighted_mean(values: Iterable[tuple[Decimal, Fraction | None]]) -> Fraction | None:
    """The mean of (weight, value) pairs without those that have no value; None if none weighs."""
    known = [(Fraction(weight), value) for weight, value in values if value is not None]
    total = sum((weight for weight, _ in known), Fraction(0))
    return sum((weight * value for weight, value in known), Fraction(0)) / total if total else None


def days_of(portfolio: Portfolio, objective: Objective) -> Days | None:
    """First and last day of an objective's period, by the calendar or by the increment it names."""
    return portfolio.days_of(objective.period) if objective.period else None


def score_all(portfolio: Portfolio, as_of: date) -> tuple[ObjectiveScore, ...]:
    """Every objective with its key results, in the order of their ids.

    Scores lie between 0 and 1; progress may lie outside. Nothing cascades between objectives.
    """
    objectives = []
    for objective in portfolio.items_of(Objective):
        days = days_of(portfolio, objective)
        scores = tuple(
            score_key_result(child, days, as_of)
            for child in portfolio.children_of(objective.id, KeyResult)
        )
        begun = days is None or as_of > days.first
        objectives.append(score_objective(objective, scores, phase_of(days, as_of), begun=begun))
    return tuple(objectives)
