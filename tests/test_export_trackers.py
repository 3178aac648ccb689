"""Tables for Jira and Azure DevOps: in the forms that their importers take."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from attacks import OWN
from leanfolio.cli import commands
from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.output.data import FORMULA
from leanfolio.output.table_guard import guard
from leanfolio.output.trackers import (
    AZURE_TYPES,
    JIRA_TYPES,
    TooLargeTree,
    azure_csv,
    azure_states,
    jira_csv,
    paragraphs,
)
from leanfolio.views.built import Built
from making import built, written

ROOT = Path(__file__).parents[1]
WORK = {
    "epics/EP-1.md": "title: An epic\nowner: A\nstate: funnel\ntags: [a, two words]\n"
    "business_value: 8\njob_size: 2.5\ndue: 2026-12-24\n",
    "epics/EP-2.md": "title: Second\nowner: B\nstate: funnel\ntags: [c]\ndepends_on: [EP-1]\n",
    "features/FT-1.md": "title: A feature\nepic: EP-1\nstate: backlog\nsize: 5\n"
    "stories: [{id: ST-1, title: A story, points: 3, state: ready}]\n",
}
KNOWN = {
    **WORK,
    "epics/EP-1.md": WORK["epics/EP-1.md"] + "source: {system: SYSTEM, key: KEY-7}\n",
}


def rows_of(text: str) -> tuple[list[str], list[list[str]]]:
    head, *rows = csv.reader(io.StringIO(text))
    return head, rows


def dicts(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def known(system: str) -> Built:
    return built({path: text.replace("SYSTEM", system) for path, text in KNOWN.items()})


def exported(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["-C", str(root), "export", *arguments])


# Jira --------------------------------------------------------------------------------------------


def test_jira_gets_levels_from_the_top_and_parents_by_issue_id() -> None:
    found = dicts(jira_csv(built(WORK).portfolio, JIRA_TYPES))
    names = ("Issue id", "Issue Type", "Parent", "Summary")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("1", "Epic", "", "An epic"), ("2", "Epic", "", "Second"), ("3", "Story", "1", "A feature"),
        ("4", "Sub-task", "3", "A story"),
    ]  # fmt: skip
    assert [row["Custom field (leanfolio ID)"] for row in found] == ["EP-1", "EP-2", "FT-1", "ST-1"]


def test_each_parent_of_the_sample_stands_above_its_children() -> None:
    _, sample = load(Project.at(ROOT))
    found = dicts(jira_csv(sample.portfolio, JIRA_TYPES))
    assert Counter(row["Issue Type"] for row in found) == {"Epic": 25, "Story": 60, "Sub-task": 150}
    children = [row for row in found if row["Parent"]]
    assert len(children) > 200
    assert all(int(row["Parent"]) < int(row["Issue id"]) for row in children)


def test_several_values_are_columns_of_one_name() -> None:
    head, rows = rows_of(jira_csv(built(WORK).portfolio, JIRA_TYPES))
    labels = [n for n, name in enumerate(head) if name == "Labels"]
    assert [[row[n] for n in labels] for row in rows] == [
        ["a", "two-words"], ["c", ""], ["", ""], ["", ""],
    ]  # fmt: skip


def test_numbers_and_days_are_exact_and_what_nobody_stated_is_empty() -> None:
    one, two, feature, story = dicts(jira_csv(built(WORK).portfolio, JIRA_TYPES))
    assert (one["Due date"], one["Custom field (Job Size)"]) == ("2026-12-24", "2.5")
    assert (two["Due date"], two["Custom field (Job Size)"]) == ("", "")
    points = [row["Custom field (Story Points)"] for row in (one, feature, story)]
    assert points == ["", "5", "3"]
    assert "Custom field (Time Criticality)" not in one  # nobody stated one


def test_what_waits_is_named_by_what_it_waits_for() -> None:
    column = "Outward issue link (Blocks)"
    rows = dicts(jira_csv(built(WORK).portfolio, JIRA_TYPES))
    assert [row[column] for row in rows] == ["2", "", "", ""]


def test_an_issue_that_jira_has_keeps_its_key_and_its_description() -> None:
    one, two, *_ = dicts(jira_csv(known("jira").portfolio, JIRA_TYPES))
    assert (one["Issue key"], one["Description"]) == ("KEY-7", "")
    assert (two["Issue key"], two["Description"]) == ("", "Prose.")
    assert dicts(jira_csv(known("azure").portfolio, JIRA_TYPES))[0]["Issue key"] == ""


# Azure -------------------------------------------------------------------------------------------


def test_azure_gets_a_tree_without_ids_and_states_of_what_is_new() -> None:
    [text] = files_of(built(WORK))
    head, rows = rows_of(text)
    assert head[:5] == ["ID", "Work Item Type", "Title 1", "Title 2", "Title 3"]
    assert [row[:5] for row in rows] == [
        ["", "Epic", "An epic", "", ""], ["", "Feature", "", "A feature", ""],
        ["", "User Story", "", "", "A story"], ["", "Epic", "Second", "", ""],
    ]  # fmt: skip
    assert "State" not in head
    assert [row["Tags"] for row in dicts(text)] == ["a; two words; EP-1", "FT-1", "ST-1", "c; EP-2"]
    assert azure_states(built(WORK).portfolio, AZURE_TYPES) == ([], 4)


def files_of(one: Built) -> list[str]:
    files = azure_csv(one.portfolio, AZURE_TYPES)
    assert isinstance(files, list)
    return files


def test_states_of_what_azure_has_follow_in_a_file_of_their_own() -> None:
    texts, new = azure_states(known("azure").portfolio, AZURE_TYPES)
    assert texts == ["ID,Work Item Type,Title,State\nKEY-7,Epic,An epic,funnel\n"]
    assert new == 3
    [table] = files_of(known("azure"))
    assert dicts(table)[0]["ID"] == "KEY-7"
    assert "Description" not in dicts(table)[0]  # an empty one would take away what Azure has


def test_prose_is_html_of_its_lines() -> None:
    assert paragraphs("One <b>\n\n  two & three\n") == "<p>One &lt;b&gt;</p><p>two &amp; three</p>"


def a_tree(number: int, below: int) -> dict[str, str]:
    features = "".join(
        f"  - {{id: FT-{number}-{n}, title: Feature {n}, state: backlog}}\n" for n in range(below)
    )
    return {f"epics/EP-{number}.md": f"title: Epic {number}\nfeatures:\n{features}"}


def test_a_file_has_at_most_a_thousand_rows_of_whole_trees() -> None:
    one = built({**a_tree(1, 599), **a_tree(2, 399), **a_tree(3, 0), **a_tree(4, 10)})
    files = [dicts(text) for text in files_of(one)]
    assert [len(rows) for rows in files] == [1000, 12]
    assert [rows[0]["Title 1"] for rows in files] == ["Epic 1", "Epic 3"]


def test_a_tree_that_no_file_can_hold_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    files = {"epics/EP-1.md": "title: A\n", **a_tree(2, 1000)}
    assert azure_csv(built(files).portfolio, AZURE_TYPES) == TooLargeTree("EP-2", 1001)
    done = exported(written(tmp_path, files), "azure-csv", str(tmp_path / "a.csv"), "--all")
    assert done.exit_code == 1
    assert "EP-2 has 1001 rows, and Azure takes 1,000 a file; nothing was written" in done.output
    assert not list(tmp_path.glob("*.csv"))


# Both --------------------------------------------------------------------------------------------


def test_the_files_are_written_beside_each_other(tmp_path: Path) -> None:
    root = written(tmp_path, {p: text.replace("SYSTEM", "azure") for p, text in KNOWN.items()})
    done = exported(root, "azure-csv", str(tmp_path / "a.csv"), "--all")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["a-states.csv", "a.csv"]
    assert "3 items are new to Azure" in done.output
    types = ("--issue-type", "feature=Task")
    assert exported(root, "jira-csv", str(tmp_path / "j.csv"), "--all", *types).exit_code == 0
    assert dicts((tmp_path / "j.csv").read_text())[2]["Issue Type"] == "Task"


@pytest.mark.parametrize("format", ["jira-csv", "azure-csv"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "what changed since the last import is not known"),
        (("--all", "--issue-type", "epos=Epic"), "names no type"),
        (("--all", "--issue-type", "epic"), "names no type"),
    ],
)
def test_what_cannot_be_done_is_said(
    format: str, arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    done = exported(written(tmp_path, WORK), format, str(tmp_path / "a.csv"), *arguments)
    assert (done.exit_code, words in done.output) == (2, True)
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize("format", ["jira-csv", "azure-csv"])
def test_hidden_items_are_in_no_table_and_in_no_prose(format: str, tmp_path: Path) -> None:
    secret = "title: Zyzzyva\nvisibility: confidential\nstate: funnel\n"
    root = written(tmp_path, {**WORK, "epics/EP-9.md": secret})
    path = root / "content/epics/EP-1.md"
    path.write_text(path.read_text() + "See [[EP-9]] and [this](EP-9.md), or EP-9.\n")
    done = exported(root, format, str(tmp_path / "a.csv"), "--all")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "a.csv").read_text()
    assert "See [[(not shown)]]" in text
    assert "EP-9" not in text
    assert "Zyzzyva" not in text


def test_no_cell_is_run_by_a_spreadsheet_and_all_else_is_as_it_was() -> None:
    one = built(WORK)
    items: dict[str, Any] = dict(one.portfolio.items)
    for text in OWN:
        changed = items["EP-1"].model_copy(update={"title": text, "owner": text, "tags": (text,)})
        changed._origin = items["EP-1"].origin
        portfolio = one.portfolio.with_items({**items, "EP-1": changed})
        azure = azure_csv(portfolio, AZURE_TYPES)
        assert isinstance(azure, list)
        for table in (jira_csv(portfolio, JIRA_TYPES), *azure):
            _, rows = rows_of(table)
            assert not [cell for row in rows for cell in row if cell.lstrip().startswith(FORMULA)]
            title = rows[0][4 if table.startswith("Issue") else 2]
            assert title.replace("\r", "\n") == guard(text).replace("\r", "\n")
