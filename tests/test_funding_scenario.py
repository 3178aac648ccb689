"""Another way to share the money: what it moves, what it breaks, what delay it costs."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

from hypothesis import given, settings

from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.baseline import Reallocation, since_baseline
from leanfolio.figures.funding.currency import exchange
from leanfolio.figures.funding.scenario import Scenario, applied, read_scenario
from leanfolio.figures.funding.table import funding
from leanfolio.figures.scenario_comparison import (
    Comparison,
    DelayCost,
    compare,
    delay_cost,
)
from leanfolio.model import Origin, ValueStream
from leanfolio.model.portfolio import Portfolio
from test_funding_table import a_portfolio, a_stream, an_epic, portfolios

AS_OF = date(2026, 11, 20)
PATH = PurePosixPath("scenarios/bold.yml")
H2 = {"period": "2026-H2", "approved": 1000, "forecast": 900}


def the_portfolio() -> Portfolio:
    """One epic at work; one that asks, and loses 20 a week; a mix that holds as it is."""
    return a_portfolio(
        a_stream("VS-1", H2),
        a_stream("VS-2", {"period": "2026-H2", "approved": 100}),
        an_epic("EP-1", approved=400, horizon=1, cost_of_delay={"revenue": 5}),
        an_epic("EP-2", state="ready", cost=300, horizon=3, cost_of_delay=20),
        guardrails={"horizons": {"targets": {1: 100}, "tolerance": 20}},
    )


def read(fields: dict[str, Any]) -> tuple[Scenario, list[str]]:
    scenario, problems = read_scenario(fields, Origin(PATH), the_portfolio())
    return scenario, [f"{problem.message}: {problem.hint}" for problem in problems]


def side_by_side(present: Portfolio, other: Portfolio) -> Comparison:
    return compare(Facts(present, AS_OF), Facts(other, AS_OF))


def beside(fields: dict[str, Any]) -> Comparison:
    scenario, problems = read(fields)
    assert problems == []
    present = the_portfolio()
    return side_by_side(present, applied(scenario, present))


def test_a_scenario_that_changes_nothing_moves_nothing() -> None:
    found = beside({"title": "As it is"})
    assert (found.moved, found.entered, found.left) == ((), (), ())


def test_money_that_moves_is_told_row_by_row() -> None:
    found = beside({"epics": {"EP-1": {"approved": 150}, "EP-2": {"approved": 250}}})
    assert (found.given, found.taken) == (Decimal(250), Decimal(250))
    moved = {(each.level, each.id, each.period): each.columns for each in found.moved}
    assert moved["epic", "EP-1", "total"]["approved"] == (Decimal(400), Decimal(150))
    assert moved["epic", "EP-2", "total"]["approved"] == (None, Decimal(250))


def test_an_epic_that_enters_gains_the_delay_that_it_no_longer_costs() -> None:
    found = beside({"epics": {"EP-2": {"approved": 300}, "EP-1": {"approved": 0}}})
    assert (found.entered, found.left) == (("EP-2",), ("EP-1",))
    assert found.gained.per_week == 20
    assert found.lost.per_week == 5
    assert found.gained.unknown == ()


def test_a_cost_of_delay_that_nobody_states_is_unknown_and_another_currency_is_converted() -> None:
    scored: dict[str, Any] = {"business_value": 5, "time_criticality": 3, "risk_opportunity": 2}
    rates = [{"currency": "USD", "rate": "0.5", "on": "2026-01-01"}]
    portfolio = a_portfolio(
        an_epic("EP-1", **scored),
        an_epic("EP-2", cost_of_delay=100, currency="USD"),
        an_epic("EP-3", cost_of_delay=100, currency="CHF"),
        rates=rates,
    )
    rate = exchange(portfolio.policy, AS_OF)
    assert delay_cost(portfolio, (), rate) == DelayCost(Fraction(0), Fraction(0), ())
    assert delay_cost(portfolio, ("EP-1",), rate) == DelayCost(None, Fraction(10), ("EP-1",))
    assert delay_cost(portfolio, ("EP-2",), rate).per_week == 50
    both = delay_cost(portfolio, ("EP-1", "EP-2", "EP-3"), rate)
    assert (both.per_week, both.unknown) == (Fraction(50), ("EP-1", "EP-3"))


def test_a_guardrail_that_the_scenario_breaks_is_named() -> None:
    found = beside({"epics": {"EP-2": {"approved": 300}}})
    assert [each.rule for each in found.newly_broken] == ["guardrail-horizons"]
    assert found.mended == ()


def test_a_guardrail_without_anything_left_to_judge_is_not_put_right() -> None:
    broken = the_portfolio()
    broken = applied(read({"epics": {"EP-2": {"approved": 300}}})[0], broken)
    empty = applied(read({"epics": {"EP-1": {"state": "ready", "approved": None}}})[0], broken)
    empty = applied(read({"epics": {"EP-2": {"approved": None}}})[0], empty)
    found = side_by_side(broken, empty)
    assert [each.missing for each in found.after] != [""]
    assert (found.kept, found.broken, found.mended) == ((), (), ())


def test_an_approval_of_a_stream_and_the_stream_of_an_epic_can_change() -> None:
    fields = {
        "value_streams": {"VS-1": {"2026-H2": 700}},
        "epics": {"EP-1": {"value_stream": "VS-2"}},
    }
    scenario, _ = read(fields)
    other = applied(scenario, the_portfolio())
    stream = other["VS-1"]
    assert isinstance(stream, ValueStream)
    assert stream.budgets[0].approved == 700
    assert [member.id for member in other.members_of("VS-2", type(other["EP-1"]))] == ["EP-1"]


def test_what_a_scenario_cannot_mean_is_told_with_a_cure() -> None:
    _, problems = read({
        "epcs": {}, "epics": {"EP1": {}, "EP-1": {"owner": "Ann", "approved": "lots"}},
        "value_streams": {"VS-1": {"2026-H1": 5, "2026-H2": "50%"}, "VVS-1": {}},
    })  # fmt: skip
    starts = [
        "the field 'epcs' is unknown: did you mean epics?",
        "EP1 is not an epic: did you mean EP-1?",
        "EP-1 cannot change owner in a scenario: use approved, cost, state, horizon, value_stream",
        "EP-1 has approved: 'lots' is not a number",
        "2026-H1 is not a budget period of VS-1: name a budget period",
        "VS-1 in 2026-H2: '50%' is not a number",
        "VVS-1 is not a value stream: did you mean VS-1?",
    ]
    assert len(problems) == len(starts)
    for problem, start in zip(problems, starts, strict=True):
        assert problem.startswith(start)


@settings(max_examples=30)
@given(portfolios())
def test_beside_itself_nothing_moves(portfolio: Portfolio) -> None:
    found = side_by_side(portfolio, portfolio)
    assert found.given == 0
    assert found.moved == ()
    assert found.newly_broken == found.mended == ()


# Baseline ---------------------------------------------------------------------------------------


def test_a_rebaseline_does_not_hide_the_variance() -> None:
    entries = [
        Reallocation(date(2026, 9, 1), "2026-H2", Decimal(300), "VS-2", "VS-1", "Board", "Overrun"),
        Reallocation(date(2026, 10, 1), "2026-H2", Decimal(50), "VS-1", "", "Board", "Given back"),
        Reallocation(date(2026, 12, 1), "2026-H2", Decimal(99), "VS-2", "VS-1", "Board", "To come"),
    ]
    one, two = since_baseline(funding(the_portfolio(), AS_OF), entries, AS_OF)
    assert (one.approved, one.moved, one.baseline) == (Decimal(1000), Decimal(250), Decimal(750))
    assert (one.variance, one.against_baseline) == (Decimal(100), Decimal(-150))
    assert [entry.why for entry in one.entries] == ["Overrun", "Given back"]
    assert (two.baseline, two.variance) == (Decimal(400), None)
