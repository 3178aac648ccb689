"""What is done about it: epics, their features, and the stories of those."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, WithJsonSchema, model_validator

from leanfolio.model.field import Day, Id, Ids, Name, Needs, NotNegative, Number, Text, Weights
from leanfolio.model.item import Dated, HasState, HasUpdates, Link, Listed, SubModel
from leanfolio.model.period import Period

DAYS_PER_MONTH = Fraction(1461, 48)  # four years of days over 48 months


class Hypothesis(SubModel):
    """Why we believe in an epic, in seven blanks."""

    for_: Text | None = Field(default=None, alias="for")
    """For whom: the customers."""
    who: Text | None = None
    """What they do, or what they lack."""
    the: Text | None = None
    """The name of the solution."""
    is_a: Text | None = None
    """What kind of thing it is."""
    that: Text | None = None
    """What it does for them."""
    unlike: Text | None = None
    """What they use today."""
    ours: Text | None = None
    """What ours does better."""
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
    on: Day
    """The day of the observation."""
    value: Number
    """What was observed, in the unit of the indicator."""


class LeadingIndicator(SubModel):
    """An early sign that the hypothesis holds."""

    metric: Text
    """What is measured, in words."""
    baseline: Number | None = None
    """Where it stands without the epic."""
    threshold: Number | None = None
    """What it must reach for the hypothesis to hold."""
    by: Day | None = None
    """The day by which it must."""
    unit: Text | None = None
    """What its numbers count, in words."""
    observed: Annotated[tuple[Observed, ...], Listed] = ()
    """What was observed, day by day."""


class Mvp(SubModel):
    """The least that tests the hypothesis."""

    cost: NotNegative | None = None
    """What the test costs, in the epic's currency."""
    test: Text | None = None
    """How it tests the hypothesis, in a sentence."""
    features: Annotated[tuple[Text, ...], Listed] = ()
    """What is built for it, in words."""


class Decision(Dated):
    """What was decided about an epic, when, and by whom."""

    on: Day
    """The day of the decision."""

    kind: Literal["go", "no-go", "pivot", "persevere", "stop"]
    """`go` or `no-go` before work begins; `persevere`, `pivot` or `stop` after the MVP."""
    by: Text | None = None
    """Who decided."""
    note: Text | None = None
    """The reason, in a sentence."""


class OpeningBalance(Dated):
    """What an epic had spent by a day, before the first record of its spending."""

    amount: NotNegative
    """In the currency of the epic."""


class EpicBudget(SubModel):
    """An epic's money for one period, in the epic's currency."""

    period: Period
    """The fiscal year, half, quarter or month that the money is for."""
    approved: NotNegative | None = None
    """What was approved for it."""
    forecast: NotNegative | None = None
    """What the epic is now expected to spend in it."""
    actual: NotNegative | None = None
    """What the epic has spent in it so far."""


class CostOfDelay(SubModel):
    """Money lost for each week or month that the work is not there, in named parts."""

    revenue: NotNegative | None = None
    """Income that does not come."""
    savings: NotNegative | None = None
    """Cost that goes on."""
    penalties: NotNegative | None = None
    """Fines and damages that fall due."""
    other: NotNegative | None = None
    """Anything else."""
    per: Literal["week", "month"] = "week"
    """Whether the amounts are lost each `week` or each `month`."""

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
    """Value for users or the business, relative to other items, on the portfolio's scale."""
    time_criticality: NotNegative | None = None
    """How fast the value fades, on the portfolio's scale."""
    risk_opportunity: NotNegative | None = None
    """Risk reduction or opportunity enablement."""
    job_size: NotNegative | None = None
    """Relative size of what remains to be done."""
    scored_on: Day | None = None
    """The day of the scoring; scores grow old."""
    scored_by: Annotated[
        tuple[Text, ...],
        BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else (value,)),
        WithJsonSchema({"type": ["array", "string"], "items": {"type": "string"}}),
    ] = ()
    """Who scored: names, one alone or a list."""
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
    """How many weeks the work takes once begun."""
    urgency: Literal["expedite", "fixed-date", "standard", "intangible"] = "standard"
    """`expedite` goes before all others; `fixed-date` must be there by `due`; `standard` follows
    its score; `intangible` pays off late."""
    due: Day | None = None
    """The day by which it must be there."""


class Epic(Scored, HasUpdates):
    """An investment large enough to need a case: it moves key results, or should not be built."""

    TYPE: ClassVar[str] = "epic"
    WORD: ClassVar[str] = "epic"
    FOLDER: ClassVar[str] = "epics"
    LINKS: ClassVar[Mapping[str, Link]] = {
        "key_results": Link("moves", ("key-result",)),
        "value_stream": Link("stream", ("value-stream",)),
        "depends_on": Link("needs", ("epic", "feature")),
        "like": Link("like", ("epic",)),
    }
    NESTED: ClassVar[Mapping[str, str]] = {"features": "feature"}

    kind: Literal["business", "enabler"] = "business"
    """`business` serves customers; `enabler` makes later work possible."""
    value_stream: Id | None = None
    """Whose money pays for it."""
    key_results: Weights = Field(default_factory=dict)
    """The key results it is to move, with the share of its money that each carries."""
    horizon: Annotated[int, Field(ge=0, le=3)] | None = None
    """3 evaluating, 2 emerging, 1 investing or extracting, 0 retiring."""
    hypothesis: Hypothesis | None = None
    """Why we believe in it."""
    leading_indicators: Annotated[tuple[LeadingIndicator, ...], Listed] = ()
    """Early signs that the hypothesis holds."""
    mvp: Mvp | None = None
    """The least that tests the hypothesis."""
    cost: NotNegative | None = None
    """Likely cost of what remains."""
    cost_low: NotNegative | None = None
    """The least that `cost` may turn out to be."""
    cost_high: NotNegative | None = None
    """The most that `cost` may turn out to be."""
    whole_life_cost: NotNegative | None = None
    """What it will have cost in all its years, to be shown beside yearly budgets. It stands in no
    period and no sum; the threshold for epics is judged by it."""
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
    like: Ids = ()
    """Its reference class for forecasts: epics that are finished, or to be, and much like it. Left
    out, no flow time of others is taken for it."""
    decisions: Annotated[tuple[Decision, ...], Listed] = ()
    """What was decided about it, in the order of days."""
    decide_by: Day | None = None
    """The day by which the next decision on it is to be taken. Left out, no day is set."""
    sponsors: Annotated[tuple[Text, ...], Listed] = ()
    """Who speaks for it among those who give money."""
    scope_in: Annotated[tuple[Text, ...], Listed] = ()
    """What belongs to it, in words."""
    scope_out: Annotated[tuple[Text, ...], Listed] = ()
    """What does not belong to it, in words."""
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
    """`feature` serves users; `enabler` makes later work possible; `maintenance` keeps things
    running."""
    size: NotNegative | None = None
    """How large it is, in the points of team `capacity`. It counts where no story states points."""
    iteration: Name | None = None
    """The iteration of its increment in which it is to be finished. Left out, the last of its
    stories'."""
    depends_on: Needs = Field(default_factory=dict)
    """What must be there first; or each with the iteration of its increment, or the day, by which
    it is needed. Left out, that is when this feature is to be finished."""


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
    """The name of the iteration in which it is planned."""
    points: NotNegative | None = None
    """How large it is, in the points of its team."""

    _page: int | None = PrivateAttr(default=None)

    @property
    def page(self) -> int:
        """Which page of its feature it stands on, from 1; 0 where it has one of its own."""
        page: int | None = (self.__pydantic_private__ or {}).get("_page")
        return int(self.feature is not None) if page is None else page

    def on_page(self, number: int) -> Self:
        """Return the same story on this page of its feature, or with 0 on a page of its own."""
        copy = self.model_copy()
        copy._page = number
        return copy
