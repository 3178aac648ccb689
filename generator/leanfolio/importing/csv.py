"""CSV, by a map from its columns to fields: read here, and written as files of content."""

from pathlib import Path

from leanfolio.disk import write
from leanfolio.importing.mapping import Imported, MapError, Skipped, import_rows, read_map

MOST_BYTES = 32 * 1024 * 1024


def import_csv(file: Path, map: Path, into: Path) -> tuple[Imported, int]:
    """Write an item for every row that describes one. What is there already is left as it is.

    Returns what became of the rows, and how many files were written. Raises WrongMap, OSError.
    """
    result = import_rows(text_of(file), read_map(text_of(map)), file.name)
    written = 0
    for made in result.made:
        try:
            write.create(into, made.path, made.text.encode())
            written += 1
        except write.WriteError as error:
            result.skipped.append(Skipped(made.line, str(made.path), str(error)))
    return result, written


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
