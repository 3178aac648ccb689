"""The rows of the funding table, as the page and the exports print them."""

from decimal import Decimal
from typing import ClassVar, Literal, NamedTuple, overload

from msgspec import Struct

from leanfolio.figures.funding.amount import Total
from leanfolio.figures.funding.burn import burn
from leanfolio.figures.funding.table import TOTAL, Level, Row
from leanfolio.model import Epic, Item
from leanfolio.model.audience import MONEY_FIELDS
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import SourceRef, Tone
from leanfolio.views.derivation import place_of
from leanfolio.views.funding.missing import COLUMNS, Lack, Lacks, Missing, missing_of, not_stated
from leanfolio.views.funding.pace import Pace, PeriodClock, share
from leanfolio.views.partial import NOT_SHOWN
from leanfolio.views.ref import url_of
from leanfolio.wording import (
    Message,
    Money,
    Percent,
    Text,
    in_context,
    joined,
    listed,
    message,
    plural,
    rounded,
    spaced,
)

VarianceWord = Literal[
    "under", "over", "on plan", "not stated", "not judged", "approved in another period", ""
]


class Difference(Struct, frozen=True):
    """An amount that is over or under another, and how good that is."""

    amount: Decimal
    tone: Tone
    word: Message

    @property
    def sign(self) -> str:
        """Above zero +, below it −."""
        return "+" if self.amount > 0 else "−" if self.amount < 0 else ""

    @property
    def size(self) -> Decimal:
        """The amount without its sign."""
        return abs(self.amount)


def variance_word(variance: Decimal | None, *, of_part: bool = False) -> VarianceWord:
    """Under or over the approved money, as the data files write it.

    Of a sum of which a part may be hidden (`of_part`) nothing is said.
    """
    if of_part:
        return "not judged"
    if variance is None:
        return "not stated"
    return "under" if variance > 0 else "over" if variance < 0 else "on plan"


def difference(amount: Decimal | None) -> Difference | None:
    """Approved less forecast as a page prints it; None where it is not known."""
    if amount is None:
        return None
    if amount > 0:
        return Difference(amount, "good", in_context("variance", "under"))
    if amount < 0:
        return Difference(amount, "bad", in_context("variance", "over"))
    return Difference(amount, "plain", in_context("variance", "on plan"))


IN_TEXT = (  # the columns that a terminal shows
    "target", "approved", "committed", "forecast", "actual", "remaining", "variance",
)  # fmt: skip


class Subject(NamedTuple):
    """What a row is about."""

    title: str
    url: str | None
    state: str = ""
    kind: str = ""
    horizon: int | None = None
    place: SourceRef | None = None  # of its budgets


UNALLOCATED = Subject("Unallocated", None)


class Subjects:
    """What the rows are about; an item that has a row in each period is looked up once."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._items = portfolio.items
        self.hides_money = portfolio.hides_money
        self._known: dict[str, Subject] = {}

    def in_row(self, row: Row) -> Subject:
        """The item of a row, or what stands for it where there is none."""
        if row.level == "unallocated":
            return UNALLOCATED
        subject = self._known.get(row.id)
        if subject is None:
            subject = self._known[row.id] = subject_of(row, self._items.get(row.id))
        return subject

    def of_part(self, row: Row) -> bool:
        """Whether an amount of a row may be hidden: of a sum a part, or an epic's own."""
        if row.level != "epic":
            return self.hides_money
        item = self._items.get(row.id)
        return item is not None and not MONEY_FIELDS.isdisjoint(item.confidential)


SUMS = {True: "All value streams", False: "No value stream"}


def subject_of(row: Row, item: Item | None) -> Subject:
    if item is None:
        return Subject(SUMS[row.stream == TOTAL], None)
    if not isinstance(item, Epic):
        return Subject(item.title, url_of(item), place=place_of(item, "budgets"))
    return Subject(item.title, url_of(item), item.state or "", item.kind, item.horizon)


class Amount:
    """A column of a row's money, by its name: an amount, or None where it is not stated."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._column = COLUMNS.index(name)

    @overload
    def __get__(self, row: None, owner: type) -> "Amount": ...
    @overload
    def __get__(self, row: "FundingRow", owner: type) -> Decimal | None: ...
    def __get__(self, row: "FundingRow | None", owner: type) -> "Amount | Decimal | None":
        if row is None:
            return self
        column: Total = row.money.columns[self._column]
        return column.amount


class FundingRow(Struct, frozen=True):
    """One line of the table: its money, what it is about, and how its money goes.

    Amounts are in the portfolio's currency.
    """

    EXPORTED: ClassVar = (
        "level", "id", "title", "url", "stream", "period", *COLUMNS[:-1], "variance_word",
        "asked", "burn", "elapsed", "at_this_pace", "runway_days", "unknown", "summed", "state",
        "kind", "horizon", "proposed", "note", "lacks",
    )  # fmt: skip

    money: Row
    subject: Subject
    pace: Pace
    burn: Decimal | None  # share of the approved money that is spent
    unknown: Missing
    lacks: tuple[Lack, ...]  # who does not state what a sum is made of, by column
    of_part: bool = False  # whether an amount of it may not be shown to this audience

    target = Amount()
    approved = Amount()
    committed = Amount()
    free = Amount()
    forecast = Amount()
    actual = Amount()
    remaining = Amount()
    variance = Amount()
    asked = Amount()  # by epics that wait for their decision; in no other column

    @property
    def level(self) -> Level:
        return self.money.level

    @property
    def id(self) -> str:
        return self.money.id

    @property
    def stream(self) -> str:
        """The id of the value stream that the row counts in; "" for none."""
        return self.money.stream

    @property
    def period(self) -> str:
        """The name of the period; "total" for all together."""
        return self.money.period

    @property
    def summed(self) -> tuple[str, ...]:
        """Columns that it does not state itself: the sums of what stands below."""
        return self.money.summed

    @property
    def title(self) -> str:
        return self.subject.title

    @property
    def url(self) -> str | None:
        return self.subject.url

    @property
    def state(self) -> str:
        return self.subject.state

    @property
    def state_words(self) -> str:
        """Its state as a reader writes it; "" of what has none."""
        return spaced(self.subject.state)

    @property
    def kind(self) -> str:
        return self.subject.kind

    @property
    def horizon(self) -> int | None:
        return self.subject.horizon

    @property
    def elapsed(self) -> Decimal | None:
        """Share of the period that has gone by."""
        return self.pace.elapsed

    @property
    def at_this_pace(self) -> Decimal | None:
        """The cost of the period if spending goes on as it went."""
        return self.pace.cost

    @property
    def runway_days(self) -> int | None:
        """How long the rest of the approved money lasts at that pace."""
        return self.pace.runway

    @property
    def proposed(self) -> bool:
        """Whether it is an epic that is not approved yet: it has no money, and asks for it."""
        return self.level == "epic" and not self.money.columns.asked.absent

    @property
    def approved_elsewhere(self) -> bool:
        """Whether it is an epic that spends in this period what is approved in another."""
        return self.level == "epic" and not self.proposed and self.money.columns.approved.absent

    @property
    def variance_word(self) -> VarianceWord:
        """Under, over, on plan, not stated; "" of a proposal."""
        if self.proposed:
            return ""
        if self.approved_elsewhere and self.variance is not None:
            return "approved in another period"
        return variance_word(self.variance, of_part=self.of_part)

    @property
    def difference(self) -> Difference | None:
        """The variance as a page prints it."""
        if self.approved_elsewhere and self.variance is not None:
            word = in_context("variance", "approved in another period")
            return Difference(self.variance, "plain", word)
        return difference(self.variance)

    @property
    def note(self) -> Text:
        """What a reader must know of this row."""
        return note_of(self.money)

    @property
    def instead(self) -> Text:
        """What stands in place of an amount that is None; "" where nobody states it."""
        return NOT_SHOWN if self.of_part else ""

    def cell(self, column: str, currency: str) -> "Money | Text":
        """An amount with its currency, or what stands in its place."""
        amount: Decimal | None = getattr(self, column)
        return self.instead if amount is None and self.of_part else Money(amount, currency)

    def lacking(self, column: str) -> Text:
        """What a figure lacks, in words; "" of one that is whole, or that is not shown."""
        if self.of_part and getattr(self, column) is None:
            return ""
        lack = next((lack for lack in self.lacks if lack.column == column), None)
        return not_stated(getattr(self.unknown, column), lack)

    @property
    def unstated(self) -> Text:
        """The figures that are not whole, and who does not state a part; "" where all are."""
        if self.of_part:
            return ""
        names = {lack.column: lack.names for lack in self.lacks}
        printed = (name for name in IN_TEXT if getattr(self.unknown, name))
        return joined(
            [
                message("{column}: {parts}", column=name, parts=names[name])
                if name in names
                else name
                for name in printed
            ],
            "; ",
        )

    @property
    def whole_pace(self) -> Decimal | None:
        """What the period will cost at this pace, in whole units: a projection has no cents."""
        return None if self.at_this_pace is None else Decimal(rounded(self.at_this_pace, 0))

    @property
    def spent_words(self) -> Text:
        """The share of the money that is spent, and of the time that has gone by."""
        burn = Percent(self.burn)
        if self.elapsed is None:
            return message("{burn}", burn=burn)
        return message("{burn} of {elapsed}", burn=burn, elapsed=Percent(self.elapsed))

    @property
    def burn_percent(self) -> Decimal | None:
        """How far the bar of its spending reaches, 0 to 100."""
        return None if self.burn is None else min(self.burn * 100, Decimal(100))

    @property
    def elapsed_percent(self) -> Decimal | None:
        """Where the mark of its time stands, 0 to 100."""
        return None if self.elapsed is None else self.elapsed * 100

    @property
    def missing(self) -> int:
        """The most parts that any of its printed figures lacks."""
        return max(int(getattr(self.unknown, name)) for name in COLUMNS)


def row_of(row: Row, subjects: Subjects, clock: PeriodClock, lacks: Lacks) -> FundingRow:
    """One row as the page prints it."""
    of_part = subjects.of_part(row)
    return FundingRow(
        money=row,
        subject=subjects.in_row(row),
        pace=clock.pace(row),
        burn=burn_of(row),
        unknown=missing_of(row),
        lacks=() if of_part else lacks.in_row(row),
        of_part=of_part,
    )


def burn_of(row: Row) -> Decimal | None:
    """The share that is spent, where nothing is missing from either sum."""
    approved, actual = row.columns.approved, row.columns.actual
    if row.level == "unallocated" or not (approved.known and actual.known):
        return None
    return share(burn(approved.amount, actual.amount))


def note_of(row: Row) -> Text:
    """What a reader has to know beside the figures of a row; "" of most."""
    if row.level == "unallocated":
        return unallocated_note(row)
    if row.level == "epic" and not row.columns.asked.absent:
        return message("not approved yet")
    if row.summed and row.stream != TOTAL:
        return message("{columns} summed from below", columns=listed(row.summed))
    return ""


def unallocated_note(row: Row) -> Text:
    """What stands beside the money that no epic has."""
    left, unknown = row.columns.approved.amount, row.columns.approved.unknown
    if left is not None and left < 0:
        return message("its epics were approved more than the value stream has")
    if left is not None and unknown:
        return plural(
            "holds what {n:spelled} epic may take that does not state it",
            "holds what {n:spelled} epics may take that do not state it",
            unknown,
        )
    return ""
