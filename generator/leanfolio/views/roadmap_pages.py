"""The pages of the roadmap: one, or where that is too large one for each value stream."""

from collections.abc import Iterator
from functools import partial

from leanfolio.model import Epic, Feature, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.built import Built
from leanfolio.views.cell import Table, headers
from leanfolio.views.page_spec import Page, PageSpec, SearchEntry
from leanfolio.views.ref import Ref
from leanfolio.views.roadmap import roadmap_finding
from leanfolio.views.roadmap_rows import MOST_ROWS, Lane, Roadmap
from leanfolio.views.view import View
from leanfolio.wording import Message, Text, joined, message, plural

ADDRESS = "roadmap.html"
WITHOUT = "roadmap-without-stream.html"
ALL = "data/roadmap.csv"


def roadmap_view(built: Built) -> Roadmap:
    """The roadmap, computed once for all its pages."""
    return built.figures.roadmap


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
    values = {view.variable: whole.frame, "lanes": whole.lanes, "index": None}
    if is_divided(built.portfolio):
        values |= {"lanes": (), "index": index_of(whole)}
    return view.page_with(whole.finding, whole.summary, values)


def index_of(whole: Roadmap) -> Table:
    """A row per value stream: what it has on the roadmap, and where that stands."""
    rows = tuple(
        (
            Ref("", "", "", str(lane.title), address_of(lane.stream_id)),
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
    held = [lane for lane in whole.lanes if lane.stream_id == stream]
    rows = tuple(row for lane in held for row in lane.rows)
    notes: list[Text] = []
    if len(rows) > MOST_ROWS:
        rows = tuple(row for row in rows if row.is_epic)
        notes.append(message("Epics alone, for want of room; {file} has their features.", file=ALL))
    if len(rows) > MOST_ROWS:
        notes.append(plural(
            "{n} more epic is not drawn here; {file} has them all.",
            "{n} more epics are not drawn here; {file} has them all.",
            len(rows) - MOST_ROWS, file=ALL,
        ))  # fmt: skip
    lanes = tuple(Lane(lane.stream, rows[:MOST_ROWS], lane.undated) for lane in held)
    every = [row for row in whole.rows if row.value_stream == stream]
    return Page(
        url=address_of(stream),
        template=view.template,
        title=name,
        finding=roadmap_finding(every, partial=built.portfolio.partial),
        summary=joined(notes, " "),
        active=view.name,
        description=name,
        data=(view.name,),
        values={view.variable: whole.frame, "lanes": lanes, "index": None},
    )
