"""One site, whoever builds it: we, plain MkDocs, or ProperDocs; and whole, or not at all."""

import gzip
import hashlib
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound
from lxml import etree

from conftest import Run, run_command
from leanfolio.disk.open_folder import NotPlainError
from leanfolio.disk.starter import write_starter
from leanfolio.disk.templates import templates_folder
from leanfolio.output.html.environment import environment_of
from leanfolio.output.sitemap import sitemap

BROKEN = "---\nstate: nowhere\n---\n# An epic in no column\n"


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A starter as of a day, and its site, built once.

    MkDocs has no flag for the day, so the portfolio says it. ProperDocs comes without any theme and
    wants one to be named, if only an empty folder.
    """
    folder = tmp_path_factory.mktemp("built") / "portfolio"
    write_starter(folder, date(2026, 11, 23))
    (folder / "look").mkdir()
    with (folder / "mkdocs.yml").open("a") as settings:
        settings.write("theme: {name: null, custom_dir: look}\n")
    policy = folder / "content" / "portfolio.md"
    dated = policy.read_text().replace("type: portfolio\n", "type: portfolio\nas_of: 2026-11-23\n")
    policy.write_text(dated)
    built_by(run_command, folder, "leanfolio", "build")
    return folder


@pytest.fixture
def copied(portfolio: Path, tmp_path: Path) -> Path:
    """That portfolio and its site, for one test to change."""
    return shutil.copytree(portfolio, tmp_path / "portfolio")


def built_by(run: Run, folder: Path, *command: str) -> dict[str, str]:
    done = run(*command, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return hashes(folder / "site")


# Who builds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_address", [False, True])
@pytest.mark.parametrize("builder", ["mkdocs", "properdocs"])
def test_mkdocs_and_its_fork_write_the_same_bytes_as_we_do(
    copied: Path, run: Run, builder: str, has_address: bool
) -> None:
    if has_address:
        addressed(copied)
        built_by(run, copied, "leanfolio", "build")
    ours = hashes(copied / "site")
    shutil.rmtree(copied / "site")
    theirs = built_by(run, copied, builder, "build")
    assert theirs == ours


def test_a_starter_needs_no_theme_setting_for_mkdocs(starter: Path, run: Run) -> None:
    assert "index.html" in built_by(run, starter, "mkdocs", "build", "--strict")


def test_the_same_content_gives_the_same_bytes(copied: Path, run: Run) -> None:
    first = hashes(copied / "site")
    assert built_by(run, copied, "leanfolio", "build") == first


def test_a_page_for_each_thing_and_the_files_it_needs(portfolio: Path) -> None:
    found = hashes(portfolio / "site")
    assert found.keys() >= {
        "index.html", "board.html", "ranking.html", "funding.html", "strategy.html", "trace.html",
        "problems.html", "how-this-works.html", "style.css", "script.js", "search.js",
        "data/ranking.json", "data/ranking.csv",
    }  # fmt: skip
    for id in ("EP-1", "KR-1", "FT-1", "TH-1", "VS-1", "T-1", "PI-1", "RK-1"):
        assert [path for path in found if path.endswith(f"/{id}.html")], id


def test_a_document_is_published_only_with_a_page_that_leads_to_it(copied: Path, run: Run) -> None:
    epics = copied / "content" / "epics"
    for name in ("open.pdf", "secret.pdf", "unused.pdf", "secret.png"):
        (epics / name).write_bytes(b"a document")
    head = (
        "title: An epic\nowner: A. Person\nstate: funnel\nvalue_stream: VS-1\nkey_results: [KR-1]"
    )
    (epics / "EP-80.md").write_text(f"---\n{head}\n---\nSee [it](open.pdf).\n")
    hidden = f"{head.replace('An epic', 'Another')}\nvisibility: confidential"
    (epics / "EP-81.md").write_text(
        f"---\n{hidden}\n---\nSee [it](secret.pdf), and ![it](secret.png).\n"
    )
    found = built_by(run, copied, "leanfolio", "build")
    assert [path for path in found if path.endswith((".pdf", ".png"))] == [
        "epics/open.pdf",
        "icon.png",  # of the site itself
    ]
    texts = [path.read_bytes() for path in (copied / "site").rglob("*") if path.is_file()]
    assert not [text for text in texts if b"secret.p" in text or b"unused.pdf" in text]


def addressed(folder: Path) -> None:
    """State the site's address in its configuration."""
    configuration = folder / "mkdocs.yml"
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(f"{text}\nsite_url: https://example.org/portfolio/\n")


def test_no_published_file_is_an_unrendered_template(copied: Path, run: Run) -> None:
    def unrendered() -> list[str]:
        files = (path for path in (copied / "site").rglob("*") if path.is_file())
        return [path.name for path in files if re.search(rb"\{[{%]", path.read_bytes())]

    assert unrendered() == []
    addressed(copied)
    built_by(run, copied, "leanfolio", "build")
    assert unrendered() == []


def test_only_a_site_with_an_address_has_a_sitemap(copied: Path, run: Run) -> None:
    assert "sitemap.xml" not in hashes(copied / "site")
    addressed(copied)
    for _ in range(2):  # made anew, and from what the first build left
        built_by(run, copied, "leanfolio", "build")
        listed = (copied / "site" / "sitemap.xml").read_text()
        assert "https://example.org/portfolio/board.html" in listed
        assert "404" not in listed
        pages = {path for path in hashes(copied / "site") if path.endswith(".html")}
        assert listed.count("<loc>") == len(pages - {"404.html"})
        compressed = (copied / "site" / "sitemap.xml.gz").read_bytes()
        assert gzip.decompress(compressed).decode() == listed


def test_a_sitemap_holds_any_address_as_text() -> None:
    text = sitemap("https://a.example/p", ["a b&<c>.html", "ü.html"], "2026-11-23")
    locations = [each.text for each in etree.fromstring(text.encode()).iter("{*}loc")]
    assert locations == [
        "https://a.example/p/a%20b%26%3Cc%3E.html",
        "https://a.example/p/%C3%BC.html",
    ]


def test_the_page_for_a_missing_address_works_at_any_depth(copied: Path, run: Run) -> None:
    page = copied / "site" / "404.html"
    assert 'href="/style.css"' in page.read_text()
    addressed(copied)
    built_by(run, copied, "leanfolio", "build")
    text = page.read_text()
    assert 'href="/portfolio/style.css"' in text
    assert re.findall(r'(?:href|src)="(?!/portfolio/|#|data:|https:)[^"]*"', text) == []
    assert '"404.html"' not in (copied / "site" / "search.js").read_text()


def test_without_mkdocs_yml_there_is_a_site_all_the_same(copied: Path, run: Run) -> None:
    (copied / "mkdocs.yml").unlink()
    shutil.rmtree(copied / "site")
    assert "index.html" in built_by(run, copied, "leanfolio", "build")


def test_a_configuration_without_the_plugin_is_refused(copied: Path, run: Run) -> None:
    (copied / "mkdocs.yml").write_text("site_name: Bare\ndocs_dir: content\n")
    good = hashes(copied / "site")
    done = run("leanfolio", "build", cwd=copied)
    assert done.returncode == 2
    assert "plugins: [leanfolio]" in done.stderr
    assert hashes(copied / "site") == good


@pytest.mark.parametrize("command", ["mkdocs", "properdocs"])
def test_a_site_that_mkdocs_built_can_be_replaced(copied: Path, run: Run, command: str) -> None:
    built_by(run, copied, command, "build")
    built_by(run, copied, "leanfolio", "build")
    (copied / "site" / "mine.txt").write_text("mine")
    assert run("leanfolio", "build", cwd=copied).returncode == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("bad: {a: b", "mkdocs.yml:11:6: the set of fields that opens here is not closed"),
        ("repo_name: A: b", 'write `repo_name: "A: b"`'),
        ("\tnav: []", "mkdocs.yml:11:1: a tab stands where the line begins"),
        ("nav: 5", "mkdocs.yml:11: nav: Expected nav to be a list, got a int: 5"),
        ("site_url: foo", "mkdocs.yml:11: site_url: The URL isn't valid"),
    ],
)
@pytest.mark.parametrize("command", ["build"])
def test_a_configuration_that_cannot_be_used_is_told_at_its_line(
    copied: Path, run: Run, line: str, said: str, command: str
) -> None:
    with (copied / "mkdocs.yml").open("a") as settings:
        settings.write(f"{line}\n")
    good = hashes(copied / "site")
    done = run("leanfolio", command, cwd=copied)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert "fault of leanfolio" not in done.stderr
    assert hashes(copied / "site") == good


def test_a_setting_that_mkdocs_does_not_know_is_told_at_its_line(copied: Path, run: Run) -> None:
    with (copied / "mkdocs.yml").open("a") as settings:
        settings.write("site_nme: A\n")
    done = run("leanfolio", "build", cwd=copied)
    assert done.returncode == 0
    assert "mkdocs.yml:11: site_nme: Unrecognised configuration name" in done.stderr


def test_an_option_of_the_plugin_is_told_at_its_line(copied: Path, run: Run) -> None:
    settings = "site_name: A\ndocs_dir: content\nplugins:\n  - leanfolio:\n      audience: all\n"
    (copied / "mkdocs.yml").write_text(settings)
    done = run("leanfolio", "build", cwd=copied)
    assert done.returncode == 2
    assert "mkdocs.yml:5: plugins: Plugin 'leanfolio' option 'audience'" in done.stderr


# What stays when a build fails -----------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [("leanfolio", "build"), ("mkdocs", "build"), ("properdocs", "build")],
    ids=lambda command: command[0],
)
def test_broken_content_leaves_the_last_good_site(
    copied: Path, run: Run, command: tuple[str, ...]
) -> None:
    good = hashes(copied / "site")
    (copied / "content" / "epics" / "EP-9.md").write_text(BROKEN)
    done = run(*command, cwd=copied)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "content/epics/EP-9.md:2:8: state-unknown" in said
    assert "Traceback" not in said
    assert hashes(copied / "site") == good


def test_a_template_that_fails_leaves_the_last_good_site(copied: Path, run: Run) -> None:
    good = hashes(copied / "site")
    own = copied / "own"
    own.mkdir()
    (own / "board.html.jinja").write_text("{# A board that asks for the moon. #}{{ moon.phase }}")
    settings = copied / "mkdocs.yml"
    text = settings.read_text().replace("[leanfolio]", "[{leanfolio: {templates: own}}]")
    settings.write_text(text)
    done = run("leanfolio", "build", cwd=copied)
    assert done.returncode != 0
    assert hashes(copied / "site") == good
    assert sorted(path.name for path in copied.iterdir() if path.name.startswith(".site")) == []


def templates_as_a_link(folder: Path, secret: Path) -> str:
    (folder / "own").symlink_to(secret)
    return "own"


def templates_behind_a_link(folder: Path, secret: Path) -> str:
    (folder / "kept").symlink_to(secret.parent)
    return f"kept/{secret.name}"


def a_link_among_templates(folder: Path, secret: Path) -> str:
    (folder / "own").mkdir()
    (folder / "own" / "board.html.jinja").symlink_to(secret / "board.html.jinja")
    return "own"


def a_linked_folder_among_templates(folder: Path, secret: Path) -> str:
    (folder / "own").mkdir()
    (folder / "own" / "parts").symlink_to(secret)
    return "own"


@pytest.mark.parametrize(
    "arrange",
    [
        templates_as_a_link,
        templates_behind_a_link,
        a_link_among_templates,
        a_linked_folder_among_templates,
    ],
    ids=lambda function: function.__name__,
)
def test_no_template_is_read_through_a_link(
    copied: Path, run: Run, tmp_path: Path, arrange: Callable[[Path, Path], str]
) -> None:
    good = hashes(copied / "site")
    secret = tmp_path / "elsewhere" / "secret"
    secret.mkdir(parents=True)
    (secret / "board.html.jinja").write_text("Zqsecret")
    settings = copied / "mkdocs.yml"
    own = f"[{{leanfolio: {{templates: {arrange(copied, secret)}}}}}]"
    settings.write_text(settings.read_text().replace("[leanfolio]", own))
    done = run("leanfolio", "build", cwd=copied)
    assert done.returncode == 2, done.stderr
    assert re.search(r"mkdocs\.yml:\d+: .*is a symbolic link, and none is followed", done.stderr)
    assert hashes(copied / "site") == good
    assert run("mkdocs", "build", "--site-dir", "other", cwd=copied).returncode != 0
    assert not (copied / "other").exists()


def test_templates_may_lie_in_a_project_that_is_behind_a_link(
    copied: Path, run: Run, tmp_path: Path
) -> None:
    (copied / "own").mkdir()
    (copied / "own" / "board.html.jinja").write_text("Mine")
    settings = copied / "mkdocs.yml"
    own = "[{leanfolio: {templates: own}}]"
    settings.write_text(settings.read_text().replace("[leanfolio]", own))
    (tmp_path / "link").symlink_to(copied)
    done = run("leanfolio", "-C", str(tmp_path / "link"), "build", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (copied / "site" / "board.html").read_text() == "Mine"


def test_a_template_that_becomes_a_link_is_not_read(tmp_path: Path) -> None:
    """What was looked at when the configuration was read may be another file by now."""
    (tmp_path / "secret").write_text("Zqsecret")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.jinja").symlink_to(tmp_path / "secret")
    (tmp_path / "own" / "b.jinja").write_text("{% include 'a.jinja' %}")
    environment = environment_of((tmp_path / "own", templates_folder()), None, {})
    for name in ("a.jinja", "b.jinja"):
        with pytest.raises(NotPlainError):
            environment.get_template(name).render()
    for name in ("../secret", "/etc/hostname", str(tmp_path / "secret"), "none.jinja"):
        with pytest.raises(TemplateNotFound):
            environment.get_template(name)


def test_a_folder_that_we_did_not_make_is_not_emptied(copied: Path, run: Run) -> None:
    photos = copied / "photos"
    photos.mkdir()
    (photos / "wedding.jpg").write_bytes(b"irreplaceable")
    done = run("leanfolio", "build", "--site-dir", "photos", cwd=copied)
    assert done.returncode == 2
    assert "wedding.jpg" in done.stderr
    assert hashes(photos).keys() == {"wedding.jpg"}


def test_what_git_keeps_in_the_site_folder_stays(copied: Path, run: Run) -> None:
    (copied / "site" / ".gitignore").write_text("*\n!.gitignore\n")
    assert ".gitignore" in built_by(run, copied, "leanfolio", "build")
