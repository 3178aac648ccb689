"""A baseline: the faults that were there when a rule came, so that only new ones fail.

A line for each known fault, in words that a reviewer can read. It names the rule, the file and the
message, but neither line nor figures: a fault that moved, or whose days went by, is the same.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from leanfolio.problem import Problem, fingerprint

HEADER = """\
# Faults that `leanfolio check` knew when this was written: they stay quiet, new ones do not.
# Delete a line when its fault is fixed.
"""


class Beyond(NamedTuple):
    """Problems beside a baseline: new ones, known ones, and lines whose problem is gone."""

    new: list[Problem]
    known: list[Problem]
    gone: list[str]


def baseline_of(problems: Iterable[Problem]) -> str:
    """The text of a baseline file for these faults; the same fault twice is two lines."""
    return HEADER + "".join(f"{line}\n" for line in sorted(map(fingerprint, problems)))


def beyond(problems: Iterable[Problem], baseline: str) -> Beyond:
    """These faults against a baseline. Of two alike with one known, the later is new."""
    known = Counter(
        line for line in baseline.splitlines() if line.strip() and not line.startswith("#")
    )
    split = Beyond([], [], [])
    for problem in problems:
        line = fingerprint(problem)
        if known[line]:
            known[line] -= 1
            split.known.append(problem)
        else:
            split.new.append(problem)
    split.gone.extend(sorted(known.elements()))
    return split
