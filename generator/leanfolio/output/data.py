"""Views as JSON and CSV: the same values that their pages print."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from msgspec import Struct

from leanfolio import __version__
from leanfolio.model.looking_back import LookingBack
from leanfolio.views.page_only import page_only_names
from leanfolio.views.ref import Ref
from leanfolio.wording import WORDED, plain

NUMERIC = re.compile(r"-?\d+(\.\d+)?\Z")
FORMULA = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")  # also as wide letters
# Where a spreadsheet that parts cells at semicolons or tabs, as in much of Europe, begins another:
# there, marks of quotation inside a line of ours count for nothing. Numbers stay numbers.
INSIDE = re.compile(r"(?<=[;\t\n])([^\S\n]*)(?=[=+\-@＝＋－＠])(?!-?\d+(?:\.\d+)?(?:[;\t\n]|\Z))")
# Most cells: empty, or begun with a letter or a digit, with nothing that begins another.
ONE_PIECE = re.compile(r"(?:[^\W_][^;\t\n\r]*)?\Z")


@cache
def exported_names(kind: type[Struct]) -> tuple[str, ...]:
    """What a program gets of a view's values: the names that their class lists, or else all its
    attributes but those that are for the page alone."""
    if hasattr(kind, "EXPORTED"):
        return tuple(kind.EXPORTED)
    for_page = page_only_names(kind)
    return tuple(name for name in kind.__struct_fields__ if name not in for_page)


def plain_value(value: Any) -> Any:
    """A view as JSON holds it: decimals and fractions as strings, dates in ISO, keys as named."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, WORDED):
        return str(value)
    if isinstance(value, Struct):
        names = exported_names(type(value))
        return {name.rstrip("_"): plain_value(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain_value(entry) for key, entry in value.items()}
    if isinstance(value, Iterable):
        return [plain_value(entry) for entry in value]
    return str(value)


def as_json(
    view: Any, as_of: date, back: LookingBack | None = None, *, partial: bool = False
) -> str:
    """A view with the version and the day that it stands for, and how it looks back at that.

    `partial` says that its audience may read only some of the content.
    """
    answer: dict[str, Any] = {"leanfolio": __version__, "as_of": as_of.isoformat()}
    if back is not None:
        answer["looking_back"] = plain_value(back)
    if partial:
        answer["partial"] = True
    answer |= plain_value(view)
    return json_lines(answer)


def json_lines(answer: Mapping[str, Any]) -> str:
    """JSON with a line for each value at the top, and for each entry of those that hold several.

    A change of a row changes one line; and Python indents without its fast encoder.
    """
    encode = json.JSONEncoder(ensure_ascii=False).encode
    values = (f" {encode(key)}: {in_lines(value, encode)}" for key, value in answer.items())
    return "{\n" + ",\n".join(values) + "\n}\n"


def in_lines(value: Any, encode: Callable[[Any], str]) -> str:
    if value and isinstance(value, list):
        return "[\n  " + ",\n  ".join(map(encode, value)) + "\n ]"
    if value and isinstance(value, dict):
        entries = (f"{encode(key)}: {encode(entry)}" for key, entry in value.items())
        return "{\n  " + ",\n  ".join(entries) + "\n }"
    return encode(value)


def as_csv(rows: Iterable[Any], kind: type[Struct] | None = None) -> str:
    """Rows of one kind as CSV. Text that a spreadsheet would run as a formula is quoted.

    Without rows it holds the heads alone, where their `kind` is given, else nothing.
    """
    result = list(rows)
    if result:
        kind = type(result[0])
    if kind is None:
        return ""
    names = exported_names(kind)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name.rstrip("_") for name in names])
    for row in result:
        writer.writerow([guarded(flat(getattr(row, name))) for name in names])
    return out.getvalue()


def flat(value: Any) -> Any:
    """A cell's text: an item by its id, several things with semicolons between them."""
    if type(value) is str:
        return value
    if isinstance(value, Ref):
        return value.id
    if isinstance(value, tuple):
        return "; ".join(str(flat(entry)) for entry in value)
    if isinstance(value, Struct) and not isinstance(value, WORDED):
        return getattr(value, "id", "")
    plained = plain_value(value)
    return "" if plained is None else plained


def guarded(value: Any) -> Any:
    """Text that starts like a formula gets an apostrophe before it; numbers stay numbers.

    So does such text behind a semicolon or in a new line, where a spreadsheet may begin a cell. A
    carriage return becomes a line feed, which every Python quotes: a lone one would begin a row.
    """
    if not isinstance(value, str) or ONE_PIECE.match(value) or NUMERIC.match(value):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    inside = INSIDE.sub(r"\1'", text)
    return f"'{inside}" if begins_formula(text) else inside


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text."""
    return text.startswith("\t") or text.lstrip().startswith(FORMULA)
