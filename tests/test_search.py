"""What the search box finds: the script, run by node, over the index that a build writes."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.markdown.scan.search_words import prose_words
from leanfolio.model.source import Source
from leanfolio.output.search import DIGITS, HALF, SEARCH, search_file, search_index, steps
from leanfolio.pipeline import build
from making import TODAY, sources
from making import source as a_file

NODE = shutil.which("node")
SCRIPT = Path(__file__).parents[1] / "templates" / "theme" / "find.js"
RUN = """
const page = require(process.argv[1]);
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const table = page.index(given.index);
console.log(JSON.stringify(given.queries.map((query) =>
  page.find(table, query).map((row) => row.shown[0]))));
"""
EPICS = {
    "EP-1": "Depot in Łódź",
    "EP-2": "Straße ohne Stau",
    "EP-3": "Café in the hub",
    "EP-4": "Follow-up of Ærø deliveries",
    "EP-14": "Parcel lockers",
}


def index(*more: Source) -> dict[str, Any]:
    """The index of five epics."""
    files = {f"epics/{id}.md": f"title: {title}\nowner: A" for id, title in EPICS.items()}
    site = build([*sources(files), *more], as_of=TODAY, otherwise=TODAY)
    text = search_file(site)[SEARCH]
    found: dict[str, Any] = json.loads(text.removeprefix("window.leanfolio_search=").rstrip(";\n"))
    return found


def run(program: str, **given: object) -> Any:
    """What the script answers, as node runs it."""
    if NODE is None:
        pytest.skip("node is not installed, so the search of the browser cannot be run")
    done = subprocess.run(
        [NODE, "-e", program, str(SCRIPT)],
        input=json.dumps(given), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return json.loads(done.stdout)


def found(*queries: str, more: tuple[Source, ...] = ()) -> list[list[str]]:
    """The ids that each query finds, best first."""
    result: list[list[str]] = run(RUN, index=index(*more), queries=queries)
    return result


def test_an_address_without_a_page_leads_to_the_item_that_it_names() -> None:
    """By its anchor or else by its file; not where that would be the same page again."""
    feature = a_file("features/FT-1.md", "title: A feature\nowner: A\nepic: EP-1")
    story = a_file("stories/ST-1.md", "title: A story\nowner: A\nfeature: FT-1")
    place = "features/FT-1.html#ST-1"
    addresses = {
        ("stories/ST-1.html", ""): place, ("stories/ST-1", ""): place,
        ("features/FT-9.html", "#ST-1:notes"): place, ("features/FT-9.html", ""): "",
        ("features/FT-1/stories-2.html", "#ST-1"): place,
        ("features/FT-1/stories-2.html", "#ST-9"): "features/FT-1.html",
        ("features/FT-1.html", ""): "", ("pi/PI-1/stories/ST-1.html", ""): "",
        ("search.html", ""): "",
    }  # fmt: skip
    program = """
    const page = require(process.argv[1]);
    const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const table = page.index(given.index);
    console.log(JSON.stringify(given.asked.map((each) => page.moved(table, each[0], each[1]))));
    """
    led = run(program, index=index(feature, story), asked=list(addresses))
    assert dict(zip(addresses, led, strict=True)) == addresses


def test_letters_that_do_not_come_apart_are_found_by_their_plain_ones() -> None:
    assert found("lodz", "Łódź", "strasse", "STRASSE", "cafe", "aero") == [
        ["EP-1"], ["EP-1"], ["EP-2"], ["EP-2"], ["EP-3"], ["EP-4"],
    ]  # fmt: skip


def test_a_hyphen_may_be_left_out() -> None:
    assert [ids[0] for ids in found("EP4", "ep 4", "followup", "follow up")] == ["EP-4"] * 4


def test_a_slip_in_a_word_of_four_letters_is_forgiven_where_nothing_else_matches() -> None:
    assert found("lokers", "lockres", "lockerss", "lackers", "loke", "lodz dept") == [
        ["EP-14"], ["EP-14"], ["EP-14"], ["EP-14"], ["EP-14"], ["EP-1"],
    ]  # fmt: skip
    assert found("lxxkers", "hab", "EP-41", "") == [[], [], [], []]


def test_two_slips_are_forgiven_in_a_word_of_eight_letters() -> None:
    assert [ids[:1] for ids in found("delviereis", "delivris", "dxlxvxries")] == [
        ["EP-4"],
        ["EP-4"],
        [],
    ]


def test_an_id_goes_first_then_a_title_then_an_owner_then_prose() -> None:
    more = (
        a_file("epics/EP-30.md", "title: Other\nowner: A", "The valve of a pump.\n"),
        a_file("epics/EP-31.md", "title: Another\nowner: J. Pump"),
        a_file("epics/EP-32.md", "title: A pump\nowner: A"),
        a_file("epics/PUMP.md", "title: Third\nowner: A"),
    )
    assert found("pump", more=more) == [["PUMP", "EP-32", "EP-31", "EP-30"]]
    assert found("EP-1")[0][0] == "EP-1"


def test_marks_around_a_word_do_not_matter_and_those_within_it_may_be_left_out() -> None:
    assert [ids[:1] for ids in found('"Follow-up"', "(lockers)", "parcellockers", "ep:14")] == [
        ["EP-4"], ["EP-14"], ["EP-14"], ["EP-14"],
    ]  # fmt: skip


FILTERED = """
const page = require(process.argv[1]);
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const table = page.index(given.index);
const shown = (rows) => rows.map((row) => row.shown[0]);
console.log(JSON.stringify([
  page.FILTERS.map((filter) => Object.fromEntries(page.counts(table.rows, given.wanted, filter))),
  shown(page.filtered(table.rows, given.wanted)),
  page.snippet(given.text, given.query, 40)]));
"""


def test_filters_count_what_each_value_would_leave_and_a_snippet_marks_the_word() -> None:
    streams = {f"value-streams/VS-{n}.md": f"title: Stream {n}\nowner: A" for n in (1, 2)}
    epics = {
        "epics/EP-1.md": "title: One\nowner: A\nstate: funnel\nvalue_stream: VS-1",
        "epics/EP-2.md": "title: Two\nowner: A\nstate: done\nvalue_stream: VS-1\n"
        "features: [{id: FT-1, title: Part, state: done}]",
        "epics/EP-3.md": "title: Three\nowner: A\nstate: funnel\nvalue_stream: VS-2",
    }
    site = build(sources(streams | epics), as_of=TODAY, otherwise=TODAY)
    text = "A long way before the turnstile opens, and much more of it afterwards."
    (types, states, by_stream), shown, snippet = run(
        FILTERED, index=search_index(site), wanted={"type": "epic", "stream": "VS-1"},
        text=text, query="turnstyle",
    )  # fmt: skip
    assert shown == ["EP-1", "EP-2"]
    assert states == {"funnel": 1, "done": 1}
    assert by_stream == {"VS-1": 2, "VS-2": 1}
    assert types == {"value stream": 1, "epic": 2, "feature": 1}
    assert ["turnstile", True] in snippet
    assert "".join(piece for piece, _ in snippet).strip("… ") in text


@given(places=st.sets(st.integers(0, 100_000), max_size=60))
@settings(max_examples=60, deadline=None)
def test_the_rows_of_a_word_are_written_in_order_and_read_back(places: set[int]) -> None:
    rows = sorted(places)
    text = "".join(steps(rows))
    read, step, place, row = [], 0, 1, -1
    for digit in map(DIGITS.index, text):
        step += digit % HALF * place
        place *= HALF
        if digit < HALF:
            row += step
            read.append(row)
            step, place = 0, 1
    assert read == rows


def test_the_prose_of_an_item_is_found_and_what_it_links_to_is_not() -> None:
    prose = "A turnstile at [[EP-9|clandestine]] and [the plaza](https://example.org/hidden).\n"
    more = a_file("epics/EP-20.md", "title: Gate\nowner: A", prose)
    assert found("turnstile", "clandestine", "hidden", "plaza", more=(more,)) == [
        ["EP-20"], [], [], ["EP-20"],
    ]  # fmt: skip


def test_the_prose_of_a_page_is_found() -> None:
    more = Source(PurePosixPath("glossary.md"), b"# Glossary\n\nA hackathon is not a feature.\n")
    assert found("hackathon", more=(more,)) == [["Glossary"]]


@given(st.text(st.characters(codec="ascii")))
def test_words_of_plain_text_are_those_of_any_text(text: str) -> None:
    words = prose_words(text)
    assert words == prose_words(f"{text} \u00d7")  # which is no letter, and not plain
    assert all(len(word) >= 3 and word == word.lower() for word in words)


TIMED = """
const page = require(process.argv[1]);
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const table = page.index(given.index);
console.log(JSON.stringify(given.queries.map((query) => {
  page.find(table, query);
  const start = process.cpuUsage();
  const found = page.find(table, query);
  return [found.length, process.cpuUsage(start).user / 1000];
})));
"""


@pytest.mark.acceptance
@pytest.mark.timed
def test_the_index_of_2000_items_is_small_and_a_key_takes_less_than_50_ms(tmp_path: Path) -> None:
    code = "import corpus, pathlib, sys; corpus.write(pathlib.Path(sys.argv[1]), 2000)"
    benchmarks = Path(__file__).parents[1] / "benchmarks"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=benchmarks, check=True)
    site = load(Project.at(tmp_path))[1]
    assert len(gzip.compress(search_file(site)[SEARCH].encode(), mtime=0)) < 300_000
    queries = ("w", "war", "warehose", "warehouse invoice", "incidnt resposne", "EP-17")
    for query, (hits, milliseconds) in zip(
        queries, run(TIMED, index=search_index(site), queries=queries), strict=True
    ):
        assert hits, query
        assert milliseconds < 50, query
