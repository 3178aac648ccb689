"""What the sums rest on: the rates that were used, and the amounts that no sum holds."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.funding.currency import used
from leanfolio.figures.funding.epic import amounts_of
from leanfolio.figures.funding.ledger import Ledger
from leanfolio.figures.funding.table import FundingTable
from leanfolio.model import Epic, Item, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.ref import url_of
from leanfolio.wording import Message, message


class RateUsed(Struct, frozen=True):
    """One unit of a currency in the portfolio's, and the day of that rate."""

    currency: str
    rate: Decimal
    on: date


class NotSummed(Struct, frozen=True):
    """An amount that no sum holds, and why."""

    id: str
    title: str
    url: str
    what: str  # approved, actual, cost, target, forecast
    period: str
    amount: Decimal
    currency: str
    why: Message

    @classmethod
    def of_item(
        cls,
        item: Item,
        amount: Decimal,
        currency: str,
        *,
        what: str,
        why: Message,
        period: str = "",
    ) -> "NotSummed":
        """An amount that an item states."""
        url = url_of(item)
        return cls(item.id, item.title, url, what, period, amount, currency, why)


def rates_used(portfolio: Portfolio, table: FundingTable, ledger: Ledger) -> tuple[RateUsed, ...]:
    """The rates that the sums rest on, with their days: of plans, and of each booking's day."""
    currencies = [
        *(epic.currency for epic in portfolio.items_of(Epic)),
        *(line.currency for stream in portfolio.items_of(ValueStream) for line in stream.budgets),
    ]
    booked = (
        table.exchange.rate_on(booking.spending.currency, booking.spending.on)
        for booking in ledger.bookings
        if booking.spending.currency != table.exchange.currency
    )
    rates = {(rate.currency, rate.on): rate for rate in used(table.exchange, currencies)}
    rates |= {(rate.currency, rate.on): rate for rate in booked if rate}
    return tuple(
        RateUsed(rate.currency, rate.rate, rate.on)
        for rate in map(rates.__getitem__, sorted(rates))
    )


def no_rate(table: FundingTable) -> Message:
    """Why an amount in another currency is in no sum."""
    currency = table.exchange.currency
    return message("no rate to {currency} is known as of this day", currency=currency)


def amounts_not_summed(portfolio: Portfolio, table: FundingTable) -> Iterator[NotSummed]:
    """Amounts without a rate, and budget lines that would count some days twice."""
    for epic in portfolio.items_of(Epic):
        if epic.currency and table.exchange.lacks(epic.currency):
            for what, amount in amounts_of(epic):
                yield NotSummed.of_item(epic, amount, epic.currency, what=what, why=no_rate(table))
    yield from epic_lines_not_summed(table)
    yield from stream_lines_not_summed(portfolio, table)


def epic_lines_not_summed(table: FundingTable) -> Iterator[NotSummed]:
    """Budget lines of epics that overlap another of the same epic."""
    why = message("it overlaps another period of this epic")
    for left_out in table.left_out:
        holder, line = left_out.holder, left_out.line
        if not isinstance(holder, Epic):
            continue
        currency = holder.currency or table.exchange.currency
        for what in ("approved", "forecast", "actual"):
            amount = getattr(line, what)
            if amount is not None:
                yield NotSummed.of_item(
                    holder, amount, currency, what=what, period=str(line.period), why=why
                )


def stream_lines_not_summed(portfolio: Portfolio, table: FundingTable) -> Iterator[NotSummed]:
    """Budget lines of value streams that overlap another, or are in a currency without a rate."""
    doubles = {(left_out.holder.id, left_out.index) for left_out in table.left_out}
    overlap = message("it overlaps another period of this value stream")
    for stream in portfolio.items_of(ValueStream):
        for index, line in enumerate(stream.budgets):
            currency = line.currency or table.exchange.currency
            double = (stream.id, index) in doubles
            if not double and not table.exchange.lacks(currency):
                continue
            why = overlap if double else no_rate(table)
            for what in ("target", "approved", "forecast", "actual"):
                amount: Decimal | None = getattr(line, what)
                if amount is not None:
                    yield NotSummed.of_item(
                        stream, amount, currency, what=what, period=str(line.period), why=why
                    )


def bookings_not_summed(
    portfolio: Portfolio, ledger: Ledger, table: FundingTable
) -> Iterator[NotSummed]:
    """Booked spending in a currency without a rate."""
    for record in ledger.not_summed:
        item = portfolio.items.get(record.item)
        if item:
            yield NotSummed.of_item(
                item,
                record.amount,
                record.currency,
                what="booked",
                period=record.on.isoformat(),
                why=no_rate(table),
            )
