"""Odd portfolios by name: none scored, all done, everything late, two currencies, all hidden."""

from collections.abc import Mapping

Files = Mapping[str, str]

POLICY = "title: P\nowner: Board\ncurrency: EUR"
STREAM = (
    "title: {id}\nowner: A\n"
    "budgets: [{{period: 2026-H2, approved: {approved}, forecast: {forecast}}}]"
)
SCORES = "business_value: {0}\ntime_criticality: {0}\nrisk_opportunity: {0}\njob_size: {1}"


def epic(number: int, state: str = "mvp", *lines: str) -> dict[str, str]:
    """An epic that has stood in its state since October."""
    moves = (("funnel", "2026-03-02"), ("analyzing", "2026-04-01"), (state, "2026-10-01"))
    before = moves[: {"funnel": 0, "analyzing": 1}.get(state, 2)]
    history = ", ".join(f"{{state: {name}, on: {day}}}" for name, day in (*before, moves[-1]))
    head = (f"title: Epic {number}", "owner: A", f"state: {state}", f"history: [{history}]")
    return {f"epics/EP-{number}.md": "\n".join((*head, *lines))}


def epics(count: int, state: str = "mvp", *lines: str) -> dict[str, str]:
    """So many epics that are alike."""
    return {
        path: head for n in range(1, count + 1) for path, head in epic(n, state, *lines).items()
    }


FULL = (
    "states: [{name: funnel, category: new}, {name: analyzing, category: waiting},"
    " {name: ready, category: waiting}, {name: mvp, category: active, limit: 1},"
    " {name: done, category: done}]"
)


def scored(value: int = 5, size: int = 5) -> str:
    return SCORES.format(value, size)


def stream(id: str, approved: object = 1000, forecast: object = 900) -> dict[str, str]:
    return {f"value-streams/{id}.md": STREAM.format(id=id, approved=approved, forecast=forecast)}


def objective(
    number: int, value: int | None, period: str | None = "2026-H2", *, kind: str = "metric",
    on: str = "2026-11-10", more: str = "",
) -> dict[str, str]:  # fmt: skip
    """An objective with a key result from 0 to 10, or a yes or no, that reported this value."""
    ends = "kind: binary" if kind == "binary" else "start: 0, target: 10, unit: points"
    reports = "" if value is None else f", check_ins: [{{on: {on}, value: {value}}}]"
    head = f"title: Objective {number}\nowner: A\n" + (f"period: {period}\n" if period else "")
    result = f"{{id: KR-{number}, title: Result {number}, owner: A, {ends}{reports}}}"
    return {f"objectives/OBJ-{number}.md": f"{head}key_results: [{result}]\n{more}"}


def objectives(values: tuple[int | None, ...], period: str | None = "2026-H2") -> dict[str, str]:
    return {
        path: head
        for n, value in enumerate(values, 1)
        for path, head in objective(n, value, period).items()
    }


def feature(number: int, state: str, *lines: str) -> dict[str, str]:
    head = (f"title: Feature {number}", "owner: A", "epic: EP-1", f"state: {state}")
    return {f"features/FT-{number}.md": "\n".join((*head, *lines))}


INCREMENT = {
    "increments/PI-1.md": "title: Increment 1\nowner: A\nstart: 2026-07-06\nend: 2026-09-25\n"
    "objectives: [{title: O, planned_value: 8, actual_value: 7}]",
    "increments/PI-2.md": "title: Increment 2\nowner: A\nstart: 2026-10-05\nend: 2026-12-18\n"
    'iterations: [{name: "1", start: 2026-10-05, end: 2026-10-16}]',
}


def increment(*objectives: str) -> dict[str, str]:
    """An increment that runs, with these objectives."""
    head = INCREMENT["increments/PI-2.md"]
    return {"increments/PI-2.md": f"{head}\nobjectives: [{', '.join(objectives)}]"}


LATE_FEATURE = feature(2, "in-progress", "increment: PI-2",
                       'stories: [{id: ST-1, title: S, iteration: "1", state: ready}]')  # fmt: skip
LIMITS = (
    "states: [{name: funnel, category: new}, {name: analyzing, category: waiting, limit: 1},"
    " {name: mvp, category: active, limit: 2, limit_size: 10}, {name: done, category: done},"
    " {name: rejected, category: cancelled}]"
)
RAILS = (
    "guardrails: {horizons: {targets: {1: 70, 2: 20, 3: 10}, tolerance: 5}, epic_threshold: 500}"
)
CASE = (
    "hypothesis: {for: A, who: B, the: C, is_a: D, that: E, unlike: F, ours: G}\ncost: 9\n"
    "mvp: {cost: 1}\ndecisions: [{on: 2026-09-01, kind: go, by: A},"
    " {on: 2026-10-01, kind: persevere, by: A}]"
)
HIDDEN = "visibility: confidential"
HIDDEN_TEAM = {"teams/T-9.md": f"title: T\nowner: A\n{HIDDEN}"}

PORTFOLIOS: Mapping[str, Files] = {
    "nothing but the file": {},
    "a theme and no more": {"themes/TH-1.md": "title: T\nowner: A"},
    "one epic": epic(1),
    "one epic, ready for all": {
        **epic(1, "mvp", scored(), "value_stream: VS-1", "key_results: [KR-1]", "approved: 500",
               "actual: 100", "cost: 300"),
        **stream("VS-1"), **objective(1, 9),
    },
    "one idea": epic(1, "funnel"),
    "three ideas": epics(3, "funnel"),
    "an idea and two in work": {**epic(1, "funnel"), **epic(2), **epic(3)},
    "an idea without an owner": {"epics/EP-1.md": "title: E\nstate: funnel"},
    "a case without money": epic(
        1, "mvp", scored(), CASE.replace("persevere", "pivot"), "leading_indicators: []"
    ),
    "a case without a measurement": epic(
        1, "mvp", scored(), CASE, "approved: 5", "leading_indicators: [{metric: M}]"
    ),
    "an epic in no state": {
        **epic(1), **objective(1, 9), "epics/EP-2.md": "title: E\nowner: A\nkey_results: [KR-1]",
    },
    "none scored": {**epics(4, "analyzing"), **objectives((5, 5))},
    "all of one score": epics(3, "analyzing", scored()),
    "two of one score": epics(2, "analyzing", scored()),
    "two of one score, and a better one hidden": {
        **epics(2, "analyzing", scored()), **epic(3, "analyzing", scored(20, 1), HIDDEN),
    },
    "two that differ, and a better one hidden": {
        **epic(1, "analyzing", scored()), **epic(2, "analyzing", scored(3)),
        **epic(3, "analyzing", scored(20, 1), HIDDEN),
    },
    "all done": {
        **epics(3, "done", "key_results: [KR-1]", scored()), **objective(1, 10),
    },
    "all done, and nothing moved": {**epics(2, "done", "key_results: [KR-1]"), **objective(1, 1)},
    "all rejected": epics(2, "rejected", scored()),
    "everything late": {
        **epics(3, "mvp", "due: 2026-10-15", "urgency: fixed-date", "duration_weeks: 4"),
        **objectives((1, 2)), **INCREMENT,
        **feature(1, "in-progress", "increment: PI-1"),
        **feature(2, "in-progress", "increment: PI-2",
                  'stories: [{id: ST-1, title: S, iteration: "1", state: ready}]'),
        "risks/RK-1.md": "title: R\nowner: A\nstatus: owned\naction: Look\ndue: 2026-10-01",
    },
    "two currencies": {
        "portfolio.md": f"{POLICY}\nranking: money\n"
        "rates: [{currency: USD, rate: 0.5, on: 2026-01-01}]",
        **epic(1, "ready", "currency: USD", "cost_of_delay: 100", "duration_weeks: 2",
               "approved: 700", "value_stream: VS-1"),
        **epic(2, "ready", "cost_of_delay: 80", "duration_weeks: 2", "approved: 90",
               "value_stream: VS-1"),
        **stream("VS-1"),
    },
    "a currency without a rate": {
        "portfolio.md": f"{POLICY}\nrules: {{currency-without-rate: off}}",
        **epic(1, "mvp", "currency: CHF", "approved: 70", "actual: 10", "value_stream: VS-1"),
        **stream("VS-1"),
    },
    "closed periods only": {**objectives((9, 1), "2025"),
        "value-streams/VS-1.md":
        "title: VS-1\nowner: A\nbudgets: [{period: 2025, approved: 100, forecast: 90, actual: 90}]"
    },
    "periods to come only": {**objectives((0, None), "2027-H1"),
        "value-streams/VS-1.md":
        "title: VS-1\nowner: A\nbudgets: [{period: 2027-H1, approved: 100, forecast: 90}]"
    },
    "nothing committed": {
        "portfolio.md": f"{POLICY}\n{RAILS}", **stream("VS-1"),
        **epics(2, "funnel", "value_stream: VS-1", "cost: 300"),
    },
    "all streams over": {**stream("VS-1", 10, 20), **stream("VS-2", 10, 30)},
    "three streams over": {
        **stream("VS-1", 10, 20), **stream("VS-2", 10, 30), **stream("VS-3", 10, 30),
    },
    "every amount stated": {
        "value-streams/VS-1.md": "title: VS-1\nowner: A\n"
        "budgets: [{period: 2026-H2, target: 9, approved: 9, forecast: 9, actual: 9}]",
        **epic(1, "mvp", "value_stream: VS-1", "approved: 9", "actual: 5", "cost: 4"),
    },
    "no stream over, one not known": {**stream("VS-1"),
        "value-streams/VS-2.md": "title: VS-2\nowner: A\nbudgets: [{period: 2026-H2, approved: 9}]",
        **epic(1, "mvp", "value_stream: VS-2", "approved: 9")
    },
    "an epic without a forecast": {
        "value-streams/VS-1.md": "title: VS-1\nowner: A\nbudgets: [{period: 2026-H2, approved: 9}]"
    , **epic(1, "mvp", "value_stream: VS-1", "approved: 9")},
    "an epic without an approval": {
        "value-streams/VS-1.md": "title: VS-1\nowner: A\nbudgets: [{period: 2026-H2, forecast: 9}]"
    , **epic(1, "mvp", "value_stream: VS-1", "actual: 1", "cost: 4")},
    "one of two streams over": {**stream("VS-1", 10, 20), **stream("VS-2", 10, 10)},
    "all within": {**stream("VS-1"), **stream("VS-2")},
    "no objective reported": objectives((None, None, None)),
    "one objective, no report": objectives((None,)),
    "all green": objectives((9, 9, 10)),
    "all green without periods": objectives((9, 9, 10), None),
    "none green without periods": objectives((1, 1, 1), None),
    "one of three green, without periods": objectives((1, 9, 1), None),
    "one green and one behind": objectives((10, 1)),
    "both green": objectives((9, 9)),
    "one green, one silent": objectives((9, None), None),
    "one red, one silent": objectives((1, None), None),
    "two green, one silent": objectives((9, 9, None), None),
    "two red, one silent": objectives((1, 1, None), None),
    "three red, one silent": objectives((1, 1, 1, None), None),
    "one of three green, one silent": objectives((1, 9, 1, None), None),
    "in time so far, one silent": objectives((9, None)),
    "not due, and one silent": {**objective(1, 0, kind="binary"), **objective(2, None)},
    "nothing weighs": {
        "objectives/OBJ-1.md": "title: O\nowner: A\nperiod: 2026-H2\nkey_results: "
        "[{id: KR-1, title: R, owner: A, weight: 0, start: 0, target: 10,"
        " check_ins: [{on: 2026-11-10, value: 5}]}]",
    },
    "an objective without key results": {
        "objectives/OBJ-1.md": "title: O\nowner: A\nperiod: 2026-H2",
    },
    "not due and not reported": {
        **objective(1, 0, kind="binary"), **objective(2, None), **objective(3, 9),
        **objective(4, 9), **objective(5, 10),
    },
    "not due at all": {**objective(1, 0, kind="binary"), **objective(2, 0, kind="binary")},
    "stale": objective(1, 8, on="2026-07-02"),
    "blocked": {**epic(1, "mvp"), **epic(2, "mvp", "depends_on: [EP-1]"),
                **epic(3, "mvp", "depends_on: [EP-1, EP-2]")},
    "said to be blocked": {
        **epic(1, "mvp", "blocked: [{from: 2026-11-02, why: Grid}]"),
        **epic(2, "mvp", "blocked: [{from: 2026-11-02, until: 2026-11-03, why: Grid}]"),
        **epic(3, "mvp", "depends_on: [EP-2]", "blocked: [{from: 2026-11-02, why: Grid}]"),
    },
    "limits over": {"portfolio.md": f"{POLICY}\n{LIMITS}", **epics(3, "mvp", scored())},
    "limits over, and blocked": {
        "portfolio.md": f"{POLICY}\n{LIMITS}",
        **epics(2, "mvp", scored()), **epic(3, "mvp", scored(), "depends_on: [EP-1]"),
    },
    "size over": {"portfolio.md": f"{POLICY}\n{LIMITS}", **epics(2, "mvp", scored(5, 13))},
    "size not stated": {"portfolio.md": f"{POLICY}\n{LIMITS}", **epic(1, "mvp")},
    "one place": {"portfolio.md": f"{POLICY}\ncut_line: 1", **epics(2, "analyzing", scored())},
    "one served, one rejected": {
        **objective(1, 9), **epic(1, "mvp", "key_results: [KR-1]"), **epic(2, "rejected"),
        **feature(1, "done"),
    },
    "limits kept": {"portfolio.md": f"{POLICY}\n{LIMITS}", **epic(1, "mvp", scored())},
    "limits that nobody needs": {"portfolio.md": f"{POLICY}\n{LIMITS}", **epic(1, "funnel")},
    "only stories": {
        "stories/ST-1.md": "title: S\nowner: A\nstate: ready",
        "stories/ST-2.md": "title: S\nowner: A\nstate: done",
    },
    "all confidential": {
        path: f"{head}\n{HIDDEN}"
        for path, head in {**epics(3), **objective(1, 5), **stream("VS-1")}.items()
    },
    "some confidential": {
        "portfolio.md": f"{POLICY}\n{LIMITS}\n{RAILS}",
        **epic(1, "mvp", scored(), "value_stream: VS-1", "approved: 50", "key_results: [KR-1]"),
        **epic(2, "mvp", scored(), "value_stream: VS-1", "approved: 900", HIDDEN),
        **epic(3, "mvp", scored(), "value_stream: VS-1", "approved: 5", HIDDEN),
        **stream("VS-1"), **objective(1, 9), **objective(2, 1, more=HIDDEN),
        "risks/RK-1.md": f"title: R\nowner: A\nstatus: owned\naction: L\ndue: 2026-10-01\n{HIDDEN}",
    },
    "a part that is behind": {
        **objective(1, 1), **objective(2, 9, more=HIDDEN), **epic(1, "analyzing"),
        **epic(2, "analyzing", HIDDEN), **INCREMENT,
    },
    "an increment that is over, and one that is hidden": {
        "increments/PI-1.md": INCREMENT["increments/PI-1.md"],
        "increments/PI-2.md": f"{INCREMENT['increments/PI-2.md']}\n{HIDDEN}",
    },
    "two streams over, and one that is hidden": {
        **stream("VS-1", 10, 20),
        **stream("VS-3", 10, 20),
        **{path: f"{head}\n{HIDDEN}" for path, head in stream("VS-2").items()},
    },
    "streams of which some are not known or hidden": {
        **stream("VS-1"),
        "value-streams/VS-2.md": "title: VS-2\nowner: A\nbudgets: [{period: 2026-H2, approved: 9}]",
        **epic(1, "mvp", "value_stream: VS-2", "approved: 9"), **epic(2, "mvp", HIDDEN),
    },
    "a stream that is not known, and one that is hidden": {
        "value-streams/VS-1.md": "title: VS-1\nowner: A\nbudgets: [{period: 2026-H2, approved: 9}]",
        **epic(1, "mvp", "value_stream: VS-1", "approved: 9"),
        **{path: f"{head}\n{HIDDEN}" for path, head in stream("VS-2").items()},
    },
    "every amount stated, and an epic hidden": {
        "value-streams/VS-1.md": "title: VS-1\nowner: A\n"
        "budgets: [{period: 2026-H2, target: 9, approved: 9, forecast: 9, actual: 9}]",
        **epic(1, "mvp", "value_stream: VS-1", "approved: 9", "actual: 5", "cost: 4"),
        **epic(2, "mvp", HIDDEN),
    },
    "an amount not stated, and an epic hidden": {
        "value-streams/VS-1.md": "title: VS-1\nowner: A\n"
        "budgets: [{period: 2026-H2, approved: 9, forecast: 9, actual: 9}]",
        **epic(1, "mvp", "value_stream: VS-1", "approved: 9", "actual: 5", "cost: 4"),
        **epic(2, "mvp", HIDDEN),
    },
    "words that figures contradict": {
        **objective(1, 1, more="updates: [{on: 2026-11-18, health: on-track}]"),
        **epic(1, "mvp", "updates: [{on: 2026-11-18, health: at-risk, by: B, note: N}]"),
    },
    "a word on what is over": epic(1, "done", "updates: [{on: 2026-09-18, health: on-track}]"),
    "a word that is hidden, and one on what is over": {
        **epic(1, "done", "updates: [{on: 2026-09-18, health: on-track}]"),
        **epic(2, "mvp", "updates: [{on: 2026-11-18, health: on-track}]", HIDDEN),
    },
    "only risks": {
        "risks/RK-1.md": "title: R\nowner: A\nstatus: resolved",
        "risks/RK-2.md": "title: R\nowner: A\nstatus: accepted",
    },
    "a risk that was accepted for a while": {
        "risks/RK-1.md": "title: R\nowner: A\nstatus: accepted\nprobability: 2\nimpact: 5\n"
        "acceptance: {on: 2026-09-01, by: B, until: 2026-10-01}",
    },
    "two risks of one exposure": {
        "risks/RK-1.md": "title: R\nstatus: accepted\nprobability: 2\nimpact: 5",
        "risks/RK-2.md": "title: R\nstatus: mitigated\nprobability: 5\nimpact: 2",
    },
    "a waiver, and a decision that nobody signed": epic(
        1, "mvp", "decisions: [{on: 2026-09-01, kind: go}]", "decide_by: 2026-11-01",
        "waivers: [{rule: wip-exceeded, reason: R, approver: B, until: 2026-12-31}]",
    ),
    "an epic that waits for one planned later": {
        **epic(1, "mvp", "depends_on: [EP-2]"), **epic(2, "mvp"), **INCREMENT,
        **feature(1, "ready", "increment: PI-1"),
        "features/FT-2.md": "title: F\nowner: A\nepic: EP-2\nstate: ready\nincrement: PI-2",
    },
    "one expedited, one that waits for it": {
        **epic(1, "ready", "urgency: expedite", scored()),
        **epic(2, "ready", scored(13), "depends_on: [EP-1]"),
    },
    "what comes next finds no room": {
        "portfolio.md": FULL, **epic(3), **epic(1, "ready", scored()),
        **epic(2, "ready", scored(13), "depends_on: [EP-1]"),
    },
    "what comes next is expedited and finds no room": {
        "portfolio.md": FULL, **epic(3), **epic(1, "ready", "urgency: expedite", scored()),
        **epic(2, "ready", scored(13), "depends_on: [EP-1]"),
    },
    "the first two candidates are blocked": epics(
        2, "ready", scored(), "blocked: [{from: 2026-11-02, why: W}]"
    ) | epic(3, "ready", scored(1), "blocked: [{from: 2026-11-02, why: W}]"),
    "increments alone": dict(INCREMENT),
    "an increment whose one objective is hidden": {
        **increment("{title: O, team: T-9, planned_value: 8, actual_value: 7}"), **HIDDEN_TEAM,
    },
    "an increment whose one objective with an actual value is hidden": {
        **increment("{title: O, team: T-9, planned_value: 8, actual_value: 7}",
                    "{title: P, planned_value: 5}"), **HIDDEN_TEAM,
    },
    "an increment whose one committed objective is hidden": {
        **increment("{title: O, team: T-9, planned_value: 8, actual_value: 7}",
                    "{title: P, commitment: uncommitted, actual_value: 2}"), **HIDDEN_TEAM,
    },
    "an increment of which half is in": {
        **increment(
            "{title: One, planned_value: 8, actual_value: 4, features: [FT-1]}",
            "{title: Two, planned_value: 8, features: [FT-2]}",
            "{title: Three, planned_value: 8, features: [FT-1, FT-3]}",
        ),
        **epic(1), **feature(1, "done", "increment: PI-2"), **LATE_FEATURE,
        **feature(3, "ready", "increment: PI-2"),
    },
    "an increment of which a feature is hidden": {
        **increment("{title: One, planned_value: 8, actual_value: 4}",
                    "{title: Two, planned_value: 8, features: [FT-2]}"),
        **epic(1), "features/FT-2.md": f"{LATE_FEATURE['features/FT-2.md']}\n{HIDDEN}",
    },
    "an increment that is wholly in": increment("{title: One, planned_value: 8, actual_value: 9}"),
    "an increment without a value": increment("{title: One, commitment: uncommitted}"),
    "an increment that planned no value": increment("{title: One, actual_value: 4}"),
    "an increment that committed nothing": increment(
        "{title: One, commitment: uncommitted, actual_value: 4}"
    ),
    "day one": {**objectives((0, 0), "{start: 2026-11-20, end: 2027-02-28}"), **epics(2, "funnel")},
}  # fmt: skip


def named(name: str) -> Files:
    """The files of one of these portfolios."""
    return {"portfolio.md": POLICY, **PORTFOLIOS[name]}
