"""The register of risks: what is open, overdue, accepted for a while, and how exposed we are."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser

from leanfolio.output.data import as_csv, as_json
from leanfolio.output.terminal import as_text
from leanfolio.pipeline import published
from leanfolio.views.built import Built
from leanfolio.views.items.item import item_view
from leanfolio.views.ref import Ref
from leanfolio.views.registry import find
from leanfolio.views.risks import MOST_NAMED, RiskRegister, RiskRow, risk_register
from making import TODAY, built
from pages import every, page_at

Files = Mapping[str, str]


def files(*risks: str) -> Files:
    """Risks with these fields, parted by semicolons."""
    return {
        f"risks/RK-{n}.md": "title: A risk\nowner: A\n" + risk.replace("; ", "\n")
        for n, risk in enumerate(risks, 1)
    }


def register(*risks: str) -> RiskRegister:
    return risk_register(built(files(*risks)).portfolio, TODAY)


def row(risk: str) -> RiskRow:
    [found] = register(risk).risks
    return found


@pytest.mark.parametrize(
    ("statuses", "finding"),
    [
        ([], "No risk is recorded"),
        (["status: resolved", "status: accepted"], "No risks open"),
        (["status: owned"], "One risk open"),
        (["status: mitigated", "status: owned; due: 2026-11-01"], "Two risks open, one overdue"),
        (["status: owned; due: 2026-11-01", "status: mitigated; due: 2026-11-01"],
         "Two risks open, two overdue"),
        (["status: accepted; acceptance: {on: 2026-09-01, by: B, until: 2026-11-19}"],
         "No risks open, one accepted until a day that is over"),
    ],
)  # fmt: skip
def test_the_finding_counts_what_is_open_overdue_and_no_longer_accepted(
    statuses: list[str], finding: str
) -> None:
    found = register(*statuses)
    assert str(found.finding) == finding
    assert ("mitigated" in str(found.summary)) == bool(statuses)


@pytest.mark.parametrize(
    ("risk", "status", "left"),
    [
        ("status: owned; due: 2026-11-08", "owned, overdue", "overdue by 12 days"),
        ("status: owned; due: 2026-11-19", "owned, overdue", "overdue by 1 day"),
        ("status: owned; due: 2026-11-20", "owned", "today"),
        ("due: 2026-11-21", "no status", "1 day left"),
        ("status: accepted; due: 2026-11-08", "accepted", None),
        ("status: resolved; due: 2026-11-08", "resolved", None),
        ("status: mitigated", "mitigated", None),
    ],
)
def test_what_is_overdue_is_said_in_words(risk: str, status: str, left: str | None) -> None:
    found = row(risk)
    assert str(found.status_words) == status
    assert (None if found.time_left is None else str(found.time_left)) == left
    whole = built(files(risk))
    tags = item_view(whole.portfolio, whole.portfolio["RK-1"], whole.figures).tags
    assert [str(tag.word) for tag in tags] == [status]


@pytest.mark.parametrize(
    ("acceptance", "words", "ended"),
    [
        ("{on: 2026-10-01, by: B}", "B, 2026-10-01", 0),
        ("{on: 2026-10-01, by: B, until: 2026-11-20}", "B, 2026-10-01; until 2026-11-20", 0),
        ("{on: 2026-10-01, by: B, until: 2026-11-10}",
         "B, 2026-10-01; ended on 2026-11-10, 10 days ago", 10),
        ("{on: 2026-11-21, by: B}", None, 0),  # nobody has decided that yet
    ],
)  # fmt: skip
def test_an_acceptance_says_by_whom_and_until_when(
    acceptance: str, words: str | None, ended: int
) -> None:
    found = row(f"status: accepted; acceptance: {acceptance}")
    said = found.acceptance_words
    assert (None if said is None else str(said), found.acceptance_ended_days) == (words, ended)


@pytest.mark.parametrize(
    ("rating", "exposure", "words"),
    [
        ("probability: 5; impact: 4", 20, "20 (5 × 4)"),
        ("probability: 1; impact: 1", 1, "1 (1 × 1)"),
        ("probability: 5", None, "impact not known, probability 5"),
        ("impact: 4", None, "probability not known, impact 4"),
        ("status: owned", None, "not rated"),
    ],
)
def test_what_is_not_known_is_no_zero(rating: str, exposure: int | None, words: str) -> None:
    found = row(rating)
    assert (found.exposure, str(found.exposure_words)) == (exposure, words)


def test_the_matrix_holds_what_may_happen_and_says_what_it_leaves_out() -> None:
    found = register(
        "status: owned; probability: 5; impact: 4",
        "status: accepted; probability: 5; impact: 4",
        "status: resolved; probability: 5; impact: 4",
        "status: owned; probability: 2; impact: 1",
        "status: owned; probability: 3",
        "status: owned; probability: 6; impact: 1",
    )
    full = {(int(cell.probability), int(cell.impact)): cell for cell in found.cells if cell.number}
    assert {key: [risk.id for risk in cell.risks] for key, cell in full.items()} == {
        (5, 4): ["RK-1", "RK-2"], (2, 1): ["RK-4"],
    }  # fmt: skip
    assert (full[5, 4].shade, full[2, 1].shade) == (4, 1)
    assert [row.probability for row in found.matrix] == [5, 4, 3, 2, 1]
    assert str(found.matrix_note) == (
        "One risk is in no cell, as its probability or its impact is not known. "
        "One risk is in no cell, as it is rated beside the scale."
    )
    assert str(found.summary).startswith(
        "The largest exposure is 20 of at most 25, that of two risks. "
    )
    assert register("status: owned").matrix == ()


def test_open_risks_come_first_then_the_largest_exposure_then_what_nobody_rated() -> None:
    found = register(
        "status: owned", "status: resolved; probability: 5; impact: 5",
        "status: mitigated; probability: 4; impact: 5", "status: owned; probability: 1; impact: 2",
        "probability: 2; impact: 2", "status: owned; due: 2026-11-01",
    )  # fmt: skip
    assert [each.id for each in found.risks] == ["RK-5", "RK-4", "RK-6", "RK-1", "RK-3", "RK-2"]


def test_a_full_cell_counts_the_risks_that_it_does_not_name() -> None:
    found = register(*["status: owned; probability: 1; impact: 1"] * (MOST_NAMED + 2))
    [cell] = [each for each in found.cells if each.number]
    assert (cell.number, len(cell.named), str(cell.others)) == (8, MOST_NAMED, "2 more")


def test_a_rating_that_is_confidential_is_not_said_to_be_missing() -> None:
    made = built(files("status: owned; probability: 4; impact: 5; confidential: [probability]"))
    public = published(made, "public")
    found = risk_register(public.portfolio, TODAY)
    assert str(found.risks[0].exposure_words) == "not shown to this audience"
    assert str(found.matrix_note) == "How one risk is rated is not shown to this audience."
    assert found.matrix == ()
    assert "20" not in "".join(str(cell) for cell in found.risks)


def test_the_page_prints_the_matrix_and_the_register() -> None:
    made = built(files("status: owned; probability: 5; impact: 4; due: 2026-11-08",
                       "status: accepted; probability: 5; impact: 4"))  # fmt: skip
    page = parser.document_fromstring(page_at(made, "risks.html"))
    drawn = [
        (
            td.get("data-step"),
            td.text_content().split()[0].strip(":"),
            [a.text for a in every(td, ".//a")],
        )
        for td in every(page, "//table[contains(@class,'matrix')]//td")
    ]
    assert [each for each in drawn if each[0] != "0"] == [("4", "2", ["RK-1", "RK-2"])]
    assert [each for each in drawn if each[0] == "0"] == [("0", "0", [])] * 24
    cells = [each.text_content() for each in every(page, "//td[@data-label='Time left']")]
    assert cells == ["overdue by 12 days", "–"]


STATUSES = st.sampled_from(("resolved", "owned", "accepted", "mitigated", None))
STEPS = st.sampled_from((None, 1, 2, 3, 4, 5))
DUE = st.none() | st.integers(-40, 40).map(lambda days: TODAY + timedelta(days))


@st.composite
def risks(draw: st.DrawFn) -> str:
    fields = {
        "status": draw(STATUSES), "probability": draw(STEPS), "impact": draw(STEPS),
        "due": draw(DUE),
    }  # fmt: skip
    return "; ".join(f"{name}: {value}" for name, value in fields.items() if value is not None)


def table(made: Built) -> list[Mapping[str, str]]:
    """The rows of the page's table, by heading, as a terminal would print them."""
    view = find("risks")
    assert view is not None
    found = view.page_of(made).values["table"]
    return [{head.label: words(cell) for head, cell in row} for row in found.labelled_rows]


def words(cell: object) -> str:
    return cell.id if isinstance(cell, Ref) else str(getattr(cell, "word", cell))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.lists(risks(), min_size=1, max_size=8))
def test_drawing_table_json_csv_and_terminal_hold_the_same(heads: list[str]) -> None:
    made = built(files(*heads))
    view = find("risks")
    assert view is not None
    value = view.make(made)
    answer = json.loads(as_json(value, TODAY))
    lines = list(csv.DictReader(io.StringIO(as_csv(view.row_tuple(value)))))
    cells = table(made)
    ids = [each["id"] for each in answer["risks"]]
    assert ids == [line["id"] for line in lines] == [c["Risk"].split()[0] for c in cells]
    assert [line["exposure"] for line in lines] == [e["exposure"] or "" for e in answer["risks"]]
    for cell, each in zip(cells, answer["risks"], strict=True):
        known = each["exposure"] is not None
        assert known == cell["Exposure"].startswith(f"{each['exposure']} (")
        assert ("overdue" in cell["Status"]) == (each["overdue_days"] > 0)
        assert cell["Exposure"] in as_text(view, value)
    wanted = Counter(
        (each["probability"], each["impact"])
        for each in answer["risks"]
        if each["status"] != "resolved" and None not in (each["probability"], each["impact"])
    )
    held = {
        (cell["probability"], cell["impact"]): cell["number"]
        for line in answer["matrix"]
        for cell in line["cells"]
        if cell["number"]
    }
    assert held == wanted
