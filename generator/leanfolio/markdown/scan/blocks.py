"""The blocks of a body: paragraphs, headings, lists, quotes, tables, fences, as in CommonMark.

A body is read line by line into runs of text that may hold links, and no tree is made of it.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from leanfolio.markdown.scan.comments import uncommented
from leanfolio.markdown.scan.destination import (
    DESTINATION,
    TITLE,
    bare_end,
    end_of,
    kind_of,
    label_of,
    unescaped,
)
from leanfolio.markdown.scan.marks import (
    ALERT,
    ALIGN,
    ATX,
    DELIMITER,
    FENCE,
    FOOTNOTE,
    INTO_QUOTE,
    ITEM,
    LEADING,
    MARKERS,
    TASK,
    begins,
    cells,
    is_rule,
)
from leanfolio.markdown.scan.outline import VIEW_WORD, Block, Remark

QUOTE = 0  # in the stack of open containers; a list item or footnote is its indent, at least 2
DEEPEST = 50
CUT = re.compile(r"\[\[[^\[\]|]*\Z")
DEFINITION = re.compile(
    r"\[((?:[^\[\]\\]|\\.){1,999})\]:"
    rf"[ \t]*\n?[ \t]*{DESTINATION}"
    rf"(?:(?:[ \t]+|[ \t]*\n[ \t]*){TITLE}[ \t]*(?:\n|\Z)|[ \t]*(?:\n|\Z))",
    re.DOTALL,
)


class Leaf(NamedTuple):
    """A run of text that may hold links. Without a column, its lines end where the file's do."""

    line: int
    column: int
    text: str


class Fence(NamedTuple):
    """An open fence: its line, its marks, its indent, and whether it asks for a view."""

    line: int
    marks: str
    indent: int
    view: bool


class Reader:
    """Cuts a body into blocks, line by line, as CommonMark does; keeps what can hold a link."""

    def __init__(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = uncommented(text).split("\n")
        self.written = text.split("\n") if "<!--" in text else self.lines  # for their columns
        self.leaves: list[Leaf] = []
        self.headings: list[tuple[int, int, str]] = []  # line, level, text with its markup
        self.blocks: list[Block] = []
        self.remarks: list[Remark] = []
        self.labels: dict[str, str] = {}  # what the definitions of links say
        self.number = 0  # of the line that is being read
        self.stack: list[int] = []  # the open quotes and list items
        self.paragraph: list[str] = []
        self.fence: Fence | None = None
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
            elif line[0] in MARKERS:
                self._take(line)
            else:
                paragraph.append(line)
        self.number += 1
        self._end_paragraph()
        self._end_fence()

    def _take(self, line: str) -> None:
        """Read a line that may open, go on with or close a block."""
        if "\t" in line and (self.stack or self.fence is None):
            head = end_of(LEADING, line, 0)
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
            if indent == QUOTE:
                if (mark := INTO_QUOTE.match(rest)) is None:
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
        while stripped and len(self.stack) < DEEPEST:
            if len(rest) - len(stripped) >= 4:
                self._go_on(stripped, depth, code=True)
                return
            if stripped[0] not in MARKERS:
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
            self.stack.append(QUOTE)
            within = stripped[2:] if stripped[1:2] == " " else stripped[1:]
            return "" if ALERT.match(within.lstrip(" ")) else within
        if first in "-+*0123456789":
            return self._list_item(rest, stripped, depth, inside)
        if first == "[" and (mark := FOOTNOTE.match(stripped)) is not None:
            self._interrupt(depth)
            self.stack.append(4)
            return stripped[mark.end() :].lstrip(" \t")
        return None

    def _list_item(self, rest: str, stripped: str, depth: int, inside: bool) -> str | None:
        mark = ITEM.match(stripped)
        if mark is None or is_rule(stripped):
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
        return within[4:].lstrip(" \t") if TASK.match(within) else within

    def _leaf(self, rest: str, stripped: str, depth: int) -> bool:
        """Open a heading, a fence or a rule; False if the line is text."""
        first = stripped[0]
        if first == "#" and (atx := ATX.match(stripped)) is not None:
            self._interrupt(depth)
            self._atx_heading(stripped, atx.end())
            return True
        if first in "`~" and (marks := FENCE.match(stripped)) is not None:
            self._interrupt(depth)
            words = stripped[marks.end() :].split(maxsplit=1)
            view = bool(words) and words[0] == VIEW_WORD
            self.fence = Fence(self.number, marks[0], len(rest) - len(stripped), view)
            return True
        if first in "-*_" and is_rule(stripped):
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
            self.leaves.append(Leaf(line, column, text))

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
        if "|" not in head or DELIMITER.match(stripped) is None:
            return False
        marks = [mark.strip() for mark in stripped.split("|")]
        marks = marks[not marks[0] : len(marks) - (not marks[-1])]
        if not all(map(ALIGN.match, marks)) or len(cells(head)) != len(marks):
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
        if len(rest) - len(stripped) >= 4 or (stripped[0] in MARKERS and begins(stripped)):
            return False
        self._add_row(stripped)
        return True

    def _add_row(self, row: str) -> None:
        start = len(self.written[self.number - 1]) + 1 - len(row)  # a row ends where its line ends
        if row.count("|") > self.columns:
            self._remark_row(row, start)
        if "[" not in row and "<" not in row:
            return
        for offset, cell in cells(row)[: self.columns]:
            if "[" in cell or "<" in cell:
                self.leaves.append(Leaf(self.number, start + offset, cell.replace("\\|", "|")))

    def _remark_row(self, row: str, start: int) -> None:
        """Note a link to an item that a bar cuts in two, and a cell beyond the table's columns."""
        found = cells(row)
        for (offset, cell), (after, rest) in pairwise(found):
            cut = CUT.search(cell)
            if cut is not None and "]]" in rest:
                text = f"{cut[0]}|{rest[: rest.index(']]') + 2]}"
                length = after + rest.index("]]") + 2 - offset - cut.start()
                column = start + offset + cut.start()
                self.remarks.append(Remark("cut", text, self.number, column, length))
                return  # the cell too many is its
        if len(found) > self.columns:
            offset, cell = found[self.columns]
            place = (self.number, start + offset, max(len(cell), 1))
            self.remarks.append(Remark("cells", cell, *place))

    # Paragraphs, and the definitions of links that may stand at their start

    def _end_paragraph(self) -> None:
        """Keep the paragraph if it can hold a link."""
        if not self.paragraph:
            return
        start, text = self._undefined()
        self.paragraph.clear()
        if "[" in text or "<" in text:
            self.leaves.append(Leaf(start, 0, text))

    def _undefined(self) -> tuple[int, str]:
        """The paragraph's first line and its text, the definitions at its start taken out."""
        start, text = self.number - len(self.paragraph), "\n".join(self.paragraph)
        position = 0
        while text.startswith("[", position):
            match = DEFINITION.match(text, position)
            if match is None or not self._define(match):
                break
            position = match.end()
        return start + text.count("\n", 0, position), text[position:]

    def _define(self, result: re.Match[str]) -> bool:
        label, bracketed, bare = label_of(result[1]), result[2], result[3]
        if not label or (bare and bare_end(bare, 0) != len(bare)):
            return False
        destination = unescaped(bare or bracketed)
        if kind_of(destination) is None:
            return False
        self.labels.setdefault(label, destination)
        return True

    # Fences

    def _in_fence(self, fence: Fence, rest: str) -> bool:
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
