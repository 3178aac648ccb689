"""The guardrails page: each with its target, what is, the verdict, and what would put it right."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.figures.funding.guardrail import Breach, CapacityOf, Verdict
from leanfolio.figures.funding.mix import Move, Standing
from leanfolio.figures.funding.mix import Part as Share
from leanfolio.model.item import Waiver
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Derivation, Tag, Tone
from leanfolio.views.funding.guardrail_words import cure, detail
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import (
    Message,
    Money,
    Part,
    Percent,
    Text,
    cents,
    in_context,
    joined,
    many,
    message,
    of_all,
    plural,
    rounded,
    trimmed,
)

CONCENTRATION = ("guardrail-concentration-epic", "guardrail-concentration-vendor")
VerdictWord = Literal["kept", "broken", "waived", "not judged", "for information"]
STANDINGS: Mapping[Standing, Message] = {
    "within": in_context("a share against its target", "within"),
    "over": in_context("a share against its target", "over"),
    "under": in_context("a share against its target", "under"),
    "no target": in_context("a share against its target", "no target"),
}
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
RULES_IN_WORDS = {
    "guardrail-horizons": "The money committed to the epics of this period keeps to its share "
    "per horizon. An epic without budgets counts with all of its money.",
    "guardrail-capacity": "Features, enablers and maintenance keep to their agreed shares of size.",
    "guardrail-threshold": "An epic at or above the threshold has a recorded go.",
    "guardrail-salami": "Epics of one owner and objective that together exceed the threshold "
    "are decided together.",
    "guardrail-concentration-epic": "No single epic holds more than agreed of the money committed "
    "to the epics of this period. An epic without budgets counts with all of its money.",
    "guardrail-concentration-vendor": "No vendor holds more than agreed of the money committed to "
    "the epics of this period. An epic without budgets counts with all of its money.",
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


class GuardrailPart(Struct, frozen=True):
    """One share against its target. All shares are of one; `amount` is money or size."""

    name: str
    amount: Decimal
    actual: Decimal
    target: Decimal | None
    tolerance: Decimal
    standing: Standing
    # How the amount adds up; None where it does not unfold.
    how: PageOnly[Derivation | None] = None

    @property
    def verdict(self) -> Tag:
        """Whether the share keeps to its target."""
        tones: Mapping[Standing, Tone] = {"within": "good", "no target": "plain"}
        return Tag(tones.get(self.standing, "bad"), STANDINGS[self.standing])

    @property
    def tolerance_points(self) -> Text:
        """How far the share may be off its target, in points; "" without a target."""
        if self.target is None:
            return ""
        return message("± {points}", points=trimmed(self.tolerance * 100))

    @property
    def bounds(self) -> Message:
        """The target with its tolerance, in short."""
        if self.target is None:
            return message("no target")
        points = trimmed(self.tolerance * 100)
        return message("{target} ± {points}", target=Percent(self.target), points=points)

    @property
    def share_with_amount(self) -> Message:
        """The share with its amount, in short."""
        return message(
            "{share} ({amount})", share=Percent(self.actual, 1), amount=trimmed(self.amount)
        )


class GuardrailMove(Struct, frozen=True):
    """The smallest change: so much from one part to another."""

    source: str
    to: str
    amount: Decimal
    share: Decimal

    def sentence(self, currency: str) -> Message:
        """The change in words; the currency is empty where the amount is size."""
        parts: dict[str, Part] = {
            "amount": Money(self.amount, currency),
            "source": self.source,
            "to": self.to,
        }
        if currency:
            return message("move {amount} from {source} to {to}", **parts)
        return message("move {amount} of size from {source} to {to}", **parts)


class GuardrailBreach(Struct, frozen=True):
    """What is beyond the guardrail: an epic or a group of them."""

    name: Text
    items: tuple[Ref, ...]
    amount: Decimal | None
    share: Decimal | None
    cure: Text


class GuardrailWaiver(Struct, frozen=True):
    """Who allowed a breach, why, and until when."""

    reason: str
    approver: str
    until: date


class Guardrail(Struct, frozen=True):
    """One guardrail, judged. `pass_` is written `pass` in JSON; null is not judged."""

    name: Text
    pass_: bool | None
    detail: Text
    rule: str
    title: str
    law: str
    scope: Text
    unit: str  # money, size, epics, increments
    cure: Text  # the smallest change that would put it right, or ""
    limit: Decimal | None  # an amount of money, or a percentage
    parts: tuple[GuardrailPart, ...]
    moves: tuple[GuardrailMove, ...]
    breaches: tuple[GuardrailBreach, ...]
    unknown: int  # how many could not be judged
    information: bool  # shown, not judged
    waiver: GuardrailWaiver | None  # allowed until a day, by whom, and why
    word: VerdictWord
    capacity_of: PageOnly[CapacityOf | None]  # what `scope` says

    @property
    def verdict(self) -> Tag:
        """How it was judged, as a page prints it."""
        return verdict_tag(self.word)

    @property
    def shares(self) -> Text:
        """Its shares in one line."""
        if not self.parts:
            return self.detail
        shares = (
            message("{part} {share}", part=part.name, share=Percent(part.actual, 1))
            for part in self.parts
        )
        return joined(shares, ", ")

    @property
    def unknown_note(self) -> Text:
        """How many could not be judged; "" where all could."""
        return message("{parts} not stated", parts=self.unknown) if self.unknown else ""

    def limit_words(self, currency: str) -> Text:
        """What it allows, or asks for at least; "" of one that has targets instead."""
        if self.limit is None:
            return ""
        limit = Money(self.limit, "")
        if self.rule == "guardrail-engagement":
            return message("at least {limit} %", limit=limit)
        if self.rule in CONCENTRATION:
            return message("limit {limit} %", limit=limit)
        return message("limit {limit}", limit=Money(self.limit, currency))

    @property
    def broken(self) -> bool:
        """Whether it needs somebody: broken, and no waiver keeps it quiet."""
        return self.word == "broken"


def verdict_tag(word: VerdictWord) -> Tag:
    """A verdict as a page prints it."""
    match word:
        case "kept":
            return Tag("good", in_context("verdict of a guardrail", "kept"))
        case "broken":
            return Tag("bad", in_context("verdict of a guardrail", "broken"))
        case "waived":
            return Tag("warn", in_context("verdict of a guardrail", "waived"))
        case "not judged":
            return Tag("plain", in_context("verdict of a guardrail", "not judged"))
        case "for information":
            return Tag("plain", in_context("verdict of a guardrail", "for information"))


def guardrails_finding(rails: Sequence[Guardrail]) -> Message:
    """How many of the guardrails that were judged hold; those not judged count with neither."""
    judged = [rail for rail in rails if rail.pass_ is not None]
    held = sum(1 for rail in judged if rail.pass_)
    number = len(judged)
    if not rails:
        return message("This portfolio has set no guardrails")
    return of_all(
        held,
        number,
        empty=message("No guardrail can be judged yet"),
        only=message("The one guardrail that can be judged holds"),
        only_not=message("The one guardrail that can be judged does not hold"),
        both=message("Both guardrails hold"),
        neither=message("Neither of two guardrails holds"),
        every=many("{n} of {n} guardrails hold", number),
        none=many("none of {n} guardrails holds", number),
        some=plural(
            "{n} of {whole} guardrails holds",
            "{n} of {whole} guardrails hold",
            held,
            whole=number,
        ),
    ).sentence()


def not_judged_summary(rails: Sequence[Guardrail]) -> Text:
    """Which guardrails were not judged, and what is missing; of many, only how many."""
    silent = [rail for rail in rails if rail.pass_ is None]
    if len(silent) > MOST_NAMED:
        return plural(
            "{n:spelled} guardrail is not judged; it says why below.",
            "{n:spelled} guardrails are not judged; each says why below.",
            len(silent),
        ).sentence()
    sentences = (
        message("{guardrail} is not judged: {reason}.", guardrail=rail.name, reason=rail.detail)
        for rail in silent
    )
    return joined(sentences, " ")


class GuardrailGroup(Struct, frozen=True):
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

    @property
    def counts(self) -> Text:
        """How many places are broken, and how many could not be judged."""
        broken = message("{broken} of {all} broken", broken=self.broken, all=self.judged)
        silent = len(self.rails) - self.judged
        if not silent:
            return broken
        return joined((broken, message("{places} not judged", places=silent)), ", ")

    @property
    def heads(self) -> tuple[GuardrailPart, ...]:
        """The parts that a column stands for: those of the first place that has any."""
        return next((rail.parts for rail in self.rails if rail.parts), ())

    @property
    def columns(self) -> tuple[tuple[Text, ...], ...]:
        """The columns of the table of its places: heading, class, and the bounds of a share."""
        shares = ((part.name, "num", part.bounds) for part in self.heads)
        return ((message("Where"), ""), *shares, (message("Verdict"), ""))


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
    """A guardrail with its rule, what was found, and the least that would cure it."""
    waiver = waiver_of(portfolio, verdict, as_of)
    title = TITLES[verdict.rule]
    return Guardrail(
        name=message("{guardrail}: {scope}", guardrail=title, scope=verdict.scope)
        if verdict.scope
        else title,
        pass_=None if verdict.missing else verdict.passed,
        detail=detail(verdict),
        rule=verdict.rule,
        title=title,
        law=RULES_IN_WORDS[verdict.rule],
        scope=verdict.scope,
        unit=verdict.unit,
        cure=cure(verdict),
        limit=verdict.limit,
        parts=tuple(part(share) for share in verdict.mix.parts) if verdict.mix else (),
        moves=tuple(move(change) for change in moves_of(verdict)),
        breaches=tuple(breach(portfolio, result) for result in verdict.breaches),
        unknown=verdict.unknown,
        information=verdict.information,
        waiver=GuardrailWaiver(waiver.reason, waiver.approver, waiver.until) if waiver else None,
        word=word(verdict, waiver),
        capacity_of=verdict.capacity_of,
    )


def word(verdict: Verdict, waiver: Waiver | None) -> VerdictWord:
    """How a guardrail was judged, as the data files write it."""
    if verdict.information:
        return "for information"
    if verdict.missing:
        return "not judged"
    if verdict.passed:
        return "kept"
    return "waived" if waiver else "broken"


def waiver_of(portfolio: Portfolio, verdict: Verdict, as_of: date) -> Waiver | None:
    """The waiver that keeps a breach quiet on this day; it must cover every item of the breach."""
    holders = [
        portfolio.policy,
        *(portfolio[id] for breach in verdict.breaches for id in breach.items),
    ]
    matches = [running(holder.waivers, verdict.rule, as_of) for holder in holders]
    if matches[0] or not verdict.breaches:
        return matches[0]
    covered = [waiver for waiver in matches[1:] if waiver]
    return covered[0] if len(covered) == len(holders) - 1 else None


def running(waivers: Iterable[Waiver], rule: str, as_of: date) -> Waiver | None:
    return next(
        (waiver for waiver in waivers if waiver.rule == rule and waiver.until >= as_of), None
    )


def moves_of(verdict: Verdict) -> tuple[Move, ...]:
    if verdict.mix is None or verdict.mix.moves is None or verdict.information:
        return ()
    return verdict.mix.moves


def part(part: Share) -> GuardrailPart:
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


def breach(portfolio: Portfolio, result: Breach) -> GuardrailBreach:
    return GuardrailBreach(
        result.name,
        tuple(ref(portfolio[id]) for id in result.items),
        result.actual,
        None if result.share is None else share(result.share),
        result.cure,
    )


def share(part: Fraction) -> Decimal:
    """A share to the hundredth of a percent, halves up."""
    return Decimal(rounded(part, 4))
