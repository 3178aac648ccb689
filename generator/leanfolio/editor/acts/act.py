"""What an act is made of: the item it names, the values given, and the changes of its fields."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, TypeVar

from msgspec import Struct
from pydantic import ValidationError

from leanfolio.editor.field_edits import FieldChange
from leanfolio.editor.field_slots import FieldSlot
from leanfolio.model import TYPES, Item
from leanfolio.model.item import SubModel
from leanfolio.model.portfolio import Portfolio
from leanfolio.read import a
from leanfolio.read.suggestions import did_you_mean
from leanfolio.read.value_problems import plain_message

T = TypeVar("T", bound=Item)
S = TypeVar("S", bound=SubModel)
FEW = 8  # ids that a hint names
Row = Mapping[str, str]  # what was given, by the name of its column


class Act(Struct, frozen=True):
    """What becomes of the file of one item. `notes` are for whoever acts, a sentence each."""

    item: Item
    changes: tuple[FieldChange, ...]
    notes: tuple[str, ...] = ()


class ActError(Exception):
    """Why an act cannot be done as it was given. `column` names the value that is wrong."""

    def __init__(self, message: str, hint: str = "", column: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.column = column


class Moment(Struct, frozen=True):
    """When an act is done, and whether git tells the history of the content."""

    day: date
    in_git: bool = True


def item_named(portfolio: Portfolio, id: str, column: str, model: type[T]) -> T:
    """The item of this id, in any case of letters. Raises ActError where no such item has it."""
    exact = portfolio.items.get(id)
    if isinstance(exact, model):
        return exact
    known = {item.id: item for item in all_items(portfolio) if isinstance(item, model)}
    item = known.get(id) or next(
        (item for other, item in known.items() if other.casefold() == id.casefold()), None
    )
    if item is not None:
        return item
    wanted = words_of(model)
    other = next((entry for entry in all_items(portfolio) if entry.id == id), None)
    if other is not None:
        message = f"{id} is {a(other.WORD)}, and this is for {wanted}"
        raise ActError(message, "name one of those", column)
    if id in portfolio.broken:
        raise ActError(f"{id} cannot be read", "`leanfolio check` says why", column)
    some = f"{wanted}: {', '.join([*known][:FEW])}{', ...' if len(known) > FEW else ''}"
    hint = did_you_mean(id, known, f"name {some if known else wanted}")
    raise ActError(f"there is no {id}", hint, column)


def all_items(portfolio: Portfolio) -> tuple[Item, ...]:
    """Every item, the portfolio itself last."""
    return (*portfolio.items.values(), portfolio.policy)


def words_of(model: type[Item]) -> str:
    """The types that a model stands for, in words: an epic, a feature or a story."""
    words = [a(entry.WORD) for entry in TYPES.values() if issubclass(entry, model)]
    if len(words) == len(TYPES):
        return "an item"
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def given(model: type[S], row: Row, names: Mapping[str, str]) -> S:
    """The values of a row as a part of an item. `names` gives the column of each field.

    Raises ActError for the first that cannot be taken, else for the first that is missing.
    """
    values = {field: row[column] for field, column in names.items() if row.get(column)}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        first = next((each for each in errors if each["type"] != "missing"), errors[0])
        column = names.get(str(first["loc"][0]), str(first["loc"][0]))
        if first["type"] == "missing":
            raise ActError(f"`{column}` is missing", "give it", column) from None
        fact, cure = plain_message(first["type"], first, first["input"])
        raise ActError(f"`{column}` is {fact}", cure, column) from None


def entry_of(part: SubModel) -> dict[str, Any]:
    """What was given of a part of an item, by the names and in the order of the format."""
    return {
        field.alias or name: value
        for name, field in type(part).model_fields.items()
        if (value := getattr(part, name)) is not None
    }


def field_set(item: Item, name: str, value: Any) -> FieldChange:
    """A field of an item gets this value."""
    return FieldChange("set", (*item.origin.prefix, name), value, order_of(item))


def entry_added(item: Item, name: str, part: SubModel) -> FieldChange:
    """A list of an item gets one more entry."""
    return FieldChange("append", (*item.origin.prefix, name), entry_of(part), order_of(item))


def entry_set(item: Item, name: str, index: int, field: str, value: Any) -> FieldChange:
    """A field in an entry of a list gets this value."""
    part = getattr(item, name)[index]
    order = tuple(inner.alias or key for key, inner in type(part).model_fields.items())
    return FieldChange("set", (*item.origin.prefix, name, index, field), value, order)


def order_of(item: Item) -> tuple[str, ...]:
    """The names of an item's fields, in the order of the format."""
    return tuple(FieldSlot(type(item), part=type(item), prefix=item.origin.prefix).fields())


def one_of(value: str, known: Collection[str], column: str, what: str, otherwise: str = "") -> str:
    """The known word that was given. Raises ActError for another, whose hint is a near one, else
    `otherwise`, or all of them."""
    if value in known:
        return value
    hint = did_you_mean(value, known, otherwise or f"one of {', '.join(known)}")
    raise ActError(f"there is no {what} {value}", hint, column)
