"""The database of a portfolio: exact, whole, linked, the same twice, and of one audience."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from attacks import OWN
from leanfolio.cli import commands
from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.model import TYPES
from leanfolio.output.data import guarded
from leanfolio.output.data_files import data_files
from leanfolio.output.database.items import item_tables
from leanfolio.output.database.sqlite import database
from leanfolio.output.database.table import LARGEST, cell, micros, text_of
from leanfolio.output.database.tables import Provenance, tables_of
from leanfolio.pipeline import published
from leanfolio.views.built import Built
from leanfolio.wording import Rounded
from making import built, written

ROOT = Path(__file__).parents[1]


def exported(root: Path, *arguments: str) -> Result:
    """What `leanfolio export` says and ends with, for the project in a folder."""
    return CliRunner().invoke(commands, ["-C", str(root), "export", *arguments])


QUERIES = dict(
    re.findall(r"^```sql (\w+)\n(.*?)^```$", (ROOT / "docs/database.md").read_text(), re.M | re.S)
)


@contextmanager
def opened(data: bytes) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data)
        yield connection


def bytes_of(one: Built) -> bytes:
    return database(one, tables_of(one, Provenance("public", "c0ffee")))


@pytest.fixture(scope="module")
def sample() -> Built:
    return load(Project.at(ROOT))[1]


@pytest.fixture(scope="module")
def file(sample: Built) -> bytes:
    return bytes_of(sample)


def test_every_reference_holds_and_the_file_is_whole(file: bytes) -> None:
    with opened(file) as sql:
        assert sql.execute("PRAGMA foreign_key_check").fetchall() == []
        assert sql.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kinds = [sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                 for table in ("epic", "epic_key_results", "feature", "history")]  # fmt: skip
        assert all(kinds)


def test_the_same_content_gives_the_same_bytes(sample: Built, file: bytes) -> None:
    assert bytes_of(load(Project.at(ROOT))[1]) == file


def test_every_name_can_be_written_without_quotation_marks(file: bytes) -> None:
    with opened(file) as sql:
        names = sql.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        for (table,) in names:
            for column in columns(sql, table):
                sql.execute(f"SELECT {table}.{column} FROM {table} LIMIT 1").fetchall()


def columns(sql: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in sql.execute(f"PRAGMA table_info({table})")]


def test_figures_are_those_of_the_data_files_cell_by_cell(sample: Built, file: bytes) -> None:
    texts = {path[5:-4]: text for path, text in data_files(sample).items() if path[-3:] == "csv"}
    compared = 0
    with opened(file) as sql:
        for name, text in texts.items():
            table = "figures_" + name.replace("-", "_")
            for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=1):
                known = as_dict(sql, f"SELECT * FROM {table} WHERE position = {number}")
                for column, value in row.items():
                    found = known[column] if column in known else known[f"{column}_"]
                    if found is None or str(found)[:1] not in "[{":
                        assert as_csv_has_it(found, value) == value, (name, number, column)
                        compared += 1
    assert compared > 10_000


def as_dict(sql: sqlite3.Connection, query: str) -> dict[str, Any]:
    cursor = sql.execute(query)
    return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))


def as_csv_has_it(found: Any, there: str) -> str:
    """The cell of a CSV for a value: yes and no are words, a share has its sign."""
    if there in ("True", "False"):
        return str(bool(found))
    if there.endswith(" %") and str(found) == there[:-2]:
        return there
    return "" if found is None else str(guarded(found))


def test_each_page_of_rows_has_a_view_in_the_order_of_the_page(sample: Built, file: bytes) -> None:
    with opened(file) as sql:
        ranked = sql.execute("SELECT id, score, score_micros FROM page_ranking").fetchall()
    expected = [
        (row.id, str(row.score), int(Decimal(str(row.score)) * 1_000_000))
        for row in sample.figures.ranking.items
    ]
    assert ranked == expected


# The five queries of the documentation -----------------------------------------------------------


def answers(file: bytes, name: str) -> list[Any]:
    with opened(file) as sql:
        return sql.execute(QUERIES[name]).fetchall()


def test_there_are_five_queries() -> None:
    assert sorted(QUERIES) == ["board", "funding", "predictability", "progress", "ranking"]


def test_a_query_gives_the_scores_of_the_ranking(sample: Built, file: bytes) -> None:
    rows = answers(file, "ranking")
    shown = sample.figures.ranking.items[:5]
    assert [row[:4] for row in rows] == [(r.rank, r.id, r.title, str(r.score)) for r in shown]
    assert [row[4] for row in rows] == pytest.approx([float(r.exact) for r in shown])


def test_a_query_gives_the_columns_of_the_board(sample: Built, file: bytes) -> None:
    shown = {
        column.state: (len(column.cards), max(card.age_days or 0 for card in column.cards))
        for column in sample.figures.board.columns
        if column.cards
    }
    assert {state: (n, days) for state, n, days in answers(file, "board")} == shown


def test_a_query_gives_the_totals_of_the_money(sample: Built, file: bytes) -> None:
    totals = [row for row in sample.figures.funding.totals if row.period != "total"]
    shown = sorted((row.period, row.approved, row.actual) for row in totals)
    assert answers(file, "funding") == shown


def test_a_query_gives_the_predictability_of_increments(sample: Built, file: bytes) -> None:
    from leanfolio.model import Increment
    from leanfolio.views.increment_figures import increment_figures

    ids = [entry.id for entry in sample.portfolio.items_of(Increment)]
    figures = {id: increment_figures(sample, id) for id in ids}
    shown = {
        id: str(each.predictability)
        for id, each in figures.items()
        if each is not None and each.predictability
    }
    assert shown
    assert {id: f"{share:.1f}" for id, share in answers(file, "predictability")} == shown


def test_a_query_gives_the_progress_of_key_results(sample: Built, file: bytes) -> None:
    shown = {
        row.id: row.progress.value
        for row in sample.figures.key_results.values()
        if row.kind == "metric" and row.progress is not None
    }
    found = dict(answers(file, "progress"))
    assert shown
    assert {id: found[id] for id in shown} == pytest.approx({k: float(v) for k, v in shown.items()})


# Exactness ---------------------------------------------------------------------------------------


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18))
def test_a_number_is_exact_as_text_and_in_millionths_or_has_none(number: Decimal) -> None:
    text, scaled = text_of(cell(number, "decimal")), micros(number)
    assert Decimal(str(text)) == number
    if scaled is None:
        assert Fraction(number) % Fraction(1, 10**6) or abs(number) * 10**6 > LARGEST
    else:
        assert Fraction(scaled, 10**6) == Fraction(number)


def test_a_number_without_millionths_is_named(tmp_path: Path) -> None:
    files = {"epics/EP-2.md": "title: B\nowner: A\nstate: funnel\ncost: 100000000000000\n"}
    root = written(tmp_path, files)
    done = exported(root, "sqlite", str(tmp_path / "a.db"))
    assert done.exit_code == 0, done.stderr
    assert "warning: " in done.stderr
    assert "beyond_micros" in done.stderr
    with closing(sqlite3.connect(tmp_path / "a.db")) as sql:
        rows = sql.execute("SELECT * FROM beyond_micros WHERE in_table = 'epic'").fetchall()
        assert [row[1:] for row in rows] == [("epic", "cost", "EP-2", "100000000000000")]
        query = "SELECT cost, cost_micros FROM epic WHERE id = 'EP-2'"
        assert sql.execute(query).fetchall() == [("100000000000000", None)]


def test_a_whole_number_beyond_64_bits_is_named_and_stops_nothing() -> None:
    one = built({"teams/T-1.md": f"title: T\nlimit: {10**30}\n"})
    tables = tables_of(one, Provenance("public", None))
    with opened(database(one, tables)) as sql:
        assert sql.execute("SELECT limit_ FROM team").fetchall() == [(None,)]
        rows = sql.execute("SELECT in_table, in_column, value FROM beyond_micros").fetchall()
        assert rows == [("team", "limit_", str(10**30))]


def test_a_printed_score_keeps_its_zeros() -> None:
    assert text_of(Rounded(Fraction(8), 2)) == "8.00"
    assert micros(Rounded(Fraction(8), 2)) == 8_000_000


def test_what_nobody_stated_is_null_and_not_zero() -> None:
    one = built({"epics/EP-2.md": "title: B\nowner: A\nstate: funnel\n"})
    with opened(bytes_of(one)) as sql:
        query = "SELECT cost, cost_micros, job_size, approved FROM epic WHERE id = 'EP-2'"
        assert sql.execute(query).fetchall() == [(None, None, None, None)]


def test_days_can_be_reckoned_with_and_the_whole_says_what_it_stands_for(file: bytes) -> None:
    with opened(file) as sql:
        assert sql.execute("SELECT as_of, commit_id, audience, partial FROM about").fetchall() == [
            ("2026-11-20", "c0ffee", "public", 0)
        ]
        [(days,)] = sql.execute("SELECT count(*) FROM history WHERE date(entered_on) IS NULL")
        assert days == 0


def test_every_field_of_the_models_has_its_place(sample: Built) -> None:
    tables = {table.name: table for table in item_tables(sample.portfolio)}
    for type, model in TYPES.items():
        own = type.replace("-", "_")
        known = {column.name.rstrip("_") for column in tables[own].columns}
        for name in (field.rstrip("_") for field in model.model_fields):
            parts = any(each.startswith(f"{name}_") for each in known)
            assert name in known or parts or any(
                table == f"{own}_{name}" or table.startswith(f"{own}_{name}_") for table in tables
            ), (type, name)  # fmt: skip
        for table in tables.values():
            names = [column.name for column in table.columns]
            assert len(set(names)) == len(names), table.name


# Hostile texts and broken links -------------------------------------------------------------------


def test_texts_that_break_out_elsewhere_stay_what_they_are() -> None:
    """Also NUL; and of half a character, which no file of UTF-8 can hold, a question mark."""
    one = built()
    epic = one.portfolio["EP-1"]
    item = epic.model_copy(update={"title": OWN[0], "tags": OWN})
    item._origin = epic.origin
    portfolio = one.portfolio.with_items({**one.portfolio.items, "EP-1": item})
    with opened(bytes_of(replace(one, portfolio=portfolio))) as sql:
        tags = [tag for (tag,) in sql.execute("SELECT value FROM epic_tags ORDER BY position")]
    assert tags == [text.encode("utf-8", "replace").decode("utf-8") for text in OWN]


def test_content_with_a_link_to_nowhere_is_exported_without_it() -> None:
    files = {"epics/EP-2.md": "title: B\nvalue_stream: VS-9\nkey_results: {KR-1: 2, KR-9: 3}\n"}
    with opened(bytes_of(built(files))) as sql:
        assert sql.execute("SELECT value_stream FROM epic WHERE id='EP-2'").fetchall() == [(None,)]
        links = sql.execute("SELECT * FROM epic_key_results WHERE epic = 'EP-2'").fetchall()
        assert links == [("EP-2", 1, "KR-1", "2", 2_000_000)]
        assert sql.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_database_of_a_whole_portfolio_is_that_of_everybody(sample: Built, file: bytes) -> None:
    assert bytes_of(published(sample, "public")) == file


def test_lists_of_figures_are_json(file: bytes) -> None:
    with opened(file) as sql:
        [(who,)] = sql.execute("SELECT scored_by FROM page_ranking WHERE rank = 1").fetchall()
        assert all(isinstance(name, str) for name in json.loads(who))
        [(n,)] = sql.execute(
            "SELECT count(*) FROM page_ranking, json_each(scored_by) WHERE rank = 1"
        ).fetchall()
        assert n == len(json.loads(who))


def test_a_day_is_looked_back_at_as_on_the_site(tmp_path: Path) -> None:
    out = tmp_path / "a.db"
    done = exported(ROOT, "sqlite", str(out), "--as-of", "2026-09-01")
    assert done.exit_code == 0, done.stderr
    with closing(sqlite3.connect(out)) as sql:
        assert sql.execute("SELECT as_of FROM about").fetchone() == (date(2026, 9, 1).isoformat(),)
        [(latest,)] = sql.execute("SELECT max(on_) FROM key_result_check_ins")
        assert latest <= "2026-09-01"
