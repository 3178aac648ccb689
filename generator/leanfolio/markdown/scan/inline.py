"""The links in a run of text: brackets, code, escapes and comments, as CommonMark pairs them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import NamedTuple, Self

from leanfolio.markdown.scan.blocks import Leaf, Reader
from leanfolio.markdown.scan.destination import (
    TITLE,
    bare_end,
    end_of,
    kind_of,
    label_of,
    target_of,
    unescaped,
)
from leanfolio.markdown.scan.effort import LINK, MARK, Effort
from leanfolio.markdown.scan.outline import Link, LinkKind, Remark, RemarkKind

ITEM_LINK = re.compile(
    r"\[\[([^\W_][\w.\-]*)(?:#([^\[\]|#\n]+?))?(?:[ ]*\|[ ]*([^\[\]]*?))?[ ]*\]\](?!\()"
)
BRACKETS = re.compile(r"\[\[(?!\^)([^\[\]\n]*)\]\](?!\()")
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^<>]*>")
SPECIAL = re.compile(r"\\[!-/:-@\[-`{-~]|`+|<|!?\[|\]")
NEWLINE = re.compile(r"\n")
TICKS = re.compile(r"`+")
SIMPLE = re.compile(r"\[([^\[\]\\`<!]*)\]\(([^\x00-\x20()<>\\&\x7f]+)\)")
BLANKS = re.compile(r"[ \t\n]*")
BRACKETED = re.compile(r"<([^<>\\\n]*(?:\\.[^<>\\\n]*)*)>")
TITLED = re.compile(rf"[ \t\n]+{TITLE}[ \t\n]*(?=\))", re.DOTALL)
REFERENCE = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.DOTALL)
AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.\-]{1,31}:[^<>\x00-\x20]*)>")
HTML = frozenset((
    "a", "abbr", "article", "aside", "audio", "b", "blockquote", "body", "br", "button",
    "center", "cite", "code", "col", "dd", "del", "details", "div", "dl", "dt", "em", "embed",
    "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "li", "link", "main",
    "mark", "meta", "nav", "object", "ol", "p", "picture", "pre", "q", "s", "samp", "script",
    "section", "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup",
    "svg", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
    "video", "wbr",
))  # fmt: skip
DOMAIN = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
EMAIL = re.compile(rf"<([a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{DOMAIN}(?:\.{DOMAIN})*)>")


class InlineLink(NamedTuple):
    """A link in a run of text: where it stands, and where in it the words for the reader are."""

    start: int
    end: int
    words: int
    words_end: int
    kind: LinkKind
    target: str
    anchor: str = ""


class Odd(NamedTuple):
    """What is no link or HTML here, and was most likely meant as one: see Remark."""

    start: int
    end: int
    kind: RemarkKind
    text: str


class Span(NamedTuple):
    """A part of a run of text that stands for something else: code, an escape, a comment."""

    start: int
    end: int
    says: str


def links_of(reader: Reader, effort: Effort) -> tuple[list[Link], list[Remark]]:
    """The links of all runs of text, where they stand in the body; and what was meant as one.

    Raises OverEffortError.
    """
    links: list[Link] = []
    remarks = list(reader.remarks)
    for leaf in sorted(reader.leaves):
        starts = [0, *(end.end() for end in NEWLINE.finditer(leaf.text)), len(leaf.text) + 1]
        inline = Inline(leaf.text, reader.labels, effort).read()
        for link in sorted(inline.links):
            place = place_of(leaf, starts, link.start, link.end, reader)
            links.append(Link(link.target, *place, link.kind, link.anchor))
        for odd in inline.odd:
            place = place_of(leaf, starts, odd.start, odd.end, reader)
            remarks.append(Remark(odd.kind, odd.text, *place))
    return links, sorted(remarks, key=lambda remark: (remark.line, remark.column))


def place_of(
    leaf: Leaf, starts: list[int], begin: int, end: int, reader: Reader
) -> tuple[int, int, int]:
    """The line, the column and the length of a part of a run of text."""
    index = bisect_right(starts, begin) - 1
    start, stop, line = starts[index], starts[index + 1] - 1, leaf.line + index
    column = leaf.column or len(reader.written[line - 1]) - (stop - start) + 1
    return line, column + begin - start, min(end, stop) - begin


class Inline:
    """Finds the links in a run of text. Brackets pair as in CommonMark: the inner link wins."""

    def __init__(self, text: str, labels: Mapping[str, str], effort: Effort) -> None:
        self.text = text
        self.effort = effort
        self.labels = labels
        self.links: list[InlineLink] = []
        self.odd: list[Odd] = []
        self.spans: list[Span] = []
        self.open: list[int] = []  # where the brackets stand that are still open
        self.spent = 0  # how many of these hold a link, so that they cannot be one
        self.ticks: dict[int, list[int]] | None = None
        self.last_comment = -2

    def read(self) -> Self:
        """Read the text from special character to special character. Raises OverEffortError."""
        text, position = self.text, 0
        while (special := SPECIAL.search(text, position)) is not None:
            start, end = special.span()
            self.effort.spend(MARK)
            first = text[start]
            if first == "]":
                position = self._close(start)
            elif first == "\\":
                self.spans.append(Span(start, end, text[start + 1]))
                position = end
            elif first == "`":
                position = self._code(start, end)
            elif first == "<":
                position = self._angle(start)
            else:
                position = self._bracket(start, end)
        return self

    def _bracket(self, start: int, end: int) -> int:
        """Take a link to an item, or a simple one, at once; else remember the bracket."""
        item = ITEM_LINK.match(self.text, end - 1)
        if item is not None and label_of(item[1]) not in self.labels:
            self.effort.spend(LINK)
            if self.text[start] == "!":
                self.odd.append(Odd(start, item.end(), "brackets", self.text[start : item.end()]))
            words = item.span(3) if item[3] else item.span(1)
            self._add(InlineLink(end - 1, item.end(), *words, "item", item[1], item[2] or ""))
            return item.end()
        named = BRACKETS.match(self.text, end - 1) if item is None else None
        if named is not None and label_of(named[1]) not in self.labels:
            self.odd.append(Odd(end - 1, named.end(), "brackets", named[1].strip()))
        simple = SIMPLE.match(self.text, end - 1)
        if simple is not None and (kind := kind_of(simple[2])) is not None:
            self._link(start, simple.end(), simple.end(1), kind, simple[2])
            return simple.end()
        self.open.append(start)
        return end

    def _close(self, close: int) -> int:
        """Pair a closing bracket with the last open one: a link, if something says where to."""
        if not self.open:
            return close + 1
        start = self.open.pop()
        spent, self.spent = len(self.open) < self.spent, min(self.spent, len(self.open))
        if spent and self.text[start] == "[":
            return close + 1
        place = self._destination(close + 1) or self._reference(start, close)
        if place is None:
            return close + 1
        end, destination = place
        self._link(start, end, close, kind_of(destination) or "page", destination)
        return end

    def _link(self, start: int, end: int, words_end: int, kind: LinkKind, destination: str) -> None:
        self.effort.spend(LINK + len(destination))
        image = self.text[start] == "!"
        inner = len(self.links)
        while inner and self.links[inner - 1].start > start:
            inner -= 1
        # Never shown as links: those in an image's words, and a bare URL in another link's.
        self.links[inner:] = [
            link for link in self.links[inner:] if not image and link.kind == "image"
        ]
        target = destination if kind == "url" else target_of(destination)
        visible: LinkKind = "image" if image else kind
        self._add(InlineLink(start, end, start + 1 + image, words_end, visible, target))

    def _add(self, link: InlineLink) -> None:
        self.links.append(link)
        if link.kind != "image":
            self.spent = len(self.open)

    def _destination(self, start: int) -> tuple[int, str] | None:
        """What stands in parentheses behind a closing bracket: where it ends, and what it says."""
        text = self.text
        if not text.startswith("(", start):
            return None
        self.effort.spend(LINK)
        begin = end_of(BLANKS, text, start + 1)
        if (bracketed := BRACKETED.match(text, begin)) is not None:
            raw, end = bracketed[1], bracketed.end()
        elif text.startswith("<", begin) or (end := bare_end(text, begin)) < 0:
            return None
        else:
            raw = text[begin:end]
        destination = unescaped(raw)
        if kind_of(destination) is None:
            return None
        titled = TITLED.match(text, end) if end > begin else None
        end = titled.end() if titled is not None else end_of(BLANKS, text, end)
        return (end + 1, destination) if text.startswith(")", end) else None

    def _reference(self, start: int, close: int) -> tuple[int, str] | None:
        """The definition that a link's label, or its own words, name."""
        if not self.labels:
            return None
        label, end = "", close + 1
        if (named := REFERENCE.match(self.text, end)) is not None:
            label, end = named[1], named.end()
        if not label.strip() and close - start < 1000:
            label = self.text[start + 1 + (self.text[start] == "!") : close]
        destination = self.labels.get(label_of(label))
        return (end, destination) if destination is not None else None

    def _code(self, start: int, end: int) -> int:
        """Skip code, to the next run of as many backticks."""
        if self.ticks is None:
            self.ticks = {}
            for run in TICKS.finditer(self.text):
                self.ticks.setdefault(run.end() - run.start(), []).append(run.start())
        length = end - start
        runs = self.ticks.get(length, [])
        closing = bisect_left(runs, end)
        if closing == len(runs):
            self.spans.append(Span(start, end, self.text[start:end]))
            return end
        close = runs[closing]
        says = self.text[end:close].replace("\n", " ")
        self.spans.append(Span(start, close + length, says.strip() or says))
        return close + length

    def _angle(self, start: int) -> int:
        """Take `<https://...>` or `<someone@...>`, skip a comment."""
        text = self.text
        if text.startswith("<!--", start):
            if self.last_comment == -2:
                self.last_comment = text.rfind("-->")
            if self.last_comment >= start + 2:
                end = text.index("-->", start + 2) + 3
                self.spans.append(Span(start, end, ""))
                return end
        elif (url := AUTOLINK.match(text, start) or EMAIL.match(text, start)) is not None:
            target = url[1] if url.re is AUTOLINK else "mailto:" + url[1]
            if kind_of(target) is not None:
                self.links.append(
                    InlineLink(start, url.end(), start + 1, url.end() - 1, "url", target)
                )
                return url.end()
        elif (tag := TAG.match(text, start)) is not None and tag[1].lower() in HTML:
            name = tag[1].lower()
            closes = text.startswith("</", start)
            self.odd.append(Odd(start, tag.end(), "tag", f"/{name}" if closes else name))
        return start + 1
