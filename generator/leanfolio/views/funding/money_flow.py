"""The picture of where the money flows: every position decided, and the amounts as a table."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.funding.cuts import NONE, UNALLOCATED
from leanfolio.figures.funding.money_flow import OTHER, MoneyFlow
from leanfolio.figures.funding.table import TOTAL
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.lines import in_lines
from leanfolio.views.ref import url_of
from leanfolio.wording import Message, Rounded, Text, message, plural, rounded

WIDTH, NODE, GAP, TALL = 672, 10, 10, 380
COLUMNS = (4, 170, 420)  # left edges: portfolio, value streams, objectives
BESIDE = (11, 18, 18)  # widths of a character that fit beside a place, in letters of a phone
LINE = 25  # height of a line, in the large letters of a phone


class FlowPlace(Struct, frozen=True):
    """A place through which money flows."""

    id: str
    title: str
    lines: tuple[str, ...]  # the title, in lines that have room beside the place
    url: str | None
    amount: Decimal
    x: int
    y: Rounded
    height: Rounded
    label_x: int


class FlowBand(Struct, frozen=True):
    """Money that goes from one place to the next: how much, and the outline to draw."""

    source: str
    to: str
    amount: Decimal
    outline: str


class FlowRow(Struct, frozen=True):
    """One band of the picture, in words."""

    period: str
    source: str
    to: str
    amount: Decimal


class FlowPicture(Struct, frozen=True):
    """Portfolio, value streams, objectives; in each place as much comes in as goes out."""

    period: str
    width: int
    height: int
    node: int
    places: tuple[FlowPlace, ...]
    bands: tuple[FlowBand, ...]
    notes: tuple[Message, ...]

    @property
    def period_title(self) -> Text:
        """The name of the period; all periods, where there is no other."""
        return message("all periods") if self.period == TOTAL else self.period

    @property
    def inside(self) -> Message:
        """Through how many value streams the money comes to how many ends."""
        sources, ends = ({band.source for band in self.bands}, {band.to for band in self.bands})
        return message(
            "{streams}, {ends}",
            streams=plural("{n} value stream", "{n} value streams", len(sources & ends)),
            ends=plural("{n} place where it goes", "{n} places where it goes", len(ends - sources)),
        )

    @property
    def rows(self) -> tuple[FlowRow, ...]:
        """The same amounts as a table."""
        titles = {entry.id: entry.title for entry in self.places}
        return tuple(
            FlowRow(self.period, titles[entry.source], titles[entry.to], entry.amount)
            for entry in self.bands
        )


class PlaceSlot(Struct, frozen=True):
    """Where a place stands, and how much of its two sides is taken."""

    top: Fraction
    height: Fraction
    room: Fraction  # what it takes of the column: no less than its label


def flow_picture(portfolio: Portfolio, flow: MoneyFlow, period: str) -> FlowPicture | None:
    """The picture of a period; None where no money flows."""
    whole = Fraction(flow.whole)
    if whole <= 0:
        return None
    scale = TALL / whole
    amounts = (
        {"portfolio": flow.whole},
        {stream: flow.of_stream(stream) for stream in flow.streams},
        {end: flow.of_end(end) for end in flow.ends},
    )
    titles = [
        {id: title_of(portfolio, id, column) for id in own} for column, own in enumerate(amounts)
    ]
    lines = [
        {id: in_lines(title, BESIDE[column]) for id, title in own.items()}
        for column, own in enumerate(titles)
    ]
    one, two, three = (stacked(own, lines[column], scale) for column, own in enumerate(amounts))
    columns = (one, two, three)
    bottom = max(slot.top + slot.room for column in columns for slot in column.values())
    places = (
        place(portfolio, id, titles[column][id], lines[column][id], amount, column, slots[id])
        for column, (own, slots) in enumerate(zip(amounts, columns, strict=True))
        for id, amount in own.items()
    )
    return FlowPicture(
        period=period,
        width=WIDTH,
        height=int(bottom) + GAP,
        node=NODE,
        places=tuple(places),
        bands=(*first_bands(flow, columns, scale), *second_bands(flow, columns, scale)),
        notes=tuple(notes(portfolio, flow)),
    )


def stacked(
    amounts: Mapping[str, Decimal], lines: Mapping[str, Sequence[str]], scale: Fraction
) -> dict[str, PlaceSlot]:
    """Places under each other, each as tall as its money, with room for its name and its amount."""
    slots = {}
    top = Fraction(GAP)
    for id, amount in amounts.items():
        height = Fraction(amount) * scale
        room = max(height, Fraction((len(lines[id]) + 1) * LINE))
        slots[id] = PlaceSlot(top, height, room)
        top += room + GAP
    return slots


Columns = tuple[Mapping[str, PlaceSlot], Mapping[str, PlaceSlot], Mapping[str, PlaceSlot]]


def first_bands(flow: MoneyFlow, columns: Columns, scale: Fraction) -> list[FlowBand]:
    """From the portfolio to each value stream."""
    taken = columns[0]["portfolio"].top
    bands = []
    for stream in flow.streams:
        amount = flow.of_stream(stream)
        outline = band(0, taken, columns[1][stream].top, Fraction(amount) * scale)
        bands.append(FlowBand("portfolio", stream_key(stream), amount, outline))
        taken += Fraction(amount) * scale
    return bands


def second_bands(flow: MoneyFlow, columns: Columns, scale: Fraction) -> list[FlowBand]:
    """From each value stream to each objective."""
    left = {stream: columns[1][stream].top for stream in flow.streams}
    right = {end: columns[2][end].top for end in flow.ends}
    bands = []
    for stream in flow.streams:
        for end in flow.ends:
            amount = flow.amounts.get((stream, end))
            if not amount:
                continue
            thick = Fraction(amount) * scale
            outline = band(1, left[stream], right[end], thick)
            bands.append(FlowBand(stream_key(stream), end_key(end), amount, outline))
            left[stream] += thick
            right[end] += thick
    return bands


def band(column: int, top: Fraction, to: Fraction, thick: Fraction) -> str:
    """The outline of a band that leaves a column at one height and arrives at another."""
    start, end = COLUMNS[column] + NODE, COLUMNS[column + 1]
    middle = (start + end) // 2
    one, two = rounded(top, 1), rounded(to, 1)
    three, four = rounded(to + thick, 1), rounded(top + thick, 1)
    return (
        f"M{start} {one}C{middle} {one} {middle} {two} {end} {two}"
        f"V{three}C{middle} {three} {middle} {four} {start} {four}Z"
    )


def place(
    portfolio: Portfolio,
    id: str,
    title: str,
    lines: tuple[str, ...],
    amount: Decimal,
    column: int,
    slot: PlaceSlot,
) -> FlowPlace:
    """A place with its name beside it, from its top down."""
    item = portfolio.items.get(id)
    x = COLUMNS[column]
    return FlowPlace(
        id=("portfolio", stream_key(id), end_key(id))[column],
        title=title,
        lines=lines,
        url=url_of(item) if item and column else None,
        amount=amount,
        x=x,
        y=Rounded(slot.top, 1),
        height=Rounded(max(slot.height, Fraction(1)), 1),
        label_x=x + NODE + 5,
    )


def title_of(portfolio: Portfolio, id: str, column: int) -> str:
    if column == 0:
        return portfolio.policy.title
    titles = {OTHER: "Other", UNALLOCATED: "Not committed", NONE: "Serves no objective"}
    if column == 1:
        titles = {OTHER: "Other value streams", NONE: "No value stream"}
    item = portfolio.items.get(id)
    return item.title if item and id not in (OTHER, UNALLOCATED) else titles.get(id, id)


def stream_key(id: str) -> str:
    return id or "no-value-stream"


def end_key(id: str) -> str:
    return {NONE: "no-objective", UNALLOCATED: "not-committed", OTHER: "other-objectives"}.get(
        id, id
    )


def notes(portfolio: Portfolio, flow: MoneyFlow) -> list[Message]:
    """What the picture leaves out, a sentence each."""
    result = []
    if flow.folded_streams:
        streams = len(flow.folded_streams)
        result.append(
            plural("Other holds {n:spelled} value stream.",
                   "Other holds {n:spelled} value streams.", streams)
        )  # fmt: skip
    if flow.folded_objectives:
        objectives = len(flow.folded_objectives)
        result.append(
            plural("Other holds {n:spelled} objective.",
                   "Other holds {n:spelled} objectives.", objectives)
        )  # fmt: skip
    titles = [portfolio[id].title for id in flow.over if id in portfolio]
    result += [
        message("{stream} has committed more than it was approved; all of it flows.", stream=title)
        for title in titles
    ]
    return result
