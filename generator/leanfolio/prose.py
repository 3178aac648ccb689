"""What a page's prose links to and how it is divided, found without rendering it.

`scan` reads a body of Markdown in one pass, fast enough to check ten thousand of them in a second.
It follows CommonMark with tables, task lists, footnotes and alerts, as `render.markdown` does; both
use the functions here for what they must agree on: what a destination is (`kind_of`, `target_of`),
what a heading says (`plain`), what its anchor is called (`slug`), which comments are dropped.

Inside code, comments and escaped brackets there are no links; nor inside the words of an image, as
they are never shown as one. Known differences from the page that markdown-it makes, none of which
hides a dead link in well-formed text:

- links and headings in a footnote that nothing refers to are reported here, and not rendered;
- a footnote's mark, `[^1]`, in a link's words makes markdown-it give up the link, and is text here;
- what follows a definition of a link on the next line is never code here, nor does it end a list;
- `[words][[EP-1]]`, where `words` is a definition, is two links here, and the second one there;
- a task's box followed by more than one blank may still be followed by a heading or fence here;
- containers are read 50 deep here, and 25 to 50 there;
- emphasis in a heading is stripped pair by pair, without CommonMark's "multiple of three" rule;
- in a table's cell, a column after an escaped `\\|` is one too small.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

LinkKind = Literal["item", "page", "image", "url", "anchor"]


@dataclass(frozen=True, slots=True)
class Link:
    """One link as its author wrote it. Lines and columns count from 1 within the body.

    `target` is an item's id, or the destination with its escapes undone; that of a page, an anchor
    or an image is also freed of percent-encoding (see `target_of`). An image from elsewhere is an
    image too. `length` counts to the end of the link, or of its first line.
    """

    target: str
    line: int
    column: int
    length: int
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: what it says without its markup, and the anchor that leads to it."""

    text: str
    level: int
    line: int
    slug: str


@dataclass(frozen=True, slots=True)
class Block:
    """A view asked for in the middle of prose: the line of the fence, and what stands inside it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """All that the rest of the program needs to know of a body, each in reading order."""

    links: tuple[Link, ...] = ()
    headings: tuple[Heading, ...] = ()
    blocks: tuple[Block, ...] = ()


def scan(text: str) -> Prose:
    """The links, headings and view blocks of a body of Markdown."""
    reader = _Reader(text)
    reader.read()
    taken: dict[str, int] = {}
    headings = [
        Heading(says := plain(text, reader.labels), level, line, slug(says, taken))
        for line, level, text in reader.headings
    ]
    return Prose(tuple(_links(reader)), tuple(headings), tuple(reader.blocks))


def first_heading(text: str) -> str | None:
    """The title that a body gives itself: its first level-1 heading, without markup."""
    if (plainly := _OPENS_WITH_TITLE.match(text)) is not None:
        return " ".join(plainly[1].split())
    reader = _Reader(text)
    reader.read()
    titles = (plain(said, reader.labels) for _, level, said in reader.headings if level == 1)
    return next(titles, None)


# The usual case, by far: the first line is a title without markup.
_OPENS_WITH_TITLE = re.compile(r"\s*^# +((?:[^\W_]|[ ,.;:?()'’/–-])*[^\W_])\r?$", re.MULTILINE)


# What a destination is


VIEW_WORD = "leanfolio"
SCHEMES = ("https:", "http:", "mailto:")
_SCHEME = re.compile(r"[^/?#]*?:")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]|%(?:[01][0-9a-f]|7f)", re.IGNORECASE)
_HOST = re.compile(r"\\|%5c|/(?:[/\\]|%5c)", re.IGNORECASE)  # browsers take `\` for `/`
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def kind_of(destination: str) -> LinkKind | None:
    """Whether a destination leads to a page, a place on this page, or out; None if it is refused.

    This is the whole allow-list: https, http, mailto, relative and `#`. What only looks like one of
    them (`//host`, `/\\host`, a scheme behind a control character) is not on it.
    """
    if destination.startswith("#"):
        return "anchor"
    if (scheme := _SCHEME.match(destination)) is None:
        refused = _HOST.match(destination) or _UNPRINTABLE.search(destination)
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
    return _decoded(path).replace("#", "%23") + mark + _decoded(anchor)


def _decoded(text: str) -> str:
    return _ENCODED.sub(
        lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text
    )


# What a heading's anchor is called


_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
SLUG_LENGTH = 120


def slug(text: str, taken: dict[str, int]) -> str:
    """The anchor of a heading, as a git host names it; `taken` makes it unique within the page.

    Letters, digits, marks, `-` and `_` only, and never empty. A page's own ids may hold a `:` or a
    `.`, so that no heading can take their place.
    """
    words = text.strip().lower()
    bare = _NOT_IN_SLUG.sub("", words) if words.isascii() else _letters(words)
    name = bare.replace(" ", "-")[:SLUG_LENGTH] or "section"
    unique, number = name, taken.get(name, 0)
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    taken[name] = number
    taken.setdefault(unique, 0)
    return unique


def _letters(words: str) -> str:
    import unicodedata  # noqa: PLC0415 - only a text beyond ASCII pays for it

    # `\w` would drop the vowel signs of Indic scripts, which are marks (M).
    return "".join(
        letter
        for letter in unicodedata.normalize("NFC", words)
        if letter in " -_" or unicodedata.category(letter)[0] in "LMN"
    )


# Comments


_COMMENT_OR_FENCE = re.compile(r"^ {0,3}(?:(<!--)|(`{3,})(?=[^`\n]*$)|(~{3,}))", re.MULTILINE)
_FENCE_END = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_LINE_END = re.compile(r"[ \t]*$", re.MULTILINE)


def uncommented(text: str) -> str:
    """A text whose comments on lines of their own are blank lines; all lines keep their numbers.

    Nobody on a git host sees them, so no reader should here. One that never ends is left in sight.
    """
    if "<!--" not in text:
        return text
    last = text.rfind("-->")
    parts: list[str] = []
    position = done = 0
    while (found := _COMMENT_OR_FENCE.search(text, position)) is not None and found.start() < last:
        if not found[1]:
            position = _fence_end(text, found[2] or found[3], found.end())
            continue
        end = text.index("-->", found.start(1) + 2) + 3
        lines = text.count("\n", found.start(), end)
        if lines or _LINE_END.match(text, end):  # else it stands in a line of text, see `_Inline`
            parts += text[done : found.start()], "\n" * lines
            done = end
        position = end
    return "".join([*parts, text[done:]])


def _fence_end(text: str, marks: str, position: int) -> int:
    for closing in _FENCE_END.finditer(text, position):
        if closing[1].startswith(marks):
            return closing.end()
    return len(text)


# The blocks: paragraphs, headings, lists, quotes, tables, fences


class _Leaf(NamedTuple):
    """A run of text that may hold links. Without a column, its lines end where the file's do."""

    line: int
    column: int
    text: str


class _Fence(NamedTuple):
    """An open fence: its line, its marks, its indent, and whether it asks for a view."""

    line: int
    marks: str
    indent: int
    view: bool


_QUOTE = 0  # in the stack of open containers; a list item or footnote is its indent, at least 2
_DEEPEST = 50
# A line that begins with none of these, outside all containers, is more of the paragraph.
_MARKERS = frozenset("\t #>-+*_0123456789`~=[|:")
_LEADING = re.compile(r"[ \t>*+\-0-9.)]*")
_INTO_QUOTE = re.compile(r" {0,3}> ?")
_ATX = re.compile(r"#{1,6}(?=[ \t]|$)")
_FENCE = re.compile(r"(`{3,})(?=[^`]*$)|(~{3,})")
_ITEM = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?= |$)")
_TASK = re.compile(r"\[[ xX]\][ \t]")
_ALERT = re.compile(r"\[!(?:note|tip|important|warning|caution)\][ \t]*$", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^[^\] ]+\]:")
_DELIMITER = re.compile(r"(?:[|:][|:\- \t]|-[|:\-])[|:\- \t]*$")
_ALIGN = re.compile(r":?-+:?$")
_PIPE = re.compile(r"(?<!\\)\|")
_DESTINATION = r"(?:<((?:[^<>\\\n]|\\.)*)>|((?!<)[^\x00-\x20\x7f]+))"
_TITLE = r"""(?:"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|\([^()\\]*(?:\\.[^()\\]*)*\))"""
_DEFINITION = re.compile(
    r"\[((?:[^\[\]\\]|\\.){1,999})\]:"
    rf"[ \t]*\n?[ \t]*{_DESTINATION}"
    rf"(?:(?:[ \t]+|[ \t]*\n[ \t]*){_TITLE}[ \t]*(?:\n|\Z)|[ \t]*(?:\n|\Z))",
    re.DOTALL,
)


class _Reader:
    """Cuts a body into blocks, line by line, as CommonMark does; keeps what can hold a link."""

    def __init__(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = uncommented(text).split("\n")
        self.written = text.split("\n") if "<!--" in text else self.lines  # for their columns
        self.leaves: list[_Leaf] = []
        self.headings: list[tuple[int, int, str]] = []  # line, level, text with its markup
        self.blocks: list[Block] = []
        self.labels: dict[str, str] = {}  # what the definitions of links say
        self.number = 0  # of the line that is being read
        self.stack: list[int] = []  # the open quotes and list items
        self.paragraph: list[str] = []
        self.fence: _Fence | None = None
        self.fenced: list[str] = []
        self.columns = 0  # of the open table
        self.hollow = 0  # the line of a list item that so far has nothing in it

    def read(self) -> None:
        """Read all lines. Most are plain text outside all containers, and cost next to nothing."""
        paragraph = self.paragraph
        for number, line in enumerate(self.lines, 1):
            self.number = number
            if self.stack or self.fence or self.columns:
                self._take(line)
            elif not line:
                if paragraph:
                    self._end_paragraph()
            elif line[0] in _MARKERS:
                self._take(line)
            else:
                paragraph.append(line)
        self.number += 1
        self._end_paragraph()
        self._end_fence()

    def _take(self, line: str) -> None:
        """Read a line that may open, go on with or close a block."""
        if "\t" in line and (self.stack or self.fence is None):
            head = _end(_LEADING, line, 0)
            line = line[:head].expandtabs(4) + line[head:]
        depth, rest = self._enter(line) if self.stack else (0, line)
        inside = depth == len(self.stack)
        if self.fence is not None:
            if inside and self._in_fence(self.fence, rest):
                return
            self._end_fence()
            if inside:
                return
        stripped = rest.lstrip(" ")
        if not stripped:
            self._blank(depth)
            return
        if self.columns:
            if inside and self._in_table(rest, stripped):
                return
            self.columns = 0
        self._open(rest, stripped, depth)

    def _enter(self, line: str) -> tuple[int, str]:
        """Follow a line into the open containers: how many it is in, and what is left of it."""
        depth, rest = 0, line
        for indent in self.stack:
            if indent == _QUOTE:
                if (mark := _INTO_QUOTE.match(rest)) is None:
                    break
                rest = rest[mark.end() :]
            elif rest[:indent].count(" ") == indent:
                rest = rest[indent:]
            elif rest.strip(" "):
                break
            else:
                rest = ""
            depth += 1
        return depth, rest

    def _blank(self, depth: int) -> None:
        """End paragraphs, tables and quotes. A list item goes on, unless nothing is in it yet."""
        self._end_paragraph()
        self.columns = 0
        del self.stack[depth:]
        if self.hollow and self.hollow == self.number - 1 and self.stack:
            self.stack.pop()

    def _open(self, rest: str, stripped: str, depth: int) -> None:
        """Open what begins on this line, container in container, down to the leaf."""
        inside = depth == len(self.stack)
        while stripped and len(self.stack) < _DEEPEST:
            if len(rest) - len(stripped) >= 4:
                self._go_on(stripped, depth, code=True)
                return
            if stripped[0] not in _MARKERS:
                break
            if self.paragraph and inside and self._looks_back(stripped):
                return
            within = self._container(rest, stripped, depth, inside)
            if within is None:
                if self._leaf(rest, stripped, depth):
                    return
                break
            rest, depth, inside = within, len(self.stack), True
            stripped = rest.lstrip(" ")
        if stripped:
            self._go_on(stripped, depth)

    def _go_on(self, stripped: str, depth: int, *, code: bool = False) -> None:
        """More of the paragraph, even if its containers' marks were left out; else a new one."""
        if not self.paragraph:
            del self.stack[depth:]
        if self.paragraph or not code:
            self.paragraph.append(stripped)

    def _interrupt(self, depth: int) -> None:
        """Something new begins: end what was open below `depth`."""
        self._end_paragraph()
        del self.stack[depth:]

    def _container(self, rest: str, stripped: str, depth: int, inside: bool) -> str | None:
        """Open a quote, list item or footnote; give what stands in it on the same line."""
        first = stripped[0]
        if first == ">":
            self._interrupt(depth)
            self.stack.append(_QUOTE)
            within = stripped[2:] if stripped[1:2] == " " else stripped[1:]
            return "" if _ALERT.match(within.lstrip(" ")) else within
        if first in "-+*0123456789":
            return self._list_item(rest, stripped, depth, inside)
        if first == "[" and (mark := _FOOTNOTE.match(stripped)) is not None:
            self._interrupt(depth)
            self.stack.append(4)
            return stripped[mark.end() :].lstrip(" \t")
        return None

    def _list_item(self, rest: str, stripped: str, depth: int, inside: bool) -> str | None:
        mark = _ITEM.match(stripped)
        if mark is None or _is_rule(stripped):
            return None
        within = stripped[mark.end() :]
        text = within.lstrip(" \t")
        # Within a paragraph only what can hardly be meant as text begins a list.
        if self.paragraph and inside and (not text or int(mark[1] or 1) != 1):
            return None
        self._interrupt(depth)
        space = len(within) - len(text)
        space = space if text and space <= 4 else 1
        self.stack.append(len(rest) - len(within) + space)
        if not text:
            self.hollow = self.number
            return ""
        within = within[space:]
        return within[4:].lstrip(" \t") if _TASK.match(within) else within

    def _leaf(self, rest: str, stripped: str, depth: int) -> bool:
        """Open a heading, a fence or a rule; False if the line is text."""
        first = stripped[0]
        if first == "#" and (atx := _ATX.match(stripped)) is not None:
            self._interrupt(depth)
            self._atx_heading(stripped, atx.end())
            return True
        if first in "`~" and (marks := _FENCE.match(stripped)) is not None:
            self._interrupt(depth)
            words = stripped[marks.end() :].split(maxsplit=1)
            view = bool(words) and words[0] == VIEW_WORD
            self.fence = _Fence(self.number, marks[0], len(rest) - len(stripped), view)
            return True
        if first in "-*_" and _is_rule(stripped):
            self._interrupt(depth)
            return True
        return False

    # Headings

    def _atx_heading(self, stripped: str, level: int) -> None:
        tail = stripped[level:].lstrip(" \t")
        text = tail.rstrip(" \t")
        bare = text.rstrip("#")
        if not bare or bare[-1] in " \t":
            text = bare.rstrip(" \t")
        self._add_heading(self.number, level, text, len(tail))

    def _add_heading(self, line: int, level: int, text: str, from_end: int) -> None:
        self.headings.append((line, level, text))
        if "[" in text or "<" in text:
            column = len(self.written[line - 1]) + 1 - from_end if from_end else 0
            self.leaves.append(_Leaf(line, column, text))

    def _looks_back(self, stripped: str) -> bool:
        """Make the open paragraph a heading or the head of a table, if this line says so."""
        first = stripped[0]
        if first in "|:-" and self._begins_table(stripped):
            return True
        if first not in "-=" or stripped.rstrip(" \t").strip(first):
            return False
        start, text = self._undefined()
        if not text:
            return False
        self.paragraph.clear()
        self._add_heading(start, 1 if first == "=" else 2, text, 0)
        return True

    # Tables

    def _begins_table(self, stripped: str) -> bool:
        head = self.paragraph[-1]
        if "|" not in head or _DELIMITER.match(stripped) is None:
            return False
        marks = [mark.strip() for mark in stripped.split("|")]
        marks = marks[not marks[0] : len(marks) - (not marks[-1])]
        if not all(map(_ALIGN.match, marks)) or len(_cells(head)) != len(marks):
            return False
        del self.paragraph[-1]
        self.number -= 1
        self._end_paragraph()
        self.columns = len(marks)
        self._add_row(head)
        self.number += 1
        return True

    def _in_table(self, rest: str, stripped: str) -> bool:
        """Read a row; False if the line begins something else."""
        if len(rest) - len(stripped) >= 4 or (stripped[0] in _MARKERS and _begins(stripped)):
            return False
        self._add_row(stripped)
        return True

    def _add_row(self, row: str) -> None:
        if "[" not in row and "<" not in row:
            return
        start = len(self.written[self.number - 1]) + 1 - len(row)  # a row ends where its line ends
        for offset, cell in _cells(row)[: self.columns]:
            if "[" in cell or "<" in cell:
                self.leaves.append(_Leaf(self.number, start + offset, cell.replace("\\|", "|")))

    # Paragraphs, and the definitions of links that may stand at their start

    def _end_paragraph(self) -> None:
        """Keep the paragraph if it can hold a link."""
        if not self.paragraph:
            return
        start, text = self._undefined()
        self.paragraph.clear()
        if "[" in text or "<" in text:
            self.leaves.append(_Leaf(start, 0, text))

    def _undefined(self) -> tuple[int, str]:
        """The paragraph's first line and its text, the definitions at its start taken out."""
        start, text = self.number - len(self.paragraph), "\n".join(self.paragraph)
        position = 0
        while text.startswith("[", position):
            found = _DEFINITION.match(text, position)
            if found is None or not self._define(found):
                break
            position = found.end()
        return start + text.count("\n", 0, position), text[position:]

    def _define(self, found: re.Match[str]) -> bool:
        label, bracketed, bare = label_of(found[1]), found[2], found[3]
        if not label or (bare and _bare_end(bare, 0) != len(bare)):
            return False
        destination = _unescaped(bare or bracketed)
        if kind_of(destination) is None:
            return False
        self.labels.setdefault(label, destination)
        return True

    # Fences

    def _in_fence(self, fence: _Fence, rest: str) -> bool:
        """Read a line inside a fence; False if the line closes it."""
        stripped = rest.lstrip(" ")
        indent = len(rest) - len(stripped)
        marks = stripped.rstrip(" \t")
        if indent < 4 and marks.startswith(fence.marks) and not marks.strip(fence.marks[0]):
            return False
        if fence.view:
            self.fenced.append(rest[min(indent, fence.indent) :])
        return True

    def _end_fence(self) -> None:
        if self.fence is not None and self.fence.view:
            self.blocks.append(Block(self.fence.line, "\n".join(self.fenced).rstrip()))
            self.fenced.clear()
        self.fence = None


def _is_rule(stripped: str) -> bool:
    """Whether a line is nothing but three or more of one of `-*_`."""
    first = stripped[0]
    if first not in "-*_":
        return False
    marks = stripped.replace(" ", "").replace("\t", "")
    return len(marks) >= 3 and not marks.strip(first)


def _begins(stripped: str) -> bool:
    """Whether a line in a table begins something that ends the table."""
    return (
        stripped[0] == ">"
        or _ATX.match(stripped) is not None
        or _FENCE.match(stripped) is not None
        or _ITEM.match(stripped) is not None
        or _is_rule(stripped)
    )


def _cells(row: str) -> list[tuple[int, str]]:
    """The cells of a table's row, each with its offset in the row."""
    trimmed = row.rstrip()
    start, cells = 0, []
    for pipe in _PIPE.finditer(trimmed):
        cells.append((start, trimmed[start : pipe.start()]))
        start = pipe.end()
    cells.append((start, trimmed[start:]))
    cells = cells[not cells[0][1] :]
    if cells and not cells[-1][1]:
        cells.pop()
    return [(offset + len(cell) - len(cell.lstrip()), cell.strip()) for offset, cell in cells]


# The links in a run of text


class _Found(NamedTuple):
    """A link in a run of text: where it stands, and where in it the words for the reader are."""

    start: int
    end: int
    words: int
    words_end: int
    kind: LinkKind
    target: str


class _Span(NamedTuple):
    """A part of a run of text that stands for something else: code, an escape, a comment."""

    start: int
    end: int
    says: str


ITEM_LINK = re.compile(r"\[\[([^\W_][\w.\-]*)(?:\|([^\[\]]*))?\]\](?!\()")
_SPECIAL = re.compile(r"\\[!-/:-@\[-`{-~]|`+|<|!?\[|\]")
_NEWLINE = re.compile(r"\n")
_TICKS = re.compile(r"`+")
_SIMPLE = re.compile(r"\[([^\[\]\\`<!]*)\]\(([^\x00-\x20()<>\\&\x7f]+)\)")
_BLANKS = re.compile(r"[ \t\n]*")
_BRACKETED = re.compile(r"<([^<>\\\n]*(?:\\.[^<>\\\n]*)*)>")
_TITLED = re.compile(rf"[ \t\n]+{_TITLE}[ \t\n]*(?=\))", re.DOTALL)
_BARE = re.compile(r"[^\x00-\x20\x7f()\\]*")
_REFERENCE = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.DOTALL)
_AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.\-]{1,31}:[^<>\x00-\x20]*)>")
_DOMAIN = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re.compile(rf"<([a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_DOMAIN}(?:\.{_DOMAIN})*)>")
_ESCAPE = re.compile(
    r"\\([!-/:-@\[-`{-~])|&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
)
_PARENTHESES = 32


def _links(reader: _Reader) -> Iterator[Link]:
    """The links of all runs of text, where they stand in the body."""
    for leaf in sorted(reader.leaves):
        starts = [0, *(end.end() for end in _NEWLINE.finditer(leaf.text)), len(leaf.text) + 1]
        for link in sorted(_Inline(leaf.text, reader.labels).read().found):
            index = bisect_right(starts, link.start) - 1
            start, end, line = starts[index], starts[index + 1] - 1, leaf.line + index
            column = leaf.column or len(reader.written[line - 1]) - (end - start) + 1
            length = min(link.end, end) - link.start
            yield Link(link.target, line, column + link.start - start, length, link.kind)


class _Inline:
    """Finds the links in a run of text. Brackets pair as in CommonMark: the inner link wins."""

    def __init__(self, text: str, labels: Mapping[str, str]) -> None:
        self.text = text
        self.labels = labels
        self.found: list[_Found] = []
        self.spans: list[_Span] = []
        self.open: list[int] = []  # where the brackets stand that are still open
        self.spent = 0  # how many of these hold a link, so that they cannot be one
        self.ticks: dict[int, list[int]] | None = None
        self.last_comment = -2

    def read(self) -> Self:
        """Read the text from special character to special character."""
        text, position = self.text, 0
        while (special := _SPECIAL.search(text, position)) is not None:
            start, end = special.span()
            first = text[start]
            if first == "]":
                position = self._close(start)
            elif first == "\\":
                self.spans.append(_Span(start, end, text[start + 1]))
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
            words = item.span(2) if item[2] else item.span(1)
            self._add(_Found(end - 1, item.end(), *words, "item", item[1]))
            return item.end()
        simple = _SIMPLE.match(self.text, end - 1)
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
        image = self.text[start] == "!"
        inner = len(self.found)
        while inner and self.found[inner - 1].start > start:
            inner -= 1
        # Never shown as links: those in an image's words, and a bare URL in another link's.
        self.found[inner:] = [
            link for link in self.found[inner:] if not image and link.kind == "image"
        ]
        target = destination if kind == "url" else target_of(destination)
        shown: LinkKind = "image" if image else kind
        self._add(_Found(start, end, start + 1 + image, words_end, shown, target))

    def _add(self, link: _Found) -> None:
        self.found.append(link)
        if link.kind != "image":
            self.spent = len(self.open)

    def _destination(self, start: int) -> tuple[int, str] | None:
        """What stands in parentheses behind a closing bracket: where it ends, and what it says."""
        text = self.text
        if not text.startswith("(", start):
            return None
        begin = _end(_BLANKS, text, start + 1)
        if (bracketed := _BRACKETED.match(text, begin)) is not None:
            raw, end = bracketed[1], bracketed.end()
        elif text.startswith("<", begin) or (end := _bare_end(text, begin)) < 0:
            return None
        else:
            raw = text[begin:end]
        destination = _unescaped(raw)
        if kind_of(destination) is None:
            return None
        titled = _TITLED.match(text, end) if end > begin else None
        end = titled.end() if titled is not None else _end(_BLANKS, text, end)
        return (end + 1, destination) if text.startswith(")", end) else None

    def _reference(self, start: int, close: int) -> tuple[int, str] | None:
        """The definition that a link's label, or its own words, name."""
        if not self.labels:
            return None
        label, end = "", close + 1
        if (named := _REFERENCE.match(self.text, end)) is not None:
            label, end = named[1], named.end()
        if not label.strip() and close - start < 1000:
            label = self.text[start + 1 + (self.text[start] == "!") : close]
        destination = self.labels.get(label_of(label))
        return (end, destination) if destination is not None else None

    def _code(self, start: int, end: int) -> int:
        """Skip code, to the next run of as many backticks."""
        if self.ticks is None:
            self.ticks = {}
            for run in _TICKS.finditer(self.text):
                self.ticks.setdefault(run.end() - run.start(), []).append(run.start())
        length = end - start
        runs = self.ticks.get(length, [])
        closing = bisect_left(runs, end)
        if closing == len(runs):
            self.spans.append(_Span(start, end, self.text[start:end]))
            return end
        close = runs[closing]
        says = self.text[end:close].replace("\n", " ")
        self.spans.append(_Span(start, close + length, says.strip() or says))
        return close + length

    def _angle(self, start: int) -> int:
        """Take `<https://...>` or `<someone@...>`, skip a comment."""
        text = self.text
        if text.startswith("<!--", start):
            if self.last_comment == -2:
                self.last_comment = text.rfind("-->")
            if self.last_comment >= start + 2:
                end = text.index("-->", start + 2) + 3
                self.spans.append(_Span(start, end, ""))
                return end
        elif (url := _AUTOLINK.match(text, start) or _EMAIL.match(text, start)) is not None:
            target = url[1] if url.re is _AUTOLINK else "mailto:" + url[1]
            if kind_of(target) is not None:
                self.found.append(_Found(start, url.end(), start + 1, url.end() - 1, "url", target))
                return url.end()
        return start + 1


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found is not None else position


def _bare_end(text: str, position: int) -> int:
    """Where a destination ends: at a blank, or a parenthesis it did not open; -1 if one is open."""
    depth = 0
    while True:
        position = _end(_BARE, text, position)
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
        if depth > _PARENTHESES:
            return -1
        position += 1


def label_of(text: str) -> str:
    """A link's label as labels are compared."""
    return " ".join(text.split()).lower().upper()


def _unescaped(text: str) -> str:
    """A destination with its backslashes and entities undone."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPE.sub(lambda found: found[1] or _character(found[2]) or found[0], text)


def _character(entity: str) -> str | None:
    from html.entities import html5  # noqa: PLC0415 - a large table that few texts need

    if not entity.startswith("#"):
        return html5.get(entity + ";")
    number = int(entity[2:], 16) if entity[1] in "xX" else int(entity[1:])
    return chr(number) if 31 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


# What a heading says


_MARKUP = re.compile(r"[\\`*_~\[\]<&]")
_RUN = re.compile(r"\*+|_+|~{1,2}")


def plain(text: str, labels: Mapping[str, str]) -> str:
    """A run of text without its markup: of links the words, of images the description.

    `labels` are the definitions of links in the same body, by label.
    """
    if _MARKUP.search(text) is None:
        return " ".join(text.split())
    inline = _Inline(text, labels).read()
    spans = sorted([*inline.spans, *_around(inline.found)])
    spans = sorted([*spans, *_emphasis(text, spans)])
    parts: list[str] = []
    position = 0
    for start, end, says in spans:
        if start >= position:
            parts += _unescaped(text[position:start]), says
            position = end
    return " ".join("".join([*parts, _unescaped(text[position:])]).split())


def _around(links: Sequence[_Found]) -> Iterator[_Span]:
    """What stands around the words of links."""
    for link in links:
        yield _Span(link.start, link.words, "")
        yield _Span(link.words_end, link.end, "")


@dataclass(slots=True)
class _Run:
    """A run of `*`, `_` or `~` that may begin emphasis; `left` of its marks have no partner yet."""

    mark: str
    end: int
    left: int


def _emphasis(text: str, spans: Sequence[_Span]) -> Iterator[_Span]:
    """The marks of emphasis that have a partner: what a reader does not see."""
    openers: list[_Run] = []
    waiting = dict.fromkeys("*_~", 0)
    starts = [span.start for span in spans]
    for found in _RUN.finditer(text):
        start, end = found.span()
        nearest = bisect_right(starts, start) - 1
        if nearest >= 0 and spans[nearest].end > start:
            continue
        mark = text[start]
        opens, closes = _flanks(text[start - 1 : start], mark, text[end : end + 1])
        while closes and start < end and waiting[mark]:
            while openers[-1].mark != mark:
                waiting[openers.pop().mark] -= 1
            opener = openers[-1]
            paired = min(opener.left, end - start)
            yield _Span(opener.end - paired, opener.end, "")
            yield _Span(start, start + paired, "")
            start, opener.left, opener.end = (
                start + paired,
                opener.left - paired,
                opener.end - paired,
            )
            if not opener.left:
                openers.pop()
                waiting[mark] -= 1
        if opens and start < end:
            openers.append(_Run(mark, end, end - start))
            waiting[mark] += 1


def _flanks(before: str, mark: str, after: str) -> tuple[bool, bool]:
    """Whether a run of marks may open emphasis, and whether it may close it."""
    blank_before, blank_after = not before.strip(), not after.strip()
    word_before, word_after = before.isalnum(), after.isalnum()
    left = not blank_after and (word_after or not word_before)
    right = not blank_before and (word_before or not word_after)
    if mark == "_":
        return left and (not right or not word_before), right and (not left or not word_after)
    return left, right
