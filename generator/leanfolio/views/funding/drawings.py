"""The drawings of the funding page; each stands beside a table with the same numbers."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from leanfolio.figures.funding.burnup import burn_up
from leanfolio.figures.funding.calendar import period_at
from leanfolio.figures.funding.cuts import Portion
from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.figures.funding.ledger import Ledger
from leanfolio.figures.funding.money_flow import money_flow
from leanfolio.figures.funding.table import TOTAL, FundingTable
from leanfolio.model import Objective
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.funding.bars import (
    BarChart,
    StreamMoney,
    mix_chart,
    stream_chart,
)
from leanfolio.views.funding.burn_up import BurnUpChart, burn_up_chart
from leanfolio.views.funding.guardrails import PARTS
from leanfolio.views.funding.money_flow import FlowPicture, flow_picture
from leanfolio.views.ref import url_of


class FundingGraphs(Struct, frozen=True):
    """Each drawing, or None where there is nothing to draw."""

    flow: FlowPicture | None
    streams: BarChart | None  # of the current period
    period: str
    horizons: BarChart | None
    burn_up: BurnUpChart | None


def graphs_of(
    portfolio: Portfolio,
    table: FundingTable,
    parts: Sequence[Portion],
    verdicts: Sequence[Verdict],
    *,
    ledger: Ledger,
    as_of: date,
) -> FundingGraphs:
    """All drawings of the money of a portfolio."""
    current = period_at(table.periods.values(), as_of)
    period = current.name if current else TOTAL
    mix = next((verdict.mix for verdict in verdicts if verdict.rule == "guardrail-horizons"), None)
    objectives = [objective.id for objective in portfolio.items_of(Objective)]
    flow = money_flow(table.rows, parts, objectives, period, table.exchange.currency)
    hidden = portfolio.hides_money  # and then no sum is drawn that may lack a part of it
    return FundingGraphs(
        flow=None if portfolio.hides_money_of_goals else flow_picture(portfolio, flow, period),
        streams=None if hidden else stream_chart(streams_in(portfolio, table, period)),
        period=period,
        horizons=mix_chart(mix.parts, PARTS) if mix else None,
        burn_up=None if hidden else spending_of(table, period, ledger, as_of),
    )


def streams_in(portfolio: Portfolio, table: FundingTable, period: str) -> list[StreamMoney]:
    """The value streams with their money of one period."""
    return [
        StreamMoney(
            row.id,
            portfolio[row.id].title,
            url_of(portfolio[row.id]),
            row.columns.approved.amount,
            row.columns.forecast.amount,
            row.columns.actual.amount,
        )
        for row in table.rows
        if row.level == "value-stream" and row.stream and row.period == period
    ]


def spending_of(
    table: FundingTable, period: str, ledger: Ledger, as_of: date
) -> BurnUpChart | None:
    """The burn-up of the current period, where the ledger has dated records."""
    current = table.periods.get(period)
    if current is None or current.days is None:
        return None
    approved = next(
        (row.columns.approved.amount for row in table.totals if row.period == period), None
    )
    return burn_up_chart(burn_up(ledger.bookings, current.days, approved), as_of, period)
