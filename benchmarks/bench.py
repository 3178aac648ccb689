"""Time and memory of check, build and the editor, beside plain MkDocs on the same tree, in one run.

    python benchmarks/bench.py [--sizes 1000] [--check-sizes 10000] [--runs 3] [--no-peers]

Wall seconds are the median of the runs; times on a shared machine are noisy, so compare the rows of
one run with each other. Memory is the highest sum of the resident sets of all processes. For the
editor they are those of one key each, from the change to its answer, and p95 is what 19 of 20 stay
below.
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
import editor

REPOSITORY = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PLAIN = "site_name: Plain\ndocs_dir: content\nplugins: [search]\nnav: [portfolio.md]\n"


KEYS = 60  # pressed in the editor
EDITED = "content/stories/ST-12.md"


@dataclass(frozen=True)
class Measured:
    seconds: float
    megabytes: float
    pages: int = 0
    most: float | None = None  # seconds that 19 of 20 stay below, where there are so many


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


def commit(folder: Path) -> Callable[[int], None]:
    """Commit all of a folder, also where nothing has changed."""
    git = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    (folder / ".gitignore").write_text("/site/\n/.site-*\n/cache/\n/plain*\n")

    def once(each: int) -> None:
        subprocess.run([*git, "add", "--all"], check=True)
        words = ["commit", "--quiet", "--allow-empty", "-m", f"Commit {each}"]
        subprocess.run([*git, *words], check=True)

    return once


def row(name: str, what: str, found: Measured) -> None:
    most = "" if found.most is None else f"{found.most:.3f}"
    print(
        f"| {name} | {what} | {found.seconds:.3f} | {most} | {found.megabytes:.0f} "
        f"| {found.pages or ''} |",
        flush=True,
    )


def sample(work: Path) -> Path:
    """A copy of the sample portfolio to build."""
    folder = work / "sample"
    shutil.copytree(REPOSITORY / "content", folder / "content")
    shutil.copy(REPOSITORY / "mkdocs.yml", folder / "mkdocs.yml")
    return folder


def generated(work: Path, size: int) -> Path:
    folder = work / str(size)
    corpus.write(folder, size)
    return folder


def check_rows(folder: Path, edited: Path, name: str, runs: int) -> None:
    cache = folder / "cache"
    command = [str(BIN / "leanfolio"), "-C", str(folder), "check"]
    row(name, "check, cold", measure(command, runs, cache, wipe(cache), None))
    row(name, "check, nothing changed", measure(command, runs, cache, lambda _: None, None))
    row(name, "check, after one edit", measure(command, runs, cache, edit(edited), None))


def build_rows(folder: Path, edited: Path, name: str, runs: int, *, peers: bool) -> None:
    site, cache = folder / "site", folder / "cache"
    command = [str(BIN / "leanfolio"), "-C", str(folder), "build"]

    def built(what: str, before: Callable[[int], None]) -> None:
        row(name, f"build, {what}", measure(command, runs, cache, before, site))

    built("first on a machine", wipe(site, cache))
    built("cold", forget(site, cache))
    built("nothing changed", lambda _: None)
    built("after one edit", edit(edited))
    committed = commit(folder)
    committed(-1)
    run(command, cache)
    built("after an empty commit", committed)
    if peers:
        plain, out = folder / "plain.yml", folder / "plain-site"
        plain.write_text(PLAIN)
        command = [str(BIN / "mkdocs"), "build", "-q", "-f", str(plain), "-d", str(out)]
        found = measure(command, runs, cache, wipe(out), out)
        row(name, "plain MkDocs, the bare pages", found)


def editor_row(folder: Path, name: str) -> None:
    command = [str(BIN / "leanfolio"), "lsp"]
    file = folder / "content/epics/EP-12.md"
    seconds, held = editor.answers(command, folder, file, KEYS)
    most = statistics.quantiles(seconds, n=20)[-1]
    row(name, "editor, one key", Measured(statistics.median(seconds), held, most=most))


def sizes(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=sizes, default="1000", help="to check and to build")
    parser.add_argument("--check-sizes", type=sizes, default="10000", help="to check alone")
    parser.add_argument("--editor-sizes", type=sizes, default="2000", help="to edit in")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    asked = parser.parse_args()
    print("| portfolio | what | wall s | p95 s | peak MB | pages |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="leanfolio-bench-") as name:
        work = Path(name)
        folder = sample(work)
        check_rows(folder, folder / "content/epics/EP-14.md", "sample", asked.runs)
        build_rows(folder, folder / "content/epics/EP-14.md", "sample", asked.runs, peers=False)
        for size in sorted({*asked.sizes, *asked.check_sizes, *asked.editor_sizes}):
            folder, called = generated(work, size), f"{size:,} items"
            if size in (*asked.sizes, *asked.check_sizes):
                check_rows(folder, folder / EDITED, called, asked.runs)
            if size in asked.sizes:
                build_rows(folder, folder / EDITED, called, asked.runs, peers=not asked.no_peers)
            if size in asked.editor_sizes:
                editor_row(folder, called)


if __name__ == "__main__":
    main()
