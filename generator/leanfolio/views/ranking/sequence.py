"""In what order to work when some wait for others: proposed against naive, and lane by lane."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from leanfolio.figures.ranking.delay_order import Sequence
from leanfolio.figures.ranking.team_schedules import Lane, Timetable, Work, best_timetable, lanes_of
from leanfolio.model import Feature, Team, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.phrase import count, percent, rounded
from leanfolio.views.ranking.figures import Reckoned
from leanfolio.views.ranking.words import exactly, ordinal
from leanfolio.views.ref import Ref, ref

SHOWN = 15  # rows of each table on the page; all are in the ranking's data


@dataclass(frozen=True, slots=True)
class SequenceRow:
    """One item's place in the proposed sequence, in the ranking, and by the naive rule."""

    place: int
    item: Ref
    rank: int
    naive: int
    cost_of_delay: str
    inherited: str  # with that of all that waits for it
    waits_for: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A dependency that is not simply heeded, and why."""

    item: Ref
    target: str
    why: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One item in its lane; start and end count from now, in the unit of size."""

    lane: str
    item: Ref
    start: str
    end: str
    offset: str  # start, in percent of the whole time
    length: str


@dataclass(frozen=True, slots=True)
class LanesView:
    """Each value stream or team working through its own."""

    rows: tuple[RunRow, ...]
    lanes: tuple[str, ...]  # "Retail: two at once"
    end: str
    cost: str
    bound: str
    gap: str

    @property
    def shown(self) -> tuple[RunRow, ...]:
        return self.rows[:SHOWN]


@dataclass(frozen=True, slots=True)
class SequenceView:
    """The proposed sequence, what it saves, and how near it is to the best there can be."""

    finding: str
    any: bool  # whether any ranked item waits for another
    rows: tuple[SequenceRow, ...]
    cost: str
    naive_cost: str
    saved: str
    cost_per_week: str  # on average over the whole time; per unit of size in the relative form
    naive_cost_per_week: str
    bound: str
    gap: str
    optimal: bool
    guarantee: str
    unit: str
    rings: tuple[tuple[str, ...], ...]
    told: tuple[ToldRow, ...]
    lanes: LanesView | None

    @property
    def shown(self) -> tuple[SequenceRow, ...]:
        return self.rows[:SHOWN]


def sequence_view(portfolio: Portfolio, found: Reckoned) -> SequenceView:
    """The sequence of a ranking in words and rows."""
    planned = found.sequence
    money = found.order.form == "money"
    return SequenceView(
        finding=sequence_words(found),
        any=any(found.waiting.needs),
        rows=sequence_rows(found),
        cost=exactly(planned.cost),
        naive_cost=exactly(planned.naive_cost),
        saved=exactly(planned.saved),
        cost_per_week=rounded(planned.cost / planned.time) if planned.time else "0.00",
        naive_cost_per_week=rounded(planned.naive_cost / planned.time) if planned.time else "0.00",
        bound=exactly(planned.bound),
        gap=at_most(planned.gap),
        optimal=planned.optimal,
        guarantee=guarantee(planned),
        unit=portfolio.policy.currency if money else "cost of delay × size",
        rings=found.waiting.rings,
        told=tuple(
            ToldRow(ref(portfolio[each.source]), each.target, each.why)
            for each in found.waiting.told
        ),
        lanes=lanes_view(portfolio, found),
    )


def sequence_rows(found: Reckoned) -> tuple[SequenceRow, ...]:
    scores, planned = found.order.scores, found.sequence
    naive = {index: place for place, index in enumerate(planned.naive, 1)}
    return tuple(
        SequenceRow(
            place=place,
            item=ref(scores[index].item),
            rank=index + 1,
            naive=naive[index],
            cost_of_delay=exactly(scores[index].cost_of_delay),
            inherited=exactly(planned.inherited[index]),
            waits_for=tuple(ref(scores[need].item) for need in found.waiting.needs[index]),
        )
        for place, index in enumerate(planned.order, 1)
    )


def sequence_words(found: Reckoned) -> str:
    """What the dependencies do to the order, in one sentence."""
    planned = found.sequence
    if not any(found.waiting.needs):
        return "Nothing waits for anything else: the sequence is the ranking."
    said = f"Dependencies {moved_words(found)}"
    if not planned.saved:
        return f"{said}; taking always the best that can be started costs no more."
    part = percent(planned.saved / planned.naive_cost, 1)
    return f"{said}; the proposed order saves {part} of the delay cost of the naive one."


def moved_words(found: Reckoned) -> str:
    """What the dependencies move the furthest."""
    shifts = [place - index for index, place in enumerate(found.sequence.places, 1)]
    furthest = max(range(len(shifts)), key=lambda index: abs(shifts[index]))
    if not shifts[furthest]:
        return "leave the ranking as it is"
    place = found.sequence.places[furthest]
    item = found.order.scores[furthest].item
    return f"move {item.id} the furthest, from {ordinal(furthest + 1)} to {ordinal(place)}"


def guarantee(planned: Sequence) -> str:
    """How good the sequence is for certain."""
    if planned.optimal:
        return "Optimal: no order that keeps the dependencies costs less."
    return (
        f"At most {at_most(planned.gap)} above the least that any order can cost, "
        "and never more than twice it."
    )


def at_most(share: Fraction) -> str:
    """A share in percent, rounded up: what is said to be the most must be the most."""
    return percent(Fraction(ceil(share * 10_000), 10_000), 2)


def lanes_view(portfolio: Portfolio, found: Reckoned) -> LanesView | None:
    """The timetable of the lanes; None where there are fewer than two."""
    scores = found.order.scores
    names = [lane_name(score.item) for score in scores]
    if len(set(names)) < 2:
        return None
    lanes = stated_lanes(portfolio, [name for name in names if name])
    work = Work(
        weights=tuple(score.cost_of_delay for score in scores),
        sizes=tuple(score.size for score in scores),
        needs=found.waiting.needs,
        lanes=lanes_of(lanes, names),
    )
    table = best_timetable(work, (found.sequence.order, found.sequence.naive))
    gap = (table.cost - table.bound) / table.bound if table.bound else Fraction(0)
    used = sorted({lane.id: lane for lane in work.lanes}.items())
    return LanesView(
        rows=run_rows(portfolio, found, table),
        lanes=tuple(
            f"{lane_title(portfolio, id)}: {count(lane.slots, 'item')} at once" for id, lane in used
        ),
        end=exactly(table.end),
        cost=exactly(table.cost),
        bound=exactly(table.bound),
        gap=at_most(gap),
    )


def lane_name(item: object) -> str | None:
    """A feature's team, an epic's value stream."""
    name: str | None = getattr(item, "team" if isinstance(item, Feature) else "value_stream", None)
    return name


def stated_lanes(portfolio: Portfolio, names: Iterable[str]) -> Mapping[str, Lane]:
    """A value stream works on as many items at once as it has teams; a team on one."""
    found: dict[str, Lane] = {}
    for name in names:
        if name in portfolio and isinstance(portfolio[name], ValueStream):
            found[name] = Lane(name, max(len(portfolio.members_of(name, Team)), 1))
    return found


def lane_title(portfolio: Portfolio, id: str) -> str:
    return portfolio[id].title if id in portfolio else id or "no lane of its own"


def run_rows(portfolio: Portfolio, found: Reckoned, table: Timetable) -> tuple[RunRow, ...]:
    """Lane by lane, in the order of starting."""
    whole = table.end or Fraction(1)
    runs = sorted(table.runs, key=lambda run: (run.lane, run.start))
    return tuple(
        RunRow(
            lane=lane_title(portfolio, run.lane),
            item=ref(found.order.scores[run.item].item),
            start=exactly(run.start),
            end=exactly(run.end),
            offset=rounded(run.start / whole * 100),
            length=rounded((run.end - run.start) / whole * 100),
        )
        for run in runs
    )
