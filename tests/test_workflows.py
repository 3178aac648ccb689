"""The CI files are the same for us and for a starter, and give a pull request nothing to misuse."""

import os
import re
import stat
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "templates" / "starter"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SHARED = (
    ".github/workflows/check.yml",
    ".github/workflows/comment.yml",
    ".github/workflows/pages.yml",
    ".github/workflows/preview.yml",
    ".github/workflows/release.yml",
    ".gitlab-ci.yml",
)
PINNED = re.compile(r"uses: [\w-]+/[\w-]+(?:/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
RIGHTS = {
    ("check.yml", "check"): {"contents": "read"},
    ("test.yml", "make"): {"contents": "read"},
    ("test.yml", "test"): {"contents": "read"},
    ("acceptance.yml", "acceptance"): {"contents": "read"},
    ("benchmark.yml", "benchmark"): {"contents": "read"},
    ("acceptance.yml", "coverage"): {"contents": "read"},
    ("acceptance.yml", "workflows"): {"contents": "read"},
    ("comment.yml", "story"): {"contents": "read", "pull-requests": "read"},
    ("comment.yml", "post"): {"pull-requests": "write"},
    ("pages.yml", "site"): {"contents": "read"},
    ("pages.yml", "publish"): {
        "actions": "read",
        "pull-requests": "read",
        "pages": "write",
        "id-token": "write",
    },
    ("release.yml", "increment"): {"contents": "read"},
    ("release.yml", "push"): {"contents": "write", "actions": "write"},
    ("package.yml", "build"): {"contents": "read"},
    ("package.yml", "try"): {"contents": "read"},
    ("package.yml", "publish"): {
        "contents": "read",
        "id-token": "write",
        "attestations": "write",
    },
    ("preview.yml", "publish"): {
        "contents": "read",
        "actions": "read",
        "pull-requests": "read",
        "pages": "write",
        "id-token": "write",
    },
}

workflows = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def read(path: Path) -> dict[Any, Any]:
    """A workflow; YAML 1.1 takes its key `on` for true."""
    found: dict[Any, Any] = yaml.safe_load(path.read_bytes())
    if True in found:
        found["on"] = found.pop(True)
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Every step of every job."""
    for job in read(path)["jobs"].values():
        yield from job.get("steps", ())


@pytest.mark.parametrize("name", SHARED)
def test_a_starter_gets_the_files_that_we_use_ourselves(name: str) -> None:
    assert (ROOT / name).read_bytes() == (STARTER / name).read_bytes()


def test_a_starter_gets_no_workflow_but_these() -> None:
    found = {str(path.relative_to(STARTER)) for path in STARTER.rglob(".github/**/*.yml")}
    assert found == {name for name in SHARED if name.startswith(".github")}


def test_requirements_are_what_differs() -> None:
    assert (ROOT / "requirements.txt").read_text() == ".\n"
    assert (STARTER / "requirements.txt").read_text() == "{{leanfolio}}\n"


@workflows
def test_every_action_is_pinned_by_commit_with_its_version_beside(path: Path) -> None:
    for line in path.read_text().splitlines():
        if "uses:" in line and not line.lstrip().startswith("#"):
            own = line.partition(" #")[0].strip() == "uses: ./.github/workflows/pages.yml"
            assert own or PINNED.search(line), line


@workflows
def test_an_action_has_one_version_in_the_whole_repository(path: Path) -> None:
    everywhere = {
        use for each in WORKFLOWS for use in re.findall(r"uses: (\S+@\S+ # \S+)", each.read_text())
    }
    names = [use.partition("@")[0] for use in everywhere]
    assert len(names) == len(set(names)), sorted(everywhere)


@workflows
def test_rights_are_none_but_what_a_job_names(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"] == RIGHTS[path.name, name]


@workflows
def test_no_secret_is_named_anywhere(path: Path) -> None:
    assert "secrets" not in path.read_text()


@workflows
def test_a_pull_request_never_runs_with_the_rights_of_main(path: Path) -> None:
    events = read(path)["on"]
    assert "pull_request_target" not in events
    if "pull_request" in events:
        for job in read(path)["jobs"].values():
            assert set(job["permissions"].values()) == {"read"}


@workflows
def test_no_expression_stands_in_a_script(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")


@workflows
def test_a_checkout_leaves_no_credentials_and_takes_no_commit_from_outside(path: Path) -> None:
    for step in steps(path):
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
            ref = step["with"].get("ref")
            assert ref in (None, "${{ github.event.repository.default_branch }}")


INSTALLS = re.compile(r"pip install .*requirement.*")
HASHED = ("--require-hashes", "--no-deps")


AZURE = "templates/starter/azure-pipelines.yml"


@pytest.mark.parametrize("name", [*SHARED, AZURE, ".github/workflows/test.yml", "Makefile"])
def test_what_is_installed_here_has_the_bytes_that_a_lock_names(name: str) -> None:
    """A starter without a lock takes its one line of requirements; this repository has locks."""
    text = (ROOT / name).read_text()
    unlocked = [line for line in INSTALLS.findall(text) if not any(f in line for f in HASHED)]
    for line in set(unlocked):
        alternative = rf"--require-hashes.*\n.*--no-deps.*\n\s*else\n\s*{re.escape(line)}\n"
        assert len(re.findall(alternative, text)) == unlocked.count(line), line
    assert (ROOT / "requirements" / "site.txt").is_file()


@workflows
def test_every_job_ends_by_itself(path: Path) -> None:
    for job in read(path)["jobs"].values():
        assert "uses" in job or job["timeout-minutes"] <= 45


def test_the_job_that_may_publish_runs_no_code_of_the_repository() -> None:
    publish = read(ROOT / ".github" / "workflows" / "pages.yml")["jobs"]["publish"]
    assert not any("checkout" in step.get("uses", "") for step in publish["steps"])
    scripts = [step["run"] for step in publish["steps"] if "run" in step]
    assert len(scripts) == 1
    assert not re.search(r"\b(leanfolio|pip|python3?|node|npx|bash|sh|source|eval)\b", scripts[0])


def test_what_we_promise_is_what_ci_runs() -> None:
    """Every Python and system that pyproject.toml names; the locked, oldest and newest versions."""
    matrix = read(ROOT / ".github" / "workflows" / "test.yml")["jobs"]["test"]["strategy"]["matrix"]
    every = [
        {"system": system, "python": python, "lock": lock}
        for system in matrix["system"]
        for python in matrix["python"]
        for lock in matrix["lock"]
    ]
    every += matrix["include"]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(settings["project"]["classifiers"]))
    assert sorted({each["python"] for each in every}) == named
    assert {each["system"].partition("-")[0] for each in every} == {"ubuntu", "macos", "windows"}
    assert {each["lock"] for each in every} == {"test", "oldest", "newest"}
    (oldest,) = (each for each in every if each["lock"] == "oldest")
    assert settings["project"]["requires-python"] == f">={oldest['python']}"


# What is kept between runs ---------------------------------------------------------------------


def caching(path: Path) -> list[dict[str, Any]]:
    """The steps that restore or save a cache."""
    return [step for step in steps(path) if step.get("uses", "").startswith("actions/cache")]


@workflows
def test_a_cache_is_saved_after_a_push_to_main_alone(path: Path) -> None:
    """So main reads nothing that a pull request has written: it restores, and never saves."""
    for step in caching(path):
        action = step["uses"].partition("@")[0]
        assert action in {"actions/cache/restore", "actions/cache/save"}, "each half by itself"
        if action == "actions/cache/save":
            assert path.name == "pages.yml"
            assert step["if"].startswith("github.event_name == 'push' && github.ref == ")
            assert "default_branch" in step["if"]


def test_check_and_publication_restore_what_the_last_publication_saved() -> None:
    folder = ROOT / ".github" / "workflows"
    check, (restore, save) = caching(folder / "check.yml"), caching(folder / "pages.yml")
    assert [step["with"] for step in check] == [restore["with"]]
    assert save["with"]["path"] == restore["with"]["path"]
    assert save["with"]["key"] == restore["with"]["key"]
    assert save["with"]["key"].startswith(restore["with"]["restore-keys"])
    assert save["with"]["path"].split() == [".cache/leanfolio", "site"]
    for name in ("check.yml", "pages.yml"):
        jobs = [job for job in read(folder / name)["jobs"].values() if "env" in job]
        assert [job["env"]["LEANFOLIO_CACHE"] for job in jobs] == [
            "${{ github.workspace }}/.cache/leanfolio"
        ]


def test_gitlab_keeps_a_cache_for_the_default_branch_and_one_for_each_merge_request() -> None:
    found = read(ROOT / ".gitlab-ci.yml")
    keys = {rule["if"]: rule["variables"]["CACHE_KEY"] for rule in found["workflow"]["rules"]}
    assert keys == {
        '$CI_PIPELINE_SOURCE == "merge_request_event"': (
            "leanfolio-merge-request-$CI_MERGE_REQUEST_IID"
        ),
        "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH": "leanfolio-default-branch",
        "$CI_COMMIT_TAG =~ /^pi\\//": "leanfolio-increments",
    }
    cache = found["default"]["cache"]
    assert cache == {"key": "$CACHE_KEY", "paths": [".cache/leanfolio", "site"]}
    assert found["variables"]["LEANFOLIO_CACHE"] == "$CI_PROJECT_DIR/.cache/leanfolio"


# Azure Pipelines -------------------------------------------------------------------------------


def test_azure_checks_with_marks_builds_and_keeps_the_site() -> None:
    found = read(STARTER / "azure-pipelines.yml")
    (job,) = found["jobs"]
    checkout, python, cache, *rest = job["steps"]
    assert (checkout["fetchDepth"], checkout["persistCredentials"]) == (0, False)
    assert python["inputs"]["versionSpec"] == "3.13"
    assert cache["inputs"]["path"] == "$(LEANFOLIO_CACHE)"
    assert "leanfolio check --format azure" in rest[1]["script"]
    assert rest[-1] == {"publish": "site", "artifact": "site"}
    assert not any("$(" in step.get("script", "") for step in rest), "no macro is put into a shell"


# Gathering previews, run for real with a GitHub made of paper ----------------------------------

GH = r"""#!/usr/bin/env bash
# A stand-in for GitHub's command: answers are files, and an artifact is a folder.
set -eu
case "$1 $2" in
  "api repos/us/portfolio/pulls?"*) cat "$PAPER/open" ;;
  "api "*head_sha=*) cat "$PAPER/runs-${2##*head_sha=}" 2>/dev/null || true ;;
  "run download") test -d "$PAPER/artifact-$3" && cp -r "$PAPER/artifact-$3" "${@: -1}" ;;
  *) exit 9 ;;
esac
"""
ONE, TWO = "1" * 40, "2" * 40


class Paper:
    """A repository on GitHub, made of files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir(parents=True)
        gh = folder / "bin" / "gh"
        gh.write_text(GH)
        gh.chmod(gh.stat().st_mode | stat.S_IXUSR)
        self.work = folder / "work"
        (self.work / "public").mkdir(parents=True)
        (self.work / "public" / "index.html").write_text("main")

    def opens(self, *rows: str) -> None:
        (self.folder / "open").write_text("".join(f"{row}\n" for row in rows))

    def checked(self, commit: str, *rows: str) -> None:
        (self.folder / f"runs-{commit}").write_text("".join(f"{row}\n" for row in rows))

    def artifact(self, run: int, text: str) -> Path:
        site = self.folder / f"artifact-{run}"
        site.mkdir()
        (site / "index.html").write_text(text)
        return site

    def gather(self, **variables: str) -> dict[str, str]:
        """Run the step; what is then to be published, by its path."""
        publish = read(ROOT / ".github" / "workflows" / "pages.yml")["jobs"]["publish"]
        script = next(step["run"] for step in publish["steps"] if "run" in step)
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "PAPER": str(self.folder),
            "GITHUB_REPOSITORY": "us/portfolio",
            **variables,
        }
        subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.work,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=True,
        )
        public = self.work / "public"
        return {
            str(path.relative_to(public)): path.read_text()
            for path in sorted(public.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path)


def test_each_open_pull_request_has_a_preview_beside_main(paper: Paper) -> None:
    paper.opens(f"7\t{ONE}\tus/portfolio", f"12\t{TWO}\tthem/fork")
    paper.checked(ONE, "100\tus/portfolio", "99\tus/portfolio")
    paper.checked(TWO, "200\tthem/fork")
    paper.artifact(100, "seven")
    paper.artifact(99, "seven, as it was before")
    paper.artifact(200, "twelve")
    assert paper.gather(FORKS="on") == {
        "index.html": "main",
        "preview/pr-7/index.html": "seven",
        "preview/pr-12/index.html": "twelve",
    }


@pytest.mark.parametrize("variables", [{}, {"FORKS": ""}, {"FORKS": "off"}], ids=str)
def test_a_fork_has_no_preview_until_it_is_switched_on(
    paper: Paper, variables: dict[str, str]
) -> None:
    paper.opens(f"7\t{ONE}\tus/portfolio", f"12\t{TWO}\tthem/fork")
    paper.checked(ONE, "100\tus/portfolio")
    paper.checked(TWO, "200\tthem/fork")
    paper.artifact(100, "seven")
    paper.artifact(200, "twelve")
    assert paper.gather(**variables) == {"index.html": "main", "preview/pr-7/index.html": "seven"}


def test_the_switch_for_forks_is_a_variable_of_the_repository() -> None:
    """A pull request can write no such variable; its own files have no say in it."""
    publish = read(ROOT / ".github" / "workflows" / "pages.yml")["jobs"]["publish"]
    (script,) = (step for step in publish["steps"] if "run" in step)
    assert script["env"]["FORKS"] == "${{ vars.LEANFOLIO_FORK_PREVIEWS }}"


def test_without_open_pull_requests_main_stands_alone(paper: Paper) -> None:
    paper.opens()
    assert paper.gather() == {"index.html": "main"}


def test_one_that_was_not_checked_well_has_no_preview(paper: Paper) -> None:
    paper.opens(f"7\t{ONE}\tus/portfolio")
    assert paper.gather() == {"index.html": "main"}


def test_a_run_of_another_repository_does_not_count(paper: Paper) -> None:
    paper.opens(f"7\t{ONE}\tus/portfolio")
    paper.checked(ONE, "100\tthem/fork")
    paper.artifact(100, "not seven")
    assert paper.gather() == {"index.html": "main"}


def test_one_whose_artifact_has_expired_does_not_stop_the_others(paper: Paper) -> None:
    paper.opens(f"7\t{ONE}\tus/portfolio", f"12\t{TWO}\tus/portfolio")
    paper.checked(ONE, "100\tus/portfolio")
    paper.checked(TWO, "200\tus/portfolio")
    paper.artifact(200, "twelve")
    assert paper.gather() == {"index.html": "main", "preview/pr-12/index.html": "twelve"}


def test_an_artifact_with_a_link_in_it_is_not_published(paper: Paper) -> None:
    paper.opens(f"7\t{ONE}\tus/portfolio")
    paper.checked(ONE, "100\tus/portfolio")
    (paper.artifact(100, "seven") / "passwords").symlink_to("/etc/passwd")
    assert paper.gather() == {"index.html": "main"}


@pytest.mark.parametrize("number", ["../../x", "7;true", "$(true)", ""])
def test_a_number_that_is_none_is_passed_over(paper: Paper, number: str) -> None:
    paper.opens(f"{number}\t{ONE}\tus/portfolio")
    paper.checked(ONE, "100\tus/portfolio")
    paper.artifact(100, "seven")
    assert paper.gather() == {"index.html": "main"}


# GitLab ----------------------------------------------------------------------------------------


def test_gitlab_reports_each_problem_beside_its_line() -> None:
    job = read(ROOT / ".gitlab-ci.yml")["check"]
    report = job["artifacts"]["reports"]["codequality"]
    assert job["script"][1] == f"leanfolio check --format gitlab $AGAINST > {report} || true"
    assert job["script"][2] == "leanfolio check $AGAINST"
    assert job["artifacts"]["when"] == "always"


def test_gitlab_publishes_the_default_branch_alone() -> None:
    pages = read(ROOT / ".gitlab-ci.yml")["pages"]
    assert pages["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]
    assert pages["artifacts"]["paths"] == ["public"]


def test_a_merge_request_has_a_review_app_that_goes_with_it() -> None:
    found = read(ROOT / ".gitlab-ci.yml")
    assert found["review"]["environment"]["on_stop"] == "stop-review"
    assert found["stop-review"]["environment"]["action"] == "stop"
    assert found["review"]["environment"]["name"] == found["stop-review"]["environment"]["name"]
