"""What was measured over time: what was expected by each day, moved targets, scores by day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.history.versions import History, Landing, versions_of
from leanfolio.figures.okr.score import score_all, terms_of
from leanfolio.figures.okr.targets import Targets, targets_of
from leanfolio.figures.okr.trajectory import (
    Trajectory,
    expected_value,
    objective_points,
    trajectory,
)
from leanfolio.model import Days, KeyResult
from leanfolio.model.source import Commit
from making import TODAY, linked

HALF = Days(date(2026, 7, 1), date(2026, 12, 31))  # 184 days
EVE = HALF.first - timedelta(days=1)
PATH = PurePosixPath("key-results/KR-1.md")


def a_key_result(**fields: object) -> KeyResult:
    own = {"id": "KR-1", "title": "Any", "start": 40, "target": 60}
    return KeyResult.model_validate({**own, **fields})


def check_in(on: str, value: object, **more: object) -> dict[str, object]:
    return {"on": on, "value": value, **more}


# What was expected -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "on", "value"),
    [({}, EVE, 40), ({}, HALF.last, 60), ({}, date(2026, 9, 30), 50), ({}, date(2027, 3, 1), 60),
     ({"start": 10, "target": 4}, date(2026, 9, 30), 7), ({"start": 10, "target": 4}, EVE, 10),
     ({"kind": "binary", "start": None, "target": None}, date(2026, 12, 30), 0),
     ({"kind": "binary", "start": None, "target": None}, HALF.last, 1),
     ({"kind": "milestone", "start": None, "target": 4}, date(2026, 9, 29), 1),
     ({"kind": "milestone", "start": None, "target": 4}, date(2026, 9, 30), 2),
     ({"kind": "maintain", "start": None, "target": None, "low": 4}, HALF.last, None),
     ({"target": None}, HALF.last, None)],
)  # fmt: skip
def test_the_way_leads_from_start_to_target_over_the_period(
    fields: Mapping[str, object], on: date, value: int | None
) -> None:
    assert expected_value(terms_of(a_key_result(**fields)), HALF, on) == value


numbers = st.decimals(-1000, 1000, places=2)


@given(numbers, numbers, st.dates(date(2026, 1, 1), date(2027, 6, 30)))
def test_what_is_expected_lies_between_start_and_target_on_a_straight_line(
    start: Decimal, target: Decimal, on: date
) -> None:
    terms = terms_of(a_key_result(start=str(start), target=str(target)))
    value = expected_value(terms, HALF, on)
    assert value is not None
    assert min(start, target) <= value <= max(start, target)
    before = expected_value(terms, HALF, on - timedelta(days=1))
    assert before is not None
    if HALF.first <= on <= HALF.last:
        assert value - before == Fraction(target - start) / HALF.length
    else:
        assert value == before


def test_without_a_period_nothing_is_expected() -> None:
    measured = trajectory(a_key_result(check_ins=[check_in("2026-08-01", 45)]), None, TODAY)
    assert [(entry.pace, entry.expected) for entry in measured.measurements] == [(None, None)]
    assert measured.outside == 0


def test_a_trajectory_ends_with_its_day_and_counts_what_is_to_come() -> None:
    days = ("2026-12-01", "2026-06-01", "2026-11-20")
    result = trajectory(a_key_result(check_ins=[check_in(on, 50) for on in days]), HALF, TODAY)
    assert [entry.check_in.on.isoformat() for entry in result.measurements] == list(days[1:])
    assert (result.to_come, result.outside) == (1, 1)


def test_the_confidence_of_the_last_three_is_told_and_what_is_not_stated_is_none() -> None:
    shares = (0.1, 0.7, None, 0.6)
    entries = [check_in(f"2026-08-0{n}", 45, confidence=share and str(share))
               for n, share in enumerate(shares, 1)]  # fmt: skip
    result = trajectory(a_key_result(check_ins=entries), HALF, TODAY)
    assert result.confidences == (Decimal("0.7"), None, Decimal("0.6"))


# Moved targets ---------------------------------------------------------------------------------


def commit(number: int, day: str) -> Commit:
    second = int(datetime.fromisoformat(f"{day}T12:00:00+00:00").astimezone(UTC).timestamp())
    return Commit(f"{number:040x}", second, "A. Author")


def history_of(*versions: tuple[str, Mapping[str, Any] | None]) -> History:
    """The history of one key result: a day of landing, and what its file said from then on."""
    landings = [
        Landing(commit(number, day), ((PATH, fields and {"objective": "OBJ-1", **fields}),))
        for number, (day, fields) in enumerate(versions)
    ]
    return History(tuple(entry.commit for entry in landings), versions_of(landings))


def moved(
    *versions: tuple[str, Mapping[str, Any] | None], as_of: date = TODAY, **now: Any
) -> Targets:
    return targets_of(history_of(*versions), a_key_result(**now), HALF, as_of)


def test_a_target_that_moves_after_the_period_began_keeps_the_first() -> None:
    found = moved(
        ("2026-05-01", {"start": 40, "target": 90}),
        ("2026-06-30", {"start": 40, "target": 80}),
        ("2026-09-01", {"start": 40, "target": 60}),
    )
    assert (str(found.first.target), found.known_from) == ("80", None)
    [move] = found.moves
    assert f"{move.on} {move.before.target} {move.after.target}" == "2026-09-01 80 60"


def test_a_change_on_the_first_day_is_one_after_the_period_began() -> None:
    found = moved(("2026-05-01", {"target": 80}), ("2026-07-01", {"start": 40, "target": 60}))
    assert [move.on for move in found.moves] == [HALF.first]


def test_a_key_result_that_comes_later_has_the_target_that_it_came_with() -> None:
    other = ("2026-05-01", None)
    found = moved(other, ("2026-08-01", {"start": 40, "target": 60, "kind": "metric"}))
    assert (str(found.first.target), found.moves, found.known_from) == ("60", (), None)


def test_what_git_does_not_reach_is_not_known() -> None:
    found = moved(("2026-08-01", {"start": 40, "target": 60}))
    assert (found.moves, found.known_from) == ((), date(2026, 8, 1))
    assert trajectory(a_key_result(), HALF, TODAY, found).moves is None


def test_a_period_from_the_first_day_of_all_has_no_eve() -> None:
    history = history_of(("2026-08-01", {"start": 40, "target": 60}))
    found = targets_of(history, a_key_result(), Days(date.min, HALF.last), TODAY)
    assert (found.moves, found.known_from) == ((), None)


def test_another_title_or_unit_moves_no_target() -> None:
    found = moved(
        ("2026-05-01", {"start": 40, "target": 60, "unit": "%"}),
        ("2026-09-01", {"start": 40, "target": 60, "unit": "percent", "title": "T"}),
    )
    assert found.moves == ()


def test_a_target_that_is_not_committed_moved_today_and_one_of_later_says_so() -> None:
    first = ("2026-05-01", {"start": 40, "target": 80})
    [today] = moved(first).moves
    assert (today.on, today.commit, today.later) == (TODAY, None, False)
    [later] = moved(first, ("2026-11-21", {"start": 40, "target": 60})).moves
    assert (later.on, later.commit, later.later) == (TODAY, None, True)


def test_progress_is_known_by_the_first_target_too() -> None:
    """From 40 to 60 a value of 50 is half of the way; to the 80 of before it is a quarter."""
    found = moved(("2026-05-01", {"start": 40, "target": 80}))
    result = trajectory(a_key_result(check_ins=[check_in("2026-11-01", 50)]), HALF, TODAY, found)
    [measured] = result.measurements
    assert (measured.progress, measured.first_progress) == (Fraction(1, 2), Fraction(1, 4))
    assert (result.first_progress, result.moves) == (Fraction(1, 4), 1)


# Objectives ------------------------------------------------------------------------------------

measures = st.lists(
    st.tuples(
        st.sampled_from(("metric", "binary", "milestone", "maintain")),
        st.integers(0, 3),
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=4),
    ),
    max_size=4,
)
FIRST = date(2026, 11, 11)


def objective_of(kinds: list[tuple[str, int, list[tuple[int, int]]]]) -> str:
    """An objective over eight days with key results of these kinds, weights and check-ins."""
    lines = [
        f"- {{id: KR-{n}, title: T, kind: {kind}, weight: {weight}, "
        + {"metric": "start: 0, target: 4", "binary": "start: 0", "milestone": "target: 4",
           "maintain": "low: 1, high: 3"}[kind]
        + ", check_ins: ["
        + ", ".join(
            f"{{on: {FIRST + timedelta(days=day - 1)}, value: {value}}}" for day, value in entries
        )
        + "]}"
        for n, (kind, weight, entries) in enumerate(kinds)
    ]  # fmt: skip
    return "\n".join(
        ("title: O", "period: {start: 2026-11-11, end: 2026-11-18}", "key_results:", *lines)
    )


@given(measures, st.integers(0, 12))
def test_the_score_of_each_day_is_that_of_the_whole_as_of_it(
    kinds: list[tuple[str, int, list[tuple[int, int]]]], after: int
) -> None:
    portfolio, _ = linked({"objectives/OBJ-1.md": objective_of(kinds) if kinds else "title: O"})
    as_of = FIRST + timedelta(days=after)
    days = Days(FIRST, FIRST + timedelta(days=7))
    results = portfolio.children_of("OBJ-1", KeyResult)
    points = objective_points([trajectory(each, days, as_of) for each in results], days)
    assert len({point.on for point in points}) == len(points)
    for point in points:
        whole = score_all(portfolio, point.on)[0]
        assert (point.score, point.reported) == (whole.score, whole.reported)
        assert point.pace == whole.pace or point.score is None
    if points:
        assert points[-1].score == score_all(portfolio, as_of)[0].score


def test_an_objective_without_check_ins_has_no_points() -> None:
    nothing: list[Trajectory] = [trajectory(a_key_result(), HALF, TODAY)]
    assert objective_points(nothing, HALF) == ()
