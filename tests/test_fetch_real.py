"""Answers of real trackers, handed out page by page, are fetched and imported as they are.

The data stand beside the repository, in `shared/data`; without them these runs are skipped.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanfolio.cli import commands
from leanfolio.importing.azure import read_azure
from leanfolio.importing.jira import read_jira
from leanfolio.importing.source_text import read_source
from tracker_server import Site, azure, jira_cloud, jira_server, serving

DATA = Path(__file__).parents[2] / "shared/data/exchange"
JIRA = DATA / "jira-rest-devlake"
TOKEN = "s3cret-token-of-a-test"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not JIRA.is_dir(), reason="shared/data is not beside the repository"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/portfolio.md").write_text("---\ntitle: P\n---\n")
    monkeypatch.setenv("LEANFOLIO_JIRA_TOKEN", TOKEN)
    monkeypatch.setenv("LEANFOLIO_AZURE_TOKEN", TOKEN)
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(commands, ["-C", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result


def answer_of(name: str) -> Any:
    text = (DATA / "ado-rest-fabrikam" / name).read_text(encoding="utf-8")
    return json.loads(text)["responses"]["200"]["body"]


def fetched(folder: Path) -> list[Any]:
    return [read_source(path) for path in sorted(folder.glob("[!.m]*.json"))]


@pytest.mark.parametrize("kind", [jira_cloud, jira_server], ids=["cloud", "server"])
def test_real_issues_say_the_same_fetched_as_saved(folder: Path, kind: Any) -> None:
    issues = json.loads((JIRA / "search.json").read_text(encoding="utf-8"))["issues"]
    statuses = json.loads((JIRA / "statuses.json").read_text(encoding="utf-8"))
    with serving(Site(kind(issues, page=10, status=statuses))) as site:
        run(folder, "fetch", "jira", "--url", site.url, "--query", "project in (EE, K5)")
    saved = read_jira([read_source(JIRA / "search.json"), read_source(JIRA / "statuses.json")])
    came = read_jira(fetched(folder / "exchange/jira"))
    assert len(came.items) == 33
    assert sum(len(item.changes) for item in came.items) == 714
    assert came.statuses.keys() == saved.statuses.keys()
    wanted = {item.id: item for item in saved.items}
    for item in came.items:
        other = wanted[item.id]
        assert (item.key, item.title, item.status) == (other.key, other.title, other.status)
        assert (item.changes, item.links, item.parent) == (
            other.changes, other.links, other.parent,
        )  # fmt: skip
        assert not item.is_history_cut
    map = folder / "exchange/jira.yml"
    run(folder, "import", "jira", str(folder / "exchange/jira"), "--draft-map", str(map))


def test_microsofts_own_answers_say_the_same_fetched_as_published(folder: Path) -> None:
    items = answer_of("workitems-expand-all.json")["value"]
    updates = answer_of("updates.json")["value"]
    query = {
        "queryType": "flat", "columns": [], "asOf": "2014-12-29T20:49:33.803Z",
        "workItems": [{"id": each["id"]} for each in items],
    }  # fmt: skip
    moved = [{**each, "workItemId": items[0]["id"]} for each in updates]
    nodes = {"value": [answer_of("iterations.json")]}
    site = Site(azure(items, {items[0]["id"]: moved}, query, classificationNodes=nodes))
    with serving(site) as served:
        url = f"{served.url}/fabrikam/Fabrikam-Fiber-Git"
        run(folder, "fetch", "azure", "--url", url, "--query", "SELECT [System.Id] FROM WorkItems")
    came = {item.id: item for item in read_azure(fetched(folder / "exchange/azure")).items}
    assert came.keys() == {"297", "299", "300"}
    states = list(came["297"].changes_of("status"))
    assert str(states[0].at).startswith("2017-09-04 02:08:16.6")
    assert str(states[1].at).startswith("2017-09-04 02:36:18.75")
    assert [each.new_id for each in came["297"].changes_of("parent")] == ["2", "", "7"]
    written = b"".join(path.read_bytes() for path in (folder / "exchange/azure").iterdir())
    assert b"hotmail.com" not in written
    assert b"imageUrl" not in written
