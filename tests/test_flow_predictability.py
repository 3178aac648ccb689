"""Predictability: the vectors of the field."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.flow.predictability import delivery, predictability
from leanfolio.model import IncrementObjective


def objective(
    planned: int | None, actual: int | None, commitment: str = "committed"
) -> IncrementObjective:
    return IncrementObjective.model_validate(
        {"title": "Any", "planned_value": planned, "actual_value": actual, "commitment": commitment}
    )


def test_predictability_is_pooled_over_teams() -> None:
    found = predictability((objective(25, 25), objective(19, 18)))
    assert found == Fraction(43, 44)
    assert round(float(found) * 100, 1) == 97.7


def test_uncommitted_objectives_count_when_delivered_and_not_when_planned() -> None:
    assert predictability((objective(10, 10), objective(5, 5, "uncommitted"))) == Fraction(3, 2)
    assert predictability((objective(75, 70),)) == Fraction(14, 15)


def test_before_anything_was_rated_there_is_no_predictability() -> None:
    assert predictability((objective(10, None),)) is None
    assert predictability(()) is None


def test_a_value_that_is_missing_is_not_counted_as_nothing() -> None:
    """(9 + 4) / (5 + 5) = 130 % would praise what nobody has rated or planned."""
    unrated = (objective(5, 9), objective(5, None))
    unplanned = (objective(5, 9), objective(None, 4))
    assert predictability(unrated) is None
    assert delivery(unrated).so_far == Fraction(9, 10)
    assert predictability(unplanned) is None
    assert delivery(unplanned).so_far is None
    assert predictability((objective(5, 4), objective(None, 4, "uncommitted"))) == Fraction(8, 5)


@given(st.lists(st.tuples(st.integers(1, 10), st.integers(0, 10)), min_size=1))
def test_predictability_is_known_if_every_value_is(values: list[tuple[int, int]]) -> None:
    planned, actual = (sum(column) for column in zip(*values, strict=True))
    objectives = [objective(*pair) for pair in values]
    assert predictability(objectives) == Fraction(actual, planned)
    assert predictability([*objectives, objective(1, None)]) is None
    assert predictability([*objectives, objective(None, 1)]) is None
