"""The door back to the disk: a file of content is changed or begun whole, or not at all.

A new text is written beside the old one, and takes its name in one step. Nothing is written through
a symbolic link, nor over what has changed since it was read.
"""

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from leanfolio.cache.temporary import open_new, temporary_path


class WriteError(Exception):
    """Why a file was left as it is, in words."""


def replace(root: Path, path: PurePosixPath, old: bytes, new: bytes) -> None:
    """Put new bytes in the place of the old ones. Raises WriteError, or OSError of the disk."""
    file = within(root, path)
    mode = file.lstat().st_mode
    if not stat.S_ISREG(mode):
        raise WriteError(f"{path} is no plain file")
    with beside(file, new, stat.S_IMODE(mode)) as name:
        if file.read_bytes() != old:
            raise WriteError(f"{path} has changed since it was read")
        os.replace(name, file)  # noqa: PTH105 - a link of that name would be replaced, not followed


def create(root: Path, path: PurePosixPath, new: bytes) -> None:
    """Write a file that is not there yet. Raises WriteError where it is."""
    file = within(root, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        stream = file.open("xb")
    except FileExistsError:
        raise WriteError(f"{path} is there already") from None
    try:
        with stream:
            stream.write(new)
    except BaseException:  # also on Ctrl-C: half a file is worse than none
        file.unlink(missing_ok=True)
        raise


def replace_all(root: Path, changes: Sequence[tuple[PurePosixPath, bytes | None, bytes]]) -> None:
    """Write each file (its path, its bytes before, or None of a new one, and after), all or none.

    Where one cannot be written, those before it are as they were. Raises WriteError, or OSError.
    """
    done: list[tuple[PurePosixPath, bytes | None, bytes]] = []
    try:
        for path, before, after in changes:
            if before is None:
                create(root, path, after)
            else:
                replace(root, path, before, after)
            done.append((path, before, after))
    except BaseException:
        for path, before, after in reversed(done):
            if before is None:
                within(root, path).unlink(missing_ok=True)
            else:
                replace(root, path, after, before)
        raise


def overwrite(file: Path, new: bytes) -> None:
    """Write a file that the user named, over whatever it held."""
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise WriteError(f"{file} is no plain file")
    mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o666 & ~umask()
    with beside(file, new, mode) as name:
        os.replace(name, file)  # noqa: PTH105


def within(root: Path, path: PurePosixPath) -> Path:
    """The file below the root, no folder on the way being a link out of it."""
    if path.is_absolute() or ".." in path.parts:
        raise WriteError(f"{path} lies outside of the content folder")
    folder = root
    for step in path.parts[:-1]:
        folder /= step
        if folder.is_symlink():
            raise WriteError(f"{path} lies behind a symbolic link")
    return folder / path.name


@contextlib.contextmanager
def beside(file: Path, data: bytes, mode: int) -> Iterator[Path]:
    """A temporary file in the same folder that holds the bytes; gone when the block is left."""
    temporary = temporary_path(file.parent, f".{file.name}-")
    try:
        with os.fdopen(open_new(temporary), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def umask() -> int:
    """The mask of this process, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
