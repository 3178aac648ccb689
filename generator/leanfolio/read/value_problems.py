"""What pydantic found wrong with a value, in the words of the format."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import ErrorDetails

from leanfolio.model import Item, Origin
from leanfolio.model.field import problem_and_fix
from leanfolio.model.value_hints import number_fix
from leanfolio.problem import Problem
from leanfolio.read.field_hints import hint_for_field
from leanfolio.read.fields import display_value, key_place, names_at
from leanfolio.read.rules import (
    a,
    field_missing,
    field_unknown,
    unless_meant,
    value_wrong,
)
from leanfolio.read.suggestions import did_you_mean, nearest

KEY = "key"  # in the context of an error: the key of a value is wrong, not the value


def problem_in(
    model: type[Item], error: ErrorDetails, own: Mapping[str, Any], origin: Origin
) -> Problem:
    """One fault that pydantic found, told in the words of the format."""
    loc = tuple(step for step in error["loc"] if step != "[key]")
    name = ".".join(str(step) for step in loc if not isinstance(step, int)) or "value"
    kind, value = error["type"], error["input"]
    whose = str(own.get("id", f"this {model.WORD}"))
    if kind == "extra_forbidden":
        place, known = key_place(origin, loc), names_at(model, loc)
        what = f"{a(model.WORD)} does" if len(loc) == 1 else "the format does"
        otherwise = unless_meant(model, loc, known)
        if len(loc) == 1:
            stated = [key for key, each in own.items() if each is not None]
            hint = hint_for_field(model, name, value, known, otherwise, stated)
        else:
            hint = did_you_mean(str(loc[-1]), known, otherwise)
        return field_unknown(place, f"{whose} has a field `{name}`, which {what} not have", hint)
    if kind == "missing":
        parent = origin.place(*loc[:-1]) if len(loc) > 1 else origin.place("id")
        entry = next((step + 1 for step in reversed(loc) if isinstance(step, int)), None)
        where = f" in entry {entry} of `{loc[0]}`" if entry else ""
        return field_missing(parent, whose, name, example_of(str(loc[-1])), where)
    place = key_place(origin, loc) if KEY in error.get("ctx", {}) else origin.place(*loc)
    message, hint = plain_message(kind, error, value)
    if kind in OF_FIELDS:
        hint = format_hint(value, names_at(model, (*loc, "")), hint)
    return value_wrong(place, f"{whose} has `{name}` {message}", hint)


EXAMPLES = {
    "on": "2026-10-05", "until": "2026-12-31", "start": "2026-10-05", "end": "2026-12-18",
    "period": "2026-H2", "kind": "go", "category": "waiting", "value": "14",
    "url": "https://example.com",
}  # fmt: skip
OF_FIELDS = ("tuple_type", "model_type", "model_attributes_type", "dict_type")
BOUND_IN = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le"}
BOUNDS = {
    "greater_than_equal": ("less than", "write {} or more"),
    "greater_than": ("not above", "write a number above {}"),
    "less_than_equal": ("more than", "write {} or less"),
}


def example_of(name: str) -> str:
    """A field to add, with an example of its value where one tells its form."""
    example = EXAMPLES.get(name)
    return f"`{name}:`, such as `{name}: {example}`" if example else f"`{name}:`"


def format_hint(value: Any, names: list[str], hint: str) -> str:
    """The hint, with the form of a set of fields, or of a list of them, as it is to be here."""
    if not names:
        return hint
    form = f"{{{', '.join(f'{name}: ...' for name in names[:3])}}}"
    return f"write {form}" if "name: value" in hint else f"write one `- {form}` a line"


def plain_message(kind: str, error: ErrorDetails, value: Any) -> tuple[str, str]:
    """What is wrong with a value, and what to write instead."""
    context: Mapping[str, Any] = error.get("ctx", {})
    text = display_value(value)
    if kind == "literal_error":
        allowed = [str(entry).strip("'") for entry in re.findall(r"'[^']*'", context["expected"])]
        one = f"write exactly one of {', '.join(allowed)}"
        hint = f"did you mean {guess}? {one}" if (guess := nearest(str(value), allowed)) else one
        return f"{text}, which is not one of {', '.join(allowed)}", hint
    if kind == "string_type":
        return f"{text}, which is not text", text_fix(value)
    if kind == "string_too_short":
        return "that is empty", "write it, or leave the field out"
    if kind == "string_pattern_mismatch":
        code = str(value).upper()
        sure = len(code) == 3 and code.isascii() and code.isalpha()
        return f"{text}, which is not the code of a currency", (
            f"write {code}" if sure else "write the three capital letters of its code, such as EUR"
        )
    if kind == "int_type":
        cure = number_fix(str(value)) if isinstance(value, str) else "write a whole number"
        if isinstance(value, Decimal) and value == (whole := value.to_integral_value()):
            cure = f"write {whole:f}"
        return f"{text}, which is not a whole number", cure
    if kind in BOUNDS:
        how, order = BOUNDS[kind]
        bound = str(context[BOUND_IN[kind]])
        return f"{text}, which is {how} {bound}", order.format(bound)
    if kind == "tuple_type":
        plain = isinstance(value, str) and re.fullmatch(r"[\w .-]{1,40}", value)
        return f"{text}, which is not a list", (
            f"write [{value}]" if plain else "write a list: [a, b], or one `- ` a line"
        )
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{text}, which is not a set of fields", "write {name: value, ...}"
    if kind == "too_short":
        return "that is empty", "write at least one"
    fact, cure = problem_and_fix(error["msg"])
    if fact.startswith(text):
        return f"{text}, which{fact.removeprefix(text)}", cure or "correct it"
    return f"that does not read: {fact}", cure or "correct it"


def text_fix(value: Any) -> str:
    """What to write where text is to stand, and something else does."""
    if isinstance(value, bool):
        return f'put it in quotes: "{str(value).lower()}"'
    if isinstance(value, int | Decimal):
        return f'put it in quotes: "{value}"'
    if isinstance(value, list) and value and all(isinstance(entry, str) for entry in value):
        return f"write one text: {', '.join(value)}"[:100]
    return "write plain text"
