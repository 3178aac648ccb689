"""Builds a portfolio again and again, each time with another fault, and tells what came of it.

Run as a program: every trial is a fork of a process that has imported everything, so that it takes
half a second. Every operation on files that Python makes asks an audit hook first, and each write
goes through a file that counts: the one with the chosen number fails, or ends the process.
"""

import builtins
import errno
import importlib
import io
import json
import os
import pkgutil
import shutil
import signal
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

OPERATIONS = frozenset((
    "open", "os.chmod", "os.link", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.scandir", "os.symlink", "os.truncate", "shutil.rmtree", "subprocess.Popen",
    "sqlite3.connect", "tempfile.mkdtemp", "tempfile.mkstemp",
))  # fmt: skip
ERRORS = {name: getattr(errno, name) for name in ("ENOSPC", "EIO", "EACCES", "EMFILE", "EROFS")}
PROCESS = "process"  # no process can be started, which is what fails of every operation
KINDS = (*ERRORS, "memory", "recursion", "interrupt", "term", "kill")
CODE = (".py", ".pyc", ".so", ".pth")


@dataclass
class Trial:
    """What was tried, and what came of it."""

    kind: str
    step: int
    fresh: bool  # there was no site before
    operation: str = ""  # what failed: the event and its path; "" where no step has this number
    code: int = 0
    said: str = ""
    site: str = ""  # old, new, none, or damaged
    left: tuple[str, ...] = ()  # what lies beside the site that was not there before
    after: str = ""  # what the next build made: new, or what went wrong


class Faults:
    """Counts the operations of this process, and lets one of them fail."""

    def __init__(self, kind: str, step: int, told: Callable[[str], None]) -> None:
        self.kind, self.step, self.told = kind, step, told
        self.count = 0
        # Where our code and Python lie; pages and content are elsewhere.
        package = Path(importlib.import_module("leanfolio").__file__ or "").parent
        self.code = (sys.prefix, sys.base_prefix, str(package), sysconfig.get_path("purelib"))

    def install(self) -> None:
        sys.addaudithook(self.hook)
        really = io.open

        def counting(*arguments: Any, **named: Any) -> Any:
            file = really(*arguments, **named)
            return CountedFile(file, self) if file.writable() else file

        io.open = builtins.open = counting

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in OPERATIONS:
            path = arguments[0] if arguments else ""
            path = os.fsdecode(path) if isinstance(path, str | bytes) else ""
            mine = path.startswith((*self.code, "/dev/")) or path.endswith(CODE)
            if not mine or event == "subprocess.Popen":
                self.next(event, path)

    def next(self, event: str, path: str) -> None:
        if self.kind == PROCESS and event != "subprocess.Popen":
            return
        self.count += 1
        if self.count != self.step:
            return
        self.told(f"{event} {path}")
        if self.kind in ERRORS:
            code = ERRORS[self.kind]
            raise OSError(code, os.strerror(code), path or None)
        if self.kind == PROCESS:
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), path)
        if self.kind == "memory":
            raise MemoryError
        if self.kind == "recursion":
            raise RecursionError("maximum recursion depth exceeded")
        if self.kind == "interrupt":
            raise KeyboardInterrupt
        os.kill(os.getpid(), signal.SIGKILL if self.kind == "kill" else signal.SIGTERM)


class CountedFile:
    """A file that is written; each write is an operation."""

    def __init__(self, file: Any, faults: Faults) -> None:
        self.file, self.faults = file, faults

    def write(self, data: Any) -> Any:
        self.faults.next("write", "")
        return self.file.write(data)

    def __enter__(self) -> "CountedFile":
        self.file.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self.file.__exit__(*error)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def build(project: Path, faults: Callable[[], None], said: Path) -> int:
    """Build in a process of its own, with its output in a file; return the exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ["LEANFOLIO_CACHE"] = str(project / "cache")
        os.environ["TMPDIR"] = str(project / "tmp")
        sys.argv = ["leanfolio", "-C", str(project), "build"]
        from leanfolio.cli import main

        faults()
        main()
    except SystemExit as stop:
        os._exit(stop.code if isinstance(stop.code, int) else 99)
    except BaseException as error:
        os.write(2, f"Traceback: {error!r}".encode())
    os._exit(98)


class Trials:
    """A portfolio with an old site, changed since; and what a build without a fault makes of it."""

    def __init__(self, project: Path, work: Path) -> None:
        self.project, self.work = project, work
        self.old = tree(project / "site")
        self.said = work / "said"
        self.number = 0
        clean = self.copy(fresh=False)
        assert build(clean, lambda: None, self.said) == 0, self.said.read_text()
        self.new = tree(clean / "site")
        assert self.new != self.old
        shutil.rmtree(clean)

    def copy(self, *, fresh: bool) -> Path:
        self.number += 1
        folder = self.work / f"trial-{self.number}"
        shutil.copytree(self.project, folder)
        (folder / "tmp").mkdir()
        if fresh:
            shutil.rmtree(folder / "site")
        return folder

    def run(self, kind: str, step: int, *, fresh: bool) -> Trial:
        """One build with a fault, and one after it without."""
        trial = Trial(kind, step, fresh)
        folder = self.copy(fresh=fresh)
        told = self.work / "told"
        told.unlink(missing_ok=True)

        def note(text: str) -> None:
            descriptor = os.open(told, os.O_WRONLY | os.O_CREAT)
            os.write(descriptor, text.encode())
            os.close(descriptor)

        before = self.beside(folder) | ({"site"} if fresh else set())
        trial.code = build(folder, lambda: Faults(kind, step, note).install(), self.said)
        trial.operation = told.read_text() if told.exists() else ""
        trial.said = self.said.read_text("utf-8", "replace").replace(str(folder), "")
        trial.site = self.state(folder / "site")
        trial.left = tuple(sorted(self.beside(folder) - before))
        if trial.site == "new" and not trial.left and kind != "kill":
            trial.after = "new"  # what a build with nothing to do makes is known
            shutil.rmtree(folder)
            return trial
        after = build(folder, lambda: None, self.said)
        left = self.beside(folder) - before
        trial.after = self.state(folder / "site") if after == 0 and not left else f"{after} {left}"
        shutil.rmtree(folder)
        return trial

    def beside(self, folder: Path) -> set[str]:
        """What lies beside the site, and among temporary files."""
        return {path.name for path in folder.iterdir()} | {
            f"tmp/{path.name}" for path in (folder / "tmp").iterdir()
        }

    def state(self, site: Path) -> str:
        if not site.exists():
            return "none"
        now = tree(site)
        return "old" if now == self.old else "new" if now == self.new else "damaged"


def import_all() -> None:
    """Import what a build needs, so that each trial begins with its own work."""
    import leanfolio

    for module in pkgutil.walk_packages(leanfolio.__path__, "leanfolio."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    importlib.import_module("mkdocs.config.defaults")


def main() -> None:
    """Arguments: the project, a folder to work in, each how many steps, the kinds of faults."""
    project, work, every, *kinds = sys.argv[1:]
    import_all()
    trials = Trials(Path(project), Path(work))
    for number, kind in enumerate(kinds):
        step = 1 + (number * 7) % int(every)
        while True:
            trial = trials.run(kind, step, fresh=step % 3 == 0)
            if not trial.operation:
                break
            sys.stdout.write(json.dumps(asdict(trial)) + "\n")
            step += int(every)


if __name__ == "__main__":
    main()
