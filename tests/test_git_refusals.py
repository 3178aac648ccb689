"""Where a repository holds the content and git does not answer, nothing is built as of today."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from leanfolio.disk.git import GitError, repository_above, require_git
from leanfolio.disk.templates import templates_folder

LEANFOLIO = str(Path(sys.executable).with_name("leanfolio"))
IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True)


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
    return subprocess.run(
        [LEANFOLIO, "-C", str(folder), *arguments],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip


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


BROKEN = (head_lost, index_broken, gitdir_leads_nowhere, commit_lost, branch_is_nonsense)


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
