"""What the amount of each investment horizon is made from: its epics, each with its line."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from leanfolio.figures.funding.amount import plus
from leanfolio.figures.funding.horizons import NO_HORIZON
from leanfolio.figures.funding.table import FundingTable, committed_now
from leanfolio.model import Epic
from leanfolio.views.derivation import Derivation, derivation, line_of, sum_of
from leanfolio.views.funding.guardrails import PARTS, Guardrail
from leanfolio.wording import Money


def with_horizon_sums(rails: Iterable[Guardrail], table: FundingTable) -> Iterator[Guardrail]:
    """Yield the guardrails, that of horizons with how the amount of each part adds up."""
    for rail in rails:
        if rail.rule == "guardrail-horizons":
            sums = horizon_sums(table)
            parts = (replace(part, how=sums.get(part.name)) for part in rail.parts)
            yield replace(rail, parts=tuple(parts))
        else:
            yield rail


def horizon_sums(table: FundingTable) -> Mapping[str, Derivation]:
    """Return how the money of each horizon adds up, by the name of its part."""
    parts: defaultdict[str, list[tuple[Epic, Decimal]]] = defaultdict(list)
    for epic, _, amount in committed_now(table):
        if amount:
            horizon = NO_HORIZON if epic.horizon is None else str(epic.horizon)
            parts[PARTS[horizon]].append((epic, amount))
    return {name: added_up(epics, table.exchange.currency) for name, epics in parts.items()}


def added_up(epics: Sequence[tuple[Epic, Decimal]], currency: str) -> Derivation:
    """Return the sum of what the epics commit; of one epic, its line alone."""
    terms = [Money(amount, currency) for _, amount in epics]
    total = Money(reduce(plus, (amount for _, amount in epics)), currency)
    lines = (line_of(epic, "approved", Money(amount, currency)) for epic, amount in epics)
    return derivation(sum_of(terms, total) if len(epics) > 1 else "", lines)
