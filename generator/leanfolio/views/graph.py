"""What a drawing of linked items shows: the items, and why each is linked to the next."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.views.ref import Ref
from leanfolio.wording import Message, in_context, message, plural

ANCHOR = "graph"  # of the drawing on the page of an item
Kind = Literal["parent", "moves", "needs", "affects"]
"""Why two items are linked, read from source to target.

parent: the source serves the target. moves: the epic moves the key result.
needs: the source waits for the target. affects: the risk threatens the target.
"""

LINK_WORDS: Mapping[Kind, Message] = {
    "parent": in_context("one item to another", "serves"),
    "moves": in_context("an epic to a key result", "moves"),
    "needs": in_context("one item to another", "needs"),
    "affects": in_context("a risk to an item", "affects"),
}


class Node(Struct, frozen=True):
    """One item in the drawing, in the reader's words."""

    id: str
    type: str
    word: str  # what the reader calls the type: "key result"
    title: str
    url: str | None
    here: bool = False  # the item that the page is about
    note: str = ""  # its state or score, short: "analyzing", "0.62"
    facts: tuple[str | Message, ...] = ()  # what a card about it says beside its title

    @property
    def page(self) -> str:
        """Its address, without the anchor of the drawing there."""
        return (self.url or "").removesuffix(f"#{ANCHOR}")


class Edge(Struct, frozen=True):
    """One link in the drawing; it points from the item that says it to the item it names."""

    source: str
    target: str
    kind: Kind


class NamedEdge(Struct, frozen=True):
    """A link in words: what says it, how it is linked, and to what."""

    source: Node
    word: Message
    target: Node


class Graph(Struct, frozen=True):
    """A drawing before it is drawn. Its ids are unique, and its edges end at its nodes."""

    title: str | Message
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    folded: tuple[str | Message, ...] = ()  # what was left out and why, a sentence each
    about: Ref | None = None  # the item that it starts from

    @property
    def inside(self) -> Message:
        """How much it draws."""
        return message(
            "{items} and {links}",
            items=plural("{n} item", "{n} items", len(self.nodes)),
            links=plural("{n} link", "{n} links", len(self.edges)),
        )

    @property
    def links(self) -> tuple["NamedEdge", ...]:
        """What it draws as lines, in the order of its items: for a table beside it."""
        nodes = {node.id: node for node in self.nodes}
        index = {node.id: place for place, node in enumerate(self.nodes)}
        ordered = sorted(self.edges, key=lambda e: (index[e.source], index[e.target], e.kind))
        return tuple(
            NamedEdge(nodes[edge.source], LINK_WORDS[edge.kind], nodes[edge.target])
            for edge in ordered
        )


def in_order(graph: Graph) -> Graph:
    """The same graph with each link once, in the order of its items.

    Graphs that look alike then share one layout, whatever order their links were found in.
    """
    index = {node.id: i for i, node in enumerate(graph.nodes)}
    edges = sorted(set(graph.edges), key=lambda e: (index[e.source], index[e.target], e.kind))
    return replace(graph, edges=tuple(edges))
