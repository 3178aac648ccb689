"""HTML, as Azure DevOps holds it in descriptions, as Markdown. Scripts and styles are left out."""

import re
from collections import Counter
from html.parser import HTMLParser

from leanfolio.importing.prose.nodes import MOST_DEPTH, Node, Prose, markdown_of, picture

KINDS = {
    "p": "paragraph", "div": "paragraph", "ul": "list", "ol": "list", "li": "item",
    "blockquote": "quote", "table": "table", "tr": "row", "td": "cell", "th": "cell",
    "b": "strong", "strong": "strong", "i": "emphasis", "em": "emphasis", "s": "strike",
    "del": "strike", "strike": "strike", "code": "verbatim", "tt": "verbatim", "pre": "code",
    "a": "link", **{f"h{level}": "heading" for level in range(1, 7)},
}  # fmt: skip
TRANSPARENT = frozenset((
    "span", "font", "u", "html", "body", "tbody", "thead", "tfoot", "section", "article", "main",
    "header", "footer", "small", "big", "center", "sup", "sub", "ins", "mark", "label", "colgroup",
    "col", "wbr", "figure", "figcaption", "o:p",
))  # fmt: skip
EMPTY = frozenset(("br", "hr", "img", "col", "wbr", "input", "meta", "link", "area", "base"))
HIDDEN = frozenset(("script", "style", "head", "title", "template", "noscript"))
# What opens no tag. The parser would look for its end again and again, in a time that is the square
# of the text's length.
STRAY = re.compile(r"<(?!/?[a-zA-Z][^<>\"']*(?:\"[^<>\"]*\"[^<>\"']*|'[^<>']*'[^<>\"']*)*>)")
VERBATIM = frozenset(("code", "verbatim"))


def from_html(text: str) -> Prose:
    """The Markdown of a piece of HTML. Tags that are unknown become what stands in them."""
    reader = TreeReader()
    reader.feed(STRAY.sub("&lt;", without_comments(text)))
    reader.close()
    return Prose(markdown_of([reader.root]), reader.unknown)


def without_comments(text: str) -> str:
    """The text without its comments; one that is never closed is text."""
    parts, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        parts.append(text[at:begin])
        at = end + 3
    return "".join([*parts, text[at:]])


class TreeReader(HTMLParser):
    """Makes nodes of tags. What is never closed ends with what it stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("group")
        self.open: list[tuple[str, Node]] = [("", self.root)]
        self.hidden = ""
        self.unknown: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.hidden:
            return
        values = {name: value or "" for name, value in attrs}
        if tag in HIDDEN:
            self.hidden = tag
        elif tag == "br":
            self.add(Node("break"))
        elif tag == "hr":
            self.add(Node("rule"))
        elif tag == "img":
            self.add(picture(values.get("src", ""), values.get("alt", "")))
        elif tag not in EMPTY:
            self.begin(tag, values)

    def begin(self, tag: str, values: dict[str, str]) -> None:
        if tag in ("p", "li") and self.open[-1][0] == tag:  # nobody has to close these
            self.open.pop()
        kind = KINDS.get(tag, "group")
        if kind == "group" and tag not in TRANSPARENT:
            self.unknown[f"<{tag}>"] += 1
        level = int(tag[1]) if kind == "heading" else 0
        node = Node(kind, address=values.get("href", ""), level=level, ordered=tag == "ol")
        if len(self.open) < 2 * MOST_DEPTH:
            self.add(node)
            self.open.append((tag, node))

    def add(self, node: Node) -> None:
        self.open[-1][1].parts.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden = "" if tag == self.hidden else self.hidden
            return
        depth = next((n for n in range(len(self.open) - 1, 0, -1) if self.open[n][0] == tag), 0)
        if depth:
            del self.open[depth:]

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        holder = next((node for _, node in self.open if node.kind in VERBATIM), None)
        if holder is not None:
            holder.text += data
        else:
            words = " ".join(data.replace("\xa0", " ").split())
            front = " " if data[:1].isspace() or data[:1] == "\xa0" else ""
            back = " " if words and (data[-1:].isspace() or data[-1:] == "\xa0") else ""
            self.add(Node("text", text=f"{front}{words}{back}"))
