"""What the search box finds: the script, run by node, over the index that a build writes."""

import json
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.markdown.scan.search_words import prose_words
from leanfolio.model.source import Source
from leanfolio.output.search import SEARCH, search_file
from leanfolio.pipeline import build
from making import TODAY, sources
from making import source as a_file

NODE = shutil.which("node")
SCRIPT = Path(__file__).parents[1] / "templates" / "theme" / "script.js"
RUN = """
const page = require(process.argv[1]);
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const rows = given.rows.map(page.entry);
console.log(JSON.stringify(given.queries.map((query) =>
  page.matches(rows, query).map((row) => row.shown[0]))));
"""
EPICS = {
    "EP-1": "Depot in Łódź",
    "EP-2": "Straße ohne Stau",
    "EP-3": "Café in the hub",
    "EP-4": "Follow-up of Ærø deliveries",
    "EP-14": "Parcel lockers",
}


def index(*more: Source) -> list[list[str]]:
    """The rows of the index of five epics."""
    files = {f"epics/{id}.md": f"title: {title}\nowner: A" for id, title in EPICS.items()}
    site = build([*sources(files), *more], as_of=TODAY, otherwise=TODAY)
    text = search_file(site)[SEARCH]
    rows: list[list[str]] = json.loads(text.removeprefix("window.leanfolio_search=").rstrip(";\n"))
    return rows


def found(*queries: str, more: tuple[Source, ...] = ()) -> list[list[str]]:
    """The ids that each query finds, best first."""
    if NODE is None:
        pytest.skip("node is not installed, so the search of the browser cannot be run")
    done = subprocess.run(
        [NODE, "-e", RUN, str(SCRIPT)],
        input=json.dumps({"rows": index(*more), "queries": queries}),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    result: list[list[str]] = json.loads(done.stdout)
    return result


def test_letters_that_do_not_come_apart_are_found_by_their_plain_ones() -> None:
    assert found("lodz", "Łódź", "strasse", "STRASSE", "cafe", "aero") == [
        ["EP-1"], ["EP-1"], ["EP-2"], ["EP-2"], ["EP-3"], ["EP-4"],
    ]  # fmt: skip


def test_a_hyphen_may_be_left_out() -> None:
    assert [ids[0] for ids in found("EP4", "ep 4", "followup", "follow up")] == ["EP-4"] * 4


def test_one_slip_in_a_long_word_is_forgiven_where_nothing_else_matches() -> None:
    assert found("lokers", "lockres", "lockerss", "lackers", "lodz dept") == [
        ["EP-14"], ["EP-14"], ["EP-14"], ["EP-14"], ["EP-1"],
    ]  # fmt: skip
    assert found("lxxkers", "hab", "EP-41", "") == [[], [], [], []]


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
