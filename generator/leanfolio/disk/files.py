"""The door to the disk: content comes in as bytes, and only plain files inside its folder do."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from leanfolio.model.source import (
    ASSETS,
    MAX_RECORD_BYTES,
    Content,
    Source,
    asset_refused,
    content_empty,
    file_refused,
    record_kind,
)
from leanfolio.problem import Problem


@dataclass(frozen=True, slots=True)
class Project:
    """Where a portfolio lives: the folder with mkdocs.yml, and the content in it."""

    root: Path
    content: Path

    @classmethod
    def at(cls, root: Path) -> "Project":
        return cls(root, root / "content")


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
        elif record_kind(path):
            try:
                with Path(entry.path).open("rb") as file:
                    records.append(Source(path, file.read(MAX_RECORD_BYTES + 1)))
            except OSError as error:
                problems.append(file_refused(path, f"cannot be read: {error.strerror}"))
        elif suffix in ASSETS:
            assets.append(path)
        else:
            problems.append(asset_refused(path, ASSETS))
    if not sources:
        problems.append(content_empty())
    return Content(tuple(sources), tuple(assets), tuple(problems), tuple(records))


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
        if not entry.name.isprintable():  # bytes that are no UTF-8 come as halves of characters
            shown = entry.name.encode("unicode_escape").decode("ascii")
            why = "has a name with characters that are no text"
            problems.append(file_refused(under / shown, why))
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
