"""Moved targets: what a key result had to reach when its period began, and each change since.

A start or a target that changes after the period began keeps its first value: the score is then
known by both. Git says what stood in the files; days are those of landing on the main line, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from leanfolio.figures.history.versions import History, item_of
from leanfolio.figures.okr.score import days_of
from leanfolio.model import Days, KeyResult, Objective
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit

ENDS = ("kind", "start", "target", "low", "high")


@dataclass(frozen=True, slots=True)
class TargetMove:
    """One change of where a key result starts or is to end, after its period had begun."""

    on: date
    commit: Commit | None  # None: the files say so, and no commit up to the day does
    before: KeyResult  # with its ends alone
    after: KeyResult


@dataclass(frozen=True, slots=True)
class Targets:
    """What a key result had to reach when its period began, and how that was changed since."""

    first: KeyResult  # with the ends that it had when its period began, or when it came later
    moves: tuple[TargetMove, ...]  # oldest first
    known_from: date | None  # the first day that git knows, where that is after the beginning


def targets_of_all(
    history: History | None, portfolio: Portfolio, as_of: date
) -> Mapping[str, Targets]:
    """The targets of every key result whose period has begun, by id; none without a history."""
    if history is None or not history.commits:
        return {}
    result = {}
    for objective in portfolio.items_of(Objective):
        days = days_of(portfolio, objective)
        if days is not None and days.first <= as_of:
            for child in portfolio.children_of(objective.id, KeyResult):
                result[child.id] = targets_of(history, child, days, as_of)
    return result


def targets_of(history: History, key_result: KeyResult, days: Days, as_of: date) -> Targets:
    """What this key result had to reach when its period began, and each change up to a day."""
    stated = [entry for entry in statements(history, key_result.id) if entry[0].day <= as_of]
    before = [entry for entry in stated if entry[0].day < days.first]
    since = [*before[-1:], *stated[len(before) :]]
    moves = [
        TargetMove(commit.day, commit, earlier, later)
        for (_, earlier), (commit, later) in pairwise(since)
        if ends_of(earlier) != ends_of(later)
    ]
    if since and ends_of(since[-1][1]) != ends_of(key_result):
        moves.append(TargetMove(as_of, None, since[-1][1], key_result))
    return Targets(
        since[0][1] if since else key_result, tuple(moves), known_from(history, stated, days)
    )


def statements(history: History, id: str) -> list[tuple[Commit, KeyResult]]:
    """Each version of a key result with its commit, oldest first; those that cannot be read not."""
    result = []
    for version in history.versions.get(id, ()):
        item = item_of(id, version, only=("id", "title", *ENDS)) if version.fields else None
        if isinstance(item, KeyResult):
            result.append((version.commit, item))
    return result


def ends_of(key_result: KeyResult) -> tuple[object, ...]:
    """What a key result's progress is measured against."""
    return tuple(getattr(key_result, name) for name in ENDS)


def known_from(history: History, stated: list[tuple[Commit, KeyResult]], days: Days) -> date | None:
    """The first day that git knows, where nothing says what stood there as the period began."""
    if history.reaches(days.first - timedelta(days=1)):
        return None
    began = history.commits[0]
    return began.day if stated and stated[0][0] == began else None
