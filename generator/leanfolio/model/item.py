"""What all items share: an id, a title, an owner, and where each field stands."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from msgspec import Struct
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, field_validator
from pydantic_core import PydanticCustomError

from leanfolio.docstrings import docstring_of
from leanfolio.model.field import Day, Id, Name, Text, short_value
from leanfolio.model.visibility import Visibility
from leanfolio.problem import Place

Path = tuple[str | int, ...]
LinkKind = Literal["parent", "moves", "needs", "affects", "stream", "team", "increment", "like"]


class Span(NamedTuple):
    """Where a key or a value stands in its file. Lines and columns count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item was written: its file, the span of every field, and its prose.

    `prefix` is the path of a nested child inside its parent's front matter: ("stories", 2).
    """

    path: PurePosixPath
    spans: Mapping[Path, Span] = field(default_factory=dict)
    keys: Mapping[Path, Span] = field(default_factory=dict)
    prefix: Path = ()
    body: str = ""
    body_line: int = 1
    faulty: frozenset[str] = frozenset()  # fields that were refused: missing, but not forgotten

    def with_body(self, body: str) -> "Origin":
        """The same place, of other prose."""
        return replace(self, body=body)

    def with_faulty(self, fields: Collection[str]) -> "Origin":
        """The same place, where these fields count as refused too."""
        return replace(self, faulty=self.faulty.union(fields))

    def place(self, *path: str | int) -> Place:
        """The value at this path; of a field that is not there, the nearest that is."""
        full = self.prefix + path
        while full:
            span = self.spans.get(full)
            if span is not None:
                return place_of(self.path, span)
            full = full[:-1]
        return Place(self.path, 1, 1)


FOLDER_PAGES = ("readme", "index")  # the page that stands for a folder, on a git host and here


def name_of_file(path: PurePosixPath) -> str:
    """What a file is called: its name without the ending; of README.md and index.md in a folder of
    their own, as of an item with its pictures, the name of that folder."""
    own = path.stem.casefold() in FOLDER_PAGES and len(path.parts) > 2
    return path.parent.name if own else path.stem


def place_of(path: PurePosixPath, span: Span) -> Place:
    length = span.end_column - span.column if span.end_line == span.line else 1
    return Place(path, span.line, span.column, max(length, 1))


NOWHERE = Origin(PurePosixPath("?"))  # of an item that no file holds


class SubModel(BaseModel):
    """A small map inside an item: a check-in, a decision, a budget line.

    What a field means is the text below it, which `docstrings.field_docstrings` reads: pydantic
    would read the source of every model in every run (`use_attribute_docstrings`).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        populate_by_name=True,
    )

    def __init_subclass__(cls, **settings: Any) -> None:
        """Keep the docstring, which the JSON Schema gives as the description of the map."""
        super().__init_subclass__(**settings)
        if not __debug__:
            cls.__doc__ = docstring_of(cls) or None


def read_list(value: object) -> object:
    """Lists arrive from YAML as lists; models hold tuples."""
    return tuple(value) if isinstance(value, list) else value


Listed = BeforeValidator(read_list)


class WebLink(SubModel):
    title: Text
    """The words that the reader clicks on."""
    url: Text
    """The address; it begins with https://, http:// or mailto:."""


class ImportedFrom(SubModel):
    """Where an imported item came from, so that a second import finds it again."""

    system: Text
    """The name of the other system."""
    id: Name | None = None
    """Its unchanging number there, by which an import finds it again."""
    key: Name
    """What the item is called there."""
    was: Annotated[tuple[Name, ...], Listed] = ()
    """Its earlier keys there: an item that was moved keeps its file and its id here."""
    parent: Name | None = None
    """The key there of the item above, where that was not imported."""
    url: Text | None = None
    """Its address there."""
    synced_on: Day | None = None
    """The day on which it was last taken over."""
    gone_on: Day | None = None
    """The day from which the other system no longer has it."""


class Waiver(SubModel):
    """A rule kept quiet for this item until a date: who allowed it, and why."""

    rule: Text
    """The name of the rule, as `leanfolio check` prints it."""
    reason: Text
    """Why the rule may be broken here."""
    approver: Text
    """Who allowed it."""
    until: Day
    """The last day on which the rule is quiet."""
    on: Day | None = None
    """The day on which it was allowed."""


ALWAYS_PRINTED = ("id", "title", "visibility", "confidential", "waivers")


class Link(Struct, frozen=True):
    """A field that names other items: what it means, and which types it may name."""

    kind: LinkKind
    types: tuple[str, ...] = ()  # empty: any type


class Item(SubModel):
    """Any file of content that has a type, or a child nested in one."""

    TYPE: ClassVar[str]
    WORD: ClassVar[str]  # as a reader says it
    FOLDER: ClassVar[str]
    LINKS: ClassVar[Mapping[str, Link]] = {}
    NESTED: ClassVar[Mapping[str, str]] = {}  # field -> type of the children it holds

    id: Id
    """Letters, digits, `-` and `.`; unique in the portfolio. Left out, it is the file's stem."""
    title: Text
    """One line. Left out, it is the body's first heading."""
    owner: Text | None = None
    """Who answers for it."""
    tags: Annotated[tuple[Name, ...], Listed] = ()
    """Free words to filter by."""
    visibility: Visibility = "public"
    """Who may read it: a build publishes what its audience may read, and nothing of the rest."""
    confidential: Annotated[tuple[Name, ...], Listed] = ()
    """Fields of it that only the audience `confidential` may read, such as `cost_of_delay`."""
    links: Annotated[tuple[WebLink, ...], Listed] = ()
    """Addresses outside the portfolio."""
    source: ImportedFrom | None = None
    """Where an imported item came from."""
    waivers: Annotated[tuple[Waiver, ...], Listed] = ()
    """Rules kept quiet for this item until a date."""

    _origin: Origin = PrivateAttr(default_factory=lambda: NOWHERE)

    @field_validator("confidential")
    @classmethod
    def _can_be_left_out(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            field = cls.model_fields.get(name)
            if field is None or field.is_required() or name in ALWAYS_PRINTED:
                message = "{value} is no field that can be confidential\n{cure}"
                cure = "name a field that may be left out; `visibility` hides the whole item"
                raise PydanticCustomError(
                    "confidential", message, {**short_value(name), "cure": cure}
                )
        return names

    @property
    def origin(self) -> Origin:
        # Rules ask for it again and again; pydantic's own way there takes twenty times as long.
        private: Mapping[str, Any] = self.__pydantic_private__ or {}
        origin: Origin = private["_origin"]
        return origin

    def at(self, *path: str | int) -> Place:
        """Where this field stands; without a field, where the item begins."""
        return self.origin.place(*(path or ("id",)))

    def is_stated(self, name: str) -> bool:
        """Whether the file states this field itself."""
        return (*self.origin.prefix, name) in self.origin.spans

    def lacks(self, *names: str) -> bool:
        """Whether nobody wrote any of these fields; one written wrongly is not lacking."""
        return all(
            is_empty(getattr(self, name)) and name not in self.origin.faulty for name in names
        )

    def at_link(self, name: str, target: str) -> Place:
        """Where this item names that other one."""
        spans, prefix = self.origin.spans, self.origin.prefix
        if (*prefix, name, target) in spans:
            return self.origin.place(name, target)
        value: Any = getattr(self, name)
        names = () if isinstance(value, str) else tuple(value or ())
        if target in names:
            index = names.index(target)
            if (*prefix, name, index) in spans:
                return self.origin.place(name, index)
        return self.origin.place(name)

    def linked(self) -> Iterator[tuple[str, Link, str]]:
        """Every (field, what it means, id named), in the order of the fields."""
        for name, link in self.LINKS.items():
            value: Any = getattr(self, name)
            for target in (value,) if isinstance(value, str) else value or ():
                yield name, link, target

    @classmethod
    def written(cls, fields: Mapping[str, Any], origin: Origin) -> Self:
        """The item that these fields describe. Raises pydantic.ValidationError."""
        item = cls.model_validate(fields)
        item._origin = origin
        return item


def is_empty(value: object) -> bool:
    """Whether nothing was written: a zero is something."""
    return value is None or (isinstance(value, tuple | dict | str) and not value)


class Dated(SubModel):
    on: Day
    """The day on which it was so."""


class StateEntry(Dated):
    """A state, and the day it was entered."""

    on: Day
    """The day on which the state was entered."""

    state: Text
    """The state that was entered."""


class Blocked(SubModel):
    """A time in which work on an item could not go on."""

    from_: Day = Field(alias="from")
    """The day on which it was blocked."""
    until: Day | None = None
    """The day on which it went on; left out, it is still blocked."""
    why: Text
    """What it waits for, in words."""


class HasState(Item):
    """An item that moves over a board."""

    state: Text | None = None
    """A state of the portfolio's board."""
    history: Annotated[tuple[StateEntry, ...], Listed] = Field(default=())
    """Each state with the day it was entered: the truth for flow figures."""
    blocked: Annotated[tuple[Blocked, ...], Listed] = Field(default=())
    """When and why work on it could not go on."""


Health = Literal["on-track", "at-risk", "off-track"]


class Update(Dated):
    """A person's word on how an item goes, beside what its figures say."""

    on: Day
    """The day on which it was said."""
    health: Health
    """`on-track`, `at-risk` or `off-track`, in the judgement of whoever says it."""
    note: Text | None = None
    """The reason, and what is done about it, in a sentence."""
    by: Text | None = None
    """Who says so."""


class HasUpdates(Item):
    """An item on whose health somebody gives their word."""

    updates: Annotated[tuple[Update, ...], Listed] = ()
    """What its owner says of its health, day by day; the newest stands on its page and on home."""

    def latest_update(self, as_of: date) -> Update | None:
        """The word of the latest day up to this one; of two on one day, the one written last."""
        newest = None
        for entry in self.updates:
            if entry.on <= as_of and (newest is None or entry.on >= newest.on):
                newest = entry
        return newest
