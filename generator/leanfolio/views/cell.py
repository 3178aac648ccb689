"""What a fact or a table's cell may hold. A cell knows what it is; the template only prints it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.views.ref import Ref
from leanfolio.wording import (
    Compound,
    Money,
    Percent,
    Rounded,
    Text,
    joined,
    message,
    plural,
    trimmed,
)

Tone = Literal["good", "warn", "bad", "plain"]
WORST_FIRST: tuple[Tone, ...] = ("bad", "warn", "good", "plain")
LONG = 4  # rows of a table of cards that a phone shows unfolded, each of a third of its screen
LONG_PAIR = 12  # rows of a table of two columns, which stay lines
MOST_STATUSES = 3  # that the summary of a table counts


class Tag(Struct, frozen=True):
    """A status: a word with a shape and a colour."""

    tone: Tone
    word: Text


class Outside(Struct, frozen=True):
    """A link out of the site."""

    title: str
    url: str


class CommitRef(Struct, frozen=True):
    """A commit by its short id; a link where the site knows its repository."""

    id: str
    short: str


Points = tuple[tuple[float, float], ...]  # from 0 to 1, to the right and upwards


class Sparkline(Struct, frozen=True):
    """A small line that shows how a score came about, with its words."""

    points: Points
    pace: Points  # what was expected on the way
    about: Text


class SourceRef(Struct, frozen=True):
    """A line of a file of content; a link where the site knows its repository."""

    file: str  # below the content folder
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class SourceLine(Struct, frozen=True):
    """What one item brings to a figure, and the line of its file that says so."""

    item: Ref
    part: "Value"
    place: SourceRef


class Derivation(Struct, frozen=True):
    """The arithmetic of a figure with its first lines, and how many more lines it has."""

    arithmetic: Text
    lines: tuple[SourceLine, ...] = ()
    more: int = 0

    @property
    def left(self) -> Text:
        """How many lines are not listed; nothing where all are."""
        if not self.more:
            return ""
        return plural(
            "{n:spelled} more is counted in the same way.",
            "{n:spelled} more are counted in the same way.",
            self.more,
        ).sentence()


class Derived(Struct, frozen=True):
    """A figure in a cell that unfolds to how it came about."""

    figure: "Figure"
    how: Derivation


Figure = int | Decimal | Money | Compound | Percent | Rounded | None
Value = (
    str
    | int
    | Decimal
    | date
    | Ref
    | Money
    | Tag
    | Outside
    | Sparkline
    | CommitRef
    | SourceRef
    | Derived
    | Compound
    | Percent
    | Rounded
    | tuple[Ref, ...]
    | None
)


class Fact(Struct, frozen=True):
    """A figure with its name, how it came about, and the field that states it."""

    label: str
    value: Value
    why: Text = ""
    field: str = ""  # of the item whose page it stands on; "" where no field of it says so


class Header(Struct, frozen=True):
    label: str
    number: bool = False


class Table(Struct, frozen=True):
    """A table that has decided everything. Every row has a cell per header."""

    title: str
    headers: tuple[Header, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: Text = ""
    anchor: str = ""
    without_rows: bool = False  # whether its note is worth saying where it has none
    finding: Text = ""  # what it comes to, for readers who have not unfolded it
    folds: bool = True  # on a phone, where it is long; not what a page is opened for

    @property
    def is_long(self) -> bool:
        """Whether a phone folds it."""
        return self.folds and len(self.rows) > (LONG_PAIR if len(self.headers) < 3 else LONG)

    @property
    def inside(self) -> Text:
        """What it holds: its finding, or else its rows, counted by status."""
        return self.finding or rows_by_status(self.rows)

    @property
    def labelled_rows(self) -> Iterator[tuple[tuple[Header, Value], ...]]:
        """The rows, each cell with the header of its column."""
        return (tuple(zip(self.headers, row, strict=True)) for row in self.rows)

    def with_columns(self, kept: Sequence[int]) -> "Table":
        """The table with these of its columns alone, by their places from 0."""
        return replace(
            self,
            headers=tuple(self.headers[n] for n in kept),
            rows=tuple(tuple(row[n] for n in kept) for row in self.rows),
        )

    def without(self, label: str) -> "Table":
        """The table without the column of this heading; whole where it has none."""
        return self.with_columns([n for n, head in enumerate(self.headers) if head.label != label])


def rows_by_status(rows: Sequence[Sequence[Value]]) -> Text:
    """Return how many rows there are, and how many of each status: the first of a row counts.

    The worst statuses come first; of many only those are named.
    """
    counted = plural("{n} row", "{n} rows", len(rows))
    tags = (next((cell for cell in row if isinstance(cell, Tag)), None) for row in rows)
    statuses = Counter(tag for tag in tags if tag is not None)
    worst = sorted(statuses, key=lambda tag: WORST_FIRST.index(tag.tone))
    named = joined(
        (
            message("{n} {status}", n=statuses[tag], status=tag.word)
            for tag in worst[:MOST_STATUSES]
        ),
        "; ",
    )
    if not worst:
        return counted
    if len(worst) > MOST_STATUSES:
        return message("{rows}, among them {statuses}", rows=counted, statuses=named)
    return message("{rows}: {statuses}", rows=counted, statuses=named)


def headers(*labels: str) -> tuple[Header, ...]:
    """Headers from words; a label that ends in # is a column of numbers."""
    return tuple(Header(label.rstrip("#"), label.endswith("#")) for label in labels)


def figure(value: Decimal | None) -> Rounded | None:
    """Return a number that is printed with all the decimals it needs, and no needless one."""
    if value is None:
        return None
    exact = trimmed(value)
    return Rounded(exact, max(-int(exact.as_tuple().exponent), 0))
