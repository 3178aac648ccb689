"""What features need of each other: by when it is needed, and by when it is promised."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct

from leanfolio.figures.increments.schedule import When, known_team, needed, promised
from leanfolio.model import Epic, Feature, Increment
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio

Status = Literal["dropped", "late", "overdue", "unknown", "same", "in-time", "done", "moot"]
ORDER: tuple[Status, ...] = (
    "dropped", "late", "overdue", "unknown", "same", "in-time", "done", "moot",
)  # fmt: skip
AT_RISK: tuple[Status, ...] = ("dropped", "late", "overdue")


class Dependency(Struct, frozen=True):
    """A feature that needs an item. None: nobody says which team, or when.

    dropped: it was cancelled; late: it is promised for later than it is needed; overdue: the day it
    was promised for has passed; same: promised for the iteration in which it is needed; done: it is
    there; moot: what needs it is done or dropped itself.
    """

    consumer: str
    provider: str
    consumer_team: str | None
    provider_team: str | None
    needed: When | None
    promised: When | None
    status: Status

    @property
    def at_risk(self) -> bool:
        return self.status in AT_RISK


def dependencies(portfolio: Portfolio, as_of: date) -> tuple[Dependency, ...]:
    """What every feature needs, the worst first."""
    result = []
    for feature in portfolio.items_of(Feature):
        for edge in portfolio.edges_from(feature.id, "needs"):
            provider = portfolio[edge.target]
            if isinstance(provider, Epic | Feature):
                result.append(dependency(portfolio, feature, provider, as_of))
    return tuple(sorted(result, key=rank))


def rank(entry: Dependency) -> tuple[int, date]:
    """The worst status first, then what is needed first."""
    day = entry.needed.day if entry.needed is not None else date.max
    return ORDER.index(entry.status), day


def dependency(
    portfolio: Portfolio, consumer: Feature, provider: Epic | Feature, as_of: date
) -> Dependency:
    """What one feature needs of another item, or of an epic as a whole."""
    team = provider.team if isinstance(provider, Feature) else None
    by, promise = needed(portfolio, consumer, provider.id), promised(portfolio, provider)
    return Dependency(
        consumer.id,
        provider.id,
        known_team(portfolio, consumer.team),
        known_team(portfolio, team),
        by,
        promise,
        status(portfolio, (consumer, provider), (by, promise), as_of),
    )


def status(
    portfolio: Portfolio,
    pair: tuple[Feature, Epic | Feature],
    days: tuple[When | None, When | None],
    as_of: date,
) -> Status:
    """Where a dependency stands on a day; `days` are when it is needed, and when promised."""
    consumer, provider = pair
    by, promise = days
    if portfolio.category_of(consumer) in CLOSED:
        return "moot"
    state = portfolio.category_of(provider)
    if state == "done":
        return "done"
    if state == "cancelled":
        return "dropped"
    if by is not None and promise is not None and promise.day > by.day:
        return "late"
    if promise is not None and promise.day < as_of:
        return "overdue"
    if by is None or promise is None:
        return "unknown"
    placed = by.iteration is not None and by.increment == promise.increment
    return "same" if placed and by.iteration == promise.iteration else "in-time"


def of_increment(
    portfolio: Portfolio, increment: Increment, every: Iterable[Dependency]
) -> tuple[Dependency, ...]:
    """The dependencies of which one side is a feature of this increment."""
    own = {feature.id for feature in portfolio.members_of(increment.id, Feature)}
    return tuple(entry for entry in every if entry.consumer in own or entry.provider in own)
