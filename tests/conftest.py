"""What tests share: where the repository stands, a starter to work on, and calm property tests."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from command_server import PROGRAMS, run_program
from leanfolio.disk import project
from leanfolio.disk.gc_pause import gc_paused
from leanfolio.disk.starter import write_starter

# Shared machines stall now and then: a slow example is no failure.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

Run = Callable[..., subprocess.CompletedProcess[str]]
Figure = Callable[[str], None]


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Print a figure that a test has measured, at the end of the run."""
    return lambda text: record_property("figure", text)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests keep nothing in the cache of whoever runs them, and find nothing there.

    Nor do two processes of one run wait for each other. Wheels still come from where pip has them.
    """
    before = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    os.environ.setdefault("PIP_CACHE_DIR", str(Path(before) / "pip"))
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    os.environ.pop("LEANFOLIO_CACHE", None)


@pytest.fixture(scope="session", autouse=True)
def no_lasting_portfolios() -> Iterator[None]:
    """Let no build look through all that the tests before it have left in this process.

    A server gives back what the portfolio before left; a run of tests makes thousands of them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "gc_paused", lambda lasting: gc_paused())
        yield


@pytest.fixture(scope="session", autouse=True)
def heeded_interrupts() -> None:
    """Let what a test starts heed Ctrl-C, also where the run itself was started to ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured, whichever process ran them."""
    reports = [
        entry for kind in ("passed", "failed") for entry in terminalreporter.getreports(kind)
    ]
    figures = [
        value for entry in reports for name, value in entry.user_properties if name == "figure"
    ]
    for text in sorted(map(str, figures)):
        terminalreporter.write_line(f"measured: {text}")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).parents[1]


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A starter portfolio, begun on a day in November."""
    folder = tmp_path / "portfolio"
    write_starter(folder, date(2026, 11, 23))
    return folder


def run_command(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment, such as `leanfolio` or `mkdocs`, in a folder."""
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(cwd.parent), "NO_COLOR": "1"}
    if command[0] in PROGRAMS:
        return run_program(command[0], command[1:], cwd=cwd, env=environment)
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run(
        [str(program), *command[1:]],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def run() -> Run:
    return run_command
