"""The roadmap: where work is planned, was planned first, what waits, and what the drawing shows."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser
from msgspec.structs import replace

from leanfolio.figures.flow.predictability import delivery
from leanfolio.figures.increment_plan import FeatureOutcome, PlanComparison
from leanfolio.figures.roadmap import roadmap
from leanfolio.output.data import as_csv, as_json
from leanfolio.views.built import Built
from leanfolio.views.registry import find, view_addresses
from leanfolio.views.roadmap_pages import roadmap_view
from leanfolio.views.roadmap_rows import MOST_ROWS, Bar, Lane, Roadmap, RoadmapRow
from making import TODAY, built
from pages import every, page_at

INCREMENTS = {
    "increments/PI-1.md": "title: One\nstart: 2026-07-06\nend: 2026-09-25",
    "increments/PI-2.md": "title: Two\nstart: 2026-10-05\nend: 2026-12-18",
    "increments/PI-3.md": "title: Three\nstart: 2027-01-11\nend: 2027-03-26",
}
WHOLE = 264  # days from the first of PI-1 to the last of PI-3


def epic(number: int, fields: str = "", state: str = "mvp") -> Mapping[str, str]:
    head = f"title: Epic {number}\nowner: A\nstate: {state}\nvalue_stream: VS-1\n{fields}"
    return {f"epics/EP-{number}.md": head}


def feature(number: int, epic: int, increment: str, state: str = "ready") -> Mapping[str, str]:
    head = f"title: Feature {number}\nepic: EP-{epic}\nstate: {state}\nincrement: {increment}"
    return {f"features/FT-{number}.md": head}


def made(*files: Mapping[str, str]) -> Built:
    whole = dict(INCREMENTS)
    for each in files:
        whole |= each
    return built(whole)


def rows(*files: Mapping[str, str]) -> dict[str, RoadmapRow]:
    return {row.id: row for row in roadmap_view(made(*files)).rows}


def test_a_feature_lies_over_its_increment_and_an_epic_over_those_of_its_features() -> None:
    found = rows(epic(1), feature(1, 1, "PI-2"), feature(2, 1, "PI-3"))
    assert (found["FT-1"].start, found["FT-1"].end) == (date(2026, 10, 5), date(2026, 12, 18))
    assert (found["EP-1"].start, found["EP-1"].end) == (date(2026, 10, 5), date(2027, 3, 26))
    assert str(found["EP-1"].planned) == "PI-2 to PI-3"
    drawn = found["FT-1"].drawing
    assert drawn is not None
    assert drawn.bar == Bar(Fraction(9100, WHOLE), Fraction(7500, WHOLE))
    view = roadmap_view(made(epic(1), feature(1, 1, "PI-2")))
    assert view.today == Fraction(13700, WHOLE)
    assert [band.id for band in view.bands] == ["PI-1", "PI-2", "PI-3"]


def test_what_is_cancelled_has_no_place_and_moves_no_epic() -> None:
    found = rows(epic(1), feature(1, 1, "PI-2"), feature(2, 1, "PI-3", "dropped"),
                 epic(2, state="rejected"))  # fmt: skip
    assert sorted(found) == ["EP-1", "FT-1"]
    assert found["EP-1"].increments == ("PI-2",)


def test_an_epic_without_a_date_is_listed_and_not_drawn() -> None:
    whole = roadmap_view(made(epic(1), epic(2, "due: 2027-02-01"), epic(3, state="done")))
    found = {row.id: row for row in whole.rows}
    assert (found["EP-1"].drawing, str(found["EP-1"].planned)) == (None, "no dates")
    drawn = found["EP-2"].drawing
    assert drawn is not None
    assert (drawn.bar, drawn.due) == (None, Fraction(21000, WHOLE))
    [lane] = whole.lanes
    assert [row.id for row in lane.undated] == ["EP-1"]
    assert [row.id for row in lane.rows] == ["EP-2"]
    assert str(whole.finding) == "One open epic has a place on the roadmap, one has no dates"


@pytest.mark.parametrize(
    ("needed", "needing", "late", "word"),
    [
        ("PI-3", "PI-2", "later", "late: planned after this"),
        ("PI-1", "PI-2", "overdue", "late: its increment is over"),
        ("PI-2", "PI-2", None, None),
        ("PI-2", "PI-3", None, None),
    ],
)
def test_a_dependency_is_late_by_word(
    needed: str, needing: str, late: str | None, word: str | None
) -> None:
    found = rows(epic(1, "depends_on: [EP-2]"), epic(2), feature(1, 1, needing),
                 feature(2, 2, needed))["EP-1"]  # fmt: skip
    [wait] = found.waits_for
    assert (wait.id, wait.late, wait.word and str(wait.word.word)) == ("EP-2", late, word)
    assert found.late_needs == (("EP-2",) if late else ())


def test_what_is_done_waits_for_nothing_and_is_waited_for_by_nobody() -> None:
    found = rows(epic(1, "depends_on: [EP-2]"), epic(2, state="done"),
                 epic(3, "depends_on: [EP-1]", state="done"))  # fmt: skip
    assert [row.waits_for for row in found.values()] == [(), (), ()]


def test_work_that_is_open_after_its_increments_is_late_since_their_last_day() -> None:
    found = rows(epic(1), feature(1, 1, "PI-1"), feature(2, 1, "PI-1", "done"))
    assert [found[id].late for id in ("EP-1", "FT-1", "FT-2")] == [True, True, False]
    standing = found["FT-1"].standing
    assert standing is not None
    assert str(standing.word) == "ready, late since 2026-09-25"


def test_the_baseline_is_the_first_increment_whose_plan_held_it() -> None:
    portfolio = made(epic(1), feature(1, 1, "PI-3"), feature(2, 1, "PI-2")).portfolio
    moved = (FeatureOutcome("FT-1", "F", "moved", "PI-3"),)
    held = (FeatureOutcome("FT-1", "F", "moved", "PI-3"), FeatureOutcome("FT-2", "F", "open"))
    plans = {
        id: PlanComparison(TODAY, "c", True, delivery(()), (), features)
        for id, features in (("PI-1", moved), ("PI-2", held))
    }
    found = {entry.item.id: entry for entry in roadmap(portfolio, plans, TODAY)}
    first = {id: entry.baseline and entry.baseline.increments for id, entry in found.items()}
    assert first == {"EP-1": ("PI-1", "PI-2"), "FT-1": ("PI-1",), "FT-2": None}
    assert all(entry.baseline is None for entry in roadmap(portfolio, {}, TODAY))


def test_why_epics_have_no_forecast_is_said_once_below_their_rows() -> None:
    team = {"teams/T-1.md": "title: Team\nvalue_stream: VS-1"}
    of_team = [
        {path: f"{head}\nteam: T-1" for path, head in feature(n, n, "PI-2").items()} for n in (1, 3)
    ]
    whole = made(team, *map(epic, (1, 2, 3)), feature(2, 2, "PI-2"), *of_team)
    [lane] = roadmap_view(whole).lanes
    assert [str(words) for words in lane.without_forecast] == [
        (
            "EP-1, EP-3: team T-1 has worked on no feature for a whole week yet;"
            " a forecast needs five weeks in which it finished one"
        ),
        "EP-2: FT-2 has no team",
    ]
    page = parser.document_fromstring(page_at(whole, "roadmap.html"))
    cells = [cell.text_content() for cell in every(page, "//td[@data-label='Forecast']")]
    assert cells == ["none, see below", "–"] * 3
    assert [each.text_content() for each in every(page, "//ul[@class='note']/li")] == [
        str(words) for words in lane.without_forecast
    ]


@pytest.mark.parametrize(
    ("days", "why", "cell"),
    [
        ((date(2027, 1, 5), date(2027, 3, 1)), None, "50 % by 2027-01-05, 85 % by 2027-03-01"),
        ((date(2031, 1, 5), None), None, "50 % by 2031-01-05, 85 % not within five years"),
        ((None, None), None, "not within five years"),
        ((None, None), "EP-1 has no team", "none, see below"),
    ],
)
def test_a_forecast_is_two_days_or_why_they_are_not_known(
    days: tuple[date | None, date | None], why: str | None, cell: str
) -> None:
    row = replace(rows(epic(1))["EP-1"], p50=days[0], p85=days[1], no_forecast=why)
    assert str(row.forecast_days) == cell
    assert str(row.forecast) == (why or cell)
    assert replace(row, closed=True, no_forecast=None).forecast == ""


def test_of_more_without_dates_than_a_page_lists_all_are_counted() -> None:
    row = rows(epic(1))["EP-1"]
    few, many = (Lane(None, (), (row,) * number) for number in (1, MOST_ROWS + 50))
    assert (str(few.undated_words), len(few.listed)) == ("1 has no dates:", 1)
    words = "150 have no dates, of which the first 100 are:"
    assert (str(many.undated_words), len(many.listed)) == (words, MOST_ROWS)


def test_the_column_of_what_was_planned_first_is_there_where_something_moved() -> None:
    view = roadmap_view(made(epic(1), feature(1, 1, "PI-2")))
    assert not view.frame.has_moved
    moved = tuple(replace(row, baseline=("PI-1",)) for row in view.rows)
    assert replace(view, rows=moved).frame.has_moved


def test_without_increments_and_dates_nothing_is_drawn() -> None:
    view = roadmap_view(built(epic(1)))
    assert (view.bands, view.today) == ((), None)
    assert [row.drawing for row in view.rows] == [None]


STATES = st.sampled_from(("funnel", "mvp", "done", "rejected"))
PLACES = st.sampled_from(("PI-1", "PI-2", "PI-3", None))


@st.composite
def portfolios(draw: st.DrawFn) -> Mapping[str, str]:
    files = dict(INCREMENTS)
    for number in range(1, draw(st.integers(1, 4)) + 1):
        due = draw(st.none() | st.integers(-300, 300).map(lambda days: TODAY + timedelta(days)))
        needs = f"depends_on: [EP-{number - 1}]\n" if number > 1 and draw(st.booleans()) else ""
        files |= epic(number, needs + (f"due: {due}" if due else ""), draw(STATES))
        for n in range(draw(st.integers(0, 2))):
            place = draw(PLACES)
            one = feature(number * 10 + n, number, str(place), draw(st.sampled_from(
                ("ready", "done", "dropped"))))  # fmt: skip
            if place is None:
                one = {path: head.replace("\nincrement: None", "") for path, head in one.items()}
            files |= one
    return files


def days_of(view: Roadmap, bar: Bar) -> tuple[date, date]:
    """The days that a bar stands for, measured off the first two bands."""
    first, second = view.bands[0], view.bands[1]
    scale = Fraction(91) / (second.bar.x - first.bar.x)  # days from one to the other
    start = date(2026, 7, 6) + timedelta(int((bar.x - first.bar.x) * scale))
    return start, start + timedelta(int(bar.width * scale) - 1)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(portfolios())
def test_drawing_table_json_and_csv_hold_the_same(files: Mapping[str, str]) -> None:
    whole = built(files)
    view = find("roadmap")
    assert view is not None
    value = view.make(whole)
    for row in value.rows:
        drawn = row.drawing
        if row.start is not None:
            assert drawn is not None
            assert drawn.bar is not None
            assert days_of(value, drawn.bar) == (row.start, row.end)
        if drawn is not None:
            assert (drawn.bar is not None) == (row.start is not None)
            assert drawn.due is None or row.due is not None
    answer = json.loads(as_json(value, TODAY))
    lines = list(csv.DictReader(io.StringIO(as_csv(view.row_tuple(value)))))
    assert [(e["id"], e["end"] or "", "; ".join(e["late_needs"])) for e in answer["rows"]] == [
        (line["id"], line["end"], line["late_needs"]) for line in lines
    ]
    lanes = view.page_of(whole).values["lanes"]
    shown = {row.id for lane in lanes for row in (*lane.rows, *lane.undated)}
    closed = {e["id"] for e in answer["rows"] if e["closed"]}
    assert {e["id"] for e in answer["rows"]} - closed <= shown


def test_the_page_prints_each_row_with_its_drawing_and_its_words() -> None:
    whole = made(epic(1, "depends_on: [EP-2]\ndue: 2027-01-15"), epic(2), epic(3),
                 feature(1, 1, "PI-2"), feature(2, 2, "PI-1"))  # fmt: skip
    page = parser.document_fromstring(page_at(whole, "roadmap.html"))
    cells = {
        row[0].text_content().split()[0]: [" ".join(each.text_content().split()) for each in row]
        for row in every(page, "//table/tbody/tr")
    }
    assert cells["EP-1"][2:5] == [
        "PI-2; due 15 Jan 2027", "MVP", "EP-2 Epic 2 late: its increment is over"
    ]  # fmt: skip
    assert cells["FT-2"][2:4] == ["PI-1", "ready, late since 25 Sep 2026"]
    heads = [each.text_content() for each in every(page, "//thead//th")]
    assert heads[-4:] == ["Planned", "State", "Waits for", "Forecast"]  # no plan, nothing first
    drawn = every(page, "//tbody//rect[contains(@class,'work')]/@class")
    assert drawn == ["work", "work", "work late", "work late"]
    assert len(every(page, "//tbody//line[@class='due']")) == 1
    assert [each.text_content().split()[0] for each in every(page, "//section/p/a")] == ["EP-3"]


def test_a_large_roadmap_has_a_page_for_each_value_stream_with_an_index() -> None:
    files = dict(INCREMENTS)
    for place in (1, 2):
        files[f"value-streams/VS-{place}.md"] = f"title: Stream {place}\nowner: A"
    for number in range(1, 121):
        stream = f"VS-{1 if number <= MOST_ROWS else 2}"
        files |= {path: head.replace("VS-1", stream) for path, head in epic(number).items()}
        files |= feature(number, number, f"PI-{number % 3 + 1}")
    whole = built(files)
    view = find("roadmap")
    assert view is not None
    assert view.more_pages is not None
    specs = {spec.url: spec for spec in view.more_pages(view, whole)}
    assert list(specs) == [
        "roadmap/VS-1.html", "roadmap/VS-2.html", "roadmap-without-stream.html"
    ]  # fmt: skip
    assert specs.keys() <= view_addresses(whole.portfolio).keys()
    index = view.page_of(whole).values["index"]
    assert [(row[0].url, row[1], row[2]) for row in index.rows] == [
        ("roadmap/VS-1.html", 100, 100), ("roadmap/VS-2.html", 20, 20)
    ]  # fmt: skip
    [lane] = specs["roadmap/VS-1.html"].page(whole).values["lanes"]
    assert (len(lane.rows), {row.type for row in lane.rows}) == (MOST_ROWS, {"epic"})
    [other] = specs["roadmap/VS-2.html"].page(whole).values["lanes"]
    assert len(other.rows) == 40
    for url in ("roadmap.html", "roadmap/VS-1.html"):
        tree = parser.document_fromstring(page_at(whole, url))
        assert len(every(tree, "//*")) <= 3000, url
