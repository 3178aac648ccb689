"""The data files of a site: every view as JSON and as CSV."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from leanfolio.build import Built
from leanfolio.exporting.data import as_csv, as_json
from leanfolio.model import Item
from leanfolio.pages import DATA, RARE, shown
from leanfolio.view.ref import url_of
from leanfolio.view.trace import trace_view


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


def data_files(built: Built) -> dict[str, str]:
    """Path below the site's root -> text."""
    found = {}
    for name, view, rows in views(built):
        found[f"data/{name}.json"] = as_json(view, built.as_of)
        found[f"data/{name}.csv"] = as_csv(rows)
    return found


def views(built: Built) -> Iterator[tuple[str, Any, Iterable[Any]]]:
    """Each view by name, with the rows that its CSV holds."""
    for name in (*DATA, *(name for name in RARE if name in shown(built))):
        view = view_named(built, name)
        yield name, view, rows_of(name, view)


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
            return Items(tuple(item_row(built, each) for each in built.portfolio.items.values()))


def rows_of(name: str, view: Any) -> Iterable[Any]:
    """The rows of a view for a spreadsheet."""
    match name:
        case "funding" | "scenarios" | "scenario" | "ballots":
            return view.rows  # type: ignore[no-any-return]
        case "okr":
            return [row for each in view.objectives for row in each.key_results]
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
    parents = tuple(each.id for each in built.portfolio.parents_of(item.id))
    state = getattr(item, "state", None)
    origin = item.origin
    return ItemRow(
        item.id, item.TYPE, item.title, state, item.owner, parents, url_of(item),
        str(origin.path), item.at().line,
    )  # fmt: skip
