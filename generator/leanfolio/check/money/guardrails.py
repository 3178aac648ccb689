"""Guardrails: the limits on the mix of the money, as the funding page judges them."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leanfolio.check.rule import GRACE, Setting
from leanfolio.figures.funding.epic import EpicMoney
from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.figures.funding.threshold import estimate
from leanfolio.model import Epic, Item
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import Money, Percent, Told, joined, kept, some, tell


def broken(portfolio: Portfolio, setting: Setting, rule: str) -> list[Verdict]:
    """The verdicts of one guardrail that did not pass."""
    verdicts = setting.facts_of(portfolio).verdicts
    return [entry for entry in verdicts if entry.rule == rule and entry.broken]


def off_target(verdict: Verdict, place: Place, rule: str, whole: str) -> Problem:
    """Which shares are off their target, and the smallest move that would put them right."""
    parts = verdict.mix.parts if verdict.mix else ()

    def of_mix(name: str) -> str:
        return tell("horizon {name}", name=name) if rule == "guardrail-horizons" else name

    shares = [
        tell(
            "{part}: {share} {whole}, and the target is {target} ± {tolerance}",
            part=of_mix(part.name),
            share=short(part.share),
            whole=whole,
            target=short(part.target),
            tolerance=short(part.tolerance),
        )
        for part in parts
        if part.standing in ("over", "under") and part.target is not None
    ]
    moves = (verdict.mix.moves if verdict.mix else None) or ()
    hint = some(
        tell(
            "{share} from {source} to {target}",
            share=short(move.share),
            source=of_mix(move.source),
            target=of_mix(move.to),
        )
        for move in moves
    )
    said = Told(joined(shares, "; "))
    return Problem(
        place,
        rule,
        tell("in {scope}: {shares}", scope=verdict.scope, shares=said) if verdict.scope else said,
        tell("move {hint}; or change the target", hint=hint)
        if moves
        else tell("give a target, or less, to what has none")
        if verdict.mix and verdict.mix.crowded_out
        else tell("change the targets, or the work"),
    )


def short(share: Fraction) -> Percent:
    return Percent(share, 1, trim=True)


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
        yield off_target(verdict, place, "guardrail-horizons", tell("of the money"))


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
        yield off_target(verdict, place, "guardrail-capacity", tell("of the size"))


def guardrail_threshold(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An epic at or above the threshold that runs, or has approved money, has a recorded go.

    That is what the threshold is for: from there on it is not one person's decision.

    Fix: record the decision with its day and who took it; or stop the epic.
    """
    money = setting.facts_of(portfolio).money_of_epics
    for verdict in broken(portfolio, setting, "guardrail-threshold"):
        for breach in verdict.breaches:
            epic = portfolio[breach.items[0]]
            if portfolio.category_of(epic) is None:
                continue  # a state that is no column is reported as that; it may be one of the end
            if has_go_to_come(epic, setting.as_of):
                continue  # its day is reported as one that has not come
            yield Problem(
                epic.at(field_of_size(money[epic.id])),
                "guardrail-threshold",
                size_words(money[epic.id], verdict.limit or Decimal(0), portfolio.policy.currency),
                tell(
                    "add `- {{on: ..., kind: go, by: ..., note: ...}}` to its `decisions:`, or "
                    "stop it"
                ),
            )


def field_of_size(money: EpicMoney) -> str:
    """The field that makes an epic as large as it is held against the threshold."""
    size = estimate(money)
    if size == money.approved:
        return "budgets" if money.epic.lacks("approved") else "approved"
    if size != money.forecast:
        return "whole_life_cost"
    return "budgets" if money.epic.cost is None else "cost"


def size_words(money: EpicMoney, limit: Decimal, currency: str) -> str:
    """What an epic comes to, of what that is made, and that it needs a go."""
    size = estimate(money) or Decimal(0)
    parts = {
        "epic": money.epic.id, "actual": Money(size, currency), "limit": Money(limit, currency),
    }  # fmt: skip
    spent = money.actual
    if size not in (money.approved, money.forecast):
        return tell(
            "{epic} comes to {actual} over its whole life, and from the threshold of "
            "{limit} on an epic needs a recorded go",
            **parts,
        )
    if size == money.approved or not spent or spent == size:
        return tell(
            "{epic} comes to {actual}, and from the threshold of {limit} "
            "on an epic needs a recorded go",
            **parts,
        )
    return tell(
        "{epic} comes to {actual} ({spent} spent, {rest} to come), and "
        "from the threshold of {limit} on an epic needs a recorded go",
        **parts, spent=Money(spent, currency), rest=Money(size - spent, currency),
    )  # fmt: skip


def has_go_to_come(item: Item, as_of: date) -> bool:
    """Whether an epic records a go on a day that is reported as one of the future."""
    return isinstance(item, Epic) and any(
        decision.kind == "go" and decision.on - as_of > GRACE for decision in item.decisions
    )


def guardrail_salami(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Epics of one owner for one objective that together reach the threshold have a go.

    One large investment in slices below the threshold is still one large investment.

    Fix: decide on them together, and record the go in each.
    """
    for verdict in broken(portfolio, setting, "guardrail-salami"):
        for breach in verdict.breaches:
            first, *rest = (portfolio[id] for id in breach.items)
            if any(has_go_to_come(entry, setting.as_of) for entry in (first, *rest)):
                continue
            yield Problem(
                first.at("owner"),
                "guardrail-salami",
                tell(
                    "{items}, all of {name}, are each below the threshold of {limit}, and "
                    "together come to {actual}",
                    items=some(breach.items),
                    name=breach.name,
                    limit=Money(verdict.limit or Decimal(0), portfolio.policy.currency),
                    actual=Money(breach.actual or Decimal(0), portfolio.policy.currency),
                ),
                kept(breach.cure),
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
                tell(
                    "{increment} has evidence of its business owners for {share} of its moments "
                    "before, at and after planning, and {limit:grouped} % is asked",
                    increment=increment.id,
                    share=Percent(breach.share or Fraction(0), 1, trim=True),
                    limit=verdict.limit or Decimal(0),
                ),
                tell(
                    "{cure}: `engagement: [{{on: ..., by: ..., when: before}}]`", cure=breach.cure
                ),
            )


def concentrated(portfolio: Portfolio, setting: Setting, rule: str) -> Iterator[Problem]:
    for verdict in broken(portfolio, setting, rule):
        for breach in verdict.breaches:
            first = portfolio[breach.items[0]]
            vendor = rule.endswith("vendor")
            yield Problem(
                first.at("vendor" if vendor else "approved"),
                rule,
                tell(
                    "{name} holds {share} of the committed money, and {limit:grouped} % is allowed",
                    name=breach.name,
                    share=Percent(breach.share or Fraction(0), 1, trim=True),
                    limit=verdict.limit or Decimal(0),
                ),
                kept(breach.cure),
                related=tuple(
                    Related(portfolio[id].at("approved"), f"{id} is here")
                    for id in breach.items[1:6]
                ),
            )
