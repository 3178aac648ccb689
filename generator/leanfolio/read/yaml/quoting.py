"""Text that needs quotes: which text of a field YAML takes for something else, and the cure."""

import re
from typing import NamedTuple

from leanfolio.wording import tell

MOST_QUOTED = 60  # characters that a hint repeats


class SyntaxHint(NamedTuple):
    """What an author did that is no YAML, and where. Lines and columns count from zero."""

    line: int
    column: int
    said: str
    hint: str


def quoted_text(name: str, text: str, comment: bool = True) -> str:
    """The order to write a text in quotes; with `comment`, ` # ...` at its end is none of it."""
    text = (re.sub(r"[ ]+#.*\Z", "", text) if comment else text).rstrip()
    if len(text) > MOST_QUOTED:
        return tell("put double quotes around all that follows `{name}:`", name=name)
    if '"' in text or "\\" in text:
        doubled = text.replace("'", "''")
        return tell("write `{name}: {text}`", name=name, text=f"'{doubled}'")
    return tell("write `{name}: {text}`", name=name, text=f'"{text}"')


# Brackets before a text ------------------------------------------------------------------------

BRACKETED = re.compile(
    r"([ ]*(?:-[ ]+)?)([\w.-]+):[ ]+((?:\[[^\[\]]*\]|\{[^{}]*\})[ ]*[^\s#,\]}].*)"
)


def after_bracket(lines: list[str], number: int) -> SyntaxHint | None:
    """`title: [urgent] Move the depots`: a bracket begins a list, and text follows it."""
    found = BRACKETED.fullmatch(lines[number]) if number < len(lines) else None
    if found is None:
        return None
    mark, what = ("[", "list") if found[3][0] == "[" else ("{", "set of fields")
    said = f"a text begins with {mark}, which begins a {what}"
    return SyntaxHint(number, found.start(3), said, quoted_text(found[2], found[3]))


# Text inside braces ----------------------------------------------------------------------------

FIELD = re.compile(r"(?:\A|[{,])[ ]*([A-Za-z_][\w.-]*):[ ]+")
CLOSED = re.compile(r"""[ ]*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ ]*(?=[,}\]]|\Z)""")
COMMA_LEFT_OUT = re.compile(r"[\d.%-]+ [A-Za-z_]\w*:(?: |\Z)")
LEADING = re.compile(r"[@`%&*!|>]|[?-][ ]")


def flow_hint(lines: list[str], line: int, column: int, last: int) -> SyntaxHint | None:
    """The text inside braces that wants quotes; None where a brace or comma alone is missing.

    Looks from where the braces open to the last line of them that could be read.
    """
    for number in range(line, min(last + 1, len(lines))):
        if slip := hint_on_line(lines[number], number, column if number == line else 0):
            return slip
    return None


def hint_on_line(whole: str, line: int, column: int) -> SyntaxHint | None:
    """The text on one line inside braces that wants quotes.

    A value reaches to the next `, name: ` or to the brace that closes them; where a comment mark
    hides that brace, to the end of the line.
    """
    written = whole[column:]
    fields = list(FIELD.finditer(written))
    for found, following in zip(fields, [*fields[1:], None], strict=False):
        value = plain_value(written[found.end() : following.start() if following else len(written)])
        said = wants_quotes(value)
        if said is not None:
            text = unquoted(value)
            return SyntaxHint(
                line, column + found.end(), said, quoted_text(found[1], text, comment=False)
            )
    return None


def plain_value(written: str) -> str:
    """A value without what closes the braces around it: it ends before a bracket that it lacks."""
    closed = CLOSED.match(written)
    if closed:
        return closed[1]
    depth = 0
    for index, character in enumerate(written):
        depth += (character in "[{") - (character in "]}")
        if depth < 0:
            return written[:index].strip()
    return written.strip().rstrip(",")


def wants_quotes(value: str) -> str | None:
    """Why a text inside braces cannot stand without quotes; None where it can."""
    if not value or CLOSED.fullmatch(value):
        return None
    if value[0] in "\"'":
        other = value.count(value[0]) < 2
        return "a quote opens here and is not closed" if other else "text follows a closing quote"
    if value[0] in "[{":
        after = re.match(r"(?:\[[^\[\]]*\]|\{[^{}]*\})[ ]*\S", value)
        return f"a text begins with {value[0]}, which YAML keeps for itself" if after else None
    if LEADING.match(value):
        return f"a text begins with {value[0]}, which YAML keeps for itself"
    if COMMA_LEFT_OUT.match(value):
        return None
    if value.endswith(":"):
        return "a text inside braces ends in a colon, and no quotes stand around it"
    if ": " in value:
        return "a text inside braces holds a colon and a blank, and no quotes stand around it"
    if re.search(r"(?:\A| )#", value):
        return "a text inside braces holds a # after a blank, which begins a comment"
    if bracket := re.search(r"[\[{]", value):
        return f"a text inside braces holds {bracket[0]}, which YAML keeps for itself"
    return None


def unquoted(value: str) -> str:
    """The text as it was meant, without a quote that stands at one of its ends alone."""
    value = value.strip()
    if value[:1] == '"' and value.count('"') == 1:
        return value[1:]
    return value
