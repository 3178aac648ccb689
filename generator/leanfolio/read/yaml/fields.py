"""The fields of a front matter: plain values, and the span of each by its path."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

import yaml
from msgspec import Struct, field

from leanfolio.model.item import Path, Span
from leanfolio.model.source import KILOBYTE
from leanfolio.read.yaml.braces import LONE, Pair, lone_fault, short
from leanfolio.read.yaml.parser import Parser
from leanfolio.read.yaml.quoting import quoted_text
from leanfolio.read.yaml.syntax_hints import missing_space, syntax_error
from leanfolio.read.yaml.yaml_error import YamlError
from leanfolio.wording import tell

MAX_BYTES = 64 * KILOBYTE
MAX_DEPTH = 20
MAX_DIGITS = 40

NULL = frozenset(("", "~", "null", "Null", "NULL"))
BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INT = re.compile(r"[-+]?(0|[1-9]\d*)\Z", re.ASCII)
FLOAT = re.compile(r"[-+]?(\.\d+|(0|[1-9]\d*)(\.\d*)?)([eE][-+]?\d{1,3})?\Z", re.ASCII)
BASED = re.compile(r"0o([0-7]+)\Z|0x([0-9a-fA-F]+)\Z")
NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)\Z|[-+]?\.(inf|Inf|INF)\Z")

HASHTAG = re.compile(r" #[^\W_][^\n]*")  # a comment of one word, or a part of the text before it

# Line ends for YAML 1.1, and for nobody's editor: what follows would be a line that nobody sees.
HIDDEN_LINE_END = re.compile("[\x85\u2028\u2029]")

HALF = re.compile("[\ud800-\udfff]")  # no encoding can write it


class Fields(Struct):
    """What a front matter says: plain values, and the span of each by its path."""

    values: dict[str, Any] = field(default_factory=dict)
    spans: Mapping[Path, Span] = field(default_factory=dict)
    keys: Mapping[Path, Span] = field(default_factory=dict)
    faults: list[YamlError] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)
    """What was written, and could not be taken: empty, but not forgotten."""


def parse(text: str, first_line: int = 2) -> Fields:
    """Read a front matter. Faults are collected, and reading goes on wherever it can."""
    fields = Fields()
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        fields.faults.append(
            YamlError(
                "front-matter-refused",
                f"the front matter is larger than {MAX_BYTES // KILOBYTE} KB",
                "move prose below the second fence, and long lists into files of their own",
                first_line,
                1,
            )
        )
        return fields
    hidden = list(islice(hidden_line_ends(text, first_line), MOST_HIDDEN))
    fields.faults.extend(hidden)
    text = HIDDEN_LINE_END.sub(" ", text)
    try:
        value = document(text, fields, first_line)
    except yaml.YAMLError as error:
        nested = nested_too_deep(error, text, first_line)
        if nested is not None:
            nested.faults[:0] = hidden
            return nested
        if not hidden:  # a hidden line end makes a mess of the rest by itself
            fault = syntax_error(error, text, first_line)
            once = ((fault.line, LONE), (fault.line, "text-cut"))
            others = (each for each in fields.faults if (each.line, each.rule) not in once)
            fields.faults = [*others, fault]
        return fields
    except Refused as refused:
        fields.faults.append(refused.fault)
        return fields
    if isinstance(value, dict):
        fields.values = value
    elif value is not None:
        slip = missing_space(text.split("\n")[0], 0)
        fields.faults.append(
            YamlError(
                "front-matter-unreadable",
                "the front matter is not a list of fields",
                slip.hint if slip else "write one `name: value` on each line",
                first_line,
                1,
            )
        )
    return fields


def document(text: str, fields: Fields, first_line: int) -> Any:
    """The value of the one document in a text. Raises YAMLError, and Refused."""
    parser = Parser(text)
    try:
        return Tree(parser, fields, first_line, text).document()
    finally:
        parser.dispose()


def nested_too_deep(error: yaml.YAMLError, text: str, first_line: int) -> Fields | None:
    """The fields before a syntax error, where they end in nesting beyond our limit; else None.

    libyaml scans up to 1024 characters ahead of the event that it returns, and since 0.2.6 it
    refuses a depth of 1000. So its error can come before the event at which our own limit speaks,
    and that event is looked for in the text before the error. A collection that is still open there
    cannot turn out to be a key: a key ends within those 1024 characters.
    """
    for name in ("problem_mark", "context_mark"):  # of an open quote, the context is its beginning
        mark = getattr(error, name, None)
        if mark is None:
            continue
        fields = Fields()
        try:
            document(text[: mark.index], fields, first_line)
        except TooDeep as refused:
            fields.faults.append(refused.fault)
            return fields
        except (yaml.YAMLError, Refused):
            continue
    return None


def hidden_line_ends(text: str, first_line: int) -> Iterator[YamlError]:
    """Every character that YAML takes for the end of a line, and a reader does not see as one."""
    for match in HIDDEN_LINE_END.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        yield YamlError(
            "front-matter-refused",
            f"the front matter holds the hidden line end U+{ord(match[0]):04X}",
            "type a blank in its place",
            first_line + text.count("\n", 0, match.start()),
            match.start() - start + 1,
        )


SHARED = 50_000  # places and paths of which one object serves all files: most are alike


@lru_cache(SHARED)
def shared_span(line: int, column: int, end_line: int, end_column: int) -> Span:
    """The span at these lines and columns, the same object each time."""
    return Span(line, column, end_line, end_column)


@lru_cache(SHARED)
def shared_path(path: Path, step: str) -> Path:
    """The path of a field in what stands at a path, the same object each time."""
    return (*path, step)


MOST_HIDDEN = 20  # of one file; whoever fixes these sees the others then


class Refused(Exception):
    """What we do not read any further: nesting beyond all sense, a second document."""

    def __init__(self, fault: YamlError) -> None:
        super().__init__(fault.message)
        self.fault = fault


class TooDeep(Refused):
    """Nesting beyond our limit."""


class Tree:
    """Builds plain values out of YAML events, and notes where each stands."""

    def __init__(self, parser: Any, fields: Fields, first_line: int, text: str) -> None:
        self.next = parser.get_event
        self.text = text
        self.fields = fields
        self.spans: dict[Path, Span] = {}
        self.keys: dict[Path, Span] = {}
        fields.spans, fields.keys = self.spans, self.keys
        self.shift = first_line

    def document(self) -> Any:
        self.next()  # stream start
        event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        if event.explicit or event.version or event.tags:
            self.refuse(
                event, "holds a second document or a directive", "keep to one plain mapping"
            )
        value = self.value(self.next(), (), 0)
        self.next()  # document end
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise Refused(
                self.fault(
                    event,
                    "front-matter-refused",
                    "the front matter holds a second document, which begins here",
                    "write exactly --- on this line if the front matter is to end here;"
                    " else take the line out",
                )
            )
        return value

    def value(self, event: Any, path: Path, depth: int) -> Any:
        self.spans[path] = self.span(event)
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor or event.tag:
                self.refuse_extras(event)
            if not event.value.isascii() and HALF.search(event.value):
                self.refuse(event, "holds half a character", "write the character itself")
                self.fields.refused.add(path)
                return None
            if event.style in ("|", ">"):  # the break at its end is nothing that anybody typed
                return event.value.strip(" \t\n")
            if event.style:
                return event.value
            value = self.scalar(event, path)
            end = event.end_mark
            if isinstance(value, str) and end and self.text.startswith(" #", end.index):
                self.cut_text(event, path)
            return value
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, f"uses the alias *{str(event.anchor)[:30]}", "write the value out")
            self.fields.refused.add(path)
            return None
        if depth >= MAX_DEPTH:
            raise TooDeep(
                self.fault(
                    event,
                    "front-matter-refused",
                    f"values are nested more than {MAX_DEPTH} deep",
                    "flatten them",
                )
            )
        if event.anchor or event.tag:
            self.refuse_extras(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, path, depth)
        return self.mapping(event, path, depth)

    def sequence(self, start: Any, path: Path, depth: int) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            values.append(self.value(event, (*path, len(values)), depth + 1))
        self.close(start, event, path)
        return values

    def mapping(self, start: Any, path: Path, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        last: Pair | None = None
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(
                    event, "uses a list or a mapping as a key", "use a plain word as the key"
                )
                self.value(event, (*path, "?"), depth + 1)
                self.value(self.next(), (*path, "?"), depth + 1)
                continue
            key = event.value
            if start.flow_style and (end := self.lone_end(event)):
                self.next()  # the empty value
                last = (last or Pair(key, None)).continued(event.start_mark, end)
                continue
            self.told_lone(last, values, path)
            last = None
            if event.anchor or event.tag or (key == "<<" and not event.style):
                self.refuse_extras(event)
            if key in values:
                again = self.value(self.next(), (*path, "?"), depth + 1)
                self.fields.faults.append(self.duplicate(event, (*path, key), values[key], again))
                continue
            inner = shared_path(path, key)
            self.keys[inner] = self.span(event)
            value = self.next()
            values[str(inner[-1])] = self.value(value, inner, depth + 1)
            plain = isinstance(value, yaml.ScalarEvent) and not value.style and value.value
            last = Pair(key, value.start_mark if plain else None)
        self.told_lone(last, values, path)
        self.close(start, event, path)
        return values

    def lone_end(self, key: Any) -> int:
        """The index after a key in braces that has no colon, and so no value; 0 where it has."""
        end: int = key.end_mark.index
        return 0 if self.text[end:].lstrip()[:1] == ":" or key.value == "?" else end

    def told_lone(self, last: "Pair | None", values: dict[str, Any], path: Path) -> None:
        """Report the keys without a value that follow a field in braces; the field is refused."""
        if last is None or not last.end:
            return
        fault, refused = lone_fault(last, values, self.text, self.shift)
        self.fields.faults.append(fault)
        if refused:
            self.fields.refused.add((*path, refused))
        if refused in values:
            values[refused] = None

    def scalar(self, event: Any, path: Path) -> Any:
        text = event.value
        if text in NULL:
            return None
        if text in BOOL:
            return BOOL[text]
        lead = str(text)[0]
        if not (lead.isdigit() or lead in "+-.") or len(text) > MAX_DIGITS:
            return text
        if INT.match(text):
            return int(text)
        if FLOAT.match(text):
            return Decimal(text)
        if BASED.match(text):
            return int(text, 0)
        if NOT_A_NUMBER.match(text):
            self.fields.faults.append(
                self.fault(
                    event,
                    "value-wrong",
                    f"{text} is no number that can be computed with",
                    "write a number, or leave the field out",
                )
            )
            self.fields.refused.add(path)
            return None
        return text

    def cut_text(self, event: Any, path: Path) -> None:
        """Report `title: Repairs #1`, of which YAML reads no more than `Repairs`."""
        rest = HASHTAG.match(self.text, event.end_mark.index)
        if rest is None:
            return
        name, text = str(path[-1]) if path else "", f"{event.value}{rest[0]}"
        named = name and not name.isdigit()
        cure = (
            quoted_text(name, text, comment=False)
            if named
            else tell("put the text in double quotes")
        )
        self.fields.faults.append(
            self.fault(
                event,
                "text-cut",
                tell(
                    "`{rest}` is no part of this text: # after a blank begins a comment",
                    rest=short(rest[0].strip()),
                ),
                tell("{cure}; or leave a blank after #, if it is a comment", cure=cure),
            )
        )

    def close(self, start: Any, end: Any, path: Path) -> None:
        first, last = start.start_mark, end.end_mark
        if start.flow_style:
            span = shared_span(
                first.line + self.shift, first.column + 1, last.line + self.shift, last.column + 1
            )
        else:  # a block ends where the next token begins: say where it starts
            line = first.line + self.shift
            span = shared_span(line, first.column + 1, line, 0)
        self.spans[path] = span

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return shared_span(
            start.line + self.shift, start.column + 1, end.line + self.shift, end.column + 1
        )

    def fault(self, event: Any, rule: str, message: str, hint: str) -> YamlError:
        span = self.span(event)
        length = span.end_column - span.column if span.end_line == span.line else 1
        return YamlError(rule, message, hint, span.line, span.column, max(length, 1))

    def duplicate(self, event: Any, path: Path, first: Any, again: Any) -> YamlError:
        """A key that stands a second time, and what the two of them say."""
        before, name = self.keys[path], f"`{str(path[-1])[:40]}`"
        line, hint = before.line, "keep the line that is right, and remove the other"
        if isinstance(first, dict | list) or isinstance(again, dict | list):
            text, hint = f", after line {line}", "put all that is right under one of the two"
        elif first == again:
            text, hint = f", and says the same as on line {line}", "remove this line"
        else:
            text = f": {in_short(again)}, after {in_short(first)} on line {line}"
        message = f"{name} stands here a second time{text}"
        fault = self.fault(event, "key-duplicate", message, hint)
        return fault._replace(related=((before, f"the first {name} is here"),))

    def refuse(self, event: Any, what: str, hint: str) -> None:
        self.fields.faults.append(
            self.fault(event, "front-matter-refused", f"the front matter {what}", hint)
        )

    def refuse_extras(self, event: Any) -> None:
        for what, hint in extras(event):
            self.refuse(event, what, hint)


def in_short(value: Any) -> str:
    """A plain value in one word or two."""
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def extras(event: Any) -> Iterator[tuple[str, str]]:
    """The parts of YAML that a front matter may not use, found on this event."""
    if event.anchor:
        hint = "write the value out wherever it is needed; a text that begins with & wants quotes"
        yield f"sets the anchor &{event.anchor[:30]}", hint
    if event.tag:
        hint = (
            "remove it, as fields have their types already; a text that begins with ! wants quotes"
        )
        yield f"uses the tag {event.tag[:40]}", hint
    if getattr(event, "value", None) == "<<":
        yield "uses the merge key <<", "write the fields out"
