"""The door to the disk: content comes in as bytes, and only plain files inside its folder do."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from msgspec import Struct

from leanfolio.disk.open_folder import NotPlainError, OpenFolder, open_folder, read
from leanfolio.model.source import (
    ASSETS,
    MAX_FILE_BYTES,
    MAX_RECORD_BYTES,
    Content,
    Source,
    asset_refused,
    content_empty,
    file_refused,
    record_kind,
)
from leanfolio.problem import Problem

CONFIGURATIONS = ("mkdocs.yml", "mkdocs.yaml")
MAX_DEPTH = 64  # folders below the content folder
MAX_NAME_BYTES = 200
NOT_IN_NAMES = frozenset('\\:?*"<>|')
DEVICES = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)))
)


class Project(Struct, frozen=True):
    """Where a portfolio lives: the folder with mkdocs.yml, and the content in it."""

    root: Path
    content: Path

    @classmethod
    def at(cls, root: Path) -> "Project":
        return cls(root, root / "content")

    @property
    def configuration(self) -> Path | None:
        """The project's own settings of MkDocs; None of one without."""
        paths = (self.root / name for name in CONFIGURATIONS)
        return next((path for path in paths if path.is_file()), None)

    @classmethod
    def around(cls, folder: Path) -> "Project":
        """The project that this folder is, or lies in; as named, where there is none."""
        here = folder.absolute()
        for root in (here, *here.parents):
            if (root / "content").is_dir() and (root / "mkdocs.yml").is_file():
                return cls.at(folder if root == here else root)
        return cls.at(folder)


def load(root: Path, *, keep_going: bool = False) -> Content:
    """Every regular file below the folder. Links and devices are refused, dot files passed over.

    Files are read up to their limit and no further. Raises FileNotFoundError where there is no such
    folder, NotADirectoryError where it is a file, and the OSError of a disk that does not give what
    it holds, with its path; to `keep_going`, as an editor has to, this is a problem of that file.
    """
    sources: list[Source] = []
    records: list[Source] = []
    assets: dict[PurePosixPath, int] = {}
    problems: list[Problem] = []
    for path, entry, folder in content_files(root, problems, keep_going=keep_going):
        suffix = path.suffix.lower()
        kind = record_kind(path)
        if suffix == ".md" or kind:
            limit = MAX_RECORD_BYTES if kind and suffix != ".md" else MAX_FILE_BYTES
            with problem_instead(path, problems, keep_going=keep_going):
                with folder.file(entry.name) as file:
                    source = Source(path, read(file, limit + 1, folder.path / entry.name))
                (sources if suffix == ".md" else records).append(source)
        elif suffix in ASSETS:
            assets[path] = entry.stat(follow_symlinks=False).st_size
        else:
            problems.append(asset_refused(path, ASSETS))
    if not sources:
        problems.append(content_empty())
    return Content(tuple(sources), assets, tuple(problems), tuple(records))


@contextmanager
def problem_instead(
    path: PurePosixPath, problems: list[Problem], *, keep_going: bool
) -> Iterator[None]:
    """Make a problem of what took the place of a plain file; of other errors only to keep going.

    A file that is gone since its folder was read is none.
    """
    try:
        yield
    except FileNotFoundError:
        return
    except NotPlainError as error:
        problems.append(file_refused(path, str(error.strerror)))
    except OSError as error:
        if not keep_going:
            raise
        problems.append(file_refused(path, f"cannot be read: {error.strerror}"))


Found = tuple[PurePosixPath, os.DirEntry[str], OpenFolder]


def content_files(root: Path, problems: list[Problem], *, keep_going: bool) -> Iterator[Found]:
    """Regular files below the content folder, which has to be a folder itself, not a link."""
    if root.is_symlink():
        problems.append(file_refused(PurePosixPath(root.name), "is a symbolic link"))
        return
    if not stat.S_ISDIR(root.stat().st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "no folder", str(root))
    name = PurePosixPath(root.name)
    with problem_instead(name, problems, keep_going=keep_going), open_folder(root) as folder:
        yield from walk(folder, PurePosixPath(), problems, keep_going=keep_going)


def walk(
    folder: OpenFolder, under: PurePosixPath, problems: list[Problem], *, keep_going: bool
) -> Iterator[Found]:
    """Regular files below a folder, in the order of their names."""
    for entry in folder.entries():
        if entry.name.startswith("."):
            continue
        path = under / entry.name
        if (misnamed := misnamed_file(under, entry.name)) is not None:
            problems.append(misnamed)
            continue
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            problems.append(file_refused(path, "is a symbolic link"))
        elif stat.S_ISDIR(mode):
            if path.suffix == ".md":
                problems.append(folder_named_as_file(path))
            if len(path.parts) > MAX_DEPTH:
                problems.append(file_refused(path, f"lies more than {MAX_DEPTH} folders deep"))
                continue
            refusals = problem_instead(path, problems, keep_going=keep_going)
            with refusals, folder.folder(entry.name) as inner:
                yield from walk(inner, path, problems, keep_going=keep_going)
        elif stat.S_ISREG(mode):
            yield path, entry, folder
        else:
            problems.append(file_refused(path, "is no plain file"))


def misnamed_file(under: PurePosixPath, name: str) -> Problem | None:
    """The problem of a file or folder whose name cannot be published; None where it can."""
    refusal = name_refused(name)
    if refusal is None:
        return None
    printable = name.encode("unicode_escape").decode("ascii")[:MAX_NAME_BYTES]
    path = under / (name if name.isprintable() else printable)
    return file_refused(path, refusal, "give it another name")


def folder_named_as_file(path: PurePosixPath) -> Problem:
    return file_refused(path, "is a folder with the name of a file")


def name_refused(name: str) -> str | None:
    """Why a file or folder of this name cannot be published; None where it can.

    A name becomes an address of the site and a file of its zip: what a browser takes for a scheme,
    a query or another folder, and what Windows keeps for itself, is refused.
    """
    if not name.isprintable():  # bytes that are no UTF-8 come as halves of characters
        return "has a name with characters that are no text"
    if len(name.encode("utf-8", "replace")) > MAX_NAME_BYTES:
        return f"has a name of more than {MAX_NAME_BYTES} bytes"
    character = next((entry for entry in name if entry in NOT_IN_NAMES), None)
    if character is not None:
        return f"has {character} in its name, which cannot stand in an address on every system"
    if name.endswith(".md") and "#" in name:
        return "has # in its name, which begins an anchor in an address"
    if name.partition(".")[0].rstrip().upper() in DEVICES:
        return "has a name that Windows keeps for a device"
    if name.rstrip(". ") != name:
        return "has a name that ends in a point or a blank, which Windows drops"
    return None
