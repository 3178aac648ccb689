"""Addresses: the page of the site on which an item stands, and where on it.

Every item has a page of its own, named after its folder and its id, but a story of a feature: it
is a section of its feature's page, `features/FT-1.html#ST-1`. A feature with more stories than one
page holds goes on in `features/FT-1/stories-2.html` and so forth, by the order of ids; so a story
keeps its address where one with a later id is added.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from leanfolio.model.item import Item
from leanfolio.model.work import Feature, Story

MOST_STORIES = 25  # of a feature on one page; with more it would be too heavy to open


def page_of(item: Item) -> str:
    """Return the page on which an item stands, from the root of the site."""
    if isinstance(item, Story) and item.page:
        return stories_page(str(item.feature), item.page)
    return f"{item.FOLDER}/{item.id}.html"


def address_of(item: Item) -> str:
    """Return the page on which an item stands, with the anchor of a story of a feature."""
    page = page_of(item)
    return f"{page}#{item.id}" if isinstance(item, Story) and item.page else page


def stories_page(feature: str, number: int) -> str:
    """Return a page with stories of a feature, by its number from 1: the feature's own."""
    stem = f"{Feature.FOLDER}/{feature}"
    return f"{stem}.html" if number == 1 else f"{stem}/stories-{number}.html"


def with_pages_of_stories(
    items: Mapping[str, Item], parents: Iterable[tuple[str, str]]
) -> Mapping[str, Item]:
    """Return the same items, of which each story knows the page of its feature it stands on.

    `parents` are the links that hold, from an item to its parent, in the order of ids.
    """
    numbers: Counter[str] = Counter()
    pages: dict[str, int] = {}
    for child, parent in parents:
        if isinstance(items[child], Story):
            pages[child] = 1 + numbers[parent] // MOST_STORIES
            numbers[parent] += 1
    moved = {
        id: item.on_page(pages.get(id, 0))
        for id, item in items.items()
        if isinstance(item, Story) and item.page != pages.get(id, 0)
    }
    return {**items, **moved} if moved else items
