"""The days of a portfolio: increments, iterations, meetings, and what is due."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from leanfolio.model import Epic, Increment, Risk
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.built import Built
from leanfolio.views.ref import url_of
from leanfolio.wording import Text, message


class Event(Struct, frozen=True):
    """Whole days, both ends among them. `key` stays whatever else is edited."""

    key: tuple[str, ...]
    first: date
    last: date
    title: Text
    url: str  # from the root of the site


def events(built: Built) -> tuple[Event, ...]:
    """Every event once, in the order of days."""
    portfolio = built.portfolio
    every = {event.key: event for event in (*increments(portfolio), *due_days(portfolio))}
    return tuple(sorted(every.values(), key=lambda event: (event.first, event.last, event.key)))


def increments(portfolio: Portfolio) -> Iterator[Event]:
    """Each increment with its iterations, its planning and its review."""
    for increment in portfolio.items_of(Increment):
        url = url_of(increment)
        if increment.days is not None:
            days = increment.days
            yield Event(("increment", increment.id), days.first, days.last, increment.title, url)
        yield from iterations(increment)
        yield from meetings(increment)


def iterations(increment: Increment) -> Iterator[Event]:
    for entry in increment.iterations:
        if entry.end >= entry.start:
            title = message(
                "{increment}, iteration {name}", increment=increment.title, name=entry.name
            )
            key = ("iteration", increment.id, entry.name)
            yield Event(key, entry.start, entry.end, title, url_of(increment))


def meetings(increment: Increment) -> Iterator[Event]:
    """The days on which business owners took part; several on one day are one event."""
    titles = {
        "before": message("{increment}: preparation", increment=increment.title),
        "at": message("{increment}: planning", increment=increment.title),
        "after": message("{increment}: review", increment=increment.title),
    }
    days = dict.fromkeys((entry.on, entry.when) for entry in increment.engagement)
    for on, when in days:
        key = ("engagement", increment.id, when, on.isoformat())
        yield Event(key, on, on, titles[when], url_of(increment))


def due_days(portfolio: Portfolio) -> Iterator[Event]:
    """The days by which risks are to be dealt with, decisions made, and dated epics finished."""
    for risk in portfolio.items_of(Risk):
        if risk.due is not None and risk.status != "resolved":
            title = message("{id} {title}: risk due", id=risk.id, title=risk.title)
            yield Event(("risk", risk.id), risk.due, risk.due, title, url_of(risk))
    for epic in portfolio.items_of(Epic):
        if portfolio.category_of(epic) in CLOSED:
            continue
        if epic.decide_by is not None:
            title = message("{id} {title}: decision due", id=epic.id, title=epic.title)
            day = epic.decide_by
            yield Event(("decide", epic.id), day, day, title, url_of(epic))
        if epic.urgency == "fixed-date" and epic.due is not None:
            title = message("{id} {title}: fixed date", id=epic.id, title=epic.title)
            yield Event(("due", epic.id), epic.due, epic.due, title, url_of(epic))
