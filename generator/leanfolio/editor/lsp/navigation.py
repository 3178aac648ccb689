"""Where an item is written and named, and how it gets another id."""

from collections.abc import Sequence

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from leanfolio.editor.hover import definition, item_at, mention_at, references
from leanfolio.editor.lsp.position import range_of
from leanfolio.editor.lsp.server import Request, Server
from leanfolio.editor.rename import Refused, rename
from leanfolio.editor.text import on_line
from leanfolio.model import Item, Span

REQUEST_FAILED = -32803


def to_definition(server: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
    asked = server.asked(params.text_document.uri, params.position)
    goal = (
        definition(asked.session.workspace, asked.path, asked.line, asked.column) if asked else None
    )
    return server.location(asked.session, goal.path, goal.span) if asked and goal else None


def to_references(server: Server, params: lsp.ReferenceParams) -> Sequence[lsp.Location] | None:
    asked = server.asked(params.text_document.uri, params.position)
    result = item_at_cursor(asked) if asked else None
    if asked is None or result is None:
        return None
    own = params.context.include_declaration
    return [
        server.location(asked.session, reference.path, reference.span)
        for reference in references(asked.session.workspace, result[0], own=own)
    ]


def prepare_rename(
    server: Server, params: lsp.PrepareRenameParams
) -> lsp.PrepareRenamePlaceholder | None:
    asked = server.asked(params.text_document.uri, params.position)
    result = item_at_cursor(asked) if asked else None
    if asked is None or result is None:
        return None
    where = range_of(asked.lines, result[1], server.encoding)
    return lsp.PrepareRenamePlaceholder(where, result[0].id)


def to_rename(server: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    asked = server.asked(params.text_document.uri, params.position)
    result = item_at_cursor(asked) if asked else None
    if asked is None or result is None:
        return None
    try:
        done = rename(asked.session.workspace, result[0], params.new_name, may_move=server.moves)
    except Refused as refused:
        raise JsonRpcException(str(refused), REQUEST_FAILED) from None
    return server.workspace_edit(asked.session, done.edits, done.moved)


def item_at_cursor(asked: Request) -> tuple[Item, Span] | None:
    """The item under the cursor; on a file's first line the item that the file is."""
    session, path, line, column = asked
    mention = mention_at(session.workspace, path, line, column)
    item = item_at(session.workspace, path, line, column)
    if item is not None and mention is not None:
        return item, mention.span
    if line != 1 or mention is not None:
        return None
    whole = (
        entry for entry in session.workspace.portfolio.items.values() if not entry.origin.prefix
    )
    own = next((entry for entry in whole if entry.origin.path == path), None)
    return (own, on_line(1, 1, len(session.lines(path).line(1)))) if own else None


QUESTIONS = (
    (lsp.TEXT_DOCUMENT_DEFINITION, None, to_definition),
    (lsp.TEXT_DOCUMENT_REFERENCES, None, to_references),
    (lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True), to_rename),
    (lsp.TEXT_DOCUMENT_PREPARE_RENAME, None, prepare_rename),
)
