"""The small lines beside a score: points from 0 to 1, oldest first."""

from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction

from leanfolio.figures.facts import Facts
from leanfolio.figures.okr.score import progress, score_all
from leanfolio.model import KeyResult

Points = tuple[tuple[float, float], ...]

POINTS = 6
STEP = timedelta(days=30)


def key_result_trend(key_result: KeyResult, as_of: date) -> Points:
    """Progress at each check-in until that day; nothing for fewer than two."""
    past = sorted(
        (check_in for check_in in key_result.check_ins if check_in.on <= as_of),
        key=lambda check_in: check_in.on,
    )
    if len(past) < 2:
        return ()
    first, last = past[0].on, past[-1].on
    days = (last - first).days or 1
    points = []
    for check_in in past:
        raw = progress(key_result, Fraction(check_in.value))
        if raw is not None:
            score = min(max(raw, Fraction(0)), Fraction(1))
            points.append(((check_in.on - first).days / days, float(score)))
    return tuple(points)


def mean_trend(facts: Facts, ids: Collection[str]) -> Points:
    """The mean score of these objectives at six days, thirty apart, the last of them today."""
    points = []
    for step in range(POINTS):
        earlier = STEP * (POINTS - 1 - step)
        scores_then = (
            score_all(facts.portfolio, facts.as_of - earlier) if earlier else facts.objectives
        )
        scores = [
            scored.score
            for scored in scores_then
            if scored.score is not None and scored.objective.id in ids
        ]
        if scores:
            points.append((step / (POINTS - 1), float(sum(scores, Fraction(0)) / len(scores))))
    return tuple(points) if len(points) > 1 else ()
