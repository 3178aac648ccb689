"""Jira's document format (ADF), a tree of JSON, as Markdown."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from leanfolio.importing.prose.nodes import MOST_DEPTH, Node, Prose, markdown_of, picture

SAME = {
    "paragraph": "paragraph", "bulletList": "list", "orderedList": "list", "listItem": "item",
    "blockquote": "quote", "table": "table", "tableRow": "row", "tableCell": "cell",
    "tableHeader": "cell", "rule": "rule", "hardBreak": "break", "doc": "group", "panel": "quote",
    "expand": "group", "nestedExpand": "group", "layoutSection": "group", "layoutColumn": "group",
    "mediaSingle": "paragraph", "mediaGroup": "paragraph", "taskList": "list", "taskItem": "item",
    "decisionList": "list", "decisionItem": "item", "caption": "group",
}  # fmt: skip
MARKS = {"strong": "strong", "em": "emphasis", "strike": "strike", "code": "verbatim"}
PLAIN_MARKS = frozenset(("underline", "textColor", "subsup", "backgroundColor", "alignment"))


def from_document(document: Mapping[str, Any]) -> Prose:
    """The Markdown of a document."""
    unknown: Counter[str] = Counter()
    return Prose(markdown_of([node_of(document, unknown, 0)]), unknown)


def node_of(raw: Any, unknown: Counter[str], depth: int) -> Node:
    """One node; of a kind that is unknown, its text."""
    if not isinstance(raw, Mapping):
        return Node("text")
    if depth > 2 * MOST_DEPTH:
        return Node("text", text=words_in(raw))
    kind, attributes = str(raw.get("type")), raw.get("attrs")
    attrs: Mapping[str, Any] = attributes if isinstance(attributes, Mapping) else {}
    if kind == "text":
        return with_marks(str(raw.get("text") or ""), raw.get("marks"), unknown)
    content = raw.get("content")
    parts = [
        node_of(each, unknown, depth + 1) for each in (content if isinstance(content, list) else ())
    ]
    if kind in SPECIAL:
        return SPECIAL[kind](attrs, parts)
    if kind in SAME:
        return Node(SAME[kind], parts, ordered=kind == "orderedList")
    unknown[kind] += 1
    words = str(attrs.get("text") or attrs.get("title") or "")
    return Node("group", [Node("text", text=words), *parts] if words else parts)


def words_in(raw: Any) -> str:
    """All the words of a part of a document, whatever it is made of."""
    words, waiting = [], [raw]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, Mapping):
            words.append(str(each.get("text") or ""))
            waiting.append(each.get("content"))
    return " ".join(filter(None, words))


def with_marks(text: str, marks: Any, unknown: Counter[str]) -> Node:
    """A text with what it is marked as, innermost first."""
    node = Node("text", text=text)
    names = [each for each in marks if isinstance(each, Mapping)] if isinstance(marks, list) else []
    for mark in names:
        kind, attrs = str(mark.get("type")), mark.get("attrs")
        if kind == "code":
            node = Node("verbatim", text=text)
        elif kind == "link" and isinstance(attrs, Mapping):
            node = Node("link", [node], address=str(attrs.get("href") or ""))
        elif kind in MARKS:
            node = Node(MARKS[kind], [node])
        elif kind not in PLAIN_MARKS:
            unknown[f"mark {kind}"] += 1
    return node


def words_of(name: str) -> Callable[[Mapping[str, Any], list[Node]], Node]:
    """A node whose words stand in an attribute."""
    return lambda attrs, _: Node("text", text=str(attrs.get(name) or ""))


def heading(attrs: Mapping[str, Any], parts: list[Node]) -> Node:
    level = attrs.get("level")
    return Node("heading", parts, level=level if isinstance(level, int) else 2)


def code(attrs: Mapping[str, Any], parts: list[Node]) -> Node:
    text = "".join(part.text for part in parts)
    return Node("code", text=text, address=str(attrs.get("language") or ""))


def media(attrs: Mapping[str, Any], _: list[Node]) -> Node:
    name = str(attrs.get("alt") or attrs.get("id") or "attachment")
    address = str(attrs.get("url") or "")
    return picture(address, name) if address else Node("text", text=f"(attachment: {name})")


def day(attrs: Mapping[str, Any], _: list[Node]) -> Node:
    """A day, which is kept as milliseconds since 1970."""
    digits = str(attrs.get("timestamp") or "")
    if not re.fullmatch(r"\d{1,14}", digits):
        return Node("text", text=digits)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(digits))
    return Node("text", text=moment.date().isoformat())


def emoji(attrs: Mapping[str, Any], _: list[Node]) -> Node:
    return Node("text", text=str(attrs.get("text") or attrs.get("shortName") or ""))


def card(attrs: Mapping[str, Any], _: list[Node]) -> Node:
    address = str(attrs.get("url") or "")
    return Node("link", [Node("text", text=address)], address=address)


SPECIAL: Mapping[str, Callable[[Mapping[str, Any], list[Node]], Node]] = {
    "heading": heading, "codeBlock": code, "media": media, "mediaInline": media,
    "inlineCard": card, "blockCard": card, "embedCard": card, "mention": words_of("text"),
    "emoji": emoji,
    "status": words_of("text"), "date": day,
}  # fmt: skip
