"""How long an editor waits: from a key that is pressed to the problems of what was typed.

It speaks to a real `leanfolio lsp`, over pipes, as an editor does.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAUSE = 0.05  # seconds between two keys: a fast typist


class Editor:
    """An editor that has one file open and types into it."""

    def __init__(self, command: list[str], folder: Path, file: Path) -> None:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.uri = file.as_uri()
        self.version = 1
        self.send("initialize", {"rootUri": folder.as_uri(), "capabilities": {}}, id=1)
        while self.take().get("id") != 1:
            pass
        self.send("initialized", {})
        document = {"uri": self.uri, "languageId": "markdown", "version": 1}
        self.send("textDocument/didOpen", {"textDocument": {**document, "text": file.read_text()}})
        self.wait()

    def send(self, method: str, params: Any, **more: int) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params, **more}
        data = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def take(self) -> dict[str, Any]:
        """The next message."""
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise SystemExit("the language server has gone")
        found: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return found

    def wait(self) -> None:
        """Wait for the problems of what was typed last."""
        while True:
            said = self.take()
            if said.get("method") == "textDocument/publishDiagnostics":
                about = said["params"]
                if (about["uri"], about.get("version")) == (self.uri, self.version):
                    return

    def type(self, text: str) -> float:
        """Change the file to this, and tell how many seconds the answer took."""
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        start = time.monotonic()
        changed = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.send("textDocument/didChange", changed)
        self.wait()
        return time.monotonic() - start

    def megabytes(self) -> float:
        """The most memory that the server has held so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def close(self) -> None:
        self.send("shutdown", None, id=2)
        self.send("exit", None)
        self.process.communicate(timeout=60)


def answers(command: list[str], folder: Path, file: Path, keys: int) -> tuple[list[float], float]:
    """Seconds from each of so many keys to its answer, and the megabytes that the server held."""
    editor = Editor(command, folder, file)
    seconds = []
    for text in typed(file.read_text(), keys):
        seconds.append(editor.type(text))
        time.sleep(PAUSE)
    held = editor.megabytes()
    editor.close()
    return seconds, held


def typed(text: str, keys: int) -> Iterator[str]:
    """The file after each key: words in its prose, then a field, then a link, in turn."""
    for number in range(keys):
        letters = "Lorem ipsum dolor sit amet "[: number % 27 + 1]
        yield (
            f"{text}{letters}",
            text.replace("owner: ", f"owner: {letters.replace(' ', '')}"),
            text.replace("key_results: [", f"key_results: [KR-{number + 1}, "),
        )[number // 10 % 3]
