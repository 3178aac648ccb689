"""What fields there are, where each stands, and how its value is shown in a message."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel

from leanfolio.model import Item, Origin, Path, Span, place_of
from leanfolio.problem import Place, Problem, Related
from leanfolio.read.yaml import YamlError


def problem_of(fault: YamlError, path: PurePosixPath) -> Problem:
    place = Place(path, fault.line, fault.column, fault.length)
    related = tuple(Related(place_of(path, span), note) for span, note in fault.related)
    return Problem(place, fault.rule, fault.message, fault.hint, related=related)


def key_place(origin: Origin, path: Path) -> Place:
    """The key itself, rather than its value: where a name is what is wrong."""
    span: Span | None = origin.keys.get(origin.prefix + path)
    return place_of(origin.path, span) if span else origin.place(*path)


def display_value(value: Any) -> str:
    """A value as its author would recognise it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "an empty value"
    text = str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")


def names_at(model: type[BaseModel], loc: Path) -> list[str]:
    """The fields that may stand where this one stands."""
    here: type[BaseModel] | None = model
    for step in loc[:-1]:
        if isinstance(step, int) or here is None:
            continue
        result = next(
            (value for name, value in here.model_fields.items() if step in (name, value.alias)),
            None,
        )
        here = part_in(result.annotation) if result else None
    if here is None:
        return []
    names = [value.alias or name for name, value in here.model_fields.items()]
    nested = list(here.NESTED) if issubclass(here, Item) and len(loc) == 1 else []
    return [*names, *nested, *(["type"] if len(loc) == 1 else [])]


def part_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as tuple[CheckIn, ...] or Mvp | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if isinstance(annotation, UnionType) or get_args(annotation):
        for arg in get_args(annotation):
            if (result := part_in(arg)) is not None:
                return result
    return None


def foreign_to(model: type[Item], values: Mapping[str, Any]) -> list[str]:
    """The fields with a value that this type does not have."""
    known = names_at(model, ("",))
    return [name for name, value in values.items() if value is not None and name not in known]
