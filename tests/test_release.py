"""Increments are published from their tags, side by side, and stay as they were."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import html as parser

from command_server import run_leanfolio
from leanfolio.disk.git import head
from leanfolio.output.html.settings import THEME_FILES
from leanfolio.releasing.branch_place import BranchPlace
from leanfolio.releasing.folder_place import FolderPlace
from leanfolio.releasing.increment_site import IncrementSite
from leanfolio.releasing.pages import surrounding_pages
from leanfolio.releasing.record import Release, WrongRecords, as_json, from_json, thinned
from leanfolio.releasing.release import (
    HOST_LIMIT,
    NEARLY_FULL,
    plan_of,
    planned,
    records,
    tree_of,
)
from leanfolio.releasing.tree import ConflictError, PlaceError
from making import PORTFOLIO as ANY_PORTFOLIO
from making import git, source, written
from pages import every, lint

PORTFOLIO = f"{ANY_PORTFOLIO}as_of: 2026-11-20\n"  # the commits of these tests are older
INCREMENT = """
type: increment
title: {title}
owner: A
start: {start}
end: {end}
"""
FIRST = INCREMENT.format(title="The first", start="2026-01-05", end="2026-03-27")
SECOND = INCREMENT.format(title="The second", start="2026-04-06", end="2026-06-26")


def write(folder: Path, path: str, head: str) -> None:
    file = folder / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(source(path, head).data)


def commit(folder: Path, tag: str = "") -> None:
    git(folder, "add", "--all", "content", "mkdocs.yml")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")
    if tag:
        git(folder, "tag", "--annotate", "--message", "x", "--force", tag)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A repository with two increments, of which the first is tagged before the second is begun."""
    folder = written(tmp_path / "office", {"portfolio.md": PORTFOLIO, "increments/PI-1.md": FIRST})
    (folder / "mkdocs.yml").write_text(
        "site_name: Office\ndocs_dir: content\nsite_url: https://office.example/\n"
        "plugins: [leanfolio]\n"
    )
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "pi/PI-1")
    write(folder, "increments/PI-2.md", SECOND)
    write(folder, "epics/EP-2.md", "title: Another epic\nowner: A\nkind: business\nstate: funnel")
    commit(folder, "pi/PI-2")
    return folder


def release(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run the command; what it says. The exit code is part of each test."""
    environment = {**os.environ, "NO_COLOR": "1"}
    answer = run_leanfolio("release", *arguments, cwd=folder, env=environment)
    assert answer.returncode == code, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
    return answer.stdout + answer.stderr


def every_file(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def on_branch(folder: Path, branch: str = "published") -> dict[str, str]:
    """The blob of every file on a branch."""
    listed = subprocess.run(
        ["git", "-C", str(folder), "ls-tree", "-r", branch],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {line.split("\t")[1]: line.split()[2] for line in listed.splitlines()}


def commits_on(folder: Path, branch: str = "published") -> int:
    counted = subprocess.run(
        ["git", "-C", str(folder), "rev-list", "--count", branch],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return int(counted)


# What is published -----------------------------------------------------------------------------


def test_an_increment_is_published_from_its_tag_and_the_work_tree_is_not_touched(
    office: Path,
) -> None:
    write(office, "epics/EP-9.md", "title: Not committed\nowner: A")
    (office / "content" / "themes" / "TH-1.md").write_text("broken")
    before = every_file(office / "content")
    release(office, "PI-1")
    published = every_file(office / "releases")
    assert "pi/PI-1/epics/EP-1.html" in published
    assert "pi/PI-1/epics/EP-2.html" not in published, "it came after the tag"
    assert not any("EP-9" in path for path in published)
    assert every_file(office / "content") == before


def test_a_second_increment_leaves_the_first_as_it_was_byte_for_byte(office: Path) -> None:
    release(office, "PI-1")
    first = every_file(office / "releases" / "pi" / "PI-1")
    release(office, "PI-2")
    assert every_file(office / "releases" / "pi" / "PI-1") == first
    assert (office / "releases" / "pi" / "PI-2" / "epics" / "EP-2.html").is_file()


def test_published_again_nothing_changes(office: Path) -> None:
    release(office, "PI-1")
    release(office, "PI-2")
    before = every_file(office / "releases")
    said = release(office, "PI-1") + release(office, "PI-2")
    assert said.count("nothing was changed") == 2
    assert every_file(office / "releases") == before


def test_a_folder_and_a_branch_hold_the_same_increments(office: Path) -> None:
    release(office, "PI-1")
    release(office, "PI-1", "--branch", "published")
    folder = every_file(office / "releases")
    branch = on_branch(office)
    assert folder.keys() - {"manifest.json"} == branch.keys() - {".nojekyll"}
    shown = subprocess.run(
        ["git", "-C", str(office), "show", "published:pi/PI-1/index.html"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert shown == folder["pi/PI-1/index.html"]


def test_the_order_of_publishing_does_not_matter_to_what_stands_around(office: Path) -> None:
    release(office, "PI-1", "--to", "one")
    release(office, "PI-2", "--to", "one")
    release(office, "PI-2", "--to", "other")
    release(office, "PI-1", "--to", "other")
    one, other = every_file(office / "one"), every_file(office / "other")
    around = [path for path in one if not path.startswith("pi/PI-")]
    assert {path: one[path] for path in around if path.endswith((".html", ".js"))} == {
        path: other[path] for path in around if path.endswith((".html", ".js"))
    }


def test_latest_leads_to_the_newest_and_the_root_to_the_index(office: Path) -> None:
    release(office, "PI-2")
    release(office, "PI-1")
    latest = (office / "releases" / "latest" / "index.html").read_text()
    assert 'content="0; url=../pi/PI-2/index.html"' in latest
    assert '<a href="../pi/PI-2/index.html">' in latest
    assert "url=pi/index.html" in (office / "releases" / "index.html").read_text()


def test_styles_and_scripts_lie_once_by_their_content(office: Path) -> None:
    release(office, "PI-1")
    release(office, "PI-2")
    published = every_file(office / "releases")
    shared = [path for path in published if path.endswith(".css") or "script" in path]
    assert all(path.startswith("assets/") for path in shared)
    for path in shared:
        assert sha256(published[path]).hexdigest()[:16] in path
    assert not {*THEME_FILES.values()} & {path.rpartition("/")[2] for path in published}


def links(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every address inside a publication that a page leads to or needs, with the file it means."""
    for page in sorted(folder.rglob("*.html")):
        document = parser.document_fromstring(page.read_bytes())
        for element in document.iter("a", "link", "script"):
            target = (element.get("href") or element.get("src") or "").partition("#")[0]
            if target and page.name != "404.html" and ":" not in target:
                yield (
                    f"{page.relative_to(folder)} -> {target}",
                    Path(os.path.normpath(page.parent / target)),
                )


def test_every_link_works_from_disk(office: Path) -> None:
    release(office, "PI-1")
    release(office, "PI-2")
    dead = [name for name, file in links(office / "releases") if not file.is_file()]
    assert dead == []


def test_every_page_has_a_switcher_without_script_and_a_permanent_link(office: Path) -> None:
    release(office, "PI-1")
    release(office, "PI-2")
    pages = sorted((office / "releases" / "pi" / "PI-2").rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        document = parser.document_fromstring(page.read_bytes())
        if page.name == "404.html":  # it is shown at any address, and so has none of its own
            assert every(document, "//a[@rel='bookmark'] | //link[@rel='canonical']") == []
            continue
        (nav,) = every(document, "//nav[@class='editions']")
        texts = [" ".join(item.text_content().split()) for item in nav.iter("li")]
        assert texts == [
            "Increment: The second", "Before: The first", "The newest", "All increments"
        ]  # fmt: skip
        (permanent,) = every(document, "//a[@rel='bookmark']/@href")
        own = page.relative_to(office / "releases").as_posix()
        assert permanent == f"https://office.example/{own}"


def test_without_an_address_the_permanent_link_is_the_page_itself(office: Path) -> None:
    (office / "mkdocs.yml").write_text("site_name: Office\ndocs_dir: content\nplugins: [leanfolio]")
    commit(office, "pi/PI-2")
    release(office, "PI-2")
    text = (office / "releases" / "pi" / "PI-2" / "epics" / "EP-1.html").read_text()
    assert '<a href="EP-1.html" rel="bookmark">' in text


def test_the_pages_around_are_sound(office: Path) -> None:
    release(office, "PI-1")
    release(office, "PI-2")
    for name in ("index.html", "latest/index.html", "pi/index.html"):
        text = (office / "releases" / name).read_text()
        assert lint(name, text) == []
    for page in sorted((office / "releases" / "pi" / "PI-2").rglob("*.html")):
        assert lint(page.name, page.read_text()) == []


def test_the_record_says_commit_day_version_and_tree(office: Path) -> None:
    release(office, "PI-1")
    (row,) = json.loads((office / "releases" / "releases.json").read_bytes())["increments"]
    own = every_file(office / "releases" / "pi" / "PI-1")
    lines = "".join(
        f"{path}\0{sha256(data).hexdigest()}\n"
        for path, data in sorted(own.items())
        if path != "manifest.json"
    )
    assert row["tree"] == sha256(lines.encode()).hexdigest()
    assert row["size"] == sum(map(len, own.values()))
    assert (row["id"], row["day"], row["leanfolio"]) == ("PI-1", "2026-03-05", "0.1.0")
    tagged = subprocess.run(
        ["git", "-C", str(office), "rev-parse", "pi/PI-1^{commit}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert row["commit"] == tagged.strip()


# Other bytes -----------------------------------------------------------------------------------


def test_other_bytes_are_refused_with_what_differs_until_there_is_a_reason(office: Path) -> None:
    release(office, "PI-1")
    before = every_file(office / "releases")
    write(office, "epics/EP-1.md", "title: Renamed\nowner: A\nkind: business\nstate: funnel")
    commit(office, "pi/PI-1")
    said = release(office, "PI-1", code=1)
    assert "with other bytes" in said
    assert "differs: board.html" in said
    assert "the tag now names" in said
    assert every_file(office / "releases") == before
    release(office, "PI-1", "--replace", code=2)
    release(office, "PI-1", "--replace", "--reason", "A <wrong> figure")
    index = (office / "releases" / "pi" / "index.html").read_text()
    assert "A &lt;wrong&gt; figure" in index
    assert ">One increment is published: " in index
    assert "Renamed" in (office / "releases" / "pi" / "PI-1" / "epics" / "EP-1.html").read_text()
    again = every_file(office / "releases")
    release(office, "PI-1")
    assert every_file(office / "releases") == again


def test_verify_finds_what_was_edited_by_hand(office: Path) -> None:
    release(office, "PI-1")
    assert "all as commit" in release(office, "PI-1", "--verify")
    page = office / "releases" / "pi" / "PI-1" / "board.html"
    page.write_text(page.read_text() + "<!-- -->")
    assert "differs: board.html" in release(office, "PI-1", "--verify", code=1)
    release(office, "PI-2", code=2)  # a changed page is not carried over
    assert not (office / "releases" / "pi" / "PI-2").exists()


def test_verify_of_a_branch(office: Path) -> None:
    release(office, "PI-1", "--branch", "published")
    assert "all as commit" in release(office, "PI-1", "--verify", "--branch", "published")
    commit(office, "pi/PI-1")
    said = release(office, "PI-1", "--verify", "--branch", "published", code=1)
    assert "its tag now names" in said


def test_a_portfolio_in_a_folder_of_its_repository_is_published_on_a_branch(
    office: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    folder = whole / "teams" / "office"
    folder.parent.mkdir(parents=True)
    shutil.copytree(office, folder, ignore=shutil.ignore_patterns(".git"))
    git(whole, "init", "--quiet", "--initial-branch", "main")
    git(whole, "add", ".")
    git(whole, "commit", "--quiet", "--message", "x")
    git(whole, "tag", "pi/PI-1")
    release(folder, "PI-1", "--branch", "published")
    assert "byte for byte" in release(folder, "PI-1", "--branch", "published")
    assert "all as commit" in release(folder, "PI-1", "--verify", "--branch", "published")


def test_what_another_version_made_is_left_alone_and_said(office: Path) -> None:
    release(office, "PI-1")
    file = office / "releases" / "releases.json"
    file.write_text(file.read_text().replace('"leanfolio": "0.1.0"', '"leanfolio": "0.0.1"'))
    assert "by leanfolio 0.0.1: nothing was changed" in release(office, "PI-1")
    assert "was made by leanfolio 0.0.1" in release(office, "PI-1", "--verify", code=3)


# A branch --------------------------------------------------------------------------------------


def test_a_branch_holds_one_commit_and_carries_earlier_increments_over(office: Path) -> None:
    release(office, "PI-1", "--branch", "published")
    first = {path: blob for path, blob in on_branch(office).items() if "/PI-1/" in path}
    release(office, "PI-2", "--branch", "published")
    after = on_branch(office)
    assert commits_on(office) == 1
    assert {path: blob for path, blob in after.items() if "/PI-1/" in path} == first
    assert any("/PI-2/" in path for path in after)
    refs = subprocess.run(
        ["git", "-C", str(office), "for-each-ref", "--format=%(refname)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert refs == [
        "refs/heads/main", "refs/heads/published", "refs/tags/pi/PI-1", "refs/tags/pi/PI-2"
    ]  # fmt: skip


def test_the_same_release_is_the_same_commit_on_every_machine(office: Path) -> None:
    release(office, "PI-1", "--branch", "published")
    release(office, "PI-1", "--branch", "other")
    assert BranchPlace(office, "published").tip() == BranchPlace(office, "other").tip()


def test_history_is_kept_on_request(office: Path) -> None:
    release(office, "PI-1", "--branch", "published", "--keep-history")
    release(office, "PI-2", "--branch", "published", "--keep-history")
    assert commits_on(office) == 2


def test_what_origin_has_published_is_carried_over(office: Path, tmp_path: Path) -> None:
    release(office, "PI-1", "--branch", "published")
    git(tmp_path, "clone", "--quiet", str(office), "clone")
    release(tmp_path / "clone", "PI-2", "--branch", "published")
    assert any("/PI-1/" in path for path in on_branch(tmp_path / "clone"))


@pytest.mark.parametrize(
    ("name", "why"),
    [("main", "is checked out"), ("work", "did not publish"), ("a..b", "cannot be the name")],
)
def test_a_branch_that_is_not_ours_is_left_alone(office: Path, name: str, why: str) -> None:
    git(office, "branch", "work")
    assert why in release(office, "PI-1", "--branch", name, code=2)


def test_a_branch_that_is_another_name_of_one_moves_neither(office: Path) -> None:
    git(office, "branch", "work")
    git(office, "symbolic-ref", "refs/heads/published", "refs/heads/work")
    before = commits_on(office, "work")
    assert "another name" in release(office, "PI-1", "--branch", "published", code=2)
    assert commits_on(office, "work") == before == 2


def test_a_folder_that_is_not_ours_is_left_alone(office: Path) -> None:
    (office / "mine").mkdir()
    (office / "mine" / "letter.txt").write_text("dear")
    assert "did not make" in release(office, "PI-1", "--to", "mine", code=2)
    assert every_file(office / "mine") == {"letter.txt": b"dear"}


# Retention -------------------------------------------------------------------------------------


def a_release(id: str, day: str) -> Release:
    return Release(id, id, day, "0" * 40, day, "0.1.0", "", 1_000_000, "Office", "en")


YEARS = [a_release(f"PI-{year}", f"{year}-06-30") for year in range(2020, 2027)]


@pytest.mark.parametrize(
    ("keep", "keep_years", "standing"),
    [
        (None, None, 7),
        (3, None, 3),
        (1, None, 1),
        (None, 3, 4),  # the day three years ago is still in it
        (2, 3, 2),
        (99, 99, 7),
        (None, 3000, 7),
    ],
)
def test_a_rule_keeps_the_newest(keep: int | None, keep_years: int | None, standing: int) -> None:
    kept = [each.id for each in thinned(YEARS, keep, keep_years) if not each.gone]
    assert kept == [f"PI-{year}" for year in range(2026, 2026 - standing, -1)]


def test_what_went_leaves_a_page_with_tag_and_commit(office: Path) -> None:
    write(office, "portfolio.md", f"{PORTFOLIO}releases: {{keep: 1}}")
    commit(office, "pi/PI-2")
    release(office, "PI-1")
    said = release(office, "PI-2", "--plan")
    assert "PI-1  goes" in said
    assert "PI-2  is new" in said
    assert not (office / "releases" / "pi" / "PI-2").exists(), "a plan publishes nothing"
    assert "PI-1: its pages went" in release(office, "PI-2")
    left = every_file(office / "releases" / "pi" / "PI-1")
    assert left.keys() == {"index.html"}
    (row,) = (
        row
        for row in json.loads((office / "releases" / "releases.json").read_bytes())["increments"]
        if row["id"] == "PI-1"
    )
    text = left["index.html"].decode()
    assert "<code>pi/PI-1</code>" in text
    assert f"<code>{row['commit']}</code>" in text
    assert lint("index.html", text) == []
    assert [name for name, file in links(office / "releases") if not file.is_file()] == []
    said = release(office, "PI-1")
    assert "nothing was changed" in said, "what went is not brought back by chance"


def test_the_plan_of_today_uses_the_rule_of_today(office: Path) -> None:
    release(office, "PI-1")
    release(office, "PI-2")
    write(office, "portfolio.md", f"{PORTFOLIO}releases: {{keep: 1}}")
    said = release(office, "--plan")
    assert "PI-2  stays" in said
    assert "PI-1  goes" in said
    assert (office / "releases" / "pi" / "PI-1" / "board.html").is_file()


def test_size_is_warned_of_from_four_fifths_of_a_gigabyte() -> None:
    """GitHub's documentation: published sites may be no larger than 1 GB."""
    assert (HOST_LIMIT, NEARLY_FULL) == (1_000_000_000, 800_000_000)
    many = [a_release(f"PI-{n}", f"2026-01-{n:02}") for n in range(1, 10)]
    assert plan_of((), tuple(many)).size == 9_000_000


# What is wrong ---------------------------------------------------------------------------------


def test_an_unknown_increment_is_refused_with_a_suggestion(office: Path) -> None:
    assert "did you mean PI-2?" in release(office, "PI-22", code=2)
    assert "git tag pi/Autumn COMMIT" in release(office, "Autumn", code=2)
    assert not (office / "releases").exists()


@pytest.mark.parametrize("name", ["--output=x", "../x", "a b", "\x1b[31m", "x" * 300])
def test_a_name_that_is_none_writes_nothing(office: Path, name: str) -> None:
    said = release(office, "--", name, code=2)
    assert "\x1b" not in said
    assert not (office / "releases").exists()


def test_a_tag_without_content_gives_no_page(office: Path) -> None:
    git(office, "checkout", "--quiet", "--orphan", "bare")
    git(office, "rm", "-r", "--quiet", "--cached", ".")
    git(office, "commit", "--quiet", "--allow-empty", "--message", "x")
    git(office, "tag", "pi/PI-3")
    git(office, "checkout", "--quiet", "--force", "main")
    assert "has no folder content/" in release(office, "PI-3", code=1)
    assert not (office / "releases").exists()


def test_a_tag_whose_content_has_no_such_increment_gives_no_page(office: Path) -> None:
    git(office, "tag", "pi/PI-7")
    assert "has no increment PI-7" in release(office, "PI-7", code=1)
    assert not (office / "releases").exists()


def test_two_increments_of_one_id_are_a_problem(office: Path) -> None:
    write(office, "increments/copy.md", f"id: PI-2\n{SECOND.strip()}")
    commit(office, "pi/PI-2")
    said = release(office, "PI-2", code=1)
    assert "id-taken" in said or "PI-2" in said
    assert "nothing was published" in said
    assert not (office / "releases").exists()


def test_ids_that_differ_in_case_alone_would_share_a_folder(office: Path) -> None:
    release(office, "PI-1")
    git(office, "tag", "pi/pi-1", "main")
    assert "many disks take pi-1 for it" in release(office, "pi-1", code=1)


def test_a_tag_of_a_file_is_refused(office: Path) -> None:
    git(office, "tag", "pi/PI-8", "main:content/portfolio.md")
    assert "names no commit" in release(office, "PI-8", code=1)


def test_a_shallow_clone_is_refused_with_the_cure(office: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{office}", "clone")
    assert "git fetch --unshallow" in release(tmp_path / "clone", "PI-2", code=3)


def test_outside_git_there_is_nothing_to_build_from(tmp_path: Path) -> None:
    folder = written(tmp_path / "alone")
    answer = subprocess.run(
        [sys.executable, "-m", "leanfolio", "--no-git", "release", "PI-1"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 3
    assert "no git repository" in answer.stderr


def test_an_increment_that_the_audience_may_not_read_is_not_published(office: Path) -> None:
    write(office, "increments/PI-2.md", f"{SECOND}visibility: internal")
    commit(office, "pi/PI-2")
    assert "PI-2 is internal" in release(office, "PI-2", code=1)
    assert not (office / "releases").exists()


def test_a_link_in_the_content_of_a_tag_is_refused(office: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (office / "content" / "epics" / "EP-5.md").symlink_to(tmp_path / "secret.md")
    commit(office, "pi/PI-2")
    assert "symbolic link" in release(office, "PI-2", code=1)


def test_a_damaged_list_of_releases_stops_and_changes_nothing(office: Path) -> None:
    release(office, "PI-1")
    file = office / "releases" / "releases.json"
    for text in ("{", "[]", '{"increments": [{"id": "../x"}]}', '{"increments": 7}'):
        file.write_text(text)
        assert "cannot be read" in release(office, "PI-2", code=3)
        assert not (office / "releases" / "pi" / "PI-2").exists()


ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    7,
    "",
    "x",
    "\ud800",
    [],
    {},
    [{}],
    {"id": 1},
    "../x",
    "2026-99-99",
)


@pytest.mark.parametrize("name", Release.__struct_fields__)
def test_a_list_of_releases_with_a_value_of_another_kind_is_damaged_or_can_be_used(
    name: str,
) -> None:
    """Whoever can write the list can make no command end as a bug of ours."""
    good = json.loads(as_json([a_release("PI-1", "2026-03-27")]))
    for value in ODD:
        [row] = good["increments"]
        text = json.dumps({"increments": [{**row, name: value}]})
        try:
            releases = from_json(text.encode())
        except WrongRecords:
            continue
        if releases[0].language == "en":
            surrounding_pages(releases)
        thinned(releases, releases[0].keep, releases[0].keep_years)
    with pytest.raises(WrongRecords):
        from_json(b"[" * 100_000)


@pytest.mark.parametrize("name", ["pages", "replaced"])
def test_a_list_in_a_record_of_releases_holds_no_gap(name: str) -> None:
    row = json.loads(as_json([a_release("PI-1", "2026-03-27")]))["increments"][0]
    with pytest.raises(WrongRecords):
        from_json(json.dumps({"increments": [{**row, name: [None]}]}).encode())


# Two at once, and a disk that is full ----------------------------------------------------------


def a_site(folder: Path, id: str, day: str, text: str = "x") -> IncrementSite:
    page = text.encode()
    return IncrementSite(
        a_release(id, day), {"index.html": page}, {"index.html": sha256(page).hexdigest()}, {}
    )


def test_of_two_releases_at_once_the_second_starts_from_the_first(office: Path) -> None:
    now = head(office)
    assert now is not None
    for place in (FolderPlace(office / "both"), BranchPlace(office, "both")):
        one, other = a_site(office, "PI-1", "2026-01-05"), a_site(office, "PI-2", "2026-04-06")
        seen, nothing = records(place)
        assert (seen, nothing) == (None, ())
        place.publish(tree_of(planned((), one.release, None, {}, one.digests), one, now), seen)
        late = tree_of(planned((), other.release, None, {}, other.digests), other, now)
        with pytest.raises(ConflictError):
            place.publish(late, seen)
        assert place.read("pi/PI-1/index.html") == b"x"
        assert place.read("pi/PI-2/index.html") is None
        seen, releases = records(place)
        place.publish(
            tree_of(planned(releases, other.release, None, {}, other.digests), other, now), seen
        )
        assert place.read("pi/PI-1/index.html") == place.read("pi/PI-2/index.html") == b"x"


def test_two_processes_at_once_publish_both(office: Path) -> None:
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "leanfolio", "release", id], cwd=office, stderr=subprocess.PIPE
        )
        for id in ("PI-1", "PI-2")
    ]
    said = [command.communicate(timeout=300)[1].decode() for command in commands]
    assert [command.returncode for command in commands] == [0, 0], said
    assert {row.id for row in records(FolderPlace(office / "releases"))[1]} == {"PI-1", "PI-2"}
    assert "all as commit" in release(office, "PI-1", "--verify")


def test_on_a_full_disk_the_last_publication_stands(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = head(office)
    assert now is not None
    place = FolderPlace(office / "releases")
    one, other = a_site(office, "PI-1", "2026-01-05"), a_site(office, "PI-2", "2026-04-06")
    place.publish(tree_of(planned((), one.release, None, {}, one.digests), one, now), None)
    before = every_file(office / "releases")
    seen, releases = records(place)
    tree = tree_of(planned(releases, other.release, None, {}, other.digests), other, now)
    real = Path.write_bytes
    for number in range(1, 8):
        left = iter(range(number))

        def write(self: Path, data: bytes, left: Iterator[int] = left) -> int:
            if next(left, None) is None:
                raise OSError(28, "No space left on device")
            return real(self, data)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "write_bytes", write)
            with pytest.raises(OSError, match="No space"):
                place.publish(tree, seen)
        assert every_file(office / "releases") == before
        assert [path.name for path in office.iterdir() if path.name.startswith(".rel")] == []


def test_a_branch_that_git_cannot_write_stands(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = head(office)
    assert now is not None
    place = BranchPlace(office, "both")
    one = a_site(office, "PI-1", "2026-01-05")
    place.publish(tree_of(planned((), one.release, None, {}, one.digests), one, now), None)
    tip = place.tip()
    seen, releases = records(place)
    other = a_site(office, "PI-2", "2026-04-06")
    tree = tree_of(planned(releases, other.release, None, {}, other.digests), other, now)
    monkeypatch.setattr(place, "stream", lambda *_: iter([b"nonsense\n"]))
    with pytest.raises(OSError, match="could not write"):
        place.publish(tree, seen)
    assert place.tip() == tip


def test_a_file_that_was_changed_is_not_carried_over(tmp_path: Path, office: Path) -> None:
    now = head(office)
    assert now is not None
    place = FolderPlace(tmp_path / "releases")
    one, other = a_site(office, "PI-1", "2026-01-05"), a_site(office, "PI-2", "2026-04-06")
    place.publish(tree_of(planned((), one.release, None, {}, one.digests), one, now), None)
    (tmp_path / "releases" / "pi" / "PI-1" / "index.html").write_text("y")
    seen, releases = records(place)
    with pytest.raises(PlaceError, match="not as it was published"):
        place.publish(
            tree_of(planned(releases, other.release, None, {}, other.digests), other, now), seen
        )


def test_what_is_written_is_read_back() -> None:
    kept = thinned(YEARS, 3, None)
    assert set(from_json(as_json(kept).encode())) == set(kept)
