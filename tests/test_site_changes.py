"""The page of changes: since the last increment, as its audience may know it."""

from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner
from lxml import html

from leanfolio.cli import commands
from leanfolio.disk.site_sources import configuration_changed
from making import SMALL, git
from pages import every
from test_diff_command import EPIC, commit, own_cache, put, repository, run

__all__ = ["own_cache", "repository"]  # fixtures

GOALS = SMALL["objectives/OBJ-1.md"]


def site(folder: Path, name: str = "site") -> Path:
    target = folder.parent / name
    found = run(folder, "build", "--site-dir", str(target))
    assert found.exit_code == 0, found.output
    return target


def page(built: Path) -> list[str]:
    """The heading, the line below it, and the lines of the story."""
    tree = html.fromstring((built / "changes.html").read_text(encoding="utf-8"))
    found = every(tree, "//main//h1 | //main//header//p | //main//li")
    return [" ".join(each.text_content().split()) for each in found]


def everything(built: Path) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted(built.rglob("*.*"))
        if path.suffix in (".html", ".json", ".csv", ".js", ".xml")
    )


def test_the_page_compares_with_the_newest_tag_of_an_increment(repository: Path) -> None:
    git(repository, "tag", "pi/PI-1")
    put(repository, {"objectives/OBJ-1.md": GOALS.replace("60", "55")})
    moved = commit(repository, 1)
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "analyzing")})
    state = commit(repository, 2)
    said = page(site(repository))
    assert said[0] == "One promise moved and one epic changed its state"
    assert f"The target of KR-1 “A measure” moved from 60 to 55 {moved[:8]}" in said
    assert f"EP-1 “An epic” moved from funnel to analyzing {state[:8]}" in said
    tree = html.fromstring((site(repository) / "changes.html").read_text(encoding="utf-8"))
    linked = [(each.text, each.get("href")) for each in every(tree, "//main//a[@class='id']")]
    assert linked == [("KR-1", "key-results/KR-1.html"), ("EP-1", "epics/EP-1.html")]
    text = everything(site(repository))
    assert "From pi/PI-1 (" in text
    git(repository, "tag", "pi/PI-2")  # on the commit that is built: it is no earlier one
    assert page(site(repository, "again")) == said


def test_without_a_tag_it_tells_the_last_landing(repository: Path) -> None:
    put(repository, {"objectives/OBJ-1.md": GOALS.replace("60", "55")})
    commit(repository, 1)
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "analyzing")})
    commit(repository, 2)
    (repository / "README.md").write_text("no content")
    commit(repository, 3)
    said = page(site(repository))
    assert said[0] == "One epic changed its state"


def test_a_chosen_revision_goes_before_all_and_one_that_is_none_is_refused(
    repository: Path,
) -> None:
    configuration = repository / "mkdocs.yml"
    put(repository, {"objectives/OBJ-1.md": GOALS.replace("60", "55")})
    commit(repository, 1)
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "analyzing")})
    commit(repository, 2)
    text = "site_name: S\nplugins:\n  - leanfolio: {changes_since: 'HEAD~2'}\n"
    configuration.write_text(text)
    assert page(site(repository))[0] == "One promise moved and one epic changed its state"
    configuration.write_text(text.replace("HEAD~2", "--output=x"))
    found = run(repository, "build")
    assert (found.exit_code, "is no revision" in found.stderr) == (2, True)


def test_the_first_commit_and_content_outside_git_have_no_such_page(
    repository: Path, tmp_path: Path
) -> None:
    assert not (site(repository) / "changes.html").exists()
    outside = tmp_path / "outside"
    put(outside, SMALL)
    assert not (site(outside, "other") / "changes.html").exists()


def test_a_page_says_where_its_files_are_other_than_those_of_the_commit_it_names(
    repository: Path,
) -> None:
    put(repository, {"objectives/OBJ-1.md": GOALS.replace("60", "55")})
    other = "+ changes that no commit has"
    every_page = [path.read_text("utf-8") for path in site(repository).rglob("*.html")]
    assert all(other in text for text in every_page)
    id = commit(repository, 1)
    clean = (site(repository) / "index.html").read_text("utf-8")
    assert other not in clean and f"<code>{id[:8]}</code>" in clean
    (repository / "content" / "epics" / "EP-99.md").write_text("---\ntitle: New\nowner: A\n---\n")
    assert other in (site(repository) / "index.html").read_text("utf-8")


def test_a_change_of_what_else_a_site_is_made_from_is_said_of_it_too(repository: Path) -> None:
    other = "changes that no commit has"
    put(repository, {"objectives/OBJ-1.md": GOALS.replace("60", "55")})
    (repository / "mkdocs.yml").write_text("site_name: S\nplugins: [leanfolio]\n")
    commit(repository, 1)
    (repository / "notes.txt").write_text("no source of the site")
    clean = run(repository, "build", "--site-dir", str(repository.parent / "site"))
    assert other not in clean.output
    (repository / "mkdocs.yml").write_text("site_name: Other\nplugins: [leanfolio]\n")
    for _ in range(2):  # the second time the site stands
        found = run(repository, "build", "--site-dir", str(repository.parent / "site"))
        assert f"in {repository.parent / 'site'}, with {other}" in found.stderr
    built = repository.parent / "site"
    assert f"+ {other}" in (built / "index.html").read_text("utf-8")
    assert f"holds {other}" not in (built / "changes.html").read_text("utf-8")  # the content is its


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("mkdocs.yml", True), ("parent.yml", True), ("hook.py", True),
        ("own/home.html.jinja", True), ("own/new.jinja", True), ("own/ignored.jinja", True),
        ("own/.ignored", False), ("notes.txt", False), ("site/index.html", False),
        ("content/epics/EP-1.md", False),
    ],
)  # fmt: skip
def test_the_sources_beside_content_are_what_the_configuration_names(
    repository: Path, name: str, *, counts: bool
) -> None:
    files = {
        "mkdocs.yml": "INHERIT: parent.yml\nhooks: [hook.py, ../elsewhere.py]\n",
        "parent.yml": "INHERIT: parent.yml\nplugins:\n  - leanfolio: {templates: own}\n",
        "hook.py": "",
        "own/home.html.jinja": "Home",
        ".gitignore": "*ignored*\nsite/\n",
    }
    for path, text in files.items():
        (repository / path).parent.mkdir(exist_ok=True)
        (repository / path).write_text(text)
    commit(repository, 1)
    given = repository / "content", repository / "mkdocs.yml"
    assert not configuration_changed(*given)
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_text(f"{files.get(name, '')}\n")
    assert configuration_changed(*given) == counts


def test_what_is_hidden_today_or_was_hidden_then_is_in_no_byte(repository: Path) -> None:
    secret = "title: Falcon\nowner: Nemo\nstate: mvp\nvisibility: confidential"
    put(repository, {
        "epics/EP-7.md": secret,
        "epics/EP-8.md": "title: Kestrel\nowner: A\nstate: funnel\ncost_of_delay: 4711",
        "epics/EP-19.md": "title: Heron\nowner: A\nstate: funnel",
        "features/FT-1.md": "title: Peregrine\nepic: EP-7\nstate: backlog\nowner: A",
    })  # fmt: skip
    git(repository, "tag", "pi/PI-0")
    commit(repository, 1)
    git(repository, "tag", "-f", "pi/PI-1")
    put(repository, {
        "epics/EP-7.md": secret.replace("mvp", "done"),
        "epics/EP-8.md": "title: Kestrel\nowner: A\nstate: funnel\nconfidential: [cost_of_delay]\n"
        "cost_of_delay: 5822",
        "epics/EP-19.md": "title: Heron\nowner: A\nstate: analyzing\nvisibility: internal",
        "features/FT-1.md": None,
        "epics/EP-1.md": EPIC.replace("funnel", "analyzing"),
    })  # fmt: skip
    commit(repository, 2)
    built = site(repository)
    text = everything(built)
    assert "moved from funnel to analyzing" in text
    for hidden in ("Falcon", "EP-7", "4711", "5822", "Heron", "EP-19", "Peregrine", "FT-1"):
        assert hidden not in text, hidden
    put(repository, {"epics/EP-7.md": None})
    commit(repository, 3)
    text = everything(site(repository))
    for hidden in ("Falcon", "EP-7", "Peregrine", "FT-1"):
        assert hidden not in text, hidden


def test_spending_and_fields_of_the_portfolio_hidden_today_are_in_no_earlier_figure(
    repository: Path,
) -> None:
    spent = "date,item,amount,currency,note\n2026-02-02,EP-1,4711,EUR,x\n"
    policy = SMALL["portfolio.md"]
    put(repository, {
        "actuals/2026.csv": spent,
        "portfolio.md": f"{policy}\ncut_line: 17",
    })  # fmt: skip
    commit(repository, 1)
    git(repository, "tag", "-f", "pi/PI-1")
    put(repository, {
        "actuals/2026.csv": f"{spent}2026-03-03,EP-1,6933,EUR,y\n",
        "epics/EP-1.md": f"{dedent(EPIC)}\nconfidential: [actual]",
        "portfolio.md": f"{policy}\ncut_line: 18\nconfidential: [cut_line]",
    })  # fmt: skip
    commit(repository, 2)
    built = site(repository)
    text = " ".join(page(built))
    assert "changed" in text
    for hidden in ("4,711", "11,644", "cut_line", "stated", "amount", "money"):
        assert hidden not in text, (hidden, text)


def test_a_second_build_is_the_same_and_a_clean_one_too(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "analyzing")})
    commit(repository, 1)
    first = everything(site(repository))
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "ready")})
    commit(repository, 2)
    after = everything(site(repository))
    assert after != first
    monkeypatch.setenv("LEANFOLIO_CACHE", str(tmp_path / "no-cache"))
    assert everything(site(repository, "clean")) == after
    again = CliRunner().invoke(commands, ["-C", str(repository), "build", "--site-dir",
                                          str(repository.parent / "site")])  # fmt: skip
    assert again.exit_code == 0
    assert everything(repository.parent / "site") == after


def test_in_a_clone_without_earlier_commits_the_site_stands_without_the_page(
    repository: Path, tmp_path: Path
) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "analyzing")})
    commit(repository, 1)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", str(clone))
    assert not (site(clone, "shallow") / "changes.html").exists()


def test_an_increment_tells_what_changed_since_the_one_before_it(
    repository: Path, tmp_path: Path
) -> None:
    dates = "start: 2026-{0}-01\nend: 2026-{0}-28\nowner: A\ntitle: Increment {0}"
    put(repository, {"increments/PI-1.md": dates.format("09")})
    commit(repository, 1)
    git(repository, "tag", "pi/PI-1")
    later = {
        "increments/PI-2.md": dates.format("11"),
        "epics/EP-1.md": EPIC.replace("funnel", "ready"),
    }
    put(repository, later)
    commit(repository, 2)
    git(repository, "tag", "pi/PI-2")
    for increment in ("PI-2", "PI-1"):
        found = run(repository, "release", increment, "--to", str(tmp_path / "published"))
        assert found.exit_code == 0, found.output
    text = (tmp_path / "published" / "pi" / "PI-2" / "changes.html").read_text(encoding="utf-8")
    assert "From pi/PI-1 (" in text
    assert "moved from funnel to ready" in text
    assert not (tmp_path / "published" / "pi" / "PI-1" / "changes.html").exists()
