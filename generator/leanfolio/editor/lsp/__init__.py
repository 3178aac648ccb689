"""The door to editors: the Language Server Protocol over standard input and output.

It carries questions in and answers out; what they are is decided in `editing` and `fix`. An open
file is what its editor says it is, saved or not. Nothing here writes to the disk.
"""

import gc
import logging
import sys
from datetime import date
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from leanfolio.editor.lsp import code_actions, navigation, queries
from leanfolio.editor.lsp.document_changes import CHANGES, roots, watch
from leanfolio.editor.lsp.messages import Messages
from leanfolio.editor.lsp.server import Server


def server_for(content: Path | None = None, as_of: date | None = None) -> Server:
    """A server with all that it can do. Without a folder it works in the editor's own."""
    server = Server(content, as_of)
    begin: list[Path] = []

    @server.feature(lsp.INITIALIZE)
    def initialize(_: Server, params: lsp.InitializeParams) -> None:
        begin.extend(roots(server, params))

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: Server, params: lsp.InitializedParams) -> None:
        for root in begin:
            server.enter(root)
        await watch(server)

    for method, take in CHANGES:
        server.feature(method)(take)
    for method, options, answer in (
        *queries.QUESTIONS,
        *navigation.QUESTIONS,
        *code_actions.QUESTIONS,
    ):
        server.feature(method, options)(answer)
    return server


def unexpected(record: logging.LogRecord) -> bool:
    """Whether pygls tells of a fault of ours: no rename that is refused, no odd parameters."""
    if str(record.msg).startswith("Unable to deserialize message"):
        return False
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcException)


def serve(content: Path | None, as_of: date | None = None) -> None:
    """Serve one editor until it says goodbye."""
    logging.getLogger("pygls.protocol.json_rpc").addFilter(unexpected)
    gc.set_threshold(100_000, 20, 20)  # an answer makes many values and keeps few
    server = server_for(content, as_of)
    server.start_io(Messages(sys.stdin.buffer, server.protocol, write))  # type: ignore[arg-type]


def write(data: bytes) -> None:
    """Send bytes in one go: pygls sends from another thread."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
