"""A plain table by an exchange map: guessed, merged by field, apart from maps that only add."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from leanfolio.cli import commands
from leanfolio.importing.exchange_map import ColumnMap
from leanfolio.importing.mapping import MapError
from leanfolio.importing.plain_table import guessed_columns, read_plain
from leanfolio.importing.table_text import table_of
from leanfolio.importing.work_item import SourceError
from trackers import a_file

TABLE = """ID,Name,Type,State,Started Date,Closed Date,Depends On,Tags
E-1,First,Epic,Done,2026-01-05,2026-02-05,,a|b
E-2,Second,Epic,In Progress,2026-01-20,,"E-1, E-9",
"""


def run(root: Path, *arguments: str) -> Result:
    start = ["-C", str(root), "import", "csv", str(root / "plan.csv")]
    return CliRunner().invoke(commands, [*start, *arguments])


def drafted(root: Path) -> tuple[str, ...]:
    (root / "plan.csv").write_text(TABLE)
    map = root / "exchange/plan.yml"
    assert run(root, "--draft-map", str(map)).exit_code == 0
    return ("--map", str(map), "--on", "2026-11-20")


def test_a_table_is_drafted_imported_and_merged(tmp_path: Path) -> None:
    arguments = drafted(tmp_path)
    done = run(tmp_path, *arguments)
    assert (done.exit_code, done.stdout.splitlines()[-1].partition(",")[0]) == (0, "2 made")
    first = (tmp_path / "content/epics/E-1.md").read_text()
    assert "tags: [a, b]" in first
    assert "  - {state: mvp, on: 2026-01-05}\n  - {state: done, on: 2026-02-05}\n" in first
    second = tmp_path / "content/epics/E-2.md"
    second.write_text(second.read_text().replace("title: Second", "title: Second # ours"))
    (tmp_path / "plan.csv").write_text(TABLE.replace("Second", "Other"))
    assert "2 epics" not in run(tmp_path, *arguments).stdout
    assert "title: Other # ours\n" in second.read_text()


def test_links_lead_to_rows_and_what_is_no_row_is_an_id_here(tmp_path: Path) -> None:
    (tmp_path / "exchange").mkdir()
    arguments = drafted(tmp_path)
    map = tmp_path / "exchange/plan.yml"
    map.write_text(map.read_text().replace("columns:", "ids: {before: X-}\ncolumns:"))
    run(tmp_path, *arguments)
    assert "depends_on: [X-E-1, E-9]" in (tmp_path / "content/epics/X-E-2.md").read_text()


def test_two_sources_of_one_kind_are_told_apart_by_their_names(tmp_path: Path) -> None:
    arguments = drafted(tmp_path)
    run(tmp_path, *arguments)
    other = tmp_path / "exchange/other.yml"
    text = (tmp_path / "exchange/plan.yml").read_text()
    other.write_text(text.replace("system: csv", "system: csv\ncalled: desk\nids: {before: D-}"))
    done = run(tmp_path, "--map", str(other), "--on", "2026-11-20")
    assert done.stdout.splitlines()[-1].startswith("2 made, 0 changed")
    assert "system: desk" in (tmp_path / "content/epics/D-E-1.md").read_text()


def test_columns_are_guessed_by_their_usual_names() -> None:
    found = guessed_columns(table_of(a_file(TABLE, "plan.csv")), "plan.csv")
    assert found == ColumnMap(id="ID", title="Name", type="Type", status="State")
    with pytest.raises(SourceError, match="seems to be the id of a row"):
        guessed_columns(table_of(a_file("First,Age\nA,3", "t.csv")), "t.csv")


def test_a_column_that_is_not_there_a_number_twice_and_a_row_without_one() -> None:
    roles = ColumnMap(id="Key", title="Name")
    with pytest.raises(MapError, match=r"no column 'Key' for `id`; did you mean 'Keys'\?"):
        read_plain([a_file("Keys,Name\n1,x", "t.csv")], roles)
    with pytest.raises(SourceError, match=r"t.csv:3 has the id 1, which t.csv:2 has"):
        read_plain([a_file("Key,Name\n1,x\n1,y", "t.csv")], roles)
    extract = read_plain([a_file("Key,Name\n,x\n2,y", "t.csv")], roles)
    assert [item.id for item in extract.items] == ["2"]
    assert "no id" in extract.notes[0].message


def test_a_map_with_items_takes_one_table_and_one_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(TABLE)
    map = tmp_path / "map.yml"
    map.write_text("items: [{type: epic, fields: {id: ID, title: Name}}]")
    assert run(tmp_path).exit_code == 2
    two = run(tmp_path, str(tmp_path / "plan.csv"), "--map", str(map))
    assert (two.exit_code, "takes one file" in two.stderr) == (2, True)
    assert run(tmp_path, "--map", str(map)).stdout == "2 rows: 2 epics; 2 files written\n"


def test_a_map_that_an_editor_began_with_its_mark_is_one_of_an_exchange(tmp_path: Path) -> None:
    arguments = drafted(tmp_path)
    map = tmp_path / "exchange/plan.yml"
    text = map.read_text()
    map.write_text("\ufeff" + text[text.index("system:") :])
    assert "2 made" in run(tmp_path, *arguments).stdout
