"""When: planning increments with their iterations and what was promised for them; and risks."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from leanfolio.model.field import Day, Id, Ids, Name, NotNegative, Text
from leanfolio.model.item import Dated, Item, Link, Listed, SubModel
from leanfolio.model.period import Days


class Iteration(SubModel):
    name: Name
    start: Day
    end: Day


class IncrementObjective(SubModel):
    """What a team promised for an increment, and what business owners found it worth after."""

    title: Text
    team: Id | None = None
    commitment: Literal["committed", "uncommitted"] = "committed"
    planned_value: NotNegative | None = None
    actual_value: NotNegative | None = None


class Engagement(Dated):
    """Business owners were there: before planning, at it, or after the increment."""

    by: Text
    when: Literal["before", "at", "after"]
    note: Text | None = None


class Increment(Item):
    """A planning increment: eight to twelve weeks that are planned, and judged, together."""

    TYPE: ClassVar[str] = "increment"
    WORD: ClassVar[str] = "increment"
    FOLDER: ClassVar[str] = "increments"

    start: Day | None = None
    end: Day | None = None
    iterations: Annotated[tuple[Iteration, ...], Listed] = ()
    objectives: Annotated[tuple[IncrementObjective, ...], Listed] = ()
    engagement: Annotated[tuple[Engagement, ...], Listed] = ()
    """Dated evidence that business owners took part."""

    @property
    def days(self) -> Days | None:
        if self.start is None or self.end is None or self.end < self.start:
            return None
        return Days(self.start, self.end)

    def teams(self) -> Iterator[tuple[int, str]]:
        """Each objective's index with the team that it names."""
        for index, objective in enumerate(self.objectives):
            if objective.team is not None:
                yield index, objective.team


class Risk(Item):
    """What may go wrong, and which of the four things we did about it."""

    TYPE: ClassVar[str] = "risk"
    WORD: ClassVar[str] = "risk"
    FOLDER: ClassVar[str] = "risks"
    LINKS: ClassVar[Mapping[str, Link]] = {"affects": Link("affects")}

    affects: Ids = ()
    status: Literal["resolved", "owned", "accepted", "mitigated"] | None = None
    action: Text | None = None
    due: Day | None = None
    date: Day | None = None
    """When it was raised."""
