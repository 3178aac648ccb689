"""How far a key result has come, and what its objective scores.

Progress is `(current - start) / (target - start)`, which serves measures that should fall as well;
a score is progress held between 0 and 1. All figures are exact fractions; views round them.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from leanfolio.figures.thresholds import GREEN_FROM, RED_BELOW, STALE_AFTER, USUAL_CADENCE
from leanfolio.model import CheckIn, Days, Increment, KeyResult, Objective
from leanfolio.model.portfolio import Portfolio

Band = Literal["red", "yellow", "green"]


@dataclass(frozen=True, slots=True)
class KeyResultScore:
    """What a key result says on a day. `progress` is raw, `score` is held in 0..1."""

    key_result: KeyResult
    latest: CheckIn | None
    progress: Fraction | None
    score: Fraction | None
    pace: Fraction | None  # elapsed share of the period, 0..1; None without a period
    stale_days: int | None  # days since the last check-in, once that is too long ago

    @property
    def band(self) -> Band | None:
        """Red, yellow or green; None where nothing is known."""
        return band(self.score) if self.score is not None else None


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """The weighted mean of the key results that reported; None where none did."""

    objective: Objective
    key_results: tuple[KeyResultScore, ...]
    score: Fraction | None
    reported: int

    @property
    def of(self) -> int:
        """How many key results it has, whether or not they reported."""
        return len(self.key_results)

    @property
    def band(self) -> Band | None:
        """Red, yellow or green; None where no key result reported."""
        return band(self.score) if self.score is not None else None

    @property
    def pace(self) -> Fraction | None:
        """What is expected by now: the same for all key results; None without a period."""
        return next((each.pace for each in self.key_results if each.pace is not None), None)

    @property
    def is_behind(self) -> bool:
        """Whether its score is below what is expected by now; False where either is unknown."""
        return self.score is not None and self.pace is not None and self.score < self.pace


def band(score: Fraction) -> Band:
    """Red below 0.4, yellow below 0.7, else green; after rounding half up to one decimal."""
    tenths = Fraction((score * 10 + Fraction(1, 2)).__floor__(), 10)
    return "red" if tenths < RED_BELOW else "yellow" if tenths < GREEN_FROM else "green"


def progress(key_result: KeyResult, value: Fraction) -> Fraction | None:
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


def ends(key_result: KeyResult) -> tuple[Fraction | None, Fraction | None]:
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


def latest_by(key_result: KeyResult, as_of: date) -> CheckIn | None:
    """The newest check-in that was made by that day."""
    newest = None
    for each in key_result.check_ins:
        if each.on <= as_of and (newest is None or each.on >= newest.on):
            newest = each
    return newest


def score_key_result(key_result: KeyResult, days: Days | None, as_of: date) -> KeyResultScore:
    """What this key result says as of a day. A missing check-in is unknown, never a zero."""
    latest = latest_by(key_result, as_of)
    raw = progress(key_result, Fraction(latest.value)) if latest else None
    since = (as_of - latest.on).days if latest else None
    ended = days is not None and as_of > days.last
    stale = since is not None and is_overdue(key_result, since) and not ended
    return KeyResultScore(
        key_result=key_result,
        latest=latest,
        progress=raw,
        score=None if raw is None else min(max(raw, Fraction(0)), Fraction(1)),
        pace=Fraction(days.elapsed(as_of), days.length) if days else None,
        stale_days=since if stale else None,
    )


def cadence_of(key_result: KeyResult) -> int:
    """Return how many days lie between two check-ins."""
    return key_result.cadence_days or USUAL_CADENCE


def is_overdue(key_result: KeyResult, days: int) -> bool:
    """Whether so many days without a check-in are too many for its cadence."""
    return days > STALE_AFTER * cadence_of(key_result)


def score_objective(objective: Objective, scores: tuple[KeyResultScore, ...]) -> ObjectiveScore:
    """The weighted mean over the key results that reported; the others are counted, not zeroed."""
    reported = [score for score in scores if score.score is not None]
    weight = sum((Fraction(each.key_result.weight) for each in reported), Fraction(0))
    total = sum(
        (Fraction(each.key_result.weight) * (each.score or 0) for each in reported), Fraction(0)
    )
    return ObjectiveScore(objective, scores, total / weight if weight else None, len(reported))


def days_of(portfolio: Portfolio, objective: Objective) -> Days | None:
    """First and last day of an objective's period, by the calendar or by the increment it names."""
    period = objective.period
    if period is None:
        return None
    days = period.days(portfolio.policy.year_start)
    if days is None and period.name is not None and period.name in portfolio:
        named = portfolio[period.name]
        return named.days if isinstance(named, Increment) else None
    return days


def score_all(portfolio: Portfolio, as_of: date) -> tuple[ObjectiveScore, ...]:
    """Every objective with its key results, in the order of their ids.

    Scores lie between 0 and 1; progress may lie outside. Nothing cascades between objectives.
    """
    scored = []
    for objective in portfolio.items_of(Objective):
        days = days_of(portfolio, objective)
        scores = tuple(
            score_key_result(child, days, as_of)
            for child in portfolio.children_of(objective.id, KeyResult)
        )
        scored.append(score_objective(objective, scores))
    return tuple(scored)
