"""The rules of the house: states and limits, scale, guardrails, currency, calendar."""

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from leanfolio.model.brand import Brand
from leanfolio.model.field import Day, Id, NotNegative, Number, Text, short_value
from leanfolio.model.hidden_fields import Audiences
from leanfolio.model.item import Dated, HasUpdates, Listed, SubModel
from leanfolio.model.period import FiscalYear, Period
from leanfolio.problem import Severity

LONGEST_SCALE = 100  # steps; more than anybody can tell apart, and few enough to try them all
LONGEST_RISK_SCALE = 10  # steps; a matrix of risks has as many rows or columns
Category = Literal["new", "waiting", "active", "done", "cancelled"]
CLOSED: tuple[Category, ...] = ("done", "cancelled")  # nobody works on it any more
Meeting = Literal[
    "board-review",
    "portfolio-sync",
    "increment-planning",
    "increment-review",
    "strategic-review",
]
Evidence = Literal[
    "owner",
    "hypothesis",
    "cost",
    "score",
    "go-decision",
    "mvp-cost",
    "leading-indicator",
    "budget",
    "persevere-decision",
    "measured-indicator",
]


class State(SubModel):
    """A column of the board."""

    name: Text
    """Its name, as `state:` of an item writes it."""
    category: Category
    """What it means for figures: `new` is an idea, `waiting` is analysed or ready, `active` is
    worked on, `done` and `cancelled` are over."""
    was: Annotated[tuple[Text, ...], Listed] = ()
    """Earlier names of this state: what moved under them keeps its past."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """How many items it may hold."""
    limit_size: NotNegative | None = None
    """How much job size it may hold."""
    stream_limit: Annotated[int, Field(ge=1)] | None = None
    """How many items of one value stream it may hold."""
    max_age_days: Annotated[int, Field(ge=1)] | None = None
    """How long an item may stay."""
    enter: Text | None = None
    """The entry policy, in words."""
    leave: Text | None = None
    """The exit policy, in words."""
    requires: Annotated[tuple[Evidence, ...], Listed] | None = None
    """What an epic must show to be here; checked. Left out: the usual for a well-known name."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that an epic in this state must show."""
        return USUAL_EVIDENCE.get(self.name, ()) if self.requires is None else self.requires


# Each state asks for what the one before it asked, and more (domain.md, section 2).
REVIEWED: tuple[Evidence, ...] = ("owner",)
ANALYZED: tuple[Evidence, ...] = (*REVIEWED, "hypothesis", "cost", "score")
READY: tuple[Evidence, ...] = (*ANALYZED, "go-decision", "mvp-cost", "leading-indicator")
STARTED: tuple[Evidence, ...] = (*READY, "budget")
PROVEN: tuple[Evidence, ...] = (*STARTED, "persevere-decision", "measured-indicator")
USUAL_EVIDENCE: dict[str, tuple[Evidence, ...]] = {
    "reviewing": REVIEWED,
    "analyzing": ANALYZED,
    "ready": READY,
    "mvp": STARTED,
    "persevere": PROVEN,
}

USUAL_STATES = (
    State(name="funnel", category="new"),
    State(name="reviewing", category="waiting", limit=5),
    State(name="analyzing", category="waiting", limit=3),
    State(name="ready", category="waiting", max_age_days=90),
    State(name="mvp", category="active", limit=4),
    State(name="persevere", category="active", limit=4),
    State(name="done", category="done"),
    State(name="rejected", category="cancelled"),
)
USUAL_FEATURE_STATES = (
    State(name="backlog", category="new"),
    State(name="ready", category="waiting", requires=()),
    State(name="in-progress", category="active"),
    State(name="review", category="active"),
    State(name="done", category="done"),
    State(name="dropped", category="cancelled"),
)


class CutLine(SubModel):
    """How far down the ranking the capacity reaches: by count, by size, or by money."""

    count: Annotated[int, Field(ge=0)] | None = None
    """How many epics fit."""
    size: NotNegative | None = None
    """How much job size fits, in the points of `job_size`."""
    money: NotNegative | None = None
    """How much money fits, in the portfolio's currency."""


def read_cut_line(value: Any) -> Any:
    plain = isinstance(value, int) and not isinstance(value, bool)
    return {"count": value} if plain else value


def horizon_keys(value: Any) -> Any:
    """Horizons are numbers; YAML keys arrive as text."""
    if not isinstance(value, dict):
        return value
    return {
        int(key) if str(key) in "0123" and key != "" else key: entry for key, entry in value.items()
    }


class Horizons(SubModel):
    targets: Annotated[
        dict[int, NotNegative],
        BeforeValidator(horizon_keys),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "number"}}),
    ]
    """Share of the approved money per horizon, in percent."""
    tolerance: NotNegative = Decimal(5)
    """Points of percent off the target that are still right."""


class Capacity(SubModel):
    targets: dict[Literal["feature", "enabler", "maintenance"], NotNegative]
    """Share of the size planned per kind of feature, in percent."""
    tolerance: NotNegative = Decimal(10)
    """Points of percent off the target that are still right."""


class Concentration(SubModel):
    """How much of the committed money one epic or one vendor may hold, in percent."""

    epic: NotNegative | None = None
    """The most that one epic may hold, in percent. Left out, not judged."""
    vendor: NotNegative | None = None
    """The most that one vendor may hold, in percent. Left out, not judged."""


class Guardrails(SubModel):
    horizons: Horizons | None = None
    """How the committed money is to be divided over the horizons."""
    capacity: Capacity | None = None
    """How the planned size is to be divided over kinds of features."""
    epic_threshold: NotNegative | None = None
    """From this cost on, an epic needs a recorded go."""
    concentration: Concentration | None = None
    """How much of the committed money may hang on one epic or one vendor."""
    engagement: Annotated[NotNegative, Field(le=100)] | None = None
    """Of an increment, the least share of the moments before, at and after planning that have
    evidence of its business owners, in percent."""


class ServiceLevel(SubModel):
    """Within how many days which share of the work is to be finished."""

    share: Annotated[NotNegative, Field(gt=0, le=100)]
    """In percent."""
    days: Annotated[int, Field(ge=1)]
    """Whole days of flow time."""


class FlowPolicy(SubModel):
    """How flow is counted, and what is expected of it."""

    days: Literal["elapsed", "inclusive"] = "elapsed"
    """Whole days between two dates; `inclusive` adds one, so that the same day is one day."""
    sle: ServiceLevel | None = None
    """The service level that is expected of epics."""
    weeks: Annotated[int, Field(ge=5, le=520)] = 12
    """How many whole weeks of finished work are looked at, for signals and forecasts."""
    days_off: Annotated[tuple[Day, ...], Listed] = ()
    """Days on which nobody works, for forecasts."""


class Retention(SubModel):
    """Which published increments stay; of those that go, a page with tag and commit remains."""

    keep: Annotated[int, Field(ge=1)] | None = None
    """How many increments stay: the newest ones."""
    keep_years: Annotated[int, Field(ge=1)] | None = None
    """For how many years an increment stays, counted back from the day of the newest."""


class Rate(Dated):
    """What one unit of a currency is worth in the portfolio's, on a day."""

    on: Day
    """The first day on which it holds; it holds until the next rate of this currency."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """The other currency: three capital letters."""
    rate: Annotated[Number, Field(gt=0)]
    """How much of the portfolio's currency one unit of it is worth."""


class Reallocation(Dated):
    """Approved money that moved on a day: from which value stream, to which, by whom, and why.

    Without `from` it is new money, without `to` it was given back.
    """

    from_: Id | None = Field(default=None, alias="from")
    """The value stream that gave the money. Left out, the money is new."""
    to: Id | None = None
    """The value stream that got it. Left out, it was given back."""
    period: Period
    """The budget period whose money moved."""
    amount: Annotated[Number, Field(gt=0)]
    """How much money moved, in the portfolio's currency."""
    by: Text
    """Who decided it."""
    why: Text
    """The reason."""


RiskSteps = Annotated[
    tuple[NotNegative, ...], Listed, Field(min_length=1, max_length=LONGEST_RISK_SCALE)
]


class RiskScale(SubModel):
    """The steps by which risks are rated, from the least to the most."""

    probability: RiskSteps = tuple(map(Decimal, (1, 2, 3, 4, 5)))
    """The numbers that `probability:` of a risk may take, at most ten."""
    impact: RiskSteps = tuple(map(Decimal, (1, 2, 3, 4, 5)))
    """The numbers that `impact:` of a risk may take, at most ten."""


MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")


def read_scale(value: object) -> object:
    """The steps of a scale, of which there may be so many and no more."""
    if isinstance(value, list | tuple) and len(value) > LONGEST_SCALE:
        message = "{value} is of {count} steps, more than {most}\nwrite at most {most} numbers"
        context = {"value": "a list", "count": len(value), "most": LONGEST_SCALE}
        raise PydanticCustomError("scale", message, context)
    return value


def read_month_day(value: str) -> str:
    """The first day of the fiscal year, month before day: 04-01."""
    if not MONTH_DAY.match(value) or value in ("02-29", "02-30", "02-31"):
        raise PydanticCustomError(
            "month_day",
            "{value} is not a day of every year\nwrite month and day with two digits each,"
            ' in quotes: "04-01" is the first of April',
            short_value(value),
        )
    if value in ("04-31", "06-31", "09-31", "11-31"):
        message = '{value} is not a day: that month has 30\nwrite "{month}-30", or the next day'
        raise PydanticCustomError("month_day", message, {**short_value(value), "month": value[:2]})
    return value


class Policy(HasUpdates):
    """The one file of a portfolio that holds its rules; its prose is the vision."""

    TYPE: ClassVar[str] = "portfolio"
    WORD: ClassVar[str] = "portfolio"
    FOLDER: ClassVar[str] = "portfolio"

    brand: Brand = Field(default_factory=Brand)
    """The name, the logo and the accent of the site."""
    as_of: Day | None = None
    """The day on which all figures stand; left out, the day of the commit."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    """The currency of all money without one of its own, and of every sum: three capital letters."""
    fiscal_year_start: Annotated[str, AfterValidator(read_month_day)] = "01-01"
    """The first day of each fiscal year, month and day in quotes: "04-01". Halves and quarters
    count from it; months are those of the calendar."""
    fiscal_year_named_by: Literal["start", "end"] = "start"
    """Whether fiscal year 2026 begins in 2026, or ends in it."""
    scale: Annotated[tuple[NotNegative, ...], Listed, BeforeValidator(read_scale)] = tuple(
        map(Decimal, (1, 2, 3, 5, 8, 13, 20))
    )
    """The numbers that scores and sizes may take."""
    risk_scale: RiskScale = Field(default_factory=RiskScale)
    """The steps by which risks are rated: probability and impact, from 1 to 5 each."""
    ranking: Literal["relative", "money"] = "relative"
    """What epics are ranked by: `relative` scores (WSJF), or the `money` that a week of delay costs
    over the weeks of work."""
    cut_line: Annotated[
        CutLine | None,
        BeforeValidator(read_cut_line),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "integer", "minimum": 0},
                    {
                        "type": "object",
                        "properties": {
                            name: {"type": "number", "minimum": 0}
                            for name in ("count", "size", "money")
                        },
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ] = None
    """How far down the ranking the capacity reaches; one number alone is a count of epics. Left
    out, no line is drawn."""
    states: Annotated[tuple[State, ...], Listed, Field(min_length=1)] = USUAL_STATES
    """The columns of the portfolio's board, in order."""
    feature_states: Annotated[tuple[State, ...], Listed, Field(min_length=1)] = USUAL_FEATURE_STATES
    """The columns of the board of features, in order."""
    story_states: Annotated[tuple[State, ...], Listed] = ()
    """Left out: the features'."""
    guardrails: Guardrails = Field(default_factory=Guardrails)
    """Limits that the portfolio has set itself; what is left out is not judged."""
    flow: FlowPolicy = Field(default_factory=FlowPolicy)
    """How flow is counted, and which service level is expected."""
    rates: Annotated[tuple[Rate, ...], Listed] = ()
    """What other currencies are worth, by the day from which the rate holds."""
    reallocations: Annotated[tuple[Reallocation, ...], Listed] = ()
    """Moves of approved money since the first approval, which stays the baseline."""
    releases: Retention = Field(default_factory=Retention)
    """Which published increments stay when a further one is released. Left out: all of them."""
    meetings: dict[Meeting, Text | None] | None = None
    """The meetings that have a page, in this order, each with the name that you call it by; empty,
    it has its usual name. A meeting that is not named has no page. Left out, all have theirs."""
    feed_id: Text | None = None
    """What the ids of feed entries and of calendar events rest on: while it stays, they stay. Left
    out, the title of the portfolio: write that here before you change the title."""
    max_attachment_mb: Annotated[Number, Field(gt=0, le=2000)] = Decimal(25)
    """The most that one picture or document beside the prose may hold, in megabytes of 1,000,000
    bytes."""
    audiences: Audiences = Field(default_factory=Audiences)
    """Fields of all items that an audience may not read: `{public: {hide: [money, people]}}`."""
    rules: dict[str, Severity] = Field(default_factory=dict)
    """Severity per rule: error, warning or off."""

    @property
    def fiscal_year(self) -> FiscalYear:
        """When fiscal years begin, and how they are numbered."""
        month, day = self.fiscal_year_start.split("-")
        return FiscalYear(int(month), int(day), self.fiscal_year_named_by == "end")

    def board_of(self, type: str) -> Literal["states", "feature_states", "story_states"]:
        """The field that holds the board on which items of this type move."""
        if type == "epic":
            return "states"
        return "story_states" if type == "story" and self.story_states else "feature_states"

    def states_of(self, type: str) -> tuple[State, ...]:
        """The board on which items of this type move."""
        states: tuple[State, ...] = getattr(self, self.board_of(type))
        return states
