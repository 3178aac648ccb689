"""Blanks behind the dashes of a fence, which hide a whole front matter."""

from collections.abc import Iterator

from leanfolio.editing.text import Edit, on_line
from leanfolio.fix.draft import Choose, Draft, Fix, fixed
from leanfolio.frontmatter import FENCE
from leanfolio.problem import Problem


def blanks_at_fence(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A fence with blanks behind its dashes."""
    line = problem.at.line
    raw = draft.lines.line(line)
    if raw.rstrip(" \t") != FENCE or raw == FENCE:
        return
    span = on_line(line, len(FENCE) + 1, len(raw) - len(FENCE))
    title = "the blanks behind the dashes are gone"
    yield fixed(draft, problem, title, (Edit(draft.path, span, ""),))
