"""What `init` gives runs on the first push: each job's own shell lines, in an empty environment."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from conftest import Run
from leanfolio.disk.wheel import wheel_file

SCRIPTS = Path(sysconfig.get_path("scripts")).name
GITLAB = {"CI_DEFAULT_BRANCH": "main", "CI_PROJECT_ROOT_NAMESPACE": "us", "CI_JOB_ID": "7",
          "CI_PAGES_DOMAIN": "pages.example", "CI_PROJECT_PATH": "us/portfolio"}  # fmt: skip


def needs(package: Distribution, seen: dict[str, Distribution]) -> dict[str, Distribution]:
    """A package's dependencies on this machine, and theirs."""
    for text in package.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found = distribution(requirement.name)
            if found.name not in seen:
                seen[found.name] = found
                needs(found, seen)
    return seen


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel of each package that leanfolio needs, and none of leanfolio."""
    folder = tmp_path_factory.mktemp("wheels")
    for package in needs(distribution("leanfolio"), {}).values():
        name, data = wheel_file(package)
        (folder / name).write_bytes(data)
    assert not list(folder.glob("leanfolio*"))
    return folder


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the first commit of what `init` writes."""
    folder = tmp_path_factory.mktemp("pushed") / "portfolio"
    program = Path(sys.executable).with_name("leanfolio")
    subprocess.run([str(program), "init", str(folder)], check=True, capture_output=True)
    git = ("git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@fernhill.example")
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Begin"], check=True)
    return folder


def jobs(folder: Path) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Each job that runs leanfolio: its name, its shell lines, and what its system sets."""
    for name in ("check", "pages"):
        found = yaml.safe_load((folder / f".github/workflows/{name}.yml").read_bytes())
        for job, text in found["jobs"].items():
            lines = [step["run"] for step in text.get("steps", ()) if "run" in step]
            if any("leanfolio" in line for line in lines) and job != "publish":
                yield f"github {job}", lines, {}
    found = yaml.safe_load((folder / ".gitlab-ci.yml").read_bytes())
    for job in ("check", "pages", "review"):
        yield f"gitlab {job}", found[job]["script"], GITLAB
    found = yaml.safe_load((folder / "azure-pipelines.yml").read_bytes())
    for part in found["jobs"]:
        always = (step for step in part["steps"] if "condition" not in step)
        yield f"azure {part['job']}", [step["script"] for step in always if "script" in step], {}


def shell(folder: Path, lines: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the lines one after the other, each in a shell of its own, as the systems do."""
    text = ""
    for line in lines:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        text += done.stdout + done.stderr
        assert done.returncode == 0, f"{line}\n{text}"
    return done


def environment(folder: Path, wheels: Path) -> dict[str, str]:
    """An empty Python environment, whose pip has these wheels and no index."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return {
        "PATH": f"{folder / SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "LEANFOLIO_CACHE": str(folder / "kept"),
    }


NAMES = ("github check", "github site", "gitlab check", "gitlab pages", "gitlab review",
         "azure check")  # fmt: skip


def test_these_are_all_jobs_that_run_leanfolio(pushed: Path) -> None:
    assert [name for name, _, _ in jobs(pushed)] == list(NAMES)


@pytest.mark.parametrize(
    "host",
    [
        "github",
        pytest.param("gitlab", marks=pytest.mark.acceptance),
        pytest.param("azure", marks=pytest.mark.acceptance),
    ],
)
def test_each_job_runs_on_the_first_push(
    host: str, pushed: Path, wheels: Path, tmp_path: Path
) -> None:
    """A job begins in its own clone; the jobs of a host share an environment that began empty."""
    outside = environment(tmp_path / "env", wheels)
    assert not (tmp_path / "env" / SCRIPTS / "leanfolio").exists()
    for number, (name, lines, variables) in enumerate(jobs(pushed)):
        if not name.startswith(host):
            continue
        here = tmp_path / f"clone-{number}"
        subprocess.run(["git", "clone", "-q", str(pushed), str(here)], check=True)
        shell(here, lines, **outside, **variables)
        sites = [folder for folder in ("site", "public") if (here / folder).is_dir()]
        assert all((here / each / "index.html").is_file() for each in sites)
        assert sites or name == "gitlab check"
        if name == "gitlab check":
            assert (here / "code-quality.json").read_text().strip() == "[]"
        if name == "gitlab review":
            url = (here / "review.env").read_text()
            assert url.startswith("REVIEW_URL=https://us.pages.example/-/portfolio/-/jobs/7/")


def test_a_job_fails_where_the_portfolio_has_an_error(
    pushed: Path, tmp_path: Path, run: Run
) -> None:
    """The shell lines do end with the check's exit code."""
    here = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(pushed), str(here)], check=True)
    epic = here / "content/epics/EP-1.md"
    epic.write_text(epic.read_text().replace("value_stream: VS-1", "value_stream: VS-9"))
    found: dict[str, Any] = yaml.safe_load((here / ".gitlab-ci.yml").read_bytes())
    lines = [line for line in found["check"]["script"] if "pip install" not in line]
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with pytest.raises(AssertionError, match="link-unknown"):
        shell(here, lines, PATH=programs, HOME=str(tmp_path))
    assert "link-unknown" in (here / "code-quality.json").read_text()
