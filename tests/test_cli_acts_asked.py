"""The acts on a terminal: what is missing is asked for, and a typo may be made once."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals for Python")


def on_terminal(folder: Path, command: list[str], answers: list[str]) -> tuple[int, str]:
    """Run a command on a terminal, and type each answer once it is waited for."""
    program = str(Path(sys.executable).with_name("leanfolio"))
    main, side = pty.openpty()
    with subprocess.Popen(
        [program, *command], cwd=folder, stdin=side, stdout=side, stderr=side, close_fds=True,
        env={**os.environ, "TERM": "dumb", "NO_COLOR": "1"},
    ) as process:  # fmt: skip
        os.close(side)
        said, rest = "", list(answers)
        while True:
            ready, _, _ = select.select([main], [], [], 0.2)
            try:
                said += os.read(main, 65536).decode(errors="replace") if ready else ""
            except OSError:  # nobody holds the other side any more
                break
            if not ready and process.poll() is not None:
                break
            if rest and said.rstrip(" ").endswith(":"):
                os.write(main, f"{rest[0]}\n".encode())
                said += f"<{rest.pop(0)}>"
        os.close(main)
        return process.wait(60), said


def test_on_a_terminal_what_is_missing_is_asked_for(starter: Path) -> None:
    code, said = on_terminal(starter, ["checkin", "--dry-run"], ["KR-1", "9O", "7"])
    assert code == 0, said
    assert "'9O', which is not a number" in said
    assert "value: 7}" in said


def test_a_typo_may_be_made_once(starter: Path) -> None:
    code, said = on_terminal(starter, ["move", "EP-11", "mvp"], ["EP-12"])
    assert code == 2, said
    assert "there is no EP-11" in said
    assert "there is no EP-12" in said


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["waive", "EP-2", "gap"], "`leanfolio explain` lists the rules"),
        (["score", "EP-99", "--job-size", "5"], "there is no EP-99"),
    ],
)
def test_what_is_given_is_checked_before_anything_is_asked(
    starter: Path, command: list[str], why: str
) -> None:
    code, said = on_terminal(starter, command, ["gap" if "gap" in command else "EP-98"])
    assert code == 2, said
    assert why in said
    assert "who" not in said
