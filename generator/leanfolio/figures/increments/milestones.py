"""Days of an increment that its plan has to keep to: as it states them, and fixed dates of work."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from leanfolio.model import Epic, Feature, Increment
from leanfolio.model.portfolio import Portfolio

Kind = Literal["fixed-date", "release", "review"]


class MilestoneDay(Struct, frozen=True):
    """A milestone: stated, or the due date of an item whose urgency is a fixed date."""

    on: date
    title: str
    kind: Kind
    iteration: str | None  # in which it falls; None outside of all
    item: str | None  # the id of the item whose date it is


def milestones(increment: Increment, fixed: Sequence[Epic | Feature]) -> tuple[MilestoneDay, ...]:
    """The milestones of an increment, by day; `fixed` is the work of a fixed date."""
    every = (*stated(increment), *fixed_dates(increment, fixed))
    return tuple(sorted(every, key=lambda entry: (entry.on, entry.item or "", entry.title)))


def stated(increment: Increment) -> Iterator[MilestoneDay]:
    for entry in increment.milestones:
        name = iteration_on(increment, entry.on)
        yield MilestoneDay(entry.on, entry.title, entry.kind, name, None)


def fixed_work(portfolio: Portfolio) -> tuple[Epic | Feature, ...]:
    """The epics and features of a fixed date that are not cancelled."""
    every: tuple[Epic | Feature, ...] = (*portfolio.items_of(Epic), *portfolio.items_of(Feature))
    return tuple(
        item
        for item in every
        if item.urgency == "fixed-date" and portfolio.category_of(item) != "cancelled"
    )


def fixed_dates(increment: Increment, fixed: Sequence[Epic | Feature]) -> Iterator[MilestoneDay]:
    """The due dates of work of a fixed date, within the days of the increment."""
    span = increment.days
    for item in fixed if span is not None else ():
        due = item.due
        if span is not None and due is not None and span.holds(due):
            name = iteration_on(increment, due)
            yield MilestoneDay(due, item.title, "fixed-date", name, item.id)


def iteration_on(increment: Increment, day: date) -> str | None:
    """The iteration of a day; a day between two, such as a weekend, belongs to the one before.

    None before the increment, and after it.
    """
    if not increment.runs_on(day):
        return None
    begun = [entry for entry in increment.iterations if entry.start <= day]
    return max(begun, key=lambda entry: entry.start).name if begun else None
