"""Whatever disk, memory or a signal do to a build: the site is whole, and the words are true."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Figure, Run
from fault_runner import ERRORS, KINDS, PROCESS, Trial, tree
from making import git

RUNNER = Path(__file__).with_name("fault_runner.py")
CODES = {"kill": {-9, 0}, "term": {130, 0}, "interrupt": {130, 0}}


@pytest.fixture
def published(starter: Path, run: Run) -> Path:
    """A starter in a repository, published once and changed since, with an attachment."""
    epic = starter / "content" / "epics" / "EP-1.md"
    epic.write_text(f"{epic.read_text('utf-8')}\nSee [the plan](plan.pdf).\n", "utf-8")
    (epic.parent / "plan.pdf").write_bytes(b"%PDF-")
    git(starter, "init", "--quiet")
    git(starter, "add", ".")
    git(starter, "commit", "--quiet", "--message=one")
    (starter / "cache").mkdir()
    os.environ["LEANFOLIO_CACHE"] = str(starter / "cache")
    try:
        done = run("leanfolio", "build", "--as-of", "2026-11-23", cwd=starter)
    finally:
        del os.environ["LEANFOLIO_CACHE"]
    assert done.returncode == 0, done.stderr
    portfolio = starter / "content" / "portfolio.md"
    text = portfolio.read_text("utf-8")
    head = "title: Another\nas_of: 2026-11-23\ntype:"
    portfolio.write_text(text.replace("type:", head, 1), "utf-8")
    return starter


def trials(project: Path, work: Path, every: int, *kinds: str) -> list[Trial]:
    work.mkdir()
    done = subprocess.run(
        [sys.executable, str(RUNNER), str(project), str(work), str(every), *kinds],
        capture_output=True, text=True, check=False, timeout=3600,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(project.parent)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [Trial(**(row | {"left": tuple(row["left"])})) for row in rows]


def wrong(trial: Trial) -> list[str]:
    """What a trial should not have come to."""
    site = "none" if trial.fresh else "old"
    found = []
    if trial.site not in ("new", site):
        found.append(f"the site is {trial.site}")
    if trial.code not in CODES.get(trial.kind, {3, 0}):
        found.append(f"exit code {trial.code}")
    if trial.code == 0 and trial.site != "new":
        found.append("it says that it published, and did not")
    if trial.left and trial.kind != "kill":
        found.append(f"it left {trial.left}")
    if trial.after != "new":
        found.append(f"the next build came to {trial.after}")
    if "fault of leanfolio" in trial.said or "Traceback" in trial.said:
        found.append("it takes the fault for ours")
    if "last good site stands" in trial.said and trial.site != "old":
        found.append("no last good site stands")
    if "nothing was published" in trial.said and trial.site == "new":
        found.append("something was published")
    if (
        trial.code == 3
        and trial.kind in ERRORS
        and "/" not in trial.said
        and "git" not in trial.said
    ):
        found.append("it names no path")
    return found


def judged(done: list[Trial]) -> str:
    faulty = [(why, trial) for trial in done if (why := wrong(trial))]
    assert not faulty, faulty[:5]
    damaged = sum(trial.site == "damaged" for trial in done)
    left = sum(trial.after != "new" for trial in done)
    return f"faults in a build: {len(done)} tried, {damaged} damaged sites, {left} leftovers"


def test_some_operations_of_a_build_may_fail(
    published: Path, tmp_path: Path, figure: Figure
) -> None:
    done = trials(published, tmp_path / "work", 1000, *KINDS)
    assert {trial.kind for trial in done} == {*KINDS}
    figure(judged(done))


def test_a_git_that_cannot_start_is_never_a_site_without_what_it_knows(
    published: Path, tmp_path: Path
) -> None:
    done = trials(published, tmp_path / "work", 2, PROCESS)
    judged(done)
    assert len(done) > 5
    ends = [(trial.code, trial.site) for trial in done]
    assert {*ends} <= {(3, "old"), (3, "none"), (0, "new")}
    # Once the site stands, git is asked again whether it is still of what git has: no answer only
    # makes the next build make it anew.
    assert len([code for code, _ in ends if code == 3]) > 5


# Single faults ---------------------------------------------------------------------------------


def leanfolio(folder: Path, *arguments: str, before: str = "", after: str = "") -> tuple[int, str]:
    """Run a command in a shell that limits it; return its exit code and stderr."""
    program = Path(sys.executable).with_name("leanfolio")
    done = subprocess.run(
        ["bash", "-c", f'{before} "$@" {after}', "bash", str(program), *arguments],
        cwd=folder, env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stderr


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")


@needs_full
@pytest.mark.parametrize("command", [["show", "ranking"], ["check"], ["schema"], ["--version"]])
def test_output_that_does_not_fit_is_told(starter: Path, command: list[str]) -> None:
    code, said = leanfolio(starter, *command, after="> /dev/full")
    assert code == 3
    assert said.startswith("error: standard output: No space left on device\n")


@needs_full
def test_a_message_that_does_not_fit_changes_no_exit_code(starter: Path) -> None:
    assert leanfolio(starter, "show", "nothing", after="2> /dev/full") == (2, "")


def test_a_pipe_that_is_closed_is_no_success_and_no_error(starter: Path) -> None:
    code, said = leanfolio(starter, "schema", after="| sleep 0; exit ${PIPESTATUS[0]}")
    assert (code, said) == (141, "")


def test_too_many_open_files_are_told_with_the_path_and_the_cure(starter: Path) -> None:
    code, said = leanfolio(starter, "build", before="ulimit -n 8;")
    assert code == 3
    assert ": Too many open files\nnothing was published\nhint: allow more" in said


def test_a_file_that_cannot_be_written_is_told_with_its_path(starter: Path) -> None:
    code, said = leanfolio(starter, "check", "--write-baseline", "/proc/nothing")
    assert code == 3
    assert said.startswith("error: /proc/nothing could not be written")


def test_a_build_that_is_asked_to_end_tidies_up(published: Path) -> None:
    program = Path(sys.executable).with_name("leanfolio")
    before = tree(published / "site")
    process = subprocess.Popen(
        [str(program), "build"], cwd=published, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LEANFOLIO_CACHE": str(published / "none")},
    )  # fmt: skip
    while process.poll() is None and not list(published.glob(".site-*")):
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "interrupted: nothing was published: the last good site stands\n"
    assert tree(published / "site") == before
    assert not list(published.glob(".site-*"))


# All of them -----------------------------------------------------------------------------------


@pytest.mark.acceptance
def test_each_operation_of_a_build_may_fail(
    published: Path, tmp_path: Path, figure: Figure
) -> None:
    done = trials(published, tmp_path / "work", 10, *KINDS)
    assert len(done) > 500
    assert {trial.kind for trial in done} == {*KINDS}
    figure(judged([*done, *trials(published, tmp_path / "processes", 1, PROCESS)]))
