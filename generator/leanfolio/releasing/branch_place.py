"""Increments published on a branch: a tree made in git's objects, without index or work tree.

What stays is named by the tree that git has of it already, so it costs nothing and cannot change.
The branch moves in one step, and only from where it stood when it was read.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import IO

from leanfolio.disk.git import has_git_answer, output, running
from leanfolio.disk.git_tree import SUBMODULE, tree_entries, write_blobs
from leanfolio.releasing.record import FILE
from leanfolio.releasing.tree import ConflictError, NewTree, PlaceError

AUTHOR = "leanfolio <leanfolio@localhost>"
OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class BranchPlace:
    """A branch of the repository that holds published increments and nothing else."""

    def __init__(self, repository: Path, name: str, *, keep_history: bool = False) -> None:
        """Raises PlaceError for a name that is none, and for a branch that is not ours."""
        self.repository, self.name, self.keep_history = repository, name, keep_history
        self.ref = f"refs/heads/{name}"
        if name.startswith("-") or self.ask("check-ref-format", self.ref) is None:
            raise PlaceError(f"{name!r} cannot be the name of a branch", "name it with letters")
        if self.ask("symbolic-ref", "--quiet", self.ref):
            raise PlaceError(
                f"the branch {name} is another name of a branch", "name one that is a branch itself"
            )
        if self.ask("for-each-ref", "--format=%(worktreepath)", self.ref):
            raise PlaceError(
                f"the branch {name} is checked out", "name another one, which nobody works on"
            )
        if self.tip() and self.read(FILE) is None:
            raise PlaceError(
                f"the branch {name} holds files that leanfolio did not publish",
                "name another branch",
            )

    def __str__(self) -> str:
        return f"the branch {self.name}"

    def ask(self, *arguments: str) -> str | None:
        """What git answers, without blanks around it; None where it refuses."""
        answer = has_git_answer(self.repository, *arguments)
        return None if answer is None else answer.decode("utf-8", "replace").strip()

    def object(self, name: str) -> str:
        """The id of an object; "" where there is none."""
        found = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", name) or ""
        return found if OBJECT.fullmatch(found) else ""

    def tip(self) -> str:
        """The commit of the last publication: the branch's own, or else that of `origin`."""
        return self.object(self.ref) or self.object(f"refs/remotes/origin/{self.name}")

    def read(self, path: str) -> bytes | None:
        tip = self.tip()
        if not tip or not self.object(f"{tip}:{path}"):
            return None
        return has_git_answer(self.repository, "cat-file", "blob", f"{tip}:{path}")

    def digests(self, folder: str) -> Mapping[str, str]:
        tree = self.object(f"{self.tip()}:{folder}")
        every = tree_entries(self.repository, tree, whole=True) if tree else ()
        entries = [entry for entry in every if entry.mode != SUBMODULE]
        with tempfile.TemporaryDirectory(prefix="leanfolio-") as name:
            copies: dict[str, list[Path]] = {}
            for number, blob in enumerate(dict.fromkeys(entry.blob for entry in entries)):
                copies[blob] = [Path(name, str(number))]
            write_blobs(self.repository, copies)
            hashes = {
                blob: sha256(paths[0].read_bytes()).hexdigest() for blob, paths in copies.items()
            }
        return {str(entry.path): hashes[entry.blob] for entry in entries}

    def publish(self, tree: NewTree, seen: bytes | None) -> None:
        own, tip = self.object(self.ref), self.tip()
        if self.read(FILE) != seen:
            raise ConflictError
        temporary = f"refs/leanfolio/{token_hex(8)}"  # processes elsewhere may have our number
        with tempfile.TemporaryFile() as asked:
            for part in self.stream(tree, tip, temporary):
                asked.write(part)
            asked.seek(0)
            try:
                self.imported(asked)
                new = self.object(temporary)
                old = own or "0" * len(new)
                moved = ("update-ref", "--no-deref", "-m", "leanfolio release", self.ref, new, old)
                if self.ask(*moved) is None:
                    raise ConflictError
            finally:
                self.ask("update-ref", "-d", temporary)

    def imported(self, asked: IO[bytes]) -> None:
        """Make git's objects. Raises OSError where git could not, as on a full disk."""
        arguments = ("fast-import", "--quiet", "--done", "--date-format=raw", "--force")
        with running(self.repository, *arguments, asked=asked, errors=True) as process:
            text = output(process).read().decode("utf-8", "replace")
            if process.wait() != 0:
                lines = [line for line in text.splitlines() if line.strip()] or ["it says nothing"]
                raise OSError(f"git could not write the branch: {lines[0]}")

    def stream(self, tree: NewTree, tip: str, ref: str) -> Iterator[bytes]:
        """What git is to make: one commit with the whole publication."""
        message = tree.message.encode()
        yield f"commit {ref}\ncommitter {AUTHOR} {tree.commit.time} +0000\n".encode()
        yield b"data %d\n%b\n" % (len(message), message)
        if tip and self.keep_history:
            yield f"from {tip}\n".encode()
        yield b"deleteall\n"
        for name in sorted(tree.carried):
            object = self.object(f"{tip}:{name}")
            if object:
                folder = self.ask("cat-file", "-t", object) == "tree"
                yield f"M {'040000' if folder else '100644'} {object} ".encode() + quoted(name)
        for name, data in sorted(tree.files.items()):
            blob = data if isinstance(data, bytes) else data.read_bytes()
            yield b"M 100644 inline %b" % quoted(name)
            yield b"data %d\n%b\n" % (len(blob), blob)
        yield b"M 100644 inline .nojekyll\ndata 0\n\n"
        yield b"done\n"


def quoted(path: str) -> bytes:
    """A path as `git fast-import` reads it, with the end of the line."""
    data = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%b"\n' % data
