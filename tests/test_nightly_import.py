"""The nightly import of `init --tracker`, run for real, with a host and a tracker here."""

import json
import re
import stat
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from leanfolio.disk.starter import Tracker, write_starter
from making import git
from test_release_ci import Host
from test_workflows import PINNED, WORKFLOWS, read, steps
from test_workflows_audited import audit
from tracker_server import Asked, Site, jira_cloud, serving
from trackers import a_status, an_issue

TOKEN = "s3cret-token-of-a-test"
BRANCH = "import-jira"
MAP = """\
system: jira
fetch: {{url: "{url}", query: project = APP}}
types: {{Task: feature}}
states:
  "3": {{name: In Progress, category: active}}
"""
GH = """#!/usr/bin/env bash
# A stand-in for GitHub's command: it notes what it is asked, and keeps what it is sent.
set -eu
echo "$@" >> "$ASKED"
case "$*" in
  *"/pulls?"*) test ! -e "$ASKED.open" || echo 7 ;;
  *"--method POST"*) cp "${@: -1}" "$ASKED.open" ;;
  *"--method PATCH"*) cp "${@: -1}" "$ASKED.update" ;;
esac
"""


@pytest.mark.parametrize("tracker", ["jira", "azure"])
def test_the_workflow_has_no_hole_and_least_rights(tmp_path: Path, tracker: Tracker) -> None:
    folder = tmp_path / "portfolio"
    count = write_starter(folder, date(2026, 11, 23), tracker=tracker)
    assert count == len([path for path in folder.rglob("*") if path.is_file()])
    said = audit(folder / ".github")
    assert said.returncode == 0, said.stdout
    file = folder / ".github/workflows/import.yml"
    workflow = read(file)
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["read"]["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["propose"]["permissions"] == {
        "contents": "write", "pull-requests": "write",
    }  # fmt: skip
    assert set(workflow["on"]) == {"schedule", "workflow_dispatch"}
    ours = {
        use for each in WORKFLOWS for use in re.findall(r"uses: (\S+@\S+ # \S+)", each.read_text())
    }
    for line in file.read_text().splitlines():
        if "uses:" in line:
            assert PINNED.search(line), line
            assert line.partition("uses: ")[2] in ours
    for step in steps(file):
        assert "${{" not in step.get("run", "")
        token = f"LEANFOLIO_{tracker.upper()}_TOKEN"
        assert ("secrets." in str(step)) == ("fetch" in step.get("run", "") and token in str(step))
    assert not any("checkout@" in str(step) for step in workflow["jobs"]["propose"]["steps"])


def scripts_in(value: Any) -> Iterator[str]:
    """Every script of a CI file, whichever host it is for."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in ("run", "script"):
                yield from each if isinstance(each, list) else [each]
            else:
                yield from scripts_in(each)
    for each in value if isinstance(value, list) else ():
        yield from scripts_in(each)


@pytest.mark.parametrize("tracker", ["jira", "azure"])
def test_files_of_all_hosts_name_this_tracker_alone(tmp_path: Path, tracker: Tracker) -> None:
    write_starter(tmp_path / "p", date(2026, 11, 23), tracker=tracker)
    other = {"jira": "azure", "azure": "jira"}[tracker]
    for name in (
        ".github/workflows/import.yml",
        ".gitlab/import.yml",
        "azure-pipelines-import.yml",
    ):
        text = (tmp_path / "p" / name).read_text(encoding="utf-8")
        assert yaml.safe_load(text)
        assert f"leanfolio fetch {tracker} --map exchange/{tracker}.yml" in text
        assert not re.search(rf"(fetch|import|import-|exchange/){other}\b", text)
        assert (f"LEANFOLIO_{other.upper()}" in text) is False
        for script in scripts_in(yaml.safe_load(text)):
            done = subprocess.run(
                ["bash", "-n"], input=script, text=True, capture_output=True, check=False
            )
            assert (done.returncode, done.stderr) == (0, ""), script
            for python in re.findall(r"<<'PYTHON'\n(.*?)\n\s*PYTHON", script, re.DOTALL):
                compile(python, name, "exec")
    included = yaml.safe_load((tmp_path / "p/.gitlab-ci.yml").read_text(encoding="utf-8"))[
        "include"
    ]
    assert included == [{"local": ".gitlab/import.yml"}]


# GitHub, run for real --------------------------------------------------------------------------


class Office(Host):
    """A host with a portfolio, whose nightly import asks a tracker on this machine."""

    def __init__(self, folder: Path, site: Site) -> None:
        super().__init__(folder)
        write_starter(folder / "starter", date(2026, 11, 23), tracker="jira")
        self.jobs = read(folder / "starter/.github/workflows/import.yml")["jobs"]
        (folder / "bin/gh").write_text(GH)
        (folder / "bin/gh").chmod((folder / "bin/gh").stat().st_mode | stat.S_IXUSR)
        (self.office / "exchange").mkdir()
        (self.office / "exchange/jira.yml").write_text(MAP.format(url=site.url))
        git(self.office, "add", "--all")
        git(self.office, "commit", "--quiet", "--message", "A map")
        git(self.office, "push", "--quiet", "origin", "main")

    def night(self, name: str) -> tuple[int, str]:
        """One run of both jobs: the exit code of the first step that fails, and all it printed."""
        here, printed = self.clone(name), ""
        rest = self.folder / f"{name}-temp"
        rest.mkdir()
        shared = {
            "RUNNER_TEMP": str(rest), "GITHUB_OUTPUT": str(rest / "output"),
            "GITHUB_SERVER_URL": "https://host.example", "GITHUB_REPOSITORY": "us/portfolio",
            "LEANFOLIO_JIRA_TOKEN": TOKEN, "MAIN": "main", "XDG_CACHE_HOME": str(rest / "cache"),
        }  # fmt: skip
        for job, folder in (("read", here), ("propose", rest / "proposal")):
            if job == "propose":
                if not folder.is_dir():
                    break
                shared["GITHUB_SERVER_URL"] = f"file://{self.folder}/host"
            output = (rest / "output").read_text() if (rest / "output").exists() else ""
            shared["BASE"] = output.partition("base=")[2].strip()
            for step in self.jobs[job]["steps"]:
                line = step.get("run", "")
                if not line or "pip install" in line:
                    continue
                own = {k: v for k, v in step.get("env", {}).items() if k.startswith("BOT")}
                done = self.shell(folder, line, **shared, **own)
                printed += done.stdout + done.stderr
                if done.returncode:
                    return done.returncode, printed
        return 0, printed

    def kept(self, name: str) -> Any:
        file = self.folder / f"asked.{name}"
        return json.loads(file.read_text()) if file.exists() else None

    def branch(self) -> str:
        """The commit of the branch on the host; empty where there is none."""
        return told(self.origin, "for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}")


def told(folder: Path, *arguments: str) -> str:
    """What git says in a folder."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(jira_cloud([an_issue("APP-1")], status=[a_status()]))) as served:
        yield served


@pytest.fixture
def office(tmp_path: Path, site: Site) -> Office:
    return Office(tmp_path, site)


def test_one_pull_request_is_opened_then_updated_and_a_persons_word_stays(
    office: Office, site: Site
) -> None:
    code, printed = office.night("one")
    assert code == 0, printed
    opened = office.kept("open")
    assert (opened["title"], opened["head"], opened["base"]) == ("Import from Jira", BRANCH, "main")
    assert "APP-1" in opened["body"]
    for part in ("**What changed**", "**Import**: 1 made", "### What check says", "APP-1 names no"):
        assert part in opened["body"], opened["body"]
    answer = jira_cloud([an_issue("APP-1"), an_issue("APP-2")], status=[a_status()])
    site.answer = answer
    code, printed = office.night("two")
    assert code == 0, printed
    assert "APP-2" in office.kept("update")["body"]
    names = told(office.origin, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    assert {"content/features/APP-2.md", "exchange/jira.base.json"} <= set(names)
    assert [name for name in names if name.startswith("exchange/jira/")] == []  # raw answers
    clone = office.clone("person")
    git(clone, "checkout", "--quiet", BRANCH)
    (clone / "content/features/APP-1.md").write_text("---\nid: APP-1\ntitle: Mine\n---\n")
    git(clone, "commit", "--quiet", "--all", "--message", "A word of mine")
    git(clone, "push", "--quiet", "origin", BRANCH)
    before = office.branch()
    code, printed = office.night("three")
    assert (code, "somebody has written to the branch" in printed) == (1, True), printed
    assert office.branch() == before


@pytest.mark.acceptance
def test_a_night_on_which_nothing_changed_proposes_nothing(office: Office) -> None:
    assert office.night("one")[0] == 0
    git(office.office, "pull", "--quiet", "origin", BRANCH)
    git(office.office, "push", "--quiet", "origin", "main")
    asked = (office.folder / "asked").read_text()
    code, printed = office.night("two")
    assert (code, "nothing changes" in printed) == (0, True), printed
    assert (office.folder / "asked").read_text() == asked


def test_a_tracker_that_is_down_proposes_nothing_and_tells_no_token(
    office: Office, site: Site
) -> None:
    down: Callable[[Asked], Any] = lambda asked: None  # noqa: E731
    site.answer = down
    code, printed = office.night("one")
    assert code == 3
    assert "there is nothing (404)" in printed
    assert TOKEN not in printed
    assert (office.branch(), office.kept("open")) == ("", None)
