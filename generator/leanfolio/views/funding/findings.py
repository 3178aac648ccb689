"""What the funding pages find, in words.

Sentences hold names and counts, never amounts: the amounts stand in the table below them.
"""

from collections.abc import Sequence

from leanfolio.figures.funding.table import TOTAL
from leanfolio.views.funding.guardrails import Guardrail
from leanfolio.views.funding.missing_amounts import NotSummed
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.partial import of_what_is_shown
from leanfolio.wording import Message, Percent, Text, joined, many, message, of_all, plural

PRINTED = ("target", "approved", "committed", "forecast", "actual", "remaining", "variance")
NOT_JUDGED = message(
    "Whether the approved money is enough is not judged here: not everything is shown to this "
    "audience"
)
CANNOT_BE_JUDGED = message("Whether the approved money is enough cannot be judged")
ALL_WITHIN = message("Every value stream is forecast within its approved money")
NO_BUDGET_SHOWN = message("No budget of a value stream is shown")
NO_BUDGET = message("No value stream has a budget")


def finding(rows: Sequence[FundingRow], period: str, *, lone: bool, partial: bool = False) -> Text:
    """The title of a period's page: which streams are over their money, or that none is.

    `lone` says that the portfolio has this period alone and it runs, so that it needs no name;
    `partial` that money is hidden from this audience.
    """
    streams = [
        row for row in rows if row.level == "value-stream" and row.period == period and row.stream
    ]
    if not streams and lone:
        return of_what_is_shown(
            message("No value stream has a budget yet"),
            NO_BUDGET_SHOWN,
            partial=partial,
        )
    if partial:
        return with_period(NOT_JUDGED if streams else NO_BUDGET_SHOWN, period, lone=lone)
    over = [row.title for row in streams if row.variance_word == "over"]
    unknown = [row.stream for row in streams if row.variance is None]
    first = with_period(over_finding(over, len(streams), len(unknown)), period, lone=lone)
    if over or not unknown:
        return first
    epics = [
        row
        for row in rows
        if row.level == "epic" and row.period == period and row.stream in unknown
    ]
    reason = not_judged_reason(epics)
    if len(unknown) == len(streams):
        return joined((first, reason), ": ") if reason else first
    judged = message("{unknown} of {all} cannot be judged", unknown=len(unknown), all=len(streams))
    return joined((first, joined((judged, reason), ": ") if reason else judged), "; ")


def with_period(finding: Text, period: str, *, lone: bool) -> Text:
    """A finding, and the period that it is of, where that needs a name."""
    if lone:
        return finding
    if period == TOTAL:
        return message("{finding} over all periods", finding=finding)
    return message("{finding} in {period}", finding=finding, period=period)


def not_judged_reason(epics: Sequence[FundingRow]) -> Message | None:
    """What the epics of value streams that cannot be judged do not state."""
    no_forecast = sum(bool(row.unknown.forecast) for row in epics)
    if no_forecast:
        return plural(
            "{n:spelled} epic states no forecast",
            "{n:spelled} epics state no forecast",
            no_forecast,
        )
    no_approval = sum(bool(row.unknown.approved) for row in epics)
    if no_approval:
        return plural(
            "{n:spelled} epic states no approved money",
            "{n:spelled} epics state no approved money",
            no_approval,
        )
    return None


def over_finding(over: Sequence[str], streams: int, unknown: int) -> Message:
    """Which of so many value streams are forecast to cost more than they were given.

    `over` holds the titles of those that are; of `unknown` streams nobody can say.
    """
    if len(over) == 1:
        return message("{stream} is forecast over its approved money", stream=over[0])
    within = within_finding(streams, unknown)
    return of_all(
        len(over),
        streams,
        empty=NO_BUDGET,
        only=within,
        only_not=within,
        both=message("Both value streams are forecast over their approved money"),
        neither=within,
        every=many("all {n:spelled} value streams are forecast over their approved money", streams),
        none=within,
        some=plural(
            "{n:pronoun} of {whole:spelled} value streams is forecast over its approved money",
            "{n:pronoun} of {whole:spelled} value streams are forecast over their approved money",
            len(over),
            whole=streams,
        ),
    ).sentence()


def within_finding(streams: int, unknown: int) -> Message:
    """What is found where no value stream is over."""
    if unknown == streams:
        return CANNOT_BE_JUDGED
    if unknown:
        return message("No value stream is over its approved money")
    return ALL_WITHIN


def with_guardrails(finding: Text, guardrails: Sequence[Guardrail]) -> Text:
    """A finding, and how many guardrails are broken."""
    broken = sum(guardrail.broken for guardrail in guardrails)
    if not broken:
        return finding
    count = plural("{n:spelled} guardrail is broken", "{n:spelled} guardrails are broken", broken)
    return joined((finding, count), "; ")


def pace_finding(row: FundingRow, period: str | None) -> Message:
    """How the money that is spent stands to the time that is gone; `period` names which."""
    if row.of_part:
        return message("How fast the money goes is not shown to this audience")
    if row.burn is None or row.elapsed is None:
        return message("The pace of spending cannot be told: amounts are missing")
    burn, elapsed = Percent(row.burn), Percent(row.elapsed)
    if period is None:
        return message(
            "{burn} of the money is spent, {elapsed} of the time is gone",
            burn=burn,
            elapsed=elapsed,
        )
    return message(
        "{burn} of the money of {period} is spent, {elapsed} of the time is gone",
        burn=burn,
        period=period,
        elapsed=elapsed,
    )


def printed_rows(rows: Sequence[FundingRow], period: str, current: str) -> list[FundingRow]:
    """The rows of a period's page: those of its table, and on the current page the proposals."""
    return [
        row
        for row in rows
        if (row.period == TOTAL and period == current if row.proposed else row.period == period)
    ]


def lacks_a_cell(row: FundingRow) -> bool:
    """Whether a printed amount of a row is not stated, or lacks a part."""
    names = ("asked",) if row.proposed else PRINTED
    return any(getattr(row.unknown, name) for name in names)


def summary(
    total: FundingRow,
    rows: Sequence[FundingRow],
    not_summed: Sequence[NotSummed],
    *,
    partial: bool,
) -> Text:
    """What the sums rest on, in a sentence or two; `rows` are those of the page."""
    if not rows and not not_summed:
        return of_what_is_shown(
            message("No amount is stated yet."), message("No amount is shown."), partial=partial
        )
    if total.of_part:
        return message("Sums of which a part is not for this audience are not shown.")
    columns = ("approved", "forecast", "actual")
    lacking = [lacking_part(total, name) for name in columns if getattr(total.unknown, name)]
    sentences: list[Text] = []
    if lacking:
        amounts = joined(lacking, "; ")
        sentences.append(message("Not stated, and so in no sum: {amounts}.", amounts=amounts))
    silent = sum(lacks_a_cell(row) for row in rows)
    if silent and not lacking:
        sentences.append(
            plural(
                "The sums of what is approved, forecast and spent are complete; in {n:spelled} row"
                " an amount is not stated.",
                "The sums of what is approved, forecast and spent are complete; in {n:spelled} rows"
                " an amount is not stated.",
                silent,
            )
        )
    if not_summed:
        count = plural(
            "{n:spelled} amount could not be summed.",
            "{n:spelled} amounts could not be summed.",
            len(not_summed),
        )
        sentences.append(count.sentence())
    if sentences:
        return joined(sentences, " ")
    return message("Every amount is stated; all sums are complete.")


def lacking_part(total: FundingRow, column: str) -> Message:
    """Whose forecast is missing; or how many are, where nobody can be named."""
    lack = next((lack for lack in total.lacks if lack.column == column), None)
    number = getattr(total.unknown, column)
    match column:
        case "approved" if lack:
            return message("the approval of {names}", names=lack.names)
        case "forecast" if lack:
            return message("the forecast of {names}", names=lack.names)
        case _ if lack:
            return message("the actual amount of {names}", names=lack.names)
        case "approved":
            return plural("{n:spelled} approval", "{n:spelled} approvals", number)
        case "forecast":
            return plural("{n:spelled} forecast", "{n:spelled} forecasts", number)
    return plural("{n:spelled} actual amount", "{n:spelled} actual amounts", number)
