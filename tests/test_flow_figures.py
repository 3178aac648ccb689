"""Percentiles, limits and the figures of flow: the vectors of the field, and what always holds."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.flow.clock import item_flow
from leanfolio.figures.flow.courses import Block, Course, Entry
from leanfolio.figures.flow.figures import FlowFigures
from leanfolio.figures.flow.limits import natural_limits
from leanfolio.figures.flow.percentiles import (
    Attained,
    median_with_open,
    nearest_rank,
    next_one,
    percentile,
    survival,
)
from leanfolio.model import State
from leanfolio.model.policy import FlowPolicy
from test_flow_clock import TODAY, an_epic, flow_of

BOARD = (
    State(name="funnel", category="new"),
    State(name="ready", category="waiting"),
    State(name="mvp", category="active"),
    State(name="done", category="done"),
    State(name="archived", category="done"),
    State(name="rejected", category="cancelled"),
)
CATEGORIES = {state.name: state.category for state in BOARD}
PLACES = {state.name: n for n, state in enumerate(BOARD)}
P85 = Fraction(85, 100)


def figures(
    *courses: Sequence[tuple[str, date]],
    policy: FlowPolicy | None = None,
    states: tuple[State, ...] = BOARD,
) -> FlowFigures:
    """The figures of items with these states and days."""
    policy = policy or FlowPolicy()
    flows = [
        item_flow(
            Course(
                f"EP-{n}",
                "epic",
                "declared",
                tuple(Entry(state, CATEGORIES[state], day) for state, day in entries),
            ),
            TODAY,
            PLACES,
            1 if policy.days == "inclusive" else 0,
        )
        for n, entries in enumerate(courses)
    ]
    return FlowFigures(tuple(flows), states, policy, TODAY)


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


# Percentiles -------------------------------------------------------------------------------------


def test_percentiles_are_interpolated_and_hidden_under_ten_points() -> None:
    assert percentile(range(9), Fraction(1, 2)) is None
    assert percentile(range(11), Fraction(1, 2)) == 5
    assert percentile(range(1, 11), P85) == Fraction(173, 20)


def test_a_sentence_says_whole_days_and_the_share_that_was_attained() -> None:
    assert nearest_rank(range(1, 11), P85) == Attained(9, Fraction(9, 10), 10)


@pytest.mark.parametrize(
    ("values", "share", "days"),
    [
        (range(1, 11), 50, 5), (range(1, 11), 100, 10), (range(1, 11), 0, 1),
        (range(1, 101), 85, 85), (range(1, 21), 85, 17), (range(1, 41), 85, 34),
        ([9, 1, 5, 5, 3], 50, 5), ([5, 5, 5, 5], 85, 5), ([7], 50, 7),
    ],
)  # fmt: skip
def test_nearest_ranks_are_those_of_another_tool(
    values: Sequence[int], share: int, days: int
) -> None:
    found = nearest_rank(values, Fraction(share, 100))
    assert found is not None
    assert found.days == days


def test_of_nothing_there_is_no_rank() -> None:
    assert nearest_rank([], P85) is None


@given(st.lists(st.integers(0, 400), min_size=10), st.fractions(0, 1))
def test_a_percentile_lies_between_least_and_most(values: list[int], share: Fraction) -> None:
    found = percentile(values, share)
    assert found is not None
    assert min(values) <= found <= max(values)


@given(st.lists(st.integers(0, 400), min_size=1), st.fractions(0, 1))
def test_at_least_the_share_that_a_sentence_names_really_finished(
    values: list[int], share: Fraction
) -> None:
    found = nearest_rank(values, share)
    assert found is not None
    assert found.share >= share
    assert Fraction(sum(value < found.days for value in values), len(values)) <= share


def test_with_open_items_counted_the_median_is_that_of_freireich() -> None:
    """Weeks of remission of 21 patients under 6-MP, 1963."""
    finished = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    still_open = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    left = [f"{float(share):.3f}" for _, share in survival(finished, still_open)]
    assert left == ["0.857", "0.807", "0.753", "0.690", "0.627", "0.538", "0.448"]
    assert median_with_open(finished, still_open) == 23


def test_while_most_is_open_there_is_no_median() -> None:
    assert median_with_open([1], [5, 5, 5]) is None
    assert median_with_open([], [5]) is None


@pytest.mark.parametrize(("n", "share", "chance"), [
    (5, 85, None), (6, 85, Fraction(6, 7)), (18, 95, None), (19, 95, Fraction(19, 20)),
])  # fmt: skip
def test_one_item_more_is_finished_in_time_with_a_chance_that_few_items_cannot_give(
    n: int, share: int, chance: Fraction | None
) -> None:
    found = next_one(range(1, n + 1), Fraction(share, 100))
    assert (found and found.share) == chance
    assert found is None or found.days == n


# Signal or noise ---------------------------------------------------------------------------------


def test_natural_limits_are_the_mean_and_twice_and_two_thirds_the_moving_range() -> None:
    found = natural_limits([4, 6, 5, 7, 3])
    assert found is not None
    limits = [found.mean, found.lower, found.upper]
    assert limits == [Fraction(5), Fraction(0), Fraction(10985, 1000)]
    assert found.outside == ()


def test_points_outside_are_named_and_too_few_points_have_no_limits() -> None:
    found = natural_limits([5, 5, 6, 5, 5, 6, 5, 5, 5, 5, 5, 20])
    assert found is not None
    assert found.outside == (11,)
    assert natural_limits([1, 2, 3, 4]) is None


def test_every_whole_week_counts_for_the_signals_and_the_running_one_does_not() -> None:
    found = figures(
        *([("ready", day(n)), ("done", day(n + 5))] for n in (0, 40, 41, 200, 290)),
        policy=FlowPolicy(weeks=52),
    )
    assert found.weeks[-1].whole is False
    signal = found.signals["throughput"]
    assert len(signal.values) == len(found.weeks) - 1
    assert sum(signal.values) == 5
    assert 0 in signal.values


# Figures -----------------------------------------------------------------------------------------


def test_efficiency_is_pooled_and_not_the_mean_of_shares() -> None:
    pairs = ((2, 10), (6, 8), (1, 30))
    found = figures(*(
        [("ready", day(0)), ("mvp", day(all_ - active)), ("done", day(all_))]
        for active, all_ in pairs
    ))  # fmt: skip
    assert found.efficiency == Fraction(9, 48)
    assert round(float(Fraction(9, 48)) * 100, 1) == 18.8


def test_without_a_waiting_state_there_is_no_efficiency() -> None:
    board = tuple(state for state in BOARD if state.category != "waiting")
    assert figures([("mvp", day(0)), ("done", day(9))], states=board).efficiency is None


def test_the_state_that_holds_most_days_is_the_bottleneck() -> None:
    found = figures([("ready", day(0)), ("mvp", day(20)), ("done", day(25))], [("mvp", day(300))])
    assert [(entry.state.name, entry.days, entry.open) for entry in found.in_state] == [
        ("ready", 20, 0), ("mvp", 28, 1)
    ]  # fmt: skip
    assert found.bottleneck is not None
    assert found.bottleneck.state.name == "mvp"


def test_a_service_level_says_what_was_attained_and_what_is_past_it() -> None:
    policy = FlowPolicy.model_validate({"sle": {"share": 85, "days": 10}})
    found = figures(
        [("ready", day(0)), ("done", day(10))], [("ready", day(0)), ("done", day(11))],
        [("ready", day(310))], [("ready", day(320))], policy=policy,
    ).service_level  # fmt: skip
    assert found is not None
    assert found.attained == Fraction(1, 2)
    assert [item.id for item in found.past] == ["EP-2"]


def test_the_note_on_open_items_stands_where_the_medians_differ_by_more_than_a_quarter() -> None:
    done = [[("ready", day(0)), ("done", day(10))] for _ in range(10)]
    assert not figures(*done).open_differs
    old = [[("ready", day(0))] for _ in range(11)]
    assert figures(*done, *old).open_differs


def test_flow_is_told_of_streams_teams_and_kinds() -> None:
    done = (("ready", "2026-01-01"), ("done", "2026-01-11"))
    feature = (("in-progress", "2026-01-01"), ("done", "2026-01-04"))
    flow = flow_of({
        "epics/EP-2.md": an_epic(*done, more="value_stream: VS-1\nkind: enabler"),
        "teams/T-1.md": "title: A team\nvalue_stream: VS-1",
        "features/FT-1.md": an_epic(*feature, more="epic: EP-2\nteam: T-1"),
    })  # fmt: skip
    found = {
        (scope.type, scope.level, scope.id): scope.figures.times
        for scope in flow.scopes
        if scope.figures.times
    }
    assert found == {
        ("epic", "portfolio", ""): (10,),
        ("epic", "value-stream", "VS-1"): (10,),
        ("epic", "kind", "enabler"): (10,),
        ("feature", "portfolio", ""): (3,),
        ("feature", "value-stream", "VS-1"): (3,),
        ("feature", "team", "T-1"): (3,),
        ("feature", "kind", "feature"): (3,),
    }


# What always holds -------------------------------------------------------------------------------


@st.composite
def some_courses(draw: st.DrawFn) -> list[list[tuple[str, date]]]:
    """Items that wander over the board, backward too."""
    courses = []
    for _ in range(draw(st.integers(0, 8))):
        states = draw(st.lists(st.sampled_from(list(CATEGORIES)), min_size=1, max_size=8))
        states = [a for a, b in zip(states, [None, *states], strict=False) if a != b]
        days = sorted(
            draw(st.lists(st.integers(0, 322), min_size=len(states), max_size=len(states)))
        )
        courses.append([(state, day(n)) for state, n in zip(states, days, strict=True)])
    return courses


@given(some_courses())
def test_cumulative_lines_never_fall(courses: list[list[tuple[str, date]]]) -> None:
    for before, row in pairwise(figures(*courses).cumulative):
        assert before.on < row.on
        assert all(row.reached[name] >= number for name, number in before.reached.items())
        assert all(a <= b for a, b in zip(before.lines, row.lines, strict=True))


@given(some_courses())
def test_a_later_line_of_the_cumulative_flow_never_lies_above_an_earlier_one(
    courses: list[list[tuple[str, date]]],
) -> None:
    for row in figures(*courses).cumulative:
        assert list(row.lines) == sorted(row.lines, reverse=True)


@given(some_courses())
def test_load_is_arrivals_less_departures_and_its_days_are_those_of_the_items(
    courses: list[list[tuple[str, date]]],
) -> None:
    found = figures(*courses)
    assert found.load == sum(found.balance.arrivals) - sum(found.balance.departures)
    assert found.load_days == found.item_days
    assert found.load == (found.weeks[-1].load if found.weeks else 0)
    assert all(load >= 0 for load in found.balance.loads)


@given(some_courses())
def test_flow_time_is_the_same_by_two_routes(courses: list[list[tuple[str, date]]]) -> None:
    """From the ends; and by adding up every stay in between, of whatever category."""
    for flow in figures(*courses).done:
        stays = [
            stay for stay in flow.stays
            if flow.started and flow.ended and flow.started <= stay.start and stay.end <= flow.ended
        ]  # fmt: skip
        assert flow.days == sum(stay.days for stay in stays)


@given(some_courses(), st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(courses: list[list[tuple[str, date]]], random) -> None:  # type: ignore[no-untyped-def] # hypothesis gives a random.Random
    mixed = list(courses)
    random.shuffle(mixed)
    one, other = figures(*courses), figures(*mixed)
    assert (one.times, one.load, one.total_age, one.weeks) == (
        other.times, other.load, other.total_age, other.weeks
    )  # fmt: skip
    assert (one.cumulative, one.balance, one.in_state) == (
        other.cumulative, other.balance, other.in_state
    )  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 320), st.integers(0, 320)), max_size=6))
def test_blocked_days_are_the_days_on_which_at_least_one_block_lay(
    blocks: list[tuple[int, int]],
) -> None:
    course = Course(
        "EP-1", "epic", "declared", (Entry("mvp", "active", day(0)),),
        blocks=tuple(Block(day(start), day(end), "Any") for start, end in blocks),
    )  # fmt: skip
    flow = item_flow(course, TODAY, PLACES)
    assert flow.blocked_days == len({n for start, end in blocks for n in range(start, end)})
    assert flow.blocked_days + flow.active_days == flow.age
