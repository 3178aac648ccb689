"""A build over an old site gives what a clean build gives, byte for byte, whatever was edited."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from leanfolio.cli import commands
from leanfolio.disk.starter import write_starter
from leanfolio.disk.templates import templates_folder
from leanfolio.model.addresses import MOST_STORIES

TODAY = date(2026, 11, 23)
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com")
PNG = bytes.fromhex("89504e470d0a1a0a")


@dataclass
class Workspace:
    """A portfolio that is edited and built again and again, into the same site."""

    folder: Path
    dice: random.Random
    edits: int = 0
    day: date = TODAY  # of the last commit

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


def change_a_score(workspace: Workspace) -> None:
    workspace.change(
        "epics/*.md", r"job_size: \d+", f"job_size: {workspace.dice.choice((1, 2, 3, 8, 20))}"
    )


def change_a_title(workspace: Workspace) -> None:
    workspace.change("*/*.md", r"(?m)^# .*$", f"# Called otherwise {workspace.edits}")


def change_a_letter_of_a_title_within_a_tick(workspace: Workspace) -> None:
    """The file keeps its size and its time, as after an edit that a coarse clock does not see."""
    path = workspace.any("epics/*.md")
    stood = path.stat()
    heading = re.sub(
        r"(?m)^(# .*)\w$",
        lambda found: found[1] + ("y" if found[0].endswith("x") else "x"),
        read(path),
        count=1,
    )
    path.write_text(heading)
    os.utime(path, ns=(stood.st_atime_ns, stood.st_mtime_ns))
    assert path.stat().st_size == stood.st_size


def set_the_clock_back(workspace: Workspace) -> None:
    """What is written now is older than all that stood, and than the cache."""
    change_a_title(workspace)
    for path in workspace.content.glob("*/*.md"):
        os.utime(path, (workspace.edits, workspace.edits))


def change_a_state(workspace: Workspace) -> None:
    workspace.change(
        "epics/*.md",
        r"(?m)^state: \w+",
        f"state: {workspace.dice.choice(('funnel', 'reviewing'))}",
    )


def change_a_body(workspace: Workspace) -> None:
    named = workspace.any("[efrt][a-z]*/*.md").stem
    path = workspace.any("**/*.md")
    path.write_text(f"{read(path)}\nText {workspace.edits}, which names [[{named}]].\n")


def change_a_link(workspace: Workspace) -> None:
    workspace.change(
        "epics/*.md", r"(?m)^value_stream: \S+", f"value_stream: VS-{workspace.dice.choice((1, 2))}"
    )


def change_an_owner(workspace: Workspace) -> None:
    workspace.change("*/*.md", r"(?m)^owner: .*$", f"owner: Owner {workspace.edits}")


def add_an_item(workspace: Workspace) -> None:
    epic = workspace.any("epics/*.md").stem
    text = f"---\nepic: {epic}\nstate: backlog\n---\n# Added {workspace.edits}\n\nSee [[{epic}]].\n"
    (workspace.content / "features" / f"FT-{100 + workspace.edits}.md").write_text(text)


def write_stories(workspace: Workspace) -> None:
    """One with prose, or as many of a feature as take more than one page; the last is linked to."""
    feature, folder = workspace.any("features/*.md").stem, workspace.content / "stories"
    folder.mkdir(exist_ok=True)
    for number in range(workspace.dice.choice((1, MOST_STORIES + 1))):
        id = f"ST-{100 * workspace.edits + number}"
        text = f"# Story {number}\n\n## Why\n\nText.\n\n{embedded(workspace)}" if not number else ""
        title = "" if text else f"title: Story {number}\n"
        head = f"{title}feature: {feature}\nstate: backlog\n"
        (folder / f"{id}.md").write_text(f"---\n{head}---\n{text}")
    path = workspace.any("epics/*.md")
    path.write_text(f"{read(path)}\nSee [[{id}]] and [why](../stories/{id}.md#why).\n")


def change_a_story(workspace: Workspace) -> None:
    """Its words, its points, or the feature that it belongs to."""
    edits = workspace.edits
    what, into = workspace.dice.choice((
        (r"(?m)^Text\.$", f"Text {edits}."), (r"(?m)^state: backlog$", "state: in-progress"),
        (r"(?m)^feature: .*$", f"feature: {workspace.any('features/*.md').stem}\npoints: {edits}"),
    ))  # fmt: skip
    path = workspace.any("stories/*.md")
    path.write_text(re.sub(what, into, re.sub("points: .*\n", "", read(path)), count=1))


def delete_an_item(workspace: Workspace) -> None:
    """A feature or a risk, but for the first feature."""
    found = sorted(workspace.content.glob("[fr][ei]*/*.md"))
    if len(found) > 2:
        workspace.dice.choice(found[1:]).unlink()


def rename_an_item(workspace: Workspace) -> None:
    path = workspace.any("features/*.md")
    path.rename(path.with_name(f"FT-{500 + workspace.edits}.md"))


EMBEDDED = (
    "view: epics", "view: board", "view: ranking\nlimit: 2", "view: okr", "view: problems",
    "view: funding\nwhere: {horizon: 1}", "view: ranking\nwhere: {owner: Jonas Meier}",
    "view: trace\nwhere: {value_stream: VS-1}", "view: increment\nincrement: PI-1",
)  # fmt: skip


def embedded(workspace: Workspace) -> str:
    return f"```leanfolio\n{workspace.dice.choice(EMBEDDED)}\n```\n"


def add_a_page(workspace: Workspace) -> None:
    """Prose with an embedded view in its head and one in its text, and a link to a picture."""
    text = (
        f"---\ndescription: Page {workspace.edits}\n{workspace.dice.choice(EMBEDDED)}\n---\n"
        f"# A page {workspace.edits}\n\n{embedded(workspace)}\n"
        "[A page](how-this-works.md)\n"
    )
    pictures = sorted(path.name for path in workspace.content.glob("pictures/*"))
    text += "".join(f"\n![A picture](pictures/{name})\n" for name in pictures)
    (workspace.content / f"page-{workspace.dice.randrange(3)}.md").write_text(text)


def embed_a_view_in_an_item(workspace: Workspace) -> None:
    path = workspace.any("[efrt][a-z]*/*.md")
    path.write_text(f"{read(path)}\n{embedded(workspace)}")


def rename_a_page(workspace: Workspace) -> None:
    path = workspace.any("page-*.md")
    path.rename(path.with_name(f"page-{workspace.edits}s.md"))


def delete_a_page(workspace: Workspace) -> None:
    for path in sorted(workspace.content.glob("page-*.md"))[1:]:
        path.unlink()


def change_a_waiver(workspace: Workspace) -> None:
    """Grant one, move its day, or take it back: cards and the list of problems show that."""
    path = workspace.any("epics/*.md")
    text = re.sub(r"(?m)^waivers: .*\n", "", read(path))
    if text == read(path) or workspace.dice.random() < 0.5:
        until = TODAY + timedelta(days=workspace.dice.randrange(55, 120))
        rule = workspace.dice.choice(("wip-exceeded", "score-stale", "age-exceeded"))
        text = text.replace("\n---\n", f"\n{waiver(rule, until)}---\n", 1)
    path.write_text(text)


def waiver(rule: str, until: date) -> str:
    return f"waivers: [{{rule: {rule}, reason: A reason, approver: Someone, until: {until}}}]\n"


def change_an_asset(workspace: Workspace) -> None:
    path = workspace.content / "pictures" / "one.png"
    path.parent.mkdir(exist_ok=True)
    if path.exists() and workspace.dice.random() < 0.2:
        path.unlink()
    else:
        path.write_bytes(PNG + workspace.edits.to_bytes(2, "big"))


def rename_an_asset(workspace: Workspace) -> None:
    """And the links to it, as otherwise the portfolio would have an error."""
    for path in sorted(workspace.content.glob("pictures/*"))[:1]:
        name = "two.png" if path.name == "one.png" else "one.png"
        path.rename(path.with_name(name))
        for page in workspace.content.glob("*.md"):
            page.write_text(read(page).replace(path.name, name))


def change_the_policy(workspace: Workspace) -> None:
    dice = workspace.dice
    what, into = dice.choice(
        (
            (r"cut_line: \d+", f"cut_line: {dice.randrange(1, 5)}"),
            (r"currency: \w+", f"currency: {dice.choice(('EUR', 'USD', 'JPY'))}"),
            (r"limit: \d+", f"limit: {dice.randrange(2, 6)}"),
            (r"ranking: \w+", f"ranking: {dice.choice(('relative', 'money'))}"),
            (r"max_age_days: \d+", f"max_age_days: {dice.randrange(5, 90)}"),
            (r"epic_threshold: \d+", f"epic_threshold: {dice.randrange(1, 9)}0000"),
            (r"(?m)^# .*$(?=\n\n)", f"# Portfolio {workspace.edits}"),
            (r"(?m)^owner: .*$", f"owner: Owner {workspace.edits}"),
            (r"We want people", f"In {workspace.edits} years we want people"),
        )
    )
    path = workspace.content / "portfolio.md"
    path.write_text(re.sub(what, into, read(path), count=1))


def change_the_day(workspace: Workspace) -> None:
    """To one of the policy's, or to that of the last commit, which the policy leaves it to."""
    path = workspace.content / "portfolio.md"
    text = re.sub(r"as_of: .*\n", "", read(path))
    if workspace.dice.random() < 0.7:
        day = TODAY + timedelta(days=workspace.dice.randrange(60))
        text = text.replace("type: portfolio\n", f"type: portfolio\nas_of: {day}\n", 1)
    else:
        commit(workspace)
    path.write_text(text)


def change_the_settings(workspace: Workspace) -> None:
    dice = workspace.dice
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
    (workspace.folder / "mkdocs.yml").write_text("\n".join(settings) + "\n")


def change_a_template(workspace: Workspace) -> None:
    """One of the page of an item, of the frame of all pages, or of a part that they include."""
    name, old, new = workspace.dice.choice(
        (
            ("item.html.jinja", "two steps around", f"{workspace.edits} steps around"),
            ("layout.html.jinja", "Skip to content", f"Skip {workspace.edits} things"),
            ("parts/nav.html.jinja", "<ul>", f'<ul class="of-{workspace.edits}">'),
        )
    )
    own = workspace.folder / "own" / name
    if own.exists() and workspace.dice.random() < 0.3:
        own.unlink()
        return
    own.parent.mkdir(exist_ok=True)
    own.write_text(read(templates_folder() / name).replace(old, new))


def book_some_spending(workspace: Workspace) -> None:
    epic = workspace.any("epics/*.md").stem
    path = workspace.content / "actuals" / "2026.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"date,epic,amount,currency\n2026-11-{1 + workspace.edits % 20:02},{epic},1000,EUR\n"
    )


def hold_a_ballot(workspace: Workspace) -> None:
    folder, number = workspace.content / "ballots", workspace.edits
    folder.mkdir(exist_ok=True)
    (folder / "autumn.yml").write_text(
        f"title: Round {number}\non: 2026-10-22\npot: {number}00000\n"
    )
    rows = [f"Group {n},{workspace.any('epics/*.md').stem},{n}0000,\n" for n in (1, 2)]
    (folder / "autumn.csv").write_text("group,item,amount,note\n" + "".join(rows))


def plan_a_scenario(workspace: Workspace) -> None:
    folder, epic = workspace.content / "scenarios", workspace.any("epics/*.md").stem
    folder.mkdir(exist_ok=True)
    path = folder / f"scenario-{workspace.dice.randrange(2)}.yml"
    path.write_text(
        f"title: Scenario {workspace.edits}\nwhy: What if\n"
        f"epics:\n  {epic}: {{approved: {workspace.edits}000}}\n"
    )


def drop_a_record(workspace: Workspace) -> None:
    found = [*workspace.content.glob("scenarios/*.yml"), *workspace.content.glob("actuals/*.csv")]
    for path in sorted(found)[:1]:
        path.unlink()


def commit(workspace: Workspace) -> None:
    """A commit of all that was edited, often on a later day than the one before."""
    workspace.day += timedelta(days=workspace.dice.choice((0, 0, 1, 2)))
    day = f"{workspace.day}T12:{workspace.edits % 60:02}:00Z"
    dated = {**os.environ, "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    if not (workspace.folder / ".git").exists():
        subprocess.run([*GIT, "init", "-q"], cwd=workspace.folder, check=True)
        (workspace.folder / ".gitignore").write_text("site/\n.site-*\n")
    subprocess.run([*GIT, "add", "-A"], cwd=workspace.folder, check=True)
    words = ["commit", "-q", "--allow-empty", "-m", f"Edit {workspace.edits}"]
    subprocess.run([*GIT, *words], cwd=workspace.folder, check=True, env=dated)


def edit_the_site_by_hand(workspace: Workspace) -> None:
    page = workspace.dice.choice(sorted(workspace.site.rglob("*.html")))
    page.write_text(read(page).replace("</h1>", " and so on</h1>", 1))


def damage_the_site(workspace: Workspace) -> None:
    pages = sorted(workspace.site.rglob("*.html"))
    workspace.dice.choice(pages).write_bytes(b"")
    workspace.dice.choice(pages).unlink()
    manifest = workspace.site / "manifest.json"
    manifest.write_text(re.sub(r'": "[0-9a-f]{8}', '": "00000000', read(manifest), count=3))


def break_a_file(workspace: Workspace) -> None:
    """The portfolio has an error; whoever looks at the site sees the last good one."""
    (workspace.content / "epics" / "EP-77.md").write_text(
        "---\nstate: nowhere\n---\n# In no column\n"
    )


def change_nothing(workspace: Workspace) -> None:
    pass


EDITS: tuple[Callable[[Workspace], None], ...] = (
    change_a_score, change_a_title, change_a_letter_of_a_title_within_a_tick, set_the_clock_back,
    change_a_state, change_a_body, change_a_link, change_an_owner,
    add_an_item, write_stories, change_a_story, delete_an_item, rename_an_item,
    add_a_page, embed_a_view_in_an_item, rename_a_page, delete_a_page, change_a_waiver,
    change_an_asset, rename_an_asset,
    change_the_policy, change_the_day, change_the_settings, change_a_template, book_some_spending,
    hold_a_ballot, plan_a_scenario, drop_a_record, commit, edit_the_site_by_hand, damage_the_site,
    break_a_file, change_nothing,
)  # fmt: skip


# Building ----------------------------------------------------------------------------------------


Build = Callable[[Path, Path, Path], bool]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A starter as of a day, with a waiver, embedded views, records, and own templates."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    folder = tmp_path / "portfolio"
    write_starter(folder, TODAY)
    (folder / "own").mkdir()
    found = Workspace(folder, random.Random(0))
    found.change("portfolio.md", "type: portfolio", f"type: portfolio\nas_of: {TODAY}")
    found.change(
        "epics/*.md",
        r"(?m)^value_stream:",
        f"{waiver('wip-exceeded', TODAY + timedelta(days=90))}value_stream:",
    )
    for prepare in (
        change_an_asset,
        add_a_page,
        embed_a_view_in_an_item,
        book_some_spending,
        hold_a_ballot,
        write_stories,
    ):
        prepare(found)
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
    """Build by the command in this process; whether the portfolio had no error."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        try:
            commands(["-C", str(folder), "build", "--site-dir", str(site)], standalone_mode=False)
        except SystemExit as end:
            assert end.code == 1, "what an error in content ends with"
            return False
        finally:
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


def clean(build: Build, workspace: Workspace) -> bool:
    """Build into an empty folder with nothing kept but compiled code."""
    cache, site = workspace.folder.parent / "clean", workspace.folder.parent / "clean-site"
    shutil.rmtree(site, ignore_errors=True)
    for kept in cache.rglob("*.sqlite*"):
        kept.unlink()
    return build(workspace.folder, site, cache)


def edited_and_compared(
    workspace: Workspace,
    edits: list[Callable[[Workspace], None]],
    build: Build,
    at_once: int = 1,
) -> None:
    """After so many edits, the site in place is the clean one; where there is none, as it was.

    Where some edits together are refused, each of them is tried alone.
    """
    cache = workspace.folder.parent / "cache"
    assert build(workspace.folder, workspace.site, cache)
    done: list[str] = []
    refused: list[Callable[[Workspace], None]] = []
    waiting = deque(edits[n : n + at_once] for n in range(0, len(edits), at_once))
    while waiting:
        batch = waiting.popleft()
        before, content = tree(workspace.site), tree(workspace.content)
        for edit in batch:
            workspace.edits += 1
            done.append(edit.__name__)
            edit(workspace)
        touched = tree(workspace.site)
        good = build(workspace.folder, workspace.site, cache)
        assert clean(build, workspace) == good, done
        found = tree(workspace.site)
        wanted = tree(workspace.folder.parent / "clean-site") if good else touched
        differing = sorted(
            path for path in found.keys() | wanted.keys() if found.get(path) != wanted.get(path)
        )
        assert not differing, (done, differing)
        if not good:
            restore(workspace.content, content)
            if len(batch) > 1:
                waiting.extendleft([edit] for edit in reversed(batch))
            else:
                assert before.keys() == found.keys()
                refused += batch

    assert len(refused) <= len(edits) / 3, "most edits are to be built, not refused"


def restore(folder: Path, files: dict[str, bytes]) -> None:
    """Put the folder back as it was."""
    for path in tree(folder).keys() - files.keys():
        (folder / path).unlink()
    for path, data in files.items():
        if not (folder / path).exists() or (folder / path).read_bytes() != data:
            (folder / path).write_bytes(data)


def test_after_each_kind_of_edit_the_site_is_that_of_a_clean_build(workspace: Workspace) -> None:
    edits = list(EDITS)
    workspace.dice.shuffle(edits)
    edited_and_compared(workspace, edits, here, at_once=2)


def test_after_an_empty_commit_on_each_of_three_days_too(workspace: Workspace) -> None:
    path = workspace.content / "portfolio.md"
    path.write_text(re.sub(r"as_of: .*\n", "", read(path)))
    commit(workspace)
    edited_and_compared(workspace, [commit, commit_on_the_next_day, commit], here)


def commit_on_the_next_day(workspace: Workspace) -> None:
    workspace.day += timedelta(days=1)
    commit(workspace)


@pytest.mark.acceptance
@pytest.mark.parametrize("seed", range(4))
def test_after_many_edits_too(workspace: Workspace, seed: int) -> None:
    workspace.dice = random.Random(seed)
    edited_and_compared(workspace, workspace.dice.choices(EDITS, k=60), here)


@pytest.mark.acceptance
def test_whichever_process_builds(workspace: Workspace) -> None:
    workspace.dice = random.Random(7)
    edited_and_compared(workspace, workspace.dice.choices(EDITS, k=15), elsewhere)


@pytest.mark.parametrize("after", [0.3, 0.9])
def test_after_a_build_that_was_killed(workspace: Workspace, after: float) -> None:
    """At whatever moment: what it kept is whole or not there, and the site is the last good one."""
    cache = workspace.folder.parent / "cache"
    assert here(workspace.folder, workspace.site, cache)
    good = tree(workspace.site)
    change_the_day(workspace)
    change_a_title(workspace)
    command = [
        str(Path(sys.executable).with_name("leanfolio")),
        "-C",
        str(workspace.folder),
        "build",
    ]
    process = subprocess.Popen(
        command, env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert here(workspace.folder, workspace.site, cache)
    assert clean(here, workspace)
    assert tree(workspace.site) == tree(workspace.folder.parent / "clean-site") != good
