"""Traceability: what does this touch, what serves it, and what hangs in the air?"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from leanfolio.model import Epic, Feature, Item, KeyResult, Objective, Story, Theme
from leanfolio.model.item import LinkKind
from leanfolio.model.portfolio import Edge as PortfolioEdge
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.views.graph import Edge, Graph, Kind, Node
from leanfolio.views.phrase import capital, count, in_words
from leanfolio.views.ref import Ref, ref, url_of

STEPS = 2  # how far a drawing reaches from the item it is about
MOST_NODES = 40  # more than this is a hairball: what is further off is folded into words
KINDS: tuple[Kind, ...] = ("parent", "moves", "needs", "affects")
DRAWN: tuple[LinkKind, ...] = KINDS
STRATEGY = (Theme, Objective, KeyResult, Epic)
BESIDE: tuple[LinkKind, ...] = ("needs", "affects")
LEVEL = {
    "theme": 0,
    "objective": 1,
    "key-result": 2,
    "epic": 3,
    "feature": 4,
    "story": 5,
    "risk": 6,
}


@dataclass(frozen=True, slots=True)
class TraceNode:
    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class TraceEdge:
    """`from` is the item that names, `to` the one that is named."""

    from_: str
    to: str
    kind: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """One epic's row of the matrix: which key results it moves, with which share in percent."""

    epic: Ref
    state: str | None
    shares: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    finding: str
    lede: str
    nodes: tuple[TraceNode, ...]
    edges: tuple[TraceEdge, ...]
    orphans: tuple[Ref, ...]  # serve nothing above them
    childless: tuple[Ref, ...]  # nothing below serves them
    graphs: tuple[Graph, ...] = ()
    key_results: tuple[Ref, ...] = ()
    matrix: tuple[Coverage, ...] = ()
    matrix_folded: int = 0  # epics left out of the matrix, being done or cancelled
    words: dict[str, str] = field(default_factory=dict)


def trace_view(portfolio: Portfolio) -> Trace:
    """The whole portfolio's links; and its drawing, one graph per theme, down to epics."""
    orphans = tuple(ref(item) for item in portfolio.items.values() if is_orphan(portfolio, item))
    childless = tuple(
        ref(item) for item in portfolio.items.values() if is_childless(portfolio, item)
    )
    key_results = portfolio.items_of(KeyResult)
    open_epics = [
        epic
        for epic in portfolio.items_of(Epic)
        if portfolio.category_of(epic) not in ("done", "cancelled")
    ]
    return Trace(
        finding=trace_finding(orphans, childless),
        lede=(
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
        graphs=tuple(portfolio_graphs(portfolio)),
        key_results=tuple(ref(result) for result in key_results),
        matrix=tuple(coverage(epic, key_results, portfolio) for epic in open_epics),
        matrix_folded=len(portfolio.items_of(Epic)) - len(open_epics),
    )


def is_orphan(portfolio: Portfolio, item: Item) -> bool:
    """Whether it serves nothing, though it should. Themes stand at the top; risks stand beside."""
    if not isinstance(item, Objective | KeyResult | Epic | Feature | Story):
        return False
    if isinstance(item, Epic) and portfolio.category_of(item) == "cancelled":
        return False
    if isinstance(item, Objective) and not portfolio.items_of(Theme):
        return False
    return not portfolio.edges_from(item.id, "parent", "moves")


def is_childless(portfolio: Portfolio, item: Item) -> bool:
    """Whether nothing serves it, though something should."""
    if isinstance(item, Theme | Objective | KeyResult):
        return not portfolio.edges_to(item.id, "parent", "moves")
    return (
        isinstance(item, Epic)
        and portfolio.category_of(item) == "active"
        and not portfolio.edges_to(item.id, "parent")
    )


def trace_finding(orphans: tuple[Ref, ...], childless: tuple[Ref, ...]) -> str:
    if not orphans and not childless:
        return "Every item serves an objective, and every objective is served"
    said = []
    if orphans:
        said.append(
            f"{count(len(orphans), 'item')} {'serves' if len(orphans) == 1 else 'serve'} nothing"
        )
    if childless:
        is_are = "is" if len(childless) == 1 else "are"
        said.append(f"{count(len(childless), 'item')} {is_are} served by nothing")
    return capital("; ".join(said))


def coverage(epic: Epic, key_results: tuple[KeyResult, ...], portfolio: Portfolio) -> Coverage:
    shares = epic.shares
    return Coverage(
        epic=ref(epic),
        state=epic.state,
        shares=tuple(
            round(shares[result.id] * 100) if result.id in shares else None
            for result in key_results
        ),
    )


def node(item: Item, *, here: bool = False) -> Node:
    state = getattr(item, "state", None)
    return Node(
        id=item.id,
        type=item.TYPE,
        word=item.WORD,
        title=item.title,
        url=url_of(item),
        here=here,
        note=in_words(str(state)) if state else "",
    )


def around(portfolio: Portfolio, id: str) -> Graph:
    """An item and what lies within two steps of it, in both directions."""
    seen: dict[str, int] = {id: 0}
    folded: list[str] = []
    ring = [id]
    for step in range(1, STEPS + 1):
        following: list[str] = []
        for here in ring:
            for edge in (*portfolio.edges_from(here, *DRAWN), *portfolio.edges_to(here, *DRAWN)):
                other = edge.target if edge.source == here else edge.source
                if other in seen or turns_back(portfolio, edge, here, id):
                    continue
                if len(seen) >= MOST_NODES:
                    folded.append(other)
                    continue
                seen[other] = step
                following.append(other)
        ring = following
    return graph_of(portfolio, seen, id, f"{id} and two steps around it", folded)


def turns_back(portfolio: Portfolio, edge: PortfolioEdge, here: str, start: str) -> bool:
    """Whether this step leads to a sister: up to a parent and down again on another branch.

    From an item one wants to see what it serves and what serves it; its sisters are on their
    parent's page.
    """
    if here == start or edge.kind not in ("parent", "moves"):
        return False
    beside = any(
        start in (step.source, step.target)
        for step in (*portfolio.edges_from(here, *BESIDE), *portfolio.edges_to(here, *BESIDE))
    )
    if beside and edge.target == here:
        return True  # what a neighbour is made of is told on the neighbour's page
    goes_down = edge.target == here
    came_up = any(
        step.target == here and step.kind in ("parent", "moves")
        for step in portfolio.edges_from(start)
    )
    came_down = any(
        step.source == here and step.kind in ("parent", "moves")
        for step in portfolio.edges_to(start)
    )
    return (goes_down and came_up) or (not goes_down and came_down)


def graph_of(
    portfolio: Portfolio, seen: Iterable[str], here: str | None, title: str, folded: Iterable[str]
) -> Graph:
    """The drawing of these items with the links among them, in an order that shapes share."""
    ids = sorted(seen, key=lambda id: (LEVEL.get(portfolio[id].TYPE, 9), id != here, id_order(id)))
    inside = set(ids)
    edges = tuple(
        Edge(edge.source, edge.target, kind)
        for id in ids
        for edge in portfolio.edges_from(id, *DRAWN)
        if edge.target in inside and edge.target != edge.source
        for kind in KINDS
        if kind == edge.kind
    )
    unique = tuple(dict.fromkeys(edges))
    nodes = tuple(node(portfolio[id], here=id == here) for id in ids)
    return Graph(title, nodes, unique, folded_words(portfolio, folded))


def folded_words(portfolio: Portfolio, ids: Iterable[str]) -> tuple[str, ...]:
    """What a drawing leaves out, in words and with the reason: nothing is cut silently."""
    left = sorted(dict.fromkeys(ids), key=id_order)
    closed = [id for id in left if portfolio.category_of(portfolio[id]) in ("done", "cancelled")]
    rest = [id for id in left if id not in closed]
    said = (("done or cancelled", closed), ("beyond the size of a drawing", rest))
    return tuple(
        f"Not drawn, as {'it is' if len(some) == 1 else 'they are'} {why}: {some_of(some)}."
        for why, some in said
        if some
    )


def some_of(ids: list[str]) -> str:
    return ", ".join(ids[:12]) + (f" and {len(ids) - 12} more" if len(ids) > 12 else "")


def portfolio_graphs(portfolio: Portfolio) -> Iterable[Graph]:
    """The strategy down to open epics: one drawing per theme, none too large to read."""
    tops: list[Item] = list(portfolio.items_of(Theme))
    covered: set[str] = set()
    for top in tops:
        yield strategy_graph(portfolio, top, covered)
    rest = [each for each in portfolio.items_of(Objective) if each.id not in covered]
    for objective in rest[:MOST_NODES]:
        yield strategy_graph(portfolio, objective, covered)


def strategy_graph(portfolio: Portfolio, top: Item, covered: set[str]) -> Graph:
    """What serves this theme or objective, down to epics that are not done."""
    seen: dict[str, None] = {top.id: None}
    folded: list[str] = []
    ring: list[Item] = [top]
    while ring:
        following: list[Item] = []
        for here in ring:
            for child in portfolio.children_of(here.id):
                if not isinstance(child, STRATEGY) or child.id in seen:
                    continue
                if portfolio.category_of(child) in ("done", "cancelled") or len(seen) >= MOST_NODES:
                    folded.append(child.id)
                    continue
                seen[child.id] = None
                following.append(child)
        ring = following
    covered.update(seen)
    covered.update(folded)
    return graph_of(portfolio, seen, top.id, f"{top.id} {top.title}, down to open epics", folded)
