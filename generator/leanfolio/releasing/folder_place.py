"""Increments published in a folder: a new one is built beside it, then they change names."""

import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from leanfolio.disk.replace import (
    MANIFEST,
    ForeignFolderError,
    files_below,
    hard_link,
    read_manifest,
    refuse_foreign,
    staged,
)
from leanfolio.releasing.record import FILE
from leanfolio.releasing.tree import ConflictError, NewTree, PlaceError


class FolderPlace:
    """A folder that holds published increments."""

    def __init__(self, folder: Path) -> None:
        """Raises PlaceError for a folder that holds files which are not ours."""
        self.folder = folder
        try:
            refuse_foreign(folder)
        except ForeignFolderError as error:
            raise PlaceError(str(error), "give another folder with --to") from error
        if (folder / MANIFEST).exists() and not (folder / FILE).is_file():
            raise PlaceError(
                f"{folder} holds a site, and no published increments",
                "give another folder with --to",
            )

    def __str__(self) -> str:
        return str(self.folder)

    def read(self, path: str) -> bytes | None:
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            return None

    def digests(self, folder: str) -> Mapping[str, str]:
        root = self.folder / folder
        if not root.exists():
            return {}
        return {
            path: sha256((root / path).read_bytes()).hexdigest()
            for path in sorted(files_below(root))
        }

    def publish(self, tree: NewTree, seen: bytes | None) -> None:
        known: dict[str, str] = dict(tree.digests)

        def still() -> None:
            if self.read(FILE) != seen:
                raise ConflictError

        with staged(self.folder, known, still) as stage:
            self.carry(tree, stage, known)
            for name, data in tree.files.items():
                new = stage / name
                new.parent.mkdir(parents=True, exist_ok=True)
                if isinstance(data, bytes):
                    new.write_bytes(data)
                else:
                    shutil.copyfile(data, new)

    def carry(self, tree: NewTree, stage: Path, known: dict[str, str]) -> None:
        """Give the files that stay a second name in the new folder.

        Raises PlaceError for one that is not as it was published.
        """
        files = read_manifest(self.folder).get("files")
        for name, digest in (files if isinstance(files, dict) else {}).items():
            if name in tree.files or not is_carried(name, tree.carried):
                continue
            new = stage / name
            new.parent.mkdir(parents=True, exist_ok=True)
            if not hard_link(self.folder / name, new, digest):
                self.copy(name, new, digest)
            known[name] = digest

    def copy(self, name: str, new: Path, digest: str) -> None:
        """Copy a file where it cannot have a second name. Raises PlaceError for a changed one."""
        data = self.read(name)
        if data is None or sha256(data).hexdigest() != digest:
            raise PlaceError(
                f"{self.folder / name} is not as it was published",
                "bring it back, or publish its increment anew with --replace --reason",
            )
        new.write_bytes(data)


def is_carried(name: str, carried: frozenset[str]) -> bool:
    """Whether a file is named, or lies in a folder that is."""
    parts = name.split("/")
    return any("/".join(parts[:length]) in carried for length in range(1, len(parts) + 1))
