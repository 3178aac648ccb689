"""A day before that of the files: states of then, and what cannot go back named where it stands."""

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import force_setattr

from leanfolio.figures.history.looking_back import as_it_stood
from leanfolio.model import Epic
from leanfolio.model.looking_back import LookingBack
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.output.data import as_json
from leanfolio.pipeline import build, published
from leanfolio.views import registry
from leanfolio.views.built import Built
from leanfolio.views.looking_back import note_on_the_past
from making import GIT, TODAY, git, linked, source, sources, written
from test_cli import run

THEN = date(2026, 8, 1)
STATES = ("funnel", "reviewing", "analyzing", "ready", "mvp", "done")


def epic(*history: tuple[str, str], **fields: object) -> str:
    """An epic in the last state of a history of (state, day)."""
    entries = ", ".join(f"{{state: {state}, on: {day}}}" for state, day in history)
    lines = [f"{name}: {value}" for name, value in fields.items()]
    state = fields.get("state") or history[-1][0]
    return "\n".join(("title: An epic", "owner: A", f"state: {state}",
                      *([f"history: [{entries}]"] if history else ()),
                      *(line for line in lines if not line.startswith("state:"))))  # fmt: skip


def looked_back(
    files: Mapping[str, str], day: date = THEN, records: Mapping[str, str] | None = None
) -> Built:
    """The small portfolio with these files on a day, read from files of TODAY."""
    beside = [Source(PurePosixPath(path), text.encode()) for path, text in (records or {}).items()]
    return build(sources(files), as_of=day, otherwise=TODAY, records=beside)


MOVED = epic(("funnel", "2026-03-01"), ("mvp", "2026-07-01"), ("done", "2026-10-01"))


def test_an_epic_stands_where_its_history_says() -> None:
    then = looked_back({"epics/EP-1.md": MOVED})
    cards = {c.state: [card.id for card in c.cards] for c in then.figures.board.columns}
    assert cards["mvp"] == ["EP-1"]
    assert cards["done"] == []
    [moved] = then.portfolio.items_of(Epic)
    assert then.facts.age_of(moved) == 31


def test_an_epic_that_is_done_today_competed_then() -> None:
    scores = {"business_value": 5, "time_criticality": 5, "risk_opportunity": 5, "job_size": 5}
    moved = epic(("funnel", "2026-03-01"), ("done", "2026-10-01"), **scores)
    assert [item.id for item in looked_back({"epics/EP-1.md": moved}).figures.ranking.items] == [
        "EP-1"
    ]
    assert not looked_back({"epics/EP-1.md": moved}, TODAY).figures.ranking.items


def test_what_had_not_begun_is_left_out_with_all_that_hangs_on_it() -> None:
    late = epic(("funnel", "2026-09-01"), depends_on="[EP-1]")
    then = looked_back({
        "epics/EP-1.md": MOVED,
        "epics/EP-2.md": late,
        "features/FT-1.md": "title: F\nepic: EP-2\nstate: funnel",
    })  # fmt: skip
    assert "EP-2" not in then.portfolio
    assert "FT-1" not in then.portfolio
    assert then.portfolio.looking_back == LookingBack(TODAY, to_come=("EP-2", "FT-1"))
    assert "Two items were not there yet" in str(note_on_the_past(then.portfolio, THEN))


def test_a_state_without_a_history_is_not_known_and_no_rule_asks_for_it() -> None:
    then = looked_back({"epics/EP-1.md": epic(state="mvp")})
    assert then.portfolio["EP-1"].state is None  # type: ignore[attr-defined]
    assert then.portfolio.looking_back == LookingBack(TODAY, unknown=("EP-1",))
    assert "state-missing" not in {problem.rule for problem in then.problems}
    assert [str(entry.why) for entry in then.figures.ranking.unranked] == [
        "its state on that day is not known"
    ]
    note = str(note_on_the_past(then.portfolio, THEN))
    assert "Where one item stood then is not known, as it has no history: EP-1." in note


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=30)])
def test_the_day_of_the_files_and_those_after_look_back_at_nothing(day: date) -> None:
    now = looked_back({"epics/EP-1.md": epic(state="mvp")}, day)
    assert now.portfolio.looking_back is None
    assert now.portfolio["EP-1"].state == "mvp"  # type: ignore[attr-defined]
    assert str(note_on_the_past(now.portfolio, day)) == ""
    assert "looking_back" not in json.loads(as_json(now.figures.board, now.as_of))


def test_the_day_that_the_portfolio_fixes_is_that_of_its_files() -> None:
    fixed = "type: portfolio\ntitle: P\nowner: B\nas_of: 2026-08-01"
    now = build(
        sources({"portfolio.md": fixed, "epics/EP-1.md": epic(state="mvp")}),
        as_of=THEN, otherwise=TODAY,
    )  # fmt: skip
    assert now.portfolio.looking_back is None


def test_records_of_later_days_are_no_problem_but_records_of_days_to_come_are() -> None:
    later = looked_back({"epics/EP-1.md": MOVED})
    assert "date-in-the-future" not in {problem.rule for problem in later.problems}
    slip = epic(("funnel", "2026-03-01"), ("mvp", "2062-07-01"))
    found = [
        problem.message
        for problem in looked_back({"epics/EP-1.md": slip}).problems
        if problem.rule == "date-in-the-future"
    ]
    assert found == ["EP-1 records a state on 2062-07-01, 13,007 days after 2026-11-20"]


def test_decisions_observations_and_check_ins_of_later_days_are_not_there() -> None:
    moved = epic(
        ("funnel", "2026-03-01"), ("mvp", "2026-10-01"),
        decisions="[{on: 2026-09-01, kind: go, by: B}]",
        leading_indicators="[{metric: M, observed: [{on: 2026-10-02, value: 1}]}]",
    )  # fmt: skip
    then = looked_back({"epics/EP-1.md": moved})
    item = then.portfolio["EP-1"]
    assert item.decisions == ()  # type: ignore[attr-defined]
    assert item.leading_indicators[0].observed == ()  # type: ignore[attr-defined]
    assert then.facts.key_results["KR-1"].score is None


# Money -------------------------------------------------------------------------------------------

BOOKED = "date,item,amount,currency\n2026-07-15,EP-1,30,EUR\n2026-09-15,EP-1,50,EUR\n"


def row_of(then: Built, id: str, period: str = "total") -> tuple[object, ...]:
    rows = [r for r in then.figures.funding.rows if (r.id, r.period) == (id, period)]
    return tuple((r.approved, r.forecast, r.actual) for r in rows if r.level == "epic")


def test_what_was_spent_is_what_was_booked_by_then() -> None:
    """Nobody wrote what was then still to be spent: with later spending it was more than now."""
    moved = epic(("funnel", "2026-03-01"), ("mvp", "2026-07-01"), value_stream="VS-1",
                 approved=100, actual=80, cost=20)  # fmt: skip
    now = looked_back({"epics/EP-1.md": moved}, TODAY, {"actuals/a.csv": BOOKED})
    then = looked_back({"epics/EP-1.md": moved}, THEN, {"actuals/a.csv": BOOKED})
    assert row_of(now, "EP-1") == ((100, 100, 80),)
    assert row_of(then, "EP-1") == ((100, None, 30),)
    assert "actual-differs" not in {problem.rule for problem in then.problems}


def test_what_was_approved_for_an_epic_that_has_begun_since_is_not_known() -> None:
    moved = epic(("reviewing", "2026-03-01"), ("mvp", "2026-09-01"), value_stream="VS-1",
                 approved=100)  # fmt: skip
    assert row_of(looked_back({"epics/EP-1.md": moved}), "EP-1") == ((None, None, None),)


def test_a_stream_says_nothing_of_spending_in_a_period_that_was_not_over() -> None:
    then = looked_back({"epics/EP-1.md": MOVED})
    (stream,) = (r for r in then.figures.funding.streams if r.id == "VS-1")
    assert stream.approved == 100
    assert stream.actual is None


def test_an_epic_that_had_spent_was_there() -> None:
    late = epic(("funnel", "2026-09-01"))
    then = looked_back({"epics/EP-1.md": late}, THEN, {"actuals/a.csv": BOOKED})
    assert then.portfolio.looking_back == LookingBack(TODAY, unknown=("EP-1",))
    assert then.facts.ledger.of_epic == {"EP-1": 30}


# Pages and terminal ------------------------------------------------------------------------------


def test_the_note_of_a_public_site_names_nothing_that_is_hidden() -> None:
    hidden = "visibility: confidential\n" + epic(state="mvp")
    then = looked_back({"epics/EP-1.md": MOVED, "epics/EP-9.md": hidden})
    assert then.portfolio.looking_back == LookingBack(TODAY, unknown=("EP-9",))
    assert published(then, "public").portfolio.looking_back == LookingBack(TODAY)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, ""),
        (1, "Where one item stood then is not known, as it has no history: EP-1."),
        (2, "Where two items stood then is not known, as they have no history: EP-1 and EP-2."),
        (9, ("Where nine items stood then is not known, as they have no history:"
             " EP-1, EP-2, EP-3 and 6 more.")),
    ],
)  # fmt: skip
def test_the_note_reads_right_for_none_one_two_and_many(number: int, words: str) -> None:
    ids = tuple(f"EP-{n}" for n in range(1, number + 1))
    portfolio, _ = linked()
    force_setattr(portfolio, "looking_back", LookingBack(TODAY, unknown=ids))
    start = (
        "As it stood on 2026-08-01, told by files of 2026-11-20."
        " What bears no day is as in those files."
    )
    assert str(note_on_the_past(portfolio, THEN)) == f"{start} {words}".strip()


def test_every_view_of_figures_says_what_bears_no_day() -> None:
    said = {view.name for view in registry.VIEWS if view.undated}
    assert said >= {"home", "board", "ranking", "funding", "guardrails", "okr", "increment"}


def show(folder: Path, *arguments: str) -> str:
    result = run("-C", str(folder), "show", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_terminal_and_json_say_how_far_figures_go_back(tmp_path: Path) -> None:
    fixed = "type: portfolio\ntitle: P\nowner: B\nas_of: 2026-11-20"
    written(tmp_path, {"portfolio.md": fixed, "epics/EP-1.md": MOVED})
    text = show(tmp_path, "board", "--as-of", "2026-08-01")
    assert text.splitlines()[1] == (
        "As it stood on 2026-08-01, told by files of 2026-11-20."
        " Sizes, limits and owners bear no day: they are as in those files."
    )
    said = json.loads(show(tmp_path, "board", "--as-of", "2026-08-01", "--format", "json"))
    assert said["looking_back"] == {
        "written_on": "2026-11-20", "to_come": [], "unknown": [], "from_git": [],
    }  # fmt: skip


# Git ---------------------------------------------------------------------------------------------


def commit(folder: Path, day: str, state: str) -> None:
    """Commit the portfolio with its epic in a state, without a history."""
    written(folder, {"epics/EP-1.md": epic(state=state)})
    git(folder, "add", ".")
    environment = GIT | {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    subprocess.run(["git", "-C", str(folder), "commit", "-qm", day], check=True, env=environment)


@pytest.mark.parametrize(
    ("day", "column", "words"),
    [
        ("2026-06-30", "reviewing", "Where one item stood then is known from git alone: EP-1."),
        ("2026-05-31", None, "Where one item stood then is not known, as it has no history: EP-1."),
    ],
)
def test_states_without_a_history_are_read_from_git_as_far_as_it_reaches(
    tmp_path: Path, day: str, column: str | None, words: str
) -> None:
    git(tmp_path, "init", "-q")
    commit(tmp_path, "2026-06-01", "reviewing")
    commit(tmp_path, "2026-07-01", "mvp")
    result = show(tmp_path, "board", "--as-of", day)
    assert words in result
    said = json.loads(show(tmp_path, "board", "--as-of", day, "--format", "json"))
    assert [c["state"] for c in said["columns"] if c["count"]] == ([column] if column else [])


# The whole of it ---------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), TODAY)
HISTORIES = st.lists(st.tuples(st.sampled_from(STATES), DAYS), min_size=1, max_size=5).map(
    lambda moves: sorted(moves, key=lambda move: move[1])
)


@given(st.lists(HISTORIES, max_size=4), DAYS)
def test_looking_back_is_reading_files_that_end_on_that_day(
    histories: list[list[tuple[str, date]]], day: date
) -> None:
    """Of content in which everything bears a day, both are the same portfolio."""

    def files(until: date) -> dict[str, str]:
        result = {}
        for number, moves in enumerate(histories, 1):
            then = [(state, on.isoformat()) for state, on in moves if on <= until]
            if then:
                result[f"epics/EP-{number}.md"] = epic(*then)
        return {"portfolio.md": "type: portfolio\ntitle: P\nowner: B", **result}

    def portfolio(until: date) -> list[tuple[object, ...]]:
        made = build(
            [source(path, head) for path, head in files(until).items()],
            as_of=day, otherwise=until,
        )  # fmt: skip
        return [
            (column.state.name, [item.id for item in column.items], made.facts.age_of)
            [:2] for column in made.facts.epic_columns
        ] + [tuple(score.item.id for score in made.facts.ranking.scores)]  # fmt: skip

    assert portfolio(TODAY) == portfolio(day)


def test_what_has_not_changed_since_is_the_very_same_item() -> None:
    portfolio, _ = linked({"epics/EP-1.md": epic(("funnel", "2026-03-01"))})
    then = as_it_stood(portfolio, THEN, TODAY)
    assert then["EP-1"] is portfolio["EP-1"]
    assert os.fspath(then["EP-1"].origin.path) == "epics/EP-1.md"


# The day of the files ----------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [TODAY, TODAY + timedelta(days=900)])
def test_files_that_no_commit_holds_are_of_the_newest_day_that_they_record(asked: date) -> None:
    """Otherwise what a day shows would depend on the clock of the machine."""

    def on(day: date) -> Portfolio:
        files = sources({"epics/EP-1.md": MOVED, "epics/EP-2.md": epic(state="mvp")})
        return build(files, as_of=day, otherwise=asked, committed=False).portfolio

    assert on(date(2026, 11, 9)).looking_back == LookingBack(
        date(2026, 11, 10), unknown=("EP-2",)
    )  # the day of its newest check-in
    assert on(date(2026, 11, 10)).looking_back is None
