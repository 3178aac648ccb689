"""Acts tried on a copy of the workspace: what they change, and what `check` would say of it."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from msgspec import Struct, field

from leanfolio.editor.acts.act import Act, ActError
from leanfolio.editor.field_edits import EditError, with_changes
from leanfolio.editor.text import text_of
from leanfolio.editor.workspace import Workspace
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.problem import Problem


class FileChange(Struct, frozen=True):
    """A file before and after; `before` is None of one that is new."""

    path: PurePosixPath
    before: bytes | None
    after: bytes


class Trial(Struct):
    """A workspace on which acts are tried, beside the one that they began with."""

    start: Workspace
    now: Workspace
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, workspace: Workspace) -> "Trial":
        return cls(workspace, workspace.copy())

    @property
    def portfolio(self) -> Portfolio:
        """All items as the acts so far leave them."""
        return self.now.portfolio

    def do(self, act: Act) -> None:
        """Do one act. Raises ActError where a file cannot be changed so."""
        path = act.item.origin.path
        text = text_of(self.now.documents[path].source.data)
        if text is None:
            raise ActError(f"content/{path} is no text", "`leanfolio check` says why")
        try:
            text = with_changes(text, act.changes)
        except EditError as why:
            raise ActError(f"content/{path}: {why}", "change that file by hand") from None
        self.now.put(Source(path, text.encode("utf-8")))
        self.notes += act.notes

    def begin(self, path: PurePosixPath, text: str) -> None:
        """Add a new file."""
        self.now.put(Source(path, text.encode("utf-8")))

    def changed(self) -> list[FileChange]:
        """The files that are other than before, in their order."""
        result = []
        for path in self.now.order:
            old = self.start.documents.get(path)
            before, after = old.source.data if old else None, self.now.documents[path].source.data
            if before != after:
                result.append(FileChange(path, before, after))
        return result

    def new_problems(self) -> list[Problem]:
        """What `check` says of the files as they are to be, and did not say before."""
        before = Counter(map(key_of, self.start.snapshot().problems))
        return [*beyond(self.now.snapshot().problems, before)]


def beyond(problems: Iterable[Problem], before: Counter[tuple[str, ...]]) -> Iterable[Problem]:
    """The problems that were not there, or not so often."""
    for problem in problems:
        key = key_of(problem)
        if before[key]:
            before[key] -= 1
        else:
            yield problem


def key_of(problem: Problem) -> tuple[str, ...]:
    """What makes two problems the same, wherever in the file they stand."""
    return str(problem.at.path), problem.rule, problem.message, problem.severity
