"""A new site takes over what the old one has, and never writes into it."""

from hashlib import sha256
from pathlib import Path

import pytest

from leanfolio.output.site_folder import SiteFolder


@pytest.fixture
def folder(tmp_path: Path) -> SiteFolder:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
    return SiteFolder(tmp_path / "new", tmp_path / "old", {})


def old_file(folder: SiteFolder, path: str, data: bytes) -> str:
    (folder.old / path).parent.mkdir(exist_ok=True)
    (folder.old / path).write_bytes(data)
    return sha256(data).hexdigest()


def test_a_file_with_the_same_bytes_is_the_file_of_the_old_site(folder: SiteFolder) -> None:
    digest = old_file(folder, "epics/EP-1.html", b"one")
    folder.link_or_write("epics/EP-1.html", b"one")
    assert (folder.new / "epics/EP-1.html").samefile(folder.old / "epics/EP-1.html")
    assert folder.digests == {"epics/EP-1.html": digest}


def test_a_file_with_other_bytes_is_written_beside_it(folder: SiteFolder) -> None:
    old_file(folder, "epics/EP-1.html", b"one")
    folder.link_or_write("epics/EP-1.html", b"two")
    assert (folder.new / "epics/EP-1.html").read_bytes() == b"two"
    assert (folder.old / "epics/EP-1.html").read_bytes() == b"one"
    assert folder.digests == {"epics/EP-1.html": sha256(b"two").hexdigest()}


def test_of_files_that_belong_together_all_are_linked_or_none(folder: SiteFolder) -> None:
    files = {path: old_file(folder, path, path.encode()) for path in ("data/a.json", "data/a.csv")}
    (folder.old / "data/a.csv").write_bytes(b"changed by hand")
    assert not folder.link_all(files)
    assert not (folder.new / "data/a.json").exists()
    assert folder.digests == {}
    old_file(folder, "data/a.csv", b"data/a.csv")
    assert folder.link_all(files)
    assert folder.digests == files
