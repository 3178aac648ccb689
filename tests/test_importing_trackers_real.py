"""Answers of real trackers: states, days, times and parents are those that the trackers say.

The data stand beside the repository, in `shared/data`; without them these runs are skipped.
"""

import json
import re
from datetime import date, datetime
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner

from leanfolio.cli import commands
from leanfolio.importing.azure import read_azure
from leanfolio.importing.draft_map import draft_of
from leanfolio.importing.exchange_map import read_exchange_map
from leanfolio.importing.exchange_run import ExchangeMapFile, ImportPlan, plan_import
from leanfolio.importing.jira import read_jira
from leanfolio.importing.report import as_text
from leanfolio.importing.source_text import SourceFile, read_source, source_of
from leanfolio.importing.work_item import Extract
from leanfolio.model import Feature, Story
from leanfolio.model.source import Source
from leanfolio.read import read

DATA = Path(__file__).parents[2] / "shared/data"
JIRA = DATA / "exchange/jira-rest-devlake"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not JIRA.is_dir(), reason="shared/data is not beside the repository"),
]
CATEGORIES = """
system: jira
types: {故事: feature, 任务: feature, 缺陷: feature, Story: feature, 子任务: story,
        Test Execution: story, Epic: epic}
states:
"""


def jira() -> Extract:
    return read_jira([read_source(JIRA / "search.json"), read_source(JIRA / "statuses.json")])


def planned(extract: Extract, map: str) -> ImportPlan:
    map_file = ExchangeMapFile("map.yml", read_exchange_map(map, "map.yml"))
    return plan_import(extract, map_file, (), date(2026, 11, 20))


def azure_answer(name: str) -> SourceFile:
    text = (DATA / "exchange/ado-rest-fabrikam" / name).read_text(encoding="utf-8")
    return source_of(name, json.dumps(json.loads(text)["responses"]["200"]["body"]).encode())


def test_completion_days_of_jira_are_its_resolution_dates_in_utc() -> None:
    """30 of 30; EE-8 to EE-10 end on 2020-07-08, though it was the 9th in their own zone."""
    truth = json.loads((JIRA / "truth.json").read_text(encoding="utf-8"))
    states = "".join(
        f'  "{id}": {{category: {category}}}\n'
        for id, category in truth["category_by_status_id"].items()
    )
    plan = planned(jira(), CATEGORIES + states)
    items = {
        item.id: item
        for item in read([Source(path, after) for path, _, after in plan.changes]).items
        if isinstance(item, Feature | Story)
    }
    right = 0
    for each in truth["items"]:
        history = items[each["key"]].history
        ends = [entry.on for entry in history if entry.state == "done"]
        starts = [entry.on for entry in history if entry.state == "in-progress"]
        assert str(ends[-1]) == each["completed"] == each["jira_resolutiondate_utc"]
        assert len(ends) == each["completions"]
        assert not starts or starts[0] >= date.fromisoformat(each["started"])
        right += 1
    assert right == truth["summary"]["n"] == 30
    for key in ("EE-8", "EE-9", "EE-10"):
        assert items[key].history[-1].on == date(2020, 7, 8)


def test_a_draft_asks_for_statuses_that_the_site_no_longer_lists_and_imports_at_once() -> None:
    draft = draft_of(jira())
    asked = re.findall(r'^  "(\d+)": .*asked, since no list', draft, re.MULTILINE)
    assert asked == ["10000", "10020", "10029", "5"]
    [line] = [line for line in draft.splitlines() if line.startswith('  "3":')]
    assert "name: In Progress" in line
    assert "was called In Development" in line
    report = planned(jira(), draft).report
    assert (len(report.made), report.problems, report.not_carried) == (33, [], [])


def test_all_that_the_draft_leaves_out_is_counted() -> None:
    report = planned(jira(), draft_of(jira())).report
    counts = {(each.kind, each.name): each.count for each in report.unmapped}
    assert counts["change", "Workflow"] == 221
    extract = jira()
    changes = sum(number for (kind, _), number in counts.items() if kind == "change")
    states = sum(len([*item.changes_of("status")]) for item in extract.items)
    assert changes + states == sum(len(item.changes) for item in extract.items) == 714


def test_a_bug_of_azure_has_its_times_and_its_three_parents() -> None:
    [bug] = read_azure([azure_answer("updates.json")]).items
    states = [(change.new_name, change.at) for change in bug.changes_of("status")]
    assert states == [
        ("New", datetime.fromisoformat("2017-09-04T02:08:16.6Z")),
        ("Active", datetime.fromisoformat("2017-09-04T02:36:18.75Z")),
    ]
    assert [change.new_id for change in bug.changes_of("parent")] == ["2", "", "7"]
    assert bug.parent == "7"


def test_work_items_hang_on_each_other_and_iterations_have_their_days() -> None:
    extract = read_azure([
        azure_answer("workitems-expand-all.json"), azure_answer("iterations.json"),
        azure_answer("relation-types.json"), azure_answer("reporting-revisions.json"),
    ])  # fmt: skip
    assert {item.id: item.parent for item in extract.items} == {
        "297": "", "299": "297", "300": "297", "1": "", "2": "",
    }  # fmt: skip
    assert extract.iterations["Fabrikam-Fiber-Git\\Release 1\\Sprint 2"] == (
        "2014-03-17", "2014-03-28",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("system", "file", "items"),
    [
        ("jira", "exchange/jira-csv-poinz/server-all-fields.csv", 4),
        ("jira", "exchange/jira-csv-poinz/server-custom-field.csv", 4),
        ("azure", "exchange/ado-csv-docs/flat-update.csv", 5),
        ("azure", "exchange/ado-csv-docs/tree-and-update.csv", 1),
        ("azure", "flowmetrics-csv/lighthouse/adodata.csv", 117),
    ],
)
def test_tables_are_drafted_imported_and_quiet_the_second_time(
    tmp_path: Path, system: str, file: str, items: int
) -> None:
    map = str(tmp_path / "exchange/map.yml")
    start = ["-C", str(tmp_path), "import", system, str(DATA / file)]
    assert CliRunner().invoke(commands, [*start, "--draft-map", map]).exit_code == 0
    first = CliRunner().invoke(commands, [*start, "--map", map, "--on", "2026-11-20"])
    assert first.stdout.splitlines()[-1].startswith(f"{items} made, ")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = CliRunner().invoke(commands, [*start, "--map", map, "--on", "2026-11-21"])
    assert f"0 made, 0 changed, 0 in conflict, 0 gone, {items} unchanged" in again.stdout
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    reading = read([
        Source(PurePosixPath(path.relative_to(tmp_path / "content")), path.read_bytes())
        for path in (tmp_path / "content").rglob("*.md")
    ])  # fmt: skip
    assert (len(reading.items), reading.problems) == (items, [])


def test_issues_in_files_of_their_own_are_one_extract() -> None:
    folder = DATA / "jira-json-jirametrics/complete_sample/sample_issues"
    extract = read_jira([read_source(file) for file in sorted(folder.glob("*.json"))])
    plan = planned(extract, draft_of(extract))
    assert len(plan.report.made) == 6
    assert not plan.report.has_problems, "\n".join(as_text(plan.report))
