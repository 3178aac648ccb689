"""What the funding page finds, in words.

Sentences hold names and counts, never amounts: how an amount is written is the locale's affair.
"""

from collections.abc import Iterable, Sequence

from leanfolio.money.funding import TOTAL
from leanfolio.portfolio import Portfolio
from leanfolio.view.funding_gaps import NotSummed
from leanfolio.view.funding_row import FundingRow
from leanfolio.view.guardrails import Guardrail
from leanfolio.view.phrase import capital, count, listed, words


def finding(rows: Iterable[FundingRow], guardrails: Sequence[Guardrail]) -> str:
    """The title of the page: what is off, or that nothing is."""
    streams = [
        row for row in rows if row.level == "value-stream" and row.period == TOTAL and row.stream
    ]
    over = [row.title for row in streams if row.variance_word == "over"]
    broken = [each for each in guardrails if each.broken]
    if not streams:
        return "No value stream has a budget yet"
    silent = sum(row.variance is None for row in streams)
    said = over_said(over, len(streams), silent)
    if not broken:
        return said
    verb = "is" if len(broken) == 1 else "are"
    return f"{said}; {count(len(broken), 'guardrail')} {verb} broken"


def over_said(over: Sequence[str], of: int, silent: int) -> str:
    """Which value streams are forecast to cost more than they were given."""
    if len(over) == 1:
        return f"{over[0]} is forecast over its approved money"
    if over:
        streams = f"{words(len(over))} of {count(of, 'value stream')}"
        return capital(f"{streams} are forecast over their approved money")
    if silent:
        return f"No value stream is over its approved money; {silent} of {of} cannot be judged"
    return "Every value stream is forecast within its approved money"


def lede(total: FundingRow, not_summed: Sequence[NotSummed], portfolio: Portfolio) -> str:
    """What the sums rest on, in a sentence or two."""
    lacking = [
        count(getattr(total.unknown, name), noun)
        for name, noun in (
            ("approved", "approval"),
            ("forecast", "forecast"),
            ("actual", "actual amount"),
        )
        if getattr(total.unknown, name)
    ]
    said = [capital(f"{listed(lacking)} not stated, and so in no sum.")] if lacking else []
    if not_summed:
        said.append(
            capital(f"{count(len(not_summed), 'amount')} could not be summed; see below the table.")
        )
    if portfolio.withheld:
        said.append("Figures hold what this audience may read.")
    return " ".join(said) or "Every amount is stated; all sums are complete."
