"""What moved a rank: one cause leads, the shares sum to the move, and no scale is mistaken."""

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.rank_causes import Cause, shares_of
from leanfolio.figures.facts import Facts
from leanfolio.read import read
from leanfolio.read.links import link
from making import TODAY, source
from odd_portfolios import odd_portfolios

Files = Mapping[str, str]
Numbers = Mapping[str, tuple[int, ...]]
PARTS = ("business_value", "time_criticality", "risk_opportunity", "job_size")


def facts(files: Files) -> Facts:
    portfolio = link(read([source(path, head) for path, head in files.items()]))[0]
    return Facts(portfolio, TODAY)


def files(numbers: Numbers, policy: str = "") -> Files:
    """Epics in the funnel with these numbers, in the order of PARTS."""
    epics = {
        f"epics/{id}.md": f"title: {id}\nstate: funnel\n"
        + "\n".join(f"{part}: {n}" for part, n in zip(PARTS, values, strict=False))
        for id, values in numbers.items()
    }
    return {"portfolio.md": f"title: P\n{policy}", **epics}


def compared(before: Numbers, after: Numbers, old: str = "", new: str = "") -> Comparison:
    return Comparison(facts(files(before, old)), facts(files(after, new)))


def moves(comparison: Comparison) -> dict[str, tuple[int, int, str]]:
    return {move.id: (move.before, move.after, move.cause.lead) for move in comparison.moves}


# The vector of rank reversal: (value, criticality, risk, size).
A, B, C = (2, 13, 1, 1), (20, 1, 1, 1), (1, 13, 13, 1)


def test_one_that_leaves_moves_the_others_by_the_set() -> None:
    found = compared({"A": A, "B": B, "C": C}, {"A": A, "B": B})
    assert moves(found) == {"B": (2, 1, "set"), "A": (3, 2, "set")}
    assert all(move.cause.went == ("C",) and not move.cause.also for move in found.moves)
    assert all(not move.cause.rescaled for move in found.moves)


def test_a_column_scaled_anew_because_its_least_left_is_the_set_and_not_its_scores() -> None:
    scaled_a, scaled_b = (1, 13, 1, 1), (10, 1, 1, 1)
    found = compared({"A": A, "B": B, "C": C}, {"A": scaled_a, "B": scaled_b})
    assert moves(found) == {"A": (3, 1, "set")}  # b stays second: a came from behind it
    (move,) = found.moves
    assert move.cause.rescaled == ("business_value",)
    assert move.cause.also == () and move.cause.numbers == ()


def test_a_column_scaled_anew_with_the_same_set_is_a_rule() -> None:
    before = {"A": (4, 13, 1, 1), "B": (20, 1, 1, 1)}
    after = {"A": (2, 13, 1, 1), "B": (10, 1, 1, 1)}
    assert moves(compared(before, after)) == {"A": (2, 1, "rules"), "B": (1, 2, "rules")}


def test_own_scores_lead_where_they_moved_it_and_another_s_follow() -> None:
    found = compared(
        {"A": (5, 1, 1, 1), "B": (8, 1, 1, 1), "C": (13, 1, 1, 1)},
        {"A": (20, 1, 1, 1), "B": (8, 1, 1, 1), "C": (13, 1, 1, 1)},
    )
    assert moves(found) == {"A": (3, 1, "own"), "B": (2, 3, "others"), "C": (1, 2, "others")}
    climbed = next(move for move in found.moves if move.id == "A")
    assert climbed.cause.numbers == (("business_value", Fraction(5), Fraction(20)),)
    assert next(move for move in found.moves if move.id == "B").cause.others == ("A",)


def test_another_form_is_a_rule() -> None:
    more = {
        "A": "cost_of_delay: 10\nduration_weeks: 2",
        "B": "cost_of_delay: 30\nduration_weeks: 4",
    }
    both = files({"A": (8, 1, 1, 1), "B": (1, 1, 1, 1)})
    both = {path: f"{head}\n{more.get(path[6:7], '')}" for path, head in both.items()}
    money = {**both, "portfolio.md": "title: P\nranking: money"}
    found = Comparison(facts(both), facts(money))
    assert moves(found) == {"B": (2, 1, "rules"), "A": (1, 2, "rules")}


def test_a_line_that_was_drawn_lower_is_a_rule_that_lifts_over_it() -> None:
    three = {"A": (5, 1, 1, 1), "B": (3, 1, 1, 1), "C": (2, 1, 1, 1)}
    found = compared(three, three, "cut_line: 1", "cut_line: 2")
    assert found.moves == ()
    assert [(c.id, c.above, c.cause.lead, c.cause.also) for c in found.crossings] == [
        ("B", True, "rules", ())
    ]


def test_one_that_grew_too_large_for_the_line_crosses_by_its_own_size() -> None:
    found = compared(
        {"A": (20, 1, 1, 1), "B": (20, 1, 1, 2)}, {"A": (20, 1, 1, 1), "B": (20, 1, 1, 5)},
        "cut_line: {size: 4}", "cut_line: {size: 4}",
    )  # fmt: skip
    assert [(c.id, c.above, c.cause.lead) for c in found.crossings] == [("B", False, "own")]


def test_no_line_on_one_side_crosses_nothing() -> None:
    assert compared({"A": A}, {"A": A}, "cut_line: 0", "").crossings == ()


scores = st.dictionaries(
    st.sampled_from("ABCDE"), st.tuples(*[st.sampled_from((1, 2, 3, 5))] * 4), max_size=5
)
policies = st.sampled_from(("", "cut_line: 1", "cut_line: 2", "cut_line: {size: 4}"))


def sum_of(cause: Cause) -> Fraction:
    return sum(cause.shares.values(), Fraction(0))


@settings(max_examples=150, deadline=None)
@given(scores, scores, policies, policies)
def test_the_shares_of_a_move_sum_to_it_and_one_leads(
    before: Numbers, after: Numbers, old: str, new: str
) -> None:
    found = compared(before, after, old, new)
    for move in found.moves:
        assert sum_of(move.cause) == move.after - move.before
        assert move.cause.lead not in move.cause.also
        assert move.cause.shares.keys() == {move.cause.lead, *move.cause.also}
        assert move.cause.shares[move.cause.lead] * (move.after - move.before) > 0
    for crossing in found.crossings:
        assert sum_of(crossing.cause) == (-1 if crossing.above else 1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(odd_portfolios(), odd_portfolios())
def test_odd_portfolios_move_too(one: Files, other: Files) -> None:
    found = Comparison(facts(one), facts(other))
    back = Comparison(facts(other), facts(one))
    for move in found.moves:
        assert sum_of(move.cause) == move.after - move.before
    assert {(m.id, m.before, m.after) for m in found.moves} == {
        (m.id, m.after, m.before) for m in back.moves
    }
    assert {(c.id, c.above) for c in found.crossings} == {
        (c.id, not c.above) for c in back.crossings
    }


def test_with_all_parts_exchanged_the_ranking_is_the_later_one() -> None:
    found = compared({"A": A, "B": B, "C": C}, {"A": (1, 1, 1, 5), "B": B, "D": (9, 9, 9, 1)})
    causes = found.causes
    every = frozenset(causes.changed)
    for id in causes.inputs.both:
        assert causes.rank_with(id, every) == causes.ranks[1][id]
        assert causes.rank_with(id, frozenset()) == causes.ranks[0][id]


def test_shares_are_those_of_shapley() -> None:
    """Two that do nothing alone share what they do together; one that adds by itself keeps it."""
    together = shares_of(("own", "set"), lambda new: 3 if len(new) == 2 else 0)
    assert together == {"own": Fraction(3, 2), "set": Fraction(3, 2)}
    alone = shares_of(("own", "set"), lambda new: 2 if "own" in new else 0)
    assert alone == {"own": 2, "set": 0}
