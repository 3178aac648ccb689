"""What a command says where the system does not give it what it needs: memory, disk, files."""

import contextlib
import errno
import os
import signal
import sys
from pathlib import Path
from traceback import walk_tb

import click

from leanfolio.cli.command import ENVIRONMENT, PIPE_CLOSED

CURES = {
    errno.ENOSPC: "free some room on that disk, then run it again",
    errno.EDQUOT: "free some room on that disk, then run it again",
    errno.EMFILE: "allow more open files: `ulimit -n 4096`",
    errno.ENFILE: "the whole machine has too many files open; try again later",
    errno.EACCES: "see who owns it, and who may read and write it",
    errno.EPERM: "see who owns it, and who may read and write it",
    errno.EROFS: "it lies on a disk that may not be written to; name another folder",
    errno.EIO: "the disk reports an error; look at the log of the system",
}


class OutputClosed(Exception):
    """Whoever read what a command prints has closed the pipe."""


def interrupts() -> None:
    """Let SIGTERM end a command as Ctrl-C does, so that it tidies up behind itself."""
    with contextlib.suppress(ValueError):  # not in the main thread: then whoever called us decides
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def system_fault(error: BaseException) -> str | None:
    """What the system refused, with the path if it tells one; None for what is a bug of ours."""
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, RecursionError):
        return "something is nested deeper than this machine can follow"
    if not isinstance(error, OSError):
        return None
    reason = error.strerror or str(error) or type(error).__name__
    paths = [os.fsdecode(name) for name in (error.filename, error.filename2) if is_path(name)]
    return f"{' -> '.join(dict.fromkeys(paths))}: {reason}" if paths else reason


def is_path(name: object) -> bool:
    """Whether an error's file name is one: it may be a descriptor, or missing."""
    return isinstance(name, str | bytes) and bool(name)


def cure_of(error: BaseException) -> str:
    """What helps against a fault of the system; "" where nothing general can be said."""
    return CURES.get(error.errno or 0, "") if isinstance(error, OSError) else ""


def end_with(error: BaseException, what: str = "", more: str = "") -> int:
    """Say on stderr what the system refused, and what helps; return the exit code.

    `what` was to be done, and `more` is what is to be said besides, such as what stands.
    """
    what = what or ("standard output" if is_of_output(error) else "")
    words = f"{what}: {system_fault(error)}" if what else str(system_fault(error))
    say(f"error: {words}")
    if more:
        say(more)
    if cure := cure_of(error):
        say(f"hint: {cure}")
    return ENVIRONMENT


def say(text: str) -> None:
    """A line on stderr; nothing where that is closed or full too."""
    from leanfolio.output.visible import visible

    with contextlib.suppress(OSError):
        click.echo(visible(text), err=True)


def is_of_output(error: BaseException) -> bool:
    """Whether an error came up while a command printed: of a full disk, which names no file."""
    frames = walk_tb(error.__traceback__)
    return any(frame.f_code is click.echo.__code__ for frame, _ in frames)


def flushed(code: int) -> int:
    """The exit code, once all of the output is out; ENVIRONMENT where it does not get out, and
    PIPE_CLOSED where nobody reads it any more.

    What Python still holds for a pipe that is closed, or a disk that is full, goes nowhere then:
    it would try again when it ends, and fail with words of its own.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is None or stream.closed:  # before we began, or by the command when it had ended
            continue
        try:
            stream.flush()
        except (OSError, ValueError) as error:
            if isinstance(error, BrokenPipeError):
                code = code or PIPE_CLOSED
            elif code == 0:
                code = ENVIRONMENT
                end_with(error, "standard output")
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code


def identity_of(folder: Path) -> tuple[int, int] | None:
    """What tells one folder from another that takes its place; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def what_stands(target: Path, before: tuple[int, int] | None) -> str:
    """What is in the site's folder after a build that failed, in words: nothing that is not so."""
    site = (target / "index.html").is_file()
    if site and identity_of(target) != before:
        return "the new site stands"
    return f"nothing was published{': the last good site stands' if site else ''}"
