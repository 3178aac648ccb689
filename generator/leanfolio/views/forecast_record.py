"""What was forecast when an increment began, as its page and its data show it."""

from datetime import date

from msgspec import Struct

from leanfolio.figures.flow.forecast_record import CalledDate, ForecastRecord
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Tag, Value, headers
from leanfolio.views.ref import ref
from leanfolio.wording import Message, joined, message, plural

VERDICTS = {
    "held": Tag("good", message("held")),
    "missed": Tag("warn", message("missed")),
    "ahead": Tag("plain", message("not due within the increment")),
    "dropped": Tag("plain", message("dropped before")),
}


class CalledRow(Struct, frozen=True):
    """A day by which something was to be done with a chance of 85 %, and what came of it."""

    id: str
    type: str
    by: date
    done_on: date | None
    verdict: str  # held, missed, ahead, dropped


class RecordRow(Struct, frozen=True):
    """The dates that were called 85 % on the first day of an increment."""

    finding: Message
    on: date
    source: str
    due: int
    held: int
    dates: tuple[CalledRow, ...]


def record_row(record: ForecastRecord | None) -> RecordRow | None:
    """A record as data; None where there is none."""
    if record is None:
        return None
    return RecordRow(
        record_words(record),
        record.on,
        record.source,
        record.due,
        record.held,
        tuple(map(called_row, record.called)),
    )


def called_row(entry: CalledDate) -> CalledRow:
    return CalledRow(entry.id, entry.type, entry.day, entry.done_on, entry.verdict)


def record_words(record: ForecastRecord) -> Message:
    """How many of the dates that have come held."""
    if not record.called:
        return message("Nothing was forecast when it began.")
    if not record.due:
        return message("No date forecast at its start with a chance of 85 % has come within it.")
    return plural(
        "Of {n} date forecast at its start with a chance of 85 %, {held} held.",
        "Of {n} dates forecast at its start with a chance of 85 %, {held} held.",
        record.due, held=record.held,
    )  # fmt: skip


def record_table(record: ForecastRecord | None, portfolio: Portfolio) -> Table:
    """The dates that were called, those that came first; empty where nothing was forecast."""
    called = record.called if record is not None else ()
    rows: list[tuple[Value, ...]] = [
        (
            ref(portfolio[entry.id]) if entry.id in portfolio else entry.id,
            entry.day, entry.done_on, VERDICTS[entry.verdict],
        )
        for entry in sorted(called, key=lambda entry: (entry.verdict == "ahead", entry.day))
    ]  # fmt: skip
    labels = ("Item", "85 % by", "Done on", "Came true")
    note = joined((record_words(record), source_words(record)), " ") if record else ""
    return Table("Forecast when it began", headers(*labels), tuple(rows), note, "forecast-record")


def source_words(record: ForecastRecord) -> Message:
    """From what the forecast was made anew."""
    if record.source == "git":
        return message("Made anew from what git had on {day}.", day=record.on)
    return message(
        "Made anew from the dates that items state, cut at {day}; ranks, teams and dependencies are"
        " those of today.",
        day=record.on,
    )  # fmt: skip
