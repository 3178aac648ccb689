"""Commands in processes of their own, forked from one that has loaded leanfolio already.

Loading costs more than most commands do, and tests start hundreds. A forked process has its own
arguments, folder, environment, streams and exit code; that the installed program starts from
nothing is what the tests of the wheel and of a first push are for.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO

PROGRAMS = {"leanfolio": ("leanfolio.cli", "main"), "mkdocs": ("mkdocs.__main__", "cli")}
LOADED_EARLY = ("leanfolio.cli.build", "leanfolio.cli.check", "leanfolio.mkdocs_plugin")
NOT_INHERITED = ("PYTHONHASHSEED", "LC_ALL", "LANG", "PYTHONUTF8", "PYTHONPATH", "TZ")
STARTED_IN = dict(os.environ)
MEASURED = any(name.startswith("COVERAGE_PROCESS") for name in STARTED_IN)


def run_leanfolio(
    *arguments: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run the command `leanfolio` and return what it wrote, as `subprocess.run` does."""
    return run_program("leanfolio", arguments, cwd=cwd, env=env, timeout=timeout)


def run_program(
    name: str,
    arguments: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run one of `PROGRAMS` and return what it wrote, as `subprocess.run` does."""
    environment = dict(os.environ if env is None else env)
    same = all(environment.get(each) == STARTED_IN.get(each) for each in NOT_INHERITED)
    if MEASURED or not same or not hasattr(os, "fork"):
        program = [sys.executable, "-m", name, *arguments]
        return subprocess.run(
            program, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, timeout=timeout,
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        out, error = Path(folder, "out"), Path(folder, "error")
        request = {
            "command": [name, *arguments], "cwd": str(cwd or Path.cwd()),
            "environment": environment, "out": str(out), "error": str(error), "timeout": timeout,
        }  # fmt: skip
        server = the_server()
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        assert answer, "the process that starts commands has ended"
        code = json.loads(answer)
        if code is None:
            raise subprocess.TimeoutExpired([name, *arguments], timeout)
        return subprocess.CompletedProcess(
            [name, *arguments], code, out.read_text("utf-8"), error.read_text("utf-8")
        )


@cache
def the_server() -> "subprocess.Popen[str]":
    """Return the process that starts commands for this one; it ends with its input."""
    return subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=STARTED_IN,
    )  # fmt: skip


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Start a command for each line of requests, and answer with its exit code."""
    for name in LOADED_EARLY:
        import_module(name)
    for line in requests:
        request = json.loads(line)
        child = os.fork()
        if not child:
            become(request)
        print(json.dumps(code_of(child, request["timeout"])), file=answers, flush=True)


def become(request: Mapping[str, object]) -> None:
    """Be the process of one command, to its end."""
    code = 70
    try:
        streams = (os.devnull, os.O_RDONLY), (request["out"], WRITTEN), (request["error"], WRITTEN)
        for number, (path, flags) in enumerate(streams):
            opened = os.open(str(path), flags, 0o600)
            os.dup2(opened, number)
            os.close(opened)
        os.chdir(str(request["cwd"]))
        os.environ.clear()
        os.environ.update(request["environment"])  # type: ignore[call-overload]
        code = run_here(*request["command"])  # type: ignore[misc]
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


WRITTEN = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def run_here(name: str, *arguments: str) -> int:
    """Run a program in this process; return its exit code."""
    module, function = PROGRAMS[name]
    sys.argv = [name, *arguments]
    try:
        getattr(import_module(module), function)()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def code_of(child: int, timeout: float) -> int | None:
    """Wait for a process: its exit code, less than 0 for a signal; None where it took too long."""
    until = time.monotonic() + timeout
    pause = 0.001
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


if __name__ == "__main__":
    serve(sys.stdin, os.fdopen(os.dup(1), "w"))
