"""The four figures at the head of a period's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from leanfolio.views.funding.rows import FundingRow
from leanfolio.wording import Message, Money, Percent, Text, joined, message


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """An amount with its name, and what to hold it against."""

    label: Message
    amount: Decimal | None
    note: Text
    sign: str = ""
    instead: Text = ""  # what stands in place of an amount that is not shown


def key_figures(
    row: FundingRow, title: Text, currency: str, *, partial: bool
) -> Iterator[KeyFigure]:
    """What is approved, committed and spent in a period, and the variance.

    `row` is the total of the period, `title` its name. Where money is hidden from this audience
    (`partial`) no sum that may lack it is shown.
    """
    label = message("Approved, {period}", period=title)
    instead = row.instead if row.approved is None else ""
    yield KeyFigure(label, row.approved, row.lacking("approved") or currency, instead=instead)
    committed, spent = message("Committed to epics"), message("Spent")
    if partial:
        for name in (committed, spent, message("Variance")):
            yield KeyFigure(name, None, MAY_LACK_A_PART, instead=row.instead)
        return
    yield KeyFigure(committed, row.committed, free_note(row))
    yield KeyFigure(spent, row.actual, spent_note(row))
    variance = row.difference
    if variance is None:
        yield KeyFigure(message("Variance"), None, variance_note(row))
    else:
        yield KeyFigure(message("Variance"), variance.size, variance_note(row), variance.sign)


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
