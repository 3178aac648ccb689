"""What git tells of the moves of items, beside what their files say: `check --history`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from command_server import run_leanfolio
from making import git, written

LEANFOLIO = str(Path(sys.executable).with_name("leanfolio"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small portfolio in a repository, of one commit."""
    folder = written(tmp_path / "office")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder)
    return folder


def commit_all(project: Path) -> None:
    """Commit what there is, on 5 March 2026 in UTC."""
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message=Any")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_leanfolio("-C", str(folder), *arguments)


def test_where_git_and_a_history_disagree_a_problem_names_both(project: Path) -> None:
    epic = project / "content/epics/EP-1.md"
    epic.write_text(epic.read_text().replace("state: funnel", "state: limbo"))
    commit_all(project)
    history = "state: reviewing\nhistory: [{state: reviewing, on: 2026-03-01}]"
    epic.write_text(epic.read_text().replace("state: limbo", history))
    commit_all(project)
    plain, asked = run(project, "check"), run(project, "check", "--history")
    assert "history-unlike-git" not in plain.stdout
    assert "git has EP-1 enter limbo on 2026-03-05 (commit " in asked.stdout
    assert run(project, "check", "--history").stdout == asked.stdout


def test_a_state_of_old_that_no_file_knows_is_told_with_its_commit(project: Path) -> None:
    epic = project / "content/epics/EP-1.md"
    epic.write_text(epic.read_text().replace("state: funnel", "state: limbo"))
    commit_all(project)
    epic.write_text(epic.read_text().replace("state: limbo", "state: funnel"))
    commit_all(project)
    said = run(project, "check", "--history").stdout
    assert "state-once-unknown: EP-1 came into limbo on 2026-03-05 (commit " in said
    flow = json.loads(run(project, "show", "flow", "--format", "json").stdout)
    assert any("no portfolio file knows" in note for note in flow["notes"])


def test_a_shallow_clone_cannot_answer_for_history(project: Path, tmp_path: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "--message=Second")
    git(tmp_path, "clone", "--quiet", "--depth=1", project.as_uri(), "shallow")
    done = run(tmp_path / "shallow", "check", "--history")
    assert done.returncode == 3
    assert "git fetch --unshallow" in done.stderr
    shown = run(tmp_path / "shallow", "show", "flow")
    assert shown.returncode == 0
    assert "git fetch --unshallow" in shown.stderr


def test_without_a_commit_there_is_no_history_to_ask(tmp_path: Path) -> None:
    done = run(written(tmp_path / "plain"), "check", "--history")
    assert done.returncode == 2
    assert "no commit holds this content" in done.stderr
