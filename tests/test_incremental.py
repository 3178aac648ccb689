"""A build over an old site gives what a clean build gives, byte for byte, whatever was edited."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.disk.starter import write_starter
from leanfolio.mkdocs_plugin import publish
from leanfolio.output.html.site import templates_folder

TODAY = date(2026, 11, 23)
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com")
PNG = bytes.fromhex("89504e470d0a1a0a")


@dataclass
class Desk:
    """A portfolio that is edited and built again and again, into the same site."""

    folder: Path
    dice: random.Random
    edits: int = 0

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def any(self, pattern: str) -> Path:
        return self.dice.choice(sorted(self.content.glob(pattern)))

    def change(self, pattern: str, what: str, into: str) -> None:
        """Replace what is found first, in one of these files that holds it."""
        found = [path for path in sorted(self.content.glob(pattern)) if re.search(what, read(path))]
        path = self.dice.choice(found)
        path.write_text(re.sub(what, into, read(path), count=1))


def read(path: Path) -> str:
    return path.read_text()


# The edits ---------------------------------------------------------------------------------------


def change_a_score(desk: Desk) -> None:
    desk.change("epics/*.md", r"job_size: \d+", f"job_size: {desk.dice.choice((1, 2, 3, 8, 20))}")


def change_a_title(desk: Desk) -> None:
    desk.change("*/*.md", r"(?m)^# .*$", f"# Called otherwise {desk.edits}")


def change_a_state(desk: Desk) -> None:
    desk.change("epics/*.md", r"(?m)^state: \w+", f"state: {desk.dice.choice(('funnel', 'mvp'))}")


def change_a_body(desk: Desk) -> None:
    named = desk.any("[efrt][a-z]*/*.md").stem
    path = desk.any("**/*.md")
    path.write_text(f"{read(path)}\nText {desk.edits}, which names [[{named}]].\n")


def change_a_link(desk: Desk) -> None:
    desk.change(
        "epics/*.md", r"(?m)^value_stream: \S+", f"value_stream: VS-{desk.dice.choice((1, 2))}"
    )


def change_an_owner(desk: Desk) -> None:
    desk.change("*/*.md", r"(?m)^owner: .*$", f"owner: Owner {desk.edits}")


def add_an_item(desk: Desk) -> None:
    epic = desk.any("epics/*.md").stem
    text = f"---\nepic: {epic}\nstate: funnel\n---\n# Added {desk.edits}\n\nSee [[{epic}]].\n"
    (desk.content / "features" / f"FT-{100 + desk.edits}.md").write_text(text)


def delete_an_item(desk: Desk) -> None:
    desk.any("[fr][ei]*/*.md").unlink()


def rename_an_item(desk: Desk) -> None:
    path = desk.any("features/*.md")
    path.rename(path.with_name(f"FT-{500 + desk.edits}.md"))


def add_a_page(desk: Desk) -> None:
    """Prose that carries views, one in its head and one in its text, with a link to a picture."""
    text = (
        f"---\ndescription: Page {desk.edits}\nview: ranking\n---\n# A page {desk.edits}\n\n"
        "```view\nview: epics\n```\n\n"
        "![A picture](pictures/one.png) and [a page](how-this-works.md)\n"
    )
    (desk.content / f"page-{desk.dice.randrange(3)}.md").write_text(text)


def change_an_asset(desk: Desk) -> None:
    path = desk.content / "pictures" / "one.png"
    path.parent.mkdir(exist_ok=True)
    if path.exists() and desk.dice.random() < 0.4:
        path.unlink()
    else:
        path.write_bytes(PNG + desk.edits.to_bytes(2, "big"))


def change_the_policy(desk: Desk) -> None:
    what, into = desk.dice.choice(
        (
            (r"cut_line: \d+", f"cut_line: {desk.dice.randrange(1, 5)}"),
            (r"currency: \w+", f"currency: {desk.dice.choice(('EUR', 'USD', 'JPY'))}"),
            (r"limit: \d+", f"limit: {desk.dice.randrange(2, 6)}"),
            (r"ranking: \w+", f"ranking: {desk.dice.choice(('relative', 'money'))}"),
        )
    )
    desk.change("portfolio.md", what, into)


def change_the_day(desk: Desk) -> None:
    day = TODAY + timedelta(days=desk.dice.randrange(60))
    desk.change("portfolio.md", r"as_of: \S+", f"as_of: {day}")


def change_the_settings(desk: Desk) -> None:
    dice = desk.dice
    settings = [
        f"site_name: {dice.choice(('One', 'Another'))} & more",
        "docs_dir: content",
        f"plugins: [leanfolio: {{templates: own, language: {dice.choice(('en', 'de', 'ar'))}}}]",
    ]
    if dice.random() < 0.5:
        settings += ["repo_url: https://example.com/portfolio", "edit_uri: edit/main/content/"]
    if dice.random() < 0.5:
        settings.append(f"site_url: https://example.com/{dice.randrange(2)}/")
    if dice.random() < 0.3:
        settings.append("nav: [how-this-works.md]")
    (desk.folder / "mkdocs.yml").write_text("\n".join(settings) + "\n")


def change_a_template(desk: Desk) -> None:
    own = desk.folder / "own" / "item.html.jinja"
    if own.exists() and desk.dice.random() < 0.3:
        own.unlink()
    else:
        text = (templates_folder() / "item.html.jinja").read_text()
        own.write_text(text.replace("two steps around", f"{desk.edits} steps around"))


def book_some_spending(desk: Desk) -> None:
    epic = desk.any("epics/*.md").stem
    path = desk.content / "actuals" / "2026.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"date,epic,amount,currency\n2026-11-{1 + desk.edits % 20:02},{epic},1000,EUR\n"
    )


def commit(desk: Desk) -> None:
    day = f"2026-11-23T12:{desk.edits % 60:02}:00Z"
    dated = {**os.environ, "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    if not (desk.folder / ".git").exists():
        subprocess.run([*GIT, "init", "-q"], cwd=desk.folder, check=True)
        (desk.folder / ".gitignore").write_text("site/\n.site-*\n")
    subprocess.run([*GIT, "add", "-A"], cwd=desk.folder, check=True)
    words = ["commit", "-q", "--allow-empty", "-m", f"Edit {desk.edits}"]
    subprocess.run([*GIT, *words], cwd=desk.folder, check=True, env=dated)


def edit_the_site_by_hand(desk: Desk) -> None:
    page = desk.dice.choice(sorted(desk.site.rglob("*.html")))
    page.write_text(read(page).replace("</h1>", " and so on</h1>", 1))


def damage_the_site(desk: Desk) -> None:
    pages = sorted(desk.site.rglob("*.html"))
    desk.dice.choice(pages).write_bytes(b"")
    desk.dice.choice(pages).unlink()
    (desk.site / "left-over.html").write_text("nobody wrote this")
    manifest = desk.site / "manifest.json"
    manifest.write_text(re.sub(r'": "[0-9a-f]{8}', '": "00000000', read(manifest), count=3))


def break_a_file(desk: Desk) -> None:
    """The portfolio has an error; whoever looks at the site sees the last good one."""
    (desk.content / "epics" / "EP-77.md").write_text("---\nstate: nowhere\n---\n# In no column\n")


def change_nothing(desk: Desk) -> None:
    pass


EDITS: tuple[Callable[[Desk], None], ...] = (
    change_a_score, change_a_title, change_a_state, change_a_body, change_a_link, change_an_owner,
    add_an_item, delete_an_item, rename_an_item, add_a_page, change_an_asset, change_the_policy,
    change_the_day, change_the_settings, change_a_template, book_some_spending, commit,
    edit_the_site_by_hand, damage_the_site, break_a_file, change_nothing,
)  # fmt: skip


# Building ----------------------------------------------------------------------------------------


Build = Callable[[Path, Path, Path], bool]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A starter as of a day, with a folder for templates of its own."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    folder = tmp_path / "portfolio"
    write_starter(folder, TODAY)
    (folder / "own").mkdir()
    found = Desk(folder, random.Random(0))
    found.change("portfolio.md", "type: portfolio", f"type: portfolio\nas_of: {TODAY}")
    change_the_settings(found)
    return found


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def here(folder: Path, site: Path, cache: Path) -> bool:
    """Build in this process; whether the portfolio had no error."""
    project = Project.at(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        content, built = load(project)
        if built.errors:
            return False
        publish(project, content, built, site)
        os.environ.pop("SOURCE_DATE_EPOCH", None)  # which the plugin sets from the commit
    return True


def elsewhere(folder: Path, site: Path, cache: Path) -> bool:
    """Build by the command, in a process with another hash seed, time zone and locale."""
    seed = str(len(tree(folder)) % 1000)
    zone = "Pacific/Kiritimati" if cache.name == "clean" else "America/Adak"
    changed = {"XDG_CACHE_HOME": str(cache), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
    command = [str(Path(sys.executable).with_name("leanfolio")), "-C", str(folder), "build"]
    done = subprocess.run(
        [*command, "--site-dir", str(site)], check=False, capture_output=True, text=True,
        env={**os.environ, **changed},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


def clean(build: Build, desk: Desk) -> bool:
    """Build into an empty folder with nothing kept but compiled code."""
    cache, site = desk.folder.parent / "clean", desk.folder.parent / "clean-site"
    shutil.rmtree(site, ignore_errors=True)
    for kept in cache.rglob("*.sqlite*"):
        kept.unlink()
    return build(desk.folder, site, cache)


def edited_and_compared(desk: Desk, edits: list[Callable[[Desk], None]], build: Build) -> None:
    """After each edit, the site in place is the clean one; or, where there is none, as it was."""
    cache = desk.folder.parent / "cache"
    assert build(desk.folder, desk.site, cache)
    told: list[str] = []
    for edit in edits:
        desk.edits += 1
        told.append(edit.__name__)
        before, content = tree(desk.site), tree(desk.content)
        edit(desk)
        touched = tree(desk.site)
        good = build(desk.folder, desk.site, cache)
        assert clean(build, desk) == good, told
        found = tree(desk.site)
        wanted = tree(desk.folder.parent / "clean-site") if good else touched
        differing = sorted(
            path for path in found.keys() | wanted.keys() if found.get(path) != wanted.get(path)
        )
        assert not differing, (told, differing)
        if not good:
            assert before.keys() == found.keys()
            restore(desk.content, content)


def restore(folder: Path, files: dict[str, bytes]) -> None:
    """Mend: the folder as it was."""
    for path in tree(folder).keys() - files.keys():
        (folder / path).unlink()
    for path, data in files.items():
        if not (folder / path).exists() or (folder / path).read_bytes() != data:
            (folder / path).write_bytes(data)


def test_after_each_kind_of_edit_the_site_is_that_of_a_clean_build(desk: Desk) -> None:
    edits = list(EDITS)
    desk.dice.shuffle(edits)
    edited_and_compared(desk, edits, here)


@pytest.mark.acceptance
@pytest.mark.parametrize("seed", range(4))
def test_after_many_edits_too(desk: Desk, seed: int) -> None:
    desk.dice = random.Random(seed)
    edited_and_compared(desk, desk.dice.choices(EDITS, k=60), here)


@pytest.mark.acceptance
def test_whichever_process_builds(desk: Desk) -> None:
    desk.dice = random.Random(7)
    edited_and_compared(desk, desk.dice.choices(EDITS, k=15), elsewhere)


@pytest.mark.parametrize("after", [0.3, 0.9])
def test_after_a_build_that_was_killed(desk: Desk, after: float) -> None:
    """At whatever moment: what it kept is whole or not there, and the site is the last good one."""
    cache = desk.folder.parent / "cache"
    assert here(desk.folder, desk.site, cache)
    good = tree(desk.site)
    change_the_day(desk)
    change_a_title(desk)
    command = [str(Path(sys.executable).with_name("leanfolio")), "-C", str(desk.folder), "build"]
    process = subprocess.Popen(
        command, env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert here(desk.folder, desk.site, cache)
    assert clean(here, desk)
    assert tree(desk.site) == tree(desk.folder.parent / "clean-site") != good
