"""One thing wrong in the content, said so that its author can put it right."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "off"]
# A date, or a number that is no part of an id: 41, 1,200,000, 62.5 or 4th.
FIGURE = re.compile(r"(?<![\w.-])(\d{4}-\d\d-\d\d|\d+(?:[.,]\d+)*(?:st|nd|rd|th)?)(?![\w-])")


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where something stands in the content. Lines and columns count from 1.

    `length` is the number of characters meant on that line: what a caret underlines.
    """

    path: PurePosixPath
    line: int = 1
    column: int = 1
    length: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Related(Struct, frozen=True, order=True):
    """Another place that belongs to a problem: the first of two duplicates, a step of a cycle."""

    at: Place
    note: str


class Problem(Struct, frozen=True, order=True):
    """Sorts by place, so that a report reads as the files do."""

    at: Place
    rule: str
    message: str  # what is wrong, as a full clause: "EP-1 has parent VS-7, which ..."
    hint: str  # what to do now, as an order: "create it, or correct the id"
    severity: Severity = "error"
    related: tuple[Related, ...] = ()


def fingerprint(problem: Problem) -> str:
    """A fault in words that do not change when lines move or days go by."""
    text = FIGURE.sub("#", problem.message)
    line = f"{problem.at.path}: {problem.rule}: {text}"
    return "".join(entry if entry.isprintable() else "?" for entry in line)
