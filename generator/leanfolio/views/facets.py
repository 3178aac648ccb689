"""By what a reader can narrow a board or a tree: the page carries it with each card and line."""

from msgspec import Struct

from leanfolio.model import Feature, Item, KeyResult, Story, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import Text, heading

PARTS = (KeyResult, Feature, Story)  # of an objective, an epic, a feature


class Facets(Struct, frozen=True):
    """What an item is filtered by, as its reader calls it; "" and () where nothing is stated."""

    type: Text
    state: Text = ""
    stream: str = ""  # the title of its value stream, or of what it is a part of
    owner: str = ""
    tags: tuple[str, ...] = ()


def facets_of(portfolio: Portfolio, item: Item) -> Facets:
    """The facets of an item."""
    state = getattr(item, "state", None)
    stream = portfolio.items.get(stream_of(portfolio, item.id))
    return Facets(
        type=heading(item.WORD),
        state=heading(str(state)) if state else "",
        stream=stream.title if stream else "",
        owner=item.owner or "",
        tags=item.tags,
    )


def stream_of(portfolio: Portfolio, id: str) -> str:
    """The id of the value stream that an item is, names, or is in with the item it is a part of.

    An epic is in the one that it names alone, not in those of the goals that it serves. Empty where
    it has none, or is no item.
    """
    visited: set[str] = set()
    while id in portfolio and id not in visited:
        visited.add(id)
        item = portfolio[id]
        if isinstance(item, ValueStream):
            return id
        above = portfolio.edges_from(id, "stream")
        if not above and isinstance(item, PARTS):
            above = portfolio.edges_from(id, "parent")
        id = above[0].target if above else ""
    return ""
