"""The folder that a site is built into, beside the old site whose files it may take over."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from leanfolio.disk.open_folder import read_plain
from leanfolio.disk.replace import hard_link
from leanfolio.model.source import MEGABYTE

MOST = 64 * MEGABYTE  # of a page; none that was written is nearly as large


class SiteFolder:
    """A new site; a file that would be the same as in the old one is linked, not written."""

    def __init__(self, new: Path, old: Path, digests: dict[str, str]) -> None:
        """`digests` gets the SHA-256 of each file that stands in the new site, by its path."""
        self.new = new
        self.old = old
        self.digests = digests
        self._folders: set[str] = set()  # of the new site, which are there

    def link(self, path: str, digest: str) -> bool:
        """Link a file of the old site into the new one; False if its bytes have another SHA-256."""
        self._make_folder(path)
        if not hard_link(f"{self.old}/{path}", f"{self.new}/{path}", digest):
            return False
        self.digests[path] = digest
        return True

    def link_all(self, files: Mapping[str, str]) -> bool:
        """Link these files, each with its SHA-256: all of them, or none where one is not there."""
        for number, (path, digest) in enumerate(files.items()):
            if not self.link(path, digest):
                for linked_path in list(files)[:number]:
                    Path(self.new, linked_path).unlink()  # or it would be written into both sites
                    del self.digests[linked_path]
                return False
        return True

    def old_file(self, path: str) -> bytes | None:
        """What a page of the old site holds, up to a limit; None where there is no plain file."""
        try:
            return read_plain(Path(self.old, path), MOST)
        except OSError:
            return None

    def link_or_write(self, path: str, data: bytes) -> None:
        """Put a file into the new site: that of the old one, if it has these bytes."""
        digest = sha256(data).hexdigest()
        if not self.link(path, digest):
            self._write(path, data, digest)

    def write(self, path: str, data: bytes) -> None:
        """Put a file into the new site that is known to be another than that of the old one."""
        self._make_folder(path)
        self._write(path, data, sha256(data).hexdigest())

    def _write(self, path: str, data: bytes, digest: str) -> None:
        with open(f"{self.new}/{path}", "wb") as file:  # noqa: PTH123 - for each page
            file.write(data)
        self.digests[path] = digest

    def _make_folder(self, path: str) -> None:
        folder = os.path.dirname(path)  # noqa: PTH120 - for each page, and pathlib takes its time
        if folder not in self._folders:
            Path(self.new, folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
