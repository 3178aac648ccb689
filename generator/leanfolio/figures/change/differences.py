"""Typed changes between two revisions. Applied to the one they give the other, and back again."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from leanfolio.figures.change.beside import BESIDE
from leanfolio.figures.change.kinds import Kind, kind_of
from leanfolio.figures.change.values import PAGE, POLICY, ItemValues, PortfolioValues
from leanfolio.model import TYPES
from leanfolio.model.portfolio import id_order

TYPE_ORDER = {name: number for number, name in enumerate((*TYPES, PAGE, *BESIDE))}


class Change(Struct, frozen=True):
    """One difference: of a field of an item, or of an item as a whole.

    Of a field, `before` and `after` are its values, None where it is not stated. Of an item as a
    whole, `field` is empty, and they are its ItemValues, None where it is not there.
    """

    id: str
    type: str
    kind: Kind
    field: str
    before: Any
    after: Any

    @property
    def is_whole(self) -> bool:
        """Whether it is of an item as a whole."""
        return not self.field


def differences(before: PortfolioValues, after: PortfolioValues) -> tuple[Change, ...]:
    """Return every change from one side to the other, by type of item and then by id.

    An id that another item has taken is left and entered, in that order.
    """
    ids = sorted({*before, *after}, key=lambda id: place_of(id, before, after))
    return tuple(change for id in ids for change in changes_of(id, before.get(id), after.get(id)))


def place_of(id: str, before: PortfolioValues, after: PortfolioValues) -> tuple[Any, ...]:
    """Return what changes are sorted by."""
    item = after.get(id) or before[id]
    return TYPE_ORDER.get(item.type, len(TYPE_ORDER)), id_order(id)


def changes_of(id: str, before: ItemValues | None, after: ItemValues | None) -> Iterator[Change]:
    """Yield the changes of one item."""
    if before is None or after is None:
        item = after or before
        assert item is not None
        yield Change(id, item.type, "entered" if before is None else "left", "", before, after)
    elif before.readable != after.readable:
        yield Change(id, before.type or after.type, "unreadable", "", before, after)
    elif is_another(before, after):
        yield Change(id, before.type, "left", "", before, None)
        yield Change(id, after.type, "entered", "", None, after)
    elif before != after:
        for field in dict.fromkeys((*after.fields, *before.fields)):
            was, now = before.fields.get(field), after.fields.get(field)
            if was != now:
                yield Change(id, after.type, kind_of(after.type, field, was, now), field, was, now)


def is_another(before: ItemValues, after: ItemValues) -> bool:
    """Return whether an id was given to another item.

    It is another of another type; and one with another title whose history begins otherwise.
    """
    if before.type != after.type:
        return True
    first, other = (values.fields.get("history") or () for values in (before, after))
    begins = isinstance(first, tuple) and isinstance(other, tuple) and first[:1] and other[:1]
    return bool(begins) and first[:1] != other[:1] and before.title != after.title


def apply(values: PortfolioValues, changes: Iterable[Change]) -> dict[str, ItemValues]:
    """Return values with these changes made. Made of one side they give the other."""
    result = dict(values)
    for change in changes:
        if change.is_whole:
            if change.after is None:
                result.pop(change.id, None)
            else:
                result[change.id] = change.after
            continue
        item = result[change.id]
        fields = {name: value for name, value in item.fields.items() if name != change.field}
        if change.after is not None:
            fields[change.field] = change.after
        result[change.id] = ItemValues(item.type, fields)
    return result


OPPOSITE: dict[Kind, Kind] = {"entered": "left", "left": "entered"}


def undone(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that lead back, the last first."""
    return tuple(
        Change(
            change.id, change.type, OPPOSITE.get(change.kind, change.kind), change.field,
            change.after, change.before,
        )
        for change in reversed(tuple(changes))
    )  # fmt: skip


def reused_ids(changes: Iterable[Change]) -> frozenset[str]:
    """Return the ids that one item left and another took."""
    left = {change.id for change in changes if change.kind == "left"}
    return frozenset(
        change.id for change in changes if change.kind == "entered" and change.id in left
    )


def is_item(change: Change) -> bool:
    """Return whether a change is of an item: not of the portfolio's file, of prose, of records."""
    return change.id != POLICY and change.type not in (PAGE, *BESIDE)
