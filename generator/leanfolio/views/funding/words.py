"""What the funding page finds, in words.

Sentences hold names and counts, never amounts: how an amount is written is the locale's affair.
"""

from collections.abc import Iterable, Sequence

from leanfolio.figures.funding.table import TOTAL
from leanfolio.views.funding.guardrails import Guardrail
from leanfolio.views.funding.missing_amounts import NotSummed
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.phrase import capital, count, words


def finding(rows: Iterable[FundingRow], period: str, *, lone: bool) -> str:
    """The title of a period's page: which streams are over their money, or that none is."""
    streams = [
        row for row in rows if row.level == "value-stream" and row.period == period and row.stream
    ]
    when = "" if lone else " over all periods" if period == TOTAL else f" in {period}"
    if not streams:
        return f"No value stream has a budget{when or ' yet'}"
    over = [row.title for row in streams if row.variance_word == "over"]
    silent = sum(row.variance is None for row in streams)
    return over_said(over, len(streams), silent, when)


def with_guardrails(said: str, guardrails: Sequence[Guardrail]) -> str:
    """A finding, and how many guardrails are broken."""
    broken = sum(guardrail.broken for guardrail in guardrails)
    if not broken:
        return said
    return f"{said}; {count(broken, 'guardrail')} {'is' if broken == 1 else 'are'} broken"


def over_said(over: Sequence[str], of: int, silent: int, when: str) -> str:
    """Which value streams are forecast to cost more than they were given."""
    if len(over) == 1:
        return f"{over[0]} is forecast over its approved money{when}"
    if over:
        streams = f"{words(len(over))} of {count(of, 'value stream')}"
        return capital(f"{streams} are forecast over their approved money{when}")
    if silent == of:
        return f"No value stream states both its approved money and its forecast{when}"
    if silent:
        judged = f"{silent} of {of} cannot be judged"
        return f"No value stream is over its approved money{when}; {judged}"
    return f"Every value stream is forecast within its approved money{when}"


def lede(total: FundingRow, not_summed: Sequence[NotSummed], *, partial: bool) -> str:
    """What the sums rest on, in a sentence or two."""
    lacking = [
        lack_said(total, column, noun)
        for column, noun in (
            ("approved", "approval"),
            ("forecast", "forecast"),
            ("actual", "actual amount"),
        )
        if getattr(total.unknown, column)
    ]
    said = [f"Not stated, and so in no sum: {'; '.join(lacking)}."] if lacking else []
    if not_summed:
        said.append(capital(f"{count(len(not_summed), 'amount')} could not be summed."))
    if partial:
        said.append("Figures hold what this audience may read.")
    return " ".join(said) or "Every amount is stated; all sums are complete."


def lack_said(total: FundingRow, column: str, noun: str) -> str:
    """Whose forecast is missing; or how many are, where nobody can be named."""
    found = next((lack for lack in total.lacks if lack.column == column), None)
    if found is None:
        return count(getattr(total.unknown, column), noun)
    return f"the {noun} of {found.named}"
