"""A view in a page of prose: the rows that its author asks for, and how many are left."""

import pytest

from leanfolio.views.cell import Table
from leanfolio.views.pages import embedded_views
from leanfolio.views.registry import embeddable_names
from making import built
from pages import lint, page_at

FILES = {
    "value-streams/VS-2.md": "title: Another stream\nowner: B",
    "epics/EP-2.md": """
        title: A second epic
        owner: B
        state: reviewing
        value_stream: VS-2
        key_results: [KR-1]
        depends_on: [EP-1]
        business_value: 3
        time_criticality: 3
        risk_opportunity: 1
        job_size: 8
        """,
    "epics/EP-3.md": """
        title: A third epic
        owner: C
        state: funnel
        value_stream: VS-2
        key_results: [KR-1]
        tags: [green, fast]
        business_value: 1
        time_criticality: 1
        risk_opportunity: 1
        job_size: 13
        """,
    "features/FT-1.md": "title: A feature\nowner: A\nepic: EP-2\nincrement: PI-1\nstate: funnel",
    "risks/RK-1.md": "title: A risk\nowner: A\naffects: [EP-2]\nstatus: owned",
    "increments/PI-1.md": "title: First\nstart: 2026-07-06\nend: 2026-09-25",
    "increments/PI-2.md": "title: Second\nstart: 2026-10-05\nend: 2026-12-18",
}


def embedded(**spec: object) -> Table:
    """The table that a page asks for."""
    (table,) = embedded_views(built(FILES), spec)
    return table


def ids(table: Table, column: int) -> list[str]:
    return [str(getattr(row[column], "id", row[column])) for row in table.rows]


def test_a_view_that_is_not_known_is_none() -> None:
    assert list(embedded_views(built(FILES), {"view": "none such"})) == []
    assert list(embedded_views(built(FILES), {})) == []


@pytest.mark.parametrize("name", embeddable_names())
def test_every_row_of_every_view_fills_its_columns(name: str) -> None:
    table = embedded(view=name)
    assert table.title
    assert all(len(row) == len(table.headers) for row in table.rows)


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        (None, {"EP-1", "EP-2", "EP-3"}),
        ({"value_stream": "VS-2"}, {"EP-2", "EP-3"}),
        ({"value_stream": ["VS-1", "VS-2"], "owner": "C"}, {"EP-3"}),
        ({"tags": "green"}, {"EP-3"}),
        ({"tags": ["fast", "slow"]}, {"EP-3"}),
        ({"job_size": 8}, {"EP-1", "EP-2"}),
        ({"type": "epic"}, {"EP-1", "EP-2", "EP-3"}),
        ({"type": "risk"}, set()),
        ({"no_such_field": "x"}, set()),
        ({"state": "funnel"}, {"EP-1", "EP-3"}),
    ],
)
def test_where_keeps_the_items_that_have_all_the_values_named(
    where: object, wanted: set[str]
) -> None:
    assert set(ids(embedded(view="epics", where=where), 0)) == wanted


@pytest.mark.parametrize(
    ("view", "column", "where", "wanted"),
    [
        ("epics", 0, {"tag": "green"}, {"EP-3"}),
        ("epics", 0, {"objective": "OBJ-1"}, {"EP-1", "EP-2", "EP-3"}),
        ("epics", 0, {"theme": ["TH-1"], "state": "reviewing"}, {"EP-2"}),
        ("epics", 0, {"increment": "PI-1"}, {"EP-2"}),
        ("epics", 0, {"increment": "PI-2"}, set()),
        ("epics", 0, {"theme": "OBJ-1"}, set()),
        ("items", 0, {"value_stream": "VS-2", "type": ["feature", "risk"]}, {"FT-1", "RK-1"}),
        ("risks", 0, {"epic": "EP-2"}, {"RK-1"}),
        ("risks", 0, {"value_stream": "VS-1"}, set()),
        ("okr", 0, {"value_stream": "VS-2"}, {"KR-1"}),
        ("okr", 0, {"epic": "EP-1", "title": "An objective"}, {"KR-1"}),
        ("funding", 0, {"value_stream": "VS-2"}, {"VS-2", "EP-2", "EP-3"}),
        ("trace", 0, {"value_stream": "VS-1"}, {"EP-1", "EP-2", "KR-1", "OBJ-1"}),
    ],
)
def test_what_belongs_to_an_item_meets_a_condition_by_its_type(
    view: str, column: int, where: dict[str, object], wanted: set[str]
) -> None:
    assert set(ids(embedded(view=view, where=where), column)) == wanted


def test_a_filter_that_finds_nothing_says_so_and_any_filter_is_told() -> None:
    nothing = embedded(view="board", where={"owner": "Nobody", "value_stream": ["VS-1", "VS-2"]})
    assert str(nothing.note) == "Nothing here has owner Nobody, value stream VS-1 or VS-2."
    some = embedded(view="epics", where={"value_stream": "VS-2"}, limit=1)
    assert str(some.note) == "Only value stream VS-2. One more stands on the page “Epics”."
    assert str(embedded(view="ballots").note) == "There is nothing in this view yet."


@pytest.mark.parametrize(
    ("options", "note"),
    [
        ({"limit": 2},
         "One more stands on the page “Ranking”. One epic has no score, and so no rank."),
        ({"where": {"owner": "B"}}, "Only owner B."),
        ({"where": {"owner": "D"}},
         "Nothing here has owner D. One epic has no score, and so no rank."),
    ],
)  # fmt: skip
def test_a_ranking_counts_the_epics_that_have_no_rank(
    options: dict[str, object], note: str
) -> None:
    unscored = {"epics/EP-4.md": "title: A fourth epic\nowner: D\nstate: funnel"}
    (table,) = embedded_views(built({**FILES, **unscored}), {"view": "ranking", **options})
    assert str(table.note) == note


def test_a_list_of_views_is_a_table_for_each_with_an_anchor_of_its_own() -> None:
    spec = {"view": ["okr", "board", "funding"], "where": {"value_stream": "VS-2"}}
    tables = list(embedded_views(built(FILES), spec))
    assert [table.anchor for table in tables] == ["view-okr", "view-board", "view-funding"]
    assert all(table.rows for table in tables)


def test_the_same_view_twice_on_a_page_has_two_anchors() -> None:
    files = {"plan.md": "title: Plan\nview: [board, board]"}
    text = page_at(built(files), "plan.html")
    assert 'id="view-board"' in text and 'id="view-board-2"' in text
    assert lint("plan.html", text) == []


def test_the_board_and_the_ranking_take_the_same_condition() -> None:
    assert ids(embedded(view="board", where={"owner": "B"}), 1) == ["EP-2"]
    assert "EP-2" not in ids(embedded(view="ranking", where={"value_stream": "VS-1"}), 1)


@pytest.mark.parametrize(("limit", "rows"), [(0, 0), (2, 2), (3, 3), (9, 3), (-1, 3), (True, 3)])
def test_a_limit_cuts_the_rows_and_says_how_many_are_left(limit: object, rows: int) -> None:
    table = embedded(view="epics", limit=limit)
    assert len(table.rows) == rows
    assert bool(table.note) == (rows < 3)
    if rows == 2:
        assert str(table.note) == "One more stands on the page “Epics”."


def test_the_money_of_one_stream_is_what_a_condition_on_it_leaves() -> None:
    every, one = embedded(view="funding"), embedded(view="funding", where={"title": "A stream"})
    assert set(ids(one, 0)) == {"VS-1", "VS-1 A stream: unallocated"}
    assert len(one.rows) < len(every.rows)


def test_key_results_come_with_their_objective() -> None:
    assert len(embedded(view="okr", where={"title": "An objective"}).rows) == 1
    assert embedded(view="okr", where={"title": "A theme"}).rows == ()


def test_links_are_kept_from_both_ends() -> None:
    kept = embedded(view="trace", where={"title": "A second epic"})
    assert "EP-2" in ids(kept, 0)
    assert {*ids(kept, 0), *ids(kept, 2)} >= {"EP-1"}


def test_one_increment_can_be_named() -> None:
    assert set(ids(embedded(view="increment"), 0)) == {"PI-1", "PI-2"}
    assert ids(embedded(view="increment", increment="PI-2"), 0) == ["PI-2"]
