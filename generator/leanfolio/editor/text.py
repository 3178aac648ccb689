"""A file's text by lines and columns, and changes to it that leave every other byte alone."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.model import Span

BREAK = re.compile(r"\r\n|\r|\n")
BOM = "\ufeff"
PLAIN = re.compile(r"[A-Za-z][\w./-]*(?: [\w./-]+)*\Z", re.ASCII)
# What YAML takes for something else, or took before version 1.2.
NOT_TEXT = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
NOT_WRITTEN = re.compile(
    "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)  # json leaves these as they are


class Edit(Struct, frozen=True, order=True):
    """New text for one stretch of a file. Line breaks in it are `\\n`, whatever the file's are."""

    path: PurePosixPath
    span: Span
    text: str


class Lines:
    """A text with its line breaks as they are, found by line and column from 1.

    A byte order mark stands before column 1.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        breaks = [(match.start(), match.end()) for match in BREAK.finditer(text)]
        self.starts = [len(BOM) if text.startswith(BOM) else 0, *(end for _, end in breaks)]
        self.ends = [*(start for start, _ in breaks), len(text)]
        self.newline = text[slice(*breaks[0])] if breaks else "\n"

    def __len__(self) -> int:
        return len(self.starts)

    def line(self, number: int) -> str:
        """A line without its break; empty beyond the last."""
        if not 1 <= number <= len(self.starts):
            return ""
        return self.text[self.starts[number - 1] : self.ends[number - 1]]

    def whole(self, first: int, last: int) -> str:
        """These lines with their breaks."""
        return self.text[self.starts[first - 1] : self.start_of(last + 1)]

    def start_of(self, line: int) -> int:
        return self.starts[line - 1] if line <= len(self.starts) else len(self.text)

    def offset(self, line: int, column: int) -> int:
        """Where this line and column is in the text; beyond a line's end, its end."""
        if line < 1:
            return self.starts[0]
        if line > len(self.starts):
            return len(self.text)
        return min(self.starts[line - 1] + max(column, 1) - 1, self.ends[line - 1])

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset."""
        index = max(bisect_right(self.starts, offset) - 1, 0)
        return index + 1, max(offset - self.starts[index], 0) + 1

    def slice(self, span: Span) -> str:
        start = self.offset(span.line, span.column)
        return self.text[start : self.offset(span.end_line, span.end_column)]

    def edited(self, edits: Iterable[Edit]) -> str:
        """The text after these edits. Raises ValueError where two of them overlap."""
        text, last = self.text, len(self.text) + 1
        for edit in sorted(set(edits), key=lambda edit: edit.span, reverse=True):
            start = self.offset(edit.span.line, edit.span.column)
            end = self.offset(edit.span.end_line, edit.span.end_column)
            if end > last or start > end:
                raise ValueError("two edits overlap")
            text = text[:start] + edit.text.replace("\n", self.newline) + text[end:]
            last = start
        return text


def on_line(line: int, column: int, length: int) -> Span:
    """A span within one line."""
    return Span(line, column, line, column + length)


def text_of(data: bytes) -> str | None:
    """A file's text with its breaks and its mark; None where it is no text that we read."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def scalar(text: str) -> str:
    """A text as YAML has to be written to mean it: quoted where it would read something else."""
    if PLAIN.match(text) and text.casefold() not in NOT_TEXT:
        return text
    quoted = json.dumps(text, ensure_ascii=False)  # JSON's escapes are YAML's too
    return NOT_WRITTEN.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
