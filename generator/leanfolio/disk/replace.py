"""The door to the published folder: a new site takes the place of the old one whole, or not at all.

A site is built beside the old one. Its manifest, the SHA-256 of every file, is written last; then
the two folders change names in one step. What fails before that leaves the old site as it was.
"""

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from leanfolio.cache.temporary import temporary_path
from leanfolio.disk.open_folder import open_below, open_plain, read_plain

MANIFEST = "manifest.json"
KEPT = (".gitignore", ".nojekyll", "CNAME")  # what a host or git needs there, and no build writes
KEPT_BYTES = 64 * 1024
MANIFEST_BYTES = 256 * 1024 * 1024  # of two million files
PIECE = 1024 * 1024  # bytes of a file that are in memory at once
AT_FDCWD = -100
RENAME_EXCHANGE = 2


class ForeignFolderError(Exception):
    """The folder holds files that no build of ours wrote, so it is not emptied."""


@contextlib.contextmanager
def staged(
    target: Path,
    known: Mapping[str, str] | None = None,
    still: Callable[[], None] = lambda: None,
) -> Iterator[Path]:
    """A new, empty folder beside the target. Leaving the block well puts it in the target's place;
    leaving it by an exception removes it. Raises NotOurs before any work is done.

    `known` are the SHA-256 of files whose bytes the caller has seen, by their path; by the end.
    `still` is called when nobody else can change the target any more, and may raise to stop.
    """
    refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    stage = temporary_path(target.parent, f".{target.name}-")
    lock = None
    try:
        with locked(target):  # nobody takes the stage for a leftover before it is locked itself
            stage.mkdir(0o700)
            lock = try_lock(stage)  # until this process ends: other builds leave the stage alone
        yield stage
        stage.chmod(0o755)
        write_manifest(stage, known or {})
        with locked(target):
            refuse_foreign(target)
            still()
            carry_over(target, stage)
            exchange(stage, target)
            remove_leftovers(target)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def remove_leftovers(target: Path) -> None:
    """Remove the stages of builds that were killed: those whose lock nobody holds any more.

    On Windows, where a folder cannot be locked, they stay.
    """
    leftover = re.compile(rf"\.{re.escape(target.name)}-[a-z0-9_]{{8}}(-old)?")
    with contextlib.suppress(OSError):  # the new site stands: what is left waits for the next build
        for path in sorted(target.parent.iterdir()):
            if leftover.fullmatch(path.name) and not path.is_symlink() and path.is_dir():
                lock = try_lock(path)
                if lock is not None:
                    shutil.rmtree(path, ignore_errors=True)
                    os.close(lock)


def try_lock(folder: Path) -> int | None:
    """A descriptor that locks a folder until it is closed; None where another process holds it.

    None, too, where folders cannot be locked.
    """
    if not find_spec("fcntl"):
        return None
    fcntl = import_module("fcntl")
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # its build has just ended, and removed it
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def refuse_foreign(target: Path) -> None:
    """Whether this is a folder that we may replace: absent, empty, or of our own making."""
    if target.is_symlink():
        raise ForeignFolderError(f"{target} is a symbolic link")
    if not target.exists():
        return
    if not target.is_dir():
        raise ForeignFolderError(f"{target} is a file")
    matches = [path.name for path in target.iterdir() if path.name not in KEPT]
    if matches and MANIFEST not in matches:
        raise ForeignFolderError(
            f"{target} holds files that leanfolio did not make, such as {min(matches)}"
        )
    if not matches:
        return
    manifest = read_manifest(target)
    if "leanfolio" not in manifest:
        raise ForeignFolderError(f"{target / MANIFEST} was not written by leanfolio")
    known = {MANIFEST, *KEPT, *files_of(manifest)}
    foreign = min((path for path in files_below(target) if path not in known), default=None)
    if foreign is not None:
        raise ForeignFolderError(
            f"{target} holds files that leanfolio did not make, such as {foreign}"
        )


def read_manifest(folder: Path) -> dict[str, object]:
    try:
        return manifest_in(read_plain(folder / MANIFEST, MANIFEST_BYTES))
    except OSError:
        return {}


def manifest_in(data: bytes) -> dict[str, object]:
    """What a manifest says; nothing of bytes that are none."""
    try:
        result = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return result if isinstance(result, dict) else {}


def files_of(manifest: Mapping[str, object]) -> dict[str, str]:
    """The SHA-256 of each file that a manifest names, by its path."""
    files = manifest.get("files")
    return files if isinstance(files, dict) else {}


def write_manifest(folder: Path, known: Mapping[str, str]) -> None:
    """The SHA-256 of every file by its path, in the order of paths; written last."""
    from leanfolio import __version__  # noqa: PLC0415

    files = {
        path: known.get(path) or digest_of(folder / path) for path in sorted(files_below(folder))
    }
    text = json.dumps({"leanfolio": __version__, "files": files}, indent=1)
    (folder / MANIFEST).write_bytes(f"{text}\n".encode())


def digest_of(path: Path) -> str:
    """The SHA-256 of a plain file, which is read in pieces."""
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_plain(root: Path, path: PurePosixPath, target: Path) -> str:
    """Copy a plain file from below a folder in pieces, and return its SHA-256.

    No link is followed on the way. Raises OSError with the path that it is about.
    """
    digest = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_below(root, path) as source, target.open("wb") as copy:
        while piece := source.read(PIECE):
            digest.update(piece)
            copy.write(piece)
    return digest.hexdigest()


def files_below(folder: Path) -> Iterator[str]:
    """The path of every file below a folder. Raises OSError for a folder that cannot be read."""

    def refuse(error: OSError) -> None:
        raise error

    for here, _, names in os.walk(folder, onerror=refuse):
        under = os.path.relpath(here, folder).replace(os.sep, "/")
        yield from names if under == "." else (f"{under}/{name}" for name in names)


def carry_over(old: Path, new: Path) -> None:
    """Carry over the few files that belong to the host or to git."""
    for name in KEPT:
        if not (new / name).exists() and is_plain(old / name):
            (new / name).write_bytes(read_plain(old / name, KEPT_BYTES))


def is_plain(path: Path) -> bool:
    """Whether this is a regular file, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def hard_link(old: str | Path, new: str | Path, digest: str) -> bool:
    """Give a file of the old site a second name in the new one, if its bytes have this SHA-256.

    Nothing writes into a published file: a changed page is a new file, so both names may share one.
    """
    try:
        if digest_of(Path(old)) != digest:
            return False
        os.link(old, new)
    except OSError:
        return False
    return True


def exchange(stage: Path, target: Path) -> None:
    """Put the stage in the target's place; what was there is then at the stage's name."""
    if not target.exists():
        stage.rename(target)
        return
    if swapped_at_once(stage, target):
        return
    aside = stage.with_name(f"{stage.name}-old")
    target.rename(aside)
    try:
        stage.rename(target)
    except OSError:
        aside.rename(target)
        raise
    aside.rename(stage)


def swapped_at_once(stage: Path, target: Path) -> bool:
    """Linux can exchange two names in one step; elsewhere there is a moment between two renames."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done = rename(
        AT_FDCWD, os.fsencode(stage), AT_FDCWD, os.fsencode(target), ctypes.c_uint(RENAME_EXCHANGE)
    )
    if done == 0:
        return True
    if ctypes.get_errno() in (errno.EINVAL, errno.ENOSYS, errno.EPERM):
        return False
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code), str(target))


@contextlib.contextmanager
def locked(target: Path) -> Iterator[None]:
    """Two builders at once: the second waits here for the moment that the swap takes.

    The system gives the lock back when a process ends, however it ends.
    """
    lock = folder_locked if find_spec("fcntl") else file_locked
    with lock(target):
        yield


@contextlib.contextmanager
def folder_locked(target: Path) -> Iterator[None]:
    """Lock the folder that holds the target, on Linux, macOS and BSD."""
    fcntl = import_module("fcntl")
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def file_locked(target: Path) -> Iterator[None]:
    """Lock a file beside the target: Windows has no descriptor of a folder.

    Waits for up to ten seconds, then raises OSError.
    """
    msvcrt = import_module("msvcrt")
    file = target.with_name(f".{target.name}.lock")
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT)
    try:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        yield
    finally:
        os.close(descriptor)
        with contextlib.suppress(OSError):  # another builder has it open, and removes it
            file.unlink()
