"""A site is published whole or not at all, and never over what is not ours."""

import json
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from leanfolio.disk import replace
from leanfolio.disk.replace import MANIFEST, ForeignFolderError, staged


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def publish(target: Path, text: str) -> None:
    with staged(target) as stage:
        (stage / "index.html").write_text(text)


def test_a_new_site_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "site"
    publish(target, "one")
    (target / ".gitignore").write_text("*")
    publish(target, "two")
    assert (target / "index.html").read_text() == "two"
    assert (target / ".gitignore").read_text() == "*"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_manifest_holds_the_sum_of_every_file(tmp_path: Path) -> None:
    publish(tmp_path / "site", "one")
    files = json.loads((tmp_path / "site" / MANIFEST).read_text())["files"]
    assert files == {
        "index.html": "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    }


def test_a_build_that_fails_leaves_the_old_site_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "site"
    publish(target, "one")
    before = {path: path.read_bytes() for path in target.iterdir()}
    with pytest.raises(OSError, match="full"), staged(target) as stage:
        (stage / "index.html").write_text("half")
        raise OSError("disk full")
    assert {path: path.read_bytes() for path in target.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("step", ["write_manifest", "carry_over", "exchange"])
def test_a_failure_at_any_step_of_the_swap_leaves_the_old_site(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "site"
    publish(target, "one")

    def fail(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(replace, step, fail)
    with pytest.raises(OSError, match="no"):
        publish(target, "two")
    assert (target / "index.html").read_text() == "one"


def test_without_exchange_two_renames_do_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replace, "swapped_at_once", lambda *_: False)
    publish(tmp_path / "site", "one")
    publish(tmp_path / "site", "two")
    assert (tmp_path / "site/index.html").read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_that_is_not_ours_is_never_emptied(tmp_path: Path) -> None:
    target = tmp_path / "home"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    with pytest.raises(ForeignFolderError, match=r"thesis\.txt"):
        publish(target, "one")
    assert (target / "thesis.txt").read_text() == "years of work"


def test_a_manifest_of_another_program_does_not_make_it_ours(tmp_path: Path) -> None:
    target = tmp_path / "app"
    target.mkdir()
    (target / MANIFEST).write_text('{"name": "a web app"}')
    with pytest.raises(ForeignFolderError):
        publish(target, "one")


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_or_a_link_is_no_folder_to_publish_into(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "site"
    if kind == "file":
        target.write_text("x")
    else:
        (tmp_path / "elsewhere").mkdir()
        target.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ForeignFolderError):
        publish(target, "one")


def test_a_build_that_is_killed_leaves_the_old_site(tmp_path: Path) -> None:
    target = tmp_path / "site"
    publish(target, "one")
    code = (
        "import os, sys; from pathlib import Path; from leanfolio.disk.replace import staged\n"
        "with staged(Path(sys.argv[1])) as stage:\n"
        "    (stage / 'index.html').write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert done.returncode == -9
    assert (target / "index.html").read_text() == "one"
    publish(target, "two")
    assert (target / "index.html").read_text() == "two"


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "site"
    publish(target, "one")
    left = tmp_path / ".site-abcd_123"
    left.mkdir()
    (left / "index.html").write_text("half")
    mine = tmp_path / ".site-notes"
    mine.mkdir()
    publish(target, "two")
    assert not left.exists()
    assert mine.exists()


def test_the_stage_of_a_build_that_runs_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with staged(target) as stage:
        (stage / "index.html").write_text("slow")
        publish(target, "quick")
        assert (stage / "index.html").read_text() == "slow"
    assert (target / "index.html").read_text() == "slow"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_file_that_a_person_put_into_the_site_stops_the_build_by_name(tmp_path: Path) -> None:
    target = tmp_path / "site"
    publish(target, "one")
    (target / "notes").mkdir()
    (target / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(ForeignFolderError, match=r"notes/mine\.txt"):
        publish(target, "two")
    assert (target / "notes" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["CNAME", ".nojekyll", ".gitignore"])
def test_a_kept_file_that_is_a_link_is_not_followed(tmp_path: Path, name: str) -> None:
    target = tmp_path / "site"
    publish(target, "one")
    (tmp_path / "secret").write_text("private")
    (target / name).symlink_to(tmp_path / "secret")
    publish(target, "two")
    assert not (target / name).exists()


def test_of_many_builders_at_once_each_publishes_whole(tmp_path: Path) -> None:
    target = tmp_path / "site"

    def work(text: str) -> None:
        for _ in range(10):
            with staged(target) as stage:
                for name in ("index.html", "board.html"):
                    (stage / name).write_text(text)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = {(target / name).read_text() for name in ("index.html", "board.html")}
    assert len(texts) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_page_that_did_not_change_shares_its_file_with_the_old_site(tmp_path: Path) -> None:
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    old.write_bytes(b"same")
    assert not replace.hard_link(old, new, digest(b"other"))
    assert not new.exists()
    assert replace.hard_link(old, new, digest(b"same"))
    assert old.samefile(new)
    assert not replace.hard_link(tmp_path / "missing.html", tmp_path / "x.html", digest(b""))
