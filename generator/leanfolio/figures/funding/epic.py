"""The money of one epic, in the portfolio's currency.

`cost` is what remains to be spent. So the forecast at completion is what was spent plus `cost`;
where no spending is stated, `cost` is the whole. A finished epic costs what it has cost, and a
cancelled one what it had cost by then: its approval is released.

An epic that is not approved yet, with nothing approved and nothing spent, is a proposal: what it
asks for is shown, and counts in no forecast.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from leanfolio.figures.funding.amount import (
    ABSENT,
    EXACT,
    UNKNOWN,
    ZERO,
    Total,
    added,
    less,
    stated,
    sum_of,
)
from leanfolio.figures.funding.calendar import LeftOut, Spans, own_lines
from leanfolio.figures.funding.columns import Columns
from leanfolio.figures.funding.currency import Exchange
from leanfolio.figures.funding.ledger import Booking
from leanfolio.model import Category, Epic, ValueStream
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio

FIELDS = ("approved", "actual", "cost", "whole_life_cost")


class EpicMoney(Struct, frozen=True):
    """What an epic was given, takes, and will have taken. None is unknown."""

    epic: Epic
    stream: str  # the value stream that pays; "" where none is named
    category: Category | None
    approved: Decimal | None
    committed: Decimal | None  # what is bound: the approval, or of a cancelled epic the spending
    forecast: Decimal | None
    actual: Decimal | None
    asked: Decimal | None  # the cost of a proposal
    whole_life: Decimal | None  # the cost of all its years; in no sum
    proposed: bool
    on: date  # the day on which its money stands: as of, or when it was finished
    parts: tuple["EpicPart", ...]  # its money day by day
    left_out: tuple[LeftOut, ...] = ()  # lines of its budgets that count nowhere


class EpicPart(NamedTuple):
    """What of an epic's money stands on a day: a booking's, its work's, or a period's first."""

    id: str  # of the epic
    on: date
    columns: Columns


class Terms(Struct, frozen=True):
    """What the money of all epics rests on: the portfolio's rates and periods, and the day."""

    portfolio: Portfolio
    exchange: Exchange
    as_of: date
    spans: Spans


Dated = tuple[date, Decimal | None]  # an amount with the day on which it stands


def money_of(epic: Epic, terms: Terms, bookings: Sequence[Booking] = ()) -> EpicMoney:
    """An epic's money: each column from the lines of its budgets, where one states it.

    A line stands on the first day of its period. What no line states is the epic's own, and stands
    on the day of its work. `bookings` are the epic's records of spending, each with its own day.
    """
    exchange, currency = terms.exchange, epic.currency
    category = terms.portfolio.category_of(epic)
    here = standing_on(terms.portfolio, epic, terms.as_of)
    lines, left_out = own_lines(epic, terms.spans) if epic.budgets else ([], [])
    dated = [(period.days.first if period.days else here, line) for line, period in lines]

    def column(name: str, otherwise: list[Dated]) -> list[Dated]:
        stated_lines: list[Dated] = [
            (on, exchange.worth(amount, currency))
            for on, line in dated
            if (amount := getattr(line, name)) is not None
        ]
        return stated_lines or otherwise

    actual = column("actual", own_actual(epic, here, bookings, exchange))
    whole_approval = exchange.worth(epic.approved, currency)
    approved = column("approved", own_approved(whole_approval, here, actual))
    forecast = column("forecast", forecast_of(epic, category, here, actual, exchange))
    if category == "cancelled" or (category == "done" and None not in amounts_in(actual)):
        forecast = actual
    proposed = is_proposed(epic, category, bookings)
    columns = {
        "approved": approved,
        "committed": actual if category == "cancelled" else approved,
        "forecast": forecast,
        "actual": actual,
    }
    asked = whole(forecast) if proposed else None
    only_asks = EpicPart(epic.id, here, Columns(asked=stated(asked)))
    return EpicMoney(
        epic=epic,
        stream=stream_of(terms.portfolio, epic),
        category=category,
        **{name: whole(result) for name, result in columns.items()},
        asked=asked,
        whole_life=exchange.worth(epic.whole_life_cost, currency),
        proposed=proposed,
        on=here,
        parts=(only_asks,) if proposed else tuple(parts_of(epic.id, columns)),
        left_out=tuple(left_out),
    )


def own_actual(
    epic: Epic, here: date, bookings: Sequence[Booking], exchange: Exchange
) -> list[Dated]:
    """What an epic has spent, by day: as booked.

    What the epic itself says is the sum: what it says beyond its bookings stands on the day of its
    work.
    """
    by_day: list[Dated] = [(booking.spending.on, booking.amount) for booking in bookings]
    if epic.actual is None:
        return by_day or [(here, None)]
    stated_sum = exchange.worth(epic.actual, epic.currency)
    left = less(stated_sum, sum_of(booking.amount for booking in bookings))
    if left is None:
        return [(here, None)]
    return [*by_day, (here, left)] if left or not by_day else by_day


def own_approved(whole: Decimal | None, here: date, actual: Sequence[Dated]) -> list[Dated]:
    """An approval by day: what was spent earlier has used it up then, the rest stands here.

    So the money that is approved, and the money that is spent of it, stand in the same period.
    """
    parts: list[Dated] = []
    left = whole
    for on, spent in sorted(actual, key=lambda dated: dated[0]):
        if left is None or spent is None or on >= here:
            break
        used = min(spent, left)
        parts.append((on, used))
        left = EXACT.subtract(left, used)
    return [*parts, (here, left)]


def forecast_of(
    epic: Epic,
    category: Category | None,
    here: date,
    actual: Sequence[Dated],
    exchange: Exchange,
) -> list[Dated]:
    """The cost at completion of an epic that states none: what was spent, and what remains."""
    cost = exchange.worth(epic.cost, epic.currency)
    if cost is None:
        return [(here, None)]
    return [*(() if None in amounts_in(actual) else actual), (here, cost)]


def amounts_in(column: Iterable[Dated]) -> list[Decimal | None]:
    """The amounts of a column, without their days."""
    return [amount for _, amount in column]


def whole(result: Iterable[Dated]) -> Decimal | None:
    """The sum of a column; unknown where a part of it is."""
    amounts = [amount for _, amount in result]
    known = [amount for amount in amounts if amount is not None]
    return sum_of(known) if len(known) == len(amounts) else None


def parts_of(id: str, columns: Mapping[str, Iterable[Dated]]) -> Iterator[EpicPart]:
    """The columns by their days, in order, with the differences of each day."""
    days: dict[date, dict[str, Total]] = {}
    for name, column in columns.items():
        for on, amount in column:
            own = days.setdefault(on, {})
            part = stated(amount)
            own[name] = added((own[name], part)) if name in own else part
    order = sorted(days)
    sums = [Columns(**days[on]) for on in order]
    remaining = differences([(own.approved, own.actual) for own in sums])
    variance = differences([(own.approved, own.forecast) for own in sums])
    for on, part_sums, left, under in zip(order, sums, remaining, variance, strict=True):
        yield EpicPart(id, on, part_sums._replace(remaining=left, variance=under))


def differences(pairs: Sequence[tuple[Total, Total]]) -> list[Total]:
    """Approved less another column on each day.

    If any of the amounts is unknown, so is the whole difference: it is missed once.
    """
    unknown = [index for index, pair in enumerate(pairs) if any(part.unknown for part in pair)]
    if unknown:
        return [UNKNOWN if index == unknown[0] else ABSENT for index in range(len(pairs))]
    return [
        ABSENT
        if approved.absent and other.absent
        else Total(less(approved.amount or ZERO, other.amount or ZERO))
        for approved, other in pairs
    ]


def is_proposed(epic: Epic, category: Category | None, bookings: Sequence[Booking]) -> bool:
    """Whether it still waits for money: nothing approved, nothing spent, nothing begun."""
    begun = epic.approved is not None or epic.actual is not None or bool(bookings)
    return category in ("new", "waiting") and not begun


def standing_on(portfolio: Portfolio, epic: Epic, as_of: date) -> date:
    """The day that says in which period an epic's money stands: today, or when it was closed."""
    if portfolio.category_of(epic) not in CLOSED:
        return as_of
    return min(portfolio.last_entry(epic, "done", "cancelled") or as_of, as_of)


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
