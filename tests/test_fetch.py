"""fetch jira and fetch azure against a server on this machine: pages, faults, tokens, and files."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanfolio.cli import commands
from tracker_server import (
    Asked,
    Handler,
    Site,
    azure,
    half_an_answer,
    hanging_up,
    jira_cloud,
    jira_server,
    nothing_wrong,
    refusing,
    serving,
)
from trackers import a_change, a_status, an_entry, an_issue

TOKEN = "s3cret-token-of-a-test"
JQL = "project = APP"
PERSON = {
    "accountId": "a-1", "displayName": "R. Ahmed", "emailAddress": "r.ahmed@example.invalid",
    "avatarUrls": {"48x48": "https://pictures.example.invalid/1.png"}, "timeZone": "Asia/Tokyo",
}  # fmt: skip


class Fetching:
    """A portfolio on disk that fetches from a site, and what it prints."""

    def __init__(self, root: Path, waits: list[float]) -> None:
        self.root = root
        self.waits = waits
        self.printed = ""
        (root / "content").mkdir()
        (root / "content/portfolio.md").write_text("---\ntitle: P\n---\n")

    @property
    def target(self) -> Path:
        return self.root / "exchange/jira"

    def run(self, *arguments: str) -> Result:
        result = CliRunner().invoke(commands, ["-C", str(self.root), *arguments])
        self.printed += result.output
        assert TOKEN not in result.output
        return result

    def jira(self, site: Site, *more: str, query: str = JQL) -> Result:
        return self.run("fetch", "jira", "--url", site.url, "--query", query, *more)

    def azure(self, site: Site, *more: str, query: str = "SELECT [System.Id] FROM x") -> Result:
        url = f"{site.url}/fabrikam/Fiber"
        return self.run("fetch", "azure", "--url", url, "--query", query, *more)

    def files(self, folder: str = "exchange/jira") -> dict[str, Any]:
        found = sorted((self.root / folder).glob("[!.]*.json"))
        return {path.name: json.loads(path.read_bytes()) for path in found}

    def every_byte(self) -> dict[str, bytes]:
        found = (path for path in sorted(self.root.rglob("*")) if path.is_file())
        return {str(path.relative_to(self.root)): path.read_bytes() for path in found}

    def issues(self) -> list[Any]:
        return [each for value in self.files().values() for each in issues_in(value)]


def issues_in(value: Any) -> list[Any]:
    return list(value.get("issues", ())) if isinstance(value, dict) else []


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fetching:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setenv("LEANFOLIO_JIRA_TOKEN", TOKEN)
    monkeypatch.setenv("LEANFOLIO_AZURE_TOKEN", TOKEN)
    for name in ("LEANFOLIO_JIRA_EMAIL", "LEANFOLIO_JIRA_URL", "LEANFOLIO_AZURE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Fetching(tmp_path, waits)


def some_issues(number: int, changes: int = 1) -> list[Any]:
    return [
        an_issue(
            f"APP-{each}", assignee=PERSON, lastViewed="2026-11-27T00:00:00.000+0000",
            log=[
                an_entry(f"2026-02-{day + 1:02}T09:00:00.000+0000", a_change(), id=each * 100 + day)
                for day in range(changes)
            ],
        )
        for each in range(1, number + 1)
    ]  # fmt: skip


# Jira ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [jira_cloud, jira_server], ids=["cloud", "server"])
def test_all_pages_come_with_whole_change_logs(kind: Any, fetching: Fetching) -> None:
    with serving(Site(kind(some_issues(5, changes=7), status=[a_status()], field=[]))) as site:
        result = fetching.jira(site)
    assert result.exit_code == 0, result.output
    assert "5 issues in" in result.output
    found = fetching.issues()
    assert [each["key"] for each in found] == [f"APP-{number}" for number in range(1, 6)]
    for each in found:
        assert each["changelog"]["total"] == len(each["changelog"]["histories"]) == 7
    assert fetching.files()["statuses.json"] == [a_status()]


def test_what_was_fetched_is_imported_as_it_is(fetching: Fetching) -> None:
    issues = some_issues(5, changes=4)
    with serving(Site(jira_cloud(issues, status=[a_status()]))) as site:
        map = fetching.root / "exchange/jira.yml"
        assert fetching.jira(site).exit_code == 0
        drafted = fetching.run("import", "jira", str(fetching.target), "--draft-map", str(map))
        assert drafted.exit_code == 0, drafted.output
        text = map.read_text().replace(
            "types:", f'fetch: {{url: "{site.url}", query: "{JQL}"}}\ntypes:'
        )
        map.write_text(text.replace('"1":', '"1": {category: new}  #'))
        before = fetching.every_byte()
        again = fetching.run("fetch", "jira", "--map", str(map))
        assert again.exit_code == 0, again.output
        assert "0 of 2 files new or changed" in again.output
        assert fetching.every_byte() == before
    imported = fetching.run(
        "import", "jira", str(fetching.target), "--map", str(map), "--on", "2026-11-27"
    )
    assert imported.exit_code == 0, imported.output
    assert "5 made, 0 changed" in imported.output
    item = (fetching.root / "content/features/APP-1.md").read_text()
    assert "owner: R. Ahmed" in item
    assert "history:" in item


def test_the_order_of_answers_moves_no_byte(fetching: Fetching) -> None:
    issues = some_issues(4, changes=3)
    statuses = [a_status("3"), a_status("10"), a_status("2")]
    with serving(Site(jira_cloud(issues, status=statuses))) as site:
        fetching.jira(site)
        before = fetching.every_byte()
        turned = [dict(reversed(each.items())) for each in reversed(issues)]
        turned[0]["fields"]["lastViewed"] = "2026-11-28T00:00:00.000+0000"
        site.answer = jira_cloud(turned, page=3, status=statuses[::-1])
        fetching.jira(site)
    assert fetching.every_byte() == before


def test_nobodys_picture_or_address_is_written(fetching: Fetching) -> None:
    with serving(Site(jira_cloud(some_issues(2)))) as site:
        fetching.jira(site)
    written = b"".join(fetching.every_byte().values())
    assert b"R. Ahmed" in written
    for secret in (b"@example", b"avatar", b"pictures", b"lastViewed", b"Asia/Tokyo"):
        assert secret not in written


def test_a_query_keeps_its_words_and_gets_an_order_of_ours(fetching: Fetching) -> None:
    query = 'summary ~ "order by hand" ORDER  BY rank DESC'
    with serving(Site(jira_server(some_issues(1)))) as site:
        fetching.jira(site, query=query)
        [search] = [each for each in site.asked if each.path == "/rest/api/2/search"]
    assert search.body["jql"] == 'summary ~ "order by hand" ORDER BY key ASC'


def test_a_search_that_loses_issues_is_not_taken(fetching: Fetching) -> None:
    whole, calls = jira_server(some_issues(4)), []

    def losing(asked: Asked) -> Any:
        value = whole(asked)
        if asked.path == "/rest/api/2/search":
            calls.append(asked)
            value["issues"] = value["issues"] if len(calls) == 1 else []
        return value

    with serving(Site(losing)) as site:
        result = fetching.jira(site)
        assert (result.exit_code, fetching.target.exists()) == (3, False)
        assert "finds 4 issues, and 2 came" in result.output
        site.answer = whole
        assert fetching.jira(site).exit_code == 0
    assert len(fetching.issues()) == 4


@pytest.mark.parametrize(
    "more", [{"isLast": False}, {"isLast": False, "nextPageToken": "2"}, {"nextPageToken": "2"}]
)
def test_pages_that_do_not_end_are_not_taken(more: Any, fetching: Fetching) -> None:
    whole = jira_cloud(some_issues(4))

    def endless(asked: Asked) -> Any:
        value = whole(asked)
        if asked.path != "/rest/api/3/search/jql":
            return value
        return {"issues": value["issues"]} | more

    with serving(Site(endless)) as site:
        result = fetching.jira(site)
    assert (result.exit_code, fetching.target.exists()) == (3, False)
    assert "more is to come, and gives none" in result.output


def test_pages_of_updates_that_are_shorter_than_asked_for_are_fetched_on(
    fetching: Fetching,
) -> None:
    updates = {1: [an_update(id, 1) for id in range(1, 8)]}
    whole = azure([a_work_item(1) | {"rev": 7}], updates)

    def short(asked: Asked) -> Any:
        value = whole(asked)
        return {"value": value["value"][:3]} if asked.path.endswith("/updates") else value

    with serving(Site(short)) as site:
        assert fetching.azure(site).exit_code == 0
    assert len(fetching.files("exchange/azure")["updates-0001.json"]["value"]) == 7


def test_a_query_that_finds_nothing_leaves_what_is_there(fetching: Fetching) -> None:
    with serving(Site(jira_cloud(some_issues(2)))) as site:
        fetching.jira(site)
        before = fetching.every_byte()
        site.answer = jira_cloud([])
        result = fetching.jira(site)
    assert result.exit_code == 3
    assert "finds no issue" in result.output
    assert fetching.every_byte() == before


# Azure -----------------------------------------------------------------------------------------


def a_work_item(id: int, **fields: Any) -> Any:
    usual = {
        "System.Title": f"Work {id}", "System.State": "Active", "System.WorkItemType": "Epic",
        "System.AssignedTo": {
            "displayName": "R. Ahmed", "uniqueName": "r.ahmed@example.invalid",
            "imageUrl": "https://pictures.example.invalid", "_links": {"avatar": {"href": "x"}},
        },
    }  # fmt: skip
    return {"id": id, "rev": 1, "fields": usual | fields, "relations": []}


def an_update(id: int, item: int) -> Any:
    at = f"2026-01-01T00:{id // 60:02}:{id % 60:02}Z"
    state = {"oldValue": "Active" if id % 2 else "New", "newValue": "New" if id % 2 else "Active"}
    fields = {"System.ChangedDate": {"newValue": at}, "System.State": state}
    by = {"displayName": "R. Ahmed", "name": "R. Ahmed <r.ahmed@example.invalid>"}
    return {"id": id, "workItemId": item, "rev": id, "revisedBy": by, "fields": fields}


def test_work_items_come_in_batches_with_all_updates_and_what_maps_need(fetching: Fetching) -> None:
    items = [a_work_item(number) for number in range(1, 206)]
    updates = {number: [an_update(1, number)] for number in range(1, 206)}
    updates[7] = [an_update(id, 7) for id in range(1, 402)]
    states = {"value": [{"name": "Active", "color": "b2", "category": "InProgress"}]}
    nodes = {"value": [{"name": "Fiber", "structureType": "iteration", "id": 1, "children": [
        {"name": "B", "structureType": "iteration", "id": 3}, {"name": "A", "structureType":
        "iteration", "id": 2}]}]}  # fmt: skip
    fields = {"value": [{"referenceName": "System.Title", "name": "Title", "type": "string"}]}
    answers = azure(items, updates, states=states, classificationNodes=nodes, fields=fields)
    with serving(Site(answers)) as site:
        result = fetching.azure(site)
        batches = [each for each in site.asked if each.path.endswith("/workitemsbatch")]
        assert [len(each.body["ids"]) for each in batches] == [200, 5]
        login = base64.b64encode(f":{TOKEN}".encode()).decode()
        assert {each.headers["Authorization"] for each in site.asked} == {f"Basic {login}"}
        before = fetching.every_byte()
        assert "0 of 6 files new or changed" in fetching.azure(site).output
    assert fetching.every_byte() == before
    assert result.exit_code == 0, result.output
    files = fetching.files("exchange/azure")
    assert len(files["updates-0001.json"]["value"]) == 205 + 400
    assert b"@example" not in b"".join(fetching.every_byte().values())
    assert "asOf" not in files["query.json"]
    map = fetching.root / "exchange/azure.yml"
    folder = str(fetching.root / "exchange/azure")
    assert fetching.run("import", "azure", folder, "--draft-map", str(map)).exit_code == 0
    imported = fetching.run("import", "azure", folder, "--map", str(map), "--on", "2026-11-27")
    assert imported.exit_code == 0, imported.output
    assert "205 made" in imported.output


def test_items_that_may_not_be_read_are_told_and_not_missed_by_the_import(
    fetching: Fetching,
) -> None:
    refs = [{"id": 1}, {"id": 2}]
    query = {"queryType": "flat", "columns": [], "workItems": refs}
    with serving(Site(azure([a_work_item(1)], query=query))) as site:
        saved = fetching.azure(site, query="1e4e5b17-f212-4ba2-9c2f-a95600ef50a5")
    assert saved.exit_code == 0, saved.output
    assert "1 of 2 work items may not be read, or are deleted: 2" in saved.output
    assert fetching.files("exchange/azure")["query.json"]["workItems"] == [{"id": 1}]


def test_where_no_item_of_a_query_may_be_read_earlier_files_stay(fetching: Fetching) -> None:
    query = {"queryType": "flat", "columns": [], "workItems": [{"id": 1}, {"id": 2}]}
    updates = {1: [{"id": 1, "workItemId": 1, "rev": 1, "fields": {}}]}
    with serving(Site(azure([a_work_item(1)], updates))) as site:
        assert fetching.azure(site).exit_code == 0
        before = fetching.every_byte()
    with serving(Site(azure([], query=query))) as site:
        result = fetching.azure(site)
    assert result.exit_code == 3
    assert "2 of 2 work items may not be read, or are deleted: 1, 2; nothing" in result.output
    assert fetching.every_byte() == before


def test_of_many_items_that_may_not_be_read_the_first_are_named(fetching: Fetching) -> None:
    refs = [{"id": number} for number in range(1, 9)]
    query = {"queryType": "flat", "columns": [], "workItems": refs}
    with serving(Site(azure([a_work_item(1)], query=query))) as site:
        result = fetching.azure(site)
    told = "7 of 8 work items may not be read, or are deleted: 2, 3, 4, 5, 6, and 2 more"
    assert told in result.output
    assert "1 work item in" in result.output


def test_a_query_of_azure_that_is_none_is_refused_before_anything_is_asked(
    fetching: Fetching,
) -> None:
    with serving(Site(azure([]))) as site:
        result = fetching.azure(site, query="project = APP")
        assert site.asked == []
    assert (result.exit_code, "neither WIQL nor" in result.output) == (2, True)


# Faults on the way -----------------------------------------------------------------------------


def test_it_waits_as_long_as_it_is_told_to_and_says_so(fetching: Fetching) -> None:
    until = refusing(
        503, Date="Fri, 27 Nov 2026 10:00:00 GMT", Retry_After="Fri, 27 Nov 2026 10:00:40 GMT"
    )
    faults = [refusing(429, Retry_After="7"), until, refusing(503), hanging_up,
              half_an_answer]  # fmt: skip
    with serving(Site(jira_cloud(some_issues(3)), faults)) as site:
        result = fetching.jira(site)
    assert result.exit_code == 0, result.output
    assert fetching.waits[:2] == [7, 40]
    assert "waiting 7 s: 127.0.0.1 is busy (429)" in result.output
    assert "broke off in the middle of an answer" in result.output
    assert len(fetching.issues()) == 3


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (refusing(429, Retry_After="900"), "it would be 900 s"),
        (refusing(503, Retry_After="1"), "still busy (503)"),
        (hanging_up, "cannot be reached"),
        (half_an_answer, "broke off"),
        (refusing(401), "the token is not accepted"),
        (refusing(403, b'{"errorMessages": ["no right"]}'), "may not read that (403): no right"),
        (refusing(404), "there is nothing (404)"),
        (refusing(200, b"<!DOCTYPE html><html>Log in</html>"), "answers with a web page"),
        (refusing(203, b"<html>Log in</html>"), "answers with a web page"),
        (refusing(200, b"it is down"), "is not JSON"),
        (refusing(302, Location="https://login.example.invalid/x"), "which gets no token"),
        (refusing(302, Location="/rest/api/2/serverInfo"), "sends on and on"),
        (refusing(200, X_Seraph_LoginReason="AUTHENTICATED_FAILED", data=b"no"), "login was refus"),
        (refusing(500, b"{}"), "still busy (500)"),
        (refusing(418, b"{}"), "answers 418"),
    ],
)  # fmt: skip
def test_what_cannot_be_finished_ends_with_3_and_leaves_what_is_there(
    fault: Any, says: str, fetching: Fetching
) -> None:
    with serving(Site(jira_cloud(some_issues(3)))) as site:
        fetching.jira(site)
        before = fetching.every_byte()
        site.faults = [nothing_wrong, *[fault] * 8]
        result = fetching.jira(site)
    assert result.exit_code == 3
    assert says in result.output
    assert "hint: " in result.output
    assert "Traceback" not in result.output
    assert fetching.every_byte() == before


def test_a_query_that_the_tracker_refuses_is_for_its_author_to_correct(fetching: Fetching) -> None:
    with serving(Site(jira_cloud([]))) as site:
        said = b'{"errorMessages": ["Field \'projekt\' does not exist."]}'
        site.faults = [nothing_wrong, nothing_wrong, refusing(400, said)]
        result = fetching.jira(site)
    assert result.exit_code == 2
    assert "Field 'projekt' does not exist." in result.output


def test_a_fetch_that_stopped_goes_on_where_it_was(fetching: Fetching) -> None:
    with serving(Site(jira_cloud(some_issues(6)))) as site:
        site.faults = [*[nothing_wrong] * 5, refusing(401)]
        stopped = fetching.jira(site)
        assert (stopped.exit_code, fetching.target.exists()) == (3, False)
        first = site.paths().count("/rest/api/3/search/jql")
        resumed = fetching.jira(site)
        assert site.paths().count("/rest/api/3/search/jql") == 3
    assert (first, resumed.exit_code) == (2, 0)
    assert "going on with a fetch that stopped: 3 answers had come" in resumed.output
    assert len(fetching.issues()) == 6
    assert sorted(path.name for path in (fetching.root / "exchange").iterdir()) == ["jira"]


def test_another_query_begins_anew(fetching: Fetching) -> None:
    with serving(Site(jira_cloud(some_issues(6)))) as site:
        site.faults = [*[nothing_wrong] * 5, refusing(401)]
        fetching.jira(site)
        result = fetching.jira(site, query="project = OTHER")
    assert (result.exit_code, "going on" in result.output) == (0, False)


def test_one_that_is_killed_leaves_what_is_there_and_goes_on(fetching: Fetching) -> None:
    whole, reached = jira_cloud(some_issues(6)), threading.Event()
    with serving(Site(whole)) as site:
        fetching.jira(site)
        before = fetching.every_byte()
        issues = some_issues(8)
        site.answer, halt = jira_cloud(issues), threading.Event()

        def stall(handler: Handler) -> bool:
            reached.set()
            return not halt.wait(30)

        site.faults = [*[nothing_wrong] * 6, stall]
        child = subprocess.Popen(
            [sys.executable, "-m", "leanfolio", "-C", str(fetching.root), "fetch", "jira",
             "--url", site.url, "--query", JQL],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert reached.wait(30)
        child.send_signal(signal.SIGKILL)
        child.wait(30)
        halt.set()
        left = fetching.every_byte()
        assert {name: left[name] for name in before} == before
        asked = len(site.asked)
        result = fetching.jira(site)
        assert "going on with a fetch that stopped: 4 answers" in result.output
        assert len(site.asked) - asked < asked
    assert (result.exit_code, len(fetching.issues())) == (0, 8)


# Tokens and addresses --------------------------------------------------------------------------


def test_a_token_is_sent_and_written_nowhere(fetching: Fetching) -> None:
    forms = [TOKEN, base64.b64encode(TOKEN.encode()).decode().rstrip("=")]
    with serving(Site(jira_cloud(some_issues(3)))) as site:
        for faults in ([], [nothing_wrong, refusing(500)], [nothing_wrong] * 4 + [refusing(401)]):
            site.faults = faults
            fetching.jira(site)
        assert {each.headers["Authorization"] for each in site.asked} == {f"Bearer {TOKEN}"}
        assert all(TOKEN not in json.dumps([each.path, each.body]) for each in site.asked)
    written = b"".join(fetching.every_byte().values()).decode()
    for form in forms:
        assert form not in written
        assert form not in fetching.printed


def test_a_map_cannot_send_the_token_to_a_host_that_the_environment_does_not_name(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Site(jira_cloud(some_issues(1)))) as site, serving(Site(lambda _: {})) as other:
        monkeypatch.setenv("LEANFOLIO_JIRA_URL", f"{site.url}/")
        refused = fetching.jira(other)
        assert (refused.exit_code, "is not the host of" in refused.output) == (2, True)
        assert other.asked == []
        assert fetching.run("fetch", "jira", "--query", JQL).exit_code == 0


def test_an_email_makes_the_login_of_the_cloud(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEANFOLIO_JIRA_EMAIL", "me@example.invalid")
    with serving(Site(jira_cloud(some_issues(1)))) as site:
        fetching.jira(site)
        sent = site.asked[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == f"me@example.invalid:{TOKEN}"
    assert sent not in fetching.printed


def test_a_tracker_that_repeats_the_token_is_not_kept(fetching: Fetching) -> None:
    for echo in (TOKEN, f"Bearer {TOKEN}"):
        issues = [an_issue("APP-1", description=echo)]
        with serving(Site(jira_cloud(issues))) as site:
            result = fetching.jira(site)
        assert (result.exit_code, fetching.target.exists()) == (3, False)
        assert "repeats the token" in result.output
        assert TOKEN.encode() not in b"".join(fetching.every_byte().values())


def test_another_host_gets_no_request(fetching: Fetching) -> None:
    with serving(Site(jira_cloud(some_issues(1)))) as site, serving(Site(lambda _: {})) as other:
        for place in (f"{other.url}/x", f"//{other.url.partition('//')[2]}/x", "ftp://127.0.0.1/"):
            site.faults = [refusing(302, Location=place)]
            result = fetching.jira(site)
            assert (result.exit_code, "gets no token" in result.output) == (3, True)
        assert other.asked == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://jira.example.invalid", "is not encrypted"),
        ("https://me:word@jira.example.invalid", "holds a name or a password"),
        ("https://jira.example.invalid/?os_username=x", "has a query"),
        ("jira.example.invalid", "is none"),
        ("file:///etc/passwd", "is none"),
        ("https://[half", "is none"),
        ("https://a.example.invalid:port", "is none"),
        ("https://a.example.invalid/\nHost: b", "is none"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str, says: str, fetching: Fetching) -> None:
    result = fetching.run("fetch", "jira", "--url", url, "--query", JQL)
    assert (result.exit_code, says in result.output) == (2, True), result.output
    assert "word" not in result.output.replace("password", "")


@pytest.mark.parametrize(
    "token", ["", "short", "two words of it", "a\nheader: of-its-own", "tökentöken"]
)
def test_a_token_that_is_none_is_refused_and_not_shown(
    token: str, fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEANFOLIO_JIRA_TOKEN", token)
    with serving(Site(jira_cloud([]))) as site:
        result = fetching.jira(site)
        assert site.asked == []
    assert (result.exit_code, "LEANFOLIO_JIRA_TOKEN" in result.output) == (2, True)
    assert not token or token not in result.output


# The command -----------------------------------------------------------------------------------


def test_a_dry_run_says_what_it_would_ask_and_asks_nothing(fetching: Fetching) -> None:
    with serving(Site(jira_cloud([]))) as site:
        before = fetching.every_byte()
        result = fetching.jira(site, "--dry-run")
        assert site.asked == []
    assert result.exit_code == 0
    assert f"POST {site.url}/rest/api/3/search/jql" in result.output
    assert "LEANFOLIO_JIRA_TOKEN is set" in result.output
    assert fetching.every_byte() == before


def test_a_folder_with_files_of_others_is_left_alone(fetching: Fetching) -> None:
    fetching.target.mkdir(parents=True)
    (fetching.target / "notes.json").write_text("{}")
    with serving(Site(jira_cloud(some_issues(1)))) as site:
        result = fetching.jira(site)
        assert site.asked == []
    assert (result.exit_code, "did not make, such as notes.json" in result.output) == (2, True)
    assert (fetching.target / "notes.json").read_text() == "{}"


def test_what_is_missing_is_asked_for_by_name(fetching: Fetching) -> None:
    missing: tuple[tuple[str, ...], ...] = (
        ("--query", JQL),
        ("--url", "https://a.example.invalid"),
    )
    for given in missing:
        result = fetching.run("fetch", "jira", *given)
        assert (result.exit_code, "below `fetch` in the map" in result.output) == (2, True)


def test_a_fetch_into_a_folder_waits_for_no_other(fetching: Fetching) -> None:
    from leanfolio.fetching.fetch_error import FetchError
    from leanfolio.fetching.partial import partial

    if os.name == "nt":
        pytest.skip("a folder cannot be locked there")
    with partial(fetching.target, {}), pytest.raises(FetchError, match="is under way"):  # noqa: SIM117
        with partial(fetching.target, {}):
            pass


def test_check_loads_nothing_that_speaks_to_a_network(
    starter: Path, run: Callable[..., Any]
) -> None:
    code = (
        "import sys; from leanfolio.cli import outcome;"
        "sys.argv = ['leanfolio', '-C', sys.argv[1], 'check']; code = outcome();"
        "print(code, sorted({'http.client', 'ssl', 'urllib.request', 'leanfolio.fetching'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(starter)], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stdout + done.stderr
