"""Every model under one roof, and the types of items in their order."""

from leanfolio.model.increment import (
    ConfidenceVote,
    Engagement,
    Increment,
    IncrementObjective,
    Iteration,
    Milestone,
    Risk,
    TeamCapacity,
)
from leanfolio.model.item import (
    HasState,
    HasUpdates,
    Item,
    Link,
    Origin,
    Path,
    Span,
    Update,
    place_of,
)
from leanfolio.model.money import Budget, Team, ValueStream
from leanfolio.model.okr import CheckIn, KeyResult, Objective, Theme
from leanfolio.model.period import Days, NamedPeriod
from leanfolio.model.policy import Category, CutLine, Evidence, Policy, Reallocation, State
from leanfolio.model.visibility import Visibility
from leanfolio.model.work import (
    CostOfDelay,
    Decision,
    Epic,
    EpicBudget,
    Feature,
    LeadingIndicator,
    Scored,
    Story,
)

__all__ = [
    "TYPES",
    "Budget",
    "Category",
    "CheckIn",
    "ConfidenceVote",
    "CostOfDelay",
    "CutLine",
    "Days",
    "Decision",
    "Engagement",
    "Epic",
    "EpicBudget",
    "Evidence",
    "Feature",
    "HasState",
    "HasUpdates",
    "Increment",
    "IncrementObjective",
    "Item",
    "Iteration",
    "KeyResult",
    "LeadingIndicator",
    "Link",
    "Milestone",
    "NamedPeriod",
    "Objective",
    "Origin",
    "Path",
    "Policy",
    "Reallocation",
    "Risk",
    "Scored",
    "Span",
    "State",
    "Story",
    "Team",
    "TeamCapacity",
    "Theme",
    "Update",
    "ValueStream",
    "Visibility",
    "place_of",
]

# Every type of item, in the order in which money and meaning flow down.
TYPES: dict[str, type[Item]] = {
    entry.TYPE: entry
    for entry in (
        Policy, Theme, Objective, KeyResult, ValueStream, Team,
        Epic, Feature, Story, Increment, Risk,
    )
}  # fmt: skip
