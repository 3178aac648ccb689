"""The money of a board pack: the current period by value stream, and the guardrails."""

from collections.abc import Iterator

from leanfolio.figures.funding.table import TOTAL
from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Tag, Value, headers
from leanfolio.views.funding.funding import Funding
from leanfolio.views.funding.guardrails import guardrails_finding
from leanfolio.views.funding.key_figures import KeyFigure, key_figures
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.meetings.section import GUARDRAILS, WholeView, cut
from leanfolio.views.pack.sheet import Headline, Sheet
from leanfolio.views.ref import Ref
from leanfolio.wording import Money, Percent, Text, message

FUNDING = WholeView(message("Funding"), "funding.html")
LABELS = (
    "Value stream", "Approved#", "Committed#", "Forecast#", "Spent#", "Of approved#", "Remaining#",
    "Variance#", "Verdict",
)  # fmt: skip
SUMS = {True: message("All value streams"), False: message("No value stream")}
MOST_STREAMS = 12
MOST_RAILS = 8
PART = message("Funding")


def funding_sheet(built: Built) -> Sheet:
    """The current period: four figures, each value stream, and whether the guardrails hold."""
    funding = built.figures.funding
    rails = rails_table(funding)
    return Sheet(
        anchor="funding",
        part=PART,
        finding=funding.finding,
        whole=FUNDING,
        summary=funding.summary,
        headlines=tuple(headlines(built)),
        tables=(streams_table(funding), *([rails] if rails.rows else [])),
        notes=tuple(notes_on(funding)),
    )


def headlines(built: Built) -> Iterator[Headline]:
    """What is approved, committed and spent, and the variance, as the funding page has them."""
    funding = built.figures.funding
    currency = funding.currency
    for figure in key_figures(
        funding.current,
        funding.period_title,
        currency,
        funding.streams,
        partial=funding.partial,
    ):
        note = "" if figure.note == currency else figure.note
        yield Headline(figure.label, signed(figure, currency), note)


def signed(figure: KeyFigure, currency: str) -> Money | Text:
    """The amount of a figure with its sign; or what stands in its place."""
    amount = figure.amount
    if amount is None and figure.instead:
        return figure.instead
    if amount is not None and figure.sign == "−":
        amount = -amount
    return Money(amount, currency)


def streams_table(funding: Funding) -> Table:
    """The value streams in the current period, and all money below them."""
    rows = (*funding.streams, funding.current)
    table = Table("Money by value stream", headers(*LABELS), tuple(map(stream_row, rows)))
    return cut(table, MOST_STREAMS, FUNDING, total=True)


def stream_row(row: FundingRow) -> tuple[Value, ...]:
    """The money of one value stream, and what its sums lack."""
    name: Value = Ref(row.id, "", "", row.title, row.url) if row.url else SUMS[row.stream == TOTAL]
    word = row.difference
    return (
        name,
        *(amount_cell(row, column) for column in ("approved", "committed", "forecast", "actual")),
        None if row.burn is None else Percent(row.burn),
        amount_cell(row, "remaining"),
        amount_cell(row, "variance"),
        Tag(word.tone, word.word) if word else None,
    )  # fmt: skip


def amount_cell(row: FundingRow, column: str) -> Value:
    """An amount with what is not stated of it; None where nothing is stated and nothing missed."""
    value, lacking = getattr(row, column), row.lacking(column)
    if value is None:
        return lacking or row.instead or None
    amount = Money(value, "")
    return message("{amount}; {lacking}", amount=amount, lacking=lacking) if lacking else amount


def rails_table(funding: Funding) -> Table:
    """The guardrails, those that are broken first, then those that are not judged."""
    ordered = sorted(funding.guardrails, key=lambda rail: (not rail.broken, bool(rail.pass_)))
    rows = tuple((rail.name, rail.verdict, rail.detail) for rail in ordered)
    table = Table("Guardrails", headers("Guardrail", "Verdict", "What was found"), rows)
    return cut(table, MOST_RAILS, GUARDRAILS)


def notes_on(funding: Funding) -> Iterator[Text]:
    """The unit of the amounts, the period, the pace, and how many guardrails hold."""
    yield message(
        "Amounts are in {currency}, of {period}.",
        currency=funding.currency, period=funding.period_title,
    )  # fmt: skip
    yield message("{sentence}.", sentence=funding.pace)
    if funding.guardrails:
        yield message("{sentence}.", sentence=guardrails_finding(funding.guardrails))
