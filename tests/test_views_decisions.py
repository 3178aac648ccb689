"""The log of decisions: each once, by date, with its source; and what is still to be decided."""

import csv
import io
import json
from datetime import date

import pytest
from lxml import html as parser

from leanfolio.output.data import as_csv, as_json
from leanfolio.output.html.say import Say
from leanfolio.output.terminal import as_text
from leanfolio.pipeline import published
from leanfolio.views.built import Built
from leanfolio.views.cell import SourceRef
from leanfolio.views.decisions import DecisionLog, decision_log
from leanfolio.views.registry import find
from leanfolio.wording.language import Language
from making import PORTFOLIO, SMALL, TODAY, built
from pages import every, page_at

EPIC = """title: An epic
owner: A
state: analyzing
history: [{state: analyzing, on: 2026-10-01}]
decisions:
  - {on: 2026-09-01, kind: pivot, by: B, note: Smaller}
  - {on: 2026-12-01, kind: go, by: B}
waivers: [{rule: orphan, reason: A test, approver: C, until: 2026-12-04, on: 2026-09-15},
  {rule: cost-missing, reason: A test, approver: C, until: 2027-12-04}]
"""
SINCE = "state: analyzing\ndecide_by: 2026-11-15\nhistory: [{state: analyzing, on: 2026-10-01}]\n"
RISK = """title: A risk
owner: A
status: accepted
acceptance: {on: 2026-09-10, by: B, until: 2026-11-10}
"""
MOVE = (
    "reallocations: [{on: 2026-09-20, to: VS-1, period: 2026-H2, amount: 10, by: B, why: More}]\n"
)
FILES = {
    "portfolio.md": PORTFOLIO.strip() + "\n" + MOVE,
    "epics/EP-1.md": EPIC,
    "risks/RK-1.md": RISK,
}


def log(as_of: date = TODAY) -> DecisionLog:
    return decision_log(built(FILES, as_of))


def test_every_decision_stands_in_the_log_once_the_newest_first_those_without_a_day_last() -> None:
    rows = [
        (str(row.on), row.id, str(row.decision), row.by, row.file, row.line)
        for row in log().decisions
    ]
    assert rows == [
        ("2026-09-20", "VS-1", "money moved: EUR 10 of new money", "B", "portfolio.md", 6),
        ("2026-09-15", "EP-1", "waiver: orphan", "C", "epics/EP-1.md", 9),
        ("2026-09-10", "RK-1", "risk accepted", "B", "risks/RK-1.md", 5),
        ("2026-09-01", "EP-1", "pivot", "B", "epics/EP-1.md", 7),
        ("None", "EP-1", "waiver: cost-missing", "C", "epics/EP-1.md", 10),
    ]


def test_what_is_dated_later_is_told_on_its_day() -> None:
    assert "go" not in [row.kind for row in log().decisions]
    later = decision_log(built(FILES, date(2026, 12, 1)))
    assert (str(later.decisions[0].decision), later.decisions[0].line) == ("go", 8)


def test_what_ends_soon_or_has_ended_is_to_be_decided_anew() -> None:
    due = [(entry.id, str(entry.ask), str(entry.by), str(entry.due)) for entry in log().due]
    assert due == [
        ("RK-1", "Acceptance ends", "2026-11-10", "10 days late"),
        ("EP-1", "Waiver of orphan ends", "2026-12-04", "in 14 days"),
    ]
    assert (
        str(log().finding) == "Five decisions are recorded, two are to be taken, one of these late"
    )
    assert str(log().summary) == ("One waiver does not say since when it holds; it stands last.")


@pytest.mark.parametrize(
    ("head", "due"),
    [
        ("state: analyzing\ndecide_by: 2026-11-15", [("Decide on it", "5 days late")]),
        (f"{SINCE}decisions: [{{on: 2026-09-20, kind: go}}]", [("Decide on it", "5 days late")]),
        (f"{SINCE}decisions: [{{on: 2026-10-20, kind: pivot}}]", []),
        ("state: rejected\ndecide_by: 2026-11-15", []),
        ("state: analyzing", []),
    ],
)  # fmt: skip
def test_a_day_to_decide_by_is_told_though_the_case_lacks_more(
    head: str, due: list[tuple[str, str]]
) -> None:
    made = built({"epics/EP-1.md": f"title: E\nowner: A\n{head}"})
    found = decision_log(made).due
    assert [(str(entry.ask), str(entry.due)) for entry in found] == due
    assert all(str(entry.evidence).startswith("It lacks a whole hypothesis") for entry in found)


def test_a_decision_about_what_is_hidden_is_not_told() -> None:
    hidden = {path: f"{head}visibility: confidential\n" for path, head in FILES.items()}
    files = {**hidden, "portfolio.md": FILES["portfolio.md"],
             "value-streams/VS-1.md": "title: A stream\nvisibility: confidential"}  # fmt: skip
    seen = decision_log(published(built(files), "public"))
    assert (seen.decisions, seen.due, str(seen.finding)) == ((), (), "No decision is shown")


def tree(made: Built) -> object:
    return parser.document_fromstring(page_at(made, "decisions.html"))


def test_page_terminal_json_and_csv_hold_the_same() -> None:
    made = built(FILES)
    view = find("decisions")
    assert view is not None
    value = view.make(made)
    answer = json.loads(as_json(value, TODAY))
    lines = list(csv.DictReader(io.StringIO(as_csv(view.row_tuple(value)))))
    places = [f"{row['file']}:{row['line']}" for row in answer["decisions"]]
    assert places == [f"{line['file']}:{line['line']}" for line in lines]
    found = every(tree(made), "//td[@data-label='Source']")
    assert [each.text_content() for each in found] == places
    text = as_text(view, value)
    assert all(line["decision" if "decision" in line else "kind"] in text for line in lines
               if line["kind"] in ("go", "pivot", "waiver"))  # fmt: skip
    assert len(every(tree(made), "//h2[@id='due'] | //td[@data-label='How far away']")) == 2


def test_a_place_is_a_link_to_its_line_where_the_repository_is_known() -> None:
    place = SourceRef("epics/EP 1.md", 7)
    linked = Say(Language("en"), edit_url="https://git.example/edit/main/content/").value("")(place)
    assert 'href="https://git.example/edit/main/content/epics/EP%201.md#L7"' in str(linked)
    assert str(Say(Language("en")).value("")(place)) == "<code>epics/EP 1.md:7</code>"


def test_nothing_decided_and_nothing_to_decide() -> None:
    empty = decision_log(built({"epics/EP-1.md": SMALL["epics/EP-1.md"]}))
    assert (str(empty.finding), str(empty.summary)) == ("No decision is recorded", "")


def test_a_page_of_many_decisions_is_not_too_heavy_and_says_what_it_leaves_out() -> None:
    files = {f"epics/EP-{n}.md": EPIC.replace("waivers", "tags: [t]\nwaivers") for n in range(90)}
    files |= {f"epics/EP-W{n}.md": f"title: Waits\nowner: A\n{SINCE}" for n in range(90)}
    page = parser.document_fromstring(page_at(built(files), "decisions.html"))
    assert len(every(page, "//*")) <= 3_000
    notes = [note.text_content() for note in every(page, "//main//p[@class='note']")]
    assert "120 more are not listed here; data/decisions.json has them all." in notes
    assert any(note.endswith("data/decisions.csv has them all.") for note in notes)
