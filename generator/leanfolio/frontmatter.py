"""The front matter of a file: YAML 1.2's core, with the place of every key and value.

libyaml only scans events here; values are resolved by us, since its own loader turns `no` into
False and `12:30` into 750, keeps the last of two equal keys without a word, and can be made to
crash by deep nesting or to swell by aliases.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

import yaml

from leanfolio.model.item import Path, Span

FENCE = "---"
MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
MAX_DIGITS = 40

NULL = frozenset(("", "~", "null", "Null", "NULL"))
BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INT = re.compile(r"[-+]?(0|[1-9]\d*)\Z", re.ASCII)
FLOAT = re.compile(r"[-+]?(\.\d+|(0|[1-9]\d*)(\.\d*)?)([eE][-+]?\d{1,3})?\Z", re.ASCII)
BASED = re.compile(r"0o([0-7]+)\Z|0x([0-9a-fA-F]+)\Z")
NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)\Z|[-+]?\.(inf|Inf|INF)\Z")

# Line ends for YAML 1.1, and for nobody's editor: what follows would be a line that nobody sees.
HIDDEN_LINE_END = re.compile("[\x85\u2028\u2029]")

HALF = re.compile("[\ud800-\udfff]")  # no encoding can write it

Parser: Any = getattr(yaml, "cyaml", yaml).__dict__.get("CParser") or yaml.SafeLoader


class Fault(NamedTuple):
    """One thing wrong with the YAML itself: which rule, what, what to do, and where."""

    rule: str
    message: str
    hint: str
    line: int
    column: int
    length: int = 1
    related: tuple[tuple[Span, str], ...] = ()
    """Other places that belong to it, each with what is there."""


@dataclass(slots=True)
class Fields:
    """What a front matter says: plain values, and the span of each by its path."""

    values: dict[str, Any] = field(default_factory=dict)
    spans: dict[Path, Span] = field(default_factory=dict)
    keys: dict[Path, Span] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)
    """What was written, and could not be taken: empty, but not forgotten."""


class Halves(NamedTuple):
    """A file cut at its fences. `yaml` is None where the file has no front matter."""

    yaml: str | None
    body: str
    body_line: int
    fault: Fault | None = None


def split(text: str) -> Halves:
    """Cut a file at its two fences, lines of exactly three dashes."""
    first, _, rest = text.partition("\n")
    if first != FENCE:
        return Halves(None, text, 1, opening_fault(text, first))
    if rest == FENCE or rest.startswith(FENCE + "\n"):
        return Halves("", rest[len(FENCE) + 1 :], 3)
    end = rest.find("\n---\n")
    if end < 0:
        if not rest.endswith("\n---"):
            return Halves(None, "", 1, unclosed_fault(rest))
        end = len(rest) - 4
    head = rest[: end + 1]
    return Halves(head, rest[end + 5 :], head.count("\n") + 3)


# A line that was meant as a fence ------------------------------------------------------------

OPENS = re.compile(r"(?:[-–*_+=~`.][-—–*_+=~`. \t]+|—[-—– ]*)(?:ya?ml)?\Z")
CLOSES = re.compile(r"(?:[-–*_+=.][-—–*_+=. \t]+|—[-—– ]*)\Z")
FIELD = re.compile(r"""["']?[A-Za-z_][\w-]*["']?[ ]*:(?:\s|\Z)""")
TOML = re.compile(r"[A-Za-z_][\w-]* = ")
MOST_MARKS = 12  # more of them are a line drawn across the page


def opening_fault(text: str, first: str) -> Fault | None:
    """What is wrong with the first fence, where the file looks as if it had one."""
    if first.startswith(FENCE) and not first.strip("- \t"):
        return opening(first, 1) if len(first) < MOST_MARKS else None
    lines = text[:2000].split("\n")
    number = next((n for n, line in enumerate(lines, start=1) if line.strip()), 1)
    line, below = lines[number - 1], lines[number : number + 1]
    if not below or not (FIELD.match(below[0]) or TOML.match(below[0])):
        return None
    if line == FENCE:
        return Fault(
            "front-matter-unclosed",
            f"the front matter begins on line {number}, and has to begin on the first",
            f"remove what stands above it: {'a blank line' if number == 2 else 'blank lines'}",
            number,
            1,
            len(FENCE),
        )
    return opening(line, number) if fence_like(line, OPENS) else None


def fence_like(line: str, marks: "re.Pattern[str]") -> bool:
    """Whether who wrote this line most likely meant a fence: ----, ***, --- and a blank."""
    bare = line.strip()
    return line != FENCE and len(bare) < MOST_MARKS and marks.match(bare) is not None


def opening(line: str, number: int) -> Fault:
    where = "the first line" if number == 1 else f"line {number}"
    return fence_fault(line, number, f"{where} opens no front matter")


def fence_fault(line: str, number: int, failed: str) -> Fault:
    """What exactly is wrong with a line that was meant as a fence."""
    bare = line.strip()
    before = len(line) - len(line.lstrip())
    if bare == FENCE and before:
        said = f"has {'a blank' if before == 1 else f'{before} blanks'} before its dashes"
    elif bare == FENCE:
        said = "has a blank after its dashes, which nobody sees"
    elif not bare.strip("-"):
        said = f"has {len(bare)} dashes, not three"
    else:
        said = f"is {bare}, not ---"
    return Fault(
        "front-matter-unclosed",
        f"{failed}: it {said}",
        "write exactly --- on this line: three dashes, with nothing before or after them",
        number,
        1,
        max(len(line), 1),
    )


def unclosed_fault(rest: str) -> Fault:
    """The line that was meant to close a front matter; without one, the fence that opens it."""
    last, indented = 1, None
    for number, line in front_lines(rest):
        if fence_like(line, CLOSES):
            if line[0] not in " \t":
                return closing(line, number)
            indented = indented or closing(line, number)  # it may be part of a text
        if line.strip() and not line.startswith("#"):
            last = number
    if indented is not None:
        return indented
    below = f"line {last}, the last of its fields" if last > 1 else "its last field"
    return Fault(
        "front-matter-unclosed",
        "the front matter that starts here is never closed",
        f"write a line of exactly --- below {below}",
        1,
        1,
        len(FENCE),
    )


def closing(line: str, number: int) -> Fault:
    return fence_fault(line, number, f"line {number} does not close the front matter")


def front_lines(rest: str) -> Iterator[tuple[int, str]]:
    """The lines below the first fence that are no prose, each with its number in the file."""
    lines = rest.split("\n")
    for number, line in enumerate(lines, start=2):
        heading = line.startswith("# ") and not any(map(FIELD.match, lines[number - 1 : number]))
        if heading or (
            line and line[0] not in "# \t-" and not FIELD.match(line) and not CLOSES.match(line)
        ):
            return
        yield number, line


def fence_before(fault: Fault, text: str, first_line: int = 2) -> Fault:
    """The line that was meant to close a front matter, where what follows it is no YAML; else the
    fault itself."""
    if fault.rule == "front-matter-unreadable":
        for number, line in enumerate(text.split("\n"), start=first_line):
            if number <= fault.line and line[:1].strip() and fence_like(line, CLOSES):
                return closing(line, number)
    return fault


def parse(text: str, first_line: int = 2) -> Fields:
    """Read a front matter. Faults are collected, and reading goes on wherever it can."""
    fields = Fields()
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        fields.faults.append(
            Fault(
                "front-matter-refused",
                f"the front matter is larger than {MAX_BYTES // 1024} KB",
                "move prose below the second fence, and long lists into files of their own",
                first_line,
                1,
            )
        )
        return fields
    hidden = list(islice(hidden_line_ends(text, first_line), MOST_HIDDEN))
    fields.faults.extend(hidden)
    text = HIDDEN_LINE_END.sub(" ", text)
    parser = None
    try:
        parser = Parser(text)
        value = Tree(parser, fields, first_line).document()
    except yaml.YAMLError as error:
        if not hidden:  # a hidden line end makes a mess of the rest by itself
            fields.faults.append(syntax_fault(error, text, first_line))
        return fields
    except Refused as refused:
        fields.faults.append(refused.fault)
        return fields
    finally:
        if parser is not None:
            parser.dispose()
    if isinstance(value, dict):
        fields.values = value
    elif value is not None:
        slip = no_blank(text.split("\n")[0], 0)
        fields.faults.append(
            Fault(
                "front-matter-unreadable",
                "the front matter is not a list of fields",
                slip.hint if slip else "write one `name: value` on each line",
                first_line,
                1,
            )
        )
    return fields


def hidden_line_ends(text: str, first_line: int) -> Iterator[Fault]:
    """Every character that YAML takes for the end of a line, and a reader does not see as one."""
    for found in HIDDEN_LINE_END.finditer(text):
        start = text.rfind("\n", 0, found.start()) + 1
        yield Fault(
            "front-matter-refused",
            f"the front matter holds the hidden line end U+{ord(found[0]):04X}",
            "type a blank in its place",
            first_line + text.count("\n", 0, found.start()),
            found.start() - start + 1,
        )


MOST_HIDDEN = 20  # of one file; whoever mends these sees the others then


class Refused(Exception):
    """What we do not read any further: nesting beyond all sense, a second document."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Tree:
    """Builds plain values out of YAML events, and notes where each stands."""

    def __init__(self, parser: Any, fields: Fields, first_line: int) -> None:
        self.next = parser.get_event
        self.fields = fields
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
        self.fields.spans[path] = self.span(event)
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor or event.tag:
                self.refuse_extras(event)
            if not event.value.isascii() and HALF.search(event.value):
                self.refuse(event, "holds half a character", "write the character itself")
                self.fields.refused.add(path)
                return None
            return event.value if event.style else self.scalar(event, path)
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, f"uses the alias *{str(event.anchor)[:30]}", "write the value out")
            self.fields.refused.add(path)
            return None
        if depth >= MAX_DEPTH:
            raise Refused(
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
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(
                    event, "uses a list or a mapping as a key", "use a plain word as the key"
                )
                self.value(event, (*path, "?"), depth + 1)
                self.value(self.next(), (*path, "?"), depth + 1)
                continue
            key = event.value
            if event.anchor or event.tag or (key == "<<" and not event.style):
                self.refuse_extras(event)
            if key in values:
                again = self.value(self.next(), (*path, "?"), depth + 1)
                self.fields.faults.append(self.duplicate(event, (*path, key), values[key], again))
                continue
            self.fields.keys[(*path, key)] = self.span(event)
            values[key] = self.value(self.next(), (*path, key), depth + 1)
        self.close(start, event, path)
        return values

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
                    f"{text} is no number that can be reckoned with",
                    "write a number, or leave the field out",
                )
            )
            self.fields.refused.add(path)
            return None
        return text

    def close(self, start: Any, end: Any, path: Path) -> None:
        first, last = start.start_mark, end.end_mark
        if start.flow_style:
            span = Span(
                first.line + self.shift, first.column + 1, last.line + self.shift, last.column + 1
            )
        else:  # a block ends where the next token begins: say where it starts
            span = Span(first.line + self.shift, first.column + 1, first.line + self.shift, 0)
        self.fields.spans[path] = span

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return Span(
            start.line + self.shift, start.column + 1, end.line + self.shift, end.column + 1
        )

    def fault(self, event: Any, rule: str, message: str, hint: str) -> Fault:
        span = self.span(event)
        length = span.end_column - span.column if span.end_line == span.line else 1
        return Fault(rule, message, hint, span.line, span.column, max(length, 1))

    def duplicate(self, event: Any, path: Path, first: Any, again: Any) -> Fault:
        """A key that stands a second time, and what the two of them say."""
        before, name = self.fields.keys[path], f"`{str(path[-1])[:40]}`"
        line, hint = before.line, "keep the line that is right, and remove the other"
        if isinstance(first, dict | list) or isinstance(again, dict | list):
            said, hint = f", after line {line}", "put all that is right under one of the two"
        elif first == again:
            said, hint = f", and says the same as on line {line}", "remove this line"
        else:
            said = f": {in_short(again)}, after {in_short(first)} on line {line}"
        message = f"{name} stands here a second time{said}"
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
        yield f"sets the anchor &{event.anchor[:30]}", "write the value out wherever it is needed"
    if event.tag:
        yield f"uses the tag {event.tag[:40]}", "remove it; fields have their types already"
    if getattr(event, "value", None) == "<<":
        yield "uses the merge key <<", "write the fields out"


def syntax_fault(error: yaml.YAMLError, text: str, first_line: int) -> Fault:
    """What libyaml could not read: the slip behind it where one is known, else its own words.

    libyaml notices late: a quote left open at the next one, a blank left out on the line below.
    """
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
    if any(each in said for each in NEVER_CLOSED):  # noticed where the text ends, begun elsewhere
        mark = getattr(error, "context_mark", None) or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    slip = slip_behind(said, text.split("\n"), line)
    if slip is None:
        hint = next(
            (hint for each, hint in SYNTAX_HINTS.items() if each in said),
            "compare with the lines around it; quote text that holds `: ` or `#`",
        )
        said = next((plain for each, plain in IN_PLAIN_WORDS.items() if each in said), said)
        slip = Slip(line, column, said, hint)
    return Fault(
        "front-matter-unreadable",
        f"the front matter cannot be read: {slip.said}",
        slip.hint,
        slip.line + first_line,
        slip.column + 1,
    )


# The slip behind a fault ---------------------------------------------------------------------


class Slip(NamedTuple):
    """What an author did that is no YAML, and where. Lines and columns count from zero."""

    line: int
    column: int
    said: str
    hint: str


MERGE = re.compile(r"(?:<{7}|>{7})[ ]")
TAB = re.compile(r"[ ]*\t")
NO_BLANK = re.compile(r"([ ]*(?:-[ ]+)?)([A-Za-z_]\w*):([^\s:/].*)")
TEXT = re.compile(r"([ ]*(?:-[ ]+)?)([A-Za-z_][\w.-]*):[ ]+([^\s\"'\[{|>&*!#].*)")
AFTER_QUOTE = re.compile(r"""([ ]*(?:-[ ]+)?)([\w.-]+):[ ]+("[^"]*"|'[^']*')[ ]*[^\s#,'"].*""")
EQUALS = re.compile(r"[ ]*([A-Za-z_]\w*)[ ]*=[ ]*(.+)")
MOST_QUOTED = 60  # characters that a hint repeats


def slip_behind(said: str, lines: list[str], at: int) -> Slip | None:
    """The slip that most likely made libyaml stop at this line; None where none is known."""
    above = next((n for n in range(min(at, len(lines)) - 1, -1, -1) if lines[n].strip()), None)
    marks = [n for n, line in enumerate(lines) if MERGE.match(line)]
    if marks:
        said = "git left two versions of a change here, between <<<<<<< and >>>>>>>"
        hint = "keep the lines of one version, and delete the others and the marks around them"
        return Slip(marks[0], 0, said, hint)
    quote = open_quote("\n".join(lines), at + 1)
    if quote is not None:
        row, column = quote
        single = lines[row][column : column + 1] == "'"
        hint = "close the quote that opens here"
        hint += "; inside single quotes an apostrophe is written ''" if single else ""
        return Slip(*quote, "a quote is not closed on its line", hint)
    for n in (at, above):
        if n is not None and n < len(lines):
            slip = tab(lines, n) or no_blank(lines[n], n) or reserved(lines[n], n, said)
            if slip is not None:
                return slip
    if "could not find expected ':'" in said and above is not None:
        return no_field(lines[above], above)
    if at >= len(lines) or not any(each in said for each in ("mapping values", "expected key")):
        return None
    return (
        (below_value(lines, at, above) if above is not None else None)
        or colon_in_text(lines[at], at)
        or text_after_quote(lines[at], at)
    )


def tab(lines: list[str], number: int) -> Slip | None:
    """A tab before a field; where the field above has its value, the blanks would be too many."""
    found = TAB.match(lines[number])
    if found is None:
        return None
    above = next((line for line in reversed(lines[:number]) if line.strip()), "")
    complete = re.match(r"([ ]*)[\w.-]+:[ ]+[^\s#|>]", above)
    name = lines[number].strip().partition(":")[0][:MOST_QUOTED]
    hint = (
        f"take the tab away, so that `{name}` begins in the column of the line above"
        if complete
        else "indent with blanks, not tabs"
    )
    return Slip(number, found.end() - 1, "a tab stands where the line begins", hint)


def no_blank(line: str, number: int) -> Slip | None:
    """`owner:Bart`: to YAML this is one word."""
    found = NO_BLANK.fullmatch(line)
    if found is None or ": " in line or line.endswith(":"):
        return None
    said = f"a blank is missing after the colon of `{found[2]}`"
    hint = f"write `{found[2]}: {found[3][:MOST_QUOTED]}`"
    return Slip(number, len(found[1]), said, hint)


def reserved(line: str, number: int, said: str) -> Slip | None:
    """`owner: @bart`: a character that YAML keeps for itself."""
    found = TEXT.fullmatch(line)
    if "cannot start any token" not in said or found is None or found[3][0] not in "@`%":
        return None
    what = f"a text begins with {found[3][0]}, which YAML keeps for itself"
    return Slip(number, found.start(3), what, in_quotes(found[2], found[3]))


def no_field(line: str, number: int) -> Slip | None:
    """A line that is not `name: value`."""
    if ":" in line:
        return None
    column = len(line) - len(line.lstrip())
    found = EQUALS.fullmatch(line)
    hint = (
        f"write `{found[1]}: {found[2][:MOST_QUOTED]}`"
        if found
        else ("write `name: value`; or indent it, if it goes on with the text above")
    )
    return Slip(number, column, "this line is not `name: value`", hint)


def below_value(lines: list[str], at: int, above: int) -> Slip | None:
    """Fields or a list, indented below a field that has its value on its own line."""
    found = TEXT.fullmatch(lines[above])
    line = lines[at]
    column = len(line) - len(line.lstrip())
    is_list = line.lstrip().startswith("- ")
    if found is None or column < len(found[1]) or not (is_list or column > len(found[1])):
        return None
    value = found[3][:MOST_QUOTED]
    said = f"this stands below `{found[2]}: {value}`, which has its value already"
    hint = (
        f"take `{value}` out of the line above"
        if is_list
        else (f"begin it in the column of `{found[2]}`; or take `{value}` out of the line above")
    )
    return Slip(at, column, said, hint)


def colon_in_text(line: str, number: int) -> Slip | None:
    """`title: Checkout: on one page`: a colon and a blank make a field of what is before them."""
    found = TEXT.fullmatch(line)
    if found is None:
        return None
    inside = re.search(r":(?: |\Z)", found[3])
    if inside is None:
        return None
    what = "a text holds a colon and a blank, and no quotes stand around it"
    return Slip(number, found.start(3) + inside.start(), what, in_quotes(found[2], found[3]))


def text_after_quote(line: str, number: int) -> Slip | None:
    """`title: "Checkout" on one page`: a text that is quoted is quoted as a whole."""
    found = AFTER_QUOTE.fullmatch(line)
    if found is None:
        return None
    text = line[found.start(3) :]
    return Slip(
        number, found.end(3), "more text follows the closing quote", in_quotes(found[2], text)
    )


def in_quotes(name: str, text: str) -> str:
    """The order to write a text in quotes."""
    text = re.sub(r"[ ]+#.*\Z", "", text).rstrip()
    if len(text) > MOST_QUOTED:
        return f"put double quotes around all that follows `{name}:`"
    if '"' in text or "\\" in text:
        doubled = text.replace("'", "''")
        return f"write `{name}: '{doubled}'`"
    return f'write `{name}: "{text}"`'


QUOTED = re.compile(r"""[ ]*(?:-[ ]+)?[\w.-]+:[ ]+(["'])(.*)""")


def open_quote(text: str, lines: int) -> tuple[int, int] | None:
    """Where in the first lines a value opens a quote and does not close it; both from zero."""
    for number, line in enumerate(text.split("\n")[:lines]):
        found = QUOTED.match(line)
        if found is None:
            continue
        said = found[2].replace("\\\\", "").replace('\\"', "") if found[1] == '"' else found[2]
        if said.count(found[1]) % 2 == 0:
            return number, found.start(1)
    return None


# What libyaml says, in words of somebody who writes a front matter.
IN_PLAIN_WORDS = {
    "mapping values are not allowed": "a second `name:` begins on this line",
    "expected key": "this line does not fit those above it",
    "<block end>": "this line does not fit those above it",
    "expected ',' or ']'": "the list that opens here is not closed",
    "expected ',' or '}'": "the set of fields that opens here is not closed",
    "expected '-' indicator": "a field stands beside the entries of a list",
    "could not find expected ':'": "a line is not `name: value`",
    "node content": "a value is missing here",
    "escape": "a backslash stands in double quotes before a letter that needs none",
    "alphabetic or numeric": "a text begins with & or *, which YAML keeps for itself",
    "block sequence entries are not allowed": "a list begins on the line of its field",
    "expected comment or line break": "text follows | or > on the same line",
    "document start": "the fields after the first begin in another column than it",
    "characters are not allowed": "it holds an invisible control character",
}
# In the words of libyaml, and of PyYAML's own parser where libyaml is not there.
NEVER_CLOSED = ("unexpected end of stream", "expected ',' or ']'", "expected ',' or '}'")
SYNTAX_HINTS = {
    "unexpected end of stream": "close the quote that opens here",
    "expected ',' or ']'": "close the list that opens here with ], or put a comma in it",
    "expected ',' or '}'": "close the mapping that opens here with }, or put a comma in it",
    "tab character": "indent with blanks, not tabs",
    "character '\\t'": "indent with blanks, not tabs",
    "cannot start any token": "indent with blanks, not tabs; quote text that starts with @, ` or %",
    "mapping values are not allowed": "quote text that holds `: `, or check the indentation",
    "could not find expected ':'": "write `name: value`, or check the indentation",
    "expected '-' indicator": "a list and fields cannot stand side by side: indent one of them",
    "expected key": "begin it in the column of the fields that it belongs to;"
    " inside single quotes write '' for an apostrophe",
    "block sequence entries": "begin the list on the next line, or write it in brackets: [a, b]",
    "comment or line break": "begin the text on the next line, indented",
    "<block end>": "check the indentation; inside single quotes write '' for an apostrophe",
    "node content": "write a value here, or take the mark before it away",
    "escape": "write two backslashes for one, or use single quotes",
    "hexdecimal": "write two backslashes for one, or use single quotes",
    "URI": "quote text that starts with an exclamation mark",
    "alphabetic or numeric": "quote text that starts with & or *",
    "characters are not allowed": "remove the invisible control character",
    "document start": "begin all fields in the first column",
}
