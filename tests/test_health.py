"""A person's word on health: which one counts, how old it is, and which figures say otherwise."""

from collections.abc import Mapping
from datetime import date

import pytest

from leanfolio.figures.health import ItemHealth
from leanfolio.output.data import as_csv, as_json
from leanfolio.views.built import Built
from leanfolio.views.health import earlier_updates, health_view
from leanfolio.views.home import home_view
from leanfolio.views.items.item import item_view
from leanfolio.views.registry import find
from making import built as built_on

ON_TRACK = "updates: [{on: 2026-10-10, health: on-track, note: Fine, by: A. Ray}]"
PORTFOLIO = "title: P"
GOAL = """\
title: O
period: 2026-H2
key_results: [{id: KR-1, title: K, start: 0, target: 100, check_ins: [{on: 2026-10-10, value: %s}]}]
"""


def built(files: Mapping[str, str]) -> Built:
    return built_on(files, date(2026, 10, 15))


def health(id: str, files: Mapping[str, str]) -> ItemHealth:
    return built({"portfolio.md": PORTFOLIO, **files}).facts.health[id]


def signs(id: str, files: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(sign.kind, str(sign.words)) for sign in health(id, files).signs]


# Which word counts --------------------------------------------------------------------------------


def test_the_newest_word_counts_and_of_a_day_the_one_written_last() -> None:
    text = """title: E
updates:
  - {on: 2026-10-12, health: at-risk}
  - {on: 2026-10-12, health: off-track}
  - {on: 2026-10-01, health: on-track}
  - {on: 2026-12-01, health: on-track}
"""
    found = health("EP-1", {"epics/EP-1.md": text})
    assert (found.update.health, found.index, found.age) == ("off-track", 1, 3)


def test_who_says_nothing_has_no_word() -> None:
    files = {"portfolio.md": PORTFOLIO, "epics/EP-1.md": "title: E"}
    made = built(files)
    assert made.facts.health == {}
    view = find("health")
    assert view is not None
    assert not view.exists(made)
    assert str(health_view(()).finding) == "Nobody has said how anything goes"


@pytest.mark.parametrize(("cadence", "stale"), [("", False), ("cadence_days: 7,", True),
                                                ("cadence_days: 8,", False)])  # fmt: skip
def test_a_word_is_stale_after_twice_the_cadence(cadence: str, stale: bool) -> None:
    files = {
        "objectives/OBJ-1.md": (
            "title: O\nupdates: [{on: 2026-09-30, health: at-risk}]\n"
            f"key_results: [{{id: KR-1, {cadence} title: K}}, {{id: KR-2, title: L}}]"
        ),
        "epics/EP-1.md": (
            "title: E\nkey_results: [KR-1, KR-2]\nupdates: [{on: 2026-09-30, health: at-risk}]"
        ),
    }
    assert health("OBJ-1", files).stale is stale
    assert health("EP-1", files).stale is stale


# Which figures say otherwise ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("10", [("key-result-red", "KR-1 is red, at 0.10")]),
        ("50", [("key-result-behind", "KR-1 is at 0.50 where 0.58 is expected by now")]),
        ("60", []),
    ],
)
def test_a_key_result_that_is_red_or_behind(value: str, found: list[tuple[str, str]]) -> None:
    files = {"objectives/OBJ-1.md": f"{GOAL % value}{ON_TRACK}"}
    assert signs("OBJ-1", files) == found
    active = f"title: E\nkey_results: [KR-1]\nstate: mvp\n{ON_TRACK}"
    assert signs("EP-1", {**files, "epics/EP-1.md": active}) == found
    waiting = active.replace("mvp", "ready")  # nothing is expected of what is not begun
    assert signs("EP-1", {**files, "epics/EP-1.md": waiting}) == []


def test_an_objective_whose_period_is_over_is_not_judged() -> None:
    past = GOAL.replace("2026-H2", "2026-H1") % "10"
    found = health("OBJ-1", {"objectives/OBJ-1.md": f"{past}{ON_TRACK}"})
    assert (found.over, found.signs, found.contradicted) == (True, (), False)


def test_a_date_that_has_passed_and_one_that_has_not() -> None:
    late = {"epics/EP-1.md": f"title: E\nstate: mvp\ndue: 2026-10-14\n{ON_TRACK}"}
    assert signs("EP-1", late) == [("date-missed", "EP-1 was due on 2026-10-14")]
    assert signs("EP-1", {"epics/EP-1.md": late["epics/EP-1.md"].replace("14", "15")}) == []
    done = late["epics/EP-1.md"].replace("mvp", "done")
    assert health("EP-1", {"epics/EP-1.md": done}).over


def test_a_forecast_above_what_was_approved() -> None:
    epic = f"title: E\nstate: mvp\ncost: 90\nactual: 20\napproved: 100\n{ON_TRACK}"
    (found,) = signs("EP-1", {"epics/EP-1.md": epic})
    assert found == ("forecast-over", "EP-1 is forecast at EUR 10 more than was approved")
    assert signs("EP-1", {"epics/EP-1.md": epic.replace("90", "80")}) == []
    stream = "title: V\nbudgets: [{period: 2026-H2, approved: 100, forecast: 130}]\n" + ON_TRACK
    (budget,) = signs("VS-1", {"value-streams/VS-1.md": stream})
    assert budget[0] == "forecast-over"
    assert "EUR 30 more than was approved for 2026-H2" in budget[1]


def test_a_block_counts_past_the_service_level() -> None:
    policy = f"{PORTFOLIO}\nflow: {{sle: {{share: 85, days: 30}}}}"
    epic = (
        "title: E\nstate: mvp\nhistory: [{state: mvp, on: 2026-09-01}]\n"
        f"blocked: [{{from: 2026-10-01, why: Grid}}]\n{ON_TRACK}"
    )
    files = {"portfolio.md": policy, "epics/EP-1.md": epic}
    words = "EP-1 is blocked, 44 days old where the service level allows 30 days"
    assert signs("EP-1", files) == [("blocked-long", words)]
    assert signs("EP-1", {**files, "portfolio.md": policy.replace("30", "44")}) == []
    ended = epic.replace("why", "until: 2026-10-14, why")
    assert signs("EP-1", {**files, "epics/EP-1.md": ended}) == []


def test_a_limit_that_is_broken_counts_for_what_stands_there_and_for_the_portfolio() -> None:
    policy = f"{PORTFOLIO}\nstates: [{{name: mvp, category: active, limit: 1}}]\n{ON_TRACK}"
    epic = f"title: E\nstate: mvp\n{ON_TRACK}"
    files = {"portfolio.md": policy, "epics/EP-1.md": epic, "epics/EP-2.md": epic}
    assert signs("EP-1", files) == [("limit-broken", "MVP is over its limit")]
    assert signs("portfolio", files) == [("limit-broken", "MVP is over its limit")]


def test_a_red_objective_counts_for_the_portfolio_and_its_stream() -> None:
    goal = (GOAL % "10") + "value_stream: VS-1"
    files = {
        "portfolio.md": f"{PORTFOLIO}\n{ON_TRACK}",
        "objectives/OBJ-1.md": goal,
        "value-streams/VS-1.md": f"title: V\n{ON_TRACK}",
    }
    red = [("objective-red", "OBJ-1 is red, at 0.10")]
    assert (signs("portfolio", files), signs("VS-1", files)) == (red, red)


# How it is shown ----------------------------------------------------------------------------------

LATE = {
    "portfolio.md": f"{PORTFOLIO}\nupdates: [{{on: 2026-10-15, health: at-risk}}]",
    "epics/EP-1.md": f"title: Rails\nstate: mvp\ndue: 2026-10-01\n{ON_TRACK}",
    "epics/EP-2.md": (
        "title: Roof\nstate: mvp\nupdates:\n  - {on: 2026-09-01, health: on-track, note: Good}\n"
        "  - {on: 2026-10-14, health: off-track, note: No steel, by: B. Low}\n"
    ),
}


def test_the_word_stands_in_two_lines_and_the_earlier_ones_below() -> None:
    made = built(LATE)
    page = item_view(made.portfolio, made.portfolio["EP-2"], made.figures)
    assert page.health is not None
    assert str(page.health.tag.word) == "off track"
    remarks = "Said by B. Low on 2026-10-14, 1 day ago. No figure supports this."
    assert (page.health.note, str(page.health.remarks)) == ("No steel", remarks)
    table = page.tables[-1]
    assert (table.anchor, [row[2] for row in table.rows]) == ("updates", ["Good"])
    contradicted = made.figures.health["EP-1"]
    assert str(contradicted.judgement) == "Figures contradict this: EP-1 was due on 2026-10-01."


def test_home_opens_with_the_word_on_the_portfolio_and_names_what_is_off() -> None:
    made = built(LATE)
    home = home_view(made.portfolio, made.facts, made.figures)
    assert home.health is not None
    assert str(home.health.remarks) == "Said on 2026-10-15, today. No figure supports this."
    words = {str(each.word): str(each.note) for each in (*home.exceptions, *home.more_exceptions)}
    assert words["said to be on track"] == "Figures contradict this: EP-1 was due on 2026-10-01."
    assert words["off track"].startswith("No steel · Said by B. Low")
    assert "at risk" not in words


def test_cards_rows_and_data_have_it() -> None:
    made = built({**LATE, "objectives/OBJ-1.md": f"{GOAL % '90'}{ON_TRACK}"})
    cards = {card.id: card for column in made.figures.board.columns for card in column.cards}
    mark = cards["EP-2"].health
    assert mark is not None
    assert (mark.word, mark.age_days, mark.stale) == ("off-track", 1, False)
    assert str(cards["EP-2"].flags[0].word) == "off track, 1 day ago"
    goal = made.figures.objectives["OBJ-1"].health
    assert goal is not None
    assert str(goal.tag.word) == "on track, 5 days ago"
    view = find("health")
    assert view is not None
    value = view.make(made)
    assert [row.id for row in value.items] == ["EP-2", "portfolio", "OBJ-1", "EP-1"]
    assert '"contradicted": true' in as_json(value, made.as_of)
    assert as_csv(value.items).splitlines()[1].startswith("EP-2,epic,Roof,")


def test_a_word_that_is_confidential_is_shown_to_nobody_else() -> None:
    secret = LATE["epics/EP-2.md"] + "confidential: [updates]"
    whole = built({**LATE, "epics/EP-2.md": secret})
    seen = whole.portfolio.visible_to("public")
    item = seen["EP-2"]
    assert getattr(item, "updates", None) == ()
    assert earlier_updates(item, None).rows == ()  # type: ignore[arg-type]


def test_days_to_come_are_not_told() -> None:
    text = (
        "title: E\nupdates: [{on: 2026-10-20, health: at-risk}, {on: 2026-10-01, health: on-track}]"
    )
    made = built({"portfolio.md": PORTFOLIO, "epics/EP-1.md": text})
    assert made.as_of == date(2026, 10, 15)
    assert made.figures.health["EP-1"].health == "on-track"
    assert "date-in-the-future" in {problem.rule for problem in made.problems}


def test_a_stale_word_has_no_colour() -> None:
    old = "title: E\nstate: mvp\nupdates: [{on: 2026-08-15, health: on-track}]"
    made = built({"portfolio.md": PORTFOLIO, "epics/EP-1.md": old})
    row = made.figures.health["EP-1"]
    assert (row.tag.tone, str(row.tag.word)) == ("plain", "stale: on track")
    assert (row.mark.tag.tone, str(row.mark.tag.word)) == ("plain", "stale: on track, 61 days ago")
    said = "Said on 2026-08-15, 61 days ago. Stale: a word is due every 30 days."
    assert str(row.remarks) == said
