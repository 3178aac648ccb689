"""What was forecast when an increment began, made anew from what was known then; and what came.

Git tells what was known where its history reaches that day. Else the histories that items declare
are cut at it: ranks, teams and dependencies are then those of today.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.figures.flow.clock import ItemFlow
from leanfolio.figures.flow.figures import SHARES
from leanfolio.figures.flow.forecast import Forecasts
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.history.looking_back import as_of_day
from leanfolio.figures.history.snapshots import dated, portfolios_at
from leanfolio.figures.history.versions import History
from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.model import Days, Epic, Feature, HasState, Increment, Item
from leanfolio.model.portfolio import Portfolio

CALLED = SHARES[1]  # the chance with which dates are called
MOST_INCREMENTS = 4  # the last that have begun: each is a forecast of its own
KNOWN_THEN = ("epic", "feature", "team", "increment", "value-stream")
Verdict = Literal["held", "missed", "ahead", "dropped"]


class CalledDate(Struct, frozen=True):
    """A day by which something was to be done with a chance of 85 %, and what came of it.

    `ahead`: the day has not come, or lies after the increment; `dropped`: it was cancelled before.
    """

    id: str
    type: str
    day: date
    done_on: date | None
    verdict: Verdict


class ForecastRecord(Struct, frozen=True):
    """What was forecast on the first day of an increment."""

    increment: str
    on: date
    source: Literal["git", "declared"]  # who says what was known then
    called: tuple[CalledDate, ...]

    @property
    def due(self) -> int:
        """How many of the dates came within the increment, of what was not dropped."""
        return sum(1 for entry in self.called if entry.verdict in ("held", "missed"))

    @property
    def held(self) -> int:
        """How many of these held."""
        return sum(1 for entry in self.called if entry.verdict == "held")


def forecast_records(flow: Flow) -> Mapping[str, ForecastRecord]:
    """The record of each of the last increments that have begun, by id."""
    begun = [
        (increment, days) for increment, days in dated(flow.portfolio) if days.first <= flow.as_of
    ][-MOST_INCREMENTS:]
    known = known_then(flow.history, [days.first for _, days in begun])
    return {
        increment.id: record_of(flow, increment, days, known.get(days.first))
        for increment, days in begun
    }


def known_then(history: History | None, days: Sequence[date]) -> Mapping[date, Portfolio]:
    """The portfolio as git has it on each of these days to which its history reaches."""
    if history is None:
        return {}
    reached = [day for day in days if history.reaches(day)]
    return dict(zip(reached, portfolios_at(history, reached, KNOWN_THEN), strict=True))


def record_of(
    flow: Flow, increment: Increment, days: Days, landed: Portfolio | None
) -> ForecastRecord:
    """What was forecast on the first day of an increment; `landed` is what git had then."""
    then = landed if landed is not None else portfolio_as_declared(flow.portfolio, days.first)
    history: History | None = flow.history if landed is not None else None
    order = rank_open(then, then.items_of(Epic), then.policy.ranking, days.first)
    forecasts = Forecasts(Flow(then, days.first, history), order)
    review = min(days.last, flow.as_of)
    return ForecastRecord(
        increment.id,
        days.first,
        "git" if landed is not None else "declared",
        tuple(
            called(item, day, flow.of_type(item.TYPE).get(item.id), review)
            for item in planned_items(then, increment)
            if (day := forecasts.of([item.id]).date_for(CALLED)) is not None
        ),
    )


def planned_items(then: Portfolio, increment: Increment) -> Iterator[HasState]:
    """The open features that were planned for an increment, and all open epics."""
    planned = (one for one in then.items_of(Feature) if one.increment == increment.id)
    for item in (*planned, *then.items_of(Epic)):
        if then.category_of(item) in ("new", "waiting", "active"):
            yield item


def called(item: HasState, day: date, now: ItemFlow | None, review: date) -> CalledDate:
    """What came of one date by the day of the review."""
    done_on = now.ended if now is not None and now.outcome == "done" else None
    return CalledDate(item.id, item.TYPE, day, done_on, verdict(day, done_on, now, review))


def verdict(day: date, done_on: date | None, now: ItemFlow | None, review: date) -> Verdict:
    """Whether a date held. What was done before a date that has not come is not counted yet:
    what will miss its date would be missing beside it.
    """
    if now is None or (now.outcome == "cancelled" and (now.ended or day) <= min(day, review)):
        return "dropped"
    if day > review:
        return "ahead"
    return "held" if done_on is not None and done_on <= day else "missed"


def portfolio_as_declared(portfolio: Portfolio, day: date) -> Portfolio:
    """The portfolio with every history cut at a day, without what had not begun to be known."""
    items = {
        id: then
        for id, item in portfolio.items.items()
        if (then := as_declared(item, portfolio, day)) is not None
    }
    edges = tuple(edge for edge in portfolio.edges if edge.source in items and edge.target in items)
    return replace(portfolio, items=items, edges=edges)


def as_declared(item: Item, portfolio: Portfolio, day: date) -> Item | None:
    """An item as its own history tells of it on a day; None where it does not reach back so far.

    Of an item without a history only that is known which has not begun yet: it had not then.
    """
    if not isinstance(item, HasState):
        return item
    if not item.history:
        return item if portfolio.category_of(item) == "new" else None
    then = as_of_day(item, day)
    return then if then.history else None
