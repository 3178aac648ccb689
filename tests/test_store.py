"""What is kept of a build: all of it or none, never more than is allowed, never a failure."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from leanfolio.cache.digest import generator_digest
from leanfolio.cache.store import FILE, Store

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


def test_the_oldest_make_room_for_the_newest(tmp_path: Path) -> None:
    with Store(tmp_path, limit=1_000_000) as store:
        for number in range(60):
            store.put_many({bytes([number]): bytes(50_000)})
        kept = store.get_many([bytes([number]) for number in range(60)])
    assert (tmp_path / FILE).stat().st_size < 1_500_000
    assert sorted(kept) == [bytes([number]) for number in range(60 - len(kept), 60)]
    assert len(kept) >= 10


def test_more_than_there_is_room_for_is_put_without_a_fault(tmp_path: Path) -> None:
    with Store(tmp_path, limit=50_000) as store:
        store.put_many({bytes([number]): bytes(20_000) for number in range(20)})
        assert store.problem == ""


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
    (tmp_path / FILE).write_bytes(whole[:40_000] + b"\xff" * (len(whole) - 40_000))
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


def test_a_store_that_another_build_writes_is_read_and_not_waited_for(tmp_path: Path) -> None:
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
        "store._make_room = lambda database: os._exit(9)\n"
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
