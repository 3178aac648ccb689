"""Where a repository holds the content and git does not answer, nothing is built as of today."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from command_server import run_leanfolio
from leanfolio.disk.git import GitError, changed, repository_above, require_git, tree_at
from leanfolio.disk.git_history import revisions, sources_at
from leanfolio.disk.git_revision import tagged_commits
from leanfolio.disk.git_tree import tag_names
from leanfolio.disk.templates import templates_folder

LEANFOLIO = str(Path(sys.executable).with_name("leanfolio"))
IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small portfolio of one commit."""
    folder = tmp_path / "office"
    (folder / "content").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text("site_name: Office\nplugins: [leanfolio]\n")
    (folder / "content" / "portfolio.md").write_text(
        "---\ntype: portfolio\ncurrency: EUR\n---\n# Office\n"
    )
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first", "--date=2026-10-05T12:00:00Z")
    return folder


def run(folder: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": os.environ["PATH"] if path is None else path}
    return run_leanfolio("-C", str(folder), *arguments, env=environment)


def refusing(tmp_path: Path, words: str) -> str:
    """A PATH whose git answers nothing but these words, as a refusal."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "git"
    script.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 128\n")
    script.chmod(0o755)
    return str(folder)


def test_a_repository_of_another_owner_stops_the_build_with_gits_own_cure(
    project: Path, tmp_path: Path
) -> None:
    words = (
        'fatal: detected dubious ownership in repository at "/x"\n'
        "To add an exception for this directory, call:\n\n"
        "\tgit config --global --add safe.directory /x"
    )
    for command in ("check", "build"):
        done = run(project, command, path=refusing(tmp_path, words))
        shutil.rmtree(tmp_path / "bin")
        assert done.returncode == 3, done.stderr
        assert "detected dubious ownership" in done.stderr
        assert "hint: `git config --global --add safe.directory /x`" in done.stderr
    assert not (project / "site").exists()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away"
)
def test_files_that_were_given_away_stop_the_check(project: Path) -> None:
    for path in [project, *project.rglob("*")]:
        os.chown(path, 1234, 1234)
    done = run(project, "check")
    assert done.returncode == 3
    assert "safe.directory" in done.stderr


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away"
)
def test_the_recipe_for_gitlab_works_on_files_of_another_owner(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = templates_folder() / "starter" / ".gitlab-ci.yml"
    [line] = yaml.safe_load(recipe.read_text())["default"]["before_script"]
    for path in [project, *project.rglob("*")]:
        os.chown(path, 1234, 1234)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CI_PROJECT_DIR", str(project))
    assert run(project, "check").returncode == 3
    subprocess.run(["sh", "-c", line], check=True)
    done = run(project, "build")
    assert done.returncode == 0, done.stderr


def test_a_missing_git_beside_a_repository_stops_the_build(project: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    done = run(project, "build", path=str(tmp_path / "bin"))
    assert done.returncode == 3
    assert "git is not installed" in done.stderr
    assert "--no-git" in done.stderr


def head_lost(folder: Path) -> None:
    (folder / ".git" / "HEAD").write_text("nonsense\n")


def index_broken(folder: Path) -> None:
    (folder / ".git" / "index").write_bytes(b"nonsense")


def gitdir_leads_nowhere(folder: Path) -> None:
    shutil.rmtree(folder / ".git")
    (folder / ".git").write_text("gitdir: /nowhere/at/all\n")


def commit_lost(folder: Path) -> None:
    shutil.rmtree(folder / ".git" / "objects")
    (folder / ".git" / "objects").mkdir()


def branch_is_nonsense(folder: Path) -> None:
    (folder / ".git" / "refs" / "heads" / "main").write_text("nonsense\n")


def packed_commit_lost(folder: Path) -> None:
    git(folder, "pack-refs", "--all")
    commit_lost(folder)


BROKEN = (
    head_lost, index_broken, gitdir_leads_nowhere, commit_lost, branch_is_nonsense,
    packed_commit_lost,
)  # fmt: skip


@pytest.mark.parametrize("break_it", BROKEN, ids=lambda function: function.__name__)
def test_a_broken_repository_is_a_failure(project: Path, break_it: object) -> None:
    assert callable(break_it)
    break_it(project)
    done = run(project, "check")
    assert (done.returncode, done.stdout) == (3, "")
    assert "error: git does not answer for this content: " in done.stderr


@pytest.mark.parametrize("break_it", BROKEN, ids=lambda function: function.__name__)
def test_a_day_given_on_purpose_goes_on_and_says_what_is_missing(
    project: Path, break_it: object
) -> None:
    assert callable(break_it)
    break_it(project)
    done = run(project, "build", "--as-of", "2026-10-05")
    assert done.returncode == 0, done.stderr
    assert "no commit to name, and no history" in done.stderr
    done = run(project, "--no-git", "check")
    assert (done.returncode, done.stderr) == (0, "")


def test_before_the_first_commit_and_outside_git_there_is_nothing_to_refuse(tmp_path: Path) -> None:
    require_git(tmp_path)
    git(tmp_path, "init", "--quiet")
    require_git(tmp_path)
    assert repository_above(tmp_path / "content") == tmp_path


def test_a_process_that_cannot_start_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(GitError, match="git cannot start"):
        require_git(project / "content")


def test_a_shallow_clone_is_said_on_the_terminal(project: Path, tmp_path: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "--message=second")
    git(tmp_path, "clone", "--quiet", "--depth=1", project.as_uri(), "shallow")
    done = run(tmp_path / "shallow", "build")
    assert done.returncode == 0, done.stderr
    assert "git fetch --unshallow" in done.stderr


def test_git_is_asked_once_whether_it_answers(project: Path, tmp_path: Path) -> None:
    calls, folder = tmp_path / "calls", tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/sh\necho "$*" >>{calls}\nexec {shutil.which("git")} "$@"\n'
    )
    (folder / "git").chmod(0o755)
    (project / "content" / "increments").mkdir()
    days = "start: 2026-10-05\nend: 2026-12-18\n"
    increment = project / "content" / "increments" / "PI-1.md"
    increment.write_text(f"---\ntype: increment\ntitle: One\nowner: A\n{days}---\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=second")
    path = f"{folder}:{os.environ['PATH']}"
    commands = ("check", "build", "build --rev HEAD~1", "show ranking", "diff HEAD~1",
                "plan PI-1 --dry-run")  # fmt: skip
    for command in commands:
        calls.write_text("")
        done = run(project, *command.split(), path=path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert calls.read_text().count("--is-inside-work-tree") == 1, command


# A past that git does not hand out is no past that is empty -------------------------------------


def object_lost(folder: Path, name: str) -> None:
    id = git(folder, "rev-parse", name)
    (folder / ".git" / "objects" / id[:2] / id[2:]).unlink()


@pytest.fixture
def forgetful(project: Path) -> Path:
    """The content folder of a repository that has lost what its first commit held."""
    epic = project / "content" / "EP-1.md"
    for owner in ("A", "B"):
        epic.write_text(f"---\ntype: epic\ntitle: An epic\nowner: {owner}\n---\n")
        git(project, "add", ".")
        git(project, "commit", "--quiet", f"--message={owner}", "--date=2026-10-06T12:00:00Z")
    object_lost(project, "HEAD~1^{tree}")
    return project / "content"


def test_a_history_that_cannot_be_read_is_a_failure(forgetful: Path) -> None:
    require_git(forgetful)
    with pytest.raises(GitError, match="cannot read the history"):
        revisions(forgetful)
    assert revisions(forgetful, "no-such-revision") is None
    for command in ("build", "show ranking", "bisect-rule orphan"):
        done = run(forgetful.parent, *command.split())
        assert done.returncode == 3, (command, done.stderr)
        assert "error: git cannot read the history of this content\nhint: `git " in done.stderr
    assert not (forgetful.parent / "site").exists()


def test_a_folder_of_which_git_cannot_tell_is_not_taken_for_none(forgetful: Path) -> None:
    first, second = (git(forgetful, "rev-parse", name) for name in ("HEAD~1", "HEAD"))
    assert tree_at(forgetful, second) == git(forgetful, "rev-parse", "HEAD:content")
    (forgetful / "later").mkdir()
    assert tree_at(forgetful / "later", second) is None
    for asked in (tree_at, sources_at):
        with pytest.raises(GitError, match=f"cannot list the files of {first[:8]}"):
            asked(forgetful, first)
    done = run(forgetful.parent, "check", "--against", "HEAD~1")
    assert (done.returncode, done.stdout) == (3, "")
    assert f"git cannot list the files of {first[:8]}" in done.stderr


def test_tags_that_cannot_be_listed_are_not_taken_for_none(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(project, "tag", "--annotate", "--message=x", "plan/PI-1")
    assert tagged_commits(project, "plan/", "HEAD").keys() == {"PI-1"}
    assert tag_names(project, "plan/") == ("PI-1",)
    monkeypatch.setenv("PATH", refusing(tmp_path, "fatal: no tags today"))
    for asked in (lambda: tagged_commits(project, "plan/", "HEAD"), lambda: tag_names(project, "")):
        with pytest.raises(GitError, match="cannot list the tags"):
            asked()


def test_a_commit_has_no_parents_but_those_that_it_names(project: Path) -> None:
    """Grafts and replaced objects are local, and would give one commit two histories."""
    git(project, "commit", "--quiet", "--allow-empty", "--message=second")
    (project / "content" / "note.md").write_text("# A note\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=third")
    before = revisions(project / "content")
    assert before is not None
    assert len(before.commits) == 2
    info = project / ".git" / "info"
    info.mkdir(exist_ok=True)
    (info / "grafts").write_text(f"{git(project, 'rev-parse', 'HEAD')}\n")
    assert git(project, "rev-list", "--count", "HEAD") == "1"
    assert revisions(project / "content") == before


def test_what_git_refuses_is_not_asked_again_with_less_care(project: Path, tmp_path: Path) -> None:
    """To say why git refused, it is asked again: then too no filter may run."""
    trace, script = tmp_path / "it-ran", tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {trace}\ncat\n")
    script.chmod(0o755)
    (project / ".gitattributes").write_text("* filter=evil\n")
    object_lost(project, "HEAD^{tree}")
    git(project, "config", "filter.evil.clean", str(script))
    os.utime(project / "content" / "portfolio.md", (1, 1))
    with pytest.raises(GitError, match="git does not answer"):
        changed(project / "content")
    assert not trace.exists()
    os.utime(project / "content" / "portfolio.md", (2, 2))
    subprocess.run(["git", "status"], cwd=project, check=False, capture_output=True)
    assert trace.exists(), "git itself would have run it"
