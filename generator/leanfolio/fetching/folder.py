"""The files of a fetch, put in the place of the earlier ones in one step."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from leanfolio.disk.replace import staged


class Written(NamedTuple):
    """How many files are there now, and how many of them are new or hold other bytes."""

    files: int
    changed: int


def write_folder(target: Path, files: Mapping[str, bytes]) -> Written:
    """Write the files of a fetch into a folder that holds nothing else; all, or none.

    Git leaves the folder alone, since raw answers hold more than a portfolio should. Raises
    OSError, and ForeignFolderError where the folder holds what no fetch wrote.
    """
    changed = 0
    with staged(target) as stage:
        for name, data in files.items():
            (stage / name).write_bytes(data)
            earlier = target / name
            changed += not (earlier.is_file() and earlier.read_bytes() == data)
        (stage / ".gitignore").write_bytes(b"*\n")
    return Written(len(files), changed)
