"""When each item would start if value streams or teams work side by side, each through its own."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.team_schedules import Lane, Timetable, Work, best_timetable, lanes_of
from leanfolio.model import Feature, Team, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ranking.figures import RankingFigures
from leanfolio.views.ranking.words import Remainder, at_most, readable_number, remainder
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Percent, Rounded, Text, joined, message, plural

VISIBLE = 15  # rows on the page; all are in the ranking's data


class RunRow(Struct, frozen=True):
    """One item in its lane; start and end count from now, in the unit of size."""

    lane: Text
    item: Ref
    start: Decimal
    end: Decimal
    offset: Rounded  # start, in percent of the whole time
    length: Rounded


class LanesView(Struct, frozen=True):
    """Each value stream or team working through its own."""

    rows: tuple[RunRow, ...]
    lanes: tuple[Message, ...]  # "Retail: two items at once"
    end: Decimal
    cost: Decimal
    bound: Decimal
    gap: Percent
    words: PageOnly[Text]  # the whole of it in sentences

    @property
    def visible_rows(self) -> tuple[RunRow, ...]:
        return self.rows[:VISIBLE]

    @property
    def remainder(self) -> Remainder | None:
        return remainder(self.rows, VISIBLE)


def lanes_view(portfolio: Portfolio, result: RankingFigures) -> LanesView | None:
    """The timetable of the lanes; None where there are fewer than two."""
    scores = result.order.scores
    names = [lane_name(score.item) for score in scores]
    if len(set(names)) < 2:
        return None
    stated = stated_lanes(portfolio, [name for name in names if name])
    work = Work(
        weights=tuple(score.cost_of_delay for score in scores),
        sizes=tuple(score.size for score in scores),
        needs=result.dependencies.needs,
        lanes=lanes_of(stated, names),
    )
    table = best_timetable(work, (result.delay_order.order, result.delay_order.greedy))
    lanes = tuple(
        message(
            "{lane}: {items} at once",
            lane=lane_title(portfolio, id),
            items=plural("{n:spelled} item", "{n:spelled} items", lane.slots),
        )
        for id, lane in sorted({lane.id: lane for lane in work.lanes}.items())
    )
    return LanesView(
        rows=run_rows(portfolio, result, table),
        lanes=lanes,
        end=readable_number(table.end),
        cost=readable_number(table.cost),
        bound=readable_number(table.bound),
        gap=gap_of(table),
        words=lanes_words(lanes, table, weeks=result.order.form == "money"),
    )


def gap_of(table: Timetable) -> Percent:
    """By how much at most the timetable could be cheaper, as a share of the bound."""
    gap = (table.cost - table.bound) / table.bound if table.bound else Fraction(0)
    return at_most(gap)


def lanes_words(lanes: Iterable[Message], table: Timetable, *, weeks: bool) -> Message:
    """How many items each lane works on, when all is done, and what the delay costs."""
    return message(
        "{lanes}. All is done after {time}; the delay costs {cost}, and cannot cost less than "
        "{bound} (gap {gap}). Whenever a lane has room it takes the first that can start: good, "
        "but with no promise.",
        lanes=joined(lanes, "; "),
        time=time_words(table.end, weeks=weeks),
        cost=readable_number(table.cost),
        bound=readable_number(table.bound),
        gap=gap_of(table),
    )


def time_words(time: Fraction, *, weeks: bool) -> Message:
    """A time in weeks, or where there are none in units of size."""
    if time.denominator == 1 and weeks:
        return plural("{n} week", "{n} weeks", int(time))
    if time.denominator == 1:
        return plural("{n} unit of size", "{n} units of size", int(time))
    if weeks:
        return message("{time} (in weeks)", time=readable_number(time))
    return message("{time} (in units of size)", time=readable_number(time))


def lane_name(item: object) -> str | None:
    """A feature's team, an epic's value stream."""
    name: str | None = getattr(item, "team" if isinstance(item, Feature) else "value_stream", None)
    return name


def stated_lanes(portfolio: Portfolio, names: Iterable[str]) -> Mapping[str, Lane]:
    """A value stream works on as many items at once as it has teams; a team on one."""
    lanes: dict[str, Lane] = {}
    for name in names:
        if name in portfolio and isinstance(portfolio[name], ValueStream):
            lanes[name] = Lane(name, max(len(portfolio.members_of(name, Team)), 1))
    return lanes


def lane_title(portfolio: Portfolio, id: str) -> Text:
    if id in portfolio:
        return portfolio[id].title
    return id or message("no lane of its own")


def run_rows(portfolio: Portfolio, result: RankingFigures, table: Timetable) -> tuple[RunRow, ...]:
    """Lane by lane, in the order of starting."""
    whole = table.end or Fraction(1)
    runs = sorted(table.runs, key=lambda run: (run.lane, run.start))
    return tuple(
        RunRow(
            lane=lane_title(portfolio, run.lane),
            item=ref(result.order.scores[run.item].item),
            start=readable_number(run.start),
            end=readable_number(run.end),
            offset=Rounded(run.start / whole * 100),
            length=Rounded((run.end - run.start) / whole * 100),
        )
        for run in runs
    )
