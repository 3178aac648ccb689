"""In what order to work when some wait for others: proposed against always the best startable."""

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.delay_order import DelayOrder
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact
from leanfolio.views.ranking.figures import RankingFigures
from leanfolio.views.ranking.team_schedules import LanesView, lanes_view
from leanfolio.views.ranking.words import Remainder, at_most, readable_number, remainder
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Percent, Rounded, Text, message, plural

VISIBLE = 15  # rows of the proposed sequence on the page; all are in the ranking's data
VISIBLE_NOTES = 12


class SequenceRow(Struct, frozen=True):
    """One item's place in the proposed sequence, in the ranking, and by the greedy rule."""

    place: int
    item: Ref
    rank: int
    naive: int  # its place if the best of what can start is always started
    cost_of_delay: Decimal
    inherited: Decimal  # with that of all that waits for it
    waits_for: tuple[Ref, ...]


class DependencyRow(Struct, frozen=True):
    """A dependency that sets no order by itself, and why."""

    item: Ref
    target: str
    why: Message

    @property
    def clause(self) -> Message:
        return message("names {target}, which {reason}.", target=self.target, reason=self.why)


class SequenceView(Struct, frozen=True):
    """The proposed sequence, what it saves, and how near it is to the best there can be."""

    finding: Text
    any: bool  # whether any ranked item waits for another
    rows: tuple[SequenceRow, ...]
    cost: Decimal
    naive_cost: Decimal
    saved: Decimal
    cost_per_week: Rounded  # on average over the whole time; per unit of size without weeks
    naive_cost_per_week: Rounded
    bound: Decimal
    gap: Percent
    optimal: bool
    guarantee: Message
    unit: Text
    rings: tuple[tuple[str, ...], ...]
    told: tuple[DependencyRow, ...]
    lanes: LanesView | None

    @property
    def visible_rows(self) -> tuple[SequenceRow, ...]:
        return self.rows[:VISIBLE]

    @property
    def remainder(self) -> Remainder | None:
        return remainder(self.rows, VISIBLE)

    @property
    def visible_notes(self) -> tuple[DependencyRow, ...]:
        return self.told[:VISIBLE_NOTES]

    @property
    def notes_remainder(self) -> Remainder | None:
        return remainder(self.told, VISIBLE_NOTES)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the proposed order costs, against the greedy one and the least possible."""
        return (
            Fact("Delay cost of the proposed order", self.cost, self.cost_words),
            Fact(
                "Of the naive order",
                self.naive_cost,
                message(
                    "always starts what scores best of what can start; {cost} on average",
                    cost=self.naive_cost_per_week,
                ),
            ),
            Fact("Saved", self.saved),
            Fact(
                "How good it is",
                self.guarantee,
                message(
                    "The least it can cost is {bound}; gap {gap}", bound=self.bound, gap=self.gap
                ),
            ),
        )

    @property
    def cost_words(self) -> Message:
        if isinstance(self.unit, str):  # a currency
            return message(
                "{unit}; {cost} per week on average", unit=self.unit, cost=self.cost_per_week
            )
        return message(
            "{unit}; {cost} per unit of size on average", unit=self.unit, cost=self.cost_per_week
        )


def sequence_view(portfolio: Portfolio, result: RankingFigures) -> SequenceView:
    """The sequence of a ranking in words and rows."""
    planned, waits = result.delay_order, result.dependencies
    money = result.order.form == "money"
    return SequenceView(
        finding=sequence_words(result),
        any=any(waits.needs),
        rows=sequence_rows(result),
        cost=readable_number(planned.cost),
        naive_cost=readable_number(planned.greedy_cost),
        saved=readable_number(planned.saved),
        cost_per_week=on_average(planned.cost, planned.time),
        naive_cost_per_week=on_average(planned.greedy_cost, planned.time),
        bound=readable_number(planned.bound),
        gap=at_most(planned.gap),
        optimal=planned.optimal,
        guarantee=guarantee(planned),
        unit=portfolio.policy.currency if money else message("cost of delay × size"),
        rings=waits.cycles,
        told=tuple(
            DependencyRow(ref(portfolio[note.source]), note.target, note.why)
            for note in waits.notes
        ),
        lanes=lanes_view(portfolio, result),
    )


def on_average(cost: Fraction, time: Fraction) -> Rounded:
    return Rounded(cost / time if time else Fraction(0))


def sequence_rows(result: RankingFigures) -> tuple[SequenceRow, ...]:
    scores, planned = result.order.scores, result.delay_order
    greedy = {index: place for place, index in enumerate(planned.greedy, 1)}
    return tuple(
        SequenceRow(
            place=place,
            item=ref(scores[index].item),
            rank=index + 1,
            naive=greedy[index],
            cost_of_delay=readable_number(scores[index].cost_of_delay),
            inherited=readable_number(planned.inherited[index]),
            waits_for=tuple(ref(scores[need].item) for need in result.dependencies.needs[index]),
        )
        for place, index in enumerate(planned.order, 1)
    )


def sequence_words(result: RankingFigures) -> Text:
    """What the dependencies do to the order, in one sentence."""
    if not any(result.dependencies.needs):
        return without_order_words(len(result.dependencies.unresolved))
    planned, effect = result.delay_order, furthest_move(result)
    if not planned.saved:
        return message(
            "Dependencies {effect}; taking always the best that can be started costs no more.",
            effect=effect,
        )
    return message(
        "Dependencies {effect}; the proposed order saves {share} of the delay cost of the naive "
        "one.",
        effect=effect,
        share=Percent(planned.saved / planned.greedy_cost, 1),
    )


def without_order_words(unresolved: int) -> Message:
    """No ranked item waits for another; so many wait for what has no place or no end here."""
    if not unresolved:
        return message("Nothing waits for anything else: the sequence is the ranking.")
    sentence = plural(
        "{n:spelled} candidate waits for what sets no order here: the sequence is the ranking.",
        "{n:spelled} candidates wait for what sets no order here: the sequence is the ranking.",
        unresolved,
    )
    return sentence.sentence()


def furthest_move(result: RankingFigures) -> Message:
    """What the dependencies move the furthest."""
    places = result.delay_order.places
    shifts = [place - rank for rank, place in enumerate(places, 1)]
    furthest = max(range(len(shifts)), key=lambda index: abs(shifts[index]))
    if not shifts[furthest]:
        return message("leave the ranking as it is")
    return message(
        "move {item} the furthest, from {rank:ordinal} to {place:ordinal}",
        item=result.item_id(furthest), rank=furthest + 1, place=places[furthest],
    )  # fmt: skip


def guarantee(planned: DelayOrder) -> Message:
    """How good the sequence is for certain."""
    if planned.optimal:
        return message("Optimal: no order that keeps the dependencies costs less.")
    return message(
        "At most {gap} above the least that any order can cost, and never more than twice it.",
        gap=at_most(planned.gap),
    )
