"""Ten thousand issues with two hundred thousand changes are imported in seconds, and looked through
in fewer when nothing changed."""

import json
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trackers import a_change, a_search, a_status, an_entry, an_issue

pytestmark = [pytest.mark.acceptance, pytest.mark.timed]
ISSUES, CHANGES = 10_000, 20
FIRST, AGAIN, MEGABYTES = 30, 5, 1024
WIKI = "h2. Why\n\nBecause *{}* is needed, see [it|https://plan.example.invalid].\n* one\n* two"


def an_old_issue(number: int) -> Any:
    """An issue that changed its status every fourth time, and its rank else."""
    log = []
    for step in range(CHANGES):
        old, new = ((str(1 + (step // 4 + ahead) % 3), "A name") for ahead in (0, 1))
        change = a_change(old=old, new=new) if step % 4 == 0 else a_change("rank")
        at = f"2026-{1 + step // 3:02}-{1 + step:02}T09:00:00.000+0000"
        log.append(an_entry(at, change, id=number * 100 + step + 1))
    epic = number - number % 10 or 10
    kind = (
        {"name": "Story", "hierarchyLevel": 0}
        if number % 10
        else {"name": "Epic", "hierarchyLevel": 1}
    )
    empty: dict[str, Any] = {f"customfield_{field}": None for field in range(60)}
    return an_issue(
        f"APP-{number}", log=log, status=a_status("3", "Done", "done"), issuetype=kind,
        assignee={"accountId": f"a{number % 50}", "displayName": f"Person {number % 50}"},
        labels=["one", "two"], duedate="2026-12-31", description=WIKI.format(number),
        parent={"id": str(10_000 + epic), "key": f"APP-{epic}"} if number % 10 else None,
        **empty,
    )  # fmt: skip


def cost(folder: Path, *arguments: str) -> tuple[float, str]:
    """The processor time of an import in seconds, and the last line that it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "leanfolio", "-C", str(folder), "import", "jira"]
    done = subprocess.run(
        [*command, str(folder / "search.json"), *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, done.stdout.splitlines()[-1]


def test_ten_thousand_issues_are_files_in_thirty_seconds_and_unchanged_in_five(
    tmp_path: Path,
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/portfolio.md").write_text("---\ntitle: P\n---\n")
    issues = [an_old_issue(number) for number in range(1, ISSUES + 1)]
    (tmp_path / "search.json").write_text(json.dumps(a_search(*issues), indent=1))
    map = tmp_path / "exchange/jira.yml"
    cost(tmp_path, "--draft-map", str(map))
    names = {"1": "new", "2": "active"}
    text = map.read_text()
    for id, category in names.items():
        text = re.sub(rf'  "{id}":.*', f'  "{id}": {{category: {category}}}', text)
    map.write_text(text)
    first, told = cost(tmp_path, "--map", str(map))
    assert told.startswith(f"{ISSUES} made, 0 changed, 0 in conflict")
    again, told = cost(tmp_path, "--map", str(map))
    assert f"{ISSUES} unchanged" in told
    assert first < FIRST
    assert again < AGAIN
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024 < MEGABYTES
    print(f"first {first:.1f} s, again {again:.1f} s of processor time")  # noqa: T201
