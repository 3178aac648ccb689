from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.ranking.agreement import Agreement, agreement, count_pairs, discordant_pairs
from leanfolio.figures.ranking.drift import drift
from leanfolio.figures.ranking.wsjf import rank
from leanfolio.model import CostOfDelay, Epic
from test_ranking_wsjf import an_epic, epics

small = st.fractions(0, 5, max_denominator=2)


@given(st.lists(st.tuples(small, small), max_size=12))
def test_pairs_are_counted_as_one_would_by_hand(scored: list[tuple[Fraction, Fraction]]) -> None:
    same = opposite = first = second = 0
    for (a, b), (c, d) in combinations(scored, 2):
        sign = (a - c) * (b - d)
        same, opposite = same + (sign > 0), opposite + (sign < 0)
        first, second = first + (a != c), second + (b != d)
    assert count_pairs(scored) == (same, opposite, (first, second))


@given(st.lists(st.integers(0, 9)))
def test_inversions_are_counted_as_one_would_by_hand(values: list[int]) -> None:
    assert discordant_pairs(values) == sum(a > b for a, b in combinations(values, 2))


def compared(items: list[Epic]) -> Agreement:
    return agreement(rank(items, "relative"), rank(items, "value-urgency"))


def test_forms_that_agree_have_a_tau_of_one_and_no_disagreements() -> None:
    found = compared(
        [an_epic("A", (8, 8, 0, 1)), an_epic("B", (3, 3, 0, 1)), an_epic("C", (1, 1, 0, 1))]
    )
    assert found.tau_b == 1
    assert found.disagreements == ()


def test_forms_that_disagree_name_the_items_the_furthest_apart_first() -> None:
    hollow, plain, small = (
        an_epic("A", (0, 20, 0, 1)),
        an_epic("B", (3, 3, 0, 1)),
        an_epic("C", (2, 2, 0, 1)),
    )
    found = compared([hollow, plain, small])
    assert [(e.id, e.rank, e.other_rank) for e in found.disagreements] == [
        ("A", 1, 3), ("B", 2, 1), ("C", 3, 2),
    ]  # fmt: skip
    assert found.tau_b is not None
    assert round(found.tau_b, 6) == Decimal("-0.333333")


def test_where_a_form_ties_all_there_is_no_tau() -> None:
    assert compared([an_epic("A"), an_epic("B")]).tau_b is None


def test_only_what_both_can_score_is_compared() -> None:
    both = an_epic("A", cost_of_delay=CostOfDelay(other=Decimal(3)), duration_weeks=Decimal(1))
    found = agreement(rank([both, an_epic("B")], "relative"), rank([both, an_epic("B")], "money"))
    assert found.items == 1


@given(epics(most=8))
def test_a_form_agrees_with_itself(items: list[Epic]) -> None:
    order = rank(items, "relative")
    found = agreement(order, order)
    assert found.disagreements == ()
    assert found.discordant == 0
    assert found.tau_b in (None, 1)


def test_drift_tells_what_moved_and_by_which_number() -> None:
    then = rank(
        [an_epic("A", (8, 1, 1, 2)), an_epic("B", (5, 1, 1, 2)), an_epic("C", (1, 1, 1, 2))],
        "relative",
    )
    now = rank(
        [an_epic("A", (2, 1, 1, 2)), an_epic("B", (5, 1, 1, 2)), an_epic("D", (1, 1, 1, 2))],
        "relative",
    )
    found = drift(then, now)
    assert [(moved.id, moved.climbed, moved.passed_by) for moved in found.moved] == [
        ("B", 1, True),
        ("A", -1, False),
    ]
    assert list(found.moved[1].numbers[0]) == ["business_value", 8, 2]
    assert (found.entered, found.left, found.same) == (("D",), ("C",), 0)


def test_rankings_in_two_forms_are_not_compared() -> None:
    items = [an_epic("A")]
    assert not drift(rank(items, "value-urgency"), rank(items, "relative")).comparable
