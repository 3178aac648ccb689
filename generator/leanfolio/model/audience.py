"""Who may read what: the levels of visibility, and whether a text names what is hidden."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from leanfolio.model.hidden_fields import NOT_SHOWN, changed_fields, removed_fields
from leanfolio.model.increment import Increment
from leanfolio.model.item import Item, Origin
from leanfolio.model.money import ValueStream
from leanfolio.model.policy import Policy
from leanfolio.model.visibility import AUDIENCES, Visibility

ItemT = TypeVar("ItemT", bound=Item)


def may_read(audience: Visibility, visibility: Visibility) -> bool:
    """Return whether an audience may read what has this visibility."""
    return AUDIENCES.index(visibility) <= AUDIENCES.index(audience)


def mention_of(ids: Collection[str]) -> re.Pattern[str]:
    """Return what finds any of these ids in a text, each as a word of its own."""
    names = "|".join(re.escape(id) for id in sorted(ids, key=lambda id: (-len(id), id)))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{names})(?![A-Za-z0-9])") if ids else NOTHING


NOTHING = re.compile(r"(?!)")
# Where an id in prose is an address: a page knows what is hidden, and shows such a link as text.
ADDRESSES = re.compile(
    r"\[\[[^\]\n]*\]\]|\]\([^)\n]*\)|^ {0,3}\[(?!\^)[^\]\n]+\]:.*$|<[^>\s]*>"
    r"|^ {0,3}(?:```|~~~) *leanfolio\b[\s\S]*?^ {0,3}(?:```|~~~)",
    re.MULTILINE,
)
SUMS = {"budgets": ("approved", "actual")}  # fields that stand for the sum of another, if left out
PARTS = {"approved": "budgets", "actual": "budgets"}  # fields that are the sum of another's lines
# What stands in a sum of money: types of items, and fields of items.
STREAM_MONEY = frozenset(("value-stream", "value-stream.budgets"))
MONEY_FIELDS = frozenset(
    ("approved", "actual", "budgets", "cost", "currency", "history", "opening_balance", "state",
     "value_stream")
)  # fmt: skip
EPIC_MONEY = frozenset(f"epic.{name}" for name in MONEY_FIELDS) | {"epic"}
DELAY = frozenset(("epic", "epic.cost_of_delay", "epic.currency", "epic.state"))
GOALS = frozenset(
    ("theme", "objective", "key-result", "epic.key_results", "objective.parent", "objective.themes",
     "key-result.objective")
)  # fmt: skip


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text inside a value of YAML or of a model, with the keys of its mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from texts_in(key)
            yield from texts_in(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from texts_in(entry)


def visible_item(
    item: ItemT, hidden: Collection[str], mention: re.Pattern[str], audience: Visibility
) -> ItemT:
    """Return the item as an audience may read it.

    Its links to `hidden` items are gone, its confidential fields as if nobody had written them, and
    a text that names a hidden item (what `mention` finds) says "(not shown)" in place of the name.
    """
    changes: dict[str, Any] = dict(links_changed(item, hidden))
    if isinstance(item, Increment):
        changes["objectives"] = tuple(
            entry for entry in item.objectives if entry.team not in hidden
        )
    if isinstance(item, Policy):
        changes["reallocations"] = tuple(
            entry for entry in item.reallocations if not {entry.from_, entry.to} & {*hidden}
        )
    if audience != AUDIENCES[-1]:
        for name in confidential_fields(item):
            changes[name] = type(item).model_fields[name].get_default(call_default_factory=True)
        changes |= lines_without(item, item.confidential, changes)
    if mention is not NOTHING:
        for name in type(item).model_fields:
            value = changes.get(name, getattr(item, name))
            if name != "id" and name not in item.LINKS:
                changes[name] = without_mentions(value, mention)
    changes = {name: value for name, value in changes.items() if value != getattr(item, name)}
    origin = visible_origin(item.origin, mention)
    if not changes and origin is item.origin:
        return item
    result = item.model_copy(update=changes)
    result._origin = origin
    return result


def visible_origin(origin: Origin, mention: re.Pattern[str]) -> Origin:
    """Return where an item was written, its prose with "(not shown)" for each hidden name."""
    if mention is NOTHING:  # the prose is not read, and no page has to be made anew for it
        return origin
    body = visible_prose(origin.body, mention)
    return origin if body == origin.body else origin.with_body(body)


def confidential_fields(item: Item) -> Iterator[str]:
    """Yield the fields that an item keeps from most readers, with those that would give them away.

    An epic that leaves `approved` out has the sum of its budgets there.
    """
    for name in item.confidential:
        if "." in name:
            continue  # a part of a field, which is gone already
        yield name
        for total in SUMS.get(name, ()):
            if total in type(item).model_fields and not item.is_stated(total):
                yield total


def lines_without(
    item: Item, names: Collection[str], changes: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield the field of lines that would give a confidential sum away, without these amounts."""
    for whole in {PARTS[name] for name in names if name in PARTS}:
        lines = changes.get(whole, getattr(item, whole, None))
        if lines:
            hidden = {name: None for name in names if PARTS.get(name) == whole}
            yield whole, tuple(line.model_copy(update=hidden) for line in lines)


def with_fields_hidden(item: ItemT, names: Collection[str]) -> ItemT:
    """Return an item of which these fields are confidential, and these texts "(not shown)"."""
    removed = removed_fields(type(item), names)
    changes = changed_fields(item, names)
    if set(removed) - set(item.confidential):
        changes["confidential"] = tuple(dict.fromkeys((*item.confidential, *removed)))
    if not changes:
        return item
    result = item.model_copy(update=changes)
    result._origin = item.origin
    return result


def stream_without_sums(item: ItemT) -> ItemT:
    """Return a value stream without the amounts that hold what its epics take.

    Less what epics that are shown take, they would tell what hidden ones do.
    """
    if not isinstance(item, ValueStream) or not item.budgets:
        return item
    hidden = {"forecast": None, "actual": None}
    lines = tuple(line.model_copy(update=hidden) for line in item.budgets)
    return item.model_copy(update={"budgets": lines})


def visible_prose(text: str, mention: re.Pattern[str]) -> str:
    """Return prose with "(not shown)" for each hidden name, but for those in addresses."""
    if mention is NOTHING or not mention.search(text):
        return text
    parts, end = [], 0
    for address in ADDRESSES.finditer(text):
        parts += [mention.sub(NOT_SHOWN, text[end : address.start()]), address[0]]
        end = address.end()
    return "".join([*parts, mention.sub(NOT_SHOWN, text[end:])])


def links_changed(item: Item, hidden: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Yield the fields with links to hidden items, each with what is left of it."""
    for name in item.LINKS:
        value = getattr(item, name)
        if isinstance(value, str):
            if value in hidden:
                yield name, None
        elif isinstance(value, dict):
            yield name, {id: entry for id, entry in value.items() if id not in hidden}
        elif value:
            yield name, tuple(id for id in value if id not in hidden)


def without_mentions(value: Any, mention: re.Pattern[str]) -> Any:
    """Return a field's value with "(not shown)" for each hidden name in its texts."""
    if isinstance(value, str):
        return mention.sub(NOT_SHOWN, value)
    if isinstance(value, tuple):
        return tuple(without_mentions(entry, mention) for entry in value)
    if isinstance(value, BaseModel):
        parts = {
            name: without_mentions(getattr(value, name), mention)
            for name in type(value).model_fields
        }
        changes = {name: part for name, part in parts.items() if part != getattr(value, name)}
        return value.model_copy(update=changes) if changes else value
    return value
