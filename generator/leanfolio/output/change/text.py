"""The story of a change for a terminal."""

from collections.abc import Iterator, Sequence

from leanfolio.output.visible import visible
from leanfolio.problem import Problem
from leanfolio.views.change import ChangeLine, ChangeStory
from leanfolio.wording import Printer, Text, plural


def as_text(story: ChangeStory, printer: Printer, *, every: bool = False) -> str:
    """The story, its first lines or all of them, and the problems that are new and gone."""
    return "".join(f"{line}\n" for line in lines_of(story, printer, every))


def lines_of(story: ChangeStory, printer: Printer, every: bool) -> Iterator[str]:
    """The lines of the answer, head first; nothing in them moves the terminal's cursor."""

    def said(text: Text) -> str:
        return visible(printer.text(text))

    yield said(story.finding)
    yield said(story.summary)
    if story.lines:
        yield ""
    yield from (line_text(line, printer) for line in story.lines)
    if story.folded and every:
        yield ""
        yield from (line_text(line, printer) for line in story.folded)
    elif story.folded:
        more = plural("{n} more line; --all prints it", "{n} more lines; --all prints them",
                      len(story.folded))  # fmt: skip
        yield said(more)
    yield from problem_lines(
        said(plural("{n} new problem", "{n} new problems", len(story.new_problems))),
        story.new_problems,
        every=True,
    )
    yield from problem_lines(
        said(plural("{n} problem is gone", "{n} problems are gone", len(story.gone_problems))),
        story.gone_problems,
        every=every,
    )


def line_text(line: ChangeLine, printer: Printer) -> str:
    """A line with the commit that made it so."""
    commit = f"  ({line.commit.short})" if line.commit else ""
    return f"- {visible(printer.text(line.text))}{commit}"


def problem_lines(head: str, problems: Sequence[Problem], *, every: bool) -> Iterator[str]:
    if not problems:
        return
    yield ""
    yield f"{head}:" if every else head
    for problem in problems if every else ():
        words = visible(f"{problem.at}: {problem.message}")
        yield f"- {problem.severity}: {words} [{problem.rule}]"
