"""Rows as CSV: no cell becomes a row of its own, or a formula, on any Python."""

import csv
import io
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from leanfolio.output.data import as_csv, json_lines

FORMULAS = ("=1+1", "+1+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1+1", "\n＋1")


class Row(Struct, frozen=True):
    id: str
    title: str


@given(st.text(st.sampled_from("a=+-@\t\r\n\u00a0＝,\"';0"), max_size=8))
def test_a_row_stays_one_row_and_no_cell_runs(title: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv([Row("EP-1", title)]))))
    assert rows[0] == ["id", "title"]
    assert len(rows) == 2
    assert "\r" not in as_csv([Row("EP-1", title)])
    start = rows[1][1].lstrip()[:1]
    assert start not in ("=", "+", "@", "＝") or not start


@pytest.mark.parametrize("title", FORMULAS)
def test_what_begins_like_a_formula_is_text(title: str) -> None:
    [_, row] = csv.reader(io.StringIO(as_csv([Row("EP-1", title)])))
    assert row[1].startswith("'")
    assert row[1].count("\r") == 0


@pytest.mark.parametrize("between", [";", "; ", "\t", "\n", ";\u00a0"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_no_cell_runs_where_cells_are_parted_otherwise(between: str, sign: str) -> None:
    """A spreadsheet set to semicolons takes no notice of quotes in the middle of a line."""
    text = as_csv([Row("EP-1", f"innocent{between}{sign}HYPERLINK(0)")])
    cells = [cell for line in text.splitlines() for cell in re.split("[;\t]", line)]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]
    assert as_csv([Row("EP-1", "EP-2; -5; x")]).endswith("EP-2; -5; x\n")


def test_a_table_without_rows_holds_its_heads_where_they_are_known() -> None:
    assert as_csv([], Row) == "id,title\n"
    assert as_csv([]) == ""


def test_a_number_stays_a_number() -> None:
    assert as_csv([Row("EP-1", "-12.50")]) == "id,title\nEP-1,-12.50\n"


@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda values: st.lists(values) | st.dictionaries(st.text(), values),
        ),
    )
)
def test_json_in_lines_is_the_same_json(answer: dict[str, Any]) -> None:
    text = json_lines(answer)
    assert json.loads(text) == answer
    rows = sum(len(value) for value in answer.values() if isinstance(value, list | dict))
    assert text.count("\n") >= len(answer) + rows
