"""What cannot wait for its turn, by class, with the last day to start and the shape of its cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from leanfolio.figures.ranking.curve import SHAPES, WORDS, curve
from leanfolio.figures.ranking.urgency import MOST_EXPEDITED, FixedDate, Urgencies, urgencies
from leanfolio.model import Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.phrase import count
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import listed

RULES = {
    "expedite": "goes at once, one at a time; it may break a limit",
    "fixed-date": "starts by its due date less the usual flow time",
    "standard": "goes by the ranking",
    "intangible": "costs nothing yet; some capacity is kept for it",
}


@dataclass(frozen=True, slots=True)
class UrgencyClass:
    """One class of urgency: its rule, how its cost grows, and how many items are in it."""

    name: str
    rule: str
    shape: str
    meaning: str  # the shape in words
    items: tuple[Ref, ...]
    trend: tuple[tuple[float, float], ...]  # delay and cost, both 0 to 1


@dataclass(frozen=True, slots=True)
class DueRow:
    """An item with a fixed date."""

    item: Ref
    due: date | None
    start_by: date | None
    days_left: int | None
    started: bool
    words: str  # "start within 12 days", "31 days late", "started"
    late: bool


@dataclass(frozen=True, slots=True)
class UrgencyView:
    """All open items by class, and those with dates by the day on which to start."""

    finding: str
    flow_days: int | None  # 85 % of items get done within so many days
    classes: tuple[UrgencyClass, ...]
    due: tuple[DueRow, ...]
    too_many: bool  # more are expedited than can be


def urgency_view(
    portfolio: Portfolio, items: Iterable[Scored], as_of: date, flow_days: Fraction | None
) -> UrgencyView:
    found = urgencies(portfolio, items, as_of, flow_days)
    members: dict[str, tuple[Scored, ...]] = {
        "expedite": found.expedite,
        "fixed-date": tuple(each.item for each in found.fixed_date),
        "standard": found.standard,
        "intangible": found.intangible,
    }
    return UrgencyView(
        finding=urgency_words(found),
        flow_days=None if flow_days is None else ceil(flow_days),
        classes=tuple(urgency_class(name, each) for name, each in members.items()),
        due=tuple(due_row(each) for each in found.fixed_date),
        too_many=found.too_many,
    )


def urgency_class(name: str, items: tuple[Scored, ...]) -> UrgencyClass:
    shape = SHAPES[name]
    return UrgencyClass(
        name=name,
        rule=RULES[name],
        shape=shape,
        meaning=WORDS[shape],
        items=tuple(ref(item) for item in items),
        trend=tuple((float(x), float(y)) for x, y in curve(shape)),
    )


def due_row(dated: FixedDate) -> DueRow:
    late = not dated.started and dated.days_left is not None and dated.days_left < 0
    return DueRow(
        item=ref(dated.item),
        due=dated.due,
        start_by=dated.start_by,
        days_left=dated.days_left,
        started=dated.started,
        words=due_words(dated),
        late=late,
    )


def due_words(dated: FixedDate) -> str:
    if dated.started:
        return "started"
    if dated.due is None:
        return "no due date stated"
    if dated.days_left is None:
        return "flow time not known"
    if dated.days_left < 0:
        return f"{count(-dated.days_left, 'day')} late to start"
    return f"start within {count(dated.days_left, 'day')}" if dated.days_left else "start today"


def urgency_words(found: Urgencies) -> str:
    """What is urgent, in one sentence."""
    said = []
    if found.too_many:
        number = count(len(found.expedite), "candidate")
        said.append(f"{number} are expedited, {MOST_EXPEDITED} can be: then none is")
    elif found.expedite:
        said.append(f"{found.expedite[0].id} is expedited")
    if found.late:
        is_are = "is" if len(found.late) == 1 else "are"
        said.append(f"{listed(each.item.id for each in found.late)} {is_are} late to start")
    elif found.fixed_date:
        has = "has a fixed date" if len(found.fixed_date) == 1 else "have fixed dates"
        said.append(f"{count(len(found.fixed_date), 'candidate')} {has}")
    sentence = "; ".join(said) or "nothing is urgent beyond the ranking"
    return f"{sentence[:1].upper()}{sentence[1:]}."
