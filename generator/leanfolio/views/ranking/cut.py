"""The cut line in words: what it measures, how far it reaches, what falls just below and why."""

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.cut import Cut
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ranking.figures import RankingFigures
from leanfolio.views.ranking.words import change_words, readable_number
from leanfolio.wording import Message, Rounded, Text, message, plural


class CutRow(Struct, frozen=True):
    """The cut line over a ranking."""

    measure: str  # count, size, money
    capacity: Decimal
    used: Decimal
    left: Decimal
    place: int  # the line is drawn after this rank
    words: PageOnly[Message]  # "eight places, eight taken"
    next_id: str | None  # the first below
    why: Message  # why that one is below, and by how much
    lifted_by: Text  # the fewest steps of one of its numbers that would lift it over the line
    also_fits: tuple[str, ...]  # ids further below that what is left would carry
    unknown: tuple[str, ...]  # ids whose cost is not known: neither above nor below


def cut_row(result: RankingFigures) -> CutRow | None:
    """None where the portfolio states no cut line."""
    line, order = result.line, result.order
    if line is None:
        return None
    after = order.scores[line.place] if line.place < len(order.scores) else None
    return CutRow(
        measure=line.measure,
        capacity=readable_number(line.capacity),
        used=readable_number(line.used),
        left=readable_number(line.left),
        place=line.place,
        words=cut_words(line),
        next_id=after.item.id if after else None,
        why=below_words(order, line),
        lifted_by=change_words(result.scores, result.crossings.get(line.place)) if after else "",
        also_fits=tuple(map(result.item_id, line.also_fits)),
        unknown=tuple(
            score.item.id
            for score, weight in zip(order.scores, line.weights, strict=True)
            if weight is None
        ),
    )


def capacity_words(line: Cut) -> Message:
    """What the line has room for: eight places, a total size of 40, a cost of 1,000,000."""
    if line.measure == "count":
        return plural("{n:spelled} place", "{n:spelled} places", int(line.capacity))
    capacity = readable_number(line.capacity)
    if line.measure == "size":
        return message("a total size of {capacity}", capacity=capacity)
    return message("a cost of {capacity}", capacity=capacity)


def cut_words(line: Cut) -> Message:
    """How much of the capacity is taken."""
    if line.measure == "count":
        return message(
            "{places}, {used:pronoun} taken", places=capacity_words(line), used=int(line.used)
        )
    amounts = {
        "used": readable_number(line.used),
        "capacity": readable_number(line.capacity),
        "left": readable_number(line.left),
    }
    if line.measure == "size":
        return message("size: {used} of {capacity} taken, {left} left", **amounts)
    return message("money: {used} of {capacity} taken, {left} left", **amounts)


def below_words(order: Order, line: Cut) -> Message:
    """Why the first item below the line is below, and by how much."""
    if line.place >= len(order.scores):
        return message("Everything that is ranked fits above the line.")
    needs = readable_number(line.weights[line.place] or Fraction(0))
    room = message(
        "it takes {needs}, and {left} is left", needs=needs, left=readable_number(line.left)
    )
    if not line.place:
        return message("Not even the first fits: {room}.", room=room)
    behind = behind_words(order, line.place)
    if line.measure == "count":
        return message("{behind}.", behind=behind)
    return message("{behind}; {room}.", behind=behind, room=room)


def behind_words(order: Order, index: int) -> Message:
    """By how much the item at this index comes after the one before it."""
    before, after = order.scores[index - 1], order.scores[index]
    gap = before.value - after.value
    if not gap:
        return message(
            "{item} scores the same as {other}, and comes after by the tie rule",
            item=after.item.id, other=before.item.id,
        )  # fmt: skip
    return message(
        "{item} scores {score}, {gap} less than {other}",
        item=after.item.id, score=Rounded(after.value), gap=Rounded(gap), other=before.item.id,
    )  # fmt: skip
