"""The door to the disk: content comes in as bytes, and only plain files inside its folder do."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from leanfolio.money.records import MOST_BYTES, kind_of
from leanfolio.problem import Problem
from leanfolio.read import Source, asset_refused, content_empty, file_refused

ASSETS = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".pdf", ".csv", ".txt", ".xlsx")
)


@dataclass(frozen=True, slots=True)
class Content:
    """The files of a content folder: Markdown to read, and what is published beside it."""

    root: Path
    sources: tuple[Source, ...]
    assets: tuple[PurePosixPath, ...]
    problems: tuple[Problem, ...]
    records: tuple[Source, ...] = ()  # tables and scenarios to read; they are not published


def load(root: Path) -> Content:
    """Every regular file below the folder. Links and devices are refused, dot files passed over.

    Raises FileNotFoundError where there is no such folder, NotADirectoryError where it is a file.
    """
    sources: list[Source] = []
    assets: list[PurePosixPath] = []
    problems: list[Problem] = []
    records: list[Source] = []
    for path, entry in walk(root, PurePosixPath(), problems):
        suffix = path.suffix.lower()
        if suffix == ".md":
            try:
                sources.append(Source(path, Path(entry.path).read_bytes()))
            except OSError as error:
                problems.append(file_refused(path, f"cannot be read: {error.strerror}"))
        elif kind_of(path):
            try:
                with Path(entry.path).open("rb") as file:
                    records.append(Source(path, file.read(MOST_BYTES + 1)))
            except OSError as error:
                problems.append(file_refused(path, f"cannot be read: {error.strerror}"))
        elif suffix in ASSETS:
            assets.append(path)
        else:
            problems.append(asset_refused(path, ASSETS))
    if not sources:
        problems.append(content_empty())
    return Content(root, tuple(sources), tuple(assets), tuple(problems), tuple(records))


def walk(
    folder: Path, under: PurePosixPath, problems: list[Problem]
) -> Iterator[tuple[PurePosixPath, os.DirEntry[str]]]:
    """Regular files below a folder, in the order of their names."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda each: each.name)
    except PermissionError:
        problems.append(file_refused(under, "is a folder that cannot be read"))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = under / entry.name
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            problems.append(file_refused(path, "is a symbolic link"))
        elif stat.S_ISDIR(mode):
            if path.suffix == ".md":
                problems.append(file_refused(path, "is a folder with the name of a file"))
            yield from walk(Path(entry.path), path, problems)
        elif stat.S_ISREG(mode):
            yield path, entry
        else:
            problems.append(file_refused(path, "is no plain file"))
