from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.ranking.cut import cut
from leanfolio.figures.ranking.integer_scores import integer_scores
from leanfolio.figures.ranking.perturbation import Perturbation, perturb, usual_draws
from leanfolio.figures.ranking.wsjf import PARTS, Form, rank
from leanfolio.model import CutLine, Epic
from leanfolio.model.portfolio import id_order
from test_ranking_change import TICKS
from test_ranking_wsjf import an_epic, epics, money_epic


def drawn(
    items: list[Epic], seed: int = 1, draws: int = 50, form: Form = "relative", **line: Any
) -> dict[str, tuple[int, int]]:
    """For each id how often it was above, and how often first."""
    order = rank(items, form)
    above = cut(CutLine(**line), order.scores, [Fraction(1)] * len(items)) if line else None
    found = perturb(order, integer_scores(order, TICKS), above, seed, draws)
    counted = found.above or (0,) * len(items)
    return {
        each.item.id: (stays, first)
        for each, stays, first in zip(order.scores, counted, found.first, strict=True)
    }


def low_bytes(seed: int) -> Iterator[int]:
    """The outputs of the generator, 32 bits each, lowest byte first."""
    source = Random(seed)
    while True:
        yield from source.getrandbits(32).to_bytes(4, "little")


def by_the_recipe(items: list[Epic], seed: int, draws: int, count: int) -> dict[str, list[int]]:
    """The printed recipe, followed by another hand: draw, rank all anew, count."""
    found = {item.id: [0, 0] for item in items}
    source = (each for each in low_bytes(seed) if each < 243)
    parts = PARTS["relative"]
    for _ in range(draws):
        new = []
        for item in sorted(items, key=lambda item: id_order(item.id)):
            byte = next(source)
            steps = {part: byte // 3**n % 3 - 1 for n, part in enumerate(parts)}
            new.append(item.model_copy(update={p: stepped(item, p, s) for p, s in steps.items()}))
        order = [score.item.id for score in rank(new, "relative").scores]
        found[order[0]][1] += 1
        for id in order[:count]:
            found[id][0] += 1
    return found


def stepped(item: Epic, part: str, step: int) -> Decimal:
    value: Decimal = getattr(item, part)
    below = [tick for tick in TICKS if tick < value]
    above = [tick for tick in TICKS if tick > value]
    near = below[-1:] if step < 0 else above[:1] if step > 0 else []
    return Decimal(int(near[0])) if near else value


@given(epics(most=6), st.integers(0, 2**40))
@settings(max_examples=25, deadline=None)
def test_any_reader_can_repeat_it_from_the_recipe(items: list[Epic], seed: int) -> None:
    if items:
        again = by_the_recipe(items, seed, 20, 2)
        assert drawn(items, seed, 20, count=2) == {id: tuple(each) for id, each in again.items()}


def test_the_same_seed_gives_the_same_shares_whatever_the_order_of_files() -> None:
    items = [an_epic(f"EP-{n}", (5, n, 3, 5)) for n in range(1, 9)]
    assert drawn(items, 7, count=3) == drawn(items[::-1], 7, count=3)
    assert drawn(items, 7, count=3) != drawn(items, 8, count=3)


def test_an_item_alone_is_always_first_and_above() -> None:
    assert drawn([an_epic("A")], count=1) == {"A": (50, 50)}


def test_of_draws_in_which_sizes_move_with_the_capacity_none_takes_more_than_there_is() -> None:
    items = [an_epic(f"EP-{n}", (5, 5, 5, 5)) for n in range(1, 5)]
    shares = drawn(items, draws=200, size=Decimal(10))
    assert 1 <= sum(above for above, _ in shares.values()) / 200 <= 3


def test_in_money_both_numbers_are_drawn() -> None:
    items = [money_epic("A", 100, 10), money_epic("B", 95, 10)]
    shares = drawn(items, draws=900, form="money", count=1)
    assert 0 < shares["B"][0] < 900
    assert shares["A"][0] + shares["B"][0] == 900


def test_money_of_unknown_cost_takes_nothing() -> None:
    order = rank([an_epic("A"), an_epic("B")], "relative")
    line = cut(CutLine(money=Decimal(1)), order.scores, [None, Fraction(2)])
    found = perturb(order, integer_scores(order, TICKS), line, 1, 10)
    assert found.above is not None
    assert found.above[1] == 0


def test_nothing_ranked_draws_nothing() -> None:
    order = rank([], "relative")
    assert perturb(order, integer_scores(order, TICKS), None, 1, 10) == Perturbation(
        1, 10, None, ()
    )


def test_small_portfolios_get_more_draws() -> None:
    assert [usual_draws(each) for each in (0, 10, 250, 10_000)] == [10_000, 10_000, 4_000, 1_000]
