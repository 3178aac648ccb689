"""The clock of flow: when work begins and ends, on made-up boards and on those of others."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.clock import ItemFlow
from leanfolio.figures.flow.percentiles import interpolated
from leanfolio.figures.flow.scopes import Flow
from making import linked
from test_history import a_history

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 11, 20)
STATES = """
states:
  - {name: funnel, category: new}
  - {name: ready, category: waiting}
  - {name: mvp, category: active, was: [pilot]}
  - {name: done, category: done}
  - {name: archived, category: done}
  - {name: rejected, category: cancelled}
"""


def board(*states: tuple[str, str]) -> str:
    """The states of a portfolio, by name and category."""
    lines = "".join(f"  - {{name: {name}, category: {category}}}\n" for name, category in states)
    return f"states:\n{lines}"


def an_epic(*entries: tuple[str, str], more: str = "") -> str:
    """An epic that entered these states on these days, and stands in the last."""
    listed = ", ".join(f"{{state: {state}, on: {day}}}" for state, day in entries)
    return f"title: Any\nstate: {entries[-1][0]}\nhistory: [{listed}]\n{more}"


def flow_of(files: Mapping[str, str], as_of: date = TODAY, states: str = STATES) -> Flow:
    """The flow of these files on a board; the small portfolio's own epic has no history."""
    whole = {"portfolio.md": f"type: portfolio\ntitle: Any\n{states}", **files}
    portfolio, _ = linked(whole)
    return Flow(portfolio, as_of)


def clock(*entries: tuple[str, str], more: str = "", states: str = STATES) -> ItemFlow:
    """What the clock says of one epic with this history."""
    return flow_of({"epics/EP-2.md": an_epic(*entries, more=more)}, states=states).items["EP-2"]


# The clock ---------------------------------------------------------------------------------------


def test_the_clock_runs_from_the_first_wait_to_the_last_completion() -> None:
    found = clock(
        ("funnel", "2026-01-01"), ("ready", "2026-01-10"), ("done", "2026-02-01"),
        ("mvp", "2026-02-05"), ("done", "2026-03-01"),
    )  # fmt: skip
    assert (found.started, found.ended) == (date(2026, 1, 10), date(2026, 3, 1))
    assert (found.days, found.reopened, found.outcome) == (50, 1, "done")


def test_a_move_from_one_done_state_to_the_next_is_no_completion() -> None:
    found = clock(
        ("ready", "2026-01-10"), ("done", "2026-01-20"), ("archived", "2026-11-01")
    )  # fmt: skip
    assert (found.days, found.finished) == (10, (date(2026, 1, 20),))


def test_a_cancelled_item_is_no_completion_and_has_its_own_time() -> None:
    found = clock(("ready", "2026-01-10"), ("rejected", "2026-01-30"))
    assert (found.outcome, found.days, found.finished) == ("cancelled", 20, ())


def test_an_open_item_has_an_age_in_all_and_in_its_state() -> None:
    found = clock(("ready", "2026-11-01"), ("mvp", "2026-11-15"))
    assert (found.age, found.state_age, found.days) == (19, 5, None)


def test_what_went_back_to_a_new_state_has_no_age_and_those_days_are_told_apart() -> None:
    found = clock(("ready", "2026-10-01"), ("funnel", "2026-11-10"))
    assert (found.outcome, found.age, found.put_back, found.put_back_days) == ("new", None, 1, 10)
    again = clock(
        ("ready", "2026-01-01"), ("funnel", "2026-01-05"), ("ready", "2026-01-25"),
        ("funnel", "2026-02-01"), ("mvp", "2026-02-22"), ("done", "2026-03-02"),
    )  # fmt: skip
    assert (again.put_back, again.put_back_days, again.days, again.backward) == (2, 41, 60, 2)


def test_inclusive_days_are_one_more() -> None:
    inclusive = f"{STATES}flow: {{days: inclusive}}\n"
    same_day = (("ready", "2026-01-10"), ("done", "2026-01-10"))
    assert clock(*same_day).days == 0
    assert clock(*same_day, states=inclusive).days == 1
    assert clock(("ready", "2026-11-19"), states=inclusive).age == 2


def test_an_earlier_name_of_a_state_is_the_same_state() -> None:
    found = clock(("ready", "2026-01-10"), ("pilot", "2026-02-01"), ("mvp", "2026-03-01"))
    assert [stay.state for stay in found.stays] == ["ready", "mvp"]
    assert found.stays[-1].start == date(2026, 2, 1)


def test_days_in_a_state_that_no_file_knows_are_neither_waiting_nor_active() -> None:
    found = clock(
        ("ready", "2026-01-10"), ("limbo", "2026-02-01"), ("mvp", "2026-03-01"),
        ("done", "2026-03-11"),
    )  # fmt: skip
    assert (found.waiting_days, found.active_days, found.days) == (22, 10, 60)


def test_blocked_days_count_once_where_they_overlap_and_up_to_today_where_they_last() -> None:
    more = (
        "blocked: [{from: 2026-11-02, until: 2026-11-06, why: A},"
        " {from: 2026-11-04, until: 2026-11-08, why: B}, {from: 2026-11-18, why: A}]"
    )
    found = clock(("mvp", "2026-11-01"), more=more)
    assert found.blocked_days == 8
    assert (found.active_days, found.waiting_days) == (11, 8)


@pytest.mark.parametrize(
    ("entries", "state", "fault"),
    [
        ((("ready", "2026-01-10"), ("done", "2027-01-01")), "done", "future"),
        ((("ready", "2026-02-10"), ("done", "2026-01-01")), "done", "unordered"),
        ((("ready", "2026-01-10"), ("done", "2026-02-01")), "mvp", "contradicted"),
    ],
)
def test_a_history_that_cannot_be_right_is_left_out_and_counted(
    entries: Sequence[tuple[str, str]], state: str, fault: str
) -> None:
    epic = an_epic(*entries).replace("state: done\n", f"state: {state}\n", 1)
    flow = flow_of({"epics/EP-2.md": epic})
    figures = flow.board("epic")
    assert flow.items["EP-2"].course.fault == fault
    assert [item.id for item in figures.faulty] == ["EP-2"]
    assert figures.times == ()


def test_without_git_and_without_a_history_nothing_is_known() -> None:
    figures = flow_of({}).board("epic")
    assert (figures.source, figures.times, figures.load) == ("none", (), 0)
    assert [item.id for item in figures.without_history] == ["EP-1"]


# From git ----------------------------------------------------------------------------------------

RULES = """title: Any
states:
  - {name: idea, category: new}
  - {name: build, category: %s}
  - {name: done, category: done}
"""
BUILT, DONE = "title: A\nstate: build", "title: A\nstate: done"


def git_flow(landings: Mapping[str, Mapping[str, str | None]], as_of: date = TODAY) -> Flow:
    """The flow of the last of these landings, with the history of all."""
    files: dict[str, str] = {}
    for changes in landings.values():
        files |= {path: text for path, text in changes.items() if text is not None}
        for path in (path for path, text in changes.items() if text is None):
            del files[path]
    portfolio, _ = linked({**files, "epics/EP-1.md": files.get("epics/EP-1.md", "title: Any")})
    return Flow(portfolio, as_of, a_history(landings))


def test_git_tells_the_states_of_an_item_without_a_history() -> None:
    flow = git_flow({
        "2026-01-01": {"portfolio.md": RULES % "active", "epics/EP-9.md": "title: A\nstate: idea"},
        "2026-02-01": {"epics/EP-9.md": BUILT},
        "2026-02-11": {"epics/EP-9.md": None, "epics/EP-9-moved.md": f"id: EP-9\n{DONE}"},
    })  # fmt: skip
    assert (flow.items["EP-9"].days, flow.items["EP-9"].course.source) == (10, "git")


def test_a_category_is_that_of_the_portfolio_file_of_the_commit() -> None:
    flow = git_flow({
        "2026-01-01": {"portfolio.md": RULES % "new", "epics/EP-9.md": BUILT},
        "2026-02-01": {"portfolio.md": RULES % "active", "epics/EP-8.md": BUILT},
        "2026-03-01": {"epics/EP-9.md": DONE, "epics/EP-8.md": DONE},
    })  # fmt: skip
    assert flow.items["EP-9"].days is None
    assert flow.items["EP-8"].days == 28


def test_an_own_history_wins_over_git_and_both_make_a_mixed_source() -> None:
    own = f"{DONE}\nhistory: [{{state: build, on: 2026-01-03}}, {{state: done, on: 2026-01-05}}]"
    flow = git_flow({
        "2026-01-01": {"portfolio.md": RULES % "active", "epics/EP-8.md": BUILT},
        "2026-02-01": {"epics/EP-9.md": own, "epics/EP-8.md": DONE},
    })  # fmt: skip
    assert flow.items["EP-9"].days == 2
    assert flow.board("epic").source == "mixed"


def test_a_removed_item_leaves_on_the_day_it_went_and_is_no_completion() -> None:
    flow = git_flow({
        "2026-01-01": {"portfolio.md": RULES % "active", "epics/EP-9.md": BUILT},
        "2026-02-01": {"epics/EP-9.md": None, "epics/EP-8.md": BUILT},
    })  # fmt: skip
    gone = flow.items["EP-9"]
    assert (gone.outcome, gone.days, gone.ended) == ("cancelled", 31, date(2026, 2, 1))
    assert flow.board("epic").load == 1


def test_a_move_that_is_not_committed_yet_counts_as_of_today() -> None:
    landings = {"2026-11-01": {"portfolio.md": RULES % "active", "epics/EP-9.md": BUILT}}
    portfolio, _ = linked({"portfolio.md": RULES % "active", "epics/EP-9.md": DONE})
    found = Flow(portfolio, TODAY, a_history(landings)).items["EP-9"]
    assert (found.days, found.ended) == (19, TODAY)


# Those of others ---------------------------------------------------------------------------------


def fixture(name: str) -> dict[str, Any]:
    answer = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    assert isinstance(answer, dict)
    return answer


def jira() -> tuple[Flow, dict[str, Any]]:
    """The issues of a Jira as epics, their states by id."""
    sample = fixture("jira_states.json")
    states = board(*((f'"{id}"', category) for id, category in sample["categories"].items()))
    files = {
        f"epics/{issue['key']}.md": an_epic(
            *((f'"{state}"', day) for day, state in issue["states"])
        )
        for issue in sample["issues"]
    }
    return flow_of(files, as_of=date(2021, 5, 1), states=states), sample


def test_every_issue_of_a_jira_is_finished_on_the_day_that_jira_says() -> None:
    flow, sample = jira()
    for issue in sample["issues"]:
        found = flow.items[issue["key"]]
        if issue["days"] is not None:
            days = [str(found.started), str(found.ended), found.days]
            assert days == [issue["started"], issue["completed"], issue["days"]], issue["key"]


def test_thirty_issues_of_a_jira_have_the_percentiles_that_others_computed() -> None:
    figures = jira()[0].board("epic")
    assert len(figures.times) == 30
    assert figures.percentile(Fraction(1, 2)) == 6
    assert figures.percentile(Fraction(85, 100)) == 11
    assert figures.mean == Fraction(88, 10)


def published(as_of: date) -> tuple[Flow, dict[str, Any]]:
    """The items of a published example, up to a day."""
    sample = fixture("published_flow.json")
    categories = ("new", "waiting", "active", "active", "done")
    states = board(*zip(sample["states"], categories, strict=True))
    files = {}
    for key, *days in sample["items"]:
        entries = [(state, day) for state, day in zip(sample["states"], days, strict=True) if day]
        files[f"epics/{key}.md"] = an_epic(*entries)
    return flow_of(files, as_of, states), sample["answers"]


def test_a_published_example_has_the_published_ages_times_and_debt() -> None:
    flow, answers = published(date(2018, 1, 10))
    figures = flow.board("epic")
    assert {item.id: item.age for item in figures.open} == answers["ages"]
    assert figures.total_age == 70
    assert {item.id: item.days for item in figures.done} == answers["times"]
    shares = (Fraction(1, 10), Fraction(1, 2), Fraction(9, 10))
    assert [interpolated(figures.times, share) for share in shares] == [Fraction(9, 2), 5, 5]
    assert published(date(2018, 1, 9))[0].board("epic").debt_days == Fraction(13, 6)


def test_a_published_example_has_the_published_lines_and_loads() -> None:
    flow, answers = published(date(2018, 1, 9))
    figures = flow.board("epic")
    moved = figures.balance
    pairs = zip(moved.arrivals, moved.departures, strict=True)
    by_day = dict(zip(moved.days, pairs, strict=True))
    days = [date.fromisoformat(day) for day in answers["dates"]]
    assert [by_day.get(day, (0, 0))[0] for day in days] == answers["arrivals"]
    assert [by_day.get(day, (0, 0))[1] for day in days] == answers["departures"]
    lines = {row.on: list(row.reached.values()) for row in figures.cumulative}
    expected = dict(zip(days, answers["cumulative"], strict=True))
    assert lines == {day: row for day, row in expected.items() if day in lines}
    assert len(lines) == 9


def test_rules_and_the_ranking_ask_the_same_flow() -> None:
    files = {
        f"epics/EP-{n + 10}.md": an_epic(("ready", "2026-01-01"), ("done", f"2026-01-{n + 2:02}"))
        for n in range(10)
    }
    portfolio, _ = linked({"portfolio.md": f"type: portfolio\ntitle: Any\n{STATES}", **files})
    assert Facts(portfolio, TODAY).flow_days == Fraction(173, 20)
