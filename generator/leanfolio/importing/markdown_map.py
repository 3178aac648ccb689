"""The map of `import markdown`: which part of foreign Markdown fills which field.

A map is YAML: `items`, each with a `type`, the `files` that it is for, and `fields`. A field takes
what stands beside a label, in the front matter or in the table of two columns that leads a file; or

    {label: [Contact, Owner]}           the first of several labels that a file has
    {label: Issue, take: link}          the address of the first link in it, instead of its words
    {heading: 1}                        the first heading of that level; or of the first of several
    {section: Summary}                  the words below a heading, up to the next of its level
    {file: path}                        of the file: `path`, without its ending; `name`; `folder`
    {prose: rest}                       of `body`: the text, without heading and table, if taken
    {of: id}                            of a row: a field of the item that its file describes
    {always: delivery}, {number: EP-}   as for tables

and each may be changed as the cells of a table are: `before`, `words`, `split`, `date`, `times`,
`drop`, `decimal`. `rows` make items of the rows of tables that have a column with the name `table`.
"""

from collections.abc import Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from leanfolio.importing.cells import is_date_form
from leanfolio.importing.mapping import BODY, FieldSource, MapError, names_of
from leanfolio.model import TYPES
from leanfolio.output.schema import DIALECT
from leanfolio.read.suggestions import did_you_mean
from leanfolio.read.yaml import parse

ITEM_TYPES = tuple(name for name in TYPES if name != "portfolio")
SOURCES = ("label", "heading", "section", "file", "prose", "of", "always", "number")
Label = Annotated[str, StringConstraints(min_length=1)]


def as_list(value: Any) -> Any:
    """One value as a list of it."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str | int) else value


def as_source(value: Any) -> Any:
    """A label alone as the field that takes it."""
    return {"label": value} if isinstance(value, str | list) else value


Level = Annotated[int, Field(ge=1, le=6)]
Levels = Annotated[
    tuple[Level, ...],
    BeforeValidator(as_list, json_schema_input_type=Level | list[Level]),
    Field(min_length=1),
]
Several = Annotated[
    tuple[Label, ...], BeforeValidator(as_list, json_schema_input_type=Label | list[Label])
]


class MapPart(BaseModel):
    """A part of the map: every name in it is known, and a value is what it was written as."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class MarkdownField(MapPart):
    """Where a field's value comes from in a Markdown file, and what is done with it."""

    label: Several | None = None
    """What the value stands beside: a key of the front matter, a label of the table, a column."""
    take: Literal["words", "link"] = "words"
    """The words of what stands there, or the address of the first link in it."""
    heading: Levels | None = None
    """The level of a heading, whose words are taken; of several, the first that a file has."""
    section: Several | None = None
    """The words of a heading; the text below it is taken."""
    file: Literal["path", "name", "folder"] | None = None
    """A part of the file's name, from the folder that is imported."""
    prose: Literal["rest", "all"] | None = None
    """Of `body`: all text, or what is left of it without the heading and the table of labels."""
    of: str | None = None
    """Of a row: the field of its file's item with the same value."""
    always: Any = None
    """The same value for every item."""
    number: str | None = None
    """Of an id: the beginning before a running number."""
    before: str = ""
    """The beginning of an id that is put before each value."""
    words: Mapping[str, Any] = Field(default_factory=dict)
    """Other words for what a value says."""
    split: str = ""
    """The mark between the entries of a list."""
    date: str = ""
    """How days are written, such as DD.MM.YYYY."""
    times: int | Decimal | None = None
    """By what a number is multiplied."""
    drop: str = ""
    """Signs that are left out of a number."""
    decimal: Literal["", ".", ","] = ""
    """The mark before a number's decimals."""

    @model_validator(mode="after")
    def one_source(self) -> Self:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1 or () in (self.label, self.heading, self.section):
            raise ValueError(f"needs one of {', '.join(SOURCES)}")
        return self

    @field_validator("date")
    @classmethod
    def known_form(cls, form: str) -> str:
        if form and not is_date_form(form):
            raise ValueError("is not understood; write DD.MM.YYYY, MM/DD/YYYY or DD Mon YYYY")
        return form

    def source(self, name: str) -> FieldSource:
        """How the values under this name, found in a file, become the field's."""
        return FieldSource(
            column="" if self.always is not None or self.number is not None else name,
            always=self.always,
            before=self.before,
            times=None if self.times is None else Decimal(self.times),
            drop=self.drop,
            decimal=self.decimal,
            date=self.date,
            numbered=self.number,
            split=self.split,
            words=self.words,
        )


Source = Annotated[
    MarkdownField,
    BeforeValidator(as_source, json_schema_input_type=Label | list[Label] | MarkdownField),
]


class Shaped(MapPart):
    """Items of one type, with what fills their fields."""

    type: str = Field(json_schema_extra={"enum": [*ITEM_TYPES]})
    """The type of the items."""
    fields: Mapping[str, Source]
    """What fills each field; an `id` that lasts is always among them."""

    @field_validator("type")
    @classmethod
    def is_type(cls, type: str) -> str:
        if type not in ITEM_TYPES:
            hint = did_you_mean(type, ITEM_TYPES, ", ".join(ITEM_TYPES))
            raise ValueError(f"is no type of item: {hint}")
        return type

    @model_validator(mode="after")
    def known_fields(self) -> Self:
        if "id" not in self.fields:
            raise ValueError("has no `id` among its `fields`: every item needs one that lasts")
        names = (*names_of(TYPES[self.type]), BODY)
        for name, how in self.fields.items():
            whole, _, inner = name.partition(".")
            if whole not in names:
                raise ValueError(f"fills `{name}`, which a {self.type} does not have;"
                                 f" {did_you_mean(whole, names, ', '.join(names))}")  # fmt: skip
            if inner and whole in self.fields:
                raise ValueError(f"fills `{whole}` as a whole and piece by piece; keep one")
            if how.number is not None and name != "id":
                raise ValueError(f"numbers `{name}`; only an id can be numbered")
            if how.prose is not None and name != BODY:
                raise ValueError(f"fills `{name}` with prose; only `{BODY}` takes it")
        return self


class RowItems(Shaped):
    """Items that the rows of tables describe. Their ids begin with that of their file's item."""

    table: Several
    """The name of a column: tables that have it are read, with the first of several names."""


class FileItems(Shaped):
    """Items that files describe, one each."""

    files: Several = ("*",)
    """Patterns of paths below the folder that is imported: `2025*/*.md`."""
    but: Several = ()
    """Patterns of paths that are left out all the same."""
    rows: tuple[RowItems, ...] = ()
    """Items that tables within these files describe."""

    @field_validator("rows", mode="before")
    @classmethod
    def listed_rows(cls, rows: Any) -> Any:
        return tuple(rows) if isinstance(rows, list) else rows

    def takes(self, path: str) -> bool:
        """Whether a file, by its path from the folder that is imported, describes such an item."""
        return any(fnmatchcase(path, each) for each in self.files) and not any(
            fnmatchcase(path, each) for each in self.but
        )


class MarkdownMap(MapPart):
    """Which parts of foreign Markdown files become which items."""

    items: Annotated[tuple[FileItems, ...], Field(min_length=1)]
    """Of several entries that take a file, the first one does."""
    known: Several = ()
    """Labels that are left out on purpose, so that the report need not name them."""

    @field_validator("items", mode="before")
    @classmethod
    def listed_items(cls, items: Any) -> Any:
        return tuple(items) if isinstance(items, list) else items


def map_schema() -> dict[str, Any]:
    """The JSON Schema of a map, draft 2020-12."""
    return {
        "$schema": DIALECT, "$id": "urn:leanfolio:markdown-map", **MarkdownMap.model_json_schema(),
    }  # fmt: skip


def read_markdown_map(text: str) -> MarkdownMap:
    """The map that a YAML text holds. Raises MapError."""
    result = parse(text, 1)
    for fault in result.faults:
        message = fault.message.replace("the front matter", "it")
        raise MapError(f"line {fault.line}: {message}; {fault.hint}")
    try:
        return MarkdownMap.model_validate(result.values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = first["loc"]
        within = (path[:end] for end in range(len(path), 0, -1))
        span = next((result.spans[each] for each in within if each in result.spans), None)
        raise MapError(f"line {span.line if span else 1}: {why_not(first)}") from None


def why_not(error: ErrorDetails) -> str:
    """What is wrong with a part of the map, and where it stands in it."""
    *above, last = error["loc"] or ("the map",)
    place = ".".join(str(each) for each in error["loc"]) or "the map"
    match error["type"]:
        case "extra_forbidden":
            names = sorted({name for part in PARTS for name in part.model_fields})
            whose = f"`{'.'.join(map(str, above))}`" if above else "the map"
            return f"{whose} has no `{last}`; {did_you_mean(str(last), names, ', '.join(names))}"
        case "missing":
            return f"`{place}` is missing"
        case "value_error":
            return f"`{place}` {error['msg'].removeprefix('Value error, ')}"
    return f"`{place}`: {error['msg'][:1].lower()}{error['msg'][1:]}"


PARTS: tuple[type[MapPart], ...] = (MarkdownField, RowItems, FileItems, MarkdownMap)
