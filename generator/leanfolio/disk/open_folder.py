"""Folders held open: nothing can take the place of what is read from them, not even a link.

A path is looked up anew each time that it is used, and whoever renames a folder in between leads it
elsewhere. What is opened from a handle of its folder, without following links, is what was there.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path, PurePosixPath

PLAIN_ONLY = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
FOLDER_ONLY = PLAIN_ONLY | getattr(os, "O_DIRECTORY", 0)
HANDLES = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
NOT_PLAIN = frozenset((errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENOTDIR, errno.EISDIR))


class NotPlainError(OSError):
    """What stands here is a link, a device or a folder, and no plain file; or no plain folder."""


class OpenFolder:
    """A folder that is open. Where a system has no handles of folders (Windows), it is a path."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path = path
        self.handle = handle

    def entries(self) -> list[os.DirEntry[str]]:
        """What is in the folder, in the order of names."""
        try:
            with os.scandir(self.path if self.handle is None else self.handle) as result:
                return sorted(result, key=lambda entry: entry.name)
        except OSError as error:
            raise with_path(error, self.path) from error

    @contextmanager
    def folder(self, name: str) -> "Iterator[OpenFolder]":
        """A folder in this one. Raises NotPlainError for a link, or OSError."""
        with open_folder(self.path / name, name, self.handle) as folder:
            yield folder

    def file(self, name: str) -> BufferedReader:
        """A plain file in this folder, to be read. Raises NotPlainError, or OSError.

        It is opened first and looked at then: a pipe is not waited for, and not read either.
        """
        return open_plain(self.path / name, name, self.handle)


@contextmanager
def open_folder(
    path: Path, name: str | None = None, handle: int | None = None
) -> Iterator[OpenFolder]:
    """A folder by its path, or by its name in a folder that is open. Raises as OpenFolder does."""
    if not HANDLES:
        if path.is_symlink():
            raise NotPlainError(errno.ELOOP, "is a symbolic link", str(path))
        yield OpenFolder(path, None)
        return
    own = opened(path, path if handle is None else name or "", FOLDER_ONLY, handle)
    try:
        yield OpenFolder(path, own)
    finally:
        os.close(own)


def open_plain(path: Path, name: str | None = None, handle: int | None = None) -> BufferedReader:
    """A plain file by its path, or by its name in a folder that is open."""
    own = opened(path, path if handle is None else name or "", PLAIN_ONLY, handle)
    if not stat.S_ISREG(os.fstat(own).st_mode):
        os.close(own)
        raise NotPlainError(errno.EINVAL, "is no plain file", str(path))
    return os.fdopen(own, "rb")


def opened(path: Path, name: str | Path, flags: int, handle: int | None) -> int:
    """A descriptor; an error tells the whole path, and a link or device is told apart."""
    try:
        return os.open(name, flags, dir_fd=handle) if HANDLES else os.open(path, flags)
    except OSError as error:
        if error.errno in NOT_PLAIN and not isinstance(error, FileNotFoundError):
            raise NotPlainError(error.errno, "is no plain file or folder", str(path)) from error
        raise with_path(error, path) from error


def with_path(error: OSError, path: Path) -> OSError:
    """The same error of the system, with the whole path that it is about."""
    return OSError(error.errno, error.strerror or str(error), str(path))


def read_plain(path: Path, limit: int) -> bytes:
    """The first bytes of a plain file. Raises NotPlainError, or OSError."""
    with open_plain(path) as file:
        return read(file, limit, path)


def read(file: BufferedReader, limit: int, path: Path) -> bytes:
    """The first bytes of an open file; an error of the disk tells the path.

    Room is made for as much as the file says that it holds: room for the limit would be a mapping
    of its own for each file, of which a process may have no more than 65,530.
    """
    try:
        expected = os.fstat(file.fileno()).st_size
        data = file.read(min(expected + 1, limit))
        grown = expected < len(data) < limit
        return data + file.read(limit - len(data)) if grown else data
    except OSError as error:
        raise with_path(error, path) from error


@contextmanager
def open_below(root: Path, path: PurePosixPath) -> Iterator[BufferedReader]:
    """A plain file below a folder, no folder on the way being a link. Raises as OpenFolder does."""

    @contextmanager
    def below(folder: OpenFolder, parts: tuple[str, ...]) -> Iterator[BufferedReader]:
        if len(parts) == 1:
            with folder.file(parts[0]) as file:
                yield file
            return
        with folder.folder(parts[0]) as inner, below(inner, parts[1:]) as file:
            yield file

    with open_folder(root) as folder, below(folder, path.parts) as file:
        yield file
