"""One row of the ranking: its place, its score with the arithmetic, and how sure the place is."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.change import Change
from leanfolio.figures.ranking.wsjf import PARTS, Order
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Tag
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ranking.figures import RankingFigures
from leanfolio.views.ranking.places import side_of_cut
from leanfolio.views.ranking.what_if import WhatIfItem
from leanfolio.views.ranking.words import arithmetic, change_words, readable_number
from leanfolio.views.ref import Ref, ref, url_of
from leanfolio.wording import Formula, Message, Percent, Rounded, Text, joined, message, plural

MOST_TIES = 5  # ids that a row names
MOST_TIED = 50  # ids of equal score in the data of a row


class RankedItem(Struct, frozen=True):
    """One row of the ranking.

    `rank_low` to `rank_high` is where one step in any one score takes it, its own or another's.
    """

    rank: int
    id: str
    title: str
    url: str
    score: Rounded
    exact: Fraction
    tied_with: tuple[str, ...]  # ids of equal score, the first MOST_TIED of many
    ties: int  # how many have an equal score
    above_cut: bool | None  # None without a cut line, or where its cost is unknown
    rank_low: int
    rank_high: int
    sequence: int | None  # its place once dependencies are followed
    arithmetic: Formula  # (13 + 8 + 3) / 8 = 3.00
    cost_of_delay: Decimal
    size: Decimal
    state: str | None
    owner: str | None
    value_stream: Ref | None
    scored_on: date | None
    scored_by: tuple[str, ...]
    due: date | None
    urgency: str
    low_by: Text  # the step that lifts it highest: "job size from 8 to 5"; empty where none does
    high_by: Text  # the step that drops it furthest
    crosses_by: Text  # the fewest steps of one number that carry it over the cut line
    above_share: Percent | None  # of the draws that leave it above the line; None without a line
    first_share: Percent  # of the draws that put it first
    file: str  # where its scores were written
    line: int
    inherited: Decimal  # its own cost of delay and that of all that waits for it
    waits_for: tuple[str, ...]  # ids of ranked items that go before it

    @property
    def tie_words(self) -> Message | None:
        """The items of equal score, the first few by id; None where there are none."""
        if not self.tied_with:
            return None
        more = self.ties - MOST_TIES
        items = joined(self.tied_with[:MOST_TIES], ", ")
        if more <= 0:
            return message("ties with {items}", items=items)
        return plural(
            "ties with {items} and {n} more", "ties with {items} and {n} more", more, items=items
        )

    @property
    def step_words(self) -> Message | None:
        """The step that moves it furthest down, else furthest up; None where none moves it."""
        if self.high_by:
            return message("{change} drops it to {rank}", change=self.high_by, rank=self.rank_high)
        if self.low_by:
            return message("{change} lifts it to {rank}", change=self.low_by, rank=self.rank_low)
        return None

    @property
    def placement(self) -> Tag:
        """Which side of the cut line it is on."""
        return side_of_cut(self.above_cut)

    @property
    def share_words(self) -> Message | None:
        """How often it is above the cut line; None where that is not known."""
        if self.above_share is None:
            return None
        return message("{share} of draws put it above", share=self.above_share)


class Gap(Struct, frozen=True):
    """Rows that the page leaves out between two that it shows."""

    after: int  # the rank of the row before it
    words: PageOnly[Message]


class VisibleRow(Struct, frozen=True):
    """A row of the page's table: the item, its numbers for the browser, and what stands before."""

    item: RankedItem
    numbers: WhatIfItem
    first_below: bool  # whether the cut line is drawn over it
    gap: Gap | None


def visible_rows(
    items: Sequence[RankedItem], numbers: Sequence[WhatIfItem], place: int
) -> Iterator[VisibleRow]:
    """Rows for these items of the ranking; `numbers` are of all ranked items, in their order.

    `place` is how many stand above the cut line; 0 where none is drawn.
    """
    before: RankedItem | None = None
    for item in items:
        gap = None
        if before is not None and item.rank > before.rank + 1:
            gap = Gap(before.rank, gap_words(before.rank + 1, item.rank - 1))
        below = bool(place) and item.rank == place + 1
        yield VisibleRow(item, numbers[item.rank - 1], below, gap)
        before = item


def gap_words(first: int, last: int) -> Message:
    if first == last:
        return message("Rank {rank} is in", rank=first)
    return message("Ranks {first} to {last} are in", first=first, last=last)


def ranked_items(portfolio: Portfolio, result: RankingFigures) -> tuple[RankedItem, ...]:
    """All rows, in ranking order."""
    tied, places = ties(result.order), result.delay_order.places
    return tuple(
        ranked_item(portfolio, result, index, tied[score.value], places[index])
        for index, score in enumerate(result.order.scores)
    )


def ties(order: Order) -> dict[Fraction, tuple[str, ...]]:
    """The ids of each score, in ranking order."""
    tied: dict[Fraction, list[str]] = {}
    for score in order.scores:
        tied.setdefault(score.value, []).append(score.item.id)
    return {value: tuple(ids) for value, ids in tied.items()}


def ranked_item(
    portfolio: Portfolio,
    result: RankingFigures,
    index: int,
    equals: tuple[str, ...],
    sequence: int,
) -> RankedItem:
    """One row: `equals` are the ids of its score, itself included, `sequence` its place there."""
    score, sure, draws = result.order.scores[index], result.intervals[index], result.draws
    item = score.item
    place = item.at(PARTS[score.form][0])
    stream = getattr(item, "value_stream", None)
    above = result.line.above(index) if result.line else None
    stays = draws.above[index] if draws.above is not None and above is not None else None
    return RankedItem(
        rank=index + 1,
        id=item.id,
        title=item.title,
        url=url_of(item),
        score=Rounded(score.value),
        exact=score.value,
        tied_with=tuple(id for id in equals[: MOST_TIED + 1] if id != item.id)[:MOST_TIED],
        ties=len(equals) - 1,
        above_cut=above,
        rank_low=sure.low,
        rank_high=sure.high,
        sequence=sequence,
        arithmetic=arithmetic(score),
        cost_of_delay=readable_number(score.cost_of_delay),
        size=readable_number(score.size),
        state=item.state,
        owner=item.owner,
        value_stream=ref(portfolio[stream]) if stream and stream in portfolio else None,
        scored_on=item.scored_on,
        scored_by=item.scored_by,
        due=item.due,
        urgency=item.urgency,
        low_by=step_change(result, index, sure.best),
        high_by=step_change(result, index, sure.worst),
        crosses_by=change_words(result.scores, result.crossings.get(index)),
        above_share=None if stays is None else Percent(Fraction(stays, draws.draws), 1),
        first_share=Percent(Fraction(draws.first[index], draws.draws), 1),
        file=str(place.path),
        line=place.line,
        inherited=readable_number(result.delay_order.inherited[index]),
        waits_for=tuple(map(result.item_id, result.dependencies.needs[index])),
    )


def step_change(result: RankingFigures, index: int, change: Change | None) -> Text:
    """A change that moves the item at this index; another item's is named with its id."""
    if change is None or change.item == index:
        return change_words(result.scores, change)
    return change_words(result.scores, change, whose=result.item_id(change.item))
