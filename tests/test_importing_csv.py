"""A table becomes a portfolio: what is stated comes over exactly, what is not stays unknown.

fixtures/gmpp.csv: six rows of the Government Major Projects Portfolio 2024-25, National
Infrastructure and Service Transformation Authority, United Kingdom. Contains public sector
information licensed under the Open Government Licence v3.0.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.cli import commands
from leanfolio.editor.fixes import apply_fixes
from leanfolio.editor.workspace import Workspace
from leanfolio.importing.cells import day_of, likely_forms
from leanfolio.importing.mapping import MapError, read_map
from leanfolio.importing.rows import Imported, import_rows
from leanfolio.model import Epic
from leanfolio.model.source import Source
from leanfolio.read import read

FIXTURES = Path(__file__).parent / "fixtures"
MAP = """
items:
  - type: epic
    fields:
      id: key
      title: name
      cost: {column: cost, times: 1000, drop: "£,"}
      kind: {column: sort, words: {tech: enabler}}
      tags: {column: labels, split: ";"}
"""
HEAD = "key,name,cost,sort,labels\n"


def imported(*rows: str, map: str = MAP) -> Imported:
    return import_rows(HEAD + "\n".join(rows), read_map(map), "plan.csv")


def epic(text: str) -> Epic:
    reading = read([Source(Path("epics/x.md"), text.encode())])  # type: ignore[arg-type]
    assert reading.problems == []
    [item] = reading.items
    assert isinstance(item, Epic)
    return item


def skipped(found: Imported) -> list[tuple[int, str, str]]:
    return [(each.line, each.what, each.why) for each in found.skipped]


def test_real_rows_become_a_portfolio_whose_sum_is_that_of_the_stated_costs(tmp_path: Path) -> None:
    command = ["-C", str(tmp_path), "import", "csv", str(FIXTURES / "gmpp.csv"),
               "--map", str(FIXTURES / "gmpp-map.yml")]  # fmt: skip
    done = CliRunner().invoke(commands, command)
    assert done.exit_code == 0, done.output
    again = CliRunner().invoke(commands, command)
    assert (again.exit_code, again.stdout.splitlines()[0]) == (
        0, "6 rows: 2 value-streams, 6 epics; 0 files written; 8 are there already, unchanged",
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "6 rows: 2 value-streams, 6 epics; 8 files written",
        "epic.cost: 2962700000 in all, stated in 5 of 6; 1 unknown",
    ]
    unknown = tmp_path / "content/epics/DBT-0293-2324-Q3.md"
    assert "cost" not in unknown.read_text()


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "content/epics/CO-0027-2021-Q4.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    command = ["-C", str(tmp_path), "import", "csv", str(FIXTURES / "gmpp.csv"),
               "--map", str(FIXTURES / "gmpp-map.yml")]  # fmt: skip
    done = CliRunner().invoke(commands, command)
    assert done.exit_code == 1
    assert "7 files written" in done.stdout
    assert "gmpp.csv:4: left out epics/CO-0027-2021-Q4.md" in done.stderr
    assert mine.read_text() == "mine"


def test_what_is_written_stands_in_the_order_of_the_format() -> None:
    """Whatever the order of the map: else a check would have something to mend in each file."""
    map = """
items:
  - type: epic
    fields: {cost: {column: cost, times: 1}, source.key: key, title: name, id: key,
             state: {always: funnel}, tags: {column: labels, split: ;},
             source.system: {always: plan}}
"""
    [made] = imported("EP-1,One,5,,a", map=map).made
    keys = re.findall(r"^(\w+):", made.text, re.M)
    assert keys == ["type", "id", "title", "tags", "source", "state", "cost"]
    assert "source: {key: EP-1, system: plan}" in made.text
    workspace = Workspace.from_sources(
        [Source(made.path, made.text.encode())], None, date(2026, 11, 20)
    )
    assert apply_fixes(workspace) == []


def test_a_field_is_filled_as_a_whole_or_piece_by_piece() -> None:
    both = "items: [{type: epic, fields: {id: key, source: name, source.key: key}}]"
    with pytest.raises(MapError, match="as a whole and piece by piece"):
        read_map(both)


def test_a_number_is_exact_and_its_signs_are_dropped_where_the_map_says_so() -> None:
    found = imported('EP-1,One,"£1,234.56",tech,a;b')
    item = epic(found.made[0].text)
    assert (item.cost, item.kind, item.tags) == (Decimal(1234560), "enabler", ("a", "b"))
    assert found.sums["epic.cost"].total == Decimal(1234560)


@pytest.mark.parametrize("cost", ["TBD", "50%", "75000-120000", "n/a", "1e99", "NaN"])
def test_what_is_no_number_stays_unknown_and_is_told(cost: str) -> None:
    found = imported(f"EP-1,One,{cost},,")
    assert epic(found.made[0].text).cost is None
    assert found.sums["epic.cost"].unknown == 1
    [(line, what, why)] = skipped(found)
    assert (line, what) == (2, "`cost` of EP-1")
    assert why.startswith(f"{cost!r} is not a number; ")
    assert why.endswith("; it stays unknown")


def test_a_row_is_left_out_with_its_line_and_a_reason() -> None:
    found = imported("EP-1,One,,,", ",Two,,,", "ep-1,Three,,,", "EP-4,Four", "EP-5,Five,-3,,")
    assert [each.path.stem for each in found.made] == ["EP-1", "EP-5"]
    assert [(line, why) for line, _, why in skipped(found)] == [
        (3, "the row gives it no id"),
        (4, "ep-1 stands on line 2 already"),
        (5, "it has 2 values under 5 columns"),
        (6, "EP-5 has `cost` '-3000', which is less than 0; write 0 or more"),
    ]


@pytest.mark.parametrize(
    ("map", "why"),
    [
        ("items: [{type: epicc, fields: {id: key}}]", "did you mean epic"),
        ("items: [{type: epic, fields: {title: name}}]", "with an `id`"),
        ("items: [{type: epic, fields: {id: key, title: labls}}]", "did you mean labels"),
        ("items: [{type: epic, fields: {id: key, cots: cost}}]", "did you mean cost"),
        ("items: [{type: epic, fields: {id: key, cost: {colum: cost}}}]", "did you mean column"),
        ("items: [{type: epic, fields: {id: key, cost: {times: 2}}}]", "needs one of"),
        ("items: []", "it has no `items`"),
        ("items: &a [*a]", "anchor"),
        ("items: [", "line 1: it cannot be read: the list that opens here is not closed"),
        ("items: [{type: epic, fields: {id: key, body: {column: name, times: 2}}}]", "is prose"),
        ("items: [{type: epic, fields: {id: Id, title: N}}]", "first row has to name the columns"),
        ("", "it has no `items`"),
    ],
)
def test_a_map_that_cannot_be_used_says_why(map: str, why: str) -> None:
    with pytest.raises(MapError, match=why):
        imported("EP-1,One,,,", map=map)


@given(title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip))
def test_whatever_a_cell_holds_is_text_in_the_file(title: str) -> None:
    quoted = title.replace('"', '""')
    found = import_rows(f'key,name\nEP-1,"{quoted}"\n', read_map(
        "items: [{type: epic, fields: {id: key, title: name, owner: name}}]"), "x.csv")  # fmt: skip
    for made in found.made:
        item = epic(made.text)
        assert item.id == "EP-1"
        if item.owner is not None:
            assert item.owner == item.title


def fields_of(map: str, table: str) -> tuple[list[Epic], list[tuple[int, str, str]]]:
    """The epics of a table whose map has these fields, and what was left out."""
    found = import_rows(table, read_map(f"items: [{{type: epic, fields: {{{map}}}}}]"), "t.csv")
    return [epic(made.text) for made in found.made], skipped(found)


def test_a_whole_number_is_written_as_one() -> None:
    [item], left = fields_of("id: Key, title: Name, horizon: H", "Key,Name,H\nA-1,One,1\n")
    assert (item.horizon, left) == (1, [])


def test_columns_of_one_name_are_one_list() -> None:
    items, left = fields_of(
        "id: Key, title: Name, tags: {column: Labels, split: ;}",
        "Name,Key,Labels,Labels,Labels\nAlpha,P-1,red,blue;green,\nBeta,P-2,green,,\n",
    )
    assert [item.tags for item in items] == [("red", "blue", "green"), ("green",)]
    assert left == []


def test_two_values_for_one_field_are_told_and_neither_is_taken() -> None:
    [item], left = fields_of("id: Key, title: Name, owner: O", "Key,Name,O,O\nP-1,A,Ada,Ben\n")
    assert item.owner is None
    assert left == [(2, "`owner` of P-1", "its column stands 2 times, with Ada and Ben")]


@pytest.mark.parametrize(
    ("form", "cell", "day"),
    [
        ("DD.MM.YYYY", "31.12.2026", date(2026, 12, 31)),
        ("MM/DD/YYYY", "1/2/2026", date(2026, 1, 2)),
        ("DD/Mon/YY", "10/Jan/26 12:00 AM", date(2026, 1, 10)),
        ("serial", "46022", date(2025, 12, 31)),
        ("serial", "46022.75", date(2025, 12, 31)),
    ],
)
def test_a_map_says_how_days_are_written(form: str, cell: str, day: date) -> None:
    map = f'id: Key, title: Name, due: {{column: Due, date: "{form}"}}'
    [item], left = fields_of(map, f"Key,Name,Due\nA-1,One,{cell}\n")
    assert (item.due, left) == (day, [])


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from("./- "), st.booleans())
def test_one_of_the_forms_that_are_proposed_reads_the_day(day: date, mark: str, us: bool) -> None:
    order = ("%m", "%d", "%Y") if us else ("%d", "%m", "%Y")
    written = day.strftime(mark.join(order))
    assert str(day) in [day_of(written, form) for form in likely_forms(written)]


def test_a_column_can_be_the_prose_of_an_item() -> None:
    map = "items: [{type: epic, fields: {id: Key, title: Name, body: Text}}]"
    table = 'Key,Name,Text,Text\nEP-1,One,"Two\nlines",More\nEP-2,Two,,\n'
    first, second = import_rows(table, read_map(map), "t.csv").made
    assert first.text.endswith("---\nTwo\nlines\n\nMore\n\nImported from t.csv, line 2.\n")
    assert second.text.endswith("---\nImported from t.csv, line 4.\n")


def test_a_day_with_a_time_is_that_day() -> None:
    map = "id: Key, title: Name, due: Due"
    [item], _ = fields_of(map, "Key,Name,Due\nA-1,One,2026-12-31T00:00:00Z\n")
    assert item.due == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("31.12.2026", "write 2026-12-31; in the map, `date: DD.MM.YYYY`"),
        ("10/Jan/26 12:00 AM", "in the map, `date: DD/Mon/YY`"),
        ("23/05/2026", "in the map, `date: DD/MM/YYYY`"),
        ("05-23-26", "in the map, `date: MM-DD-YY`"),
        ("10/05/2026", "in the map, `date: DD/MM/YYYY` or `date: MM/DD/YYYY`"),
        ("1 October 2026", "in the map, `date: DD Mon YYYY`"),
        ("soon", "write year, month and day, such as 2026-10-05"),
        (
            "46022",
            "as a serial number of a spreadsheet it is 2025-12-31; in the map, `date: serial`",
        ),
    ],
)
def test_a_day_that_cannot_be_read_costs_the_field_and_not_the_item(cell: str, advice: str) -> None:
    map = "id: Key, title: Name, cost: {column: Cost, times: 1}, due: Due"
    [item], [(line, what, why)] = fields_of(map, f"Key,Name,Cost,Due\nA-1,One,100,{cell}\n")
    assert (item.cost, item.due) == (Decimal(100), None)
    assert (line, what) == (2, "`due` of A-1")
    assert advice in why


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1.234,56", "1234.56"), ("12,5", "12.5"), ("1234", "1234"), ("1 234,5", "1234.5"),
     ("-3,25", None), ("1.23,4", None), ("1,2,3", None)],
)  # fmt: skip
def test_a_map_says_which_mark_stands_before_the_decimals(cell: str, number: str | None) -> None:
    map = 'id: Key, title: Name, cost: {column: Cost, decimal: ","}'
    [item], left = fields_of(map, f'Key,Name,Cost\nA-1,One,"{cell}"\n')
    assert item.cost == (Decimal(number) if number else None)
    assert bool(left) == (number is None)


@given(st.integers(0, 10**12), st.integers(0, 99), st.sampled_from(("", ".", " ", "'")))
def test_an_amount_with_a_decimal_comma_comes_over_exactly(
    whole: int, cents: int, between: str
) -> None:
    written = f"{whole:,}".replace(",", between) + f",{cents:02}"
    map = 'id: Key, title: Name, cost: {column: Cost, decimal: ","}'
    [item], _ = fields_of(map, f'Key,Name,Cost\nA-1,One,"{written}"\n')
    assert item.cost == Decimal(f"{whole}.{cents:02}")


def test_all_faults_of_a_row_are_told_in_one_run() -> None:
    map = "id: Key, title: Name, horizon: H, due: Due, urgency: U, cost: {column: C, times: 1}"
    [item], left = fields_of(map, "Key,Name,H,Due,U,C\nA-1,One,7,soon,high,TBD\n")
    assert item.title == "One"
    assert {what for _, what, _ in left} == {
        "`horizon` of A-1", "`due` of A-1", "`urgency` of A-1", "`cost` of A-1",
    }  # fmt: skip


def test_a_key_that_would_lose_letters_is_no_id() -> None:
    items, left = fields_of("id: Key, title: Name", "Key,Name\nP-ä,one\n項目1,two\nA 1,x\nA-1,y\n")
    assert [item.id for item in items] == ["A-1"]
    whys = [why for _, _, why in left]
    assert whys[0].startswith("its key 'P-ä' would become 'P': ")
    assert whys[1].startswith("its key '項目1' would become '1': ")
    assert whys[2] == "its key 'A-1' and 'A 1' on line 4 both become A-1"


def test_a_map_can_number_the_items() -> None:
    items, left = fields_of("id: {number: EP-}, title: Name", "Key,Name\nP-ä,one\nЗаказ-1,two\n")
    assert ([item.id for item in items], left) == (["EP-1", "EP-2"], [])


def run(folder: Path, *more: str) -> tuple[int, list[str]]:
    """The exit code and the lines of an import of t.csv by map.yml."""
    args = ["-C", str(folder), "import", "csv", str(folder / "t.csv")]
    done = CliRunner().invoke(commands, [*args, "--map", str(folder / "map.yml"), *more])
    return done.exit_code, done.stdout.splitlines()


def test_the_sum_is_of_what_was_written_and_what_was_left_out_stands_beside_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "map.yml").write_text(
        "items: [{type: epic, fields: {id: Key, title: Name, cost: {column: Cost, times: 1}}}]"
    )
    (tmp_path / "t.csv").write_text("Key,Name,Cost\nA-1,One,100\nA-1,Two,400\nA-3,Three,800\n")
    assert run(tmp_path, "--dry-run") == (1, [
        "3 rows: 2 epics; 2 files to write",
        "epic.cost: 900 in all, stated in 2 of 2; 0 unknown; 400 in 1 not written",
    ])  # fmt: skip
    assert not (tmp_path / "content").exists()
    assert run(tmp_path)[1][0] == "3 rows: 2 epics; 2 files written"
    assert run(tmp_path)[1] == [
        "3 rows: 2 epics; 0 files written; 2 are there already, unchanged",
        "epic.cost: 0 in all, stated in 0 of 0; 0 unknown; 400 in 1 not written",
    ]


def test_a_state_that_the_words_of_a_map_leave_out_is_reported_and_not_written() -> None:
    map = """
items:
  - type: epic
    fields: {id: key, title: name, state: {column: cost, words: {Doing: mvp}}}
"""
    found = imported("A-1,One,Doing,,", "A-2,Two,Weird,,", "A-3,Three,mvp,,", map=map)
    assert ["state: mvp" in each.text for each in found.made] == [True, False, True]
    assert [(what, why.partition(";")[0]) for _, what, why in skipped(found)] == [
        ("`state` of A-2", "'Weird' is none of the `words` of the map")
    ]
