"""Where the money goes: value streams with their budgets."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from leanfolio.model.field import Id, NotNegative, Text
from leanfolio.model.item import Item, Link, Listed, SubModel
from leanfolio.model.period import Period


class Budget(SubModel):
    """A value stream's money for one period."""

    period: Period
    target: NotNegative | None = None
    approved: NotNegative | None = None
    forecast: NotNegative | None = None
    actual: NotNegative | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None


class ValueStream(Item):
    """A long-lived flow of value that gets money, and decides how to spend it."""

    TYPE: ClassVar[str] = "value-stream"
    WORD: ClassVar[str] = "value stream"
    FOLDER: ClassVar[str] = "value-streams"

    budgets: Annotated[tuple[Budget, ...], Listed] = ()


class Team(Item):
    """People who finish features together."""

    TYPE: ClassVar[str] = "team"
    WORD: ClassVar[str] = "team"
    FOLDER: ClassVar[str] = "teams"
    LINKS: ClassVar[Mapping[str, Link]] = {"value_stream": Link("stream", ("value-stream",))}

    value_stream: Id | None = None
    capacity: NotNegative | None = None
    """Points that it can finish in an increment."""
    lead: Text | None = None
