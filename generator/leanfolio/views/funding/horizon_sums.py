"""What the amount of each investment horizon is made from: its epics, each with its line."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from leanfolio.figures.funding.horizons import NO_HORIZON
from leanfolio.figures.funding.table import FundingTable, committed_now
from leanfolio.model import Epic
from leanfolio.views.derivation import Derivation, derivation, line_of, sum_of
from leanfolio.views.funding.guardrails import PARTS
from leanfolio.wording import Money


def horizon_sums(table: FundingTable) -> Mapping[str, Derivation]:
    """Return how the money of each horizon adds up, by the name of its part."""
    parts: defaultdict[str, list[tuple[Epic, Money]]] = defaultdict(list)
    currency = table.exchange.currency
    for epic, _, amount in committed_now(table):
        if amount:
            horizon = NO_HORIZON if epic.horizon is None else str(epic.horizon)
            parts[PARTS[horizon]].append((epic, Money(amount, currency)))
    return {name: added_up(epics, currency) for name, epics in parts.items()}


def added_up(epics: Sequence[tuple[Epic, Money]], currency: str) -> Derivation:
    """Return the sum of what the epics commit; of one epic, its line alone."""
    terms = [money for _, money in epics]
    total = Money(sum((money.amount for money in terms), Decimal(0)), currency)
    return derivation(
        sum_of(terms, total) if len(terms) > 1 else "",
        (line_of(epic, "approved", money) for epic, money in epics),
    )
