"""Pages made by several processes at once are the pages that one makes, byte for byte."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from msgspec.structs import replace

from command_server import run_leanfolio
from leanfolio.cache.store import Store
from leanfolio.disk.files import load as load_content
from leanfolio.disk.gc_pause import gc_paused
from leanfolio.disk.starter import write_starter
from leanfolio.model.source import Content
from leanfolio.output.html import page_workers
from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz
from leanfolio.output.html.page_factory import FactoryParts, MadePages, PageFactory
from leanfolio.output.html.page_workers import (
    CHUNK,
    factory_of,
    own_processes,
    sent_parts,
    start_method,
)
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.site import Site
from leanfolio.pipeline import build
from leanfolio.views.built import Built
from making import TODAY
from pages import Columns


@pytest.fixture(scope="module")
def sample(root: Path) -> tuple[Content, Built]:
    content = load_content(root / "content")
    whole = build(content.sources, as_of=TODAY, otherwise=TODAY, records=content.records)
    return content, whole


def a_site(
    sample: tuple[Content, Built],
    store: Store | None = None,
    workers: int = 1,
    executor: Executor | None = None,
) -> Site:
    content, whole = sample
    settings = SiteSettings("Any", "abc12345", workers=workers)
    return Site(replace(whole), settings, Columns(), store, content=content, executor=executor)


def texts_of(site: Site) -> dict[str, str]:
    texts = {slot.url: site.html(slot) for slot in site.slots}
    site.close()
    return texts


@pytest.fixture(scope="module")
def alone(sample: tuple[Content, Built]) -> dict[str, str]:
    return texts_of(a_site(sample))


def test_pages_leave_nothing_for_the_garbage_collector(sample: tuple[Content, Built]) -> None:
    factory = PageFactory(FactoryParts(sample[1], SiteSettings("Any"), Columns()))
    numbers = range(0, len(factory.slots), 3)
    known = factory.make(numbers, {}).bodies
    gc.collect()
    with gc_paused():
        factory.make(numbers, known)
        assert gc.collect() == 0  # a ring of values for each cell once took 2 % of a build


@pytest.mark.parametrize("workers", [2, 8])
@pytest.mark.parametrize("cached", [False, True])
def test_any_number_of_processes_makes_the_same_pages(
    sample: tuple[Content, Built],
    alone: dict[str, str],
    tmp_path: Path,
    workers: int,
    cached: bool,
    few: None,
) -> None:
    if not cached:
        assert texts_of(a_site(sample, None, workers)) == alone
        return
    with Store(tmp_path) as store:
        assert texts_of(a_site(sample, store, workers)) == alone
        again = a_site(sample, store)
        assert again.unchanged == alone.keys()  # what they read was recorded where they were made
        assert texts_of(again) == alone


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are started for few pages too."""
    monkeypatch.setattr(page_workers, "FORK_FROM", 1)
    monkeypatch.setattr(page_workers, "SPAWN_FROM", 1)


def test_processes_that_inherit_nothing_make_the_same_pages(
    sample: tuple[Content, Built],
    alone: dict[str, str],
    few: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(page_workers, "start_method", lambda: "spawn")
    with Store(tmp_path) as store:
        assert texts_of(a_site(sample, store, 2)) == alone
        assert a_site(sample, store).unchanged == alone.keys()


def test_any_executor_makes_the_same_pages(
    sample: tuple[Content, Built], alone: dict[str, str], tmp_path: Path
) -> None:
    with ThreadPoolExecutor(1) as executor, Store(tmp_path) as store:
        assert texts_of(a_site(sample, store, executor=executor)) == alone
        assert a_site(sample, store).unchanged == alone.keys()


def test_pages_may_be_asked_for_in_any_order(
    sample: tuple[Content, Built], alone: dict[str, str], few: None
) -> None:
    site = a_site(sample, None, 2)
    texts = {slot.url: site.html(slot) for slot in reversed(site.slots)}
    assert {slot.url: site.html(slot) for slot in site.slots[:3]} == {
        slot.url: alone[slot.url] for slot in site.slots[:3]
    }
    site.close()
    assert texts == alone


# Where processes are not to be had, or die -----------------------------------------------------


class Refusing(Executor):
    """An executor that takes some chunks, and none after them."""

    def __init__(self, chunks: int) -> None:
        self.chunks = chunks
        self.real = ThreadPoolExecutor(1)

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        if not self.chunks:
            raise RuntimeError("cannot schedule new futures after shutdown")
        self.chunks -= 1
        return self.real.submit(fn, *args, **kwargs)


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_what_an_executor_does_not_take_is_made_here(
    sample: tuple[Content, Built], alone: dict[str, str], chunks: int
) -> None:
    executor = Refusing(chunks)
    assert texts_of(a_site(sample, executor=executor)) == alone
    executor.real.shutdown()


class Busy(Executor):
    """Processes that are at work on what they were given first, and begin nothing more for now."""

    factory: PageFactory
    made: MadePages

    def __init__(self) -> None:
        self.given: list[Future[MadePages]] = []
        self.works = threading.Timer(0.3, lambda: self.given[0].set_result(self.made))

    def submit(self, make: Any, /, *given: Any, **_: Any) -> Future[Any]:
        future: Future[MadePages] = Future()
        self.given.append(future)
        if len(self.given) == 1:
            future.set_running_or_notify_cancel()
            self.made = self.factory.make(*given)
            self.works.start()
        return future


def test_while_processes_are_busy_later_pages_are_made_here(
    sample: tuple[Content, Built], alone: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Busy()

    def busy(factory: PageFactory, *_: object) -> Executor:
        pool.factory = factory
        return pool

    monkeypatch.setattr(page_workers, "own_processes", busy)
    assert texts_of(a_site(sample, None, 2)) == alone
    assert len(pool.given) > 2
    assert [future.cancelled() for future in pool.given] == [False] + [True] * (len(pool.given) - 1)


def test_what_dead_workers_leave_is_made_here(
    sample: tuple[Content, Built], alone: dict[str, str], few: None
) -> None:
    site = a_site(sample, None, 2)
    texts = {slot.url: site.html(slot) for slot in site.slots[:CHUNK]}
    for worker in workers_of(site):
        os.kill(worker, signal.SIGKILL)
    texts |= {slot.url: site.html(slot) for slot in site.slots[CHUNK:]}
    site.close()
    assert texts == alone


def workers_of(site: Site) -> list[int]:
    pool = site.workers._pool
    return [] if pool is None else list(getattr(pool, "_processes", None) or ())


def test_an_error_in_a_page_is_raised_as_where_one_process_makes_it(
    sample: tuple[Content, Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: PageFactory, *_: object) -> None:
        raise ZeroDivisionError("a fault of this page")

    monkeypatch.setattr(PageFactory, "_page", broken)
    with ThreadPoolExecutor(1) as executor:
        site = a_site(sample, executor=executor)
        with pytest.raises(ZeroDivisionError, match="a fault of this page"):
            site.html(site.slots[0])
        site.close()


def test_few_pages_or_one_worker_start_no_process(sample: tuple[Content, Built]) -> None:
    factory = PageFactory(FactoryParts(sample[1], SiteSettings("Any"), Columns()))
    assert own_processes(factory, 10, 8, lambda: None) is None
    assert own_processes(factory, 100_000, 1, lambda: None) is None


def test_a_process_with_other_threads_is_not_forked() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        assert start_method() == "spawn"
    finally:
        stop.set()
        other.join()


def test_a_factory_can_be_sent_to_another_process(sample: tuple[Content, Built]) -> None:
    parts = FactoryParts(sample[1], SiteSettings("Any"), EmbeddedGraphviz(None))
    factory = factory_of(sent_parts(parts))
    assert [slot.url for slot in factory.slots] == [slot.url for slot in PageFactory(parts).slots]


KILLED = """
import os, sys, time
from leanfolio import load
from leanfolio.output.html import page_workers
from leanfolio.output.html.graphviz_engine import SystemGraphviz
from leanfolio.output.html.page_factory import FactoryParts, PageFactory
from leanfolio.output.html.settings import SiteSettings

factory = PageFactory(FactoryParts(load(sys.argv[1]), SiteSettings("Any"), SystemGraphviz()))
page_workers.FORK_FROM = 1
pool = page_workers.own_processes(factory, 1_000, 3, lambda: None)
print(*pool._processes, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_workers_do_not_outlive_a_build_that_is_killed(root: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(root / "content")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        workers = list(map(int, process.stdout.readline().split()))
        process.kill()
    assert len(workers) == 2
    end = time.monotonic() + 20
    while running(workers):
        assert time.monotonic() < end, "a worker waits for a process that is gone"
        time.sleep(0.05)


def running(processes: list[int]) -> list[int]:
    """Those that still run: a zombie that nobody has waited for does not."""
    return [
        process
        for process in processes
        if (stat := Path(f"/proc/{process}/stat")).exists()
        and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    ]


# A cluster -------------------------------------------------------------------------------------


def leanfolio(project: Path, cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A build of this project in a process of its own, with a cache of its own."""
    environment = {**os.environ, "LEANFOLIO_CACHE": str(cache)}
    return run_leanfolio("-C", str(project), "build", *arguments, env=environment)


def test_a_cluster_of_two_workers_builds_the_same_site(tmp_path: Path) -> None:
    project = tmp_path / "portfolio"
    write_starter(project, TODAY)
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=tmp_path
    ) as cluster:
        address = ("--executor", cluster.scheduler_address)
        there = leanfolio(project, tmp_path / "a", "--site-dir", str(tmp_path / "there"), *address)
    here = leanfolio(project, tmp_path / "b", "--site-dir", str(tmp_path / "here"))
    assert (there.returncode, here.returncode) == (0, 0), there.stderr + here.stderr
    assert bytes_of(tmp_path / "there") == bytes_of(tmp_path / "here")


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_cluster_that_does_not_answer_ends_the_build(root: Path, tmp_path: Path) -> None:
    address = ("--executor", "tcp://127.0.0.1")
    done = leanfolio(root, tmp_path, "--site-dir", str(tmp_path / "site"), *address)
    assert done.returncode == 3
    assert "error: no cluster answers at tcp://127.0.0.1: missing port" in done.stderr
    assert not (tmp_path / "site").exists()
