"""What is done about it: epics, their features, and the stories of those."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from leanfolio.model.field import Day, Id, Ids, Name, NotNegative, Number, Text, Weights
from leanfolio.model.item import Dated, HasState, Link, Listed, SubModel
from leanfolio.model.period import Period

DAYS_PER_MONTH = Fraction(1461, 48)  # four years of days over 48 months


class Hypothesis(SubModel):
    """Why we believe in an epic, in seven blanks."""

    for_: Text | None = Field(default=None, alias="for")
    who: Text | None = None
    the: Text | None = None
    is_a: Text | None = None
    that: Text | None = None
    unlike: Text | None = None
    ours: Text | None = None
    outcomes: Annotated[tuple[Text, ...], Listed] = ()
    """Business outcomes that would prove it right."""
    requirements: Annotated[tuple[Text, ...], Listed] = ()
    """Non-functional requirements."""

    @property
    def blanks(self) -> tuple[str, ...]:
        """The names of the seven blanks that nobody has filled."""
        names = ("for_", "who", "the", "is_a", "that", "unlike", "ours")
        return tuple(name.rstrip("_") for name in names if getattr(self, name) is None)


class Observed(Dated):
    value: Number


class LeadingIndicator(SubModel):
    """An early sign that the hypothesis holds."""

    metric: Text
    baseline: Number | None = None
    threshold: Number | None = None
    by: Day | None = None
    unit: Text | None = None
    observed: Annotated[tuple[Observed, ...], Listed] = ()


class Mvp(SubModel):
    """The least that tests the hypothesis."""

    cost: NotNegative | None = None
    test: Text | None = None
    features: Annotated[tuple[Text, ...], Listed] = ()


class Decision(Dated):
    """What was decided about an epic, when, and by whom."""

    kind: Literal["go", "no-go", "pivot", "persevere", "stop"]
    by: Text | None = None
    note: Text | None = None


class OpeningBalance(Dated):
    """What an epic had spent by a day, before the first record of its spending."""

    amount: NotNegative
    """In the currency of the epic."""


class EpicBudget(SubModel):
    """An epic's money for one period, in the epic's currency."""

    period: Period
    approved: NotNegative | None = None
    forecast: NotNegative | None = None
    actual: NotNegative | None = None


class CostOfDelay(SubModel):
    """Money lost for each week or month that the work is not there, in named parts."""

    revenue: NotNegative | None = None
    savings: NotNegative | None = None
    penalties: NotNegative | None = None
    other: NotNegative | None = None
    per: Literal["week", "month"] = "week"

    @property
    def parts(self) -> tuple[tuple[str, Decimal], ...]:
        names = ("revenue", "savings", "penalties", "other")
        return tuple(
            (name, getattr(self, name)) for name in names if getattr(self, name) is not None
        )

    @property
    def per_week(self) -> Fraction:
        """Exact money per week; a month has 1461 / 48 days."""
        total = Fraction(sum((Fraction(value) for _, value in self.parts), Fraction(0)))
        return total if self.per == "week" else total * 7 / DAYS_PER_MONTH


def read_cost_of_delay(value: Any) -> Any:
    """One number alone is money per week."""
    plain = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return {"other": value} if plain else value


class Scored(HasState):
    """An item that can be ranked: the parts of WSJF, and of cost of delay in money."""

    business_value: NotNegative | None = None
    time_criticality: NotNegative | None = None
    risk_opportunity: NotNegative | None = None
    """Risk reduction or opportunity enablement."""
    job_size: NotNegative | None = None
    """Relative size of what remains to be done."""
    scored_on: Day | None = None
    scored_by: Annotated[
        tuple[Text, ...],
        BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else (value,)),
        WithJsonSchema({"type": ["array", "string"], "items": {"type": "string"}}),
    ] = ()
    cost_of_delay: Annotated[
        CostOfDelay | None,
        BeforeValidator(read_cost_of_delay),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "number", "minimum": 0},
                    {
                        "type": "object",
                        "properties": {
                            **{
                                part: {"type": "number", "minimum": 0}
                                for part in ("revenue", "savings", "penalties", "other")
                            },
                            "per": {"enum": ["week", "month"]},
                        },
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ] = None
    """Money lost per week or month of delay; one number alone is per week."""
    duration_weeks: NotNegative | None = None
    urgency: Literal["expedite", "fixed-date", "standard", "intangible"] = "standard"
    due: Day | None = None


class Epic(Scored):
    """An investment large enough to need a case: it moves key results, or should not be built."""

    TYPE: ClassVar[str] = "epic"
    WORD: ClassVar[str] = "epic"
    FOLDER: ClassVar[str] = "epics"
    LINKS: ClassVar[Mapping[str, Link]] = {
        "key_results": Link("moves", ("key-result",)),
        "value_stream": Link("stream", ("value-stream",)),
        "depends_on": Link("needs", ("epic", "feature")),
    }
    NESTED: ClassVar[Mapping[str, str]] = {"features": "feature"}

    kind: Literal["business", "enabler"] = "business"
    value_stream: Id | None = None
    """Whose money pays for it."""
    key_results: Weights = Field(default_factory=dict)
    """The key results it is to move, with the share of its money that each carries."""
    horizon: Annotated[int, Field(ge=0, le=3)] | None = None
    """3 evaluating, 2 emerging, 1 investing or extracting, 0 retiring."""
    hypothesis: Hypothesis | None = None
    leading_indicators: Annotated[tuple[LeadingIndicator, ...], Listed] = ()
    mvp: Mvp | None = None
    cost: NotNegative | None = None
    """Likely cost of what remains."""
    cost_low: NotNegative | None = None
    cost_high: NotNegative | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    """Of its money, when not the portfolio's."""
    approved: NotNegative | None = None
    """Left out, the sum of its budgets."""
    actual: NotNegative | None = None
    """Spent to date. Left out, the sum of its budgets, or what was booked on it."""
    opening_balance: OpeningBalance | None = None
    """Spent before the records of spending begin; it counts as a record of that day."""
    budgets: Annotated[tuple[EpicBudget, ...], Listed] = ()
    """Its money period by period. Left out, all of it stands in the period of its work."""
    depends_on: Ids = ()
    """What must be there first."""
    decisions: Annotated[tuple[Decision, ...], Listed] = ()
    sponsors: Annotated[tuple[Text, ...], Listed] = ()
    scope_in: Annotated[tuple[Text, ...], Listed] = ()
    scope_out: Annotated[tuple[Text, ...], Listed] = ()
    vendor: Text | None = None
    """Who outside is paid the most for it."""

    @model_validator(mode="after")
    def _sums_of_budgets(self) -> Self:
        for name in ("approved", "actual"):
            stated = [value for line in self.budgets if (value := getattr(line, name)) is not None]
            if stated and getattr(self, name) is None:
                self.__dict__[name] = sum(stated, Decimal(0))
        return self

    @property
    def shares(self) -> dict[str, Fraction]:
        """The share of this epic's money that each key result carries; sums to 1.

        Stated weights are taken against their sum; with none stated all shares are equal.
        A key result without a weight beside others with one carries nothing.
        """
        stated = {id: Fraction(weight) for id, weight in self.key_results.items() if weight}
        if not stated:
            return {id: Fraction(1, len(self.key_results)) for id in self.key_results}
        total = sum(stated.values())
        return {id: stated.get(id, Fraction(0)) / total for id in self.key_results}


class Feature(Scored):
    """A part of an epic that one team can finish within an increment."""

    TYPE: ClassVar[str] = "feature"
    WORD: ClassVar[str] = "feature"
    FOLDER: ClassVar[str] = "features"
    LINKS: ClassVar[Mapping[str, Link]] = {
        "epic": Link("parent", ("epic",)),
        "increment": Link("increment", ("increment",)),
        "team": Link("team", ("team",)),
        "depends_on": Link("needs", ("feature", "epic")),
    }
    NESTED: ClassVar[Mapping[str, str]] = {"stories": "story"}

    epic: Id | None = None
    increment: Id | None = None
    team: Id | None = None
    kind: Literal["feature", "enabler", "maintenance"] = "feature"
    size: NotNegative | None = None
    depends_on: Ids = ()


class Story(HasState):
    """A few days of work of one team."""

    TYPE: ClassVar[str] = "story"
    WORD: ClassVar[str] = "story"
    FOLDER: ClassVar[str] = "stories"
    LINKS: ClassVar[Mapping[str, Link]] = {
        "feature": Link("parent", ("feature",)),
        "team": Link("team", ("team",)),
    }

    feature: Id | None = None
    team: Id | None = None
    iteration: Name | None = None
    points: NotNegative | None = None
