"""Cascades: what follows from a fault that is reported by itself is not reported beside it.

An amount that could not be read, or that is no amount, makes a sum of amounts wrong, and the rule
about that sum would send an author to figures that are right. Of a share of all committed money it
is said instead that the guardrail cannot be judged, and because of which items: else it would pass
for one that holds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

from leanfolio.check.amounts import amounts_in
from leanfolio.model import Epic, Item, Path, ValueStream
from leanfolio.model.minor_units import too_fine
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.wording import some, tell

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
# Rules about the money of one owner's epics.
OF_AN_OWNER = frozenset(("guardrail-salami",))
# Rules about shares of all committed money: the target that each judges, and the fields of an item
# on which its part depends beside those of money.
OF_ALL: Mapping[str, tuple[Path, frozenset[str]]] = {
    "guardrail-concentration-epic": (("guardrails", "concentration", "epic"), frozenset()),
    "guardrail-concentration-vendor": (
        ("guardrails", "concentration", "vendor"), frozenset(("vendor",)),
    ),
    "guardrail-horizons": (("guardrails", "horizons"), frozenset(("horizon",))),
}  # fmt: skip
COMMITTED = frozenset(("approved", "budgets", "currency", "rates"))
SUMS = OF_A_LINE | OF_AN_EPIC | OF_A_STREAM | OF_AN_OWNER | OF_ALL.keys()
SUMMED = frozenset((
    "actual", "approved", "budgets", "cost", "cost_high", "cost_low", "currency", "decisions",
    "guardrails", "horizon", "mvp", "rates", "vendor", "whole_life_cost",
))  # fmt: skip


def without_cascades(
    portfolio: Portfolio, problems: Iterable[Problem], as_of: date
) -> list[Problem]:
    """The problems less those about a sum of which a part is reported as wrong itself.

    Each guardrail about a share that cannot be judged for that is a problem instead, unless the
    portfolio waives it on this day.
    """
    found = list(problems)
    shares = [rule for rule, (path, _) in OF_ALL.items() if is_set(portfolio, path)]
    if not shares and SUMS.isdisjoint(problem.rule for problem in found):
        return found
    wrong = frozenset(problem.at for problem in found if problem.rule == TOO_FINE)
    faults = faulty_fields(portfolio, fine=bool(wrong))
    if not faults:
        return found
    unjudged = {rule: ids for rule in shares if (ids := doubtful_items(faults, rule))}
    at: defaultdict[PurePosixPath, list[Item]] = defaultdict(list)
    for item in portfolio.items.values():
        at[item.origin.path].append(item)
    remaining = [
        problem
        for problem in found
        if problem.rule not in unjudged
        and not follows(portfolio, problem, at[problem.at.path], faults, wrong)
    ]
    waived = {waiver.rule for waiver in portfolio.policy.waivers if waiver.until >= as_of}
    return [
        *remaining,
        *(cannot_be_judged(portfolio, *each) for each in unjudged.items() if each[0] not in waived),
    ]


def is_set(portfolio: Portfolio, path: Path) -> bool:
    """Whether the policy of the portfolio sets the target at this path."""
    value: object = portfolio.policy
    for step in path:
        value = getattr(value, str(step), None)
    return value is not None


def cannot_be_judged(portfolio: Portfolio, rule: str, ids: Sequence[str]) -> Problem:
    """That a guardrail is neither held nor broken, as what it counts of these items is in doubt."""
    return Problem(
        portfolio.policy.at(*OF_ALL[rule][0]),
        rule,
        tell("cannot be judged: it counts what is wrong in {items}", items=some(ids)),
        tell("correct what is reported of {items}", items=some(ids)),
    )


def doubtful_items(faults: Mapping[str, frozenset[str]], rule: str) -> list[str]:
    """The ids of the items with a fault that makes a share wrong which a rule judges."""
    fields = COMMITTED | OF_ALL[rule][1]
    return sorted(id for id, names in faults.items() if not fields.isdisjoint(names))


def faulty_fields(portfolio: Portfolio, *, fine: bool) -> dict[str, frozenset[str]]:
    """The fields of each item that are a part of a sum and could not be read or, with `fine`, hold
    what is no amount."""
    everything = (portfolio.policy, *portfolio.items.values())
    faults = {item.id: item.origin.faulty & SUMMED for item in everything if item.origin.faulty}
    if fine:
        for item, path, amount, currency in amounts_in(portfolio):
            if path[0] in SUMMED and too_fine(amount, currency):
                faults[item.id] = faults.get(item.id, frozenset()) | {str(path[0])}
    return {id: names for id, names in faults.items() if names}


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
    if problem.rule in OF_AN_OWNER:
        return portfolio.policy.id in doubtful or any(
            id in doubtful for item in here for id in of_same_owner(portfolio, item)
        )
    if problem.rule not in OF_AN_EPIC | OF_A_STREAM:
        return False
    return any(id in doubtful for id in summed(portfolio, here))


def of_same_owner(portfolio: Portfolio, item: Item) -> Iterator[str]:
    """The ids of the epics that the owner of an epic has."""
    return (
        epic.id for epic in portfolio.items_of(Epic) if epic.owner == getattr(item, "owner", "")
    )


def summed(portfolio: Portfolio, items: Iterable[Item]) -> Iterator[str]:
    """The ids of items, and of the epics whose money is counted under them."""
    for item in items:
        yield item.id
        if isinstance(item, ValueStream):
            yield from (epic.id for epic in portfolio.members_of(item.id, Epic))
