"""Time and memory of check, build and the editor, beside Hugo and MkDocs on the same tree.

    python benchmarks/bench.py [--sizes 1000,10000] [--runs 3] [--no-peers] [--write] [--compare]

Seconds are the median of the runs. Times on a shared machine are noisy and swell with its load, so
each run of ours stands beside one of each peer, and only ratios of processor time within one run
say something. `--write` puts the tables into benchmarks/RESULTS.md, with the machine and the day,
and leaves those of other sizes there; `--compare` tells which ratio is a third worse than there.
"""

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import editor
from measure import Measured, run, written
from peers import Peer, peers
from repository import change_score, commit, edit_body, fresh_checkout, generated

HERE = Path(__file__).parent
PROGRAM = str(Path(sys.executable).parent / "leanfolio")
RESULTS = HERE / "RESULTS.md"
WORSE = 4 / 3  # of an earlier ratio: what is told
KEYS = 60  # pressed in the editor
HEAD = """\
| items | what | CPU s | wall s | peak MB | of cold | of Hugo | of MkDocs | files | MB |
| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""

Step = Callable[[Path, int], None]  # what happens to a folder before the run of this number


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, beside a cold build and the peers' full builds."""

    size: int
    what: str
    measured: Measured
    cold: float | None = None  # CPU seconds
    by_peer: dict[str, float] | None = None  # CPU seconds, in the same minutes
    site: Path | None = None

    def __str__(self) -> str:
        measured, by_peer = self.measured, self.by_peer or {}
        ratios = (self.cold, by_peer.get("Hugo"), by_peer.get("MkDocs"))
        files, megabytes = written(self.site) if self.site else ("", "")
        cells = (
            f"{self.size:,}",
            self.what,
            f"{measured.cpu:.2f}",
            f"{measured.wall:.2f}",
            f"{measured.megabytes:.0f}",
            *(f"{measured.cpu / other:.2f}" if other else "" for other in ratios),
            str(files),
            f"{megabytes:.1f}" if self.site else "",
        )
        return f"| {' | '.join(cells)} |"


# What happens before a build --------------------------------------------------------------------


def nothing(folder: Path, number: int) -> None:
    """Build what was built already."""


def first_on_a_machine(folder: Path, number: int) -> None:
    for name in ("site", "cache"):
        shutil.rmtree(folder / name, ignore_errors=True)


def cold(folder: Path, number: int) -> None:
    """Remove the site and all that was made of content; Graphviz and templates stay compiled."""
    shutil.rmtree(folder / "site", ignore_errors=True)
    for kept in (folder / "cache").rglob("*.sqlite*"):
        kept.unlink()


def body_edited(folder: Path, number: int) -> None:
    edit_body(folder / "content" / "stories" / "ST-12.md", number)


def score_edited(folder: Path, number: int) -> None:
    """Move an epic in work to the top of the ranking, and back."""
    change_score(folder / "content" / "epics" / "EP-10.md", 20 if number % 2 else 1)


def committed(folder: Path, number: int) -> None:
    commit(folder, f"Nothing, {number}")


STEPS: tuple[tuple[str, Step], ...] = (
    ("build, first on a machine", first_on_a_machine),
    ("build, cold", cold),
    ("build, nothing changed", nothing),
    ("build, a body edited", body_edited),
    ("build, a score edited", score_edited),
    ("build, a new commit", committed),
)


# The rows ---------------------------------------------------------------------------------------


def build_rows(folder: Path, size: int, runs: int, others: Sequence[Peer]) -> Iterator[Row]:
    """Builds of one portfolio; every run of ours is followed by one of each peer."""
    site, cache = folder / "site", folder / "cache"
    seconds: dict[str, list[float]] = {peer.name: [] for peer in others}
    whole: dict[str, list[Measured]] = {peer.name: [] for peer in others}
    cold_cpu: float | None = None
    command = (PROGRAM, "-C", str(folder), "build")
    for what, step in STEPS:
        ours: list[Measured] = []
        beside: dict[str, list[float]] = {name: [] for name in seconds}
        for number in range(runs):
            step(folder, number)
            ours.append(run(command, cache=cache))
            for peer in others if what == "build, cold" else ():
                shutil.rmtree(peer.site, ignore_errors=True)
                found = run(peer.command, cache=cache)
                whole[peer.name].append(found)
                beside[peer.name].append(found.cpu)
        if what == "build, cold":
            seconds = beside
            cold_cpu = statistics.median(each.cpu for each in ours)
        by_peer = {name: statistics.median(found) for name, found in seconds.items() if found}
        yield Row(size, what, Measured.median(ours), cold_cpu, by_peer, site)
    yield ci_row(folder, size, runs, cold_cpu, by_peer)
    for peer in others:
        yield Row(size, f"{peer.name}, cold", Measured.median(whole[peer.name]), site=peer.site)


def ci_row(
    folder: Path, size: int, runs: int, cold_cpu: float | None, by_peer: dict[str, float]
) -> Row:
    """What people wait for: one edit and its commit, in a new checkout with the cache restored."""
    run((PROGRAM, "-C", str(folder), "build"), cache=folder / "cache")
    found = []
    clone = folder.with_name(f"{folder.name}-ci")
    for number in range(runs):
        body_edited(folder, 100 + number)
        commit(folder, f"Edit a body, {number}")
        fresh_checkout(folder, clone)
        found.append(run((PROGRAM, "-C", str(clone), "build"), cache=clone / "cache"))
    what = "build in CI: one edit, new commit, new checkout, cache restored"
    return Row(size, what, Measured.median(found), cold_cpu, by_peer, clone / "site")


def check_rows(folder: Path, size: int, runs: int) -> Iterator[Row]:
    cache = folder / "cache-of-check"
    command = (PROGRAM, "-C", str(folder), "check")

    def forgotten(folder: Path, number: int) -> None:
        shutil.rmtree(cache, ignore_errors=True)

    for what, step in (
        ("check, cold", forgotten),
        ("check, nothing changed", nothing),
        ("check, a body edited", body_edited),
    ):
        found = []
        for number in range(runs):
            step(folder, number)
            found.append(run(command, cache=cache))
        yield Row(size, what, Measured.median(found))


def editor_line(folder: Path, size: int) -> str:
    """The time from a key that is pressed to the problems of what was typed."""
    file = folder / "content" / "epics" / "EP-12.md"
    seconds, megabytes = editor.answers([PROGRAM, "lsp"], folder, file, KEYS)
    most = statistics.quantiles(seconds, n=20)[-1]
    return (
        f"The editor's answer to one key at {size:,} items: median "
        f"{statistics.median(seconds) * 1000:.0f} ms, 19 of 20 below {most * 1000:.0f} ms, "
        f"{megabytes:.0f} MB."
    )


def machine() -> str:
    """What the figures were measured on."""
    processor = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
            break
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {processor}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, load {load} at the end"
    )


def worse_than(earlier: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each ratio that is a third worse than in an earlier table."""
    before = dict(ratios(earlier.splitlines()))
    for name, ratio in ratios(lines):
        if name in before and ratio > before[name] * WORSE:
            yield f"{', '.join(name)}: {ratio:.2f}, and {before[name]:.2f} before"


def ratios(lines: Iterable[str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the ratios of processor time in a table's rows, by size, row and column."""
    columns = ("of cold", "of Hugo", "of MkDocs")
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 8 and cells[1].startswith("build"):
            for column, cell in zip(columns, cells[5:8], strict=True):
                if cell:
                    yield (f"{cells[0]} items", cells[1], column), float(cell)


def sizes(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each]


# What is written --------------------------------------------------------------------------------


def with_sections(earlier: str, new: Mapping[str, str]) -> str:
    """A file of results with these sections, by their headings, in place of its own."""
    parts = earlier.split("\n## ")[1:]
    sections = {heading: text.strip() for heading, _, text in (p.partition("\n") for p in parts)}
    written = "".join(f"\n## {head}\n\n{text}\n" for head, text in (sections | new).items())
    return f"# Results\n{written}"


def section(rows: Iterable[Row]) -> str:
    """The rows as a table, printed one by one as they come, below where and when they were."""
    print(HEAD, end="")
    lines = []
    for row in rows:
        lines.append(str(row))
        print(row, flush=True)
    return f"`make bench`, {machine()}.\n\n{HEAD}" + "\n".join(lines)


def measured(work: Path, size: int, runs: int, *, beside: bool) -> str:
    """The section of a size, with the peers or without."""
    folder = generated(work, size)
    others = tuple(peers(folder, work)) if beside else ()
    rows = chain(check_rows(folder, size, runs), build_rows(folder, size, runs, others))
    return section(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=sizes, default="1000,10000", help="to check and to build")
    parser.add_argument("--editor-size", type=int, default=2000, help="to edit in; 0 for none")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    parser.add_argument("--compare", action="store_true", help="with benchmarks/RESULTS.md")
    chosen = parser.parse_args()
    earlier = RESULTS.read_text() if RESULTS.exists() else ""
    if chosen.compare and not earlier:
        parser.error(f"there is no {RESULTS} to compare with: write one with --write")
    new: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="leanfolio-bench-") as name:
        work = Path(name)
        for size in chosen.sizes:
            heading = f"{size:,} items"
            new[heading] = measured(work, size, chosen.runs, beside=not chosen.no_peers)
        if chosen.editor_size:
            folder = generated(work / "editor", chosen.editor_size)
            new["The editor"] = line = editor_line(folder, chosen.editor_size)
            print(f"\n{line}")
    if chosen.compare:
        for sentence in worse_than(earlier, "\n".join(new.values()).splitlines()):
            print(f"::warning title=slower than before::{sentence}")
    if chosen.write:
        RESULTS.write_text(with_sections(earlier, new))


if __name__ == "__main__":
    main()
