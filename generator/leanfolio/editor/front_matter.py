"""A front matter as plain values: read from a text, looked into, copied and compared."""

from decimal import Decimal
from typing import Any

from leanfolio.model import Path
from leanfolio.read.yaml import Fields, parse, split


def plain(text: str) -> str:
    """A text as the reader takes it: without its mark, one character for each line break."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def fields_of(text: str) -> Fields:
    halves = split(text)
    return parse(halves.yaml) if halves.yaml is not None else Fields()


def value_in(values: Any, path: Path) -> Any:
    """What stands at a path; None where nothing does."""
    try:
        for step in path:
            values = values[step]
    except (KeyError, IndexError, TypeError):
        return None
    return values


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    return [copied(entry) for entry in value] if isinstance(value, list) else value


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are the same, and of the same kind: 1 is not true."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (
        str(one) == str(other) if isinstance(one, Decimal) else bool(one == other)
    )
