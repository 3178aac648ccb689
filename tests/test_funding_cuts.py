"""The same money cut in other ways always sums to the same total, to the last cent."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.funding.cuts import (
    KEYS,
    NONE,
    SPLIT,
    UNALLOCATED,
    Portion,
    cut,
    portions,
    portions_in,
)
from leanfolio.figures.funding.goals import approved_for, goal_money
from leanfolio.figures.funding.money_flow import MOST_OBJECTIVES, MOST_STREAMS, money_flow
from leanfolio.figures.funding.outcome import Way, outcome_costs, per_point
from leanfolio.figures.funding.split import split
from leanfolio.figures.funding.table import funding
from leanfolio.model import Days, Item, KeyResult, Objective, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.strategy import strategy_view
from test_funding_table import a_portfolio, a_stream, an_epic, portfolios
from test_site import sample
from test_views_pages import walked

AS_OF = date(2026, 11, 20)


def test_a_cent_that_is_left_over_goes_to_the_largest_remainder() -> None:
    thirds = {each: Fraction(1, 3) for each in "abc"}
    assert split(Decimal(100), thirds) == {
        "a": Decimal("33.34"), "b": Decimal("33.33"), "c": Decimal("33.33"),
    }  # fmt: skip
    assert split(Decimal("0.05"), {"a": Fraction(7, 10), "b": Fraction(3, 10)}) == {
        "a": Decimal("0.04"), "b": Decimal("0.01"),
    }  # fmt: skip


def test_money_that_is_taken_back_is_split_as_it_was_given() -> None:
    shares = {"a": Fraction(1, 3), "b": Fraction(2, 3)}
    given, back = split(Decimal(10), shares), split(Decimal(-10), shares)
    assert back == {key: -amount for key, amount in given.items()}


def test_an_amount_finer_than_a_cent_is_split_as_finely() -> None:
    halves = {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    assert sum(split(Decimal("0.0005"), halves).values()) == Decimal("0.0005")


def test_no_shares_carry_nothing() -> None:
    assert split(Decimal(5), {}) == {}


@given(
    st.decimals(-(10**12), 10**12, places=2),
    st.lists(st.fractions(0, 100), min_size=1, max_size=12).filter(lambda each: sum(each) > 0),
)
def test_a_split_sums_to_the_cent_and_no_part_is_off_by_a_cent(
    amount: Decimal, weights: list[Fraction]
) -> None:
    shares = {str(n): weight / sum(weights) for n, weight in enumerate(weights)}
    parts = split(amount, shares)
    assert sum(parts.values()) == amount
    for key, part in parts.items():
        assert abs(Fraction(part) - Fraction(amount) * shares[key]) < Fraction(1, 100)


def a_strategy() -> list[Item]:
    """Two themes; an objective that serves both, and one that serves the second through it."""
    return [
        Theme(id="TH-1", title="One"),
        Theme(id="TH-2", title="Two"),
        Objective.model_validate({"id": "OBJ-1", "title": "Both", "themes": ["TH-1", "TH-2"]}),
        Objective(id="OBJ-2", title="Below", parent="OBJ-1"),
        KeyResult(id="KR-1", title="First", objective="OBJ-1"),
        KeyResult(id="KR-2", title="Second", objective="OBJ-2"),
    ]


def all_portions(portfolio: Portfolio) -> tuple[Portion, ...]:
    return portions(portfolio, funding(portfolio, AS_OF).epics)


def by(name: str, portfolio: Portfolio, column: str = "approved") -> dict[str, Decimal | None]:
    found = cut(name, all_portions(portfolio))
    return {each.key: each.columns[column].amount for each in found.slices}


def test_an_epic_is_split_over_its_key_results_by_weight() -> None:
    epic = an_epic(approved=1000, key_results={"KR-1": 70, "KR-2": 30})
    portfolio = a_portfolio(*a_strategy(), epic)
    assert by("key-result", portfolio) == {"KR-1": 700, "KR-2": 300}
    assert by("objective", portfolio) == {"OBJ-1": 700, "OBJ-2": 300}


def test_an_objective_shares_its_money_equally_between_its_themes() -> None:
    epic = an_epic(approved=Decimal("0.01"), key_results={"KR-2": None})
    assert by("theme", a_portfolio(*a_strategy(), epic)) == {"TH-1": Decimal("0.01"), "TH-2": 0}


def test_money_that_moves_no_key_result_stands_apart() -> None:
    assert by("theme", a_portfolio(*a_strategy(), an_epic(approved=5))) == {NONE: 5}


def test_an_epic_that_states_nothing_is_missed_once() -> None:
    epic = an_epic(key_results={"KR-1": None, "KR-2": None})
    found = cut("objective", all_portions(a_portfolio(*a_strategy(), epic)))
    assert [each.columns["approved"].unknown for each in found.slices] == [1, 1]
    assert found.total.columns["approved"].unknown == 1


@given(portfolios(), st.sampled_from(sorted(KEYS)))
def test_every_cut_sums_to_the_total_of_the_funding_table(portfolio: Portfolio, name: str) -> None:
    table = funding(portfolio, AS_OF)
    whole = table.totals[-1].columns
    found = cut(name, portions(portfolio, table.epics), (), whole)
    for column in SPLIT:
        parts = [each.columns[column].amount for each in found.slices]
        total = sum((part for part in parts if part is not None), Decimal(0))
        assert total == (getattr(whole, column).amount or 0)


# What progress has cost -------------------------------------------------------------------------

ONE = {"KR-1": None}


@given(portfolios())
def test_the_money_of_a_period_sums_by_theme_to_its_row_of_the_funding_table(
    portfolio: Portfolio,
) -> None:
    table = funding(portfolio, AS_OF)
    every = portions(portfolio, table.epics)
    for row in table.totals:
        parts = portions_in(portfolio, table, every, row.period)
        by_theme = cut("theme", parts, whole=row.columns)
        for name in SPLIT:
            total = getattr(row.columns, name)
            found = [part.columns[name].amount for part in by_theme.slices]
            known = [amount for amount in found if amount is not None]
            if total.known and len(known) == len(found):
                assert sum(known, Decimal(0)) == total.amount, (row.period, name)
        own = [entry for entry in table.rows if (entry.level, entry.period) == ("epic", row.period)]
        lacking = {entry.id for entry in own if entry.columns.committed.unknown}
        told = sum(part.columns["committed"].unknown for part in by_theme.slices[:-1])
        assert bool(told) == bool(lacking)


def test_the_price_of_a_point_is_what_was_spent_over_a_hundredth_of_the_way() -> None:
    epic = an_epic(actual=5000, key_results={"KR-1": None})
    whole = a_portfolio(*a_strategy(), epic)
    [cost] = outcome_costs(whole, all_portions(whole), {"KR-1": Way(Fraction(1, 4), None)})
    assert cost.per_point == 200


BUDGETS = [
    {"period": "2026-H1", "approved": 3000, "actual": 3000},
    {"period": "2026-H2", "approved": 2500, "actual": 2000},
]
FIRST, SECOND = (
    Days(date(2026, 1, 1), date(2026, 6, 30)),
    Days(date(2026, 7, 1), date(2026, 12, 31)),
)


@pytest.mark.parametrize(("days", "approved", "spent"), [
    (FIRST, 3000, 3000), (SECOND, 2500, 2000), (None, 5500, 5000),
])  # fmt: skip
def test_money_and_progress_of_a_price_are_of_the_same_period(
    days: Days | None, approved: int, spent: int
) -> None:
    """A quarter of the way, bought by what was spent since it began; it had five before."""
    whole = a_portfolio(*a_strategy(), an_epic(budgets=BUDGETS, key_results=ONE))
    [cost] = outcome_costs(whole, all_portions(whole), {"KR-1": Way(Fraction(1, 4), days)})
    assert [cost.approved, cost.actual, cost.per_point] == [approved, spent, Fraction(spent, 25)]


def test_spending_that_is_not_known_in_a_period_leaves_its_price_unknown() -> None:
    lines = [BUDGETS[0], {"period": "2026-H2", "approved": 2500}]
    epic = an_epic(budgets=lines, key_results=ONE)
    whole = a_portfolio(*a_strategy(), epic, an_epic("EP-2", key_results=ONE))
    [cost] = outcome_costs(whole, all_portions(whole), {"KR-1": Way(Fraction(1, 4), SECOND)})
    assert (cost.unknown, cost.per_point) == (1, None)


def test_a_line_of_the_whole_year_does_not_say_what_was_spent_in_a_half() -> None:
    lines = [{"period": "2026", "approved": 2500, "actual": 2000}]
    whole = a_portfolio(*a_strategy(), an_epic(budgets=lines, key_results=ONE))
    [cost] = outcome_costs(whole, all_portions(whole), {"KR-1": Way(Fraction(1, 4), SECOND)})
    assert (cost.actual, cost.unknown, cost.per_point) == (None, 1, None)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4), st.integers(1, 99))
def test_an_epic_spends_on_its_key_results_what_it_spends(spent: list[int], weight: int) -> None:
    epics = [
        an_epic(f"EP-{n}", actual=actual, key_results={"KR-1": weight, "KR-2": 100 - weight})
        for n, actual in enumerate(spent, 1)
    ]
    whole = a_portfolio(*a_strategy(), *epics)
    costs = outcome_costs(
        whole, all_portions(whole), {"KR-1": Way(None, None), "KR-2": Way(None, None)}
    )
    assert sum(cost.actual or 0 for cost in costs) == sum(spent)


def test_what_is_to_stay_as_it_is_has_no_price() -> None:
    whole = a_portfolio(*a_strategy(), an_epic(actual=5000, key_results=ONE))
    [cost] = outcome_costs(whole, all_portions(whole), {"KR-1": Way(Fraction(1), None, kept=True)})
    assert cost.per_point is None


@pytest.mark.parametrize("progress", [None, Fraction(0), Fraction(-1, 3)])
def test_nothing_gained_has_no_price(progress: Fraction | None) -> None:
    whole = a_portfolio(*a_strategy(), an_epic(actual=5, key_results={"KR-1": None}))
    [cost] = outcome_costs(whole, all_portions(whole), {"KR-1": Way(progress, None)})
    assert cost.per_point is None
    assert per_point(cost.actual, Way(Fraction(1), None)) == Fraction(5, 100)


# The flow ---------------------------------------------------------------------------------------


@given(portfolios())
def test_what_flows_into_a_place_flows_out_of_it(portfolio: Portfolio) -> None:
    table = funding(portfolio, AS_OF)
    flow = money_flow(table.rows, portions(portfolio, table.epics))
    assert sum((flow.of_stream(stream) for stream in flow.streams), Decimal(0)) == flow.whole
    assert sum((flow.of_end(end) for end in flow.ends), Decimal(0)) == flow.whole
    for row in table.rows:
        free, approved = row.columns.free.amount, row.columns.approved
        plain = approved.known and "approved" not in row.summed and (free or 0) >= 0
        if row.level == "value-stream" and row.period == "total" and plain:
            assert flow.of_stream(row.stream) == approved.amount


def test_a_large_portfolio_is_folded_to_thirty_places() -> None:
    items: list[Item] = [Objective(id=f"OBJ-{n}", title="O") for n in range(60)]
    items += [KeyResult(id=f"KR-{n}", title="K", objective=f"OBJ-{n}") for n in range(60)]
    budget = {"period": "2026-H2", "approved": 10**6}
    items += [a_stream(f"VS-{n}", budget) for n in range(40)]
    items += [
        an_epic(f"EP-{n}", f"VS-{n % 40}", approved=1000 + n, key_results=[f"KR-{n % 60}"])
        for n in range(200)
    ]
    items.append(an_epic("EP-X", "VS-1", approved=7))
    portfolio = a_portfolio(*items)
    table = funding(portfolio, AS_OF)
    flow = money_flow(table.rows, portions(portfolio, table.epics))
    assert len(flow.streams) == MOST_STREAMS
    assert len(flow.ends) == MOST_OBJECTIVES + 2
    assert 1 + len(flow.streams) + len(flow.ends) <= 30
    assert flow.ends[-2:] == (NONE, UNALLOCATED)
    assert flow.whole == 40 * 10**6
    assert len(flow.folded_streams) == 31


# Up the tree of the strategy --------------------------------------------------------------------


def test_money_sums_up_from_key_results_to_objectives_and_themes() -> None:
    epic = an_epic(approved=100, key_results={"KR-1": 50, "KR-2": 50})
    portfolio = a_portfolio(*a_strategy(), epic)
    money = goal_money(portfolio, all_portions(portfolio))
    # Each key result has half; each theme that it serves half of that.
    assert {key: total.amount for key, total in money.goals.items()} == {
        ("TH-1", "KR-1"): 25, ("TH-1", "KR-2"): 25, ("TH-1", "OBJ-1"): 50, ("TH-1", "OBJ-2"): 25,
        ("TH-1", "TH-1"): 50, ("TH-2", "KR-1"): 25, ("TH-2", "KR-2"): 25, ("TH-2", "OBJ-1"): 50,
        ("TH-2", "OBJ-2"): 25, ("TH-2", "TH-2"): 50,
    }  # fmt: skip
    assert money.epics["TH-2", "KR-2", "EP-1"].amounts["approved"] == 25
    told = approved_for(portfolio, all_portions(portfolio))
    assert {goal: total.amount for goal, total in told.items()} == {
        "KR-1": 50, "KR-2": 50, "OBJ-1": 100, "OBJ-2": 50, "TH-1": 50, "TH-2": 50,
    }  # fmt: skip


@given(portfolios())
def test_a_theme_has_in_the_tree_what_it_has_in_the_cut(portfolio: Portfolio) -> None:
    parts = all_portions(portfolio)
    money = goal_money(portfolio, parts)
    themes = {each.key: each.columns["approved"] for each in cut("theme", parts).slices if each.key}
    told = {goal: total for (theme, goal), total in money.goals.items() if goal == theme}
    nothing = {key for key in themes if key not in told}  # only proposals
    assert told == {key: total for key, total in themes.items() if key in told}
    assert all(themes[key].amount == 0 for key in nothing)
    alone = {each.key: each.columns["approved"].amount for each in cut("objective", parts).slices}
    for objective in portfolio.items_of(Objective):
        if portfolio.children_of(objective.id, Objective) or objective.id not in alone:
            continue
        sums = [total.amount for (_, goal), total in money.goals.items() if goal == objective.id]
        assert sum(each or 0 for each in sums) == (alone[objective.id] or 0)


def test_every_line_of_the_tree_has_the_sum_of_the_lines_below_it() -> None:
    whole = sample()
    strategy = strategy_view(whole.facts, whole.figures.okrs)
    adding = 0
    for line in walked(strategy.branches):
        parts = [below.money for below in line.branches if below.money is not None]
        if line.item.type in ("theme", "objective", "key-result") and parts:
            adding += 1
            assert line.money == sum(parts), line.item.id
    assert adding > 20
