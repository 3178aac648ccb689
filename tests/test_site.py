"""The sample's whole site: sound, linked, lean, and the same on every machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from lxml import html as parser

from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.model import TYPES
from leanfolio.model.addresses import page_of
from leanfolio.output.data_files import data_files
from leanfolio.output.feeds import FeedSettings, feed_files
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from leanfolio.views.item_graphs import DRAWN, around
from making import TODAY, built, source, sources
from pages import every, lint, pages

REPOSITORY = Path(__file__).parents[1]


@cache
def sample() -> Built:
    return load(Project.at(REPOSITORY))[1]


@cache
def sample_pages() -> dict[str, str]:
    return dict(pages(sample()))


def test_the_sample_passes_check_and_shows_a_few_warnings() -> None:
    assert not sample().errors
    assert 0 < len(sample().problems) < 15


def test_the_sample_has_every_type_and_every_state() -> None:
    found = {type(item).TYPE for item in sample().portfolio.items.values()}
    assert found == TYPES.keys() - {"portfolio"}
    assert all(column.cards for column in sample().figures.board.columns)


def test_every_page_is_sound() -> None:
    faults = [fault for url, text in sample_pages().items() for fault in lint(url, text)]
    assert not faults, faults[:10]


def test_every_item_and_every_view_has_a_page() -> None:
    items = sample().portfolio.items.values()
    assert sample_pages().keys() >= {page_of(item) for item in items}
    assert len(sample_pages()) >= len(set(map(page_of, items))) + 14


def links(url: str, text: str) -> Iterator[tuple[str, str]]:
    """Every address inside the site that a page leads to: its page and its anchor."""
    for element in parser.document_fromstring(text).iter("a"):
        target = unquote(element.get("href") or "")
        if target and "://" not in target and not target.startswith("mailto:"):
            page, _, anchor = target.partition("#")
            path = normpath(join("/", dirname(url), page)) if page else url
            yield path.removeprefix("/"), anchor


def test_no_link_inside_the_site_is_dead() -> None:
    feeds = feed_files(sample(), FeedSettings("", "en", str))
    files = sample_pages().keys() | data_files(sample()).keys() | feeds.keys()
    dead = {
        f"{url} -> {target}"
        for url, text in sample_pages().items()
        for target, _ in links(url, text)
        if target not in files
    }
    assert not dead


def test_every_anchor_that_is_linked_to_stands_on_its_page() -> None:
    anchors = {
        url: {str(each) for each in every(parser.document_fromstring(text), "//@id")}
        for url, text in sample_pages().items()
    }
    dead = {
        f"{url} -> {target}#{anchor}"
        for url, text in sample_pages().items()
        for target, anchor in links(url, text)
        if anchor and anchor not in anchors.get(target, {anchor})
    }
    assert not dead


def test_no_page_asks_anything_of_another_machine() -> None:
    for url, text in sample_pages().items():
        document = parser.document_fromstring(text)
        loaded = every(document, "//script/@src | //link[@rel='stylesheet']/@href | //img/@src")
        assert not [each for each in loaded if "//" in str(each)], url
        assert "{%" not in text and "{{" not in text, url
        assert "style=" not in text, url


def test_pages_are_light_enough_to_open() -> None:
    for url, text in sample_pages().items():
        assert len(text.encode()) < 500_000, url
        assert len(every(parser.document_fromstring(text), "//*")) <= 3000, url


def test_the_ranking_page_shows_what_the_data_say() -> None:
    answer = json.loads(data_files(sample())["data/ranking.json"])
    page = sample_pages()["ranking.html"]
    for item in answer["items"]:
        assert item["arithmetic"] in page
        assert item["score"] in page


def test_a_drawing_shows_the_links_that_the_tables_show() -> None:
    portfolio = sample().portfolio
    for id in ("EP-5", "EP-14", "KR-1.1", "OBJ-3", "FT-140"):
        graph = around(portfolio, id)
        drawn = {
            (edge.source, edge.target) for edge in graph.edges if id in (edge.source, edge.target)
        }
        meant = {
            (edge.source, edge.target)
            for edge in (*portfolio.edges_from(id, *DRAWN), *portfolio.edges_to(id, *DRAWN))
        }
        assert drawn == meant


def test_what_is_confidential_is_in_no_byte_of_a_public_site() -> None:
    secret = "title: Project Kingfisher\nvisibility: confidential\nowner: M. Moneypenny"
    whole = built(
        {
            "epics/EP-77.md": f"{secret}\nstate: funnel\nvalue_stream: VS-1\nkey_results: [KR-1]\n"
            "features: [{id: FT-77, title: Kingfisher nest}]",
            "epics/EP-2.md": "title: Other\nstate: funnel\n"
            "depends_on: [EP-77]\nkey_results: [KR-1]",
            "risks/RK-1.md": "title: A risk\naffects: [EP-77]\nstatus: owned\nowner: A",
        }
    )
    public = published(whole, "public")
    texts = [text for _, text in pages(public)] + list(data_files(public).values())
    assert not [
        each for each in texts if "Kingfisher" in each or "EP-77" in each or "FT-77" in each
    ]
    assert any("Kingfisher" in text for _, text in pages(published(whole, "confidential")))


def test_a_title_from_right_to_left_does_not_turn_the_id_beside_it() -> None:
    title = "\u05e8\u05e9\u05ea (Q3) 20%"
    files = (
        source("themes/TH-1.md", f"title: {title}", "See [[OBJ-1]].\n"),
        source("objectives/OBJ-1.md", f"title: {title}\nthemes: [TH-1]", "See [[EP-1]].\n"),
        source("epics/EP-1.md", f"title: {title}\nstate: funnel", "See [[TH-1]].\n"),
    )
    here = [each for each in sources() if each.path not in {file.path for file in files}]
    site = build([*here, *files], as_of=TODAY, otherwise=TODAY)
    for address, text in pages(site):
        document = parser.document_fromstring(text)
        for node in every(document, "//body//text()[not(ancestor::svg)]"):
            before, found, _ = str(node).partition(title)
            if found and before.strip():
                assert before.endswith("\u2068"), (address, str(node))


def test_an_empty_portfolio_still_makes_every_page() -> None:
    head = "type: portfolio\ntitle: Nothing yet"
    whole = build([source("portfolio.md", head)], as_of=TODAY, otherwise=TODAY)
    for _, text in pages(whole):
        assert "<h1" in text


HASH = """
import hashlib, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.output.data_files import data_files
from pages import pages
built = load(Project.at(Path(sys.argv[1])))[1]
whole = hashlib.sha256()
for url, text in pages(built):
    whole.update(url.encode() + text.encode())
for name, text in data_files(built).items():
    whole.update(name.encode() + text.encode())
print(whole.hexdigest())
"""


@pytest.mark.parametrize(
    "change",
    [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}],
)
def test_the_same_content_gives_the_same_bytes(change: dict[str, str], tmp_path: Path) -> None:
    def digest(environment: dict[str, str], cwd: Path) -> str:
        command = [sys.executable, "-c", HASH, str(REPOSITORY), str(Path(__file__).parent)]
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, cwd=cwd,
            env={**os.environ, **environment},
        )  # fmt: skip
        return done.stdout

    assert digest({"PYTHONHASHSEED": "0"}, REPOSITORY) == digest(change, tmp_path)
