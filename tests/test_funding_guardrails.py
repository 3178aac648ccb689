"""The guardrails: vectors for each, and a smallest change that does put it right."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.figures.funding.guardrails import verdicts
from leanfolio.figures.funding.mix import mix
from leanfolio.figures.funding.table import funding
from leanfolio.model import Feature, Increment, Item, KeyResult, Objective, Team
from leanfolio.model.item import StateEntry
from leanfolio.model.portfolio import Portfolio
from test_funding_table import a_portfolio, a_stream, an_epic, portfolios

AS_OF = date(2026, 11, 20)
HORIZONS = {"horizons": {"targets": {3: 10, 2: 20, 1: 70, 0: 0}, "tolerance": 5}}


def judged(*items: Item, **guardrails: Any) -> dict[str, Verdict]:
    portfolio = a_portfolio(*items, guardrails=guardrails)
    found = verdicts(portfolio, funding(portfolio, AS_OF), AS_OF)
    return {f"{each.rule} {each.scope}".strip(): each for each in found}


# Shares against targets -------------------------------------------------------------------------


def test_the_edge_of_the_tolerance_is_within_it() -> None:
    found = mix(
        {"a": Decimal(75), "b": Decimal(25)}, {"a": Decimal(70), "b": Decimal(30)}, Decimal(5)
    )
    assert [part.standing for part in found.parts] == ["within", "within"]
    assert found.moves == ()


def test_the_smallest_move_brings_what_is_over_to_its_edge() -> None:
    found = mix(
        {"a": Decimal(80), "b": Decimal(20)}, {"a": Decimal(70), "b": Decimal(30)}, Decimal(5)
    )
    assert found.moves is not None
    [move] = found.moves
    assert (move.source, move.to) == ("a", "b")
    assert move.amount == 5


def test_targets_that_cannot_be_kept_have_no_move() -> None:
    found = mix(
        {"a": Decimal(80), "b": Decimal(20)}, {"a": Decimal(90), "b": Decimal(90)}, Decimal(5)
    )
    assert found.moves is None


def test_what_has_no_target_takes_part_in_no_move() -> None:
    targets = {"a": Decimal(60), "b": Decimal(40)}
    amounts = {"a": Decimal(100), "b": Decimal(0), "none": Decimal(0)}
    found = mix(amounts, targets, Decimal(5))
    assert [(move.source, move.to, move.amount) for move in found.moves or ()] == [
        ("a", "b", Fraction(35))
    ]
    crowded = mix(amounts | {"none": Decimal(100)}, targets, Decimal(5))
    assert crowded.moves is None and crowded.crowded_out


def test_nothing_at_all_keeps_every_target() -> None:
    assert mix({"a": Decimal(0)}, {"a": Decimal(50)}, Decimal(5)).kept


@given(
    st.lists(st.decimals(0, 1000, places=2), min_size=2, max_size=5),
    st.lists(st.integers(0, 60), min_size=5, max_size=5),
    st.integers(0, 20),
)
def test_the_moves_put_every_share_right_and_no_smaller_ones_could(
    amounts: list[Decimal], targets: list[int], tolerance: int
) -> None:
    names = [str(n) for n in range(len(amounts))]
    wanted = {name: Decimal(target) for name, target in zip(names, targets, strict=False)}
    before = mix(dict(zip(names, amounts, strict=True)), wanted, Decimal(tolerance))
    if before.moves is None or not before.parts:
        return
    after = {part.name: part.amount for part in before.parts}
    for move in before.moves:
        after[move.source] -= move.amount
        after[move.to] += move.amount
    for part in before.parts:
        assert part.least <= after[part.name] / before.whole <= part.most
    over = sum(max(part.share - part.most, Fraction(0)) for part in before.parts)
    under = sum(max(part.least - part.share, Fraction(0)) for part in before.parts)
    assert sum(move.share for move in before.moves) == max(over, under)


# Horizons ---------------------------------------------------------------------------------------


def test_horizons_are_shares_of_the_committed_money() -> None:
    epics = [an_epic("EP-1", horizon=1, approved=70), an_epic("EP-2", horizon=2, approved=30)]
    found = judged(*epics, **HORIZONS)["guardrail-horizons"]
    assert not found.passed
    assert found.mix is not None
    assert {part.name: part.standing for part in found.mix.parts} == {
        "3": "under", "2": "over", "1": "within", "0": "within",
    }  # fmt: skip
    assert found.mix.moves is not None
    assert [(move.source, move.to) for move in found.mix.moves] == [("2", "3")]
    assert [move.amount for move in found.mix.moves] == [5]


def test_a_cancelled_epic_counts_what_it_spent_and_a_finished_one_of_another_period_not() -> None:
    old = [{"state": "done", "on": "2026-02-01"}]
    epics = [
        an_epic("EP-1", horizon=1, approved=70),
        an_epic("EP-2", horizon=3, approved=900, actual=30, state="rejected"),
        an_epic("EP-3", horizon=0, approved=900, state="done", history=old),
    ]
    stream = a_stream("VS-1", {"period": "2026-H1"}, {"period": "2026-H2"})
    found = judged(stream, *epics, **HORIZONS)["guardrail-horizons"]
    assert found.mix is not None
    assert found.mix.whole == 100


def test_an_epic_whose_money_is_unknown_is_counted_and_breaks_nothing() -> None:
    found = judged(an_epic(horizon=2), **HORIZONS)["guardrail-horizons"]
    assert (found.passed, found.held, found.judged, found.unknown) == (True, False, 0, 1)


H1_AND_H2: list[Item] = [a_stream("VS-1", {"period": "2026-H1"}, {"period": "2026-H2"})]


def two_halves(**amounts: int) -> list[dict[str, Any]]:
    return [{"period": f"2026-{half}", "approved": amount} for half, amount in amounts.items()]


def test_horizons_judge_what_of_an_epic_stands_in_this_period_and_not_all_of_it() -> None:
    """Of 900 in all, 100 stand in this half-year: as much as the other epic has."""
    long = an_epic("EP-1", horizon=3, budgets=two_halves(H1=800, H2=100))
    short = an_epic("EP-2", horizon=1, approved=100)
    found = judged(*H1_AND_H2, long, short, **HORIZONS)["guardrail-horizons"]
    assert found.mix is not None
    assert found.mix.whole == 200
    assert [part.share * 2 for part in found.mix.parts] == [1, 0, 1, 0]
    over = an_epic("EP-3", horizon=0, budgets=two_halves(H1=700))
    assert judged(*H1_AND_H2, long, short, over, **HORIZONS)["guardrail-horizons"] == found


def test_concentration_is_a_share_of_what_is_committed_in_this_period() -> None:
    long = an_epic("EP-1", budgets=two_halves(H1=800, H2=100))
    short = an_epic("EP-2", approved=300)
    rails = judged(*H1_AND_H2, long, short, concentration={"epic": 80})
    assert rails["guardrail-concentration-epic"].held  # 300 of 400, not 900 of 1200
    [breach] = judged(*H1_AND_H2, long, short, concentration={"epic": 70})[
        "guardrail-concentration-epic"
    ].breaches
    assert (breach.items, breach.share) == (("EP-2",), Fraction(3, 4))


def test_a_stream_with_years_of_its_own_is_judged_on_the_year_of_the_day() -> None:
    yearly = a_stream("VS-2", {"period": "2026"}, {"period": "2027"})
    year = an_epic("EP-3", "VS-2", horizon=1, approved=50)
    half = an_epic("EP-1", horizon=3, approved=50)
    found = judged(*H1_AND_H2, yearly, year, half, **HORIZONS)["guardrail-horizons"]
    assert found.mix is not None
    assert found.mix.whole == 100


def test_money_without_a_horizon_counts_against_all_others() -> None:
    epics = [an_epic("EP-1", horizon=1, approved=80), an_epic("EP-2", approved=20)]
    found = judged(*epics, **HORIZONS)["guardrail-horizons"]
    assert found.mix is not None
    assert found.mix.parts[-1].standing == "over"


# Threshold, salami, concentration ---------------------------------------------------------------

GO = [{"on": "2026-10-28", "kind": "go", "by": "Board"}]


def test_a_large_epic_at_work_needs_a_recorded_go() -> None:
    found = judged(an_epic(cost=500000), epic_threshold=500000)["guardrail-threshold"]
    assert [breach.items for breach in found.breaches] == [("EP-1",)]
    assert judged(an_epic(cost=499999), epic_threshold=500000)["guardrail-threshold"].passed
    decided = an_epic(cost=500000, decisions=GO)
    assert judged(decided, epic_threshold=500000)["guardrail-threshold"].passed


def test_a_stop_after_the_go_takes_it_back_and_a_go_to_come_does_not_count() -> None:
    stopped = an_epic(cost=9, decisions=[*GO, {"on": "2026-11-01", "kind": "stop"}])
    future = an_epic(cost=9, decisions=[{"on": "2026-12-01", "kind": "go"}])
    for epic in (stopped, future):
        assert not judged(epic, epic_threshold=5)["guardrail-threshold"].passed


def test_a_proposal_needs_no_go_until_it_has_money() -> None:
    idea = an_epic(state="analyzing", cost=900000)
    assert judged(idea, epic_threshold=500000)["guardrail-threshold"].passed
    paid = an_epic(state="analyzing", cost=900000, approved=1)
    assert not judged(paid, epic_threshold=500000)["guardrail-threshold"].passed


def goals() -> list[Item]:
    return [
        Objective(id="OBJ-1", title="O"),
        KeyResult(id="KR-1", title="K", objective="OBJ-1"),
        KeyResult(id="KR-2", title="K", objective="OBJ-1"),
    ]


def test_slices_of_one_owner_and_objective_are_found_together() -> None:
    one = an_epic("EP-1", owner="Ann", cost=300, key_results=["KR-1"])
    two = an_epic("EP-2", owner="Ann", cost=200, key_results=["KR-2"])
    other = an_epic("EP-3", owner="Bob", cost=400, key_results=["KR-1"])
    found = judged(*goals(), one, two, other, epic_threshold=500)["guardrail-salami"]
    assert [breach.items for breach in found.breaches] == [("EP-1", "EP-2")]
    assert [breach.actual for breach in found.breaches] == [500]
    decided = an_epic("EP-2", owner="Ann", cost=200, key_results=["KR-2"], decisions=GO)
    assert judged(*goals(), one, decided, epic_threshold=500)["guardrail-salami"].passed


def test_no_epic_and_no_vendor_holds_more_than_its_share() -> None:
    epics = [
        an_epic("EP-1", approved=60, vendor="Acme"),
        an_epic("EP-2", approved=30, vendor="Acme"),
        an_epic("EP-3", approved=10),
    ]
    found = judged(*epics, concentration={"epic": 60, "vendor": 75})
    assert found["guardrail-concentration-epic"].passed
    [breach] = found["guardrail-concentration-vendor"].breaches
    assert (breach.name, breach.items, breach.share) == (
        "Acme", ("EP-1", "EP-2"), Fraction(9, 10),
    )  # fmt: skip
    assert str(breach.cure) == "move 15.0 % of the money from Acme to others"


# Capacity ---------------------------------------------------------------------------------------

SHARES = {"targets": {"feature": 60, "enabler": 25, "maintenance": 15}, "tolerance": 10}


def an_increment(id: str, start: str, end: str) -> Increment:
    return Increment.model_validate({"id": id, "title": id, "start": start, "end": end})


def a_feature(id: str, kind: str, size: int | None, state: str, increment: str) -> Feature:
    return Feature.model_validate({
        "id": id, "title": id, "kind": kind, "size": size, "state": state,
        "increment": increment, "team": "T-1",
    })  # fmt: skip


def a_plan(*features: Feature) -> list[Item]:
    return [
        a_stream(),
        Team.model_validate({"id": "T-1", "title": "T", "value_stream": "VS-1"}),
        an_increment("PI-1", "2026-07-01", "2026-09-30"),
        an_increment("PI-2", "2026-10-01", "2026-12-31"),
        *features,
    ]


def test_a_plan_is_judged_while_it_can_change_and_a_delivery_once_it_is_over() -> None:
    features = [
        a_feature("FT-1", "feature", 8, "done", "PI-1"),
        a_feature("FT-2", "enabler", 5, "dropped", "PI-1"),
        a_feature("FT-3", "feature", 6, "done", "PI-2"),
        a_feature("FT-4", "enabler", 3, "in-progress", "PI-2"),
        a_feature("FT-5", "maintenance", 1, "in-progress", "PI-2"),
    ]
    found = judged(*a_plan(*features), capacity=SHARES)
    name = "guardrail-capacity VS-1, PI-"
    assert not found[f"{name}1, delivered"].passed
    assert found[f"{name}1, planned"].information
    assert found[f"{name}2, planned"].passed
    assert found[f"{name}2, delivered"].information


def test_what_stood_in_a_plan_when_its_increment_began_is_planned_though_dropped_since() -> None:
    for dropped_on, planned in (("2026-08-20", Fraction(3, 21)), ("2026-06-30", Fraction(0))):
        history = [{"state": "dropped", "on": dropped_on}]
        features = [
            a_feature("FT-1", "feature", 13, "done", "PI-1"),
            a_feature("FT-2", "enabler", 5, "done", "PI-1"),
            a_feature("FT-3", "maintenance", 3, "dropped", "PI-1").model_copy(
                update={"history": (StateEntry.model_validate(history[0]),)}
            ),
        ]
        found = judged(*a_plan(*features), capacity=SHARES)
        name = "guardrail-capacity VS-1, PI-1"
        shares = {
            scope: {part.name: part.share for part in mix.parts}["maintenance"]
            for scope in ("planned", "delivered")
            if (mix := found[f"{name}, {scope}"].mix)
        }
        assert shares == {"planned": planned, "delivered": 0}


@pytest.mark.parametrize(("begins", "planned"), [
    (("backlog", "2026-07-01"), 1),
    (("backlog", "2026-07-02"), 0),  # it came onto the board when the increment ran
    (("in-progress", "2026-07-20"), 1),  # since when it was planned nobody says
    (None, 1),
])  # fmt: skip
def test_what_was_added_while_an_increment_ran_was_not_planned(
    begins: tuple[str, str] | None, planned: int
) -> None:
    added = a_feature("FT-1", "maintenance", 3, "done", "PI-1")
    if begins is not None:
        entry = StateEntry.model_validate({"state": begins[0], "on": begins[1]})
        added = added.model_copy(update={"history": (entry,)})
    features = [added, a_feature("FT-2", "feature", 3, "done", "PI-1")]
    found = judged(*a_plan(*features), capacity=SHARES)
    name = "guardrail-capacity VS-1, PI-1"
    assert found[f"{name}, planned"].judged == 1 + planned
    assert found[f"{name}, delivered"].judged == 2


def test_a_feature_without_a_size_is_counted_as_unknown() -> None:
    features = [a_feature("FT-1", "feature", None, "ready", "PI-2")]
    found = judged(*a_plan(*features), capacity=SHARES)["guardrail-capacity VS-1, PI-2, planned"]
    assert (found.passed, found.unknown) == (True, 1)


@given(portfolios())
def test_the_verdicts_of_any_portfolio_can_be_given(portfolio: Portfolio) -> None:
    rails = {
        **HORIZONS, "capacity": SHARES, "epic_threshold": 1000,
        "concentration": {"epic": 10, "vendor": 30},
    }  # fmt: skip
    strict = a_portfolio(*portfolio.items.values(), guardrails=rails)
    for verdict in verdicts(strict, funding(strict, AS_OF), AS_OF):
        broken = bool(verdict.breaches) or (verdict.mix is not None and not verdict.mix.kept)
        assert verdict.passed != broken
