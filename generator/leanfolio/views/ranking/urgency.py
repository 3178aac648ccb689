"""What cannot wait for its turn, by class, with the last day to start and the shape of its cost."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from math import ceil

from msgspec import Struct

from leanfolio.figures.ranking.curve import MEANINGS, SHAPES, curve
from leanfolio.figures.ranking.urgency import FixedDate, Urgencies, urgencies
from leanfolio.model import Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Tag
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ranking.words import Remainder, remainder
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Text, joined, listed, message, plural

VISIBLE = 12  # rows of fixed dates on the page
RULES = {
    "expedite": message("goes at once, one at a time; it may break a limit"),
    "fixed-date": message("starts by its due date less the usual flow time"),
    "standard": message("goes by the ranking"),
    "intangible": message("costs nothing yet; some capacity is kept for it"),
}


class UrgencyClass(Struct, frozen=True):
    """One class of urgency: its rule, how its cost grows, and how many items are in it."""

    name: str
    rule: Message
    shape: str
    meaning: Message  # the shape in words
    items: tuple[Ref, ...]
    # Delay and cost, both 0 to 1.
    trend: PageOnly[tuple[tuple[float, float], ...]]


class DueRow(Struct, frozen=True):
    """An item with a fixed date."""

    item: Ref
    due: date | None
    start_by: date | None
    days_left: int | None
    started: bool
    words: PageOnly[Message]  # "start within 12 days", "31 days late", "started"
    late: bool

    @property
    def status(self) -> Tag:
        return Tag("bad" if self.late else "good" if self.started else "plain", self.words)


class UrgencyView(Struct, frozen=True):
    """All open items by class, and those with dates by the day on which to start."""

    finding: Text
    flow_days: int | None  # 85 % of items get done within so many days
    classes: tuple[UrgencyClass, ...]
    due: tuple[DueRow, ...]
    too_many: bool  # more are expedited than can be

    @property
    def visible_due(self) -> tuple[DueRow, ...]:
        return self.due[:VISIBLE]

    @property
    def remainder(self) -> Remainder | None:
        return remainder(self.due, VISIBLE)

    @property
    def too_many_in(self) -> str:
        """The class of which there are more than can be; empty where there is none."""
        return "expedite" if self.too_many else ""

    @property
    def caption(self) -> Message:
        """How the days to start by came about."""
        if self.flow_days is None:
            return message("How long work usually takes is not known yet: no start-by dates")
        return plural(
            "Start by = due less {n} day, within which 85 % get done",
            "Start by = due less {n} days, within which 85 % get done",
            self.flow_days,
        )


def urgency_view(
    portfolio: Portfolio, items: Iterable[Scored], as_of: date, flow_days: Fraction | None
) -> UrgencyView:
    """The open items by class. `flow_days` is the time within which 85 % of items get done."""
    result = urgencies(portfolio, items, as_of, flow_days)
    members: dict[str, tuple[Scored, ...]] = {
        "expedite": result.expedite,
        "fixed-date": tuple(dated.item for dated in result.fixed_date),
        "standard": result.standard,
        "intangible": result.intangible,
    }
    return UrgencyView(
        finding=urgency_words(result),
        flow_days=None if flow_days is None else ceil(flow_days),
        classes=tuple(urgency_class(name, group) for name, group in members.items()),
        due=tuple(map(due_row, result.fixed_date)),
        too_many=result.too_many,
    )


def urgency_class(name: str, items: tuple[Scored, ...]) -> UrgencyClass:
    shape = SHAPES[name]
    return UrgencyClass(
        name=name,
        rule=RULES[name],
        shape=shape,
        meaning=MEANINGS[shape],
        items=tuple(map(ref, items)),
        trend=tuple((float(x), float(y)) for x, y in curve(shape)),
    )


def due_row(dated: FixedDate) -> DueRow:
    return DueRow(
        item=ref(dated.item),
        due=dated.due,
        start_by=dated.start_by,
        days_left=dated.days_left,
        started=dated.started,
        words=due_words(dated),
        late=dated.late,
    )


def due_words(dated: FixedDate) -> Message:
    """When to start, or by how much that is late."""
    if dated.started:
        return message("started")
    if dated.due is None:
        return message("no due date stated")
    if dated.days_left is None:
        if dated.days_overdue:
            return plural(
                "{n:spelled} day past its due date", "{n:spelled} days past its due date",
                dated.days_overdue,
            )  # fmt: skip
        return message("flow time not known")
    if dated.days_left < 0:
        return plural(
            "{n:spelled} day late to start", "{n:spelled} days late to start", -dated.days_left
        )
    if not dated.days_left:
        return message("start today")
    return plural("start within {n:spelled} day", "start within {n:spelled} days", dated.days_left)


def urgency_words(result: Urgencies) -> Text:
    """What is urgent, in one sentence."""
    clauses = list(urgency_clauses(result))
    if not clauses:
        return message("Nothing is urgent beyond the ranking.")
    return message("{clauses}.", clauses=joined((clauses[0].sentence(), *clauses[1:]), "; "))


def urgency_clauses(result: Urgencies) -> Iterator[Message]:
    if result.too_many:
        yield plural(
            "{n:spelled} candidate is expedited, and only one can be",
            "{n:spelled} candidates are expedited, but only one can be, so none is",
            len(result.expedite),
        )
    elif result.expedite:
        yield message("{item} is expedited", item=result.expedite[0].id)
    late = [dated.item.id for dated in result.late]
    if len(late) == 1:
        yield message("{item} is late to start", item=late[0])
    elif late:
        yield message("{items} are late to start", items=listed(late))
    elif result.fixed_date:
        yield plural(
            "{n:spelled} candidate has a fixed date",
            "{n:spelled} candidates have fixed dates",
            len(result.fixed_date),
        )
