"""Data quality: can I trust this?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from leanfolio.problem import Problem
from leanfolio.views.phrase import capital, count


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem, in the words and keys of `check --format json`."""

    rule: str
    severity: str
    file: str
    line: int
    column: int
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class RuleCount:
    rule: str
    severity: str
    count: int
    law: str


@dataclass(frozen=True, slots=True)
class Counts:
    error: int
    warning: int


@dataclass(frozen=True, slots=True)
class Problems:
    finding: str
    lede: str
    problems: tuple[ProblemRow, ...]
    counts: Counts
    by_rule: tuple[RuleCount, ...]


def row(problem: Problem) -> ProblemRow:
    place = problem.at
    return ProblemRow(
        problem.rule,
        problem.severity,
        str(place.path),
        place.line,
        place.column,
        problem.message,
        problem.hint,
    )


def problems_view(problems: Iterable[Problem], laws: dict[str, str]) -> Problems:
    """All problems by place, and how many of each rule; `laws` tells each rule in a sentence."""
    rows = tuple(row(problem) for problem in sorted(problems))
    errors = sum(1 for each in rows if each.severity == "error")
    warnings = len(rows) - errors
    tally = Counter((each.severity, each.rule) for each in rows)
    return Problems(
        finding=problems_finding(errors, warnings),
        lede="Every rule is checked on every build; an error stops the build, a warning does not.",
        problems=rows,
        counts=Counts(errors, warnings),
        by_rule=tuple(
            RuleCount(rule, severity, number, laws.get(rule, ""))
            for (severity, rule), number in sorted(
                tally.items(), key=lambda item: (item[0][0], -item[1], item[0][1])
            )
        ),
    )


def problems_finding(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return "No rule is broken"
    said = [count(errors, "error")] if errors else []
    said += [count(warnings, "warning")] if warnings else []
    return capital(" and ".join(said)) + " in the content"
