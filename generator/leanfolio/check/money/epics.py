"""Money of epics: costs, approvals and spending, each stated once and in a known currency."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from leanfolio.check.rule import Setting
from leanfolio.model import Epic, Item, Path
from leanfolio.model.minor_units import too_fine
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import Money, tell


def budget_differs(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """What an epic states as approved or spent is the sum of its budgets.

    Two figures for one thing are one too many; the funding table goes by the budgets.

    Fix: take the field out of the epic: it is then summed; or correct the budgets.
    """
    for epic in portfolio.items_of(Epic):
        currency = portfolio.currency_of(epic)
        for name in ("approved", "actual"):
            stated = [value for line in epic.budgets if (value := getattr(line, name)) is not None]
            own, whole = getattr(epic, name), sum(stated, Decimal(0))
            if stated and own != whole:
                yield Problem(
                    epic.at(name),
                    "budget-differs",
                    tell(
                        "{epic} has {name} {own}, and its budgets sum to {whole}",
                        epic=epic.id,
                        name=name,
                        own=Money(own, currency),
                        whole=Money(whole, currency),
                    ),
                    tell(
                        "take `{name}:` out, and it is {whole}; or correct the budgets",
                        name=name,
                        whole=Money(whole, currency),
                    ),
                    related=(Related(epic.at("budgets"), "its budgets are here"),),
                )


def currency_without_rate(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Money in another currency has a rate of a day that has come.

    Amounts are never summed as if currencies were one: without a rate they stand in no total.

    Fix: add the currency to `rates:` of the portfolio, with the day of the rate.
    """
    facts = setting.facts_of(portfolio)
    stated: list[tuple[Item, Path, str | None]] = [
        (epic, ("currency",), epic.currency) for epic in portfolio.items_of(Epic)
    ]
    stated += [
        (entry.stream, ("budgets", entry.index, "currency"), entry.line.currency)
        for entry in facts.budget_lines
    ]
    for item, path, currency in stated:
        if facts.rates.lacks(currency) and "rates" not in portfolio.policy.origin.faulty:
            days = [rate.on for rate in portfolio.policy.rates if rate.currency == currency]
            yield Problem(
                item.at(*path),
                "currency-without-rate",
                tell(
                    "{item} is in {currency}, for which there is no rate as of {as_of}: the "
                    "first is of {first}",
                    item=item.id,
                    currency=currency,
                    as_of=setting.as_of,
                    first=min(days),
                )
                if days
                else tell(
                    "{item} is in {currency}, for which there is no rate",
                    item=item.id,
                    currency=currency,
                ),
                tell(
                    "add `- {{currency: {currency}, rate: ..., on: {as_of}}}` to `rates:` of the "
                    "portfolio: what 1 {currency} is in {own}",
                    currency=currency,
                    as_of=setting.as_of,
                    own=portfolio.policy.currency,
                ),
            )


def cost_range_reversed(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic's low cost is at most the likely, and the likely at most the high.

    A range turned round makes every forecast that is drawn from it wrong.

    Fix: put the three in order.
    """
    for epic in portfolio.items_of(Epic):
        names = ("cost_low", "cost", "cost_high")
        currency = portfolio.currency_of(epic)
        stated = [(name, value) for name in names if (value := getattr(epic, name)) is not None]
        if any(too_fine(value, currency) for _, value in stated):
            continue  # one of them is no amount, as another rule reports
        for (low, less), (high, more) in pairwise(stated):
            if less > more:
                yield Problem(
                    epic.at(low),
                    "cost-range-reversed",
                    tell(
                        "{epic} has {low} {less}, above its {high} {more}",
                        epic=epic.id,
                        low=low,
                        less=Money(less, currency),
                        high=high,
                        more=Money(more, currency),
                    ),
                    tell(
                        "write `{low}: {more}` and `{high}: {less}`, or correct the one that "
                        "is wrong",
                        low=low,
                        more=more,
                        high=high,
                        less=less,
                    ),
                    related=(Related(epic.at(high), f"{high} is here"),),
                )


def mvp_over_cost(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The MVP of an epic that is not begun costs at most what the epic costs.

    It is a part of it: one of the two figures is old.

    Fix: correct the older figure.
    """
    for epic in portfolio.items_of(Epic):
        if portfolio.category_of(epic) not in ("new", "waiting"):
            continue
        part = epic.mvp.cost if epic.mvp else None
        whole = epic.cost
        if part is not None and whole is not None and part > whole:
            currency = portfolio.currency_of(epic)
            yield Problem(
                epic.at("mvp", "cost"),
                "mvp-over-cost",
                tell(
                    "{epic} has an MVP of {part}, but costs {whole} in all, of which the MVP is a "
                    "part",
                    epic=epic.id,
                    part=Money(part, currency),
                    whole=Money(whole, currency),
                ),
                tell("correct the older of the two figures"),
                related=(Related(epic.at("cost"), "its cost is here"),),
            )


def epic_overrun(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An epic spends no more than was approved for it.

    The rest comes out of what another epic was promised.

    Fix: decide whether to go on, and approve what that takes; or correct the figure.
    """
    overspent = setting.facts_of(portfolio).overspent
    for epic in portfolio.items_of(Epic):
        over = overspent.get(epic.id)
        if over is None:
            continue
        currency = portfolio.currency_of(epic)
        yield Problem(
            epic.at("approved" if epic.actual is None else "actual"),
            "epic-overrun",
            tell(
                "{epic} has spent {amount}, {over} more than the {approved} approved",
                epic=epic.id,
                amount=Money(over.amount, currency),
                over=Money(over.over, currency),
                approved=Money(over.approved, currency),
            ),
            tell(
                "decide whether to go on, and write `approved: {amount}` or more; or correct "
                "what was spent",
                amount=over.amount,
            ),
            related=(Related(epic.at("approved"), "approved"),),
        )


def whole_life_cost_exceeded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An epic's whole-life cost is at least what it has spent, and what it is forecast to.

    It holds all its years: where a part is more than the whole, one of the two is old.

    Fix: estimate the whole life anew; or correct the other figure.
    """
    for money in setting.facts_of(portfolio).funding.epics:
        epic, whole = money.epic, money.whole_life
        currency = portfolio.policy.currency
        parts = ((tell("has spent"), money.actual), (tell("is forecast to cost"), money.forecast))
        for what, part in parts:
            if whole is not None and part is not None and part > whole:
                yield Problem(
                    epic.at("whole_life_cost"),
                    "whole-life-cost-exceeded",
                    tell(
                        "{epic} {what} {part}, {excess} more than its whole-life cost of {whole}",
                        epic=epic.id,
                        what=what,
                        part=Money(part, currency),
                        excess=Money(part - whole, currency),
                        whole=Money(whole, currency),
                    ),
                    tell("estimate `whole_life_cost:` anew, or correct the other figure"),
                )
                break


def spent_without_approval(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What an epic spends was approved.

    Money that flows without an approval is in no commitment, so the stream looks richer than it is.

    Fix: write `approved:`; or take the spending to where it belongs.
    """
    spent = setting.facts_of(portfolio).spent
    for epic in portfolio.items_of(Epic):
        state = portfolio.state_of(epic)
        required = state is not None and "budget" in state.evidence  # evidence-missing says it
        actual = spent.get(epic.id)
        if actual and epic.approved is None and epic.lacks("approved") and not required:
            yield Problem(
                epic.at() if epic.actual is None else epic.at("actual"),
                "spent-without-approval",
                tell(
                    "{epic} has spent {actual}, of which nothing was approved",
                    epic=epic.id,
                    actual=Money(actual, portfolio.currency_of(epic)),
                ),
                tell("add `approved:` with what was approved, or correct what was spent"),
            )
