"""A report: problems with the text of the files they are in, which every form of it is made of."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from msgspec import Struct

from leanfolio.problem import Place, Problem, fingerprint

SEVEREST = ("error", "warning", "off")
ESCAPED = re.compile("[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Report(Struct, frozen=True, dict=True):
    """Problems, and the files that they are in. `prefix` is the folder of the content.

    `left_out` are others that were found and not asked for.
    """

    problems: tuple[Problem, ...]
    texts: Mapping[str, bytes]
    prefix: str = ""
    as_of: date | None = None
    left_out: tuple[Problem, ...] = ()

    def path(self, place: Place) -> str:
        """The path as it is from the project's folder."""
        return f"{self.prefix}{place.path}"

    def source(self, place: Place) -> str | None:
        """The line of the file at this place; None where there is no such line."""
        lines = self.lines.get(str(place.path))
        if lines is None:
            data = self.texts.get(str(place.path))
            lines = [] if data is None or b"\0" in data else split_lines(data)
            self.lines[str(place.path)] = lines
        return lines[place.line - 1] if 0 < place.line <= len(lines) else None

    @cached_property
    def lines(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(problem.severity for problem in self.problems)

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """One for each problem: the same while lines move; of two alike, two."""
        earlier: Counter[str] = Counter()
        fingerprints = []
        for problem in self.problems:
            line = fingerprint(problem)
            fingerprints.append(
                sha256(f"{line}\n{earlier[line]}".encode(errors="replace")).hexdigest()[:40]
            )
            earlier[line] += 1
        return tuple(fingerprints)


def split_lines(data: bytes) -> list[str]:
    """The lines of a file, cut as the reader cuts them."""
    text = data.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def most_severe_first(report: Report) -> Sequence[int]:
    """The numbers of the problems, errors before warnings, each in reading order."""
    return sorted(
        range(len(report.problems)),
        key=lambda number: SEVEREST.index(report.problems[number].severity),
    )


def dumped(value: Any) -> str:
    """JSON that is readable, and in which no character can act on a terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", surrogates_escaped(text)) + "\n"


def surrogates_escaped(text: str) -> str:
    """Halves of characters, which no encoding can write, as JSON escapes."""
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)
