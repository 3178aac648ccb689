"""The view of flow: what the page says and draws, and what programs get."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html as parser

from leanfolio.cli import commands
from leanfolio.output.data import as_json
from leanfolio.output.data_files import view_files
from leanfolio.views.built import Built
from leanfolio.views.flow import FlowView
from leanfolio.views.flow.drawings import BOTTOM, LEFT, RIGHT, TOP
from leanfolio.views.pages import embedded_view
from leanfolio.views.registry import find
from making import built, written
from pages import every, lint, pages
from test_flow_clock import STATES, an_epic
from test_flow_forecast import PAST, TEAM, THREE, a_feature, finished

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
    assert "do not tell how long one more will take, with a chance of 85 %" in " ".join(
        map(str, flow(built(portfolio(5))).notes)
    )


def test_without_a_history_the_view_says_so() -> None:
    view = flow(built())
    assert str(view.finding) == "No history: nobody says when epics moved"
    assert (view.source, view.graphs, view.load) == ("none", (), 0)


def test_the_service_level_is_told_in_words() -> None:
    level = "flow: {sle: {share: 85, days: 5}}\n"
    view = flow(built(portfolio(10, 1, level)))
    said = " ".join(map(str, view.notes))
    assert "The service level is 85 % done within 5 days; 50 % of 10 finished items were." in said
    assert "One open item has taken longer already: EP-50." in said
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
    } | {"data/flow-forecast.csv"}
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


# Forecasts ---------------------------------------------------------------------------------------


def with_pace(*more: tuple[str, str]) -> dict[str, str]:
    """A team that finished a feature or two in each week, with three that are open."""
    files = {**finished(1, 2, 1, 1, 2, 1), **THREE, "teams/T-1.md": TEAM, **dict(more)}
    return {**files, "epics/EP-8.md": PAST}


def test_the_page_says_when_open_epics_are_done_and_how_that_was_made() -> None:
    view = flow(built(with_pace(), as_of=date(2026, 11, 15))).forecast
    row = next(row for row in view.epics if row.id == "EP-1")
    assert (row.open, row.p50, row.p85) == (3, date(2026, 12, 11), date(2027, 1, 1))
    assert (str(row.how), row.why_not, view.seed) == ("calculated", None, None)
    teams = [(team.team, team.weeks, team.busy_weeks) for team in view.teams]
    assert teams == [("T-1", (0, 0, 0, 0, 0, 0, 1, 2, 1, 1, 2, 1), 6)]
    said = " ".join(map(str, view.words))
    assert "A week is five working days, Monday to Friday; no days off are left out." in said
    assert "simulated in 10000 trials with the seed 20261115" in said


def test_a_forecast_that_is_impossible_names_the_team() -> None:
    made = built({**with_pace(), "features/FT-9.md": a_feature("T-4"), "teams/T-4.md": TEAM},
                 as_of=date(2026, 11, 15))  # fmt: skip
    row = next(row for row in flow(made).forecast.epics if row.id == "EP-1")
    why = (
        "team T-4 finished no feature in its last 12 whole weeks; a forecast needs five weeks in"
        " which it finished one"
    )
    assert (str(row.why_not), row.how, row.p85) == (why, None, None)
    page = dict(pages(made))["epics/EP-1.html"]
    assert f"cannot forecast: {why}" in page
    assert why in dict(pages(made))["flow.html"]


def test_the_page_of_an_epic_and_the_command_give_the_same_dates(tmp_path: Path) -> None:
    made = built(with_pace(), as_of=date(2026, 11, 15))
    page = dict(pages(made))["epics/EP-1.html"]
    assert "3 open features, calculated from the past weeks of their team" in page
    folder = written(tmp_path, with_pace())
    said = run_forecast(folder, "EP-1", "--by", "2026-12-04")
    assert said.startswith(
        "EP-1: 3 open features, all done by 2027-01-01 with a chance of 85 %\n\n50 % by 2026-12-11"
    )
    assert "Weeks of T-1: " in said


def run_forecast(folder: Path, *arguments: str) -> str:
    done = CliRunner().invoke(
        commands, ["-C", str(folder), "forecast", *arguments, "--as-of", "2026-11-15"]
    )
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_same_seed_gives_the_same_answer_and_it_is_printed(tmp_path: Path) -> None:
    waits = ("features/FT-2.md", a_feature(more="depends_on: [FT-1]"))
    folder = written(tmp_path, with_pace(waits))
    usual, seeded, other = (
        json.loads(run_forecast(folder, "EP-1", "--by", "2026-12-04", "--format", "json", *more))
        for more in ((), ("--seed", "20261115"), ("--seed", "7", "--trials", "50"))
    )
    assert usual == seeded
    assert (usual["seed"], usual["trials"], usual["how"]) == (20261115, 10000, "simulated")
    assert (other["seed"], other["trials"]) == (7, 50)
    assert usual["by"].keys() == {"on", "increment", "weeks", "chance", "numbers"}
    assert usual["by"]["weeks"] == 3


def test_no_chance_is_told_as_surer_than_95_percent(tmp_path: Path) -> None:
    folder = written(tmp_path, with_pace())
    later = json.loads(run_forecast(folder, "EP-1", "--by", "2027-06-30", "--format", "json"))
    assert later["by"]["chance"] == ">95 %"
    assert "all of it is done with a chance of >95 %" in run_forecast(
        folder, "EP-1", "--by", "2027-06-30"
    )
    soon = json.loads(run_forecast(folder, "EP-1", "--by", "2026-11-20", "--format", "json"))
    assert soon["by"]["chance"] == "0 %"


def test_teams_streams_increments_and_all_stand_for_their_open_features(tmp_path: Path) -> None:
    increment = ("increments/PI-9.md", "title: Any\nstart: 2026-11-02\nend: 2026-12-18")
    planned = ("features/FT-1.md", a_feature(more="increment: PI-9"))
    folder = written(tmp_path, with_pace(increment, planned))
    for name, number in (("T-1", 3), ("VS-1", 3), ("PI-9", 1), ("portfolio", 3), ("FT-1", 1)):
        said = json.loads(run_forecast(folder, name, "--by", "PI-9", "--format", "json"))
        assert (said["open"], said["by"]["on"], said["by"]["increment"]) == (
            number, "2026-12-18", "PI-9",
        )  # fmt: skip
    assert run_forecast(folder, "EP-8") == "EP-8: done, and nobody says when\n"
    assert run_forecast(folder, "FT-100") == "FT-100: done on 2026-10-07\n"
    assert run_forecast(written(tmp_path / "b", {"teams/T-2.md": TEAM}), "T-2") == (
        "T-2: nothing is open\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("EP-99",), "EP-99 is nothing that can be forecast"),
        (("EP-1", "--by", "PI-77"), "--by PI-77 is neither a day nor an increment with days"),
        (("OBJ-1",), "OBJ-1 is nothing that can be forecast"),
    ],
)
def test_what_is_no_question_is_refused(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    folder = written(tmp_path, with_pace())
    done = CliRunner().invoke(commands, ["-C", str(folder), "forecast", *arguments])
    assert done.exit_code == 2
    assert said in done.stderr


def alike(done: int) -> dict[str, str]:
    """So many finished epics that took 10, 11, 12... days, and an open one that is like them."""
    ids = [f"EP-{n + 10}" for n in range(6)]
    past = {
        f"epics/{id}.md": an_epic(("ready", "2026-09-01"), ("done", f"2026-09-{n + 11:02}"))
        if n < done
        else an_epic(("ready", "2026-09-01"))
        for n, id in enumerate(ids)
    }
    own = an_epic(("ready", "2026-11-01"), more=f"like: [{', '.join(ids)}]")
    return {"portfolio.md": f"type: portfolio\ntitle: Any\n{STATES}", **past, "epics/EP-2.md": own}


def test_an_epic_that_names_its_like_has_a_date_from_six_finished_ones_on() -> None:
    page = dict(pages(built(alike(6), as_of=date(2026, 11, 16))))["epics/EP-2.html"]
    assert "by 16 Nov 2026, 15 days after it was begun, with a chance of 86\u00a0%" in page
    late = dict(pages(built(alike(6), as_of=date(2026, 11, 17))))["epics/EP-2.html"]
    assert "past since 16 Nov 2026: one more would take at most 15 days" in late
    few = dict(pages(built(alike(5))))["epics/EP-2.html"]
    assert "no date: 5 of them are finished, and 85\u00a0% takes six" in few
    assert "Reference class" not in dict(pages(built(portfolio(6, 1))))["epics/EP-50.html"]


def test_the_page_of_a_large_portfolio_holds_no_more_than_it_may() -> None:
    """Three boards with hundreds of items each, and forty teams."""
    files = {"portfolio.md": f"type: portfolio\ntitle: Any\n{STATES}"}
    files |= {f"teams/T-{n}.md": TEAM for n in range(40)}
    for n in range(200):
        moved = (("ready", "2026-03-01"), ("done", f"2026-{n % 7 + 4:02}-{n % 27 + 1:02}"))
        moves = moved if n % 2 else moved[:1]
        files[f"epics/EP-{n}.md"] = an_epic(*moves, more="value_stream: VS-1")
        more = f"epic: EP-{n}\nteam: T-{n % 40}"
        files[f"features/FT-{n}.md"] = an_epic(*moves, more=more)
        files[f"stories/ST-{n}.md"] = an_epic(*moves, more=f"feature: FT-{n}\nteam: T-{n % 40}")
    page = dict(pages(built(files)))["flow.html"]
    assert len(every(parser.document_fromstring(page), "//*")) <= 3000
    assert "the last 36 of 100" in page


@pytest.mark.parametrize(("epics", "left_out"), [(4, False), (5, True)])
def test_a_reason_of_many_epics_says_that_it_names_only_some(epics: int, left_out: bool) -> None:
    numbers = range(20, 20 + epics)
    epic = PAST.replace("state: done", "state: ready")
    made = built({
        "teams/T-4.md": TEAM, **{f"epics/EP-{n}.md": epic for n in numbers},
        **{f"features/FT-{n}.md": a_feature("T-4", epic=f"EP-{n}") for n in numbers},
    }, as_of=date(2026, 11, 15))  # fmt: skip
    [table] = [one for one in flow(made).forecast.tables if one.title == "What cannot be forecast"]
    [row] = [row for row in table.rows if "team T-4" in str(row[0])]
    assert isinstance(row[1], tuple)
    assert (len(row[1]), row[2]) == (4, epics)
    said = "At most 4 of the epics of a reason are named; the CSV has all."
    assert (said in str(table.note)) is left_out
