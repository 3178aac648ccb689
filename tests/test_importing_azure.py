"""Answers and tables of Azure DevOps: a change has its own time, and trees keep their shape."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from leanfolio.importing.azure import read_azure
from leanfolio.importing.work_item import HISTORY_CUT, SourceError
from trackers import a_file

SITE = "https://dev.azure.com/fabrikam/_apis/wit/workItems"


def a_work_item(id: int = 1, rev: int = 3, relations: Any = (), **fields: Any) -> dict[str, Any]:
    usual = {
        "System.Title": f"Work {id}", "System.State": "Active", "System.WorkItemType": "Bug",
        "System.CreatedDate": "2026-01-05T09:00:00Z", "System.ChangedDate": "2026-02-05T09:00:00Z",
    }  # fmt: skip
    return {
        "id": id, "rev": rev, "fields": usual | fields, "url": f"{SITE}/{id}",
        "relations": list(relations),
    }  # fmt: skip


def relation(end: str, id: int) -> dict[str, str]:
    return {"rel": f"System.LinkTypes.{end}", "url": f"{SITE}/{id}"}


def an_update(
    id: int, revised: str, state: tuple[str, str] | None = None, changed: str = "",
    relations: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An update of work item 1: `changed` is its own time, `revised` that of the next revision."""
    update: dict[str, Any] = {"id": id, "workItemId": 1, "rev": id, "revisedDate": revised}
    if changed:
        update["fields"] = {"System.ChangedDate": {"newValue": changed}}
        if state is not None:
            update["fields"]["System.State"] = {"oldValue": state[0], "newValue": state[1]}
    if relations is not None:
        update["relations"] = relations
    return update


def answer(*entries: Any, name: str = "answer.json") -> Any:
    return a_file({"count": len(entries), "value": list(entries)}, name)


def test_the_time_of_a_change_is_its_own_and_not_that_of_the_next_revision() -> None:
    updates = answer(
        an_update(1, "2026-01-09T00:00:00Z", ("", "New"), "2026-01-05T09:00:00Z"),
        an_update(2, "9999-01-01T00:00:00Z", ("New", "Active"), "2026-01-09T23:59:59.5Z"),
        name="updates.json",
    )
    [item] = read_azure([answer(a_work_item()), updates]).items
    assert [(each.new_name, each.at.day) for each in item.changes] == [("New", 5), ("Active", 9)]
    assert not item.is_history_cut


def test_a_time_that_no_calendar_has_in_utc_is_none() -> None:
    created: Any = {"System.CreatedDate": "0001-01-01T00:00:00+05:00"}
    [item] = read_azure([answer(a_work_item(**created))]).items
    assert item.created is None


def test_an_update_of_links_alone_happened_when_it_was_revised() -> None:
    parent = relation("Hierarchy-Reverse", 2)
    updates = answer(
        an_update(1, "2026-01-09T00:00:00Z", ("", "New"), "2026-01-05T09:00:00Z"),
        an_update(2, "2026-01-06T10:00:00Z", relations={"added": [parent]}),
        an_update(3, "2026-01-07T10:00:00Z", relations={"removed": [parent]}),
        an_update(4, "9999-01-01T00:00:00Z",
                  relations={"added": [relation("Hierarchy-Reverse", 7)]}),
    )  # fmt: skip
    [item] = read_azure([updates]).items
    parents = [(each.new_id, each.at) for each in item.changes_of("parent")]
    assert parents == [
        ("2", datetime(2026, 1, 6, 10, tzinfo=UTC)), ("", datetime(2026, 1, 7, 10, tzinfo=UTC)),
        ("7", datetime(2026, 1, 7, 10, tzinfo=UTC)),
    ]  # fmt: skip
    assert (item.parent, item.title) == ("7", "")


def test_updates_with_a_gap_are_a_history_that_is_cut() -> None:
    updates = answer(
        an_update(9, "9999-01-01T00:00:00Z", ("New", "Active"), "2026-01-09T00:00:00Z")
    )
    extract = read_azure([answer(a_work_item(), name="items.json"), updates])
    [note] = extract.notes
    assert note.message == (
        f"{HISTORY_CUT}: 1 of 9 came; GET _apis/wit/workItems/1/updates?$top=200&$skip=0"
    )


def test_revisions_are_the_history_and_the_last_one_is_the_item() -> None:
    changed = ["2026-01-05T09:00:00Z", "2026-01-07T09:00:00Z", "2026-01-09T09:00:00Z"]
    revisions = [
        a_work_item(1, rev, (), **{"System.State": state, "System.ChangedDate": at})
        for rev, state, at in zip((1, 2, 3), ("New", "New", "Closed"), changed, strict=True)
    ]
    [item] = read_azure([answer(*reversed(revisions))]).items
    assert [(each.old_name, each.new_name, each.at.day) for each in item.changes] == [
        ("New", "Closed", 9)
    ]
    assert item.status is not None
    assert (item.status.name, item.has_history) == ("Closed", True)
    [alone] = read_azure([answer(a_work_item())]).items
    assert not alone.has_history


def test_reporting_revisions_end_with_their_last_batch() -> None:
    batch = {"values": [a_work_item(rev=1)], "isLastBatch": False, "nextLink": "x"}
    with pytest.raises(SourceError, match="more batches") as told:
        read_azure([a_file(batch)])
    assert told.value.incomplete
    last = {"values": [a_work_item(rev=2)], "isLastBatch": True}
    assert len(read_azure([a_file(batch, "1.json"), a_file(last, "2.json")]).items) == 1


def test_a_query_of_a_tree_says_whose_child_each_is_and_what_is_missing() -> None:
    query = a_file({
        "queryType": "tree", "columns": [], "workItemRelations": [
            {"target": {"id": 1}},
            {"rel": "System.LinkTypes.Hierarchy-Forward", "source": {"id": 1}, "target": {"id": 2}},
        ]}, "query.json")  # fmt: skip
    extract = read_azure([query, answer(a_work_item(1), a_work_item(2))])
    assert {item.id: item.parent for item in extract.items} == {"1": "", "2": "1"}
    with pytest.raises(SourceError, match="2 items in all, and 1 came; missing are 2") as told:
        read_azure([query, answer(a_work_item(1))])
    assert told.value.incomplete


def test_links_have_a_direction_and_files_are_none() -> None:
    relations = [
        relation("Dependency-Reverse", 5), relation("Dependency-Forward", 6),
        {"rel": "AttachedFile", "url": "https://dev.azure.com/x/attachments/1"},
    ]  # fmt: skip
    [item] = read_azure([answer(a_work_item(relations=relations))]).items
    assert [(link.type, link.direction, link.target) for link in item.links] == [
        ("System.LinkTypes.Dependency", "inward", "5"),
        ("System.LinkTypes.Dependency", "outward", "6"),
    ]
    assert item.url == "https://dev.azure.com/fabrikam/_workitems/edit/1"


def test_what_azure_does_not_give_is_refused_by_name() -> None:
    with pytest.raises(SourceError, match="no form that Azure DevOps gives"):
        read_azure([a_file({"weather": "fine"})])


HEAD = "ID,Work Item Type,Title 1,Title 2,Title 3,State"


def test_rows_of_a_tree_hang_on_the_last_row_above_them() -> None:
    rows = [HEAD, "1,Epic,A,,,New", "2,Feature,,B,,New", "3,Story,,,C,New", "4,Feature,,D,,New",
            "5,Epic,E,,,New", "6,Story,,,F,New"]  # fmt: skip
    extract = read_azure([a_file("\n".join(rows), "tree.csv")])
    assert {item.title: item.parent for item in extract.items} == {
        "A": "", "B": "1", "C": "2", "D": "1", "E": "", "F": "5",
    }  # fmt: skip
    assert extract.forms == [("tree.csv", "CSV of Azure, as a tree")]


def test_a_row_without_an_id_is_told_and_a_number_twice_is_refused() -> None:
    extract = read_azure([a_file(f"{HEAD}\n,Epic,A,,,New", "tree.csv")])
    assert extract.items == []
    assert "no ID" in extract.notes[0].message
    with pytest.raises(SourceError, match=r"tree.csv:3 has the ID 1, which line 2 has"):
        read_azure([a_file(f"{HEAD}\n1,Epic,A,,,New\n1,Epic,B,,,New", "tree.csv")])


def test_a_table_without_ids_is_refused_with_what_to_do() -> None:
    with pytest.raises(SourceError, match="has no column 'ID'") as told:
        read_azure([a_file("Work Item Type,Title\nBug,x", "t.csv")])
    assert "add the column" in told.value.hint
