"""Rows for spreadsheets and terminals, of views that hold no such rows themselves."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.model import Item
from leanfolio.model.item import Health
from leanfolio.views.board_rows import Board
from leanfolio.views.built import Built
from leanfolio.views.flow import FlowView
from leanfolio.views.funding.cuts import OutcomeRow
from leanfolio.views.funding.funding import Funding
from leanfolio.views.funding.guardrails import Guardrail
from leanfolio.views.funding.money_flow import FlowRow
from leanfolio.views.funding.whole_life import WholeLifeRow
from leanfolio.views.okr import ObjectiveRow, Okrs
from leanfolio.views.okr.records import CheckInRow, ObjectiveScoreRow, TargetMoveRow
from leanfolio.views.ref import url_of
from leanfolio.views.risks import RiskCell, RiskRegister
from leanfolio.views.view import CsvTable
from leanfolio.wording import Message, Percent, Text, message, plural


class ItemRow(Struct, frozen=True):
    """An item in the list of all: what it is, and where its page is."""

    id: str
    type: str
    title: str
    state: str | None
    owner: str | None
    parents: tuple[str, ...]
    url: str
    file: str
    line: int


class Items(Struct, frozen=True):
    """Every item that the audience may read."""

    items: tuple[ItemRow, ...]

    @property
    def finding(self) -> Message:
        """How many items there are. No field: the JSON of items has rows alone."""
        return plural("{n:spelled} item", "{n:spelled} items", len(self.items)).sentence()


class CardRow(Struct, frozen=True):
    """A card of the board with its column."""

    state: str
    limit: int | None
    id: str
    title: str
    age_days: int | None
    blocked: tuple[str, ...]
    owner: str | None
    rank: int | None
    health: Health | None  # as somebody said last
    health_age_days: int | None
    health_contradicted: bool  # whether figures say otherwise
    past_level: bool
    blocked_since: date | None  # by what is said of it
    blocked_why: str | None
    value_stream: str | None
    longer_than_most: Percent | None  # of the finished epics that left this state sooner


class CutRow(Struct, frozen=True):
    """A part of the money, cut in one way."""

    cut: str
    id: str
    title: str
    epics: int
    approved: Decimal | None
    committed: Decimal | None
    forecast: Decimal | None
    actual: Decimal | None
    asked: Decimal | None
    share: Decimal | None


class SpentRow(Struct, frozen=True):
    """What was spent by the end of a day on which something was booked."""

    period: str
    on: date
    spent: Decimal


class GuardrailRow(Struct, frozen=True):
    """A share of a guardrail with its target; or the guardrail alone, where it has no shares."""

    guardrail: Text
    verdict: str
    part: str
    amount: Decimal | None
    actual: Decimal | None
    target: Decimal | None
    tolerance: Decimal | None
    detail: Text


def all_items(built: Built) -> Items:
    """Every item, in the order of the portfolio."""
    return Items(tuple(item_row(built, item) for item in built.portfolio.items.values()))


def item_row(built: Built, item: Item) -> ItemRow:
    parents = tuple(parent.id for parent in built.portfolio.parents_of(item.id))
    state = getattr(item, "state", None)
    return ItemRow(
        item.id, item.TYPE, item.title, state, item.owner, parents, url_of(item),
        str(item.origin.path), item.at().line,
    )  # fmt: skip


def card_rows(board: Board) -> Iterator[CardRow]:
    """Every card, column by column."""
    for column in board.columns:
        for card in column.cards:
            yield CardRow(
                column.state, column.limit, card.id, card.title, card.age_days, card.blocked,
                card.owner, card.rank, card.health.word if card.health else None,
                card.health.age_days if card.health else None,
                bool(card.health and card.health.contradicted),
                card.past_level, card.blocked_since, card.blocked_why,
                card.value_stream.id if card.value_stream else None, card.longer_than_most,
            )  # fmt: skip


def okr_tables(okrs: Okrs) -> Iterator[CsvTable]:
    """What the drawings of key results and objectives hold."""
    yield CsvTable(
        "okr-objectives", message("Objectives with their scores"), okrs.objectives, ObjectiveRow
    )
    yield CsvTable("okr-check-ins", message("Check-ins of key results"), okrs.check_ins, CheckInRow)
    yield CsvTable("okr-targets", message("Targets that moved"), okrs.target_moves, TargetMoveRow)
    yield CsvTable(
        "okr-scores", message("Scores of objectives by day"), okrs.scores, ObjectiveScoreRow
    )


def risk_tables(register: RiskRegister) -> Iterator[CsvTable]:
    """The cells of the matrix."""
    yield CsvTable(
        "risks-matrix", message("Risks, by probability and impact"), register.cells, RiskCell
    )


def flow_tables(flow: FlowView) -> Iterator[CsvTable]:
    """The table beside each drawing of flow."""
    for table in flow.tables:
        yield CsvTable(table.name, table.title, table.rows, table.kind)


def funding_tables(funding: Funding) -> Iterator[CsvTable]:
    """The table beside each drawing of the money, and the guardrails."""
    graphs = funding.graphs
    if graphs.flow:
        title = message("Funding, where it flows")
        yield CsvTable("funding-flow", title, graphs.flow.rows, FlowRow)
    title = message("Funding, cut in several ways")
    yield CsvTable("funding-cuts", title, cut_rows(funding), CutRow)
    title = message("Funding, beside what came of it")
    yield CsvTable("funding-outcomes", title, tuple(funding.outcomes), OutcomeRow)
    if funding.whole_life:
        title = message("Whole-life costs")
        yield CsvTable("funding-whole-life", title, funding.whole_life, WholeLifeRow)
    if graphs.burn_up:
        points = graphs.burn_up.points
        spent = tuple(SpentRow(graphs.period, day, amount) for day, amount in points)
        title = message("Funding, what was spent by when")
        yield CsvTable("funding-spent", title, spent, SpentRow)
    rails = (*funding.guardrails, *funding.observations)
    rows = tuple(row for rail in rails for row in guardrail_rows(rail))
    yield CsvTable("guardrails", message("Guardrails"), rows, GuardrailRow)


def cut_rows(funding: Funding) -> tuple[CutRow, ...]:
    """Every part of every cut of the money."""
    return tuple(
        CutRow(
            cut.name, row.id, row.title, row.epics, row.approved, row.committed, row.forecast,
            row.actual, row.asked, row.share,
        )
        for cut in funding.cuts
        for row in cut.rows
    )  # fmt: skip


def guardrail_rows(rail: Guardrail) -> Iterator[GuardrailRow]:
    for part in rail.parts:
        yield GuardrailRow(
            rail.name, rail.word, part.name, part.amount, part.actual, part.target, part.tolerance,
            rail.detail,
        )  # fmt: skip
    if not rail.parts:
        yield GuardrailRow(rail.name, rail.word, "", None, None, rail.limit, None, rail.detail)
