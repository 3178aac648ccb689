"""Cascades: what follows from a fault that is reported by itself is not reported beside it.

An amount that could not be read, or that is no amount, makes a sum of amounts wrong, and the rule
about that sum would send an author to figures that are right.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath

from leanfolio.check.amounts import amounts_in
from leanfolio.model import Epic, Item, ValueStream
from leanfolio.model.minor_units import too_fine
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem

TOO_FINE = "amount-too-fine"
# Rules that hold two amounts of one line against each other, both of which they point at.
OF_A_LINE = frozenset((
    "budget-overrun", "forecast-below-actual", "forecast-over-budget", "mvp-over-cost",
))  # fmt: skip
# Rules about the money of one epic.
OF_AN_EPIC = frozenset((
    "budget-differs", "epic-overrun", "guardrail-threshold", "spent-without-approval",
    "whole-life-cost-exceeded",
))  # fmt: skip
# Rules about a value stream and all its epics.
OF_A_STREAM = frozenset((
    "budget-overcommitted", "forecast-below-booked", "forecast-unexplained",
    "spending-unexplained",
))  # fmt: skip
# Rules about shares of the money of the whole portfolio.
OF_ALL = frozenset((
    "guardrail-concentration-epic", "guardrail-concentration-vendor", "guardrail-horizons",
    "guardrail-salami",
))  # fmt: skip
SUMS = OF_A_LINE | OF_AN_EPIC | OF_A_STREAM | OF_ALL
SUMMED = frozenset((
    "actual", "approved", "budgets", "cost", "cost_high", "cost_low", "currency", "decisions",
    "guardrails", "horizon", "mvp", "rates", "vendor", "whole_life_cost",
))  # fmt: skip


def without_cascades(portfolio: Portfolio, problems: Iterable[Problem]) -> list[Problem]:
    """The problems less those about a sum of which a part is reported as wrong itself."""
    found = list(problems)
    if SUMS.isdisjoint(problem.rule for problem in found):
        return found
    wrong = frozenset(problem.at for problem in found if problem.rule == TOO_FINE)
    doubtful = doubtful_items(portfolio, fine=bool(wrong))
    if not doubtful:
        return found
    at: defaultdict[PurePosixPath, list[Item]] = defaultdict(list)
    for item in portfolio.items.values():
        at[item.origin.path].append(item)
    return [
        problem
        for problem in found
        if problem.rule not in SUMS
        or not follows(portfolio, problem, at[problem.at.path], doubtful, wrong)
    ]


def doubtful_items(portfolio: Portfolio, *, fine: bool) -> frozenset[str]:
    """The items with a part of a sum that could not be read, or, with `fine`, that is no amount."""
    everything = (portfolio.policy, *portfolio.items.values())
    unread = {item.id for item in everything if not SUMMED.isdisjoint(item.origin.faulty)}
    if fine:
        unread.update(
            item.id
            for item, path, amount, currency in amounts_in(portfolio)
            if path[0] in SUMMED and too_fine(amount, currency)
        )
    return frozenset(unread)


def follows(
    portfolio: Portfolio,
    problem: Problem,
    here: Iterable[Item],
    doubtful: Collection[str],
    wrong: Collection[object],
) -> bool:
    """Whether a problem about a sum may come from what is doubtful alone."""
    if problem.rule in OF_A_LINE:
        return any(at in wrong for at in (problem.at, *(each.at for each in problem.related)))
    if problem.rule in OF_ALL:
        return True
    return any(id in doubtful for id in summed(portfolio, here))


def summed(portfolio: Portfolio, items: Iterable[Item]) -> Iterator[str]:
    """The ids of items, and of the epics whose money is counted under them."""
    for item in items:
        yield item.id
        if isinstance(item, ValueStream):
            yield from (epic.id for epic in portfolio.members_of(item.id, Epic))
