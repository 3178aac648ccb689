"""What a destination is: where a link may lead, and what it leads to, escapes undone.

`render.markdown` asks here too: what is a link on a page is one in a scan, and the other way round.
"""

import re

from leanfolio.markdown.scan.outline import LinkKind

SCHEMES = ("https:", "http:", "mailto:")
SCHEME = re.compile(r"[^/?#]*?:")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]|%(?:[01][0-9a-f]|7f)", re.IGNORECASE)
HOST = re.compile(r"\\|%5c|/(?:[/\\]|%5c)", re.IGNORECASE)  # browsers take `\` for `/`
ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# A destination in pointed brackets, or bare; and the title that may follow.
DESTINATION = r"(?:<((?:[^<>\\\n]|\\.)*)>|((?!<)[^\x00-\x20\x7f]+))"
TITLE = r"""(?:"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|\([^()\\]*(?:\\.[^()\\]*)*\))"""
BARE = re.compile(r"[^\x00-\x20\x7f()\\]*")
ESCAPE = re.compile(
    r"\\([!-/:-@\[-`{-~])|&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
)
PARENTHESES = 32


def kind_of(destination: str) -> LinkKind | None:
    """Whether a destination leads to a page, a place on this page, or out; None if it is refused.

    This is the whole allow-list: https, http, mailto, relative and `#`. What only looks like one of
    them (`//host`, `/\\host`, a scheme behind a control character) is not on it.
    """
    if destination.startswith("#"):
        return "anchor"
    if (scheme := SCHEME.match(destination)) is None:
        refused = HOST.match(destination) or UNPRINTABLE.search(destination)
        return None if refused else "page"
    name = scheme[0].lower()
    if name not in SCHEMES:
        return None
    return "url" if name == "mailto:" or destination.startswith("//", scheme.end()) else None


def target_of(destination: str) -> str:
    """A destination's path as the file is named: `my%20plan.md#why` is `my plan.md#why`.

    A `#` that belongs to the file's name stays `%23`: the first `#` always begins the anchor.
    """
    if "%" not in destination:
        return destination
    path, mark, anchor = destination.partition("#")
    return decoded(path).replace("#", "%23") + mark + decoded(anchor)


def decoded(text: str) -> str:
    return ENCODED.sub(
        lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text
    )


def end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match is not None else position


def bare_end(text: str, position: int) -> int:
    """Where a destination ends: at a blank, or a parenthesis it did not open; -1 if one is open."""
    depth = 0
    while True:
        position = end_of(BARE, text, position)
        mark = text[position : position + 1]
        if mark == "(":
            depth += 1
        elif mark == ")" and depth:
            depth -= 1
        elif mark == "\\" and text[position + 1 : position + 2].strip():
            position += 1
        elif mark == "\\" and position + 1 == len(text):
            pass
        else:
            return -1 if depth else position
        if depth > PARENTHESES:
            return -1
        position += 1


def label_of(text: str) -> str:
    """A link's label as labels are compared."""
    return " ".join(text.split()).lower().upper()


def unescaped(text: str) -> str:
    """A destination with its backslashes and entities undone."""
    if "\\" not in text and "&" not in text:
        return text
    return ESCAPE.sub(lambda result: result[1] or character(result[2]) or result[0], text)


def character(entity: str) -> str | None:
    from html.entities import html5  # noqa: PLC0415 - a large table that few texts need

    if not entity.startswith("#"):
        return html5.get(entity + ";")
    number = int(entity[2:], 16) if entity[1] in "xX" else int(entity[1:])
    return chr(number) if 31 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
