"""Scenarios: other ways to share the money, each beside the present one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.funding.actuals import EMPTY, Ledger
from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.figures.funding.records import Alternative
from leanfolio.figures.funding.scenario import applied, read_scenario
from leanfolio.figures.funding.scenario_comparison import Comparison, DelayCost, compare
from leanfolio.figures.funding.table import TOTAL
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Sentence, Text, joined, sentence, with_figures
from leanfolio.views.funding.guardrails import Guardrail, guardrails_view
from leanfolio.views.phrase import capital, cents, count, words
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Money, listed

COLUMNS = ("target", "approved", "committed", "forecast", "actual")


@dataclass(frozen=True, slots=True)
class MovedRow:
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


@dataclass(frozen=True, slots=True)
class Delay:
    """What a week of waiting costs for some epics together; who states nothing is counted."""

    per_week: Decimal
    points: Decimal  # of the relative form: value, criticality and risk together
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RailChange:
    """A guardrail now and then, in a word each; `detail` is what was found then."""

    name: str
    now: str
    then: str
    detail: Text


@dataclass(frozen=True, slots=True)
class Scenario:
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
    def others(self) -> str:
        """The rest of the guardrails, in a sentence."""
        same = sum(
            (guardrail.now, guardrail.then) == ("kept", "kept") for guardrail in self.guardrails
        )
        said = f"{capital(count(same, 'guardrail'))} {'holds' if same == 1 else 'hold'} as before"
        silent = len(self.guardrails) - len(self.telling) - same
        verb = "is" if silent == 1 else "are"
        return f"{said}; {words(silent)} {verb} not judged" if silent else said

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return anchor("scenario", self.name)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Every alternative that the portfolio keeps."""

    currency: str
    finding: str
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


@dataclass(frozen=True, slots=True)
class ScenarioRow:
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


def scenarios_view(
    portfolio: Portfolio,
    alternatives: Iterable[Alternative],
    as_of: date,
    ledger: Ledger = EMPTY,
) -> Scenarios:
    """Every scenario that was written, beside the present allocation."""
    found = []
    for alternative in alternatives:
        scenario, _ = read_scenario(alternative.fields, alternative.origin, portfolio)
        other = applied(scenario, portfolio)
        found.append(
            beside(portfolio, other, as_of, alternative.name, scenario.title, scenario.why, ledger)
        )
    said = f"{capital(count(len(found), 'other way', 'other ways'))} to share the money"
    return Scenarios(portfolio.policy.currency, said, tuple(found))


def beside(
    portfolio: Portfolio,
    other: Portfolio,
    as_of: date,
    name: str,
    title: str,
    why: str = "",
    ledger: Ledger = EMPTY,
    others: Ledger | None = None,
) -> Scenario:
    """Another allocation side by side with the present one: a scenario, or another revision."""
    found = compare(portfolio, other, as_of, ledger=ledger, others=others)
    return Scenario(
        name=name,
        title=title,
        why=why,
        finding=finding(found, portfolio.policy.currency),
        given=found.given,
        taken=found.taken,
        entered=tuple(ref(other[id]) for id in found.entered),
        left=tuple(ref(portfolio[id]) for id in found.left),
        gained=delay(found.gained),
        lost=delay(found.lost),
        kept=len(found.kept),
        broken=len(found.broken),
        not_judged=sum(bool(each.missing) for each in found.after if not each.information),
        guardrails=tuple(rail_changes(portfolio, other, found, as_of)),
        moved=tuple(moved_rows(portfolio, other, found)),
    )


def finding(found: Comparison, currency: str) -> Sentence:
    """What the scenario does, in a sentence."""
    said: list[Text] = []
    if found.entered or found.left:
        inward = f"{count(len(found.entered), 'epic')} in" if found.entered else ""
        out = f"{count(len(found.left), 'epic')} out" if found.left else ""
        said.append(str(listed(part for part in (inward, out) if part)))
    if found.given or found.taken:
        more, less = Money(found.given, currency), Money(found.taken, currency)
        said.append(sentence("{} more and {} less for epics", more, less))
    if found.newly_broken:
        said.append(f"{count(len(found.newly_broken), 'guardrail')} newly broken")
    if found.mended:
        said.append(f"{count(len(found.mended), 'guardrail')} put right")
    if not said:
        return sentence("Nothing moves")
    first, *rest = said
    return joined((capital(first) if isinstance(first, str) else first, *rest), "; ")


def delay(found: DelayCost) -> Delay:
    return Delay(cents(found.per_week), cents(Fraction(found.points)), found.unknown)


def rail_changes(
    portfolio: Portfolio, other: Portfolio, found: Comparison, as_of: date
) -> Iterable[RailChange]:
    """Every guardrail: what it says now, and what it would say then."""
    before = words_of(portfolio, found.before, as_of)
    for key, rail in words_of(other, found.after, as_of).items():
        was = before.get(key)
        found_then = with_figures(rail.detail) if rail.parts else rail.detail
        yield RailChange(rail.name, was.word if was else "not judged", rail.word, found_then)


def words_of(
    portfolio: Portfolio, verdicts: Iterable[Verdict], as_of: date
) -> Mapping[tuple[str, str], Guardrail]:
    judged = [verdict for verdict in verdicts if not verdict.information]
    rails = guardrails_view(portfolio, judged, as_of)
    return {(rail.rule, rail.scope): rail for rail in rails}


def moved_rows(portfolio: Portfolio, other: Portfolio, found: Comparison) -> Iterable[MovedRow]:
    """What moves: value streams period by period, epics in total; what is unallocated follows."""
    for row in found.moved:
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
