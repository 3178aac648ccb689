"""What is written beside its place is gone when its making is interrupted, at whatever moment."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from leanfolio.cache import compiled, temporary
from leanfolio.disk import replace, starter, write


def site(folder: Path) -> None:
    with replace.staged(folder / "site") as stage:
        (stage / "index.html").write_text("A site")


def portfolio(folder: Path) -> None:
    starter.write_starter(folder / "portfolio", date(2026, 11, 23))


def changed_file(folder: Path) -> None:
    write.replace(folder, PurePosixPath("kept.md"), b"Kept\n", b"Changed\n")


def new_file(folder: Path) -> None:
    write.create(folder, PurePosixPath("new.md"), b"New\n")


def compiled_code(folder: Path) -> None:
    compiled.write_code(folder, "name.code", b"code")


MAKERS = [site, portfolio, changed_file, compiled_code]


@pytest.mark.parametrize("make", MAKERS)
def test_an_interrupt_as_soon_as_it_exists_leaves_nothing(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept.md").write_bytes(b"Kept\n")
    tmp_path.chmod(0o700)
    mkdir, open_new = Path.mkdir, temporary.open_new
    made: list[Path] = []

    def interrupted_mkdir(path: Path, *rest: Any, **named: Any) -> None:
        there = path.exists()
        mkdir(path, *rest, **named)
        if not there:
            made.append(path)
            raise KeyboardInterrupt

    def interrupted_open(path: Path) -> int:
        os.close(open_new(path))
        made.append(path)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", interrupted_mkdir)
    for module in (write, compiled):
        monkeypatch.setattr(module, "open_new", interrupted_open)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path)
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["kept.md"]
    assert (tmp_path / "kept.md").read_bytes() == b"Kept\n"


def test_an_interrupt_within_a_new_file_leaves_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda path, mode: Stream(os.open(path, os.O_CREAT)))
    with pytest.raises(KeyboardInterrupt):
        new_file(tmp_path)
    assert list(tmp_path.iterdir()) == []


class Stream:
    """A file that is interrupted in its first write."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *rest: object) -> None:
        os.close(self.descriptor)

    def write(self, data: bytes) -> None:
        raise KeyboardInterrupt
