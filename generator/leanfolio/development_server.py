"""What `serve` answers: pages that reload by themselves, and nothing to other sites.

A WSGI application around the one that MkDocs, or its fork, serves a built site with. That one
reloads pages by an inline script, which the policy of our pages forbids, and answers whoever asks,
in whatever way. What is added here lies below `/.leanfolio/`, where no page of content can be.
"""

import os
import re
import threading
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct, field
from watchdog.events import FileModifiedEvent, FileSystemEventHandler

from leanfolio.disk.templates import templates_folder

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

HOSTS = frozenset(("127.0.0.1", "::1", "localhost"))
OURS = "/.leanfolio/"
FILES = {"reload.js": "text/javascript; charset=utf-8", "serve.css": "text/css; charset=utf-8"}
# No other site may frame a page or load a file of it: drafts are nobody's but the author's.
GUARDS = (
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
INLINE = re.compile(rb"<script>\s*var livereload = .*?</script>", re.DOTALL)
BODY = re.compile(rb"<body[^>]*>")
LAST_EPOCH = 10**15  # what a page may say of its age, in milliseconds


class Response(Struct):
    """What an application answered: its status, its headers and its whole body."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def is_page(self) -> bool:
        return any(
            name.lower() == "content-type" and value.startswith("text/html")
            for name, value in self.headers
        )


class SiteState(Struct):
    """What `serve` knows of the site: whether one was ever built, and why the newest was not."""

    published: bool = False
    trouble: str = ""  # the problems as a terminal shows them; empty while all is well


def guarded(inner: Application, state: SiteState) -> Application:
    """The application that serves a site to browsers on this machine, and reloads their pages."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        response = refusal(environ) or respond(inner, environ, state)
        headers = [
            *(
                (name, value)
                for name, value in response.headers
                if name.lower() != "content-length"
            ),
            ("Content-Length", str(len(response.body))),
            *GUARDS,
        ]
        start_response(response.status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]

    return answer


class FolderWatch(threading.Thread):
    """Tells of changed files below folders, looking twice a second, as watchdog's observers do.

    Those end for good when a watched folder is itself replaced, as a checkout in git may do.
    """

    PAUSE = 0.5  # seconds

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.watched: dict[str, FileSystemEventHandler] = {}
        self.stamps: dict[str, dict[Path, tuple[int, int, int]]] = {}
        self.ended = threading.Event()

    def schedule(
        self, handler: FileSystemEventHandler, path: str, *, recursive: bool = True
    ) -> str:
        """Watch a file, or all files below a folder."""
        self.watched[path], self.stamps[path] = handler, file_stamps(path)
        return path

    def unschedule(self, path: str) -> None:
        self.watched.pop(path, None)

    def run(self) -> None:
        while not self.ended.wait(self.PAUSE):
            for path, handler in list(self.watched.items()):
                now = file_stamps(path)
                if now != self.stamps[path]:
                    self.stamps[path] = now
                    handler.dispatch(FileModifiedEvent(path))

    def stop(self) -> None:
        self.ended.set()


def file_stamps(path: str) -> dict[Path, tuple[int, int, int]]:
    """When each file of a folder changed, its size and its number; none of what is gone."""
    stamps = {}
    below = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
    for file in (Path(path), *below):
        try:
            found = file.lstat()
        except OSError:
            continue
        stamps[file] = (found.st_mtime_ns, found.st_size, found.st_ino)
    return stamps


# Who may ask, and how ------------------------------------------------------------------------


def refusal(environ: Environ) -> Response | None:
    """The answer to a request that is not for us; None to one that is.

    A name that another site lets lead here (DNS rebinding) stands in `Host`, so that only the names
    of this machine are answered.
    """
    if host_name(environ.get("HTTP_HOST", "")) not in HOSTS:
        return plain("421 Misdirected Request", "only http://127.0.0.1 and localhost are served")
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        response = plain("405 Method Not Allowed", "only GET and HEAD are answered")
        response.headers.append(("Allow", "GET, HEAD"))
        return response
    if not is_plain_path(environ["PATH_INFO"]):
        return plain("400 Bad Request", "this is the address of no page")
    return None


def host_name(host: str) -> str | None:
    """The name in a `Host` header, without its port; None where it is none."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.netloc == host and "@" not in host else None


def is_plain_path(path: str) -> bool:
    """Whether a path, as WSGI hands it on, is text that stays below the root of the site."""
    try:
        text = path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return text.isprintable() and "\\" not in text and ".." not in text.split("/")


def plain(status: str, text: str) -> Response:
    return Response(status, [("Content-Type", "text/plain; charset=utf-8")], f"{text}\n".encode())


# What is answered ----------------------------------------------------------------------------


def respond(inner: Application, environ: Environ, state: SiteState) -> Response:
    """The page or file that was asked for, ready to reload and to show what is wrong."""
    path = str(environ["PATH_INFO"])
    if path == f"{OURS}changed.js":
        return changed(inner, environ)
    if path.startswith(OURS):
        return own_file(path.removeprefix(OURS))
    since = epoch(inner, environ, 0)
    if not state.published and state.trouble:
        page = template("page.html.jinja", state)
        response = Response("503 Service Unavailable", [HTML], page)
    else:
        response = ask(inner, environ)
    if response.is_page:
        response.body = reloading(response.body, since)
        if state.published and state.trouble:
            response.body = with_problems(response.body, state)
    return response


HTML = ("Content-Type", "text/html; charset=utf-8")


def ask(inner: Application, environ: Environ, **changes: str) -> Response:
    """What the inner application answers, read to its end."""
    response = Response()

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
        response.status, response.headers = status, list(headers)

    parts = inner({**environ, "REQUEST_METHOD": "GET", **changes}, start)
    try:
        response.body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return response


def epoch(inner: Application, environ: Environ, since: int) -> int:
    """When the site that stands was built; waits up to a minute for one that is newer."""
    answer = ask(inner, environ, PATH_INFO=f"/livereload/{since}/0").body
    return int(answer) if answer.isdigit() else 0


def changed(inner: Application, environ: Environ) -> Response:
    """A script that reloads its page, once the site is newer than the page; empty before."""
    digits = parse_qs(environ.get("QUERY_STRING", "")).get("since", [""])[0]
    if not (digits.isascii() and digits.isdigit() and int(digits[:16]) < LAST_EPOCH):
        return plain("400 Bad Request", "since has to be a number")
    since = int(digits[:16])
    newer = epoch(inner, environ, since) > since
    script = b"location.reload();\n" if newer else b""
    return Response("200 OK", [("Content-Type", FILES["reload.js"])], script)


def own_file(name: str) -> Response:
    if name not in FILES:
        return plain("404 Not Found", "there is no such file")
    data = (templates_folder() / "serve" / name).read_bytes()
    return Response("200 OK", [("Content-Type", FILES[name])], data)


def reloading(page: bytes, since: int) -> bytes:
    """The page with a script of its own address in place of the one written into it."""
    script = f'<script src="{OURS}reload.js?since={since}"></script>'.encode()
    return BODY.sub(lambda body: body[0] + script, INLINE.sub(b"", page), count=1)


def with_problems(page: bytes, state: SiteState) -> bytes:
    return BODY.sub(lambda body: body[0] + template("problems.html.jinja", state), page, count=1)


def template(name: str, state: SiteState) -> bytes:
    text = environment().get_template(name).render(text=state.trouble, published=state.published)
    return text.encode("utf-8", "replace")


@cache
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(str(templates_folder() / "serve")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
