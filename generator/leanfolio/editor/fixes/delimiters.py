"""Blanks behind the dashes of a fence, which hide a whole front matter."""

from collections.abc import Iterator

from leanfolio.editor.fixes.draft import Choose, Draft, Fix, fixed
from leanfolio.editor.text import Edit, on_line
from leanfolio.problem import Problem
from leanfolio.read.yaml import FENCE


def blanks_at_fence(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A fence with blanks behind its dashes."""
    line = problem.at.line
    raw = draft.lines.line(line)
    if raw.rstrip(" \t") != FENCE or raw == FENCE:
        return
    span = on_line(line, len(FENCE) + 1, len(raw) - len(FENCE))
    title = "the blanks behind the dashes are gone"
    yield fixed(draft, problem, title, (Edit(draft.path, span, ""),))
