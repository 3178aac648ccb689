"""One row of the ranking: its place, its score with the arithmetic, and how sure the place is."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from leanfolio.figures.ranking.wsjf import PARTS, Order
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.phrase import percent, rounded
from leanfolio.views.ranking.figures import Reckoned
from leanfolio.views.ranking.words import arithmetic, change_words, exactly
from leanfolio.views.ref import Ref, ref, url_of


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One row of the ranking. `rank_low` to `rank_high` is where one step in one score takes it."""

    rank: int
    id: str
    title: str
    url: str
    score: str  # two decimals, half up
    exact: str  # "48/11"
    tied_with: tuple[str, ...]  # ids of equal score
    above_cut: bool | None  # None without a cut line, or where its cost is unknown
    rank_low: int
    rank_high: int
    sequence: int | None  # its place once dependencies are heeded
    arithmetic: str  # "(13 + 8 + 3) / 8 = 3.00"
    cost_of_delay: str
    size: str
    state: str | None
    owner: str | None
    value_stream: Ref | None
    scored_on: date | None
    scored_by: tuple[str, ...]
    due: date | None
    urgency: str
    low_by: str  # the step that lifts it highest: "job size 8 to 5"; empty where none does
    high_by: str  # the step that drops it furthest
    crosses_by: str  # the fewest steps of one number that carry it over the cut line
    above_share: str | None  # of the draws that leave it above the line; None without a line
    first_share: str  # of the draws that put it first
    file: str  # where its scores were written
    line: int
    inherited: str  # its own cost of delay and that of all that waits for it
    waits_for: tuple[str, ...]  # ids of ranked items that go before it


def ranked_items(portfolio: Portfolio, found: Reckoned) -> tuple[RankedItem, ...]:
    """All rows, in ranking order."""
    tied, places = ties(found.order), found.sequence.places
    return tuple(
        ranked_item(portfolio, found, index, tied[score.value], places[index])
        for index, score in enumerate(found.order.scores)
    )


def ties(order: Order) -> dict[Fraction, tuple[str, ...]]:
    """The ids of each score, in ranking order."""
    found: dict[Fraction, list[str]] = {}
    for score in order.scores:
        found.setdefault(score.value, []).append(score.item.id)
    return {value: tuple(ids) for value, ids in found.items()}


def ranked_item(
    portfolio: Portfolio, found: Reckoned, index: int, equals: tuple[str, ...], turn: int
) -> RankedItem:
    """One row of the ranking: the score with its arithmetic, and how sure the place is."""
    score, sure, drawn = found.order.scores[index], found.sure[index], found.drawn
    item = score.item
    place = item.at(PARTS[score.form][0])
    stream = getattr(item, "value_stream", None)
    above = found.line.above(index) if found.line else None
    stays = drawn.above[index] if drawn.above is not None and above is not None else None
    return RankedItem(
        rank=index + 1,
        id=item.id,
        title=item.title,
        url=url_of(item),
        score=rounded(score.value),
        exact=f"{score.value.numerator}/{score.value.denominator}",
        tied_with=tuple(id for id in equals if id != item.id),
        above_cut=above,
        rank_low=sure.low,
        rank_high=sure.high,
        sequence=turn,
        arithmetic=arithmetic(score),
        cost_of_delay=exactly(score.cost_of_delay),
        size=exactly(score.size),
        state=item.state,
        owner=item.owner,
        value_stream=ref(portfolio[stream]) if stream and stream in portfolio else None,
        scored_on=item.scored_on,
        scored_by=item.scored_by,
        due=item.due,
        urgency=item.urgency,
        low_by=change_words(found.whole, sure.best),
        high_by=change_words(found.whole, sure.worst),
        crosses_by=change_words(found.whole, found.crossings.get(index)),
        above_share=None if stays is None else share(stays, drawn.draws),
        first_share=share(drawn.first[index], drawn.draws),
        file=str(place.path),
        line=place.line,
        inherited=exactly(found.sequence.inherited[index]),
        waits_for=tuple(found.order.scores[need].item.id for need in found.waiting.needs[index]),
    )


def share(count: int, of: int) -> str:
    return percent(Fraction(count, of), 1)
