"""The portfolio as it was on a day of the past."""

from collections.abc import Collection, Iterable
from datetime import date

from msgspec.structs import replace

from leanfolio.figures.history.versions import History, end_of, index_before, item_of
from leanfolio.model import Days, Increment, Item
from leanfolio.model.portfolio import Portfolio
from leanfolio.read import Reading
from leanfolio.read.links import link


def portfolio_at(history: History, day: date, types: Collection[str] | None = None) -> Portfolio:
    """The portfolio at the end of a day, with the policy of that day."""
    return portfolios_at(history, (day,), types)[0]


def portfolios_at(
    history: History, days: Iterable[date], types: Collection[str] | None = None
) -> list[Portfolio]:
    """The portfolio at the end of each day; only items of these types, if any are given.

    A version that is in force on several of the days is parsed once.
    """
    wanted = None if types is None else {*types, "portfolio"}
    read: dict[tuple[str, int], Item | None] = {}
    result = []
    for day in days:
        second = end_of(day)
        items: list[Item] = []
        for id, versions in history.versions.items():
            index = index_before(versions, second)
            version = versions[index] if index >= 0 else None
            if version is None or version.fields is None:
                continue
            if wanted is not None and version.type not in wanted:
                continue
            key = (id, index)
            if key not in read:
                read[key] = item_of(id, version)
            item = read[key]
            if item is not None:
                items.append(item)
        result.append(linked(items).visible_to(history.audience))
    return result


def linked(items: list[Item]) -> Portfolio:
    """A portfolio of these items; problems of the past are not reported."""
    items.sort(key=lambda item: item.origin.path.parts)
    there = {item.id for item in items}
    named = {target for item in items for _, _, target in item.linked()}
    within = {one.id for item in items if isinstance(item, Increment) for one in item.named()}
    absent = (named | within) - there
    portfolio, _ = link(Reading(items=items, broken=absent))
    return replace(portfolio, broken=frozenset())


def last_begun(portfolio: Portfolio, as_of: date) -> Increment | None:
    """The increment that began last, up to a day."""
    begun = [(days.first, value.id) for value, days in dated(portfolio) if days.first <= as_of]
    result = portfolio[max(begun)[1]] if begun else None
    return result if isinstance(result, Increment) else None


def dated(portfolio: Portfolio) -> list[tuple[Increment, Days]]:
    """The increments whose days are known, in the order in which they end."""
    matches = [
        (increment, increment.days) for increment in portfolio.items_of(Increment) if increment.days
    ]
    return sorted(matches, key=lambda entry: (entry[1].last, entry[1].first, entry[0].id))


def at_increments(
    history: History, portfolio: Portfolio, as_of: date, last: int = 8
) -> list[tuple[Increment, Portfolio]]:
    """A portfolio of the epics at the end of each of the last increments, oldest first."""
    ended = [
        (value, days.last)
        for value, days in dated(portfolio)
        if days.last < as_of and history.reaches(days.last)
    ][-last:]
    then = portfolios_at(history, (day for _, day in ended), {"epic"})
    return [(value, result) for (value, _), result in zip(ended, then, strict=True)]
