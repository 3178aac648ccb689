"""What each epic lacks: by its state, by the next one, and what a reader may not see."""

import csv
import io
import json

import pytest
from lxml import html as parser

from leanfolio.output.data import as_csv, as_json
from leanfolio.output.terminal import as_text
from leanfolio.pipeline import published
from leanfolio.views.built import Built
from leanfolio.views.gaps import GapRow, Gaps
from leanfolio.views.registry import find
from leanfolio.views.view import MOST_ROWS
from making import SMALL, TODAY, built
from pages import every, page_at

WHOLE = "hypothesis: {for: A, who: B, the: C, is_a: D, that: E, unlike: F, ours: G}"
ANALYZED = f"owner: A\ncost: 9\n{WHOLE}"


def of(*heads: str) -> Built:
    """Epics with these fields and whole scores."""
    scores = "business_value: 5\ntime_criticality: 3\nrisk_opportunity: 1\njob_size: 8\n"
    files = {
        f"epics/EP-{n}.md": f"title: Epic {n}\n{scores}{head}" for n, head in enumerate(heads, 1)
    }
    return built(files)


def gaps(*heads: str) -> Gaps:
    return of(*heads).figures.gaps


def row(head: str) -> GapRow:
    [found] = gaps(head).epics
    return found


@pytest.mark.parametrize(
    ("head", "missing", "ahead", "lacking"),
    [
        ("state: funnel", (), "reviewing", ("owner",)),
        ("state: funnel\nowner: A", (), "reviewing", ()),
        ("state: reviewing", ("owner",), "analyzing", ("owner", "hypothesis", "cost")),
        (f"state: analyzing\n{ANALYZED}", (), "ready",
         ("go-decision", "mvp-cost", "leading-indicator")),
        (f"state: analyzing\n{ANALYZED}\nmvp: {{cost: 0}}", (), "ready",
         ("go-decision", "leading-indicator")),
        (f"state: ready\n{ANALYZED}\napproved: 0",
         ("go-decision", "mvp-cost", "leading-indicator"), "mvp",
         ("go-decision", "mvp-cost", "leading-indicator")),
    ],
)  # fmt: skip
def test_what_a_state_and_the_next_one_ask_for(
    head: str, missing: tuple[str, ...], ahead: str, lacking: tuple[str, ...]
) -> None:
    found = row(head)
    assert (found.missing, found.next_state, found.lacking) == (missing, ahead, lacking)
    assert found.gaps == len({*missing, *lacking})


def test_the_last_state_asks_for_nothing_more_and_what_is_over_is_not_listed() -> None:
    assert gaps("state: done", "state: rejected").epics == ()
    last = row("state: persevere\nowner: A")
    assert (last.next_state, last.lacking, bool(last.missing)) == ("done", (), True)


def test_an_epic_in_no_state_is_not_said_to_lack_nothing() -> None:
    view = gaps("owner: A", "state: funnel\nowner: A")
    lost = view.epics[1]
    assert (lost.id, lost.gaps) == ("EP-1", None)
    assert str(lost.missing_words) == "not known: it is in no state of the board"
    assert str(view.finding) == (
        "The one open epic lacks nothing that its state or the next asks for"
    )
    assert str(view.summary) == "One more is in no state of the board, and not judged."


def test_what_is_missing_already_comes_first_then_what_lacks_least() -> None:
    view = gaps(
        "state: funnel\nowner: A", f"state: analyzing\n{ANALYZED}", "state: funnel",
        "state: reviewing",
    )  # fmt: skip
    assert [entry.id for entry in view.epics] == ["EP-4", "EP-3", "EP-2", "EP-1"]
    assert str(view.finding) == (
        "Three of four open epics lack something that their state or the next asks for"
    )
    assert str(view.summary) == (
        "One stands in a state whose evidence it does not show. "
        "Lacking most often: an owner (2), a whole hypothesis (1), a cost (1)."
    )


def test_what_stands_in_a_confidential_field_is_not_said_to_be_lacking() -> None:
    files = {"epics/EP-1.md": f"{SMALL['epics/EP-1.md']}confidential: [cost]\ncost: 5\n".replace(
        "state: funnel", "state: reviewing")}  # fmt: skip
    whole = built({"epics/EP-1.md": "\n".join(
        line.strip() for line in files["epics/EP-1.md"].splitlines())})  # fmt: skip
    assert whole.figures.gaps.epics[0].lacking == ("hypothesis",)
    [seen] = published(whole, "public").figures.gaps.epics
    assert (seen.lacking, seen.withheld) == (("hypothesis",), ("cost",))
    assert str(seen.lacking_words) == (
        "a whole hypothesis; some of it is not shown to this audience"
    )
    page = page_at(published(whole, "public"), "epics/EP-1.html")
    assert "a cost" not in page.split("To enter")[1].split("</section>")[0]


def test_page_terminal_json_csv_and_column_say_the_same() -> None:
    made = of("state: reviewing\nowner: A", f"state: analyzing\n{ANALYZED}", "state: done")
    view = find("gaps")
    assert view is not None
    value = view.make(made)
    rows = json.loads(as_json(value, TODAY))["epics"]
    assert [(each["id"], each["lacking"], each["gaps"]) for each in rows] == [
        ("EP-1", ["hypothesis", "cost"], 2),
        ("EP-2", ["go-decision", "mvp-cost", "leading-indicator"], 3),
    ]
    lines = list(csv.DictReader(io.StringIO(as_csv(view.row_tuple(value)))))
    assert [line["lacking"] for line in lines] == ["; ".join(each["lacking"]) for each in rows]
    page = parser.document_fromstring(page_at(made, "gaps.html"))
    cells = [each.text_content() for each in every(page, "//td[@data-label='Lacks for that']")]
    assert cells == [
        "a whole hypothesis and a cost",
        "a recorded go, the cost of its MVP and a leading indicator",
    ]
    assert all(cell in as_text(view, value) for cell in cells)
    epics = parser.document_fromstring(page_at(made, "epics.html"))
    column = [each.text_content() for each in every(epics, "//td[@data-label='Gaps']")]
    assert column == ["2", "3", "–"]


def test_a_long_list_says_how_many_it_leaves_to_its_file() -> None:
    made = of(*["state: funnel"] * (MOST_ROWS + 2))
    page = parser.document_fromstring(page_at(made, "gaps.html"))
    assert len(every(page, "//tbody/tr")) == MOST_ROWS
    [note] = every(page, "//main//p[@class='note']")
    assert note.text_content() == "2 more are not listed here; data/gaps.csv has them all."
