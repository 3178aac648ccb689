"""The money of one epic, in the portfolio's currency.

`cost` is what remains to be spent. So the forecast at completion is what was spent plus `cost`;
where no spending is stated, `cost` is the whole. A finished epic costs what it has cost, and a
cancelled one what it had cost by then: its approval is released.

An epic that waits for its decision, with nothing approved and nothing spent, is a proposal: what it
asks for is shown, and counts in no forecast.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from leanfolio.figures.funding.amount import Total, added, plus, stated, sum_of
from leanfolio.figures.funding.calendar import LeftOut, Spans, own_lines
from leanfolio.figures.funding.currency import Exchange
from leanfolio.model import Category, Epic, ValueStream
from leanfolio.model.portfolio import Portfolio

FIELDS = ("approved", "actual", "cost")


@dataclass(frozen=True, slots=True)
class EpicMoney:
    """What an epic was given, takes, and will have taken. None is unknown."""

    epic: Epic
    stream: str  # the value stream that pays; "" where none is named
    category: Category | None
    approved: Decimal | None
    committed: Decimal | None  # what is bound: the approval, or of a cancelled epic the spending
    forecast: Decimal | None
    actual: Decimal | None
    asked: Decimal | None  # the cost of a proposal
    proposed: bool
    on: date  # the day on which its money stands: as of, or when it was finished
    parts: tuple["EpicPart", ...] = ()  # where it has budgets: its money day by day
    left_out: tuple[LeftOut, ...] = ()  # lines of its budgets that count nowhere


class EpicPart(NamedTuple):
    """What of an epic's money stands on a day: the first of a period."""

    on: date
    columns: Mapping[str, Total]  # approved, committed, forecast, actual


@dataclass(frozen=True, slots=True)
class Terms:
    """What all epics of a portfolio are reckoned with: its rates, the day, and its periods."""

    portfolio: Portfolio
    exchange: Exchange
    as_of: date
    spans: Spans


def money_of(epic: Epic, terms: Terms, spent: Decimal | None = None) -> EpicMoney:
    """An epic's money; `spent` is what the ledger says, and counts where the epic says nothing."""
    if epic.budgets:
        return by_period(epic, terms, spent)
    portfolio, exchange = terms.portfolio, terms.exchange
    category = portfolio.category_of(epic)
    approved = exchange.worth(epic.approved, epic.currency)
    actual = spent if epic.actual is None else exchange.worth(epic.actual, epic.currency)
    cost = exchange.worth(epic.cost, epic.currency)
    proposed = is_proposed(epic, category, spent)
    return EpicMoney(
        epic=epic,
        stream=stream_of(portfolio, epic),
        category=category,
        approved=approved,
        committed=actual if category == "cancelled" else approved,
        forecast=forecast(category, cost, actual),
        actual=actual,
        asked=cost if proposed else None,
        proposed=proposed,
        on=standing_on(epic, category, terms.as_of),
    )


Dated = tuple[date, Decimal | None]  # an amount with the day on which it stands


def by_period(epic: Epic, terms: Terms, spent: Decimal | None) -> EpicMoney:
    """The money of an epic that has budgets: each column from its lines, where one states it.

    A line stands on the first day of its period. What no line states is the epic's own, and stands
    where the money of other epics stands.
    """
    portfolio, exchange, currency = terms.portfolio, terms.exchange, epic.currency
    category = portfolio.category_of(epic)
    here = standing_on(epic, category, terms.as_of)
    lines, left_out = own_lines(epic, terms.spans)
    dated = [(period.days.first if period.days else here, line) for line, period in lines]

    def column(name: str, otherwise: Decimal | None) -> list[Dated]:
        found = [
            (on, exchange.worth(amount, currency))
            for on, line in dated
            if (amount := getattr(line, name)) is not None
        ]
        return found or [(here, otherwise)]

    approved = column("approved", exchange.worth(epic.approved, epic.currency))
    own = spent if epic.actual is None else exchange.worth(epic.actual, epic.currency)
    actual = column("actual", own)
    known = all(amount is not None for _, amount in actual)
    ended = category == "cancelled" or (category == "done" and known)
    forecast = actual if ended else column("forecast", None)
    cost = exchange.worth(epic.cost, epic.currency)
    if forecast == [(here, None)] and cost is not None:
        forecast = [*(actual if known else ()), (here, cost)]
    proposed = is_proposed(epic, category, spent)
    columns = {
        "approved": approved,
        "committed": actual if category == "cancelled" else approved,
        "forecast": forecast,
        "actual": actual,
    }
    return EpicMoney(
        epic=epic,
        stream=stream_of(portfolio, epic),
        category=category,
        **{name: whole(found) for name, found in columns.items()},
        asked=whole(forecast) if proposed else None,
        proposed=proposed,
        on=here,
        parts=() if proposed else tuple(parts_of(columns)),
        left_out=tuple(left_out),
    )


def whole(found: Iterable[Dated]) -> Decimal | None:
    """The sum of a column; unknown where a part of it is."""
    amounts = [amount for _, amount in found]
    known = [amount for amount in amounts if amount is not None]
    return sum_of(known) if len(known) == len(amounts) else None


def parts_of(columns: Mapping[str, Iterable[Dated]]) -> Iterator[EpicPart]:
    """The columns by their days, in order."""
    days: dict[date, dict[str, Total]] = {}
    for name, found in columns.items():
        for on, amount in found:
            own = days.setdefault(on, {})
            part = stated(amount)
            own[name] = added((own[name], part)) if name in own else part
    for on in sorted(days):
        yield EpicPart(on, days[on])


def is_proposed(epic: Epic, category: Category | None, spent: Decimal | None) -> bool:
    """Whether it still waits for money: nothing approved, nothing spent, nothing begun."""
    begun = epic.approved is not None or epic.actual is not None or spent is not None
    return category in ("new", "waiting") and not begun


def forecast(
    category: Category | None, cost: Decimal | None, actual: Decimal | None
) -> Decimal | None:
    """The cost at completion: spent plus remaining; nothing remains of what is over."""
    if category == "cancelled":
        return actual
    if category == "done" and actual is not None:
        return actual
    if cost is None:
        return None
    return cost if actual is None else plus(actual, cost)


def standing_on(epic: Epic, category: Category | None, as_of: date) -> date:
    """The day that says in which period an epic's money stands: today, or when it was finished."""
    if category not in ("done", "cancelled"):
        return as_of
    return min(max((entry.on for entry in epic.history), default=as_of), as_of)


def stream_of(portfolio: Portfolio, epic: Epic) -> str:
    """The value stream that pays for an epic; "" where it names none that exists."""
    named = portfolio.items.get(epic.value_stream or "")
    return named.id if isinstance(named, ValueStream) else ""


def amounts_of(epic: Epic) -> Iterator[tuple[str, Decimal]]:
    """Each amount that an epic states, with the name of its field."""
    for name in FIELDS:
        amount: Decimal | None = getattr(epic, name)
        if amount is not None:
            yield name, amount
