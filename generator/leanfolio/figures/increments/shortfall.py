"""What the files record of why an objective of an increment came to less than was planned."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from leanfolio.figures.columns import lasting_block
from leanfolio.figures.flow.clock import union
from leanfolio.figures.flow.courses import Block
from leanfolio.figures.increments.dependencies import Dependency
from leanfolio.figures.increments.objectives import ObjectiveStanding
from leanfolio.model import Feature, Increment
from leanfolio.model.portfolio import Portfolio


class Cause(Struct, frozen=True):
    """What is known of a feature that an objective rests on.

    dropped; moved: to another increment, or to none; unfinished; blocked: to this day; held-up:
    blocked for so many `days` of the increment; waits: for `provider`, which is late, overdue or
    dropped.
    """

    feature: str
    kind: Literal["dropped", "moved", "unfinished", "blocked", "held-up", "waits"]
    provider: str | None = None
    days: int = 0


def causes(
    portfolio: Portfolio,
    increment: Increment,
    standing: ObjectiveStanding,
    needs: Sequence[Dependency],
    as_of: date,
) -> tuple[Cause, ...]:
    """Every cause that is recorded of the features of an objective, in their order."""
    return tuple(
        cause
        for id in standing.features
        for cause in causes_in(portfolio, increment, id, needs, as_of)
    )


def causes_in(
    portfolio: Portfolio, increment: Increment, id: str, needs: Sequence[Dependency], as_of: date
) -> Iterator[Cause]:
    """Yield what is recorded of one feature."""
    feature = portfolio[id]
    assert isinstance(feature, Feature)
    category = portfolio.category_of(feature)
    if category == "cancelled":
        yield Cause(id, "dropped")
        return
    if category != "done":
        if feature.increment != increment.id:
            yield Cause(id, "moved")
            return
        yield Cause(id, "unfinished")
    if lasting_block(portfolio, feature):
        yield Cause(id, "blocked")
    elif days := days_blocked(feature, increment, as_of):
        yield Cause(id, "held-up", days=days)
    for entry in needs:
        if entry.consumer == id and entry.at_risk:
            yield Cause(id, "waits", entry.provider)


def days_blocked(feature: Feature, increment: Increment, as_of: date) -> int:
    """The days of an increment on which a feature was blocked, overlaps once."""
    if increment.days is None:
        return 0
    blocks = [Block(block.from_, block.until, block.why) for block in feature.blocked]
    times = union(blocks, increment.days.first, min(increment.days.last, as_of))
    return sum((end - start).days for start, end in times)
