"""Figures as tables: the rows of each view, as its page and its data files have them."""

import inspect
import types
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from leanfolio.output.data import exported_names
from leanfolio.output.database.table import Column, Kind, Table, cells, sql_name
from leanfolio.views.built import Built
from leanfolio.views.registry import data_views
from leanfolio.wording import Money, Percent, Rounded

PREFIX = "figures_"
NUMBERS = (Decimal, Money, Percent, Rounded)
# Of a column with several kinds of value the first of these.
ORDER: tuple[tuple[tuple[type, ...], Kind], ...] = (
    (NUMBERS, "decimal"), ((Fraction,), "fraction"), ((date,), "day"), ((bool,), "boolean"),
    ((int,), "integer"),
)  # fmt: skip


def figure_tables(built: Built) -> Iterator[Table]:
    """A table for each data file of the site that has rows: `figures_ranking`."""
    for view in data_views(built):
        value = view.make(built)
        yield from table_of_rows(view.name, view.row_tuple(value))
        for table in view.further_tables(value):
            yield from table_of_rows(table.name, table.rows)


def table_of_rows(name: str, rows: Sequence[Struct]) -> Iterator[Table]:
    """The rows of a view, in its order; no table where it has none."""
    if not rows:
        return
    model = type(rows[0])
    names = exported_names(model)
    values = [[getattr(row, each) for row in rows] for each in names]
    kinds = [kind_of(model, *each) for each in zip(names, values, strict=True)]
    columns = (
        Column("position", "integer"),
        *(Column(sql_name(each), kind) for each, kind in zip(names, kinds, strict=True)),
    )
    filled = map(cells, values, kinds)
    yield Table(
        PREFIX + sql_name(name), columns, rows=[*zip(range(1, len(rows) + 1), *filled, strict=True)]
    )


def kind_of(model: type, name: str, values: Sequence[Any]) -> Kind:
    """The kind of a column: by what its attribute may hold, or else by what it holds."""
    known = {*declared(model, name), *map(type, values)}
    if any(issubclass(entry, tuple | list | dict) or is_record(entry) for entry in known):
        return "json"
    return next(
        (kind for some, kind in ORDER if any(issubclass(entry, some) for entry in known)), "text"
    )


def is_record(kind: type) -> bool:
    """Whether values of this type have fields of their own, and no text that stands for them."""
    from_us = kind.__module__.startswith("leanfolio.views")
    return from_us and issubclass(kind, Struct) and kind.__name__ != "Ref"


@cache
def declared(model: type, name: str) -> tuple[type, ...]:
    """The types that an attribute of a row may have, so far as its class says."""
    hints = get_type_hints(model)
    attribute = inspect.getattr_static(model, name, None)
    if name not in hints and isinstance(attribute, property):
        return tuple(plain_types(get_type_hints(attribute.fget).get("return")))
    if name not in hints and hasattr(type(attribute), "__get__"):
        return tuple(plain_types(get_type_hints(type(attribute).__get__).get("return")))
    return tuple(plain_types(hints.get(name)))


def plain_types(annotation: Any) -> Iterator[type]:
    """The classes in an annotation."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for entry in get_args(annotation):
            yield from plain_types(entry)
    elif isinstance(origin or annotation, type):
        yield origin or annotation
