"""Drawings of linked items: one item with its neighbours, and each theme down to its epics."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import accumulate

from msgspec import Struct

from leanfolio.model import Epic, Feature, Item, KeyResult, Objective, Risk, Story, Theme
from leanfolio.model.item import LinkKind
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.views.graph import ANCHOR, Edge, Graph, Kind, Node
from leanfolio.views.ref import ref, url_of
from leanfolio.wording import Listing, Message, Money, message, some, spaced

STEPS = 2  # how far a drawing reaches from the item that it is about
MOST_NODES = 40  # more than this is a hairball: what is further off is folded into words
MOST_DRAWN = 80  # nodes of all drawings of the strategy on one page, each drawing with its table
MOST_IDS = 12  # ids that a sentence names; the rest of them is counted
KINDS: tuple[Kind, ...] = ("parent", "moves", "needs", "affects")
DRAWN: tuple[LinkKind, ...] = KINDS
UPWARD: tuple[LinkKind, ...] = ("parent", "moves")  # from what serves to what is served
BESIDE: tuple[LinkKind, ...] = ("needs", "affects")
STRATEGY = (Theme, Objective, KeyResult, Epic)
LEVEL = {
    "theme": 0,
    "objective": 1,
    "key-result": 2,
    "epic": 3,
    "feature": 4,
    "story": 5,
    "risk": 6,
}


class DirectLinks(Struct, frozen=True):
    """The ids of what one link joins to an item, by the direction of that link."""

    serves: frozenset[str]
    served_by: frozenset[str]
    beside: frozenset[str]  # what it needs or affects, and what needs or affects it


def around(portfolio: Portfolio, id: str) -> Graph:
    """Return an item and what lies within two steps of it, in both directions."""
    direct = direct_links(portfolio, id)
    inside = {id: None}
    folded: list[str] = []
    ring = [id]
    for _ in range(STEPS):
        next_ring: list[str] = []
        for here in ring:
            for other in neighbours(portfolio, here, id, direct):
                if other in inside:
                    continue
                if len(inside) >= MOST_NODES:
                    folded.append(other)
                    continue
                inside[other] = None
                next_ring.append(other)
        ring = next_ring
    title = message("{item} and two steps around it", item=id)
    return graph_of(portfolio, portfolio[id], inside, title, folded)


def direct_links(portfolio: Portfolio, id: str) -> DirectLinks:
    def sources(kinds: tuple[LinkKind, ...]) -> frozenset[str]:
        return frozenset(edge.source for k in kinds for edge in portfolio.edges_to_of_kind(id, k))

    def targets(kinds: tuple[LinkKind, ...]) -> frozenset[str]:
        return frozenset(edge.target for edge in portfolio.edges_from(id, *kinds))

    return DirectLinks(targets(UPWARD), sources(UPWARD), targets(BESIDE) | sources(BESIDE))


def neighbours(portfolio: Portfolio, here: str, start: str, direct: DirectLinks) -> Iterator[str]:
    """Yield the ids that one link joins to `here`, in a drawing about `start`.

    Left out are the sisters of `start`, which are on their parent's page: after a step up no step
    leads down again, nor up after a step down; and what serves a neighbour beside `start`, which
    is on the neighbour's page. Whether a step may be taken is decided once for all links of
    `here`, and links that may not are not looked at: an epic costs no more where a thousand
    others move its key result.
    """
    up = here == start or here not in direct.served_by
    down = here == start or here not in direct.serves | direct.beside
    for edge in portfolio.edges_from(here, *(DRAWN if up else BESIDE)):
        yield edge.target
    for kind in DRAWN if down else BESIDE:
        for edge in portfolio.edges_to_of_kind(here, kind):
            yield edge.source


class StrategyGraphs(Struct, frozen=True):
    """Drawings of the whole strategy, and the ids of objectives that have none of their own."""

    graphs: tuple[Graph, ...]
    undrawn: tuple[str, ...]


def portfolio_graphs(portfolio: Portfolio) -> StrategyGraphs:
    """Return the strategy down to open epics: a drawing per theme, none too large to read."""
    covered: set[str] = set()
    graphs = [strategy_graph(portfolio, theme, covered) for theme in portfolio.items_of(Theme)]
    rest = (entry for entry in portfolio.items_of(Objective) if entry.id not in covered)
    graphs += [strategy_graph(portfolio, entry, covered) for entry in rest]
    nodes = accumulate(len(graph.nodes) for graph in graphs)
    drawn = max(sum(total <= MOST_DRAWN for total in nodes), 1)
    undrawn = tuple(graph.about.id for graph in graphs[drawn:] if graph.about)
    return StrategyGraphs(tuple(graphs[:drawn]), undrawn)


def strategy_graph(portfolio: Portfolio, top: Item, covered: set[str]) -> Graph:
    """Return what serves this theme or objective, down to epics that are not done.

    Adds the ids that it draws or names to `covered`.
    """
    inside: dict[str, None] = {top.id: None}
    folded: list[str] = []
    ring: list[Item] = [top]
    while ring:
        next_ring: list[Item] = []
        for here in ring:
            for child in portfolio.children_of(here.id):
                if not isinstance(child, STRATEGY) or child.id in inside:
                    continue
                if portfolio.category_of(child) in CLOSED or len(inside) >= MOST_NODES:
                    folded.append(child.id)
                    continue
                inside[child.id] = None
                next_ring.append(child)
        ring = next_ring
    covered.update(inside)
    covered.update(folded)
    title = message("{item}, down to open epics", item=ref(top).name)
    return graph_of(portfolio, top, inside, title, folded)


def graph_of(
    portfolio: Portfolio, about: Item, ids: Iterable[str], title: Message, folded: Iterable[str]
) -> Graph:
    """Return the drawing of these items with the links among them, in an order shapes share."""

    def order(id: str) -> tuple[int, bool, tuple[tuple[int, int, str], ...]]:
        return LEVEL.get(portfolio[id].TYPE, 9), id != about.id, id_order(id)

    ordered = sorted(ids, key=order)
    inside = set(ordered)
    edges = dict.fromkeys(
        Edge(edge.source, edge.target, kind)
        for id in ordered
        for edge in portfolio.edges_from(id, *DRAWN)
        if edge.target in inside and edge.target != edge.source
        for kind in KINDS
        if kind == edge.kind
    )
    linked = {end for edge in edges for end in (edge.source, edge.target)}
    return Graph(
        title=title,
        nodes=tuple(
            node(portfolio, portfolio[id], here=id == about.id, linked=id in linked)
            for id in ordered
        ),
        edges=tuple(edges),
        folded=folded_sentences(portfolio, folded),
        about=ref(about),
    )


def node(portfolio: Portfolio, item: Item, *, here: bool = False, linked: bool = False) -> Node:
    """An item in a drawing; one that is linked leads to the drawing around it, if it has one."""
    state, url = vars(item).get("state"), url_of(item)
    drawing = f"#{ANCHOR}" if linked and not here and "#" not in url else ""
    return Node(
        id=item.id,
        type=item.TYPE,
        word=item.WORD,
        title=item.title,
        url=url + drawing,
        here=here,
        note=spaced(str(state)) if state else "",
        facts=tuple(facts_of(portfolio, item)),
    )


def facts_of(portfolio: Portfolio, item: Item) -> Iterator[Message]:
    """Yield what a card about an item says: who answers for it, whose it is, and its figures."""
    if item.owner:
        yield message("Owner: {owner}", owner=item.owner)
    stream = vars(item).get("value_stream")
    if stream and stream in portfolio:
        yield message("Value stream: {stream}", stream=portfolio[stream].title)
    match item:
        case KeyResult(check_ins=[*_, last]):
            yield message("Last check-in: {value}, on {day}", value=last.value, day=last.on)
        case Epic():
            if item.job_size is not None:
                yield message("Job size: {size}", size=item.job_size)
            if item.approved is not None:
                currency = portfolio.currency_of(item)
                yield message("Approved: {amount}", amount=Money(item.approved, currency))
        case Feature(size=Decimal()):
            yield message("Size: {size}", size=item.size)
        case Story(points=Decimal()):
            yield message("Points: {points}", points=item.points)
        case Risk(status=str()):
            yield message("Status: {status}", status=item.status)


def folded_sentences(portfolio: Portfolio, ids: Iterable[str]) -> tuple[Message, ...]:
    """Return what a drawing leaves out, and why: nothing is cut silently."""
    left_out = sorted(dict.fromkeys(ids), key=id_order)
    closed = [id for id in left_out if portfolio.category_of(portfolio[id]) in CLOSED]
    rest = [id for id in left_out if portfolio.category_of(portfolio[id]) not in CLOSED]
    sentences = (
        (closed, message("Not drawn, being done or cancelled: {items}.", items=ids_of(closed))),
        (rest, message("Not drawn, for want of room: {items}.", items=ids_of(rest))),
    )
    return tuple(sentence for ids, sentence in sentences if ids)


def ids_of(ids: Iterable[str]) -> Message | Listing:
    return some(ids, most=MOST_IDS)
