import json
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.wsjf import Form, Score, precedence, rank, why_unscored
from leanfolio.model import CostOfDelay, Epic, Feature, Item, Origin, Policy, Scored
from leanfolio.model.portfolio import Edge, Portfolio, id_order
from leanfolio.wording import rounded

TODAY = date(2026, 11, 20)
SCALE = tuple(map(Decimal, (1, 2, 3, 5, 8, 13, 20)))
PUBLISHED = json.loads((Path(__file__).parent / "fixtures" / "wsjf.json").read_text())
Quad = tuple[int | None, int | None, int | None, int | None]


def an_epic(id: str = "EP-1", scores: Quad = (5, 5, 5, 5), **more: Any) -> Epic:
    """An epic that is right in every way; `scores` are value, urgency, risk and size."""
    parts = ("business_value", "time_criticality", "risk_opportunity", "job_size")
    numbers = {
        part: None if score is None else Decimal(score)
        for part, score in zip(parts, scores, strict=True)
    }
    return Epic(**{"id": id, "title": id, "state": "analyzing", **numbers, **more})


def money_epic(id: str, per_week: int, weeks: int, **more: Any) -> Epic:
    delay = CostOfDelay(other=Decimal(per_week))
    return an_epic(
        id, (None, None, None, None), cost_of_delay=delay, duration_weeks=Decimal(weeks), **more
    )


def a_portfolio(*items: Item, **policy: Any) -> Portfolio:
    """These items, linked as they say, under the usual rules."""
    edges = [
        Edge(item.id, target, link.kind, field)
        for item in items
        for field, link, target in item.linked()
        if target in {each.id for each in items}
    ]
    return Portfolio(
        Policy(id="portfolio", title="Any", **policy), {i.id: i for i in items}, tuple(edges)
    )


def ids(items: Iterable[Scored], form: Form = "relative") -> list[str]:
    return [score.item.id for score in rank(items, form).scores]


scores_on_scale = st.tuples(*[st.sampled_from(SCALE)] * 4)
scores_off_scale = st.tuples(
    *[st.integers(0, 25).map(Decimal)] * 3, st.integers(1, 25).map(Decimal)
)
dues = st.none() | st.integers(0, 3).map(lambda days: date(2026, 12, 1) + timedelta(days))


@st.composite
def epics(draw: st.DrawFn, most: int = 12, off_scale: bool = True) -> list[Epic]:
    """Distinct epics with all scores; small numbers, so that ties are frequent."""
    any_scores = scores_on_scale | scores_off_scale if off_scale else scores_on_scale
    found = draw(st.lists(st.tuples(any_scores, dues), max_size=most))
    return [an_epic(f"EP-{n}", scores, due=due) for n, (scores, due) in enumerate(found, 1)]


def test_a_score_is_the_sum_of_three_over_the_size() -> None:
    found = rank([an_epic(scores=(13, 8, 3, 8))], "relative").scores[0]
    assert found.cost_of_delay == 24
    assert found.value == 3


def test_scores_are_exact_so_that_equal_ones_tie_on_every_machine() -> None:
    third, ninth = an_epic("EP-1", (1, 0, 0, 3)), an_epic("EP-2", (3, 0, 0, 9))
    found = rank([third, ninth], "relative").scores
    assert found[0].value == found[1].value == Fraction(1, 3)


def test_money_is_cost_of_delay_per_week_over_weeks() -> None:
    assert ids([money_epic("A", 10, 2), money_epic("B", 30, 4)], "money") == ["B", "A"]


def test_money_per_month_is_turned_into_weeks() -> None:
    month = an_epic(
        cost_of_delay=CostOfDelay(revenue=Decimal(3000), savings=Decimal(487), per="month"),
        duration_weeks=Decimal(2),
    )
    assert rank([month], "money").scores[0].value == Fraction(3487 * 7 * 48, 1461) / 2


def test_a_cost_of_delay_in_another_currency_is_converted_before_it_is_ranked() -> None:
    dollars, euros = money_epic("EP-1", 100, 2, currency="USD"), money_epic("EP-2", 80, 2)
    rates = [{"currency": "USD", "rate": "0.5", "on": "2026-10-01"}]
    portfolio = a_portfolio(dollars, euros, ranking="money", rates=rates)
    order = rank_open(portfolio, (dollars, euros), "money", TODAY)
    assert [(score.item.id, score.value, score.cost_of_delay) for score in order.scores] == [
        ("EP-2", Fraction(40), Fraction(80)),
        ("EP-1", Fraction(25), Fraction(50)),
    ]
    assert [score.rate for score in order.scores] == [1, Decimal("0.5")]


def test_without_a_rate_of_the_day_a_cost_of_delay_has_no_score() -> None:
    dollars, euros = money_epic("EP-1", 100, 2, currency="USD"), money_epic("EP-2", 80, 2)
    later = [{"currency": "USD", "rate": "0.5", "on": "2026-11-21"}]
    portfolio = a_portfolio(dollars, euros, rates=later)
    order = rank_open(portfolio, (dollars, euros), "money", TODAY)
    assert [score.item.id for score in order.scores] == ["EP-2"]
    assert [(e.item.id, str(e.why)) for e in order.unscored] == [("EP-1", "no rate for USD")]
    points = an_epic("EP-1", currency="USD")
    assert rank_open(portfolio, [points], "relative", TODAY).unscored == ()


def test_the_portfolios_own_currency_needs_no_rate() -> None:
    own = money_epic("EP-1", 100, 2, currency="EUR")
    order = rank_open(a_portfolio(own, currency="EUR"), [own], "money", TODAY)
    assert [score.value for score in order.scores] == [50]


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(1, 9), st.booleans()), max_size=8),
    st.decimals("0.01", "99", places=2),
)
def test_a_converted_cost_ranks_as_the_same_amount_stated_in_the_portfolios_currency(
    stated: list[tuple[int, int, bool]], rate: Decimal
) -> None:
    foreign, own = [], []
    for n, (amount, weeks, is_foreign) in enumerate(stated):
        currency = "USD" if is_foreign else None
        foreign.append(money_epic(f"EP-{n}", amount, weeks, currency=currency))
        delay = CostOfDelay(other=amount * rate if is_foreign else Decimal(amount))
        own.append(foreign[-1].model_copy(update={"cost_of_delay": delay, "currency": None}))
    rates = [{"currency": "USD", "rate": str(rate), "on": "2026-10-01"}]
    portfolio = a_portfolio(*foreign, rates=rates)
    orders = [rank_open(portfolio, items, "money", TODAY) for items in (foreign, own)]
    first, second = [[(s.item.id, s.numbers) for s in order.scores] for order in orders]
    assert first == second


def test_adding_ranks_what_has_no_value_and_multiplying_does_not() -> None:
    hollow = an_epic(scores=(0, 21, 0, 1))
    assert rank([hollow], "relative").scores[0].cost_of_delay == 21
    assert rank([hollow], "value-urgency").scores[0].cost_of_delay == 0


def test_of_equal_scores_the_higher_cost_of_delay_goes_first() -> None:
    assert ids([an_epic("EP-1", (2, 2, 2, 2)), an_epic("EP-2", (3, 3, 3, 3))]) == ["EP-2", "EP-1"]


def test_of_equal_costs_of_delay_the_more_urgent_goes_first() -> None:
    assert ids([an_epic("EP-1", (5, 3, 1, 3)), an_epic("EP-2", (3, 5, 1, 3))]) == ["EP-2", "EP-1"]


def test_of_things_worth_nothing_the_smaller_goes_first() -> None:
    assert ids([an_epic("EP-1", (0, 0, 0, 3)), an_epic("EP-2", (0, 0, 0, 2))]) == ["EP-2", "EP-1"]


def test_of_equals_the_one_due_earlier_goes_first_and_one_without_a_date_last() -> None:
    never, late = an_epic("EP-1"), an_epic("EP-2", due=date(2027, 6, 1))
    soon = an_epic("EP-3", due=date(2027, 1, 1))
    assert ids([never, late, soon]) == ["EP-3", "EP-2", "EP-1"]


def test_when_all_else_is_equal_ids_count_as_people_count() -> None:
    assert ids([an_epic("EP-10"), an_epic("EP-9")]) == ["EP-9", "EP-10"]


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ((5, 5, 5, None), "no job size"),
        ((5, 5, 5, 0), "job size is 0"),
        ((None, 5, None, 5), "no business value, no risk or opportunity"),
        ((None, 5, 5, 0), "no business value, job size is 0"),
        ((5, 5, 5, 5), ""),
    ],
)
def test_what_cannot_be_scored_says_why(scores: Quad, why: str) -> None:
    assert str(why_unscored(an_epic(scores=scores), "relative") or "") == why


def test_in_money_what_lacks_cost_of_delay_or_duration_says_so() -> None:
    assert str(why_unscored(an_epic(), "money")) == "no cost of delay, no duration"
    assert str(why_unscored(an_epic(cost_of_delay=CostOfDelay()), "money")).startswith("no cost of")
    assert str(why_unscored(money_epic("EP-1", 5, 0), "money")) == "duration is 0"


def test_a_number_that_was_refused_is_not_said_to_be_missing() -> None:
    origin = Origin(PurePosixPath("epics/EP-1.md"), faulty=frozenset(["job_size"]))
    fields = {"business_value": Decimal(5), "time_criticality": Decimal(5)}
    epic = Epic.written({"id": "EP-1", "title": "Any", **fields}, origin)
    why = why_unscored(epic, "relative")
    assert str(why) == "no risk or opportunity, job size could not be read"


def test_the_size_of_a_feature_serves_where_it_states_no_job_size() -> None:
    plain = Feature(
        id="FT-1", title="Any", size=Decimal(2), business_value=Decimal(8),
        time_criticality=Decimal(1), risk_opportunity=Decimal(1),
    )  # fmt: skip
    assert rank([plain], "relative").scores[0].value == 5


def test_only_what_is_still_to_be_done_is_ranked() -> None:
    items = [an_epic(f"EP-{n}", state=state) for n, state in enumerate(
        ("funnel", "reviewing", "mvp", "done", "rejected"))]  # fmt: skip
    order = rank_open(a_portfolio(*items), items, "relative", TODAY)
    assert [score.item.id for score in order.scores] == ["EP-0", "EP-1", "EP-2"]
    assert order.unscored == ()


def test_what_has_no_known_state_has_no_place_and_says_why() -> None:
    items = [an_epic("EP-1", state=None), an_epic("EP-2", state="dreaming")]
    order = rank_open(a_portfolio(*items), items, "relative", TODAY)
    assert [str(entry.why) for entry in order.unscored] == [
        "no state",
        "state dreaming is not on the board",
    ]


@given(epics())
def test_the_order_is_total(items: list[Epic]) -> None:
    keys = [precedence(score) for score in rank(items, "relative").scores]
    assert all(before < after for before, after in pairwise(keys))


@given(epics(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_files(items: list[Epic], any: Any) -> None:
    shuffled = list(items)
    any.shuffle(shuffled)
    assert ids(shuffled) == ids(items)


@given(epics())
def test_an_unscored_item_changes_nothing_for_the_others(items: list[Epic]) -> None:
    assert ids([*items, an_epic("ZZ-1", (5, 5, 5, None))]) == ids(items)


@given(epics(), st.integers(1, 9), st.integers(1, 9))
def test_one_factor_on_all_costs_and_one_on_all_sizes_change_nothing(
    items: list[Epic], cost: int, size: int
) -> None:
    factors = (cost, cost, cost, size)
    parts = ("business_value", "time_criticality", "risk_opportunity", "job_size")
    scaled = [
        item.model_copy(
            update={p: getattr(item, p) * f for p, f in zip(parts, factors, strict=True)}
        )
        for item in items
    ]
    assert ids(scaled) == ids(items)


@given(epics(), st.tuples(*[st.integers(1, 9)] * 3))
def test_the_form_that_multiplies_bears_a_factor_of_its_own_on_each_column(
    items: list[Epic], factors: tuple[int, int, int]
) -> None:
    parts = ("business_value", "time_criticality", "job_size")
    scaled = [
        item.model_copy(
            update={p: getattr(item, p) * f for p, f in zip(parts, factors, strict=True)}
        )
        for item in items
    ]
    assert ids(scaled, "value-urgency") == ids(items, "value-urgency")


# What others published, and where theirs contradicts itself: there our order is not theirs.
CONTRADICTORY = {
    "shop-worksheet-5": "its rank column gives rank 1 twice; its own result order is ours",
    "trap-combined-9": "its rank column blends in another method; its scores are right",
}


@pytest.mark.parametrize("case", PUBLISHED["sum_formula_sets"], ids=lambda case: str(case["id"]))
def test_published_scores_come_out_as_published(case: dict[str, Any]) -> None:
    places = {"1 decimal": 1, "1 decimal, half up": 1, "2 decimals": 2}
    for item, scored in published_scores(case):
        digits = places.get(case["published_rounding"])
        if item["published_cod"] is not None:
            assert scored.cost_of_delay == item["published_cod"]
        if digits is None:
            assert scored.value == Fraction(str(item["published_wsjf"]))
        else:
            assert rounded(scored.value, digits) == f"{item['published_wsjf']:.{digits}f}"


@pytest.mark.parametrize("case", PUBLISHED["sum_formula_sets"], ids=lambda case: str(case["id"]))
def test_published_orders_come_out_as_published_or_contradict_themselves(
    case: dict[str, Any],
) -> None:
    ours = [item["item"] for item, _ in published_scores(case)]
    ranked = {i["item"]: i["published_rank"] for i in case["items"] if i["published_rank"]}
    theirs = sorted(ranked, key=lambda each: (ranked[each], ours.index(each)))
    contradicts = [ranked[their] for their in theirs] != [ours.index(their) + 1 for their in theirs]
    assert contradicts == (case["id"] in CONTRADICTORY)
    if case["published_order"]:
        assert ours == case["published_order"]


def published_scores(case: dict[str, Any]) -> list[tuple[dict[str, Any], Score]]:
    by_id = {
        f"IT-{n}": item
        for n, item in enumerate(sorted(case["items"], key=lambda each: id_order(each["item"])))
    }
    items = [
        an_epic(id, (each["ubv"], each["tc"], each["rroe"], each["size"]))
        for id, each in by_id.items()
    ]
    return [(by_id[score.item.id], score) for score in rank(items, "relative").scores]
