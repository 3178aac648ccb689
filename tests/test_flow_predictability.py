"""Predictability, and the day on which an item was finished: the vectors of the field."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.predictability import delivery, predictability
from leanfolio.figures.funding.epic import standing_on
from leanfolio.model import Epic, IncrementObjective
from making import linked


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


CLOSING = """
type: portfolio
title: P
states: [{name: open, category: active, requires: []}, {name: done, category: done},
  {name: archived, category: done}, {name: rejected, category: cancelled}]
"""


def test_a_move_between_two_done_states_is_no_completion() -> None:
    history = (
        "[{state: open, on: 2026-01-01}, {state: done, on: 2026-01-12}, "
        "{state: archived, on: 2026-06-01}]"
    )
    head = f"title: A\nstate: archived\nhistory: {history}"
    portfolio, _ = linked({"portfolio.md": CLOSING, "epics/EP-2.md": head})
    epic = portfolio["EP-2"]
    assert isinstance(epic, Epic)
    assert Facts(portfolio, date(2026, 7, 1)).flow.items["EP-2"].days == 11
    assert portfolio.last_entry(epic, "done") == date(2026, 1, 12)
    assert portfolio.last_entry(epic, "cancelled") is None
    assert standing_on(portfolio, epic, date(2026, 6, 2)) == date(2026, 1, 12)


@given(st.lists(st.sampled_from(["open", "done", "archived", "rejected"]), max_size=8))
def test_the_last_entry_is_where_the_last_stay_begins(states: list[str]) -> None:
    days = [date(2026, 1, 1) + timedelta(n) for n in range(len(states))]
    history = ", ".join(
        f"{{state: {state}, on: {on}}}" for state, on in zip(states, days, strict=True)
    )
    head = f"title: A\nstate: open\nhistory: [{history}]"
    portfolio, _ = linked({"portfolio.md": CLOSING, "epics/EP-2.md": head})
    epic = portfolio["EP-2"]
    assert isinstance(epic, Epic)
    closed = ("done", "archived")
    entries = [
        day
        for day, before, state in zip(days, ["", *states], states, strict=False)
        if state in closed and before not in closed
    ]
    assert portfolio.last_entry(epic, "done") == (entries[-1] if entries else None)
