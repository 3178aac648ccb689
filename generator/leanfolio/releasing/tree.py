"""What is to be published: new files by their path, and what stays as it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from leanfolio.model.source import Commit


class NewTree(Struct, frozen=True):
    """A whole publication. What is neither new nor carried over is gone from it."""

    files: Mapping[str, Path | bytes]  # path from the root -> a file, or its bytes
    digests: Mapping[str, str]  # the SHA-256 of new files, where it is known
    carried: frozenset[str]  # folders and files of the last publication that stay
    commit: Commit  # of the increment that is published
    message: str  # what happened, in a line


class ConflictError(Exception):
    """Somebody else has published since the last publication was read."""


class PlaceError(Exception):
    """Why nothing can be published at a place; `fix` says what would help."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


class Place(Protocol):
    """Where increments are published: a folder, or a branch."""

    def read(self, path: str) -> bytes | None:
        """A file of the publication; None where there is none. Each call sees the newest."""

    def digests(self, folder: str) -> Mapping[str, str]:
        """The SHA-256 of each file below a folder of the publication, by its path in there."""

    def publish(self, tree: NewTree, seen: bytes | None) -> None:
        """Put a new publication in the place of the last, whole or not at all.

        `seen` is the `releases.json` that it was made from. Raises ConflictError where another
        stands there now.
        """

    def __str__(self) -> str: ...
