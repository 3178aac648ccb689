"""Outcomes: key results that did not move, and objectives against what is expected by now."""

from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.okr.score import KeyResultScore, ObjectiveScore
from leanfolio.figures.thresholds import OUTCOME_FROM
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio


class MeanScore(Struct, frozen=True):
    """The mean score of some objectives and the mean pace of the same; exact, 0 to 1."""

    score: Fraction | None  # None where none has reported
    pace: Fraction | None  # None where one of them has no period


def epics_without_outcome(portfolio: Portfolio, score: KeyResultScore) -> tuple[Epic, ...]:
    """Return the epics of a key result that are all done, though it did not move.

    Empty if one is still open, if there are none, or if the exact score is not below 0.4. Epics
    that were cancelled do not count.
    """
    if score.score is None or score.score >= OUTCOME_FROM:
        return ()
    epics = movers(portfolio, score.key_result.id)
    return epics if all(portfolio.category_of(epic) == "done" for epic in epics) else ()


def movers(portfolio: Portfolio, key_result: str) -> tuple[Epic, ...]:
    """Return the epics that are to move a key result; those that were cancelled do not count."""
    epics = (portfolio[edge.source] for edge in portfolio.edges_to(key_result, "moves"))
    return tuple(
        epic
        for epic in epics
        if isinstance(epic, Epic) and portfolio.category_of(epic) != "cancelled"
    )


def mean_score(objectives: Iterable[ObjectiveScore]) -> MeanScore:
    """Return the mean over the objectives that have reported, and the pace of just those."""
    reported = [entry for entry in objectives if entry.score is not None]
    paces = [entry.pace for entry in reported if entry.pace is not None]
    return MeanScore(
        mean([entry.score for entry in reported if entry.score is not None]),
        mean(paces) if len(paces) == len(reported) else None,
    )


def mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None
