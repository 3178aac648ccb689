"""Sentences of problems as JSON, so that a result that is kept can be said in any language."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leanfolio.wording.message import Formula, Listing, Message, Part, Series
from leanfolio.wording.told import Told
from leanfolio.wording.values import Money, Percent, Rounded


def as_json(value: Part) -> Any:
    """Return a text, a value or a sentence as JSON: a text as itself, all else as a list."""
    match value:
        case Told():
            return ["told", as_json(value.said)]
        case None | str() | bool() | int():
            return value
        case Message():
            parts = [[name, as_json(part)] for name, part in value.parts]
            return ["message", value.msgid, parts, value.many, value.count, value.context,
                    value.starts]  # fmt: skip
        case Listing():
            return ["listing", *many_as_json(value.parts), value.last]
        case Series():
            return ["series", *many_as_json(value.parts), value.between]
        case Formula():
            return ["formula", *many_as_json(value.terms)]
        case Decimal():
            return ["decimal", str(value)]
        case Fraction():
            return ["fraction", str(value)]
        case date():
            return ["date", value.isoformat()]
        case Money():
            return ["money", as_json(value.amount), value.currency]
        case Percent():
            return ["percent", as_json(value.share), value.places, value.trim]
        case Rounded():
            return ["rounded", as_json(value.value), value.places]


def many_as_json(values: Sequence[Part]) -> list[Any]:
    return [[as_json(value) for value in values]]


def from_json(data: Any) -> Any:
    """Return what `as_json` was given. Raises ValueError, TypeError, KeyError for all else."""
    if not isinstance(data, list):
        return data
    kind, *rest = data
    return READERS[kind](*rest)


def message_of(
    msgid: str, parts: list[list[Any]], many: str | None, count: int, context: str | None,
    starts: bool,
) -> Message:  # fmt: skip
    pairs = tuple((name, from_json(part)) for name, part in parts)
    return Message(msgid, pairs, many, count, context, starts)


def all_of(values: list[Any]) -> tuple[Any, ...]:
    return tuple(from_json(value) for value in values)


READERS: Mapping[str, Any] = {
    "told": lambda said: Told(from_json(said)),
    "message": message_of,
    "listing": lambda parts, last: Listing(all_of(parts), last),
    "series": lambda parts, between: Series(all_of(parts), between),
    "formula": lambda terms: Formula(all_of(terms)),
    "decimal": Decimal,
    "fraction": Fraction,
    "date": date.fromisoformat,
    "money": lambda amount, currency: Money(from_json(amount), currency),
    "percent": lambda share, places, trim: Percent(from_json(share), places, trim),
    "rounded": lambda value, places: Rounded(from_json(value), places),
}
