"""What a figure lacks: how many parts of it nobody states, and the names of those parts."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from leanfolio.figures.funding.table import TOTAL, Level, Row
from leanfolio.wording import Listing, Message, Text, joined, listed, message, plural


class Missing(Struct, frozen=True):
    """How many parts of each figure nobody has stated, in the order of the columns."""

    target: int = 0
    approved: int = 0
    committed: int = 0
    free: int = 0
    forecast: int = 0
    actual: int = 0
    remaining: int = 0
    variance: int = 0
    asked: int = 0


COMPLETE = Missing()
COLUMNS = Missing.__struct_fields__
MOST_NAMED = 3  # names in a cell; the others are counted


def missing_of(row: Row) -> Missing:
    """The number of missing parts in each column of a row."""
    counts = [column.unknown for column in row.columns]
    return Missing(*counts) if any(counts) else COMPLETE


class Lack(Struct, frozen=True):
    """What a sum lacks: the epics, the value streams or the periods that do not state it."""

    column: str
    of: tuple[str, ...]

    @property
    def id(self) -> str:
        """All names, as one cell of a spreadsheet."""
        return f"{self.column}: {', '.join(self.of)}"

    @property
    def names(self) -> Listing | Message:
        """The first names, and how many more there are."""
        more = len(self.of) - MOST_NAMED
        if more <= 1:
            return listed(self.of)
        first = joined(self.of[:MOST_NAMED], ", ")
        return plural(
            "{names} and {n:spelled} more", "{names} and {n:spelled} more", more, names=first
        )


def not_stated(parts: int, lack: Lack | None) -> Text:
    """Who does not state a part of a sum, or how many do not; "" of a sum that is whole."""
    if not parts:
        return ""
    return message("{parts} not stated", parts=lack.names if lack else parts)


SumKey = tuple[Level, str, str]  # level, id of the stream, name of the period


class Lacks:
    """The parts that each sum of the table lacks.

    The sum of a stream in a period lacks epics, and so does what is unallocated of it; the sum of
    all streams lacks streams, and the sum of all periods lacks periods.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._names: dict[SumKey, dict[str, dict[str, None]]] = {}
        dated = {row.stream for row in rows if row.level == "value-stream" and row.period != TOTAL}
        for row in rows:
            if not any(column.unknown for column in row.columns):
                continue
            if row.period == TOTAL and row.stream in dated:
                continue  # its periods are named instead
            for key, name in sums_with(row):
                own = self._names.setdefault(key, {})
                for column, part in zip(COLUMNS, row.columns, strict=True):
                    if part.unknown:
                        own.setdefault(column, {})[name] = None

    def in_row(self, row: Row) -> tuple[Lack, ...]:
        """By column, where the row is a sum that lacks something."""
        own = self._names.get((row.level, row.stream, row.period), {})
        return tuple(Lack(column, tuple(own[column])) for column in COLUMNS if column in own)


def sums_with(row: Row) -> Iterable[tuple[SumKey, str]]:
    """The sums that a row is a part of, and its name in each."""
    stream, period = row.stream, row.period
    if row.level == "epic":
        yield ("value-stream", stream, period), row.id
        yield ("unallocated", stream, period), row.id
        return
    if period != TOTAL:
        yield (row.level, stream, TOTAL), period
    if row.level == "value-stream":
        yield ("value-stream", TOTAL, period), stream or "epics without a value stream"
        if period != TOTAL:
            yield ("value-stream", TOTAL, TOTAL), period
