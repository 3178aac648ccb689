"""A person's word on the health of an item, held against its figures.

The word is the newest of the item's `updates`. A sign is a figure that says otherwise: a key result
that is red or behind its pace, a date that has passed, a forecast above what was approved, a block
past the service level, a column over its limit.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal, Protocol

from msgspec import Struct

from leanfolio.figures.columns import Column
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.funding.overspending import BudgetLine, Excess
from leanfolio.figures.funding.table import FundingTable
from leanfolio.figures.okr.score import KeyResultScore, ObjectiveScore, cadence_of
from leanfolio.figures.thresholds import UPDATE_STALE_AFTER, USUAL_CADENCE
from leanfolio.model import Epic, HasUpdates, KeyResult, Objective, Policy, Update, ValueStream
from leanfolio.model.item import Blocked
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import Message, Money, Rounded, days, heading, message

SignKind = Literal[
    "key-result-red", "key-result-behind", "objective-red", "date-missed", "forecast-over",
    "blocked-long", "limit-broken",
]  # fmt: skip


class JudgedFigures(Protocol):
    """The figures that a word is held against, as `Facts` has them."""

    @property
    def portfolio(self) -> Portfolio: ...
    @property
    def as_of(self) -> date: ...
    @property
    def currency(self) -> str: ...
    @property
    def key_results(self) -> Mapping[str, KeyResultScore]: ...
    @property
    def objectives(self) -> tuple[ObjectiveScore, ...]: ...
    @property
    def epic_columns(self) -> tuple[Column, ...]: ...
    @property
    def funding(self) -> FundingTable: ...
    @property
    def forecasts_over_budget(self) -> tuple[tuple[BudgetLine, Excess], ...]: ...
    @property
    def blocked(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def lasting_blocks(self) -> Mapping[str, Blocked]: ...
    @property
    def flow(self) -> Flow: ...


class Sign(Struct, frozen=True):
    """A figure that says that something is not on track."""

    kind: SignKind
    words: Message


class ItemHealth(Struct, frozen=True):
    """What somebody says of an item, how long ago, and which figures say otherwise."""

    item: HasUpdates
    update: Update
    age: int  # days since the word was given
    cadence: int  # days after which the next was due
    over: bool  # whether the item is done, cancelled, or its period has ended
    signs: tuple[Sign, ...]  # none of what is over

    @property
    def index(self) -> int:
        """Where the word stands among the item's updates."""
        return next(n for n, entry in enumerate(self.item.updates) if entry is self.update)

    @property
    def stale(self) -> bool:
        """Whether the word is older than twice the cadence, on an item that goes on."""
        return not self.over and self.age > UPDATE_STALE_AFTER * self.cadence

    @property
    def contradicted(self) -> bool:
        """Whether it says on track, and figures say otherwise."""
        return self.update.health == "on-track" and bool(self.signs)

    @property
    def unexplained(self) -> bool:
        """Whether it says that something is off, and no figure does."""
        return self.update.health != "on-track" and not self.signs and not self.over


def health_of(figures: JudgedFigures) -> dict[str, ItemHealth]:
    """The health of every item on which somebody gave their word, by id, the portfolio's first."""
    words = latest_updates(figures.portfolio, figures.as_of)
    return {item.id: judged(figures, item, update) for item, update in words}


def latest_updates(portfolio: Portfolio, as_of: date) -> Iterator[tuple[HasUpdates, Update]]:
    """Every item on which somebody gave their word by a day, with the newest, the portfolio's
    first."""
    for item in (portfolio.policy, *portfolio.items.values()):
        update = item.latest_update(as_of) if isinstance(item, HasUpdates) else None
        if isinstance(item, HasUpdates) and update is not None:
            yield item, update


def judged(figures: JudgedFigures, item: HasUpdates, update: Update) -> ItemHealth:
    over = is_over(figures, item)
    return ItemHealth(
        item=item,
        update=update,
        age=(figures.as_of - update.on).days,
        cadence=cadence(figures.portfolio, item),
        over=over,
        signs=() if over else tuple(signs_of(figures, item)),
    )


def is_over(figures: JudgedFigures, item: HasUpdates) -> bool:
    """Whether nothing can be on track or off it any more."""
    if isinstance(item, Epic):
        return figures.portfolio.category_of(item) in CLOSED
    if isinstance(item, Objective):
        return any(
            score.objective.id == item.id and score.phase == "over" for score in figures.objectives
        )
    return False


def cadence(portfolio: Portfolio, item: HasUpdates) -> int:
    """How often a word is due, in days: as often as the key results are measured that it is about.

    Of several the shortest; without any, the usual.
    """
    if isinstance(item, Epic):
        named = [portfolio.items.get(id) for id in item.key_results]
    else:
        named = [*portfolio.children_of(item.id)] if item.id in portfolio else []
    measured = [cadence_of(each) for each in named if isinstance(each, KeyResult)]
    return min(measured, default=USUAL_CADENCE)


# Signs ------------------------------------------------------------------------------------------


def signs_of(figures: JudgedFigures, item: HasUpdates) -> Iterator[Sign]:
    """Every figure that says that an item is not on track."""
    if isinstance(item, Epic):
        yield from epic_signs(figures, item)
    elif isinstance(item, Objective):
        results = (child.id for child in figures.portfolio.children_of(item.id, KeyResult))
        yield from key_result_signs(figures, results)
    elif isinstance(item, ValueStream):
        yield from stream_signs(figures, item)
    elif isinstance(item, Policy):
        yield from portfolio_signs(figures)


def epic_signs(figures: JudgedFigures, epic: Epic) -> Iterator[Sign]:
    if figures.portfolio.category_of(epic) == "active":  # before, nothing is expected of it
        yield from key_result_signs(figures, epic.key_results)
    yield from date_signs(figures, epic)
    yield from money_signs(figures, epic)
    yield from block_signs(figures, epic)
    for column in figures.epic_columns:
        if column.over and any(item.id == epic.id for item in column.items):
            yield limit_sign(column)


def key_result_signs(figures: JudgedFigures, ids: Iterable[str]) -> Iterator[Sign]:
    """Key results of running objectives that are red, or behind their pace."""
    running = {
        score.key_result.id
        for objective in figures.objectives
        if objective.phase == "running"
        for score in objective.key_results
    }
    for id in ids:
        score = figures.key_results.get(id)
        if score is None or score.score is None or id not in running:
            continue
        at = Rounded(score.score)
        behind = score.pace is not None and score.score < score.pace
        if score.band == "red":
            yield Sign("key-result-red", message("{item} is red, at {score}", item=id, score=at))
        elif behind and score.pace is not None:
            words = message(
                "{item} is at {score} where {pace} is expected by now",
                item=id, score=at, pace=Rounded(score.pace),
            )  # fmt: skip
            yield Sign("key-result-behind", words)


def date_signs(figures: JudgedFigures, epic: Epic) -> Iterator[Sign]:
    """The date by which an open epic had to be there, where it has passed."""
    if epic.due is not None and epic.due < figures.as_of and is_open(figures, epic):
        words = message("{item} was due on {day}", item=epic.id, day=epic.due)
        yield Sign("date-missed", words)


def money_signs(figures: JudgedFigures, epic: Epic) -> Iterator[Sign]:
    """A forecast of an approved epic above what was approved for it, in the portfolio's money."""
    for money in figures.funding.epics:
        if money.epic.id != epic.id or money.approved is None or money.forecast is None:
            continue
        over = money.forecast - money.approved
        if over > 0 and not money.proposed:
            words = message(
                "{item} is forecast at {over} more than was approved",
                item=epic.id, over=Money(over, figures.currency),
            )  # fmt: skip
            yield Sign("forecast-over", words)


def block_signs(figures: JudgedFigures, epic: Epic) -> Iterator[Sign]:
    """An epic that is blocked, and older than the service level allows."""
    level, flow = figures.portfolio.policy.flow.sle, figures.flow.items.get(epic.id)
    if level is None or flow is None or flow.age is None or flow.age <= level.days:
        return
    if epic.id in figures.blocked or epic.id in figures.lasting_blocks:
        words = message(
            "{item} is blocked, {age} old where the service level allows {limit}",
            item=epic.id, age=days(flow.age), limit=days(level.days),
        )  # fmt: skip
        yield Sign("blocked-long", words)


def stream_signs(figures: JudgedFigures, stream: ValueStream) -> Iterator[Sign]:
    """What is off in a value stream: its budgets, its objectives, and what its open epics miss."""
    portfolio = figures.portfolio
    yield from budget_signs(figures, stream)
    yield from objective_signs(figures, portfolio.members_of(stream.id, Objective))
    for epic in portfolio.members_of(stream.id, Epic):
        if is_open(figures, epic):
            yield from date_signs(figures, epic)
            yield from block_signs(figures, epic)


def portfolio_signs(figures: JudgedFigures) -> Iterator[Sign]:
    """What is off in the portfolio as a whole: objectives, budgets and limits."""
    yield from objective_signs(figures, tuple(score.objective for score in figures.objectives))
    yield from budget_signs(figures)
    for column in figures.epic_columns:
        if column.over:
            yield limit_sign(column)


def objective_signs(figures: JudgedFigures, among: tuple[Objective, ...]) -> Iterator[Sign]:
    """Running objectives among these that are red."""
    ids = {objective.id for objective in among}
    for score in figures.objectives:
        red = score.phase == "running" and score.band == "red"
        if red and score.score is not None and score.objective.id in ids:
            words = message(
                "{item} is red, at {score}",
                item=score.objective.id, score=Rounded(score.score),
            )  # fmt: skip
            yield Sign("objective-red", words)


def budget_signs(figures: JudgedFigures, stream: ValueStream | None = None) -> Iterator[Sign]:
    """Budget lines of a value stream, or of all, that are forecast above what was approved."""
    for line, excess in figures.forecasts_over_budget:
        if stream is None or line.stream.id == stream.id:
            words = message(
                "{item} is forecast at {over} more than was approved for {period}",
                item=line.stream.id, period=str(line.line.period),
                over=Money(excess.over, line.line.currency or figures.currency),
            )  # fmt: skip
            yield Sign("forecast-over", words)


def limit_sign(column: Column) -> Sign:
    title = heading(column.state.name)
    return Sign("limit-broken", message("{column} is over its limit", column=title))


def is_open(figures: JudgedFigures, epic: Epic) -> bool:
    return figures.portfolio.category_of(epic) not in CLOSED
