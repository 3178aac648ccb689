"""Time and memory of check and build, beside plain MkDocs on the same tree, in one run.

    python benchmarks/bench.py [--sizes 1000,10000] [--runs 3] [--no-peers]

Wall seconds are the median of the runs; times on a shared machine are noisy, so compare the columns
of one run with each other. Memory is the highest sum of the resident sets of all processes.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import corpus

REPOSITORY = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PLAIN = "site_name: Plain\ndocs_dir: content\nplugins: [search]\nnav: [portfolio.md]\n"


@dataclass(frozen=True)
class Measured:
    seconds: float
    megabytes: float
    pages: int


def resident(session: int) -> int:
    """Bytes of memory of all processes of a session, now."""
    page, total = os.sysconf("SC_PAGE_SIZE"), 0
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                found = (process / "stat").read_text().rsplit(")", 1)[1].split()
            except (OSError, IndexError):
                continue
            if int(found[3]) == session:
                total += int(found[21]) * page
    return total


def run(command: list[str], cache: Path) -> tuple[float, float]:
    """Wall seconds and megabytes of a command; its words are shown where it fails."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["XDG_CACHE_HOME"] = str(cache)
    peak, done = 0, threading.Event()
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, env=environment, stdout=said, stderr=said, start_new_session=True
        )

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.03):
                peak = max(peak, resident(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = process.wait()
        seconds = time.monotonic() - start
        done.set()
        watcher.join()
        if code not in (0, 1):
            said.seek(0)
            raise SystemExit(f"{command} exited with {code}: {said.read().decode()[-2000:]}")
    return seconds, peak / 2**20


def measure(
    command: list[str], runs: int, cache: Path, before: Callable[[int], None], site: Path | None
) -> Measured:
    seconds, peaks = [], []
    for each in range(runs):
        before(each)
        took, peak = run(command, cache)
        seconds.append(took)
        peaks.append(peak)
    pages = sum(1 for _ in site.rglob("*.html")) if site else 0
    return Measured(statistics.median(seconds), max(peaks), pages)


def wipe(*paths: Path) -> Callable[[int], None]:
    return lambda _: [shutil.rmtree(path, ignore_errors=True) for path in paths] and None


def forget(site: Path, cache: Path) -> Callable[[int], None]:
    """Remove the site and all that earlier builds made of content; compiled code stays."""

    def once(_: int) -> None:
        shutil.rmtree(site, ignore_errors=True)
        for kept in cache.rglob("*.sqlite*"):
            kept.unlink()

    return once


def edit(path: Path) -> Callable[[int], None]:
    def once(each: int) -> None:
        path.write_text(f"{path.read_text()}\nRevision {each} of this text.\n")

    return once


def portfolio(work: Path, size: int | None) -> tuple[Path, Path, str]:
    """A folder to build, a file to edit, and its name in the table. Without a size: the sample."""
    if size is None:
        folder = work / "sample"
        shutil.copytree(REPOSITORY / "content", folder / "content")
        shutil.copy(REPOSITORY / "mkdocs.yml", folder / "mkdocs.yml")
        return folder, folder / "content/epics/EP-14.md", "sample"
    folder = work / str(size)
    corpus.write(folder, size)
    return folder, folder / "content/stories/ST-12.md", f"{size:,} items"


def rows(work: Path, size: int | None, runs: int, peers: bool) -> None:
    folder, edited, name = portfolio(work, size)
    site, cache = folder / "site", folder / "cache"
    ours = [str(BIN / "leanfolio"), "-C", str(folder)]

    def row(what: str, found: Measured) -> None:
        print(
            f"| {name} | {what} | {found.seconds:.2f} | {found.megabytes:.0f} "
            f"| {found.pages or ''} |",
            flush=True,
        )

    row("check, cold", measure([*ours, "check"], runs, cache, wipe(cache), None))
    row("check, warm", measure([*ours, "check"], runs, cache, lambda _: None, None))
    row(
        "build, first on a machine", measure([*ours, "build"], runs, cache, wipe(site, cache), site)
    )
    row("build, cold", measure([*ours, "build"], runs, cache, forget(site, cache), site))
    row("build, nothing changed", measure([*ours, "build"], runs, cache, lambda _: None, site))
    row("build, after one edit", measure([*ours, "build"], runs, cache, edit(edited), site))
    if peers:
        plain, out = folder / "plain.yml", folder / "plain-site"
        plain.write_text(PLAIN)
        command = [str(BIN / "mkdocs"), "build", "-q", "-f", str(plain), "-d", str(out)]
        row("plain MkDocs, the bare pages", measure(command, runs, cache, wipe(out), out))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    asked = parser.parse_args()
    print("| portfolio | what | wall s | peak MB | pages |\n| --- | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="leanfolio-bench-") as work:
        rows(Path(work), None, asked.runs, peers=False)
        for size in map(int, asked.sizes.split(",")):
            rows(Path(work), size, asked.runs, not asked.no_peers)


if __name__ == "__main__":
    main()
