"""Whether the money keeps to the mix of investment horizons."""

from collections.abc import Iterable
from decimal import Decimal

from leanfolio.figures.funding.amount import plus
from leanfolio.figures.funding.guardrail import NO_MONEY, Verdict
from leanfolio.figures.funding.mix import mix
from leanfolio.figures.funding.table import Committed
from leanfolio.model.policy import Horizons

ORDER = ("3", "2", "1", "0")
NO_HORIZON = "none"


def horizons(policy: Horizons, epics: Iterable[Committed]) -> Verdict:
    """The share of the committed money in each horizon, against target and tolerance.

    Of an epic whose money stands in several periods, only what stands in this one is given. Money
    without a horizon counts in the whole, against a target of nothing.
    """
    amounts = dict.fromkeys(ORDER, Decimal(0))
    unknown = judged = 0
    for epic in epics:
        if epic.amount is None:
            unknown += epic.category in ("active", "done")
            continue
        judged += 1
        name = NO_HORIZON if epic.epic.horizon is None else str(epic.epic.horizon)
        amounts[name] = plus(amounts.get(name, Decimal(0)), epic.amount)
    targets = {str(number): target for number, target in policy.targets.items()}
    result = mix(amounts, {NO_HORIZON: Decimal(0)} | targets, policy.tolerance)
    return Verdict(
        "guardrail-horizons",
        "",
        result.kept,
        "money",
        mix=result,
        judged=judged,
        unknown=unknown,
        missing="" if result.parts else NO_MONEY,
    )
