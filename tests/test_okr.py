"""Scores of key results and objectives: the vectors of the field, and what must always hold."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.okr.score import (
    KeyResultScore,
    band,
    expected,
    progress,
    score_all,
    score_key_result,
)
from leanfolio.model import CheckIn, Days, KeyResult, NamedPeriod
from leanfolio.model.period import FiscalYear
from making import TODAY, linked

PUBLISHED = json.loads((Path(__file__).parent / "fixtures" / "okr.json").read_text())


def a_key_result(start: object, target: object, **more: object) -> KeyResult:
    return KeyResult.model_validate(
        {"id": "KR-1", "title": "Any", "start": start, "target": target, **more}
    )


@pytest.mark.parametrize(
    ("start", "target", "current", "expected"),
    [(40, 60, 50, Fraction(1, 2)), (10, 4, 7, Fraction(1, 2)), (10, 4, 12, Fraction(-1, 3)),
     (0, 100, 130, Fraction(13, 10))],
)  # fmt: skip
def test_progress_serves_rising_and_falling_targets(
    start: int, target: int, current: int, expected: Fraction
) -> None:
    assert progress(a_key_result(start, target), Fraction(current)) == expected


@pytest.mark.parametrize("row", PUBLISHED["key_result_progress"])
def test_published_progress_comes_out_as_published(row: list[float | None]) -> None:
    start, target, current, percent = row
    if start == target or current is None:
        return  # theirs is 0 there; ours is unknown, and says so: see the two tests below
    found = progress(a_key_result(start, target), Fraction(Decimal(str(current))))
    assert found is not None
    assert found * 100 == Fraction(Decimal(str(percent)))


def test_where_start_is_the_target_nothing_can_be_said() -> None:
    assert progress(a_key_result(5, 5), Fraction(5)) is None


def test_a_key_result_that_never_reported_is_unknown_and_not_zero() -> None:
    scored = score_key_result(a_key_result(0, 10), None, TODAY)
    assert (scored.score, scored.progress, scored.band) == (None, None, None)


def test_a_measure_to_be_kept_is_one_inside_and_zero_outside() -> None:
    kept = a_key_result(None, None, kind="maintain", low=95, high=99)
    assert [progress(kept, Fraction(each)) for each in (94, 95, 99, 100)] == [0, 1, 1, 0]


def test_bands_are_set_after_rounding_half_up_to_one_decimal() -> None:
    said = {Fraction(349, 1000): "red", Fraction(35, 100): "yellow", Fraction(649, 1000): "yellow",
            Fraction(65, 100): "green", Fraction(0): "red", Fraction(1): "green"}  # fmt: skip
    assert {score: band(score) for score in said} == said


def test_an_objective_is_the_weighted_mean_of_what_was_reported() -> None:
    portfolio, _ = linked(
        {
            "objectives/OBJ-1.md": """
            title: An objective
            period: 2026-H2
            key_results:
              - {id: KR-1, title: A, start: 0, target: 10, weight: 3,
                 check_ins: [{on: 2026-11-01, value: 10}]}
              - {id: KR-2, title: B, start: 0, target: 10, check_ins: [{on: 2026-11-01, value: 2}]}
              - {id: KR-3, title: C, start: 0, target: 10}
            """
        }
    )
    scored = score_all(portfolio, TODAY)[0]
    assert (scored.score, scored.reported, scored.total) == (Fraction(4, 5), 2, 3)


def test_a_check_in_of_the_future_says_nothing_yet() -> None:
    early = CheckIn.model_validate({"on": "2026-11-01", "value": 2})
    late = CheckIn.model_validate({"on": "2026-12-01", "value": 9})
    scored = score_key_result(a_key_result(0, 10, check_ins=[early, late]), None, TODAY)
    assert scored.score == Fraction(1, 5)


@pytest.mark.parametrize(("day", "stale"), [(30, None), (29, 22)])
def test_a_check_in_is_stale_beyond_one_and_a_half_cadences(day: int, stale: int | None) -> None:
    check_in = CheckIn.model_validate({"on": f"2026-10-{day}", "value": 2})
    key_result = a_key_result(0, 10, cadence_days=14, check_ins=[check_in])
    assert score_key_result(key_result, None, TODAY).stale_days == stale


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("2026", (2026, 4, 1), (2027, 3, 31)), ("2026-H2", (2026, 10, 1), (2027, 3, 31)),
     ("2026-Q3", (2026, 10, 1), (2026, 12, 31)), ("2026-02", (2026, 2, 1), (2026, 2, 28))],
)  # fmt: skip
def test_periods_follow_the_fiscal_calendar_and_months_the_common_one(
    name: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert NamedPeriod(name=name).days(FiscalYear(4, 1)) == Days(date(*first), date(*last))


numbers = st.decimals(-1000, 1000, places=2)


@given(numbers, numbers, numbers)
def test_a_score_lies_between_zero_and_one_and_progress_is_exact(
    start: Decimal, target: Decimal, current: Decimal
) -> None:
    check_in = {"on": "2026-11-01", "value": str(current)}
    key_result = a_key_result(str(start), str(target), check_ins=[check_in])
    scored = score_key_result(key_result, None, TODAY)
    if start == target:
        assert scored.score is None
        return
    assert scored.score is not None
    assert scored.progress is not None
    assert 0 <= scored.score <= 1
    assert scored.progress * (Fraction(target) - Fraction(start)) == Fraction(current) - Fraction(
        start
    )


# Pace ------------------------------------------------------------------------------------------

HALF = Days(date(2026, 7, 1), date(2026, 12, 31))  # 184 days


@pytest.mark.parametrize(
    ("kind", "target", "on", "pace"),
    [("metric", 5, date(2026, 11, 20), Fraction(143, 184)),
     ("binary", 1, date(2026, 7, 1), Fraction(0)), ("binary", 1, date(2026, 12, 30), Fraction(0)),
     ("binary", 1, date(2026, 12, 31), Fraction(1)), ("binary", 1, date(2027, 3, 1), Fraction(1)),
     ("milestone", 5, date(2026, 8, 1), Fraction(0)),
     ("milestone", 5, date(2026, 11, 20), Fraction(3, 5)),
     ("milestone", 5, date(2026, 12, 31), Fraction(1)),
     ("milestone", "2.5", date(2026, 11, 20), Fraction(143, 184))],
)  # fmt: skip
def test_what_moves_in_whole_steps_is_expected_in_whole_steps(
    kind: str, target: object, on: date, pace: Fraction
) -> None:
    assert expected(a_key_result(0, target, kind=kind), HALF, on) == pace


@given(st.integers(1, 400), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_whole_steps_never_run_ahead_of_the_days(count: int, on: date) -> None:
    elapsed = expected(a_key_result(0, 10), HALF, on)
    pace = expected(a_key_result(0, count, kind="milestone"), HALF, on)
    assert pace is not None
    assert elapsed is not None
    assert 0 <= elapsed - pace < Fraction(1, count)
    assert (pace * count).denominator == 1


def binary(value: int, on: date) -> KeyResultScore:
    check_in = CheckIn.model_validate({"on": "2026-07-01", "value": value})
    return score_key_result(a_key_result(0, 1, kind="binary", check_ins=[check_in]), HALF, on)


def test_a_yes_or_no_is_not_red_before_it_is_due() -> None:
    october, end = date(2026, 10, 1), HALF.last
    assert (binary(0, october).not_yet_due, binary(0, october).band) == (True, None)
    assert (binary(0, end).not_yet_due, binary(0, end).band) == (False, "red")
    assert (binary(1, october).not_yet_due, binary(1, october).band) == (False, "green")


def test_nothing_is_red_before_its_period_begins() -> None:
    """The band of a period that has not begun would say that somebody is late for it."""
    june, july = date(2026, 6, 30), HALF.first
    for value, before in ((0, None), (5, None), (9, "green")):
        check_in = CheckIn.model_validate({"on": "2026-06-01", "value": value})
        result = a_key_result(0, 10, check_ins=[check_in])
        assert score_key_result(result, HALF, june).band == before
        assert score_key_result(result, HALF, july).band is not None


def test_without_a_period_nothing_is_known_to_be_due_later() -> None:
    check_in = CheckIn.model_validate({"on": "2026-07-01", "value": 0})
    scored = score_key_result(a_key_result(0, 1, kind="binary", check_ins=[check_in]), None, TODAY)
    assert (scored.pace, scored.band) == (None, "red")


def test_an_objective_is_held_against_the_pace_of_what_it_is_scored_by() -> None:
    portfolio, _ = linked(
        {
            "objectives/OBJ-1.md": """
            title: An objective
            period: 2026-H2
            key_results:
              - {id: KR-1, title: A, start: 0, target: 10, weight: 3,
                 check_ins: [{on: 2026-11-01, value: 10}]}
              - {id: KR-2, title: B, kind: binary, check_ins: [{on: 2026-11-01, value: 0}]}
              - {id: KR-3, title: C, start: 0, target: 10}
            """
        }
    )
    scored = score_all(portfolio, TODAY)[0]
    assert (scored.score, scored.pace) == (Fraction(3, 4), Fraction(3 * 143, 4 * 184))


def test_an_objective_of_which_nothing_is_due_has_no_band() -> None:
    only = """
        title: An objective
        period: 2026-H2
        key_results:
          - {id: KR-1, title: A, kind: binary, check_ins: [{on: 2026-11-01, value: 0}]}
        """
    scored = score_all(linked({"objectives/OBJ-1.md": only})[0], TODAY)[0]
    assert scored.score == 0
    assert scored.band is None


def test_key_results_without_weight_give_no_score() -> None:
    portfolio, _ = linked(
        {
            "objectives/OBJ-1.md": """
            title: An objective
            key_results:
              - {id: KR-1, title: A, start: 0, target: 10, weight: 0,
                 check_ins: [{on: 2026-11-01, value: 10}]}
            """
        }
    )
    scored = score_all(portfolio, TODAY)[0]
    assert (scored.score, scored.reported) == (None, 1)
