"""Moved targets: what a key result had to reach when its period began, and each change since.

A start or a target that changes after the period began keeps its first value: the score is then
known by both. Git says what stood in the files; days are those of landing on the main line, in UTC.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.figures.history.versions import History, item_of
from leanfolio.figures.okr.score import Terms, days_of, terms_of
from leanfolio.model import Days, KeyResult, Objective
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit

FIELDS = ("id", "title", "kind", "unit", "start", "target", "low", "high")


class TargetMove(Struct, frozen=True):
    """One change of where a key result starts or is to end, after its period had begun."""

    on: date
    commit: Commit | None  # None: the files say so, and no commit up to the day does
    later: bool  # whether a commit after the day does
    before: Terms
    after: Terms


class Targets(Struct, frozen=True):
    """What a key result had to reach when its period began, and how that was changed since."""

    first: Terms  # when its period began, or when it came later
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
    every = statements(history, key_result.id)
    stated = [entry for entry in every if entry[0].day <= as_of]
    before = [entry for entry in stated if entry[0].day < days.first]
    since = [*before[-1:], *stated[len(before) :]]
    moves = [
        TargetMove(commit.day, commit, False, earlier, later)
        for (_, earlier), (commit, later) in pairwise(since)
        if has_moved(earlier, later)
    ]
    now = terms_of(key_result)
    if since and has_moved(since[-1][1], now):
        moves.append(TargetMove(as_of, None, len(stated) < len(every), since[-1][1], now))
    return Targets(since[0][1] if since else now, tuple(moves), known_from(history, every, days))


def statements(history: History, id: str) -> list[tuple[Commit, Terms]]:
    """What each version of a key result says, with its commit, oldest first."""
    result = []
    for version in history.versions.get(id, ()):
        item = item_of(id, version, only=FIELDS) if version.fields else None
        if isinstance(item, KeyResult):
            result.append((version.commit, terms_of(item)))
    return result


def has_moved(before: Terms, after: Terms) -> bool:
    """Whether progress is measured otherwise; another name of the unit alone moves nothing."""
    return replace(before, unit=None) != replace(after, unit=None)


def known_from(history: History, every: list[tuple[Commit, Terms]], days: Days) -> date | None:
    """The first day that git knows, where nothing says what stood there as the period began."""
    if days.first == date.min or history.reaches(days.first - timedelta(days=1)):
        return None
    began = history.commits[0]
    return began.day if every and every[0][0] == began else None
