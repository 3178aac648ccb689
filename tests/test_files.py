"""The door to the disk: plain files inside the folder, and nothing else."""

import errno
import os
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from leanfolio.disk.files import load
from leanfolio.disk.open_folder import NotPlainError, OpenFolder, read_plain
from leanfolio.disk.replace import copy_plain
from leanfolio.model.source import MAX_FILE_BYTES
from leanfolio.pipeline import build
from making import TODAY


def content(tmp_path: Path) -> Path:
    root = tmp_path / "content"
    (root / "epics").mkdir(parents=True)
    (root / "portfolio.md").write_text("---\ntype: portfolio\n---\n")
    return root


def rules(root: Path) -> list[str]:
    return [problem.rule for problem in load(root).problems]


def test_markdown_is_read_and_pictures_are_kept_beside_it(tmp_path: Path) -> None:
    root = content(tmp_path)
    (root / "picture.png").write_bytes(b"x")
    (root / ".hidden.md").write_text("x")
    found = load(root)
    assert [str(source.path) for source in found.sources] == ["portfolio.md"]
    assert found.assets == {PurePosixPath("picture.png"): 1}
    assert not found.problems


@pytest.mark.parametrize("name", ["evil.html", "evil.svg", "evil.js", "evil.md.exe"])
def test_what_would_run_on_the_site_is_not_published(tmp_path: Path, name: str) -> None:
    root = content(tmp_path)
    (root / name).write_text("<script>")
    assert rules(root) == ["asset-refused"]
    assert load(root).assets == {}


def test_a_link_is_refused_as_a_file_and_as_a_folder(tmp_path: Path) -> None:
    root = content(tmp_path)
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.md").write_text("private")
    (root / "epics/EP-1.md").symlink_to(secret / "key.md")
    (root / "more").symlink_to(secret)
    (root / "nowhere.md").symlink_to(tmp_path / "missing")
    assert rules(root) == ["file-refused"] * 3
    assert all(b"private" not in source.data for source in load(root).sources)


def test_a_pipe_and_a_folder_named_as_a_file_are_refused(tmp_path: Path) -> None:
    root = content(tmp_path)
    os.mkfifo(root / "pipe.md")
    (root / "epics/EP-1.md").mkdir()
    assert rules(root) == ["file-refused", "file-refused"]


def test_a_folder_without_markdown_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    assert rules(tmp_path / "content") == ["content-empty"]


def test_files_come_in_one_order_whatever_the_disk_says(tmp_path: Path) -> None:
    root = content(tmp_path)
    for name in ("b", "a", "C"):
        (root / f"epics/{name}.md").write_text("x")
    assert [source.path.stem for source in load(root).sources] == ["C", "a", "b", "portfolio"]


@pytest.mark.parametrize("name", [b"\xe9.md", b"a\nb.md", b"\x1b[2J.md", "\u202egnp.md".encode()])
def test_a_name_that_is_no_text_is_refused(tmp_path: Path, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("# A\n")
    (tmp_path / "Größe & Maß.md").write_text("# B\n")
    content = load(tmp_path)
    assert [str(source.path) for source in content.sources] == ["Größe & Maß.md"]
    [problem] = content.problems
    assert problem.rule == "file-refused"
    assert f"{problem.at.path} {problem.message}".isprintable()


def test_a_content_folder_that_is_a_link_publishes_nothing(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "id.md").write_text("private")
    (tmp_path / "content").symlink_to(tmp_path / "private")
    found = load(tmp_path / "content")
    assert found.sources == ()
    assert [problem.rule for problem in found.problems] == ["file-refused", "content-empty"]


@pytest.mark.parametrize(
    "name",
    ["javascript:alert(1).md", "a?.md", "a#b.md", "a\\b.md", "CON.md", "aux.csv", "nul",
     "lpt1.tar.md", "note.", "note ", "x" * 201 + ".md", "a*b.md", 'a"b.md', "a|b.md", "<a>.md"],
)  # fmt: skip
def test_a_name_that_is_no_address_on_every_system_is_refused(tmp_path: Path, name: str) -> None:
    root = content(tmp_path)
    (root / name).write_text("# A\n")
    [problem] = load(root).problems
    assert (problem.rule, problem.hint) == ("file-refused", "give it another name")
    assert len(load(root).sources) == len(load(content(tmp_path / "plain")).sources)


@pytest.mark.parametrize("name", ["plan#2.pdf", "50%.pdf", "console.md", "com10.md", "Ö & ü.md"])
def test_other_odd_names_are_read(tmp_path: Path, name: str) -> None:
    root = content(tmp_path)
    (root / name).write_text("# A\n")
    assert load(root).problems == ()


def test_folders_are_followed_to_a_depth_and_no_further(tmp_path: Path) -> None:
    root = content(tmp_path)
    deep = root.joinpath(*["d"] * 65)
    deep.mkdir(parents=True)
    (deep / "a.md").write_text("# A\n")
    [problem] = load(root).problems
    assert "64 folders deep" in problem.message


def test_a_file_is_read_to_its_limit_and_no_further(tmp_path: Path) -> None:
    root = content(tmp_path)
    with (root / "huge.md").open("wb") as file:
        file.truncate(20 * 1024**3)  # sparse: it takes no room on the disk
    sizes = {source.path.name: len(source.data) for source in load(root).sources}
    assert sizes["huge.md"] == MAX_FILE_BYTES + 1


def test_a_table_of_spending_of_another_kind_is_not_taken_for_an_attachment(tmp_path: Path) -> None:
    root = content(tmp_path)
    (root / "actuals").mkdir()
    (root / "actuals/2026.tsv").write_text("date\titem\n")
    [problem] = load(root).problems
    assert problem.message == "actuals/2026.tsv is not read: records in actuals/ are .csv files"
    assert problem.hint == "save it as 2026.csv, or move it out of content"


def test_a_huge_picture_costs_nothing_and_is_a_problem_of_its_size(tmp_path: Path) -> None:
    root = content(tmp_path)
    with (root / "huge.png").open("wb") as file:
        file.truncate(20 * 1024**3)
    found = load(root)
    assert found.assets == {PurePosixPath("huge.png"): 20 * 1024**3}
    whole = build(found.sources, as_of=TODAY, otherwise=TODAY, assets=found.assets)
    assert ("asset-too-large", "error") in {(one.rule, one.severity) for one in whole.problems}


def test_a_folder_whose_place_a_link_takes_while_it_is_read_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at a folder and the look into it somebody puts a link in its place."""
    root = content(tmp_path)
    (root / "epics" / "EP-1.md").write_text("ours")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "EP-1.md").write_text("private")
    look = OpenFolder.entries

    def entries(folder: OpenFolder) -> list[os.DirEntry[str]]:
        found = look(folder)
        if folder.path == root:
            (root / "epics").rename(tmp_path / "away")
            (root / "epics").symlink_to(tmp_path / "secret")
        return found

    monkeypatch.setattr(OpenFolder, "entries", entries)
    found = load(root)
    assert [problem.rule for problem in found.problems] == ["file-refused"]
    assert not [source for source in found.sources if source.data == b"private"]


def test_a_picture_is_copied_through_no_link_and_no_linked_folder(tmp_path: Path) -> None:
    root = content(tmp_path)
    (root / "plain.png").write_bytes(b"picture")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.png").write_bytes(b"private")
    (root / "linked.png").symlink_to(tmp_path / "secret" / "key.png")
    (root / "linked").symlink_to(tmp_path / "secret")
    digest = copy_plain(root, PurePosixPath("plain.png"), tmp_path / "site" / "plain.png")
    assert digest == sha256(b"picture").hexdigest()
    for path in ("linked.png", "linked/key.png"):
        with pytest.raises(NotPlainError):
            copy_plain(root, PurePosixPath(path), tmp_path / "site" / "copy.png")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["plain.png"]


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES, errno.EMFILE])
def test_a_disk_that_does_not_give_a_file_is_told_with_its_path(
    tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = content(tmp_path)
    (root / "epics" / "EP-1.md").write_text("ours")
    really = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if str(path).endswith("EP-1.md"):
            raise OSError(code, os.strerror(code))
        return really(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match=os.strerror(code)) as told:
        load(root)
    assert told.value.filename == str(root / "epics" / "EP-1.md")
    [problem] = load(root, keep_going=True).problems
    assert problem.message == f"epics/EP-1.md cannot be read: {os.strerror(code)}"


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="files of unknown size: Linux")
def test_a_file_that_holds_more_than_it_says_is_read_whole() -> None:
    path = Path("/proc/self/status")
    assert path.stat().st_size == 0
    assert b"VmRSS" in read_plain(path, 100_000)
    assert len(read_plain(path, 5)) == 5
