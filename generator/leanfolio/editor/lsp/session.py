"""A session: one content folder, its workspace, and which of its files are open in the editor."""

from asyncio import TimerHandle
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct, field

from leanfolio.disk import files
from leanfolio.disk.git import day_or_today
from leanfolio.editor.text import Lines, text_of
from leanfolio.editor.workspace import Workspace


class Session(Struct):
    """A content folder with which an editor works: its workspace, and which files are open."""

    root: Path
    workspace: Workspace
    open: dict[PurePosixPath, tuple[str, int | None]] = field(default_factory=dict)
    told: dict[PurePosixPath, tuple[Any, ...]] = field(default_factory=dict)
    tables: dict[PurePosixPath, Lines] = field(default_factory=dict)
    timer: TimerHandle | None = None  # when the problems are to be told
    latest: float | None = None  # until when at most that may be put off

    @classmethod
    def at(cls, root: Path, as_of: date | None) -> "Session":
        """The folder as it lies on the disk."""
        session = cls(root, Workspace(as_of, day_or_today(root)))
        session.look()
        return session

    def look(self) -> None:
        """Read from the disk what has changed there, but for the files that are open."""
        content = files.load(self.root, keep_going=True)
        workspace = self.workspace
        if workspace.as_of is None:
            workspace.turn(day_or_today(self.root))
        there = {source.path for source in content.sources} | self.open.keys()
        for path in [path for path in workspace.order if path not in there]:
            workspace.drop(path)
        for source in content.sources:
            if source.path not in self.open:
                workspace.put(source)
        self.tables.clear()
        workspace.furnish(content.assets, content.problems, content.records)

    def uri(self, path: PurePosixPath) -> str:
        """The file's address, spelt as its editor spells it."""
        opened = self.open.get(path)
        return opened[0] if opened else (self.root / path).as_uri()

    def lines(self, path: PurePosixPath) -> Lines:
        """The text of a file, or of a table beside the files; of any other, none."""
        document = self.workspace.documents.get(path)
        if document is not None:
            return document.lines
        if path not in self.tables:
            result = (text_of(entry.data) for entry in self.workspace.beside if entry.path == path)
            self.tables[path] = Lines(next(result, None) or "")
        return self.tables[path]


def is_content(folder: Path) -> bool:
    """Whether a folder holds a portfolio's content."""
    if (folder / "portfolio.md").is_file():
        return True
    return folder.name == "content" and (folder.parent / "mkdocs.yml").is_file()
