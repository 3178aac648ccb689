"""Fixes, as actions for an author to accept."""

from pathlib import PurePosixPath

from lsprotocol import types as lsp

from leanfolio.editor.fixes import Fix, apply_fixes, fixes
from leanfolio.editor.lsp.server import Server
from leanfolio.editor.lsp.session import Session
from leanfolio.editor.text import Edit, Lines
from leanfolio.model import Span
from leanfolio.output.visible import visible

FIX_ALL = "source.fixAll.leanfolio"


def to_actions(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
    result = server.find(params.text_document.uri)
    if result is None:
        return None
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    session, path = result
    listed: list[lsp.CodeAction] = []
    if not only or any("quickfix".startswith(entry) for entry in only):
        listed += actions(server, session, path, params)
    if any(FIX_ALL.startswith(entry) for entry in only):
        listed += all_fixes(server, session, path)
    return listed or None


def actions(
    server: Server, session: Session, path: PurePosixPath, params: lsp.CodeActionParams
) -> list[lsp.CodeAction]:
    """The fixes of the problems in a range, the safe ones first."""
    first, last = params.range.start.line + 1, params.range.end.line + 1
    matches: list[Fix] = []
    for problem in session.workspace.snapshot().by_path.get(path, ()):
        if first <= problem.at.line <= last:
            matches += fixes(session.workspace, problem, guess=True)
    return [
        lsp.CodeAction(
            visible(f"leanfolio: {entry.title}"),
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[
                known
                for known in params.context.diagnostics
                if entry.problem
                and known.code == entry.problem.rule
                and known.range.start.line == entry.problem.at.line - 1
            ],
            is_preferred=entry.safe,
            edit=server.workspace_edit(session, entry.edits),
        )
        for entry in sorted(matches, key=lambda entry: not entry.safe)
    ]


def all_fixes(server: Server, session: Session, path: PurePosixPath) -> list[lsp.CodeAction]:
    """One action that makes every safe fix of a file."""
    trial = session.workspace.copy()
    if path not in trial.documents or not apply_fixes(trial, frozenset((path,))):
        return []
    edit = difference(path, session.lines(path), trial.documents[path].lines)
    return [
        lsp.CodeAction(
            "leanfolio: make every safe fix in this file",
            kind=FIX_ALL,
            edit=server.workspace_edit(session, (edit,)),
        )
    ]


def difference(path: PurePosixPath, old: Lines, new: Lines) -> Edit:
    """The one edit, of whole lines, that makes the new text of the old one."""
    before = [old.whole(number, number) for number in range(1, len(old) + 1)]
    after = [new.whole(number, number) for number in range(1, len(new) + 1)]
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    most = min(len(before), len(after)) - head
    while tail < most and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    text = "".join(after[head : len(after) - tail]).replace("\r\n", "\n")
    return Edit(path, Span(head + 1, 1, len(before) - tail + 1, 1), text)


QUESTIONS = (
    (
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, FIX_ALL]),
        to_actions,
    ),
)
