from fractions import Fraction
from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.ranking import schedule
from leanfolio.figures.ranking.closure import best_closure
from leanfolio.figures.ranking.decomposition import Jobs, blocks, strongly_connected
from leanfolio.figures.ranking.greedy import greedy_order
from leanfolio.figures.ranking.schedule import best_order, delay


@st.composite
def any_jobs(draw: st.DrawFn, most: int = 7, least: int = 0) -> Jobs:
    """Some jobs, the needs of which lead to earlier ones in an order that is then hidden."""
    number = draw(st.integers(least, most))
    weights = draw(st.lists(st.integers(0, 9), min_size=number, max_size=number))
    times = draw(st.lists(st.integers(1, 9), min_size=number, max_size=number))
    hidden = draw(st.permutations(range(number)))
    every = list(combinations(range(number), 2))
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=12)) if every else []
    needs: list[list[int]] = [[] for _ in range(number)]
    for before, after in sorted(chosen):
        needs[hidden[after]].append(hidden[before])
    return Jobs(tuple(weights), tuple(times), tuple(tuple(sorted(need)) for need in needs))


@st.composite
def forests(draw: st.DrawFn, most: int = 40) -> Jobs:
    """Every job needs at most one other."""
    number = draw(st.integers(1, most))
    weights = draw(st.lists(st.integers(0, 9), min_size=number, max_size=number))
    times = draw(st.lists(st.integers(1, 9), min_size=number, max_size=number))
    parents = [draw(st.integers(-1, job - 1)) for job in range(number)]
    needs = tuple((parent,) if parent >= 0 else () for parent in parents)
    return Jobs(tuple(weights), tuple(times), needs)


def cost(jobs: Jobs, order: tuple[int, ...]) -> int:
    return delay((jobs.weights[j] for j in order), (jobs.times[j] for j in order))


def keeps_needs(jobs: Jobs, order: tuple[int, ...] | list[int]) -> bool:
    place = {job: at for at, job in enumerate(order)}
    return all(place[n] < place[job] for job in place for n in jobs.needs[job])


def cheapest(jobs: Jobs) -> int:
    """Brute force over all orders."""
    everyone = permutations(range(len(jobs.weights)))
    return min(cost(jobs, order) for order in everyone if keeps_needs(jobs, order))


def test_the_denser_goes_first() -> None:
    a_and_b = Jobs((10, 30), (2, 4), ((), ()))
    assert (best_order(a_and_b).order, best_order(a_and_b).cost) == ((1, 0), 180)
    assert cost(a_and_b, (0, 1)) == 200


def test_a_worthless_job_goes_first_for_what_it_unblocks() -> None:
    e_f_g = Jobs((1, 20, 6), (2, 2, 2), ((), (0,), ()))
    naive = greedy_order(e_f_g, range(3))
    assert (naive, cost(e_f_g, tuple(naive))) == ([2, 0, 1], 136)
    plan = best_order(e_f_g)
    assert (plan.order, plan.cost, plan.optimal) == ((0, 1, 2), 118, True)


@given(any_jobs())
@settings(max_examples=80, deadline=None)
def test_no_order_of_a_small_plan_is_cheaper(jobs: Jobs) -> None:
    plan = best_order(jobs)
    assert keeps_needs(jobs, plan.order)
    assert plan.cost == cost(jobs, plan.order) == plan.bound == cheapest(jobs)


def test_eight_items_that_all_hang_together_are_solved_exactly() -> None:
    needs = ((), (), (0,), (0, 1), (1,), (2, 3), (3, 4), (2, 4))
    jobs = Jobs((1, 2, 9, 3, 8, 5, 7, 4), (5, 3, 2, 7, 1, 4, 2, 6), needs)
    assert best_order(jobs).cost == cheapest(jobs)


@given(any_jobs())
@settings(max_examples=80, deadline=None)
def test_a_search_cut_short_still_keeps_its_bound(jobs: Jobs) -> None:
    plan = best_order(jobs, effort=1)
    assert keeps_needs(jobs, plan.order)
    assert plan.bound <= cheapest(jobs) <= plan.cost <= 2 * plan.bound


@given(forests())
@settings(max_examples=60, deadline=None)
def test_forests_are_always_solved_exactly(jobs: Jobs) -> None:
    assert best_order(jobs, effort=1).optimal


@given(any_jobs(most=30))
@settings(max_examples=40, deadline=None)
def test_the_proposed_order_never_costs_more_than_its_gap_says(jobs: Jobs) -> None:
    plan = best_order(jobs)
    naive = greedy_order(jobs, range(len(jobs.weights)))
    assert keeps_needs(jobs, naive)
    assert plan.bound <= cost(jobs, tuple(naive))
    assert plan.optimal == (plan.gap == 0)


@given(any_jobs(least=1))
@settings(max_examples=80, deadline=None)
def test_each_block_is_the_densest_that_can_go_first(jobs: Jobs) -> None:
    left = set(range(len(jobs.weights)))
    for block in blocks(jobs, sorted(left)):
        initial = [
            set(combination)
            for size in range(1, len(left) + 1)
            for combination in combinations(sorted(left), size)
            if all(
                n in combination or n not in left for job in combination for n in jobs.needs[job]
            )
        ]
        assert set(block) in initial
        assert jobs.density(block) == max(jobs.density(each) for each in initial)
        left -= set(block)
    assert not left


@given(any_jobs(most=20))
def test_densities_of_blocks_never_rise(jobs: Jobs) -> None:
    found = [jobs.density(block) for block in blocks(jobs, range(len(jobs.weights)))]
    assert all(before >= after for before, after in pairwise(found))


@given(any_jobs(), st.data())
def test_the_best_closure_is_the_best_of_all_closed_sets(jobs: Jobs, data: st.DataObject) -> None:
    number = len(jobs.weights)
    gains = data.draw(st.lists(st.integers(-9, 9), min_size=number, max_size=number))
    closed = [
        frozenset(combination)
        for size in range(number + 1)
        for combination in combinations(range(number), size)
        if all(n in combination for job in combination for n in jobs.needs[job])
    ]
    most = max(sum(gains[job] for job in each) for each in closed)
    best = [each for each in closed if sum(gains[job] for job in each) == most]
    assert best_closure(gains, jobs.needs).chosen == min(best, key=len)


def test_rings_are_found_and_what_they_lead_to_comes_first() -> None:
    found = strongly_connected([(1,), (2,), (1, 3), ()])
    assert [sorted(each) for each in found] == [[3], [1, 2], [0]]


def test_a_very_large_block_is_ordered_without_a_search() -> None:
    # Each of 200 dense jobs needs two of 200 worthless ones, so that all hang together.
    half = 200
    needs = ((),) * half + tuple((n, (n + 1) % half) for n in range(half))
    jobs = Jobs((0,) * half + (9,) * half, (1,) * (2 * half), needs)
    plan = best_order(jobs)
    assert keeps_needs(jobs, plan.order)
    assert plan.gap < Fraction(1)


def test_a_long_chain_is_no_trouble() -> None:
    jobs = Jobs((1,) * 3000, (1,) * 3000, ((), *((n,) for n in range(2999))))
    assert best_order(jobs).optimal


def test_nothing_to_do_costs_nothing() -> None:
    plan = best_order(Jobs((), (), ()))
    assert plan.order == ()
    assert plan.optimal
    assert plan.gap == 0


# Plans that do not come apart ------------------------------------------------------------------

TANGLED = Jobs((0, 0, 9, 9), (3, 1, 1, 1), ((), (), (0,), (0, 1)))


@st.composite
def tangled(draw: st.DrawFn) -> Jobs:
    """Worthless jobs first, and each valuable one needs some of them: often one block, searched."""
    first, later = draw(st.integers(2, 3)), draw(st.integers(2, 4))
    weights = [0] * first + draw(st.lists(st.integers(1, 9), min_size=later, max_size=later))
    number = first + later
    times = draw(st.lists(st.integers(1, 9), min_size=number, max_size=number))
    wanted = st.sets(st.integers(0, first - 1), min_size=1)
    needs = [()] * first + [tuple(sorted(draw(wanted))) for _ in range(later)]
    return Jobs(tuple(weights), tuple(times), tuple(needs))


def test_a_plan_that_does_not_come_apart_is_searched() -> None:
    assert blocks(TANGLED, range(4)) == [(0, 1, 2, 3)]
    plan = best_order(TANGLED)
    assert (plan.order, plan.cost, plan.optimal) == ((0, 2, 1, 3), 90, True)
    assert plan.cost == cheapest(TANGLED)


@given(tangled())
@settings(max_examples=80, deadline=None)
def test_no_order_of_a_tangled_plan_is_cheaper(jobs: Jobs) -> None:
    plan = best_order(jobs)
    assert keeps_needs(jobs, plan.order)
    assert plan.cost == cost(jobs, plan.order) == plan.bound == cheapest(jobs)


@given(tangled())
@settings(max_examples=80, deadline=None)
def test_a_tangled_plan_searched_with_little_effort_keeps_its_bound(jobs: Jobs) -> None:
    plan = best_order(jobs, effort=1)
    assert keeps_needs(jobs, plan.order)
    assert plan.cost == cost(jobs, plan.order)
    assert plan.bound <= cheapest(jobs) <= plan.cost <= 2 * plan.bound


@given(tangled())
@settings(max_examples=40, deadline=None)
def test_a_block_too_large_to_search_is_ordered_by_density_within_its_bound(jobs: Jobs) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "SEARCHED", 1)
        plan = best_order(jobs)
    assert keeps_needs(jobs, plan.order)
    assert plan.cost == cost(jobs, plan.order)
    assert plan.bound <= cheapest(jobs) <= plan.cost <= 2 * plan.bound
