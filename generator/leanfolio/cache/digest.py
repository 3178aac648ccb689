"""Digests of what something was made from."""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def length_prefixed(parts: Sequence[bytes]) -> bytes:
    """Parts joined so that no other parts give the same bytes."""
    return b"%d " % len(parts) + b"".join([b"%d:%b" % (len(part), part) for part in parts])


def generator_digest(folders: tuple[Path, ...] = ()) -> bytes:
    """The digest of our code, and of every file in these folders of templates, links followed:
    a template may include any of them."""
    result = blake2b(code_digest(), digest_size=16)
    for folder in folders:
        for path in sorted(files_below(folder)):
            result.update(os.fsencode(path.relative_to(folder)) + b"\0")
            result.update(bytes_of(str(path)))
    return result.digest()


def bytes_of(path: str) -> bytes:
    """All of a file, read at once: half of the time that a `Path` and a buffer take."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - for each file
        return file.read()


def files_below(folder: Path) -> Iterator[Path]:
    """Every plain file below a folder, through links; no folder twice on one way down.

    Raises OSError for a folder that cannot be read: what is in it would not count.
    """
    yield from map(Path, plain_files(os.fspath(folder), (os.path.realpath(folder),)))


def plain_files(folder: str, real: tuple[str, ...]) -> Iterator[str]:
    """The same as paths in text; `real` are those of the folders on the way, this one the last.

    Only a link has to be followed to be told: `Path.resolve` of every folder takes longer than to
    read all files.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file():
                yield entry.path
            elif entry.is_dir() and entry.name != "__pycache__":
                inner = f"{real[-1]}{os.sep}{entry.name}"
                if entry.is_symlink():
                    inner = os.path.realpath(entry.path)
                    if Path(inner) in (*map(Path, real), *Path(real[-1]).parents):
                        continue
                yield from plain_files(entry.path, (*real, inner))


@cache
def code_digest() -> bytes:
    """The digest of our code, which stays the same while a process runs; templates may not."""
    result = blake2b(digest_size=16)
    for path in sorted(plain_files(str(PACKAGE), (str(PACKAGE),))):
        if path.endswith(".py"):
            result.update(os.fsencode(path.removeprefix(str(PACKAGE))))
            result.update(bytes_of(path))
    return result.digest()
