"""What a tag starts in CI, run for real: git is git, and the host is a folder."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from making import PORTFOLIO, git, source, written
from test_workflows import ROOT, STARTER, read, steps

GH = '#!/usr/bin/env bash\necho "$@" >> "$ASKED"\n'
INCREMENT = "title: {id}\nowner: A\nstart: 2026-0{month}-01\nend: 2026-0{month}-28"


class Host:
    """A git host made of folders: a bare repository, and clones of it in which jobs run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.origin = folder / "host" / "us" / "portfolio"
        office = written(folder / "office", {"portfolio.md": f"{PORTFOLIO}as_of: 2026-11-20"})
        self.office = office
        git(office, "init", "--quiet", "--initial-branch", "main")
        git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(self.origin))
        git(office, "remote", "add", "origin", str(self.origin))
        gh = folder / "bin" / "gh"
        gh.parent.mkdir()
        gh.write_text(GH)
        gh.chmod(gh.stat().st_mode | stat.S_IXUSR)
        for month in (1, 4):
            self.tag(f"PI-{month}", month)

    def tag(self, id: str, month: int) -> None:
        """An increment is written, tagged and pushed."""
        file = self.office / "content" / "increments" / f"{id}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(source("x.md", INCREMENT.format(id=id, month=month)).data)
        git(self.office, "add", "--all")
        git(self.office, "commit", "--quiet", "--message", id)
        git(self.office, "tag", f"pi/{id}")
        git(self.office, "push", "--quiet", "origin", "main", f"pi/{id}")

    def clone(self, name: str, tag: str = "") -> Path:
        here = self.folder / name
        git(self.folder, "clone", "--quiet", f"file://{self.origin}", str(here))
        if tag:
            git(here, "checkout", "--quiet", tag)
        return here

    def shell(self, here: Path, line: str, **variables: str) -> subprocess.CompletedProcess[str]:
        programs = (self.folder / "bin", Path(sys.executable).parent, os.environ["PATH"])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line],
            cwd=here,
            env={
                **{name: os.environ[name] for name in ("PYTHONPATH", "HOME") if name in os.environ},
                "PATH": os.pathsep.join(map(str, programs)),
                "ASKED": str(self.folder / "asked"),
                "GIT_CONFIG_GLOBAL": os.devnull,
                **variables,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def published(self) -> set[str]:
        """The increments on the host's branch, which has to be a single commit."""
        shown = subprocess.run(
            ["git", "-C", str(self.origin), "ls-tree", "--name-only", "releases:pi"],
            capture_output=True, text=True, check=True,
        ).stdout.split()  # fmt: skip
        commits = subprocess.run(
            ["git", "-C", str(self.origin), "rev-list", "--count", "releases"],
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        assert commits == "1"
        return {name for name in shown if name.startswith("PI-")}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


# GitHub ----------------------------------------------------------------------------------------


def workflow(name: str) -> dict[str, Any]:
    return read(ROOT / ".github" / "workflows" / name)


def run_increment(host: Host, id: str, name: str) -> tuple[Path, str]:
    """The job that builds: its clone, and what it saw on the branch before."""
    here = host.clone(name, f"pi/{id}")
    answers = host.folder / f"{name}-output"
    for step in workflow("release.yml")["jobs"]["increment"]["steps"]:
        if "run" in step and "pip install" not in step["run"]:
            done = host.shell(
                here, step["run"], GITHUB_REF_NAME=f"pi/{id}", GITHUB_OUTPUT=str(answers)
            )
            assert done.returncode == 0, done.stdout + done.stderr
    return here, answers.read_text().partition("commit=")[2].strip()


def run_push(host: Host, here: Path, before: str, name: str) -> subprocess.CompletedProcess[str]:
    """The job that writes: it has the one file, and no repository."""
    folder = host.folder / name
    folder.mkdir()
    (folder / "releases.bundle").write_bytes((here / "releases.bundle").read_bytes())
    (step,) = (step for step in workflow("release.yml")["jobs"]["push"]["steps"] if "run" in step)
    return host.shell(
        folder,
        step["run"],
        BEFORE=before,
        MAIN="main",
        GITHUB_SERVER_URL=f"file://{host.folder}/host",
        GITHUB_REPOSITORY="us/portfolio",
    )


def test_on_github_each_tag_adds_its_increment_to_those_before(host: Host) -> None:
    for number, id in enumerate(("PI-1", "PI-4")):
        here, before = run_increment(host, id, f"build-{number}")
        assert bool(before) == bool(number)
        done = run_push(host, here, before, f"push-{number}")
        assert done.returncode == 0, done.stderr
    assert host.published() == {"PI-1", "PI-4"}
    asked = (host.folder / "asked").read_text().splitlines()
    assert "workflow run pages.yml --repo us/portfolio --ref main" in asked


def test_run_again_a_release_changes_nothing(host: Host) -> None:
    here, before = run_increment(host, "PI-1", "build")
    assert run_push(host, here, before, "push").returncode == 0
    tip = (host.origin / "refs" / "heads" / "releases").read_text()
    again, seen = run_increment(host, "PI-1", "again")
    assert seen == tip.strip()
    assert run_push(host, again, seen, "push-again").returncode == 0
    assert (host.origin / "refs" / "heads" / "releases").read_text() == tip


def test_of_two_that_saw_the_same_branch_one_wins_and_nothing_is_lost(host: Host) -> None:
    one, before = run_increment(host, "PI-1", "one")
    other, same = run_increment(host, "PI-4", "other")
    assert before == same == ""
    assert run_push(host, one, before, "push-one").returncode == 0
    late = run_push(host, other, same, "push-other")
    assert late.returncode != 0
    assert "stale info" in late.stderr
    assert host.published() == {"PI-1"}


@pytest.mark.parametrize("before", ["x", "$(touch hacked)", "0" * 39, "--force"])
def test_what_is_no_commit_stops_the_push(host: Host, before: str) -> None:
    here, _ = run_increment(host, "PI-1", "build")
    assert run_push(host, here, before, "push").returncode != 0
    assert not (host.origin / "refs" / "heads" / "releases").exists()


def test_the_pages_have_the_increments_beside_the_main_branch(host: Host) -> None:
    here, before = run_increment(host, "PI-1", "build")
    assert run_push(host, here, before, "push").returncode == 0
    there = host.clone("pages")
    job = workflow("pages.yml")["jobs"]["site"]
    for step in job["steps"]:
        if "run" in step and "pip install" not in step["run"]:
            done = host.shell(there, step["run"])
            assert done.returncode == 0, done.stderr
    public = there / "public"
    assert (public / "pi" / "PI-1" / "board.html").is_file()
    assert (public / "latest" / "index.html").is_file()
    assert (public / "index.html").read_bytes() == (there / "site" / "index.html").read_bytes()
    assert (public / "board.html").is_file()


def test_the_job_that_writes_the_branch_runs_no_code_of_the_repository() -> None:
    push = workflow("release.yml")["jobs"]["push"]
    assert not any("checkout" in step.get("uses", "") for step in push["steps"])
    (script,) = (step["run"] for step in push["steps"] if "run" in step)
    assert not re.search(r"\b(leanfolio|pip|python3?|node|npx|bash|sh|source|eval)\b", script)


def test_only_tags_of_increments_start_a_release() -> None:
    assert workflow("release.yml")["on"] == {"push": {"tags": ["pi/*"]}}
    assert workflow("package.yml")["on"] == {"push": {"tags": ["v*"]}}


# GitLab and Azure Pipelines --------------------------------------------------------------------


def test_on_gitlab_each_tag_adds_its_increment_to_those_before(host: Host) -> None:
    found = yaml.safe_load((STARTER / ".gitlab-ci.yml").read_bytes())
    for id in ("PI-1", "PI-4"):
        here = host.clone(f"gitlab-{id}", f"pi/{id}")
        for line in found["release"]["script"]:
            if "pip install" in line:
                continue
            done = host.shell(
                here, line,
                CI_COMMIT_TAG=f"pi/{id}", CI_JOB_TOKEN="key", CI_SERVER_HOST="gitlab.example",
                CI_PROJECT_PATH="us/portfolio", GIT_CONFIG_COUNT="1",
                GIT_CONFIG_KEY_0=f"url.file://{host.folder}/host/us/portfolio.insteadOf",
                GIT_CONFIG_VALUE_0="https://gitlab-ci-token:key@gitlab.example/us/portfolio.git",
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
    assert host.published() == {"PI-1", "PI-4"}
    there = host.clone("gitlab-pages")
    for line in found["pages"]["script"]:
        if "pip install" not in line:
            done = host.shell(there, line)
            assert done.returncode == 0, done.stdout + done.stderr
    assert (there / "public" / "pi" / "PI-4" / "board.html").is_file()
    assert (there / "public" / "index.html").read_bytes() == (
        there / "site" / "index.html"
    ).read_bytes()


def test_on_azure_a_tag_gives_its_increment_and_a_branch_none(host: Host) -> None:
    found = yaml.safe_load((STARTER / "azure-pipelines.yml").read_bytes())
    (job,) = found["jobs"]
    (line,) = (step["script"] for step in job["steps"] if step.get("displayName") == "Release")
    here = host.clone("azure", "pi/PI-1")
    assert host.shell(here, line, BUILD_SOURCEBRANCH="refs/heads/main").returncode == 0
    assert not (here / "increment").exists()
    assert host.shell(here, line, BUILD_SOURCEBRANCH="refs/tags/pi/PI-1").returncode == 0
    assert (here / "increment" / "pi" / "PI-1" / "board.html").is_file()
    assert found["trigger"]["tags"]["include"] == ["pi/*"]


# leanfolio itself ------------------------------------------------------------------------------


def test_the_package_is_tried_on_three_systems_before_it_is_published() -> None:
    jobs = workflow("package.yml")["jobs"]
    matrix = jobs["try"]["strategy"]["matrix"]
    assert {name.partition("-")[0] for name in matrix["system"]} == {"ubuntu", "macos", "windows"}
    assert jobs["try"]["needs"] == "build"
    assert jobs["publish"]["needs"] == "try"
    assert jobs["publish"]["environment"] == "pypi"
    uses = [step["uses"].partition("@")[0] for step in jobs["publish"]["steps"]]
    assert uses == [
        "actions/download-artifact", "actions/attest-build-provenance",
        "pypa/gh-action-pypi-publish",
    ]  # fmt: skip


def test_the_tag_has_to_be_the_version_of_the_package(host: Host) -> None:
    from leanfolio import __version__

    (line,) = (
        step["run"]
        for step in workflow("package.yml")["jobs"]["build"]["steps"]
        if step.get("run", "").startswith("ls ")
    )
    dist = host.folder / "dist"
    dist.mkdir()
    (dist / f"leanfolio-{__version__}-py3-none-any.whl").touch()
    (dist / f"leanfolio-{__version__}.tar.gz").touch()
    assert host.shell(host.folder, line, GITHUB_REF_NAME=f"v{__version__}").returncode == 0
    assert host.shell(host.folder, line, GITHUB_REF_NAME="v99").returncode != 0


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_bytes())
    return found


def test_the_action_pins_what_it_uses_and_puts_no_expression_into_a_script() -> None:
    pinned = {
        step["uses"] for path in (ROOT / ".github/workflows").glob("*.yml")
        for step in steps(path) if "uses" in step
    }  # fmt: skip
    for step in action()["runs"]["steps"]:
        assert step.get("uses") in {None, *pinned}
        assert "${{" not in step.get("run", "")
        assert "uses" in step or step["shell"] == "bash"


def test_the_action_checks_and_builds(host: Host) -> None:
    """Its own lines, but for the installation."""
    here = host.clone("action")
    for step in action()["runs"]["steps"]:
        if step.get("name") in ("Check", "Build"):
            done = host.shell(
                here, step["run"],
                FOLDER=".", AGAINST="origin/main", STRICT="false",
                GITHUB_OUTPUT=str(host.folder / "output"),
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
    assert (here / "site" / "index.html").is_file()
    assert (host.folder / "output").read_text() == "site=./site\n"


def test_the_action_fails_where_the_portfolio_has_an_error(host: Host) -> None:
    here = host.clone("action")
    (here / "content" / "epics" / "EP-1.md").write_text("---\nstate: nowhere\n---\n# X\n")
    (check,) = (step for step in action()["runs"]["steps"] if step.get("name") == "Check")
    done = host.shell(here, check["run"], FOLDER=".", AGAINST="", STRICT="false")
    assert done.returncode == 1
    assert "::error file=content/epics/EP-1.md" in done.stdout


def test_the_image_is_made_from_files_that_are_there() -> None:
    wanted = [
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    ]
    assert all((ROOT / name).exists() for name in wanted)
    text = (ROOT / "Containerfile").read_text()
    assert "--require-hashes" in text
    assert re.search(r"^USER \d+$", text, re.M)


def test_a_hook_names_a_command_that_is_there() -> None:
    from leanfolio.cli import COMMANDS

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_bytes())
    for hook in hooks:
        program, command, *_ = hook["entry"].split()
        assert (program, hook["language"]) == ("leanfolio", "python")
        assert command in COMMANDS
