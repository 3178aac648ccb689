"""The disk side of an import, whatever its format: text is read, items are written."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from leanfolio.disk import write
from leanfolio.importing.mapping import MapError
from leanfolio.importing.rows import Imported, Made, Skipped
from leanfolio.model.source import MEGABYTE

M = TypeVar("M")
MOST_BYTES = 32 * MEGABYTE


def read_text(file: Path) -> str:
    """Return the text of a file in UTF-8. Raises OSError; MapError if it is none, or too large."""
    with file.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise MapError(f"{file} is larger than {MOST_BYTES // MEGABYTE} MB; split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MapError(f"{file}, line {line}, is not UTF-8; save it as UTF-8") from None
    if "\0" in text:
        raise MapError(f"{file} holds a NUL character; save it as UTF-8 text")
    return text


def map_in(file: Path, reader: Callable[[str], M]) -> M:
    """The map in a file. Raises MapError, which names the file; and OSError."""
    text = read_text(file)
    try:
        return reader(text)
    except MapError as error:
        raise MapError(f"{file.name}: {error}") from None


def write_items(imported: Imported, into: Path, dry: bool = False) -> tuple[Made, ...]:
    """Write the items that are not there yet; return those that were written.

    What cannot be written is added to `imported.skipped`. A file that is there with the same text
    is neither written nor left out. With `dry` nothing is written, and what would be is returned.
    Raises OSError.
    """
    written: list[Made] = []
    for made in imported.made:
        there = into / made.path
        if there.is_file() and not there.is_symlink() and there.read_bytes() == made.text.encode():
            continue
        if there.exists():
            imported.skipped.append(Skipped(made.line, str(made.path), "it is there already"))
            continue
        try:
            if not dry:
                write.create(into, made.path, made.text.encode())
            written.append(made)
        except write.WriteError as error:
            imported.skipped.append(Skipped(made.line, str(made.path), str(error)))
    return tuple(written)
