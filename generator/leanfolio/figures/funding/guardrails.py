"""Whether the guardrails of the portfolio held, as of a day."""

from datetime import date

from msgspec.structs import replace

from leanfolio.figures.funding.capacity import capacity
from leanfolio.figures.funding.concentration import concentration
from leanfolio.figures.funding.engagement import engagement
from leanfolio.figures.funding.guardrail import Verdict, of_the_period
from leanfolio.figures.funding.horizons import horizons
from leanfolio.figures.funding.table import FundingTable, committed_now
from leanfolio.figures.funding.threshold import salami, threshold
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import message

OF_EACH = ("guardrail-threshold", "guardrail-salami")  # judged of epics, not of shares
NOT_ALL_SHOWN = message("not everything is shown to this audience")


def verdicts(portfolio: Portfolio, table: FundingTable, as_of: date) -> tuple[Verdict, ...]:
    """Every guardrail that the portfolio has set, judged on the money of this period."""
    rails = portfolio.policy.guardrails
    epics = of_the_period(table.epics, tuple(table.periods.values()), as_of)
    committed = committed_now(table)
    matches: list[Verdict] = []
    if rails.horizons:
        matches.append(horizons(rails.horizons, committed))
    if rails.capacity:
        matches += capacity(rails.capacity, portfolio, as_of)
    if rails.epic_threshold is not None:
        matches.append(threshold(rails.epic_threshold, epics, as_of))
        matches.append(salami(rails.epic_threshold, portfolio, epics, as_of))
    if rails.concentration:
        matches += concentration(rails.concentration, committed)
    if rails.engagement is not None:
        matches.append(engagement(rails.engagement, portfolio, as_of))
    if portfolio.partial:
        matches = [judged_of_a_part(verdict) for verdict in matches]
    return tuple(matches)


def judged_of_a_part(verdict: Verdict) -> Verdict:
    """Return what can be said of a guardrail where an audience may not read everything.

    Large epics without a decision break theirs whatever else there is. That a guardrail holds, and
    every share of a whole, would be said of a part.
    """
    if verdict.rule in OF_EACH and verdict.breaches:
        return verdict
    return replace(verdict, passed=True, mix=None, breaches=(), missing=NOT_ALL_SHOWN)
