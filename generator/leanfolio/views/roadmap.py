"""The roadmap: epics and features over increments, a row and a drawing each, by value stream."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Literal

from leanfolio.figures.roadmap import Planned, Span, bands, drawn_days, roadmap
from leanfolio.model import Days, Epic, Feature, Increment, ValueStream
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Tag, headers
from leanfolio.views.flow.forecasts import ForecastRow
from leanfolio.views.page_only import PAGE_ONLY
from leanfolio.views.page_spec import Page, PageSpec, SearchEntry
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, ref
from leanfolio.views.view import View
from leanfolio.wording import Message, Text, joined, message, plural, readable

ADDRESS = "roadmap.html"
WITHOUT = "roadmap-without-stream.html"
MOST_ROWS = 100  # drawn on one page; a larger roadmap has a page for each value stream
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """Where something lies across the drawing, in percent of its width."""

    x: Fraction
    width: Fraction

    @property
    def end(self) -> Fraction:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Band:
    """An increment across the drawing."""

    id: str
    title: str
    bar: Bar
    shaded: bool


@dataclass(frozen=True, slots=True)
class Needed:
    """What an item waits for, and whether that is late."""

    item: Ref
    late: Literal["later", "overdue"] | None

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def word(self) -> Tag | None:
        """That it is late, and why; None where it is not."""
        if self.late is None:
            return None
        if self.late == "later":
            return Tag("bad", message("late: planned after this"))
        return Tag("bad", message("late: its increment is over"))


@dataclass(frozen=True, slots=True)
class RoadmapRow:
    """An epic or a feature: when it is planned, was planned, is due, and is forecast to be done."""

    id: str
    type: str
    title: str
    epic: str | None
    value_stream: str | None
    state: str | None
    increments: tuple[str, ...]
    start: date | None
    end: date | None
    baseline: tuple[str, ...]  # increments in which it was planned first, where that differs
    baseline_end: date | None
    due: date | None
    waits_for: tuple[Needed, ...]
    late_needs: tuple[str, ...]  # ids of those that are late
    p50: date | None
    p85: date | None
    p95: date | None
    no_forecast: Text | None
    late: bool  # open, and its increments are over
    closed: bool
    drawing: "Drawing | None" = field(default=None, metadata=PAGE_ONLY)

    @property
    def ref(self) -> Ref:
        """The item as a link."""
        model = Epic if self.type == Epic.TYPE else Feature
        url = f"{model.FOLDER}/{self.id}.html"
        return Ref(self.id, model.TYPE, model.WORD, self.title, url)

    @property
    def is_epic(self) -> bool:
        return self.type == Epic.TYPE

    @property
    def planned(self) -> Text:
        """The increments, and the day by which it has to be there."""
        parts: list[Text] = []
        if self.increments:
            first, last = self.increments[0], self.increments[-1]
            parts.append(
                first if first == last else message("{first} to {last}", first=first, last=last)
            )
        if self.due:
            parts.append(message("due {day}", day=self.due))
        return joined(parts, "; ") if parts else message("no dates")

    @property
    def standing(self) -> Tag | None:
        """Its state; and that its increments are over though it is open."""
        if self.state is None:
            return None
        if self.late and self.end is not None:
            words = message("{state}, late since {day}", state=readable(self.state), day=self.end)
            return Tag("bad", words)
        return Tag("good" if self.closed else "plain", readable(self.state))

    @property
    def before(self) -> Text:
        """Where it was planned first; empty where that is the same or not known."""
        if not self.baseline:
            return ""
        first, last = self.baseline[0], self.baseline[-1]
        return first if first == last else message("{first} to {last}", first=first, last=last)

    @property
    def needed(self) -> Text:
        """What it waits for, and what of that is late, in words; empty where it waits for none."""
        words = (
            joined((need.item.id, need.word.word), " ") if need.word else need.item.id
            for need in self.waits_for
        )
        return joined(words, ", ") if self.waits_for else ""

    @property
    def forecast(self) -> Text:
        """The days of 50 and 85 %; or why there are none. A feature has none of its own."""
        if self.p85 is not None:
            return message("50 % by {half}, 85 % by {most}", half=self.p50, most=self.p85)
        return self.no_forecast or ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The row across the days that the page spans. Parts that are not there are None."""

    bar: Bar | None
    ghost: Bar | None  # where it was planned first
    range: Bar | None  # from 50 to 95 % of the forecast, cut at the end of the drawing
    most: Fraction | None  # 85 % of it
    due: Fraction | None
    kind: Literal["done", "late", "open"]

    @property
    def mark(self) -> str:
        """The further class of the bar, with a space before it; "" of open work that is in time."""
        return "" if self.kind == "open" else f" {self.kind}"


@dataclass(frozen=True, slots=True)
class Lane:
    """The rows of one value stream; those without any date are listed and not drawn."""

    stream: Ref | None
    rows: tuple[RoadmapRow, ...]
    undated: tuple[RoadmapRow, ...]

    @property
    def title(self) -> Text:
        return self.stream.title if self.stream else message("No value stream")

    @property
    def anchor(self) -> str:
        return f"lane-{self.stream.id}" if self.stream else "lane-none"

    @property
    def undated_words(self) -> Message:
        return plural("{n} has no dates:", "{n} have no dates:", len(self.undated))


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Every epic and feature that is not cancelled, by value stream."""

    finding: Text
    summary: Text
    rows: tuple[RoadmapRow, ...]
    bands: tuple[Band, ...] = field(metadata=PAGE_ONLY)
    today: Fraction | None = field(metadata=PAGE_ONLY)
    lanes: tuple[Lane, ...]


def roadmap_view(built: Built) -> Roadmap:
    """The roadmap as of a day."""
    portfolio, as_of = built.portfolio, built.as_of
    order = bands(portfolio)
    found = roadmap(portfolio, built.figures.plans, as_of)
    span = drawn_days(found, order, as_of)
    forecasts = {row.id: row for row in built.figures.flow.forecast.epics}
    rows = tuple(row_of(entry, portfolio, forecasts, span, as_of) for entry in found)
    return Roadmap(
        finding=roadmap_finding(rows, partial=portfolio.partial),
        summary=joined(summary_of(rows, has_plans=bool(built.figures.plans)), " "),
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


# Pages -------------------------------------------------------------------------------------------


def is_divided(portfolio: Portfolio) -> bool:
    """Whether it is too large for one page: asked without any figure."""
    return len(portfolio.items_of(Epic)) + len(portfolio.items_of(Feature)) > MOST_ROWS


def address_of(stream: str | None) -> str:
    return WITHOUT if stream is None else f"roadmap/{stream}.html"


def stream_addresses(portfolio: Portfolio) -> Iterator[str]:
    """The addresses of the pages that value streams may have on some day."""
    yield WITHOUT
    for stream in portfolio.items_of(ValueStream):
        yield address_of(stream.id)


def roadmap_page(view: View, built: Built) -> Page:
    """The whole roadmap; or, where that is too large, an index of the value streams."""
    whole = view.make(built)
    values = {view.variable: whole, "lanes": whole.lanes, "index": None}
    if is_divided(built.portfolio):
        values |= {"lanes": (), "index": index_of(whole)}
    return view.page_with(whole.finding, whole.summary, values)


def index_of(whole: Roadmap) -> Table:
    """A row per value stream: what it has on the roadmap, and where that stands."""
    rows = tuple(
        (
            Ref("", "", "", str(lane.title), address_of(lane.stream.id if lane.stream else None)),
            sum(row.is_epic for row in lane.rows),
            sum(not row.is_epic for row in lane.rows),
            len(lane.undated),
            sum(row.late for row in lane.rows),
            max((row.end for row in lane.rows if row.end and not row.closed), default=None),
        )
        for lane in whole.lanes
    )
    heads = headers("Value stream", "Epics#", "Features#", "Without dates#", "Late#", "Last day")
    return Table("Value streams", heads, rows, anchor="streams")


def stream_pages(view: View, built: Built) -> Iterator[PageSpec]:
    """A page per value stream of a roadmap that is too large for one."""
    if not is_divided(built.portfolio):
        return
    streams = [(stream.id, stream.title) for stream in built.portfolio.items_of(ValueStream)]
    for id, title in (*streams, (None, None)):
        name = message("Roadmap, {stream}", stream=title or message("no value stream"))
        make = partial(stream_page, view=view, stream=id, name=name)
        search = SearchEntry(name, name, "page")
        yield PageSpec(address_of(id), make, search, made_from=repr((id, title)))


def stream_page(built: Built, view: View, stream: str | None, name: Message) -> Page:
    """The roadmap of one value stream: its epics with their features, or if these are too many its
    epics alone; of those, the first."""
    whole = view.make(built)
    held = [lane for lane in whole.lanes if (lane.stream.id if lane.stream else None) == stream]
    rows = tuple(row for lane in held for row in lane.rows)
    note: Text = ""
    if len(rows) > MOST_ROWS:
        rows = tuple(row for row in rows if row.is_epic)
        note = message("Epics alone, for want of room; data/roadmap.csv has their features.")
    if len(rows) > MOST_ROWS:
        note = plural(
            "{n} more epic is not drawn here; {file} has them all.",
            "{n} more epics are not drawn here; {file} has them all.",
            len(rows) - MOST_ROWS, file="data/roadmap.csv",
        )  # fmt: skip
    lanes = tuple(Lane(lane.stream, rows[:MOST_ROWS], lane.undated[:MOST_ROWS]) for lane in held)
    every = [row for row in whole.rows if row.value_stream == stream]
    return Page(
        url=address_of(stream),
        template=view.template,
        title=name,
        finding=roadmap_finding(every, partial=built.portfolio.partial),
        summary=note,
        active=view.name,
        description=name,
        data=(view.name,),
        values={view.variable: whole, "lanes": lanes, "index": None},
    )
