"""The strategic review: outcomes, output without them, money, the increments, what to stop."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from leanfolio.figures.funding.cuts import SPLIT, cut, portions_in
from leanfolio.model import Epic
from leanfolio.views.board_rows import Card
from leanfolio.views.built import Built
from leanfolio.views.cell import Value
from leanfolio.views.funding.cuts import CutRow, CutTable, cut_table
from leanfolio.views.funding.funding import Funding
from leanfolio.views.funding.guardrails import Guardrail, guardrails_finding
from leanfolio.views.funding.missing import COMPLETE
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.home.exceptions import named
from leanfolio.views.meetings.board_review import open_cards
from leanfolio.views.meetings.increments import NO_INCREMENT, WRITE_ONE
from leanfolio.views.meetings.outcomes import moved_targets, outcomes, output_without_outcome
from leanfolio.views.meetings.section import (
    CUTS,
    EPICS,
    GUARDRAILS,
    INCREMENTS,
    Section,
    first_rows,
    rows_of,
    sentences,
    unless_missing,
)
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.trends import trend_table
from leanfolio.wording import Money, Percent, Text, joined, message, plural, some


def strategic_review(built: Built) -> Iterator[Section]:
    """The sections of the strategic review, in the order in which a chair asks."""
    yield outcomes(built)
    yield moved_targets(built)
    yield output_without_outcome(built)
    yield money(built)
    yield horizons(built)
    yield increments(built)
    yield to_stop(built)


def money(built: Built) -> Section:
    """The money of this period by theme, beside that of all periods: the funding's own figures."""
    funding = built.figures.funding
    cut = next(table for table in funding.cuts if table.name == "theme")
    labels = ["Theme", "Approved#", "Committed#", "Of committed#", "Forecast#", "Spent#", "Epics#"]
    rows = [theme_row(row, funding, funding.total) for row in (*cut.rows, cut.total)]
    of_whole = message("Amounts are sums over all periods.")
    if funding.period != funding.total.period and not funding.lone:
        labels.append("All periods#")
        rows = [(*row, every[2]) for row, every in zip(of_period(built, cut), rows, strict=True)]
        of_whole = message(
            "Amounts are those of {period}; the last column is what all periods commit.",
            period=funding.period,
        )
    stated = cut.total.withheld or cut.total.approved is not None or cut.total.committed is not None
    return Section(
        anchor="money",
        question=message("Where does the money go?"),
        finding=funding.finding,
        whole=CUTS,
        table=rows_of("Money by theme", labels, rows, CUTS) if stated else None,
        why=sentences(
            over_words(built), of_whole, cut.note
        ) if stated else "",
        missing="" if stated else message("no amount of money is written."),
        cure="" if stated else message(
            "Write {budgets} in a value stream and {approved} in an epic.",
            budgets="budgets:", approved="approved:",
        ),
    )  # fmt: skip


def of_period(built: Built, every: CutTable) -> Iterator[tuple[Value, ...]]:
    """The rows of the current period for the themes that have money in any."""
    funding, facts = built.figures.funding, built.facts
    parts = portions_in(built.portfolio, facts.funding, facts.portions, funding.period)
    whole = next(row for row in facts.funding.totals if row.period == funding.period)
    order = [row.id for row in every.rows if row.of_epics and row.id]
    now = cut_table(built.portfolio, cut("theme", parts, order, whole.columns))
    rows = {row.id: row for row in (*now.rows, now.total)}
    for row in (*every.rows, every.total):
        yield theme_row(rows.get(row.id) or nothing_of(row), funding, funding.current)


def nothing_of(row: CutRow) -> CutRow:
    """A theme without money in a period that has some in another."""
    zero = None if row.withheld else Decimal(0)
    amounts = dict.fromkeys(SPLIT, zero)
    return replace(row, **amounts, share=zero, epics=0, unknown=COMPLETE)


def over_words(built: Built) -> Text:
    """By how much value streams are forecast over their money; "" of none, or to an audience."""
    if built.portfolio.partial:
        return ""
    over = [
        message("{budget} by {amount}", budget=named(budget),
                amount=Money(more.over, budget.line.currency or built.figures.currency))
        for budget, more in built.facts.forecasts_over_budget
    ]  # fmt: skip
    return (
        message("Forecast over what is approved: {budgets}.", budgets=some(over, 3)) if over else ""
    )


def theme_row(row: CutRow, funding: Funding, total: FundingRow) -> tuple[Value, ...]:
    """The money of one theme, and what its sums lack; all of it has no share of itself.

    `total` is the funding's row of all that the themes share.
    """
    share = None if row.share is None or row.id == "total" else Percent(row.share, 1)
    approved, committed, forecast, actual = (
        amount_cell(row, column, funding.currency, total)
        for column in ("approved", "committed", "forecast", "actual")
    )
    return (row.title, approved, committed, share, forecast, actual, row.epics)


def amount_cell(row: CutRow, column: str, currency: str, total: FundingRow) -> Value:
    """A sum with what is not stated of it, as the funding's own table says it."""
    amount = Money(getattr(row, column), currency)
    lacking = row.lacking(column, total)
    if row.withheld and amount.amount is None:
        return row.instead
    if not lacking:
        return amount
    if amount.amount is None:
        return lacking
    return message("{amount}; {lacking}", amount=amount, lacking=lacking)


def horizons(built: Built) -> Section:
    """Money by horizon against its guardrail."""
    rails = built.figures.funding.guardrails
    rail = next((entry for entry in rails if entry.rule == "guardrail-horizons"), None)
    currency = built.figures.funding.currency
    rows: list[tuple[Value, ...]] = [
        (part.name, Percent(part.actual, 1), part.bounds, Money(part.amount, currency),
         part.verdict)
        for part in (rail.parts if rail else ())
    ]  # fmt: skip
    return Section(
        anchor="horizons",
        question=message("Does it keep to our guardrails?"),
        finding=guardrails_finding(rails),
        whole=GUARDRAILS,
        table=rows_of(
            "Money by horizon", ("Horizon", "Share#", "Target", "Committed#", "Verdict"),
            rows, GUARDRAILS,
        ),
        why=sentences(broken_words(rails), rail.cure if rail else ""),
        missing="" if rows else message("no shares of money by horizon can be judged."),
        cure="" if rows else message(
            "Write {field} in {file}, and in an epic {horizon} and {approved}.",
            field="guardrails: {horizons: {targets: ...}}", file="content/portfolio.md",
            horizon="horizon:", approved="approved:",
        ),
    )  # fmt: skip


def broken_words(rails: Sequence[Guardrail]) -> Text:
    """The guardrails that are broken and not waived, by name; "" where none is."""
    names = [rail.name for rail in rails if rail.broken]
    return message("Broken: {guardrails}.", guardrails=some(names, 3)) if names else ""


def increments(built: Built) -> Section:
    """The headline figures at the end of the last increments and today, the newest first."""
    trends = built.figures.trends
    any_written = any(row.increment for row in trends.rows)
    return Section(
        anchor="increments",
        question=message("What is the story over the increments?"),
        finding=trends.finding,
        whole=INCREMENTS,
        table=first_rows(trend_table(trends, built.portfolio), INCREMENTS) if any_written else None,
        why=trends.summary if any_written else "",
        missing="" if any_written else NO_INCREMENT,
        cure="" if any_written else WRITE_ONE,
    )


def to_stop(built: Built) -> Section:
    """The epics in work that figures or people speak against, those with most signs first."""
    cards = [
        (card, tuple(signs(built, card)))
        for column, card in open_cards(built.figures.board)
        if column.category == "active"
    ]
    named = sorted((pair for pair in cards if pair[1]), key=lambda pair: -len(pair[1]))  # stable
    rows: list[tuple[Value, ...]] = [
        (card.ref, joined(why, "; "), card.rank, card.flow_age_days, *spent_and_left(built, card),
         card.owner)
        for card, why in named
    ]  # fmt: skip
    missing, cure = not_judged(built, [card for card, _ in cards])
    none = of_what_is_shown(
        message("No sign speaks for stopping an epic in work"),
        message("No sign that is shown speaks for stopping an epic in work"),
        partial=built.portfolio.partial,
    )
    counted = plural(
        "{n:spelled} epic in work has a sign that speaks for stopping it",
        "{n:spelled} epics in work have signs that speak for stopping them",
        len(rows),
    ).sentence()
    return Section(
        anchor="stop",
        question=message("What should we stop?"),
        finding=unless_missing(counted if rows else none, missing),
        whole=EPICS,
        table=rows_of(
            "Candidates to stop",
            ("Epic", "Signs", "Rank#", "Age, days#", "Spent#", "Still to spend#", "Owner"),
            rows, EPICS,
        ),
        why=SIGNS if cards else "",
        missing=missing,
        cure=cure,
    )  # fmt: skip


def not_judged(built: Built, cards: Sequence[Card]) -> tuple[Text, Text]:
    """What is missing and where it is written, where no sign could speak against an epic."""
    if not cards:
        return message("no epic is in work."), message(
            "An epic is in work where its {field} is one of the category {category}.",
            field="state:", category="active",
        )  # fmt: skip
    if built.figures.board.sle is not None or any(can_be_judged(built, card) for card in cards):
        return "", ""
    return message("no epic in work can be judged by a sign."), message(
        "Write scores, {updates} or {money} in an epic, or {level} in {file}.",
        updates="updates:", money="approved:", level="flow: {sle: {share: 85, days: 120}}",
        file="content/portfolio.md",
    )  # fmt: skip


def can_be_judged(built: Built, card: Card) -> bool:
    """Whether an epic has a place to the cut line, a word on its health, or an approval."""
    ranked, epic = built.figures.ranked.get(card.id), built.portfolio[card.id]
    return (
        (ranked is not None and ranked.above_cut is not None)
        or card.id in built.figures.health
        or (isinstance(epic, Epic) and epic.approved is not None)
    )


def spent_and_left(built: Built, card: Card) -> tuple[Money | None, Money | None]:
    """What an epic has spent, and what its forecast has still to be spent; None where unknown."""
    money = built.facts.money_of_epics.get(card.id)
    if money is None or money.actual is None:
        return None, None
    spent = Money(money.actual, built.figures.currency)
    if money.forecast is None:
        return spent, None
    return spent, Money(money.forecast - money.actual, built.figures.currency)


SIGNS = message(
    "A sign is: below the cut line, said to be off track, spent above its approval, or past the"
    " service level. Most signs first; the meeting decides."
)


def signs(built: Built, card: Card) -> Iterator[Text]:
    """What speaks for stopping an epic, of figures that other pages show."""
    ranked = built.figures.ranked.get(card.id)
    if ranked and ranked.above_cut is False:
        yield message("below the cut line")
    health = built.figures.health.get(card.id)
    if health and health.health == "off-track":
        yield health.tag.word
    epic, over = built.portfolio[card.id], built.facts.overspent.get(card.id)
    if over and isinstance(epic, Epic):
        currency = epic.currency or built.figures.currency
        yield message("spent {amount} above its approval", amount=Money(over.over, currency))
    if card.past_level:
        yield message("past the service level")
