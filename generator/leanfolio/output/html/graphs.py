"""Graphs drawn as SVG: each shape is laid out once, and its layout kept for later builds."""

import json
from collections.abc import Mapping

from markupsafe import Markup
from msgspec.structs import replace

from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.store import Store
from leanfolio.output.html.drawing import draw
from leanfolio.output.html.graphviz_engine import Engine
from leanfolio.output.html.layout import Layout, Shape, lay_out, shape_of
from leanfolio.output.html.say import Say
from leanfolio.views.graph import Graph, in_order


class Graphs:
    """Draws the graphs of one build, with the layouts of earlier ones."""

    def __init__(self, engine: Engine, say: Say, kept: Mapping[str, bytes]) -> None:
        """`kept` holds layouts by the digest of all that they depend on."""
        self.engine = engine
        self.say = say
        self.kept = dict(kept)
        self.layouts: dict[Shape, Layout] = {}

    def draw(self, graph: Graph, root: str, ident: str) -> Markup:
        """A graph as SVG; `root` leads from the page to the root of the site."""
        ordered = in_order(graph)
        shape = shape_of(ordered)
        if shape not in self.layouts:
            self.layouts.update(lay_out([shape], self.engine, self.kept))
        nodes = tuple(
            replace(
                node,
                url=root + node.url if node.url else node.url,
                word=self.say.language.label(node.word),
                note=self.say.language.label(node.note),
                facts=tuple(map(self.say.text, node.facts)),
            )
            for node in ordered.nodes
        )
        folded = tuple(map(self.say.text, ordered.folded))
        rooted = replace(ordered, nodes=nodes, title=self.say.text(ordered.title), folded=folded)
        return Markup(draw(rooted, self.layouts[shape], ident=ident))  # noqa: S704


# What is kept


def encode(layouts: Mapping[str, bytes]) -> bytes:
    return json.dumps({key: value.decode("latin-1") for key, value in layouts.items()}).encode()


def decode(data: bytes) -> dict[str, bytes]:
    return {key: value.encode("latin-1") for key, value in json.loads(data).items()}


LAYOUTS = CacheEntry("layouts", encode, decode)


def stored_layouts(store: Store | None) -> dict[str, bytes]:
    """The layouts of earlier builds."""
    key = LAYOUTS.key()
    return LAYOUTS.get_many(store, [key]).get(key, {})


def keep_layouts(store: Store | None, layouts: Mapping[str, bytes]) -> None:
    LAYOUTS.put_many(store, {LAYOUTS.key(): dict(layouts)})
