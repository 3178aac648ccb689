"""Home: every exception comes from a rule or from Facts, and nothing that is off is left out."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pytest

from leanfolio.model import Epic
from leanfolio.model.portfolio import id_order
from leanfolio.views.decisions import decision_log
from leanfolio.views.home import Home, home_view
from leanfolio.views.home.changes import recent_changes
from leanfolio.views.home.exceptions import OffTrack
from leanfolio.views.items.item import item_view
from leanfolio.wording import Rounded
from making import TODAY, built
from test_site import sample

CALM = {  # a portfolio in which nothing is off
    "portfolio.md": "title: A portfolio\ncurrency: EUR\nowner: Board",
    "objectives/OBJ-1.md": """
        title: An objective
        owner: A
        themes: [TH-1]
        period: 2026-H2
        key_results:
          - {id: KR-1, title: A measure, owner: A, unit: points, start: 0, target: 100,
             check_ins: [{on: 2026-11-10, value: 95}]}
        """,
    "epics/EP-1.md": """
        title: An epic
        owner: A
        state: funnel
        history: [{state: funnel, on: 2026-11-02}]
        value_stream: VS-1
        key_results: [KR-1]
        business_value: 13
        time_criticality: 8
        risk_opportunity: 3
        job_size: 8
        scored_on: 2026-11-02
        scored_by: [A, B]
        """,
}


def home(files: Mapping[str, str] | None = None, as_of: date = TODAY) -> Home:
    found = built({**CALM, **(files or {})}, as_of)
    return home_view(found.portfolio, found.facts, found.figures)


def off(found: Home) -> tuple[OffTrack, ...]:
    return (*found.exceptions, *found.more_exceptions)


def words(found: Home) -> list[str]:
    return [str(each.word) for each in off(found)]


def an_epic(id: str, **fields: object) -> dict[str, str]:
    """An epic like EP-1 with these fields added, or put in place of its own."""
    lines = {
        line.partition(":")[0].strip(): line.strip() for line in CALM["epics/EP-1.md"].split("\n")
    }
    lines |= {name: f"{name}: {value}" for name, value in fields.items()}
    return {f"epics/{id}.md": "\n".join(line for line in lines.values() if line)}


# Nothing is off ----------------------------------------------------------------------------------


def test_home_says_that_nothing_is_off_where_no_rule_and_no_figure_says_otherwise() -> None:
    assert off(home()) == ()
    assert str(home().finding) == "The one objective is green"


LATE = an_epic("EP-2", urgency="fixed-date", due="2026-11-01", duration_weeks=2)
BLOCKED = an_epic("EP-2", depends_on="[EP-1]")
SAID_BLOCKED = an_epic("EP-2", blocked="[{from: 2026-11-02, why: The grid}]")
RISK = "title: A risk\nowner: A\nstatus: owned\naction: Talk to them\ndue: {}\naffects: [EP-1]"


@pytest.mark.parametrize(
    ("files", "word", "note"),
    [
        (LATE, "date passed", "Due on 2026-11-01, 19 days ago; still in funnel."),
        (BLOCKED, "blocked", "EP-2 needs EP-1."),
        (SAID_BLOCKED, "blocked", "EP-2 waits for “The grid”."),
        ({"risks/RK-1.md": RISK.format("2026-11-19")}, "overdue", "Due on 2026-11-19, 1 day ago."),
        ({"risks/RK-1.md": RISK.format("2026-11-20")}, "due today", "Talk to them"),
        ({"risks/RK-1.md": RISK.format("2026-12-04")}, "due in 14 days", "Talk to them"),
        (
            {"objectives/OBJ-1.md": CALM["objectives/OBJ-1.md"].replace("95", "75")},
            "behind pace",
            "“An objective” stands at 0.75 where 0.78 is expected by now.",
        ),
        (
            {"objectives/OBJ-1.md": CALM["objectives/OBJ-1.md"].replace("unit: points, ", "")},
            "one warning",
            "KR-1 measures a number, but has no unit.",
        ),
        (an_epic("EP-2", value_stream="VS-9"), "one error", "EP-2 has value_stream VS-9"),
    ],
)
def test_what_is_off_is_on_home(files: Mapping[str, str], word: str, note: str) -> None:
    found = home(files)
    notes = {str(each.word): str(each.note) for each in off(found)}
    assert word in notes
    assert notes[word].startswith(note)
    assert "off" in str(found.finding)


def test_a_risk_that_is_due_later_or_accepted_is_not_off() -> None:
    assert off(home({"risks/RK-1.md": RISK.format("2026-12-05")})) == ()
    accepted = RISK.format("2026-11-22").replace("owned", "accepted")
    assert off(home({"risks/RK-1.md": accepted})) == ()


def test_errors_come_first_and_then_the_stated_order() -> None:
    unmeasured = CALM["objectives/OBJ-1.md"].replace("unit: points, ", "")
    files = {**LATE, **an_epic("EP-3", value_stream="VS-9"), "objectives/OBJ-1.md": unmeasured}
    found = home(files)
    assert words(found)[0] == "one error"
    assert words(found).index("date passed") < words(found).index("one warning")


def test_a_rule_that_is_turned_off_is_not_on_home() -> None:
    quiet = f"{CALM['portfolio.md']}\nrules: {{due-passed: off}}"
    assert "date passed" not in words(home({**LATE, "portfolio.md": quiet}))


def test_every_problem_of_the_sample_is_spoken_for() -> None:
    whole = sample()
    found = home_view(whole.portfolio, whole.facts, whole.figures)
    assert len(whole.problems) == 9
    assert words(found) == [
        "said to be on track", "off track",
        "over the limit", "overspent", "red", "forecast over budget", "output without outcome",
        "stale, 46 days", "behind pace", "blocked", "due in 12 days", "increment behind",
        "at risk", "at risk", "at risk",
        "two warnings", "one warning", "one warning",
    ]  # fmt: skip
    of_a_rule = next(each for each in found.more_exceptions if str(each.word) == "two warnings")
    assert str(of_a_rule.note).endswith(" Not so at FT-131 and FT-143.")


# Counts ------------------------------------------------------------------------------------------


def test_objectives_stand_worst_first_and_all_are_counted() -> None:
    objective = CALM["objectives/OBJ-1.md"]
    many = {
        f"objectives/OBJ-{n}.md": objective.replace("KR-1", f"KR-{n}").replace("95", str(3 * n))
        for n in range(1, 31)
    }
    found = home(many)
    scores = [row.exact for row in found.objectives]
    assert len(found.objectives) == 12
    assert scores == [str(Fraction(3 * n, 100)) for n in range(1, 13)]
    assert str(found.objectives_left) == "18 more objectives are further along"


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (1, "One epic is blocked"),
        (2, "Two epics are blocked"),
        (13, "13 epics are blocked"),
    ],
)
def test_blocked_epics_are_counted_in_one_entry(number: int, title: str) -> None:
    files: dict[str, str] = {}
    for n in range(2, number + 2):
        files |= an_epic(f"EP-{n}", depends_on="[EP-1]")
    [entry] = [each for each in off(home(files)) if str(each.word) == "blocked"]
    assert str(entry.title) == title


@pytest.mark.parametrize(
    ("scores", "finding"),
    [
        ([], "There are no objectives"),
        (["95"], "The one objective is green"),
        (["5"], "The one objective is not green"),
        (["95", "95"], "Both objectives are green"),
        (["95", "5"], "One of two objectives is green"),
        (["5", "5"], "Neither of the two objectives is green"),
        (["5", "5", "5"], "None of three objectives is green"),
        (["95", "95", "5"], "Two of three objectives are green"),
    ],
)
def test_home_counts_green_objectives_in_plain_english(scores: list[str], finding: str) -> None:
    objective = CALM["objectives/OBJ-1.md"]
    files = {
        f"objectives/OBJ-{n}.md": objective.replace("KR-1", f"KR-{n}").replace("95", score)
        for n, score in enumerate(scores, start=1)
    }
    if not scores:
        files = {"objectives/OBJ-1.md": "type: theme\nid: TH-2\ntitle: A theme"}
        assert "objective" not in str(home(files).finding)
        return
    parts = str(home(files).finding).split("; ")
    assert parts[-1].lower() == finding.lower()


def test_an_objective_that_has_not_reported_is_not_said_to_be_no_green_one() -> None:
    silent = CALM["objectives/OBJ-1.md"].replace("[{on: 2026-11-10, value: 95}]", "[]")
    found = home({"objectives/OBJ-1.md": silent})
    assert str(found.finding).endswith("o objective has reported yet")
    assert "0 of 1 key result has reported." in str(found.summary)


DUE_LATER = """
    title: An audit
    owner: A
    themes: [TH-1]
    period: 2026-H2
    key_results:
      - {id: KR-9, title: Passed, owner: A, kind: binary,
         check_ins: [{on: 2026-11-10, value: 0}]}
    """


NO_REPORT = DUE_LATER.replace("[{on: 2026-11-10, value: 0}]", "[]").replace("KR-9", "KR-8")


@pytest.mark.parametrize(
    ("objectives", "said"),
    [
        ([DUE_LATER], "no objective is due yet"),
        ([CALM["objectives/OBJ-1.md"], DUE_LATER],
         "the one objective that can be judged is green; one is not due yet"),
        ([DUE_LATER, NO_REPORT],
         "no objective can be judged; one is not due yet; one has no score"),
    ],
)  # fmt: skip
def test_what_is_not_due_yet_is_nowhere_counted_as_not_green(
    objectives: list[str], said: str
) -> None:
    files = {"objectives/OBJ-1.md": "type: theme\nid: TH-2\ntitle: A theme"}
    files |= {f"objectives/OBJ-{n}.md": text for n, text in enumerate(objectives, 1)}
    found = built({**CALM, **files})
    finding = str(home_view(found.portfolio, found.facts, found.figures).finding)
    assert finding.lower().endswith(said)
    theme = item_view(found.portfolio, found.portfolio["TH-1"], found.figures)
    assert str(theme.finding) == f"A theme: {said}"
    assert [row.band for row in found.figures.okrs.objectives].count("red") == 0


def test_a_key_result_of_a_period_that_is_over_is_not_off_for_ever() -> None:
    closed = CALM["objectives/OBJ-1.md"].replace("2026-H2", "2026-H1").replace("95", "5")
    late = closed.replace("2026-11-10", "2026-06-10")
    assert "red" in words(home({"objectives/OBJ-1.md": late}, date(2026, 6, 20)))
    assert "red" not in words(home({"objectives/OBJ-1.md": late}))


# Figures -----------------------------------------------------------------------------------------


def figure(found: Home, label: str) -> tuple[str, str]:
    [one] = [each for each in found.figures if str(each.label) == label]
    return str(one.value), str(one.note)


def test_the_mean_score_stands_beside_the_pace_of_the_same_objectives() -> None:
    later = CALM["objectives/OBJ-1.md"].replace("KR-1", "KR-2").replace("2026-H2", "2027-H1")
    later = later.replace("[{on: 2026-11-10, value: 95}]", "[]")
    value, note = figure(home({"objectives/OBJ-2.md": later}), "Objectives, mean score")
    assert (value, note) == ("0.95", "expected by now 0.78 · 1 of 1 reported")


def test_columns_of_every_category_count_where_home_says_that_limits_are_kept() -> None:
    states = (
        "[{name: funnel, category: waiting, limit: 1}, {name: mvp, category: active, limit: 2}]"
    )
    policy = f"{CALM['portfolio.md']}\nstates: {states}"
    _, note = figure(home({"portfolio.md": policy}), "Epics in work")
    assert note == "2 is the limit of all columns in work; both columns with a limit keep it"
    _, note = figure(home({"portfolio.md": policy, **an_epic("EP-2")}), "Epics in work")
    assert note.endswith("one of two columns with a limit is over it")


def test_a_limit_of_sizes_that_nobody_stated_is_not_said_to_be_kept() -> None:
    states = "[{name: funnel, category: new, limit_size: 10}]"
    unsized = {"portfolio.md": f"{CALM['portfolio.md']}\nstates: {states}"}
    unsized |= an_epic("EP-2", job_size="''")
    _, note = figure(home(unsized), "Epics in work")
    assert note == "no column has a limit that can be judged"


DOLLARS = f"""{CALM["portfolio.md"]}
rates: [{{currency: USD, rate: 0.5, on: 2026-01-01}}]
guardrails: {{epic_threshold: 100}}
"""


def test_the_queue_is_in_the_portfolios_currency_and_small_amounts_are_printed() -> None:
    files = {**an_epic("EP-2", cost_of_delay=400), "portfolio.md": DOLLARS}
    assert figure(home(files), "Cost of delay in the queue")[0] == "EUR 400"
    files |= an_epic("EP-3", cost_of_delay=40_000, currency="USD")
    assert figure(home(files), "Cost of delay in the queue")[0] == "EUR 20,400"
    files |= an_epic("EP-4", cost_of_delay=1, currency="GBP")
    value, note = figure(home(files), "Cost of delay in the queue")
    assert value == "EUR 20,400"
    assert note.endswith("one more is in a currency without a rate")


def test_the_threshold_is_judged_in_the_portfolios_currency() -> None:
    """150 dollars at 0.5 are 75 euros, below 100; without a rate nothing is said."""
    facts = built({**CALM, "portfolio.md": DOLLARS, **an_epic("EP-2", cost=150, currency="USD"),
                   **an_epic("EP-3", cost=250, currency="USD"),
                   **an_epic("EP-4", cost=250, currency="GBP")}).facts  # fmt: skip
    reaches = {
        epic.id: facts.reaches_threshold(epic)
        for epic in sorted(facts.portfolio.items_of(Epic), key=lambda each: id_order(each.id))
    }
    assert reaches == {"EP-1": None, "EP-2": False, "EP-3": True, "EP-4": None}


def test_figures_stay_numbers_until_they_are_printed() -> None:
    [mean, *_] = home().figures
    assert mean.value == Rounded(Fraction(95, 100))


def test_what_moves_between_two_done_states_is_not_finished_again() -> None:
    files = {
        "portfolio.md": """
            title: A portfolio
            owner: Board
            states: [{name: open, category: active, requires: []}, {name: done, category: done},
              {name: archived, category: done}]
            """,
        **an_epic(
            "EP-1",
            state="archived",
            history="[{state: open, on: 2026-02-01}, {state: done, on: 2026-03-01}, "
            "{state: archived, on: 2026-11-02}]",
        ),
    }
    assert "finished" not in str(home(files).summary)


# What changed, and what has to be decided -------------------------------------------------------

STREAMS = {
    "value-streams/VS-1.md": "title: One\nowner: A\nbudgets: [{period: 2026-H2, approved: 100}]",
    "value-streams/VS-2.md": "title: Two\nowner: A\nbudgets: [{period: 2026-H2, approved: 100}]",
}
MOVES = """
    title: A portfolio
    owner: Board
    reallocations:
      - {on: 2026-11-05, from: VS-1, to: VS-2, period: 2026-H2, amount: 30, by: Board, why: Late}
      - {on: 2026-11-06, to: VS-2, period: 2026-H2, amount: 7, by: Board, why: New}
    """


def changed(found: Home) -> list[tuple[date, str, str]]:
    every = (*found.changes, *found.more_changes)
    return [(each.on, each.item.id if each.item else "", str(each.what)) for each in every]


def test_what_changed_names_the_day_the_item_and_what_happened() -> None:
    files = {
        **STREAMS,
        "portfolio.md": MOVES,
        "risks/R-1.md": "title: A risk\nowner: A\nstatus: owned\ndate: 2026-11-08\naffects: [EP-1]",
        **an_epic(
            "EP-1",
            state="reviewing",
            history="[{state: funnel, on: 2026-11-02}, {state: reviewing, on: 2026-11-07}]",
            decisions="[{on: 2026-11-09, kind: go, by: Board}, {on: 2026-01-09, kind: pivot}]",
        ),
    }
    assert changed(home(files)) == [
        (date(2026, 11, 9), "EP-1", "Decided: go, by Board"),
        (date(2026, 11, 8), "R-1", "Risk raised; Owned"),
        (date(2026, 11, 7), "EP-1", "Moved from funnel to reviewing"),
        (date(2026, 11, 6), "VS-2", "EUR 7 of new money"),
        (date(2026, 11, 5), "VS-2", "EUR 30 moved here from One"),
        (date(2026, 11, 2), "EP-1", "Entered the board in funnel"),
    ]


def test_money_from_a_stream_that_is_not_shown_is_told_of_nowhere() -> None:
    hidden = STREAMS["value-streams/VS-1.md"] + "\nvisibility: confidential"
    files = {**CALM, **STREAMS, "value-streams/VS-1.md": hidden, "portfolio.md": MOVES}
    portfolio = built(files).portfolio.visible_to("public")
    said = [str(each.what) for each in recent_changes(portfolio, TODAY) if each.item
            and each.item.id == "VS-2"]  # fmt: skip
    assert said == ["EUR 7 of new money"]


READY = {
    "state": "analyzing",
    "history": "[{state: analyzing, on: 2026-11-02}]",
    "hypothesis": "{for: a, who: b, the: c, is_a: d, that: e, unlike: f, ours: g}",
    "cost": "5",
    "mvp": "{cost: 5, test: a}",
    "due": "2027-06-30",
}


@pytest.mark.parametrize(
    ("fields", "by", "due", "who"),
    [
        ({"decide_by": "2026-11-25", "sponsors": "[B, C]"}, date(2026, 11, 25), "in 5 days",
         "to decide: B and C"),
        ({}, None, "no day set", "owner: A; no sponsor is named"),
    ],
)  # fmt: skip
def test_a_decision_has_its_own_day_and_none_of_a_measurement_or_of_its_work(
    fields: dict[str, str], by: date | None, due: str, who: str
) -> None:
    indicator = "[{metric: m, baseline: 1, threshold: 2, by: 2026-11-30}]"
    [entry] = home(
        an_epic("EP-1", **{**READY, "leading_indicators": indicator, **fields})
    ).decisions
    assert (entry.by, str(entry.due), str(entry.who)) == (by, due, who)


def test_a_waiver_that_ends_within_two_weeks_is_told() -> None:
    ending = "[{rule: orphan, reason: A, approver: B, until: UNTIL}]"
    near, far = (ending.replace("UNTIL", day) for day in ("2026-11-25", "2027-11-25"))
    assert "ends in 5 days" in words(home(an_epic("EP-1", waivers=near)))
    assert not [each for each in words(home(an_epic("EP-1", waivers=far))) if "ends" in each]


def test_home_asks_for_the_same_decisions_as_the_log_meetings_and_pack() -> None:
    until = TODAY + timedelta(days=5)
    waiver = f"waivers: [{{rule: wip-exceeded, reason: R, approver: B, until: {until}}}]"
    files = {"epics/EP-9.md": f"title: E\nstate: funnel\ndecide_by: {until}\n{waiver}"}
    found = built({**CALM, **files})
    view = home_view(found.portfolio, found.facts, found.figures)
    asked = [(entry.id, str(entry.ask), entry.by) for entry in view.decisions]
    assert asked == [(row.id, str(row.ask), row.by) for row in decision_log(found).due]
    assert len(asked) == 2


def test_home_counts_guardrails_as_the_page_of_funding_does() -> None:
    found = sample()
    view = home_view(found.portfolio, found.facts, found.figures)
    [figure] = [each for each in view.figures if each.key == "guardrails"]
    rails = found.figures.funding.guardrails
    said = str(figure.how.arithmetic) if figure.how else ""
    assert f"broken: {sum(rail.broken for rail in rails)}" in said
    assert f"waived: {sum(rail.word == 'waived' for rail in rails)}" in said
