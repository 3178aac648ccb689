"""What may stand in a place of a front matter: which fields, which words, which items."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Literal, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from leanfolio.docstrings import field_docstrings
from leanfolio.model import TYPES, HasState, Increment, Item, Path
from leanfolio.read import TYPE_OF_FOLDER, part_in

PAGE_FIELDS = ("title", "description", "view", "where", "limit", "increment")


def implied_type(path: PurePosixPath) -> str | None:
    """The type that a file's folder gives it."""
    if str(path) == "portfolio.md":
        return "portfolio"
    return TYPE_OF_FOLDER.get(path.parts[0]) if len(path.parts) > 1 else None


def model_of(type: Any, path: PurePosixPath) -> type[Item] | None:
    """The model of a file, from its `type:` or its folder; None of a page of prose."""
    name = implied_type(path) if type is None else type
    return TYPES.get(name) if isinstance(name, str) else None


class FieldSlot(Struct, frozen=True):
    """The place at a path: the item it belongs to, and what the format says of its value."""

    item: type[Item]
    names: tuple[str, ...] = ()  # the path inside of the item, without numbers of list entries
    part: type[BaseModel] | None = None  # whose fields a mapping here has
    field: FieldInfo | None = None
    keyed: bool = False  # one entry of a mapping whose keys the author chooses
    prefix: Path = ()  # where the item begins in its file
    meaning: str = ""  # what the field is for, in a sentence or two

    @property
    def types(self) -> tuple[str, ...] | None:
        """The types of item that may be named here, () for any; None where no item is named."""
        if len(self.names) == 1 and self.names[0] in self.item.LINKS:
            return self.item.LINKS[self.names[0]].types
        if self.item is Increment and self.names == ("objectives", "team"):
            return ("team",)
        return None

    @property
    def is_state(self) -> bool:
        """Whether a column of the board is named here."""
        return issubclass(self.item, HasState) and self.names in (
            ("state",),
            ("history", "state"),
        )

    @property
    def is_period(self) -> bool:
        """Whether an increment may be named here beside the calendar's periods."""
        return bool(self.names) and self.names[-1] == "period" and self.field is not None

    @property
    def words(self) -> tuple[str, ...]:
        """The few words that the value may be; () where it is anything else."""
        if self.field is None:
            return ()
        annotation = self.field.annotation
        mapping = next(alternatives(annotation, dict), None)
        if mapping is not None:
            annotation = get_args(mapping)[1] if self.keyed else None
        return tuple(literals(annotation))

    @property
    def key_words(self) -> tuple[str, ...]:
        """The few words that a key of the mapping here may be."""
        if self.field is None or self.keyed:
            return ()
        mapping = next(alternatives(self.field.annotation, dict), None)
        return tuple(literals(get_args(mapping)[0])) if mapping is not None else ()

    def fields(self) -> dict[str, FieldInfo | None]:
        """The fields of a mapping here by name; of children that are nested, None."""
        if self.part is None:
            return {}
        result: dict[str, FieldInfo | None] = {
            value.alias or name: value for name, value in self.part.model_fields.items()
        }
        if self.part is self.item:
            result |= dict.fromkeys(self.item.NESTED)
            if not self.prefix:
                result = {"type": None, **result}
            else:
                result.pop(parent_path(self.item), None)
        return result


def parent_path(model: type[Item]) -> str:
    """The field that a nested child leaves out, since its place says it."""
    return next((name for name, link in model.LINKS.items() if link.kind == "parent"), "")


def slot_at(model: type[Item], path: Path) -> FieldSlot | None:
    """The place at this path of a file's front matter; None where the format knows of none."""
    here = FieldSlot(model, part=model)
    for number, step in enumerate(path):
        if isinstance(step, int):
            continue
        if here.part is here.item and step in here.item.NESTED:
            child = TYPES[here.item.NESTED[step]]
            here = FieldSlot(child, part=child, prefix=path[: number + 2])
            continue
        further = models_inside(here, step)
        if further is None:
            return None
        here = further
    return here


def models_inside(here: FieldSlot, step: str) -> FieldSlot | None:
    """The place one step further in."""
    names = (*here.names, step)
    if here.part is not None:
        fields = here.part.model_fields.items()
        name = next((name for name, field in fields if step == (field.alias or name)), None)
        if name is None:
            return None
        field, meaning = here.part.model_fields[name], field_docstrings(here.part).get(name, "")
        keyed = next(alternatives(field.annotation, dict), None) is not None
        part = None if keyed else part_in(field.annotation)
        return FieldSlot(here.item, names, part, field, prefix=here.prefix, meaning=meaning)
    if here.field is None or here.keyed:
        return None
    keyed = next(alternatives(here.field.annotation, dict), None) is not None
    return FieldSlot(here.item, names, None, here.field, True, here.prefix) if keyed else None


def alternatives(annotation: Any, origin: type) -> Iterator[Any]:
    """Every part of an annotation of one origin, such as the dict in `dict[str, X] | None`."""
    if get_origin(annotation) is origin:
        yield annotation
    elif not isinstance(annotation, str):
        for arg in get_args(annotation):
            yield from alternatives(arg, origin)


def literals(annotation: Any) -> Iterator[str]:
    """The words of every Literal in an annotation."""
    if get_origin(annotation) is Literal:
        yield from (arg for arg in get_args(annotation) if isinstance(arg, str))
    elif annotation is not None:
        for arg in get_args(annotation):
            if not isinstance(arg, str):
                yield from literals(arg)
