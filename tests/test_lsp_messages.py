"""The language server and what no editor should send: an error by the protocol, and it goes on."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls")

from leanfolio.editor.lsp.messages import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    NOT_INITIALIZED,
    PARSE_ERROR,
    Refused,
    Stream,
)
from leanfolio.editor.lsp.navigation import REQUEST_FAILED
from leanfolio.editor.workspace import Workspace
from leanfolio.model.source import Source
from test_lsp import FILES, Editor, folder

__all__ = ["folder"]  # a fixture


def framed(message: Any) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


GOOD = {"jsonrpc": "2.0", "id": 7, "method": "shutdown"}
BAD_STREAMS = {
    "a length in words": b'Content-Length: abc\r\n\r\n{"a": 1}',
    "no length": b'Content-Type: text\r\n\r\n{"a": 1}',
    "a length of nothing": b"Content-Length: 0\r\n\r\n",
    "a length below nothing": b"Content-Length: -5\r\n\r\n{}",
    "a huge length": b"Content-Length: 99999999999\r\n\r\n{}",
    "a length of no number": b"Content-Length: " + b"9" * 500 + b"\r\n\r\n{}",
    "too short a length": b'Content-Length: 3\r\n\r\n{"a": 1}',
    "too long a length": b'Content-Length: 20\r\n\r\n{"a": 1}',
    "no JSON": b"Content-Length: 5\r\n\r\nhello",
    "half of a JSON": b'Content-Length: 5\r\n\r\n{"a":',
    "no text": b"Content-Length: 4\r\n\r\n\xff\xfe\x00\xd8",
    "deep brackets": b"Content-Length: 200000\r\n\r\n" + b"[" * 200_000,
    "a header without an end": b"X" * 100_000 + b"\r\n\r\n",
    "a line before the header": b"Starting up ...\r\n",
    "an empty line": b"\r\n\r\n",
}


@pytest.mark.parametrize("name", BAD_STREAMS)
@pytest.mark.parametrize("size", [1, 7, 10**6])
def test_behind_a_broken_message_the_next_is_found(name: str, size: int) -> None:
    data = BAD_STREAMS[name] + framed(GOOD) + framed(GOOD)
    if size == 1:
        data = data[-2_000:] if len(data) > 20_000 else data
    stream = Stream()
    found = [
        message
        for start in range(0, len(data), size)
        for message in stream.feed(data[start : start + size])
    ]
    assert [each for each in found if not isinstance(each, Refused)] == [GOOD, GOOD]
    assert {each.code for each in found if isinstance(each, Refused)} == {PARSE_ERROR}


@given(st.lists(st.binary(max_size=60)), st.integers(1, 40))
def test_whatever_comes_two_good_messages_later_it_is_heard(junk: list[bytes], size: int) -> None:
    stream = Stream()
    data = b"".join(junk) + framed(GOOD) * 2
    found = [m for at in range(0, len(data), size) for m in stream.feed(data[at : at + size])]
    assert found[-1] == GOOD


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers())), st.integers(1, 50))
def test_good_messages_come_through_in_whatever_pieces(
    messages: list[dict[str, Any]], size: int
) -> None:
    data = b"".join(map(framed, messages))
    stream = Stream()
    found = [m for at in range(0, len(data), size) for m in stream.feed(data[at : at + size])]
    assert found == messages


@contextmanager
def editing(folder: Path) -> Iterator[Editor]:
    """An editor that is ended also where a test fails."""
    editor = Editor(folder)
    try:
        yield editor
        editor.close(quietly=False)
    finally:
        editor.process.kill()


# The server as a process -----------------------------------------------------------------------


def raw(editor: Editor, data: bytes) -> dict[str, Any]:
    """Send bytes; returns the answer that comes to no request of ours."""
    assert editor.process.stdin is not None
    editor.process.stdin.write(data)
    editor.process.stdin.flush()
    while None not in editor.answers:
        editor.take()
    return editor.answers.pop(None)  # type: ignore[call-overload,no-any-return]


def test_broken_bytes_get_an_error_and_the_next_request_its_answer(folder: Path) -> None:
    with editing(folder) as editor:
        for name, data in BAD_STREAMS.items():
            here = editor.at("features/FT-1.md", 2, 8)
            editor.number += 1
            request = {"id": editor.number, "method": "textDocument/hover", "params": here}
            answer = raw(editor, data + framed({"jsonrpc": "2.0", **request}))
            assert answer["error"]["code"] == PARSE_ERROR, name
            while editor.number not in editor.answers:
                editor.take()
            assert "EP-1" in json.dumps(editor.answers.pop(editor.number)["result"]), name


def test_what_is_no_request_gets_an_error_by_the_protocol(folder: Path) -> None:
    with editing(folder) as editor:
        for message in (
            [],
            1,
            None,
            "x",
            [GOOD],
            {},
            {"id": None, "method": "x", "jsonrpc": "2.0"},
        ):
            assert raw(editor, framed(message))["error"]["code"] == INVALID_REQUEST, message
        here = editor.at("epics/EP-1.md", 1, 8)
        where = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        document = {"textDocument": here["textDocument"]}
        for method, parameters, code in (
            ("textDocument/hover", editor.at("epics/EP-1.md", -1, 0), INVALID_PARAMS),
            ("textDocument/hover", editor.at("epics/EP-1.md", 2**40, 0), INVALID_PARAMS),
            ("textDocument/hover", {**here, "position": "here"}, INVALID_PARAMS),
            ("textDocument/hover", {**here, "position": {"line": None}}, INVALID_PARAMS),
            ("textDocument/hover", {}, INVALID_PARAMS),
            ("textDocument/hover", None, INVALID_PARAMS),
            ("textDocument/hover", [1], INVALID_PARAMS),
            ("textDocument/completion", {**here, "context": {}}, INVALID_PARAMS),
            ("textDocument/codeAction", {**document, "range": where}, INVALID_PARAMS),
            ("textDocument/rename", here, INVALID_PARAMS),
            ("textDocument/nonsense", here, METHOD_NOT_FOUND),
            ("textDocument/foldingRange", document, METHOD_NOT_FOUND),
            ("$/nonsense", None, METHOD_NOT_FOUND),
            ("", None, METHOD_NOT_FOUND),
            ("initialize", {"capabilities": {}}, INVALID_REQUEST),
        ):
            assert editor.asked(method, parameters)["error"]["code"] == code, (method, parameters)
            assert "error" not in editor.asked("textDocument/hover", here)


def test_before_the_beginning_and_after_the_end_requests_are_refused(folder: Path) -> None:
    editor = Editor.__new__(Editor)
    asked: list[int] = []
    begin = Editor.ask

    def first(self: Editor, method: str, params: Any) -> Any:
        if method == "initialize":
            asked.append(self.asked("textDocument/hover", {})["error"]["code"])
        return begin(self, method, params)

    editor.ask = first.__get__(editor)  # type: ignore[method-assign]
    editor.__init__(folder)  # type: ignore[misc]
    assert asked == [NOT_INITIALIZED]
    editor.ask("shutdown", None)
    assert editor.asked("textDocument/hover", {})["error"]["code"] == INVALID_REQUEST
    editor.ask = lambda *_: None  # type: ignore[method-assign]
    editor.close()


ODD_ADDRESSES = (
    "", "x", "file:///", "file:///%00.md", "file://host/content/a.md", "untitled:Untitled-1.md",
    "file:///" + "a" * 5_000 + ".md", "http://[::1.md", "file:///%ff%fe.md", "file:///a\ud800.md",
    "file:///../../../etc/passwd.md",
)  # fmt: skip


def test_places_that_are_nowhere_get_an_empty_answer(folder: Path) -> None:
    with editing(folder) as editor:
        last = {"line": 2**31 - 1, "character": 2**31 - 1}
        for uri in (*ODD_ADDRESSES, editor.uri("epics/none.md"), editor.uri("epics/EP-1.md")):
            here = {"textDocument": {"uri": uri}, "position": last}
            for method in ("hover", "completion", "definition", "prepareRename"):
                assert editor.ask(f"textDocument/{method}", here) is None, uri
            changes = {"contentChanges": [{"text": "x"}]}
            for method, more in (("didChange", changes), ("didClose", {}), ("didSave", {})):
                document = {"uri": uri, "version": 3}
                editor.tell(f"textDocument/{method}", {"textDocument": document, **more})
        assert editor.ask("textDocument/hover", editor.at("features/FT-1.md", 2, 8))


# At random ---------------------------------------------------------------------------------------

PIECES = (
    "", "\n", "---\n", "id: EP-2\n", "title: ", "state: done\n", "parent: [", "[[VS-1]]", "[[", "{",
    "\t", "😀", "\ud800", "\udc00\ud83d", "\u202e", "\r\n", "\r", "\ufeff", "\x00", "é" * 40,
    "epic: EP-1\n", "key_results: [KR-1, KR-1]\n", "value_stream: VS-9\n", "business_value: 1,5\n",
    "# Head\n", "check_ins: [{on: 2026-99-99, value: x}]\n", "depends_on: [EP-1]\n",
    "visibility: confidential\n",
)  # fmt: skip
QUESTIONS = (
    "hover",
    "completion",
    "definition",
    "references",
    "prepareRename",
    "rename",
    "codeAction",
)


def edited(text: str, chance: random.Random) -> str:
    """The text with a piece put in, taken out, or put in place of another."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 5, 40)))
    return text[:start] + chance.choice(PIECES) + text[end:]


def told(editor: Editor) -> Counter[tuple[str, str]]:
    """The rule and path of each problem that the editor was told of last."""
    return Counter(
        (each["code"], uri.removeprefix(editor.uri("") + "/"))
        for uri, params in editor.told.items()
        for each in params["diagnostics"]
    )


def problems_of(texts: dict[str, str]) -> Counter[tuple[str, str]]:
    """The rule and path of each problem that one finds who reads these files for the first time."""
    fresh = Workspace.from_sources(
        (
            Source(PurePosixPath(path), text.encode("utf-8", "surrogatepass"))
            for path, text in texts.items()
        ),
        None,
        date.today(),  # noqa: DTZ011
    )
    return Counter((each.rule, str(each.at.path)) for each in fresh.snapshot().problems)


def random_run(folder: Path, seed: int, steps: int) -> int:
    """Edits, asks and breaks messages at random; returns how many requests were answered."""
    chance = random.Random(seed)
    with editing(folder) as editor:
        texts, answered = dict(FILES), 0
        for path in texts:
            editor.open(path)
        for step in range(steps):
            path = chance.choice(sorted(texts))
            kind = chance.choice(("edit", "edit", "edit", "ask", "ask", "break", "reset"))
            if kind == "edit":
                texts[path] = edited(texts[path], chance)
                editor.change(path, texts[path])
            elif kind == "reset":
                texts[path] = FILES[path]
                editor.change(path, texts[path])
            elif kind == "break":
                raw(editor, BAD_STREAMS[chance.choice(sorted(BAD_STREAMS))] + framed([]))
            else:
                line = chance.choice((0, 1, 3, 5, 99, 2**31 - 1))
                here = editor.at(path, line, chance.choice((0, 3, 15, 2**31 - 1)))
                context = {"diagnostics": [], "includeDeclaration": True, "triggerKind": 1}
                where = {"start": {"line": 0, "character": 0}, "end": here["position"]}
                more = {"context": context, "range": where, "newName": chance.choice(PIECES)}
                answer = editor.asked(f"textDocument/{chance.choice(QUESTIONS)}", {**here, **more})
                refused = answer.get("error", {}).get("code")
                assert refused in (None, REQUEST_FAILED), answer
                answered += 1
            if step % 30 == 29:  # nothing that is told is stale
                editor.change(path, texts[path])
                editor.problems(path)
                editor.ask("textDocument/hover", editor.at(path, 0, 0))
                assert told(editor) == problems_of(texts), (seed, step)
                answered += 1
        return answered


def test_three_hundred_random_edits_and_messages_never_end_it_and_no_answer_is_stale(
    folder: Path,
) -> None:
    assert random_run(folder, seed=16, steps=300) > 60


@pytest.mark.acceptance
@pytest.mark.parametrize("seed", range(10))
def test_random_edits_and_messages_of_other_seeds(folder: Path, seed: int) -> None:
    assert random_run(folder, seed, steps=300) > 60
