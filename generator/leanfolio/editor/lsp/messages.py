"""Cuts what an editor sends into messages, and answers those that are none.

pygls waits for ever behind a broken header, and leaves requests whose parameters do not fit without
an answer. It is therefore handed good messages alone; of each other one the editor is told, by the
codes of JSON-RPC and of the protocol.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeGuard

from lsprotocol.types import CANCEL_REQUEST
from msgspec import Struct
from pygls.exceptions import JsonRpcException
from pygls.protocol import JsonRPCProtocol

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED = -32002
MOST_BYTES = 64 * 1024 * 1024  # of one message
MOST_HEADER = 16 * 1024
CHUNK = 64 * 1024
END = re.compile(rb"\r?\n\r?\n")
LENGTH = re.compile(rb"Content-Length:[ \t]*(\d{1,12})[ \t]*(?=\r?\n|\Z)", re.IGNORECASE)
NAME = b"Content-Length:"
# The head of a message inside another, or the beginning of one at its end.
NEXT = re.compile(
    b"|".join([NAME, *(NAME[:size] + rb"\Z" for size in range(len(NAME) - 1, 0, -1))]),
    re.IGNORECASE,
)
HEADERS = re.compile(rb"(?:[A-Za-z-]+:[^\r\n]*(?:\r?\n|\Z))+")


class Refused(Struct, frozen=True):
    """What is no message for the server: the error that answers it, if it asks for an answer."""

    code: int
    message: str
    id: int | str | None = None
    silent: bool = False


class Stream:
    """The messages of a stream of bytes. A broken header costs its own message alone."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.length: int | None = None  # of the message whose header has come
        self.lost = False  # whether what comes is the rest of a message that was refused

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take in bytes; yields each whole message, and Refused for what is none."""
        self.buffer += data
        while True:
            if self.length is None:
                end = END.search(self.buffer)
                if end is None:
                    yield from self.too_long()
                    return
                header = bytes(self.buffer[: end.start()])
                del self.buffer[: end.end()]
                yield from self.header(header)
            elif len(self.buffer) < self.length:
                return
            else:
                body = bytes(self.buffer[: self.length])
                del self.buffer[: self.length]
                self.length = None
                yield from self.message(body)

    def header(self, header: bytes) -> Iterator[Refused]:
        """Find how long the message is. Behind a lost one, its rest stands before the header."""
        *_, length = [None, *LENGTH.finditer(header)]
        size = int(length[1]) if length else 0
        if length is None or not 0 < size <= MOST_BYTES:
            yield from self.lose("the header states no length that a message can have")
            return
        if not self.lost and not HEADERS.fullmatch(header):
            yield from self.lose("the header holds what is none")
        self.lost = False
        self.length = size

    def message(self, body: bytes) -> Iterator[Any]:
        try:
            yield json.loads(body)
        except (ValueError, RecursionError):
            yield from self.lose("the message is no JSON")
            # One that was announced as longer than it is has swallowed the head of the next.
            swallowed = NEXT.search(body)
            if swallowed is not None:
                self.buffer[:0] = body[swallowed.start() :]

    def too_long(self) -> Iterator[Refused]:
        """Let go of what has no end as a header, but for what may be the beginning of one."""
        if len(self.buffer) > MOST_HEADER:
            yield from self.lose("a header has no end")
            del self.buffer[: -MOST_HEADER // 2]

    def lose(self, why: str) -> Iterator[Refused]:
        if not self.lost:
            self.lost = True
            yield Refused(PARSE_ERROR, why)


class Messages:
    """Standard input as pygls reads it, with only those messages in it that it can answer."""

    def __init__(
        self, source: BinaryIO, protocol: JsonRPCProtocol, write: Callable[[bytes], object]
    ) -> None:
        self.source, self.protocol, self.write = source, protocol, write
        self.stream = Stream()
        self.ready: deque[bytes] = deque()
        self.lines: deque[bytes] = deque()
        self.begun = self.ended = False

    def readline(self) -> bytes:
        """A line of a header, or nothing where the editor has gone."""
        while not self.lines:
            if self.ready:
                self.lines += (b"Content-Length: %d\r\n" % len(self.ready[0]), b"\r\n")
                break
            data: bytes = self.source.read1(CHUNK)  # type: ignore[attr-defined]
            if not data:
                return b""
            for message in self.stream.feed(data):
                self.take(message)
        return self.lines.popleft()

    def read(self, _: int) -> bytes:
        """The message whose header has been read."""
        return self.ready.popleft()

    def take(self, message: Any) -> None:
        refused = message if isinstance(message, Refused) else self.refusal(message)
        if refused is None:
            self.ready.append(json.dumps(message).encode("ascii"))
        elif not refused.silent:
            self.answer(refused)

    def refusal(self, message: Any) -> Refused | None:
        """Why a message cannot be handed on; None where it can."""
        fields = message if isinstance(message, dict) else {}
        method, given = fields.get("method"), fields.get("id")
        id = given if is_id(given) else None
        if fields.get("jsonrpc") == "2.0" and "method" not in fields and id is not None:
            return None  # the answer to a request of ours
        if (
            fields.get("jsonrpc") != "2.0"
            or not isinstance(method, str)
            or ("id" in fields and id is None)
        ):
            return Refused(INVALID_REQUEST, "this is no request of JSON-RPC 2.0", id)
        if method == "exit":
            return None
        code, why = self.fault(method, message)
        if code:
            return Refused(code, why, id, silent=id is None)
        self.begun, self.ended = True, method == "shutdown"
        return None

    def fault(self, method: str, message: dict[str, Any]) -> tuple[int, str]:
        """The code of an error and its words; 0 for a message that can be handed on."""
        if self.ended:
            return INVALID_REQUEST, "the server was shut down"
        if self.begun == (method == "initialize"):
            if self.begun:
                return INVALID_REQUEST, "the server was initialized before"
            return NOT_INITIALIZED, "initialize has to come first"
        features = self.protocol.fm
        if method not in {*features.builtin_features, *features.features, CANCEL_REQUEST}:
            return METHOD_NOT_FOUND, f"there is no method {method[:100]}"
        try:
            json.loads(json.dumps(message), object_hook=self.protocol.structure_message)
        except (JsonRpcException, RecursionError):
            return INVALID_PARAMS, f"these are no parameters of {method}"
        return 0, ""

    def answer(self, refused: Refused) -> None:
        error = {"code": refused.code, "message": refused.message}
        body = json.dumps({"jsonrpc": "2.0", "id": refused.id, "error": error}).encode("ascii")
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def is_id(id: object) -> TypeGuard[int | str]:
    return isinstance(id, int | str) and not isinstance(id, bool)
