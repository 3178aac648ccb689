"""Whatever has become of the cache: the site is the same, and one line says what is wrong."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from command_server import run_leanfolio
from leanfolio.cache.store import FILE, MARK, Store

PROGRAM = Path(sys.executable).with_name("leanfolio")


def command(portfolio: Path, site: Path) -> list[str]:
    return [str(PROGRAM), "-C", str(portfolio), "build", "--as-of", "2026-11-23",
            "--site-dir", str(site)]  # fmt: skip


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "LEANFOLIO_CACHE": str(cache),
            "GIT_CEILING_DIRECTORIES": str(cache.parent)}  # fmt: skip


def build(portfolio: Path, site: Path, cache: Path) -> tuple[dict[str, bytes], list[str]]:
    """The files of a site that is built with this cache, and the lines that were said."""
    done = run_leanfolio(*command(portfolio, site)[1:], env=environment(cache))
    done.check_returncode()
    return content(site), done.stderr.splitlines()


def content(site: Path) -> dict[str, bytes]:
    files = (path for path in sorted(site.rglob("*")) if path.is_file())
    return {str(path.relative_to(site)): path.read_bytes() for path in files}


def cut_short(cache: Path) -> None:
    file = cache / FILE
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])
    for suffix in ("-wal", "-shm"):
        file.with_name(FILE + suffix).unlink(missing_ok=True)


def of_another_version(cache: Path) -> None:
    (cache / FILE).unlink()
    with sqlite3.connect(cache / FILE) as database:
        database.execute(f"PRAGMA application_id = {MARK}")
        database.execute("CREATE TABLE kept (name TEXT, content BLOB)")
    database.close()


def not_ours(cache: Path) -> None:
    (cache / FILE).write_text("somebody else's file")


def locked(cache: Path) -> None:
    (cache / FILE).unlink()
    (cache / FILE).mkdir()


@pytest.mark.parametrize("damage", [cut_short, of_another_version, not_ours, locked])
def test_a_cache_in_trouble_changes_no_byte_and_one_line_says_so(
    starter: Path, tmp_path: Path, damage: object
) -> None:
    cache = tmp_path / "kept"
    first, lines = build(starter, tmp_path / "one", cache)
    assert len(lines) == 1, lines
    assert callable(damage)
    damage(cache)
    second, lines = build(starter, tmp_path / "two", cache)
    assert second == first
    said = [line for line in lines if line.startswith("warning: the cache spares no work: ")]
    assert len(said) == 1, lines
    assert len(lines) == 2


def test_a_full_disk_is_said_and_what_was_kept_is_read(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put_many({b"a 1": b"1"})
        assert store._database is not None
        pages = store._database.execute("PRAGMA page_count").fetchone()[0]
        store._database.execute(f"PRAGMA max_page_count = {pages}")  # as a full disk answers
        store.put_many({b"a 2": b"2" * 1_000_000})
        assert "full" in store.problem
    with Store(tmp_path) as store:
        assert store.get_many([b"a 1", b"a 2"]) == {b"a 1": b"1"}


def test_two_builders_on_one_cache_write_the_same_site(starter: Path, tmp_path: Path) -> None:
    cache = tmp_path / "kept"
    sites = [tmp_path / "one", tmp_path / "two"]
    running = [
        subprocess.Popen(
            command(starter, site), env=environment(cache), stderr=subprocess.PIPE, text=True
        )
        for site in sites
    ]
    for each in running:
        _, said = each.communicate(timeout=120)
        assert each.returncode == 0, said
        assert "the cache spares no work" not in said
    clean, _ = build(starter, tmp_path / "clean", tmp_path / "fresh")
    assert [content(site) for site in sites] == [clean, clean]
