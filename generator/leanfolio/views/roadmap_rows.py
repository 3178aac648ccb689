"""What the roadmap holds: rows and lanes with their drawing, and what they say in words."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.model import Epic, Feature
from leanfolio.views.cell import Tag
from leanfolio.views.facets import Facets
from leanfolio.views.lane import StreamLane
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ref import Ref
from leanfolio.wording import Message, Text, joined, message, plural, readable

MOST_ROWS = 100  # drawn on one page; a larger roadmap has a page for each value stream


class Bar(Struct, frozen=True):
    """Where something lies across the drawing, in percent of its width."""

    x: Fraction
    width: Fraction

    @property
    def end(self) -> Fraction:
        return self.x + self.width


class Band(Struct, frozen=True):
    """An increment across the drawing."""

    id: str
    title: str
    bar: Bar
    shaded: bool


class Needed(Struct, frozen=True):
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


class RoadmapRow(Struct, frozen=True):
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
    drawing: "PageOnly[Drawing | None]" = None
    facets: PageOnly[Facets | None] = None

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
    def places(self) -> tuple[Text, ...]:
        """The increments, and the day by which it has to be there, each for itself."""
        found = (
            from_to(self.increments) if self.increments else None,
            message("due {day}", day=self.due) if self.due else None,
        )
        return tuple(place for place in found if place) or (message("no dates"),)

    @property
    def planned(self) -> Text:
        """The same in one."""
        return joined(self.places, "; ")

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
        return from_to(self.baseline) if self.baseline else ""

    @property
    def needed(self) -> Text:
        """What it waits for, and what of that is late, in words; empty where it waits for none."""
        words = (
            joined((need.item.id, need.word.word), " ") if need.word else need.item.id
            for need in self.waits_for
        )
        return joined(words, ", ") if self.waits_for else ""

    @property
    def forecast_days(self) -> Text:
        """The days of 50 and 85 %, or that there are none. A feature has none of its own."""
        if self.closed or not self.is_epic:
            return ""
        if self.no_forecast:
            return message("none, see below")
        if self.p50 is None:
            return message("not within five years")
        if self.p85 is None:
            return message("50 % by {half}, 85 % not within five years", half=self.p50)
        return message("50 % by {half}, 85 % by {most}", half=self.p50, most=self.p85)

    @property
    def forecast(self) -> Text:
        """The same, with the reason where there are none."""
        return self.no_forecast or self.forecast_days


def from_to(increments: Sequence[str]) -> Text:
    """Increments in a row by the first and the last of them."""
    first, last = increments[0], increments[-1]
    return first if first == last else message("{first} to {last}", first=first, last=last)


class Drawing(Struct, frozen=True):
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


class Lane(StreamLane, frozen=True):
    """The rows of one value stream; those without any date are listed and not drawn."""

    rows: tuple[RoadmapRow, ...]
    undated: tuple[RoadmapRow, ...]

    @property
    def without_forecast(self) -> tuple[Message, ...]:
        """Why epics in its rows have no forecast: each reason once, with their ids."""
        reasons: dict[str, list[RoadmapRow]] = {}
        for row in self.rows:
            if row.no_forecast:
                reasons.setdefault(str(row.no_forecast), []).append(row)
        return tuple(
            message(
                "{items}: {reason}",
                items=joined((row.id for row in rows), ", "), reason=rows[0].no_forecast,
            )
            for rows in reasons.values()
        )  # fmt: skip

    @property
    def listed(self) -> tuple[RoadmapRow, ...]:
        """What has no date, as far as a page lists it."""
        return self.undated[:MOST_ROWS]

    @property
    def undated_words(self) -> Message:
        """How many have no dates, to be followed by those that are listed."""
        if len(self.undated) > MOST_ROWS:
            return message(
                "{n} have no dates, of which the first {most} are:",
                n=len(self.undated), most=MOST_ROWS,
            )  # fmt: skip
        return plural("{n} has no dates:", "{n} have no dates:", len(self.undated))


class RoadmapFrame(Struct, frozen=True):
    """What all drawings of a roadmap stand in, on each of its pages."""

    bands: tuple[Band, ...]
    today: Fraction | None
    has_moved: bool  # whether anything stands in other increments than it was planned in first


class Roadmap(Struct, frozen=True):
    """Every epic and feature that is not cancelled, by value stream."""

    finding: Text
    summary: Text
    rows: tuple[RoadmapRow, ...]
    bands: PageOnly[tuple[Band, ...]]
    today: PageOnly[Fraction | None]
    lanes: tuple[Lane, ...]

    @property
    def frame(self) -> RoadmapFrame:
        """What a page draws its rows in: so one of a value stream holds nothing of the others."""
        return RoadmapFrame(self.bands, self.today, any(row.baseline for row in self.rows))
