"""A ranking in whole numbers: many thousands of what-ifs, compared exactly and fast."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

from msgspec import Struct

from leanfolio.figures.ranking.wsjf import Form, Order, Score, due_day
from leanfolio.model.portfolio import id_order

MONEY_STEP = Fraction(5, 4)  # money and weeks have no scale: a step is a quarter more, a fifth less
MONEY_STEPS = 3  # how many such steps are looked at
Numbers = tuple[int, ...]
Merit = tuple[int, int, int]  # cost of delay, time criticality, size: what the tie rule compares


class IntegerScores(Struct, frozen=True):
    """The numbers of all ranked items, in ranking order, each times `unit`: so they are whole."""

    form: Form
    unit: int
    scale: tuple[int, ...]  # rising, each number once; empty in the money form
    numbers: tuple[Numbers, ...]
    stated: tuple[int, ...]  # time criticality where the form does not use it
    last: tuple[int, ...]  # each item's place by due date and id, when all else is equal

    def fraction(self, number: int) -> Fraction:
        """Convert a whole number of this ranking back to the number that its author wrote."""
        return Fraction(number, self.unit)

    def merit(self, index: int, numbers: Numbers) -> Merit:
        """Return what the tie rule compares, if these were the numbers of this item."""
        if self.form == "relative":
            value, urgency, risk, size = numbers
            return value + urgency + risk, urgency, size
        if self.form == "value-urgency":
            value, urgency, size = numbers
            return value * urgency, urgency, size
        return numbers[0], self.stated[index], numbers[1]


def integer_scores(order: Order, scale: Iterable[Fraction]) -> IntegerScores:
    """The ranking as whole numbers: every number of it and of the scale, times one unit.

    The unit is the least that makes all of them scores, and in the money form all their steps too.
    """
    money = order.form == "money"
    steps = sorted({Fraction(step) for step in scale}) if not money else []
    criticality = [score.criticality for score in order.scores]
    everything = [*steps, *criticality, *(number for s in order.scores for number in s.numbers)]
    unit = lcm(*(value.denominator for value in everything))
    if money:
        unit *= (MONEY_STEP.numerator * MONEY_STEP.denominator) ** MONEY_STEPS
    return IntegerScores(
        form=order.form,
        unit=unit,
        scale=tuple(in_units(step, unit) for step in steps),
        numbers=tuple(tuple(in_units(n, unit) for n in score.numbers) for score in order.scores),
        stated=tuple(in_units(value, unit) for value in criticality),
        last=final_tie_ranks(order.scores),
    )


def in_units(value: Fraction, unit: int) -> int:
    """The value in whole units. `unit` is a multiple of its denominator."""
    return value.numerator * (unit // value.denominator)


def final_tie_ranks(scores: Sequence[Score]) -> tuple[int, ...]:
    """Each item's place by due date and then id."""
    places = [0] * len(scores)
    by_due = sorted(
        range(len(scores)), key=lambda i: (due_day(scores[i].item), id_order(scores[i].item.id))
    )
    for place, index in enumerate(by_due):
        places[index] = place
    return tuple(places)


def merit_ranks(merits: Iterable[Merit]) -> dict[Merit, int]:
    """Number the distinct merits from 0 by the printed tie rule, the one that goes first lowest."""
    distinct = set(merits)
    ratios = sorted({(cost, size): Fraction(cost, size) for cost, _, size in distinct}.items(),
                    key=lambda item: -item[1])  # fmt: skip
    level: dict[tuple[int, int], int] = {}
    before, at = None, -1
    for pair, ratio in ratios:
        at += ratio != before
        level[pair], before = at, ratio
    ordered = sorted(distinct, key=lambda m: (level[m[0], m[2]], -m[0], -m[1], m[2]))
    return {merit: grade for grade, merit in enumerate(ordered)}
