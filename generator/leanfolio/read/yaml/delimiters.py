"""Fences: the two lines that a front matter stands between, and lines that were meant as one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from leanfolio.read.yaml.yaml_error import YamlError

FENCE = "---"


class Halves(NamedTuple):
    """A file cut at its fences. `yaml` is None where the file has no front matter."""

    yaml: str | None
    body: str
    body_line: int
    fault: YamlError | None = None


def split(text: str) -> Halves:
    """Cut a file at its two fences, lines of exactly three dashes."""
    first, _, rest = text.partition("\n")
    if first != FENCE:
        return Halves(None, text, 1, opening_error(text, first))
    if rest == FENCE or rest.startswith(FENCE + "\n"):
        return Halves("", rest[len(FENCE) + 1 :], 3)
    end = rest.find("\n---\n")
    if end < 0:
        if not rest.endswith("\n---"):
            return Halves(None, "", 1, unclosed_error(rest))
        end = len(rest) - 4
    head = rest[: end + 1]
    return Halves(head, rest[end + 5 :], head.count("\n") + 3)


# A line that was meant as a fence ------------------------------------------------------------

OPENS = re.compile(r"(?:[-–*_+=~`.][-—–*_+=~`. \t]+|—[-—– ]*)(?:ya?ml)?\Z")
CLOSES = re.compile(r"(?:[-–*_+=.][-—–*_+=. \t]+|—[-—– ]*)\Z")
FIELD = re.compile(r"""["']?[A-Za-z_][\w-]*["']?[ ]*:(?:\s|\Z)""")
JSON = re.compile(r'(?:---[ ]?json[ ]*\n)?\s*\{\s*"[^"\n]*"\s*:')
TOML = re.compile(r"[A-Za-z_][\w-]* = ")
MOST_MARKS = 12  # more of them are a line drawn across the page


def opening_error(text: str, first: str) -> YamlError | None:
    """What is wrong with the first fence, where the file looks as if it had one."""
    if first.startswith(FENCE) and not first.strip("- \t"):
        return opening(first, 1) if len(first) < MOST_MARKS else None
    if JSON.match(text):
        said = "the file begins with JSON, not with a front matter"
        hint = (
            "write the fields as YAML, one `name: value` a line, between two lines of exactly ---"
        )
        return YamlError("front-matter-unclosed", said, hint, 1, 1, max(len(first), 1))
    lines = text[:2000].split("\n")
    number = next((n for n, line in enumerate(lines, start=1) if line.strip()), 1)
    line, below = lines[number - 1], lines[number : number + 1]
    if not below or not (FIELD.match(below[0]) or TOML.match(below[0])):
        return None
    if line == FENCE:
        return YamlError(
            "front-matter-unclosed",
            f"the front matter begins on line {number}, and has to begin on the first",
            f"remove what stands above it: {'a blank line' if number == 2 else 'blank lines'}",
            number,
            1,
            len(FENCE),
        )
    return opening(line, number) if looks_like_delimiter(line, OPENS) else None


def looks_like_delimiter(line: str, marks: "re.Pattern[str]") -> bool:
    """Whether who wrote this line most likely meant a fence: ----, ***, --- and a blank."""
    bare = line.strip()
    return line != FENCE and len(bare) < MOST_MARKS and marks.match(bare) is not None


def opening(line: str, number: int) -> YamlError:
    where = "the first line" if number == 1 else f"line {number}"
    return delimiter_error(line, number, f"{where} opens no front matter")


def delimiter_error(line: str, number: int, failed: str) -> YamlError:
    """What exactly is wrong with a line that was meant as a fence."""
    bare = line.strip()
    before = len(line) - len(line.lstrip())
    if bare == FENCE and before:
        text = f"has {'a blank' if before == 1 else f'{before} blanks'} before its dashes"
    elif bare == FENCE:
        text = "has a blank after its dashes, which nobody sees"
    elif not bare.strip("-"):
        text = f"has {len(bare)} dashes, not three"
    else:
        text = f"is {bare}, not ---"
    hint = "write exactly --- on this line: three dashes, with nothing before or after them"
    if bare == "+++":
        hint = (
            "write --- here and below the fields, which are YAML: `title: ...`, not `title = ...`"
        )
    return YamlError(
        "front-matter-unclosed",
        f"{failed}: it {text}",
        hint,
        number,
        1,
        max(len(line), 1),
    )


def unclosed_error(rest: str) -> YamlError:
    """The line that was meant to close a front matter; without one, the fence that opens it."""
    last, indented = 1, None
    for number, line in front_lines(rest):
        if looks_like_delimiter(line, CLOSES):
            if line[0] not in " \t":
                return closing(line, number)
            indented = indented or closing(line, number)  # it may be part of a text
        if line.strip() and not line.startswith("#"):
            last = number
    if indented is not None:
        return indented
    below = f"line {last}, the last of its fields" if last > 1 else "its last field"
    return YamlError(
        "front-matter-unclosed",
        "the front matter that starts here is never closed",
        f"write a line of exactly --- below {below}",
        1,
        1,
        len(FENCE),
    )


def closing(line: str, number: int) -> YamlError:
    return delimiter_error(line, number, f"line {number} does not close the front matter")


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


def earlier_delimiter(fault: YamlError, text: str, first_line: int = 2) -> YamlError:
    """The line that was meant to close a front matter, where what follows it is no YAML; else the
    fault itself."""
    if fault.rule == "front-matter-unreadable":
        for number, line in enumerate(text.split("\n"), start=first_line):
            if number <= fault.line and line[:1].strip() and looks_like_delimiter(line, CLOSES):
                return closing(line, number)
    return fault
