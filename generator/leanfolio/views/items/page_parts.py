"""What the page of one type adds to what all items have, and figures that many of them print."""

from typing import TypeVar

from msgspec import Struct

from leanfolio.views.cell import Fact, Table, Tag
from leanfolio.views.increments.board import WorkBoard
from leanfolio.views.okr.chart import CheckInChart
from leanfolio.wording import Message, Part, Text, in_context, message

Figure = TypeVar("Figure", bound=Part)


class Parts(Struct, frozen=True):
    finding: Text = ""  # the page's title, where there is something to state
    summary: Text = ""
    tags: tuple[Tag, ...] = ()
    facts: tuple[Fact, ...] = ()
    chart: CheckInChart | None = None  # stands before the tables, with its own
    tables: tuple[Table, ...] = ()
    missing_title: Text = ""  # "To enter ready it lacks"
    missing_evidence: tuple[Message, ...] = ()
    work: WorkBoard | None = None  # of an increment


def measure(figure: Figure, unit: str | None) -> Figure | Message:
    """Return a figure with its unit, where it has one: 24 EUR."""
    if not unit:
        return figure
    return in_context("a figure and its unit", "{figure} {unit}", figure=figure, unit=unit)


def part_of(part: int, whole: int) -> Message:
    """Return how many of how many: 2 of 3."""
    return message("{part} of {whole}", part=part, whole=whole)
