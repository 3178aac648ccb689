"""What an item scores, and which goes first: weighted shortest job first.

A score is a cost of delay over a size, in one of three forms. All figures are exact fractions;
wording rounds them. One ranking never mixes forms, nor currencies: in the money form a cost of
delay in another currency than the portfolio's is converted by the dated rate of the day.

To work in the order of such ratios costs the least delay where nobody waits for anybody
(Smith 1956); with cost of delay it is Reinertsen's (2009).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.figures.funding.currency import Exchange
from leanfolio.model import Feature, Scored
from leanfolio.model.portfolio import id_order
from leanfolio.wording import Message, Series, joined, message

Form = Literal["relative", "money", "value-urgency"]

# The numbers that each form is made of, in the order of its formula; what divides comes last.
PARTS: dict[Form, tuple[str, ...]] = {
    "relative": ("business_value", "time_criticality", "risk_opportunity", "job_size"),
    "money": ("cost_of_delay", "duration_weeks"),
    "value-urgency": ("business_value", "time_criticality", "job_size"),
}
FORMULA: dict[Form, Message] = {
    "relative": message("(business value + time criticality + risk or opportunity) / job size"),
    "money": message("cost of delay per week / duration in weeks"),
    "value-urgency": message("business value × time criticality / job size"),
}
PART_NAMES: dict[str, Message] = {
    "business_value": message("business value"),
    "time_criticality": message("time criticality"),
    "risk_opportunity": message("risk or opportunity"),
    "job_size": message("job size"),
    "cost_of_delay": message("cost of delay"),
    "duration_weeks": message("duration"),
}
NAMES: dict[str, str] = {part: str(name) for part, name in PART_NAMES.items()}
TIE_RULE = message(
    "Ties: higher cost of delay, then higher time criticality, then smaller size, "
    "then earlier due date, none last, then id, its numbers by size (EP-9 before EP-10)."
)
OWN_CURRENCY = Decimal(1)  # the rate of the portfolio's own currency
Precedence = tuple[Fraction, Fraction, Fraction, Fraction, int, tuple[tuple[int, int, str], ...]]
UNKNOWN = Fraction(-1)  # below every number: in the money form nobody need state an urgency


class Score(Struct, frozen=True):
    """What one item scores in one form, with the numbers that make it up."""

    item: Scored
    form: Form
    numbers: tuple[Fraction, ...]  # in the order of PARTS[form]; money in the portfolio's currency
    rate: Decimal = OWN_CURRENCY  # by which the stated cost of delay was converted

    @property
    def cost_of_delay(self) -> Fraction:
        """What waiting costs: points, or in the money form the portfolio's money per week."""
        if self.form == "relative":
            return self.numbers[0] + self.numbers[1] + self.numbers[2]
        if self.form == "value-urgency":
            return self.numbers[0] * self.numbers[1]
        return self.numbers[0]

    @property
    def size(self) -> Fraction:
        """What remains to be done: job size, or in the money form weeks."""
        return self.numbers[-1]

    @property
    def value(self) -> Fraction:
        """Cost of delay over size: points, or in the money form money per week and week."""
        return self.cost_of_delay / self.size

    @property
    def criticality(self) -> Fraction:
        """Time criticality, for ties; UNKNOWN in the money form where nobody stated it."""
        if self.form != "money":
            return self.numbers[1]
        stated = self.item.time_criticality
        return UNKNOWN if stated is None else Fraction(stated)


class Unscored(Struct, frozen=True):
    """An item that has no place in the ranking, and why."""

    item: Scored
    why: Message | Series


class Order(Struct, frozen=True):
    """Items from first to last, and those that could not be placed."""

    form: Form
    scores: tuple[Score, ...]
    unscored: tuple[Unscored, ...] = ()


def rank(items: Iterable[Scored], form: Form, exchange: Exchange | None = None) -> Order:
    """Order items by score, the highest first; ties by the printed rule.

    Items that lack a part are set aside. `exchange` converts costs of delay in other currencies;
    without it, items that state a currency have no score in the money form.
    """
    scores: list[Score] = []
    unscored: list[Unscored] = []
    for item in items:
        why = why_unscored(item, form, exchange)
        if why:
            unscored.append(Unscored(item, why))
        else:
            scores.append(score(item, form, exchange))
    unscored.sort(key=lambda entry: id_order(entry.item.id))
    return Order(form, tuple(sorted(scores, key=precedence)), tuple(unscored))


def precedence(score: Score) -> Precedence:
    """The printed tie rule, as a key: what sorts lower goes first."""
    return (
        -score.value,
        -score.cost_of_delay,
        -score.criticality,
        score.size,
        due_day(score.item),
        id_order(score.item.id),
    )


def due_day(item: Scored) -> int:
    """The day it is due, as a number; an item without one is due after all others."""
    return (item.due or date.max).toordinal()


def score(item: Scored, form: Form, exchange: Exchange | None = None) -> Score:
    """The score of an item that has all parts that the form needs, and a size above 0.

    Ask `why_unscored` first: without a part or a rate the numbers are too few, and size 0 has no
    value.
    """
    stated = tuple(number(item, part) for part in PARTS[form])
    numbers = tuple(value for value in stated if value is not None)
    rate = rate_of(item, exchange) if form == "money" else None
    if rate is None or rate == OWN_CURRENCY:
        return Score(item, form, numbers)
    return Score(item, form, (numbers[0] * Fraction(rate), *numbers[1:]), rate)


def rate_of(item: Scored, exchange: Exchange | None) -> Decimal | None:
    """What one unit of an item's money is worth in the portfolio's currency; None without a rate.

    Exact, and not rounded to the cent: a score divides it further.
    """
    currency: str | None = getattr(item, "currency", None)
    if currency is None or (exchange is not None and currency == exchange.currency):
        return OWN_CURRENCY
    rate = exchange.rates.get(currency) if exchange is not None else None
    return None if rate is None else rate.rate


def number(item: Scored, part: str) -> Fraction | None:
    """One part of a score as stated: points, weeks, or money per week in the item's currency.

    None where it is not stated.
    """
    if part == "cost_of_delay":
        delay = item.cost_of_delay
        return delay.per_week if delay and delay.parts else None
    if part == "job_size":
        return fraction(job_size(item))
    return fraction(getattr(item, part))


def job_size(item: Scored) -> Decimal | None:
    """The size of what remains; a feature's plain size serves where no job size is stated."""
    if item.job_size is None and isinstance(item, Feature):
        return item.size
    return item.job_size


def fraction(value: Decimal | None) -> Fraction | None:
    """The same number, exactly."""
    return None if value is None else Fraction(value)


def why_unscored(
    item: Scored, form: Form, exchange: Exchange | None = None
) -> Message | Series | None:
    """What keeps an item from being scored; None where nothing does."""
    parts = {part: number(item, part) for part in PARTS[form]}
    refused = item.origin.faulty
    reasons = [
        message("{part} could not be read", part=PART_NAMES[part])
        if part in refused
        else message("no {part}", part=PART_NAMES[part])
        for part, value in parts.items()
        if value is None
    ]
    size = PARTS[form][-1]
    if parts[size] == 0:
        reasons.append(message("{part} is 0", part=PART_NAMES[size]))
    if form == "money" and parts["cost_of_delay"] is not None and rate_of(item, exchange) is None:
        currency: str | None = getattr(item, "currency", None)
        reasons.append(message("no rate for {currency}", currency=currency))
    return joined(reasons, ", ") if reasons else None
