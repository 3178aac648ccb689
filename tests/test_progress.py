"""A build tells a terminal how far it is, and nobody else; `--timings` prints its stages."""

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Run
from leanfolio.output.progress import Progress

PROGRAM = Path(sys.executable).with_name("leanfolio")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("time.perf_counter", lambda: self.now)
        monkeypatch.setattr("time.process_time", lambda: self.now / 2)


def test_each_stage_has_its_seconds_and_they_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, progress = Clock(monkeypatch), Progress()
    for name, seconds in (("read", 1.5), ("make pages", 4.0)):
        progress.stage(name)
        clock.now += seconds
    progress.close()
    assert [line.split() for line in progress.table().splitlines()] == [
        ["stage", "wall", "s", "CPU", "s"],
        ["read", "1.50", "0.75"],
        ["make", "pages", "4.00", "2.00"],
        ["all", "5.50", "2.75"],
    ]


def test_a_terminal_sees_the_stage_and_its_share_and_then_an_empty_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, stream = Clock(monkeypatch), io.StringIO()
    progress = Progress(stream)
    progress.stage("make pages")
    assert stream.getvalue() == "", "what is done at once needs no word"
    for number in (1, 1200, 1201, 2000):
        clock.now += 0.04 if number == 1201 else 1.0
        progress.step(number, 2000)
    progress.close()
    written = stream.getvalue().split("\r")
    assert [text.rstrip() for text in written if text.strip()] == [
        "make pages 1 of 2,000", "make pages 1,200 of 2,000", "make pages 2,000 of 2,000",
    ]  # fmt: skip
    assert stream.getvalue().endswith(f"\r{' ' * len('make pages 2,000 of 2,000')}\r")


def test_build_prints_its_stages_when_asked(starter: Path, run: Run) -> None:
    silent = run("leanfolio", "build", cwd=starter)
    assert len(silent.stderr.splitlines()) == 1
    for options, last in (
        (("--as-of=2026-11-24",), "make pages"),
        ((), "compare with the last build"),
    ):
        timed = run("leanfolio", "build", "--timings", *options, cwd=starter)
        assert timed.returncode == 0, timed.stderr
        lines = [re.split(r" {2,}", line)[0] for line in timed.stderr.splitlines()[1:-1]]
        assert lines[:2] == ["read", "compare with the last build"]
        assert last in lines
        assert lines[-1].startswith("all")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo terminal")
def test_on_a_real_terminal_the_last_line_is_ours(starter: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "LEANFOLIO_CACHE": str(tmp_path / "kept"),
                   "GIT_CEILING_DIRECTORIES": str(starter.parent)}  # fmt: skip
    with subprocess.Popen([str(PROGRAM), "build"], cwd=starter, env=environment, stderr=theirs):
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux ends a pseudo terminal that nobody holds any more like this
                break
            if not part:
                break
            said += part
    os.close(ours)
    assert said.decode().rstrip().rpartition("\r")[2].endswith("open site/index.html")
