"""The acts of a month: each says one thing in one file, and nothing that `check` refuses."""

from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath

import pytest

from leanfolio.editor.acts import ACTS
from leanfolio.editor.acts.act import ActError, Moment
from leanfolio.editor.acts.closing import chosen, close, closing_of, rating
from leanfolio.editor.acts.table import do_rows
from leanfolio.editor.acts.trial import Trial
from leanfolio.editor.workspace import Workspace
from leanfolio.model.source import Source

ENTRY = '{on: 2026-11-27, value: 3.68, confidence: 0.6, note: "so: far"}'
TODAY = date(2026, 11, 27)
FILES = {
    "portfolio.md": "---\ntype: portfolio\ntitle: P\n---\nx\n",
    "value-streams/VS-1.md": "---\ntitle: V\n---\nx\n",
    "objectives/OBJ-1.md": (
        "---\ntitle: O\nkey_results:\n  - {id: KR-1, title: K, start: 0, target: 10}\n"
        "  - id: KR-2 # by hand\n    title: L\n---\nx\n"
    ),
    "epics/EP-1.md": (
        "---\ntitle: One\nstate: reviewing\nhistory:\n  - {state: funnel, on: 2026-09-01}\n"
        "  - {state: reviewing, on: 2026-10-01}\nblocked: [{from: 2026-10-02, why: Grid}]\n"
        "waivers: [{rule: orphan, reason: Old, approver: A, until: 2026-10-30}]\n---\nx\n"
    ),
    "epics/EP-2.md": "---\ntitle: Two\nstate: funnel\n---\nx\n",
    "increments/PI-2026-3.md": (
        "---\ntitle: Increment 2026-3\nstart: 2026-07-06\nend: 2026-09-25\niterations:\n"
        "  - {name: \"1\", start: 2026-07-06, end: 2026-07-17}\nobjectives:\n"
        "  - {title: Kept, planned_value: 5, actual_value: 5}\n  - {title: Open}\n---\nx\n"
    ),
    "features/FT-1.md": "---\ntitle: F\nstate: ready\nincrement: PI-2026-3\n---\nx\n",
    "features/FT-2.md": "---\ntitle: G\nstate: done\nincrement: PI-2026-3\n---\nx\n",
}  # fmt: skip


def trial(**more: str) -> Trial:
    texts = {**FILES, **{name.replace("__", "/") + ".md": text for name, text in more.items()}}
    sources = [Source(PurePosixPath(name), text.encode()) for name, text in texts.items()]
    return Trial.of(Workspace.from_sources(sources, None, TODAY))


def done(name: str, row: Mapping[str, str], *, in_git: bool = True) -> str:
    """The one line that an act adds or changes, or its lines, without the rest of the file."""
    tried = trial()
    tried.do(ACTS[name].make(tried.portfolio, row, Moment(TODAY, in_git)))
    lines = []
    for change in tried.changed():
        old = (change.before or b"").decode().splitlines()
        lines += [line.strip() for line in change.after.decode().splitlines() if line not in old]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("name", "row", "line"),
    [
        (
            "checkin",
            {"key_result": "kr-1", "value": "3.680", "confidence": ".6", "note": "so: far"},
            f"- {{id: KR-1, title: K, start: 0, target: 10, check_ins: [{ENTRY}]}}",
        ),
        (
            "checkin",
            {"key_result": "KR-2", "value": "3", "on": "2026-11-20"},
            "check_ins:\n- {on: 2026-11-20, value: 3}",
        ),
        (
            "move",
            {"id": "EP-1", "state": "analyzing"},
            "state: analyzing\n- {state: analyzing, on: 2026-11-27}",
        ),
        ("move", {"id": "EP-2", "state": "reviewing"}, "state: reviewing"),
        (
            "move",
            {"id": "EP-2", "state": "reviewing", "on": "2026-11-02"},
            "state: reviewing\nhistory:\n- {state: reviewing, on: 2026-11-02}",
        ),
        (
            "decide",
            {"epic": "EP-1", "kind": "no-go", "by": "Board", "note": "no"},
            'decisions:\n- {on: 2026-11-27, kind: no-go, by: Board, note: "no"}',
        ),
        (
            "score",
            {"id": "EP-1", "job_size": "8", "by": "R. Ahmed, L. Meyer"},
            "job_size: 8\nscored_on: 2026-11-27\nscored_by: [R. Ahmed, L. Meyer]",
        ),
        (
            "waive",
            {
                "id": "EP-1", "rule": "orphan", "reason": "New", "approver": "B",
                "until": "2027-01-31",
            },
            "waivers: [{rule: orphan, reason: New, approver: B, until: 2027-01-31}]",
        ),
        ("block", {"id": "EP-2", "why": "#1"}, 'blocked:\n- {from: 2026-11-27, why: "#1"}'),
        (
            "unblock",
            {"id": "EP-1"},
            "blocked: [{from: 2026-10-02, until: 2026-11-27, why: Grid}]",
        ),
        (
            "update",
            {"id": "portfolio", "health": "at-risk", "note": "Peak"},
            "updates:\n- {on: 2026-11-27, health: at-risk, note: Peak}",
        ),
    ],
)  # fmt: skip
def test_an_act_says_one_thing_in_one_file(name: str, row: dict[str, str], line: str) -> None:
    assert done(name, row) == line


def test_without_git_a_move_begins_the_history() -> None:
    said = done("move", {"id": "EP-2", "state": "reviewing"}, in_git=False)
    assert said == "state: reviewing\nhistory:\n- {state: reviewing, on: 2026-11-27}"


def test_a_history_that_begins_in_the_middle_says_what_it_does_not_know() -> None:
    """Out of the funnel flow time begins with the move itself; from elsewhere it began before."""
    tried = trial(**{"epics__EP-3": "---\ntitle: Three\nstate: reviewing\n---\nx\n"})

    def notes(id: str) -> tuple[str, ...]:
        row = {"id": id, "state": "analyzing"}
        return ACTS["move"].make(tried.portfolio, row, Moment(TODAY, in_git=False)).notes

    assert notes("EP-1") == notes("EP-2") == ()
    [note] = notes("EP-3")
    assert note.startswith(
        "the history of EP-3 begins here: since when it was in reviewing is not known"
    )


@pytest.mark.parametrize(
    ("name", "row", "column", "why"),
    [
        ("checkin", {"key_result": "KR-11", "value": "3"}, "key_result", "there is no KR-11"),
        ("checkin", {"key_result": "EP-1", "value": "3"}, "key_result", "EP-1 is an epic"),
        ("checkin", {"key_result": "KR-1", "value": "3 %"}, "value", "not a number"),
        ("checkin", {"key_result": "KR-1"}, "value", "missing"),
        ("checkin", {"key_result": "KR-1", "value": "3", "confidence": "6"}, "confidence", "share"),
        ("checkin", {"key_result": "KR-1", "value": "3", "on": "1.11."}, "on", "not a date"),
        ("move", {"id": "EP-1", "state": "reviewing"}, "state", "already"),
        ("move", {"id": "EP-1", "state": "analysing"}, "state", "no state analysing"),
        ("decide", {"epic": "EP-1", "kind": "nogo", "by": "B"}, "kind", "not one of go, no-go"),
        ("score", {"id": "EP-1", "by": "B"}, "", "no score"),
        ("score", {"id": "EP-1", "job_size": "-1", "by": "B"}, "job_size", "less than 0"),
        ("waive", {"id": "EP-1", "rule": "orphn"}, "rule", "no rule"),
        ("waive", {"id": "EP-1", "rule": "file-unreadable"}, "rule", "no rule"),
        ("waive", {"id": "EP-1", "rule": "orphan", "until": "2026-01-01"}, "until", "run out"),
        ("block", {"id": "EP-1", "why": "x"}, "id", "blocked since 2026-10-02: Grid"),
        ("unblock", {"id": "EP-2"}, "id", "not blocked"),
        ("update", {"id": "FT-1", "health": "at-risk", "note": "x"}, "id", "FT-1 is a feature"),
        ("update", {"id": "EP-1", "health": "green", "note": "x"}, "health", "not one of on-track"),
    ],
)  # fmt: skip
def test_what_is_given_wrongly_is_named(
    name: str, row: dict[str, str], column: str, why: str
) -> None:
    with pytest.raises(ActError, match=why) as raised:
        done(name, row)
    assert raised.value.column == column
    assert raised.value.hint


def test_what_check_would_refuse_is_a_new_error() -> None:
    tried = trial()
    row = {"key_result": "KR-1", "value": "3", "on": "2026-12-24"}
    tried.do(ACTS["checkin"].make(tried.portfolio, row, Moment(TODAY)))
    (problem,) = [each for each in tried.new_problems() if each.severity == "error"]
    assert problem.rule == "date-in-the-future"


def test_a_move_says_what_the_state_asks_for() -> None:
    tried = trial()
    row = {"id": "EP-1", "state": "analyzing"}
    tried.do(ACTS["move"].make(tried.portfolio, row, Moment(TODAY)))
    assert "evidence-missing" in {problem.rule for problem in tried.new_problems()}


def test_a_table_does_each_row_on_what_the_rows_before_it_left() -> None:
    tried = trial()
    text = "\ufeffId;State;On\r\nEP-1;analyzing;2026-11-02\r\nEP-1;ready;\r\n"
    assert (
        do_rows(tried, ACTS["move"], text, "moves.csv", {"on": "2026-11-20"}, Moment(TODAY)) == []
    )
    (change,) = tried.changed()
    assert (
        b"  - {state: analyzing, on: 2026-11-02}\n  - {state: ready, on: 2026-11-20}\n"
        in change.after
    )


def test_every_wrong_row_of_a_table_is_named_at_its_place() -> None:
    text = "key_result,value\nKR-1,3\nKR-9,3\nKR-1,\nKR-1,x\n"
    wrong = do_rows(trial(), ACTS["checkin"], text, "week.csv", {}, Moment(TODAY))
    assert [str(problem.at) for problem in wrong] == [
        "week.csv:3:1",
        "week.csv:4:5",
        "week.csv:5:6",
    ]
    (missing,) = do_rows(trial(), ACTS["checkin"], "key_result\nKR-1\n", "w.csv", {}, Moment(TODAY))
    assert missing.rule == "csv-column"


# The end of an increment --------------------------------------------------------------------------


def test_an_increment_is_closed_with_what_is_left_to_do() -> None:
    tried = trial()
    closing = closing_of(tried.now, "PI-2026-3")
    assert closing.unrated == (1,)
    assert [feature.id for feature in closing.unfinished] == ["FT-1"]
    value = rating("4")
    assert value is not None
    close(tried, closing, {1: value}, chosen(closing, "all", tried.portfolio))
    after = {str(change.path): change.after.decode() for change in tried.changed()}
    assert "  - {title: Open, actual_value: 4}\n" in after["increments/PI-2026-3.md"]
    assert "increment: PI-2026-4\n" in after["features/FT-1.md"]
    assert after["increments/PI-2026-4.md"].startswith(
        "---\nstart: 2026-09-28\nend: 2026-12-18\niterations:\n"
        '  - {name: "1", start: 2026-09-28, end: 2026-10-09}\n---\n# Increment 2026-4\n'
    )
    assert [problem for problem in tried.new_problems() if problem.severity == "error"] == []


def test_the_increment_that_follows_is_taken_where_it_is_there() -> None:
    later = "---\ntitle: L\nstart: 2026-10-05\nend: 2026-12-18\n---\nx\n"
    closing = closing_of(trial(**{"increments__PI-9": later}).now, "PI-2026-3")
    assert (closing.next.id, closing.next.path) == ("PI-9", None)


def test_the_first_increment_of_a_year_is_number_one() -> None:
    last = "---\ntitle: L\nstart: 2026-10-05\nend: 2026-12-31\n---\nx\n"
    tried = trial(**{"increments__PI-2026-4": last})
    assert closing_of(tried.now, "PI-2026-4").next.id == "PI-2027-1"
    assert closing_of(tried.now, "PI-2026-4", "X-1").next.id == "X-1"
    assert closing_of(tried.now, "PI-2026-4", "pi-2026-3").next.path is None


@pytest.mark.parametrize(("text", "ids"), [("all", ["FT-1"]), ("None", []), ("ft-1,", ["FT-1"])])
def test_features_go_over_by_consent(text: str, ids: list[str]) -> None:
    tried = trial()
    assert chosen(closing_of(tried.now, "PI-2026-3"), text, tried.portfolio) == ids


@pytest.mark.parametrize(("text", "why"), [("FT-2", "not among"), ("FT-9", "there is no FT-9")])
def test_only_unfinished_features_go_over(text: str, why: str) -> None:
    tried = trial()
    with pytest.raises(ActError, match=why):
        chosen(closing_of(tried.now, "PI-2026-3"), text, tried.portfolio)


def test_an_increment_without_days_drafts_no_next_one() -> None:
    tried = trial(**{"increments__PI-9": "---\ntitle: L\n---\nx\n"})
    with pytest.raises(ActError, match="no `start` and `end`"):
        closing_of(tried.now, "PI-9")
    with pytest.raises(ActError, match="not a number"):
        rating("seven")
