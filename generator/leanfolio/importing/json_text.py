"""JSON with the line on which each entry of its lists begins, so that a report can name it."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.work_item import SourceError

DECODER = json.JSONDecoder(parse_float=Decimal, strict=False)
BLANK = " \t\n\r"


class Answer(Struct):
    """One JSON text. `value` is all of it; `lines` holds, for each list of the outermost object
    (or for "" where the text is a list itself), the line of every entry."""

    file: str
    value: Any
    lines: dict[str, list[int]] = field(default_factory=dict)

    def entries(self, name: str) -> Iterator[tuple[int, Any]]:
        """Each entry of a list with its line."""
        values = self.value if name == "" else self.value[name]
        return zip(self.lines[name], values, strict=True)


def read_answer(source: SourceFile) -> Answer:
    """Read a JSON text. Raises SourceError where it is none, or only a part of one."""
    reader = Reader(source.text)
    answer = Answer(source.name, None)
    try:
        if source.text.startswith("["):
            answer.value = reader.list_of(answer.lines.setdefault("", []))
        elif source.text.startswith("{"):
            answer.value = reader.object_of(answer.lines)
        else:
            answer.value = reader.value()
        reader.end()
    except json.JSONDecodeError as error:
        raise SourceError(*refusal(source, error)) from None
    except RecursionError:
        raise SourceError(f"{source.name} is nested too deep", "save it again") from None
    return answer


def refusal(source: SourceFile, error: json.JSONDecodeError) -> tuple[str, str]:
    """What is wrong with a text that is no JSON, and what to do."""
    if not source.text[error.pos :].strip() or "Unterminated" in error.msg:
        message = f"{source.name} ends on line {source.text.count(chr(10)) + 1}, in the middle"
        return f"{message}: it is a part of an answer", "fetch it again"
    return f"{source.name}, line {error.lineno}, is no JSON: {error.msg}", "save the answer itself"


class Reader:
    """Walks over the outermost object or list; what is inside is decoded in one step."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line, self.counted = 1, 0

    def skip(self) -> str:
        """Go to the next sign that is no blank, and return it; empty at the end."""
        text, at = self.text, self.at
        while at < len(text) and text[at] in BLANK:
            at += 1
        self.at = at
        return text[at : at + 1]

    def expect(self, sign: str) -> None:
        if self.skip() != sign:
            raise json.JSONDecodeError(f"expected {sign!r}", self.text, self.at)
        self.at += 1

    def value(self) -> Any:
        self.skip()
        value, self.at = DECODER.raw_decode(self.text, self.at)
        return value

    def here(self) -> int:
        """The line of the place that is read next."""
        self.skip()
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line

    def list_of(self, lines: list[int]) -> list[Any]:
        self.expect("[")
        values: list[Any] = []
        if self.skip() == "]":
            self.at += 1
            return values
        while True:
            lines.append(self.here())
            values.append(self.value())
            if self.skip() == "]":
                self.at += 1
                return values
            self.expect(",")

    def object_of(self, lines: dict[str, list[int]]) -> dict[str, Any]:
        self.expect("{")
        values: dict[str, Any] = {}
        if self.skip() == "}":
            self.at += 1
            return values
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise json.JSONDecodeError("expected a name", self.text, self.at)
            self.expect(":")
            is_list = self.skip() == "["
            lines[name] = []
            values[name] = self.list_of(lines[name]) if is_list else self.value()
            if self.skip() == "}":
                self.at += 1
                return values
            self.expect(",")

    def end(self) -> None:
        if self.skip():
            raise json.JSONDecodeError("more follows", self.text, self.at)
