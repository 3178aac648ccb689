"""Slips: what an author did that is no YAML, and what to write, behind what libyaml says of it."""

import re

import yaml

from leanfolio.read.yaml.quoting import MOST_QUOTED, Slip, after_bracket, flow_slip, in_quotes
from leanfolio.read.yaml.yaml_error import Fault


def syntax_fault(error: yaml.YAMLError, text: str, first_line: int) -> Fault:
    """What libyaml could not read: the slip behind it where one is known, else its own words.

    libyaml notices late: a quote left open at the next one, a blank left out on the line below.
    """
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
    if any(each in said for each in NEVER_CLOSED):  # noticed where the text ends, begun elsewhere
        mark = getattr(error, "context_mark", None) or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    slip = slip_of_flow(error, text.split("\n")) or slip_behind(said, text.split("\n"), line)
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


def slip_of_flow(error: yaml.YAMLError, lines: list[str]) -> Slip | None:
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
    return flow_slip(lines, context.line, column, mark.line if mark else context.line)


# The slip behind a fault ---------------------------------------------------------------------


MERGE = re.compile(r"(?:<{7}|>{7})[ ]")
TAB = re.compile(r"[ ]*\t")
NO_BLANK = re.compile(r"([ ]*(?:-[ ]+)?)([A-Za-z_]\w*):([^\s:/].*)")
TEXT = re.compile(r"([ ]*(?:-[ ]+)?)([A-Za-z_][\w.-]*):[ ]+([^\s\"'\[{|>&*!#].*)")
AFTER_QUOTE = re.compile(r"""([ ]*(?:-[ ]+)?)([\w.-]+):[ ]+("[^"]*"|'[^']*')[ ]*[^\s#,'"].*""")
EQUALS = re.compile(r"[ ]*([A-Za-z_]\w*)[ ]*=[ ]*(.+)")


def slip_behind(said: str, lines: list[str], at: int) -> Slip | None:
    """The slip that most likely made libyaml stop at this line; None where none is known."""
    above = next((n for n in range(min(at, len(lines)) - 1, -1, -1) if lines[n].strip()), None)
    marks = [n for n, line in enumerate(lines) if MERGE.match(line)]
    if marks:
        said = "git left two versions of a change here, between <<<<<<< and >>>>>>>"
        hint = "keep the lines of one version, and delete the others and the marks around them"
        return Slip(marks[0], 0, said, hint)
    bracket = next(
        (slip for n in (at, above) if n is not None and (slip := after_bracket(lines, n))), None
    )
    if bracket is not None:
        return bracket
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
