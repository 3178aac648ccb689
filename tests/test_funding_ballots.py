"""Participatory budgeting: what groups gave, what it comes to, and what was then funded."""

from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.funding.ballots import Vote, over_the_pot, read_ballots, tally
from leanfolio.problem import Place

PATH = PurePosixPath("ballots/2026-H2.csv")
HEAD = "group,item,amount\n"


def votes(*rows: str) -> tuple[Vote, ...]:
    found, problems = read_ballots(HEAD + "\n".join(rows), PATH)
    assert problems == []
    return found


def test_mean_and_spread_are_over_all_groups_and_silence_gives_nothing() -> None:
    found = tally(votes("A,EP-1,60", "A,EP-2,40", "B,EP-1,20"), Decimal(100), {"EP-1": Decimal(50)})
    one, two = found.items
    assert (one.item, one.mean, one.groups) == ("EP-1", Fraction(40), 2)
    assert (one.lowest, one.highest) == (Decimal(20), Decimal(60))
    assert one.deviation == 20
    assert one.difference == 10
    assert (two.mean, two.lowest, two.groups, two.difference) == (Fraction(20), Decimal(0), 1, None)


def test_a_group_that_gives_more_than_the_pot_is_told_by_how_much() -> None:
    given_too_much = votes("A,EP-1,60", "A,EP-2,50", "B,EP-1,100")
    [problem] = over_the_pot(given_too_much, Decimal(100))
    assert (problem.rule, problem.at.line) == ("ballot-over-pot", 2)
    assert problem.hint == "lower its amounts by 10"
    assert [within for _, _, within in tally(given_too_much, Decimal(100)).groups] == [False, True]


def test_faults_have_their_line() -> None:
    rows = ["A,EP-1,TBD", "A,,5", "A,EP-2,-5", "A,EP-3,5", "a,ep-3,6"]
    found, problems = read_ballots(HEAD + "\n".join(rows), PATH)
    assert [each.item for each in found] == ["EP-3"]
    assert [problem.at.line for problem in problems] == [2, 3, 4, 6]


def test_of_no_ballots_there_is_no_result() -> None:
    assert tally(()).items == ()


amounts = st.decimals(0, 10**6, places=2)
ballots = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from(["EP-1", "EP-2", "EP-3"])), amounts
)


@given(ballots)
def test_the_means_sum_to_what_was_given_per_group(found: dict[tuple[str, str], Decimal]) -> None:
    cast = [Vote(group, item, amount, Place(PATH)) for (group, item), amount in found.items()]
    result = tally(cast)
    given_in_all = sum((Fraction(each) for _, each, _ in result.groups), Fraction(0))
    assert (
        sum((each.mean for each in result.items), Fraction(0)) * len(result.groups) == given_in_all
    )
    assert all(each.lowest <= each.mean <= each.highest for each in result.items)
    assert [each.mean for each in result.items] == sorted(
        (each.mean for each in result.items), reverse=True
    )
