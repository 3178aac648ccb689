"""diff, --rev and bisect-rule on repositories that these tests make."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner, Result

from leanfolio.cli import commands
from leanfolio.disk.files import load
from leanfolio.disk.git_content import content_at
from leanfolio.disk.git_revision import commit_named
from making import GIT, SMALL, git, source

EPIC = SMALL["epics/EP-1.md"]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEANFOLIO_CACHE", str(tmp_path_factory.mktemp("cache")))


def put(folder: Path, files: Mapping[str, str | None]) -> None:
    for name, head in files.items():
        path = folder / "content" / name
        if head is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        data = head.encode() if not name.endswith(".md") else source(name, head).data
        path.write_bytes(data)


def commit(folder: Path, day: int, author: str = "A", **options: str) -> str:
    """Commit all that is there, so many days after 20 November; returns the id."""
    when = f"{date(2026, 11, 20) + timedelta(days=day)}T12:00:00+00:00"
    environment = {
        **GIT,
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
        "GIT_AUTHOR_NAME": author,
    }
    subprocess.run(["git", "-C", str(folder), "add", "-A"], check=True, env=environment)
    title = options.get("title", f"day {day}")
    subprocess.run(
        ["git", "-C", str(folder), "commit", "-q", "--allow-empty", "-m", title],
        check=True, env=environment,
    )  # fmt: skip
    return head(folder)


def head(folder: Path, name: str = "HEAD") -> str:
    found = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", name], check=True, env=GIT, capture_output=True
    )
    return found.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The small portfolio, committed on 20 November 2026."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "mkdocs.yml").write_text("site_name: S\nplugins: [leanfolio]\n")
    put(folder, SMALL)
    commit(folder, 0)
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["-C", str(folder), *arguments])


def refused(folder: Path, *arguments: str) -> str:
    """What a command says on stderr that ends because of git: with exit code 3 and no traceback."""
    found = subprocess.run(
        [sys.executable, "-m", "leanfolio", "-C", str(folder), *arguments],
        capture_output=True, check=False,
    )  # fmt: skip
    text = found.stderr.decode()
    assert (found.returncode, found.stdout, "Traceback" in text) == (3, b"", False), text
    return text


def lines(folder: Path, *arguments: str) -> list[str]:
    found = run(folder, "diff", *arguments)
    assert found.exit_code == 0, found.output
    return found.stdout.splitlines()


# diff --------------------------------------------------------------------------------------------


def test_the_story_names_the_commit_of_each_change(repository: Path) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("owner: A", "owner: B")})
    commit(repository, 1)
    put(repository, {"objectives/OBJ-1.md": SMALL["objectives/OBJ-1.md"].replace("60", "55")})
    second = commit(repository, 2)
    put(
        repository,
        {"epics/EP-1.md": EPIC.replace("owner: A", "owner: B").replace("funnel", "analyzing")},
    )
    third = commit(repository, 3)
    said = lines(repository, "HEAD~3", "HEAD")
    assert said[1] == (
        f"From HEAD~3 ({head(repository, 'HEAD~3')[:8]} of 20 Nov 2026)"
        f" to HEAD ({third[:8]} of 23 Nov 2026)."
    )
    assert said[3:5] == [
        f"- The target of KR-1 “A measure” moved from 60 to 55  ({second[:8]})",
        f"- EP-1 “An epic” moved from funnel to analyzing  ({third[:8]})",
    ]


def test_nothing_differs_from_itself(repository: Path) -> None:
    assert lines(repository, "HEAD", "HEAD")[0] == "Nothing changed"
    assert lines(repository)[0] == "Nothing changed"  # HEAD, and a work tree that is clean
    answer = json.loads(run(repository, "diff", "HEAD", "HEAD", "--format", "json").stdout)
    assert (answer["changes"], answer["story"], answer["problems"]) == (
        [],
        [],
        {"new": [], "gone": []},
    )


def test_the_work_tree_is_compared_and_named_as_such(repository: Path) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "analyzing")})
    said = lines(repository)
    assert said[1].endswith("The work tree holds changes that no commit has.")
    assert said[3] == "- EP-1 “An epic” moved from funnel to analyzing"  # by no commit
    same = lines(repository, "HEAD", "HEAD")
    assert same[0] == "Nothing changed"
    assert same[1].endswith("The work tree holds changes that no commit has.")


def test_a_renamed_file_changes_nothing_else(repository: Path) -> None:
    git(repository, "mv", "content/epics/EP-1.md", "content/epics/first.md")
    put(repository, {"epics/first.md": f"id: EP-1\n{dedent(EPIC).strip()}"})
    commit(repository, 1)
    assert lines(repository, "HEAD~1", "HEAD")[3:] == ["- Also changed: 1 file moved"]


def test_a_deleted_item_was_last_seen_somewhere_and_a_new_one_may_take_its_id(
    repository: Path,
) -> None:
    put(repository, {"epics/EP-1.md": None})
    gone = commit(repository, 1)
    said = lines(repository, "HEAD~1", "HEAD")
    assert f"- EP-1 “An epic” left: last seen in epics/EP-1.md, in funnel  ({gone[:8]})" in said
    put(repository, {"risks/EP-1.md": "title: A risk\nowner: A"})
    commit(repository, 2)
    said = lines(repository, "HEAD~2", "HEAD")
    assert any("EP-1 “A risk” entered: its id belonged to another item" in line for line in said)
    assert any("EP-1 “An epic” left" in line for line in said)


def test_content_that_could_not_be_read_at_a_is_said_so_and_the_rest_goes_on(
    repository: Path,
) -> None:
    (repository / "content" / "epics" / "EP-1.md").write_text("---\nid: [\n---\n")
    commit(repository, 1)
    put(repository, {"epics/EP-1.md": EPIC, "themes/TH-1.md": "title: A theme\nowner: B"})
    commit(repository, 2)
    said = lines(repository, "HEAD~1", "HEAD")
    assert any(line.startswith("- EP-1 “An epic” could not be read before") for line in said)
    assert "- Also changed: 1 owner" in said


def test_what_the_check_finds_new_and_gone_is_told(repository: Path) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("value_stream: VS-1", "value_stream: VS-9")})
    commit(repository, 1)
    there = run(repository, "diff", "HEAD~1", "HEAD").stdout
    assert "1 new problem:\n- error: epics/EP-1.md" in there
    assert "[link-unknown]" in there
    assert "1 problem is gone" in run(repository, "diff", "HEAD", "HEAD~1").stdout


def test_a_side_without_content_is_empty(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "old")
    shutil.rmtree(repository / "content")
    first = commit(repository, 0)
    git(repository, "checkout", "-q", "main")
    git(repository, "merge", "-q", "--allow-unrelated-histories", "-m", "m", "-s", "ours", "old")
    assert any("EP-1" in line for line in lines(repository, first, "HEAD"))


@pytest.mark.parametrize(
    "name", ["--output=x", "nope", "HEAD..HEAD", "^HEAD", "", "HEAD:content", "a\0b"]
)
def test_what_is_no_revision_is_a_mistake_of_usage(repository: Path, name: str) -> None:
    for arguments in ((name, "HEAD"), ("HEAD", name)):
        found = run(repository, "diff", "--", *arguments)
        assert found.exit_code == 2, found.output
        assert found.stdout == ""
        assert "hint: " in found.stderr
    assert run(repository, "check", f"--rev={name}").exit_code == 2
    assert sorted(path.name for path in repository.iterdir()) == [".git", "content", "mkdocs.yml"]


def test_histories_without_a_common_commit_end_with_the_cure(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "other")
    commit(repository, 1)
    said = refused(repository, "diff", "main", "other")
    assert "no history in common" in said
    assert "hint: name two revisions of one line of history" in said


def test_a_shallow_clone_ends_with_the_command_that_helps(repository: Path, tmp_path: Path) -> None:
    first = head(repository)
    for day in (1, 2, 3):
        put(repository, {"epics/EP-1.md": f"{EPIC}\n        tags: [t{day}]"})
        commit(repository, day)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{repository}", str(clone))
    assert run(clone, "diff", "HEAD~1", "HEAD").exit_code == 0
    for name in (first, "HEAD~3"):
        said = refused(clone, "diff", name, "HEAD")
        assert "shallow" in said
        assert "git fetch --unshallow" in said


def test_outside_git_there_is_no_revision(tmp_path: Path) -> None:
    put(tmp_path, SMALL)
    assert "no git repository" in refused(tmp_path, "diff")


def test_a_branch_is_compared_with_where_it_parted(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "work")
    put(repository, {"epics/EP-1.md": EPIC.replace("owner: A", "owner: B")})
    commit(repository, 1)
    git(repository, "checkout", "-q", "main")
    put(repository, {"themes/TH-1.md": "title: Another word\nowner: A"})
    commit(repository, 2)
    assert any("1 owner and 1 other field" in line for line in lines(repository, "main", "work"))
    assert lines(repository, "--merge-base", "main", "work")[3] == "- Also changed: 1 owner"


def test_the_order_of_commits_within_a_day_does_not_matter(repository: Path) -> None:
    base = head(repository)
    edits = [
        {"epics/EP-1.md": EPIC.replace("owner: A", "owner: B")},
        {"objectives/OBJ-1.md": SMALL["objectives/OBJ-1.md"].replace("60", "55")},
    ]
    told = []
    for name, order in (("one", edits), ("other", edits[::-1])):
        git(repository, "checkout", "-q", "-b", name, base)
        for edit in order:
            put(repository, edit)
            commit(repository, 1)
        answer = json.loads(run(repository, "diff", base, name, "--format", "json").stdout)
        for change in answer["changes"]:
            change.pop("commit")
        told.append((answer["changes"], [line["text"] for line in answer["story"]]))
    assert told[0] == told[1]


def test_what_was_found_before_is_printed_again(repository: Path) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("owner: A", "owner: B")})
    commit(repository, 1)
    for form in ("text", "markdown", "json"):
        first = run(repository, "diff", "HEAD~1", "HEAD", "--format", form)
        again = run(repository, "diff", "HEAD~1", "HEAD", "--format", form)
        anew = run(repository, "diff", "HEAD~1", "HEAD", "--format", form, "--no-cache")
        assert first.stdout == again.stdout == anew.stdout != ""
    put(repository, {"epics/EP-1.md": EPIC.replace("owner: A", "owner: C")})
    changed = run(repository, "diff", "HEAD~1").stdout
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "analyzing")})
    assert run(repository, "diff", "HEAD~1").stdout != changed


def test_markdown_links_to_the_repository_that_is_named(repository: Path) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("funnel", "analyzing")})
    made = commit(repository, 1)
    said = run(
        repository, "diff", "HEAD~1", "HEAD", "--format", "markdown",
        "--repository", "https://host.example/o/r/",
    ).stdout  # fmt: skip
    assert said.startswith("<!-- leanfolio diff -->\n")
    assert f"([file](https://host.example/o/r/blob/{made}/content/epics/EP-1.md)" in said
    assert f"[{made[:8]}](https://host.example/o/r/commit/{made}))" in said
    for wrong in ("javascript:alert(1)", "https://x/)(y", "host.example", "https://a b"):
        assert run(repository, "diff", "--repository", wrong).exit_code == 2


def test_a_language_prints_its_numbers_and_days(repository: Path) -> None:
    put(repository, {"epics/EP-1.md": EPIC + "\n        approved: 1000"})
    commit(repository, 1)
    put(repository, {"epics/EP-1.md": EPIC + "\n        approved: 2500"})
    commit(repository, 2)
    assert "(+1.500\xa0€)" in run(repository, "diff", "HEAD~1", "HEAD", "--language", "de").stdout
    for wrong in ("xx-yy-zz-11-22", "qq", "../x"):
        assert run(repository, "diff", "--language", wrong).exit_code == 2


# --rev -------------------------------------------------------------------------------------------


def test_content_of_a_commit_is_what_a_checkout_of_it_holds(repository: Path) -> None:
    put(repository, {"actuals/a.csv": "epic,on,amount\nEP-1,2026-10-01,5\n", "x.png": "\x89PNG",
                     "page.html": "x", ".hidden.md": "title: No",
                     "aux/a.md": "x", "aux/b.md": "x", "c.md/a.png": "x", "c.md/b.png": "x",
                     "/".join("d" * 70) + "/e.md": "x"})  # fmt: skip
    (repository / "content" / "link.md").symlink_to("/etc/passwd")
    (repository / "content" / "con.md").write_text("x")
    (repository / "content" / "large.md").write_bytes(b"x" * 1_100_000)
    commit(repository, 1)
    folder = repository / "content"
    found, there = content_at(folder, commit_named(folder, "HEAD")), load(folder)
    assert [s.path for s in found.sources] == sorted(
        (s.path for s in there.sources), key=lambda p: p.parts
    )
    assert found.assets == there.assets
    assert sorted(found.problems) == sorted(there.problems)
    assert found.records == there.records
    assert {s.path: len(s.data) for s in found.sources} == {
        s.path: len(s.data) for s in there.sources
    }


def test_check_and_show_read_a_revision_and_leave_the_work_tree_alone(repository: Path) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("value_stream: VS-1", "value_stream: VS-9")})
    commit(repository, 1)
    put(repository, {"epics/EP-1.md": EPIC.replace("An epic", "Of the work tree")})
    assert run(repository, "check", "--rev", "HEAD").exit_code == 1
    assert "link-unknown" in run(repository, "check", "--rev", "HEAD").stdout
    assert run(repository, "check", "--rev", "HEAD~1").exit_code == 0
    shown = run(repository, "show", "ranking", "--rev", "HEAD~1", "--format", "json")
    answer = json.loads(shown.stdout)
    assert (answer["as_of"], answer["items"][0]["title"]) == ("2026-11-20", "An epic")
    assert "Of the work tree" in run(repository, "show", "ranking").stdout
    assert run(repository, "check", "--rev", "HEAD", "--fix").exit_code == 2


def test_a_site_of_a_revision_is_that_of_a_checkout(repository: Path, tmp_path: Path) -> None:
    put(repository, {"epics/EP-1.md": EPIC.replace("An epic", "Of the second commit")})
    commit(repository, 1)
    put(repository, {"epics/EP-1.md": EPIC.replace("An epic", "Of the work tree")})
    sites = [tmp_path / "site", tmp_path / "other"]
    assert run(repository, "build", "--rev", "HEAD~1", "--site-dir", str(sites[0])).exit_code == 0
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"), "HEAD~1")
    assert run(tmp_path / "tree", "build", "--site-dir", str(sites[1])).exit_code == 0
    one, other = (
        {
            str(path.relative_to(site)): path.read_bytes()
            for path in sorted(site.rglob("*"))
            if path.is_file()
        }
        for site in sites
    )
    assert one == other
    assert b"An epic" in one["epics/EP-1.html"]


# bisect-rule -------------------------------------------------------------------------------------


def test_the_commit_from_which_a_rule_failed_and_who_can_say_why(repository: Path) -> None:
    put(
        repository,
        {
            "epics/EP-1.md": EPIC.replace("owner: A", "owner: Petra").replace(
                "job_size: 8", "job_size: 20"
            )
        },
    )
    made = commit(repository, 1, "Quentin", title="Make it large")
    put(repository, {"themes/TH-1.md": "title: Another\nowner: A"})
    commit(repository, 2, "R")
    said = run(repository, "bisect-rule", "size-top", "EP-1")
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines() == [
        f"size-top for EP-1 has failed since {made[:8]} of 2026-11-21: Make it large",
        "  epics/EP-1.md:11:11: EP-1 has job size 20, the top of the scale",
        "who can say why: Quentin, who wrote it; Petra, owner of EP-1",
    ]


def test_the_newest_run_of_failing_commits_counts(repository: Path) -> None:
    large = {"epics/EP-1.md": EPIC.replace("job_size: 8", "job_size: 20")}
    ids = []
    for day, files in enumerate((large, SMALL, large, large, SMALL), 1):
        put(repository, {"epics/EP-1.md": files["epics/EP-1.md"] + f"\n        tags: [t{day}]"})
        ids.append(commit(repository, day))
    said = run(repository, "bisect-rule", "size-top").stdout
    assert f"size-top failed from {ids[2][:8]} of 2026-11-23" in said
    assert (
        f"it holds now; {ids[3][:8]} of 2026-11-24 was the last commit in which it failed" in said
    )
    now = run(repository, "bisect-rule", "size-top", "--rev", ids[0]).stdout
    assert f"has failed since {ids[0][:8]}" in now


def test_a_rule_that_failed_from_the_start_has_no_commit_before(repository: Path) -> None:
    said = run(repository, "bisect-rule", "score-undated", "EP-1").stdout
    assert "no earlier commit is known (it is the first that holds content)" in said
    assert "holds in all of the 1 newest" in run(repository, "bisect-rule", "link-unknown").stdout


def test_a_rule_of_changes_is_asked_of_each_commit_and_the_one_before(repository: Path) -> None:
    put(repository, {"objectives/OBJ-1.md": SMALL["objectives/OBJ-1.md"].replace("60", "55")})
    moved = commit(repository, 1)
    put(repository, {"themes/TH-1.md": "title: Another\nowner: A"})
    commit(repository, 2)
    said = run(repository, "bisect-rule", "target-moved", "KR-1").stdout
    assert f"target-moved for KR-1 failed from {moved[:8]}" in said


def test_what_is_no_rule_or_no_item_is_a_mistake_of_usage(repository: Path) -> None:
    found = run(repository, "bisect-rule", "size-tip")
    assert (found.exit_code, "did you mean size-top?" in found.stderr) == (2, True)
    assert run(repository, "bisect-rule", "size-top", "EP-77").exit_code == 2


def test_beyond_a_hundred_commits_older_ones_are_halved_and_that_is_said(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leanfolio.disk import rule_history

    monkeypatch.setattr(rule_history, "LOOKED_AT", 3)
    put(repository, {"epics/EP-1.md": EPIC.replace("job_size: 8", "job_size: 20")})
    made = commit(repository, 1)
    for day in range(2, 14):
        put(repository, {"themes/TH-1.md": f"title: A theme {day}\nowner: A"})
        commit(repository, day)
    said = run(repository, "bisect-rule", "size-top").stdout
    assert f"has failed since {made[:8]}" in said
    assert "commits in between were not checked: it may have held in one of them" in said
