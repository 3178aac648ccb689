"""A site that stands as it is to be is not made again; whatever was changed, it is."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leanfolio.cache.site_record import SiteRecord, decode, encode
from leanfolio.cli import commands
from leanfolio.disk.configuration_text import nodes_in, stands_alone

GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "gc.auto=0")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def portfolio(starter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A starter that is committed and built."""
    monkeypatch.setenv("LEANFOLIO_CACHE", str(tmp_path / "kept"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (starter / "own").mkdir()
    set_in_configuration(starter, "plugins: [leanfolio: {templates: own}]")
    git(starter, "init", "--quiet")
    git(starter, "add", "--all")
    git(starter, "commit", "--quiet", "--message", "Begin")
    build(starter)
    return starter


def build(portfolio: Path, *options: str) -> int:
    """Build, and return what tells this site from the next one, whose folder is another."""
    commands(["-C", str(portfolio), "build", *options], standalone_mode=False)
    os.environ.pop("SOURCE_DATE_EPOCH", None)  # which building a site sets
    return (portfolio / "site").stat().st_ino


def set_in_configuration(portfolio: Path, line: str) -> None:
    path = portfolio / "mkdocs.yml"
    kept = [each for each in path.read_text().splitlines() if not each.startswith("plugins:")]
    path.write_text("\n".join([*kept, line]) + "\n")


def edit_an_item(portfolio: Path) -> None:
    path = min((portfolio / "content" / "epics").glob("*.md"))
    path.write_text(f"{path.read_text()}\nMore.\n")


def name_an_address(portfolio: Path) -> None:
    path = portfolio / "mkdocs.yml"
    path.write_text(f"{path.read_text()}site_url: https://example.com/\n")


def write_a_template(portfolio: Path) -> None:
    (portfolio / "own" / "more.jinja").write_text("More")


def commit_nothing(portfolio: Path) -> None:
    git(portfolio, "commit", "--quiet", "--allow-empty", "--message", "Nothing")


def tag_an_increment(portfolio: Path) -> None:
    git(portfolio, "tag", "pi/PI-1")


def edit_a_page_by_hand(portfolio: Path) -> None:
    """With the same size and time, as within the tick of a clock, or after it was set back."""
    path = portfolio / "site" / "index.html"
    stood = path.stat()
    path.write_bytes(path.read_bytes().swapcase())
    os.utime(path, ns=(stood.st_atime_ns, stood.st_mtime_ns))


def remove_a_page(portfolio: Path) -> None:
    (portfolio / "site" / "index.html").unlink()


def make_a_link_of_a_page(portfolio: Path) -> None:
    path = portfolio / "site" / "index.html"
    path.rename(portfolio / "moved.html")
    path.symlink_to(portfolio / "moved.html")


def put_a_link_to_a_folder_there(portfolio: Path) -> None:
    (portfolio / "site" / "more").symlink_to(portfolio / "content")


def damage_the_manifest(portfolio: Path) -> None:
    path = portfolio / "site" / "manifest.json"
    path.write_text(path.read_text().replace('": "', '":  "', 1))


CHANGES: tuple[Callable[[Path], None], ...] = (
    edit_an_item, name_an_address, write_a_template, commit_nothing, tag_an_increment,
    edit_a_page_by_hand, remove_a_page, make_a_link_of_a_page, put_a_link_to_a_folder_there,
    damage_the_manifest,
)  # fmt: skip


def test_the_site_is_made_anew_after_a_change_and_never_without_one(
    portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That it is then the one of a clean build is held by the edits of `test_incremental`."""
    last = build(portfolio)
    for change in CHANGES:
        change(portfolio)
        capsys.readouterr()
        made = build(portfolio)
        said = capsys.readouterr()
        assert made != last, change.__name__
        page = (portfolio / "site" / "index.html").read_bytes()
        assert build(portfolio) == made, change.__name__
        assert capsys.readouterr() == said, "the same words, and no others"
        assert (portfolio / "site" / "index.html").read_bytes() == page
        last = made
    for option in ("--as-of=2026-11-24", "--audience=internal"):
        made = build(portfolio, option)
        assert made != last
        last = made


def test_a_site_that_stands_is_told_without_loading_what_makes_one(portfolio: Path) -> None:
    program = (
        "import sys; from leanfolio.cli import commands\n"
        f"commands(['-C', {str(portfolio)!r}, 'build'], standalone_mode=False)\n"
        "print(*sorted({'pydantic', 'jinja2', 'mkdocs', 'leanfolio.views'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout == "\n"


def test_what_another_file_or_program_may_decide_is_always_built(portfolio: Path) -> None:
    """A hook prints what it likes on a page: nothing that we have seen says what it prints now."""
    (portfolio / "hook.py").write_text("")
    name_an_address(portfolio)
    set_in_configuration(portfolio, "plugins: [leanfolio]\nhooks: [hook.py]")
    assert build(portfolio) != build(portfolio)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("site_name: One\nplugins: [leanfolio]", True),
        ("site_name: One\nplugins: {leanfolio: {audience: internal, templates: own}}", True),
        ("site_name: One!\nplugins: [leanfolio: {language: de}]", True),
        ("INHERIT: other.yml\nplugins: [leanfolio]", False),
        ("site_name: !ENV NAME\nplugins: [leanfolio]", False),
        ("plugins: [leanfolio]\nextra: [{x: !!python/name:os.system ''}]", False),
        ("plugins: [leanfolio, search]", False),
        ("plugins: [leanfolio: {graphviz: system}]", False),
        ("plugins: [leanfolio: {changes_since: 'HEAD@{1}'}]", False),
        ("base: &base {hooks: [a.py]}\n<<: *base\nplugins: [leanfolio]", False),
        ("a: &a [*a]\nplugins: [leanfolio]", True),
    ],
)
def test_a_configuration_stands_alone_if_it_brings_nothing_in(text: str, alone: bool) -> None:
    assert stands_alone(nodes_in(text.encode())) == alone


def test_an_altered_record_does_not_count() -> None:
    data = encode(SiteRecord("ab" * 32, 12, 3, True))
    assert decode(data) == SiteRecord("ab" * 32, 12, 3, True)
    with pytest.raises(ValueError, match="not what was written"):
        decode(data.replace(b"12", b"13"))
