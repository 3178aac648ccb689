"""Keys without a value inside braces: `{target: 1,500}` is `target: 1` and a key `500`."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.model.value_hints import number_fix
from leanfolio.read.yaml.quoting import quoted_text
from leanfolio.read.yaml.yaml_error import YamlError

LONE = "field-unknown"  # the rule
GLUED = re.compile(r"([A-Za-z_]\w*):([^\s:/,][^,]*)")
NUMERIC = re.compile(r"[\d,.' ]+\Z", re.ASCII)


class Pair(Struct, frozen=True):
    """A field in braces, and how far the keys without a value that follow it reach.

    `start` is the mark of its value where that is plain text; None where it is quoted, a list, a
    mapping or empty. `first` and `end` are the first lone key's mark and the index after the last
    lone key; `end` is 0 where none follows.
    """

    key: str
    start: Any
    first: Any = None
    end: int = 0

    def continued(self, first: Any, end: int) -> Self:
        return replace(self, first=self.first or first, end=end)


def lone_fault(
    last: Pair, values: Mapping[str, Any], text: str, first_line: int
) -> tuple[YamlError, str]:
    """What is wrong with the lone keys after a field, and which field's value is in doubt."""
    keys = " ".join(text[last.first.index : last.end].split())
    value, glued = values.get(last.key), GLUED.match(keys)
    plain = value if last.start is not None and isinstance(value, str) else None
    if glued is not None and not (plain and (" " in plain or glued[0] != keys)):
        return blank_missing(last, glued, first_line), glued[1]
    if last.start is None or isinstance(value, bool):
        return without_value(last, keys, not values, first_line), ""
    written = " ".join(text[last.start.index : last.end].split())
    if isinstance(value, int | Decimal) and NUMERIC.match(keys):
        hint = number_fix(written)
        fact = "a comma inside braces ends a value, so this is no number"
    elif plain:
        first = keys.partition(",")[0].strip()
        otherwise = f"give `{first}` a value: `{first}: ...`"
        if glued is not None:
            otherwise = f"leave a blank after the colon: `{glued[1]}: {glued[2]}`"
        hint = f"{quoted_text(last.key, written)}; or {otherwise}"
        fact = "a comma inside braces ends a value, and what follows it has none"
    else:
        return without_value(last, keys, False, first_line), ""
    mark = last.start
    message = f"`{last.key}: {short(written)}`: {fact}"
    length = max(last.end - mark.index, 1) if "\n" not in text[mark.index : last.end] else 1
    line = mark.line + first_line
    return YamlError(LONE, message, hint, line, mark.column + 1, length), last.key


def blank_missing(last: Pair, glued: re.Match[str], first_line: int) -> YamlError:
    """`{on:2026-10-05}`: to YAML this is one word."""
    mark, (name, value) = last.first, glued.groups()
    message = f"a blank is missing after the colon of `{short(name)}`"
    hint = f"write `{short(name)}: {short(value.strip())}`"
    line = mark.line + first_line
    return YamlError(LONE, message, hint, line, mark.column + 1, len(name) + 1)


def without_value(last: Pair, keys: str, only: bool, first_line: int) -> YamlError:
    """Keys that belong to no value before them."""
    names = [each.strip() for each in keys.split(",") if each.strip()]
    mark, name = last.first, short(names[0] if names else keys)
    message = f"`{name}` has no value; inside braces each field is `name: value`"
    hint = f"write `{name}: ...`, or take it out"
    if only:
        hint = f"write [{short(', '.join(names))}] for a list; or `{name}: ...` for a field"
    line = mark.line + first_line
    return YamlError(LONE, message, hint, line, mark.column + 1, max(len(name), 1))


def short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
