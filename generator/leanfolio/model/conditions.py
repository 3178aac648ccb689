"""What prose asks of views: their names, and conditions on the items that they show.

A condition is a field with the value that it has, or a list of values of which it has one.

An item has to meet all conditions, each by one of its values. A condition by a type, such as
`objective: OBJ-1` or `value_stream: VS-1`, is also met by what belongs to that item without naming
it: the features of an epic of the value stream, and the key results that the epic moves.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, get_args

from pydantic import BaseModel

from leanfolio.model import TYPES, Item, NamedPeriod, Risk
from leanfolio.model.portfolio import Portfolio

OTHER_NAMES = {"tag": "tags"}
GOLDEN_THREAD = {
    "theme": "theme", "objective": "objective", "key_result": "key-result", "epic": "epic",
    "feature": "feature",
}  # fmt: skip
GROUPS = {"value_stream": "value-stream", "team": "team", "increment": "increment"}
RELATIONS = GOLDEN_THREAD | GROUPS  # condition -> the type of the items that it names


def is_plain(annotation: Any) -> bool:
    """Whether a field holds values that can be written in a condition, and no maps of its own."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation is NamedPeriod
    return all(map(is_plain, get_args(annotation)))


def plain_fields(model: type[Item]) -> tuple[str, ...]:
    """The fields of a type that a condition can ask for."""
    return tuple(name for name, field in model.model_fields.items() if is_plain(field.annotation))


FILTERED = {name: model for name, model in TYPES.items() if name != "portfolio"}
FIELDS = tuple(
    dict.fromkeys(["type", *RELATIONS, *OTHER_NAMES, *chain(*map(plain_fields, FILTERED.values()))])
)


def view_names(options: Mapping[str, Any]) -> tuple[Any, ...]:
    """What stands after `view:`: one name, or those of a list, each for a table of its own."""
    written = options.get("view")
    return tuple(written) if isinstance(written, list) else (written,)


def values_of(written: Any) -> tuple[str, ...]:
    """The values that a condition allows, as text: one, or those of a list."""
    return tuple(map(str, written)) if isinstance(written, list) else (str(written),)


def matcher(portfolio: Portfolio, where: Mapping[Any, Any]) -> Callable[[str], bool]:
    """Whether the item of an id meets all conditions; never for an id that is none."""
    tests = [condition(portfolio, str(name), values_of(value)) for name, value in where.items()]

    def matches(id: str) -> bool:
        item = portfolio.items.get(id)
        return item is not None and all(test(item) for test in tests)

    return matches


def condition(portfolio: Portfolio, name: str, values: tuple[str, ...]) -> Callable[[Item], bool]:
    """Whether an item meets one condition."""
    if name not in RELATIONS:
        field = OTHER_NAMES.get(name, name)
        return lambda item: has_value(item, field, values)
    related = frozenset(id for value in values for id in related_ids(portfolio, name, value))
    return lambda item: item.id in related


def has_value(item: Item, field: str, values: tuple[str, ...]) -> bool:
    """Whether a field of an item is, or holds, one of the values."""
    held = getattr(item, field, item.TYPE if field == "type" else None)
    if isinstance(held, Iterable) and not isinstance(held, str):
        return any(str(entry) in values for entry in held)
    return str(held) in values


def related_ids(portfolio: Portfolio, name: str, id: str) -> set[str]:
    """The ids of an item and of all that belongs to it, with the risks that threaten any of them.

    Empty where there is no such item of that type.
    """
    start = portfolio.items.get(id)
    if start is None or RELATIONS[name] != start.TYPE:
        return set()
    if name in GOLDEN_THREAD:
        related = around(portfolio, [id])
    else:
        own = [
            edge.source
            for edge in portfolio.edges_to(id)
            if id in named(portfolio, edge.source, name)
        ]
        related = {id, *own}
        related |= {each for each in around(portfolio, own) if not named(portfolio, each, name)}
    return related | {
        risk.id for risk in portfolio.items_of(Risk) if not related.isdisjoint(risk.affects)
    }


def named(portfolio: Portfolio, id: str, field: str) -> tuple[str, ...]:
    """The ids that a link of an item names itself."""
    value = getattr(portfolio.items.get(id), field, None)
    return (value,) if isinstance(value, str) else tuple(value or ())


def around(portfolio: Portfolio, ids: Iterable[str]) -> set[str]:
    """These ids, what they serve, and what serves them, at any distance."""
    start = set(ids)
    served = {item.id for id in start for item in portfolio.ancestors_of(id)}
    serving, waiting = set(start), list(start)
    while waiting:
        sources = {edge.source for edge in portfolio.edges_to(waiting.pop(), "parent", "moves")}
        waiting += sources - serving
        serving |= sources
    return served | serving
