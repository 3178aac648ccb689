"""The four figures at the head of a period's page."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from leanfolio.model import ValueStream
from leanfolio.views.cell import Derivation, SourceLine
from leanfolio.views.derivation import derivation, sum_of
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.ref import Ref
from leanfolio.wording import Message, Money, Percent, Text, formula, joined, message


class KeyFigure(Struct, frozen=True):
    """An amount with its name, what to hold it against, and how it came about."""

    key: str  # its anchor
    label: Message
    amount: Decimal | None
    note: Text
    how: Derivation
    sign: str = ""
    instead: Text = ""  # what stands in place of an amount that is not shown


def key_figures(
    row: FundingRow, title: Text, currency: str, streams: Sequence[FundingRow], *, partial: bool
) -> Iterator[KeyFigure]:
    """What is approved, committed and spent in a period, and the variance.

    `row` is the total of the period, `title` its name, `streams` what it sums. Where money is
    hidden from this audience (`partial`) no sum that may lack it is shown.
    """
    label = message("Approved, {period}", period=title)
    instead = row.instead if row.approved is None else ""
    approved = sum_of_streams("approved", row.approved, streams, currency)
    note = row.lacking("approved") or currency
    yield KeyFigure("approved", label, row.approved, note, approved, instead=instead)
    names = {
        "committed": message("Committed to epics"),
        "spent": message("Spent"),
        "variance": message("Variance"),
    }
    if partial:
        for key, name in names.items():
            how = derivation(MAY_LACK_A_PART)
            yield KeyFigure(key, name, None, MAY_LACK_A_PART, how, instead=row.instead)
        return
    committed = sum_of_streams("committed", row.committed, streams, currency)
    yield KeyFigure("committed", names["committed"], row.committed, free_note(row), committed)
    actual = sum_of_streams("actual", row.actual, streams, currency)
    yield KeyFigure("spent", names["spent"], row.actual, spent_note(row), actual)
    variance = row.difference
    yield KeyFigure(
        "variance",
        names["variance"],
        variance.size if variance else None,
        variance_note(row),
        variance_sum(row, streams, currency),
        variance.sign if variance else "",
    )


def sum_of_streams(
    column: str, total: Decimal | None, streams: Sequence[FundingRow], currency: str
) -> Derivation:
    """A column of the table, value stream by value stream."""
    amounts = [getattr(stream, column) for stream in streams]
    known = [amount for amount in amounts if amount is not None]
    arithmetic: Text = message("no value stream states an amount")
    if total is not None and known and sum(known, Decimal(0)) == total:
        arithmetic = sum_of([Money(amount, currency) for amount in known], Money(total, currency))
    elif known:
        arithmetic = message("a sum of the table below, which says what it lacks")
    return derivation(arithmetic, lines(streams, column, currency))


def variance_sum(row: FundingRow, streams: Sequence[FundingRow], currency: str) -> Derivation:
    """What is approved less what is forecast, value stream by value stream."""
    if row.variance is None or row.approved is None or row.forecast is None:
        return derivation(variance_note(row), lines(streams, "variance", currency))
    approved, forecast, difference = (
        Money(amount, currency) for amount in (row.approved, row.forecast, row.variance)
    )
    if row.approved - row.forecast != row.variance:
        arithmetic: Text = message("a sum of the table below, which says what it lacks")
    else:
        arithmetic = formula(approved, " − ", forecast, " = ", difference)
    return derivation(arithmetic, lines(streams, "variance", currency))


def lines(streams: Sequence[FundingRow], column: str, currency: str) -> Iterator[SourceLine]:
    """What each value stream brings to a column, and where its budgets are written."""
    for stream in streams:
        if stream.url and stream.subject.place:
            named = Ref(stream.id, ValueStream.TYPE, ValueStream.WORD, stream.title, stream.url)
            yield SourceLine(named, stream.cell(column, currency), stream.subject.place)


MAY_LACK_A_PART = message("some of its parts are not for this audience")


def free_note(row: FundingRow) -> Message:
    """What is approved and not committed."""
    if row.free is None:
        return message("of what is approved, the rest is not stated")
    return message("{amount} approved and not committed", amount=Money(row.free, ""))


def spent_note(row: FundingRow) -> Text:
    """The share of the money against the share of the time; or what is missing for that."""
    if row.burn is not None and row.elapsed is not None:
        return message(
            "{burn} of the money, {elapsed} of the time",
            burn=Percent(row.burn),
            elapsed=Percent(row.elapsed),
        )
    return row.lacking("actual") or message("its share cannot be told: amounts are missing")


def variance_note(row: FundingRow) -> Text:
    """Whether the forecast is over or under, and what the variance lacks."""
    if row.difference:
        note = message("{word}: approved less forecast", word=row.difference.word)
    else:
        note = message("approved less forecast")
    lacking = row.lacking("variance")
    return joined((note, lacking), "; ") if lacking else note
