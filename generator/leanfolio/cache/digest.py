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
            result.update(path.read_bytes())
    return result.digest()


def files_below(folder: Path) -> Iterator[Path]:
    """Every plain file below a folder, through links; no folder twice on one way down.

    Raises OSError for a folder that cannot be read: what is in it would not count.
    """

    def refuse(error: OSError) -> None:
        raise error

    for here, folders, names in os.walk(folder, onerror=refuse, followlinks=True):
        real = Path(here).resolve()
        folders[:] = [
            name
            for name in folders
            if name != "__pycache__" and (Path(here) / name).resolve() not in (real, *real.parents)
        ]
        yield from (path for name in names if (path := Path(here) / name).is_file())


@cache
def code_digest() -> bytes:
    """The digest of our code, which stays the same while a process runs; templates may not."""
    result = blake2b(digest_size=16)
    for path in sorted(PACKAGE.rglob("*.py")):
        result.update(path.name.encode())
        result.update(path.read_bytes())
    return result.digest()
