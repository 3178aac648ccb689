"""The roadmap: in which increments epics and features are planned, were planned, and what waits.

A feature is planned in its increment, an epic from the first to the last increment of its features.
No day within an increment is claimed. What was planned before is told by the plans in git.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from leanfolio.figures.increment_plan import PlanComparison
from leanfolio.model import Days, Epic, Feature, Increment
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio

Lateness = Literal["later", "overdue"]  # planned after what needs it; or its own time is over
BANDS_BEFORE = 2  # increments that are over and drawn, where nothing open stands before them


class Span(Struct, frozen=True):
    """Increments in a row, by their ids, with the days of the first and the last."""

    increments: tuple[str, ...]
    first: date
    last: date


class Wait(Struct, frozen=True):
    """Something that an item needs and that is not done; `late` where it comes too late."""

    id: str
    late: Lateness | None


class Planned(Struct, frozen=True):
    """An epic or a feature with its place on the roadmap; `span` is None where it has none."""

    item: Epic | Feature
    epic: str | None  # of a feature
    stream: str | None
    span: Span | None
    baseline: Span | None  # where the plans of increments had it first, if that differs
    due: date | None
    waits: tuple[Wait, ...]
    closed: bool

    def is_late(self, as_of: date) -> bool:
        """Whether its increments are over and it is still open."""
        return not self.closed and self.span is not None and self.span.last < as_of


def bands(portfolio: Portfolio) -> tuple[Increment, ...]:
    """The increments that say when they are, in the order of their days."""
    dated = [entry for entry in portfolio.items_of(Increment) if entry.days is not None]
    return tuple(sorted(dated, key=lambda entry: (entry.start or date.min, entry.id)))


def roadmap(
    portfolio: Portfolio, plans: Mapping[str, PlanComparison], as_of: date
) -> tuple[Planned, ...]:
    """Every epic that is not cancelled, each followed by its features; then features of no epic."""
    order = bands(portfolio)
    before = first_plans(order, plans)
    spans = {
        item.id: span_of(order, increments_of(portfolio, item)) for item in planned_items(portfolio)
    }
    found = []
    for item in planned_items(portfolio):
        span = spans[item.id]
        earlier = span_of(order, baseline_of(portfolio, item, before))
        found.append(
            Planned(
                item,
                item.epic if isinstance(item, Feature) and item.epic in portfolio else None,
                stream_of(portfolio, item),
                span,
                earlier if earlier != span else None,
                item.due,
                tuple(waits_of(portfolio, item, spans, as_of)),
                portfolio.category_of(item) in CLOSED,
            )
        )
    return tuple(found)


def planned_items(portfolio: Portfolio) -> Iterator[Epic | Feature]:
    """Epics in the order of the portfolio, each with its features, without what is cancelled."""
    for epic in portfolio.items_of(Epic):
        if portfolio.category_of(epic) == "cancelled":
            continue
        yield epic
        yield from live_features(portfolio, epic.id)
    for feature in portfolio.items_of(Feature):
        if not portfolio.parents_of(feature.id) and portfolio.category_of(feature) != "cancelled":
            yield feature


def live_features(portfolio: Portfolio, epic: str) -> Iterator[Feature]:
    for feature in portfolio.children_of(epic, Feature):
        if portfolio.category_of(feature) != "cancelled":
            yield feature


def increments_of(portfolio: Portfolio, item: Epic | Feature) -> set[str]:
    """The ids of the increments in which an item, or a feature of it, stands."""
    if isinstance(item, Feature):
        return {item.increment} if item.increment else set()
    return {feature.increment for feature in live_features(portfolio, item.id) if feature.increment}


def span_of(order: Sequence[Increment], ids: Iterable[str]) -> Span | None:
    """The days from the first of some increments to the last; None where none has days."""
    wanted = set(ids)
    held = [entry for entry in order if entry.id in wanted]
    days = [entry.days for entry in held if entry.days is not None]
    if not days:
        return None
    return Span(
        tuple(entry.id for entry in held),
        min(entry.first for entry in days),
        max(entry.last for entry in days),
    )


def first_plans(
    order: Sequence[Increment], plans: Mapping[str, PlanComparison]
) -> Mapping[str, str]:
    """The first increment whose plan held a feature, by the feature's id."""
    first: dict[str, str] = {}
    for increment in order:
        plan = plans.get(increment.id)
        for feature in plan.features if plan is not None else ():
            if feature.outcome != "added":
                first.setdefault(feature.id, increment.id)
    return first


def baseline_of(portfolio: Portfolio, item: Epic | Feature, first: Mapping[str, str]) -> set[str]:
    """The increments in which the plans had an item first; what no plan held stands where it is."""
    if isinstance(item, Feature):
        return {first[item.id]} if item.id in first else increments_of(portfolio, item)
    found: set[str] = set()
    for feature in live_features(portfolio, item.id):
        found |= baseline_of(portfolio, feature, first)
    return found


def stream_of(portfolio: Portfolio, item: Epic | Feature) -> str | None:
    """The value stream of an epic, or of a feature's epic; None of a feature without one."""
    if isinstance(item, Epic):
        return item.value_stream if item.value_stream in portfolio else None
    for parent in portfolio.parents_of(item.id):
        if isinstance(parent, Epic):
            return stream_of(portfolio, parent)
    return None


def waits_of(
    portfolio: Portfolio, item: Epic | Feature, spans: Mapping[str, Span | None], as_of: date
) -> Iterator[Wait]:
    """What an open item needs and is not done yet, in the order in which it says so."""
    if portfolio.category_of(item) in CLOSED:
        return
    for edge in portfolio.edges_from(item.id, "needs"):
        needed = portfolio[edge.target]
        if portfolio.category_of(needed) != "done":
            yield Wait(needed.id, lateness(spans.get(needed.id), spans.get(item.id), as_of))


def lateness(needed: Span | None, needing: Span | None, as_of: date) -> Lateness | None:
    """How what is needed is late: its time is over, or it is planned to end after what needs it."""
    if needed is None:
        return None
    if needed.last < as_of:
        return "overdue"
    return "later" if needing is not None and needed.last > needing.last else None


def drawn_days(rows: Iterable[Planned], order: Sequence[Increment], as_of: date) -> Days | None:
    """The days that a drawing spans: the increments that run or come and two before, all open
    items, and today. None where no increment has days and nothing is due."""
    every = tuple(rows)
    coming = [n for n, entry in enumerate(order) if entry.days and entry.days.last >= as_of]
    start = max((coming[0] if coming else len(order)) - BANDS_BEFORE, 0)
    days = [entry.days for entry in order[start:] if entry.days is not None]
    firsts = [entry.first for entry in days]
    lasts = [entry.last for entry in days]
    for row in every:
        if not row.closed:
            firsts += [row.span.first] if row.span else []
            lasts += [row.span.last] if row.span else []
            firsts += [row.due] if row.due else []
            lasts += [row.due] if row.due else []
    if not firsts:
        return None
    return Days(min(*firsts, as_of), max(*lasts, as_of))
