"""The server: which session a question is about, and how an answer is told to this editor."""

import asyncio
import gc
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer

from leanfolio import __version__
from leanfolio.editor.lsp.position import place_at, range_of
from leanfolio.editor.lsp.session import Session, is_content
from leanfolio.editor.text import Edit, Lines, on_line
from leanfolio.model import Span
from leanfolio.model.source import is_hidden
from leanfolio.output.visible import visible
from leanfolio.problem import Place, Problem

SOON = 0.002  # seconds: what is typed in one go is checked once
LATEST = 0.05  # seconds: while somebody types on and on, problems are told at least this often
SEVERITIES = {"error": lsp.DiagnosticSeverity.Error, "warning": lsp.DiagnosticSeverity.Warning}


class Request(NamedTuple):
    """What a question is about: the session, the path of a file there, the line and the column."""

    session: Session
    path: PurePosixPath
    line: int
    column: int

    @property
    def lines(self) -> Lines:
        return self.session.lines(self.path)


def file_of(uri: str) -> Path:
    """The Markdown file at an address. Raises ValueError where it can be none, and OSError."""
    name = uris.to_fs_path(uri)
    if name is None or not name.lower().endswith(".md"):
        raise ValueError(uri)
    file = Path(name)
    return file.parent.resolve() / file.name


class Server(LanguageServer):
    """The language server: sessions by their folder, and how an answer is told."""

    def __init__(self, content: Path | None, as_of: date | None) -> None:
        super().__init__(
            "leanfolio", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full
        )
        self.content = content
        self.as_of = as_of
        self.sessions: dict[Path, Session] = {}

    @property
    def encoding(self) -> str:
        result = self.workspace.position_encoding
        return str(getattr(result, "value", result) or "utf-16")

    def enter(self, root: Path) -> Session:
        """The session of a content folder, read when it is first entered."""
        root = root.resolve()
        if root not in self.sessions:
            self.sessions[root] = Session.at(root, self.as_of)
            gc.collect()
            gc.freeze()  # items live as long as the server: they need not be looked through again
            self.soon(self.sessions[root])
        return self.sessions[root]

    def find(self, uri: str) -> tuple[Session, PurePosixPath] | None:
        """The session in which a file lies, and its path there; None for what is no content."""
        try:
            file = file_of(uri)
            root = next((root for root in self.sessions if file.is_relative_to(root)), None)
            root = root or next(filter(is_content, file.parents), None)
        except (OSError, ValueError):  # an address that can be of no file
            return None
        if root is None:
            return None
        path = PurePosixPath(file.relative_to(root).as_posix())
        if is_hidden(path):
            return None
        return self.enter(root), path

    def asked(self, uri: str, position: lsp.Position) -> Request | None:
        """The place in a file that a question is about."""
        result = self.find(uri)
        if result is None:
            return None
        session, path = result
        return Request(session, path, *place_at(session.lines(path), position, self.encoding))

    def soon(self, session: Session) -> None:
        """Check this session once what is on its way has come in."""
        loop = asyncio.get_running_loop()
        if session.timer is not None:
            session.timer.cancel()
        session.latest = session.latest or loop.time() + LATEST
        when = min(loop.time() + SOON, session.latest)
        session.timer = loop.call_at(when, self.answer, session)

    def answer(self, session: Session) -> None:
        """Tell the editor the problems of every file for which they are others than before."""
        session.timer = session.latest = None
        result = session.workspace.snapshot().by_path
        for path in {**dict.fromkeys(result), **session.told}:
            problems = tuple(result.get(path, ()))
            now = (problems, session.workspace.documents.get(path))
            if session.told.get(path, ((), None)) == now:
                continue
            session.told[path] = now
            opened = session.open.get(path)
            reported = [self.diagnostic(session, problem) for problem in problems]
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(
                    session.uri(path), reported, opened[1] if opened else None
                )
            )

    def diagnostic(self, session: Session, problem: Problem) -> lsp.Diagnostic:
        """A problem as an editor shows it."""
        return lsp.Diagnostic(
            self.range(session, problem.at),
            f"{visible(problem.message)}\n{visible(problem.hint)}",
            severity=SEVERITIES.get(problem.severity),
            code=problem.rule,
            source="leanfolio",
            related_information=[
                lsp.DiagnosticRelatedInformation(
                    lsp.Location(session.uri(entry.at.path), self.range(session, entry.at)),
                    visible(entry.note),
                )
                for entry in problem.related
            ]
            or None,
        )

    def range(self, session: Session, at: Place) -> lsp.Range:
        span = on_line(at.line, at.column, at.length)
        return range_of(session.lines(at.path), span, self.encoding)

    def location(self, session: Session, path: PurePosixPath, span: Span) -> lsp.Location:
        return lsp.Location(session.uri(path), range_of(session.lines(path), span, self.encoding))

    def text_edit(self, session: Session, edit: Edit) -> lsp.TextEdit:
        lines = session.lines(edit.path)
        text = edit.text.replace("\n", lines.newline)
        return lsp.TextEdit(range_of(lines, edit.span, self.encoding), text)

    def workspace_edit(
        self,
        session: Session,
        edits: Iterable[Edit],
        moved: tuple[PurePosixPath, PurePosixPath] | None = None,
    ) -> lsp.WorkspaceEdit:
        """Edits in the form that this editor understands, a file's new name after them."""
        by_path: dict[PurePosixPath, list[lsp.TextEdit]] = {}
        for edit in edits:
            by_path.setdefault(edit.path, []).append(self.text_edit(session, edit))
        if not self.ordered:
            return lsp.WorkspaceEdit(
                changes={session.uri(path): result for path, result in by_path.items()}
            )
        changes: list[Any] = [
            lsp.TextDocumentEdit(
                lsp.OptionalVersionedTextDocumentIdentifier(
                    session.uri(path), session.open[path][1] if path in session.open else None
                ),
                result,
            )
            for path, result in by_path.items()
        ]
        if moved is not None:
            old, new = moved
            changes.append(lsp.RenameFile(session.uri(old), (session.root / new).as_uri()))
        return lsp.WorkspaceEdit(document_changes=changes)

    @property
    def ordered(self) -> bool:
        """Whether the editor takes edits as a list in order. Neovim does and does not say so, but
        for naming what may be in such a list alone: files that get other names."""
        return bool(self.may("document_changes") or self.may("resource_operations"))

    @property
    def moves(self) -> bool:
        """Whether the editor gives a file another name when asked to."""
        return lsp.ResourceOperationKind.Rename in (self.may("resource_operations") or ())

    def may(self, what: str) -> Any:
        """What the editor said of its workspace edits."""
        workspace = self.client_capabilities.workspace
        edits = workspace.workspace_edit if workspace else None
        return getattr(edits, what, None) if edits else None
