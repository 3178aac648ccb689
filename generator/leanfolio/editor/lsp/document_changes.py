"""What an editor tells: a file was opened, changed, saved, closed; others changed on the disk."""

from collections.abc import Callable
from pathlib import Path

from lsprotocol import types as lsp
from pygls import uris

from leanfolio.editor.lsp.server import Server
from leanfolio.editor.lsp.session import Session, is_content
from leanfolio.model.source import Source


def opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    accept_change(server, params.text_document.uri, params.text_document.version)
    rescan_unwatched(server, params.text_document.uri)


def changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    accept_change(server, params.text_document.uri, params.text_document.version)


def saved(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    rescan_unwatched(server, params.text_document.uri)


def closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """What is not saved is gone: the file is what it is on the disk."""
    result = server.find(params.text_document.uri)
    if result is not None:
        session, path = result
        session.open.pop(path, None)
        rescan(server, session)


def on_disk(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Files changed on the disk; an open one is what its editor says all the same."""
    for session in list(server.sessions.values()):
        ours = {uri for uri, _ in session.open.values()}
        if any(
            change.uri not in ours or change.type is not lsp.FileChangeType.Changed
            for change in params.changes
        ):
            rescan(server, session)


CHANGES: tuple[tuple[str, Callable[..., None]], ...] = (
    (lsp.TEXT_DOCUMENT_DID_OPEN, opened),
    (lsp.TEXT_DOCUMENT_DID_CHANGE, changed),
    (lsp.TEXT_DOCUMENT_DID_SAVE, saved),
    (lsp.TEXT_DOCUMENT_DID_CLOSE, closed),
    (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, on_disk),
)


async def watch(server: Server) -> None:
    """Ask the editor to say when files change on the disk, where it can."""
    able = watcher(server)
    if able is None:
        return
    patterns: list[lsp.Pattern | lsp.RelativePattern] = ["**/content/**"]
    if able.relative_pattern_support:
        patterns = [lsp.RelativePattern(root.as_uri(), "**/*") for root in server.sessions]
    options = lsp.DidChangeWatchedFilesRegistrationOptions(
        [lsp.FileSystemWatcher(pattern) for pattern in patterns]
    )
    method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
    await server.client_register_capability_async(
        lsp.RegistrationParams([lsp.Registration("leanfolio-files", method, options)])
    )


def watcher(server: Server) -> lsp.DidChangeWatchedFilesClientCapabilities | None:
    """How the editor watches the disk for us; None where it does not."""
    workspace = server.client_capabilities.workspace
    able = workspace.did_change_watched_files if workspace else None
    return able if able is not None and able.dynamic_registration else None


def rescan_unwatched(server: Server, uri: str) -> None:
    """Where the editor does not watch the disk, see now what has changed there."""
    result = server.find(uri) if watcher(server) is None else None
    if result is not None:
        rescan(server, result[0])


def accept_change(server: Server, uri: str, version: int | None) -> None:
    """Take an open file's text as its editor has it now."""
    result = server.find(uri)
    if result is None:
        return
    session, path = result
    text = server.workspace.get_text_document(uri).source
    session.open[path] = (uri, version)
    session.told[path] = ((), None)  # the answer to a change is always sent, with its version
    session.workspace.put(Source(path, text.encode("utf-8", "surrogatepass")))
    server.soon(session)


def rescan(server: Server, session: Session) -> None:
    """Read the disk anew; a folder that is gone leaves the last state in sight."""
    try:
        session.look()
    except OSError:
        return
    server.soon(session)


def roots(server: Server, params: lsp.InitializeParams) -> list[Path]:
    """The content folders to begin with: the one that was named, or those of the workspace."""
    if server.content is not None and server.content.is_dir():
        return [server.content]
    named = [entry.uri for entry in params.workspace_folders or ()] or [params.root_uri or ""]
    folders = [Path(name) for name in map(uris.to_fs_path, filter(None, named)) if name]
    return [
        result
        for folder in folders
        for result in (folder / "content", folder)
        if is_content(result) and result.is_dir()
    ][:8]
