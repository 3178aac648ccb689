"""Amounts: what is written as money can be money in its currency."""

from collections.abc import Iterator
from decimal import Decimal

from pydantic import BaseModel

from leanfolio.check.rule import Check, Setting
from leanfolio.model import Epic, Feature, Item, Path, ValueStream
from leanfolio.model.minor_units import too_fine
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.wording import tell

PARTS = ("target", "approved", "forecast", "actual")
DELAY = ("revenue", "savings", "penalties", "other")


def amount_too_fine(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An amount of money has no more decimals than its currency: two for euros, none for yen.

    Somebody wrote 2.500 for two thousand five hundred, and it is read as two and a half.

    Fix: write digits alone, a point before the cents, and no mark between thousands.
    """
    for item, path, amount, currency in amounts_in(portfolio):
        fine = too_fine(amount, currency)
        if fine is not None:
            name = ".".join(str(step) for step in path if not isinstance(step, int))
            fact, hint = fine
            yield Problem(
                item.at(*path),
                "amount-too-fine",
                tell("`{name}` of {item}: {fact}", name=name, item=item.id, fact=fact),
                hint,
            )
    for each in setting.records.rounds:
        for vote in each.votes:
            fine = too_fine(vote.amount, portfolio.policy.currency)
            if fine is not None:
                message = tell(
                    "{group} gives {item} an amount that cannot be: {fine}",
                    group=vote.group,
                    item=vote.item,
                    fine=fine[0],
                )
                yield Problem(vote.at, "amount-too-fine", message, fine[1])


Amount = tuple[Item, Path, Decimal, str]


def amounts_in(portfolio: Portfolio) -> Iterator[Amount]:
    """Every amount of money that an item states, with its path and its currency."""
    usual = portfolio.policy.currency
    for epic in portfolio.items_of(Epic):
        own = epic.currency or usual
        for path in (
            ("cost",),
            ("cost_low",),
            ("cost_high",),
            ("whole_life_cost",),
            ("mvp", "cost"),
        ):
            yield from stated(epic, path, own)
        for name in ("approved", "actual"):  # left out, these are the sums of its budgets
            if (*epic.origin.prefix, name) in epic.origin.spans:
                yield from stated(epic, (name,), own)
        for index in range(len(epic.budgets)):
            for name in PARTS[1:]:
                yield from stated(epic, ("budgets", index, name), own)
    for scored in (*portfolio.items_of(Epic), *portfolio.items_of(Feature)):
        own = (scored.currency if isinstance(scored, Epic) else None) or usual
        for name in DELAY:
            yield from stated(scored, ("cost_of_delay", name), own)
    for stream in portfolio.items_of(ValueStream):
        for index, budget in enumerate(stream.budgets):
            for name in PARTS:
                yield from stated(stream, ("budgets", index, name), budget.currency or usual)
    policy = portfolio.policy
    for index in range(len(policy.reallocations)):
        yield from stated(policy, ("reallocations", index, "amount"), usual)
    yield from stated(policy, ("cut_line", "money"), usual)


def stated(item: Item, path: Path, currency: str) -> Iterator[Amount]:
    """The amount at this path of an item, where one is stated."""
    value: object = item
    for step in path:
        if isinstance(step, int) and isinstance(value, tuple):
            value = value[step]
        elif isinstance(value, BaseModel):
            value = getattr(value, str(step))
    if isinstance(value, Decimal):
        yield item, path, value, currency


ERRORS: tuple[Check, ...] = (amount_too_fine,)
WARNINGS: tuple[Check, ...] = ()
