"""From which commit on a rule has failed: content is checked commit by commit, newest first."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from leanfolio.check import RULES
from leanfolio.check.rule import Scan, scanned
from leanfolio.disk.git import tree_at
from leanfolio.disk.git_content import content_at
from leanfolio.disk.git_log import log
from leanfolio.disk.project import build_content
from leanfolio.disk.revisions import once_each
from leanfolio.model.audience import mention_of
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit, Source
from leanfolio.problem import Problem
from leanfolio.read import Reading

LOOKED_AT = 100  # commits that are checked one by one; of older ones only a few


class Failing(Struct, frozen=True):
    """The newest run of commits in which a rule failed, from its first one on."""

    first: Commit
    problems: tuple[Problem, ...]  # what the rule said then
    portfolio: Portfolio  # as it was then
    last: Commit  # the newest commit of the run
    is_now: bool  # whether the run lasts to the newest commit
    passed_before: Commit | None  # the commit before the run; None where it is the first known
    looked_at: int  # how many commits were checked
    skipped: int  # how many commits of the run were not


class RuleHistory(Struct, eq=False):
    """Asks of each landing on the main line, newest first, whether a rule fails.

    Each commit is judged as of its own day, as `check` would have done then. A rule of changes
    compares a commit with the one before it.
    """

    folder: Path
    rule: str
    id: str | None  # of the item whose problems count; None for all
    commits: Sequence[Commit]  # newest first
    scan: Scan = scanned
    files: dict[Source, Reading] = field(default_factory=dict)
    known: dict[int, tuple[Portfolio | None, tuple[Problem, ...]]] = field(default_factory=dict)

    def failing(self) -> Failing | None:
        """The newest run of commits in which the rule failed; None where it failed in none.

        The newest hundred are checked one by one. If all of these failed, older ones are halved:
        a commit among them in which the rule held may then be passed over, and `skipped` says so.
        """
        near = min(len(self.commits), LOOKED_AT)
        newest = next((index for index in range(near) if self.problems(index)), None)
        if newest is None:
            return None
        end = next((n for n in range(newest + 1, near) if not self.problems(n)), None)
        if end is None and near < len(self.commits):
            end = self.halved(near - 1)
        first = (len(self.commits) if end is None else end) - 1
        portfolio, problems = self.result(first)
        assert portfolio is not None
        return Failing(
            self.commits[first],
            problems,
            portfolio,
            self.commits[newest],
            newest == 0,
            None if end is None else self.commits[end],
            len(self.known),
            sum(1 for index in range(newest, first + 1) if index not in self.known),
        )

    def halved(self, fails: int) -> int | None:
        """The index of the commit that held just before a run; None where the oldest fails too."""
        holds = len(self.commits) - 1
        if self.problems(holds):
            return None
        while holds - fails > 1:
            middle = (holds + fails) // 2
            if self.problems(middle):
                fails = middle
            else:
                holds = middle
        return holds

    def problems(self, index: int) -> tuple[Problem, ...]:
        """What the rule says of a commit."""
        return self.result(index)[1]

    def result(self, index: int) -> tuple[Portfolio | None, tuple[Problem, ...]]:
        """The portfolio of a commit, and what the rule says of it; nothing without content."""
        if index not in self.known:
            self.known[index] = self.checked(index)
        return self.known[index]

    def checked(self, index: int) -> tuple[Portfolio | None, tuple[Problem, ...]]:
        commit = self.commits[index]
        if tree_at(self.folder, commit.id) is None:
            return None, ()
        earlier = None
        if RULES[self.rule].family == "changes" and index + 1 < len(self.commits):
            earlier = self.result(index + 1)[0]
        built = build_content(
            content_at(self.folder, commit),
            None,
            commit.day,
            earlier=earlier,
            scan=self.scan,
            read_before=self.files,
        )
        own = tuple(problems_of(built.problems, self.rule, self.id, built.portfolio))
        return built.portfolio, own


def problems_of(
    problems: Sequence[Problem], rule: str, id: str | None, portfolio: Portfolio
) -> Iterator[Problem]:
    """The problems of a rule, or those of one item: that name it, or stand in its own file.

    Of an item nested in another's file a problem that names none is its parent's.
    """
    item = portfolio.items.get(id) if id is not None else None
    own = item.origin.path if item is not None and not item.origin.prefix else None
    mention = mention_of((id,)) if id is not None else None
    for problem in problems:
        if problem.rule == rule and (
            mention is None or mention.search(problem.message) or problem.at.path == own
        ):
            yield problem


def rule_history(
    folder: Path, commit: Commit, rule: str, id: str | None, scan: Scan = scanned
) -> RuleHistory:
    """The landings up to a commit that touched the content, to be asked of a rule."""
    touched, _ = log(folder, commit.id)
    return RuleHistory(folder, rule, id, [entry.commit for entry in touched], once_each(scan))
