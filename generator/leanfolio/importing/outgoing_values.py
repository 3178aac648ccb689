"""The values of an item as another system writes them: an exchange map, read backwards."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, DecimalException
from typing import Any

from msgspec import Struct

from leanfolio.figures.funding.amount import EXACT
from leanfolio.importing.cells import FIRST_SERIAL, SHORT_MONTHS, TOKEN, CellError
from leanfolio.importing.exchange_map import (
    HISTORY,
    ID_HERE,
    INCREMENT,
    PARENT,
    ExchangeMap,
    FieldMap,
)
from leanfolio.importing.item_file import normal
from leanfolio.importing.mapping import BODY, names_of
from leanfolio.importing.values import ProgramObject, as_text, plain
from leanfolio.importing.wanted import PEOPLE, Converter, Named, folded
from leanfolio.importing.work_item import Extract
from leanfolio.model import TYPES, Item, Policy

# Days, what has a column of its own, and prose.
NOT_SENT = frozenset((HISTORY, PARENT, BODY, ID_HERE))


class UnsayableError(Exception):
    """Why a value cannot be written for the other system, in words."""


class OwnField(Struct, frozen=True):
    """A field there whose value is ours to say: its heading, and what it fills here."""

    heading: str
    target: str
    mapped: FieldMap


def own_fields(map: ExchangeMap, type: str) -> Iterator[OwnField]:
    """The fields that the map gives to us, alone or together with the source."""
    known = names_of(TYPES[type])
    for name, mapped in map.fields.items():
        target = mapped.target(type) if mapped is not None else ""
        if mapped is None or mapped.owner == "source" or target in ("", *NOT_SENT):
            continue
        if target == INCREMENT or target.partition(".")[0] in known:
            yield OwnField(mapped.name or name, target, mapped)


def value_here(item: Item, target: str) -> Any:
    """The value of a field; a list of what a mapping or a tuple holds. None of an empty one."""
    value: Any = item
    for step in target.split("."):
        value = getattr(value, step, None)
    if isinstance(value, Mapping | tuple):
        return list(value) or None
    return value


class OutgoingValues:
    """Writes values by a map, and only such as an import by the same map reads as the same.

    `names` says what an item is called there, by its id here.
    """

    def __init__(self, map: ExchangeMap, policy: Policy, names: Mapping[str, str]) -> None:
        self.map = map
        self.names = names
        named = {name: Named(id, "") for id, name in names.items()}
        self.converter = Converter(Extract(map.system), map, policy, named)

    def texts(self, item: Item, own: OwnField) -> tuple[str, ...]:
        """The cells of a field; () of an unknown value. Raises UnsayableError."""
        if own.target == INCREMENT:
            return self.sprint(item)
        value = value_here(item, own.target)
        if value is None:
            return ()
        several = value if isinstance(value, list) else [value]
        try:
            found = [self.text(own, each) for each in several]
            if own.mapped.split:
                found = [f"{own.mapped.split} ".join(found)]
            read = self.converter.value(item.TYPE, own.target, own.mapped, plain(found))
        except (CellError, ProgramObject, DecimalException):
            read = None
        if normal(read) != normal(value):
            raise UnsayableError(f"{normal(value)} would come back as {normal(read) or 'nothing'}")
        if len(found) > 1 and self.map.system == "azure":
            raise UnsayableError("it has several values, and the map does not `split` them")
        return tuple(found)

    def text(self, own: OwnField, value: Any) -> str:
        """One value in the words of the other system."""
        mapped = own.mapped
        for word, meaning in mapped.words.items():
            if normal(meaning) == normal(value):
                return word
        if own.target in PEOPLE:
            people = self.map.people.items()
            return next((there for there, here in people if here == value), str(value))
        if isinstance(value, date):
            return day_text(value, mapped.date or self.map.date or "")
        if isinstance(value, Decimal | int):
            return number_text(Decimal(value), mapped)
        text = self.names.get(str(value), str(value)) if own.target in LINKED else str(value)
        return text.removeprefix(mapped.before or "")

    def sprint(self, item: Item) -> tuple[str, ...]:
        """The sprint or iteration path that means the increment and the iteration of an item."""
        names = [name for name in ("increment", "iteration") if name in names_of(TYPES[item.TYPE])]
        here = [value_here(item, name) for name in names]
        if not any(here):
            return ()
        for there, mapped in self.map.increments.items():
            if mapped is not None and [getattr(mapped, name) for name in names] == here:
                return (there,)
        raise UnsayableError(f"the map has no sprint for {' and '.join(filter(None, here))}")

    def status(self, type: str, state: str) -> str:
        """The name of a status that means a state. Raises UnsayableError."""
        statuses = [
            mapped.name or id
            for id, mapped in self.map.states.items()
            if mapped is not None and self.converter.state(type, id, mapped.name or id) == state
        ]
        called = [name for name in statuses if folded(name) == folded(state)]
        if not statuses:
            raise UnsayableError(f"the map has no status for the state {state}")
        return (called or statuses)[0]


LINKED = frozenset(name for model in TYPES.values() for name in model.LINKS)


def day_text(day: date, form: str) -> str:
    """A day in the form of a map: DD.MM.YYYY, DD/Mon/YY, serial; empty for ISO 8601."""
    if form == "serial":
        return str((day - FIRST_SERIAL).days)
    parts = {
        "YYYY": f"{day.year:04}", "YY": f"{day.year % 100:02}", "MM": f"{day.month:02}",
        "Mon": SHORT_MONTHS[day.month - 1].capitalize(), "DD": f"{day.day:02}",
    }  # fmt: skip
    return TOKEN.sub(lambda found: parts[found[0]], form or "YYYY-MM-DD")


def number_text(value: Decimal, mapped: FieldMap) -> str:
    """A number as its field has it there. Raises DecimalException where that is not exact."""
    if mapped.times is not None:
        value = EXACT.divide(value, mapped.times)
    return as_text(value).replace(".", mapped.decimal or ".")
