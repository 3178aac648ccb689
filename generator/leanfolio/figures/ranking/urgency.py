"""What cannot wait for its turn: the latest day to start, and what is to be expedited.

Four classes, as the classes of service of Kanban (Anderson 2010): expedite (at most one at a time),
fixed date (start by the due date less the usual flow time), standard (by the ranking), intangible
(no cost yet; keep some capacity for it).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from msgspec import Struct

from leanfolio.model import Scored
from leanfolio.model.portfolio import Portfolio, id_order

MOST_EXPEDITED = 1


class FixedDate(Struct, frozen=True):
    """An item that is due on a day, and the last day on which to start it."""

    item: Scored
    due: date | None  # None: not stated
    start_by: date | None  # None where no flow time is known
    days_left: int | None  # until start_by; below 0 it is late
    started: bool
    days_overdue: int = 0  # since the due date; 0 until it is past

    @property
    def late(self) -> bool:
        """Not started, and the day to start is past; the due date is the last such day."""
        past = self.days_left is not None and self.days_left < 0
        return not self.started and (past or self.days_overdue > 0)


class Urgencies(Struct, frozen=True):
    """All open items by class, those with fixed dates in the order of their due dates."""

    expedite: tuple[Scored, ...]
    fixed_date: tuple[FixedDate, ...]
    standard: tuple[Scored, ...]
    intangible: tuple[Scored, ...]
    flow_days: Fraction | None

    @property
    def too_many(self) -> bool:
        """Whether more are expedited than can be: then none is."""
        return len(self.expedite) > MOST_EXPEDITED

    @property
    def late(self) -> tuple[FixedDate, ...]:
        """The items with a fixed date that are not started though the day to start is past."""
        return tuple(dated for dated in self.fixed_date if dated.late)


def urgencies(
    portfolio: Portfolio, items: Iterable[Scored], as_of: date, flow_days: Fraction | None
) -> Urgencies:
    """Sort open items by class. `flow_days` is the time within which 85 % of items get done."""
    by_class: dict[str, list[Scored]] = {}
    for item in sorted(items, key=lambda item: id_order(item.id)):
        if portfolio.category_of(item) in ("new", "waiting", "active"):
            by_class.setdefault(item.urgency, []).append(item)
    dated = [
        fixed_date(item, portfolio.category_of(item) == "active", as_of, flow_days)
        for item in by_class.get("fixed-date", ())
    ]
    dated.sort(key=lambda dated_item: (dated_item.due or date.max, id_order(dated_item.item.id)))
    return Urgencies(
        expedite=tuple(by_class.get("expedite", ())),
        fixed_date=tuple(dated),
        standard=tuple(by_class.get("standard", ())),
        intangible=tuple(by_class.get("intangible", ())),
        flow_days=flow_days,
    )


def fixed_date(item: Scored, started: bool, as_of: date, flow_days: Fraction | None) -> FixedDate:
    """An item with the day to begin it; None without a due date, or without a flow time in days."""
    start_by = latest_start(item.due, flow_days) if item.due and flow_days is not None else None
    left = (start_by - as_of).days if start_by else None
    overdue = max((as_of - item.due).days, 0) if item.due else 0
    return FixedDate(item, item.due, start_by, left, started, overdue)


def latest_start(due: date, flow_days: Fraction) -> date:
    """The due date less the usual flow time, in whole days, rounded to the safe side."""
    days = min(ceil(flow_days), due.toordinal() - 1)
    return due - timedelta(days=days)
