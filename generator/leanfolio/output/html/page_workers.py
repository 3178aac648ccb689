"""Many pages made by several processes at once: our own, or those of any executor.

The pages are the same bytes however many there are, and which of them makes a page.
"""

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from hashlib import sha256
from io import BytesIO
from multiprocessing import connection
from pathlib import Path
from types import MappingProxyType
from typing import Any

from leanfolio.markdown.render import Body
from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz
from leanfolio.output.html.page_factory import FactoryParts, MadePages, PageFactory

CHUNK = 64  # pages that are made in one go
AHEAD = 3  # chunks for each worker that are under way before their turn
FORK_FROM = 200  # pages, below which starting processes costs more than it saves
SPAWN_FROM = 1_500
MOST_WORKERS = 61  # what Windows can wait for at once

Numbers = Sequence[int]
Known = Mapping[str, Body]
Submit = Callable[[Numbers, Known], "Future[MadePages]"]


class PageWorkers:
    """Makes pages ahead of their turn, in the order in which they will be asked for."""

    def __init__(
        self,
        factory: PageFactory,
        numbers: Numbers,
        known: Callable[[Numbers], Known],
        prepare: Callable[[], None],
        executor: Executor | None = None,
        workers: int = 1,
    ) -> None:
        """`numbers` are the pages to make, by their place among the factory's slots.

        `known` gives the prose of some pages that is rendered already. Without an executor, or
        processes of our own, every page is made in this process when its turn comes. `prepare` is
        called before other processes are given what the pages are made from.
        """
        self._factory = factory
        self._known = known
        self._chunks = deque(numbers[at : at + CHUNK] for at in range(0, len(numbers), CHUNK))
        self._under_way: deque[tuple[Numbers, Known, Future[MadePages] | None]] = deque()
        self._pool = executor if numbers else None
        if self._pool is None:
            self._pool = own_processes(factory, len(numbers), workers, prepare)
        else:
            prepare()
        self._is_own = executor is None
        self._submit = self._submitter()
        self._ahead = AHEAD * (workers if self._is_own else max(workers, 8)) if self._pool else 1
        self._start_more()

    def _submitter(self) -> Submit | None:
        pool = self._pool
        if pool is None:
            return None
        if self._is_own:
            return lambda numbers, known: pool.submit(make_here, numbers, known)
        parts = sent_parts(self._factory.parts)
        digest = sha256(parts).digest()
        share = getattr(pool, "share", None)  # once to all workers, where an executor can
        sent = share(parts) if share else parts
        return lambda numbers, known: pool.submit(make_sent, digest, sent, numbers, known)

    def next_pages(self) -> MadePages:
        """The next pages in order. Raises IndexError where none are left."""
        numbers, known, future = self._under_way.popleft()
        if self._is_own and future is not None:
            while not future.done() and not future.cancel() and self._make_later_pages():
                continue
        made = self._result(future)
        self._start_more()
        if made is None:  # here, so that what is wrong with a page is raised as it is
            made = self._factory.make(numbers, known)
        return made

    def _make_later_pages(self) -> bool:
        """Make the last pages that no process of ours has begun; False where there are none.

        So this process works too, and one less is needed, with its own copy of what it reads.
        """
        for index in reversed(range(len(self._under_way))):
            numbers, known, future = self._under_way[index]
            if future is not None and future.cancel():
                made: Future[MadePages] = Future()
                try:
                    made.set_result(self._factory.make(numbers, known))
                except Exception as error:  # raised when these pages are asked for
                    made.set_exception(error)
                self._under_way[index] = numbers, known, made
                return True
        return False

    def _result(self, future: "Future[MadePages] | None") -> MadePages | None:
        if future is None:
            return None
        try:
            return future.result()
        except Exception:
            return None

    def _start_more(self) -> None:
        while self._chunks and len(self._under_way) < self._ahead:
            numbers = self._chunks.popleft()
            known = self._known(numbers)
            self._under_way.append((numbers, known, self._started(numbers, known)))

    def _started(self, numbers: Numbers, known: Known) -> "Future[MadePages] | None":
        if self._submit is None:
            return None
        try:
            return self._submit(numbers, known)
        except (BrokenExecutor, RuntimeError, OSError):  # no processes to be had: made here
            self._submit = None
            return None

    def close(self) -> None:
        """Stop our own processes; an executor that was given is its owner's to stop."""
        if self._is_own and self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


# Processes of our own --------------------------------------------------------------------------

_factory: PageFactory | None = None  # of a worker: inherited by forking, or received at its start


def own_processes(
    factory: PageFactory, pages: int, workers: int, prepare: Callable[[], None]
) -> ProcessPoolExecutor | None:
    """Processes that know the factory, if there is enough to do for them."""
    global _factory  # noqa: PLW0603 - what a forked process inherits
    method = start_method()
    if workers < 2 or pages < (FORK_FROM if method == "fork" else SPAWN_FROM):
        return None
    prepare()
    count = min(workers - 1, -(-pages // CHUNK), MOST_WORKERS)  # this process makes pages too
    try:
        context = multiprocessing.get_context(method)
        if method != "fork":
            sent = sent_parts(factory.parts)
            return ProcessPoolExecutor(count, context, initializer=receive, initargs=(sent,))
        if isinstance(factory.parts.engine, EmbeddedGraphviz):
            factory.parts.engine.compile_apart(context)
        _factory = factory
        pool = ProcessPoolExecutor(count, context, initializer=begin_worker)
        pool.submit(int).result()  # all are forked now, before any thread of ours starts
    except (BrokenExecutor, ImportError, OSError):
        return None
    finally:
        _factory = None
    return pool


def start_method() -> str:
    """Forking is fastest, and safe only where nothing else runs in this process."""
    tasks = Path("/proc/self/task")
    if sys.platform == "linux" and threading.active_count() == 1 and tasks.is_dir():
        if len(list(tasks.iterdir())) == 1:
            return "fork"
    return "spawn"


def begin_worker() -> None:
    """A worker ends when it is told to, or with the process that started it."""
    gc.freeze()  # what was inherited is shared with the parent for as long as nobody touches it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def receive(sent: bytes) -> None:
    """Begin a worker that has inherited nothing."""
    global _factory  # noqa: PLW0603 - one worker has one factory
    begin_worker()
    _factory = factory_of(sent)


def make_here(numbers: Numbers, known: Known) -> MadePages:
    """Make pages in a worker that knows its factory."""
    assert _factory is not None
    return _factory.make(numbers, known)


# Any executor --------------------------------------------------------------------------------


def make_sent(digest: bytes, sent: bytes, numbers: Numbers, known: Known) -> MadePages:
    """Make pages wherever an executor runs this. A process keeps the factory of its last build."""
    if digest not in _received:
        _received.clear()
        _received[digest] = factory_of(sent)
    return _received[digest].make(numbers, known)


_received: dict[bytes, PageFactory] = {}  # by the digest of its parts


class _Pickler(pickle.Pickler):
    """Pickles what a factory is made from, read-only mappings too."""

    def reducer_override(self, value: object) -> Any:
        if isinstance(value, MappingProxyType):
            return read_only, (dict(value),)
        return NotImplemented


def read_only(mapping: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(mapping)


def sent_parts(parts: FactoryParts) -> bytes:
    """What another process makes the same factory from."""
    buffer = BytesIO()
    _Pickler(buffer, protocol=5).dump(parts)
    return buffer.getvalue()


def factory_of(sent: bytes) -> PageFactory:
    return PageFactory.recording(pickle.loads(sent))  # noqa: S301 - from the process that asked
