"""What the money is for: themes, objectives, and the key results that measure them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from leanfolio.model.field import Day, Id, Ids, NotNegative, Number, Share, Text
from leanfolio.model.item import Dated, HasUpdates, Item, Link, Listed
from leanfolio.model.period import Period

Commitment = Literal["committed", "aspirational"]


class Theme(Item):
    """A strategic theme: where the portfolio wants to be, told in prose."""

    TYPE: ClassVar[str] = "theme"
    WORD: ClassVar[str] = "theme"
    FOLDER: ClassVar[str] = "themes"

    horizon: Text | None = None
    """How far ahead this strategy looks, in words."""


class Objective(HasUpdates):
    """What is to be better at the end of a period."""

    TYPE: ClassVar[str] = "objective"
    WORD: ClassVar[str] = "objective"
    FOLDER: ClassVar[str] = "objectives"
    LINKS: ClassVar[Mapping[str, Link]] = {
        "themes": Link("parent", ("theme",)),
        "parent": Link("parent", ("objective",)),
        "value_stream": Link("stream", ("value-stream",)),
        "team": Link("team", ("team",)),
    }
    NESTED: ClassVar[Mapping[str, str]] = {"key_results": "key-result"}

    themes: Ids = ()
    """The strategic themes it serves."""
    parent: Id | None = None
    """A larger objective that it serves. Scores do not cascade."""
    level: Literal["portfolio", "value-stream", "team"] = "portfolio"
    """Whose objective it is: the whole portfolio's, one value stream's or one team's."""
    period: Period | None = None
    """2026, 2026-H2, 2026-Q3, 2026-10, an increment's id, or {start, end}."""
    commitment: Commitment = "aspirational"
    """Committed: 1.0 is expected. Aspirational: 0.7 is good."""
    value_stream: Id | None = None
    team: Id | None = None


class CheckIn(Dated):
    """What a key result measured on a day, and how sure its owner is to reach the target."""

    on: Day
    """The day of the measurement."""

    value: Number
    """What was measured, in the unit of the key result: digits alone."""
    confidence: Share | None = None
    """How likely its owner thinks it that the target is reached: 0.7 for 70 %."""
    note: Text | None = None
    """What explains the value, in a sentence."""
    by: Text | None = None
    """Who wrote it."""


class KeyResult(Item):
    """A measure that says whether the objective was reached."""

    TYPE: ClassVar[str] = "key-result"
    WORD: ClassVar[str] = "key result"
    FOLDER: ClassVar[str] = "key-results"
    LINKS: ClassVar[Mapping[str, Link]] = {"objective": Link("parent", ("objective",))}

    objective: Id | None = None
    """The objective it measures."""
    kind: Literal["metric", "binary", "milestone", "maintain"] = "metric"
    """`metric`: measured from `start` to `target`. `binary`: reached or not, 1 or 0. `milestone`:
    steps on the way; without `start` it begins at 0. `maintain`: stays between `low` and `high`."""
    unit: Text | None = None
    """What its numbers count, in words: orders a week; a sign such as % in quotes."""
    start: Number | None = None
    """Where the measure stood when the period began."""
    target: Number | None = None
    """Where it is to stand at the end; below `start` for a measure that should fall."""
    low: Number | None = None
    """Of kind maintain: the least that is still right."""
    high: Number | None = None
    """Of kind maintain: the most that is still right."""
    weight: NotNegative = Decimal(1)
    """Its share in the objective's score, against its sisters."""
    commitment: Commitment | None = None
    """Left out, the objective's."""
    cadence_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """How often it is measured, in days."""
    check_ins: Annotated[tuple[CheckIn, ...], Listed] = ()
    """What was measured, day by day."""

    @property
    def latest(self) -> CheckIn | None:
        """The check-in of the latest day; of two on one day, the one written last."""
        newest = None
        for entry in self.check_ins:
            if newest is None or entry.on >= newest.on:
                newest = entry
        return newest
