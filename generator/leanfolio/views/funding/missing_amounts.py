"""What the sums rest on: the rates that were used, and the amounts that no sum holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leanfolio.figures.funding.actuals import Ledger
from leanfolio.figures.funding.currency import used
from leanfolio.figures.funding.epic import amounts_of
from leanfolio.figures.funding.table import FundingTable
from leanfolio.model import Epic, Item, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.ref import url_of


@dataclass(frozen=True, slots=True)
class RateUsed:
    """One unit of a currency in the portfolio's, and the day of that rate."""

    currency: str
    rate: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class NotSummed:
    """An amount that no sum holds, and why."""

    id: str
    title: str
    url: str
    what: str  # approved, actual, cost, target, forecast
    period: str
    amount: Decimal
    currency: str
    why: str


def rates_used(portfolio: Portfolio, table: FundingTable, ledger: Ledger) -> tuple[RateUsed, ...]:
    """The rates that the sums rest on, with their days."""
    currencies = [
        *(epic.currency for epic in portfolio.items_of(Epic)),
        *(line.currency for stream in portfolio.items_of(ValueStream) for line in stream.budgets),
        *(booking.spending.currency for booking in ledger.bookings),
    ]
    return tuple(
        RateUsed(rate.currency, rate.rate, rate.on) for rate in used(table.exchange, currencies)
    )


def amounts_not_summed(portfolio: Portfolio, table: FundingTable) -> Iterator[NotSummed]:
    """Amounts without a rate, and budget lines that would count some days twice."""
    no_rate = f"no rate to {table.exchange.currency} is known as of this day"
    for epic in portfolio.items_of(Epic):
        if epic.currency and table.exchange.lacks(epic.currency):
            for what, amount in amounts_of(epic):
                yield left(epic, amount, epic.currency, what=what, why=no_rate)
    doubles = {(each.holder.id, each.index) for each in table.left_out}
    for each in table.left_out:
        if isinstance(each.holder, Epic):
            why = "it overlaps another period of this epic"
            currency = each.holder.currency or table.exchange.currency
            period = str(each.line.period)
            for what in ("approved", "forecast", "actual"):
                amount = getattr(each.line, what)
                if amount is not None:
                    yield left(each.holder, amount, currency, what=what, period=period, why=why)
    for stream in portfolio.items_of(ValueStream):
        for index, line in enumerate(stream.budgets):
            currency = line.currency or table.exchange.currency
            double = (stream.id, index) in doubles
            if not double and not table.exchange.lacks(currency):
                continue
            why = "it overlaps another period of this value stream" if double else no_rate
            for what in ("target", "approved", "forecast", "actual"):
                stated: Decimal | None = getattr(line, what)
                if stated is not None:
                    yield left(
                        stream, stated, currency, what=what, period=str(line.period), why=why
                    )


def bookings_not_summed(
    portfolio: Portfolio, ledger: Ledger, table: FundingTable
) -> Iterator[NotSummed]:
    """Booked spending in a currency without a rate."""
    why = f"no rate to {table.exchange.currency} is known as of this day"
    for each in ledger.not_summed:
        item = portfolio.items.get(each.item)
        if item:
            period = each.on.isoformat()
            yield left(item, each.amount, each.currency, what="booked", period=period, why=why)


def left(
    item: Item, amount: Decimal, currency: str, *, what: str, why: str, period: str = ""
) -> NotSummed:
    return NotSummed(item.id, item.title, url_of(item), what, period, amount, currency, why)
