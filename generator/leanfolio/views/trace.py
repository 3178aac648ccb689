"""Traceability: what does this touch, what serves it, and what hangs in the air?"""

from collections.abc import Iterable

from msgspec import Struct

from leanfolio.model import Epic, Feature, Item, KeyResult, Objective, Story, Theme
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.coverage import Coverage, Matrices, coverage_of, matrices_of
from leanfolio.views.graph import Graph
from leanfolio.views.item_graphs import DRAWN, ids_of, portfolio_graphs
from leanfolio.views.page_only import PageOnly
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Text, joined, message, plural

MOST_REFS = 200  # items of a list on a page; what is beyond is counted, and stands in the data
SERVING = (Theme, Objective, KeyResult, Epic, Feature, Story)


class TraceNode(Struct, frozen=True):
    id: str
    type: str
    title: str


class TraceEdge(Struct, frozen=True):
    """`from` is the item that names, `to` the one that is named."""

    from_: str
    to: str
    kind: str


class RefList(Struct, frozen=True):
    """The first items of a long list, and how many more there are."""

    refs: tuple[Ref, ...] = ()
    more: Message | None = None


class TracePage(Struct, frozen=True):
    """What the page alone needs, beside what the data hold."""

    matrices: Matrices
    closed: Message | None  # the epics that the matrix leaves out, being done or cancelled
    undrawn: Message | None  # the objectives that have no drawing
    orphans: RefList


class Trace(Struct, frozen=True):
    """All links; `graphs` and `page` are no part of the data."""

    finding: Text
    summary: Text
    nodes: tuple[TraceNode, ...]
    edges: tuple[TraceEdge, ...]
    orphans: tuple[Ref, ...]  # serve nothing above them
    childless: tuple[Ref, ...]  # nothing below serves them
    graphs: PageOnly[tuple[Graph, ...]]
    key_results: tuple[Ref, ...]
    matrix: tuple[Coverage, ...]
    matrix_folded: int  # epics left out of the matrix, being done or cancelled
    page: PageOnly[TracePage]


def trace_view(portfolio: Portfolio) -> Trace:
    """Return the whole portfolio's links; and its drawing, one graph per theme, down to epics."""
    orphans, childless = orphans_of(portfolio), childless_of(portfolio)
    key_results = portfolio.items_of(KeyResult)
    epics = portfolio.items_of(Epic)
    open_epics = [epic for epic in epics if portfolio.category_of(epic) not in CLOSED]
    order = {result.id: number for number, result in enumerate(key_results)}
    matrix = tuple(coverage_of(portfolio, epic, order) for epic in open_epics)
    closed = len(epics) - len(open_epics)
    drawings = portfolio_graphs(portfolio)
    return Trace(
        finding=trace_finding(portfolio, len(orphans), len(childless)),
        summary=message(
            "Links lead up: a story to its feature, a feature to its epic, an epic to the key "
            "results that it is to move, a key result to its objective, an objective to its theme."
        ),
        nodes=tuple(TraceNode(item.id, item.TYPE, item.title) for item in portfolio.items.values()),
        edges=tuple(
            TraceEdge(edge.source, edge.target, edge.kind)
            for edge in portfolio.edges
            if edge.kind in DRAWN
        ),
        orphans=orphans,
        childless=childless,
        graphs=drawings.graphs,
        key_results=tuple(ref(result) for result in key_results),
        matrix=matrix,
        matrix_folded=closed,
        page=TracePage(
            matrices=matrices_of(portfolio, key_results, matrix),
            closed=closed_note(closed),
            undrawn=undrawn_note(drawings.undrawn),
            orphans=ref_list(orphans),
        ),
    )


def orphans_of(portfolio: Portfolio) -> tuple[Ref, ...]:
    return tuple(ref(item) for item in portfolio.items.values() if is_orphan(portfolio, item))


def childless_of(portfolio: Portfolio) -> tuple[Ref, ...]:
    return tuple(ref(item) for item in portfolio.items.values() if is_childless(portfolio, item))


def is_orphan(portfolio: Portfolio, item: Item) -> bool:
    """Return whether it serves nothing, though it should.

    Themes stand at the top; risks stand beside.
    """
    if not isinstance(item, Objective | KeyResult | Epic | Feature | Story):
        return False
    if isinstance(item, Epic) and portfolio.category_of(item) == "cancelled":
        return False
    if isinstance(item, Objective) and not portfolio.items_of(Theme):
        return False
    return not portfolio.edges_from(item.id, "parent", "moves")


def is_childless(portfolio: Portfolio, item: Item) -> bool:
    """Return whether nothing serves it, though something should."""
    if isinstance(item, Theme | Objective | KeyResult):
        return not portfolio.edges_to(item.id, "parent", "moves")
    return (
        isinstance(item, Epic)
        and portfolio.category_of(item) == "active"
        and not portfolio.edges_to(item.id, "parent")
    )


def trace_finding(portfolio: Portfolio, orphans: int, childless: int) -> Text:
    """Return what the links say, in one sentence."""
    if not any(portfolio.items_of(model) for model in SERVING):
        return of_what_is_shown(
            message("There is nothing to trace yet"),
            message("Nothing that could be traced is shown"),
            partial=portfolio.partial,
        )
    if portfolio.partial:
        return linked_to_what_is_shown(orphans, childless)
    clauses = []
    if orphans:
        clauses.append(
            plural("{n:spelled} item serves nothing", "{n:spelled} items serve nothing", orphans)
        )
    if childless:
        clauses.append(
            plural(
                "{n:spelled} item is served by nothing",
                "{n:spelled} items are served by nothing",
                childless,
            )
        )
    if not clauses:
        return nothing_missing(portfolio)
    return joined((clauses[0].sentence(), *clauses[1:]), "; ")


def nothing_missing(portfolio: Portfolio) -> Message:
    """Return what is to be said where no link is missing: little where there is no objective."""
    if not portfolio.items_of(Objective):
        return message("There is no objective to serve")
    dropped = (
        epic
        for epic in portfolio.items_of(Epic)
        if portfolio.category_of(epic) == "cancelled" and not portfolio.edges_from(epic.id, "moves")
    )
    if any(dropped):
        return message(
            "Every item that is not cancelled serves an objective, and every objective is served"
        )
    return message("Every item serves an objective, and every objective is served")


def linked_to_what_is_shown(orphans: int, childless: int) -> Text:
    """Return how many items have no link to one that is shown; a hidden link is not told of."""
    serve = plural(
        "{n:spelled} item serves nothing that is shown",
        "{n:spelled} items serve nothing that is shown",
        orphans,
    )
    served = plural(
        "{n:spelled} item is served by nothing that is shown",
        "{n:spelled} items are served by nothing that is shown",
        childless,
    )
    return joined((serve.sentence(), served), "; ")


def closed_note(number: int) -> Message | None:
    if not number:
        return None
    return plural(
        "{n:spelled} epic that is done or cancelled is left out.",
        "{n:spelled} epics that are done or cancelled are left out.",
        number,
    ).sentence()


def undrawn_note(ids: tuple[str, ...]) -> Message | None:
    return message("Not drawn, for want of room: {items}.", items=ids_of(ids)) if ids else None


def ref_list(refs: Iterable[Ref]) -> RefList:
    """Return the first items of a list, and how many more there are."""
    every = tuple(refs)
    beyond = len(every) - MOST_REFS
    more = None
    if beyond > 0:
        more = plural("{n} more is in the data.", "{n} more are in the data.", beyond)
    return RefList(every[:MOST_REFS], more)
