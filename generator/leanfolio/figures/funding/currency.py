"""What an amount is worth in the portfolio's currency: by a dated rate, or not at all."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.funding.amount import EXACT, to_the_unit
from leanfolio.model.policy import Policy, Rate


class Exchange(Struct, frozen=True):
    """The portfolio's currency, and the newest rate of each other one as of a day."""

    currency: str
    rates: dict[str, Rate]
    dated: tuple[Rate, ...] = ()  # every rate that is not of the future, earliest first

    def worth(self, amount: Decimal | None, currency: str | None) -> Decimal | None:
        """The amount in the portfolio's currency, to its smallest unit; unknown without a rate.

        An amount in the portfolio's own currency stays as it was written, to the last digit.
        """
        if amount is None or currency is None or currency == self.currency:
            return amount
        rate = self.rates.get(currency)
        return None if rate is None else self.converted(amount, rate)

    def converted(self, amount: Decimal, rate: Rate) -> Decimal:
        """The amount by a rate, rounded half up to the portfolio's smallest unit of money."""
        return to_the_unit(EXACT.multiply(amount, rate.rate), self.currency)

    def rate_on(self, currency: str, day: date) -> Rate | None:
        """The rate of a day: the last until then, or else the first after it."""
        own = [rate for rate in self.dated if rate.currency == currency]
        until = [rate for rate in own if rate.on <= day]
        return until[-1] if until else own[0] if own else None

    def worth_on(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """The amount in the portfolio's currency by the rate of a day, to its smallest unit."""
        if currency == self.currency:
            return amount
        rate = self.rate_on(currency, day)
        return None if rate is None else self.converted(amount, rate)

    def exact_worth(self, amount: Fraction, currency: str | None) -> Fraction | None:
        """The amount in the portfolio's currency, not rounded; unknown without a rate."""
        if currency is None or currency == self.currency:
            return amount
        rate = self.rates.get(currency)
        return None if rate is None else amount * Fraction(rate.rate)

    def lacks(self, currency: str | None) -> bool:
        """Whether money of this currency cannot be summed."""
        return currency not in (None, self.currency) and currency not in self.rates


def exchange(policy: Policy, as_of: date) -> Exchange:
    """The rates that hold on a day: of each currency the newest that is not of the future."""
    newest: dict[str, Rate] = {}
    for rate in policy.rates:
        known = newest.get(rate.currency)
        if rate.on <= as_of and (known is None or rate.on >= known.on):
            newest[rate.currency] = rate
    past = sorted((rate for rate in policy.rates if rate.on <= as_of), key=lambda rate: rate.on)
    return Exchange(policy.currency, newest, tuple(past))


def used(exchange: Exchange, currencies: Iterable[str | None]) -> tuple[Rate, ...]:
    """The rates that these currencies needed, by currency: what the page prints."""
    needed = {
        currency
        for currency in currencies
        if currency is not None and currency != exchange.currency
    }
    return tuple(exchange.rates[entry] for entry in sorted(needed) if entry in exchange.rates)
