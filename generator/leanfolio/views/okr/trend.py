"""The small lines beside a score: points from 0 to 1, oldest first.

All trends of key results and objectives are drawn on one grid: across are the days of the period,
from its beginning to its end, and upwards is the score from 0 to 1.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from fractions import Fraction

from leanfolio.figures.facts import Facts
from leanfolio.figures.okr.score import score_all, steps
from leanfolio.figures.okr.trajectory import ObjectivePoint, Trajectory
from leanfolio.model import Days
from leanfolio.views.cell import Points, Sparkline
from leanfolio.wording import Message, Rounded, message, plural

POINTS = 6
STEP = timedelta(days=30)
MOST_POINTS = 60  # of a trend: the newest
MOST_STEPS = 12  # of what is expected in whole steps; of more, the straight line is drawn
EVEN: Points = ((0.0, 0.0), (1.0, 1.0))  # what is expected of what moves evenly
KEPT: Points = ((0.0, 1.0), (1.0, 1.0))  # of what is to be kept
Scores = Sequence[tuple[date, Fraction]]


def key_result_trend(trajectory: Trajectory) -> Sparkline | None:
    """The score at each check-in over the days of the period; None before the first one."""
    scores = [(entry.check_in.on, entry.score) for entry in trajectory.measurements]
    known = [(on, score) for on, score in scores if score is not None]
    pace = KEPT if trajectory.terms.kind == "maintain" else way(steps(trajectory.terms))
    return sparkline(known, trajectory.days, pace if trajectory.days else ())


def objective_trend(points: Sequence[ObjectivePoint], days: Days | None) -> Sparkline | None:
    """The mean score on each day with a check-in, likewise."""
    known = [(point.on, point.score) for point in points if point.score is not None]
    paces = [(point.on, point.pace) for point in points if point.pace is not None]
    pace = (*EVEN[:1], *placed(paces[-MOST_POINTS:], days), *EVEN[1:]) if days else ()
    return sparkline(known, days, pace)


def sparkline(scores: Scores, days: Days | None, pace: Points) -> Sparkline | None:
    """A trend through these scores, the newest sixty; None of none."""
    newest = scores[-MOST_POINTS:]
    if not newest:
        return None
    return Sparkline(placed(newest, days), pace, trend_words(scores))


def placed(scores: Scores, days: Days | None) -> Points:
    """Scores on the grid; without a period, from the first day to the last."""
    span = days or (Days(scores[0][0], scores[-1][0]) if scores else None)
    if span is None:
        return ()
    return tuple((span.elapsed(on) / span.length, float(score)) for on, score in scores)


def way(count: int | None) -> Points:
    """What is expected over a period of what moves in so many whole steps, or evenly."""
    if count is None or count > MOST_STEPS:
        return EVEN
    corners = [((n / count, (n - 1) / count), (n / count, n / count)) for n in range(1, count + 1)]
    return ((0.0, 0.0), *(point for corner in corners for point in corner))


def trend_words(scores: Scores) -> Message:
    """What a trend shows, for those who do not see it."""
    (begin, first), (end, last) = scores[0], scores[-1]
    if len(scores) == 1:
        return message("score {score} on {day}", score=Rounded(last), day=end)
    return plural(
        "score {first} on {begin}, {last} on {end}, {n} value",
        "score {first} on {begin}, {last} on {end}, {n} values",
        len(scores), first=Rounded(first), begin=begin, last=Rounded(last), end=end,
    )  # fmt: skip


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
