"""Trends: the figures of an earlier day are those of that day, and what is not known is named."""

import csv
import io
import json
from datetime import date

import pytest

from leanfolio.output.data import as_csv, as_json
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from leanfolio.views.lists import increment_list
from leanfolio.views.registry import find
from leanfolio.views.trends import TrendRow, trend_table
from making import TODAY, built, sources

END = date(2026, 9, 25)
FILES = {
    "increments/PI-1.md": """
        title: One
        start: 2026-07-06
        end: 2026-09-25
        objectives: [{title: A, planned_value: 8, actual_value: 6},
          {title: B, commitment: uncommitted, planned_value: 2, actual_value: 1}]
        """,
    "increments/PI-2.md": "title: Two\nstart: 2026-10-05\nend: 2026-12-18",
    "objectives/OBJ-1.md": """
        title: An objective
        period: 2026-H2
        key_results:
          - {id: KR-1, title: A, start: 0, target: 10,
             check_ins: [{on: 2026-08-01, value: 2}, {on: 2026-11-01, value: 6}]}
          - {id: KR-2, title: B, start: 0, target: 10, check_ins: [{on: 2026-10-20, value: 4}]}
        """,
    "epics/EP-1.md": "title: A\nstate: done\nhistory: [{state: mvp, on: 2026-08-01},"
    " {state: done, on: 2026-09-20}]",
    "epics/EP-2.md": "title: B\nstate: done\nhistory: [{state: ready, on: 2026-08-01},"
    " {state: mvp, on: 2026-09-01}, {state: done, on: 2026-11-10}]",
    "epics/EP-3.md": "title: C\nstate: mvp\nhistory: [{state: ready, on: 2026-09-10},"
    " {state: mvp, on: 2026-10-01}]",
    "features/FT-1.md": "title: F\nepic: EP-1\nincrement: PI-1\nstate: done\n"
    "history: [{state: ready, on: 2026-07-10}, {state: done, on: 2026-08-20}]",
    "features/FT-2.md": "title: F\nepic: EP-2\nincrement: PI-1\nstate: done\n"
    "history: [{state: ready, on: 2026-07-10}, {state: done, on: 2026-10-10}]",
}


def rows(**more: str) -> tuple[TrendRow, ...]:
    return built({**FILES, **more}).figures.trends.rows


def test_the_figures_of_the_end_of_an_increment_and_of_today() -> None:
    then, now = rows()
    assert (then.increment, then.on, then.over) == ("PI-1", END, True)
    assert (str(then.score), then.reported, then.key_results) == ("0.20", 1, 2)
    assert (then.in_work, then.waiting, then.finished) == (1, 1, 1)
    assert (then.features_done, then.features, str(then.predictability)) == (1, 2, "87.5 %")
    assert (now.increment, now.on, now.over) == ("PI-2", TODAY, False)
    assert (str(now.score), now.reported) == ("0.50", 2)
    assert (now.in_work, now.waiting, now.finished) == (1, 0, 1)
    assert (now.features_done, now.features, now.predictability) == (0, 0, None)


@pytest.mark.parametrize("day", [END])
def test_they_are_those_of_a_site_that_is_built_for_that_day(day: date) -> None:
    then = rows()[0]
    that = build(sources(FILES), as_of=day, otherwise=TODAY)
    assert then.score is not None
    assert then.score.value == that.facts.mean_score.score
    board = {column.state: column.count for column in that.figures.board.columns}
    assert (then.in_work, then.waiting) == (board["mvp"] + board["persevere"], board["ready"])


def test_a_dropped_feature_counts_as_it_does_in_the_list_of_increments() -> None:
    dropped = (
        "title: F\nepic: EP-2\nincrement: PI-1\nstate: dropped\n"
        "history: [{state: ready, on: 2026-07-10}, {state: dropped, on: 2026-08-10}]"
    )
    made = built({**FILES, "features/FT-3.md": dropped})
    then = made.figures.trends.rows[0]
    assert (then.features_done, then.features) == (1, 3)
    first = increment_list(made.portfolio, made.figures).tables[0].rows[-1]
    assert str(first[-1]) == "2 of 3"  # today; FT-2 was finished after the end of PI-1


def test_what_has_no_history_is_named_and_no_count_is_claimed() -> None:
    made = built({**FILES, "epics/EP-4.md": "title: D\nstate: mvp"})
    trends = made.figures.trends
    then, now = trends.rows
    assert (then.unknown, now.unknown) == (("EP-4",), ())
    assert str(trends.summary).endswith(
        "Where one item stood on 2026-09-25 is not known, as it has no history: EP-4."
    )
    table = trend_table(trends, made.portfolio)
    in_work = [row[4] for row in table.rows]
    assert [str(cell) for cell in in_work] == ["2", "at least 1"]


def test_without_an_increment_that_is_over_there_is_no_trend() -> None:
    made = built({"increments/PI-2.md": FILES["increments/PI-2.md"]})
    listing = increment_list(made.portfolio, made.figures)
    assert [table.title for table in listing.tables] == ["Increments"]
    assert str(made.figures.trends.finding) == "Too few days are known for a trend"
    public = published(built({**FILES, "objectives/OBJ-1.md":
                              "title: O\nvisibility: confidential"}), "public")  # fmt: skip
    assert str(public.figures.trends.finding) == "Too few days are shown for a trend"


def test_table_json_and_csv_hold_the_same() -> None:
    made: Built = built(FILES)
    view = find("trends")
    assert view is not None
    value = view.make(made)
    answer = json.loads(as_json(value, TODAY))["rows"]
    lines = list(csv.DictReader(io.StringIO(as_csv(view.row_tuple(value)))))
    assert [(each["on"], each["score"]) for each in answer] == [
        (line["on"], line["score"]) for line in lines
    ]
    page = find("increments")
    assert page is not None
    table = page.make(made).tables[-1]
    assert table.title == "Trends"
    assert [str(row[2]) for row in reversed(table.rows)] == [each["score"] for each in answer]
    assert str(value.finding) == (
        "The objectives that ran had a mean score of 0.20 on 2026-09-25, and have 0.50 today"
    )
