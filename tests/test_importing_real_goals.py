"""The story of a change in goals that others set: the project goals of Rust, as they landed.

The data stand beside the repository, in `shared/data`; without them these runs are skipped. What is
right was read off `git log -p` of the goals by hand, and not off what leanfolio says.
"""

import json
import lzma
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from leanfolio.importing.markdown import import_markdown
from making import GIT

HISTORY = (
    Path(__file__).parents[2] / "shared/data/rust-project-goals/goals-history-2024h2-2025h2.fi.xz"
)
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not HISTORY.is_file(), reason="shared/data is not beside the repository"),
]
NOVEMBER, JULY = "2024-11-30T23:59:59Z", "2025-07-31T23:59:59Z"
REALIGNED = ("2024-12-16", "2025-01-23", "2025-02-18")
MAP = """
items:
  - type: epic
    files: ["2024h2/*.md", "2025h1/*.md", "2025h2/*.md"]
    but: ["*/README.md", "*/TEMPLATE.md", "*/goals.md", "*/slate.md", "*/accepted.md",
          "*/not_accepted.md", "*/candidates.md", "*/flagship.md", "*/notes.md", "*/reports.md",
          "*/proposed.md", "*/invited.md", "*/orphaned.md"]
    fields:
      id: {file: path}
      title: {heading: [1, 2]}
      tags: {file: folder}
      owner: [Point of contact, Owner(s), Owner]
      state:
        label: Status
        words: {Proposed: proposed, Proposed for flagship: proposed-for-flagship,
                Proposed for mentorship: proposed-for-mentorship, Accepted: accepted,
                Flagship: flagship, Invited: invited, Orphaned: orphaned,
                Not accepted: not-accepted}
      body: {prose: rest}
known: [Teams, Task owners, Tracking issue, Zulip channel, Short title]
"""
PORTFOLIO = """---
type: portfolio
title: Project goals
states:
  - {name: proposed, category: new}
  - {name: proposed-for-flagship, category: new}
  - {name: proposed-for-mentorship, category: new}
  - {name: invited, category: waiting}
  - {name: orphaned, category: waiting}
  - {name: accepted, category: active}
  - {name: flagship, category: active}
  - {name: not-accepted, category: cancelled}
---
"""


class Truth(NamedTuple):
    """A goal on both days: its state with the day that it landed, and who answered for it.

    Without an earlier state the goal came in between, on that day; without a day it stayed.
    """

    goal: str
    states: tuple[str | None, str]
    on: str | None
    owners: tuple[str, str] | None = None  # where these differ


GOALS = (
    Truth("2025h1-perf-improvements", ("proposed", "accepted"), "2025-06-19",
          ("Rust team at Arm, @kobzol", "@davidtwco")),
    Truth("2025h1-all-hands", ("proposed", "flagship"), "2025-06-19", ("Mara", "@m-ou-se")),
    Truth("2025h1-async", ("proposed", "flagship"), "2025-06-19"),
    Truth("2025h1-arm-sve-sme", ("proposed", "accepted"), "2025-06-19",
          ("Rust team at Arm", "@davidtwco")),
    Truth("2025h1-metrics-initiative", ("proposed", "accepted"), "2025-06-19",
          ("yaahc, estebank", "@yaahc")),
    Truth("2024h2-user-wide-cache", ("orphaned", "invited"), "2024-12-19",
          ("Help wanted", "@epage")),
    Truth("2025h1-GPU-Offload", ("accepted", "accepted"), None),  # proposed for half a year between
    Truth("2025h1-spec-testing", (None, "not-accepted"), "2024-12-02"),
    Truth("2025h1-cargo-plumbing", (None, "invited"), "2024-12-09"),
    Truth("2025h1-rfl", (None, "flagship"), "2024-12-19"),
)  # fmt: skip


class Goals(NamedTuple):
    """A portfolio of goals in git, and their files as they were before and after each landing."""

    folder: Path
    heads: dict[str, list[tuple[str, str]]]  # by day: of the goal whose table was aligned anew


def revisions(source: Path) -> list[tuple[str, str]]:
    """The landings from the last of November 2024 to the last of July 2025: commit and day."""
    ends = [
        git_said(source, "rev-list", "-1", f"--before={day}", "main") for day in (NOVEMBER, JULY)
    ]
    lines = git_said(source, "log", "--reverse", "--format=%H %cI", f"{ends[0]}~..{ends[1]}")
    return [(line.split()[0], line.split()[1]) for line in lines.splitlines()]


def git_said(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, env=GIT, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def goals(tmp_path_factory: pytest.TempPathFactory) -> Goals:
    """Each landing of the goals, imported on top of the one before and committed on its day."""
    source = tmp_path_factory.mktemp("source")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=source, check=True, env=GIT)
    stream = lzma.decompress(HISTORY.read_bytes())
    subprocess.run(["git", "fast-import", "--quiet"], cwd=source, check=True, env=GIT, input=stream)
    folder = tmp_path_factory.mktemp("goals")
    (folder / "content").mkdir()
    (folder / "content/portfolio.md").write_text(PORTFOLIO)
    (folder / "exchange").mkdir()
    map = folder / "exchange/goals.yml"
    map.write_text(MAP)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True, env=GIT)
    heads: dict[str, list[tuple[str, str]]] = {}
    file = folder / "content/epics/2025h1-perf-improvements.md"
    for commit, moment in revisions(source):
        git_said(source, "checkout", "-q", commit)
        before = file.read_text() if file.is_file() else ""
        report = import_markdown([source / "src"], map, folder / "content")
        assert report.items.left == []
        assert report.kept == []
        heads.setdefault(moment[:10], []).append((before, file.read_text()))
        subprocess.run(["git", "add", "-A"], cwd=folder, check=True, env=GIT)
        subprocess.run(
            ["git", "commit", "-q", "--allow-empty", "-m", commit], cwd=folder, check=True,
            env={**GIT, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment},
        )  # fmt: skip
    return Goals(folder, heads)


@pytest.fixture(scope="module")
def story(goals: Goals) -> dict[str, Any]:
    """What `leanfolio diff` says of the first and the last landing."""
    first = git_said(goals.folder, "rev-list", "--max-parents=0", "main")
    done = subprocess.run(
        [sys.executable, "-m", "leanfolio", "-C", str(goals.folder), "diff", first, "main",
         "--format", "json"],
        check=False, capture_output=True, text=True, env={**os.environ, **GIT},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("truth", GOALS, ids=lambda truth: truth.goal)
def test_the_story_says_of_a_goal_what_its_history_says(
    truth: Truth, goals: Goals, story: dict[str, Any]
) -> None:
    lines = [
        line for line in (*story["story"], *story["folded"])
        if line["id"] == truth.goal and line["section"] in ("state", "came-and-went")
    ]  # fmt: skip
    changes = {
        change["field"]: (change["before"], change["after"])
        for change in story["changes"] if change["id"] == truth.goal
    }  # fmt: skip
    before, after = truth.states
    if truth.on is None:
        assert lines == []
        assert "state" not in changes
    else:
        [line] = lines
        assert git_said(goals.folder, "show", "-s", "--format=%cs", line["commit"]) == truth.on
        assert after.replace("-", " ") in line["text"].replace("-", " ")
    if before is None:
        assert changes[None][0] is None
        assert changes[None][1]["state"] == after
    else:
        assert changes.get("state") == (None if before == after else (before, after))
        assert changes.get("owner") == truth.owners


@pytest.mark.parametrize("day", REALIGNED)
def test_a_table_that_is_aligned_anew_changes_no_field(day: str, goals: Goals) -> None:
    for before, after in goals.heads[day]:
        assert before.split("\n---\n")[0] == after.split("\n---\n")[0]


def test_a_landing_that_aligns_the_table_alone_changes_no_byte(goals: Goals) -> None:
    assert any(before == after for before, after in goals.heads["2025-01-23"])
