"""Items as tables: one for each type, with a column for each field; lists and links beside them.

The models say what is there, so that a new field is a new column. A part of a field, such as
`mvp.cost`, is a column `mvp_cost`; a list is a table of its own, `epic_decisions`, whose rows count
from 1 within each item; a list in a list names the row of the outer one as well. A field that
names one item is a column that refers to its table, one that names several is a table of links.
"""

import types
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import Struct, field
from pydantic import BaseModel

from leanfolio.model import TYPES, Item, Policy
from leanfolio.model.item import Link
from leanfolio.model.period import NamedPeriod
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.database.table import Cell, Column, Kind, Table, cell, cells, sql_name
from leanfolio.views.ref import url_of

ITEM = "item"  # the table of all items
KINDS: Mapping[type, Kind] = {bool: "boolean", int: "integer", Decimal: "decimal", date: "day"}
Steps = tuple[str, ...]  # names of attributes, from an item or a part of one inwards


class Shape(Struct):
    """The columns of a model, each with the way to its value, and the lists that stand in it."""

    columns: list[tuple[Steps, Column]] = field(default_factory=list)
    lists: list[tuple[Steps, Table, "Shape | None"]] = field(default_factory=list)


def item_tables(portfolio: Portfolio) -> Iterator[Table]:
    """The table of all items, and for each type one, with those of its lists and links."""
    yield all_items(portfolio)
    for model in TYPES.values():
        policy = issubclass(model, Policy)
        items = (portfolio.policy,) if policy else portfolio.items_of(model)
        yield from tables_of_type(model, items, held_links(portfolio, model))


def all_items(portfolio: Portfolio) -> Table:
    """Every item but the portfolio itself: its type, and where it stands."""
    names = ("id", "type", "title", "owner", "page", "file")
    columns = (*(Column(name) for name in names), Column("line", "integer"))
    rows: list[tuple[Cell, ...]] = [
        (item.id, item.TYPE, item.title, item.owner, url_of(item), str(item.origin.path),
         item.at().line)
        for item in portfolio.items.values()
    ]  # fmt: skip
    return Table(ITEM, columns, rows=rows)


def held_links(portfolio: Portfolio, model: type[Item]) -> set[tuple[str, str, str]]:
    """The links of items of a type that lead to an item: source, field and target."""
    items = portfolio.items
    return {
        (edge.source, edge.field, edge.target)
        for edge in portfolio.edges
        if isinstance(items.get(edge.source), model)
    }


def tables_of_type(
    model: type[Item], items: tuple[Item, ...], links: set[tuple[str, str, str]]
) -> Iterator[Table]:
    """The table of a type, and those of its lists and links."""
    shape = shape_of(model, sql_name(model.TYPE), model.LINKS)
    columns = tuple(column for _, column in shape.columns)
    filled = (column_of(items, steps, column, links) for steps, column in shape.columns)
    table = Table(sql_name(model.TYPE), columns, rows=[*zip(*filled, strict=True)])
    for item in items:
        for steps, inner, of_part in shape.lists:
            fill(inner, (item.id,), at(item, steps), of_part, links)
    yield table
    yield from lists_in(shape)


def lists_in(shape: Shape) -> Iterator[Table]:
    """The tables of all lists of a model, those within others behind them."""
    for _, table, inner in shape.lists:
        yield table
        if inner is not None:
            yield from lists_in(inner)


def column_of(
    items: tuple[Item, ...], steps: Steps, column: Column, links: set[tuple[str, str, str]]
) -> list[Cell]:
    """One column of the items in the table of their type. A link to nowhere is left empty."""
    values = [at(item, steps) for item in items]
    if column.references and steps != ("id",):
        pairs = zip(items, values, strict=True)
        values = [
            value if (item.id, steps[0], value) in links else None for item, value in pairs
        ]  # fmt: skip
    return cells(values, column.kind)


def fill(
    table: Table, key: tuple[Cell, ...], value: Any, shape: Shape | None,
    links: set[tuple[str, str, str]],
) -> None:  # fmt: skip
    """Add the entries of one list of one item, and those of the lists within them."""
    pairs = value.items() if isinstance(value, Mapping) else ((entry,) for entry in value or ())
    target = next((column for column in table.columns[1:] if column.references), None)
    name = table.name.removeprefix(f"{table.columns[0].name}_")
    for position, entry in enumerate(pairs, start=1):
        if target is not None and (key[0], name, entry[0]) not in links:
            continue
        if shape is None:
            kinds = (column.kind for column in table.columns[len(key) + 1 :])
            table.rows.append((*key, position, *map(cell, entry, kinds)))
            continue
        values = (cell(at(entry[0], steps), column.kind) for steps, column in shape.columns)
        table.rows.append((*key, position, *values))
        for steps, inner, of_part in shape.lists:
            fill(inner, (*key, position), at(entry[0], steps), of_part, links)


def at(value: Any, steps: Steps) -> Any:
    """What stands inwards of a value by these steps; None where the way ends before."""
    for step in steps:
        value = getattr(value, step, None)
    return value


def shape_of(
    model: type[BaseModel], table: str, links: Mapping[str, Link], keys: tuple[Column, ...] = ()
) -> Shape:
    """The columns and lists of a model, whose rows stand in `table` with these keys."""
    shape = Shape()
    add_fields(shape, model, (), table, links, keys)
    return shape


def add_fields(
    shape: Shape, model: type[BaseModel], steps: Steps, table: str, links: Mapping[str, Link],
    keys: tuple[Column, ...],
) -> None:  # fmt: skip
    """Add the fields of a model, or of a part of one, to a shape."""
    for name, info in model.model_fields.items():
        way = (*steps, name)
        named = "_".join(step.rstrip("_") for step in way)
        annotation = bare(info.annotation)
        part = part_in(annotation)
        if get_origin(annotation) in (tuple, dict):
            shape.lists.append(
                (way, *list_of(annotation, f"{table}_{named}", table, keys, links.get(name)))
            )
        elif part is not None:
            add_fields(shape, part, way, table, {}, keys)
        else:
            reference = table_of(links.get(name)) if name in links else ""
            if way == ("id",) and issubclass(model, Item) and not issubclass(model, Policy):
                reference = ITEM
            kind = KINDS.get(annotation, "text")
            shape.columns.append((way, Column(sql_name(named), kind, reference)))


def list_of(
    annotation: Any, name: str, table: str, keys: tuple[Column, ...], link: Link | None
) -> tuple[Table, Shape | None]:
    """The table of a list, a mapping or links; and where its entries are parts, their shape."""
    outer = (
        (*keys[:-1], Column(f"of_{keys[-1].name}", "integer"))
        if keys
        else (Column(sql_name(table), references=table),)
    )
    own = (*outer, Column("position", "integer"))
    mapping = get_origin(annotation) is dict
    inner = bare(get_args(annotation)[1 if mapping else 0])
    part = part_in(inner)
    value = Column("value", KINDS.get(inner, "text"))
    shape = None
    columns: tuple[Column, ...] = (Column("key"), value) if mapping else (value,)
    if link is not None:
        weight = (Column("weight", "decimal"),) if mapping else ()
        columns = (Column("target", references=table_of(link)), *weight)
    elif part is not None:
        shape = shape_of(part, name, {}, own)
        columns = tuple(column for _, column in shape.columns)
    return Table(name, (*own, *columns), len(own), table if keys else ""), shape


def table_of(link: Link | None) -> str:
    """The table of what a link names: that of a type, or of all items."""
    return sql_name(link.types[0]) if link is not None and len(link.types) == 1 else ITEM


def part_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a part; None of a plain value. A period is its name."""
    whole = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if whole and not issubclass(annotation, NamedPeriod) else None


def bare(annotation: Any) -> Any:
    """A type without what says how it is read, and without None."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            kinds = [entry for entry in get_args(annotation) if entry is not type(None)]
            if len(kinds) > 1:
                return str
            annotation = kinds[0]
        else:
            return annotation
