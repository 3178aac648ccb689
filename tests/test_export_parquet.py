"""Parquet: the tables of the database with their types, exact."""

import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as arrow  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from leanfolio.cli import commands
from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.output.database.parquet import decimal_of, is_exact_decimal, parquet_files
from leanfolio.output.database.table import Table, text_of
from leanfolio.output.database.tables import Provenance, tables_of
from making import written

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    return tables_of(load(Project.at(ROOT))[1], Provenance("public", "c0ffee"))


def read(data: bytes) -> Any:
    return parquet.read_table(BytesIO(data))


def test_each_table_is_a_file_with_the_same_values(tables: list[Table]) -> None:
    files = dict(parquet_files(tables))
    assert [*files] == [f"{table.name}.parquet" for table in tables]
    for table in tables:
        found = read(files[f"{table.name}.parquet"])
        assert found.num_rows == len(table.rows)
        for number, column in enumerate(table.columns):
            values = found.column(column.name).to_pylist()
            for value, row in zip(values, table.rows, strict=True):
                same = value if isinstance(value, date | bool) else text_of(value)
                here = row[number]
                expected = here if isinstance(here, date | bool) else text_of(here)
                if isinstance(here, str) and column.kind == "decimal":
                    assert value is None
                    assert here in found.column(f"{column.name}_text").to_pylist()
                elif column.kind == "decimal" and expected is not None:
                    assert Decimal(str(value)) == Decimal(str(expected))
                else:
                    assert same == expected


def test_numbers_are_decimals_and_days_are_dates(tables: list[Table]) -> None:
    epic = read(dict(parquet_files(tables))["epic.parquet"]).schema
    assert epic.field("cost").type == arrow.decimal128(38, 18)
    assert epic.field("scored_on").type == arrow.date32()
    assert epic.field("horizon").type == arrow.int64()


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_exact_or_not_there(number: Decimal) -> None:
    found = decimal_of(number)
    if found is None:
        assert not is_exact_decimal(number)
    else:
        stored = arrow.array([found], arrow.decimal128(38, 18))[0].as_py()
        assert Fraction(stored) == Fraction(number)


def test_without_the_library_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    root = written(tmp_path / "p")
    done = CliRunner().invoke(
        commands, ["-C", str(root), "export", "parquet", str(tmp_path / "out")]
    )
    assert done.exit_code == 3
    assert "leanfolio[parquet]" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["p"]
