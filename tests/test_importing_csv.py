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
from leanfolio.importing.mapping import Imported, MapError, import_rows, read_map
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
    desk = Workspace.from_sources([Source(made.path, made.text.encode())], None, date(2026, 11, 20))
    assert apply_fixes(desk) == []


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
    assert skipped(found) == [(2, "`cost` of EP-1", f"{cost!r} is not a number; it stays unknown")]


def test_a_row_is_left_out_with_its_line_and_a_reason() -> None:
    found = imported("EP-1,One,,,", ",Two,,,", "ep-1,Three,,,", "EP-4,Four", "EP-5,Five,-3,,")
    assert [each.path.stem for each in found.made] == ["EP-1"]
    assert [(line, why) for line, _, why in skipped(found)] == [
        (3, "the row gives it no id"),
        (4, "ep-1 stands on line 2 already"),
        (5, "it has 2 values under 5 columns"),
        (6, "EP-5 has `cost` '-3000', which is less than 0"),
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
