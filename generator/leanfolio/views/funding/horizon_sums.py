"""What the amount of each part of a guardrail is made from: its items, each with its line."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce

from msgspec.structs import replace

from leanfolio.figures.funding.amount import plus
from leanfolio.figures.funding.guardrail import CapacityOf
from leanfolio.figures.funding.horizons import NO_HORIZON
from leanfolio.figures.funding.table import FundingTable, committed_now
from leanfolio.model import Epic, Feature
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Derivation
from leanfolio.views.derivation import derivation, line_of, sum_of
from leanfolio.views.funding.guardrails import PARTS, Guardrail
from leanfolio.wording import Money, trimmed


def with_sums(
    rails: Iterable[Guardrail], table: FundingTable, portfolio: Portfolio
) -> Iterator[Guardrail]:
    """Yield the guardrails, those of horizons and capacity with how each part adds up."""
    for rail in rails:
        sums: Mapping[str, Derivation] = {}
        if rail.capacity_of is not None:
            sums = capacity_sums(portfolio, rail.capacity_of)
        elif rail.rule == "guardrail-horizons":
            sums = horizon_sums(table)
        parts = (replace(part, how=sums.get(part.name)) for part in rail.parts)
        yield replace(rail, parts=tuple(parts))


def capacity_sums(portfolio: Portfolio, of: CapacityOf) -> Mapping[str, Derivation]:
    """Return how the size of each kind of feature adds up, by the name of its part."""
    parts: defaultdict[str, list[Feature]] = defaultdict(list)
    for id in of.sized:
        feature = portfolio[id]
        if isinstance(feature, Feature):
            parts[PARTS[feature.kind]].append(feature)
    return {name: sizes(features) for name, features in parts.items()}


def sizes(features: Sequence[Feature]) -> Derivation:
    """Return the sum of the sizes of features; of one feature, its line alone."""
    known = [(feature, trimmed(feature.size)) for feature in features if feature.size is not None]
    total = trimmed(reduce(plus, (size for _, size in known)))
    lines = (line_of(feature, "size", size) for feature, size in known)
    return derivation(sum_of([size for _, size in known], total) if len(known) > 1 else "", lines)


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
