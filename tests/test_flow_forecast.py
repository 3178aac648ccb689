"""Forecasts: the vectors of the field, what always holds, and what cannot be forecast."""

import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.figures import SHARES
from leanfolio.figures.flow.forecast import Forecasts, SimulatedChances
from leanfolio.figures.flow.forecast_calendar import WorkingWeeks, is_all_off
from leanfolio.figures.flow.forecast_exact import ExactSums
from leanfolio.figures.flow.forecast_simulation import (
    NEVER,
    DrawnJobs,
    Queue,
    Trials,
    simulate,
    usual_trials,
)
from leanfolio.figures.flow.reference_class import reference_class
from leanfolio.model import Epic
from making import TODAY, linked

HALF, MOST, NEARLY_ALL = SHARES
MONDAYS = [date(2026, 8, 24) + timedelta(days=7 * n) for n in range(12)]  # the last is in November


# Exactly -----------------------------------------------------------------------------------------


def test_three_items_of_a_team_that_finished_0_1_1_and_2_a_week() -> None:
    sums = ExactSums((0, 1, 1, 2), 3)
    chances = [sums.at_least(3, weeks) for weeks in (2, 3, 4)]
    assert chances == [Fraction(5, 16), Fraction(21, 32), Fraction(219, 256)]
    assert [sums.weeks_for(3, share) for share in SHARES] == [3, 4, 6]


def test_ten_items_of_a_team_that_finished_2_0_3_1_4_1_0_and_2_a_week() -> None:
    sums = ExactSums((2, 0, 3, 1, 4, 1, 0, 2), 20)
    assert [sums.weeks_for(10, share) for share in SHARES] == [6, 9, 10]
    assert [sums.items_within(6, share) for share in SHARES] == [10, 6, 5]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(0, 6), st.integers(0, 4))
def test_what_is_calculated_is_what_trying_all_ways_gives(
    sample: list[int], items: int, weeks: int
) -> None:
    ways = list(product(sample, repeat=weeks))
    enough = sum(1 for way in ways if sum(way) >= items)
    assert ExactSums(tuple(sample), 6).at_least(items, weeks) == Fraction(enough, len(ways))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8).filter(any), st.integers(1, 12))
def test_more_items_are_never_done_earlier_nor_less_likely_with_time(
    sample: list[int], items: int
) -> None:
    sums = ExactSums(tuple(sample), 13)
    for share in SHARES:
        fewer, more = sums.weeks_for(items, share), sums.weeks_for(items + 1, share)
        assert fewer is not None
        assert more is None or fewer <= more
    assert all(sums.at_least(items, n) <= sums.at_least(items, n + 1) for n in range(6))


def test_a_team_that_finished_nothing_never_will() -> None:
    assert ExactSums((0, 0), 3).weeks_for(1, HALF) is None
    assert ExactSums((), 3).weeks_for(1, HALF) is None


# Simulated ---------------------------------------------------------------------------------------


def a_queue(
    sample: Sequence[int], jobs: int, *, team: str = "T-1", first: int = 0, limit: int = 1,
    needs: Mapping[int, tuple[int, ...]] | None = None,
) -> Queue:  # fmt: skip
    """A team with so many jobs, of which some need others by their number."""
    waits = tuple((needs or {}).get(first + n, ()) for n in range(jobs))
    return Queue(team, tuple(sample), limit, first, waits)


def chances(trials: Trials, *jobs: int) -> SimulatedChances:
    return SimulatedChances(tuple(trials.column(job) for job in jobs), trials.number)


def within_error(found: Fraction, expected: Fraction, trials: int) -> bool:
    """Whether a share of trials is within four standard errors of the chance."""
    error = sqrt(float(expected) * (1 - float(expected)) / trials)
    return abs(float(found - expected)) <= 4 * error + 1e-9


@settings(max_examples=25, derandomize=True, deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=8).filter(any), st.integers(1, 8),
    st.integers(1, 3), st.booleans(),
)  # fmt: skip
def test_what_is_simulated_is_what_is_calculated_within_its_error(
    sample: list[int], jobs: int, limit: int, waits: bool
) -> None:
    """Of all jobs of one team; a chain within the team takes the same weeks."""
    needs = {n: (n - 1,) for n in range(1, jobs)} if waits else {}
    trials = simulate([a_queue(sample, jobs, limit=limit, needs=needs)], (), 7, 2000)
    sums, found = ExactSums(tuple(sample), jobs), chances(trials, *range(jobs))
    for weeks in range(1, 6):
        expected = sums.at_least(jobs, weeks)
        assert within_error(found.done_by(weeks), expected, 2000), (weeks, expected)


def test_two_teams_are_both_done_as_often_as_a_published_example_says() -> None:
    """Each is done by day 1, 2, 3 in 50, 75, 100 of 100 trials, as Lighthouse publishes it."""
    days = [1] * 5000 + [2] * 2500 + [3] * 2500
    columns = tuple(tuple(Random(seed).sample(days, len(days))) for seed in (1, 2))
    found = SimulatedChances(columns, len(days))
    for day, chance in ((1, Fraction(1, 4)), (2, Fraction(9, 16)), (3, Fraction(1))):
        assert within_error(found.done_by(day), chance, len(days))
    assert [found.weeks_for(HALF), found.weeks_for(MOST)] == [2, 3]
    assert SimulatedChances(columns[:1], len(days)).weeks_for(HALF) == 1


def test_teams_that_do_not_wait_for_each_other_draw_their_own_weeks() -> None:
    queues = [a_queue((0, 1), 1), a_queue((0, 1), 1, team="T-2", first=1)]
    found = chances(simulate(queues, (), 20261120, 10_000), 0, 1)
    for weeks, alone in ((1, Fraction(1, 2)), (2, Fraction(3, 4)), (3, Fraction(7, 8))):
        assert within_error(found.done_by(weeks), alone * alone, 10_000)


@st.composite
def some_queues(draw: st.DrawFn) -> list[Queue]:
    """Up to three teams whose jobs wait for others, never in a circle."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    order = draw(st.permutations(range(sum(sizes))))
    needs = {}
    for at, job in enumerate(order[1:], 1):
        needs[job] = tuple(sorted(draw(st.sets(st.sampled_from(order[:at]), max_size=2))))
    queues, first = [], 0
    for n, size in enumerate(sizes):
        sample = draw(st.lists(st.integers(0, 3), min_size=1, max_size=5).filter(any))
        limit = draw(st.integers(1, 3))
        queues.append(a_queue(sample, size, team=f"T-{n}", first=first, limit=limit, needs=needs))
        first += size
    return queues


@settings(deadline=None)
@given(some_queues())
def test_no_successor_is_done_before_its_predecessor(queues: list[Queue]) -> None:
    trials = simulate(queues, (), 1, 40)
    for queue in queues:
        for n, needs in enumerate(queue.needs):
            for need in needs:
                pairs = zip(trials.column(need), trials.column(queue.first + n), strict=True)
                own = queue.first <= need < queue.first + len(queue.needs)
                assert all(a <= b if own or b == NEVER else a < b for a, b in pairs)


@settings(deadline=None)
@given(some_queues(), st.randoms(use_true_random=False))
def test_a_larger_set_is_never_done_earlier(queues: list[Queue], random: Random) -> None:
    trials = simulate(queues, (), 1, 40)
    jobs = list(range(trials.jobs))
    larger = random.sample(jobs, random.randint(1, len(jobs)))
    smaller = random.sample(larger, random.randint(1, len(larger)))
    for weeks in (1, 3, 9):
        assert chances(trials, *larger).done_by(weeks) <= chances(trials, *smaller).done_by(weeks)


@settings(deadline=None)
@given(some_queues(), st.randoms(use_true_random=False))
def test_the_order_of_teams_does_not_matter(queues: list[Queue], random: Random) -> None:
    """Only what a team is called, and the order of its own jobs."""
    mixed = list(queues)
    random.shuffle(mixed)
    numbers: dict[int, int] = {}
    for queue in mixed:
        for n in range(len(queue.needs)):
            numbers[queue.first + n] = len(numbers)
    moved = [
        Queue(
            queue.team, queue.sample, queue.limit, numbers[queue.first],
            tuple(tuple(numbers[need] for need in needs) for needs in queue.needs),
        )
        for queue in mixed
    ]  # fmt: skip
    one, two = simulate(queues, (), 1, 20), simulate(moved, (), 1, 20)
    assert all(one.column(old) == two.column(new) for old, new in numbers.items())


def test_a_number_of_features_that_is_drawn_holds_no_more_than_that() -> None:
    drawn = [DrawnJobs("EP-9", (0, 1, 2), (1, 3))]
    trials = simulate([a_queue((1,), 4)], drawn, 1, 400)
    last = list(trials.column(3))
    assert set(last) == {2, 4}
    assert within_error(Fraction(last.count(2), 400), Fraction(1, 2), 400)
    assert list(trials.column(2)) == [0 if week == 2 else 3 for week in last]


def test_many_trials_over_a_large_portfolio_are_small_ones_of_more() -> None:
    assert [usual_trials(n) for n in (0, 10, 100, 300, 5000)] == [
        10_000,
        10_000,
        10_000,
        3333,
        1000,
    ]


@pytest.mark.timed
@pytest.mark.parametrize(("share", "limit"), [(0.0, 1), (0.2, 1), (0.0, 3)])
def test_ten_thousand_trials_of_300_features_and_8_teams_take_less_than_five_seconds(
    share: float, limit: int
) -> None:
    random = Random(1)
    needs = {n: (random.randrange(n),) for n in range(1, 300) if random.random() < share}
    sample = (0, 1, 1, 2, 0, 1, 3, 1, 0, 1, 2, 1)
    sizes = (38, 38, 38, 38, 37, 37, 37, 37)
    queues = [
        a_queue(sample, size, team=f"T-{n}", first=sum(sizes[:n]), limit=limit, needs=needs)
        for n, size in enumerate(sizes)
    ]
    began = time.process_time()
    trials = simulate(queues, (), 1, 10_000)
    assert trials.jobs == 300
    assert time.process_time() - began < 5


# Days --------------------------------------------------------------------------------------------


def test_a_week_is_five_working_days_without_those_off() -> None:
    friday = date(2026, 11, 20)
    assert WorkingWeeks(friday).end_of(1) == date(2026, 11, 27)
    off = frozenset((date(2026, 11, 26), date(2026, 11, 27)))
    assert WorkingWeeks(friday, off).end_of(1) == date(2026, 12, 1)
    assert WorkingWeeks(friday, off).until(date(2026, 11, 30)) == 0
    assert WorkingWeeks(friday).end_of(0) == friday
    assert WorkingWeeks(date.max).end_of(1) is None


def test_a_week_in_which_nobody_works_is_off() -> None:
    days = [date(2026, 12, 28) + timedelta(days=n) for n in range(5)]
    assert is_all_off(days[0], frozenset(days))
    assert not is_all_off(days[0], frozenset(days[1:]))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sets(st.integers(1, 60)))
def test_weeks_and_their_ends_agree(after: date, off: set[int]) -> None:
    weeks = WorkingWeeks(after, frozenset(after + timedelta(days=n) for n in off))
    assert list(weeks.ends[:60]) == sorted(set(weeks.ends[:60]))
    for n in (1, 2, 7):
        end = weeks.end_of(n)
        assert end is not None
        assert (weeks.until(end), weeks.until(end - timedelta(days=1))) == (n, n - 1)


# Of a portfolio ----------------------------------------------------------------------------------

TEAM = "title: A team\nvalue_stream: VS-1"


PAST = "title: Past\nstate: done\nkind: enabler\nvalue_stream: VS-1"


def a_feature(team: str = "T-1", *, epic: str = "EP-1", done: date | None = None, more: str = "",
              state: str = "ready") -> str:  # fmt: skip
    """A feature of a team: finished on a day, or still to be done."""
    begun = "{state: ready, on: 2026-08-24}"
    moves = begun if done is None else f"{begun}, {{state: done, on: {done}}}"
    state = "done" if done is not None else state
    return f"title: Any\nepic: {epic}\nteam: {team}\nstate: {state}\nhistory: [{moves}]\n{more}"


def finished(*numbers: int, team: str = "T-1", epic: str = "EP-8") -> dict[str, str]:
    """Features of a team that were finished in the last of these weeks, so many in each."""
    days = [day + timedelta(days=2) for day in MONDAYS[-len(numbers) :]]
    each = [day for day, number in zip(days, numbers, strict=True) for _ in range(number)]
    return {
        f"features/FT-{team[2:]}0{n}.md": a_feature(team, epic=epic, done=day)
        for n, day in enumerate(each)
    }


def forecasts(
    files: Mapping[str, str], as_of: date = date(2026, 11, 15), **given: int
) -> Forecasts:
    """The forecasts of the small portfolio with these files, at the end of a week."""
    base = {"teams/T-1.md": TEAM, "epics/EP-8.md": PAST}
    portfolio, _ = linked({**base, **files})
    facts = Facts(portfolio, as_of)
    return Forecasts(facts.flow, facts.ranking, given.get("seed"), given.get("trials"))


WEEKS = (0, 1, 1, 2, 0, 1, 1, 2)
THREE = {f"features/FT-{n}.md": a_feature() for n in (1, 2, 3)}


def test_one_team_without_dependencies_is_calculated() -> None:
    found = forecasts({**finished(*WEEKS, *WEEKS[:4]), **THREE}).of(["EP-1"])
    assert (found.way, found.open) == ("exact", ("FT-1", "FT-2", "FT-3"))
    assert [found.weeks_for(share) for share in SHARES] == [3, 4, 6]
    assert found.dates == (date(2026, 12, 4), date(2026, 12, 11), date(2026, 12, 25))
    assert found.chance_by(date(2026, 12, 4)) == Fraction(21, 32)
    assert [found.number_by(date(2026, 12, 4), share) for share in SHARES] == [3, 2, 1]


def test_days_off_move_the_dates_and_empty_weeks_in_which_nobody_worked_do_not_count() -> None:
    off = "type: portfolio\ntitle: Any\nflow: {weeks: 8, days_off: [2026-11-16, 2026-11-17]}"
    found = forecasts({**finished(*WEEKS, *WEEKS[:4]), **THREE, "portfolio.md": off})
    assert found.plan.paces["T-1"].sample == (0, 1, 1, 2, 0, 1, 1, 2)
    assert found.of(["EP-1"]).date_for(HALF) == date(2026, 12, 8)
    week = ", ".join(str(MONDAYS[9] + timedelta(days=n)) for n in range(5))
    longer = f"type: portfolio\ntitle: Any\nflow: {{days_off: [{week}]}}"
    files = {**finished(*WEEKS, 1, 0, 1, 1), **THREE, "portfolio.md": longer}
    assert forecasts(files).plan.paces["T-1"].sample == (*WEEKS, 1, 1, 1)


def test_what_is_begun_goes_first_and_then_the_rank_of_its_epic() -> None:
    parts = "business_value: 20\ntime_criticality: 8\nrisk_opportunity: 8\njob_size: 1"
    ranked = f"title: Any\nstate: ready\n{parts}"
    begun = a_feature(state="in-progress").replace("{state: ready", "{state: in-progress")
    found = forecasts({
        **finished(*WEEKS, 1, 1), "epics/EP-2.md": ranked,
        "features/FT-1.md": a_feature(), "features/FT-2.md": a_feature(epic="EP-2"),
        "features/FT-3.md": begun,
    })  # fmt: skip
    assert [job.id for job in found.plan.jobs] == ["FT-3", "FT-2", "FT-1"]


def test_what_waits_is_simulated_and_ends_after_what_it_waits_for() -> None:
    files = {
        **finished(*WEEKS, 1, 1), **finished(*WEEKS, 1, 1, team="T-2"), "teams/T-2.md": TEAM,
        "epics/EP-2.md": "title: Later\nstate: ready\nvalue_stream: VS-1\ndepends_on: [EP-1]",
        "features/FT-1.md": a_feature(), "features/FT-2.md": a_feature("T-2", epic="EP-2"),
    }  # fmt: skip
    made = forecasts(files, trials=500)
    first, later = made.of(["EP-1"]), made.of(["EP-2"])
    assert (first.way, later.way) == ("exact", "simulated")
    assert all(a and b and a < b for a, b in zip(first.dates, later.dates, strict=True))
    assert made.of(["EP-1", "EP-2"]).dates == later.dates
    again = forecasts(files, trials=500).of(["EP-2"])
    assert again.chance_by(date(2026, 12, 4)) == later.chance_by(date(2026, 12, 4))
    other = forecasts(files, trials=500, seed=3)
    assert (other.seed, made.seed) == (3, 20261115)


def why(found: Forecasts, id: str) -> tuple[str, str] | None:
    reason = found.of([id]).reason
    return None if reason is None else (reason.why, reason.id)


def test_without_enough_past_weeks_nothing_is_forecast() -> None:
    assert why(forecasts(THREE), "EP-1") == ("nothing", "T-1")
    assert why(forecasts({**finished(1, 0, 1, 1, 1), **THREE}), "EP-1") == ("few", "T-1")
    assert why(forecasts({**finished(1, 1, 1, 1, 1), **THREE}), "EP-1") is None


def test_what_cannot_be_forecast_says_what_is_at_fault() -> None:
    pace = finished(*WEEKS, 1, 1)
    lone = {**pace, "features/FT-1.md": a_feature().replace("team: T-1\n", "")}
    assert why(forecasts(lone), "EP-1") == ("no-team", "FT-1")
    assert why(forecasts(pace), "EP-1") == ("idea", "EP-1")
    waits = {
        **pace, "epics/EP-2.md": "title: Any\nstate: ready\ndepends_on: [EP-1]",
        "features/FT-2.md": a_feature(epic="EP-2"),
    }  # fmt: skip
    assert why(forecasts(waits), "EP-2") == ("waits", "EP-1")
    over = {**pace, "epics/EP-2.md": "title: Any\nstate: rejected"}
    assert why(forecasts(over), "EP-2") == ("cancelled", "EP-2")
    circle = {
        **pace, "features/FT-1.md": a_feature(more="depends_on: [FT-2]"),
        "features/FT-2.md": a_feature(more="depends_on: [FT-1]"),
    }  # fmt: skip
    assert why(forecasts(circle), "FT-1") == ("circle", "FT-1")


def test_what_waits_for_something_stuck_holds_up_nobody_else() -> None:
    stuck = {
        **finished(*WEEKS, 1, 1), "teams/T-2.md": TEAM, "features/FT-9.md": a_feature("T-2"),
        "features/FT-1.md": a_feature(more="depends_on: [FT-9]"),
        "features/FT-2.md": a_feature(epic="EP-8"),
    }  # fmt: skip
    made = forecasts(stuck)
    assert why(made, "FT-1") == ("waits", "FT-9")
    assert made.of(["FT-2"]).way == "exact"


def test_done_is_done() -> None:
    found = forecasts({**finished(*WEEKS, 1, 1)}).of(["EP-8"])
    assert (found.way, found.reason, found.dates) == ("done", None, (None, None, None))


EPIC = "title: Any\nstate: {state}\nkind: business\nvalue_stream: VS-1"


def test_an_epic_without_features_draws_their_number_from_six_finished_ones_of_its_kind() -> None:
    pace = finished(*WEEKS, 1, 1)
    past = {f"epics/EP-{n}.md": EPIC.format(state="done") for n in range(20, 26)}
    theirs = {
        f"features/FT-{n}{m}.md": a_feature(epic=f"EP-{n}", done=date(2026, 8, 26))
        for n in range(20, 26)
        for m in range(2)
    }
    new = {"epics/EP-30.md": EPIC.format(state="ready")}
    found = forecasts({**pace, **past, **theirs, **new}, trials=200).of(["EP-30"])
    assert (found.way, len(found.open), found.drawn_from) == ("simulated", 2, 6)
    few = {id: text for id, text in theirs.items() if "FT-25" not in id}
    few_past = {id: text for id, text in past.items() if "25" not in id}
    assert why(forecasts({**pace, **few_past, **few, **new}), "EP-30") == ("few-alike", "business")


def test_a_reference_class_gives_a_date_from_six_finished_epics_on() -> None:
    def epics(n: int) -> dict[str, str]:
        moves = (
            "history: [{{state: reviewing, on: 2026-01-01}}, {{state: done, on: 2026-01-{:02}}}]"
        )
        past = {
            f"epics/EP-{m + 10}.md": f"{EPIC.format(state='done')}\n{moves.format(m + 2)}"
            for m in range(n)
        }
        like = ", ".join(f"EP-{m + 10}" for m in range(n))
        own = "history: [{state: ready, on: 2026-11-01}]"
        return {**past, "epics/EP-2.md": f"{EPIC.format(state='ready')}\nlike: [{like}]\n{own}"}

    for n, days in ((5, None), (6, date(2026, 11, 7))):
        portfolio, _ = linked(epics(n))
        epic = portfolio["EP-2"]
        assert isinstance(epic, Epic)
        found = reference_class(Facts(portfolio, TODAY).flow, epic)
        assert found is not None
        assert len(found.times) == n
        assert [bound.day for bound in found.bounds] == [days, None]
