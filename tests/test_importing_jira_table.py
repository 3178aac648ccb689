"""CSV exports of Jira: columns that repeat, comments over many lines, links by their keys."""

import pytest

from leanfolio.importing.jira import read_jira
from leanfolio.importing.values import Remark, remark_of
from leanfolio.importing.work_item import Extract, SourceError
from trackers import a_file

HEAD = "Summary,Issue key,Issue id,Issue Type,Status"


def table(more: str, *rows: str, mark: str = ",") -> Extract:
    lines = [f"{HEAD},{more}", *(f"One,APP-{i},{i},Task,Open,{row}" for i, row in enumerate(rows))]
    return read_jira([a_file("\n".join(lines).replace(",", mark), "export.csv")])


def test_columns_of_one_name_are_a_list_in_their_order() -> None:
    [item] = table("Labels,Labels,Labels", "a,b,").items
    assert item.fields["Labels"] == ["a", "b"]


def test_two_fields_of_one_name_are_told_apart_by_their_place_and_asked_about() -> None:
    extract = table("Custom field (Size),Custom field (Size)", "4.0,", ",L")
    assert [item.fields for item in extract.items] == [
        {"Custom field (Size) #1": "4.0", "Custom field (Size) #2": None},
        {"Custom field (Size) #1": None, "Custom field (Size) #2": "L"},
    ]  # fmt: skip
    assert set(extract.ambiguous) == {"Custom field (Size) #1", "Custom field (Size) #2"}
    parted = table("Team,Votes,Team", "a,1,b").items[0].fields
    assert (parted["Team #1"], parted["Team #2"]) == ("a", "b")


def test_text_over_many_lines_keeps_its_lines_and_the_next_row_its_own() -> None:
    extract = table("Description", '"first\n\nthird"', "other")
    assert extract.items[0].fields["Description"] == "first\n\nthird"
    assert [item.line for item in extract.items] == [2, 5]


def test_a_status_of_a_table_is_its_own_id() -> None:
    extract = table("Status Category,Assignee Id", "In Progress,x")
    assert extract.statuses["Open"].category == "indeterminate"
    assert extract.forms == [("export.csv", "CSV of Jira Cloud")]
    assert table("Votes", "1").forms == [("export.csv", "CSV of Jira Server")]


def test_links_and_parents_are_found_by_their_columns() -> None:
    columns = "Inward issue link (Blocks),Inward issue link (Blocks),Parent,Parent key"
    [item] = table(columns, "APP-7,APP-8,77,APP-77").items
    assert [(link.direction, link.target) for link in item.links] == [
        ("inward", "APP-7"), ("inward", "APP-8"),
    ]  # fmt: skip
    assert item.parent == "77"


def test_a_comment_ends_with_its_cell_whatever_semicolons_it_holds() -> None:
    remark = remark_of("25/Jun/20 12:44;bo;one; two; three")
    assert remark == Remark("bo", "25/Jun/20 12:44", "one; two; three")
    assert remark_of("no comment") is None


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_part_values_too(mark: str) -> None:
    assert table("Labels", "a", mark=mark).items[0].fields == {"Labels": "a"}


def test_a_row_of_another_length_and_a_giant_cell_are_refused_with_their_line() -> None:
    with pytest.raises(SourceError, match=r"export.csv:2 has 7 values under 6 columns"):
        table("Labels", "a,b")
    with pytest.raises(SourceError, match=r"export.csv:2:1: "):
        table("Description", "x" * 200_000)
    with pytest.raises(SourceError, match="larger than 32 MB"):
        table("Description", "x" * 40_000_000)


def test_a_guard_comes_off_where_all_of_the_table_is_guarded() -> None:
    labels = [item.fields["Labels"] for item in table("Labels", "'=a", "''+b", "it's", "-5").items]
    assert labels == ["=a", "'+b", "it's", "-5"]


def test_apostrophes_of_people_stay_in_a_table_that_nobody_guarded() -> None:
    labels = [item.fields["Labels"] for item in table("Labels", "'=a", "=b").items]
    assert labels == ["'=a", "=b"]
