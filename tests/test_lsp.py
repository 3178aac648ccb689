"""The language server, spoken to as an editor speaks to it: in a process of its own, over pipes."""

import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import run_command

pytest.importorskip("pygls")

PATIENCE = 60  # seconds
PORTFOLIO = """\
---
type: portfolio
title: A portfolio
as_of: 2026-10-15
---
What we are here for.
"""
EPIC = """\
---
title: Returns without paper
owner: R. Ahmed
state: funnel
value_stream: VS-1
key_results: [KR-1]
---
It costs too much. See [[VS-1]].
"""
FILES = {
    "portfolio.md": PORTFOLIO,
    "themes/TH-1.md": "---\ntitle: Near\n---\nClose to the shopper.\n",
    "objectives/OBJ-1.md": (
        "---\ntitle: Loved\nowner: R. Ahmed\nthemes: [TH-1]\nperiod: 2026-Q4\nkey_results:\n"
        '  - {id: KR-1, title: Score, unit: "%", start: 0, target: 10,'
        " check_ins: [{on: 2026-10-14, value: 1}]}\n---\nWhy.\n"
    ),
    "value-streams/VS-1.md": "---\ntitle: Parcels\nowner: L. Meyer\n---\nFrom door to door.\n",
    "epics/EP-1.md": EPIC,
    "features/FT-1.md": (
        "---\ntitle: Label\nepic: EP-1\nstate: backlog\n---\nSee [why](../epics/EP-1.md).\n"
    ),
}


class Editor:
    """A very small editor: it opens, types, asks, and remembers the problems it is told."""

    def __init__(self, root: Path, *command: str, **capabilities: Any) -> None:
        self.root = root
        self.process = subprocess.Popen(
            command or [str(Path(sys.executable).with_name("leanfolio")), "lsp"],
            cwd=root.parent,  # an editor starts its servers anywhere
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.told: dict[str, dict[str, Any]] = {}
        self.tellings: list[dict[str, Any]] = []
        self.answers: dict[int, dict[str, Any]] = {}
        self.inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.number = 0
        self.versions: dict[str, int] = {}
        self.errors: list[bytes] = []
        self.threads = [threading.Thread(target=each) for each in (self.listen, self.drain)]
        for thread in self.threads:
            thread.start()
        asked = {
            "processId": None,
            "rootUri": root.as_uri(),
            "capabilities": capabilities or {"textDocument": {}, "workspace": {}},
        }
        self.abilities = self.ask("initialize", asked)["capabilities"]
        self.tell("initialized", {})

    def listen(self) -> None:
        out = self.process.stdout
        assert out is not None
        while True:
            length = 0
            while (line := out.readline().strip()) or not length:
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                elif not line and not length:
                    self.inbox.put(None)
                    return
            self.inbox.put(json.loads(out.read(length)))

    def drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line)

    def send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def take(self) -> None:
        """Take in one message."""
        message = self.inbox.get(timeout=PATIENCE)
        assert message is not None, b"".join(self.errors).decode()
        if message.get("method") == "textDocument/publishDiagnostics":
            self.told[message["params"]["uri"]] = message["params"]
            self.tellings.append(message["params"])
        elif "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        elif "id" in message:
            self.answers[message["id"]] = message

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def asked(self, method: str, params: Any) -> dict[str, Any]:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while self.number not in self.answers:
            self.take()
        return self.answers.pop(self.number)

    def ask(self, method: str, params: Any) -> Any:
        answer = self.asked(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def uri(self, path: str) -> str:
        return (self.root / "content" / path).as_uri()

    def open(self, path: str, text: str | None = None) -> list[dict[str, Any]]:
        """Open a file, and wait for its problems."""
        text = (self.root / "content" / path).read_text() if text is None else text
        self.versions[path] = 1
        document = {"uri": self.uri(path), "languageId": "markdown", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return self.problems(path)

    def change(self, path: str, text: str) -> None:
        """Change the whole text of an open file."""
        self.versions[path] += 1
        document = {"uri": self.uri(path), "version": self.versions[path]}
        changed = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.tell("textDocument/didChange", changed)

    def type(self, path: str, text: str) -> list[dict[str, Any]]:
        """Change the whole text of an open file, and wait for its problems."""
        self.change(path, text)
        return self.problems(path)

    def problems(self, path: str) -> list[dict[str, Any]]:
        """The problems of the version that was typed last."""
        while self.told.get(self.uri(path), {}).get("version") != self.versions[path]:
            self.take()
        found: list[dict[str, Any]] = self.told[self.uri(path)]["diagnostics"]
        return found

    def until(self, path: str, rule: str) -> dict[str, Any]:
        """Wait until a file, open or not, has a problem."""
        while True:
            for each in self.told.get(self.uri(path), {}).get("diagnostics", ()):
                if each["code"] == rule:
                    found: dict[str, Any] = each
                    return found
            self.take()

    def at(self, path: str, line: int, character: int, **more: Any) -> dict[str, Any]:
        position = {"line": line, "character": character}
        return {"textDocument": {"uri": self.uri(path)}, "position": position, **more}

    def watched(self, **changes: int) -> None:
        """Tell of changes on the disk: 1 for a new file, 2 for a change, 3 for one that is gone."""
        found = [{"uri": self.uri(path), "type": kind} for path, kind in changes.items()]
        self.tell("workspace/didChangeWatchedFiles", {"changes": found})

    def close(self, *, quietly: bool = True) -> None:
        self.ask("shutdown", None)
        self.tell("exit", None)
        try:
            code = self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            for thread in self.threads:
                thread.join()
            for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
                assert pipe is not None
                pipe.close()
        assert code == 0
        if quietly:
            assert not b"".join(self.errors).strip(), b"".join(self.errors).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def editor(folder: Path) -> Iterator[Editor]:
    found = Editor(folder)
    yield found
    found.close()


def rules(problems: list[dict[str, Any]]) -> list[str]:
    return [problem["code"] for problem in problems]


def test_problems_come_as_one_types_and_go_as_one_mends(editor: Editor) -> None:
    assert editor.open("epics/EP-1.md") == []
    (wrong,) = editor.type("epics/EP-1.md", EPIC.replace("state: funnel", "state: funel"))
    assert wrong["code"] == "state-unknown"
    assert wrong["source"] == "leanfolio"
    assert "did you mean funnel?" in wrong["message"]
    assert wrong["range"] == {
        "start": {"line": 3, "character": 7},
        "end": {"line": 3, "character": 12},
    }
    assert editor.type("epics/EP-1.md", EPIC) == []


def test_one_file_breaks_another_that_is_not_open(editor: Editor) -> None:
    editor.open("epics/EP-1.md")
    editor.type("epics/EP-1.md", EPIC.replace("---\ntitle", "---\nid: EP-2\ntitle", 1))
    found = editor.until("features/FT-1.md", "link-unknown")
    assert found["range"]["start"] == {"line": 2, "character": 6}


HALF = (
    "", "-", "---", "---\n", "---\nstate", "---\nstate:", "---\nstate: [", "---\n{", "---\n- - -",
    "---\nkey_results: {KR-1: \n---\n", "---\n\ttitle: x\n---\n", "---\n&a *b !c\n---\n[[",
    "\ud800",
    "---\ntitle: \ud83d\n---\n", "---\r\ntitle: x\r---\n", "---\n" + "[" * 3000 + "\n---\n", "\0",
)  # fmt: skip


def test_what_is_half_typed_never_stops_the_server(editor: Editor) -> None:
    editor.open("epics/EP-1.md")
    for text in HALF:
        editor.type("epics/EP-1.md", text)
        lines = text.split("\n")
        for method in ("completion", "hover", "definition", "prepareRename"):
            for line, said in enumerate(lines[:5]):
                here = editor.at("epics/EP-1.md", line, len(said[:50]))
                editor.ask(f"textDocument/{method}", here)
                beyond = editor.at("epics/EP-1.md", line + 9, 99)
                editor.ask(f"textDocument/{method}", beyond)
    assert editor.type("epics/EP-1.md", EPIC) == []


def test_ids_are_completed_by_the_types_that_a_field_may_name(editor: Editor) -> None:
    editor.open("features/FT-1.md", "---\ntitle: Label\nepic: \n---\n")
    found = editor.ask("textDocument/completion", editor.at("features/FT-1.md", 2, 6))
    (offer,) = found["items"]
    assert (offer["label"], offer["detail"]) == ("EP-1", "Returns without paper")
    assert offer["textEdit"]["newText"] == "EP-1"


def test_states_fields_words_and_items_in_prose_are_completed(editor: Editor) -> None:
    text = "---\ntitle: Label\nstate: \nki\nurgency: ex\n---\nSee [[VS"
    editor.open("features/FT-1.md", text)

    def offered(line: int, character: int) -> list[str]:
        asked = editor.at("features/FT-1.md", line, character)
        found = editor.ask("textDocument/completion", asked)
        return [each["label"] for each in found["items"]]

    assert "in-progress" in offered(2, 7)
    assert "kind" in offered(3, 2)
    assert offered(4, 11) == ["expedite"]
    assert offered(6, 8) == ["VS-1"]


def test_hovering_over_an_id_tells_what_it_is(editor: Editor) -> None:
    editor.open("features/FT-1.md")
    told = editor.ask("textDocument/hover", editor.at("features/FT-1.md", 2, 8))
    text = told["contents"]["value"]
    assert text.startswith("EP-1 Returns without paper")
    assert "epic, funnel (new)" in text
    assert "owner: R. Ahmed" in text
    assert "epics/EP-1.md:1" in text


def test_markup_in_a_title_is_text_in_a_hover(folder: Path) -> None:
    path = folder / "content/epics/EP-1.md"
    path.write_text(EPIC.replace("Returns without paper", '"![x](http://e.example/a.png) <b>"'))
    hovering = {"hover": {"contentFormat": ["markdown"]}}
    editor = Editor(folder, textDocument=hovering)
    editor.open("features/FT-1.md")
    told = editor.ask("textDocument/hover", editor.at("features/FT-1.md", 2, 8))
    assert told["contents"]["kind"] == "markdown"
    assert r"\!\[x\]\(http\:" in told["contents"]["value"]
    assert "<b>" not in told["contents"]["value"].replace(r"\<b\>", "")
    editor.close()


def test_a_link_leads_to_its_item_and_an_item_to_its_links(editor: Editor) -> None:
    editor.open("features/FT-1.md")
    there = editor.ask("textDocument/definition", editor.at("features/FT-1.md", 2, 8))
    assert there["uri"] == editor.uri("epics/EP-1.md")
    asked = editor.at("features/FT-1.md", 2, 8, context={"includeDeclaration": True})
    named = editor.ask("textDocument/references", asked)
    places = [(each["uri"].rpartition("/")[2], each["range"]["start"]["line"]) for each in named]
    assert places == [("FT-1.md", 2), ("FT-1.md", 5)]
    nested = editor.at("epics/EP-1.md", 5, 16)
    editor.open("epics/EP-1.md")
    there = editor.ask("textDocument/definition", nested)
    assert (there["uri"], there["range"]["start"]) == (
        editor.uri("objectives/OBJ-1.md"), {"line": 6, "character": 9},
    )  # fmt: skip


@pytest.mark.parametrize("said", [{"documentChanges": True}, {}], ids=["code", "neovim"])
def test_an_item_is_renamed_with_its_file_where_the_editor_can(
    folder: Path, said: dict[str, bool]
) -> None:
    able = {**said, "resourceOperations": ["create", "rename"]}
    editor = Editor(folder, workspace={"workspaceEdit": able})
    editor.open("features/FT-1.md")
    ready = editor.ask("textDocument/prepareRename", editor.at("features/FT-1.md", 2, 8))
    assert ready["placeholder"] == "EP-1"
    asked = editor.at("features/FT-1.md", 2, 8, newName="EP-7")
    first, moved = editor.ask("textDocument/rename", asked)["documentChanges"]
    assert [each["newText"] for each in first["edits"]] == ["EP-7", "EP-7.md"]
    assert moved["kind"] == "rename"
    assert moved["newUri"] == editor.uri("epics/EP-7.md")
    editor.close()


def test_an_item_is_renamed_by_a_field_where_it_cannot(editor: Editor) -> None:
    editor.open("features/FT-1.md")
    asked = editor.at("features/FT-1.md", 2, 8, newName="EP-7")
    changes = editor.ask("textDocument/rename", asked)["changes"]
    assert changes[editor.uri("epics/EP-1.md")][0]["newText"] == "id: EP-7\n"
    assert [change["newText"] for change in changes[editor.uri("features/FT-1.md")]] == ["EP-7"]


def test_an_id_that_is_taken_or_none_is_refused(editor: Editor) -> None:
    editor.open("features/FT-1.md")
    for new in ("VS-1", "vs-1", "two words", "-x", ""):
        asked = editor.at("features/FT-1.md", 2, 8, newName=new)
        error = editor.asked("textDocument/rename", asked)["error"]
        assert "taken" in error["message"] or "cannot be an id" in error["message"]


def test_a_problem_offers_its_fix(editor: Editor) -> None:
    wrong = editor.open("epics/EP-1.md", EPIC.replace("owner:", "ownr:"))
    ours = [each for each in wrong if each["code"] == "field-unknown"]
    where = {"textDocument": {"uri": editor.uri("epics/EP-1.md")}, "range": ours[0]["range"]}
    (action,) = editor.ask("textDocument/codeAction", {**where, "context": {"diagnostics": ours}})
    assert action["kind"] == "quickfix"
    assert action["isPreferred"]
    assert action["diagnostics"] == ours
    (edit,) = action["edit"]["changes"][editor.uri("epics/EP-1.md")]
    assert edit == {"range": ours[0]["range"], "newText": "owner"}
    context = {"diagnostics": [], "only": ["source.fixAll"]}
    (whole,) = editor.ask("textDocument/codeAction", {**where, "context": context})
    (edit,) = whole["edit"]["changes"][editor.uri("epics/EP-1.md")]
    assert edit["newText"] == "owner: R. Ahmed\n"


def test_a_file_that_is_closed_unsaved_is_read_from_the_disk_again(editor: Editor) -> None:
    editor.open("epics/EP-1.md")
    assert editor.type("epics/EP-1.md", EPIC.replace("funnel", "nowhere"))
    closing = {"textDocument": {"uri": editor.uri("epics/EP-1.md")}}
    editor.tell("textDocument/didClose", closing)
    while editor.told[editor.uri("epics/EP-1.md")]["diagnostics"]:
        editor.take()


def test_files_that_come_go_and_change_on_the_disk_are_seen(editor: Editor) -> None:
    editor.open("epics/EP-1.md")
    old, new = (editor.root / "content/features" / name for name in ("FT-1.md", "FT-2.md"))
    new.write_text(old.read_text().replace("EP-1", "EP-9"))
    old.unlink()
    editor.watched(**{"features/FT-1.md": 3, "features/FT-2.md": 1})  # as a rename is told
    editor.until("features/FT-2.md", "link-unknown")
    new.write_text(new.read_text().replace("EP-9", "EP-1"))
    editor.watched(**{"features/FT-2.md": 2})
    while editor.told[editor.uri("features/FT-2.md")]["diagnostics"]:
        editor.take()
    asked = editor.at("epics/EP-1.md", 0, 1, context={"includeDeclaration": False})
    named = editor.ask("textDocument/references", asked)
    assert {each["uri"].rpartition("/")[2] for each in named} == {"FT-2.md"}


def test_an_open_file_that_is_gone_from_the_disk_stays_until_it_is_closed(editor: Editor) -> None:
    editor.open("epics/EP-1.md")
    (editor.root / "content/epics/EP-1.md").unlink()
    editor.watched(**{"epics/EP-1.md": 3})
    assert editor.type("epics/EP-1.md", EPIC) == []
    closing = {"textDocument": {"uri": editor.uri("epics/EP-1.md")}}
    editor.tell("textDocument/didClose", closing)
    editor.until("features/FT-1.md", "link-unknown")


def test_where_the_editor_does_not_watch_the_disk_saving_looks_there(folder: Path) -> None:
    watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
    for able, seen in (({}, True), (watching, False)):
        (folder / "content/features/FT-2.md").unlink(missing_ok=True)
        editor = Editor(folder, workspace=able)
        editor.open("epics/EP-1.md")
        (folder / "content/features/FT-2.md").write_text("---\ntitle: x\nepic: EP-9\n---\n")
        document = {"textDocument": {"uri": editor.uri("epics/EP-1.md")}}
        editor.tell("textDocument/didSave", document)
        editor.type("epics/EP-1.md", EPIC)
        editor.ask("textDocument/hover", editor.at("epics/EP-1.md", 0, 0))
        assert (editor.uri("features/FT-2.md") in editor.told) == seen
        editor.close()


def test_a_table_beside_the_items_shows_its_problems_on_their_lines(folder: Path) -> None:
    table = folder / "content/actuals/spending.csv"
    table.parent.mkdir()
    table.write_text("date,item,amount,currency\n2026-10-01,EP-1,5,EUR\n2026-10-02,EP-1,many,EUR\n")
    editor = Editor(folder)
    editor.open("epics/EP-1.md")
    found = editor.until("actuals/spending.csv", "actual-unreadable")
    assert found["range"]["start"] == {"line": 2, "character": 16}
    editor.close()


def test_a_file_outside_of_the_content_is_none_of_ours(editor: Editor) -> None:
    uri = (editor.root / "README.md").as_uri()
    document = {"uri": uri, "languageId": "markdown", "version": 1, "text": EPIC}
    editor.tell("textDocument/didOpen", {"textDocument": document})
    here = {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 15}}
    for method in ("completion", "hover", "definition", "prepareRename"):
        assert editor.ask(f"textDocument/{method}", here) is None
    where = {"start": here["position"], "end": here["position"]}
    asked = {**here, "range": where, "context": {"diagnostics": []}}
    assert editor.ask("textDocument/codeAction", asked) is None
    editor.open("epics/EP-1.md")
    assert uri not in editor.told


def test_of_fast_typing_the_last_word_wins(editor: Editor) -> None:
    editor.open("epics/EP-1.md")
    editor.tellings.clear()
    for number in range(300):
        editor.change("epics/EP-1.md", EPIC.replace("funnel", f"state-{number}"))
    (last,) = editor.problems("epics/EP-1.md")
    assert "state-299," in last["message"]
    editor.ask("textDocument/hover", editor.at("epics/EP-1.md", 0, 0))
    ours = [telling for telling in editor.tellings if telling["uri"] == editor.uri("epics/EP-1.md")]
    versions = [our["version"] for our in ours]
    assert versions == sorted(set(versions))
    for our in ours:  # what is told of a version is what that version says
        assert f"state-{our['version'] - 2}," in our["diagnostics"][0]["message"]
    assert len(ours) < 150  # what is typed in one go is checked once


BROKEN = """
import sys
from leanfolio.editor import lsp
from leanfolio.editor import workspace
from leanfolio.editor.lsp import queries

def broken(*_):
    raise RuntimeError("a fault of ours")

queries.complete = queries.hover_text_for = broken
whole = workspace.apply_policy
workspace.apply_policy = lambda portfolio, setting, found: (
    broken() if any("bad" in each.title for each in portfolio.items.values())
    else whole(portfolio, setting, found)
)
lsp.serve(None)
"""


def test_a_fault_in_one_answer_does_not_end_the_others(folder: Path) -> None:
    editor = Editor(folder, sys.executable, "-c", BROKEN)
    editor.open("epics/EP-1.md")
    here = editor.at("features/FT-1.md", 2, 8)
    for method in ("completion", "hover"):
        assert "a fault of ours" in editor.asked(f"textDocument/{method}", here)["error"]["message"]
    assert editor.ask("textDocument/definition", here)["uri"] == editor.uri("epics/EP-1.md")
    editor.change("epics/EP-1.md", EPIC.replace("Returns", "bad"))
    assert "error" in editor.asked("textDocument/hover", here)
    (wrong,) = editor.type("epics/EP-1.md", EPIC.replace("funnel", "funel"))
    assert wrong["code"] == "state-unknown"
    editor.close(quietly=False)


def test_the_editor_tells_of_the_sample_what_check_tells(tmp_path: Path, root: Path) -> None:
    """On the sample as it is, and with faults in it: in items, in prose, in a table."""
    shutil.copytree(root / "content", tmp_path / "content")
    (tmp_path / "mkdocs.yml").touch()
    epic = tmp_path / "content/epics/EP-14.md"
    table = next((tmp_path / "content").rglob("*.csv"))
    for round in range(2):
        if round:
            epic.write_text(epic.read_text().replace("state:", "staet:") + "\n😀 [[EP-99]]\n")
            table.write_text(table.read_text() + "EP-99,2026-10,1\n")
        editor = Editor(tmp_path)
        editor.open("epics/EP-14.md")
        editor.ask("textDocument/hover", editor.at("epics/EP-14.md", 0, 0))
        told = Counter(
            (
                uri.removeprefix((tmp_path / "content").as_uri() + "/"),
                param["range"]["start"]["line"] + 1,
                param["code"],
                {1: "error", 2: "warning"}[param["severity"]],
                param["message"],
            )
            for uri, params in editor.told.items()
            for param in params["diagnostics"]
        )
        editor.close()
        done = run_command("leanfolio", "check", "--format", "json", cwd=tmp_path)
        said = Counter(
            (
                load["file"].removeprefix("content/"),
                load["line"],
                load["rule"],
                load["severity"],
                f"{load['message']}\n{load['hint']}",
            )
            for load in json.loads(done.stdout)["problems"]
        )
        assert told == said
        assert sum(said.values()) > 4 * round


def test_columns_are_counted_as_the_editor_counts(folder: Path) -> None:
    text = EPIC.replace("See [[VS-1]]", "😀😀 See [[VS-9]]")
    for encoding, column in (("utf-16", 28), ("utf-8", 32), ("utf-32", 26)):
        editor = Editor(folder, general={"positionEncodings": [encoding]})
        (wrong,) = editor.open("epics/EP-1.md", text)
        assert wrong["range"]["start"] == {"line": 7, "character": column}
        asked = editor.at("epics/EP-1.md", 7, column + 4)
        offered = editor.ask("textDocument/completion", asked)["items"][0]
        assert offered["textEdit"]["range"]["start"]["character"] == column + 2
        editor.close()


# In a real editor ----------------------------------------------------------------------------

DRIVEN = r"""
local told = {}
local function say(what) table.insert(told, what) end
local function until_(f) return vim.wait(60000, f, 20) end
local function client() return vim.lsp.get_clients({ bufnr = 0 })[1] end
local function here() return vim.lsp.util.make_position_params(0, client().offset_encoding) end

vim.cmd.edit('content/features/FT-1.md')
until_(function() return client() and client().initialized end)
vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'state: backlg' })
until_(function() return #vim.diagnostic.get(0) == 1 end)
say(vim.diagnostic.get(0)[1].code .. ' ' .. vim.diagnostic.get(0)[1].lnum)
vim.fn.cursor(4, 8)
vim.lsp.buf.code_action({ apply = true, filter = function(each) return each.isPreferred end })
until_(function() return #vim.diagnostic.get(0) == 0 end)
say(vim.fn.getline(4))

vim.fn.cursor(3, 7)
local found = client():request_sync('textDocument/hover', here(), 60000, 0)
say(vim.split(found.result.contents.value, '\n')[1])
vim.api.nvim_feedkeys(vim.keycode('<C-]>'), 'tx', false)
say(vim.fn.expand('%:t') .. ' ' .. vim.fn.line('.'))

vim.fn.cursor(4, 1)
vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'state: fun' })
vim.fn.cursor(4, 10)
vim.api.nvim_feedkeys(vim.keycode('A<C-x><C-o>'), 'n', false)
vim.defer_fn(function()
  say(vim.fn.getline(4))
  vim.fn.cursor(1, 1)
  vim.lsp.buf.rename('EP-7')
  until_(function() return vim.fn.expand('%:t') == 'EP-7.md' end)
  vim.cmd('silent! wall')
  say(vim.fn.expand('%:t'))
  vim.fn.writefile(told, 'told.txt')
  vim.cmd('qall!')
end, 3000)
"""


@pytest.mark.acceptance
def test_neovim_works_with_the_set_up_that_the_documentation_gives(
    folder: Path, root: Path, tmp_path: Path
) -> None:
    nvim = shutil.which("nvim") or ""
    asked = [nvim, "--headless", "--clean", "+lua print(vim.lsp.config and 1)", "+q"]
    if not nvim or b"1" not in subprocess.run(asked, capture_output=True, check=True).stderr:
        pytest.skip("there is no Neovim from 0.11 on")
    (start,) = re.findall(r"```lua\n(.*?)```", (root / "docs/editors.md").read_text(), re.DOTALL)
    (tmp_path / "init.lua").write_text(start)
    (tmp_path / "drive.lua").write_text(DRIVEN)
    (folder / "mkdocs.yml").touch()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    drive = "+lua if not xpcall(dofile, print, 'drive.lua') then vim.cmd.cquit() end"
    command = [nvim, "--headless", "-n", "-u", str(tmp_path / "init.lua"), drive]
    environment = {**os.environ, "PATH": path}
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=300)
    assert (folder / "told.txt").read_text().splitlines() == [
        "state-unknown 3",
        "state: backlog",
        r"**EP\-1 Returns without paper**",
        "EP-1.md 1",
        "state: funnel",
        "EP-7.md",
    ]
    assert "epic: EP-7" in (folder / "content/features/FT-1.md").read_text()
    assert not (folder / "content/epics/EP-1.md").exists()
