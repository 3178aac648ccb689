"""Many bodies: from the store, or rendered by several processes at once."""

import json
import multiprocessing
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import astuple, dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import markdown_it
import mdit_py_plugins

from leanfolio import __version__, markdown
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.store import Store
from leanfolio.markdown.render.body import Body, render_body
from leanfolio.markdown.scan import Heading, first_heading
from leanfolio.views.page_spec import PageSpec

POOL_FROM = 150  # bodies to render, below which starting processes costs more than it saves
CHUNK = 50
MOST_WORKERS = 61  # what Windows can wait for at once


def render_bodies(
    texts: Sequence[str],
    store: Store | None,
    workers: int,
    drop_title: bool | Sequence[bool] = True,
) -> list[Body]:
    """The bodies of many texts, in their order: from the store, or rendered by so many processes.

    The same bytes for any number of workers, and whether they come from the store or not.
    """
    return begin_bodies(texts, store, workers, drop_title).bodies()


def begin_bodies(
    texts: Sequence[str],
    store: Store | None,
    workers: int,
    drop_title: bool | Sequence[bool] = True,
) -> "Begun":
    """Start to render; what asks for the bodies later may do something else in the meantime."""
    drops = [drop_title] * len(texts) if isinstance(drop_title, bool) else drop_title
    keys = [key_of(text, drop) for text, drop in zip(texts, drops, strict=True)]
    wanted = dict(zip(keys, zip(texts, drops, strict=True), strict=True))
    known = BODIES.get_many(store, list(wanted))
    missing = {key: job for key, job in wanted.items() if key not in known}
    jobs = list(missing.values())
    chunks = [jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK)]
    pool, futures = started(chunks, workers) if len(jobs) > POOL_FROM else (None, [])
    return Begun(keys, known, list(missing), chunks, store, pool, futures)


Job = tuple[str, bool]


@dataclass(slots=True)
class Begun:
    """Bodies that are being rendered."""

    keys: list[bytes]
    known: dict[bytes, Body]
    missing: list[bytes]
    chunks: list[list[Job]]
    store: Store | None
    pool: ProcessPoolExecutor | None
    futures: list[Future[list[Body]]]

    def bodies(self) -> list[Body]:
        """All of them, in the order of their texts; waits for what is not ready yet."""
        made = dict(zip(self.missing, self._made(), strict=True))
        BODIES.put_many(self.store, made)
        known = {**self.known, **made}
        return [known[key] for key in self.keys]

    def _made(self) -> list[Body]:
        done: list[list[Body]] = []
        try:
            done.extend(future.result() for future in self.futures)
        except (BrokenExecutor, ImportError, OSError):
            pass  # no processes to be had here: the rest is rendered in this one
        finally:
            if self.pool is not None:
                self.pool.shutdown(cancel_futures=True)
        done.extend(map(render_chunk, self.chunks[len(done) :]))
        return [body for chunk in done for body in chunk]


class PageBodies:
    """The prose of pages as HTML. Rendering starts at once, in other processes if it is much."""

    def __init__(self, slots: Sequence[PageSpec], store: Store | None, workers: int) -> None:
        """`slots` are the pages that are expected to be made."""
        self.store = store
        self.workers = workers
        expected = [slot for slot in slots if slot.body.strip()]
        self._urls = [slot.url for slot in expected]
        self._begun: Begun | None = self._begin(expected)

    def _begin(self, slots: Sequence[PageSpec]) -> Begun:
        drops = [first_heading(slot.body) == slot.heading for slot in slots]
        return begin_bodies([slot.body for slot in slots], self.store, self.workers, drops)

    @cached_property
    def _ready(self) -> dict[str, Body]:
        begun, self._begun = self._begun, None
        return dict(zip(self._urls, begun.bodies(), strict=True)) if begun else {}

    def take(self, slot: PageSpec) -> Body | None:
        """The prose of a page, which is then let go: all of it is more than the pages need."""
        body = self._ready.pop(slot.url, None)
        if body is None and slot.body.strip():
            return self._begin([slot]).bodies()[0]  # taken before, or not expected
        return body


def started(
    chunks: list[list[Job]], workers: int
) -> tuple[ProcessPoolExecutor | None, list[Future[list[Body]]]]:
    if workers < 2:
        return None, []
    try:
        context = multiprocessing.get_context(start_method())
        pool = ProcessPoolExecutor(min(workers, len(chunks), MOST_WORKERS), mp_context=context)
        return pool, [pool.submit(render_chunk, chunk) for chunk in chunks]
    except (BrokenExecutor, ImportError, OSError):
        return None, []


def start_method() -> str:
    """Forking is fastest, and safe only where nothing else runs in this process."""
    tasks = Path("/proc/self/task")
    if sys.platform == "linux" and threading.active_count() == 1 and tasks.is_dir():
        if len(list(tasks.iterdir())) == 1:
            return "fork"
    return "spawn" if sys.platform == "win32" else "forkserver"


def render_chunk(jobs: list[Job]) -> list[Body]:
    return [render_body(text, drop_title=drop) for text, drop in jobs]


# What is kept


@cache
def salt() -> bytes:
    """All that a body's HTML depends on besides its text: versions, and the code itself."""
    versions = (__version__, markdown_it.__version__, mdit_py_plugins.__version__)
    files = [Path(__file__), *sorted(Path(markdown.__file__).parent.rglob("*.py"))]
    code = [file.read_bytes() for file in files]
    return sha256(b"\0".join([repr(versions).encode(), *code])).digest()


def key_of(text: str, drop_title: bool) -> bytes:
    return BODIES.key(salt(), bytes([drop_title]), text.encode("utf-8", "surrogatepass"))


def encode(body: Body) -> bytes:
    return json.dumps(astuple(body), ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Body:
    html, headings, title = json.loads(data)
    return Body(html, tuple(Heading(*heading) for heading in headings), title and Heading(*title))


BODIES = CacheEntry("body", encode, decode)
