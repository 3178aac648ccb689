"""`leanfolio cache` shows what is kept between runs, and empties it of our own files alone."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from leanfolio.cache.compiled import write_code
from leanfolio.cache.contents import WORDS, Kind, clear, contents
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.store import FILE, LIMIT, Store, own_cache, project_name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache with three entries, a compiled template and two files of somebody else."""
    folder = tmp_path / "kept"
    with Store(folder) as store:
        store.put_many({b"page 1": b"12345", b"page 2": b"1", b"check \x00 2": b"abc"})
    write_code(folder, "template-abc.code", b"code")
    (folder / "notes.txt").write_text("mine")
    (folder / "template-of-mine.txt").write_text("mine")
    return folder


def leanfolio(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program with these variables beside the usual ones."""
    program = Path(sys.executable).with_name("leanfolio")
    return subprocess.run(
        [str(program), *arguments],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_entries_are_counted_by_kind(folder: Path) -> None:
    found = contents(folder)
    assert found.kinds == (Kind("check", 1, 3), Kind("page", 2, 6), Kind("template", 1, 36))
    assert found.limit == LIMIT
    assert found.bytes >= (folder / FILE).stat().st_size
    assert found.problem == ""


def test_keys_of_another_form_are_counted_together(folder: Path) -> None:
    with Store(folder) as store:
        store.put_many({b"\xff\xfe odd": b"12", b"without": b"345", b"Page 1": b"6"})
    found = contents(folder)
    assert found.problem == ""
    assert found.kinds[-1] == Kind("", 3, 6)
    assert found.kinds[-1].title == "of other versions"
    assert Kind("page", 2, 6) in found.kinds


def test_every_kind_that_is_kept_has_a_title() -> None:
    kinds = {
        entry.kind
        for name in importable("leanfolio.cache", "leanfolio.disk", "leanfolio.output.html")
        for entry in vars(import_module(name)).values()
        if isinstance(entry, CacheEntry)
    }
    assert {"diff", "fields", "layouts"} <= kinds <= WORDS.keys()


def importable(*packages: str) -> Iterator[str]:
    """The name of every module of these packages."""
    for package in packages:
        for module in iter_modules(import_module(package).__path__, f"{package}."):
            yield module.name


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert contents(tmp_path / "none").kinds == ()
    assert clear(tmp_path / "none") == 0
    assert not (tmp_path / "none").exists()


def test_only_our_own_files_are_deleted(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (folder / "graphviz-linked.code").symlink_to(tmp_path / "precious")
    assert clear(folder) > 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "graphviz-linked.code", "notes.txt", "template-of-mine.txt",
    ]  # fmt: skip
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_database_of_somebody_else_with_our_name_stays(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("CREATE TABLE mine (x)")
    database.close()
    assert clear(tmp_path) == 0
    assert (tmp_path / FILE).is_file()


def test_the_environment_moves_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEANFOLIO_CACHE", str(tmp_path / "here"))
    assert own_cache() == tmp_path / "here"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEANFOLIO_CACHE", "beside")
    assert own_cache() == tmp_path / "beside"


def test_a_cache_in_the_project_knows_it_again_elsewhere(tmp_path: Path) -> None:
    """As in CI, where the next checkout may lie in another folder."""
    names = set()
    for place in ("one", "two"):
        (tmp_path / place / "content").mkdir(parents=True)
        root = tmp_path / place / "content"
        names.add(project_name(root, tmp_path / place / ".cache" / "leanfolio"))
        assert project_name(root, tmp_path / "elsewhere") == str(root.resolve())
    assert len(names) == 1


def test_it_is_shown_and_cleared_at_the_terminal(tmp_path: Path, folder: Path) -> None:
    shown = leanfolio("cache", cwd=tmp_path, LEANFOLIO_CACHE=str(folder))
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0] == str(folder)
    assert [line.split()[:-3] for line in lines[1:4]] == [
        ["results", "of", "check"], ["pages"], ["templates,", "compiled"],
    ]  # fmt: skip
    assert lines[-1].endswith("limit 256.0 MB")
    cleared = leanfolio("cache", "clear", cwd=tmp_path, LEANFOLIO_CACHE=str(folder))
    assert (cleared.returncode, cleared.stdout) == (0, "")
    assert f"deleted in {folder}" in cleared.stderr
    assert not (folder / FILE).exists()
