"""Guardrails: the limits on the mix of the money, as the funding page judges them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leanfolio.check.rule import Setting
from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import grouped, short_percent, some


def broken(portfolio: Portfolio, setting: Setting, rule: str) -> list[Verdict]:
    """The verdicts of one guardrail that did not pass."""
    verdicts = setting.facts_of(portfolio).verdicts
    return [entry for entry in verdicts if entry.rule == rule and entry.broken]


def off_target(verdict: Verdict, place: Place, rule: str, what: str, whole: str) -> Problem:
    """Which shares are off their target, and the smallest move that would put them right."""
    parts = verdict.mix.parts if verdict.mix else ()
    shares = [
        f"{what}{part.name} has {short_percent(part.share)} {whole},"
        f" and its target is {short_percent(part.target)} ± {short_percent(part.tolerance)}"
        for part in parts
        if part.standing in ("over", "under") and part.target is not None
    ]
    moves = (verdict.mix.moves if verdict.mix else None) or ()
    hint = some(
        f"{short_percent(move.share)} from {what}{move.source} to {what}{move.to}" for move in moves
    )
    scope = f"in {verdict.scope}: " if verdict.scope else ""
    return Problem(
        place,
        rule,
        f"{scope}{'; '.join(shares)}",
        f"move {hint}; or change the target" if hint else "change the targets, or the work",
    )


def adds_up(targets: Mapping[Any, Decimal]) -> bool:
    """Whether targets can be kept at all; if not, guardrail-targets says so."""
    return sum(targets.values(), Decimal(0)) == 100


def guardrail_horizons(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The committed money keeps to the mix of investment horizons, within the tolerance.

    Without it the present always wins: what runs today takes the money of what is to run then.
    While an item cannot be read its money is not known, and the rule is silent.

    Fix: move money as the message says; or change the target, which is a decision of the board.
    """
    rail = portfolio.policy.guardrails.horizons
    if portfolio.broken or rail is None or not adds_up(rail.targets):
        return
    for verdict in broken(portfolio, setting, "guardrail-horizons"):
        place = portfolio.policy.at("guardrails", "horizons", "targets")
        yield off_target(verdict, place, "guardrail-horizons", "horizon ", "of the money")


def guardrail_capacity(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Each value stream shares an increment between features, enablers and maintenance as agreed.

    Enablers and maintenance are what is cut first and paid for last. While an item cannot be read
    its part is not known, and the rule is silent.

    Fix: change the plan of the increment while it can be changed; or the target.
    """
    rail = portfolio.policy.guardrails.capacity
    if portfolio.broken or rail is None or not adds_up(rail.targets):
        return
    for verdict in broken(portfolio, setting, "guardrail-capacity"):
        place = portfolio.policy.at("guardrails", "capacity", "targets")
        yield off_target(verdict, place, "guardrail-capacity", "", "of the size")


def guardrail_threshold(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An epic at or above the threshold that runs, or has approved money, has a recorded go.

    That is what the threshold is for: from there on it is not one person's decision.

    Fix: record the decision with its day and who took it; or stop the epic.
    """
    for verdict in broken(portfolio, setting, "guardrail-threshold"):
        for breach in verdict.breaches:
            epic = portfolio[breach.items[0]]
            if portfolio.category_of(epic) is None:
                continue  # a state that is no column is reported as that; it may be one of the end
            yield Problem(
                epic.at("cost") if epic.lacks("approved") else epic.at("approved"),
                "guardrail-threshold",
                f"{epic.id} comes to {grouped(breach.actual or Decimal(0))}, and from the threshold"
                f" of {grouped(verdict.limit or Decimal(0))} on an epic needs a recorded go",
                "add `- {on: ..., kind: go, by: ..., note: ...}` to its `decisions:`, or stop it",
            )


def guardrail_salami(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Epics of one owner for one objective that together reach the threshold have a go.

    One large investment in slices below the threshold is still one large investment.

    Fix: decide on them together, and record the go in each.
    """
    for verdict in broken(portfolio, setting, "guardrail-salami"):
        for breach in verdict.breaches:
            first, *rest = (portfolio[id] for id in breach.items)
            yield Problem(
                first.at("owner"),
                "guardrail-salami",
                f"{some(breach.items)}, all of {breach.name}, are each below the threshold of"
                f" {grouped(verdict.limit or Decimal(0))},"
                f" and together come to {grouped(breach.actual or Decimal(0))}",
                str(breach.cure),
                related=tuple(Related(entry.at(), f"{entry.id} is here") for entry in rest[:5]),
            )


def guardrail_concentration_epic(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """No epic holds more of the committed money than the guardrail allows.

    A portfolio that hangs on one bet is no portfolio.

    Fix: cut the epic, or fund it in steps.
    """
    yield from concentrated(portfolio, setting, "guardrail-concentration-epic")


def guardrail_concentration_vendor(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """No vendor holds more of the committed money than the guardrail allows.

    Who is paid most of it sets the price of the rest.

    Fix: look for a second source; or change the guardrail, which is a decision of the board.
    """
    yield from concentrated(portfolio, setting, "guardrail-concentration-vendor")


def guardrail_engagement(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An increment has dated evidence that its business owners took part.

    Teams that plan alone learn at the end what was wanted at the start.

    Fix: write `engagement: [{on: ..., by: ..., when: before}]` in the increment.
    """
    for verdict in broken(portfolio, setting, "guardrail-engagement"):
        for breach in verdict.breaches:
            increment = portfolio[breach.items[0]]
            place = increment.at() if increment.lacks("engagement") else increment.at("engagement")
            yield Problem(
                place,
                "guardrail-engagement",
                f"{increment.id} has evidence of its business owners for"
                f" {short_percent(breach.share or Fraction(0))} of its moments before, at and after"
                f" planning, and {grouped(verdict.limit or Decimal(0))} % is asked",
                f"{breach.cure}: `engagement: [{{on: ..., by: ..., when: before}}]`",
            )


def concentrated(portfolio: Portfolio, setting: Setting, rule: str) -> Iterator[Problem]:
    for verdict in broken(portfolio, setting, rule):
        for breach in verdict.breaches:
            first = portfolio[breach.items[0]]
            vendor = rule.endswith("vendor")
            yield Problem(
                first.at("vendor" if vendor else "approved"),
                rule,
                f"{breach.name} holds {short_percent(breach.share or Fraction(0))} of the committed"
                f" money, and {grouped(verdict.limit or Decimal(0))} % is allowed",
                str(breach.cure),
                related=tuple(
                    Related(portfolio[id].at("approved"), f"{id} is here")
                    for id in breach.items[1:6]
                ),
            )
