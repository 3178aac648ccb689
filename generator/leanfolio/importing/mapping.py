"""The map from the columns of a table to the fields of items.

A map is YAML: `items`, each with a `type` and `fields`. A field takes a column by its name, or

    {column: cost, times: 1000000, drop: "£,"}   a number: signs dropped, then multiplied
    {column: cost, decimal: ","}                 a number with a decimal comma: 1.234,56
    {column: due, date: DD.MM.YYYY}              a day that is written otherwise; also `serial`
    {column: status, words: {AMBER: at-risk}}    other words for what the column says
    {column: labels, split: ";"}                 a list
    {column: department, before: VS-}            with a beginning, as of an id
    {always: delivery}                           the same in every row
    {number: EP-}                                of an id: EP-1, EP-2, in the order of the rows

`body` is the prose of the item. It takes a column, or several of one name, as they are.

What a row leaves empty stays unknown, and is counted as such; nothing is ever taken for zero.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from msgspec import Struct, field
from pydantic_core import PydanticCustomError

from leanfolio.importing.cells import is_date_form
from leanfolio.model import TYPES, Item
from leanfolio.model.field import read_number
from leanfolio.read.suggestions import did_you_mean
from leanfolio.read.yaml import parse

OPTIONS = (
    "column", "times", "drop", "decimal", "date", "words", "split", "before", "always", "number",
)  # fmt: skip
ITEM = ("type", "fields")
BODY = "body"  # of an item: its prose, below the front matter


class MapError(Exception):
    """Why a map cannot be used, in words."""


class FieldSource(Struct, frozen=True):
    """Where a field's value comes from, and what is done with it."""

    column: str = ""
    always: Any = None
    before: str = ""
    times: Decimal | None = None
    drop: str = ""
    decimal: str = ""
    date: str = ""
    numbered: str | None = None
    split: str = ""
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> bool:
        """Whether the map says that the column holds numbers, which are then summed."""
        return self.times is not None or bool(self.drop) or bool(self.decimal)


class Shape(Struct, frozen=True):
    """One type of item that each row describes."""

    type: str
    fields: Mapping[str, FieldSource]


# The map -------------------------------------------------------------------------------------


def read_map(text: str) -> tuple[Shape, ...]:
    """The map that a YAML text holds. Raises MapError."""
    result = parse(text, 1)
    for fault in result.faults:
        message = fault.message.replace("the front matter", "it")
        raise MapError(f"line {fault.line}: {message}; {fault.hint}")
    items = result.values.get("items")
    if not isinstance(items, list) or not items:
        raise MapError("it has no `items`; write `items: [{type: epic, fields: {...}}]`")
    return tuple(shape_of(item) for item in items)


def shape_of(item: Any) -> Shape:
    if not isinstance(item, dict):
        raise MapError("an entry of `items` is no set of fields; write {type: epic, fields: ...}")
    known(item, ITEM, "an entry of `items`")
    type = item.get("type")
    if type not in TYPES or type == "portfolio":
        names = [name for name in TYPES if name != "portfolio"]
        raise MapError(
            f"{type!r} is no type of item: {did_you_mean(str(type), names, ', '.join(names))}"
        )
    fields = item.get("fields")
    if not isinstance(fields, dict) or "id" not in fields:
        raise MapError(f"the {type} has no `fields` with an `id`: every item needs one that lasts")
    model = TYPES[type]
    for name in fields:
        whole, _, inner = name.partition(".")
        known({whole: None}, (*names_of(model), BODY), f"the {type}")
        if inner and whole in fields:
            raise MapError(f"the {type} fills `{whole}` as a whole and piece by piece; keep one")
    return Shape(type, {name: from_of(name, value) for name, value in fields.items()})


@cache
def names_of(model: type[Item]) -> tuple[str, ...]:
    return tuple(value.alias or name for name, value in model.model_fields.items())


def from_of(name: str, given: Any) -> FieldSource:
    """How one field is filled."""
    if isinstance(given, str):
        return FieldSource(column=given)
    if not isinstance(given, dict):
        raise MapError(f"`{name}` is neither the name of a column nor {{column: ...}}")
    known(given, OPTIONS, f"`{name}`")
    if sum(each in given for each in ("column", "always", "number")) != 1:
        raise MapError(f"`{name}` needs one of `column`, `always` and, for an id, `number`")
    if name == BODY and set(given) != {"column"}:
        raise MapError(f"`{name}` is prose, and takes a column as it is: `{name}: description`")
    if "number" in given and name != "id":
        raise MapError(f"`{name}` cannot be numbered; only an id can")
    words = given.get("words", {})
    if not isinstance(words, dict):
        raise MapError(f"`words` of `{name}` is no set of fields; write {{AMBER: at-risk}}")
    times = given.get("times")
    try:
        factor = None if times is None else Decimal(str(read_number(times)))
    except PydanticCustomError:
        raise MapError(f"`times` of `{name}` is not a number") from None
    decimal, form = str(given.get("decimal", "")), str(given.get("date", ""))
    if decimal not in ("", ".", ","):
        raise MapError(f"`decimal` of `{name}` is neither a comma nor a point")
    if form and not is_date_form(form):
        raise MapError(
            f"`date` of `{name}` is not understood; write DD.MM.YYYY, MM/DD/YYYY, DD/Mon/YY or"
            " serial, as the column has it"
        )
    return FieldSource(
        column=str(given.get("column", "")),
        always=given.get("always"),
        before=str(given.get("before", "")),
        times=factor,
        drop=str(given.get("drop", "")),
        decimal=decimal,
        date=form,
        numbered=str(given["number"]) if "number" in given else None,
        split=str(given.get("split", "")),
        words={str(key): value for key, value in words.items()},
    )


def known(given: Mapping[str, Any], names: Iterable[str], whose: str) -> None:
    allowed = tuple(names)
    for name in given:
        if name not in allowed:
            hint = did_you_mean(str(name), allowed, f"it may have {', '.join(allowed)}")
            raise MapError(f"{whose} has no `{name}`; {hint}")
