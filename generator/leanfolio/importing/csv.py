"""CSV, by a map from its columns to fields: read here, and written as files of content."""

from pathlib import Path

from leanfolio.importing.disk import read_text, write_items
from leanfolio.importing.mapping import MapError, Shape, read_map
from leanfolio.importing.rows import Imported, Made, import_rows


def import_csv(
    file: Path, map: Path, into: Path, dry: bool = False
) -> tuple[Imported, tuple[Made, ...]]:
    """Write an item for every row that describes one. What is there already is left as it is.

    Returns what became of the rows, and what was written, or would be with `dry`. Raises MapError,
    OSError.
    """
    imported = import_rows(read_text(file), map_in(map), file.name)
    return imported, write_items(imported, into, dry)


def map_in(file: Path) -> tuple[Shape, ...]:
    """The map in a file. Raises MapError, which names the file; and OSError."""
    text = read_text(file)
    try:
        return read_map(text)
    except MapError as error:
        raise MapError(f"{file.name}: {error}") from None
