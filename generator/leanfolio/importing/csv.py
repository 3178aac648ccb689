"""CSV, by a map from its columns to fields: read here, and written as files of content."""

from pathlib import Path

from leanfolio.importing.disk import map_in, read_text, write_items
from leanfolio.importing.mapping import read_map
from leanfolio.importing.rows import Imported, Made, import_rows


def import_csv(
    file: Path, map: Path, into: Path, dry: bool = False
) -> tuple[Imported, tuple[Made, ...]]:
    """Write an item for every row that describes one. What is there already is left as it is.

    Returns what became of the rows, and what was written, or would be with `dry`. Raises MapError,
    OSError.
    """
    imported = import_rows(read_text(file), map_in(map, read_map), file.name)
    return imported, write_items(imported, into, dry)
