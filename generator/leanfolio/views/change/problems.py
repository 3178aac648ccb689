"""What the check finds new, and what is gone: a problem is its rule, its item and its words."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from leanfolio.check.baseline import baseline_of, beyond
from leanfolio.figures.change.comparison import Comparison
from leanfolio.problem import Place, Problem


def new_and_gone(
    comparison: Comparison, before: Sequence[Problem], after: Sequence[Problem]
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the problems that only the later side has, and those that only the earlier has.

    A problem is the same in the same file, whatever the file is called now, and whatever its line
    and its figures are.
    """
    names = renamed_files(comparison)
    earlier = [in_file(problem, names) for problem in before]
    new = beyond(after, baseline_of(earlier)).new
    gone = beyond(earlier, baseline_of(after)).new
    return tuple(new), tuple(gone)


def renamed_files(comparison: Comparison) -> Mapping[PurePosixPath, PurePosixPath]:
    """Return the files that have another name now, by their earlier one."""
    return {
        change.before: change.after
        for change in comparison.of_kind("file")
        if isinstance(change.before, PurePosixPath) and isinstance(change.after, PurePosixPath)
    }


def in_file(problem: Problem, names: Mapping[PurePosixPath, PurePosixPath]) -> Problem:
    """Return a problem under the name that its file has now."""
    name = names.get(problem.at.path)
    if name is None:
        return problem
    at = Place(name, problem.at.line, problem.at.column, problem.at.length)
    return replace(problem, at=at)


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Return errors before warnings, each in reading order."""
    return sorted(problems, key=lambda problem: (problem.severity != "error", problem))
