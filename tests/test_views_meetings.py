"""Pages for meetings: their sections, in order, with the figures of the views that they quote."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html as parser
from msgspec.structs import replace

from leanfolio.figures.change.revision import Revision
from leanfolio.figures.history.versions import History, Version
from leanfolio.figures.increments.delivery import fates
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.model import Feature, Increment
from leanfolio.model.source import Commit
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from leanfolio.views.cell import figure
from leanfolio.views.change_story import ChangeLine, ChangeStory
from leanfolio.views.decisions import decision_log
from leanfolio.views.meetings.board_review import board_review
from leanfolio.views.meetings.increment_planning import increment_planning
from leanfolio.views.meetings.increment_review import increment_review
from leanfolio.views.meetings.increments import still_open
from leanfolio.views.meetings.meeting import USUAL, Meeting, meetings_of
from leanfolio.views.meetings.pages import meetings_index
from leanfolio.views.meetings.portfolio_sync import portfolio_sync
from leanfolio.views.meetings.section import MOST, Section
from leanfolio.views.meetings.strategic_review import strategic_review
from leanfolio.views.pages import navigation
from leanfolio.views.ref import Ref
from leanfolio.views.registry import VIEWS
from leanfolio.wording import Money, days, listed, message, plural
from making import PORTFOLIO, TODAY, built, linked, source
from odd_portfolios import odd_portfolios
from pages import every, pages, records
from test_claims import blocked
from test_site import sample

SCORED = "business_value: 5\ntime_criticality: 5\nrisk_opportunity: 5\njob_size: 5\n"
PROVEN = "hypothesis: {for: A, who: B, the: C, is_a: D, that: E, unlike: F, our_solution: G}\n"
INCREMENT = """
    title: Increment 4
    owner: A
    start: 2026-07-01
    end: 2026-09-30
    objectives:
      - {title: One, team: T-1, planned_value: 8, actual_value: 8}
      - {title: Two, team: T-1, planned_value: 5, actual_value: 2}
    """


def empty_portfolio() -> Built:
    return build([source("portfolio.md", PORTFOLIO)], as_of=TODAY, otherwise=TODAY)


def by_anchor(sections: Iterable[Section]) -> Mapping[str, Section]:
    return {section.anchor: section for section in sections}


def rows(section: Section) -> list[dict[str, object]]:
    return [dict(record) for record in records(section.table)] if section.table else []


def has_rows(section: Section) -> bool:
    return bool(section.lines or (section.table and section.table.rows))


def ids(section: Section) -> list[str]:
    """The items that the rows of a section are about."""
    heads = (row[0] for row in section.table.rows) if section.table else ()
    return [head.id for head in heads if isinstance(head, Ref)]


def epic(state: str, *lines: str) -> str:
    return "\n".join(("title: An epic", "owner: A", f"state: {state}", *lines))


# Which meetings there are -----------------------------------------------------------------------


def test_a_portfolio_that_says_nothing_has_all_five() -> None:
    assert meetings_of(built().portfolio) == USUAL
    assert [meeting.name for meeting in USUAL] == [
        "board-review", "portfolio-sync", "increment-planning", "increment-review",
        "strategic-review",
    ]  # fmt: skip


def test_a_portfolio_leaves_out_orders_and_names_its_meetings() -> None:
    chosen = "meetings:\n  strategic-review:\n  portfolio-sync: Monday round\n"
    site = dict(pages(built({"portfolio.md": PORTFOLIO + chosen})))
    meetings = [url for url in site if url.startswith("meetings/")]
    assert meetings == [
        "meetings/index.html",
        "meetings/strategic-review.html",
        "meetings/portfolio-sync.html",
    ]
    headings = [
        every(parser.document_fromstring(site[url]), "//h1/bdi/text()")[0] for url in meetings
    ]
    assert headings == ["Two meetings have their page", "Strategic review", "Monday round"]


def test_a_portfolio_without_meetings_has_no_page_of_them() -> None:
    without = built({"portfolio.md": PORTFOLIO + "meetings: {}\n"})
    assert not [url for url, _ in pages(without) if url.startswith("meetings/")]
    assert "meetings" not in [key for _, links in navigation(without) for _, _, key in links]


def test_a_meeting_that_nobody_knows_is_a_problem_with_the_names_there_are() -> None:
    _, problems = linked({"portfolio.md": PORTFOLIO + "meetings: {portfolio-sink: Round}\n"})
    [problem] = problems
    assert "portfolio-sink" in problem.message
    assert "portfolio-sync" in f"{problem.message} {problem.hint}"


def test_the_index_leads_to_every_meeting_with_what_it_would_find() -> None:
    whole = sample()
    index = meetings_index(whole)
    assert [entry.url for entry in index.meetings] == [meeting.url for meeting in USUAL]
    first = next(board_review(whole)).finding
    assert str(index.meetings[0].findings).startswith(str(first))


# Sections ---------------------------------------------------------------------------------------

ANCHORS = {
    "board-review": ["decisions", "moved", "can-move", "blocked", "gaps", "ready", "limits"],
    "portfolio-sync": ["decisions", "blocked", "past-level", "dependencies", "late", "moved"],
    "increment-planning": ["sequence", "load", "carry-over", "objectives", "allocation"],
    "increment-review": ["objectives", "predictability", "features", "mix", "forecasts", "risks"],
    "strategic-review": [
        "outcomes", "targets", "output", "money", "horizons", "increments", "stop",
    ],
}  # fmt: skip


@pytest.mark.parametrize("meeting", USUAL, ids=lambda meeting: meeting.name)
def test_a_meeting_asks_in_the_order_of_its_chair(meeting: Meeting) -> None:
    sections = meeting.sections(built({"increments/PI-4.md": INCREMENT}))
    assert [section.anchor for section in sections] == ANCHORS[meeting.name]


@pytest.mark.parametrize("meeting", USUAL, ids=lambda meeting: meeting.name)
def test_an_empty_portfolio_says_what_is_missing_and_where_it_is_written(meeting: Meeting) -> None:
    sections = meeting.sections(empty_portfolio())
    assert not [section.anchor for section in sections if has_rows(section) and section.missing]
    missing = [section for section in sections if section.missing]
    assert missing
    for section in missing:
        assert str(section.cure), section.anchor
        assert "though" not in str(section.finding), "no good news of what is not there"
    cures = " ".join(str(section.cure) for section in missing)
    assert "content/" in cures or "history:" in cures


def test_what_can_move_shows_all_that_its_next_state_asks_for() -> None:
    states = (
        "states: [{name: idea, category: new}, {name: ready, category: waiting, limit: 1,"
        " requires: [owner]}, {name: build, category: active, requires: [owner, score]},"
        " {name: done, category: done}]\n"
    )
    content = built({
        "portfolio.md": PORTFOLIO + states,
        "epics/EP-1.md": epic("idea"),
        "epics/EP-2.md": epic("ready", SCORED),
        "epics/EP-3.md": epic("ready"),
        "epics/EP-4.md": epic("build", SCORED),
        "epics/EP-5.md": epic("idea", "depends_on: [EP-4]"),
    })  # fmt: skip
    board = by_anchor(board_review(content))
    assert ids(board["can-move"]) == ["EP-2", "EP-1"]  # EP-5 is blocked, EP-4 ends, EP-3 lacks
    assert str(board["can-move"].finding) == (
        "Two unblocked epics show all that their next state asks for, and one would find no room"
    )
    assert ids(board["gaps"]) == ["EP-3"]
    assert rows(board["gaps"])[0]["Lacks for that"] is not None
    assert ids(board["ready"]) == ["EP-2", "EP-3"]
    assert "holds 2, its limit is 1" in str(board["limits"].finding)
    assert str(board["limits"].why) == "One blocked epic stands in a state without a limit."
    assert ids(board["blocked"]) == ["EP-5"]
    assert board["ready"].why == "", "no limit of age is stated"


HISTORY = "history: [{{state: funnel, on: {}}}, {{state: mvp, on: {}}}]"


def moves(files: Mapping[str, str]) -> Section:
    """What moved, as of 20 November 2026."""
    return by_anchor(board_review(built(files)))["moved"]


def test_a_review_of_the_board_lists_the_moves_of_seven_days_the_newest_first() -> None:
    found = moves({
        "epics/EP-1.md": epic("mvp", HISTORY.format("2026-11-13", "2026-11-14")),
        "epics/EP-2.md": epic("mvp", HISTORY.format("2026-11-14", "2026-11-20")),
        "epics/EP-3.md": epic("mvp", HISTORY.format("2026-09-04", "2026-11-13")),
    })  # fmt: skip
    assert found.finding == message(
        "In the last {time} {moves}", time=days(7), moves=listed([
            plural("{n:spelled} epic moved", "{n:spelled} epics moved", 2),
            plural("{n:spelled} epic entered the board", "{n:spelled} epics entered the board", 1),
        ]),
    )  # fmt: skip
    said = [(row["Epic"].id, str(row["From"]), str(row["To"]), row["On"]) for row in refs(found)]
    assert said == [
        ("EP-2", "Funnel", "MVP", date(2026, 11, 20)),
        ("EP-1", "Funnel", "MVP", date(2026, 11, 14)),
        ("EP-2", "None", "Funnel", date(2026, 11, 14)),
    ]
    assert (found.why, found.missing) == ("", "")


def landed(day: int, state: str | None = None) -> Version:
    """A state as a commit on a day of November has it; none of what the commit removed."""
    time = int(datetime(2026, 11, day, 12, tzinfo=UTC).timestamp())
    path = PurePosixPath("epics/any.md")
    return Version(Commit(f"{day}" * 20, time), "epic", path, {"state": state} if state else None)


def refs(section: Section) -> list[dict[str, Any]]:
    return [dict(row) for row in rows(section)]


def test_a_review_of_the_board_says_where_it_is_not_known_what_moved() -> None:
    still = epic("mvp", HISTORY.format("2026-01-03", "2026-02-04"))
    assert str(moves({"epics/EP-1.md": still}).finding) == "No epic moved in the last 7 days"
    some = moves({"epics/EP-1.md": still, "epics/EP-2.md": epic("mvp")})
    assert str(some.finding) == "No epic whose days are known moved in the last 7 days"
    assert str(some.why) == "When EP-2 moved is not known."
    none = moves({"epics/EP-2.md": epic("mvp")})
    assert (str(none.finding), str(none.missing)) == (
        "Nothing is known of it here", "no epic says when it came into its state.",
    )  # fmt: skip
    assert "in git" in str(none.cure)


def test_moves_without_a_history_have_the_day_of_git_and_removed_epics_their_id() -> None:
    history = History((landed(16).commit, landed(17).commit, landed(18).commit), {
        "EP-1": (landed(16, "funnel"), landed(17, "mvp")),
        "EP-2": (landed(16, "funnel"), landed(18)),
    })  # fmt: skip
    whole = replace(built({"epics/EP-1.md": epic("mvp")}), history=history)
    found = by_anchor(board_review(whole))["moved"]
    assert str(found.finding) == (
        "In the last 7 days one epic moved, two epics entered the board and one epic was removed"
    )
    assert [(str(row["To"]), row["On"].day) for row in refs(found)] == [
        ("Removed", 18), ("MVP", 17), ("Funnel", 16), ("Funnel", 16),
    ]  # fmt: skip
    assert refs(found)[0]["Epic"] == "EP-2"
    assert "git" in str(found.why)
    cut = replace(whole, history=replace(history, shallow=True))
    assert [str(row["To"]) for row in refs(by_anchor(board_review(cut))["moved"])] == [
        "Removed", "MVP",
    ], "a clone without earlier commits does not know when they came"  # fmt: skip


def test_a_column_with_room_for_some_of_those_that_can_move_says_so() -> None:
    states = (
        "states: [{name: idea, category: new}, {name: ready, category: waiting, limit: 3,"
        " requires: [owner]}, {name: done, category: done}]\n"
    )
    content = built({
        "portfolio.md": PORTFOLIO + states,
        **{f"epics/EP-{n}.md": epic("idea") for n in range(1, 4)},
        "epics/EP-4.md": epic("ready"),
    })  # fmt: skip
    why = str(by_anchor(board_review(content))["can-move"].why)
    assert why.endswith("Ready has room for two epics, not for all that can move there.")
    roomy = built({
        "portfolio.md": PORTFOLIO + states.replace("limit: 3", "limit: 4"),
        **{f"epics/EP-{n}.md": epic("idea") for n in range(1, 4)},
        "epics/EP-4.md": epic("ready"),
    })  # fmt: skip
    assert "room" not in str(by_anchor(board_review(roomy))["can-move"].why)


def test_a_board_reads_the_first_day_the_threshold_and_who_let_a_limit_go() -> None:
    board = by_anchor(board_review(sample()))
    first = min(row.by for row in decision_log(sample()).due if row.by)
    said = board["decisions"].finding
    assert dict(getattr(said, "parts"))["day"] == first  # noqa: B009
    assert "EP-16 has a waiver of Ingrid Vos" in str(board["limits"].why)
    evidence = {row.item.id: str(row.evidence) for row in decision_log(sample()).due}
    assert "below the threshold of EUR 500,000" in evidence["EP-14"]
    assert "at or above the threshold of EUR 500,000" in evidence["EP-13"]
    assert "rank 8 of 18" in evidence["EP-13"]
    short = "VS-Lockers is forecast at EUR 60,000 more than was approved for 2026-H2"
    assert [id for id, words in evidence.items() if short in words] == ["EP-13", "EP-16"]
    assert "; blocked by EP-6, EP-10" in evidence["EP-16"]
    assert "; as expedited, EP-23 may come in above the" in str(board["can-move"].finding)
    assert str(board["ready"].why) == "The limit there is 90 days."


def test_planning_tells_what_is_begun_and_what_is_planned_for_it() -> None:
    sequence = by_anchor(increment_planning(sample()))["sequence"]
    table = dict(zip(ids(sequence), rows(sequence), strict=True))
    assert [str(table[id]["State"]) for id in ("EP-23", "EP-10")] == ["Ready", "MVP"]
    planned = [feature for feature in sample().portfolio.items_of(Feature)
               if feature.increment == "PI-2027-1"]  # fmt: skip
    assert {id: row["Planned features"] for id, row in table.items()} == {
        id: sum(feature.epic == id for feature in planned) for id in table
    }


def test_planning_and_review_name_the_days_and_what_is_still_open() -> None:
    planning = by_anchor(increment_planning(sample()))
    assert str(planning["load"].why) == "Increment 2027-1: 2027-01-04 to 2027-03-26."
    said = "Increment 2026-4, day 47 of 75. 20 of its 28 features are open."
    assert str(planning["carry-over"].why).startswith(said)
    review = by_anchor(increment_review(sample()))
    assert str(review["objectives"].why).startswith("Increment 2026-3: 2026-07-")
    partly = replace(sample().portfolio, partial=True)
    assert str(still_open(partly, TODAY)) == "Increment 2026-4, day 47 of 75."


def test_nothing_good_is_said_of_what_nobody_can_judge() -> None:
    content = built({"epics/EP-1.md": epic("mvp", SCORED)})
    assert by_anchor(strategic_review(content))["stop"].missing
    sync = by_anchor(portfolio_sync(content))
    assert [bool(sync[name].missing) for name in ("late", "dependencies")] == [True, True]
    told = built({"epics/EP-1.md": epic("mvp", "approved: 5")})
    assert not by_anchor(strategic_review(told))["stop"].missing


def test_of_an_epic_to_stop_both_sides_of_its_money_are_told() -> None:
    content = built({
        "portfolio.md": PORTFOLIO + "cut_line: 1\n",
        "epics/EP-1.md": epic("mvp", SCORED),
        "epics/EP-2.md": epic("mvp", SCORED.replace("job_size: 5", "job_size: 8"),
                              "approved: 100", "actual: 30", "cost: 90"),
        "epics/EP-3.md": epic("mvp", SCORED.replace("job_size: 5", "job_size: 8")),
    })  # fmt: skip
    stop = rows(by_anchor(strategic_review(content))["stop"])
    money = [(row["Spent"], row["Still to spend"]) for row in stop]
    assert money == [(Money(Decimal(30), "EUR"), Money(Decimal(90), "EUR")), (None, None)]


OBJECTIVE = "{title: One, team: T-1, planned_value: 8}"
NAMING = "{title: Two, team: T-1, planned_value: 5, features: [FT-1]}"


@pytest.mark.parametrize(
    ("objectives", "said"),
    [
        ([OBJECTIVE], "one objective; it names no feature"),
        ([OBJECTIVE, OBJECTIVE], "two objectives; none names a feature"),
        ([OBJECTIVE, NAMING], "two objectives; one names no feature"),
        ([OBJECTIVE, OBJECTIVE, NAMING], "three objectives; two name no feature"),
        ([NAMING], "one objective"),
    ],
)
def test_drafted_objectives_without_features_are_told(objectives: list[str], said: str) -> None:
    ahead = "title: Next\nowner: A\nstart: 2027-01-04\nend: 2027-03-26\n"
    content = built({
        "increments/PI-5.md": f"{ahead}objectives: [{', '.join(objectives)}]\n",
        "features/FT-1.md": "title: F\nowner: A\nepic: EP-1\nstate: backlog\n",
    })  # fmt: skip
    drafts = by_anchor(increment_planning(content))["objectives"]
    assert str(drafts.finding) == f"Next has {said}"


def test_a_strategic_review_says_what_no_row_shows() -> None:
    review = by_anchor(strategic_review(sample()))
    assert "Said to be off track: OBJ-4." in str(review["outcomes"].why)
    over = "Forecast over what is approved: Lockers and pick-up points, 2026-H2 by "
    assert over in str(review["money"].why)


def test_an_audience_reads_no_amount_that_the_finding_does_not_judge() -> None:
    content = built({
        "value-streams/VS-1.md": "title: Stream\nowner: A\nvisibility: public\nbudgets:\n"
                                 "  - {period: 2026-H2, approved: 5, forecast: 9}\n",
        "epics/EP-77.md": epic("mvp", "visibility: confidential"),
    })  # fmt: skip
    over = "Forecast over what is approved: Stream, 2026-H2 by EUR 4."
    assert over in str(by_anchor(strategic_review(content))["money"].why)
    told = by_anchor(strategic_review(published(content, "public")))["money"]
    assert "Forecast over" not in str(told.why)


def test_what_waits_for_a_decision_alone_is_no_gap() -> None:
    board = by_anchor(board_review(sample()))
    assert ids(board["decisions"])
    assert not set(ids(board["decisions"])) & set(ids(board["gaps"]))


def test_a_section_is_cut_and_says_how_many_more_there_are() -> None:
    number = MOST + 22
    files = {f"epics/EP-{n}.md": epic("mvp", "depends_on: [EP-99]") for n in range(1, number + 1)}
    content = built({**files, "epics/EP-99.md": epic("mvp")})
    section = by_anchor(portfolio_sync(content))["blocked"]
    assert str(section.finding) == f"{number} epics are blocked"
    assert section.table and len(section.table.rows) == MOST
    assert str(section.table.note) == "22 more are not listed here: see Board."


def test_a_column_in_which_nothing_is_stated_is_left_out() -> None:
    content = built({
        "epics/EP-1.md": epic("mvp", "depends_on: [EP-2]"), "epics/EP-2.md": epic("mvp"),
    })  # fmt: skip
    [row] = rows(by_anchor(portfolio_sync(content))["blocked"])
    assert list(row) == ["Epic", "Waits for", "State", "Owner"]


def test_late_dependencies_between_value_streams_come_first() -> None:
    def feature(team: str, increment: str, *lines: str) -> str:
        head = ("title: A feature", "owner: A", "epic: EP-1", "state: backlog", f"team: {team}")
        return "\n".join((*head, f"increment: {increment}", *lines))

    later = INCREMENT.replace("2026-07-01", "2027-01-04").replace("2026-09-30", "2027-03-26")
    sooner = INCREMENT.replace("2026-07-01", "2026-10-05").replace("2026-09-30", "2026-12-18")
    content = {
        "value-streams/VS-2.md": "title: Another\nowner: A",
        "teams/T-1.md": "title: One\nowner: A\nvalue_stream: VS-1",
        "teams/T-2.md": "title: Two\nowner: A\nvalue_stream: VS-2",
        "increments/PI-4.md": sooner, "increments/PI-5.md": later,
        "features/FT-1.md": feature("T-1", "PI-4", "depends_on: [FT-3]"),
        "features/FT-2.md": feature("T-1", "PI-4", "depends_on: [FT-4]"),
        "features/FT-3.md": feature("T-1", "PI-5"),
        "features/FT-4.md": feature("T-2", "PI-5"),
    }  # fmt: skip
    late = by_anchor(portfolio_sync(built(content)))["dependencies"]
    assert str(late.finding) == "Two dependencies are late, one on another value stream"
    assert ids(late) == ["FT-2", "FT-1"]
    in_no_stream = {
        path: head.replace("value_stream: VS-2", "").replace("epic: EP-1\n", "")
        for path, head in content.items()
    }
    late = by_anchor(portfolio_sync(built(in_no_stream)))["dependencies"]
    assert str(late.finding) == (
        "Two dependencies are late, none known to be on another value stream"
    )


def test_a_team_over_its_capacity_is_told_at_planning() -> None:
    content = built({
        "teams/T-1.md": "title: One\nowner: A\nvalue_stream: VS-1\ncapacity: 5",
        "increments/PI-5.md": INCREMENT.replace("2026-07", "2027-01").replace("2026-09", "2027-03"),
        "features/FT-1.md": "title: F\nowner: A\nepic: EP-1\nstate: backlog\nteam: T-1\n"
                            "increment: PI-5\nsize: 8",
    })  # fmt: skip
    load = by_anchor(increment_planning(content))["load"]
    assert "One team is over its capacity" in str(load.finding)
    assert [str(row["Load"]) for row in rows(load)] == ["8"]


def test_work_of_no_team_is_no_team_whose_load_is_unknown() -> None:
    ahead = INCREMENT.replace("2026-07", "2027-01").replace("2026-09", "2027-03")
    head = "title: F\nowner: A\nepic: EP-1\nstate: backlog\nincrement: PI-5\nsize: 3\n"
    team = {"teams/T-1.md": "title: One\nowner: A\nvalue_stream: VS-1\ncapacity: 5"}
    alone = {**team, "increments/PI-5.md": ahead.split("    objectives")[0],
             "features/FT-1.md": head}  # fmt: skip
    load = by_anchor(increment_planning(built(alone)))["load"]
    assert str(load.finding) == "The load of teams is not known"
    assert [str(row["Team"]) for row in rows(load)] == ["No team"]
    with_team = {**alone, "features/FT-2.md": f"{head}team: T-1\n"}
    load = by_anchor(increment_planning(built(with_team)))["load"]
    assert str(load.finding) == "No team is known to be over its capacity"


def test_a_review_looks_back_on_the_last_increment_and_puts_first_what_fell_short() -> None:
    running = INCREMENT.replace("2026-07-01", "2026-10-01").replace("2026-09-30", "2026-12-18")
    content = built({
        "teams/T-1.md": "title: A team\nowner: A\nvalue_stream: VS-1",
        "increments/PI-4.md": INCREMENT,
        "increments/PI-5.md": running.replace("Increment 4", "Increment 5"),
    })  # fmt: skip
    review = by_anchor(increment_review(content))
    assert str(review["objectives"].finding) == (
        "Increment 4: 1 of 2 objectives with a planned and an actual value came to what was planned"
    )
    assert [row["Objective"] for row in rows(review["objectives"])] == ["Two", "One"]
    assert str(review["predictability"].why) == "(8 + 2) / (8 + 5) = 10 / 13"


def test_of_an_objective_without_a_planned_value_nobody_says_whether_it_came_to_that() -> None:
    third = "      - {title: Three, team: T-1, actual_value: 3}\n    "
    content = built({
        "teams/T-1.md": "title: A team\nowner: A\nvalue_stream: VS-1",
        "increments/PI-4.md": INCREMENT.rstrip(" ") + third,
    })  # fmt: skip
    promised = by_anchor(increment_review(content))["objectives"]
    assert str(promised.finding) == (
        "Increment 4: 1 of 2 objectives with a planned and an actual value came to what was planned"
    )
    assert [row["Planned value"] for row in rows(promised)].count(None) == 1


def test_an_increment_that_ends_within_two_weeks_is_the_one_to_review() -> None:
    ends_soon = INCREMENT.replace("2026-09-30", "2026-11-27")
    older = INCREMENT.replace("2026-07-01", "2026-04-01").replace("2026-09-30", "2026-06-30")
    content = built({
        "increments/PI-3.md": older.replace("Increment 4", "Increment 3"),
        "increments/PI-4.md": ends_soon,
    })  # fmt: skip
    assert str(next(increment_review(content)).finding).startswith("Increment 4")


def test_a_sign_against_an_epic_in_work_is_named() -> None:
    content = built({
        "portfolio.md": PORTFOLIO + "cut_line: 1\n",
        "epics/EP-1.md": epic("mvp", SCORED),
        "epics/EP-2.md": epic("mvp", SCORED.replace("job_size: 5", "job_size: 8"),
                              "approved: 100", "actual: 150"),
        "epics/EP-3.md": epic("mvp", "updates: [{on: 2026-11-10, health: off-track}]"),
    })  # fmt: skip
    stop = by_anchor(strategic_review(content))["stop"]
    assert ids(stop) == ["EP-2", "EP-3"]
    signs = [str(row["Signs"]) for row in rows(stop)]
    assert signs == ["below the cut line; spent EUR 50 above its approval", "off track"]


def test_a_review_says_what_is_recorded_of_why_an_objective_fell_short() -> None:
    short = "team: T-1, planned_value: 8, actual_value: 2"
    resting = {"A": "FT-1", "B": "FT-2", "C": "FT-3, FT-4", "D": "FT-5"}
    objectives = [
        *(f"{{title: {name}, {short}, features: [{ids}]}}" for name, ids in resting.items()),
        f"{{title: E, {short}}}", "{title: F, planned_value: 1, actual_value: 1}",
    ]  # fmt: skip
    increment = INCREMENT[: INCREMENT.index("objectives")]
    feature, inside = "title: F\nowner: A\n", "title: F\nowner: A\nincrement: PI-4\n"
    held_up = "{from: 2026-08-01, until: 2026-08-11, why: W}"
    again = "{from: 2026-08-06, until: 2026-08-13, why: W}"
    files = {
        "increments/PI-4.md": f"{increment}objectives: [{', '.join(objectives)}]",
        "teams/T-1.md": "title: T\nowner: A",
        "features/FT-1.md": f"{inside}state: done",
        "features/FT-2.md": f"{inside}state: done\nblocked: [{held_up}, {again}]",
        "features/FT-3.md": f"{inside}state: implementing\ndepends_on: [FT-6]\n"
                            "blocked: [{from: 2026-08-01, why: W}]",
        "features/FT-4.md": f"{inside}state: dropped",
        "features/FT-5.md": f"{feature}state: implementing",
        "features/FT-6.md": f"{inside}state: dropped",
    }  # fmt: skip
    whole = built(files)
    reasons = {row["Objective"]: row["Because"] for row in refs(review_of(whole))}
    assert {str(key): str(value) for key, value in reasons.items()} == {
        "A": "No open work, blocker or late dependency is recorded",
        "B": "FT-2 was blocked for 12 days",
        "C": "FT-3 is not done; FT-3 is blocked; FT-3 waits for FT-6; FT-4 was dropped",
        "D": "FT-5 is no longer in this increment",
        "E": "None",
        "F": "None",
    }
    assert str(review_of(whole).why).endswith(
        "One objective that fell short names no feature that would tell why."
    )
    hidden = built(
        files | {"features/FT-1.md": f"{files['features/FT-1.md']}\nvisibility: internal"}
    )
    [of_a, *_] = refs(review_of(published(hidden, "public")))
    assert str(of_a["Because"]) == "No open work, blocker or late dependency is shown"


def review_of(whole: Built) -> Section:
    return by_anchor(increment_review(whole))["objectives"]


def test_a_risk_that_affects_what_is_blocked_is_asked_about() -> None:
    content = built({
        "epics/EP-1.md": epic("mvp", "depends_on: [EP-2]"), "epics/EP-2.md": epic("mvp"),
        "risks/RK-1.md": "title: A\nowner: A\nstatus: owned\naffects: [EP-1]",
        "risks/RK-2.md": "title: B\nowner: A\nstatus: resolved\naffects: [EP-1]",
        "risks/RK-3.md": "title: C\nowner: A\nstatus: owned\naffects: [EP-2]",
    })  # fmt: skip
    assert ids(by_anchor(increment_review(content))["risks"]) == ["RK-1"]


# The same figures -------------------------------------------------------------------------------


def test_a_meeting_prints_the_figures_of_the_views_that_it_quotes() -> None:
    whole = sample()
    figures = whole.figures
    board, sync = by_anchor(board_review(whole)), by_anchor(portfolio_sync(whole))
    planning, review = by_anchor(increment_planning(whole)), by_anchor(increment_review(whole))
    strategy = by_anchor(strategic_review(whole))

    due = decision_log(whole).due
    assert ids(sync["decisions"]) == [row.item.id for row in due][:MOST]
    assert [row["By when"] for row in rows(sync["decisions"])] == [row.by for row in due][:MOST]
    assert board["limits"].finding == figures.board.finding
    limited = [column.limit_tag for column in figures.board.columns if column.has_limit]
    assert [row["Against its limit"] for row in rows(board["limits"])] == limited
    held = {
        card.id for column in figures.board.columns for card in column.cards
               if card.is_blocked}  # fmt: skip
    assert set(ids(sync["blocked"])) == held
    assert sync["past-level"].finding and figures.board.sle
    assert set(ids(sync["past-level"])) == set(figures.board.sle.past)
    assert ids(sync["late"]) == [entry.feature for entry in figures.late]
    places = {row.id: row for row in figures.ranking.items}
    for row in rows(planning["sequence"]):
        head = row["Epic"]
        assert isinstance(head, Ref)
        ranked = places[head.id]
        assert (row["Rank"], row["Score"], row["In sequence"]) == (
            ranked.rank, ranked.score, ranked.sequence,
        )  # fmt: skip
    reviewed = whole.facts.increments["PI-2026-3"]
    assert [row["Objective"] for row in rows(review["objectives"])] == short_first(reviewed)
    outcome = fates(whole.portfolio, item(whole, "PI-2026-3"), None, whole.as_of)
    assert ids(review["features"]) == [entry.id for entry in outcome if entry.fate != "finished"]
    loads = {row.team: row.load.whole for row in whole.facts.increments["PI-2027-1"].rows}
    for row in rows(planning["load"]):
        team = row["Team"]
        assert isinstance(team, Ref)
        assert str(row["Load"]) == str(figure(loads[team.id].points))
    late = [entry for entry in whole.facts.dependencies if entry.at_risk]
    assert getattr(sync["dependencies"].finding, "count", 0) == len(late)
    assert sorted(ids(sync["dependencies"])) == sorted(entry.consumer for entry in late)
    themes = next(cut for cut in figures.funding.cuts if cut.name == "theme")
    money = rows(strategy["money"])
    for row, cut in zip(money, (*themes.rows, themes.total), strict=True):
        stated = str(row["All periods"]).split(";")[0]
        assert stated == str(Money(cut.committed, "EUR"))
    current = figures.funding.current
    for head, column in (("Approved", "approved"), ("Forecast", "forecast"), ("Spent", "actual")):
        amount, lacking = getattr(current, column), str(current.lacking(column))
        assert str(money[-1][head]) == "; ".join(filter(None, (str(Money(amount, "EUR")), lacking)))
    assert figures.funding.period in str(strategy["money"].why)
    for row in rows(strategy["outcomes"]):
        head = row["Objective"]
        assert isinstance(head, Ref)
        assert row["Status"] == figures.objectives[head.id].standing
    hollow = {id for id, row in figures.key_results.items() if row.output_without_outcome}
    assert set(ids(strategy["output"])) == hollow


def item(whole: Built, id: str) -> Increment:
    increment = whole.portfolio[id]
    assert isinstance(increment, Increment)
    return increment


def short_first(work: IncrementWork) -> list[str]:
    """The objectives of an increment, those first that came to less than was planned."""
    objectives = [entry.objective for entry in work.objectives]
    objectives.sort(key=lambda own: not (own.actual_value or 0) < (own.planned_value or 0))
    return [own.title for own in objectives][:MOST]


@settings(max_examples=60, derandomize=True, deadline=None,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(odd_portfolios())
def test_a_finding_that_counts_has_as_many_rows_and_one_of_nothing_has_none(
    files: Mapping[str, str],
) -> None:
    """Whoever reads it: to the public nothing is claimed of the whole."""
    whole = build([source(path, head) for path, head in files.items()], as_of=TODAY,
                  otherwise=TODAY)  # fmt: skip
    for content in (whole, published(whole, "public")):
        for meeting in USUAL:
            for section in meeting.sections(content):
                assert_consistent(section, partial=content.portfolio.partial)
        sync = by_anchor(portfolio_sync(content))
        assert getattr(sync["blocked"].finding, "count", 0) == len(blocked(content))


COUNTED = (
    "decisions", "can-move", "gaps", "ready", "blocked", "past-level", "output", "stop", "targets",
)  # fmt: skip


def assert_consistent(section: Section, *, partial: bool) -> None:
    """A section has rows or says why it has none, and never speaks of what is hidden."""
    finding = section.finding
    assert str(finding)
    assert not (section.missing and has_rows(section)), section.anchor
    assert bool(section.missing) == (bool(section.cure) or (partial and bool(section.missing)))
    if section.anchor in COUNTED and not has_rows(section) and not section.missing and partial:
        assert "shown" in str(finding), str(finding)
    if section.anchor in ("blocked", "decisions", "past-level") and section.table:
        rows, number = len(section.table.rows), getattr(finding, "count", 0)
        assert rows == min(number, MOST), (section.anchor, str(finding))


def test_what_an_audience_may_not_read_is_on_no_page_of_a_meeting() -> None:
    secret = epic("mvp", "visibility: confidential", "depends_on: [EP-1]", SCORED)
    whole = built({"epics/EP-77.md": secret.replace("An epic", "Kingfisher")})
    assert "Kingfisher" in dict(pages(whole))["meetings/portfolio-sync.html"]
    told = [url for url, text in pages(published(whole, "public")) if "Kingfisher" in text]
    assert told == []


def test_a_page_of_a_meeting_links_each_section_to_the_whole_view() -> None:
    site = dict(pages(sample()))
    for meeting in USUAL:
        page = parser.document_fromstring(site[meeting.url])
        links = every(page, "//main//section/p[@class='note']/a/@href")
        assert len(links) == len(meeting.sections(sample()))
        assert all(link.removeprefix("../") in site for link in links), links


def test_a_whole_view_is_called_as_the_navigation_calls_it() -> None:
    titles = {view.address: view.title for view in VIEWS if view.address}
    called = {
        section.whole.url: section.whole.title
        for meeting in USUAL
        for section in meeting.sections(empty_portfolio())
    }
    called = {url: str(title) for url, title in called.items() if url in titles}
    assert called and called == {url: str(titles[url]) for url in called}


def test_the_story_of_the_change_is_told_with_what_is_left_out_of_it() -> None:
    lines = tuple(ChangeLine("line", f"Change {n}") for n in range(12))
    revision = Revision("a", None, TODAY)
    story = ChangeStory("Much changed", "", revision, revision, (), lines[:10], lines[10:], (), ())
    moved = by_anchor(portfolio_sync(replace(built(), change_story=story)))["moved"]
    assert (moved.finding, moved.lines) == ("Much changed", lines[:MOST])
    assert str(moved.why) == "4 more are not listed here: see Changes."
    details = tuple(replace(line, section="detail") for line in lines[10:])  # a line counts these
    story = replace(story, folded=details)
    moved = by_anchor(portfolio_sync(replace(built(), change_story=story)))["moved"]
    assert str(moved.why) == "2 more are not listed here: see Changes."


def test_of_very_many_teams_those_that_are_not_listed_are_all_counted() -> None:
    number = 80
    teams = {f"teams/T-{n}.md": "title: One\nowner: A\ncapacity: 5" for n in range(1, number + 1)}
    features = {
        f"features/FT-{n}.md": "title: F\nowner: A\nepic: EP-1\nstate: backlog\nincrement: PI-5\n"
        f"size: 8\nteam: T-{n}"
        for n in range(1, number + 1)
    }
    ahead = INCREMENT.replace("2026-07", "2027-01").replace("2026-09", "2027-03")
    content = built({**teams, **features, "increments/PI-5.md": ahead})
    load = by_anchor(increment_planning(content))["load"]
    assert str(load.finding).startswith(f"{number} teams are over their capacity")
    assert load.table and str(load.table.note).startswith(f"{number - MOST} more are not listed")
