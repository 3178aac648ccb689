"""Where the money goes: value streams with their budgets."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from leanfolio.model.field import Id, NotNegative, Text
from leanfolio.model.item import HasUpdates, Item, Link, Listed, SubModel
from leanfolio.model.period import Period


class Budget(SubModel):
    """A value stream's money for one period."""

    period: Period
    """The fiscal year, half, quarter or month that the money is for."""
    target: NotNegative | None = None
    """What the stream is meant to get."""
    approved: NotNegative | None = None
    """What was approved for it."""
    forecast: NotNegative | None = None
    """What it is now expected to spend."""
    actual: NotNegative | None = None
    """What it has spent so far. Left out, what was booked on it and its epics."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    """Of this money, when not the portfolio's."""


class ValueStream(HasUpdates):
    """A long-lived flow of value that gets money, and decides how to spend it."""

    TYPE: ClassVar[str] = "value-stream"
    WORD: ClassVar[str] = "value stream"
    FOLDER: ClassVar[str] = "value-streams"

    budgets: Annotated[tuple[Budget, ...], Listed] = ()
    """Its money, period by period."""


class Team(Item):
    """People who finish features together."""

    TYPE: ClassVar[str] = "team"
    WORD: ClassVar[str] = "team"
    FOLDER: ClassVar[str] = "teams"
    LINKS: ClassVar[Mapping[str, Link]] = {"value_stream": Link("stream", ("value-stream",))}

    value_stream: Id | None = None
    capacity: NotNegative | None = None
    """Points that it can finish in an increment."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """How many features it works on at once, for forecasts. Left out, one after the other."""
    lead: Text | None = None
    """Who answers for the team."""
