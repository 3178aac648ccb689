"""Whether too much of the money hangs on one epic, or on one vendor."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.funding.amount import Total, added
from leanfolio.figures.funding.guardrail import NO_MONEY, Breach, Verdict
from leanfolio.figures.funding.mix import rounded_up
from leanfolio.figures.funding.table import Committed
from leanfolio.model.policy import Concentration
from leanfolio.wording import Percent, message


def concentration(policy: Concentration, epics: Iterable[Committed]) -> list[Verdict]:
    """The share of the committed money that one epic, and one vendor, may hold."""
    counted = [epic for epic in epics if epic.category != "cancelled"]
    unknown = sum(entry.amount is None and entry.category == "active" for entry in counted)
    result = []
    if policy.epic is not None:
        held = {entry.epic.id: [entry] for entry in counted if entry.amount is not None}
        result.append(verdict("epic", policy.epic, held, whole_of(counted), unknown))
    if policy.vendor is not None:
        result.append(
            verdict("vendor", policy.vendor, by_vendor(counted), whole_of(counted), unknown)
        )
    return result


def by_vendor(epics: Iterable[Committed]) -> dict[str, list[Committed]]:
    """The epics of each vendor that state their money."""
    result: dict[str, list[Committed]] = {}
    for epic in epics:
        if epic.epic.vendor and epic.amount is not None:
            result.setdefault(epic.epic.vendor, []).append(epic)
    return result


def whole_of(epics: Iterable[Committed]) -> Decimal:
    """All the committed money that is stated."""
    return added(Total(epic.amount) for epic in epics).amount or Decimal(0)


def verdict(
    kind: str, limit: Decimal, held: Mapping[str, list[Committed]], whole: Decimal, unknown: int
) -> Verdict:
    """Each holder above the limit, and how many points it has too many."""
    matches = [breach(name, epics, whole, limit) for name, epics in held.items()]
    breaches = tuple(entry for entry in matches if entry)
    no_vendor = message("no epic with committed money names its vendor")
    no_holder = no_vendor if whole else NO_MONEY
    return Verdict(
        f"guardrail-concentration-{kind}",
        "",
        not breaches,
        "money",
        limit=limit,
        breaches=breaches,
        judged=len(held),
        unknown=unknown,
        missing="" if held and whole else no_holder,
    )


def breach(name: str, epics: list[Committed], whole: Decimal, limit: Decimal) -> Breach | None:
    """One holder's share as a breach, where it is above the limit."""
    amount = whole_of(epics)
    share = Fraction(amount) / Fraction(whole) if whole else Fraction(0)
    over = share - Fraction(limit) / 100
    if over <= 0:
        return None
    points = Percent(rounded_up(over), 1)
    cure = message("move {share} of the money from {name} to others", share=points, name=name)
    return Breach(name, tuple(epic.epic.id for epic in epics), amount, share, cure)
