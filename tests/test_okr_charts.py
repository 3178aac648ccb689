"""The drawings of check-ins: right for none, one and many, in their box, and as their tables."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser

from leanfolio.disk.files import Project
from leanfolio.disk.project import load, with_history
from leanfolio.figures.okr.score import Terms, terms_of
from leanfolio.figures.okr.targets import TargetMove, Targets
from leanfolio.figures.okr.trajectory import trajectory
from leanfolio.model import Days, KeyResult
from leanfolio.output.data_files import data_files
from leanfolio.pipeline import published
from leanfolio.views.built import Built
from leanfolio.views.cell import Sparkline
from leanfolio.views.items.item import item_view
from leanfolio.views.okr.chart import MOST_POINTS, CheckInChart
from leanfolio.views.okr.check_in_charts import key_result_chart, objective_chart
from leanfolio.views.okr.okrs import MOST_KEY_RESULTS
from leanfolio.wording import Rounded
from making import TODAY, built, git, written
from pages import every, lint, records, site

HALF = Days(date(2026, 7, 1), date(2026, 12, 31))
LETTER = 12  # the width of a letter at most, on a phone, where letters are larger
MOST_NODES = 3_000


def a_chart(
    check_ins: Sequence[tuple[str, object]] = (), targets: Targets | None = None,
    days: Days | None = HALF, confidence: str | None = None, **fields: object,
) -> CheckInChart:  # fmt: skip
    """The drawing of a key result from 40 to 60 in the second half of the year."""
    entries = [{"on": on, "value": value, "confidence": confidence} for on, value in check_ins]
    own = {"id": "KR-1", "title": "Any", "start": 40, "target": 60, "check_ins": entries}
    key_result = KeyResult.model_validate({**own, **fields})
    return key_result_chart(trajectory(key_result, days, TODAY, targets))


def kinds(chart: CheckInChart) -> list[tuple[str, str]]:
    return [(path.kind, str(path.name)) for path in chart.paths]


# What is drawn ---------------------------------------------------------------------------------


def test_before_the_first_check_in_the_way_and_the_target_are_drawn() -> None:
    chart = a_chart()
    assert chart.draws
    assert (chart.dots, chart.line, chart.last, chart.table.rows) == ((), "", None, ())
    assert kinds(chart) == [("target", "target 60"), ("pace", "expected, to 60")]
    assert str(chart.notes[0]) == "There is no check-in yet."


def test_one_check_in_is_a_dot_without_a_line() -> None:
    chart = a_chart([("2026-11-10", 50)])
    assert (len(chart.dots), chart.line) == (1, "")
    assert str(chart.dots[0].about) == "50 on 2026-11-10"
    [row] = records(chart.table)
    assert (str(row["Value"]), str(row["Expected by then"]), str(row["Progress"])) == (
        "50", "54.5", "0.50",
    )  # fmt: skip


def test_many_check_ins_are_cut_in_the_drawing_and_in_the_table_alike() -> None:
    many = [(str(HALF.first + timedelta(days=n)), 40 + n % 20) for n in range(100)]
    chart = a_chart(many)
    assert len(chart.dots) == len(chart.table.rows) == MOST_POINTS
    assert str(chart.table.note).startswith("40 earlier ones are not drawn or listed here")


@pytest.mark.parametrize(
    ("start", "target", "value", "progress"),
    [(40, 60, 50, "0.50"), (10, 4, 7, "0.50"), (10, 4, 12, "-0.33"), (0, 100, 130, "1.30")],
)
def test_the_table_has_the_progress_of_rising_and_falling_targets(
    start: int, target: int, value: int, progress: str
) -> None:
    chart = a_chart([("2026-11-10", value)], start=start, target=target)
    assert str(records(chart.table)[0]["Progress"]) == progress
    assert_in_box(chart)


def test_beyond_the_target_the_axis_goes_on() -> None:
    chart = a_chart([("2026-11-10", 130)], start=0, target=100)
    target = next(path for path in chart.paths if path.kind == "target")
    assert chart.dots[0].y < int(re.findall(r"M\d+ (\d+)", target.d)[0])


def test_what_is_to_fall_is_expected_to_fall() -> None:
    chart = a_chart([("2026-11-10", 7)], start=10, target=4)
    way = next(path.d for path in chart.paths if path.kind == "pace")
    (_, begin), (_, end) = re.findall(r"(\d+) (\d+)", way)
    assert int(begin) < int(end)


@pytest.mark.parametrize(
    ("bounds", "name"),
    [({"low": 45, "high": 55}, "to be kept: 45 to 55"), ({"low": 45}, "to be kept: at least 45"),
     ({"high": 55}, "to be kept: at most 55")],
)  # fmt: skip
def test_what_is_to_be_kept_is_a_band_without_a_way(bounds: dict[str, int], name: str) -> None:
    low, high = bounds.get("low"), bounds.get("high")
    chart = a_chart(
        [("2026-11-10", 50), ("2026-11-12", 60)],
        kind="maintain", start=None, target=None, low=low, high=high,
    )  # fmt: skip
    assert len(chart.bands) == 1
    assert kinds(chart) == [("range", name)]
    assert "Expected by then" not in [header.label for header in chart.table.headers]
    [band] = chart.bands
    inside, outside = (band.y <= dot.y <= band.y + band.height for dot in chart.dots)
    assert (inside, outside) == (True, "high" not in bounds)


def test_whole_steps_are_expected_as_a_stair() -> None:
    way = next(
        path.d for path in a_chart(kind="milestone", start=0, target=4).paths if path.kind == "pace"
    )
    assert way.count("V") == 4
    assert "L" not in way


def test_a_check_in_outside_of_the_period_is_drawn_and_told() -> None:
    chart = a_chart([("2026-05-01", 41), ("2026-11-10", 50)])
    assert len(chart.bounds) == 1
    assert [dot.outside for dot in chart.dots] == [True, False]
    assert str(chart.notes[0]) == "One check-in lies outside of the period."
    assert chart.x_ticks[0][2] == date(2026, 5, 1)


def test_a_check_in_of_a_later_day_is_not_drawn_and_told() -> None:
    chart = a_chart([("2026-11-10", 50), ("2026-12-01", 55)])
    assert len(chart.dots) == 1
    assert "One check-in is dated after" in str(chart.notes[0])


def test_without_period_start_and_target_the_values_are_drawn_alone() -> None:
    chart = a_chart([("2026-10-10", 5), ("2026-11-10", 5)], days=None, start=None, target=None)
    assert (len(chart.dots), chart.paths) == (2, ())
    assert not a_chart(days=None, start=None, target=None).draws


def move(day: str, before: Terms, after: Terms) -> TargetMove:
    return TargetMove(date.fromisoformat(day), None, False, before, after)


def terms(**fields: object) -> Terms:
    return terms_of(
        KeyResult.model_validate({"id": "K", "title": "K", "start": 40, "target": 60, **fields})
    )


def test_a_moved_target_is_a_step_and_the_first_way_stays() -> None:
    first = terms(target=80)
    targets = Targets(first, (move("2026-09-30", first, terms()),), None)
    chart = a_chart([("2026-11-10", 50)], targets)
    assert kinds(chart) == [
        ("target", "target 80 at first, 60 now"), ("pace", "expected, to 60"),
        ("first", "expected at first, to 80"),
    ]  # fmt: skip
    assert chart.paths[0].d.count("V") == 1
    assert str(records(chart.table)[0]["By the first target"]) == "0.25"


# Within the box, and as the table says ---------------------------------------------------------

values = st.decimals(-10_000, 10_000, places=2) | st.integers(-3, 3) | st.integers(10**9, 10**12)
kept = st.fixed_dictionaries({}, optional={"low": values, "high": values})
ends = st.fixed_dictionaries({}, optional={"start": values, "target": values})
measures = st.one_of(
    st.tuples(st.sampled_from(("metric", "milestone", "binary")), ends),
    st.tuples(st.just("maintain"), kept),
)
days_of_year = st.dates(date(2026, 4, 1), TODAY)


def plain_terms(measure: tuple[str, Mapping[str, object]]) -> Terms:
    kind, fields = measure
    stated = {name: str(value) for name, value in fields.items()}
    return terms(**{"start": None, "target": None, "kind": kind, **stated})


@st.composite
def charts(draw: st.DrawFn) -> CheckInChart:
    """The drawing of any key result, with up to three moves of its target."""
    measure = draw(measures)
    entries = draw(st.lists(st.tuples(days_of_year, values), max_size=6))
    drawn = draw(st.lists(st.tuples(days_of_year, measures), max_size=3))
    moves = sorted(drawn, key=lambda entry: entry[0])
    sequence = [*(plain_terms(each) for _, each in moves), plain_terms(measure)]
    targets = Targets(
        sequence[0],
        tuple(
            TargetMove(day, None, False, before, after)
            for (day, _), before, after in zip(moves, sequence, sequence[1:], strict=False)
        ),
        None,
    )
    stated = {name: str(value) for name, value in measure[1].items()}
    fields = {"start": None, "target": None, "kind": measure[0], **stated}
    check_ins = [(str(on), str(value)) for on, value in entries]
    sure = draw(st.sampled_from((None, "0", "0.5", "1")))
    return a_chart(check_ins, targets, draw(st.sampled_from((HALF, None))), sure, **fields)


def assert_in_box(chart: CheckInChart) -> None:
    """Nothing is drawn outside of the drawing, and no line outside of its axes."""
    paths = [*(path.d for path in chart.paths), chart.line]
    for x, y in [place for path in paths for place in corners(path)]:
        assert chart.left <= x <= chart.right
        assert chart.top <= y <= chart.bottom
    for dot in chart.dots:
        assert chart.left <= dot.x <= chart.right
        assert chart.top <= dot.y <= chart.bottom
    for band in chart.bands:
        assert chart.left <= band.x <= band.x + band.width <= chart.right
        assert chart.top <= band.y <= band.y + band.height <= chart.bottom + 1
    assert not chart.confidence or chart.left - 8 - LETTER * len("100 %") >= 0
    for bar in chart.confidence:
        assert chart.left - chart.bar <= bar.x <= bar.x + chart.bar <= chart.right
        assert chart.confidence_top <= bar.y <= bar.y + bar.height <= chart.confidence_bottom
    for place, text in chart.y_ticks:
        assert chart.left - 8 - LETTER * len(str(text)) >= 0
        assert chart.top <= place <= chart.bottom
    if chart.last:
        x, y, anchor, text = chart.last
        wide = LETTER * len(str(text)) * (1 if anchor == "start" else -1)
        assert 0 <= min(x, x + wide) <= max(x, x + wide) <= chart.width
        assert chart.top <= y <= chart.bottom


def corners(path: str) -> list[tuple[int, int]]:
    """The corners of a path of M, L, H and V."""
    x = y = 0
    found = []
    for letter, numbers in re.findall(r"([MLHV])([\d -]+)", path):
        parts = [int(number) for number in numbers.split()]
        x, y = (parts[0], y) if letter == "H" else (x, parts[0]) if letter == "V" else parts
        found.append((x, y))
    return found


@given(charts())
def test_nothing_is_drawn_outside_of_the_box(chart: CheckInChart) -> None:
    assert_in_box(chart)


@given(charts())
def test_every_dot_is_a_row_of_the_table_and_stands_where_the_row_says(chart: CheckInChart) -> None:
    rows = records(chart.table)[::-1]
    assert len(rows) == len(chart.dots)
    pairs = list(zip(rows, chart.dots, strict=True))
    for row, dot in pairs:
        assert dot.y == height_of(chart, Fraction(str(row["Value"])))
    across = [(row["On"], dot.x) for row, dot in pairs]
    assert [x for _, x in across] == sorted(x for _, x in across)


def height_of(chart: CheckInChart, value: Fraction) -> int:
    """Where a value stands between the ends of the axis, which bear the lowest and highest mark."""
    numbers = [tick_value(str(text)) for _, text in chart.y_ticks]
    low, high = min(numbers), max(numbers)
    share = (value - low) / (high - low)
    return (chart.bottom + (chart.top - chart.bottom) * share + Fraction(1, 2)).__floor__()


def tick_value(text: str) -> Fraction:
    sizes = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
    size = sizes.get(text[-1], 1)
    return Fraction(text.rstrip("kMGT").replace(",", "")) * size


measured = st.lists(st.tuples(days_of_year, st.integers(0, 4)), min_size=1, max_size=5)


@settings(max_examples=25)
@given(st.lists(measured, min_size=1, max_size=3))
def test_the_drawing_of_an_objective_is_its_table(results: list[list[tuple[date, int]]]) -> None:
    lines = "".join(
        f"\n  - {{id: KR-{n}, title: T, start: 0, target: 4, check_ins: ["
        + ", ".join(f"{{on: {on}, value: {value}}}" for on, value in entries)
        + "]}"
        for n, entries in enumerate(results)
    )
    head = f"title: O\nowner: A\nperiod: 2026-H2\nkey_results:{lines}"
    row = built({"objectives/OBJ-1.md": head}).figures.objectives["OBJ-1"]
    chart = objective_chart("O", row.points, HALF, TODAY, row.of)
    assert_in_box(chart)
    rows = records(chart.table)[::-1]
    scores = [point.score for point in row.points if point.score is not None]
    assert [dot.y for dot in chart.dots] == [height_of(chart, score) for score in scores]
    assert [str(each["Score"]) for each in rows] == [str(Rounded(score)) for score in scores]
    assert str(rows[-1]["Score"]) == str(row.score)
    assert str(rows[-1]["Reported"]) == f"{row.reported} of {row.of}"


# Trends ----------------------------------------------------------------------------------------


def test_all_trends_stand_on_one_grid_and_have_words() -> None:
    """Across is the share of the period that is over, upwards the score: for each the same."""
    both = """
        title: O
        owner: A
        period: 2026-H2
        key_results:
          - {id: KR-1, title: T, start: 0, target: 4,
             check_ins: [{on: 2026-09-30, value: 2}, {on: 2026-11-10, value: 3}]}
          - {id: KR-2, title: T, start: 900, target: 100, check_ins: [{on: 2026-09-30, value: 500}]}
          - {id: KR-3, title: T, kind: maintain, low: 3, check_ins: [{on: 2026-05-30, value: 5}]}
          - {id: KR-4, title: T, start: 0, target: 4}
        """
    rows = built({"objectives/OBJ-1.md": both}).figures.key_results
    one, two, three = (rows[f"KR-{n}"].trend for n in (1, 2, 3))
    assert isinstance(one, Sparkline)
    assert isinstance(two, Sparkline)
    assert isinstance(three, Sparkline)
    assert one.points[0] == two.points[0] == (0.5, 0.5)
    assert one.pace == two.pace == ((0.0, 0.0), (1.0, 1.0))
    assert (three.points, three.pace) == (((0.0, 1.0),), ((0.0, 1.0), (1.0, 1.0)))
    assert str(one.about) == "score 0.50 on 2026-09-30, 0.75 on 2026-11-10, 2 values"
    assert str(two.about) == "score 0.50 on 2026-09-30"
    assert rows["KR-4"].trend is None


# Pages -----------------------------------------------------------------------------------------


def page_of(whole: Built, url: str) -> str:
    pages = site(whole)
    return next(pages.html(slot) for slot in pages.slots if slot.url == url)


def many_goals(count: int) -> dict[str, str]:
    """An objective with so many key results, each with two check-ins and an epic of its own."""
    entries = "check_ins: [{on: 2026-10-10, value: 1, confidence: 0.5}, {on: 2026-11-10, value: 2}]"
    results = {
        f"key-results/KR-{n}.md": f"title: A measure\nowner: A\nobjective: OBJ-1\nstart: 0\n"
        f"target: {n + 3}\n{entries}"
        for n in range(count)
    }
    epics = {
        f"epics/EP-{n}.md": f"title: E\nowner: A\nstate: funnel\nkey_results: [KR-{n}, KR-0]"
        for n in range(count)
    }
    goal = "title: O\nowner: A\nperiod: 2026-H2\nthemes: [TH-1]"
    return {"objectives/OBJ-1.md": goal, **results, **epics}


def test_pages_stay_small_however_many_key_results_and_check_ins_there_are() -> None:
    days = [HALF.first + timedelta(days=n % 140) for n in range(1_000)]
    entries = ", ".join(f"{{on: {on}, value: 1, confidence: 0.5, note: N, by: B}}" for on in days)
    files = many_goals(1_000)
    files["key-results/KR-X.md"] = (
        f"title: X\nobjective: OBJ-1\nstart: 0\ntarget: 9\ncheck_ins: [{entries}]"
    )
    whole = built(files)
    for url in ("objectives/OBJ-1.html", "key-results/KR-X.html", "key-results/KR-0.html"):
        text = page_of(whole, url)
        assert len(every(parser.fromstring(text), "//*")) <= MOST_NODES, url
        assert lint(url, text) == []
    assert "963 more are not listed here; data/okr.csv has them all." in page_of(
        whole, "objectives/OBJ-1.html"
    )


def test_the_page_of_objectives_is_small_with_as_many_key_results_as_it_lists() -> None:
    results = {
        path: head.replace("2026-11-10, value: 2", "2026-08-10, value: 0")
        for path, head in many_goals(MOST_KEY_RESULTS - 1).items()
        if not path.startswith("epics/")
    }
    text = page_of(built(results), "objectives.html")
    assert "no epic moves it" in text
    assert 2_000 < len(every(parser.fromstring(text), "//*")) <= MOST_NODES


@pytest.mark.parametrize(
    ("more", "words"),
    [("start: 40, target: 60", "not measured yet, 60 is the target"),
     ("start: 40, target: 60, unit: t, check_ins: [{on: 2026-11-10, value: 50}]",
      "50\u00a0t now, 60\u00a0t is the target"),
     ("start: 40, target: 60, check_ins: [{on: 2026-08-10, value: 50}]",
      "50 when last measured, 102 days ago; 60 is the target"),
     ("kind: binary", "nobody has said yet whether it is reached"),
     ("kind: binary, check_ins: [{on: 2026-11-10, value: 0}]", "not reached yet"),
     ("kind: binary, check_ins: [{on: 2026-08-10, value: 0}]",
      "not reached when last asked, 102 days ago"),
     ("kind: binary, check_ins: [{on: 2026-08-10, value: 1}]", "reached"),
     ("kind: maintain, low: 4, unit: t, check_ins: [{on: 2026-11-10, value: 5}]",
      "5\u00a0t now, at least 4\u00a0t is the target")],
)  # fmt: skip
def test_the_title_of_a_key_result_says_when_it_was_so(more: str, words: str) -> None:
    head = f"title: O\nowner: A\nperiod: 2026-H2\nkey_results: [{{id: KR-1, title: A, {more}}}]"
    text = page_of(built({"objectives/OBJ-1.md": head}), "key-results/KR-1.html")
    [title] = every(parser.document_fromstring(text), "//h1")
    assert title.text_content().strip() == f"A: {words}"


def test_of_a_period_that_is_over_the_title_says_how_it_ended() -> None:
    result = "{id: KR-1, title: A, start: 4, target: 6, check_ins: [{on: 2025-11-10, value: 5}]}"
    head = f"title: O\nowner: A\nperiod: 2025\nkey_results: [{result}]"
    text = page_of(built({"objectives/OBJ-1.md": head}), "key-results/KR-1.html")
    assert "A: ended at 5, 6 was the target" in text


def test_a_key_result_without_an_objective_shows_what_was_measured() -> None:
    head = "title: A\nowner: A\nstart: 4\ntarget: 6\ncheck_ins: [{on: 2026-11-10, value: 5}]"
    text = page_of(built({"key-results/KR-9.md": head}), "key-results/KR-9.html")
    assert "5 on 10 Nov 2026" in text
    assert lint("key-results/KR-9.html", text) == []


@pytest.mark.parametrize(
    ("period", "values", "words"),
    [("2026-H2", (), "no key result has reported"),
     ("2026-H2", (None,), "no key result has reported"),
     ("2026-H2", (2,), "0.50 where 0.78 is expected by now"),
     ("2026-H2", (2, None), "0.50 where 0.78 is expected by now, with 1 of 2 key results reported"),
     ("2025", (1, 2), "ended at 0.38"),
     ("2025", (1, None, None), "ended at 0.25, with 1 of 3 key results reported"),
     ("", (1, 2), "0.38"), ("", (1, None), "0.25, with 1 of 2 key results reported")],
)  # fmt: skip
def test_the_title_of_an_objective_says_on_what_its_score_rests(
    period: str, values: Sequence[int | None], words: str
) -> None:
    results = "".join(
        f"\n  - {{id: KR-9{n}, title: T, start: 0, target: 4"
        + ("" if value is None else f", check_ins: [{{on: 2025-11-10, value: {value}}}]")
        + "}"
        for n, value in enumerate(values)
    )
    when = f"period: {period}" if period else ""
    head = f"title: A\nowner: A\n{when}\nkey_results:{results or ' []'}"
    whole = built({"objectives/OBJ-9.md": head})
    view = item_view(whole.portfolio, whole.portfolio["OBJ-9"], whole.figures)
    assert str(view.finding) == f"A: {words}"


def test_what_no_epic_moves_is_an_alarm_but_not_where_epics_may_be_hidden() -> None:
    result = "{id: KR-9, title: A, start: 4, target: 6}"
    goal = f"title: O\nowner: A\nperiod: 2026-H2\nkey_results: [{result}]"
    hidden = "title: H\nowner: A\nstate: funnel\nkey_results: [KR-9]\nvisibility: confidential"
    alone = built({"objectives/OBJ-9.md": goal}).figures.key_results
    assert (alone["KR-9"].unmoved, alone["KR-1"].unmoved) == (True, False)
    assert [str(alarm) for alarm in alone["KR-9"].alarms] == ["no epic moves it"]
    whole = built({"objectives/OBJ-9.md": goal, "epics/EP-9.md": hidden})
    assert published(whole, "public").figures.key_results["KR-9"].unmoved is None


def test_an_objective_has_committed_and_aspirational_key_results_apart() -> None:
    text = """
        title: O
        owner: A
        period: 2026-H2
        commitment: committed
        key_results:
          - {id: KR-8, title: T, start: 0, target: 4, check_ins: [{on: 2026-11-10, value: 1}]}
          - {id: KR-9, title: T, start: 0, target: 4, commitment: aspirational,
             check_ins: [{on: 2026-11-10, value: 3}]}
        """
    row = built({"objectives/OBJ-9.md": text}).figures.objectives["OBJ-9"]
    assert [str(each) for each in (row.score, row.committed, row.aspirational)] == [
        "0.50", "0.25", "0.75",
    ]  # fmt: skip


# With git --------------------------------------------------------------------------------------


def test_a_target_that_moved_is_told_by_page_data_and_terminal_alike(tmp_path: Path) -> None:
    goal = (
        "id: KR-1\ntitle: A measure\nowner: A\nobjective: OBJ-1\nstart: 40\ntarget: {}\n"
        "check_ins: [{{on: 2026-11-10, value: 50, confidence: 0.5}}]"
    )
    objective = "title: O\nowner: A\nthemes: [TH-1]\nperiod: 2026-H2"
    folder = written(
        tmp_path, {"objectives/OBJ-1.md": objective, "key-results/KR-1.md": goal.format(80)}
    )
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "First")  # in March, before the period
    written(tmp_path, {"objectives/OBJ-1.md": objective, "key-results/KR-1.md": goal.format(60)})
    _, whole = load(Project.at(folder), TODAY)
    whole = with_history(whole, folder / "content")
    row = whole.figures.key_results["KR-1"]
    assert (str(row.score), str(row.score_by_first), row.target_changes) == ("0.50", "0.25", 1)
    assert str(whole.figures.objectives["OBJ-1"].score_by_first) == "0.25"
    text = page_of(whole, "key-results/KR-1.html")
    for words in ("Score by the first target", "How its target moved", "start 40, target 80",
                  "not committed", "target 80 at first, 60 now",
                  "50 now, 60 is the target, and was 80 when the period began"):  # fmt: skip
        assert words in text, words
    files = data_files(whole)
    [check_in] = json.loads(files["data/okr.json"])["check_ins"]
    [line] = csv.DictReader(io.StringIO(files["data/okr-check-ins.csv"]))
    assert check_in["progress_by_first"] == line["progress_by_first"] == "0.25"
    assert (line["expected"], line["confidence"]) == ("54.5", "0.5")
    [move] = csv.DictReader(io.StringIO(files["data/okr-targets.csv"]))
    assert (move["target_before"], move["target"], move["commit"]) == ("80", "60", "")
