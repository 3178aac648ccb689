"""Data quality: can I trust this?"""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from leanfolio.problem import Problem
from leanfolio.views.cell import Tag, Tone
from leanfolio.views.partial import of_what_is_shown
from leanfolio.wording import Message, Text, capitalized, listed, message, plural, readable, retold

MOST_PROBLEMS = 150  # on the page; its data have all


class ProblemRow(Struct, frozen=True):
    """A problem, in the words and keys of `check --format json`."""

    rule: str
    severity: str
    file: str
    line: int
    column: int
    message: str
    hint: str

    @property
    def place(self) -> str:
        return f"content/{self.file}:{self.line}:{self.column}"

    @property
    def tag(self) -> Tag:
        return severity_tag(self.severity)

    @property
    def said(self) -> Text:
        """What is wrong, in the words of the reader's language."""
        return retold(self.message)

    @property
    def fix(self) -> Text:
        """What to do now, as a sentence."""
        hint = retold(self.hint)
        return hint.sentence() if isinstance(hint, Message) else capitalized(self.hint)


class RuleCount(Struct, frozen=True):
    """How many problems of one rule there are, and what the rule asks for."""

    rule: str
    severity: str
    count: int
    law: str

    @property
    def tag(self) -> Tag:
        return severity_tag(self.severity)


class Counts(Struct, frozen=True):
    error: int
    warning: int


class Problems(Struct, frozen=True):
    """Every problem by place, and how many there are of each rule."""

    finding: Text
    summary: Text
    problems: tuple[ProblemRow, ...]
    counts: Counts
    by_rule: tuple[RuleCount, ...]

    @property
    def visible_rows(self) -> tuple[ProblemRow, ...]:
        return self.problems[:MOST_PROBLEMS]

    @property
    def more(self) -> Message | None:
        """How many the page leaves to its data, where it does."""
        left = len(self.problems) - MOST_PROBLEMS
        return plural("{n} more is in", "{n} more are in", left) if left > 0 else None


def severity_tag(severity: str) -> Tag:
    """A severity as a status; in English it is the word that `check` prints."""
    tone: Tone = "bad" if severity == "error" else "warn"
    return Tag(tone, readable(severity))


def problem_row(problem: Problem) -> ProblemRow:
    """Make the row of a problem."""
    place = problem.at
    return ProblemRow(
        problem.rule, problem.severity, str(place.path), place.line, place.column,
        problem.message, problem.hint,
    )  # fmt: skip


def problems_view(
    problems: Iterable[Problem], rules: Mapping[str, str], *, partial: bool = False
) -> Problems:
    """All problems by place, and how many of each rule; `rules` has a sentence for each rule.

    `partial` says that not all of the portfolio is shown, and so not all of its problems.
    """
    rows = tuple(problem_row(problem) for problem in sorted(problems))
    errors = sum(1 for row in rows if row.severity == "error")
    warnings = len(rows) - errors
    tally = Counter((row.severity, row.rule) for row in rows)
    return Problems(
        finding=problems_finding(errors, warnings, partial=partial),
        summary=message(
            "Every rule is checked on every build; an error stops the build, a warning does not."
        ),
        problems=rows,
        counts=Counts(errors, warnings),
        by_rule=tuple(
            RuleCount(rule, severity, number, rules.get(rule, ""))
            for (severity, rule), number in sorted(
                tally.items(), key=lambda item: (item[0][0], -item[1], item[0][1])
            )
        ),
    )


def problems_finding(errors: int, warnings: int, *, partial: bool) -> Message:
    """How many errors and warnings there are."""
    counts = []
    if errors:
        counts.append(plural("{n:spelled} error", "{n:spelled} errors", errors))
    if warnings:
        counts.append(plural("{n:spelled} warning", "{n:spelled} warnings", warnings))
    if not counts:
        return of_what_is_shown(
            message("No rule is broken"), message("No problem is shown"), partial=partial
        )
    return message("{problems} in the content", problems=listed(counts)).sentence()
