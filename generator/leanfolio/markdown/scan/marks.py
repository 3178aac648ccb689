"""The marks with which a line begins something: a heading, a fence, a list item, a table."""

import re

# A line that begins with none of these, outside all containers, is more of the paragraph.
MARKERS = frozenset("\t #>-+*_0123456789`~=[|:")
LEADING = re.compile(r"[ \t>*+\-0-9.)]*")
INTO_QUOTE = re.compile(r" {0,3}> ?")
ATX = re.compile(r"#{1,6}(?=[ \t]|$)")
FENCE = re.compile(r"(`{3,})(?=[^`]*$)|(~{3,})")
ITEM = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?= |$)")
TASK = re.compile(r"\[[ xX]\][ \t]")
ALERT = re.compile(r"\[!(?:note|tip|important|warning|caution)\][ \t]*$", re.IGNORECASE)
FOOTNOTE = re.compile(r"\[\^[^\] ]+\]:")
DELIMITER = re.compile(r"(?:[|:][|:\- \t]|-[|:\-])[|:\- \t]*$")
ALIGN = re.compile(r":?-+:?$")
PIPE = re.compile(r"(?<!\\)\|")


def is_rule(stripped: str) -> bool:
    """Whether a line is nothing but three or more of one of `-*_`."""
    first = stripped[0]
    if first not in "-*_":
        return False
    marks = stripped.replace(" ", "").replace("\t", "")
    return len(marks) >= 3 and not marks.strip(first)


def begins(stripped: str) -> bool:
    """Whether a line in a table begins something that ends the table."""
    return (
        stripped[0] == ">"
        or ATX.match(stripped) is not None
        or FENCE.match(stripped) is not None
        or ITEM.match(stripped) is not None
        or is_rule(stripped)
    )


def cells(row: str) -> list[tuple[int, str]]:
    """The cells of a table's row, each with its offset in the row."""
    trimmed = row.rstrip()
    start, result = 0, []
    for pipe in PIPE.finditer(trimmed):
        result.append((start, trimmed[start : pipe.start()]))
        start = pipe.end()
    result.append((start, trimmed[start:]))
    result = result[not result[0][1] :]
    if result and not result[-1][1]:
        result.pop()
    return [(offset + len(cell) - len(cell.lstrip()), cell.strip()) for offset, cell in result]
