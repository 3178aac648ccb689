"""The portfolio as it stood on a day before the one for which its files stand.

What bears a day goes back: states, blocks, decisions, check-ins, observations, bookings. What bears
none (scores, sizes, plans, links) is that of the files, as nobody recorded how it was; or it is not
known where that would be false, as for the money of an epic that has begun since. An item whose
history begins after the day is left out, with what hangs on it alone.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from msgspec.structs import replace

from leanfolio.figures.history.versions import History
from leanfolio.model import Epic, HasState, Item, KeyResult, NamedPeriod, ValueStream
from leanfolio.model.audience import mention_of, visible_item
from leanfolio.model.looking_back import LookingBack
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.visibility import AUDIENCES

ItemT = TypeVar("ItemT", bound=Item)
Booked = Mapping[str, Sequence[date]]  # the days of an item's records of spending, by id
NO_BOOKINGS: Booked = MappingProxyType({})


def as_it_stood(
    portfolio: Portfolio, day: date, written_on: date, booked: Booked = NO_BOOKINGS
) -> Portfolio:
    """Return the portfolio at the end of a day before `written_on`, the day of its files.

    An epic on which something was booked by then was there: where its history begins later its
    state is not known, but it is not left out.
    """
    in_use = {id for id, days in booked.items() if min(days) <= day}
    items = {id: as_of_day(item, day) for id, item in portfolio.items.items()}
    items |= {
        id: with_money_of_day(item, portfolio, day, booked.get(id, ()))
        for id, item in items.items()
        if isinstance(item, Epic | ValueStream)
    }
    late = [
        id
        for id, item in portfolio.items.items()
        if isinstance(item, HasState) and item.history and not stated_history(items[id])
    ]
    to_come = [id for id in late if id not in in_use]
    unknown = [
        id
        for id, item in items.items()
        if isinstance(item, HasState) and not item.history and id not in to_come
    ]
    items |= {id: with_state(items[id], None) for id in unknown}
    stood = replace(portfolio, items=items, looking_back=LookingBack(written_on))
    return without_items(stood, to_come, unknown)


def with_git_states(portfolio: Portfolio, day: date, history: History) -> Portfolio:
    """Return the portfolio with the states that git knows of items without a history of their own.

    Of a day before git's first commit nothing is known, so that nothing changes.
    """
    back = portfolio.looking_back
    if back is None or not history.reaches(day):
        return portfolio
    items, to_come = dict(portfolio.items), []
    for id in back.unknown:
        version = history.at(id, day)
        state = version.fields.get("state") if version and version.fields else None
        if version is None:
            to_come.append(id)
        elif isinstance(state, str):
            items[id] = with_state(items[id], state)
    from_git = [id for id in back.unknown if getattr(items.get(id), "state", None) is not None]
    unknown = [id for id in back.unknown if id not in from_git and id not in to_come]
    stood = replace(portfolio, items=items, looking_back=replace(back, from_git=tuple(from_git)))
    return without_items(stood, to_come, unknown)


def without_items(
    portfolio: Portfolio, to_come: Collection[str], unknown: Collection[str]
) -> Portfolio:
    """Return the portfolio without the items that were not there yet, and says which those are."""
    back = portfolio.looking_back
    assert back is not None
    gone = portfolio.with_dependents(to_come)
    mention = mention_of(())
    items = {
        id: visible_item(item, gone, mention, AUDIENCES[-1]) if gone else item
        for id, item in portfolio.items.items()
        if id not in gone
    }
    edges = (e for e in portfolio.edges if e.source not in gone and e.target not in gone)
    left_out = {*back.to_come, *gone}
    back = replace(
        back.without(gone),
        to_come=tuple(id for id in (*back.to_come, *portfolio.items) if id in left_out),
        unknown=tuple(id for id in unknown if id not in gone),
    )
    return Portfolio(
        portfolio.policy, items, tuple(edges), portfolio.pages, portfolio.broken,
        portfolio.withheld, portfolio.partial, back, portfolio.left_out,
    ).with_pages_of_stories()  # fmt: skip


def stated_history(item: Item) -> bool:
    """Whether an item says when it moved."""
    return isinstance(item, HasState) and bool(item.history)


def as_of_day(item: ItemT, day: date) -> ItemT:
    """Return an item without what it records of later days, in the last state up to the day."""
    changes: dict[str, Any] = {}
    if isinstance(item, HasState):
        history = tuple(entry for entry in item.history if entry.on <= day)
        if history != item.history:
            changes |= {"history": history, "state": history[-1].state if history else None}
        changes["blocked"] = tuple(
            block
            if block.until is None or block.until <= day
            else block.model_copy(update={"until": None})
            for block in item.blocked
            if block.from_ <= day
        )
    if isinstance(item, Epic):
        changes["decisions"] = tuple(entry for entry in item.decisions if entry.on <= day)
        changes["leading_indicators"] = tuple(
            entry.model_copy(
                update={"observed": tuple(seen for seen in entry.observed if seen.on <= day)}
            )
            for entry in item.leading_indicators
        )
    if isinstance(item, KeyResult):
        changes["check_ins"] = tuple(entry for entry in item.check_ins if entry.on <= day)
    return changed(item, changes)


def with_money_of_day(
    item: Epic | ValueStream, written: Portfolio, day: date, bookings: Sequence[date]
) -> Item:
    """Return an epic or a stream without the money that bears no day and is not that of the day.

    What was spent is told by bookings, where there are any, and by periods that were over. What an
    epic had yet to cost is not known where it has spent since; nor, where it has begun since, what
    was approved.
    """
    unknown: dict[str, Any] = {"budgets": tuple(
        line.model_copy(update={"actual": None}) if runs_on(line.period, written, day) else line
        for line in item.budgets
    )}  # fmt: skip
    if isinstance(item, Epic):
        if item.opening_balance is not None or bookings or item.budgets:
            unknown["actual"] = None
        if any(on > day for on in bookings):
            unknown["cost"] = None
        moved = item.state != getattr(written[item.id], "state", None)
        if moved and written.category_of(item) in ("new", "waiting"):
            unknown |= {"approved": None, "actual": None, "budgets": ()}
    return changed(item, unknown, faulty=True)


def runs_on(period: NamedPeriod, portfolio: Portfolio, day: date) -> bool:
    """Whether a period is not over by a day, or nobody knows when it is."""
    days = portfolio.days_of(period)
    return days is None or days.last > day


def with_state(item: ItemT, state: str | None) -> ItemT:
    """Return an item in a state; of one that is not known, no rule asks."""
    return changed(item, {"state": state}, faulty=state is None)


def changed(item: ItemT, changes: Mapping[str, Any], *, faulty: bool = False) -> ItemT:
    """Return a copy with the fields that differ; the item itself where none does.

    Of `faulty` fields no rule says that somebody forgot them.
    """
    differ = {name: value for name, value in changes.items() if value != getattr(item, name)}
    if not differ:
        return item
    copy = item.model_copy(update=differ)
    if faulty:
        copy._origin = item.origin.with_faulty(differ.keys())
    return copy
