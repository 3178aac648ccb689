"""What feeds tell: one entry for each increment that has begun, and one for each decision."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from leanfolio.figures.flow.predictability import delivery
from leanfolio.model import (
    Epic,
    Feature,
    Increment,
    Item,
    KeyResult,
    Objective,
    Team,
    ValueStream,
)
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.built import Built
from leanfolio.views.increments.headline import after
from leanfolio.views.ref import url_of
from leanfolio.wording import Text, in_context, message

MOST_ENTRIES = 100  # of one feed: the newest
PORTFOLIO = "portfolio"  # the name of the feed of all
TYPES = (ValueStream, Objective)  # items that have a feed of their own

KINDS = {
    "go": in_context("kind of a decision", "go"),
    "no-go": in_context("kind of a decision", "no-go"),
    "pivot": in_context("kind of a decision", "pivot"),
    "persevere": in_context("kind of a decision", "persevere"),
    "stop": in_context("kind of a decision", "stop"),
}


class Entry(Struct, frozen=True):
    """Something that happened on a day. `key` stays whatever else is edited: its id rests on it."""

    key: tuple[str, ...]
    on: date
    title: Text
    summary: Text
    url: str  # from the root of the site
    item: str  # the id of the increment, or of the epic that was decided on


class Feed(Struct, frozen=True):
    """The entries of a portfolio, a value stream or an objective, the newest first."""

    name: str  # PORTFOLIO, or the id of the item
    title: Text
    url: str  # of the page that it belongs to
    entries: tuple[Entry, ...]


def feeds(built: Built) -> Iterator[Feed]:
    """The feed of the portfolio, then that of each value stream and each objective."""
    portfolio = built.portfolio
    every = newest_first(entries(portfolio, built.as_of))
    yield Feed(PORTFOLIO, portfolio.policy.title, "index.html", every[:MOST_ENTRIES])
    for model in TYPES:
        for item in portfolio.items_of(model):
            of_interest = concerned(portfolio, item)
            own = tuple(entry for entry in every if entry.item in of_interest)
            title = message("{id} {title}", id=item.id, title=item.title)
            yield Feed(item.id, title, url_of(item), own[:MOST_ENTRIES])


def newest_first(every: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(every, key=lambda entry: (-entry.on.toordinal(), entry.key)))


def entries(portfolio: Portfolio, as_of: date) -> Iterator[Entry]:
    """Every entry up to a day."""
    for increment in portfolio.items_of(Increment):
        days = increment.days
        if days is not None and days.first <= as_of:
            over = days.last < as_of
            values = delivery(increment.objectives)
            yield Entry(
                ("increment", increment.id),
                days.last if over else days.first,
                after(increment, values, partial=portfolio.partial) if over else begun(increment),
                message("From {first} to {last}", first=days.first, last=days.last),
                url_of(increment),
                increment.id,
            )
    for epic in portfolio.items_of(Epic):
        yield from decisions(epic, as_of)


def begun(increment: Increment) -> Text:
    """What an entry says until the increment is over: the same each day."""
    return message("{increment} has begun", increment=increment.title)


def decisions(epic: Epic, as_of: date) -> Iterator[Entry]:
    """The decisions on an epic up to a day; of equal ones on one day each has a number."""
    numbers: Counter[tuple[date, str]] = Counter()
    for decision in epic.decisions:
        numbers[decision.on, decision.kind] += 1
        if decision.on > as_of:
            continue
        number = numbers[decision.on, decision.kind]
        yield Entry(
            ("decision", epic.id, decision.on.isoformat(), decision.kind, str(number)),
            decision.on,
            decided(epic, decision.kind),
            why(decision.by, decision.note),
            url_of(epic),
            epic.id,
        )


def decided(epic: Epic, kind: str) -> Text:
    return message("{id} {title}: {kind}", id=epic.id, title=epic.title, kind=KINDS[kind])


def why(by: str | None, note: str | None) -> Text:
    """Who decided, and the reason."""
    if by and note:
        return message("{who}: {note}", who=by, note=note)
    return by or note or message("Neither who decided nor why is stated")


def concerned(portfolio: Portfolio, item: Item) -> frozenset[str]:
    """The ids of the epics and increments in which a value stream or an objective has a part."""
    if isinstance(item, ValueStream):
        epics = {epic.id for epic in portfolio.items_of(Epic) if epic.value_stream == item.id}
        teams = {team.id for team in portfolio.items_of(Team) if team.value_stream == item.id}
    else:
        own = {entry.id for entry in portfolio.items_of(KeyResult) if entry.objective == item.id}
        epics = {epic.id for epic in portfolio.items_of(Epic) if own & epic.key_results.keys()}
        teams = set()
    increments = {
        feature.increment
        for feature in portfolio.items_of(Feature)
        if feature.increment and (feature.epic in epics or feature.team in teams)
    }
    increments |= {
        increment.id
        for increment in portfolio.items_of(Increment)
        if any(objective.team in teams for objective in increment.objectives)
    }
    return frozenset(epics | increments)
