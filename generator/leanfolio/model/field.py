"""The kinds of value that a field may hold, each read strictly: a wrong word is a problem."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from leanfolio.model.value_hints import USUAL_CURE, USUAL_NUMBER, day_hint, number_fix, share_fix

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
PLAIN_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?\Z")
MAX_DIGITS = 18  # beyond this no portfolio means a number, and arithmetic would crawl


def read_day(value: object) -> object:
    """A calendar day, written as ISO 8601: 2026-10-05."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and ISO_DAY.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    plain = isinstance(value, str | int) and not isinstance(value, bool)
    why, cure = day_hint(str(value)) if plain else ("", USUAL_CURE)
    why = f": {why}" if why else ""
    raise PydanticCustomError(
        "day",
        "{value} is not a date{why}\n{cure}",
        {**short_value(value), "why": why, "cure": cure},
    )


def read_number(value: object) -> object:
    """An exact decimal number, never a float. Numbers in quotes are read too."""
    if isinstance(value, str) and PLAIN_NUMBER.match(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        cure = number_fix(value) if isinstance(value, str) else USUAL_NUMBER
        context = {**short_value(value), "cure": cure}
        raise PydanticCustomError("number", "{value} is not a number\n{cure}", context)
    number = Decimal(value)
    if number.adjusted() >= MAX_DIGITS or number.adjusted() < -MAX_DIGITS:
        context = {**short_value(value), "most": MAX_DIGITS}
        message = "{value} is out of range\nwrite a number of at most {most} digits"
        raise PydanticCustomError("number", message, context)
    return number


def read_share(value: object) -> object:
    """A share of one. Written in percent it is refused, with what it is as a share."""
    cure = share_fix(str(value)) if isinstance(value, str | int | Decimal) else None
    percent = isinstance(value, str) and "%" in value
    if cure and (percent or (PLAIN_NUMBER.match(str(value)) and Decimal(str(value)) > 1)):
        message = "{value} is not a share of 1\n{cure}"
        raise PydanticCustomError("share", message, {**short_value(value), "cure": cure})
    return read_number(value)


def read_name(value: object) -> object:
    """A name that may look like a number: iteration 2, period 2026."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def read_needs(value: object) -> object:
    """Links with optional iterations or days: [FT-1, FT-3], or {FT-1: "2", FT-3: 2026-11-13}."""
    return read_links(value, "write [FT-1, FT-3], or {FT-1: 2, FT-3: 2026-11-13}")


def read_link_weights(value: object) -> object:
    """Links with optional weights: [KR-1, KR-3], or {KR-1: 70, KR-3: 30}, or one id alone."""
    return read_links(value, "write [KR-1, KR-3], or {KR-1: 70, KR-3: 30}")


def read_links(value: object, cure: str) -> object:
    """Ids with what is said of each: None where they are listed, or one stands alone."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        wrong = [each for each in value if isinstance(each, list | dict)]
        if wrong:
            raise PydanticCustomError("ids", "{value} is not an id", short_value(wrong[0]))
        return dict.fromkeys(value)  # a number among them is refused as a key of its own
    if not isinstance(value, Mapping):
        message = "{value} is not a list of ids\n{cure}"
        raise PydanticCustomError("ids", message, {**short_value(value), "cure": cure})
    return value


def problem_and_fix(message: str) -> tuple[str, str]:
    """What a message of this package says is wrong, and what it says to write instead.

    They stand on two lines: a value that is quoted may hold any other sign that could part them.
    """
    fact, _, cure = message.partition("\n")
    return fact, cure


def short_value(value: object) -> dict[str, Any]:
    """The value as an author would recognise it, cut to a readable length."""
    if value is None:
        return {"value": "an empty value"}
    if isinstance(value, Mapping):
        return {"value": "a mapping"}
    if isinstance(value, list):
        return {"value": "a list"}
    text = str(value) if not isinstance(value, bool) else str(value).lower()
    return {"value": repr(text if len(text) <= 40 else text[:39] + "…")}


def links_schema(said: dict[str, Any]) -> WithJsonSchema:
    """The schema of ids as `read_links` takes them; `said` is that of what may be said of each."""
    listed = {"type": "array", "items": {"type": "string"}}
    mapped = {"type": "object", "additionalProperties": said}
    return WithJsonSchema({"anyOf": [{"type": "string"}, listed, mapped]})


NUMBER_SCHEMA = {"type": ["number", "string"], "pattern": r"^[-+]?\d+(\.\d+)?$"}

Day = Annotated[date, BeforeValidator(read_day)]
Number = Annotated[Decimal, BeforeValidator(read_number), WithJsonSchema(NUMBER_SCHEMA)]
NotNegative = Annotated[
    Decimal,
    BeforeValidator(read_number),
    Field(ge=0),
    WithJsonSchema({**NUMBER_SCHEMA, "minimum": 0}),
]
Share = Annotated[
    Decimal,
    BeforeValidator(read_share),
    Field(ge=0, le=1),
    WithJsonSchema({**NUMBER_SCHEMA, "minimum": 0, "maximum": 1}),
]
Name = Annotated[
    str,
    BeforeValidator(read_name),
    Field(min_length=1),
    WithJsonSchema({"type": ["string", "integer"]}),
]
Text = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(min_length=1)]
Ids = Annotated[
    tuple[Id, ...],
    BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else (value,)),
    WithJsonSchema({"type": ["array", "string"], "items": {"type": "string"}}),
]
Needs = Annotated[
    dict[Id, Name | None],
    BeforeValidator(read_needs),
    links_schema({"type": ["string", "integer", "null"]}),
]
Weights = Annotated[
    dict[Id, Number | None],
    BeforeValidator(read_link_weights),
    links_schema({"anyOf": [NUMBER_SCHEMA, {"type": "null"}]}),
]
