"""The map between a portfolio and another system: `exchange/<name>.yml`.

It says which types of issue are items, which field goes where and who owns it, what each status
means, which links are which, and who people are. What it leaves out is counted in the report.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from leanfolio.importing.cells import is_date_form
from leanfolio.importing.mapping import BODY, MapError, names_of
from leanfolio.importing.work_item import System
from leanfolio.model import TYPES
from leanfolio.model.field import Id, Number, Text
from leanfolio.model.item import SubModel
from leanfolio.model.policy import Category
from leanfolio.read.suggestions import did_you_mean, nearest
from leanfolio.read.value_problems import plain_message
from leanfolio.read.yaml import Fields, parse

Owner = Literal["source", "here", "shared"]
HISTORY, INCREMENT, PARENT = "history", "increment", "parent"
ID_HERE = "id"  # the target of a field that says which item began here
IMPORTED = ("epic", "feature", "story", "risk", "objective", "key-result", "theme", "team")
# What no field of a map may fill, since the import sees to it, or the file would be none.
OWN = frozenset(("id", "type", "source", "state", "waivers"))


def by_type(value: object) -> object:
    """One name for all types, or one for each."""
    return {"": value} if isinstance(value, str) else value


ByType = Annotated[
    dict[str, Text],
    BeforeValidator(by_type),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        }
    ),
]  # fmt: skip


class FieldMap(SubModel):
    """Where one field of the other system goes, who owns it, and how it is written there."""

    name: Text | None = None
    """What people call it there; for whoever reads the map."""
    to: ByType | None = None
    """The field that it fills, or one for each type: {feature: size, story: points}. `body` is the
    prose, `parent` the item above, `increment` a sprint or an iteration path, `history` a day on
    which `state` was entered, `id` the id here of an item that began here and went out to there.
    Left out, the field is not carried, and counted."""
    owner: Owner = "source"
    """Whose value stands where both sides changed it: of the `source`, the one `here`, or, where
    it is `shared`, nobody's until people agree."""
    state: Text | None = None
    """With `to: history`: the status there that was entered on the day of this field."""
    date: Text | None = None
    """How days are written, where not as 2026-12-31: DD.MM.YYYY, DD/Mon/YY, serial."""
    split: Text | None = None
    """What parts several values in one text."""
    words: dict[str, Any] = Field(default_factory=dict)
    """Other words for what the field says."""
    before: Text | None = None
    """What is put before the value, as of an id."""
    times: Number | None = None
    """By what a number is multiplied."""
    drop: Text | None = None
    """Signs of a number that are left out."""
    decimal: Literal[",", "."] | None = None
    """The sign before the decimals of a number."""

    @field_validator("date")
    @classmethod
    def _is_a_form(cls, value: str | None) -> str | None:
        if value is not None and not is_date_form(value):
            message = (
                "{value} is no form of days\nwrite DD.MM.YYYY, MM/DD/YYYY, DD/Mon/YY or serial"
            )
            raise PydanticCustomError("date_form", message, {"value": repr(value)})
        return value

    def target(self, type: str) -> str:
        """The field that it fills in an item of a type; empty where none."""
        if self.to is None:
            return ""
        return self.to.get(type) or self.to.get("", "")


class StateMap(SubModel):
    """What a status of the other system means here."""

    name: Text | None = None
    """Its name there; it may change, the id does not."""
    category: Category | None = None
    """What it means for figures. Left out, the status is not carried, and counted."""
    state: ByType | None = None
    """The state here, or one for each type. Left out: the column of the board that is called so,
    else the first of the category."""


class LinkMap(SubModel):
    """Which field a type of link fills, seen from the item that has the field."""

    inward: Text | None = None
    """The field for the inward end, such as `depends_on` for "is blocked by"."""
    outward: Text | None = None
    """The field for the outward end."""
    owner: Owner = "source"
    """Whose links stand where both sides changed them."""


class IncrementMap(SubModel):
    """What a sprint or an iteration path is here."""

    increment: Id | None = None
    """The increment in which a feature is planned."""
    iteration: Text | None = None
    """The iteration in which a story is planned."""


class IdMap(SubModel):
    """How an item that is new here gets its id."""

    use: Literal["key", "id"] = "key"
    """Whether it is made of the key or of the unchanging id."""
    before: str = ""
    """What is put before it."""


class ColumnMap(SubModel):
    """Which columns of a plain table say what an item is."""

    id: Text
    """What never changes."""
    key: Text | None = None
    """What people call it; left out, the id."""
    title: Text
    """Its title."""
    type: Text | None = None
    """Its type; left out, all rows have the type `row`."""
    status: Text | None = None
    """Its status."""
    parent: Text | None = None
    """The id or key of the item above."""
    url: Text | None = None
    """Its address."""


class FetchMap(SubModel):
    """Where `leanfolio fetch` finds the other system, and what it asks there; never a token."""

    url: Text | None = None
    """Its address: https://example.atlassian.net, or https://dev.azure.com/ORGANIZATION/PROJECT."""
    query: Text | None = None
    """JQL; or WIQL, or the id of a saved query of Azure DevOps."""


Zone = Annotated[str, Field(min_length=1)]


class ExchangeMap(SubModel):
    """The map between this portfolio and another system."""

    system: System
    """The system: jira, azure, or csv for a plain table."""
    called: Text | None = None
    """What `source.system` says, where two systems of one kind have to be told apart."""
    fetch: FetchMap | None = None
    """Where `leanfolio fetch` finds the system, and what it asks there."""
    columns: ColumnMap | None = None
    """Of a plain table: which columns say what an item is."""
    ids: IdMap = Field(default_factory=IdMap)
    """How items that are new here get their ids."""
    types: dict[str, Text | None] = Field(default_factory=dict)
    """The type here for each type there: {Epic: feature, Story: story, Test: null}."""
    fields: dict[str, FieldMap | None] = Field(default_factory=dict)
    """Each field there, by its id or its column: where it goes, and who owns it."""
    title: Owner = "source"
    """Who owns the title."""
    state: Owner = "source"
    """Who owns the state and its history."""
    parent: Owner = "source"
    """Who owns the link to the item above."""
    states: dict[str, StateMap | None] = Field(default_factory=dict)
    """Each status there, by its id, or by its name where the files have no ids."""
    links: dict[str, LinkMap | None] = Field(default_factory=dict)
    """Each type of link there, by direction."""
    people: dict[str, Text | None] = Field(default_factory=dict)
    """Names here for people there, by account, address or name."""
    increments: dict[str, IncrementMap | None] = Field(default_factory=dict)
    """Increments and iterations for sprints and iteration paths."""
    time_zone: Zone = "UTC"
    """The zone of times that are written without one, such as Europe/Berlin."""
    date: Text | None = None
    """How days are written in all fields that do not say so themselves."""

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = "{value} is no time zone\nwrite one such as Europe/Berlin, or UTC"
            raise PydanticCustomError("time_zone", message, {"value": repr(value)}) from None
        return value

    @field_validator("date")
    @classmethod
    def _is_a_form(cls, value: str | None) -> str | None:
        return FieldMap._is_a_form(value)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def source_name(self) -> str:
        """What `source.system` of its items says."""
        return self.called or self.system

    def type_of(self, name: str) -> str | None:
        """The type here of a type there; None where it is not carried."""
        return self.types.get(name)

    def filling(self, target: str, type: str) -> Iterator[tuple[str, FieldMap]]:
        """The fields there that fill a field of a type here, each with its name there."""
        for name, mapped in self.fields.items():
            if mapped is not None and mapped.target(type) == target:
                yield name, mapped

    def state_map(self, id: str, name: str) -> StateMap | None:
        """What a status means, found by its id, or by its name."""
        return self.states.get(id) or self.states.get(name)


def read_exchange_map(text: str, name: str) -> ExchangeMap:
    """The map in a file. Raises MapError, with the line."""
    fields = parse(text, 1)
    for fault in fields.faults:
        message = fault.message.replace("the front matter", "it")
        raise MapError(f"{name}, line {fault.line}: {message}; {fault.hint}")
    try:
        found = ExchangeMap.model_validate(fields.values)
    except ValidationError as error:
        raise MapError(f"{name}{first_problem(error, fields)}") from None
    for where, message in unknown_names(found):
        raise MapError(f"{name}{line_of(fields, where)}: {message}")
    return found


def first_problem(error: ValidationError, fields: Fields) -> str:
    """The first thing that is wrong with a map, with its line."""
    first = error.errors(include_url=False)[0]
    where = tuple(first["loc"])
    line = line_of(fields, where)
    if first["type"] == "extra_forbidden":
        model = model_at(where)
        hint = did_you_mean(str(where[-1]), model, f"it may have {', '.join(model)}")
        return f"{line}: there is no `{where[-1]}` here; {hint}"
    if first["type"] == "missing":
        return f"{line}: `{where[-1]}` is missing"
    fact, cure = plain_message(first["type"], first, first["input"])
    named = next((str(step) for step in reversed(where) if isinstance(step, str)), "it")
    return f"{line}: `{named}` is {fact}; {cure}"


PARTS: Mapping[str, type[SubModel]] = {
    "fields": FieldMap, "states": StateMap, "links": LinkMap, "increments": IncrementMap,
    "ids": IdMap, "columns": ColumnMap, "fetch": FetchMap,
}  # fmt: skip


def model_at(where: tuple[int | str, ...]) -> tuple[str, ...]:
    """The names that a mapping at this place of a map may have."""
    model = PARTS.get(str(where[0]), ExchangeMap) if len(where) > 1 else ExchangeMap
    return tuple(model.model_fields)


def line_of(fields: Fields, where: tuple[int | str, ...]) -> str:
    """The line of a place of the map, or of the nearest that is there."""
    while where:
        span = fields.keys.get(where) or fields.spans.get(where)
        if span is not None:
            return f", line {span.line}"
        where = where[:-1]
    return ""


def unknown_names(map: ExchangeMap) -> list[tuple[tuple[int | str, ...], str]]:
    """Types and fields of this side that a map names and that are none."""
    found: list[tuple[tuple[int | str, ...], str]] = []
    for name, type in map.types.items():
        if type is not None and type not in IMPORTED:
            hint = did_you_mean(type, IMPORTED, f"one of {', '.join(IMPORTED)}")
            found.append((("types", name), f"{type!r} is no type of item; {hint}"))
    types = [type for type in map.types.values() if type in IMPORTED] or list(IMPORTED)
    for name, field in map.fields.items():
        for type, target in (field.to if field and field.to else {}).items():
            models = [type] if type else types
            known = {each for one in models if one in TYPES for each in names_of(TYPES[one])}
            known = (known - OWN) | {BODY, HISTORY, INCREMENT, PARENT, ID_HERE}
            if target.partition(".")[0] not in known:
                hint = did_you_mean(target, sorted(known), f"one of {', '.join(sorted(known))}")
                found.append((("fields", name, "to"), f"there is no field `{target}`; {hint}"))
    for name, link in map.links.items():
        for end in (link.inward, link.outward) if link else ():
            if end is not None and not any(end in TYPES[each].LINKS for each in types):
                known_links = sorted({each for one in types for each in TYPES[one].LINKS})
                hint = did_you_mean(end, known_links, f"one of {', '.join(known_links)}")
                found.append((("links", name), f"there is no link `{end}`; {hint}"))
    return found


def require_source_fields(map: ExchangeMap, there: set[str], file: str) -> None:
    """Raises MapError where the map names a field that no item of the files has.

    Ids of what began here may be missing: until the first of them is there, Azure leaves them out.
    """
    for name, field in map.fields.items():
        if field is None or field.to is None or ID_HERE in field.to.values():
            continue
        if there and name not in there:
            guess = nearest(name, there)
            hint = f"did you mean {guess!r}?" if guess else "`--draft-map` lists all that are there"
            raise MapError(f"{file}: the files have no field {name!r}; {hint}")
