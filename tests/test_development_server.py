"""`serve`: pages that reload by themselves, problems in the browser, and no answer to strangers."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from leanfolio.development_server import FolderWatch, SiteState, guarded, host_name
from making import written

PATIENCE = 60  # seconds
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
MKDOCS = "site_name: Office\ndocs_dir: content\nplugins: [leanfolio]\n"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


class Served:
    """A `serve` in a process of its own, on a port that was free a moment ago."""

    def __init__(self, folder: Path, *command: str, port: int | None = None) -> None:
        self.folder, self.port = folder, port or free_port()
        program = Path(sys.executable).with_name("leanfolio")
        self.process = subprocess.Popen(
            command or [str(program), "serve", "--port", str(self.port)],
            cwd=folder,
            env={
                **os.environ,
                "GIT_CEILING_DIRECTORIES": str(folder.parent),
                "TMPDIR": str(folder),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, path: str = "/", method: str = "GET", **headers: str) -> tuple[int, str]:
        """The status and the text of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def until(self, is_so: Callable[[str], bool], path: str = "/index.html") -> str:
        """The text of a page, once it is so."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(self.end(None)[1])
            try:
                text = self.ask(path)[1]
            except OSError:
                text = ""
            if text and is_so(text):
                return text
            time.sleep(0.1)
        return pytest.fail(f"{path} never came to be so")

    def end(self, signum: int | None = signal.SIGTERM) -> tuple[int, str]:
        """The exit code, after a signal, and what the terminal showed."""
        if signum is not None and self.process.poll() is None:
            self.process.send_signal(signum)
        text, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = written(tmp_path / "office")
    (folder / "mkdocs.yml").write_text(MKDOCS)
    return folder


@pytest.fixture
def served(project: Path) -> Iterator[Served]:
    server = Served(project)
    try:
        server.until(lambda text: "<h1>" in text)
        yield server
    finally:
        server.end()


def is_well(text: str) -> bool:
    return "<h1>" in text and "serve-problems" not in text


# Who is answered -------------------------------------------------------------------------------


def test_only_this_machine_is_answered_and_only_what_a_browser_asks(served: Served) -> None:
    asked = {
        (200, "GET", "/"): {},
        (200, "GET", "/index.html"): {"Host": f"localhost:{served.port}"},
        (200, "HEAD", "/board.html"): {"Host": "[::1]:1"},
        (421, "GET", "/index.html"): {"Host": "evil.example"},
        (421, "GET", "/board.html"): {"Host": ""},
        (421, "GET", "/data.html"): {"Host": "localhost.evil.example:80"},
        (421, "GET", "/ranking.html"): {"Host": "evil@127.0.0.1"},
        (405, "POST", "/"): {},
        (405, "PROPFIND", "/"): {},
        (405, "OPTIONS", "*"): {},
        (400, "GET", "/%00"): {},
        (400, "GET", "/index.html%00.css"): {},
        (400, "GET", "/../mkdocs.yml"): {},
        (400, "GET", "/%2e%2e/%2e%2e/etc/passwd"): {},
        (400, "GET", "/..%5c..%5cetc"): {},
        (400, "GET", "/%ff%fe"): {},
        (404, "GET", "//etc/passwd"): {},
        (404, "GET", "/nothing.html"): {},
        (404, "GET", "/.leanfolio/other.js"): {},
        (400, "GET", "/.leanfolio/changed.js?since=-1"): {},
        (400, "GET", f"/.leanfolio/changed.js?since={'9' * 400}"): {},
        (400, "GET", "/.leanfolio/changed.js"): {},
    }
    answers = {
        (served.ask(path, method, **headers)[0], method, path): headers
        for (_, method, path), headers in asked.items()
    }
    assert answers == asked
    assert "<h1>" in served.ask("/nothing.html")[1]  # the site's own page for a missing address


@pytest.mark.parametrize(
    ("raw", "statuses"),
    [
        (b"\x00\x01\x02\r\n\r\n", (b"400",)),
        (b"GET\r\n\r\n", (b"400",)),
        (b"GET / HTTP/9.9.9\r\nHost: localhost\r\n\r\n", (b"400", b"505")),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", (b"414",)),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", (b"431",)),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 2_000 + b"\r\n", (b"431",)),
    ],
)
def test_what_is_no_request_is_refused_and_the_next_one_answered(
    served: Served, raw: bytes, statuses: tuple[bytes, ...]
) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
        connection.sendall(raw)
        answer = connection.recv(200)
    assert any(status in answer for status in statuses), answer
    assert served.ask()[0] == 200


def test_other_sites_may_neither_frame_nor_load_a_draft(served: Served) -> None:
    connection = HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
    connection.request("GET", "/search.js")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert answer.getheader("X-Frame-Options") == "DENY"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1:8000", "127.0.0.1"), ("LOCALHOST", "localhost"), ("[::1]:8", "::1"),
        ("", None), ("localhost:port", None), ("localhost/", None), ("a@localhost", None),
        ("[::1", None), ("localhost#", None),
    ],
)  # fmt: skip
def test_a_host_is_a_name_with_at_most_a_port(host: str, name: str | None) -> None:
    assert host_name(host) == name


def test_what_the_inner_application_answers_to_head_has_its_length_and_no_body() -> None:
    def inner(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/css"), ("Content-Length", "5")])
        return [b"a {}\n"]

    said: list[Any] = []
    environ = {"REQUEST_METHOD": "HEAD", "PATH_INFO": "/a.css", "HTTP_HOST": "localhost"}
    body = guarded(inner, SiteState(True))(environ, lambda *answer: said.extend(answer))
    assert (list(body), said[0]) == ([], "200 OK")
    assert dict(said[1])["Content-Length"] == "5"


# What is shown ---------------------------------------------------------------------------------


def test_a_page_keeps_its_policy_and_asks_for_changes_by_a_script_of_the_site(
    served: Served,
) -> None:
    text = served.ask()[1]
    assert "script-src 'self'" in text
    assert "var livereload" not in text
    since = text.partition("/.leanfolio/reload.js?since=")[2].partition('"')[0]
    assert served.ask(f"/.leanfolio/changed.js?since={int(since) - 1}")[1] == "location.reload();\n"
    title = served.folder / "content" / "epics" / "EP-1.md"
    title.write_text(title.read_text().replace("An epic", "Another epic"))
    assert served.ask(f"/.leanfolio/changed.js?since={since}")[1] == "location.reload();\n"
    assert "Another epic" in served.ask("/epics/EP-1.html")[1]


def test_a_problem_stands_on_top_of_the_last_good_site_until_it_is_fixed(served: Served) -> None:
    epic = served.folder / "content" / "epics" / "EP-1.md"
    good = epic.read_text()
    epic.write_text(good.replace("state: funnel", "state: <b>nowhere</b>"))
    text = served.until(lambda text: "serve-problems" in text)
    assert "The last good site is shown until this is fixed." in text
    assert "state-unknown" in text
    assert "<b>nowhere" not in text
    assert "<h1>" in text
    epic.write_text(good)
    served.until(is_well)


def test_a_content_folder_may_go_and_come_back(served: Served) -> None:
    content = served.folder / "content"
    content.rename(served.folder / "away")
    assert "there is no folder" in served.until(lambda text: "serve-problems" in text)
    shutil.copytree(served.folder / "away", content)
    served.until(is_well)
    (content / "epics" / "EP-2.md").write_text("---\nstate: nowhere\n---\n# Two\n")
    served.until(lambda text: "EP-2" in text and "serve-problems" in text)


def test_content_that_is_broken_from_the_start_is_shown_until_it_is_fixed(project: Path) -> None:
    epic = project / "content" / "epics" / "EP-1.md"
    good = epic.read_text()
    epic.write_text(good.replace("state: funnel", "state: nowhere"))
    server = Served(project)
    try:
        text = server.until(lambda text: "serve-problems" in text, "/board.html")
        assert "There is no site yet" in text
        assert server.ask("/board.html")[0] == 503
        epic.write_text(good)
        server.until(is_well, "/board.html")
    finally:
        server.end()


def test_plain_mkdocs_reloads_under_the_policy_too(project: Path) -> None:
    port = free_port()
    program = str(Path(sys.executable).with_name("mkdocs"))
    server = Served(project, program, "serve", "--dev-addr", f"127.0.0.1:{port}", port=port)
    try:
        text = server.until(lambda text: "<h1>" in text)
        assert "/.leanfolio/reload.js?since=" in text
        assert "var livereload" not in text
        assert server.ask(Host="evil.example")[0] == 421
        epic = project / "content" / "epics" / "EP-1.md"
        epic.write_text(epic.read_text().replace("state: funnel", "state: nowhere"))
        server.until(lambda text: "serve-problems" in text)
    finally:
        server.end()


# How it begins and ends ------------------------------------------------------------------------


def test_a_taken_port_is_told_before_anything_is_built(project: Path) -> None:
    (project / "content" / "epics" / "EP-1.md").write_text("---\nstate: nowhere\n---\n# One\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, text = Served(project, port=port).end(None)
    assert code == 3
    error, hint = text.splitlines()
    assert error.startswith(f"error: cannot serve on port {port}: ")
    assert hint.startswith("hint: give another with --port")
    assert [path.name for path in project.iterdir()] == ["content", "mkdocs.yml"]


@POSIX
@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_and_leaves_nothing_behind(project: Path, signum: int, code: int) -> None:
    server = Served(project)
    server.until(lambda text: "<h1>" in text)
    waiting = socket.create_connection(("127.0.0.1", server.port))
    waiting.sendall(
        b"GET /.leanfolio/changed.js?since=99999999999999 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    ended, text = server.end(signum)
    waiting.close()
    assert ended == code, text
    assert "Traceback" not in text
    assert sorted(path.name for path in project.iterdir()) == ["content", "mkdocs.yml"]


def test_a_watched_folder_that_is_replaced_is_watched_on(tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    seen: list[str] = []

    class Handler:
        def dispatch(self, event: Any) -> None:
            seen.append(event.src_path)

    watch = FolderWatch()
    watch.PAUSE = 0.01
    watch.schedule(Handler(), str(folder))  # type: ignore[arg-type]
    watch.start()
    try:
        (folder / "a.md").write_text("a")
        wait_until(lambda: len(seen) == 1)
        shutil.rmtree(folder)
        wait_until(lambda: len(seen) == 2)
        folder.mkdir()
        (folder / "b.md").write_text("b")
        wait_until(lambda: len(seen) == 3)
    finally:
        watch.stop()
        watch.join()


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


# In a browser ----------------------------------------------------------------------------------


class Browser:
    """Chromium with one page, spoken to over its debugging pipe."""

    def __init__(self, folder: Path, address: str) -> None:
        assert BROWSER is not None
        to_browser, self.requests = os.pipe()
        self.answers, from_browser = os.pipe()

        def wire() -> None:  # Chromium reads from 3 and writes to 4
            os.dup2(to_browser, 23)
            os.dup2(from_browser, 24)
            os.dup2(23, 3)
            os.dup2(24, 4)

        self.process = subprocess.Popen(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
             "--no-first-run", "--disable-background-networking", "--remote-debugging-pipe",
             f"--user-data-dir={folder}", "about:blank"],
            close_fds=False, preexec_fn=wire, stderr=subprocess.DEVNULL,  # noqa: PLW1509
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.session, self.text = 0, "", b""
        target = self.call("Target.createTarget", url=address)["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        self.blocked: list[str] = []
        self.call("Log.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.requests, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.text:
                self.text += os.read(self.answers, 1 << 16)
            line, _, self.text = self.text.partition(b"\0")
            answer = json.loads(line)
            if answer.get("method") == "Log.entryAdded":
                self.blocked.append(answer["params"]["entry"]["text"])
            if answer.get("id") == self.number:
                result: dict[str, Any] = answer.get("result", {})
                return result

    def shows(self, expression: str) -> bool:
        """Whether an expression is true on the page as it stands now."""
        result = self.call("Runtime.evaluate", expression=expression).get("result", {})
        return bool(result.get("value"))

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        os.close(self.requests)
        os.close(self.answers)


@pytest.mark.acceptance
@pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
def test_an_open_page_reloads_shows_problems_and_recovers(served: Served, tmp_path: Path) -> None:
    epic = served.folder / "content" / "epics" / "EP-1.md"
    good = epic.read_text()
    page = f"http://127.0.0.1:{served.port}/epics/EP-1.html"
    browser = Browser(tmp_path / "profile", page)
    try:
        wait_until(lambda: browser.shows("document.querySelector('h1') != null"))
        epic.write_text(good.replace("An epic", "Another epic"))
        wait_until(
            lambda: browser.shows(
                "document.title.startsWith('EP-1 Another')"
                " || document.body.innerText.includes('Another epic')"
            )
        )
        epic.write_text(good.replace("state: funnel", "state: nowhere"))
        problems = "document.querySelector('.serve-problems pre')?.innerText.includes('nowhere')"
        wait_until(lambda: browser.shows(problems))
        red = "getComputedStyle(document.querySelector('.serve-problems')).padding != '0px'"
        assert browser.shows(red)  # its style sheet is let in
        epic.write_text(good)
        wait_until(lambda: browser.shows("!document.querySelector('.serve-problems')"))
        assert browser.blocked == []
    finally:
        browser.close()
