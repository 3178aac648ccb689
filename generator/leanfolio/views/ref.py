"""How pages name an item: its id, what kind of thing it is, its title and its address."""

from msgspec import Struct

from leanfolio.model import Item, Policy
from leanfolio.model.addresses import address_of
from leanfolio.wording import isolated

VISION = "vision.html"  # the page of the portfolio itself


class Ref(Struct, frozen=True):
    """An item as a link. `url` starts at the root of the site."""

    id: str
    type: str
    word: str
    title: str
    url: str

    @property
    def name(self) -> str:
        """Its id and its title, as plain text."""
        return f"{self.id} {isolated(self.title)}"


def url_of(item: Item) -> str:
    """The address of an item, from the root of the site: its page, or its place on that."""
    return VISION if isinstance(item, Policy) else address_of(item)


def ref(item: Item) -> Ref:
    return Ref(item.id, item.TYPE, item.WORD, item.title, url_of(item))
