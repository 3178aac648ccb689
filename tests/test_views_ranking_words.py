"""The sentences of the ranking page: true and grammatical for none, one, two and many."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.ranking.agreement import Agreement, Disagreement
from leanfolio.model import CostOfDelay, CutLine, Epic
from leanfolio.views.ranking.agreement import agreement_words
from leanfolio.views.ranking.figures import ranking_figures
from leanfolio.views.ranking.headline import equal_words, start
from leanfolio.views.ranking.ranking import Ranking, ranking_view
from leanfolio.views.ranking.sensitivity import first_place_words
from leanfolio.views.ranking.team_schedules import time_words
from leanfolio.views.ranking.within import within_table
from leanfolio.views.ranking.words import remainder
from test_ranking_wsjf import TODAY, a_portfolio, an_epic, money_epic


def viewed(*items: Any, **policy: Any) -> Ranking:
    return ranking_view(a_portfolio(*items, **policy), TODAY)


def since(before: list[Epic], now: list[Epic]) -> str:
    """What the page says moved between two states of a portfolio."""
    drift = ranking_view(a_portfolio(*now), TODAY, past=[("PI-1", a_portfolio(*before))]).drift
    assert drift is not None
    return str(drift.finding)


# The title --------------------------------------------------------------------------------------

FIRST = (20, 20, 20, 1)
SECOND = (13, 5, 5, 5)


def test_a_leader_that_waits_is_named_with_what_can_start_next() -> None:
    leader = an_epic("EP-1", FIRST, title="Safe place", depends_on=["EP-2"])
    needed, other = an_epic("EP-2", (1, 1, 1, 8), title="Addresses"), an_epic("EP-3", (1, 1, 1, 20))
    assert str(viewed(leader, needed, other).finding) == (
        "“Safe place” leads but waits for EP-2; “Addresses” can start next"
    )


def test_what_is_in_work_already_cannot_start_next() -> None:
    leader = an_epic("EP-1", FIRST, title="Safe place", depends_on=["EP-2"])
    needed = an_epic("EP-2", (1, 1, 1, 8), state="mvp")
    other = an_epic("EP-3", (1, 1, 1, 20), title="Other")
    assert str(viewed(leader, needed, other).finding) == (
        "“Safe place” leads but waits for EP-2; “Other” can start next"
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"limit": 2}, "can start next"),
        ({"limit": 1}, "can start when there is room: MVP holds 1, its limit is 1"),
        ({"limit_size": 16}, "can start next"),
        ({"limit_size": 15}, "can start when there is room: MVP holds job size 8, its limit is 15"),
    ],
)
def test_what_comes_next_waits_for_room_in_the_column_where_work_starts(
    state: dict[str, int], words: str
) -> None:
    leader = an_epic("EP-1", FIRST, title="Safe place", depends_on=["EP-2"])
    needed = an_epic("EP-2", (1, 1, 1, 8), title="Addresses")
    working = an_epic("EP-3", (1, 1, 1, 8), state="mvp")
    states = [{"name": "analyzing", "category": "waiting"},
              {"name": "mvp", "category": "active", **state},
              {"name": "done", "category": "done"}]  # fmt: skip
    found = viewed(leader, needed, working, states=states)
    assert str(found.finding) == f"“Safe place” leads but waits for EP-2; “Addresses” {words}"
    urgent = needed.model_copy(update={"urgency": "expedite"})
    allowed = str(viewed(leader, urgent, working, states=states).finding)
    over = " is expedited and can start next, above the limit: MVP holds"
    assert (over in allowed) == ("room" in words)
    free = leader.model_copy(update={"depends_on": ()})
    assert "start" not in str(viewed(free, needed, working, states=states).finding)
    early = viewed(free, urgent, working, states=states)
    assert ("can start at once, above the limit: MVP" in str(early.finding)) == ("room" in words)


def test_what_is_blocked_cannot_start_though_it_leads() -> None:
    leader = an_epic("EP-1", FIRST, title="Safe place", blocked=[{"from": TODAY, "why": "grid"}])
    other = an_epic("EP-2", SECOND, title="Other")
    assert str(viewed(leader, other).finding) == (
        "“Safe place” leads but is blocked; “Other” can start next"
    )
    third = an_epic("EP-3", SECOND, title="Third", blocked=[{"from": TODAY, "why": "grid"}])
    assert str(viewed(leader, third).finding) == (
        "“Safe place” leads but is blocked, and no other candidate can start"
    )


@pytest.mark.parametrize("target", ["EP-9", "EP-4", "EP-5"])
def test_a_leader_that_waits_for_what_has_no_place_cannot_start(target: str) -> None:
    """EP-9 does not exist, EP-4 has no score, EP-5 is rejected."""
    leader = an_epic("EP-1", FIRST, title="Safe place", depends_on=[target])
    lost = an_epic("EP-4", (1, 1, 1, None))
    rejected = an_epic("EP-5", state="rejected")
    found = viewed(leader, an_epic("EP-2", SECOND, title="Other"), lost, rejected)
    assert (
        str(found.finding) == f"“Safe place” leads but waits for {target}; “Other” can start next"
    )


def test_where_nothing_can_start_the_title_says_so() -> None:
    found = viewed(
        an_epic("EP-1", FIRST, title="One", depends_on=["EP-2"]),
        an_epic("EP-2", SECOND, depends_on=["EP-1"]),
    )
    assert str(found.finding) == (
        "“One” leads but waits for EP-2, and no other candidate can start"
    )


def test_the_one_expedited_candidate_can_start_at_once_and_of_two_none_can() -> None:
    leader = an_epic("EP-1", FIRST, title="Leader")
    urgent = an_epic("EP-2", (5, 5, 5, 8), title="Urgent", urgency="expedite")
    assert str(viewed(leader, urgent).finding) == (
        "“Leader” leads, but “Urgent” is expedited and can start at once"
    )
    both = viewed(leader, urgent, an_epic("EP-3", (1, 1, 1, 8), urgency="expedite"))
    assert str(both.finding) == "“Leader” leads, and no single step in any score moves it"
    assert str(both.urgency.finding) == (
        "Two candidates are expedited, but only one can be, so none is."
    )


def test_another_candidates_step_can_take_the_first_place() -> None:
    alpha = an_epic("EP-1", (3, 3, 13, 2), title="Alpha")
    beta = an_epic("EP-2", (8, 1, 1, 2), title="Beta")
    found = viewed(alpha, beta, cut_line=1)
    assert str(found.finding) == ("“Alpha” leads, but one step in one score would put “Beta” first")
    first, second = found.items
    assert (first.rank_low, first.rank_high) == (1, 2)
    assert (second.rank_low, second.rank_high) == (1, 2)
    assert str(first.high_by) == "job size of EP-2 from 2 to 1"
    assert str(first.step_words) == "job size of EP-2 from 2 to 1 drops it to 2"


@given(
    st.lists(
        st.tuples(
            st.integers(1, 20),
            st.sampled_from(["analyzing", "mvp"]),
            st.lists(st.integers(0, 7), max_size=2),
        ),
        min_size=1,
        max_size=7,
    )
)
@settings(max_examples=80, deadline=None)
def test_what_can_start_next_waits_for_nothing_and_is_not_in_work(
    stated: list[tuple[int, str, list[int]]],
) -> None:
    """EP-7 never exists: whoever waits for it cannot start."""
    items = [
        an_epic(f"EP-{n}", (value, 1, 1, 5), state=state, depends_on=[f"EP-{m}" for m in needs])
        for n, (value, state, needs) in enumerate(stated)
    ]
    portfolio = a_portfolio(*items)
    found = ranking_figures(portfolio, items, TODAY, None)
    begin = start(portfolio, found)
    free = {item.id for item in items if item.state == "analyzing" and not item.depends_on}
    assert begin.leader is found.order.scores[0]
    assert (begin.next is None) == (not free)
    assert begin.next is None or begin.next.item.id in free
    leader = next(item for item in items if item.id == begin.leader.item.id)
    assert set(begin.waits_for) >= set(leader.depends_on)


@pytest.mark.parametrize(("number", "word"), [(2, "Both candidates"), (3, "All three candidates")])
def test_candidates_that_score_the_same_are_counted(number: int, word: str) -> None:
    assert str(equal_words(number)).startswith(f"{word} score the same")


# Money ------------------------------------------------------------------------------------------


def test_a_cost_of_delay_in_dollars_is_ranked_by_what_it_is_worth() -> None:
    rates = [{"currency": "USD", "rate": "0.5", "on": "2026-10-01"}]
    dollars, euros = money_epic("EP-1", 100, 2, currency="USD"), money_epic("EP-2", 80, 2)
    first, second = viewed(dollars, euros, ranking="money", rates=rates).items
    assert (first.id, str(first.score)) == ("EP-2", "40.00")
    assert (second.id, str(second.score)) == ("EP-1", "25.00")
    assert second.cost_of_delay == 50
    assert str(second.arithmetic) == "100 × 0.5 / 2 = 25.00"


def test_the_arithmetic_of_a_month_in_another_currency_has_days_and_rate() -> None:
    delay = CostOfDelay(revenue=Decimal(3000), savings=Decimal(653), per="month")
    item = an_epic(cost_of_delay=delay, duration_weeks=Decimal(2), currency="USD")
    rates = [{"currency": "USD", "rate": "0.5", "on": "2026-10-01"}]
    row = viewed(item, ranking="money", rates=rates).items[0]
    assert str(row.arithmetic) == "(3000 + 653) × 7 / 30.4375 × 0.5 / 2 = 210.03"
    assert row.exact == Fraction(3653 * 7 * 48, 1461) / 4


def test_without_a_rate_a_candidate_has_no_place_and_the_page_says_why() -> None:
    found = viewed(money_epic("EP-1", 100, 2, currency="USD"), ranking="money")
    assert [(row.id, str(row.why)) for row in found.unranked] == [("EP-1", "no rate for USD")]
    assert str(found.finding) == "Nothing can be ranked yet"


# Dependencies -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waiting", "finding"),
    [
        (0, "Nothing waits for anything else: the sequence is the ranking."),
        (1, "One candidate waits for what sets no order here: the sequence is the ranking."),
        (2, "Two candidates wait for what sets no order here: the sequence is the ranking."),
    ],
)
def test_who_waits_for_what_has_no_place_is_counted(waiting: int, finding: str) -> None:
    targets = ["EP-8", "EP-9"]  # one rejected, one without a score
    items = [an_epic(f"EP-{n}", depends_on=[targets[n]] if n < waiting else []) for n in range(3)]
    others = (an_epic("EP-8", state="rejected"), an_epic("EP-9", (1, 1, 1, None)))
    found = viewed(*items, *others).dependencies
    assert str(found.finding) == finding
    assert len(found.told) == waiting
    assert not found.any


def test_who_waits_for_what_is_done_waits_for_nothing() -> None:
    found = viewed(an_epic("EP-1", depends_on=["EP-2"]), an_epic("EP-2", state="done"))
    assert str(found.dependencies.finding).startswith("Nothing waits for anything else")
    assert str(found.dependencies.told[0].clause) == (
        "names EP-2, which is done: nothing to wait for."
    )


# What moved -------------------------------------------------------------------------------------


def moving(number: int, places: int) -> str:
    """What is said where the last of so many candidates rises past all but one of `places`."""
    before = [an_epic(f"EP-{n}", (20 - n, 1, 1, 5)) for n in range(number)]
    now = [*before]
    if places:
        value = Decimal(20 - number + places) + Decimal("0.5")
        now[-1] = before[-1].model_copy(update={"business_value": value})
    return since(before, now)


@pytest.mark.parametrize(
    ("number", "places", "finding"),
    [
        (0, 0, "No candidate was ranked both now and at PI-1."),
        (1, 0, "The only candidate ranked then and now has kept its place since PI-1."),
        (2, 0, "Neither of the two candidates ranked then and now moved since PI-1."),
        (2, 2, "Both candidates ranked then and now moved since PI-1."),
        (3, 0, "None of the three candidates moved since PI-1."),
        (3, 2, "Two candidates of three moved since PI-1."),
        (3, 3, "All three candidates moved since PI-1."),
        (13, 12, "Twelve candidates of 13 moved since PI-1."),
    ],
)
def test_how_many_candidates_moved_is_said_of_those_ranked_then_and_now(
    number: int, places: int, finding: str
) -> None:
    assert moving(number, places) == finding


def test_one_that_moves_because_another_came_is_one() -> None:
    old = [an_epic("EP-1", (20, 1, 1, 5)), an_epic("EP-2", (5, 1, 1, 5))]
    assert since(old, [*old, an_epic("EP-3", (8, 1, 1, 5))]) == (
        "One candidate of two moved since PI-1."
    )


@pytest.mark.parametrize(
    ("number", "ending"),
    [(1, "; one kept its place with other numbers."),
     (2, "; two kept their places with other numbers.")],
)  # fmt: skip
def test_a_score_that_changed_without_the_place_is_no_move(number: int, ending: str) -> None:
    before = [an_epic("EP-1", (20, 1, 1, 5)), an_epic("EP-2", (5, 1, 1, 5)), an_epic("EP-3")]
    now = [*before]
    for n in range(number):
        now[n] = before[n].model_copy(update={"risk_opportunity": Decimal(2)})
    assert since(before, now).endswith(ending)
    assert since(before, now).startswith("None of the three candidates moved")


# The other sentences ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moves", "steps", "words"),
    [
        (0, 0, "There is nothing to change."),
        (0, 1, "The only one-step change puts no other candidate first."),
        (1, 1, "The only one-step change puts another candidate first."),
        (0, 2, "Neither of the two one-step changes puts another candidate first."),
        (1, 2, "1 of 2 one-step changes puts another candidate first."),
        (2, 2, "Both one-step changes put another candidate first."),
        (0, 134, "None of the 134 one-step changes puts another candidate first."),
        (5, 134, "5 of 134 one-step changes put another candidate first."),
        (134, 134, "All 134 one-step changes put another candidate first."),
    ],
)
def test_changes_of_the_first_place_are_counted(moves: int, steps: int, words: str) -> None:
    assert str(first_place_words(moves, steps)) == words


def of_agreement(items: int, same: int) -> str:
    apart = tuple(Disagreement(f"EP-{n}", 1, 2) for n in range(items - same))
    return str(agreement_words(Agreement("relative", "money", items, 1, 1, (4, 4), apart)))


@pytest.mark.parametrize(
    ("items", "same", "start"),
    [
        (0, 0, "No candidates have the parts for both: nothing to compare."),
        (1, 1, "One candidate has the parts for both: nothing to compare."),
        (2, 2, "The same place for both candidates; Kendall's tau-b is 0.00"),
        (2, 0, "Another place for both candidates; "),
        (3, 3, "The same place for all 3; "),
        (3, 0, "The same place for none of 3; "),
        (3, 1, "The same place for 1 of 3; "),
    ],
)
def test_how_far_two_forms_agree_is_counted(items: int, same: int, start: str) -> None:
    assert of_agreement(items, same).startswith(start)


def dated(number: int, days: int) -> Iterator[Epic]:
    for n in range(number):
        yield an_epic(f"EP-{n}", due=TODAY + timedelta(days), urgency="fixed-date")


@pytest.mark.parametrize(
    ("number", "days", "finding"),
    [
        (0, 9, "Nothing is urgent beyond the ranking."),
        (1, 9, "One candidate has a fixed date."),
        (2, 9, "Two candidates have fixed dates."),
        (1, -19, "EP-0 is late to start."),
        (2, -19, "EP-0 and EP-1 are late to start."),
    ],
)
def test_fixed_dates_are_counted_and_a_past_one_is_late_even_without_flow_times(
    number: int, days: int, finding: str
) -> None:
    urgency = viewed(*dated(number, days)).urgency
    assert str(urgency.finding) == finding
    if number and days < 0:
        assert [(row.late, str(row.words)) for row in urgency.due] == [
            (True, "19 days past its due date")
        ] * number


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (-1, "one day late to start"),
        (-2, "two days late to start"),
        (0, "start today"),
        (1, "start within one day"),
        (13, "start within 13 days"),
    ],
)
def test_the_days_until_a_start_are_counted(left: int, words: str) -> None:
    item = an_epic(due=TODAY + timedelta(left + 10), urgency="fixed-date")
    view = ranking_view(a_portfolio(item), TODAY, flow_days=Fraction(10))
    assert [str(row.words) for row in view.urgency.due] == [words]


@pytest.mark.parametrize(
    ("places", "candidates", "words"),
    [
        (1, 0, "one place, none taken"),
        (1, 3, "one place, one taken"),
        (2, 1, "two places, one taken"),
        (13, 20, "13 places, 13 taken"),
    ],
)
def test_the_capacity_of_the_cut_line_is_counted(places: int, candidates: int, words: str) -> None:
    items = (an_epic(f"EP-{n}") for n in range(candidates))
    cut = viewed(*items, cut_line=CutLine(count=places)).cut
    assert cut is not None
    assert str(cut.words) == words


@pytest.mark.parametrize(
    ("number", "summary"),
    [
        (0, "Relative WSJF; no candidates are ranked for two places. Ties:"),
        (1, "Relative WSJF; one candidate is ranked for two places. Ties:"),
        (13, "Relative WSJF; 13 candidates are ranked for two places. Ties:"),
    ],
)
def test_the_summary_counts_candidates_and_states_the_tie_rule(number: int, summary: str) -> None:
    found = viewed(*(an_epic(f"EP-{n}") for n in range(number)), cut_line=CutLine(count=2))
    assert str(found.summary).startswith(summary)
    assert str(found.summary).endswith("then id, its numbers by size (EP-9 before EP-10).")


@pytest.mark.parametrize(
    ("ties", "words"),
    [
        (1, None),
        (2, "ties with EP-1"),
        (6, "ties with EP-1, EP-2, EP-3, EP-4, EP-5"),
        (8, "ties with EP-1, EP-2, EP-3, EP-4, EP-5 and 2 more"),
    ],
)
def test_the_first_items_of_equal_score_are_named(ties: int, words: str | None) -> None:
    row = viewed(*(an_epic(f"EP-{n}") for n in range(ties))).items[0]
    assert (str(row.tie_words) if row.tie_words else None) == words


@pytest.mark.parametrize(
    ("rows", "visible", "words"),
    [(3, 3, None), (2, 3, None), (4, 3, "1 more is in"), (9, 3, "6 more are in")],
)
def test_rows_that_a_table_leaves_out_are_counted(
    rows: int, visible: int, words: str | None
) -> None:
    rest = remainder(range(rows), visible)
    assert (str(rest.words) if rest else None) == words


@pytest.mark.parametrize(
    ("time", "weeks", "words"),
    [
        (Fraction(1), True, "1 week"),
        (Fraction(2), True, "2 weeks"),
        (Fraction(5, 2), True, "2.5 (in weeks)"),
        (Fraction(1), False, "1 unit of size"),
        (Fraction(0), False, "0 units of size"),
        (Fraction(5, 2), False, "2.5 (in units of size)"),
    ],
)
def test_a_time_is_counted_in_its_unit(time: Fraction, weeks: bool, words: str) -> None:
    assert str(time_words(time, weeks=weeks)) == words


@pytest.mark.parametrize(("number", "words"), [(1, "one feature"), (2, "two features")])
def test_what_has_no_score_within_an_item_is_counted(number: int, words: str) -> None:
    items = [an_epic(f"EP-{n}", (None, 1, 1, 1)) for n in range(number)]
    table = within_table(a_portfolio(*items), "Feature", items, date(2026, 11, 20))
    assert str(table.note).endswith(f"Without a score: {words}.")
