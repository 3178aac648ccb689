"""Where the values of a front matter end, and whether they stand in brackets or on lines."""

from leanfolio.editor.front_matter import value_in
from leanfolio.editor.text import Lines
from leanfolio.model import Path, Span
from leanfolio.read.yaml import Fields


class Places:
    """The places of a front matter's values in its text. Lines and columns count from 1."""

    def __init__(self, lines: Lines, fields: Fields) -> None:
        self.lines = lines
        self.fields = fields

    def is_flow(self, path: Path) -> bool:
        """Whether a list or a mapping stands in brackets or braces."""
        span = self.fields.spans.get(path)
        return span is not None and span.end_column > 0 and self.is_collection(path)

    def is_collection(self, path: Path) -> bool:
        return isinstance(value_in(self.fields.values, path), list | dict)

    def end(self, path: Path) -> tuple[int, int]:
        """The line and the column right behind a value: of a block, behind its last value."""
        span = self.fields.spans[path]
        if span.end_column > 0:
            return self.without_blanks(span)
        value = value_in(self.fields.values, path)
        steps = range(len(value)) if isinstance(value, list) else value
        return max((self.end((*path, step)) for step in steps), default=(span.line, span.column))

    def without_blanks(self, span: Span) -> tuple[int, int]:
        """The end of a value; one on several lines may be said to reach to what follows it."""
        start = self.lines.offset(span.line, span.column)
        end = self.lines.offset(span.end_line, span.end_column)
        text = self.lines.text[start:end]
        return self.lines.position(start + len(text.rstrip()))

    def line_after(self, path: Path, column: int) -> int:
        """The last line of a value, with the comments below it that are indented further than
        this column."""
        line = self.end(path)[0]
        last = line
        while True:
            line += 1
            text = self.lines.line(line)
            bare = text.lstrip(" ")
            if bare.startswith("#") and len(text) - len(bare) >= column:
                last = line
            elif bare or line > len(self.lines):
                return last

    def after_bracket(self, path: Path) -> tuple[int, int]:
        """Right behind the bracket or brace that opens a value."""
        span = self.fields.spans[path]
        return span.line, span.column + 1

    def spaced(self, at: tuple[int, int], text: str) -> str:
        """A text that is put behind a colon here, with the blank that has to stand between."""
        offset = self.lines.offset(*at)
        return text if self.lines.text[offset - 1 : offset] == " " else f" {text}"
