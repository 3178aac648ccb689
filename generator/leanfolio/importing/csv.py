"""CSV, by a map from its columns to fields: read here, and written as files of content."""

from pathlib import Path

from leanfolio.disk import write
from leanfolio.importing.mapping import MapError, read_map
from leanfolio.importing.rows import Imported, Made, Skipped, import_rows

MOST_BYTES = 32 * 1024 * 1024


def import_csv(
    file: Path, map: Path, into: Path, dry: bool = False
) -> tuple[Imported, tuple[Made, ...]]:
    """Write an item for every row that describes one. What is there already is left as it is.

    Returns what became of the rows, and what was written; with `dry` nothing is, and what would be
    is returned. A file that is there with the same text is neither written nor left out. Raises
    MapError, OSError.
    """
    found = import_rows(text_of(file), read_map(text_of(map)), file.name)
    written: list[Made] = []
    for made in found.made:
        there = into / made.path
        if there.is_file() and not there.is_symlink() and there.read_bytes() == made.text.encode():
            continue
        if dry and there.exists():
            found.skipped.append(Skipped(made.line, str(made.path), "it is there already"))
            continue
        try:
            if not dry:
                write.create(into, made.path, made.text.encode())
            written.append(made)
        except write.WriteError as error:
            found.skipped.append(Skipped(made.line, str(made.path), str(error)))
    return found, tuple(written)


def text_of(file: Path) -> str:
    with file.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise MapError(f"{file} is larger than {MOST_BYTES // 1024 // 1024} MB; split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MapError(f"{file}, line {line}, is not UTF-8; save it as UTF-8") from None
    if "\0" in text:
        raise MapError(f"{file} holds a NUL character; save it as UTF-8 text")
    return text
