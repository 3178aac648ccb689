from decimal import Decimal
from math import lcm

from hypothesis import given, settings

from leanfolio.figures.ranking.integer_scores import integer_scores
from leanfolio.figures.ranking.reversal import Reversal, reversals
from leanfolio.figures.ranking.wsjf import PARTS, Form, rank
from leanfolio.model import Epic
from test_ranking_change import TICKS
from test_ranking_wsjf import an_epic, epics, ids, money_epic


def turned(items: list[Epic], form: Form = "relative") -> tuple[Reversal, ...]:
    order = rank(items, form)
    return reversals(order, integer_scores(order, TICKS))


def test_when_the_least_leaves_and_its_column_is_re_scaled_a_pair_turns_around() -> None:
    a, b = an_epic("A", (2, 13, 1, 1)), an_epic("B", (20, 1, 1, 1))
    c = an_epic("C", (1, 13, 13, 1))
    assert ids([a, b, c]) == ["C", "B", "A"]
    found = turned([a, b, c])
    without_c = next(each for each in found if each.removed == 0)
    assert list(without_c.factors) == [2, 1, 1, 1]
    assert without_c.order == (2, 1)
    assert without_c.pairs == 1
    assert without_c.first_turned == (1, 2)


def test_forms_that_multiply_cannot_be_turned_around() -> None:
    assert turned([money_epic("A", 1, 2), money_epic("B", 5, 3)], "money") == ()


def test_one_alone_has_no_order_to_turn() -> None:
    assert turned([an_epic("A", (2, 3, 5, 8))]) == ()


@given(epics(most=6))
@settings(max_examples=80)
def test_what_is_said_to_turn_does_turn_and_nothing_else(items: list[Epic]) -> None:
    found = {each.removed: each for each in turned(items)}
    before = ids(items)
    if len(items) < 2:
        assert not found
        return
    for removed in (None, *lone_least(items, before)):
        stay = [item for item in items if removed is None or item.id != before[removed]]
        now = [before.index(id) for id in ids(rescaled(stay))]
        if now == sorted(now):
            assert removed not in found
        else:
            assert found[removed].order == tuple(now)


def rescaled(items: list[Epic]) -> list[Epic]:
    """Each column over its least, all times one number that keeps them whole."""
    least = {
        part: min(getattr(item, part) for item in items) or Decimal(1) for part in PARTS["relative"]
    }
    shared = lcm(*map(int, least.values()))
    return [
        item.model_copy(
            update={part: getattr(item, part) * (shared // int(f)) for part, f in least.items()}
        )
        for item in items
    ]


def lone_least(items: list[Epic], before: list[str]) -> set[int]:
    """Places in the ranking of items that alone hold the least of a column."""
    found = set()
    for part in PARTS["relative"]:
        column = [getattr(item, part) for item in items]
        holders = [item.id for item in items if getattr(item, part) == min(column)]
        if len(holders) == 1:
            found.add(before.index(holders[0]))
    return found
