"""Answers that have come already: a fetch that was stopped goes on from them.

They lie beside the folder that is to be written, each in a file of its own, named after its
request; a file is there whole or not at all.
"""

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from leanfolio.disk.replace import try_lock
from leanfolio.disk.write import overwrite
from leanfolio.fetching.cleaning import as_bytes, as_json
from leanfolio.fetching.fetch_error import FetchError

OLDEST = 24 * 60 * 60  # seconds: what is older is asked for anew, as continuation tokens end
REQUEST = "request.json"


class Partial:
    """The answers of one fetch, by their requests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known = sum(1 for _ in folder.glob("*.answer"))

    def file_of(self, request: str) -> Path:
        return self.folder / f"{hashlib.sha256(request.encode()).hexdigest()[:32]}.answer"

    def answer(self, request: str) -> tuple[Any] | None:
        """The answer to a request in a tuple, None where it has not come."""
        try:
            return (json.loads(self.file_of(request).read_bytes()),)
        except (FileNotFoundError, ValueError):
            return None

    def keep(self, request: str, value: Any) -> None:
        """Keep an answer that is clean. Raises OSError, ValueError."""
        file = self.file_of(request)
        new = file.with_suffix(".new")
        new.write_bytes(as_bytes(as_json(value)))
        new.replace(file)  # without waiting for the disk: half a file counts as not there


@contextlib.contextmanager
def partial(target: Path, request: Mapping[str, str]) -> Iterator[Partial]:
    """What has come of a fetch into a folder: nothing where another request came before.

    It is gone when the block ends well; else it stays for the next run. Raises FetchError where
    another fetch into the folder is under way, and OSError.
    """
    folder = target.with_name(f".{target.name}-partial")
    if folder.is_symlink():
        raise FetchError(f"{folder} is a symbolic link", "remove it", is_usage=True)
    identity = as_bytes(as_json(dict(request)))
    folder.mkdir(parents=True, exist_ok=True)
    lock = try_lock(folder)
    if lock is None and find_spec("fcntl"):
        raise FetchError(f"another fetch into {target} is under way", "wait until it has ended")
    try:
        begin(folder, identity)
        answers = Partial(folder)
        yield answers
        shutil.rmtree(folder)
    except FetchError as error:
        if error.begins_anew:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        if not any(folder.glob("*.answer")):
            shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def begin(folder: Path, identity: bytes) -> None:
    """Take out what other requests have left, and note which these are."""
    if goes_on(folder, identity):
        return
    for file in folder.iterdir():
        file.unlink()
    overwrite(folder / ".gitignore", b"*\n")
    overwrite(folder / REQUEST, identity)


def goes_on(folder: Path, identity: bytes) -> bool:
    """Whether a folder holds answers to these very requests that are not too old."""
    file = folder / REQUEST
    try:
        is_fresh = time.time() - file.stat().st_mtime < OLDEST
        return is_fresh and file.read_bytes() == identity
    except OSError:
        return False
