"""What an author did that is no YAML, and what to write, behind what libyaml says of it."""

import re

import yaml

from leanfolio.read.yaml.parser import Parser
from leanfolio.read.yaml.quoting import (
    MOST_QUOTED,
    SyntaxHint,
    after_bracket,
    flow_hint,
    quoted_text,
)
from leanfolio.read.yaml.yaml_error import YamlError


def syntax_error(error: yaml.YAMLError, text: str, first_line: int) -> YamlError:
    """What libyaml could not read of a front matter that begins on this line of its file."""
    slip = slip_behind(error, text)
    return YamlError(
        "front-matter-unreadable",
        f"the front matter cannot be read: {slip.said}",
        slip.hint,
        slip.line + first_line,
        slip.column + 1,
    )


def syntax_fault(text: str) -> SyntaxHint | None:
    """What is no YAML in a whole file of it, lines and columns from 1; None where all is."""
    try:
        for _ in yaml.parse(text, Loader=Parser):
            pass
    except yaml.YAMLError as error:
        slip = slip_behind(error, text)
        return slip._replace(line=slip.line + 1, column=slip.column + 1)
    return None


def slip_behind(error: yaml.YAMLError, text: str) -> SyntaxHint:
    """The slip behind what libyaml could not read, where one is known; else its own words.

    libyaml notices late: a quote left open at the next one, a blank left out on the line below.
    """
    error = never_closed(error, text)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
    if any(
        value in words for value in NEVER_CLOSED
    ):  # noticed where the text ends, begun elsewhere
        mark = getattr(error, "context_mark", None) or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    slip = (
        hint_in_braces(error, lines)
        or hint_in_open_braces(text, getattr(mark, "index", 0), lines, line)
        or find_syntax_hint(words, lines, line)
        or reserved_at(words, lines, line, column)
    )
    if slip is None:
        hint = next(
            (hint for value, hint in SYNTAX_HINTS.items() if value in words),
            "compare with the lines around it; quote text that holds `: ` or `#`",
        )
        words = next((plain for value, plain in IN_PLAIN_WORDS.items() if value in words), words)
        slip = SyntaxHint(line, column, words, hint)
    return slip


def never_closed(error: yaml.YAMLError, text: str) -> yaml.YAMLError:
    """What libyaml says of the bracket that is open where a text ends, if a value is missing there.

    Of `tags: [` it names the end alone; a value behind it shows what is not closed.
    """
    mark = getattr(error, "problem_mark", None)
    if mark is None or "node content" not in str(error) or text[mark.index :].strip():
        return error
    try:
        for _ in yaml.parse(f"{text}x", Loader=Parser):
            pass
    except yaml.YAMLError as later:
        return later
    return error


def hint_in_braces(error: yaml.YAMLError, lines: list[str]) -> SyntaxHint | None:
    """The text inside braces that wants quotes, where it was braces that could not be read."""
    context, mark = (getattr(error, f"{name}_mark", None) for name in ("context", "problem"))
    what = str(getattr(error, "context", ""))
    if context is None or not any(each in what for each in ("flow mapping", "quoted scalar")):
        return None
    column = context.column
    if "quoted" in what:
        column = lines[context.line].find("{") if context.line < len(lines) else -1
        if not 0 <= column < context.column:
            return None
    return flow_hint(lines, context.line, column, mark.line if mark else context.line)


def hint_in_open_braces(text: str, index: int, lines: list[str], last: int) -> SyntaxHint | None:
    """The same, where libyaml does not say that it stopped inside braces.

    Of the text before the error it says so, as the braces are not closed there; a letter behind it
    stands for the value that could not be read.
    """
    try:
        for _ in yaml.parse(f"{text[:index]}x", Loader=Parser):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark
        if mark is not None and "flow mapping" in str(error.context):
            return flow_hint(lines, mark.line, mark.column, last)
    except yaml.YAMLError:
        pass
    return None


def reserved_at(text: str, lines: list[str], number: int, column: int) -> SyntaxHint | None:
    """`- @bart`: a character that YAML keeps for itself, in a list."""
    character = lines[number][column : column + 1] if number < len(lines) else ""
    if "cannot start any token" not in text or character not in RESERVED or not character:
        return None
    what = f"a text begins with {character}, which YAML keeps for itself"
    return SyntaxHint(number, column, what, "put the text in double quotes")


# The slip behind a fault ---------------------------------------------------------------------


MERGE = re.compile(r"(?:<{7}|>{7})[ ]")
TAB = re.compile(r"[ ]*\t")
NO_BLANK = re.compile(r"([ ]*(?:-[ ]+)?)([A-Za-z_]\w*):([^\s:/].*)")
TEXT = re.compile(r"([ ]*(?:-[ ]+)?)([A-Za-z_][\w.-]*):[ ]+([^\s\"'\[{|>&*!#].*)")
AFTER_QUOTE = re.compile(r"""([ ]*(?:-[ ]+)?)([\w.-]+):[ ]+("[^"]*"|'[^']*')[ ]*[^\s#,'"].*""")
RESERVED = "@`%"
MARKED = re.compile(r"([ ]*(?:-[ ]+)?)([A-Za-z_][\w.-]*):[ ]+((?:[@`%&*!]|[?][ ]).*)")
STOPPED = (
    "cannot start any token",
    "alphabetic or numeric",
    "whitespace or line break",
    "mapping keys are not allowed",
)  # what libyaml says where it meets one of these characters
EQUALS = re.compile(r"[ ]*([A-Za-z_]\w*)[ ]*=[ ]*(.+)")


def find_syntax_hint(text: str, lines: list[str], at: int) -> SyntaxHint | None:
    """The slip that most likely made libyaml stop at this line; None where none is known."""
    above = next((n for n in range(min(at, len(lines)) - 1, -1, -1) if lines[n].strip()), None)
    marks = [n for n, line in enumerate(lines) if MERGE.match(line)]
    if marks:
        text = "git left two versions of a change here, between <<<<<<< and >>>>>>>"
        hint = "keep the lines of one version, and delete the others and the marks around them"
        return SyntaxHint(marks[0], 0, text, hint)
    bracket = next(
        (slip for n in (at, above) if n is not None and (slip := after_bracket(lines, n))), None
    )
    if bracket is not None:
        return bracket
    quote = unclosed_quote("\n".join(lines), at + 1)
    if quote is not None:
        row, column = quote
        single = lines[row][column : column + 1] == "'"
        hint = "close the quote that opens here"
        hint += "; inside single quotes an apostrophe is written ''" if single else ""
        return SyntaxHint(*quote, "a quote is not closed on its line", hint)
    for n in (at, above):
        if n is not None and n < len(lines):
            slip = (
                tab_indent(lines, n)
                or missing_space(lines[n], n)
                or reserved_character(lines[n], n, text)
            )
            if slip is not None:
                return slip
    if "could not find expected ':'" in text and above is not None:
        return not_a_field(lines[above], above)
    if at >= len(lines) or not any(entry in text for entry in ("mapping values", "expected key")):
        return None
    return (
        (below_value(lines, at, above) if above is not None else None)
        or colon_in_text(lines[at], at)
        or text_after_quote(lines[at], at)
    )


def tab_indent(lines: list[str], number: int) -> SyntaxHint | None:
    """A tab before a field; where the field above has its value, the blanks would be too many."""
    match = TAB.match(lines[number])
    if match is None:
        return None
    above = next((line for line in reversed(lines[:number]) if line.strip()), "")
    complete = re.match(r"([ ]*)[\w.-]+:[ ]+[^\s#|>]", above)
    name = lines[number].strip().partition(":")[0][:MOST_QUOTED]
    hint = (
        f"take the tab away, so that `{name}` begins in the column of the line above"
        if complete
        else "indent with blanks, not tabs"
    )
    return SyntaxHint(number, match.end() - 1, "a tab stands where the line begins", hint)


def missing_space(line: str, number: int) -> SyntaxHint | None:
    """`owner:Bart`: to YAML this is one word."""
    match = NO_BLANK.fullmatch(line)
    if match is None or ": " in line or line.endswith(":"):
        return None
    text = f"a blank is missing after the colon of `{match[2]}`"
    hint = f"write `{match[2]}: {match[3][:MOST_QUOTED]}`"
    return SyntaxHint(number, len(match[1]), text, hint)


def reserved_character(line: str, number: int, text: str) -> SyntaxHint | None:
    """`owner: @bart`: a character that YAML keeps for itself."""
    match = MARKED.fullmatch(line)
    if match is None or not any(each in text for each in STOPPED):
        return None
    what = f"a text begins with {match[3][0]}, which YAML keeps for itself"
    return SyntaxHint(number, match.start(3), what, quoted_text(match[2], match[3]))


def not_a_field(line: str, number: int) -> SyntaxHint | None:
    """A line that is not `name: value`."""
    if ":" in line:
        return None
    column = len(line) - len(line.lstrip())
    match = EQUALS.fullmatch(line)
    hint = (
        f"write `{match[1]}: {match[2][:MOST_QUOTED]}`"
        if match
        else ("write `name: value`; or indent it, if it goes on with the text above")
    )
    return SyntaxHint(number, column, "this line is not `name: value`", hint)


def below_value(lines: list[str], at: int, above: int) -> SyntaxHint | None:
    """Fields or a list, indented below a field that has its value on its own line."""
    match = TEXT.fullmatch(lines[above])
    line = lines[at]
    column = len(line) - len(line.lstrip())
    is_list = line.lstrip().startswith("- ")
    if match is None or column < len(match[1]) or not (is_list or column > len(match[1])):
        return None
    value = match[3][:MOST_QUOTED]
    text = f"this stands below `{match[2]}: {value}`, which has its value already"
    hint = (
        f"take `{value}` out of the line above"
        if is_list
        else (f"begin it in the column of `{match[2]}`; or take `{value}` out of the line above")
    )
    return SyntaxHint(at, column, text, hint)


def colon_in_text(line: str, number: int) -> SyntaxHint | None:
    """`title: Checkout: on one page`: a colon and a blank make a field of what is before them."""
    match = TEXT.fullmatch(line)
    if match is None:
        return None
    inside = re.search(r":(?: |\Z)", match[3])
    if inside is None:
        return None
    what = "a text holds a colon and a blank, and no quotes stand around it"
    return SyntaxHint(
        number, match.start(3) + inside.start(), what, quoted_text(match[2], match[3])
    )


def text_after_quote(line: str, number: int) -> SyntaxHint | None:
    """`title: "Checkout" on one page`: a text that is quoted is quoted as a whole."""
    match = AFTER_QUOTE.fullmatch(line)
    if match is None:
        return None
    text = line[match.start(3) :]
    return SyntaxHint(
        number, match.end(3), "more text follows the closing quote", quoted_text(match[2], text)
    )


QUOTED = re.compile(r"""[ ]*(?:-[ ]+)?[\w.-]+:[ ]+(["'])(.*)""")


def unclosed_quote(text: str, lines: int) -> tuple[int, int] | None:
    """Where in the first lines a value opens a quote and does not close it; both from zero."""
    for number, line in enumerate(text.split("\n")[:lines]):
        match = QUOTED.match(line)
        if match is None:
            continue
        words = match[2].replace("\\\\", "").replace('\\"', "") if match[1] == '"' else match[2]
        if words.count(match[1]) % 2 == 0:
            return number, match.start(1)
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
