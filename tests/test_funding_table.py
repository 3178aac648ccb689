"""The funding table: its laws for any portfolio, and vectors for every column."""

import sqlite3
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.funding.amount import Total
from leanfolio.figures.funding.burn import at_this_pace, burn, lasts_until, runway
from leanfolio.figures.funding.columns import NAMES
from leanfolio.figures.funding.table import TOTAL, FundingTable, Row, funding
from leanfolio.model import Days, Epic, Item, KeyResult, Objective, Policy, Theme, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.read import Reading
from leanfolio.read.links import link

AS_OF = date(2026, 11, 20)
DIFFERENCES = ("remaining", "variance")  # of a stream incomplete, where one of their sides is


def a_portfolio(*items: Item, **policy: Any) -> Portfolio:
    """These items, linked, under the usual policy."""
    portfolio, _ = link(Reading(items=[Policy(id="portfolio", title="P", **policy), *items]))
    return portfolio


def a_stream(id: str = "VS-1", *budgets: dict[str, Any]) -> ValueStream:
    return ValueStream.model_validate({"id": id, "title": id, "budgets": list(budgets)})


def an_epic(id: str = "EP-1", stream: str | None = "VS-1", **fields: Any) -> Epic:
    """An epic at work; a test names only what it changes."""
    whole = {"id": id, "title": id, "value_stream": stream, "state": "mvp", **fields}
    return Epic.model_validate(whole)


def row(table: FundingTable, level: str, id: str, period: str = TOTAL) -> Row:
    [found] = [
        each for each in table.rows if (each.level, each.id, each.period) == (level, id, period)
    ]
    return found


# Vectors ---------------------------------------------------------------------------------------

H2 = {"period": "2026-H2", "target": 1200000, "approved": 1100000, "forecast": 1150000,
      "actual": 430000}  # fmt: skip


def test_a_stream_shows_what_it_states_and_the_rest_is_unallocated() -> None:
    epic = an_epic(cost=480000, approved=600000, actual=120000)
    table = funding(a_portfolio(a_stream("VS-1", H2), epic), AS_OF)
    stream = row(table, "value-stream", "VS-1", "2026-H2").columns
    rest = row(table, "unallocated", "VS-1", "2026-H2").columns
    assert stream.approved.amount == 1100000
    assert stream.committed.amount == 600000
    assert stream.remaining.amount == 670000
    assert stream.variance.amount == -50000
    assert stream.free.amount == 500000
    assert rest.approved.amount == 500000
    assert rest.forecast.amount == 550000
    assert rest.actual.amount == 310000


def test_what_remains_unallocated_is_unknown_while_an_epic_does_not_state_what_it_spent() -> None:
    stream = a_stream("VS-1", {"period": "2026-H2", "approved": 600000, "actual": 250000})
    table = funding(a_portfolio(stream, an_epic(stream="VS-1", approved=200000)), AS_OF)
    for period in ("2026-H2", TOTAL):
        assert row(table, "value-stream", "VS-1", period).columns.remaining == Total(
            Decimal(350000)
        )
        rest = row(table, "unallocated", "VS-1", period).columns
        assert rest.approved == Total(Decimal(400000)) and rest.remaining == Total(None, 1)


def test_the_forecast_of_an_epic_is_spent_plus_remaining() -> None:
    table = funding(a_portfolio(a_stream(), an_epic(cost=900000, actual=120000)), AS_OF)
    assert row(table, "epic", "EP-1").columns.forecast.amount == 1020000


def test_without_spending_the_cost_is_the_whole() -> None:
    columns = row(
        funding(a_portfolio(a_stream(), an_epic(cost=900000)), AS_OF), "epic", "EP-1"
    ).columns
    assert columns.forecast.amount == 900000
    assert columns.actual.amount is None


def test_nothing_remains_of_a_finished_epic() -> None:
    epic = an_epic(state="done", cost=900000, actual=880000, approved=900000)
    assert row(funding(a_portfolio(epic), AS_OF), "epic", "EP-1").columns.forecast.amount == 880000


def test_a_cancelled_epic_commits_what_it_had_spent() -> None:
    epic = an_epic(state="rejected", cost=900000, actual=20000, approved=600000)
    columns = row(funding(a_portfolio(epic), AS_OF), "epic", "EP-1").columns
    assert columns.committed.amount == columns.forecast.amount == 20000
    assert columns.variance.amount == 580000


def test_an_epic_that_waits_for_its_decision_only_asks() -> None:
    epic = an_epic(state="analyzing", cost=900000)
    table = funding(a_portfolio(a_stream("VS-1", H2), epic), AS_OF)
    columns = row(table, "epic", "EP-1").columns
    assert columns.asked.amount == 900000
    assert columns.forecast.amount is None
    assert row(table, "unallocated", "VS-1").columns.forecast.amount == 1150000
    assert row(table, "value-stream", "VS-1").columns.forecast.unknown == 0


def test_an_epic_is_finished_in_the_period_of_its_last_day() -> None:
    first = {"period": "2026-H1", "approved": 500}
    history = [{"state": "mvp", "on": "2026-01-10"}, {"state": "done", "on": "2026-03-31"}]
    epic = an_epic(state="done", approved=300, history=history)
    table = funding(a_portfolio(a_stream("VS-1", first, H2), epic), AS_OF)
    assert row(table, "epic", "EP-1", "2026-H1").columns.approved.amount == 300
    assert row(table, "value-stream", "VS-1", "2026-H2").columns.committed.amount == 0


def test_what_a_stream_does_not_state_is_the_sum_of_its_epics() -> None:
    one, two = an_epic("EP-1", cost=100, approved=90), an_epic("EP-2", approved=50)
    table = funding(a_portfolio(a_stream(), one, two), AS_OF)
    stream = row(table, "value-stream", "VS-1")
    assert stream.columns.approved.amount == 140
    assert stream.columns.forecast == Total(Decimal(100), 1)
    assert stream.columns.variance == Total(None, 1)  # EP-2 may take more than is left
    assert set(stream.summed) == {"approved", "forecast", "actual"}
    assert stream.columns.target.amount is None


def test_an_epic_without_a_stream_counts_in_the_total() -> None:
    table = funding(a_portfolio(an_epic(stream=None, approved=70)), AS_OF)
    assert row(table, "value-stream", "").columns.approved.amount == 70
    assert table.totals[-1].columns.approved.amount == 70


def test_nothing_at_all_is_no_row_and_a_total_of_nothing() -> None:
    table = funding(a_portfolio(), AS_OF)
    assert table.rows == ()
    assert table.totals[-1].columns.approved.amount is None


def test_of_two_lines_that_share_a_day_the_first_counts() -> None:
    year = {"period": "2026", "approved": 9}
    table = funding(a_portfolio(a_stream("VS-1", H2, year)), AS_OF)
    assert table.totals[-1].columns.approved.amount == 1100000
    assert [str(each.line.period) for each in table.left_out] == ["2026"]


def the_epic_over_two_halves(**fields: Any) -> FundingTable:
    budgets = [
        {"period": "2026-H2", "approved": 300, "actual": 120},
        {"period": "2027-H1", "approved": 200},
    ]
    stream = a_stream("VS-1", H2, {"period": "2027-H1", "approved": 900000})
    return funding(a_portfolio(stream, an_epic(budgets=budgets, **fields)), AS_OF)


def test_an_epic_with_budgets_stands_in_each_of_their_periods() -> None:
    table = the_epic_over_two_halves(cost=350)
    now, later, both = (
        row(table, "epic", "EP-1", period).columns for period in ("2026-H2", "2027-H1", TOTAL)
    )
    assert [each.approved.amount for each in (now, later, both)] == [300, 200, 500]
    assert [each.actual.amount for each in (now, later, both)] == [120, None, 120]
    assert [each.forecast.amount for each in (now, both)] == [470, 470]
    assert [each.remaining.amount for each in (now, later, both)] == [180, 200, 380]
    assert both.variance.amount == 30
    assert row(table, "unallocated", "VS-1", "2027-H1").columns.approved.amount == 899800


def test_what_an_epic_states_as_approved_is_the_sum_of_its_budgets() -> None:
    epic = an_epic(budgets=[{"period": "2026-H2", "approved": 300}, {"period": "2027-H1"}])
    assert epic.approved == 300
    assert epic.actual is None


def test_an_epic_budget_in_a_part_of_a_period_stands_in_that_period() -> None:
    epic = an_epic(budgets=[{"period": "2026-Q4", "approved": 300}])
    table = funding(a_portfolio(a_stream("VS-1", H2), epic), AS_OF)
    assert list(table.periods) == ["2026-H2"]
    assert row(table, "epic", "EP-1", "2026-H2").columns.approved.amount == 300


def test_where_the_stream_has_no_budget_the_periods_are_those_of_the_epic() -> None:
    epic = an_epic(budgets=[{"period": "2026-Q4", "approved": 300}])
    table = funding(a_portfolio(a_stream(), epic), AS_OF)
    assert list(table.periods) == ["2026-Q4"]
    assert table.totals[-1].columns.approved.amount == 300


def test_money_in_another_currency_counts_by_the_newest_rate_that_is_not_of_the_future() -> None:
    rates = [
        {"currency": "USD", "rate": "0.90", "on": "2026-01-01"},
        {"currency": "USD", "rate": "0.92", "on": "2026-10-01"},
        {"currency": "USD", "rate": "0.99", "on": "2027-01-01"},
    ]
    portfolio = a_portfolio(an_epic(approved=100, currency="USD"), rates=rates)
    assert funding(portfolio, AS_OF).totals[-1].columns.approved.amount == Decimal("92.00")


def test_money_without_a_rate_is_unknown_and_never_added() -> None:
    portfolio = a_portfolio(an_epic(approved=100, currency="CHF"), an_epic("EP-2", approved=5))
    approved = funding(portfolio, AS_OF).totals[-1].columns.approved
    assert approved == Total(Decimal(5), 1)


def test_overspent_money_remains_below_zero() -> None:
    columns = row(
        funding(a_portfolio(an_epic(approved=100, actual=130, cost=0)), AS_OF), "epic", "EP-1"
    ).columns
    assert columns.remaining.amount == columns.variance.amount == -30


def test_cents_beyond_28_digits_are_not_lost() -> None:
    odd = Decimal("1." + "0" * 40 + "1")
    table = funding(a_portfolio(an_epic(approved=odd), an_epic("EP-2", approved=10**16)), AS_OF)
    assert table.totals[-1].columns.approved.amount == Decimal(
        "10000000000000001." + "0" * 40 + "1"
    )


def test_nothing_is_spent_of_a_period_to_come() -> None:
    later = {"period": "2027-H1", "approved": 500}
    table = funding(a_portfolio(a_stream("VS-1", H2, later)), AS_OF)
    for level in ("value-stream", "unallocated"):
        columns = row(table, level, "VS-1", "2027-H1").columns
        assert (columns.actual.amount, columns.remaining.amount) == (Decimal(0), Decimal(500))
    assert row(table, "value-stream", "VS-1").columns.remaining.amount == 670500


# Burn ------------------------------------------------------------------------------------------

HALF = Days(date(2026, 7, 1), date(2026, 12, 31))  # 184 days


def test_burn_is_spent_over_approved() -> None:
    assert burn(Decimal(200), Decimal(50)) == Fraction(1, 4)
    assert burn(Decimal(0), Decimal(50)) is None
    assert burn(None, Decimal(50)) is None


def test_half_the_time_at_this_pace_costs_twice_what_was_spent() -> None:
    assert at_this_pace(Decimal(300), HALF, date(2026, 9, 30)) == 600  # 92 of 184 days
    assert at_this_pace(Decimal(300), HALF, date(2026, 6, 30)) is None


def test_the_runway_is_what_is_left_at_the_pace_so_far() -> None:
    assert runway(Decimal(400), Decimal(300), HALF, date(2026, 9, 30)) == 30  # 100 of 300 x 92
    assert runway(Decimal(9000), Decimal(300), HALF, date(2026, 9, 30)) == 92  # and no longer
    assert runway(Decimal(200), Decimal(300), HALF, date(2026, 9, 30)) == 0
    assert runway(Decimal(200), Decimal(0), HALF, date(2026, 9, 30)) is None
    assert runway(Decimal(200), Decimal(50), HALF, date(2027, 1, 1)) is None
    assert lasts_until(30, date(2026, 9, 30)) == date(2026, 10, 30)
    assert lasts_until(10**9, date(2026, 9, 30)) is None


# Laws, for any portfolio ------------------------------------------------------------------------

money = st.none() | st.decimals(0, 10**9, places=2) | st.decimals(0, 1, places=2)
STATES = ("funnel", "analyzing", "mvp", "persevere", "done", "rejected", None)
PERIODS = ("2026-H1", "2026-H2", "2026-Q3", "2027", "PI-9")


served = st.lists(st.sampled_from(["TH-0", "TH-1"]), unique=True)
currencies = st.sampled_from([None, None, "EUR", "USD", "CHF"])
weights = st.dictionaries(
    st.sampled_from([f"KR-{n}" for n in range(5)]),
    st.none() | st.decimals(0, 90, places=1),
    max_size=4,
)
days = st.lists(st.dates(date(2025, 6, 1), date(2027, 1, 1)), max_size=2)


def an_objective(number: int, themes: list[str]) -> Objective:
    """The second serves the first, and so its themes."""
    parent = "OBJ-0" if number == 1 else None
    fields = {"id": f"OBJ-{number}", "title": "O", "themes": themes, "parent": parent}
    return Objective.model_validate(fields)


def a_budget(draw: st.DrawFn, period: str) -> dict[str, Any]:
    amounts = {name: draw(money) for name in ("target", "approved", "forecast", "actual")}
    return {"period": period, "currency": draw(currencies), **amounts}


def epic_budget(draw: st.DrawFn, period: str) -> dict[str, Any]:
    return {"period": period, **{name: draw(money) for name in ("approved", "forecast", "actual")}}


def any_epic(draw: st.DrawFn, id: str, streams: list[str]) -> Epic:
    return an_epic(
        id,
        draw(st.sampled_from([None, *streams])),
        state=draw(st.sampled_from(STATES)),
        history=[{"state": "mvp", "on": day} for day in sorted(draw(days))],
        key_results=draw(weights),
        horizon=draw(st.none() | st.integers(0, 3)),
        kind=draw(st.sampled_from(["business", "enabler"])),
        vendor=draw(st.sampled_from([None, "A", "B"])),
        owner="Ann",
        currency=draw(currencies),
        budgets=[
            epic_budget(draw, period)
            for period in draw(st.lists(st.sampled_from(PERIODS), max_size=2))
        ],
        **{name: draw(money) for name in ("cost", "approved", "actual")},
    )


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    """A small portfolio with gaps, foreign money, overlaps, strays and every state."""
    streams = [f"VS-{n}" for n in range(draw(st.integers(0, 3)))]
    themes = [Theme(id=f"TH-{n}", title="T") for n in range(2)]
    objectives = [an_objective(n, draw(served)) for n in range(3)]
    results = [
        KeyResult.model_validate({"id": f"KR-{n}", "title": "K", "objective": objective})
        for n, objective in enumerate(("OBJ-0", "OBJ-1", "OBJ-2", "OBJ-2", None))
    ]
    items: list[Item] = [*themes, *objectives, *results]
    for id in streams:
        periods = draw(st.lists(st.sampled_from(PERIODS), max_size=3))
        items.append(a_stream(id, *(a_budget(draw, period) for period in periods)))
    items += [any_epic(draw, f"EP-{n}", streams) for n in range(draw(st.integers(0, 7)))]
    return a_portfolio(*items, rates=[{"currency": "USD", "rate": "0.9173", "on": "2026-01-01"}])


def known(rows: Iterable[Row], name: str) -> Decimal:
    amounts = (getattr(each.columns, name).amount for each in rows)
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


@given(portfolios())
def test_a_stream_is_the_sum_of_its_epics_and_what_is_unallocated(portfolio: Portfolio) -> None:
    table = funding(portfolio, AS_OF)
    for parent in table.rows:
        if parent.level != "value-stream":
            continue
        below = [
            each
            for each in table.rows
            if each.level != "value-stream"
            and (each.stream, each.period) == (parent.stream, parent.period)
        ]
        for name in NAMES:
            lacking = any(getattr(each.columns, name).unknown for each in (parent, *below))
            if name not in DIFFERENCES or not lacking:
                assert known([parent], name) == known(below, name), (parent.id, name)


@given(portfolios())
def test_a_difference_in_a_row_is_that_of_its_cells_or_unknown(portfolio: Portfolio) -> None:
    table = funding(portfolio, AS_OF)
    for each in (*table.rows, *table.totals):
        approved = each.columns.approved.amount or Decimal(0)
        for name, other in (("remaining", "actual"), ("variance", "forecast")):
            found = getattr(each.columns, name).amount
            cells = (each.columns.approved.amount, getattr(each.columns, other).amount)
            if each.level == "unallocated" and None in cells:
                continue  # a stream that states one of them no further than its epics do
            if found is not None:
                assert found == approved - (getattr(each.columns, other).amount or Decimal(0))


@given(portfolios())
def test_the_periods_sum_to_the_total_in_every_row(portfolio: Portfolio) -> None:
    table = funding(portfolio, AS_OF)
    if not table.periods:
        return
    for total in table.rows:
        if total.period == TOTAL:
            parts = [
                each
                for each in table.rows
                if each.period != TOTAL and (each.level, each.id) == (total.level, total.id)
            ]
            for name in NAMES:
                if name not in DIFFERENCES or getattr(total.columns, name).known:
                    assert known([total], name) == known(parts, name)


@given(portfolios())
def test_the_totals_are_those_of_an_independent_reckoning_in_cents(portfolio: Portfolio) -> None:
    table = funding(portfolio, AS_OF)
    database = sqlite3.connect(":memory:")
    database.execute(f"create table row (level, id, stream, period, {', '.join(NAMES)})")
    database.executemany(
        f"insert into row values (?, ?, ?, ?{', ?' * len(NAMES)})",
        [
            (each.level, each.id, each.stream, each.period, *(cents(each, name) for name in NAMES))
            for each in table.rows
        ],
    )
    for total in table.totals:
        for name in NAMES:
            query = f"select coalesce(sum({name}), 0) from row where period = ? and level"
            streams = database.execute(f"{query} = 'value-stream'", [total.period]).fetchone()
            below = database.execute(f"{query} <> 'value-stream'", [total.period]).fetchone()
            if name not in DIFFERENCES or getattr(total.columns, name).known:
                assert (cents(total, name) or 0,) == streams
            assert streams == below or name in DIFFERENCES
    database.close()


def cents(row: Row, name: str) -> int | None:
    amount = getattr(row.columns, name).amount
    if amount is None:
        return None
    assert amount * 100 == int(amount * 100)
    return int(amount * 100)


@given(portfolios())
def test_what_nobody_states_is_never_a_number(portfolio: Portfolio) -> None:
    table = funding(portfolio, AS_OF)
    for each in table.rows:
        epic = portfolio.items.get(each.id)
        if each.level == "epic" and isinstance(epic, Epic):
            lacking = table.exchange.lacks(epic.currency)
            if each.period == TOTAL:
                assert (each.columns.actual.amount is None) == (epic.actual is None or lacking)
            elif epic.actual is None:
                assert each.columns.actual.amount is None
            if epic.approved is None:
                assert each.columns.approved.amount is None
                assert each.columns.variance.amount is None


@settings(max_examples=20)
@given(portfolios())
def test_the_table_does_not_depend_on_the_order_of_the_files(portfolio: Portfolio) -> None:
    turned, _ = link(Reading(items=[portfolio.policy, *reversed(list(portfolio.items.values()))]))
    assert funding(turned, AS_OF).rows == funding(portfolio, AS_OF).rows
