"""A value for the scripts of a page; a script itself, as a page from disk may not fetch data."""

import json
from typing import Any


def value_script(name: str, value: Any) -> str:
    """The script that sets `window.NAME`. `value` is what JSON can hold; its keys keep their order.

    Nothing in it ends the element of a script, or a line of one.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.{name}={safe};\n"
