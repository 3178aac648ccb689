"""The data files of a site: every view as JSON and as CSV."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from leanfolio.model import Item
from leanfolio.output.data import as_csv, as_json
from leanfolio.views.built import Built
from leanfolio.views.funding.funding import Funding
from leanfolio.views.funding.guardrails import Guardrail
from leanfolio.views.pages import DATA, RARE, shown
from leanfolio.views.ref import url_of
from leanfolio.views.trace import trace_view
from leanfolio.wording import Text


@dataclass(frozen=True, slots=True)
class ItemRow:
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


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[ItemRow, ...]


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card of the board with its column, as a spreadsheet has it."""

    state: str
    limit: int | None
    id: str
    title: str
    age_days: int | None
    blocked: tuple[str, ...]
    owner: str | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class CutLine:
    """A part of the money, cut in one way, as a spreadsheet has it."""

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


@dataclass(frozen=True, slots=True)
class SpentLine:
    """What was spent by the end of a day on which something was booked."""

    period: str
    on: date
    spent: Decimal


@dataclass(frozen=True, slots=True)
class RailLine:
    """A share of a guardrail with its target; or the guardrail alone, where it has no shares."""

    guardrail: Text
    verdict: str
    part: str
    amount: Decimal | None
    actual: Decimal | None
    target: Decimal | None
    tolerance: Decimal | None
    detail: Text


def drawn(funding: Funding) -> Iterator[tuple[str, list[Any]]]:
    """The table beside each drawing of the money, by the name of its file."""
    if funding.graphs.flow:
        yield "funding-flow", list(funding.graphs.flow.rows)
    yield "funding-cuts", [
        CutLine(
            cut.name, row.id, row.title, row.epics, row.approved, row.committed, row.forecast,
            row.actual, row.asked, row.share,
        )
        for cut in funding.cuts
        for row in cut.rows
    ]  # fmt: skip
    yield "funding-outcomes", list(funding.outcomes)
    if funding.graphs.burn_up:
        period = funding.graphs.period
        points = funding.graphs.burn_up.points
        yield "funding-spent", [SpentLine(period, on, spent) for on, spent in points]
    yield (
        "guardrails",
        [
            line
            for rail in (*funding.guardrails, *funding.observations)
            for line in rail_lines(rail)
        ],
    )


def rail_lines(rail: Guardrail) -> Iterator[RailLine]:
    for part in rail.parts:
        yield RailLine(
            rail.name, rail.word, part.name, part.amount, part.actual, part.target, part.tolerance,
            rail.detail,
        )  # fmt: skip
    if not rail.parts:
        yield RailLine(rail.name, rail.word, "", None, None, rail.limit, None, rail.detail)


Make = Callable[[Built], dict[str, str]]


def data_files(built: Built) -> dict[str, str]:
    """Path below the site's root -> text."""
    return {path: text for make in makers(built).values() for path, text in make(built).items()}


def makers(built: Built) -> dict[str, Make]:
    """What makes the data files, by a name for each that stays; each may be asked alone."""
    names = (*DATA, *(name for name in RARE if name in shown(built)))
    return {"drawn": drawn_files, **{name: partial(view_files, name=name) for name in names}}


def drawn_files(built: Built) -> dict[str, str]:
    return {f"data/{name}.csv": as_csv(rows) for name, rows in drawn(built.figures.funding)}


def view_files(built: Built, name: str) -> dict[str, str]:
    """A view as JSON, and its rows as CSV."""
    view = view_named(built, name)
    return {
        f"data/{name}.json": as_json(view, built.as_of),
        f"data/{name}.csv": as_csv(rows_of(name, view)),
    }


def view_named(built: Built, name: str) -> Any:
    """The value that the page, `show`, the JSON and the CSV of a view print."""
    figures = built.figures
    match name:
        case "ranking":
            return figures.ranking
        case "board":
            return figures.board
        case "funding":
            return figures.funding
        case "okr":
            return figures.okrs
        case "problems":
            return figures.problems
        case "scenarios":
            return built.scenarios
        case "ballots":
            return built.ballots
        case "trace":
            return trace_view(built.portfolio)
        case _:
            return Items(tuple(item_row(built, item) for item in built.portfolio.items.values()))


def rows_of(name: str, view: Any) -> Iterable[Any]:
    """The rows of a view for a spreadsheet."""
    match name:
        case "funding" | "scenarios" | "scenario" | "ballots":
            return view.rows  # type: ignore[no-any-return]
        case "okr":
            return [row for objective in view.objectives for row in objective.key_results]
        case "trace":
            return view.edges  # type: ignore[no-any-return]
        case "problems":
            return view.problems  # type: ignore[no-any-return]
        case "board":
            return [
                CardRow(
                    column.state, column.limit, card.id, card.title, card.age_days, card.blocked,
                    card.owner, card.rank,
                )
                for column in view.columns
                for card in column.cards
            ]  # fmt: skip
        case _:
            return view.items  # type: ignore[no-any-return]


def item_row(built: Built, item: Item) -> ItemRow:
    parents = tuple(parent.id for parent in built.portfolio.parents_of(item.id))
    state = getattr(item, "state", None)
    origin = item.origin
    return ItemRow(
        item.id, item.TYPE, item.title, state, item.owner, parents, url_of(item),
        str(origin.path), item.at().line,
    )  # fmt: skip
