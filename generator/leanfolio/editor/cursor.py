"""Where in a file the cursor stands, found from the text before it: half-typed YAML is no YAML."""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field

from leanfolio.editor.text import Lines

Part = Literal["key", "value", "entry", "item-link", "nothing"]

FENCE = "---"
TOP_LEVEL = re.compile(r"[A-Za-z_][\w-]*:(?=\s|$)")
KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s\[\]{},"'#&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)""")
OPEN_LINK = re.compile(r"\[\[([\w.\-]*)\Z")
REST_OF_WORD = re.compile(r"[\w.\-]*")
QUOTES = "\"'"


class Cursor(Struct, frozen=True):
    """What is being typed: at which path, the word so far, and the stretch that it takes up.

    Part `entry` is an entry of a list of which nobody can tell yet whether it is a word or the
    first field of a mapping.
    """

    part: Part
    path: tuple[str, ...] = ()
    word: str = ""
    line: int = 1
    start: int = 1
    end: int = 1
    present: frozenset[str] = frozenset()
    quoted: bool = False
    tight: bool = False  # right behind a colon: a blank has to come first


class Level(Struct):
    """One open step of block YAML: a key, or a dash, and the column where it stands."""

    column: int
    key: str | None
    present: set[str] = field(default_factory=set)


class Frame(Struct):
    """One open bracket of flow YAML, and what has been said in it since the last comma."""

    mapping: bool
    key: str | None = None
    token: str = ""
    start: tuple[int, int] = (0, 0)
    quote: str = ""
    closed: bool = False  # the quoted word has ended
    present: set[str] = field(default_factory=set)


def cursor_at(lines: Lines, line: int, column: int) -> Cursor:
    """Where the cursor stands, which is before the character at this line and column."""
    left = lines.line(line)[: column - 1]
    end = column + len(REST_OF_WORD.match(lines.line(line), column - 1)[0])  # type: ignore[index]
    if not in_front_matter(lines, line):
        match = OPEN_LINK.search(left)
        if match is None:
            return Cursor("nothing", line=line)
        return Cursor("item-link", (), match[1], line, column - len(match[1]), end)
    reader = Half()
    for number in range(2, line):
        reader.read(number, lines.line(number))
    return reader.stop(line, left, end)


def in_front_matter(lines: Lines, line: int) -> bool:
    """Whether a line stands between the fences, of which the second may not be written yet."""
    if lines.line(1).rstrip() != FENCE or line < 2:
        return False
    return all(lines.line(number).rstrip() != FENCE for number in range(2, line + 1))


class Half:
    """Reads block and flow YAML line by line, forgiving what is not finished."""

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self.frames: list[Frame] = []
        self.scalar = -1  # the indent of the key whose `|` text goes on
        self.quote = ""  # of a quoted value in block YAML that goes on
        self.value: tuple[int, str] | None = None  # column and text of the value on this line
        self.dash = False
        self.typed: tuple[int, str] | None = None  # what stands here without a colon

    def read(self, number: int, line: str) -> None:
        """Take in one line, or the part of it before the cursor."""
        self.value = self.typed = None
        self.dash = False
        if TOP_LEVEL.match(line):  # whatever was open above was never closed
            self.frames.clear()
            self.scalar, self.quote = -1, ""
        if self.frames:
            self.flow(number, line, 0)
            return
        if self.quote:
            self.end_quote(line)
            return
        indent = len(line) - len(line.lstrip(" "))
        if self.scalar >= 0:
            if indent > self.scalar or not line.strip():
                return
            self.scalar = -1
        self.block(number, line, indent)

    def block(self, number: int, line: str, position: int) -> None:
        while line.startswith("- ", position) or line[position:] == "-":
            while self.levels and (
                self.levels[-1].column > position
                or (self.levels[-1].column == position and self.levels[-1].key is None)
            ):
                self.levels.pop()
            self.levels.append(Level(position, None))
            self.dash = True
            position += 1
            position += len(line) - position - len(line[position:].lstrip(" "))
        rest = line[position:]
        if rest.startswith("#"):
            return
        match = KEY.match(rest)
        if match is None:
            if rest[:1] in ("{", "["):
                self.flow(number, line, position)
            else:
                self.typed = (position, rest)
            return
        present: set[str] = set()
        while self.levels and self.levels[-1].column >= position:
            gone = self.levels.pop()
            if gone.column == position and gone.key is not None:
                present = gone.present
        key = match[1].strip(QUOTES)
        present.add(key)
        self.levels.append(Level(position, key, present))
        start = position + match.end()
        value = line[start:].lstrip(" ")
        start += len(line) - start - len(value)
        self.begin_value(number, line, start, value, position)

    def begin_value(self, number: int, line: str, start: int, value: str, indent: int) -> None:
        first = value[:1]
        if first in ("{", "["):
            self.flow(number, line, start)
        elif first in ("|", ">"):
            self.scalar = indent
        elif first and first in QUOTES:
            self.value = (start, value)
            self.quote = first
            self.end_quote(value[1:])
        elif first != "#":
            self.value = (start, value)

    def end_quote(self, text: str) -> None:
        """Leave a quoted value where its quote stands again."""
        position = 0
        while position < len(text):
            if self.quote == '"' and text[position] == "\\":
                position += 1
            elif text[position] == self.quote:
                self.quote = ""
                return
            position += 1

    def flow(self, number: int, line: str, position: int) -> None:
        """Read brackets, from here to the end of the line or of the last bracket."""
        while position < len(line):
            letter = line[position]
            frame = self.frames[-1] if self.frames else None
            if frame is not None and frame.quote:
                if frame.quote == '"' and letter == "\\":
                    frame.token += line[position : position + 2]
                    position += 1
                elif letter == frame.quote:
                    frame.quote, frame.closed = "", True
                else:
                    frame.token += letter
            elif letter in "{[" and (frame is None or not frame.token.strip()):
                self.frames.append(Frame(letter == "{", start=(number, position + 1)))
            elif frame is None:
                return
            elif letter in "}]":
                self.frames.pop()
                if not self.frames:
                    return
                self.frames[-1].closed = True
            elif letter == "#" and line[position - 1 : position] in ("", " "):
                return
            else:
                self.flow_letter(frame, number, line, position)
            position += 1

    def flow_letter(self, frame: Frame, number: int, line: str, position: int) -> None:
        letter = line[position]
        if letter == ",":
            frame.key, frame.token, frame.closed = None, "", False
            frame.start = (number, position + 1)
        elif letter == ":" and frame.mapping and frame.key is None and self.splits(line, position):
            frame.key = frame.token.strip()
            frame.present.add(frame.key)
            frame.token, frame.closed = "", False
            frame.start = (number, position + 1)
        elif letter in QUOTES and not frame.token.strip():
            frame.quote, frame.token = letter, ""
            frame.start = (number, position + 1)
        else:
            frame.token += letter

    def splits(self, line: str, position: int) -> bool:
        return line[position + 1 : position + 2] in ("", " ", ",", "}", "]")

    def path(self) -> tuple[str, ...]:
        """The keys that lead to where we are."""
        steps = [level.key for level in self.levels] + [frame.key for frame in self.frames]
        return tuple(step for step in steps if step is not None)

    def stop(self, line: int, left: str, end: int) -> Cursor:
        """The cursor stands behind this last piece."""
        self.read(line, left)
        column = len(left) + 1
        if self.frames:
            return self.in_flow(self.frames[-1], line, left, end)
        if self.value is not None:
            start, text = self.value
            opened = text[:1] in ("'", '"')
            if (opened and not self.quote) or " #" in text:
                return Cursor("nothing", line=line)
            tight = start > 0 and left[start - 1] == ":"
            start += opened
            return Cursor(
                "value", self.path(), left[start:], line, start + 1, end, quoted=opened, tight=tight
            )
        if self.typed is None or self.scalar >= 0 or self.quote:
            return Cursor("nothing", line=line)
        return self.typed_at(line, column, end)

    def typed_at(self, line: int, column: int, end: int) -> Cursor:
        start, text = self.typed or (column - 1, "")
        opened = text[:1] in ("'", '"')
        if self.dash:
            path = self.path()
            return Cursor(
                "entry", path, text[opened:], line, start + 1 + opened, end, quoted=opened
            )
        present: set[str] = set()
        while self.levels and self.levels[-1].column >= start:
            gone = self.levels.pop()
            if gone.column == start and gone.key is not None:
                present = gone.present
        return Cursor("key", self.path(), text, line, start + 1, end, frozenset(present))

    def in_flow(self, frame: Frame, line: int, left: str, end: int) -> Cursor:
        if frame.closed:
            return Cursor("nothing", line=line)
        word = frame.token if frame.quote else frame.token.lstrip()
        began, start = frame.start
        start = start + (len(frame.token) - len(word)) if began == line else len(left) - len(word)
        key = frame.mapping and frame.key is None
        part: Part = "key" if key else "value" if frame.mapping else "entry"
        tight = part == "value" and left[-1:] == ":"
        return Cursor(
            part,
            self.path(),
            word,
            line,
            start + 1,
            end,
            frozenset(frame.present),
            quoted=bool(frame.quote),
            tight=tight,
        )


def present_after(lines: Lines, cursor: Cursor) -> Sequence[str]:
    """The top-level fields that stand below the cursor; () within a field."""
    if cursor.path or cursor.part != "key":
        return ()
    result: list[str] = []
    for number in range(cursor.line + 1, len(lines) + 1):
        text = lines.line(number)
        if text.rstrip() == FENCE:
            return result
        if (key := TOP_LEVEL.match(text)) is not None:
            result.append(key[0].rstrip(":"))
    return ()  # never closed: what follows is prose
