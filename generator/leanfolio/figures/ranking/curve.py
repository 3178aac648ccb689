"""How cost grows with delay: the shapes that stand behind one number per week.

Each curve goes from no cost at no delay to all of it at the end: x is delay, y cost, both 0 to 1.
"""

from fractions import Fraction
from typing import Literal

from leanfolio.wording import Message, message

Shape = Literal["linear", "peak", "deadline", "late"]
Point = tuple[Fraction, Fraction]

# The shape that is meant where an item states no more than its class of urgency.
SHAPES: dict[str, Shape] = {
    "standard": "linear",
    "expedite": "peak",
    "fixed-date": "deadline",
    "intangible": "late",
}
MEANINGS: dict[Shape, Message] = {
    "linear": message("every week costs the same"),
    "peak": message("the first weeks cost the most: what is missed does not come back"),
    "deadline": message("nothing until the date, then all of it at once"),
    "late": message("little now, more with every week"),
}


def curve(shape: Shape, points: int = 16, deadline: Fraction = Fraction(1, 2)) -> tuple[Point, ...]:
    """The curve as points to be joined by straight lines, from left to right."""
    if shape == "linear":
        return ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)))
    if shape == "deadline":
        at = min(max(deadline, Fraction(0)), Fraction(1))
        low, high = (at, Fraction(0)), (at, Fraction(1))
        return tuple(dict.fromkeys(((Fraction(0), Fraction(0)), low, high, (Fraction(1), high[1]))))
    steps = [Fraction(step, points) for step in range(points + 1)]
    if shape == "peak":
        return tuple((x, 1 - (1 - x) ** 2) for x in steps)
    return tuple((x, x**2) for x in steps)
