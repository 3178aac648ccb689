"""Names for what is written beside its place, and then moved into it."""

import os
import secrets
from pathlib import Path


def temporary_path(folder: Path, prefix: str) -> Path:
    """A path in the folder that nothing has yet: the prefix and eight characters of chance.

    It is known before anything is made there, unlike with `tempfile`: a signal that arrives as soon
    as the file or folder exists already finds the block that removes it.
    """
    while (path := folder / f"{prefix}{secrets.token_hex(4)}").exists():
        continue
    return path


def open_new(path: Path) -> int:
    """The descriptor of a new file that only its owner may read, for writing."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
