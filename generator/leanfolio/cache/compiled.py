"""Compiled code that we keep between runs: of Graphviz, and of templates.

Whoever can write such a file can run it as us. So it lies in the user's own folder, which nobody
else may write, and each file begins with the digest of what it holds.
"""

import os
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

from leanfolio.cache.temporary import open_new, temporary_path

WORDS_VERSION = b"2"  # of how templates are compiled, beside what Jinja does
OWNED = hasattr(os, "getuid")  # Windows has no owner and mode to go by: nothing is kept there


def read_code(cache: Path | None, name: str) -> bytes | None:
    """What an earlier run compiled, if nobody else can have written it and it is whole."""
    if cache is None or not OWNED:
        return None
    try:
        if not _is_private(cache.lstat(), stat.S_IFDIR):
            return None
        with open(os.open(cache / name, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:  # noqa: PTH123
            if not _is_private(os.fstat(file.fileno()), stat.S_IFREG):
                return None
            digest, code = file.read(32), file.read()
    except OSError:
        return None
    return code if sha256(code).digest() == digest else None


def write_code(cache: Path | None, name: str, code: bytes) -> None:
    """Keep what was compiled, whole or not at all; a full or locked disk is no reason to fail."""
    if cache is None or not OWNED:
        return
    with suppress(OSError):
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_private(cache.lstat(), stat.S_IFDIR):
            _replace(cache / name, sha256(code).digest() + code)


def _replace(path: Path, content: bytes) -> None:
    temporary = temporary_path(path.parent, ".new-")
    try:
        with os.fdopen(open_new(temporary), "wb") as file:
            file.write(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _is_private(status: os.stat_result, kind: int) -> bool:
    """Whether this is a real folder or file that we own, and that only we may write."""
    ours = status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return ours and stat.S_IFMT(status.st_mode) == kind


class CompiledTemplates(BytecodeCache):
    """Templates as Python has compiled them, so that a short run does not compile them again.

    `words` is what else they are compiled from: the catalogue of their language.
    """

    def __init__(self, cache: Path | None, words: bytes = b"") -> None:
        self.cache = cache
        self.words = sha256(WORDS_VERSION + words).hexdigest()

    def get_source_checksum(self, source: str) -> str:
        return f"{super().get_source_checksum(source)}-{self.words}"

    def load_bytecode(self, bucket: Bucket) -> None:
        code = read_code(self.cache, f"template-{bucket.key}.code")
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        write_code(self.cache, f"template-{bucket.key}.code", bucket.bytecode_to_string())
