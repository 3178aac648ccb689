"""A portfolio as plain values: what every item states, by id, ready to be compared."""

from collections.abc import Mapping
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from leanfolio.model import Item
from leanfolio.model.portfolio import Portfolio, ProsePage

POLICY = ""  # in place of an id: the portfolio's own file
PAGE = "page"  # in place of a type: prose that is no item
FILE, PROSE = "file", "prose"  # beside the fields of the model: where it stands, and its body


class Unreadable(Enum):
    """In place of a value that was written and could not be read."""

    UNREADABLE = "unreadable"


UNREADABLE = Unreadable.UNREADABLE


class ItemValues(Struct, frozen=True):
    """What one item states: its type, and each field that is not as if nobody had written it.

    An item of which nothing could be read has no type and no fields.
    """

    type: str
    fields: Mapping[str, Any]

    @property
    def readable(self) -> bool:
        """Whether anything of it could be read."""
        return bool(self.type)

    @property
    def title(self) -> str:
        """Its title; empty where that could not be read."""
        value = self.fields.get("title")
        return value if isinstance(value, str) else ""

    @property
    def file(self) -> PurePosixPath | None:
        """Where it stands, from the content folder; None where that is not known."""
        return self.fields.get(FILE)


NOT_READ = ItemValues("", {})
PortfolioValues = Mapping[str, ItemValues]


def values_of(portfolio: Portfolio, beside: Portfolio | None = None) -> dict[str, ItemValues]:
    """Return what every item states, by id; without those that are the very same `beside`.

    The portfolio's own file stands under POLICY, a page of prose under "./" and its path, which is
    no id. Items that could not be read are there, as NOT_READ.
    """
    same = beside.items if beside is not None else {}
    values = {POLICY: item_values(portfolio.policy)}
    values |= {
        id: item_values(item) for id, item in portfolio.items.items() if same.get(id) is not item
    }
    values |= {f"./{page.origin.path}": page_values(page) for page in portfolio.pages}
    unread = portfolio.broken - portfolio.items.keys()
    return values | dict.fromkeys(sorted(unread), NOT_READ)


def item_values(item: Item) -> ItemValues:
    """Return the fields that an item states, with its file and its prose."""
    fields: dict[str, Any] = {FILE: item.origin.path}
    for name, field in type(item).model_fields.items():
        value = getattr(item, name)
        if name in item.origin.faulty:
            fields[name] = UNREADABLE
        elif name == "id" or value is None:
            continue
        elif value != field.get_default(call_default_factory=True):
            fields[name] = value
    if not item.origin.prefix and item.origin.body:
        fields[PROSE] = item.origin.body
    return ItemValues(item.TYPE, fields)


def page_values(page: ProsePage) -> ItemValues:
    """Return what a page of prose states."""
    fields = {
        "title": page.title,
        "description": page.description,
        "view": dict(page.view),
        "visibility": page.visibility,
        PROSE: page.origin.body,
    }
    return ItemValues(PAGE, fields)
