"""The roadmap: epics and features over increments, a row and a drawing each, by value stream."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

from leanfolio.figures.increment_plan import PlanComparison
from leanfolio.figures.roadmap import Planned, Span, bands, drawn_days, roadmap
from leanfolio.model import Days, Increment
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.views.facets import facets_of
from leanfolio.views.flow.forecasts import ForecastRow
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import ref
from leanfolio.views.roadmap_rows import Band, Bar, Drawing, Lane, Needed, Roadmap, RoadmapRow
from leanfolio.wording import Text, joined, message, plural

HUNDRED = 100


def whole_roadmap(
    portfolio: Portfolio,
    as_of: date,
    plans: Mapping[str, PlanComparison],
    forecasts: Iterable[ForecastRow],
) -> Roadmap:
    """The roadmap as of a day, with the plans that git knows, by increment."""
    order = bands(portfolio)
    found = roadmap(portfolio, plans, as_of)
    span = drawn_days(found, order, as_of)
    forecast_of = {row.id: row for row in forecasts}
    rows = tuple(row_of(entry, portfolio, forecast_of, span, as_of) for entry in found)
    return Roadmap(
        finding=roadmap_finding(rows, partial=portfolio.partial),
        summary=joined(summary_of(rows, has_plans=bool(plans)), " "),
        rows=rows,
        bands=tuple(drawn_bands(order, span)) if span else (),
        today=at(as_of, span) if span else None,
        lanes=tuple(lanes_of(rows, portfolio)),
    )


def row_of(
    entry: Planned, portfolio: Portfolio, forecasts: Mapping[str, ForecastRow],
    span: Days | None, as_of: date,
) -> RoadmapRow:  # fmt: skip
    """One row with its drawing. Where increments have no days there is none."""
    item, forecast = entry.item, None if entry.closed else forecasts.get(entry.item.id)
    late = entry.is_late(as_of)
    return RoadmapRow(
        id=item.id,
        type=item.TYPE,
        title=item.title,
        epic=entry.epic,
        value_stream=entry.stream,
        state=item.state,
        increments=entry.span.increments if entry.span else (),
        start=entry.span.first if entry.span else None,
        end=entry.span.last if entry.span else None,
        baseline=entry.baseline.increments if entry.baseline else (),
        baseline_end=entry.baseline.last if entry.baseline else None,
        due=entry.due,
        waits_for=tuple(Needed(ref(portfolio[wait.id]), wait.late) for wait in entry.waits),
        late_needs=tuple(wait.id for wait in entry.waits if wait.late),
        p50=forecast.p50 if forecast else None,
        p85=forecast.p85 if forecast else None,
        p95=forecast.p95 if forecast else None,
        no_forecast=forecast.why_not if forecast else None,
        late=late,
        closed=entry.closed,
        drawing=drawing_of(entry, forecast, span, late=late) if span else None,
        facets=facets_of(portfolio, item),
    )


# The drawing -------------------------------------------------------------------------------------


def at(day: date, span: Days) -> Fraction:
    """Where a day begins, in percent of the days that are drawn."""
    return Fraction(HUNDRED * (day - span.first).days, span.length)


def bar_of(first: date, last: date, span: Days) -> Bar | None:
    """The days from the first to the last, cut at the ends of the drawing; None if all are cut."""
    begin, end = max(first, span.first), min(last, span.last)
    if end < begin:
        return None
    x = at(begin, span)
    return Bar(x, at(end + timedelta(1), span) - x)


def span_bar(found: Span | None, span: Days) -> Bar | None:
    return bar_of(found.first, found.last, span) if found is not None else None


def drawing_of(
    entry: Planned, forecast: ForecastRow | None, span: Days, *, late: bool
) -> Drawing | None:
    """The parts of a row's drawing; None where it has none."""
    half, most, nearly = (
        (forecast.p50, forecast.p85, forecast.p95) if forecast else (None, None, None)
    )
    due = at(entry.due, span) if entry.due and span.first <= entry.due <= span.last else None
    drawn = Drawing(
        span_bar(entry.span, span),
        span_bar(entry.baseline, span),
        bar_of(half, nearly or span.last, span) if half else None,
        at(most, span) if most and most <= span.last else None,
        due,
        "done" if entry.closed else "late" if late else "open",
    )
    return drawn if drawn.bar or drawn.ghost or drawn.range or due is not None else None


def drawn_bands(order: Iterable[Increment], span: Days) -> Iterator[Band]:
    """The increments that lie in the days of the drawing, every other one shaded."""
    shaded = False
    for increment in order:
        if increment.days is None:
            continue
        bar = bar_of(increment.days.first, increment.days.last, span)
        if bar is not None:
            yield Band(increment.id, increment.title, bar, shaded)
            shaded = not shaded


def lanes_of(rows: Iterable[RoadmapRow], portfolio: Portfolio) -> Iterator[Lane]:
    """A lane per value stream with rows, then one for what has no stream.

    What has ended before the drawing begins has no row; the data files hold it.
    """
    by_stream: dict[str | None, list[RoadmapRow]] = {}
    for row in rows:
        by_stream.setdefault(row.value_stream, []).append(row)
    for id in sorted(by_stream, key=lambda id: (id is None, id_order(id or ""))):
        held = by_stream[id]
        drawn = tuple(row for row in held if row.drawing is not None)
        undated = tuple(row for row in held if row.drawing is None and not row.closed)
        if drawn or undated:
            yield Lane(ref(portfolio[id]) if id else None, drawn, undated)


# Words -------------------------------------------------------------------------------------------


def roadmap_finding(rows: Iterable[RoadmapRow], *, partial: bool) -> Text:
    """How many open epics have a place, how many have none, and how many needs are late."""
    every = tuple(rows)
    epics = [row for row in every if row.is_epic and not row.closed]
    if not epics:
        return of_what_is_shown(
            message("No open epic is on the roadmap"),
            message("No open epic is shown on the roadmap"),
            partial=partial,
        )
    placed = [row for row in epics if row.increments or row.due]
    parts = [
        plural(
            "{n:spelled} open epic has a place on the roadmap",
            "{n:spelled} open epics have a place on the roadmap",
            len(placed),
        ).sentence()
    ]
    without = len(epics) - len(placed)
    if without:
        parts.append(plural("{n:pronoun} has no dates", "{n:pronoun} have no dates", without))
    late = sum(need.late is not None for row in every for need in row.waits_for)
    if late:
        parts.append(
            plural("{n:spelled} dependency is late", "{n:spelled} dependencies are late", late)
        )
    return joined(parts, ", ") if len(parts) > 1 else parts[0]


def summary_of(rows: Iterable[RoadmapRow], *, has_plans: bool) -> Iterator[Text]:
    """How a bar is to be read, what moved since it was planned, and what is late."""
    every = tuple(rows)
    yield message(
        "A bar is as long as the increments of its work: no day within an increment is claimed."
    )
    overdue = sum(row.late for row in every if not row.is_epic)
    if overdue:
        yield plural(
            "{n:spelled} feature is open though its increment is over.",
            "{n:spelled} features are open though their increments are over.",
            overdue,
        ).sentence()
    if not has_plans:
        yield message("Where work was planned first is not known: git holds no plan.")
        return
    moved = sum(bool(row.baseline) for row in every if not row.is_epic)
    yield plural(
        "{n:spelled} feature stands in another increment than it was planned in first.",
        "{n:spelled} features stand in other increments than they were planned in first.",
        moved,
    ).sentence()
