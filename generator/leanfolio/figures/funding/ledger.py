"""What was spent: records from CSV, joined by id to epics and value streams."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath

from msgspec import Struct, field

from leanfolio.figures.funding.amount import plus
from leanfolio.figures.funding.csv_rows import CsvRow, read_amount, read_date, rows_of
from leanfolio.figures.funding.currency import Exchange
from leanfolio.model import Epic, Feature, Item, Story, ValueStream
from leanfolio.model.minor_units import too_fine
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.read.suggestions import Suggestions
from leanfolio.wording import Money, readable, tell

COLUMNS = ("date", "item", "amount", "currency")
SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "$": "USD", "₹": "INR", "₩": "KRW", "zł": "PLN"}
CURRENCY = re.compile(r"[A-Z]{3}\Z")


class Spending(Struct, frozen=True):
    """Money spent on a day for an item, as somebody booked it."""

    on: date
    item: str
    amount: Decimal
    currency: str
    note: str
    at: Place

    @property
    def key(self) -> tuple[date, str, Decimal, str, str]:
        """What two records have in common that are one."""
        return self.on, self.item.casefold(), self.amount, self.currency, self.note.casefold()


class Booking(Struct, frozen=True):
    """A record that counts: for an epic, or for a value stream as such."""

    spending: Spending
    epic: str  # "" where it is booked on the value stream itself
    stream: str
    amount: Decimal  # in the portfolio's currency


class Ledger(Struct, frozen=True):
    """All that was spent by a day, and the records that no sum holds for want of a rate."""

    bookings: tuple[Booking, ...] = ()
    not_summed: tuple[Spending, ...] = ()
    of_epic: Mapping[str, Decimal] = field(default_factory=dict)

    def by_epic(self) -> Mapping[str, list[Booking]]:
        """The records of each epic, in the order of the files."""
        groups: dict[str, list[Booking]] = {}
        for booking in self.bookings:
            if booking.epic:
                groups.setdefault(booking.epic, []).append(booking)
        return groups

    def direct(self, stream: str) -> Iterator[Booking]:
        """What was booked on a value stream itself, and not on one of its epics."""
        return (
            booking for booking in self.bookings if booking.stream == stream and not booking.epic
        )


EMPTY = Ledger()


def read_actuals(text: str, path: PurePosixPath) -> tuple[tuple[Spending, ...], list[Problem]]:
    """The records of one CSV text, and a problem with its place for every row that is none.

    Columns: date, item (or value stream), amount, currency, and a note.
    """
    rows, problems = rows_of(
        text, path, COLUMNS, optional=("note",), also={"value_stream": "item", "epic": "item"}
    )
    matches = []
    for row in rows:
        record = spending_of(row)
        if isinstance(record, Spending):
            matches.append(record)
        else:
            problems += record
    return tuple(matches), problems


def spending_of(row: CsvRow) -> Spending | list[Problem]:
    """One row as a record, or everything that is wrong with it."""
    cell = row.cells
    lacking = [name for name in COLUMNS if name not in cell or not cell[name].text]
    if lacking:
        return [value_missing(row, name) for name in lacking]
    on = read_date(cell["date"], "actual-unreadable")
    note = cell["note"].text if "note" in cell else ""
    currency = cell["currency"].text
    amount = read_amount(cell["amount"], "actual-unreadable", currency)
    wrong = [each for each in (on, amount) if isinstance(each, Problem)]
    if not CURRENCY.match(currency):
        wrong.append(currency_unknown(row, currency))
    elif isinstance(amount, Decimal) and (fine := too_fine(amount, currency)):
        wrong.append(Problem(cell["amount"].at, "actual-unreadable", *fine))
    if isinstance(amount, Decimal) and amount < 0 and not note:
        wrong.append(credit_unexplained(row))
    if wrong or isinstance(on, Problem) or isinstance(amount, Problem):
        return wrong
    return Spending(on, cell["item"].text, amount, currency, note, cell["item"].at)


def value_missing(row: CsvRow, name: str) -> Problem:
    """A row lacks what it cannot do without."""
    at = row.cells[name].at if name in row.cells else row.at
    cures = {
        "amount": "leave the row out until the amount is known",
        "currency": "write the currency of the amount: EUR",
        "item": "write the id of an epic or a value stream",
        "date": "write the day on which the money was spent",
    }
    return Problem(at, "actual-unreadable", f"the row has no {name}", cures[name])


def currency_unknown(row: CsvRow, currency: str) -> Problem:
    """What stands for the currency is not three capital letters."""
    message = f"{currency!r} is not a currency"
    code = SIGNS.get(currency, currency.upper())
    hint = f"write three letters: {code if CURRENCY.match(code) else 'EUR'}"
    return Problem(row.cells["currency"].at, "actual-unreadable", message, hint)


def credit_unexplained(row: CsvRow) -> Problem:
    """Money that comes back is booked with a note that says what it was."""
    amount = row.cells["amount"]
    message = f"the amount {amount.text} is negative, and no note says what came back"
    return Problem(amount.at, "actual-unreadable", message, "write a note; or correct the sign")


def book(
    records: Iterable[Spending], portfolio: Portfolio, rates: Exchange, as_of: date
) -> tuple[Ledger, list[Problem]]:
    """The ledger of all records by a day; and what is wrong with those that it leaves out.

    The opening balance of an epic is one more record.
    """
    bookings: list[Booking] = []
    not_summed: list[Spending] = []
    problems: list[Problem] = []
    seen: dict[object, Spending] = {}
    of_epic: dict[str, Decimal] = {}
    holders = [entry.id for model in (ValueStream, Epic) for entry in portfolio.items_of(model)]
    known = Suggestions(holders)
    everything = (*records, *opening_balances(portfolio))
    for record in sorted(everything, key=lambda record: record.at):
        first = seen.setdefault(record.key, record)
        twice = first is not record
        wrong = actual_twice(record, first) if twice else misplaced(record, portfolio, known)
        if wrong:
            problems.append(wrong)
            continue
        epic, stream = holder_of(record.item, portfolio)
        if not epic and not stream:  # its item cannot be read, or is not for this audience
            continue
        problems += doubts(record, portfolio, epic, as_of)
        worth = rates.worth_on(record.amount, record.currency, record.on)
        if record.on > as_of:
            continue
        if worth is None:
            not_summed.append(record)
            continue
        bookings.append(Booking(record, epic, stream, worth))
        if epic:
            of_epic[epic] = plus(of_epic.get(epic, Decimal(0)), worth)
    return Ledger(tuple(bookings), tuple(not_summed), of_epic), problems


def opening_balances(portfolio: Portfolio) -> Iterator[Spending]:
    """What epics had spent before the records begin, each as a record of its day."""
    for epic in portfolio.items_of(Epic):
        opening = epic.opening_balance
        if opening is not None:
            currency = portfolio.currency_of(epic)
            at = epic.at("opening_balance")
            yield Spending(opening.on, epic.id, opening.amount, currency, "opening balance", at)


def holder_of(id: str, portfolio: Portfolio) -> tuple[str, str]:
    """The epic and the value stream on which an item's money is booked; either may be ""."""
    item: Item | None = portfolio.items.get(id)
    if isinstance(item, ValueStream):
        return "", item.id
    if isinstance(item, Story):
        item = portfolio.items.get(item.feature or "")
    if isinstance(item, Feature):
        item = portfolio.items.get(item.epic or "")
    if not isinstance(item, Epic):
        return "", ""
    stream = portfolio.items.get(item.value_stream or "")
    return item.id, stream.id if isinstance(stream, ValueStream) else ""


def actual_twice(record: Spending, first: Spending) -> Problem:
    """The same money is booked once.

    An export that is appended twice would double the spending without a word.

    Fix: delete the second row; or, where the money was spent twice, say so in its note.
    """
    return Problem(
        record.at,
        "actual-twice",
        tell(
            "{amount} for {item} on {on} is booked twice",
            amount=Money(record.amount, record.currency),
            item=record.item,
            on=record.on,
        ),
        tell("delete the row; or tell the two apart in their notes"),
        related=(Related(first.at, "the first is here"),),
    )


def misplaced(record: Spending, portfolio: Portfolio, known: Suggestions) -> Problem | None:
    """Money is booked on an epic, or on a value stream, that exists.

    Spending without an owner is in no total, and nobody misses it.

    Fix: correct the id.
    """
    if record.item in portfolio.absent:
        return None
    if any(holder_of(record.item, portfolio)):
        return None
    if record.item not in portfolio:
        message = tell("{item} does not exist", item=record.item)
        hint = known.hint(record.item, tell("write the id of an epic or a value stream"))
        return Problem(record.at, "actual-misplaced", message, hint)
    message = tell(
        "{item} is a {word}, and has no epic or value stream",
        item=record.item,
        word=readable(portfolio[record.item].WORD),
    )
    return Problem(
        record.at, "actual-misplaced", message, tell("book it on an epic or a value stream")
    )


def doubts(record: Spending, portfolio: Portfolio, epic: str, as_of: date) -> Iterator[Problem]:
    """What makes a record that counts doubtful: the epic was closed, the day is to come."""
    item = portfolio.items.get(epic)
    if isinstance(item, Epic) and portfolio.category_of(item) in CLOSED:
        closed = portfolio.last_entry(item, "done", "cancelled")
        if closed is not None and record.on > closed:
            yield Problem(
                record.at,
                "actual-after-close",
                tell(
                    "{epic} was closed on {closed}, and this was spent on {on}",
                    epic=epic,
                    closed=closed,
                    on=record.on,
                ),
                tell("book it elsewhere; or reopen the epic"),
                "warning",
            )
    today = portfolio.looking_back.written_on if portfolio.looking_back else as_of
    if record.on > today:
        message = tell(
            "{on} is after {today}, the day as of which the figures stand",
            on=record.on,
            today=today,
        )
        yield Problem(
            record.at, "actual-in-the-future", message, tell("correct the date"), "warning"
        )


def disagreements(portfolio: Portfolio, ledger: Ledger, rates: Exchange) -> Iterator[Problem]:
    """An epic's own `actual` says what the ledger says; what the epic says stands until it does.

    Two figures for one thing are one too many.

    Fix: take `actual` out of the epic, and let the ledger speak; what was spent before the records
    begin goes into its `opening_balance`.
    """
    for epic in portfolio.items_of(Epic):
        own, booked = rates.worth(epic.actual, epic.currency), ledger.of_epic.get(epic.id)
        if own is not None and booked is not None and own != booked:
            cure = tell("book what is missing, or correct actual")
            if own < booked:
                cure = tell("take actual out of the epic; the records then count")
            elif epic.opening_balance is None:
                cure = tell(
                    "where {excess} was spent before the records begin, write "
                    "opening_balance: {{on: <day>, amount: <amount>}} instead of actual; "
                    "else book what is missing",
                    excess=Money(own - booked, rates.currency),
                )
            yield Problem(
                epic.at("actual"),
                "actual-differs",
                tell(
                    "{epic} states {own} spent, and {booked} is booked",
                    epic=epic.id,
                    own=Money(own, rates.currency),
                    booked=Money(booked, rates.currency),
                ),
                cure,
                "warning",
            )
