"""The log of decisions: what was decided, when, by whom, where it is written; what is due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from leanfolio.figures.columns import entered
from leanfolio.figures.facts import Facts
from leanfolio.figures.thresholds import DUE_SOON
from leanfolio.model import Epic, Item, Risk
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.problem import Place
from leanfolio.views.built import Built
from leanfolio.views.cell import SourceRef, Table, headers
from leanfolio.views.home.changes import money_words, stream
from leanfolio.views.home.decisions import (
    GO,
    DecisionNeeded,
    decisions_needed,
    time_left,
    who_decides,
    with_obstacles,
)
from leanfolio.views.lists import Listing
from leanfolio.views.page_spec import Page
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, ref, url_of
from leanfolio.views.row_table import columns, row_table
from leanfolio.views.view import MOST_ROWS, TextTable, View
from leanfolio.wording import Message, Money, Text, in_context, joined, listed, message, plural
from leanfolio.wording.evidence import EVIDENCE

KINDS = {
    "go": in_context("a decision", "go"),
    "no-go": in_context("a decision", "no-go"),
    "pivot": in_context("a decision", "pivot"),
    "persevere": in_context("a decision", "persevere"),
    "stop": in_context("a decision", "stop"),
    "waiver": in_context("a decision", "waiver"),
    "acceptance": in_context("a decision", "risk accepted"),
    "reallocation": in_context("a decision", "money moved"),
}


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """Something that was decided about an item."""

    on: date | None  # None of a waiver that does not say when it was given
    kind: str  # go, no-go, pivot, persevere, stop, waiver, acceptance or reallocation
    id: str
    title: str
    url: str
    by: str | None
    about: Text  # the rule of a waiver, the money that moved; "" of others
    note: str | None
    until: date | None  # of a waiver and of an acceptance: the last day on which it holds
    file: str
    line: int

    @property
    def item(self) -> Ref:
        """The item as a link."""
        return Ref(self.id, "", "", self.title, self.url)

    @property
    def decision(self) -> Text:
        """What was decided, in words."""
        kind = KINDS[self.kind]
        return joined((kind, self.about), ": ") if self.about else kind

    @property
    def source(self) -> SourceRef:
        """Where it is written."""
        return SourceRef(self.file, self.line)


@dataclass(frozen=True, slots=True)
class DecisionLog:
    """Every decision, the newest first, those without a day last; and what waits to be decided."""

    finding: Text
    summary: Text
    decisions: tuple[DecisionRow, ...]
    due: tuple[DecisionNeeded, ...]


def decision_log(built: Built) -> DecisionLog:
    """The log as of a day: what is dated later is not told."""
    portfolio, as_of = built.portfolio, built.as_of
    rows = [row for row in all_decisions(portfolio) if row.on is None or row.on <= as_of]
    rows.sort(key=lambda row: (id_order(row.id), row.line))
    rows.sort(key=lambda row: row.on or date.min, reverse=True)  # stable
    due = decisions_due(portfolio, built.facts)
    finding = log_finding(rows, due, as_of, partial=portfolio.partial)
    return DecisionLog(finding, joined(log_summary(rows), " "), tuple(rows), due)


def all_decisions(portfolio: Portfolio) -> Iterator[DecisionRow]:
    """Every decision on epics, waiver, acceptance of a risk, and move of approved money."""
    for item in (portfolio.policy, *portfolio.items.values()):
        for index, waiver in enumerate(item.waivers):
            yield row_of(
                item, item.at("waivers", index), waiver.on, "waiver", waiver.approver,
                waiver.reason, waiver.rule, waiver.until,
            )  # fmt: skip
        if isinstance(item, Epic):
            for index, entry in enumerate(item.decisions):
                place = item.at("decisions", index)
                yield row_of(item, place, entry.on, entry.kind, entry.by, entry.note)
        if isinstance(item, Risk) and item.acceptance is not None:
            taken = item.acceptance
            yield row_of(
                item, item.at("acceptance"), taken.on, "acceptance", taken.by, taken.note, "",
                taken.until,
            )  # fmt: skip
    yield from moves_of_money(portfolio)


def moves_of_money(portfolio: Portfolio) -> Iterator[DecisionRow]:
    """The moves of approved money; one of a value stream that is not shown is left out."""
    policy = portfolio.policy
    for index, move in enumerate(policy.reallocations):
        source, to = stream(portfolio, move.from_), stream(portfolio, move.to)
        known = bool(move.to) == bool(to) and bool(move.from_) == bool(source)
        holder = to or source
        if holder is not None and known:
            place, amount = policy.at("reallocations", index), Money(move.amount, policy.currency)
            words = money_words(amount, source, to)
            yield row_of(holder, place, move.on, "reallocation", move.by, move.why, words)


def row_of(
    item: Item, place: Place, on: date | None, kind: str, by: str | None, note: str | None,
    about: Text = "", until: date | None = None,
) -> DecisionRow:  # fmt: skip
    return DecisionRow(
        on, kind, item.id, item.title, url_of(item), by, about, note, until, str(place.path),
        place.line,
    )  # fmt: skip


# What is due -------------------------------------------------------------------------------------


def decisions_due(portfolio: Portfolio, facts: Facts) -> tuple[DecisionNeeded, ...]:
    """What waits to be decided, soonest first: what home asks for, epics with a day by which to
    decide that lack something else too, and what was allowed or accepted for a while."""
    needed = tuple(with_money(facts, entry) for entry in decisions_needed(portfolio, facts))
    known = {entry.item.id for entry in needed}
    more = (*days_to_decide(portfolio, facts, known), *ending(portfolio, facts.as_of))
    return tuple(
        sorted((*needed, *more), key=lambda entry: (entry.by or date.max, id_order(entry.item.id)))
    )


def with_money(facts: Facts, entry: DecisionNeeded) -> DecisionNeeded:
    """The same; on a go also by how much its value stream is short of money. Home tells that by
    itself."""
    short = tuple(money_short(facts, facts.portfolio[entry.id])) if entry.ask == GO else ()
    known = (entry.evidence,) if entry.evidence else ()
    return replace(entry, evidence=joined((*known, *short), "; ")) if short else entry


def money_short(facts: Facts, epic: Item) -> Iterator[Message]:
    """Yield by how much its value stream is forecast above its money, of periods not yet over.

    Nothing to an audience from which some is hidden: what it sees is not all of the forecast.
    """
    stream = epic.value_stream if isinstance(epic, Epic) else None
    if facts.portfolio.partial:
        return
    for budget, excess in facts.forecasts_over_budget:
        days = facts.portfolio.days_of(budget.line.period)
        if budget.stream.id == stream and (days is None or days.last >= facts.as_of):
            yield message(
                "{item} is forecast at {over} more than was approved for {period}",
                item=budget.stream.id, period=str(budget.line.period),
                over=Money(excess.over, budget.line.currency or facts.currency),
            )  # fmt: skip


def days_to_decide(portfolio: Portfolio, facts: Facts, known: set[str]) -> Iterator[DecisionNeeded]:
    """Open epics with a day by which to decide, on which nothing was decided in their state."""
    for epic in facts.epics:
        closed = portfolio.category_of(epic) in CLOSED
        if epic.decide_by is None or closed or epic.id in known or is_decided(epic, facts.as_of):
            continue
        gaps = facts.cases[epic.id].gaps
        lacks = listed(EVIDENCE[piece] for piece in gaps)
        evidence = message("It lacks {evidence}", evidence=lacks) if gaps else ""
        tone, left = time_left(epic.decide_by, facts.as_of)
        yield DecisionNeeded(
            ref(epic), message("Decide on it"), who_decides(epic), epic.decide_by, tone, left,
            with_obstacles(facts, epic, evidence),
        )  # fmt: skip


def is_decided(epic: Epic, as_of: date) -> bool:
    """Whether something was decided about it since it came into its state; where nobody says when
    that was, since the day by which it was to be decided."""
    since = entered(epic) or epic.decide_by
    return any(since <= entry.on <= as_of for entry in epic.decisions if since)


def ending(portfolio: Portfolio, as_of: date) -> Iterator[DecisionNeeded]:
    """Waivers and acceptances that end within two weeks, or have ended."""
    for item in portfolio.items.values():
        for waiver in item.waivers:
            if waiver.until <= as_of + DUE_SOON:
                ask = message("Waiver of {rule} ends", rule=waiver.rule)
                yield renewal(item, ask, waiver.approver, waiver.until, waiver.reason, as_of)
        if isinstance(item, Risk) and item.status == "accepted" and item.acceptance is not None:
            taken = item.acceptance
            if taken.until is not None and taken.until <= as_of + DUE_SOON:
                ask = message("Acceptance ends")
                yield renewal(item, ask, taken.by, taken.until, taken.note or "", as_of)


def renewal(item: Item, ask: Text, who: str, until: date, note: str, as_of: date) -> DecisionNeeded:
    """What ends, to be decided anew: from the day after its last day on it is late."""
    tone, left = time_left(until, as_of)
    return DecisionNeeded(
        ref(item), ask, message("given by {who}", who=who), until, tone, left, note
    )


# Words -------------------------------------------------------------------------------------------


def log_finding(
    rows: list[DecisionRow], due: tuple[DecisionNeeded, ...], as_of: date, *, partial: bool
) -> Text:
    """How many decisions are recorded, and how many wait, of which some may be late."""
    recorded: Message = plural(
        "{n:spelled} decision is recorded", "{n:spelled} decisions are recorded", len(rows)
    )
    if not rows:
        recorded = of_what_is_shown(
            message("no decision is recorded"), message("no decision is shown"), partial=partial
        )
    parts = [recorded.sentence()]
    if due:
        parts.append(plural("{n:pronoun} is to be taken", "{n:pronoun} are to be taken", len(due)))
    late = sum(entry.by is not None and entry.by < as_of for entry in due)
    if late:
        parts.append(message("{late:pronoun} of these late", late=late))
    return joined(parts, ", ") if len(parts) > 1 else parts[0]


def log_summary(rows: Iterable[DecisionRow]) -> Iterator[Text]:
    """How many decisions do not say who took them, and how many waivers not when."""
    every = tuple(rows)
    unsigned = sum(not row.by for row in every)
    if unsigned:
        yield plural(
            "{n:spelled} decision does not say who took it.",
            "{n:spelled} decisions do not say who took them.",
            unsigned,
        ).sentence()
    undated = sum(row.on is None for row in every)
    if undated:
        yield plural(
            "{n:spelled} waiver does not say since when it holds; it stands last.",
            "{n:spelled} waivers do not say since when they hold; they stand last.",
            undated,
        ).sentence()


LOG_COLUMNS = columns("item", ("day", "on"), "decision", "by", "note", "until", "source")


def due_table(due: tuple[DecisionNeeded, ...]) -> Table:
    """What waits to be decided, as the table of the page."""
    return Table(
        "To be decided",
        headers("Item", "What", "By when", "How far away", "Who", "On what evidence"),
        tuple((row.item, row.ask, row.by, row.tag, row.who, row.evidence) for row in due),
        anchor="due",
    )


def decisions_page(view: View, built: Built) -> Page:
    """What waits to be decided, and the log below it."""
    log = view.make(built)
    most = MOST_ROWS // 2  # each of two tables
    due = view.with_rest(due_table(log.due[:most]), len(log.due), "json")
    first = log.decisions[:most]
    table = row_table("Decided", view.columns, first, built.portfolio, view.name)
    log_table = view.with_rest(table, len(log.decisions))
    tables = tuple(part for part in (due, log_table) if part.rows)
    listing = Listing(log.finding, log.summary, tables, filterable=True)
    return view.page_with(log.finding, log.summary, {view.variable: listing})


def decision_lines(log: DecisionLog) -> Iterator[Text | TextTable]:
    """What waits to be decided, then the log."""
    if log.due:
        yield TextTable(columns("id", ("what", "ask"), "by", ("left", "due"), "who"), log.due)
        yield ""
    names = (("day", "on"), "id", "decision", "by", "until", "file", "line", "note")
    yield TextTable(columns(*names), log.decisions)
