"""The log of decisions: what was decided, when, by whom, where it is written; what is due."""

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from leanfolio.model import Epic, Item, Risk
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.problem import Place
from leanfolio.views.built import Built
from leanfolio.views.cell import SourceRef, Table, headers
from leanfolio.views.home.changes import money_words, stream
from leanfolio.views.home.decisions import DecisionNeeded
from leanfolio.views.home.decisions_due import decisions_due
from leanfolio.views.lists import Listing
from leanfolio.views.page_spec import Page
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, url_of
from leanfolio.views.row_table import columns, row_table
from leanfolio.views.view import MOST_ROWS, TextTable, View
from leanfolio.wording import Message, Money, Text, in_context, joined, message, plural

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


class DecisionRow(Struct, frozen=True):
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


class DecisionLog(Struct, frozen=True):
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
