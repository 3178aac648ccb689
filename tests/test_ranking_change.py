from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.ranking.change import Change, changes
from leanfolio.figures.ranking.integer_scores import IntegerScores, integer_scores
from leanfolio.figures.ranking.interval import first_place_changes, intervals
from leanfolio.figures.ranking.wsjf import PARTS, Form, rank
from leanfolio.model import Epic
from test_ranking_wsjf import SCALE, an_epic, epics, ids, money_epic

TICKS = tuple(map(Fraction, SCALE))


def looked_at(
    items: list[Epic], form: Form = "relative"
) -> tuple[IntegerScores, list[tuple[Change, ...]]]:
    numbers = integer_scores(rank(items, form), TICKS)
    return numbers, list(changes(numbers))


def ranking_with(items: list[Epic], id: str, part: str, after: Fraction) -> list[str]:
    """Brute force: change the item itself, and rank all again."""
    new = [
        item.model_copy(update={part: Decimal(after.numerator) / Decimal(after.denominator)})
        if item.id == id
        else item
        for item in items
    ]
    return ids(new)


@given(epics(most=8))
@settings(max_examples=60)
def test_ranks_after_a_change_are_those_of_ranking_all_again(items: list[Epic]) -> None:
    numbers, found = looked_at(items)
    ranked = rank(items, "relative").scores
    for each, row in zip(ranked, found, strict=True):
        for change in row:
            part, after = PARTS["relative"][change.part], numbers.fraction(change.after)
            then = ranking_with(items, each.item.id, part, after)
            assert change.rank == then.index(each.item.id) + 1


@given(epics(most=6))
@settings(max_examples=60, deadline=None)
def test_an_interval_is_what_all_one_step_changes_of_any_item_reach(items: list[Epic]) -> None:
    ranked = rank(items, "relative").scores
    reached = {score.item.id: {rank_now} for rank_now, score in enumerate(ranked, 1)}
    for score in ranked:
        for part, number in zip(PARTS["relative"], score.numbers, strict=True):
            below = [tick for tick in TICKS if tick < number]
            above = [tick for tick in TICKS if tick > number]
            for after in below[-1:] + above[:1]:
                for rank_then, id in enumerate(ranking_with(items, score.item.id, part, after), 1):
                    reached[id].add(rank_then)
    found = intervals(looked_at(items)[1])
    assert [(sure.low, sure.high) for sure in found] == [
        (min(reached[score.item.id]), max(reached[score.item.id])) for score in ranked
    ]


@given(epics(most=8))
def test_the_change_that_lifts_or_drops_an_item_does_so(items: list[Epic]) -> None:
    numbers, changed = looked_at(items)
    order = rank(items, "relative").scores
    for index, sure in enumerate(intervals(changed)):
        for change, reached in ((sure.best, sure.low), (sure.worst, sure.high)):
            if change is None:
                assert reached == index + 1
                continue
            part, after = PARTS["relative"][change.part], numbers.fraction(change.after)
            then = ranking_with(items, order[change.item].item.id, part, after)
            assert then.index(order[index].item.id) + 1 == reached


def test_another_items_step_moves_an_item_by_one_place() -> None:
    alpha = an_epic("EP-1", (3, 3, 13, 2))
    beta = an_epic("EP-2", (8, 1, 1, 2))  # with a size of 1 it scores 10.00, against 9.50
    first, second = intervals(looked_at([alpha, beta])[1])
    assert (first.low, first.high, first.own_high) == (1, 2, 1)
    assert (second.low, second.high) == (1, 2)
    assert first.worst is not None
    assert (first.worst.item, first.worst.part, first.worst.after) == (1, 3, 1)


def test_eight_of_twenty_three_steps_change_the_first_place() -> None:
    fragile = [an_epic("X", (8, 5, 3, 5)), an_epic("Y", (13, 3, 1, 5)), an_epic("Z", (5, 8, 5, 8))]
    assert first_place_changes(intervals(looked_at(fragile)[1])) == (8, 23)


def test_a_number_off_the_scale_is_one_step_from_its_neighbours() -> None:
    _, found = looked_at([an_epic(scores=(6, 5, 5, 5))])
    value = [each for each in found[0] if each.part == 0 and each.distance == 1]
    assert [(each.steps, each.after) for each in value] == [(-1, 5), (1, 8)]


def test_beyond_the_end_of_the_scale_there_is_no_step() -> None:
    _, found = looked_at([an_epic(scores=(20, 1, 5, 5))])
    assert [each.steps for each in found[0] if each.part == 0 and each.distance == 1] == [-1]
    assert [each.steps for each in found[0] if each.part == 1 and each.distance == 1] == [1]


def test_a_size_never_becomes_nothing() -> None:
    numbers = integer_scores(
        rank([an_epic(scores=(5, 5, 5, 1))], "relative"), (Fraction(0), *TICKS)
    )
    assert all(change.after > 0 for change in changes(numbers)[0] if change.part == 3)


def test_in_money_a_step_is_a_quarter_more_or_a_fifth_less() -> None:
    numbers, found = looked_at([money_epic("A", 100, 10)], "money")
    steps = [numbers.fraction(each.after) for each in found[0] if each.distance == 1]
    assert steps == [80, 125, 8, Fraction(25, 2)]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=8))
def test_intervals_hold_in_money_too(pairs: list[tuple[int, int]]) -> None:
    items = [money_epic(f"EP-{n}", cost, weeks) for n, (cost, weeks) in enumerate(pairs, 1)]
    for rank_now, sure in enumerate(intervals(looked_at(items, "money")[1]), 1):
        assert 1 <= sure.low <= rank_now <= sure.high <= len(items)


def test_one_item_alone_stays_first_whatever_changes() -> None:
    sure = intervals(looked_at([an_epic()])[1])[0]
    assert (sure.low, sure.high, sure.best, sure.worst) == (1, 1, None, None)


def test_nothing_ranked_has_no_intervals() -> None:
    assert intervals(looked_at([])[1]) == ()
