"""The view of flow: what the page says and draws, and what programs get."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from leanfolio.cli import commands
from leanfolio.output.data import as_json
from leanfolio.output.data_files import view_files
from leanfolio.views.built import Built
from leanfolio.views.flow import FlowView
from leanfolio.views.flow.drawings import BOTTOM, LEFT, RIGHT, TOP
from leanfolio.views.pages import embedded_view
from leanfolio.views.registry import find
from making import built, written
from pages import lint, pages
from test_flow_clock import STATES, an_epic

KEYS = {
    "source", "time", "load", "efficiency", "velocity", "distribution", "cumulative", "sle",
    "open_counted", "debt_days", "total_age", "age", "in_state", "blocked", "signals",
}  # fmt: skip


def portfolio(done: int, still: int = 0, more: str = "") -> dict[str, str]:
    """So many finished epics that took 1, 2, 3... days, and so many open ones."""
    head = f"type: portfolio\ntitle: Any\n{STATES}{more}"
    finished = {
        f"epics/EP-{n}.md": an_epic(
            ("ready", "2026-09-01"), ("done", f"2026-09-{n + 1:02}"), more="kind: business"
        )
        for n in range(1, done + 1)
    }
    opened = {
        f"epics/EP-{50 + n}.md": an_epic(("ready", f"2026-10-{n + 1:02}"), more="kind: business")
        for n in range(still)
    }
    return {"portfolio.md": head, **finished, **opened}


def flow(built: Built) -> FlowView:
    return built.figures.flow


def test_the_finding_says_whole_days_and_the_share_that_was_attained() -> None:
    view = flow(built(portfolio(10)))
    assert str(view.finding) == "90 % of 10 finished items took at most 9 days"
    assert str(view.time.p85) == "8.65"


def test_with_few_finished_there_is_no_percentile_but_the_chance_of_one_more() -> None:
    view = flow(built(portfolio(6)))
    assert (view.time.n, view.time.p50) == (6, None)
    said = " ".join(map(str, view.notes))
    assert "One more of the kind takes at most 6 days with a chance of 86 %." in said
    assert "cannot say with a chance of 85 %" in " ".join(map(str, flow(built(portfolio(5))).notes))


def test_without_a_history_the_view_says_so() -> None:
    view = flow(built())
    assert str(view.finding) == "No history: nobody says when epics moved"
    assert (view.source, view.graphs, view.load) == ("none", (), 0)


def test_the_service_level_is_told_in_words() -> None:
    level = "flow: {sle: {share: 85, days: 5}}\n"
    view = flow(built(portfolio(10, 1, level)))
    said = " ".join(map(str, view.notes))
    assert "Service level 85 % within 5 days: 50 % attained." in said
    assert "One open item is past it: EP-50." in said
    assert view.sle is not None
    assert view.sle.attained == Decimal(50)
    assert view.sle.past == ("EP-50",)


def test_the_page_says_where_the_drawing_counts_more_than_its_table() -> None:
    files = portfolio(1, 1)
    stopped = an_epic(("ready", "2026-09-01"), ("rejected", "2026-10-05"), more="kind: business")
    sentence = "The lines of the cumulative flow also count items that were cancelled"
    assert not [note for note in flow(built(files)).notes if str(note).startswith(sentence)]
    with_one = flow(built({**files, "epics/EP-9.md": stopped}))
    assert [note for note in with_one.notes if str(note).startswith(sentence)]


def test_the_page_prints_how_days_are_counted() -> None:
    inclusive = flow(built(portfolio(10, more="flow: {days: inclusive}\n")))
    assert any("inclusively" in str(sentence) for sentence in inclusive.clock)
    assert str(inclusive.time.p85) == "9.65"


@pytest.mark.parametrize(("done", "still"), [(0, 0), (1, 0), (0, 1), (12, 0), (40 - 15, 20)])
def test_the_page_of_nothing_one_and_many_is_sound(done: int, still: int) -> None:
    made = dict(pages(built(portfolio(done, still))))["flow.html"]
    assert lint("flow.html", made) == []
    assert ("<svg" in made.split("<main")[1]) == bool(done or still)


def test_every_mark_of_a_drawing_lies_within_its_box() -> None:
    for board in flow(built(portfolio(25, 20))).graphs:
        charts = [part.chart for part in board.parts]
        assert all(charts)
        for chart in charts:
            assert chart is not None
            for dot in chart.dots:
                assert LEFT <= dot.x <= RIGHT
                assert TOP <= dot.y <= BOTTOM
            for bar in chart.bars:
                assert LEFT <= bar.x < bar.x + bar.width <= RIGHT
                assert bar.y >= TOP
                assert bar.y + bar.height == BOTTOM


def test_programs_get_the_keys_of_flow_and_the_sums_agree() -> None:
    made = built(portfolio(10, 3))
    answer = json.loads(as_json(flow(made), made.as_of))
    assert answer.keys() >= KEYS
    assert answer["time"] == {"n": 10, "p50": "5.5", "p85": "8.65", "p95": "9.55", "mean": "5.5"}
    assert sum(week["n"] for week in answer["velocity"]) == 10
    assert answer["distribution"] == {"business": {"done": 10, "open": 3}}
    last = answer["cumulative"][-1]
    assert (last["on"], last["done"]) == ("2026-11-20", 10)
    assert answer["check"]["load_days"] == answer["check"]["item_days"]
    assert not {"graphs", "tables", "scope_table"} & answer.keys()


def test_each_drawing_has_its_numbers_as_csv() -> None:
    view = find("flow")
    assert view is not None
    files = view_files(built(portfolio(10, 3)), view)
    assert set(files) == {"data/flow.json", "data/flow.csv"} | {
        f"data/flow-epic-{name}.csv"
        for name in ("cumulative", "scatter", "age", "throughput", "states")
    }
    assert files["data/flow-epic-scatter.csv"].count("\n") == 11


def test_prose_may_hold_the_flow_of_one_stream() -> None:
    files = portfolio(10)
    files["epics/EP-1.md"] += "\nvalue_stream: VS-1\n"
    table = embedded_view(built(files), {"view": "flow", "where": {"id": "VS-1"}})
    assert table is not None
    assert [str(row[0]) for row in table.rows] == ["value-stream"]


def test_show_flow_prints_the_finding_and_the_clock(tmp_path: Path) -> None:
    folder = written(tmp_path, portfolio(10))
    done = CliRunner().invoke(
        commands, ["-C", str(folder), "show", "flow", "--as-of", "2026-11-20"]
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("90 % of 10 finished items took at most 9 days\n")
    assert "The clock starts with the first entry" in done.stdout


def test_a_view_as_of_an_earlier_day_leaves_out_what_had_not_come() -> None:
    view = flow(built(portfolio(10), as_of=date(2026, 9, 6)))
    assert view.time.n == 6
    assert sorted(view.left_out) == ["EP-10", "EP-7", "EP-8", "EP-9"]
