"""The work of an increment: its board, loads, dependencies, objectives, votes and outcomes."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as parser

from leanfolio.check.increments.commitment import counted
from leanfolio.figures.increment_plan import IncrementPlan, PlannedFeature, against_plan
from leanfolio.figures.increments.delivery import fates, mix
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.model import Feature, Increment, Story
from leanfolio.model.source import Commit
from leanfolio.output.data import as_csv, as_json
from leanfolio.pipeline import published
from leanfolio.views.built import Built
from leanfolio.views.cell import figure
from leanfolio.views.increment_figures import IncrementFigures, increment_figures
from leanfolio.views.increment_rows import increment_tables, increments_page
from leanfolio.views.increments.board import MOST_CARDS, WorkBoard
from leanfolio.views.increments.teams import team_finding
from leanfolio.views.increments.words import fate_words
from leanfolio.views.items.item import ItemView, item_view
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Percent
from making import built
from pages import every, lint, site
from test_site import sample

MOST_NODES = 3000
ITERATIONS = """
iterations:
  - {name: "1", start: 2026-10-05, end: 2026-10-16}
  - {name: "2", start: 2026-10-19, end: 2026-10-30}
  - {name: "3", start: 2026-11-02, end: 2026-11-06}
"""
PI = f"title: Autumn\nstart: 2026-10-05\nend: 2026-11-27\n{ITERATIONS.strip()}"
TEAMS = {
    "teams/T-1.md": "title: One\nvalue_stream: VS-1\ncapacity: 25",
    "teams/T-2.md": "title: Two\nvalue_stream: VS-1",
}


def a_feature(state: str = "ready", more: str = "", team: str = "T-1") -> str:
    return f"title: Any\nepic: EP-1\nincrement: PI-1\nteam: {team}\nstate: {state}\n{more}"


def plan(more: str = "", **features: str) -> Mapping[str, str]:
    """An increment of three iterations with two teams and these features."""
    files = {f"features/{id.replace('_', '-')}.md": head for id, head in features.items()}
    return {"increments/PI-1.md": f"{PI}\n{more}", **TEAMS, **files}


def work_of(files: Mapping[str, str]) -> IncrementWork:
    return built(files).facts.increments["PI-1"]


def figures_of(whole: Built, id: str = "PI-1") -> IncrementFigures:
    figures = increment_figures(whole, id)
    assert figures is not None
    return figures


def page_of(whole: Built) -> ItemView:
    return item_view(whole.portfolio, whole.portfolio["PI-1"], whole.figures)


def board_of(whole: Built) -> WorkBoard:
    board = page_of(whole).work
    assert board is not None
    return board


def loads(work: IncrementWork, team: str | None) -> list[tuple[Any, Any, str]]:
    """Points, capacity and verdict of each iteration."""
    row = next(row for row in work.rows if row.team == team)
    return [(load.points, load.capacity, load.verdict) for load in row.load.iterations]


# Predictability ----------------------------------------------------------------------------------


def test_predictability_is_pooled_and_each_team_stands_beside_it() -> None:
    """25/25 and 18/19: 43 of 44 are 97.7 %, not the mean 97.4 %."""
    objectives = (
        "objectives: [{title: A, team: T-1, planned_value: 25, actual_value: 25},"
        " {title: B, team: T-2, planned_value: 19, actual_value: 18}]"
    )
    whole = built({"increments/PI-1.md": f"{PI}\n{objectives}".replace("11-27", "11-13"), **TEAMS})
    figures = figures_of(whole)
    assert (str(figures.predictability), str(figures.finding)) == (
        "97.7", "Autumn: 97.7 % of the planned value was delivered",
    )  # fmt: skip
    assert [str(team.predictability) for team in figures.teams] == ["100.0", "94.7"]
    table = next(each for each in page_of(whole).tables if each.anchor == "predictability")
    assert [str(row[1]) for row in table.rows] == ["100.0 %", "94.7 %", "97.7 %"]
    answer = json.loads(as_json(figures, whole.as_of))
    assert [answer["planned"], answer["actual"], answer["predictability"]] == ["44", "43", "97.7"]


# Capacity against load ---------------------------------------------------------------------------


def test_a_team_shares_its_capacity_by_working_days() -> None:
    """25 points over 10, 10 and 5 working days: 10, 10 and 5."""
    work = work_of(plan(FT_1=a_feature(more='size: 11\niteration: "2"')))
    assert loads(work, "T-1") == [(0, 10, "within"), (11, 10, "above-share"), (0, 5, "within")]


def test_a_day_off_is_no_working_day() -> None:
    """Four days off in the third iteration leave 10, 10 and 1 of 21 days."""
    off = "flow: {days_off: [2026-11-02, 2026-11-03, 2026-11-04, 2026-11-05]}"
    files = plan(FT_1=a_feature(more="size: 1"))
    portfolio = f"type: portfolio\ntitle: P\ncurrency: EUR\nowner: B\n{off}"
    work = built({**files, "portfolio.md": portfolio}).facts.increments["PI-1"]
    assert [load[1] for load in loads(work, "T-1")] == [
        Fraction(250, 21), Fraction(250, 21), Fraction(25, 21),
    ]  # fmt: skip


def test_what_is_stated_of_an_iteration_is_taken_from_the_whole() -> None:
    """25 less 4 leaves 21, over 10 and 5 working days: 14 and 7. Six into four is too much."""
    work = work_of(plan('capacities: [{team: T-1, iteration: "2", points: 4}]',
                        FT_1=a_feature(more='size: 6\niteration: "2"')))  # fmt: skip
    assert loads(work, "T-1") == [(0, 14, "within"), (6, 4, "over"), (0, 7, "within")]
    assert [load.excess for load in work.overloads] == [2]


def test_iterations_that_are_all_stated_are_the_capacity_of_the_whole() -> None:
    stated = ", ".join(f'{{team: T-2, iteration: "{name}", points: {name}}}' for name in (1, 2, 3))
    work = work_of(plan(f"capacities: [{stated}]", FT_1=a_feature(more="size: 7", team="T-2")))
    (row,) = work.rows
    whole: Any = row.load.whole
    assert (whole.capacity, whole.verdict) == (6, "over")


def test_more_stated_than_there_is_leaves_the_others_unknown() -> None:
    work = work_of(plan('capacities: [{team: T-1, iteration: "2", points: 40}]',
                        FT_1=a_feature(more="size: 6")))  # fmt: skip
    assert [load[1] for load in loads(work, "T-1")] == [None, 40, None]


def test_a_team_without_capacity_is_neither_over_nor_within_it() -> None:
    work = work_of(plan(FT_1=a_feature(more='size: 99\niteration: "1"', team="T-2")))
    assert loads(work, "T-2")[0] == (99, None, "unknown")


@pytest.mark.parametrize(
    ("size", "team", "said"),
    [
        ("size: 25", "T-1", "load 25 of 25 in"),
        ("size: 26", "T-1", "load 26 in increment, 1 more than its capacity"),
        ("size: 2", "T-2", "load 2 in increment, capacity not stated"),
        ("", "T-1", "load 0 of 25 in increment, with work that states no points"),
    ],
)
def test_a_teams_page_is_headed_by_its_load_in_the_increment_that_runs(
    size: str, team: str, said: str
) -> None:
    whole = built(plan(FT_1=a_feature(more=size, team=team)))
    page = item_view(whole.portfolio, whole.portfolio[team], whole.figures)
    title, increment = whole.portfolio[team].title, whole.portfolio["PI-1"].title
    assert str(page.finding).startswith(f"{title}: {said.replace('increment', increment, 1)}")
    (history,) = (table for table in page.tables if table.anchor == "increments")
    assert [str(row[0]) for row in history.rows] == [str(ref(whole.portfolio["PI-1"]))]


def test_a_team_without_work_or_to_an_audience_that_sees_a_part_is_headed_by_its_name() -> None:
    whole = built(plan(FT_1=a_feature(more="size: 26")))
    for rows, partial in (((), False), (whole.figures.teams["T-1"], True)):
        assert str(team_finding("A team", rows, partial=partial)) == "A team"


def test_a_value_stream_shows_what_its_teams_take_on_and_what_they_delivered() -> None:
    whole = sample()
    page = item_view(whole.portfolio, whole.portfolio["VS-Lockers"], whole.figures)
    (teams,) = (table for table in page.tables if table.anchor == "teams")
    assert "Increment 2026-3" in str(teams.note)
    by_team = {row[0].id: row for row in teams.rows if isinstance(row[0], Ref)}
    # 7 and 6 of 8 and 6 planned in the increment that is over.
    assert by_team["T-Lockers"][-1] == Percent(Fraction(13, 14), 1)
    load = next(row for row in figures_of(whole, "PI-2026-4").load if row.team == "T-Lockers")
    assert by_team["T-Lockers"][3:5] == (figure(load.points), load.capacity)


def test_work_without_points_is_named_and_not_counted_as_nothing() -> None:
    stories = 'stories: [{id: ST-1, title: A, state: ready, iteration: "1"}]'
    whole = built(
        plan(FT_1=a_feature(more=stories), FT_2=a_feature(more='iteration: "1"\nsize: 3'))
    )
    row = next(row for row in figures_of(whole).load if row.iteration == "1")
    assert (str(row.points), row.unknown, row.verdict) == ("3", ("ST-1",), "unknown")
    assert str(row.text) == "load 3 of 10; one more without points: ST-1"


def test_what_is_over_capacity_stays_so_whatever_the_unknown_points_are() -> None:
    work = work_of(plan('capacities: [{team: T-1, iteration: "1", points: 2}]',
                        FT_1=a_feature(more='size: 3\niteration: "1"'),
                        FT_2=a_feature(more='iteration: "1"')))  # fmt: skip
    assert loads(work, "T-1")[0] == (3, 2, "over")


def test_stories_count_where_they_are_planned_and_what_they_leave_of_the_size_in_no_iteration() -> (
    None
):
    """Size 9, of which stories hold 2 in the first and 3 in the second iteration: 4 are left."""
    stories = (
        'stories: [{id: ST-1, title: A, state: done, iteration: "1", points: 2},'
        ' {id: ST-2, title: B, state: ready, iteration: "2", points: 3, team: T-2},'
        ' {id: ST-3, title: C, state: dropped, iteration: "3", points: 8}]'
    )
    work = work_of(plan(FT_1=a_feature(more=f"size: 9\n{stories}")))
    assert [load[0] for load in loads(work, "T-1")] == [2, 0, 0]
    assert [load[0] for load in loads(work, "T-2")] == [0, 3, 0]
    one, two = work.rows
    assert [one.load.unplaced.points, one.load.whole.points] == [4, 6]
    assert [two.load.unplaced.points, two.load.whole.points] == [0, 3]
    assert [cell.features for cell in one.cells] == [(), ("FT-1",), (), ()]


# The board ---------------------------------------------------------------------------------------


def test_a_feature_stands_in_its_own_iteration_or_in_the_last_of_its_stories() -> None:
    stories = ('stories: [{id: ST-1, title: A, state: ready, iteration: "2"},'
               ' {id: ST-2, title: B, state: ready, iteration: "1"}]')  # fmt: skip
    work = work_of(plan(
        FT_1=a_feature(more=stories),
        FT_2=a_feature(more='iteration: "3"'),
        FT_3=a_feature(), FT_4=a_feature("dropped"), FT_5=a_feature(more='iteration: "9"'),
    ))  # fmt: skip
    (row,) = work.rows
    assert [cell.features for cell in row.cells] == [(), ("FT-1",), ("FT-2",), ("FT-3", "FT-5")]


def test_an_increment_without_work_says_so() -> None:
    board = board_of(built(plan()))
    assert (board.rows, str(board.empty)) == (
        (), "No feature names this increment yet, and no objective a team.",
    )  # fmt: skip


def test_features_without_a_team_have_a_row_of_their_own() -> None:
    head = a_feature().replace("team: T-1\n", "")
    board = board_of(built(plan(FT_1=head, FT_2=a_feature())))
    assert [str(row.title) for row in board.rows] == ["One", "No team"]


def test_milestones_stand_in_the_iteration_of_their_day() -> None:
    """A weekend belongs to the iteration before it; an item of a fixed date is a milestone."""
    milestones = (
        "milestones: [{on: 2026-10-17, title: Fair, kind: release},"
        " {on: 2026-10-05, title: Start, kind: review}, {on: 2027-01-01, title: Far}]"
    )
    fixed = "urgency: fixed-date\ndue: 2026-11-04"
    whole = built(plan(milestones, FT_1=a_feature(more=fixed)))
    assert [(row.title, row.kind, row.iteration) for row in figures_of(whole).milestones] == [
        ("Start", "review", "1"), ("Fair", "release", "1"), ("Any", "fixed-date", "3"),
        ("Far", "fixed-date", None),
    ]  # fmt: skip
    board = board_of(whole)
    assert [len(column.milestones) for column in board.columns] == [2, 0, 1, 0]
    assert [entry.title for entry in board.elsewhere] == ["Far"]


# Dependencies ------------------------------------------------------------------------------------

PROMISED = [
    ("3", 'FT-2: "2"', "ready", "late", "promised for iteration 3, needed by iteration 2: late"),
    ("2", 'FT-2: "2"', "ready", "overdue", "promised for iteration 2, which is over: overdue"),
    ("3", 'FT-2: "3"', "ready", "overdue", "promised for iteration 3, which is over: overdue"),
    ("3", 'FT-2: "3"', "done", "done", "FT-2 is done"),
    ("3", 'FT-2: "3"', "dropped", "dropped", "FT-2 was dropped, and will not come"),
    ("9", "FT-2: 2026-11-28", "ready", "in-time",
     "promised for PI-1, needed by 2026-11-28: in time"),
    ("9", "FT-2: 2026-11-20", "ready", "late", "promised for PI-1, needed by 2026-11-20: late"),
    ("9", 'FT-2: "8"', "ready", "unknown",
     "promised for PI-1; nobody says by when it is needed"),
]  # fmt: skip


@pytest.mark.parametrize(("iteration", "needs", "state", "status", "words"), PROMISED)
def test_a_dependency_is_judged_by_what_is_promised_and_needed(
    iteration: str, needs: str, state: str, status: str, words: str
) -> None:
    whole = built(plan(
        FT_1=a_feature(more=f'iteration: "3"\ndepends_on: {{{needs}}}', team="T-2"),
        FT_2=a_feature(state, f'iteration: "{iteration}"'),
    ))  # fmt: skip
    (row,) = figures_of(whole).dependencies
    assert (row.consumer, row.provider, row.consumer_team, row.provider_team) == (
        "FT-1", "FT-2", "T-2", "T-1",
    )  # fmt: skip
    assert (row.status, str(row.text)) == (status, words)


def test_without_a_word_it_is_needed_when_the_consumer_is_to_be_finished() -> None:
    files = plan(
        FT_1=a_feature(more='iteration: "3"\ndepends_on: [FT-2]'),
        FT_2=a_feature(more='iteration: "3"'), FT_3=a_feature("done", "depends_on: [FT-2]"),
    )  # fmt: skip
    early = built(files, as_of=date(2026, 10, 5))
    rows = figures_of(early).dependencies
    assert [(row.needed_by, row.promised_by, row.status) for row in rows] == [
        ("3", "3", "same"), ("PI-1", "3", "moot"),
    ]  # fmt: skip


def test_what_another_increment_needs_of_this_one_is_among_its_dependencies() -> None:
    files = {
        **plan(FT_1=a_feature()),
        "increments/PI-2.md": "title: Winter\nstart: 2026-11-30\nend: 2027-01-29",
        "features/FT-2.md": a_feature(more="depends_on: [FT-1]").replace("PI-1", "PI-2"),
    }
    (row,) = figures_of(built(files)).dependencies
    assert (row.needed_by, row.promised_by, row.status) == ("PI-2", "PI-1", "in-time")


# Objectives at risk ------------------------------------------------------------------------------


def test_an_objective_is_at_risk_by_the_features_that_it_names() -> None:
    objectives = ", ".join(
        f"{{title: O{number}, planned_value: 5, {more}}}"
        for number, more in enumerate((
            "actual_value: 4, features: [FT-1]", "features: [FT-1]", "features: [FT-2, FT-3]",
            "features: [FT-3]", "features: [FT-4]", "features: [FT-5]", "features: [FT-6]",
            "team: T-1",
        ))
    )  # fmt: skip
    late = 'stories: [{id: ST-1, title: A, state: ready, iteration: "1"}]'
    whole = built({
        **plan(f"objectives: [{objectives}]", FT_1=a_feature(more=late), FT_2=a_feature("done"),
               FT_3=a_feature(), FT_4=a_feature("dropped"), FT_6=a_feature("done"),
               FT_7=a_feature(more='iteration: "1"')),
        "features/FT-5.md": a_feature(more="depends_on: [FT-7]").replace("PI-1", "PI-2"),
        "increments/PI-2.md": "title: Winter\nstart: 2026-11-30\nend: 2027-01-29",
    })  # fmt: skip
    figures = figures_of(whole)
    assert [(row.standing, str(row.because)) for row in figures.objectives] == [
        ("rated", ""), ("at-risk", "FT-1 is late"), ("open", ""), ("open", ""),
        ("at-risk", "FT-4 was dropped"), ("at-risk", "FT-5 is no longer in this increment"),
        ("unrated", ""), ("unknown", ""),
    ]  # fmt: skip
    assert str(figures.finding) == (
        "Autumn, day 47 of 54: 10.0 % of the planned value is in,"
        " three objectives are known to be at risk"
    )


HEADLINES = [
    ("", "2026-09-20", "Autumn begins in 15 days with no objectives"),
    ("objectives: [{title: A, planned_value: 3}]", "2026-10-04",
     "Autumn begins in 1 day with one objective"),
    ("", "2026-11-20", "Autumn, day 47 of 54: no objectives are set"),
    ("objectives: [{title: A, planned_value: 3}]", "2026-11-20",
     ("Autumn, day 47 of 54: no objective has its actual value yet,"
     " no objectives are known to be at risk")),
    ("objectives: [{title: A, planned_value: 4, actual_value: 3}]", "2026-11-20",
     "Autumn, day 47 of 54: 75.0 % of the planned value is in"),
    ("objectives: [{title: A, actual_value: 3}]", "2026-11-20",
     ("Autumn, day 47 of 54: how much of the planned value is in is not known,"
     " as one committed objective has no planned value")),
    ("objectives: [{title: A, commitment: uncommitted, actual_value: 3}]", "2026-11-20",
     "Autumn, day 47 of 54: no value was committed"),
    ("objectives: [{title: A, commitment: uncommitted, actual_value: 3}]", "2026-11-28",
     "Autumn: no value was committed"),
    ("", "2026-11-28", "Autumn"),
    ("objectives: [{title: A, planned_value: 4}]", "2026-11-28",
     ("Autumn: how much of the planned value was delivered is not stated,"
     " as one objective has no actual value")),
]  # fmt: skip


@pytest.mark.parametrize(("objectives", "day", "finding"), HEADLINES)
def test_the_heading_says_how_an_increment_goes(objectives: str, day: str, finding: str) -> None:
    whole = built(plan(objectives), as_of=date.fromisoformat(day))
    assert str(figures_of(whole).finding) == str(page_of(whole).finding) == finding


def test_what_is_delivered_before_its_first_day_is_no_predictability() -> None:
    whole = built(plan("objectives: [{title: A, planned_value: 4, actual_value: 3}]"),
                  as_of=date(2026, 9, 20))  # fmt: skip
    labels = [fact.label for fact in page_of(whole).facts]
    assert "Delivered so far" in labels and "Predictability" not in labels


SECRET = "  - {title: Secret, team: T-9, planned_value: 4, actual_value: 3}"
SHOWN_HEADLINES = [
    ("", "2026-09-20", "Autumn begins in 15 days; no objective is shown"),
    ("", "2026-11-20", "Autumn, day 47 of 54: no objective is shown"),
    ("", "2026-11-28", "Autumn"),
    ("  - {title: A, planned_value: 3}", "2026-11-20",
     ("Autumn, day 47 of 54: no objective that is shown has its actual value yet,"
     " no objectives are known to be at risk")),
    ("  - {title: A, commitment: uncommitted, actual_value: 3}", "2026-11-20",
     "Autumn, day 47 of 54: no value that is shown was committed"),
    ("  - {title: A, commitment: uncommitted, actual_value: 3}", "2026-11-28",
     "Autumn: no value that is shown was committed"),
]  # fmt: skip


@pytest.mark.parametrize(("objectives", "day", "finding"), SHOWN_HEADLINES)
def test_the_heading_says_nothing_of_objectives_whose_team_is_hidden(
    objectives: str, day: str, finding: str
) -> None:
    hidden = {"teams/T-9.md": "title: Nine\nvalue_stream: VS-1\nvisibility: confidential"}
    files = {**plan(f"objectives:\n{SECRET}\n{objectives}"), **hidden}
    public = published(built(files, as_of=date.fromisoformat(day)), "public")
    assert str(figures_of(public).finding) == str(page_of(public).finding) == finding


# Votes -------------------------------------------------------------------------------------------


def test_votes_are_shown_by_team_with_their_mean_and_each_with_its_reason() -> None:
    """5, 2 and 4 of a team: mean 11/3, lowest 2."""
    votes = (
        "votes: [{team: T-1, vote: 5}, {team: T-1, vote: 2, by: A, reason: No network},"
        " {team: T-1, vote: 4}, {vote: 3}]"
    )
    figures = figures_of(whole := built(plan(votes)))
    rows = figures.team_votes
    assert [(row.team, str(row.mean), row.lowest, str(row.counts)) for row in rows] == [
        ("T-1", "3.7", 2, "1 x 5, 1 x 4, 1 x 2"), (None, "3.0", 3, "1 x 3"),
    ]  # fmt: skip
    assert [row.reason for row in figures.votes] == [None, "No network", None, None]
    facts = {fact.label: (str(fact.value), str(fact.why)) for fact in page_of(whole).facts}
    assert facts["Confidence"] == ("3.5 of 5", "mean of 4 votes; the lowest is 2")


# Planned against delivered -----------------------------------------------------------------------


def test_what_became_of_each_feature_and_the_mix_of_kinds() -> None:
    """Planned 5 + 3 features and 2 maintenance; delivered 5 of features and 4 of an enabler."""
    whole = built({
        **plan(FT_1=a_feature("done", "size: 5"), FT_2=a_feature("ready", "size: 3"),
               FT_4=a_feature("done", "size: 4\nkind: enabler"), FT_5=a_feature("dropped")),
        "features/FT-6.md": a_feature(more="size: 1").replace("PI-1", "PI-2"),
        "increments/PI-2.md": "title: Winter\nstart: 2026-11-30\nend: 2027-01-29",
    })  # fmt: skip
    increment = whole.portfolio["PI-1"]
    assert isinstance(increment, Increment)
    planned = (
        PlannedFeature("FT-1", "Any", Decimal(5)), PlannedFeature("FT-2", "Any", Decimal(3)),
        PlannedFeature("FT-3", "Gone", Decimal(2), "maintenance"),
        PlannedFeature("FT-6", "Moved", None),
    )  # fmt: skip
    commit = Commit("0" * 40, 0)
    compared = against_plan(whole.portfolio, increment, IncrementPlan(commit, True, (), planned))
    late = date(2026, 11, 28)
    became = fates(whole.portfolio, increment, compared, late)
    assert {each.id: (each.fate, each.planned, each.to) for each in became} == {
        "FT-1": ("finished", True, None), "FT-2": ("carried", True, None),
        "FT-3": ("dropped", True, None), "FT-6": ("carried", True, "PI-2"),
        "FT-4": ("finished", False, None), "FT-5": ("dropped", False, None),
    }  # fmt: skip
    assert {each.id: each.fate for each in fates(whole.portfolio, increment, compared,
                                                 date(2026, 11, 20))}["FT-2"] == "open"  # fmt: skip
    assert [
        (row.kind, row.planned and (row.planned.features, row.planned.share, row.planned.unknown),
         (row.delivered.features, row.delivered.share))
        for row in mix(compared, became)
    ] == [
        ("feature", (3, Fraction(8, 10), 1), (1, Fraction(5, 9))),
        ("enabler", (0, 0, 0), (1, Fraction(4, 9))),
        ("maintenance", (1, Fraction(2, 10), 0), (0, 0)),
    ]  # fmt: skip


def test_without_a_plan_it_is_not_known_what_was_planned() -> None:
    figures = figures_of(built(plan(FT_1=a_feature("done", "size: 5"))))
    assert [(row.planned, row.outcome) for row in figures.outcomes] == [(None, "finished")]
    assert [row.planned_features for row in figures.mix] == [None]


# One value everywhere ----------------------------------------------------------------------------

POINTS = st.sampled_from((None, "0", "1", "3", "2.5", "13"))
NAMES = st.sampled_from((None, '"1"', '"2"', '"3"', '"9"'))
TEAM_IDS = st.sampled_from((None, "T-1", "T-2", "T-9"))
STATES = st.sampled_from(("ready", "in-progress", "done", "dropped"))


@st.composite
def plans(draw: st.DrawFn) -> Mapping[str, str]:
    """An increment with up to six features, each with up to three stories."""

    def fields(**stated: str | None) -> str:
        return ", ".join(f"{name}: {value}" for name, value in stated.items() if value is not None)

    features = {}
    for number in range(draw(st.integers(0, 6))):
        stories = ", ".join(
            "{" + fields(id=f"ST-{number}{index}", title="S", state=draw(STATES),
                         iteration=draw(NAMES), points=draw(POINTS), team=draw(TEAM_IDS)) + "}"
            for index in range(draw(st.integers(0, 3)))
        )  # fmt: skip
        needs = ", ".join(
            f"FT-{other}: {draw(NAMES) or 'null'}"
            for other in range(number) if draw(st.booleans())
        )  # fmt: skip
        features[f"FT_{number}"] = "\n".join((
            "title: F", "epic: EP-1", "increment: PI-1", f"state: {draw(STATES)}",
            *(f"{name}: {value}" for name, value in (
                ("team", draw(TEAM_IDS)), ("size", draw(POINTS)), ("iteration", draw(NAMES)),
            ) if value is not None),
            f"stories: [{stories}]", f"depends_on: {{{needs}}}",
        ))  # fmt: skip
    capacities = ", ".join(
        "{" + fields(team=draw(st.sampled_from(("T-1", "T-2"))), iteration=draw(NAMES), points="4")
        + "}"
        for _ in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    return plan(f"capacities: [{capacities}]", **features)


@settings(max_examples=80, derandomize=True, suppress_health_check=[HealthCheck.too_slow],
          deadline=None)  # fmt: skip
@given(plans())
def test_board_table_json_and_csv_agree_and_nothing_is_lost_or_counted_twice(
    files: Mapping[str, str],
) -> None:
    whole = built(files)
    portfolio, figures, board = whole.portfolio, figures_of(whole), board_of(whole)
    standing = [
        feature for feature in portfolio.items_of(Feature)
        if portfolio.category_of(feature) != "cancelled"
    ]  # fmt: skip
    on_page = [card.item.id for row in board.rows for cell in row.cells for card in cell.cards]
    answer = json.loads(as_json(figures, whole.as_of))
    assert Counter(on_page) == Counter(feature.id for feature in standing)
    assert on_page == [row["id"] for row in answer["board"]]
    for table in increment_tables(figures):
        rows = list(csv.DictReader(io.StringIO(as_csv(table.rows))))
        held = answer[table.name.removeprefix("increment-")]
        assert len(rows) == len(held)
        for row, entry in zip(rows, held, strict=True):
            for name, value in row.items():
                assert value == in_csv(entry[name]), (table.name, name)
    for load in figures.load:
        if load.scope == "increment":
            parts = [each for each in figures.load if each.team == load.team and each is not load]
            assert sum(each.points for each in parts) == load.points
            assert Counter(id for each in parts for id in each.unknown) == Counter(load.unknown)
    assert sum(row.points for row in figures.load if row.scope == "increment") == sum(
        map(weight, [(whole, feature) for feature in standing])
    )
    tables = [each for each in page_of(whole).tables if each.anchor == "dependencies"]
    assert sum(len(each.rows) for each in tables) == len(figures.dependencies)


def in_csv(value: object) -> str:
    """A value of JSON as its cell in CSV."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value)


def weight(pair: tuple[Built, Feature]) -> Decimal:
    """Points of a feature, by another route: those of its stories, or its size if that is more."""
    whole, feature = pair
    stories = [
        story for story in whole.portfolio.children_of(feature.id, Story)
        if whole.portfolio.category_of(story) != "cancelled"
    ]  # fmt: skip
    known = sum((story.points or Decimal(0) for story in stories), Decimal(0))
    if any(story.points is None for story in stories):
        return known
    return max(known, feature.size or Decimal(0))


def test_the_data_of_all_increments_are_those_of_each() -> None:
    whole = built(plan(FT_1=a_feature("done", "size: 5")))
    page = increments_page(whole)
    assert page.increments == (figures_of(whole),)
    assert [(row.id, row.finished, row.features) for row in page.rows] == [("PI-1", 1, 1)]


# What is large, and what is hidden ---------------------------------------------------------------


def many(teams: int, features: int) -> Mapping[str, str]:
    """So many teams with so many features in each of six iterations, each of which needs one."""
    days = [f"2026-{month:02}-{day:02}" for month in (10, 11, 12) for day in (1, 15)]
    names = ", ".join(
        f'{{name: "{number}", start: {day}, end: {day[:8]}{int(day[8:]) + 11:02}}}'
        for number, day in enumerate(days)
    )
    lines = [
        "title: Autumn",
        "start: 2026-10-01",
        "end: 2026-12-31",
        f"iterations: [{names}]",
        "objectives:",
        *(
            f"  - {{title: O{n}, team: T-{n % teams}, planned_value: 5, features: [FT-0-0]"
            f"{', actual_value: 4' if n < teams else ''}}}"
            for n in range(2 * teams)
        ),
        "votes:",
        *(f"  - {{team: T-{n}, vote: 3, reason: Why not}}" for n in range(teams)),
        "milestones:",
        *(f"  - {{title: M{n}, on: 2026-10-{n + 1:02}}}" for n in range(12)),
    ]
    files = {"increments/PI-1.md": "\n".join(lines)}
    title = "A title as long as only somebody who was in a hurry writes it " * 3
    for team in range(teams):
        files[f"teams/T-{team}.md"] = f"title: Team {team}\nvalue_stream: VS-1\ncapacity: 30"
        for number in range(6 * features):
            id = f"FT-{team}-{number}"
            need = f"depends_on: [FT-{team}-{number - 1}]" if number else ""
            files[f"features/{id}.md"] = (
                f"title: {title}{id}\nepic: EP-1\nincrement: PI-1\nteam: T-{team}\nsize: 3\n"
                f'state: {"ready" if number else "done"}\niteration: "{number % 6}"\n{need}'
            )
    return files


def test_a_board_of_twenty_teams_shows_no_more_cards_than_a_page_can_bear() -> None:
    board = board_of(built(many(20, 3)))
    cells = [cell for row in board.rows for cell in row.cells]
    assert (len(board.rows), len(board.columns), len(cells)) == (20, 6, 120)
    assert sum(len(cell.cards) for cell in cells) <= MOST_CARDS
    assert {str(cell.folded) for cell in cells} == {"and 2 more"}
    assert board.needs is not None
    assert str(board.needs.note) == (
        "328 more dependencies are in the table, none worse than these."
    )


def test_the_page_of_many_teams_is_light_and_sound() -> None:
    whole = site(built(many(20, 3)))
    (slot,) = (slot for slot in whole.slots if slot.url == "increments/PI-1.html")
    text = whole.html(slot)
    assert len(every(parser.fromstring(text), "//*")) <= MOST_NODES
    assert lint(slot.url, text) == []


def test_what_an_audience_may_not_read_is_on_no_board() -> None:
    hidden = "visibility: confidential"
    whole = built({
        **plan("objectives: [{title: O, planned_value: 3, features: [FT-2]}]",
               FT_1=a_feature(more="depends_on: [FT-2]"), FT_2=a_feature(more=hidden),
               FT_3=a_feature(team="T-2")),
        "teams/T-2.md": f"{TEAMS['teams/T-2.md']}\n{hidden}",
    })  # fmt: skip
    public = published(whole, "public")
    text = as_json(figures_of(public), public.as_of)
    assert "FT-2" not in text
    assert "T-2" not in text
    assert [str(row.title) for row in board_of(public).rows] == ["One", "No team that is shown"]
    assert str(figures_of(public).finding).endswith("no objectives are known to be at risk")


@pytest.mark.parametrize("line", [
    "objectives: [{title: O, team: T-9}]", "objectives: [{title: O, features: [FT-9]}]",
    "capacities: [{team: T-9, points: 3}]", "votes: [{team: T-9, vote: 3}]",
])  # fmt: skip
def test_what_an_increment_names_has_to_exist(line: str) -> None:
    problems = built(plan(line)).problems
    (problem,) = (each for each in problems if each.rule == "link-unknown")
    column = min(at for at in (line.find("T-9"), line.find("FT-9")) if at >= 0) + 1
    assert (problem.at.line, problem.at.column) == (9, column)
    assert "which does not exist" in problem.message


def test_a_provider_that_comes_too_late_is_shown_at_the_story_that_says_so() -> None:
    days = ("2026-10-05, end: 2026-10-16", "2026-10-19, end: 2026-10-30")
    iterations = ", ".join(f"{{name: {n}, start: {of}}}" for n, of in enumerate(days, 1))
    days_of_it = "start: 2026-10-05\nend: 2026-10-30"
    whole = built({
        "increments/PI-1.md": f"title: P\n{days_of_it}\niterations: [{iterations}]",
        "features/FT-1.md": "title: A\nstate: backlog\nincrement: PI-1\ndepends_on: {FT-2: 1}",
        "features/FT-2.md": "title: B\nstate: backlog\nincrement: PI-1\nstories:\n"
                            "  - {id: ST-1, title: C, iteration: 1}\n"
                            "  - {id: ST-2, title: D, iteration: 2}",
    })  # fmt: skip
    [late] = [problem for problem in whole.problems if problem.rule == "provider-late"]
    assert [(each.note, each.at.line) for each in late.related] == [("ST-2 of FT-2 is here", 7)]


def test_a_feature_that_left_for_no_increment_is_said_to_be_in_none() -> None:
    """`show increment` said `carried`, and nothing of where to."""
    planned = PlannedFeature("FT-1", "One", Decimal(1))
    was = IncrementPlan(Commit("0" * 40, 0), True, (), (planned,))
    whole = built({"features/FT-1.md": "title: One\nstate: ready"})
    increment = Increment.model_validate({"id": "PI-1", "title": "P"})
    compared = against_plan(whole.portfolio, increment, was)
    [fate] = fates(whole.portfolio, increment, compared, date(2026, 11, 15))
    assert (fate.fate, str(fate_words(fate))) == ("carried", "in no increment")


def test_an_overload_prints_what_is_counted_of_each_feature() -> None:
    pieces = (("FT-1", Decimal(8)), ("FT-1", Decimal(5)), ("FT-2", None), ("FT-3", Decimal(4)))
    assert list(counted(pieces)) == ["FT-1 (13)", "FT-2 (without points)", "FT-3 (4)"]
