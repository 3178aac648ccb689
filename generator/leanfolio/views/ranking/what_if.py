"""What if: the ranking as whole numbers, for a reader's browser to rank again, exactly.

Everything is a whole number written as text, so that a browser can read it as a BigInt. An item's
cost of delay is, in the relative form, the sum of its numbers but the last; in the money form the
first; in the form value times urgency the product of the first two. Of two items that one goes
first whose cost of delay times the other's size is greater; then whose cost of delay is greater;
then whose urgency is greater (the second number, or `stated` in the money form); then whose size
is smaller; then whose `last` is smaller. The cut line takes items from the top while the sum of
their weights is at most the capacity; by size, an item's weight is its last number. An item whose
weight is empty, its cost not being known, takes nothing and stands neither above nor below.
"""

from fractions import Fraction
from math import lcm

from msgspec import Struct

from leanfolio.figures.ranking.cut import Cut
from leanfolio.figures.ranking.integer_scores import in_units
from leanfolio.figures.ranking.wsjf import Form
from leanfolio.views.ranking.figures import RankingFigures


class WhatIfItem(Struct, frozen=True):
    """One item's numbers, each times the unit."""

    id: str
    numbers: tuple[str, ...]
    stated: str
    last: str
    weight: str  # what it takes of the capacity; by size, its last number instead; "" if unknown

    @property
    def packed(self) -> str:
        """All of it in one line, for what has no row on the page."""
        return " ".join((self.id, *self.numbers, self.stated, self.last, self.weight))


class WhatIf(Struct, frozen=True):
    """The items in ranking order, with all that is needed to order them anew."""

    form: Form
    unit: str  # what one is, in these numbers
    scale: tuple[str, ...]
    measure: str  # count, size, money; empty without a cut line
    capacity: str
    items: tuple[WhatIfItem, ...]


def what_if(result: RankingFigures) -> WhatIf:
    """What the page's script needs to rank anew when a reader moves a score."""
    scores, line = result.scores, result.line
    unit = weight_unit(line, scores.unit)
    weights = line.weights if line else (Fraction(0),) * len(scores.numbers)
    return WhatIf(
        form=scores.form,
        unit=str(scores.unit),
        scale=tuple(str(entry) for entry in scores.scale),
        measure=line.measure if line else "",
        capacity=str((line.capacity * unit).__floor__()) if line else "",
        items=tuple(
            WhatIfItem(
                id=score.item.id,
                numbers=tuple(str(number) for number in numbers),
                stated=str(stated),
                last=str(last),
                weight="" if weight is None else str(in_units(weight, unit)),
            )
            for score, numbers, stated, last, weight in zip(
                result.order.scores,
                scores.numbers,
                scores.stated,
                scores.last,
                weights,
                strict=True,
            )
        ),
    )


def weight_unit(line: Cut | None, unit: int) -> int:
    """What makes all weights whole; by size it is the unit of the numbers themselves."""
    if line is None or line.measure == "size":
        return unit
    return lcm(*(weight.denominator for weight in line.weights if weight is not None))
