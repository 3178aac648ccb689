"""What Windows lacks is taken away, and leanfolio still begins a portfolio and publishes it.

This stands in for a system that is not at hand: it shows that no path needs what is missing there.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from leanfolio.disk import git, replace
from leanfolio.disk.replace import staged

# Modules that look for these when they are first imported are imported before they are gone. What
# stands in for msvcrt writes down each lock, and refuses a descriptor that is none.
WITHOUT_POSIX = """
import asyncio, ctypes, multiprocessing.context, os, shutil, socket, subprocess, sys, tempfile
import concurrent.futures.process, types, mkdocs.commands.build, wasmtime
sys.modules["fcntl"] = sys.modules["resource"] = sys.modules["pwd"] = sys.modules["grp"] = None
for name in ("O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "getuid", "geteuid", "fork", "mkfifo",
             "chown", "sysconf", "sched_getaffinity"):
    vars(os).pop(name, None)
calls = []
def locking(descriptor, mode, length):
    os.fstat(descriptor)
    calls.append((mode, length))
sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_LOCK=1)
open_folder = os.open
def open_file(path, flags, *rest, **named):
    if os.path.isdir(path):
        raise PermissionError(13, "a folder cannot be opened", str(path))
    return open_folder(path, flags, *rest, **named)
os.open = open_file
shutil._use_fd_functions = False
from leanfolio.disk import replace
from leanfolio.cli import main
replace.swapped_at_once = lambda stage, target: False
sys.argv[0] = "leanfolio"
try:
    main()
finally:
    print("locks:", calls, file=sys.stderr)
"""


def leanfolio(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run leanfolio on a system without POSIX, where each encoding has to be named."""
    return subprocess.run(
        [sys.executable, "-W", "error::EncodingWarning:leanfolio", "-c", WITHOUT_POSIX, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONWARNDEFAULTENCODING": "1",
            "PYTHONIOENCODING": "cp1252",  # what Windows takes for a file or a pipe
            "XDG_CACHE_HOME": str(folder / "cache"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_a_portfolio_is_begun_and_published_twice_without_posix(tmp_path: Path) -> None:
    begun = leanfolio(tmp_path, "init", "mine")
    assert begun.returncode == 0, begun.stderr
    assert begun.stderr.endswith("locks: []\n")
    # At first there is no site to replace, then there is one, then nothing is to be done.
    twice = "locks: [(1, 1), (1, 1)]\n"
    once = "locks: [(1, 1)]\n"
    for as_of, locks in (("2026-11-20", twice), ("2026-11-21", twice), ("2026-11-21", once)):
        built = leanfolio(tmp_path, "-C", "mine", "build", "--as-of", as_of)
        assert built.returncode == 0, built.stderr
        assert built.stderr.endswith(locks)
    assert "<svg" in (tmp_path / "mine/site/trace.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in (tmp_path / "mine").iterdir() if path.name[0] == ".") == [
        ".github", ".gitignore", ".gitlab-ci.yml",
    ]  # fmt: skip


def test_what_is_printed_is_utf_8_in_every_locale(tmp_path: Path) -> None:
    assert leanfolio(tmp_path, "init", "mine").returncode == 0
    epic = tmp_path / "mine/content/epics/EP-1.md"
    text = epic.read_text(encoding="utf-8")
    epic.write_text(text.replace("\n# ", "\n# Łódź → ", 1), encoding="utf-8")
    shown = leanfolio(tmp_path, "-C", "mine", "show", "ranking")
    assert shown.returncode == 0, shown.stderr
    assert "Łódź →" in shown.stdout


def test_a_lock_beside_the_site_is_gone_when_the_site_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[list[str]] = []

    class Msvcrt:
        """What we call of msvcrt: it looks at the folder while the lock is held."""

        LK_LOCK = 1

        @staticmethod
        def locking(descriptor: int, mode: int, length: int) -> None:
            held.append([each.name for each in tmp_path.iterdir() if each.suffix == ".lock"])

    monkeypatch.setattr(replace, "import_module", {"msvcrt": Msvcrt}.__getitem__)
    monkeypatch.setattr(replace, "find_spec", lambda name: None)
    for text in ("one", "two"):
        with staged(tmp_path / "site") as stage:
            (stage / "index.html").write_text(text)
    assert held == [[".site.lock"]] * 4  # each build once for its stage, and once for the swap
    assert (tmp_path / "site/index.html").read_text() == "two"
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_a_lock_that_is_not_to_be_had_leaves_the_old_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with staged(tmp_path / "site") as stage:
        (stage / "index.html").write_text("one")

    class Msvcrt:
        """A lock that another builder holds for more than ten seconds."""

        LK_LOCK = 1

        @staticmethod
        def locking(descriptor: int, mode: int, length: int) -> None:
            raise OSError(36, "Resource deadlock avoided")

    monkeypatch.setattr(replace, "import_module", {"msvcrt": Msvcrt}.__getitem__)
    monkeypatch.setattr(replace, "find_spec", lambda name: None)
    with pytest.raises(OSError, match="deadlock"), staged(tmp_path / "site") as stage:
        (stage / "index.html").write_text("two")
    assert (tmp_path / "site/index.html").read_text() == "one"


def test_a_git_of_the_current_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows finds `.\\git.exe` first; here a path that is not absolute does the same."""
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    assert git.has_git_answer(tmp_path, "--version") is None
    assert not (tmp_path / "was-run").exists()


def test_no_system_but_linux_is_asked_to_exchange_two_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, target = tmp_path / "stage", tmp_path / "site"
    stage.mkdir()
    target.mkdir()
    (stage / "index.html").write_text("two")
    monkeypatch.setattr(sys, "platform", "win32")
    assert not replace.swapped_at_once(stage, target)
    replace.exchange(stage, target)
    assert (target / "index.html").read_text() == "two"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["site", "stage"]
