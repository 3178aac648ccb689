"""What is kept of a build: all of it or none, never more than is allowed, never a failure."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from leanfolio import mkdocs_plugin
from leanfolio.cache import store as store_module
from leanfolio.cache.digest import generator_digest
from leanfolio.cache.prose_links import key_of, scanning
from leanfolio.cache.store import FILE, LIMIT, Store, own_cache
from leanfolio.disk.files import Project
from leanfolio.disk.project import load

VALUES = {b"one": b'{"a": 1}', b"two": b"\x00\xff"}


def filled(folder: Path) -> Path:
    with Store(folder) as store:
        store.put_many(VALUES)
    return folder / FILE


def test_what_is_put_is_got_also_by_the_next_build(tmp_path: Path) -> None:
    with Store(tmp_path / "new" / "folder") as store:
        assert store.get_many([b"one"]) == {}
        store.put_many(VALUES)
        assert store.get_many([b"one", b"three", b"two"]) == VALUES
        store.put_many({b"one": b"1"})
    with Store(tmp_path / "new" / "folder") as store:
        assert store.get_many([b"one", b"two"]) == {b"one": b"1", b"two": b"\x00\xff"}
        assert store.problem == ""


def test_many_keys_are_asked_for_at_once(tmp_path: Path) -> None:
    many = {str(number).encode(): b"x" for number in range(2345)}
    with Store(tmp_path) as store:
        store.put_many(many)
        assert store.get_many(list(many)) == many


def rows(kind: str, count: int, length: int = 2000) -> dict[bytes, bytes]:
    return {f"{kind} {number}".encode(): bytes(length) for number in range(count)}


def run(folder: Path, used: Collection[bytes], put: Mapping[bytes, bytes]) -> None:
    """One run that reads what is there under some keys, and puts more."""
    with Store(folder, limit=1_000_000) as store:
        store.get_many(used)
        store.put_many(put)
        assert store.problem == ""


def kept(folder: Path, keys: Collection[bytes]) -> set[bytes]:
    with Store(folder, limit=1_000_000) as store:
        return set(store.get_many(list(keys)))


def test_what_is_used_by_every_run_is_kept_however_old_it_is(tmp_path: Path) -> None:
    used = rows("used", 100)
    run(tmp_path, (), used)
    for number in range(10):
        run(tmp_path, used.keys(), rows(f"once-{number}", 100))
        assert (tmp_path / FILE).stat().st_size < 1_100_000
    assert kept(tmp_path, used) == set(used)
    assert kept(tmp_path, rows("once-9", 100)) == set(rows("once-9", 100))
    assert kept(tmp_path, rows("once-0", 100)) == set()


def test_a_run_that_only_reads_counts_as_a_use(tmp_path: Path) -> None:
    mine, other = rows("mine", 100), rows("other", 250)
    run(tmp_path, (), mine)
    run(tmp_path, (), other)
    run(tmp_path, mine, {})
    run(tmp_path, (), rows("more", 150))
    assert kept(tmp_path, mine) == set(mine)
    assert kept(tmp_path, other) != set(other)


def test_a_newer_value_takes_the_place_of_the_older(tmp_path: Path) -> None:
    for _ in range(50):
        run(tmp_path, (), rows("page", 300))
    assert (tmp_path / FILE).stat().st_size < 1_000_000


def test_more_than_there_is_room_for_is_said_and_what_fits_is_kept(tmp_path: Path) -> None:
    many = rows("item", 20_000)
    for _ in range(3):
        with Store(tmp_path, limit=10 * 10**6) as store:
            found = store.get_many(list(many))
            store.put_many({key: value for key, value in many.items() if key not in found})
            assert "is full: it may hold 10 MB" in store.problem
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 11 * 10**6
    assert 3000 < len(found) < 5000, "what fits is found by the next run, and is not pushed out"


def test_rows_of_an_older_version_are_the_first_to_go(tmp_path: Path) -> None:
    run(tmp_path, (), rows("old", 200))
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as database:
        database.execute("DROP TABLE uses")
    run(tmp_path, (), rows("new", 200))
    run(tmp_path, (), rows("newest", 200))
    assert len(kept(tmp_path, rows("new", 200))) > 100
    assert kept(tmp_path, rows("old", 200)) == set()


@pytest.mark.parametrize("items", [100, pytest.param(1000, marks=pytest.mark.acceptance)])
def test_three_commits_keep_all_prose_that_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, items: int
) -> None:
    """With a limit as small for these items as the real one is for ten thousand."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr(mkdocs_plugin, "Store", partial(Store, limit=LIMIT * items // 10_000))
    folder = tmp_path / "portfolio"
    generated(folder, items)
    for number in range(4):
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q"]
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        subprocess.run(["git", "add", "content"], cwd=folder, check=True)
        subprocess.run([*command, "--allow-empty", "-m", str(number)], cwd=folder, check=True)
        project = Project.at(folder)
        with Store(own_cache(), limit=LIMIT * items // 10_000) as store:
            content, built = load(project, scan=scanning(store))
        mkdocs_plugin.publish(project, content, built, folder / "site")
    os.environ.pop("SOURCE_DATE_EPOCH", None)  # which the plugin sets from the commit
    bodies = [item.origin.body for item in built.portfolio.items.values()]
    bodies = [body for body in bodies if "[" in body]  # others link to nothing, and are not read
    with Store(own_cache()) as store:
        assert len(store.get_many([key_of(body) for body in bodies])) == len(set(bodies)) > 90


def generated(folder: Path, items: int) -> None:
    """The input of the benchmarks."""
    path = Path(__file__).parents[1] / "benchmarks"
    code = f"import corpus, pathlib, sys; corpus.write(pathlib.Path(sys.argv[1]), {items})"
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=path, check=True)


@pytest.mark.parametrize(
    "content", [b"not a database, and nobody knows whose it is", b"SQLite format 3\0" + bytes(200)]
)
def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with Store(tmp_path) as store:
        store.put_many(VALUES)
        assert store.get_many(VALUES.keys()) == {}
        assert "is not a store" in store.problem
    assert (tmp_path / FILE).read_bytes() == content


def test_a_database_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE)
    other.execute("CREATE TABLE kept (name TEXT)")
    other.commit()
    other.close()
    before = (tmp_path / FILE).read_bytes()
    with Store(tmp_path) as store:
        store.put_many(VALUES)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_store_of_ours_that_broke_is_begun_anew(tmp_path: Path) -> None:
    file = filled(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with Store(tmp_path) as store:
        assert store.get_many(VALUES.keys()) == {}
        store.put_many(VALUES)
        assert store.get_many(VALUES.keys()) == VALUES


def test_a_store_that_proves_broken_in_use_is_begun_anew_by_the_next_build(tmp_path: Path) -> None:
    many = {number.to_bytes(2, "big"): bytes(5000) for number in range(500)}
    with Store(tmp_path) as store:
        store.put_many(many)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) // 2))
    with Store(tmp_path) as store:
        assert store.get_many(many.keys()) == {}
        assert "malformed" in store.problem
    with Store(tmp_path) as store:
        store.put_many(many)
        assert store.get_many(many.keys()) == many


def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    assert filled(tmp_path).stat().st_size > 0
    with Store(tmp_path) as store:
        assert store.get_many(VALUES.keys()) == VALUES


@pytest.mark.parametrize("place", ["file", "folder", "link"])
def test_a_place_that_cannot_hold_a_store_is_an_empty_one(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "folder"
    if place == "file":
        folder.write_text("a file where a folder should be")
    else:
        folder.mkdir()
    if place == "folder":
        (folder / FILE).mkdir()
    if place == "link":
        (folder / FILE).symlink_to(tmp_path / "elsewhere")
    with Store(folder) as store:
        store.put_many(VALUES)
        assert store.get_many(VALUES.keys()) == {}
        assert store.problem
    assert not (tmp_path / "elsewhere").exists()


def test_a_store_that_another_build_keeps_writing_is_read_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "WAIT", 0.1)
    other = sqlite3.connect(filled(tmp_path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Store(tmp_path) as store:
        assert store.get_many(VALUES.keys()) == VALUES
        store.put_many({b"three": b"3"})
        assert "locked" in store.problem
    other.execute("ROLLBACK")
    other.close()
    with Store(tmp_path) as store:
        assert store.get_many([*VALUES.keys(), b"three"]) == VALUES


def test_a_store_that_may_only_be_read_is_no_fault(tmp_path: Path) -> None:
    file = filled(tmp_path)
    with Store(tmp_path) as store:
        assert store._database is not None
        store._database.execute("PRAGMA query_only = 1")
        assert store.get_many(VALUES.keys()) == VALUES
        store.put_many({b"three": b"3"})
        assert "readonly" in store.problem.replace("-", "")
    assert file.exists()


def test_without_being_opened_it_is_empty(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put_many(VALUES)
    assert store.get_many(VALUES.keys()) == {}


def test_a_build_that_is_killed_leaves_what_was_there(tmp_path: Path) -> None:
    filled(tmp_path)
    code = (
        "import os, sys; from pathlib import Path; from leanfolio.cache.store import Store\n"
        "store = Store(Path(sys.argv[1])).__enter__()\n"
        "store._make_room = lambda database, wanted: os._exit(9)\n"
        "store.put_many({bytes([each]): bytes(100_000) for each in range(50)})\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == 9
    with Store(tmp_path) as store:
        assert store.get_many([b"\x01", *VALUES.keys()]) == VALUES


def test_the_folder_is_the_user_s_alone(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        with Store(tmp_path / "new"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE)
    with Store(tmp_path) as store:
        store.put_many({b"a": b"b"})
        assert store.get_many([b"a"]) == {}


def test_every_file_beside_a_template_counts_links_followed(tmp_path: Path) -> None:
    shared, folder = tmp_path / "shared", tmp_path / "templates"
    shared.mkdir()
    folder.mkdir()
    (folder / "again").symlink_to(folder)
    (folder / "shared").symlink_to(shared)
    seen = {generator_digest((folder,))}
    for path in (folder / "footer.html", shared / "foot.html.jinja"):
        for text in ("one", "two"):
            path.write_text(text)
            seen.add(generator_digest((folder,)))
    assert len(seen) == 5
