"""Slips of the pen in days and numbers: what is wrong is said, and no reading is chosen for us."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.model.value_hints import USUAL_CURE, USUAL_NUMBER, day_hint, number_fix


@pytest.mark.parametrize(
    ("written", "wrong", "cure"),
    [
        ("2026-13-01", "there is no month 13", "write 2026-01-13 if day and month changed places"),
        ("2026-40-40", "there is no month 40", USUAL_CURE),
        ("2026-02-29", "February 2026 has 28 days",
         "write 2026-02-28 for its last day, or the day that is meant"),
        ("2028-02-30", "February 2028 has 29 days",
         "write 2028-02-29 for its last day, or the day that is meant"),
        ("2026-1-5", "it is not in the form that is read", "write 2026-01-05"),
        ("2026/10/05", "it is not in the form that is read", "write 2026-10-05"),
        ("20261005", "it is not in the form that is read", "write 2026-10-05"),
        ("25.10.2026", "a date begins with its year", "write 2026-10-25"),
        ("5/5/2026", "a date begins with its year", "write 2026-05-05"),
        ("31.2.2026", "February 2026 has 28 days",
         "write 2026-02-28 for its last day, or the day that is meant"),
        ("2026-10-05T10:00:00", "it has a time", "write the day alone: 2026-10-05"),
        ("2026-10", "it is a whole month",
         "write one of its days, from 2026-10-01 to 2026-10-31"),
        ("2026-Q4", "it is a whole period", "write one of its days, such as 2026-10-05"),
        ("5 October 2026", "it is in words", "write 2026-10-05"),
        ("Oct 5th, 2026", "it is in words", "write 2026-10-05"),
        ("October 2026", "", USUAL_CURE),
        ("TBD", "", USUAL_CURE),
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_told_with_what_to_write(written: str, wrong: str, cure: str) -> None:
    assert day_hint(written) == (wrong, cure)


def test_of_two_readings_of_a_day_none_is_chosen() -> None:
    wrong = "a date begins with its year, and this may be one of two days"
    assert day_hint("5.10.2026") == (
        wrong, "write 2026-10-05 for 5 October, or 2026-05-10 for 10 May",
    )  # fmt: skip
    assert day_hint("10/05/2026") == (
        wrong, "write 2026-05-10 for 10 May, or 2026-10-05 for 5 October",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("1,000,000", "write 1000000"),
        ("1 000 000", "write 1000000"),
        ("1,250", "write 1250, or 1.250 if that is what is meant"),
        ("12,5", "write 12.5, with a point"),
        ("500k", "write 500000"),
        ("1.2m", "write 1200000"),
        ("€500", "write 500"),
        ("500 EUR", "write 500, without a unit"),
        ("5 weeks", "write 5, without a unit"),
        ("$75,000-$120,000", USUAL_NUMBER),
        ("50%", "write 50, without the sign"),
        ("TBD", USUAL_NUMBER),
    ],
)
def test_a_number_with_more_around_it_is_told_with_what_to_write(written: str, cure: str) -> None:
    assert number_fix(written) == cure


@given(
    st.text(max_size=20) | st.dates().map(str) | st.from_regex(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")
)
def test_whatever_is_written_gets_a_cure(text: str) -> None:
    assert day_hint(text)[1]
    assert number_fix(text)


@given(st.dates(min_value=date(1, 1, 1)))
def test_a_day_written_the_other_way_round_is_among_the_readings(day: date) -> None:
    wrong, cure = day_hint(f"{day.day}.{day.month}.{day.year:04d}")
    assert wrong.startswith("a date begins with its year")
    assert str(day) in cure
