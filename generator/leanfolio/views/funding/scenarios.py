"""Scenarios: other ways to share the money, each beside the present one."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.figures.funding.records import Alternative
from leanfolio.figures.funding.scenario import applied, read_scenario
from leanfolio.figures.funding.table import TOTAL
from leanfolio.figures.scenario_comparison import Comparison, DelayCost, compare
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Tag
from leanfolio.views.funding.guardrails import (
    Guardrail,
    VerdictWord,
    guardrails_view,
    verdict_tag,
)
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import (
    Message,
    Money,
    Text,
    cents,
    in_context,
    joined,
    listed,
    message,
    plural,
    trimmed,
)

COLUMNS = ("target", "approved", "committed", "forecast", "actual")


class MovedRow(Struct, frozen=True):
    """Money of a value stream or an epic that differs: what it is now, and would be then."""

    level: str
    id: str
    title: str
    url: str | None
    period: str
    column: str
    now: Decimal | None
    then: Decimal | None
    change: Decimal | None  # None where one of the two is not stated

    @property
    def period_title(self) -> Text:
        """The name of the period, as a page prints it."""
        return message("All periods") if self.period == TOTAL else self.period

    @property
    def sign(self) -> str:
        """Of the change: + where it is more."""
        return "" if not self.change else "+" if self.change > 0 else "−"

    @property
    def size(self) -> Decimal | None:
        """The change without its sign."""
        return None if self.change is None else abs(self.change)

    @property
    def change_word(self) -> Message:
        """More or less; or which of the two amounts is not stated."""
        if self.change is None:
            if self.now is None:
                return message("not stated before")
            return message("not stated then")
        if self.change > 0:
            return in_context("change of an amount", "more")
        return in_context("change of an amount", "less")


class Delay(Struct, frozen=True):
    """What a week of waiting costs for some epics together; who states nothing is counted."""

    per_week: Decimal | None  # None where no epic states it
    points: Decimal  # of the relative form: value, criticality and risk together
    unknown: tuple[str, ...]

    @property
    def points_note(self) -> Text:
        """The points of the relative form; "" where there are none."""
        if not self.points:
            return ""
        points = trimmed(self.points)
        if points == int(points):
            return plural("{n:grouped} point", "{n:grouped} points", int(points))
        return message("{points} points", points=points)

    @property
    def unknown_note(self) -> Text:
        """Who states nothing; "" where all do."""
        if not self.unknown:
            return ""
        return message("not stated by {epics}", epics=joined(self.unknown, ", "))


class RailChange(Struct, frozen=True):
    """A guardrail now and then, in a word each; `detail` is what was found then."""

    name: Text
    now: VerdictWord
    then: VerdictWord
    detail: Text

    @property
    def verdict_now(self) -> Tag:
        return verdict_tag(self.now)

    @property
    def verdict_then(self) -> Tag:
        return verdict_tag(self.then)


class Scenario(Struct, frozen=True):
    """One alternative, side by side with the present allocation."""

    name: str
    title: str
    why: str
    finding: Text
    given: Decimal
    taken: Decimal
    entered: tuple[Ref, ...]
    left: tuple[Ref, ...]
    gained: Delay
    lost: Delay
    kept: int
    broken: int
    not_judged: int
    guardrails: tuple[RailChange, ...]
    moved: tuple[MovedRow, ...]

    @property
    def telling(self) -> tuple[RailChange, ...]:
        """The guardrails that change, or do not hold."""
        quiet = (("kept", "kept"), ("not judged", "not judged"))
        return tuple(
            guardrail
            for guardrail in self.guardrails
            if (guardrail.now, guardrail.then) not in quiet
        )

    @property
    def others(self) -> Text:
        """The rest of the guardrails, in a sentence."""
        if not self.guardrails:
            return message("This portfolio has set no guardrails")
        same = sum(
            (guardrail.now, guardrail.then) == ("kept", "kept") for guardrail in self.guardrails
        )
        silent = len(self.guardrails) - len(self.telling) - same
        holding = plural(
            "{n:spelled} guardrail holds as before", "{n:spelled} guardrails hold as before", same
        ).sentence()
        if not silent:
            return holding
        not_judged = plural("{n:pronoun} is not judged", "{n:pronoun} are not judged", silent)
        return joined((holding, not_judged), "; ")

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return anchor("scenario", self.name)


class Scenarios(Struct, frozen=True):
    """Every alternative that the portfolio keeps."""

    currency: str
    finding: Text
    scenarios: tuple[Scenario, ...]

    @property
    def rows(self) -> tuple["ScenarioRow", ...]:
        """All that would move, as a spreadsheet has it."""
        return tuple(
            ScenarioRow(
                scenario.name, row.level, row.id, row.title, row.period, row.column,
                row.now, row.then, row.change,
            )
            for scenario in self.scenarios
            for row in scenario.moved
        )  # fmt: skip


class ScenarioRow(Struct, frozen=True):
    """A line of the CSV: what moves in which scenario."""

    scenario: str
    level: str
    id: str
    title: str
    period: str
    column: str
    now: Decimal | None
    then: Decimal | None
    change: Decimal | None


def anchor(kind: str, name: str) -> str:
    """A name as a place on a page can have it."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9-]+', '-', name).strip('-').casefold()}"


def scenarios_view(present: Facts, alternatives: Iterable[Alternative]) -> Scenarios:
    """Every scenario that was written, beside the present allocation."""
    portfolio = present.portfolio
    matches = []
    for alternative in alternatives:
        scenario, _ = read_scenario(alternative.fields, alternative.origin, portfolio)
        other = Facts(applied(scenario, portfolio), present.as_of, shared_ledger=present.ledger)
        matches.append(beside(present, other, alternative.name, scenario.title, scenario.why))
    count = plural(
        "{n:spelled} other way to share the money",
        "{n:spelled} other ways to share the money",
        len(matches),
    )
    return Scenarios(portfolio.policy.currency, count.sentence(), tuple(matches))


def beside(present: Facts, others: Facts, name: str, title: str, why: str = "") -> Scenario:
    """Another allocation side by side with the present one: a scenario, or another revision."""
    portfolio, other = present.portfolio, others.portfolio
    result = compare(present, others)
    return Scenario(
        name=name,
        title=title,
        why=why,
        finding=finding(result, portfolio.policy.currency),
        given=result.given,
        taken=result.taken,
        entered=tuple(ref(other[id]) for id in result.entered),
        left=tuple(ref(portfolio[id]) for id in result.left),
        gained=delay(result.gained),
        lost=delay(result.lost),
        kept=len(result.kept),
        broken=len(result.broken),
        not_judged=sum(bool(entry.missing) for entry in result.after if not entry.information),
        guardrails=tuple(rail_changes(portfolio, other, result, present.as_of)),
        moved=tuple(moved_rows(portfolio, other, result)),
    )


def finding(result: Comparison, currency: str) -> Text:
    """What the scenario does, in a sentence."""
    parts: list[Text] = []
    moved = tuple(epics_moved(result))
    if moved:
        first, *rest = moved
        parts.append(listed((first.sentence(), *rest)))
    if result.given or result.taken:
        more, less = Money(result.given, currency), Money(result.taken, currency)
        parts.append(message("{more} more and {less} less for epics", more=more, less=less))
    if result.newly_broken:
        broken = plural(
            "{n:spelled} guardrail newly broken",
            "{n:spelled} guardrails newly broken",
            len(result.newly_broken),
        )
        parts.append(broken if parts else broken.sentence())
    if result.mended:
        mended = plural(
            "{n:spelled} guardrail put right",
            "{n:spelled} guardrails put right",
            len(result.mended),
        )
        parts.append(mended if parts else mended.sentence())
    return joined(parts, "; ") if parts else message("Nothing moves")


def epics_moved(result: Comparison) -> Iterable[Message]:
    """How many epics come in, and how many go out."""
    if result.entered:
        yield plural("{n:spelled} epic in", "{n:spelled} epics in", len(result.entered))
    if result.left:
        yield plural("{n:spelled} epic out", "{n:spelled} epics out", len(result.left))


def delay(result: DelayCost) -> Delay:
    per_week = None if result.per_week is None else cents(result.per_week)
    return Delay(per_week, cents(Fraction(result.points)), result.unknown)


def rail_changes(
    portfolio: Portfolio, other: Portfolio, result: Comparison, as_of: date
) -> Iterable[RailChange]:
    """Every guardrail: what it says now, and what it would say then."""
    before = words_of(portfolio, result.before, as_of)
    for key, rail in words_of(other, result.after, as_of).items():
        was = before.get(key)
        yield RailChange(rail.name, was.word if was else "not judged", rail.word, rail.detail)


def words_of(
    portfolio: Portfolio, verdicts: Iterable[Verdict], as_of: date
) -> Mapping[tuple[str, Text], Guardrail]:
    judged = [verdict for verdict in verdicts if not verdict.information]
    rails = guardrails_view(portfolio, judged, as_of)
    return {(rail.rule, rail.scope): rail for rail in rails}


def moved_rows(portfolio: Portfolio, other: Portfolio, result: Comparison) -> Iterable[MovedRow]:
    """What moves: value streams period by period, epics in total; what is unallocated follows."""
    for row in result.moved:
        if row.level == "unallocated" or (row.level == "epic") != (row.period == TOTAL):
            continue
        item = other.items.get(row.id) or portfolio.items.get(row.id)
        same = row.columns.get("committed") == row.columns.get("approved")
        for column in COLUMNS:
            if column in row.columns and not (column == "committed" and same):
                now, then = row.columns[column]
                yield MovedRow(
                    row.level,
                    row.id,
                    item.title if item else "No value stream",
                    ref(item).url if item and item.id in portfolio else None,
                    row.period,
                    column,
                    now,
                    then,
                    then - now if now is not None and then is not None else None,
                )
