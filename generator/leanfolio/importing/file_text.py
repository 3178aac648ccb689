"""The text of an item's file: its fields in the order of the format, as plain YAML."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from leanfolio.importing.mapping import BODY, names_of
from leanfolio.model import TYPES
from leanfolio.read.yaml import HIDDEN_LINE_END


def file_text(type: str, id: str, fields: Mapping[str, Any], note: str) -> str:
    """An item as Markdown: its fields in the order of the format, prose, and where it came from."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        head, _, inner = name.partition(".")
        if inner:
            values.setdefault(head, {})[inner] = value
        else:
            values[head] = value
    names = [name for name in names_of(TYPES[type]) if name in values]
    lines = [f"{name}: {as_yaml(values[name])}" for name in names]
    prose = [str(values[BODY]), "", note] if BODY in values else [note]
    return "\n".join(["---", f"type: {type}", f"id: {as_yaml(id)}", *lines, "---", *prose, ""])


PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
RESERVED = frozenset(("true", "false", "null", "yes", "no", "on", "off"))


def as_yaml(value: Any) -> str:
    """A value as one line of YAML: text in quotes wherever it could be taken for something else."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_yaml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{as_yaml(key)}: {as_yaml(each)}' for key, each in value.items())}}}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if PLAIN.match(text) and text.casefold() not in RESERVED:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return HIDDEN_LINE_END.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
