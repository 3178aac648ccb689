from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.ranking.change import Change
from leanfolio.figures.ranking.cut import Cut, cut
from leanfolio.figures.ranking.integer_scores import IntegerScores
from leanfolio.figures.ranking.smallest_change import crossings, smallest_change
from leanfolio.figures.ranking.value_of_information import refinements
from leanfolio.figures.ranking.wsjf import PARTS, Order, rank
from leanfolio.model import CutLine, Epic
from test_ranking_change import TICKS, looked_at
from test_ranking_wsjf import an_epic, epics


def a_cut(items: list[Epic], costs: list[int | None] | None = None, **line: Any) -> Cut:
    order = rank(items, "relative")
    stated = dict(zip((item.id for item in items), costs or [None] * len(items), strict=True))
    amounts = [stated[score.item.id] for score in order.scores]
    found = cut(
        CutLine(**line), order.scores, [None if a is None else Fraction(a) for a in amounts]
    )
    assert found is not None
    return found


def test_without_a_cut_line_nothing_is_cut() -> None:
    assert cut(None, (), ()) is None
    assert cut(CutLine(), (), ()) is None


def test_by_count_the_first_are_above() -> None:
    line = a_cut([an_epic("A"), an_epic("B"), an_epic("C")], count=2)
    assert [line.above(index) for index in range(3)] == [True, True, False]


def test_by_size_the_first_that_does_not_fit_ends_it() -> None:
    items = [
        an_epic("A", (20, 20, 20, 5)),
        an_epic("B", (13, 13, 13, 8)),
        an_epic("C", (1, 1, 1, 1)),
    ]
    line = a_cut(items, size=Decimal(7))
    assert line.place == 1
    assert line.left == 2
    assert line.also_fits == (2,)


def test_money_of_unknown_cost_is_neither_above_nor_below() -> None:
    items = [an_epic("A", (20, 20, 20, 5)), an_epic("B"), an_epic("C", (1, 1, 1, 5))]
    line = a_cut(items, [100, None, 100], money=Decimal(150))
    assert [line.above(index) for index in range(3)] == [True, None, False]


def test_a_capacity_of_nothing_holds_nothing() -> None:
    assert a_cut([an_epic("A")], count=0).place == 0


def funded(order: Order, line: CutLine, costs: dict[str, Fraction | None]) -> set[str]:
    found = cut(line, order.scores, [costs[score.item.id] for score in order.scores])
    assert found is not None
    return {score.item.id for score in order.scores[: found.place]}


lines = st.one_of(
    st.integers(0, 6).map(lambda n: CutLine(count=n)),
    st.integers(0, 60).map(lambda n: CutLine(size=Decimal(n))),
    st.integers(0, 600).map(lambda n: CutLine(money=Decimal(n))),
)


def brute_force(
    items: list[Epic],
    whole: IntegerScores,
    change: Change,
    line: CutLine,
    costs: dict[str, Fraction | None],
) -> tuple[set[str], set[str]]:
    """What is above before and after, by ranking all again."""
    order = rank(items, "relative")
    id, part = order.scores[change.item].item.id, PARTS["relative"][change.part]
    after = Decimal(whole.fraction(change.after).numerator)
    new = [i.model_copy(update={part: after}) if i.id == id else i for i in items]
    return funded(order, line, costs), funded(rank(new, "relative"), line, costs)


@given(epics(most=6, off_scale=False), lines, st.lists(st.integers(0, 200), min_size=6, max_size=6))
@settings(max_examples=120, deadline=None)
def test_the_smallest_change_is_the_smallest_of_all(
    items: list[Epic], line: CutLine, amounts: list[int]
) -> None:
    costs = {i.id: Fraction(a) if a else None for i, a in zip(items, amounts, strict=False)}
    whole, found = looked_at(items)
    order = rank(items, "relative")
    above = cut(line, order.scores, [costs[score.item.id] for score in order.scores])
    assert above is not None
    least = smallest_change(whole, found, above)
    tips = [
        change.distance
        for row in found
        for change in row
        if len(set(map(frozenset, brute_force(items, whole, change, line, costs)))) == 2
    ]
    assert (least.change.distance if least else None) == min(tips, default=None)
    if least:
        before, after = brute_force(items, whole, least.change, line, costs)
        names = [score.item.id for score in order.scores]
        assert {names[index] for index in least.entered} == after - before
        assert {names[index] for index in least.left} == before - after


@given(epics(most=6, off_scale=False), lines)
@settings(max_examples=80, deadline=None)
def test_what_crosses_the_line_alone_is_found_with_the_fewest_steps(
    items: list[Epic], line: CutLine
) -> None:
    costs: dict[str, Fraction | None] = {item.id: Fraction(100) for item in items}
    whole, found = looked_at(items)
    order = rank(items, "relative")
    above = cut(line, order.scores, [costs[score.item.id] for score in order.scores])
    assert above is not None
    crossing = crossings(whole, found, above)
    for index, row in enumerate(found):
        id = order.scores[index].item.id
        tips = [
            change.distance
            for change in row
            if (id in (sets := brute_force(items, whole, change, line, costs))[0])
            != (id in sets[1])
        ]
        mine = crossing.get(index)
        assert (mine.distance if mine else None) == min(tips, default=None)


def test_a_better_estimate_is_worth_what_it_would_gain_on_average() -> None:
    # Above: A 3; below: B 2. If B's size were 3 instead of 5 it would score 10/3: a third more.
    items = [an_epic("A", (5, 5, 5, 5)), an_epic("B", (8, 1, 1, 5))]
    whole, found = looked_at(items)
    refined = refinements(whole, found, 1)
    of_b = [each for each in refined if each.item == 1 and each.part == 3]
    assert [each.value for each in of_b] == [Fraction(1, 3) / 3]


def test_an_estimate_that_can_change_nothing_is_worth_nothing() -> None:
    items = [an_epic("A", (20, 20, 20, 1)), an_epic("B", (1, 1, 1, 20))]
    whole, found = looked_at(items)
    assert refinements(whole, found, 1) == ()


@pytest.mark.parametrize("place", [0, 2])
def test_where_all_or_none_is_above_no_estimate_decides(place: int) -> None:
    whole, found = looked_at([an_epic("A"), an_epic("B")])
    assert refinements(whole, found, place) == ()


def test_the_scale_is_the_usual_one() -> None:
    assert TICKS[-1] == 20
