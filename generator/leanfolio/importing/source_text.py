"""The bytes of another system's file become text, or are refused by name."""

import re
from pathlib import Path

from msgspec import Struct

from leanfolio.importing.work_item import SourceError
from leanfolio.model.source import MEGABYTE

MOST_BYTES = 512 * MEGABYTE
MOST_TABLE_BYTES = 32 * MEGABYTE
TOKEN_SIGNS = (b"ATATT3", b"access_token", b"refresh_token", b"uthorization", b"\xff\xfe")
TOKENS = re.compile(
    r"ATATT3[A-Za-z0-9_=-]{20,}"
    r"|\"(?:access|refresh)_token\"\s*:\s*\"[^\"]{16,}"
    r"|[Aa]uthorization\"?\s*[:=]\s*\"?(?:Basic|Bearer)\s+[A-Za-z0-9+/=._-]{16,}"
)
PAGE = re.compile(r"\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)


class SourceFile(Struct, frozen=True):
    """A file of another system: what it is called in reports, and its text."""

    name: str
    text: str

    @property
    def is_json(self) -> bool:
        return self.text[:1] in ("{", "[")


def read_source(file: Path) -> SourceFile:
    """Read one file. Raises SourceError where it is refused, and OSError."""
    with file.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    return source_of(file.name, data)


def source_of(name: str, data: bytes) -> SourceFile:
    """The text of a file: UTF-8 with or without its mark, or UTF-16 with one.

    Raises SourceError for what is no such text, is a web page, or holds a token.
    """
    text = decoded(name, data)
    stripped = text.lstrip() if text[:1].isspace() else text
    limit = MOST_BYTES if stripped[:1] in ("{", "[") else MOST_TABLE_BYTES
    if len(data) > limit:
        raise SourceError(f"{name} is larger than {limit // MEGABYTE} MB", "split it")
    if "\0" in text:
        raise SourceError(f"{name} holds a NUL character", "save it as UTF-8 text")
    if PAGE.match(text):
        message = f"{name} is a web page (HTML), as a login gives it, and no answer or table"
        raise SourceError(message, "log in, and save the answer itself")
    if any(sign in data for sign in TOKEN_SIGNS) and TOKENS.search(text):
        message = f"{name} holds what looks like a token that opens the other system"
        raise SourceError(message, "revoke it there, and take it out of the file")
    if not stripped:
        raise SourceError(f"{name} is empty", "save it again")
    return SourceFile(name, stripped if limit == MOST_BYTES else text)


def decoded(name: str, data: bytes) -> str:
    """The text of UTF-8, or of UTF-16 with its mark. Raises SourceError."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = f"{name}, line {line}, is not {'UTF-16' if encoding == 'utf-16' else 'UTF-8'}"
        raise SourceError(said, "save it as UTF-8") from None
