"""Histories: each item moved over its board in order, on days that have come."""

from collections.abc import Iterator, Sequence
from datetime import date

from leanfolio.check.rule import GRACE, Setting
from leanfolio.check.states.columns import on_boards
from leanfolio.model import (
    Budget,
    Epic,
    EpicBudget,
    HasState,
    HasUpdates,
    Item,
    KeyResult,
    Path,
    Policy,
    Risk,
    Scored,
    ValueStream,
)
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import Money, days, listed, readable, tell


def history_unordered(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The entries of a history stand in the order of their days.

    Durations are taken between one entry and the next: out of order they are negative, and every
    flow figure with them.

    Fix: correct the date, or move the line to where it belongs.
    """
    for item in on_boards(portfolio):
        for index in range(1, len(item.history)):
            before, after = item.history[index - 1], item.history[index]
            if after.on < before.on:
                yield Problem(
                    item.at("history", index, "on"),
                    "history-unordered",
                    tell(
                        "{item} enters {state} on {on}, before it entered {before} on {before_on}",
                        item=item.id,
                        state=after.state,
                        on=after.on,
                        before=before.state,
                        before_on=before.on,
                    ),
                    tell("correct the date that is wrong, or swap the two lines"),
                    related=(Related(item.at("history", index - 1, "on"), "the entry before"),),
                )


def history_differs(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The last entry of a history is the state in which the item stands.

    One of the two was forgotten in the last move, and board and flow figures now tell two stories.

    Fix: add the missing entry with its day; or correct `state:`.
    """
    for item in on_boards(portfolio):
        faulty = item.origin.faulty & {"history", "state"}
        if not item.history or faulty or portfolio.state_of(item) is None:
            continue
        last, column = item.history[-1], portfolio.state_of(item)
        if last.state != item.state and not (column and last.state in column.was):
            yield Problem(
                item.at("state"),
                "history-differs",
                tell(
                    "{item} has state {state}, but its history ends in {before}",
                    item=item.id,
                    state=item.state,
                    before=last.state,
                ),
                tell(
                    "add `- {{state: {state}, on: ...}}` to the history with its day, or write "
                    "`state: {before}`",
                    state=item.state,
                    before=last.state,
                ),
                related=(
                    Related(item.at("history", len(item.history) - 1), "the last entry is here"),
                ),
            )


def history_repeats(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An item does not enter the state in which it already is.

    Mostly two branches that made the same move; the second date then hides the real age.

    Fix: keep the entry with the day of the move, and remove the other.
    """
    for item in on_boards(portfolio):
        for index in range(1, len(item.history)):
            before, after = item.history[index - 1], item.history[index]
            if after.state == before.state and after.on >= before.on:
                yield Problem(
                    item.at("history", index, "state"),
                    "history-repeats",
                    tell(
                        "{item} enters {state} on {on}, where it has been since {before_on}",
                        item=item.id,
                        state=after.state,
                        on=after.on,
                        before_on=before.on,
                    ),
                    tell("remove the second entry; or add the state between the two"),
                    related=(Related(item.at("history", index - 1, "state"), "it entered here"),),
                )


def blocked_reversed(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A block ends on the day it began, or later.

    Reversed, it would take days away from those on which the work could go on.

    Fix: correct the date that is wrong; leave `until` out while it is still blocked.
    """
    for item in on_boards(portfolio):
        for index, block in enumerate(item.blocked):
            if block.until is not None and block.until < block.from_:
                yield Problem(
                    item.at("blocked", index, "until"),
                    "blocked-reversed",
                    tell(
                        "{item} is blocked until {until}, before it began on {from_}",
                        item=item.id,
                        until=block.until,
                        from_=block.from_,
                    ),
                    tell("correct the date that is wrong, or leave `until` out while it lasts"),
                    related=(Related(item.at("blocked", index, "from"), "it begins here"),),
                )


def state_skipped(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic is not started straight out of the funnel: it passes a state of waiting first.

    The waiting states are where an idea is costed, scored and decided. What jumps over all of
    them was pulled by whoever asked loudest.

    Fix: add the entries that were left out, with their days; or waive the rule for this epic.
    """
    states = {state.name: state.category for state in portfolio.policy.states}
    waiting = [name for name, category in states.items() if category == "waiting"]
    if not waiting:
        return
    for epic in portfolio.items_of(Epic):
        for index in range(1, len(epic.history)):
            before, after = epic.history[index - 1].state, epic.history[index].state
            if states.get(before) == "new" and states.get(after) in ("active", "done"):
                yield Problem(
                    epic.at("history", index, "state"),
                    "state-skipped",
                    tell(
                        "{epic} went from {before} straight to {after}, past {waiting}, in which "
                        "it is decided",
                        epic=epic.id,
                        before=before,
                        after=after,
                        waiting=listed(waiting),
                    ),
                    tell(
                        "add the entries between with their days, or waive this rule with a reason"
                    ),
                )


def date_in_the_future(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What is recorded as done bears a day that has come.

    A move, a decision or a measurement of tomorrow is a plan or a slip of the pen; as a fact it
    bends every duration. So is money spent in a period that has not begun. One day is allowed for,
    since the day begins earlier in the east.

    Fix: correct the date; plans go into `due:`, `by:` and increments.
    """
    back = portfolio.looking_back
    today = back.written_on if back else setting.as_of
    latest = min(today, date.max - GRACE) + GRACE
    written = setting.written or portfolio
    for item in (written.policy, *written.items.values()):
        for what, day, path in (*recorded(item), *spent_in(item, written)):
            if day > latest:
                yield Problem(
                    item.at(*path),
                    "date-in-the-future",
                    tell(
                        "{item} records {what} {day}, {days} after {today}",
                        item=item.id,
                        what=what,
                        day=day,
                        days=days((day - today).days),
                        today=today,
                    ),
                    tell("correct the date, or take it out until it has happened"),
                )


def recorded(item: Item) -> Iterator[tuple[str, date, Path]]:
    """Every fact of an item that bears a day: what, when, and in which field."""
    if isinstance(item, HasState):
        for index, entry in enumerate(item.history):
            yield tell("a state on"), entry.on, ("history", index, "on")
        for index, block in enumerate(item.blocked):
            yield tell("a block from"), block.from_, ("blocked", index, "from")
            if block.until is not None:
                yield tell("the end of a block on"), block.until, ("blocked", index, "until")
    if isinstance(item, HasUpdates):
        for index, update in enumerate(item.updates):
            yield tell("a word on its health on"), update.on, ("updates", index, "on")
    if isinstance(item, Scored) and item.scored_on is not None:
        yield tell("its score on"), item.scored_on, ("scored_on",)
    if isinstance(item, Epic):
        for index, decision in enumerate(item.decisions):
            yield (
                tell("a {kind} on", kind=readable(decision.kind)),
                decision.on,
                ("decisions", index, "on"),
            )
        for index, indicator in enumerate(item.leading_indicators):
            for number, seen in enumerate(indicator.observed):
                path = ("leading_indicators", index, "observed", number, "on")
                yield tell("a measurement on"), seen.on, path
    elif isinstance(item, KeyResult):
        for index, check_in in enumerate(item.check_ins):
            yield tell("a check-in on"), check_in.on, ("check_ins", index, "on")
    elif isinstance(item, Risk):
        if item.date is not None:
            yield tell("its being raised on"), item.date, ("date",)
        if item.acceptance is not None:
            yield tell("its acceptance on"), item.acceptance.on, ("acceptance", "on")
    elif isinstance(item, Policy):
        for index, rate in enumerate(item.rates):
            yield (
                tell("a rate of {currency} on", currency=rate.currency),
                rate.on,
                ("rates", index, "on"),
            )


def spent_in(item: Item, portfolio: Portfolio) -> Iterator[tuple[str, date, Path]]:
    """What was spent in a period, with the first day on which that could have been."""
    if not isinstance(item, Epic | ValueStream):
        return
    lines: Sequence[Budget | EpicBudget] = item.budgets
    for index, line in enumerate(lines):
        period = line.period.days(portfolio.policy.fiscal_year) if line.actual else None
        if period is not None:
            stated = item if isinstance(item, Epic) else item.budgets[index]
            what = tell(
                "{actual} spent in {period}, which begins on",
                actual=Money(line.actual, portfolio.currency_of(stated)),
                period=line.period,
            )
            yield what, period.first, ("budgets", index, "actual")
