"""The comment on a pull request, written by the CI files' own shell lines, and then updated."""

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from making import SMALL, git
from test_diff_command import EPIC, commit, head, put, repository
from test_workflows import ROOT, STARTER, read

__all__ = ["repository"]  # fixture
MARK = "<!-- leanfolio diff -->"
GH = r"""#!/usr/bin/env bash
# A stand-in for GitHub's command: answers are files, and what is written is kept.
set -eu
all="$*"
case "$all" in
  "api repos/us/p/pulls?"*) cat "$PAPER/open" ;;
  "api --paginate repos/us/p/issues/7/comments?"*)
    filter="${@: -1}"; jq --raw-output "$filter" "$PAPER/comments" ;;
  "api --silent --method "*) cp "${@: -1}" "$PAPER/body"; echo "$4 $5" >> "$PAPER/written" ;;
  "auth git-credential"*) exit 0 ;;
  *) echo "no answer to $all" >&2; exit 9 ;;
esac
"""


def step_of(path: Path, job: str, name: str) -> str:
    """The shell lines of a step of a workflow."""
    steps = read(path)["jobs"][job]["steps"]
    return str(next(step["run"] for step in steps if step.get("name") == name))


def shell(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run shell lines with this leanfolio on the path."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    sources = {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    environment = {
        "PATH": programs, "HOME": str(folder), "GIT_CONFIG_GLOBAL": os.devnull,
        "LEANFOLIO_CACHE": str(folder.parent / "kept"), **sources, **variables,
    }  # fmt: skip
    found = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout + found.stderr
    return found


@pytest.fixture
def branch(repository: Path) -> str:
    """A pull request from a fork: its commit is only under refs/pull/7/head."""
    git(repository, "checkout", "-q", "-b", "work")
    put(repository, {
        "objectives/OBJ-1.md": SMALL["objectives/OBJ-1.md"].replace("60", "55"),
        "epics/EP-1.md": EPIC.replace("An epic", "'@all </details> #1'"),
    })  # fmt: skip
    made = commit(repository, 1)
    git(repository, "update-ref", "refs/pull/7/head", made)
    git(repository, "checkout", "-q", "main")
    git(repository, "branch", "-q", "-D", "work")
    return made


# GitHub ----------------------------------------------------------------------------------------

COMMENT = ROOT / ".github" / "workflows" / "comment.yml"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A folder with the stand-in for gh."""
    folder = tmp_path / "paper"
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "gh"
    program.write_text(GH)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


def told(repository: Path, paper: Path, commit: str, *rows: str) -> tuple[Path, str]:
    """Run the job that reads: the clone with comment.md, if any, and the number that it gives."""
    clone = paper / "clone"
    git(paper, "clone", "-q", f"file://{repository}", str(clone))
    (paper / "open").write_text("".join(f"{row}\n" for row in rows))
    (paper / "output").write_text("")
    shell(
        f'PATH="{paper / "bin"}:$PATH"\n' + step_of(COMMENT, "story", "Tell what changes"),
        clone, PAPER=str(paper), GITHUB_REPOSITORY="us/p", GITHUB_SERVER_URL="https://host.example",
        GITHUB_OUTPUT=str(paper / "output"), COMMIT=commit, FROM="them/fork",
    )  # fmt: skip
    return clone, (paper / "output").read_text()


def test_the_job_that_reads_tells_what_the_pull_request_of_a_fork_changes(
    repository: Path, branch: str, paper: Path
) -> None:
    put(repository, {"themes/TH-1.md": "title: Main went on\nowner: A"})
    commit(repository, 2)
    rows = (f"6\t{'1' * 40}\tthem/fork\tmain", f"7\t{branch}\tthem/fork\tmain")
    clone, output = told(repository, paper, branch, *rows)
    assert output == "number=7\n"
    text = (clone / "comment.md").read_text(encoding="utf-8")
    assert text.startswith(f"{MARK}\n")
    assert "The target of KR-1 “A measure” moved from 60 to 55" in text
    assert f"https://host.example/us/p/commit/{branch}" in text
    assert "title from “An epic” to “`@all </details> #1`”" in text
    assert "Main went on" not in text
    assert "An epic" in (clone / "content/epics/EP-1.md").read_text()  # nothing was checked out


@pytest.mark.parametrize(
    "row", ["", "7\t{0}\tus/p\tmain", "7;x\t{0}\tthem/fork\tmain", "../x\t{0}\tthem/fork\tmain"]
)
def test_a_pull_request_that_is_not_this_one_is_not_told(
    row: str, repository: Path, branch: str, paper: Path
) -> None:
    clone, output = told(repository, paper, branch, *([row.format(branch)] if row else []))
    assert output == ""
    assert not (clone / "comment.md").exists()


def posted(paper: Path, text: str, comments: list[tuple[int, str, str]]) -> list[str]:
    """Run the job that writes: each request that it made."""
    folder = paper / "post"
    folder.mkdir(exist_ok=True)
    (folder / "comment.md").write_text(text)
    rows = [{"id": id, "user": {"login": login}, "body": body} for id, login, body in comments]
    (paper / "comments").write_text(json.dumps(rows))
    (paper / "written").write_text("")
    script = step_of(COMMENT, "post", "Write the comment, or update it")
    shell(f'PATH="{paper / "bin"}:$PATH"\n{script}', folder, PAPER=str(paper),
          GITHUB_REPOSITORY="us/p", NUMBER="7")  # fmt: skip
    return (paper / "written").read_text().splitlines()


OURS = (12, "github-actions[bot]", f"{MARK}\n### Before")
STRANGERS = [(3, "mallory", f"{MARK}\nmine"), (4, "github-actions[bot]", "another tool's")]


def test_a_comment_is_written_once_and_then_updated(paper: Path) -> None:
    text = f"{MARK}\n### One promise moved\n"
    assert posted(paper, text, STRANGERS) == ["POST repos/us/p/issues/7/comments"]
    assert json.loads((paper / "body").read_text()) == {"body": text}
    assert posted(paper, text, [*STRANGERS, OURS]) == ["PATCH repos/us/p/issues/comments/12"]


def test_no_comment_says_that_nothing_changed_but_one_that_is_there_is_updated(paper: Path) -> None:
    text = f"{MARK}\n### Nothing changed\n\nFrom a to b.\n"
    assert posted(paper, text, STRANGERS) == []
    assert posted(paper, text, [OURS]) == ["PATCH repos/us/p/issues/comments/12"]


def test_the_job_that_may_write_runs_no_code_of_the_repository() -> None:
    jobs = read(COMMENT)["jobs"]
    assert not any("checkout" in step.get("uses", "") for step in jobs["post"]["steps"])
    script = step_of(COMMENT, "post", "Write the comment, or update it")
    assert not any(word in script.split() for word in ("pip", "python", "git", "bash"))
    assert "write" not in jobs["story"]["permissions"].values()
    assert read(COMMENT)["on"] == {"workflow_run": {"workflows": ["check"], "types": ["completed"]}}


# GitLab and Azure: the script speaks to a host made of a list ------------------------------------


class Host(ThreadingHTTPServer):
    """Keeps notes as a host does, and what was asked of it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.notes: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.wrote: list[Any] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answering(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        length = int(self.headers.get("Content-Length") or 0)
        if length:
            self.server.wrote.append(json.loads(self.rfile.read(length)))
        if self.path.endswith("/user"):
            answer: Any = {"id": 5}
        elif "/threads" in self.path:
            answer = {"value": self.server.notes}
        else:
            answer = self.server.notes if self.path.endswith("page=1") else []
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PUT = do_PATCH = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def on_gitlab(repository: Path, host: Host, commit: str) -> None:
    job = yaml.safe_load((STARTER / ".gitlab-ci.yml").read_bytes())["comment"]
    lines = [line for line in job["script"] if "pip install" not in line]
    for line in lines:
        shell(
            line, repository, CI_PROJECT_URL="https://host.example/us/p", CI_COMMIT_SHA=commit,
            CI_MERGE_REQUEST_DIFF_BASE_SHA=head(repository, "main"), CI_API_V4_URL=host.address,
            CI_PROJECT_ID="1", CI_MERGE_REQUEST_IID="7", LEANFOLIO_TOKEN="t",
        )  # fmt: skip


def test_gitlab_writes_one_note_and_then_updates_it(
    repository: Path, branch: str, host: Host
) -> None:
    notes = "/projects/1/merge_requests/7/notes"
    host.notes = [{"id": 8, "author": {"id": 6}, "body": f"{MARK}\na stranger's"}]
    on_gitlab(repository, host, branch)
    assert host.asked[-1] == f"POST {notes}"
    assert host.wrote[0]["body"].startswith(f"{MARK}\n### One promise moved")
    host.notes.append({"id": 9, "author": {"id": 5}, "body": host.wrote[0]["body"]})
    on_gitlab(repository, host, branch)
    assert host.asked[-1] == f"PUT {notes}/9"
    host.notes.clear()
    on_gitlab(repository, host, head(repository, "main"))
    assert host.asked[-1].startswith("GET ")  # nothing changed, and no note says so


def test_gitlab_writes_only_where_a_token_was_given_for_it() -> None:
    job = read(ROOT / ".gitlab-ci.yml")["comment"]
    assert job["rules"] == [{"if": "$CI_MERGE_REQUEST_DIFF_BASE_SHA && $LEANFOLIO_TOKEN"}]


def on_azure(repository: Path, host: Host, folder: Path) -> None:
    (job,) = yaml.safe_load((STARTER / "azure-pipelines.yml").read_bytes())["jobs"]
    (script,) = (s["script"] for s in job["steps"] if s.get("displayName") == "Comment")
    shell(
        script, repository, SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main",
        BUILD_ARTIFACTSTAGINGDIRECTORY=str(folder), SYSTEM_COLLECTIONURI=f"{host.address}/",
        SYSTEM_TEAMPROJECTID="p", BUILD_REPOSITORY_ID="r", SYSTEM_PULLREQUEST_PULLREQUESTID="7",
        SYSTEM_ACCESSTOKEN="t",
    )  # fmt: skip


def test_azure_writes_one_comment_and_then_updates_it(
    repository: Path, branch: str, host: Host, tmp_path: Path
) -> None:
    threads = "/p/_apis/git/repositories/r/pullRequests/7/threads"
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", f"file://{repository}", str(clone))
    git(clone, "fetch", "-q", "origin", "refs/pull/7/head")
    git(clone, "checkout", "-q", "FETCH_HEAD")
    on_azure(clone, host, tmp_path)
    assert host.asked[-1] == f"POST {threads}?api-version=7.1"
    [comment] = host.wrote[0]["comments"]
    assert comment["content"].startswith(f"{MARK}\n### One promise moved")
    host.notes = [{"id": 3, "comments": [{"id": 1, "content": None}]},
                  {"id": 4, "comments": [{"id": 1, "content": comment["content"]}]}]  # fmt: skip
    on_azure(clone, host, tmp_path)
    assert host.asked[-1] == f"PATCH {threads}/4/comments/1?api-version=7.1"


def test_azure_gives_a_fork_no_token() -> None:
    (job,) = yaml.safe_load((STARTER / "azure-pipelines.yml").read_bytes())["jobs"]
    (step,) = (step for step in job["steps"] if step.get("displayName") == "Comment")
    assert "ne(variables['System.PullRequest.IsFork'], 'True')" in step["condition"]
    assert [s for s in job["steps"] if "SYSTEM_ACCESSTOKEN" in s.get("env", {})] == [step]
