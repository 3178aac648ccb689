"""The cut line in words: what it measures, how far it reaches, what falls just below and why."""

from dataclasses import dataclass
from fractions import Fraction

from leanfolio.figures.ranking.cut import Cut
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.views.phrase import count, rounded, words
from leanfolio.views.ranking.figures import Reckoned
from leanfolio.views.ranking.words import change_words, exactly


@dataclass(frozen=True, slots=True)
class CutRow:
    """The cut line over a ranking."""

    measure: str  # count, size, money
    capacity: str
    used: str
    left: str
    place: int  # the line is drawn after this rank
    words: str  # "eight places, eight taken"
    next_id: str | None  # the first below
    why: str  # why that one is below, and by how much
    lifted_by: str  # the fewest steps of one of its numbers that would lift it over the line
    also_fits: tuple[str, ...]  # ids further below that what is left would carry
    unknown: tuple[str, ...]  # ids whose cost is not known: neither above nor below


def cut_row(found: Reckoned) -> CutRow | None:
    """None where the portfolio states no cut line."""
    line, order = found.line, found.order
    if line is None:
        return None
    after = order.scores[line.place] if line.place < len(order.scores) else None
    return CutRow(
        measure=line.measure,
        capacity=exactly(line.capacity),
        used=exactly(line.used),
        left=exactly(line.left),
        place=line.place,
        words=cut_words(line),
        next_id=after.item.id if after else None,
        why=below_words(order, line),
        lifted_by=change_words(found.whole, found.crossings.get(line.place)) if after else "",
        also_fits=tuple(order.scores[index].item.id for index in line.also_fits),
        unknown=tuple(
            each.item.id
            for each, weight in zip(order.scores, line.weights, strict=True)
            if weight is None
        ),
    )


def cut_words(line: Cut) -> str:
    if line.measure == "count":
        return f"{count(int(line.capacity), 'place')}, {words(int(line.used))} taken"
    what = "size" if line.measure == "size" else "money"
    return (
        f"{what}: {exactly(line.used)} of {exactly(line.capacity)} taken, {exactly(line.left)} left"
    )


def below_words(order: Order, line: Cut) -> str:
    """Why the first item below the line is below, and by how much."""
    if line.place >= len(order.scores):
        return "Everything that is ranked fits above the line."
    after = order.scores[line.place]
    needs = line.weights[line.place] or Fraction(0)
    room = f"it takes {exactly(needs)}, and {exactly(line.left)} is left"
    if not line.place:
        return f"Not even the first fits: {room}."
    last = order.scores[line.place - 1]
    gap = last.value - after.value
    behind = (
        f"{after.item.id} scores {rounded(after.value)}, {rounded(gap)} less than {last.item.id}"
        if gap
        else f"{after.item.id} scores the same as {last.item.id}, and comes after by the tie rule"
    )
    return f"{behind}." if line.measure == "count" else f"{behind}; {room}."
