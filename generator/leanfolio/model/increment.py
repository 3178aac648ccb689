"""When: planning increments with their iterations and what was promised for them; and risks."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from msgspec import Struct
from pydantic import Field

from leanfolio.model.field import Day, Id, Ids, Name, NotNegative, Text
from leanfolio.model.item import Dated, Item, Link, Listed, Path, SubModel
from leanfolio.model.period import Days

# What git's tags of an increment begin with; its id follows.
PLAN_TAGS = "plan/"
RELEASE_TAGS = "pi/"


def plan_tag(id: str) -> str:
    """The tag of the commit that holds the plan of an increment: plan/ID."""
    return f"{PLAN_TAGS}{id}"


def release_tag(id: str) -> str:
    """The tag of the commit that closes an increment, from which its site is built: pi/ID."""
    return f"{RELEASE_TAGS}{id}"


class Iteration(SubModel):
    name: Name
    """Its name, as stories write it."""
    start: Day
    """Its first day."""
    end: Day
    """Its last day."""


class IncrementObjective(SubModel):
    """What a team promised for an increment, and what business owners found it worth after."""

    title: Text
    """What was promised, in a sentence."""
    team: Id | None = None
    """The team that promised it."""
    commitment: Literal["committed", "uncommitted"] = "committed"
    """`committed` counts in predictability; `uncommitted` is done if there is time."""
    planned_value: NotNegative | None = None
    """What business owners found it worth at planning."""
    actual_value: NotNegative | None = None
    """What they found it worth when the increment ended."""
    features: Ids = ()
    """The features that it rests on. Of one that names none, nobody can tell whether it is at
    risk."""


class Milestone(Dated):
    """A day of an increment that plans have to keep to."""

    on: Day
    """Its day."""

    title: Text
    """What happens then, in a few words."""
    kind: Literal["fixed-date", "release", "review"] = "fixed-date"
    """`fixed-date` is set by others; `release` puts something into service; `review` shows what is
    done."""


class TeamCapacity(SubModel):
    """What a team can finish in an increment, or in an iteration of it, where that is unusual."""

    team: Id
    """The team."""
    iteration: Name | None = None
    """The iteration; left out, the whole increment."""
    points: NotNegative
    """Points that it can finish then, in place of what follows from its `capacity`."""


class ConfidenceVote(SubModel):
    """How sure somebody is that a plan can be kept."""

    vote: Annotated[int, Field(ge=1, le=5)]
    """From 1, it cannot be kept, to 5, it surely will be."""
    team: Id | None = None
    """The team whose plan it is; left out, the plan of the whole increment."""
    by: Text | None = None
    """Who votes; left out, the team together."""
    on: Day | None = None
    """The day of the vote."""
    reason: Text | None = None
    """Why it is not higher, in a sentence."""


class Engagement(Dated):
    """Business owners were there: before planning, at it, or after the increment."""

    on: Day
    """The day on which they took part."""

    by: Text
    """The business owner."""
    when: Literal["before", "at", "after"]
    """`before` planning, `at` it, or `after` the increment."""
    note: Text | None = None
    """What they did, in a sentence."""


class Named(Struct, frozen=True):
    """An item that a list of an increment names: where, and which type it has to have."""

    path: Path
    id: str
    type: str
    what: str  # what names it: "an objective of team"


class Increment(Item):
    """A planning increment: eight to twelve weeks that are planned, and judged, together."""

    TYPE: ClassVar[str] = "increment"
    WORD: ClassVar[str] = "increment"
    FOLDER: ClassVar[str] = "increments"

    start: Day | None = None
    """Its first day."""
    end: Day | None = None
    """Its last day."""
    iterations: Annotated[tuple[Iteration, ...], Listed] = ()
    """Its iterations, in order."""
    objectives: Annotated[tuple[IncrementObjective, ...], Listed] = ()
    """What its teams promised."""
    engagement: Annotated[tuple[Engagement, ...], Listed] = ()
    """Dated evidence that business owners took part."""
    milestones: Annotated[tuple[Milestone, ...], Listed] = ()
    """Days that its plan has to keep to, in order."""
    capacities: Annotated[tuple[TeamCapacity, ...], Listed] = ()
    """What its teams can finish, where that is not as usual. Left out, a team has its `capacity`,
    and of that in each iteration the share of its working days."""
    votes: Annotated[tuple[ConfidenceVote, ...], Listed] = ()
    """How sure its teams are that the plan can be kept, voted when it was made."""

    @property
    def days(self) -> Days | None:
        if self.start is None or self.end is None or self.end < self.start:
            return None
        return Days(self.start, self.end)

    def runs_on(self, day: Day) -> bool:
        """Whether a day is one of its days; one without days never runs."""
        return self.days is not None and self.days.holds(day)

    def named(self) -> Iterator[Named]:
        """Every team and feature that its objectives, capacities and votes name."""
        for index, objective in enumerate(self.objectives):
            if objective.team is not None:
                path = ("objectives", index, "team")
                yield Named(path, objective.team, "team", "an objective of team")
            for number, feature in enumerate(objective.features):
                within = ("objectives", index, "features", number)
                yield Named(within, feature, "feature", "an objective of feature")
        for index, capacity in enumerate(self.capacities):
            yield Named(("capacities", index, "team"), capacity.team, "team", "a capacity of team")
        for index, vote in enumerate(self.votes):
            if vote.team is not None:
                yield Named(("votes", index, "team"), vote.team, "team", "a vote of team")


class Acceptance(Dated):
    """That a risk is accepted: who decided so, when, why, and for how long."""

    on: Day
    """The day on which it was accepted."""

    by: Text
    """Who accepted it: a person or a board."""
    note: Text | None = None
    """The reason, in a sentence."""
    until: Day | None = None
    """The last day on which it holds; after it the risk is to be decided anew."""


class Risk(Item):
    """What may go wrong, and which of the four things we did about it."""

    TYPE: ClassVar[str] = "risk"
    WORD: ClassVar[str] = "risk"
    FOLDER: ClassVar[str] = "risks"
    LINKS: ClassVar[Mapping[str, Link]] = {"affects": Link("affects")}

    affects: Ids = ()
    status: Literal["resolved", "owned", "accepted", "mitigated"] | None = None
    """`owned`: somebody works on it. `mitigated`: a plan is in place. `accepted`: nothing is done.
    `resolved`: it is over."""
    probability: NotNegative | None = None
    """How likely it is, a step of `risk_scale` of the portfolio. Left out, nobody knows."""
    impact: NotNegative | None = None
    """How much it would hurt, a step of `risk_scale` of the portfolio. Left out, nobody knows."""
    action: Text | None = None
    """What is done about it, in a sentence."""
    due: Day | None = None
    """The day by which it is to be done."""
    acceptance: Acceptance | None = None
    """Of an accepted risk: by whom, when, why, and until when."""
    date: Day | None = None
    """When it was raised."""
