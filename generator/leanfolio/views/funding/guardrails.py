"""The guardrails page: each with its target, what is, the verdict, and what would put it right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.funding.guardrail import Breach, Verdict
from leanfolio.figures.funding.mix import Mix, Move, Part
from leanfolio.model.item import Waiver
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.phrase import capital, cents, count, percent, rounded
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import listed

CONCENTRATION = ("guardrail-concentration-epic", "guardrail-concentration-vendor")
MOST_NAMED = 2  # guardrails that a sentence names
TITLES = {
    "guardrail-horizons": "Investment horizons",
    "guardrail-capacity": "Capacity allocation",
    "guardrail-threshold": "Large epics are decided",
    "guardrail-salami": "No epic is cut small",
    "guardrail-concentration-epic": "No epic holds too much",
    "guardrail-concentration-vendor": "No vendor holds too much",
    "guardrail-engagement": "Business owners take part",
}
LAWS = {
    "guardrail-horizons": "The money committed in this period keeps to its share per horizon.",
    "guardrail-capacity": "Features, enablers and maintenance keep to their agreed shares of size.",
    "guardrail-threshold": "An epic at or above the threshold has a recorded go.",
    "guardrail-salami": "Epics of one owner and objective that together exceed the threshold "
    "are decided together.",
    "guardrail-concentration-epic": "No single epic holds more than agreed of the money committed "
    "in this period.",
    "guardrail-concentration-vendor": "No vendor holds more than agreed of the money committed in "
    "this period.",
    "guardrail-engagement": "Each increment has dated evidence of its business owners: before "
    "planning, at it, and after the increment.",
}
PARTS = {
    "3": "Horizon 3, evaluating",
    "2": "Horizon 2, emerging",
    "1": "Horizon 1, investing or extracting",
    "0": "Horizon 0, retiring",
    "none": "No horizon stated",
    "feature": "Features",
    "enabler": "Enablers",
    "maintenance": "Maintenance",
}
SHORT = {"3": "horizon 3", "2": "horizon 2", "1": "horizon 1", "0": "horizon 0",
         "none": "no horizon", "feature": "features", "enabler": "enablers",
         "maintenance": "maintenance"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuardrailPart:
    """One share against its target. All shares are of one; `amount` is money or size."""

    name: str
    amount: Decimal
    actual: Decimal
    target: Decimal | None
    tolerance: Decimal
    standing: str  # within, over, under, no target


@dataclass(frozen=True, slots=True)
class GuardrailMove:
    """The smallest change: so much from one part to another."""

    source: str
    to: str
    amount: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class GuardrailBreach:
    """What is beyond the guardrail: an epic or a group of them."""

    name: str
    items: tuple[Ref, ...]
    amount: Decimal | None
    share: Decimal | None
    cure: str


@dataclass(frozen=True, slots=True)
class GuardrailWaiver:
    """Who allowed a breach, why, and until when."""

    reason: str
    approver: str
    until: date


@dataclass(frozen=True, slots=True)
class Guardrail:
    """One guardrail, judged. `pass_` is written `pass` in JSON; null is not judged."""

    name: str
    pass_: bool | None
    detail: str
    rule: str
    title: str
    law: str
    scope: str
    unit: str  # money, size, epics, increments
    cure: str  # the smallest change that would put it right, or ""
    limit: Decimal | None  # an amount of money, or a percentage
    parts: tuple[GuardrailPart, ...]
    moves: tuple[GuardrailMove, ...]
    breaches: tuple[GuardrailBreach, ...]
    unknown: int  # how many could not be judged
    information: bool  # shown, not judged
    waiver: GuardrailWaiver | None  # allowed until a day, by whom, and why
    word: str  # kept, broken, waived, not judged, for information

    @property
    def shares(self) -> str:
        """Its shares in one line."""
        said = [f"{each.name} {percent(each.actual, 1)}" for each in self.parts]
        return ", ".join(said) or self.detail

    @property
    def broken(self) -> bool:
        """Whether it needs somebody: broken, and no waiver keeps it quiet."""
        return self.word == "broken"


def held_said(rails: Sequence[Guardrail]) -> str:
    """How many of the guardrails that were judged hold; those not judged count with neither."""
    judged = [rail for rail in rails if rail.pass_ is not None]
    held = sum(1 for each in judged if each.pass_)
    if not rails:
        return "This portfolio has set no guardrails"
    if not judged:
        return "No guardrail can be judged yet"
    return f"{held} of {len(judged)} guardrails hold"


def silent_said(rails: Sequence[Guardrail]) -> str:
    """Which guardrails were not judged, and what is missing; of many, only how many."""
    silent = [rail for rail in rails if rail.pass_ is None]
    if len(silent) > MOST_NAMED:
        return capital(f"{count(len(silent), 'guardrail')} are not judged; each says why below.")
    return " ".join(f"{each.name} is not judged: {each.detail}." for each in silent)


@dataclass(frozen=True, slots=True)
class GuardrailGroup:
    """One rule with everything that was judged by it: once for the portfolio, or place by place."""

    rule: str
    title: str
    law: str
    rails: tuple[Guardrail, ...]

    @property
    def scoped(self) -> bool:
        """Whether it is judged place by place."""
        return bool(self.rails[0].scope)

    @property
    def of_this_period(self) -> bool:
        """Whether it weighs the money that is committed in this period."""
        return self.rule in ("guardrail-horizons", *CONCENTRATION)

    @property
    def judged(self) -> int:
        return sum(rail.pass_ is not None for rail in self.rails)

    @property
    def broken(self) -> int:
        return sum(rail.broken for rail in self.rails)


def grouped(rails: Iterable[Guardrail]) -> tuple[GuardrailGroup, ...]:
    """The guardrails by their rule, in the order of the policy."""
    groups: dict[str, list[Guardrail]] = {}
    for rail in rails:
        groups.setdefault(rail.rule, []).append(rail)
    return tuple(
        GuardrailGroup(rule, own[0].title, own[0].law, tuple(own)) for rule, own in groups.items()
    )


def guardrails_view(
    portfolio: Portfolio, verdicts: Iterable[Verdict], as_of: date
) -> tuple[Guardrail, ...]:
    """Every guardrail as the page prints it, in the order of the policy."""
    return tuple(guardrail(portfolio, verdict, as_of) for verdict in verdicts)


def guardrail(portfolio: Portfolio, verdict: Verdict, as_of: date) -> Guardrail:
    """A guardrail with its law, what was found, and the least that would cure it."""
    waiver = waiver_of(portfolio, verdict, as_of)
    title = TITLES[verdict.rule]
    return Guardrail(
        name=f"{title}: {verdict.scope}" if verdict.scope else title,
        pass_=None if verdict.missing else verdict.passed,
        detail=detail(verdict),
        rule=verdict.rule,
        title=title,
        law=LAWS[verdict.rule],
        scope=verdict.scope,
        unit=verdict.unit,
        cure=cure(verdict),
        limit=verdict.limit,
        parts=tuple(part(each) for each in verdict.mix.parts) if verdict.mix else (),
        moves=tuple(move(each) for each in moves_of(verdict)),
        breaches=tuple(breach(portfolio, each) for each in verdict.breaches),
        unknown=verdict.unknown,
        information=verdict.information,
        waiver=GuardrailWaiver(waiver.reason, waiver.approver, waiver.until) if waiver else None,
        word=word(verdict, waiver),
    )


def word(verdict: Verdict, waiver: Waiver | None) -> str:
    if verdict.information:
        return "for information"
    if verdict.missing:
        return "not judged"
    if verdict.passed:
        return "kept"
    return "waived" if waiver else "broken"


def waiver_of(portfolio: Portfolio, verdict: Verdict, as_of: date) -> Waiver | None:
    """The waiver that keeps a breach quiet on this day; it must cover every item of the breach."""
    holders = [portfolio.policy, *(portfolio[id] for each in verdict.breaches for id in each.items)]
    found = [running(holder.waivers, verdict.rule, as_of) for holder in holders]
    if found[0] or not verdict.breaches:
        return found[0]
    covered = [each for each in found[1:] if each]
    return covered[0] if len(covered) == len(holders) - 1 else None


def running(waivers: Iterable[Waiver], rule: str, as_of: date) -> Waiver | None:
    return next(
        (waiver for waiver in waivers if waiver.rule == rule and waiver.until >= as_of), None
    )


def detail(verdict: Verdict) -> str:
    """What was found, in words that need no table."""
    said = verdict.missing or (mix_said(verdict.mix) if verdict.mix else breaches_said(verdict))
    if verdict.unknown:
        said += f"; {count(verdict.unknown, UNITS[verdict.unit])} could not be judged: not stated"
    return said


UNITS = {"money": "epic", "size": "feature", "epics": "epic", "increments": "increment"}


def mix_said(mix: Mix) -> str:
    """Each share that is off; or that all are within their tolerance."""
    off = [part_said(each) for each in mix.parts if each.standing in ("over", "under")]
    if off:
        return "; ".join(off)
    return ", ".join(f"{SHORT[each.name]} {percent(each.share, 1)}" for each in mix.parts)


def part_said(part: Part) -> str:
    """Horizon 2 has 38.1 %, over 25 % + 8."""
    off = "above" if part.standing == "over" else "below"
    target = percent(part.target or Fraction(0), 1)
    return (
        f"{SHORT[part.name]} has {percent(part.share, 1)}, {off} its target of {target} "
        f"± {rounded(part.tolerance * 100, 1)} points"
    )


def breaches_said(verdict: Verdict) -> str:
    if not verdict.passed:
        return "; ".join(breach_said(verdict.rule, each) for each in verdict.breaches)
    noun, kept = KEPT[verdict.rule]
    return f"none of {count(verdict.judged, noun)} {kept}"


KEPT = {
    "guardrail-threshold": ("approved epic", "lacks a go that it needs"),
    "guardrail-salami": ("open epic", "reaches the threshold with others of its owner"),
    "guardrail-concentration-epic": ("epic", "holds more than it may"),
    "guardrail-concentration-vendor": ("vendor", "holds more than it may"),
    "guardrail-engagement": ("increment", "lacks evidence of its business owners"),
}


def breach_said(rule: str, breach: Breach) -> str:
    if rule == "guardrail-threshold":
        return f"{breach.items[0]} is at or above the threshold and has no recorded go"
    if rule == "guardrail-salami":
        return f"{listed(breach.items)} ({breach.name}) together reach the threshold"
    if rule == "guardrail-engagement":
        share = percent(breach.share or Fraction(0))
        return f"{breach.items[0]} has evidence for {share} of its moments"
    return f"{breach.name} holds {percent(breach.share or Fraction(0), 1)} of the money"


def moves_of(verdict: Verdict) -> tuple[Move, ...]:
    if verdict.mix is None or verdict.mix.moves is None or verdict.information:
        return ()
    return verdict.mix.moves


def cure(verdict: Verdict) -> str:
    """The smallest change that would put it right."""
    if verdict.passed:
        return ""
    if verdict.mix is None:
        return "; ".join(each.cure for each in verdict.breaches)
    if verdict.mix.moves is None:
        return "no move helps: the targets and tolerances cannot be kept together"
    return "; ".join(
        f"move {percent_up(each.share)} of the whole from {SHORT[each.source]} to {SHORT[each.to]}"
        for each in verdict.mix.moves
    )


def percent_up(share: Fraction) -> str:
    """A share in percent to one decimal, rounded up: so much is enough."""
    return f"{rounded(Fraction(-((-share * 1000).__floor__()), 10), 1)} %"


def part(part: Part) -> GuardrailPart:
    return GuardrailPart(
        name=PARTS[part.name],
        amount=cents(part.amount),
        actual=share(part.share),
        target=None if part.target is None else share(part.target),
        tolerance=share(part.tolerance),
        standing=part.standing,
    )


def move(move: Move) -> GuardrailMove:
    """Rounded up to the cent, so that the move is enough."""
    up = Decimal(-((-move.amount * 100).__floor__())) / 100
    return GuardrailMove(PARTS[move.source], PARTS[move.to], up, share(move.share))


def breach(portfolio: Portfolio, found: Breach) -> GuardrailBreach:
    return GuardrailBreach(
        found.name,
        tuple(ref(portfolio[id]) for id in found.items),
        found.actual,
        None if found.share is None else share(found.share),
        found.cure,
    )


def share(part: Fraction) -> Decimal:
    """A share to the hundredth of a percent, halves up."""
    return Decimal(rounded(part, 4))
