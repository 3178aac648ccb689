from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.delay_order import DelayOrder, delay_order
from leanfolio.figures.ranking.dependencies import Dependencies, dependencies
from leanfolio.figures.ranking.integer_scores import integer_scores
from leanfolio.figures.ranking.schedule import delay
from leanfolio.figures.ranking.team_schedules import Lane, Work, best_timetable, lanes_of, timetable
from leanfolio.figures.ranking.wsjf import Form, Order
from leanfolio.model import Epic, Feature, Scored
from test_ranking_change import TICKS
from test_ranking_wsjf import PUBLISHED, a_portfolio, an_epic, money_epic

TODAY = date(2026, 11, 20)


def waiting(*items: Scored, among: type[Scored] = Epic) -> tuple[Order, Dependencies]:
    portfolio = a_portfolio(*items)
    order = rank_open(portfolio, (i for i in items if isinstance(i, among)), "relative", TODAY)
    return order, dependencies(portfolio, order)


def sequenced(*items: Scored, form: Form = "relative") -> tuple[list[str], DelayOrder]:
    portfolio = a_portfolio(*items)
    order = rank_open(portfolio, items, form, TODAY)
    found = delay_order(integer_scores(order, TICKS), dependencies(portfolio, order))
    return [order.scores[index].item.id for index in found.order], found


def needs_by_id(order: Order, found: Dependencies) -> dict[str, list[str]]:
    ids = [score.item.id for score in order.scores]
    return {ids[at]: [ids[n] for n in needs] for at, needs in enumerate(found.needs) if needs}


def notes_of(found: Dependencies) -> list[tuple[str, str, str]]:
    return [(each.source, each.target, each.kind) for each in found.notes]


def test_the_ranking_is_the_sequence_where_nothing_waits() -> None:
    order, found = sequenced(an_epic("A", (20, 1, 1, 1)), an_epic("B"), an_epic("C", (1, 1, 1, 8)))
    assert order == ["A", "B", "C"]
    assert found.places == (1, 2, 3)
    assert found.saved == 0


def test_what_unblocks_much_goes_first_and_inherits_its_cost_of_delay() -> None:
    e, f, g = (
        money_epic("E", 1, 2),
        money_epic("F", 20, 2, depends_on=["E"]),
        money_epic("G", 6, 2),
    )
    order, found = sequenced(e, f, g, form="money")
    assert order == ["E", "F", "G"]
    assert [found.cost, found.greedy_cost, found.saved] == [118, 136, 18]
    assert [found.inherited[index] for index in found.order] == [21, 20, 6]
    assert found.optimal


def test_inherited_cost_of_delay_counts_each_once_and_through_all() -> None:
    a = an_epic("A", (1, 0, 0, 1))
    b, c = (an_epic(id, (2, 0, 0, 1), depends_on=["A"]) for id in "BC")
    d = an_epic("D", (4, 0, 0, 1), depends_on=["B", "C"])
    _, found = sequenced(a, b, c, d)
    assert sorted(found.inherited) == [4, 6, 6, 9]


@given(st.permutations(range(6)))
@settings(max_examples=20)
def test_the_sequence_does_not_depend_on_the_order_of_files(order: list[int]) -> None:
    items = [
        an_epic(f"EP-{n}", (5, 5, 5, 5), depends_on=["EP-5"] if n < 3 else []) for n in range(6)
    ]
    assert sequenced(*(items[n] for n in order))[0] == sequenced(*items)[0]


def test_done_is_nothing_to_wait_for() -> None:
    order, found = waiting(an_epic("A", depends_on=["B"]), an_epic("B", state="done"))
    assert needs_by_id(order, found) == {}
    assert notes_of(found) == [("A", "B", "done")]


def test_rejected_will_never_be_there() -> None:
    _, found = waiting(an_epic("A", depends_on=["B"]), an_epic("B", state="rejected"))
    assert notes_of(found) == [("A", "B", "cancelled")]
    assert str(found.notes[0].why) == "is rejected: it will never be there"


def test_unknown_does_not_exist() -> None:
    _, found = waiting(an_epic("A", depends_on=["EP-99"]))
    assert notes_of(found) == [("A", "EP-99", "unknown")]


def test_through_one_without_a_score_the_order_still_holds() -> None:
    unscored = an_epic("B", (5, 5, 5, None), depends_on=["C"])
    order, found = waiting(an_epic("A", (20, 20, 20, 1), depends_on=["B"]), unscored, an_epic("C"))
    assert needs_by_id(order, found) == {"A": ["C"]}
    assert notes_of(found) == [("A", "B", "unranked")]
    assert "no job size" in str(found.notes[0].why)


def test_who_waits_in_a_ring_is_named_and_the_others_keep_their_order() -> None:
    a, b = an_epic("A", depends_on=["B"]), an_epic("B", depends_on=["A", "C"])
    order, found = waiting(a, b, an_epic("C", (1, 1, 1, 1)))
    assert found.cycles == (("A", "B"),)
    assert needs_by_id(order, found) == {"B": ["C"]}


def test_to_wait_for_itself_is_left_out() -> None:
    order, found = waiting(an_epic("A", depends_on=["A"]))
    assert needs_by_id(order, found) == {}
    assert notes_of(found) == [("A", "A", "self")]


def test_a_feature_stands_for_the_epic_that_holds_it() -> None:
    feature = Feature(id="F", title="F", epic="B", state="backlog")
    order, found = waiting(an_epic("A", depends_on=["F"]), an_epic("B"), feature)
    assert needs_by_id(order, found) == {"A": ["B"]}
    assert notes_of(found) == [("A", "F", "part")]


def test_an_epic_stands_for_its_features_where_features_are_ranked() -> None:
    features = [
        Feature(
            id=id, title=id, epic=epic, state="backlog", size=Decimal(1), depends_on=needs,  # type: ignore[arg-type]
            business_value=Decimal(1), time_criticality=Decimal(1), risk_opportunity=Decimal(1),
        )
        for id, epic, needs in (("F", "A", ["B"]), ("G", "B", []), ("H", "B", []))
    ]  # fmt: skip
    order, found = waiting(an_epic("A"), an_epic("B"), *features, among=Feature)
    assert needs_by_id(order, found) == {"F": ["G", "H"]}


SPOON, SECOND = "A Super Spoon", "B Second Machine"
SERVED = "ice creams in 6 weeks incl. 10/week base"
REVENUE = "cumulative revenue after 14 months"
TOTALS: list[tuple[str, str, str, list[str]]] = [
    ("ice-cream", SERVED, "A then B", [SPOON, SECOND]),
    ("ice-cream", SERVED, "B then A", [SECOND, SPOON]),
    ("magennis-3-features", REVENUE, "biggest revenue first", ["3", "2", "1"]),
    ("magennis-3-features", REVENUE, "shortest first", ["1", "2", "3"]),
    ("magennis-3-features", REVENUE, "WSJF", ["2", "3", "1"]),
    ("jbrunton-2", "value added over 4 months", "B first", ["B", "A"]),
    ("jbrunton-2", "value added over 4 months", "A first", ["A", "B"]),
    ("x-y", "total delay cost ($k)", "Y first", ["Y", "X"]),
    ("x-y", "total delay cost ($k)", "X first", ["X", "Y"]),
]
HORIZON = {"ice-cream": 6, "magennis-3-features": 14, "jbrunton-2": 4}
BASE = {"ice-cream": 10}
MONEY_SETS = {each["id"]: each for each in PUBLISHED["cost_of_delay_over_duration_sets"]}


@pytest.mark.parametrize(("case", "figure", "name", "order"), TOTALS)
def test_published_totals_come_out_as_published(
    case: str, figure: str, name: str, order: list[str]
) -> None:
    items = {each["item"].removeprefix("Feature "): each for each in MONEY_SETS[case]["items"]}
    weights = [items[each]["cod_per_period"] for each in order]
    lost = delay(weights, [items[each]["duration"] for each in order])
    horizon = HORIZON.get(case)
    total = horizon * (sum(weights) + BASE.get(case, 0)) - lost if horizon else lost
    assert total == MONEY_SETS[case]["published"][figure][name]


@pytest.mark.parametrize("case", MONEY_SETS.values(), ids=lambda case: str(case["id"]))
def test_published_orders_by_money_come_out_as_published(case: dict[str, Any]) -> None:
    ids = {f"IT-{n}": each for n, each in enumerate(case["items"])}
    items = [money_epic(id, e["cod_per_period"], e["duration"]) for id, e in ids.items()]
    order, found = sequenced(*items, form="money")
    assert [ids[id]["item"] for id in order] == case["rank"]
    assert found.optimal


def some_work(*jobs: tuple[int, int, str, tuple[int, ...]], lanes: dict[str, Lane]) -> Work:
    return Work(
        weights=tuple(Fraction(weight) for weight, *_ in jobs),
        sizes=tuple(Fraction(size) for _, size, *_ in jobs),
        needs=tuple(needs for *_, needs in jobs),
        lanes=lanes_of(lanes, [lane or None for _, _, lane, _ in jobs]),
    )


def test_lanes_work_side_by_side_each_on_its_own() -> None:
    work = some_work((5, 3, "X", ()), (4, 2, "Y", ()), (3, 2, "X", ()), lanes={})
    found = timetable(work, (0, 1, 2))
    assert [(run.item, run.lane) for run in found.runs] == [(0, "X"), (1, "Y"), (2, "X")]
    assert [run.start for run in found.runs] == [0, 0, 3]
    assert [run.end for run in found.runs] == [3, 2, 5]
    assert found.cost == 5 * 3 + 4 * 2 + 3 * 5


def test_a_lane_with_two_slots_works_on_two_at_once_and_a_faster_one_needs_less_time() -> None:
    lanes = {"X": Lane("X", slots=2), "Y": Lane("Y", speed=Fraction(2))}
    work = some_work((1, 4, "X", ()), (1, 4, "X", ()), (1, 4, "Y", ()), lanes=lanes)
    assert [run.end for run in timetable(work, (0, 1, 2)).runs] == [4, 4, 2]


def test_in_lanes_too_nobody_starts_before_what_they_wait_for_is_done() -> None:
    work = some_work((1, 4, "X", ()), (9, 1, "Y", (0,)), (1, 2, "Y", ()), lanes={})
    found = {run.item: run for run in timetable(work, (1, 2, 0)).runs}
    assert found[1].start == found[0].end == 4
    assert found[2].start == 0


sized = st.tuples(st.integers(0, 9), st.integers(1, 9), st.sampled_from(["X", "Y", ""]))


@given(st.lists(sized, max_size=9), st.integers(1, 3))
def test_no_timetable_goes_below_the_bound(jobs: list[tuple[int, int, str]], slots: int) -> None:
    chain = [(w, s, lane, (n - 1,) if n % 3 == 2 else ()) for n, (w, s, lane) in enumerate(jobs)]
    work = some_work(*chain, lanes={"X": Lane("X", slots)})
    everyone = tuple(range(len(jobs)))
    found = best_timetable(work, (everyone, everyone[::-1]))
    assert sorted(run.item for run in found.runs) == list(everyone)
    assert found.bound <= found.cost
