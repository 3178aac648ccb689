"""Runs a command and measures it: processor and wall time, memory, and what it wrote."""

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLED = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True)
class Measured:
    """One run. `cpu` is user and system time, of all processes that it waited for too."""

    cpu: float  # seconds
    wall: float  # seconds
    megabytes: float  # the highest sum over its processes; what several share counts once

    @staticmethod
    def median(runs: Sequence["Measured"]) -> "Measured":
        return Measured(
            statistics.median(run.cpu for run in runs),
            statistics.median(run.wall for run in runs),
            max(run.megabytes for run in runs),
        )


def run(command: Sequence[str], *, cache: Path, folder: Path | None = None) -> Measured:
    """Run a command with a cache folder of its own; its words are shown where it fails."""
    unset = ("PYTHONDONTWRITEBYTECODE", "LEANFOLIO_CACHE")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment["XDG_CACHE_HOME"] = str(cache)
    peak, done = 0, threading.Event()
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

        def watch() -> None:
            nonlocal peak
            while not done.wait(SAMPLED):
                peak = max(peak, resident(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        done.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):  # 1: a check that found problems
            output.seek(0)
            words = output.read().decode(errors="replace")[-2000:]
            raise SystemExit(f"{command} exited with {process.returncode}: {words}")
    return Measured(usage.ru_utime + usage.ru_stime, wall, peak / 2**20)


def resident(session: int) -> int:
    """Bytes of memory of all processes of a session, now; a page of several counts in parts."""
    total = 0
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
                if int(fields[3]) == session:
                    sizes = (process / "smaps_rollup").read_text()
                    total += int(sizes.partition("\nPss:")[2].split()[0]) * 1024
            except (OSError, IndexError):
                continue
    return total


def written(site: Path) -> tuple[int, float]:
    """The number of files of a site, and their megabytes."""
    sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes) / 2**20
