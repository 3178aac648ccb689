"""How the scores of epics changed: by which commit, from what to what."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from leanfolio.figures.history.snapshots import last_begun
from leanfolio.figures.history.versions import History, Version, item_of
from leanfolio.model import CostOfDelay, Epic, Increment, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit

NUMBERS = (
    "business_value",
    "time_criticality",
    "risk_opportunity",
    "job_size",
    "cost_of_delay",
    "duration_weeks",
)
Number = Decimal | CostOfDelay | None


class Rescoring(Struct, frozen=True):
    """A change of the numbers of a score by one commit; without a commit, one not committed yet."""

    commit: Commit | None
    before: Scored | None  # None where the item did not exist, or is not known
    after: Scored

    @property
    def changes(self) -> tuple[tuple[str, Number, Number], ...]:
        """Each number that changed: its name, before, and after."""
        pairs = (
            (name, getattr(self.before, name, None), getattr(self.after, name)) for name in NUMBERS
        )
        return tuple(pair for pair in pairs if pair[1] != pair[2])


class ScoreChanges(Struct, frozen=True):
    """The changes of an item's score, and its score when the last increment began."""

    item: Scored
    rescorings: tuple[Rescoring, ...]  # oldest first
    since: Increment | None  # the increment that began last
    then: Scored | None  # the item just before that; None where it did not exist
    known: bool  # whether the history reaches back that far


def score_changes(
    history: History, portfolio: Portfolio, as_of: date
) -> Mapping[str, ScoreChanges]:
    """The score changes of every epic that has, or had, a number of a score."""
    increment = last_begun(portfolio, as_of)
    result = {}
    for epic in portfolio.items_of(Epic):
        rescorings = tuple(rescorings_of(history, epic, as_of))
        if rescorings or any(getattr(epic, name) is not None for name in NUMBERS):
            then, known = item_before(history, epic.id, increment)
            result[epic.id] = ScoreChanges(epic, rescorings, increment, then, known)
    return result


def rescorings_of(history: History, item: Scored, as_of: date) -> Iterator[Rescoring]:
    """Each change of the numbers of an item by a day, oldest first."""
    before: Scored | None = None
    stated: tuple[Any, ...] = (None,) * len(NUMBERS)
    for version in history.versions.get(item.id, ()):
        if version.commit.day > as_of:
            return  # what it says now is of a later day too
        if version.fields is None:
            continue
        numbers = tuple(version.fields.get(name) for name in NUMBERS)
        if numbers == stated and before is not None:
            continue
        stated, now = numbers, scored(item.id, version)
        if now is None:
            continue
        result = Rescoring(version.commit, before, now)
        unknown = history.shallow and version.commit == history.commits[0]
        if result.changes and not unknown:
            yield result
        before = now
    uncommitted = Rescoring(None, before, item)
    if uncommitted.changes:
        yield uncommitted


def scored(id: str, version: Version) -> Scored | None:
    """An item with the numbers of its score alone."""
    item = item_of(id, version, only=("id", "title", "size", "currency", *NUMBERS))
    return item if isinstance(item, Scored) else None


def item_before(
    history: History, id: str, increment: Increment | None
) -> tuple[Scored | None, bool]:
    """An item just before an increment began, and whether the history reaches that far back."""
    if increment is None or increment.start is None or increment.start == date.min:
        return None, False
    eve = increment.start - timedelta(days=1)
    version = history.at(id, eve)
    return (scored(id, version) if version else None), history.reaches(eve)
